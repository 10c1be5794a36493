//! Runs a [`Job`] on threads.
//!
//! Each thread has an encoder of its own and takes tasks as they come. Results go over a bounded
//! channel to the calling thread, which takes them in file order, so that the result does not depend
//! on how many threads there are or which is faster.

use crate::guard::guarded;
use crate::progress::Tally;
use pipeline::{FailedUnit, Job, Plan, ShardOutput, Task, TaskId, UnitProgress, Worker};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{self, SyncSender};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// The encoder of one thread. Tests use one of their own.
pub trait Encoder {
    /// The result of a task.
    type Output: Send;

    /// Encodes one task; see [`Worker::encode`].
    fn encode(
        &mut self,
        plan: &Plan,
        task: &Task,
        progress: &mut dyn FnMut(&UnitProgress<'_>),
    ) -> Result<Self::Output, pipeline::Error>;
}

impl<R: elf::ReadAt + ?Sized> Encoder for Worker<'_, R> {
    type Output = ShardOutput;

    fn encode(
        &mut self,
        plan: &Plan,
        task: &Task,
        progress: &mut dyn FnMut(&UnitProgress<'_>),
    ) -> Result<ShardOutput, pipeline::Error> {
        Worker::encode(self, plan, task, progress)
    }
}

/// Runs every shard of `plan` on `threads` threads and gives their outputs to `take`, in file order.
/// Returns the units that were left out because their encoding ended in a panic or an error.
///
/// # Errors
///
/// The first error of `new_encoder` or `take`, or one of an encoder that [ends the job](pipeline::Error::ends_job); the other
/// threads then stop after their task.
pub fn run<E: Encoder>(
    plan: &Plan,
    threads: usize,
    tally: &Tally,
    new_encoder: &(dyn Fn() -> Result<E, pipeline::Error> + Sync),
    take: &mut dyn FnMut(E::Output) -> Result<(), pipeline::Error>,
) -> Result<Vec<FailedUnit>, pipeline::Error> {
    let threads = threads.clamp(1, plan.shards.len().max(1));
    let queue = Queue::new(plan);
    // One finished task of each thread may wait to be taken; a thread with another one waits.
    let (sender, receiver) = mpsc::sync_channel(threads);
    std::thread::scope(|scope| {
        let mut started = 0;
        for _ in 0..threads {
            let sender = sender.clone();
            let queue = &queue;
            let thread = std::thread::Builder::new().spawn_scoped(scope, move || {
                work(plan, queue, tally, new_encoder, &sender)
            });
            // Under a limit those do that can be had: the result is the same.
            if thread.is_err() {
                break;
            }
            started += 1;
        }
        drop(sender);
        let mut own_encoder = None;
        let result = loop {
            match queue.take_ready(take) {
                Err(error) => break Err(error),
                Ok(true) => break Ok(queue.lock().job.take_failed()),
                Ok(false) => {}
            }
            let message = match started {
                0 => queue
                    .next()
                    .map(|task| encode(plan, &task, tally, new_encoder, &mut own_encoder)),
                _ => receiver.recv().ok(),
            };
            match message {
                Some(Message::Done(id, output)) => queue.finished(id, output),
                Some(Message::Failed(id, cause)) => queue.failed(id, &cause, plan),
                Some(Message::Refused(error)) => break Err(error),
                // Every thread has ended, which only a panic outside the guard causes; the
                // scope passes it on.
                None => break Ok(Vec::new()),
            }
        };
        queue.stop();
        drop(receiver);
        result
    })
}

enum Message<T> {
    Done(TaskId, T),
    Failed(TaskId, String),
    /// No encoder could be made, or the job cannot go on.
    Refused(pipeline::Error),
}

/// The job, shared by the threads.
struct Queue<T> {
    state: Mutex<QueueState<T>>,
    changed: Condvar,
}

struct QueueState<T> {
    job: Job<T>,
    stopped: bool,
}

impl<T> Queue<T> {
    fn new(plan: &Plan) -> Queue<T> {
        Queue {
            state: Mutex::new(QueueState {
                job: Job::new(plan),
                stopped: false,
            }),
            changed: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, QueueState<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next task. Waits if none is left but a running one may still be cut into smaller ones.
    fn next(&self) -> Option<Task> {
        let mut state = self.lock();
        loop {
            if state.stopped {
                return None;
            }
            if let Some(task) = state.job.next_task() {
                return Some(task);
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn finished(&self, id: TaskId, output: T) {
        self.lock().job.finished(id, output);
    }

    fn failed(&self, id: TaskId, cause: &str, plan: &Plan) {
        self.lock().job.failed(id, cause, plan);
        self.changed.notify_all();
    }

    fn stop(&self) {
        self.lock().stopped = true;
        self.changed.notify_all();
    }

    /// Gives finished tasks to `take`, and tells whether the job is complete. The lock is not held
    /// meanwhile.
    fn take_ready(
        &self,
        take: &mut dyn FnMut(T) -> Result<(), pipeline::Error>,
    ) -> Result<bool, pipeline::Error> {
        loop {
            let mut state = self.lock();
            let Some(output) = state.job.take_ready() else {
                return Ok(state.job.is_complete());
            };
            drop(state);
            take(output)?;
        }
    }
}

fn work<E: Encoder>(
    plan: &Plan,
    queue: &Queue<E::Output>,
    tally: &Tally,
    new_encoder: &(dyn Fn() -> Result<E, pipeline::Error> + Sync),
    sender: &SyncSender<Message<E::Output>>,
) {
    let mut encoder = None;
    while let Some(task) = queue.next() {
        let message = encode(plan, &task, tally, new_encoder, &mut encoder);
        let is_last = matches!(message, Message::Refused(_));
        if sender.send(message).is_err() || is_last {
            return;
        }
    }
}

/// Encodes a task, with an encoder that is made when it is first needed.
fn encode<E: Encoder>(
    plan: &Plan,
    task: &Task,
    tally: &Tally,
    new_encoder: &(dyn Fn() -> Result<E, pipeline::Error> + Sync),
    encoder: &mut Option<E>,
) -> Message<E::Output> {
    let ready = match encoder {
        Some(encoder) => encoder,
        None => match new_encoder() {
            Ok(new) => encoder.insert(new),
            Err(error) => return Message::Refused(error),
        },
    };
    let mut counted = Counted::new(tally);
    let mut progress = |told: &UnitProgress<'_>| counted.update(told);
    match guarded(|| ready.encode(plan, task, &mut progress)) {
        Ok(Ok(output)) => Message::Done(task.id, output),
        // No other unit could be encoded either: the file changed, a budget is used up, or another plan is needed.
        Ok(Err(error)) if error.ends_job() => Message::Refused(error),
        Ok(Err(error)) => {
            counted.take_back();
            Message::Failed(task.id, error.to_string())
        }
        Err(panic) => {
            counted.take_back();
            // After a panic its state is unknown.
            *encoder = None;
            Message::Failed(
                task.id,
                format!("the encoder met a defect of its own: {panic}"),
            )
        }
    }
}

/// What one task has added to the tally. A task reports its sums since its own start.
struct Counted<'a> {
    tally: &'a Tally,
    units: u64,
    types: u64,
    bytes: u64,
}

impl Counted<'_> {
    fn new(tally: &Tally) -> Counted<'_> {
        Counted {
            tally,
            units: 0,
            types: 0,
            bytes: 0,
        }
    }

    fn update(&mut self, told: &UnitProgress<'_>) {
        self.set(u64::from(told.units), told.types, told.dwarf_bytes);
    }

    /// Subtracts the task's sums, because it will be done again.
    fn take_back(&mut self) {
        self.set(0, 0, 0);
    }

    fn set(&mut self, units: u64, types: u64, bytes: u64) {
        // Atomic addition wraps, so that adding a negative difference subtracts.
        self.tally
            .units
            .fetch_add(units.wrapping_sub(self.units), Relaxed);
        self.tally
            .types
            .fetch_add(types.wrapping_sub(self.types), Relaxed);
        self.tally
            .bytes
            .fetch_add(bytes.wrapping_sub(self.bytes), Relaxed);
        (self.units, self.types, self.bytes) = (units, types, bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::install_hook;
    use pipeline::{InputFile, Options, OtherUnitIndex, SectionSizes, Shard};
    use std::ops::Range;
    use std::sync::atomic::AtomicU64;

    /// A plan of `units` units in shards of `step`.
    fn plan(units: u32, step: u32) -> Plan {
        let shard = |start: u32| Shard {
            units: start..(start + step).min(units),
            bytes: u64::from(start) * 10..u64::from((start + step).min(units)) * 10,
        };
        Plan {
            options: Options::default(),
            input: InputFile::default(),
            unit_offsets: (0..=u64::from(units)).map(|unit| unit * 10).collect(),
            shards: (0..units).step_by(step as usize).map(shard).collect(),
            supplementary: None,
            other_units: OtherUnitIndex::default(),
            split: Vec::new(),
            existing_btf: None,
            section_sizes: SectionSizes::default(),
            listed: false,
            relocations: None,
            relies_on_order: false,
        }
    }

    /// Encodes a task as its range of units, and fails for some units.
    struct Fake;

    impl Encoder for Fake {
        type Output = Range<u32>;

        fn encode(
            &mut self,
            _: &Plan,
            task: &Task,
            progress: &mut dyn FnMut(&UnitProgress<'_>),
        ) -> Result<Range<u32>, pipeline::Error> {
            for (done, unit) in task.units.clone().enumerate() {
                // Later shards are faster, so that they come back first.
                std::thread::sleep(std::time::Duration::from_micros(u64::from(20 - unit % 20)));
                assert!(unit != 7, "unit 7 cannot be encoded");
                if unit == 13 {
                    return Err(pipeline::Error::NoTypes { units: 13 });
                }
                progress(&UnitProgress {
                    units: done as u32 + 1,
                    ..UnitProgress::default()
                });
            }
            Ok(task.units.clone())
        }
    }

    fn encoded(threads: usize) -> (Vec<u32>, Vec<(u64, String)>, u64) {
        install_hook();
        let (plan, tally, made) = (plan(50, 4), Tally::default(), AtomicU64::new(0));
        let mut units = Vec::new();
        let failed = run(
            &plan,
            threads,
            &tally,
            &|| {
                made.fetch_add(1, Relaxed);
                Ok(Fake)
            },
            &mut |range: Range<u32>| {
                units.extend(range);
                Ok(())
            },
        );
        let mut failed: Vec<(u64, String)> = failed
            .expect("the job goes on")
            .into_iter()
            .map(|unit| (unit.offset, unit.cause))
            .collect();
        failed.sort();
        assert!(made.load(Relaxed) > 1, "a panic takes its encoder along");
        (units, failed, tally.units.load(Relaxed))
    }

    #[test]
    fn all_units_but_the_impossible_come_in_file_order() {
        for threads in [1, 3, 16] {
            let (units, failed, counted) = encoded(threads);
            let wanted: Vec<u32> = (0..50).filter(|unit| *unit != 7 && *unit != 13).collect();
            assert_eq!(units, wanted, "{threads} threads");
            assert_eq!(failed.len(), 2);
            assert_eq!((failed[0].0, failed[1].0), (70, 130));
            assert!(
                failed[0].1.contains("unit 7 cannot be encoded"),
                "{failed:?}"
            );
            assert_eq!(counted, 48);
        }
    }

    #[test]
    fn an_error_of_the_taker_or_maker_ends_the_job() {
        let (plan, tally) = (plan(50, 4), Tally::default());
        let new = || Ok(Fake);
        let stop = &mut |_| Err(pipeline::Error::NoTypes { units: 1 });
        let result = run(&plan, 3, &tally, &new, stop);
        assert!(matches!(result, Err(pipeline::Error::NoTypes { units: 1 })));

        let new = || -> Result<Fake, _> { Err(pipeline::Error::NoTypes { units: 2 }) };
        let result = run(&plan, 3, &tally, &new, &mut |_| Ok(()));
        assert!(matches!(result, Err(pipeline::Error::NoTypes { units: 2 })));
    }

    #[test]
    fn a_plan_without_units_is_done_at_once() {
        let (plan, tally) = (plan(0, 4), Tally::default());
        let new = || -> Result<Fake, _> { Err(pipeline::Error::NoTypes { units: 2 }) };
        let result = run(&plan, 3, &tally, &new, &mut |_| Ok(()));
        assert!(result.is_ok_and(|failed| failed.is_empty()));
    }
}
