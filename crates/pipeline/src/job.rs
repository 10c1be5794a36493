//! Which shard is to be encoded next, and what happens when a worker dies.

use crate::plan::Plan;
use crate::statistics::FailedUnit;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

/// Names a task within its job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TaskId(pub u32);

/// A run of units to be encoded by one worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Its number within the job.
    pub id: TaskId,
    /// Units, by their index in the file.
    pub units: Range<u32>,
}

/// The state of a job's encoding: hands out tasks, gives results back in file order, and cuts a shard
/// whose worker died into single units until the one that cannot be encoded is known.
///
/// `T` is a finished shard, in whatever form the driver carries it.
#[derive(Debug)]
pub struct Job<T> {
    waiting: VecDeque<Task>,
    running: BTreeMap<TaskId, Task>,
    /// Finished and not yet taken, by first unit.
    done: BTreeMap<u32, FinishedUnits<T>>,
    next_unit: u32,
    end_unit: u32,
    next_id: u32,
    failed: Vec<FailedUnit>,
}

/// Units that are encoded or left out.
#[derive(Debug)]
struct FinishedUnits<T> {
    /// One past the last.
    end: u32,
    /// `None` for a unit that was left out.
    output: Option<T>,
}

impl<T> Job<T> {
    /// All shards of a plan, not yet started.
    pub fn new(plan: &Plan) -> Job<T> {
        let tasks = plan.shards.iter().enumerate();
        Job {
            waiting: tasks
                .map(|(i, shard)| Task {
                    id: TaskId(i as u32),
                    units: shard.units.clone(),
                })
                .collect(),
            running: BTreeMap::new(),
            done: BTreeMap::new(),
            next_unit: 0,
            end_unit: plan.shards.last().map_or(0, |shard| shard.units.end),
            next_id: plan.shards.len() as u32,
            failed: Vec::new(),
        }
    }

    /// The next task for a worker that is free; `None` when there is none to hand out now.
    pub fn next_task(&mut self) -> Option<Task> {
        let task = self.waiting.pop_front()?;
        self.running.insert(task.id, task.clone());
        Some(task)
    }

    /// Takes the result of a task. A task that is not running (cancelled, or given up) is ignored.
    pub fn finished(&mut self, id: TaskId, output: T) {
        if let Some(task) = self.running.remove(&id) {
            self.done.insert(
                task.units.start,
                FinishedUnits {
                    end: task.units.end,
                    output: Some(output),
                },
            );
        }
    }

    /// Notes that a task ended without a result: its worker died or refused. A shard is tried again
    /// unit by unit; a single unit is left out for `cause`, a text as in [`FailedUnit::cause`].
    pub fn failed(&mut self, id: TaskId, cause: &str, plan: &Plan) {
        let Some(task) = self.running.remove(&id) else {
            return;
        };
        if task.units.len() > 1 {
            for unit in task.units.rev() {
                let id = TaskId(self.next_id);
                self.next_id += 1;
                self.waiting.push_front(Task {
                    id,
                    units: unit..unit + 1,
                });
            }
            return;
        }
        let unit = task.units.start;
        self.failed.push(FailedUnit {
            offset: plan.unit_offset(unit),
            name: None,
            cause: cause.to_owned(),
        });
        self.done.insert(
            unit,
            FinishedUnits {
                end: task.units.end,
                output: None,
            },
        );
    }

    /// The next finished shard in file order; call it until it gives nothing.
    pub fn take_ready(&mut self) -> Option<T> {
        loop {
            let FinishedUnits { end, output } = self.done.remove(&self.next_unit)?;
            self.next_unit = end;
            if output.is_some() {
                return output;
            }
        }
    }

    /// Whether every unit is encoded or left out, and every result taken.
    pub fn is_complete(&self) -> bool {
        self.next_unit >= self.end_unit && self.done.is_empty()
    }

    /// Tasks handed out and not yet back.
    pub fn running(&self) -> usize {
        self.running.len()
    }

    /// Units left out because their worker died; to be given to [`crate::Merge::add_failed`].
    pub fn take_failed(&mut self) -> Vec<FailedUnit> {
        std::mem::take(&mut self.failed)
    }
}
