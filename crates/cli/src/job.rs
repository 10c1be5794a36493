//! A whole job on threads, from a file's DWARF to its BTF, with progress and times.

use crate::companions::Beside;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::{executor, memory};
use btf::{Btf, Endian};
use elf::ReadAt;
use pipeline::{CommonSections, Merge, Options, Outcome, Plan, Stage, StageSeconds, Worker};
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Encodes, merges, and finishes on at most `wanted` threads.
pub fn run(
    source: &(dyn ReadAt + Sync),
    path: &Path,
    options: &Options,
    beside: &Beside,
    base: Option<Arc<Btf>>,
    wanted: usize,
    run: &mut Run,
) -> Result<Outcome, Failure> {
    let failed = |error: pipeline::Error| Failure::of_job(path, &error);
    let plan = pipeline::plan_with(source, options, beside).map_err(failed)?;
    if let Some(base) = &base
        && (base.endian == Endian::Big) != plan.input.big_endian
    {
        return Err(Failure::of(
            path,
            "its byte order is not that of the base; name the BTF of the kernel it was built for",
        ));
    }
    let threads = wanted.min(plan.shards.len()).max(1);
    memory::expect_threads(threads);
    let (common, merge) = both(
        threads,
        || CommonSections::read(source, &plan, beside),
        || Merge::with_base(source, &plan, base),
    );
    let mut merge = merge.map_err(failed)?;
    let common = Arc::new(common.map_err(failed)?);

    run.enter(Stage::Encode, Some(debug_info_bytes(&plan)));
    let symbols = merge.share(Arc::clone(&common));
    let mut merging = Duration::ZERO;
    let died = executor::run(
        &plan,
        threads,
        run.progress.tally(),
        &|| {
            let worker = Worker::with_common(source, &plan, beside, Arc::clone(&common));
            Ok(worker?.beside_merge(&symbols))
        },
        &mut |output| {
            let started = Instant::now();
            let added = merge.add(output);
            merging += started.elapsed();
            added
        },
    );
    drop(common);
    merge.add_failed(died.map_err(failed)?);
    run.leave();
    run.add(Stage::Merge, merging);

    let outcome = merge.finish(source, &plan, &mut |stage| run.enter(stage, None));
    let mut outcome = outcome.map_err(failed)?;
    outcome.statistics.workers = u32::try_from(threads).unwrap_or(u32::MAX);
    Ok(outcome)
}

/// Calls both; `beside` on a thread of its own if the job has several and the system gives one.
fn both<A: Send, B>(
    threads: usize,
    beside: impl Fn() -> A + Sync,
    here: impl FnOnce() -> B,
) -> (A, B) {
    std::thread::scope(|scope| {
        let own = match threads {
            1 => None,
            _ => std::thread::Builder::new()
                .spawn_scoped(scope, &beside)
                .ok(),
        };
        let from_here = here();
        let from_beside = match own {
            Some(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
            None => beside(),
        };
        (from_beside, from_here)
    })
}

fn debug_info_bytes(plan: &Plan) -> u64 {
    let (first, last) = (plan.unit_offsets.first(), plan.unit_offsets.last());
    last.zip(first)
        .map_or(0, |(last, first)| last.saturating_sub(*first))
}

/// The stages of a run: their progress, and how long each took.
#[derive(Debug)]
pub struct Run {
    /// The progress line.
    pub progress: Progress,
    current: Option<(Stage, Instant)>,
    seconds: Vec<StageSeconds>,
}

impl Run {
    /// Starts with the stage of planning.
    pub fn start() -> Run {
        Run {
            progress: Progress::start(Stage::Plan.title()),
            current: Some((Stage::Plan, Instant::now())),
            seconds: Vec::new(),
        }
    }

    /// Ends the current stage and starts another, of `total` bytes if they are counted.
    pub fn enter(&mut self, stage: Stage, total: Option<u64>) {
        self.leave();
        self.progress.stage(stage.title(), total);
        self.current = Some((stage, Instant::now()));
    }

    fn leave(&mut self) {
        if let Some((stage, since)) = self.current.take() {
            self.add(stage, since.elapsed());
        }
    }

    /// Adds time to a stage. A stage that comes twice is listed once.
    fn add(&mut self, stage: Stage, time: Duration) {
        let seconds = time.as_secs_f64();
        match self.seconds.iter_mut().find(|there| there.stage == stage) {
            Some(there) => there.seconds += seconds,
            None => self.seconds.push(StageSeconds { stage, seconds }),
        }
    }

    /// Ends the run, and tells how long each stage took.
    pub fn finish(mut self) -> Vec<StageSeconds> {
        self.leave();
        self.seconds
    }
}
