//! The types of a file for the explorer: from its BTF, or encoded from its DWARF.

use crate::allowed;
use crate::companions::{Beside, Named};
use crate::failure::{Failure, say};
use crate::file::{self, Source};
use crate::inline;
use crate::input::{self, SECTION};
use crate::job::{self, Run};
use btf::Btf;
use btf::TypeId;
use elf::Elf;
use explore::inlined::InlineSites;
use explore::{Copies, Explorer, UnitType, Units};
use pipeline::{Features, FileFormat, Options, Outcome, Provenance, SkippedFunction};
use std::path::Path;
use std::sync::Arc;
use std::thread::available_parallelism;

/// A file's types and, if they were encoded, where they came from.
pub struct Explored {
    /// The explorer of the types.
    pub explorer: Explorer,
    /// Which units have a type; `None` if the file's BTF was taken.
    pub provenance: Option<Provenance>,
    /// Functions that were left out; `None` if the file's BTF was taken.
    pub skipped: Option<Vec<SkippedFunction>>,
    /// Whether the types are split BTF on a base that was named or found, so that lists contain only their own.
    pub is_split: bool,
}

impl Explored {
    /// Adds the inline sites that the file has beside its BTF, if that was taken and they are based on it. Types that were encoded
    /// have other ids.
    pub fn add_inline_sites(&mut self, path: &Path, base: Option<&Path>) {
        if self.provenance.is_some() || self.is_split && base.is_none() {
            return;
        }
        let read = || -> Result<Option<InlineSites>, Failure> {
            if !is_elf(path)? {
                return Ok(None);
            }
            let Some(part) = inline::of_elf_if_any(path, base)? else {
                return Ok(None);
            };
            let sites = InlineSites::checked(&part.parse(path)?);
            sites.map(Some).map_err(|cause| Failure::of(path, cause))
        };
        match read() {
            Ok(None) => {}
            Ok(Some(sites)) => self.explorer.take_inline_sites(Arc::new(sites)),
            Err(failure) => say(&format!(
                "warning: inline sites are not shown: {}",
                failure.message()
            )),
        }
    }

    /// The units, if the types were encoded.
    pub fn units(&self) -> Option<UnitsOf<'_>> {
        self.provenance.as_ref().map(UnitsOf)
    }
}

/// The units of a result.
pub struct UnitsOf<'a>(&'a Provenance);

impl Units for UnitsOf<'_> {
    fn units_of(&self, ids: &[TypeId]) -> Vec<Vec<String>> {
        let found = self.0.units_of_each(ids).into_iter();
        let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
        found.map(owned).collect()
    }

    fn for_each_unit(&self, wanted: &dyn Fn(&str) -> bool, f: &mut dyn FnMut(&str, &[UnitType])) {
        let mut types = Vec::new();
        self.0.for_each_unit(wanted, |name, before| {
            types.clear();
            types.extend(before.iter().map(|one| UnitType {
                id: TypeId(one.id),
                declared: one.declared,
            }));
            f(name, &types);
        });
    }
}

/// Opens a file. Its DWARF is encoded if `units` must be known or the file has no BTF; else its BTF is taken. With a
/// base, it is a module, whose units are not asked for.
pub fn open(path: &Path, base: Option<&Arc<Btf>>, units: bool) -> Result<Explored, Failure> {
    if let Some(source) = to_encode(path, units && base.is_none())? {
        let outcome = encode(path, &source, base, false)?;
        let copies = outcome.provenance.copies(outcome.btf.end_id());
        let btf = input::written(path, outcome.btf)?;
        let explorer = explorer(btf, Some(Copies::new(copies)));
        return Ok(Explored {
            explorer: explorer.with_kfuncs(outcome.kfuncs),
            provenance: Some(outcome.provenance),
            skipped: Some(outcome.skipped_functions),
            is_split: base.is_some(),
        });
    }
    let btf = input::written(path, input::checked_btf(path, base)?)?;
    Ok(Explored {
        explorer: explorer(btf, None),
        provenance: None,
        skipped: None,
        is_split: base.is_some(),
    })
}

/// An explorer whose answers may cost what the user allows.
pub fn explorer(btf: impl Into<Arc<Btf>>, copies: Option<Copies>) -> Explorer {
    Explorer::new(btf, copies).with_budget(allowed::budget())
}

/// Opens a file as [`open`] does, or its inline sites if they are asked for (`inline`) or it contains nothing else.
pub fn open_part(
    path: &Path,
    base: Option<&Path>,
    inline: bool,
    units: bool,
) -> Result<Explored, Failure> {
    let Some(part) = inline::part(path, base, inline)? else {
        return open(path, input::base(base)?.as_ref(), units);
    };
    let btf = input::written(path, input::checked(path, part.parse(path)?, true)?)?;
    Ok(Explored {
        explorer: explorer(btf, None),
        provenance: None,
        skipped: None,
        is_split: true,
    })
}

/// The inline sites of a file, on its types: from `.BTF.inline`, or encoded from its DWARF.
pub fn inline_sites(path: &Path, base: Option<&Path>) -> Result<Btf, Failure> {
    let part = match is_elf(path)? {
        true => inline::of_elf_if_any(path, base)?,
        false => inline::part(path, base, true)?,
    };
    if let Some(part) = part {
        return part.parse(path);
    }
    let Some(source) = to_encode(path, true)? else {
        let cause = "it has neither a .BTF.inline section nor debug information, so where functions were inlined is not known";
        return Err(Failure::of(path, cause));
    };
    let mut outcome = encode(path, &source, input::base(base)?.as_ref(), true)?;
    let bytes = outcome.inline.take().unwrap_or_default();
    outcome.btf.index_strings();
    input::parse(path, &bytes, Some(&Arc::new(outcome.btf)))
}

fn is_elf(path: &Path) -> Result<bool, Failure> {
    let (_, metadata) = file::open(path)?;
    Ok(metadata.is_file() && input::format(&Source::open(path)?)?.0 == FileFormat::Elf)
}

/// The types on which modules are based: a file's BTF, or else its encoded DWARF.
pub fn base(path: &Path) -> Result<Arc<Btf>, Failure> {
    let mut btf = match to_encode(path, false)? {
        Some(source) => encode(path, &source, None, false)?.btf,
        None => input::checked_btf(path, None)?,
    };
    btf = input::written(path, btf)?;
    btf.index_strings();
    Ok(Arc::new(btf))
}

/// The file if its DWARF is to be encoded: `always` if it has any, otherwise only if it has no BTF.
fn to_encode(path: &Path, always: bool) -> Result<Option<Source>, Failure> {
    if !is_elf(path)? {
        return Ok(None);
    }
    let source = Source::open(path)?;
    let elf = Elf::parse(&source).map_err(|error| Failure::of(path, error))?;
    let has = |name: &str| {
        let section = elf.section(name);
        section.is_some_and(|section| !section.is_nobits() && section.size > 0)
    };
    Ok((has(".debug_info") && (always || !has(SECTION))).then_some(source))
}

fn encode(
    path: &Path,
    source: &Source,
    base: Option<&Arc<Btf>>,
    inline: bool,
) -> Result<Outcome, Failure> {
    let wanted = available_parallelism().map_or(1, usize::from);
    let options = Options {
        workers: u32::try_from(wanted).unwrap_or(u32::MAX),
        features: Features {
            inline,
            ..Features::default()
        },
        budget: allowed::budget(),
        ..Options::default()
    };
    let beside = Beside::new(path, Named::default());
    let mut run = Run::start();
    let outcome = job::run(
        source,
        path,
        &options,
        &beside,
        base.cloned(),
        wanted,
        &mut run,
    )?;
    run.finish();
    Ok(outcome)
}
