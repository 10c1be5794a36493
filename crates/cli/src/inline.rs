//! Inline sites in a file: the section `.BTF.inline`, or a raw file such as `/sys/kernel/btf/vmlinux.inline`.

use crate::allowed;
use crate::failure::Failure;
use crate::file::{self, Source};
use crate::input;
use btf::Btf;
use pipeline::FileFormat;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The section of an ELF file that contains inline sites, as split BTF on `.BTF`.
pub const SECTION: &str = ".BTF.inline";
/// How the names of raw files with inline sites end.
pub const ENDING: &str = ".inline";
/// The file beside the BTF of modules on which they are based.
const KERNEL: &str = "vmlinux";

/// What a command reads of a file.
pub struct Part {
    /// The BTF as it is in the file.
    pub bytes: Vec<u8>,
    /// The BTF on which it is based.
    pub base: Option<Arc<Btf>>,
}

impl Part {
    /// The types of the part. References are not checked.
    pub fn parse(&self, path: &Path) -> Result<Btf, Failure> {
        input::parse(path, &self.bytes, self.base.as_ref())
    }
}

/// The inline sites of a file, if they are asked for (`wanted`) or the file contains nothing else; `None` if its types are
/// to be read.
pub fn part(path: &Path, base: Option<&Path>, wanted: bool) -> Result<Option<Part>, Failure> {
    let (_, metadata) = file::open(path)?;
    let format = match metadata.is_file() {
        true => Some(input::format(&Source::open(path)?)?.0),
        false => None,
    };
    match format {
        Some(FileFormat::Elf) if wanted => of_elf(path, base).map(Some),
        Some(FileFormat::Btf) => match beside(path) {
            Some(types) => of_raw(path, &types, base).map(Some),
            None if wanted && base.is_none() => Err(Failure::of(
                path,
                format!(
                    "on which BTF these inline sites are based is not known, since the name does not end in {ENDING}; name it with --base"
                ),
            )),
            None => Ok(None),
        },
        // Standard input: bytes of either kind, on the base that is named.
        _ if wanted => Err(Failure::of(
            path,
            "inline sites are read from a regular file; name one",
        )),
        _ => Ok(None),
    }
}

/// What a command reads of a file, every reference of which leads somewhere: its inline sites, if they are asked for or the file
/// contains nothing else, or else its types.
pub fn checked_btf(path: &Path, base: Option<&Path>, wanted: bool) -> Result<Btf, Failure> {
    match part(path, base, wanted)? {
        Some(part) => input::checked(path, part.parse(path)?, true),
        None => input::checked_btf(path, input::base(base)?.as_ref()),
    }
}

/// The inline sites of an ELF file; `None` if it has none.
pub fn of_elf_if_any(path: &Path, base: Option<&Path>) -> Result<Option<Part>, Failure> {
    let source = Source::open(path)?;
    let elf = allowed::elf(&source).map_err(|error| Failure::of(path, error))?;
    let Some(bytes) = input::section_bytes(path, &elf, &source, SECTION)? else {
        return Ok(None);
    };
    let base = input::base(base)?;
    let base = match elf.section(input::SECTION) {
        Some(_) => Some(indexed(input::checked_btf(path, base.as_ref())?)),
        None => base,
    };
    Ok(Some(Part { bytes, base }))
}

fn of_elf(path: &Path, base: Option<&Path>) -> Result<Part, Failure> {
    of_elf_if_any(path, base)?.ok_or_else(|| {
        Failure::of(
            path,
            format!(
                "this ELF file has no {SECTION} section; `btfscope encode --features +inline` makes it from debug information"
            ),
        )
    })
}

fn of_raw(path: &Path, types: &Path, base: Option<&Path>) -> Result<Part, Failure> {
    let bytes = input::btf_bytes(path)?;
    let base = match base {
        Some(_) => input::base(base)?,
        None => Some(types_beside(path, types)?),
    };
    Ok(Part { bytes, base })
}

/// The file on which a raw file of inline sites is based: the name without its ending.
fn beside(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?.strip_suffix(ENDING)?;
    (!name.is_empty()).then(|| path.with_file_name(name))
}

fn types_beside(path: &Path, types: &Path) -> Result<Arc<Btf>, Failure> {
    if !types.exists() {
        return Err(Failure::of(
            path,
            format!(
                "these inline sites are based on other BTF, and there is no {}; name it with --base",
                types.display()
            ),
        ));
    }
    let alone = input::checked_btf(types, None);
    let kernel = types.with_file_name(KERNEL);
    match alone {
        Ok(btf) => Ok(indexed(btf)),
        // A module's BTF beside that of its kernel.
        Err(_) if kernel != types && kernel.exists() => {
            let kernel = indexed(input::checked_btf(&kernel, None)?);
            Ok(indexed(input::checked_btf(types, Some(&kernel))?))
        }
        Err(failure) => Err(failure),
    }
}

fn indexed(mut btf: Btf) -> Arc<Btf> {
    btf.index_strings();
    Arc::new(btf)
}
