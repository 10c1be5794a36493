//! An encoder: runs of units in, packed shards out.

use crate::companions::{CompanionFiles, GivenFiles};
use crate::failure;
use crate::source::FileSource;
use js_sys::Uint8Array;
use pipeline::{Error, Plan, Task, UnitProgress, Worker};
use protocol::engine::{EncoderResponse, Progress};
use protocol::port;
use std::rc::Rc;
use web_sys::File;

/// Milliseconds between two messages about progress.
pub const PROGRESS_MS: f64 = 120.0;

/// Encodes runs of units of one file. It holds what all of them need.
#[derive(Debug)]
pub struct Encoder {
    worker: Worker<'static, FileSource>,
    plan: Plan,
}

impl Encoder {
    /// Reads what all units of the file need.
    ///
    /// # Errors
    ///
    /// When the file or a companion cannot be read: the answer for the page.
    pub fn open(
        file: &File,
        given: &Rc<GivenFiles>,
        plan: Plan,
    ) -> Result<Encoder, Box<EncoderResponse>> {
        let source = FileSource::new(file)
            .map_err(|cause| EncoderResponse::Failed(failure::unreadable(cause)))?;
        // An encoder opens one file in its life, which ends with its instance.
        let source: &'static FileSource = Box::leak(Box::new(source));
        let companions: &'static CompanionFiles =
            Box::leak(Box::new(CompanionFiles::new(given, file)));
        let worker =
            Worker::with_companions(source, &plan, companions).map_err(|error| ended(&error))?;
        Ok(Encoder { worker, plan })
    }

    /// The types of one unit, before any dedup; none when it cannot be encoded.
    pub fn unit(&mut self, unit: u32) -> Option<btf::Btf> {
        self.worker.encode_unit(&self.plan, unit).ok().flatten()
    }

    /// Encodes the units of a task; `tell` gets the progress now and then.
    pub fn encode(&mut self, task: &Task, tell: &mut dyn FnMut(&Progress)) -> EncoderResponse {
        let (mut latest, mut told) = (Progress::default(), port::now());
        let output = self
            .worker
            .encode(&self.plan, task, &mut |progress: &UnitProgress<'_>| {
                let now = port::now();
                let is_due = now - told >= PROGRESS_MS;
                latest = Progress {
                    units: progress.units,
                    types: progress.types,
                    dwarf_bytes: progress.dwarf_bytes,
                    btf_bytes: progress.btf_bytes,
                    unit: progress.unit.filter(|_| is_due).map(str::to_owned),
                };
                if is_due {
                    told = now;
                    tell(&latest);
                }
            });
        match output {
            Ok(output) => {
                let bytes = Uint8Array::from(output.pack().as_slice());
                EncoderResponse::Encoded {
                    task: task.id,
                    bytes,
                    progress: latest,
                }
            }
            // The file changed or went away, or is not as planned: no unit is to blame.
            Err(error) if error.ends_job() => ended(&error),
            Err(error) => EncoderResponse::EncodeFailed {
                task: task.id,
                cause: error.to_string(),
            },
        }
    }
}

/// What an encoder answers that can do nothing with the file, or with its plan.
fn ended(error: &Error) -> EncoderResponse {
    match error {
        error if error.is_of_plan() => EncoderResponse::PlanAgain,
        error => EncoderResponse::Failed(failure::of_job(error)),
    }
}
