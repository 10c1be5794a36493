//! The supplementary file that `dwz -m` makes: what several files have in common stands there once.

use crate::companions::{Companion, Companions, NotOpened};
use crate::error::Error;
use crate::identity::{build_id, hex};
use budget::Budget;
use elf::{Elf, ReadAt, SectionIndex};

/// A link longer than this is none.
const LIMIT: u64 = 64 << 10;

/// What a file refers to: `.gnu_debugaltlink`, or `.debug_sup` in DWARF 5.
///
/// # Errors
///
/// When the link cannot be read.
pub(crate) fn link<R: ReadAt + ?Sized>(elf: &Elf, source: &R) -> Result<Option<Companion>, Error> {
    if let Some(bytes) = section(elf, source, ".gnu_debugaltlink")? {
        let end = bytes.iter().position(|&byte| byte == 0);
        let (name, id) = bytes.split_at(end.unwrap_or(bytes.len()));
        return Ok(Some(Companion::Supplementary {
            name: String::from_utf8_lossy(name).into_owned(),
            id: id.get(1..).unwrap_or_default().to_vec(),
        }));
    }
    let own = section(elf, source, ".debug_sup")?;
    Ok(own
        .and_then(|bytes| debug_sup(&bytes))
        .filter(|(is_supplementary, ..)| !is_supplementary)
        .map(|(_, name, id)| Companion::Supplementary { name, id }))
}

/// Opens a supplementary file and sees that it is the right one. Its budget is the one of the file that refers to it.
///
/// # Errors
///
/// When there is none, when it cannot be read, or when it is that of another build.
pub(crate) fn open<'a>(
    companions: &'a dyn Companions,
    companion: &Companion,
    budget: Budget,
) -> Result<(Elf, Box<dyn ReadAt + 'a>), Error> {
    let failed = |cause| Error::Supplementary {
        wanted: wanted(companion),
        cause,
    };
    let source = companions.open(companion).map_err(failed)?;
    // Not as errors of the input, which is another file.
    let unreadable = |error: elf::Error| {
        failed(NotOpened::Failed {
            name: companion.file_name().to_owned(),
            reason: error.to_string(),
        })
    };
    let elf = Elf::parse(&source).map_err(unreadable)?;
    let elf = elf.within(budget, &source);
    if let Companion::Supplementary { name, id } = companion {
        let found = identity(&elf, &source).map_err(|error| match error {
            Error::Elf(error) => unreadable(error),
            other => other,
        })?;
        if found.as_ref().is_some_and(|found| found != id) || (found.is_none() && !id.is_empty()) {
            return Err(Error::OtherSupplementary {
                name: name.clone(),
                wanted: hex(id),
                found: found.map_or_else(|| "none".to_owned(), |id| hex(&id)),
            });
        }
    }
    Ok((elf, source))
}

/// The name and the build id, as people need them to find the file.
fn wanted(companion: &Companion) -> String {
    match companion {
        Companion::Supplementary { name, id } => format!("{name} (build id {})", hex(id)),
        other => other.to_string(),
    }
}

/// What a supplementary file is known by: the checksum of its `.debug_sup`, or its build id.
fn identity<R: ReadAt + ?Sized>(elf: &Elf, source: &R) -> Result<Option<Vec<u8>>, Error> {
    if let Some((true, _, id)) =
        section(elf, source, ".debug_sup")?.and_then(|bytes| debug_sup(&bytes))
    {
        return Ok(Some(id));
    }
    Ok(build_id(elf, source))
}

/// Whether it is a supplementary file's own, the name and the checksum.
fn debug_sup(bytes: &[u8]) -> Option<(bool, String, Vec<u8>)> {
    let (&is_supplementary, rest) = bytes.get(2..)?.split_first()?;
    let end = rest.iter().position(|&byte| byte == 0)?;
    let (name, rest) = rest.split_at(end);
    // The length of the checksum is a LEB128 number; none is longer than 127 bytes.
    let (&len, rest) = rest.get(1..)?.split_first()?;
    let id = rest.get(..usize::from(len))?.to_vec();
    let name = String::from_utf8_lossy(name).into_owned();
    Some((is_supplementary != 0, name, id))
}

/// The bytes of a small section.
fn section<R: ReadAt + ?Sized>(
    elf: &Elf,
    source: &R,
    name: &str,
) -> Result<Option<Vec<u8>>, Error> {
    let found = elf
        .section(name)
        .filter(|section| section.index != SectionIndex(0) && !section.is_nobits())
        .filter(|section| (1..=LIMIT).contains(&section.data_size()));
    match found {
        Some(section) => Ok(Some(elf.read_section_unrelocated(source, section)?)),
        None => Ok(None),
    }
}
