//! Relocations for a section that is replaced: they move with what they are for, or go.

use object::elf;

use crate::error::Error;
use crate::header::{Class, Endian};
use crate::parse::{Elf, read_extent};
use crate::read_at::ReadAt;
use crate::section::Section;

/// Gives, for the name of a section and an offset in its old bytes, the offset in its new bytes; `None` if what was there
/// no longer exists.
pub type Moves<'a> = &'a dyn Fn(&str, u64) -> Option<u64>;

/// The entries of a relocation section after the move, without those whose place is gone. `None` when
/// nothing changed.
pub(crate) fn moved<R: ReadAt + ?Sized>(
    elf: &Elf,
    source: &R,
    target: &Section,
    relocations: &Section,
    moves: Moves<'_>,
) -> Result<Option<Vec<u8>>, Error> {
    let with_addend = relocations.sh_type == elf::SHT_RELA.0;
    let size = match (elf.class, with_addend) {
        (Class::Elf32, false) => 8,
        (Class::Elf32, true) => 12,
        (Class::Elf64, false) => 16,
        (Class::Elf64, true) => 24,
    };
    let old = read_extent(
        source,
        &relocations.name,
        relocations.offset,
        relocations.size,
    )?;
    let mut new = Vec::with_capacity(old.len());
    for entry in old.chunks_exact(size) {
        let Some((offset, rest)) = split_offset(elf, entry) else {
            continue;
        };
        let Some(to) = moves(&target.name, offset) else {
            continue;
        };
        match (elf.class, is_big(elf)) {
            (Class::Elf32, big) => {
                // An offset that 32 bits cannot hold is none in such a file.
                let Ok(to) = u32::try_from(to) else { continue };
                new.extend(if big {
                    to.to_be_bytes()
                } else {
                    to.to_le_bytes()
                });
            }
            (Class::Elf64, true) => new.extend(to.to_be_bytes()),
            (Class::Elf64, false) => new.extend(to.to_le_bytes()),
        }
        new.extend_from_slice(rest);
    }
    Ok((new != old).then_some(new))
}

/// `r_offset` and the bytes after it.
fn split_offset<'a>(elf: &Elf, entry: &'a [u8]) -> Option<(u64, &'a [u8])> {
    let big = is_big(elf);
    match elf.class {
        Class::Elf32 => {
            let (four, rest) = entry.split_first_chunk::<4>()?;
            let offset = if big {
                u32::from_be_bytes(*four)
            } else {
                u32::from_le_bytes(*four)
            };
            Some((offset.into(), rest))
        }
        Class::Elf64 => {
            let (eight, rest) = entry.split_first_chunk::<8>()?;
            let offset = if big {
                u64::from_be_bytes(*eight)
            } else {
                u64::from_le_bytes(*eight)
            };
            Some((offset, rest))
        }
    }
}

fn is_big(elf: &Elf) -> bool {
    elf.endian == Endian::Big
}
