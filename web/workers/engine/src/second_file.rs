//! The types of a second file, with which a result is compared.

use crate::coordinator::{Coordinator, NoResult, Planned};
use crate::role::Receive;
use elf::{Elf, ReadAt};
use js_sys::Uint8Array;
use pipeline::{Identity, Job, Options, Stage};
use protocol::engine::{
    self, CoordinatorResponse, EncoderResponse, SecondFileRequest, SecondFileResponse,
};
use protocol::failure::Failure;
use protocol::job_result::JobResult;
use protocol::port;
use std::rc::Rc;
use web_sys::File;
use workers::companions::GivenFiles;
use workers::encoder::Encoder;
use workers::failure;
use workers::source::FileSource;

/// What part of the work encoding is; the rest is selecting functions, dedup, and writing.
const ENCODING: f64 = 0.8;

/// A worker that gets the types of one file.
pub struct SecondFileRole {
    given: Rc<GivenFiles>,
}

impl SecondFileRole {
    /// With files that its input may refer to.
    pub fn new(given: Rc<GivenFiles>) -> SecondFileRole {
        SecondFileRole { given }
    }
}

impl Receive for SecondFileRole {
    type Role = engine::SecondFile;

    fn receive(&mut self, request: SecondFileRequest) -> Result<(), String> {
        let SecondFileRequest {
            file,
            encode,
            types,
            budget,
        } = request;
        let options = Options {
            kernel: types,
            budget,
            ..Options::default()
        };
        port::post(&match of(&file, encode, &options, &self.given) {
            Ok(types) => types,
            Err(failure) => SecondFileResponse::Failed(failure),
        });
        Ok(())
    }
}

/// The types of a file: raw BTF, and its metadata. Its DWARF is encoded, by this worker only, if it has no BTF, or if `encode` says so:
/// what another encoder wrote differs in more than the kernels do.
fn of(
    file: &File,
    encode: bool,
    options: &Options,
    given: &Rc<GivenFiles>,
) -> Result<SecondFileResponse, Failure> {
    let plain = |bytes: &[u8], identity| {
        Ok(SecondFileResponse::Types {
            bytes: Uint8Array::from(bytes),
            metadata: None,
            identity,
        })
    };
    let source = FileSource::new(file).map_err(failure::unreadable)?;
    let mut start = [0; 4];
    let head = source.len().min(4) as usize;
    // What cannot be read is told by what reads on.
    let _ = start.get_mut(..head).map(|start| source.read_at(0, start));
    if !elf::file_is_elf(&start) {
        return plain(&source.read_btf()?, Identity::default());
    }
    let elf = Elf::parse(&source).map_err(|error| failure::of_elf(&error))?;
    let elf = elf.within(options.budget, &source);
    let section = elf
        .section(".BTF")
        .filter(|section| !section.is_nobits() && section.size > 0);
    let has_dwarf = elf
        .section(".debug_info")
        .is_some_and(|section| !section.is_nobits() && section.size > 0);
    if let Some(section) = section.filter(|_| !(encode && has_dwarf)) {
        let bytes = elf
            .read_section(&source, section)
            .map_err(|error| failure::of_elf(&error))?;
        return plain(&bytes, Identity::read(&elf, &source));
    }
    let result = job(file, options, given)?;
    Ok(SecondFileResponse::Types {
        bytes: result.btf,
        metadata: result.metadata,
        identity: result.statistics.input.identity,
    })
}

/// A job of one worker, from its plan to its result.
fn job(file: &File, options: &Options, given: &Rc<GivenFiles>) -> Result<JobResult, Failure> {
    let planned = Coordinator::plan(file, given, options, true, &mut |_| ())?;
    let mut coordinator = match planned {
        Planned::Job(coordinator) => coordinator,
        Planned::Opened(model) => return Ok(*model),
    };
    let plan = coordinator.plan_made();
    let units_in_all = plan.units().max(1);
    let failed = || failure::of_btf("its units could not be encoded");
    let ended = |ended| match ended {
        NoResult::Failed(failure) => failure,
        // This plan takes nothing for granted.
        NoResult::PlanAgain => failed(),
    };
    let mut encoder = Encoder::open(file, given, plan.clone()).map_err(|_| failed())?;
    let mut job: Job<()> = Job::new(plan);
    let tell = |share: f64| port::post(&SecondFileResponse::Progress(share));
    let mut done = 0;
    while let Some(task) = job.next_task() {
        let share = |units: u32| ENCODING * f64::from(done + units) / f64::from(units_in_all);
        let encoded = encoder.encode(&task, &mut |progress| tell(share(progress.units)));
        let EncoderResponse::Encoded { bytes, .. } = encoded else {
            return Err(failed());
        };
        coordinator.add(&bytes).map_err(ended)?;
        done += task.units.end - task.units.start;
    }
    let finished = coordinator.finish(&mut |response| {
        if let CoordinatorResponse::Stage(stage) = response {
            tell(match stage {
                Stage::Dedup => 0.86,
                Stage::Write | Stage::Patch => 0.97,
                _ => ENCODING,
            });
        }
    });
    finished.map_err(ended)
}
