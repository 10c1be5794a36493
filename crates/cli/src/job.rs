//! A whole job on threads, from a file's DWARF to its BTF, with progress and times.

use crate::companions::Beside;
use crate::failure::Failure;
use crate::helpers::Helpers;
use crate::progress::Progress;
use crate::{executor, memory};
use btf::{Btf, Endian};
use elf::ReadAt;
use pipeline::{
    CommonSections, Error, FunctionSymbols, Merge, Options, Outcome, Plan, Stage, StageSeconds,
    Worker,
};
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::Arc;
use std::thread::{Builder, Scope, ScopedJoinHandle};
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
    let failed = |error: Error| Failure::of_job(path, &error);
    let plan = pipeline::plan_with(source, options, beside).map_err(failed)?;
    if let Some(base) = &base
        && (base.endian == Endian::Big) != plan.input.big_endian
    {
        return Err(Failure::of(
            path,
            "its byte order is not that of the base; name the BTF of the kernel it was built for",
        ));
    }
    let relying = plan.clone().relying_on_order();
    let outcome = match carry_out(source, &relying, beside, base.clone(), wanted, run) {
        Err(error) if error.is_of_plan() => {
            run.progress.begin_again();
            carry_out(source, &plan, beside, base, wanted, run)
        }
        outcome => outcome,
    };
    outcome.map_err(failed)
}

/// A plan, carried out.
fn carry_out(
    source: &(dyn ReadAt + Sync),
    plan: &Plan,
    beside: &Beside,
    base: Option<Arc<Btf>>,
    wanted: usize,
    run: &mut Run,
) -> Result<Outcome, Error> {
    let threads = wanted.min(plan.shards.len()).max(1);
    memory::expect_threads(threads);
    let symbols = FunctionSymbols::default();
    let new_merge = || {
        let merge = Merge::with_base(source, plan, base.clone())?;
        merge.tell(&symbols);
        Ok(merge)
    };
    let merge = std::thread::scope(|scope| -> Result<Merge, Error> {
        let mut coming = Coming::begin(scope, threads, &new_merge);
        let common = match CommonSections::read(source, plan, beside) {
            Ok(common) => Arc::new(common),
            // Of two errors the symbol table's is told, whichever comes first.
            Err(error) => return Err(coming.get().err().unwrap_or(error)),
        };
        let mut merge = None;
        // Two threads have enough to do with reading: encoding would only wait for a processor.
        if threads <= 2 {
            ready(&mut merge, &mut coming, &common)?;
        }
        run.enter(Stage::Encode, Some(debug_info_bytes(plan)));
        let mut merging = Duration::ZERO;
        let died = executor::run(
            plan,
            threads,
            run.progress.tally(),
            &|| {
                let worker = Worker::with_common(source, plan, beside, Arc::clone(&common));
                Ok(worker?.beside_merge(&symbols))
            },
            &mut |output| {
                let merge = ready(&mut merge, &mut coming, &common)?;
                let started = Instant::now();
                let added = merge.add(output);
                merging += started.elapsed();
                added
            },
        )?;
        let mut merge = match merge {
            Some(merge) => merge,
            None => first(&mut coming, &common)?,
        };
        merge.add_failed(died);
        run.leave();
        run.add(Stage::Merge, merging);
        Ok(merge)
    })?;

    let helpers = Helpers::of(threads);
    let outcome = merge.finish_with(source, plan, &helpers, &mut |stage| run.enter(stage, None));
    let mut outcome = outcome?;
    outcome.statistics.workers = u32::try_from(threads).unwrap_or(u32::MAX);
    Ok(outcome)
}

/// The merge, which may still be reading the symbol table while workers encode.
fn ready<'m>(
    merge: &'m mut Option<Merge>,
    coming: &mut Coming<'_, Result<Merge, Error>>,
    common: &Arc<CommonSections>,
) -> Result<&'m mut Merge, Error> {
    Ok(match merge {
        Some(merge) => merge,
        None => merge.insert(first(coming, common)?),
    })
}

/// The merge as it comes: it has yet to be told of the sections that all share.
fn first(
    coming: &mut Coming<'_, Result<Merge, Error>>,
    common: &Arc<CommonSections>,
) -> Result<Merge, Error> {
    let mut merge = coming.get()?;
    merge.share(Arc::clone(common));
    Ok(merge)
}

/// What another thread makes.
struct Coming<'a, T> {
    thread: Option<ScopedJoinHandle<'a, T>>,
    make: &'a (dyn Fn() -> T + Sync),
}

impl<'a, T: Send + 'a> Coming<'a, T> {
    /// Begins, if the job has several threads and the system gives one.
    fn begin<'s: 'a>(
        scope: &'a Scope<'a, '_>,
        threads: usize,
        make: &'s (dyn Fn() -> T + Sync),
    ) -> Coming<'a, T> {
        let thread = match threads {
            1 => None,
            _ => Builder::new().spawn_scoped(scope, make).ok(),
        };
        Coming { thread, make }
    }

    /// Waits for it, or makes it here.
    fn get(&mut self) -> T {
        match self.thread.take() {
            Some(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
            None => (self.make)(),
        }
    }
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
