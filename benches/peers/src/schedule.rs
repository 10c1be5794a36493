//! What a job would take on more threads than the machine has.
//!
//! One thread does the work of all workers: it gives each shard to the worker whose clock is behind, times it, and moves that
//! clock. Times are the processor's, so other work on the machine changes them little. Shards are then merged in file order, each as soon as it would be there. What the sum leaves out: threads that
//! share caches and memory, and the system's time for starting them.

use crate::Trouble;
use elf::ReadAt;
use nix::time::{ClockId, clock_gettime};
use pipeline::{
    CommonSections, Merge, NoCompanions, Options, Plan, ShardOutput, Task, TaskId, Worker,
};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A stretch of this thread's work.
struct Stretch {
    begun: Duration,
}

impl Stretch {
    fn begin() -> Result<Stretch, Trouble> {
        Ok(Stretch { begun: worked()? })
    }

    /// How long it took.
    fn end(self) -> Result<Duration, Trouble> {
        Ok(worked()?.saturating_sub(self.begun))
    }
}

/// Processor time of this thread so far.
fn worked() -> Result<Duration, Trouble> {
    Ok(clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)?.into())
}

/// The times of a job on a number of threads, in seconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schedule {
    /// Threads that encode.
    pub threads: usize,
    /// Shards into which the units are divided for so many.
    pub shards: usize,
    /// Before the first shard: the plan, the symbol table, the sections that all workers need.
    pub before: f64,
    /// Encoding, of all shards together.
    pub encode: f64,
    /// When the last worker is done, counted from the first shard.
    pub encoded: f64,
    /// Adding shards to the merge, of all together.
    pub merge: f64,
    /// When the last shard is added, counted from the first shard.
    pub merged: f64,
    /// After the last shard: functions, dedup, writing.
    pub after: f64,
}

impl Schedule {
    /// Makes the job's result with one thread, and puts its times on the clocks of `threads`.
    ///
    /// # Errors
    ///
    /// When the file cannot be encoded.
    pub fn measure(source: &dyn ReadAt, threads: usize) -> Result<Schedule, Trouble> {
        let workers = u32::try_from(threads)?;
        let options = Options {
            workers,
            ..Options::default()
        };
        let stretch = Stretch::begin()?;
        let plan = pipeline::plan(source, &options)?;
        let planned = stretch.end()?;
        let stretch = Stretch::begin()?;
        let mut merge = Merge::new(source, &plan)?;
        let symbols_read = stretch.end()?;
        let stretch = Stretch::begin()?;
        let common = Arc::new(CommonSections::read(source, &plan, &NoCompanions)?);
        let sections_read = stretch.end()?;
        let symbols = merge.share(Arc::clone(&common));
        let before = planned
            + match threads {
                1 => symbols_read + sections_read,
                // The command reads both at once.
                _ => symbols_read.max(sections_read),
            };
        let mut pool = Vec::with_capacity(threads);
        for _ in 0..threads {
            let stretch = Stretch::begin()?;
            let common = Arc::clone(&common);
            let worker = Worker::with_common(source, &plan, &NoCompanions, common)?;
            pool.push((stretch.end()?, worker.beside_merge(&symbols)));
        }
        let shards = encode(&plan, &mut pool)?;
        let mut schedule = Schedule {
            threads,
            shards: shards.len(),
            before: before.as_secs_f64(),
            encode: pool.iter().map(|(clock, _)| clock.as_secs_f64()).sum(),
            ..Schedule::default()
        };
        drop((pool, common));
        for (done, output) in shards {
            let stretch = Stretch::begin()?;
            merge.add(output)?;
            schedule.add(done.as_secs_f64(), stretch.end()?.as_secs_f64());
        }
        let stretch = Stretch::begin()?;
        merge.finish(source, &plan, &mut |_| {})?;
        schedule.after = stretch.end()?.as_secs_f64();
        Ok(schedule)
    }

    /// Adds a shard that is there at `done` and takes `time` to merge. The merge takes shards one after the other.
    fn add(&mut self, done: f64, time: f64) {
        self.encoded = self.encoded.max(done);
        self.merge += time;
        self.merged = self.merged.max(done) + time;
    }

    /// The whole job. The merging thread has no processor of its own, so the processors' work is a lower bound.
    pub fn wall(&self) -> f64 {
        let work = (self.encode + self.merge) / self.threads.max(1) as f64;
        self.before + self.merged.max(work) + self.after
    }
}

/// The shards with the time at which each is encoded.
fn encode<R: ReadAt + ?Sized>(
    plan: &Plan,
    pool: &mut [(Duration, Worker<'_, R>)],
) -> Result<Vec<(Duration, ShardOutput)>, Trouble> {
    let mut done = Vec::with_capacity(plan.shards.len());
    for (number, shard) in (0..).zip(&plan.shards) {
        let task = Task {
            id: TaskId(number),
            units: shard.units.clone(),
        };
        let free = pool.iter_mut().min_by_key(|(clock, _)| *clock);
        let (clock, worker) = free.ok_or("a job needs a thread")?;
        let stretch = Stretch::begin()?;
        let output = worker.encode(plan, &task, &mut |_| {})?;
        *clock += stretch.end()?;
        done.push((*clock, output));
    }
    Ok(done)
}

impl fmt::Display for Schedule {
    /// The numbers in the order of the fields, and the whole.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Schedule {
            threads, shards, ..
        } = self;
        write!(
            f,
            "{threads} {shards} {:.4} {:.4} {:.4} {:.4} {:.4} {:.4} {:.4}",
            self.before,
            self.encode,
            self.encoded,
            self.merge,
            self.merged,
            self.after,
            self.wall()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine_tests::{FileSource, test_file};

    #[test]
    fn shards_are_merged_in_order_and_no_earlier_than_they_are_encoded() {
        let mut schedule = Schedule {
            threads: 2,
            before: 1.0,
            encode: 9.0,
            after: 2.0,
            ..Schedule::default()
        };
        // The second waits for itself, the third for the second.
        for (done, time) in [(3.0, 1.0), (6.0, 2.0), (5.0, 1.0)] {
            schedule.add(done, time);
        }
        assert_eq!((schedule.encoded, schedule.merged), (6.0, 9.0));
        assert_eq!(schedule.wall(), 12.0);
        // Two processors do 13 seconds of work in no less than 6.5.
        schedule.encode = 26.0;
        assert_eq!(schedule.wall(), 1.0 + 15.0 + 2.0);
    }

    #[test]
    fn every_shard_is_on_a_clock() {
        let sample = FileSource::open(&test_file("sample/sample.elf"));
        for threads in [1, 3] {
            let schedule = Schedule::measure(&sample, threads).unwrap();
            assert!(schedule.shards >= 1);
            assert!(schedule.encoded <= schedule.encode && schedule.encoded > 0.0);
            assert!(schedule.merged >= schedule.encoded);
        }
    }
}
