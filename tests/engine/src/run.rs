//! The whole job in this thread.

use budget::Resource;
use elf::ReadAt;
use pipeline::{
    CommonSections, Companion, Companions, Error, FunctionSymbols, Job, Merge, NoCompanions,
    NotOpened, Options, Outcome, Plan, ShardOutput, TaskId, Worker,
};
use std::sync::Arc;

/// Encodes a file as the command does by default.
///
/// # Errors
///
/// As the pipeline says.
pub fn encode<R: ReadAt + ?Sized>(source: &R) -> Result<Outcome, Error> {
    encode_with(source, &Options::default())
}

/// Encodes a file, one shard after the other.
///
/// # Errors
///
/// As the pipeline says.
pub fn encode_with<R: ReadAt + ?Sized>(source: &R, options: &Options) -> Result<Outcome, Error> {
    let plan = pipeline::plan(source, options)?;
    encode_shards(source, &plan, |count| (0..count).collect())
}

/// Encodes a file with the files it refers to.
///
/// # Errors
///
/// As the pipeline says.
pub fn encode_beside<R: ReadAt + ?Sized>(
    source: &R,
    options: &Options,
    companions: &dyn Companions,
) -> Result<Outcome, Error> {
    let plan = pipeline::plan_with(source, options, companions)?;
    run(source, &plan, companions, |count| (0..count).collect())
}

/// How much of a resource of its budget a job spent.
///
/// # Panics
///
/// When the statistics do not name the resource.
pub fn spent(outcome: &Outcome, resource: Resource) -> u64 {
    let mut rows = outcome.statistics.budget.iter();
    let row = rows.find(|row| row.resource == resource.name());
    row.expect("the budget has a row for it").spent
}

/// The bytes of a supplementary file, whatever it is called.
#[derive(Clone, Copy, Debug)]
pub struct Supplement<'a>(pub &'a [u8]);

impl Companions for Supplement<'_> {
    fn open(&self, companion: &Companion) -> Result<Box<dyn ReadAt + '_>, NotOpened> {
        match companion {
            Companion::Supplementary { .. } => Ok(Box::new(self.0)),
            _ => NoCompanions.open(companion),
        }
    }
}

/// Encodes the shards of a plan with one worker and hands them to the job in an order that `order`
/// gives for their number.
///
/// # Errors
///
/// As the pipeline says.
pub fn encode_shards<R: ReadAt + ?Sized>(
    source: &R,
    plan: &Plan,
    order: impl FnOnce(usize) -> Vec<usize>,
) -> Result<Outcome, Error> {
    run(source, plan, &NoCompanions, order)
}

fn run<R: ReadAt + ?Sized>(
    source: &R,
    plan: &Plan,
    companions: &dyn Companions,
    order: impl FnOnce(usize) -> Vec<usize>,
) -> Result<Outcome, Error> {
    let mut job: Job<Vec<u8>> = Job::new(plan);
    let mut merge = merge(source, plan)?;
    let mut worker = Worker::with_companions(source, plan, companions)?;
    let mut packed: Vec<(TaskId, Vec<u8>)> = Vec::new();
    while let Some(task) = job.next_task() {
        let output = worker.encode(plan, &task, &mut |_| {})?;
        packed.push((task.id, output.pack()));
    }
    for at in order(packed.len()) {
        job.finished(packed[at].0, std::mem::take(&mut packed[at].1));
        while let Some(bytes) = job.take_ready() {
            merge.add(ShardOutput::unpack(&bytes)?)?;
        }
    }
    merge.add_failed(job.take_failed());
    merge.finish(source, plan, &mut |_| {})
}

/// Encodes a file as the command does: workers and merge have sections and symbols in common, and names stay offsets until
/// the merge. `workers` of them take turns.
///
/// # Errors
///
/// As the pipeline says.
pub fn encode_in_one_process<R: ReadAt + ?Sized>(
    source: &R,
    options: &Options,
    workers: usize,
) -> Result<Outcome, Error> {
    let plan = pipeline::plan(source, options)?;
    let mut merge = merge(source, &plan)?;
    let common = Arc::new(CommonSections::read(source, &plan, &NoCompanions)?);
    merge.share(Arc::clone(&common));
    let symbols = FunctionSymbols::default();
    let mut pool = Vec::new();
    for _ in 0..workers.max(1) {
        let worker = Worker::with_common(source, &plan, &NoCompanions, Arc::clone(&common))?;
        pool.push(worker.beside_merge(&symbols));
    }
    let mut job: Job<ShardOutput> = Job::new(&plan);
    for turn in 0.. {
        let Some(task) = job.next_task() else { break };
        // Those that begin before the symbols are read describe functions without a symbol too, and the merge leaves them out.
        if turn == 1 {
            merge.tell(&symbols);
        }
        let worker = turn % pool.len();
        job.finished(task.id, pool[worker].encode(&plan, &task, &mut |_| {})?);
        while let Some(output) = job.take_ready() {
            merge.add(output)?;
        }
    }
    merge.finish(source, &plan, &mut |_| {})
}

/// Options with which each unit is a shard.
#[must_use]
pub fn small_shards() -> Options {
    Options {
        shard_bytes: 1,
        ..Options::default()
    }
}

/// A merge of a file that stands on no base.
///
/// # Errors
///
/// As the pipeline says.
pub fn merge<R: ReadAt + ?Sized>(source: &R, plan: &Plan) -> Result<Merge, Error> {
    Merge::new(source, plan)
}
