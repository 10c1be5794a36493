//! Two files held against each other: the types of a model, and those of a second file.

use crate::companions::Given;
use crate::coordinator::{Coordinator, Planned};
use crate::encoder::Encoder;
use crate::model::Model;
use crate::source::FileSource;
use crate::{failure, port};
use btf::Btf;
use elf::{Elf, ReadAt};
use explore::Explorer;
use pipeline::{Job, Options};
use std::rc::Rc;
use web::protocol::{Failure, Response};
use web_sys::{Blob, File};

/// Reads the BTF of both. The DWARF of the second is encoded, by this worker only, where it has no BTF, or where
/// the first was encoded too: what another encoder wrote differs in more than the kernels do.
pub fn open(
    first: &Blob,
    second: &File,
    encode: bool,
    given: &Rc<Given>,
) -> Result<Model, Failure> {
    let bytes = FileSource::new(first)
        .map_err(failure::unreadable)?
        .read_btf()?;
    let first = parse(&bytes)?;
    let second = types(second, encode, given)?;
    let mut model = Model::new(first, Vec::new(), Vec::new(), None);
    model.compare_with(second);
    Ok(model)
}

fn types(file: &File, encode: bool, given: &Rc<Given>) -> Result<Explorer, Failure> {
    let source = FileSource::new(file).map_err(failure::unreadable)?;
    let mut start = [0; 4];
    let head = source.len().min(4) as usize;
    // What cannot be read is told by what reads on.
    let _ = start.get_mut(..head).map(|start| source.read_at(0, start));
    if !elf::file_is_elf(&start) {
        return Ok(Explorer::new(parse(&source.read_btf()?)?, None));
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
        return Ok(Explorer::new(parse(&bytes)?, None));
    }
    // A job of one, of which nothing is told but its end.
    port::set_quiet(true);
    let done = job(file, given);
    port::set_quiet(false);
    done.map(Model::into_explorer)
}

fn parse(bytes: &[u8]) -> Result<Btf, Failure> {
    let refused = |error: btf::Error| failure::of_btf(&error.to_string());
    let btf = btf::parse(bytes, None).map_err(refused)?;
    btf.check_references().map_err(refused)?;
    Ok(btf)
}

/// A job from its plan to its model.
pub fn job(file: &File, given: &Rc<Given>) -> Result<Model, Failure> {
    let planned = Coordinator::plan(file, given, &Options::default(), true)?;
    let mut coordinator = match planned {
        Planned::Job(coordinator) => coordinator,
        Planned::Model(model) => return Ok(*model),
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
