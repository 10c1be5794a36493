//! The whole job in this thread.

use elf::ReadAt;
use pipeline::{
    Companion, Companions, Error, Job, Merge, NoCompanions, NotOpened, Options, Outcome, Plan,
    ShardOutput, TaskId, Worker,
};

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
