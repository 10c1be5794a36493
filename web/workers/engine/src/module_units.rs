//! A module's units, one after the other in one worker.

use pipeline::{Error, FailedUnit, Merge, Plan, Task, TaskId, UnitProgress, Worker};
use protocol::engine::{ModuleResponse, Progress};
use protocol::port;
use protocol::queue::Attempt;
use std::collections::VecDeque;
use std::ops::Range;
use workers::encoder::PROGRESS_MS;
use workers::source::FileSource;

/// Encodes and merges all units but those that killed a worker in earlier attempts. A run of units that fails
/// is tried again unit by unit, as a kernel's shard is; a unit that fails alone is left out.
pub fn encode(
    worker: &mut Worker<'_, FileSource>,
    plan: &Plan,
    attempt: &Attempt,
    merge: &mut Merge,
) -> Result<(), Error> {
    let shards = plan.shards.iter().map(|shard| shard.units.clone());
    let mut waiting: VecDeque<Range<u32>> = match attempt.careful {
        true => shards.flat_map(single).collect(),
        false => shards.collect(),
    };
    let mut told = Told::new();
    let mut left_out = Vec::new();
    let mut leave_out = |unit: u32, cause: String| {
        left_out.push(FailedUnit {
            offset: plan.unit_offset(unit),
            name: None,
            cause,
        });
    };
    while let Some(units) = waiting.pop_front() {
        if attempt.careful {
            if let Some(cause) = attempt.cause_of(units.start) {
                leave_out(units.start, cause.to_owned());
                continue;
            }
            port::post(&ModuleResponse::Unit(units.start));
        }
        told.begin();
        // Nobody asks for a task by its name: there is one worker, and one task at a time.
        let task = Task {
            id: TaskId(units.start),
            units,
        };
        let output = worker.encode(plan, &task, &mut |progress: &UnitProgress<'_>| {
            told.tell(progress);
        });
        match output {
            Ok(output) => merge.add(output)?,
            // The file changed or went away: no unit is to blame.
            Err(error) if error.ends_job() => return Err(error),
            Err(_) if task.units.len() > 1 => {
                told.take_back();
                single(task.units)
                    .rev()
                    .for_each(|unit| waiting.push_front(unit));
            }
            Err(error) => leave_out(task.units.start, error.to_string()),
        }
    }
    merge.add_failed(left_out);
    Ok(())
}

fn single(units: Range<u32>) -> impl DoubleEndedIterator<Item = Range<u32>> {
    units.map(|unit| unit..unit + 1)
}

/// What was told of a module's progress.
struct Told {
    before: Progress,
    latest: Progress,
    at: f64,
}

impl Told {
    fn new() -> Told {
        Told {
            before: Progress::default(),
            latest: Progress::default(),
            at: port::now(),
        }
    }

    fn begin(&mut self) {
        self.before = self.latest.clone();
    }

    fn take_back(&mut self) {
        self.latest = self.before.clone();
    }

    fn tell(&mut self, progress: &UnitProgress<'_>) {
        self.latest = Progress {
            units: self.before.units + progress.units,
            types: self.before.types + progress.types,
            dwarf_bytes: self.before.dwarf_bytes + progress.dwarf_bytes,
            btf_bytes: self.before.btf_bytes + progress.btf_bytes,
            unit: None,
        };
        let now = port::now();
        if now - self.at >= PROGRESS_MS {
            self.at = now;
            port::post(&ModuleResponse::Progress(Progress {
                unit: progress.unit.map(str::to_owned),
                ..self.latest.clone()
            }));
        }
    }
}
