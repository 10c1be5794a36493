//! What a job would take on more threads than the machine has.
//!
//! One thread does the work of all workers: it gives each shard to the worker whose clock is behind, times it, and moves that
//! clock. Times are the processor's, so other work on the machine changes them little. Shards are then merged in file order, each as soon as it would be there. What the sum leaves out: threads that
//! share caches and memory, and the system's time for starting them.

use crate::Trouble;
use elf::ReadAt;
use nix::time::{ClockId, clock_gettime};
use pipeline::{
    CommonSections, FunctionSymbols, Join, Merge, NoCompanions, Options, Plan, ShardOutput, Task,
    TaskId, Worker,
};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
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
    /// Before the first shard: the plan, the sections that all workers need; on one thread or two the symbol table too.
    pub before: f64,
    /// Reading the symbol table while workers begin.
    pub beside: f64,
    /// Encoding, of all shards together.
    pub encode: f64,
    /// When the last worker is done, counted from the first shard.
    pub encoded: f64,
    /// Adding shards to the merge, of all together.
    pub merge: f64,
    /// When the last shard is added, counted from the first shard.
    pub merged: f64,
    /// After the last shard: functions, dedup, writing. What another thread would do at the same time does not count.
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
        merge.share(Arc::clone(&common));
        let symbols = FunctionSymbols::default();
        // With more than two threads one reads the symbol table while the others begin.
        let (before, beside) = match threads {
            1 => (symbols_read + sections_read, Duration::ZERO),
            2 => (symbols_read.max(sections_read), Duration::ZERO),
            _ => (sections_read, symbols_read),
        };
        let mut pool = Vec::with_capacity(threads);
        for _ in 0..threads {
            let stretch = Stretch::begin()?;
            let common = Arc::clone(&common);
            let worker = Worker::with_common(source, &plan, &NoCompanions, common)?;
            pool.push((stretch.end()?, worker.beside_merge(&symbols)));
        }
        let known_at = beside.saturating_sub(sections_read);
        let shards = encode(&plan, &mut pool, |clock| {
            if clock >= known_at {
                merge.tell(&symbols);
            }
        })?;
        let mut schedule = Schedule {
            threads,
            shards: shards.len(),
            before: (planned + before).as_secs_f64(),
            beside: beside.as_secs_f64(),
            encode: pool.iter().map(|(clock, _)| clock.as_secs_f64()).sum(),
            merged: known_at.as_secs_f64(),
            ..Schedule::default()
        };
        drop((pool, common));
        for (done, output) in shards {
            let stretch = Stretch::begin()?;
            merge.add(output)?;
            schedule.add(done.as_secs_f64(), stretch.end()?.as_secs_f64());
        }
        let helpers = PretendedHelpers::of(threads);
        let stretch = Stretch::begin()?;
        merge.finish_with(source, &plan, &helpers, &mut |_| {})?;
        let worked = stretch.end()?.as_secs_f64();
        schedule.after = (worked - helpers.saved()).max(0.0);
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
        let work = (self.beside + self.encode + self.merge) / self.threads.max(1) as f64;
        self.before + self.merged.max(work) + self.after
    }
}

/// Helpers that one thread plays, and the time that they would save.
struct PretendedHelpers {
    free: AtomicUsize,
    /// In nanoseconds.
    saved: AtomicU64,
}

impl PretendedHelpers {
    fn of(threads: usize) -> PretendedHelpers {
        PretendedHelpers {
            free: AtomicUsize::new(threads.saturating_sub(1)),
            saved: AtomicU64::new(0),
        }
    }

    fn saved(&self) -> f64 {
        Duration::from_nanos(self.saved.load(Relaxed)).as_secs_f64()
    }

    /// How long a piece of work would take; 0 without a clock, so that nothing is saved.
    fn time(&self, work: &mut dyn FnMut()) -> u64 {
        let (saved, begun) = (self.saved.load(Relaxed), worked());
        work();
        let took = begun.and_then(|begun| Ok(worked()?.saturating_sub(begun)));
        let took = u64::try_from(took.unwrap_or_default().as_nanos()).unwrap_or(0);
        took.saturating_sub(self.saved.load(Relaxed) - saved)
    }
}

impl Join for PretendedHelpers {
    fn join(&self, first: &mut (dyn FnMut() + Send), second: &mut (dyn FnMut() + Send)) {
        let take = |free: usize| free.checked_sub(1);
        let is_taken = self.free.fetch_update(Relaxed, Relaxed, take).is_ok();
        let (first, second) = (self.time(first), self.time(second));
        if is_taken {
            self.saved.fetch_add(first.min(second), Relaxed);
            self.free.fetch_add(1, Relaxed);
        }
    }
}

/// The shards with the time at which each is encoded. `begins` is called with the time at which one begins.
fn encode<R: ReadAt + ?Sized>(
    plan: &Plan,
    pool: &mut [(Duration, Worker<'_, R>)],
    begins: impl Fn(Duration),
) -> Result<Vec<(Duration, ShardOutput)>, Trouble> {
    let mut done = Vec::with_capacity(plan.shards.len());
    for (number, shard) in (0..).zip(&plan.shards) {
        let task = Task {
            id: TaskId(number),
            units: shard.units.clone(),
        };
        let free = pool.iter_mut().min_by_key(|(clock, _)| *clock);
        let (clock, worker) = free.ok_or("a job needs a thread")?;
        begins(*clock);
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
    fn helpers_save_the_shorter_of_two_pieces() {
        let busy = |millis: u64| {
            let begun = worked().unwrap();
            while worked().unwrap() - begun < Duration::from_millis(millis) {}
        };
        let saved = |threads| {
            let helpers = PretendedHelpers::of(threads);
            helpers.join(&mut || busy(30), &mut || {
                helpers.join(&mut || busy(10), &mut || busy(20));
            });
            helpers.saved()
        };
        assert_eq!(saved(1), 0.0);
        // 30 beside 10 and 20; and these beside each other, so that 20 are beside 30.
        assert!((0.03..0.04).contains(&saved(2)), "{}", saved(2));
        assert!((0.03..0.04).contains(&saved(3)), "{}", saved(3));
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
