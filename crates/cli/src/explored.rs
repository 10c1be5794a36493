//! The types of a file, to be asked about: of its BTF, or encoded from its DWARF.

use crate::companions::{Beside, Named};
use crate::failure::Failure;
use crate::file::{self, Source};
use crate::input::{self, FileKind, SECTION, SNIFF};
use crate::job::{self, Run};
use btf::Btf;
use elf::Elf;
use explore::{Copies, Explorer};
use pipeline::{Options, Provenance};
use std::path::Path;
use std::sync::Arc;
use std::thread::available_parallelism;

/// A file's types, and where they came from when they were encoded.
pub struct Explored {
    /// The types.
    pub explorer: Explorer,
    /// Which units have a type; none where the file's BTF was taken.
    pub provenance: Option<Provenance>,
}

/// Opens a file. DWARF is encoded where `units` must be known or there is no BTF; else the BTF is taken.
pub fn open(path: &Path, base: Option<&Arc<Btf>>, units: bool) -> Result<Explored, Failure> {
    let (_, metadata) = file::open(path)?;
    if metadata.is_file() && base.is_none() {
        let source = Source::open(path)?;
        if FileKind::of(&source.start(SNIFF)?) == FileKind::Elf {
            let elf = Elf::parse(&source).map_err(|error| Failure::of(path, error))?;
            let has = |name: &str| {
                let section = elf.section(name);
                section.is_some_and(|section| !section.is_nobits() && section.size > 0)
            };
            if has(".debug_info") && (units || !has(SECTION)) {
                return encode(path, &source);
            }
        }
    }
    let btf = input::checked_btf(path, base)?;
    Ok(Explored {
        explorer: Explorer::new(btf, None),
        provenance: None,
    })
}

fn encode(path: &Path, source: &Source) -> Result<Explored, Failure> {
    let wanted = available_parallelism().map_or(1, usize::from);
    let options = Options {
        workers: u32::try_from(wanted).unwrap_or(u32::MAX),
        ..Options::default()
    };
    let beside = Beside::new(path, Named::default());
    let mut run = Run::start();
    let outcome = job::run(source, &options, &beside, None, wanted, &mut run)?;
    run.finish();
    let copies = outcome.provenance.copies(outcome.btf.end_id());
    Ok(Explored {
        explorer: Explorer::new(outcome.btf, Some(Copies::new(copies))),
        provenance: Some(outcome.provenance),
    })
}
