//! An encoder: runs of units in, packed shards out.

use crate::companions::{Beside, Given};
use crate::source::FileSource;
use crate::{failure, port};
use js_sys::Uint8Array;
use pipeline::{Error, Plan, Task, UnitProgress, Worker};
use protocol::engine::{Progress, Response};
use std::rc::Rc;
use web_sys::File;

/// Milliseconds between two messages about progress.
pub const PROGRESS_MS: f64 = 120.0;

/// Holds what all units of the file need.
pub struct Encoder {
    worker: Worker<'static, FileSource>,
    plan: Plan,
    fault: Option<u32>,
}

impl Encoder {
    /// Reads what all units of the file need.
    pub fn open(
        file: &File,
        given: &Rc<Given>,
        plan: Plan,
        fault: Option<u32>,
    ) -> Result<Encoder, Box<Response>> {
        let source =
            FileSource::new(file).map_err(|cause| Response::Failed(failure::unreadable(cause)))?;
        // An encoder opens one file in its life, which ends with its instance.
        let source: &'static FileSource = Box::leak(Box::new(source));
        let beside: &'static Beside = Box::leak(Box::new(Beside::new(given, file)));
        let worker =
            Worker::with_companions(source, &plan, beside).map_err(|error| ended(&error))?;
        Ok(Encoder {
            worker,
            plan,
            fault,
        })
    }

    /// The types of one unit, before any dedup; none when it cannot be encoded.
    pub fn unit(&mut self, unit: u32) -> Option<btf::Btf> {
        self.worker.encode_unit(&self.plan, unit).ok().flatten()
    }

    /// Encodes the units of a task.
    pub fn encode(&mut self, task: &Task) -> Response {
        // How many units of this task may be done before the one that is to trap.
        let fatal = self
            .fault
            .filter(|unit| task.units.contains(unit))
            .map(|unit| unit - task.units.start);
        trap_at(fatal, 0);
        let (mut latest, mut told) = (Progress::default(), port::now());
        let output = self
            .worker
            .encode(&self.plan, task, &mut |progress: &UnitProgress<'_>| {
                trap_at(fatal, progress.units);
                let now = port::now();
                let tell = now - told >= PROGRESS_MS;
                latest = Progress {
                    units: progress.units,
                    types: progress.types,
                    dwarf_bytes: progress.dwarf_bytes,
                    btf_bytes: progress.btf_bytes,
                    unit: if tell {
                        progress.unit.map(str::to_owned)
                    } else {
                        None
                    },
                };
                if tell {
                    told = now;
                    port::post(Response::Progress(latest.clone()));
                }
            });
        match output {
            Ok(output) => {
                let bytes = Uint8Array::from(output.pack().as_slice());
                Response::Encoded {
                    task: task.id,
                    bytes,
                    progress: latest,
                }
            }
            // The file changed or went away: no unit is to blame, and none could be read any more.
            Err(error) if error.is_of_source() => ended(&error),
            Err(Error::UnlistedUnits) => Response::UnlistedUnits,
            Err(error) => Response::EncodeFailed {
                task: task.id,
                cause: error.to_string(),
            },
        }
    }
}

/// What an encoder says that can do nothing with the file, or with its plan.
fn ended(error: &Error) -> Response {
    match error {
        Error::UnlistedUnits => Response::UnlistedUnits,
        error => Response::Failed(failure::of_job(error)),
    }
}

/// Traps when the unit that is to kill this worker is next. On wasm, `abort` is a trap without a word,
/// as running out of memory is.
pub fn trap_at(fatal: Option<u32>, done: u32) {
    if fatal.is_some_and(|fatal| done >= fatal) {
        std::process::abort();
    }
}
