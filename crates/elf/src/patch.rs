//! Adding sections to a file without moving its contents.

use crate::error::Error;
use crate::parse::Elf;
use crate::patch_layout::{Patch, SectionChange};
use crate::patch_relocations::Moves;
use crate::read_at::ReadAt;
use crate::splice::{Piece, Splice};

/// The section that contains BTF.
const BTF: &str = ".BTF";
/// The section that contains a distilled base.
const BTF_BASE: &str = ".BTF.base";

/// A section to add, or to replace one of the same name that is not loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSection {
    /// Name of the section, without NUL.
    pub name: String,
    /// Contents of the section. If there are none, a section of that name is removed.
    pub bytes: Vec<u8>,
    /// Alignment in the file: a power of two.
    pub align: u64,
}

/// What was done for `.BTF`.
pub type BtfChange = SectionChange;

/// A file with a new `.BTF`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patched {
    /// The new file.
    pub splice: Splice,
    /// What happened to the `.BTF` that the file had.
    pub change: BtfChange,
}

/// A file with new sections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatchedSections {
    /// The new file.
    pub splice: Splice,
    /// For each new section, in order, what happened to the one that the file had.
    pub changes: Vec<SectionChange>,
}

/// A file with a non-loaded `.BTF` of these contents, as [`patch_sections`] makes it. The new BTF has no
/// distilled base: a `.BTF.base` of the file is removed.
///
/// # Errors
/// As [`patch_sections`].
pub fn patch_btf<R: ReadAt + ?Sized>(
    elf: &Elf,
    source: &R,
    btf: Vec<u8>,
) -> Result<Patched, Error> {
    patch_btf_on(elf, source, btf, Vec::new())
}

/// Like [`patch_btf`], with the distilled base of the BTF as `.BTF.base`; if `base` is empty, the new file has none.
///
/// # Errors
/// As [`patch_sections`].
pub fn patch_btf_on<R: ReadAt + ?Sized>(
    elf: &Elf,
    source: &R,
    btf: Vec<u8>,
    base: Vec<u8>,
) -> Result<Patched, Error> {
    let section = |name: &str, bytes| NewSection {
        name: name.to_owned(),
        bytes,
        align: 8,
    };
    let mut sections = vec![section(BTF, btf)];
    if !base.is_empty() || elf.section(BTF_BASE).is_some() {
        sections.push(section(BTF_BASE, base));
    }
    let PatchedSections { splice, changes } = patch_sections(elf, source, sections)?;
    Ok(Patched {
        splice,
        change: changes.into_iter().next().unwrap_or(SectionChange::Added),
    })
}

/// A file with new non-loaded sections (`SHT_PROGBITS`, no flags), each of another name.
///
/// A section of the same name that is not loaded is replaced. One that is part of the loaded image
/// keeps its bytes and place and is renamed (`.BTF` to `.BTF.loaded`), so that tools find the new one.
/// Relocations for a replaced section are removed, since they are for its old bytes. If the new section has no bytes, the old
/// one is removed: its header becomes an unused one (`SHT_NULL`).
///
/// ```
/// use elf::{Elf, NewSection, ReadError, SectionChange, patch_sections};
///
/// let file = std::fs::read("tests/data/inventory.o")?;
/// let note = NewSection { name: ".comment".into(), bytes: b"ours".to_vec(), align: 1 };
/// let patched = patch_sections(&Elf::parse(&file)?, &file, vec![note])?;
/// assert_eq!(patched.changes, [SectionChange::Replaced]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// The file is cut short, or too large for its class with the new sections.
pub fn patch_sections<R: ReadAt + ?Sized>(
    elf: &Elf,
    source: &R,
    sections: Vec<NewSection>,
) -> Result<PatchedSections, Error> {
    patch_sections_moving(elf, source, sections, &|_, _| None)
}

/// Like [`patch_sections`], but relocations for a replaced section are kept: `moves` gives the new offset of the bytes that
/// each is for. Relocations for which it gives none are removed.
///
/// # Errors
/// As [`patch_sections`], and when a relocation section is cut short.
pub fn patch_sections_moving<R: ReadAt + ?Sized>(
    elf: &Elf,
    source: &R,
    sections: Vec<NewSection>,
    moves: Moves<'_>,
) -> Result<PatchedSections, Error> {
    let mut patch = Patch::new(elf, source)?;
    let mut changes = Vec::new();
    let mut contents = Vec::new();
    for NewSection { name, bytes, align } in sections {
        if bytes.is_empty() {
            patch.remove(&name);
            changes.push(SectionChange::Removed);
            continue;
        }
        let (index, change, replaced) = patch.place(&name, align)?;
        if let Some(section) = replaced {
            contents.extend(patch.move_relocations(source, section, moves)?);
        }
        changes.push(change);
        contents.push((index, Piece::Section { name, bytes }));
    }
    let splice = patch.finish(source, contents)?;
    Ok(PatchedSections { splice, changes })
}
