//! The format of an input file, and its BTF.

use crate::allowed;
use crate::failure::{Failure, say};
use crate::file::{self, Source};
use crate::file_name;
use btf::{Btf, Parts, Pieces};
use elf::{Elf, ReadAt};
use pipeline::{FileFormat, HEAD_BYTES, Identity, Note};
use std::path::Path;
use std::sync::Arc;

/// The section of an ELF file that contains BTF.
pub const SECTION: &str = ".BTF";
/// The section of a module that contains the distilled base of its BTF.
pub const BASE_SECTION: &str = ".BTF.base";

/// The BTF of the kernel that runs.
const RUNNING: &str = "/sys/kernel/btf/vmlinux";

/// The format of a file, with its first bytes.
pub fn format(source: &Source) -> Result<(FileFormat, Vec<u8>), Failure> {
    let head = source.start(HEAD_BYTES)?;
    Ok((FileFormat::of(&head), head))
}

/// Refuses a file that is neither ELF nor BTF.
pub fn neither(path: &Path, format: FileFormat, head: &[u8], wanted: &str) -> Failure {
    if format == FileFormat::Empty {
        return Failure::of(path, "the file is empty");
    }
    let bytes: Vec<String> = head
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let bytes = bytes.join(" ");
    Failure::of(
        path,
        format!("this is not {wanted}: it starts with {bytes}"),
    )
}

/// The bytes of the BTF in a file: those of an ELF file's `.BTF` section, or all of a raw BTF file.
pub fn btf_bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let source = match file::is_regular(path) {
        true => Source::open(path)?,
        false => Source::spooled(path, &mut file::open(path)?.0)?,
    };
    bytes_from(path, &source)
}

fn bytes_from(path: &Path, source: &dyn ReadAt) -> Result<Vec<u8>, Failure> {
    let read = |len: u64| -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        let len = usize::try_from(len).unwrap_or(usize::MAX);
        if bytes.try_reserve_exact(len).is_err() {
            return Err(Failure::of(
                path,
                format!("memory does not suffice for its {len} bytes"),
            ));
        }
        bytes.resize(len, 0);
        match source.read_at(0, &mut bytes) {
            Ok(()) => Ok(bytes),
            Err(error) => Err(Failure::of(path, error)),
        }
    };
    let head = read(source.len().min(HEAD_BYTES as u64))?;
    match FileFormat::of(&head) {
        FileFormat::Elf => from_elf(path, source),
        FileFormat::Btf => read(source.len()),
        format => Err(neither(path, format, &head, "an ELF file or BTF")),
    }
}

fn from_elf(path: &Path, source: &dyn ReadAt) -> Result<Vec<u8>, Failure> {
    let elf = allowed::elf(source).map_err(|error| Failure::of(path, error))?;
    let Some(section) = elf.section(SECTION) else {
        let advice = if elf.section(".debug_info").is_some() {
            "; it has debug information, so `btfscope encode` can make it"
        } else {
            " and no debug information to make it from; take a kernel built with CONFIG_DEBUG_INFO_BTF, or its -dbg package"
        };
        return Err(Failure::of(
            path,
            format!("this ELF file has no {SECTION} section{advice}"),
        ));
    };
    if section.is_nobits() || section.size == 0 {
        return Err(Failure::of(
            path,
            format!(
                "the {SECTION} section of this file has no bytes; they were stripped into another file"
            ),
        ));
    }
    // Relocations for `.BTF` in BPF objects are for their loader; bpftool leaves them alone too.
    elf.read_section_unrelocated(source, section)
        .map_err(|error| Failure::of(path, error))
}

/// The BTF in a file; `base` for split BTF. References are not checked. If the file brings a distilled base,
/// it is read on that and moved to `base`; without a `base` it stays on its own.
pub fn btf(path: &Path, base: Option<&Arc<Btf>>) -> Result<Btf, Failure> {
    // A pipe is opened once, by `btf_bytes`: each time it waits for a writer.
    if file::is_regular(path) {
        let source = Source::open(path)?;
        if format(&source)?.0 == FileFormat::Btf {
            // Read in pieces, so that a large file is in memory once.
            let read = |offset, to: &mut [u8]| source.read_at(offset, to).map_err(Unread::Source);
            let parts = btf::read_parts(source.len(), read, base.cloned());
            return match parts {
                Ok(parts) => Ok(joined(path, parts)),
                Err(Unread::Source(error)) => Err(Failure::of(path, error)),
                Err(Unread::Format(error)) => Err(refused(path, error, base.is_some())),
            };
        }
    }
    let bytes = btf_bytes(path)?;
    match (distilled_base(path)?, base) {
        (Some(own), Some(base)) => relocated(path, &bytes, own, base),
        (Some(own), None) => parse(path, &bytes, Some(&own)),
        (None, base) => parse(path, &bytes, base),
    }
}

/// Reads bytes of a file from an offset on.
pub type Reads = Box<dyn FnMut(u64, &mut [u8]) -> Result<(), Unread>>;

/// The BTF of a file, of which only the strings are read; `None` if the file is anything but a single BTF, or cannot be read.
pub fn pieces(path: &Path) -> Option<Pieces<Reads>> {
    if !file::is_regular(path) {
        return None;
    }
    let source = Source::open(path).ok()?;
    if format(&source).ok()?.0 != FileFormat::Btf {
        return None;
    }
    let len = source.len();
    let at = move |offset: u64, to: &mut [u8]| source.read_at(offset, to).map_err(Unread::Source);
    let reads: Reads = Box::new(at);
    Pieces::open(len, reads).ok().flatten()
}

/// Split BTF that brings a distilled base, moved to another base as the kernel does when it loads the module.
pub fn relocated(
    path: &Path,
    bytes: &[u8],
    own: Arc<Btf>,
    base: &Arc<Btf>,
) -> Result<Btf, Failure> {
    let split = parse(path, bytes, Some(&own))?;
    btf::distill::relocate(&split, base).map_err(|error| {
        let cause =
            format!("its distilled base ({BASE_SECTION}) does not fit the given one: {error}");
        Failure::of(path, cause)
    })
}

/// The distilled base of an ELF file, if it has one.
pub fn distilled_base(path: &Path) -> Result<Option<Arc<Btf>>, Failure> {
    if !file::is_regular(path) {
        return Ok(None);
    }
    let source = Source::open(path)?;
    if format(&source)?.0 != FileFormat::Elf {
        return Ok(None);
    }
    let elf = allowed::elf(&source).map_err(|error| Failure::of(path, error))?;
    let Some(bytes) = section_bytes(path, &elf, &source, BASE_SECTION)? else {
        return Ok(None);
    };
    let named = |error: btf::Error| Failure::of(path, format!("{BASE_SECTION}: {error}"));
    let mut base = btf::parse(&bytes, None).map_err(named)?;
    base.check_references().map_err(named)?;
    base.index_strings();
    Ok(Some(Arc::new(base)))
}

/// The bytes of a section of the ELF file at `path`; `None` if the file has no bytes of it.
pub fn section_bytes(
    path: &Path,
    elf: &Elf,
    source: &dyn ReadAt,
    name: &str,
) -> Result<Option<Vec<u8>>, Failure> {
    let section = elf.section(name);
    let Some(section) = section.filter(|section| !section.is_nobits() && section.size > 0) else {
        return Ok(None);
    };
    let bytes = elf.read_section_unrelocated(source, section);
    bytes.map(Some).map_err(|error| Failure::of(path, error))
}

/// Reads the bytes of a `.BTF` section that came from `path`.
pub fn parse(path: &Path, bytes: &[u8], base: Option<&Arc<Btf>>) -> Result<Btf, Failure> {
    Ok(joined(path, parts(path, bytes, base)?))
}

/// Reads all BTFs of a `.BTF` section that came from `path`.
pub fn parts(path: &Path, bytes: &[u8], base: Option<&Arc<Btf>>) -> Result<Parts, Failure> {
    btf::parse_parts(bytes, base.cloned()).map_err(|error| refused(path, error, base.is_some()))
}

/// The types of a section. Warns if it contains several BTFs, or something else behind them.
pub fn joined(path: &Path, parts: Parts) -> Btf {
    for note in Note::of_parts(&parts) {
        let word = if note.is_warning() { "warning" } else { "note" };
        say(&format!("{word}: {}: {note}", path.display()));
    }
    parts.btf
}

/// Why a raw BTF file could not be read.
pub enum Unread {
    Source(elf::ReadError),
    Format(btf::Error),
}

impl From<btf::Error> for Unread {
    fn from(error: btf::Error) -> Unread {
        Unread::Format(error)
    }
}

fn refused(path: &Path, error: btf::Error, has_base: bool) -> Failure {
    if !has_base && matches!(error, btf::Error::BadStrings { .. }) {
        Failure::of(
            path,
            format!("{error}; if it is a module's (split) BTF, name the kernel's with --base"),
        )
    } else {
        Failure::of(path, error)
    }
}

/// The BTF in a file, every reference of which leads somewhere.
pub fn checked_btf(path: &Path, base: Option<&Arc<Btf>>) -> Result<Btf, Failure> {
    checked(path, btf(path, base)?, base.is_some())
}

/// BTF that was read from `path`, if every reference of it leads somewhere and its names are not far longer than the file.
pub fn checked(path: &Path, btf: Btf, has_base: bool) -> Result<Btf, Failure> {
    match btf.check_references() {
        Ok(()) => named(path, btf),
        Err(error) if !has_base => Err(Failure::of(
            path,
            format!("{error}; if it is a module's (split) BTF, name the kernel's with --base"),
        )),
        Err(error) => Err(Failure::of(
            path,
            format!("{error}; it is damaged or was made for another base"),
        )),
    }
}

/// BTF that was read or made from `path`, if its names are not far longer than the file. Everything that is printed
/// contains names.
pub fn named(path: &Path, btf: Btf) -> Result<Btf, Failure> {
    match explore::check_names(&btf, allowed::budget()) {
        Ok(()) => Ok(btf),
        Err(error) => Err(Failure::of(path, error)),
    }
}

/// BTF that was read or made from `path`, if neither its names nor its types written as C are far longer than the file: for
/// commands that write a type out wherever another refers to it.
pub fn written(path: &Path, btf: Btf) -> Result<Btf, Failure> {
    match explore::check_written(&btf, allowed::budget()) {
        Ok(()) => Ok(btf),
        Err(error) => Err(Failure::of(path, error)),
    }
}

/// The BTF on which split BTF is based.
pub fn base(path: Option<&Path>) -> Result<Option<Arc<Btf>>, Failure> {
    let Some(path) = path else { return Ok(None) };
    let mut base = checked_btf(path, None)?;
    base.index_strings();
    Ok(Some(Arc::new(base)))
}

/// The release of a kernel's file, if it is an ELF file that states one, and of the kernel that runs. BTF alone does not
/// state it.
pub fn release(path: &Path) -> Option<String> {
    if path == Path::new(RUNNING) {
        let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").ok()?;
        return Some(release.trim_end().to_owned());
    }
    if file_name::is_stdin(path) || !file::is_regular(path) {
        return None;
    }
    let source = Source::open(path).ok()?;
    let elf = Elf::parse(&source).ok()?;
    Identity::read(&elf, &source).release
}
