//! The types of a file that a result is held against.

use crate::coordinator::{Coordinator, Planned};
use elf::{Elf, ReadAt};
use js_sys::Uint8Array;
use pipeline::{Job, Options};
use protocol::codec::Bytes;
use protocol::engine::Response;
use protocol::failure::Failure;
use protocol::model::Model;
use std::rc::Rc;
use web_sys::File;
use workers::companions::Given;
use workers::encoder::Encoder;
use workers::source::FileSource;
use workers::{failure, port};

/// Raw BTF of a file, and what is known of it. Its DWARF is encoded, by this worker only, where it has no BTF, or where `encode` says so:
/// what another encoder wrote differs in more than the kernels do.
pub fn of(
    file: &File,
    encode: bool,
    given: &Rc<Given>,
) -> Result<(Uint8Array, Option<Bytes>), Failure> {
    let plain = |bytes: &[u8]| Ok((Uint8Array::from(bytes), None));
    let source = FileSource::new(file).map_err(failure::unreadable)?;
    let mut start = [0; 4];
    let head = source.len().min(4) as usize;
    // What cannot be read is told by what reads on.
    let _ = start.get_mut(..head).map(|start| source.read_at(0, start));
    if !elf::file_is_elf(&start) {
        return plain(&source.read_btf()?);
    }
    let elf = Elf::parse(&source).map_err(|error| failure::of_elf(&error))?;
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
        return plain(&bytes);
    }
    // A job of one, of which nothing is told but its end.
    port::set_quiet(true);
    let done = job(file, given);
    port::set_quiet(false);
    done.map(|model| (model.btf, model.known))
}

/// A job from its plan to its result.
fn job(file: &File, given: &Rc<Given>) -> Result<Model, Failure> {
    let planned = Coordinator::plan(file, given, &Options::default(), true)?;
    let mut coordinator = match planned {
        Planned::Job(coordinator) => coordinator,
        Planned::Opened(model) => return Ok(*model),
    };
    let plan = coordinator.plan_made();
    let failed = || failure::of_btf("its units could not be encoded");
    let mut encoder = Encoder::open(file, given, plan.clone(), None).map_err(|_| failed())?;
    let mut job: Job<()> = Job::new(plan);
    while let Some(task) = job.next_task() {
        let Response::Encoded { bytes, .. } = encoder.encode(&task) else {
            return Err(failed());
        };
        coordinator.add(&bytes)?;
    }
    coordinator.finish()
}
