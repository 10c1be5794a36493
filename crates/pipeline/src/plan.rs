//! What there is to do: sections, units, shards.

use crate::{Error, Input, Options};
use elf::{Class, Elf, Endian, ReadAt, Section, SectionStream};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The plan of a job. It depends on the file and the options alone.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Plan {
    /// The options it was made with.
    pub options: Options,
    /// The file.
    pub input: Input,
    /// Offset of each unit in `.debug_info`, and the section's end as last entry.
    pub unit_offsets: Vec<u64>,
    /// Runs of units, in file order.
    pub shards: Vec<Shard>,
    /// Units refer to each other (`DW_FORM_ref_addr`): they are encoded as one.
    pub cross_unit_references: bool,
    /// The `.BTF` section the file already has.
    pub existing_btf: Option<ExistingBtf>,
}

/// A run of units that one worker encodes at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// Units, by their index in the file.
    pub units: Range<u32>,
    /// Bytes in `.debug_info`.
    pub bytes: Range<u64>,
}

/// A `.BTF` section that the input has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExistingBtf {
    /// Its bytes.
    pub bytes: u64,
    /// Whether it is part of the loaded image (`SHF_ALLOC`).
    pub loaded: bool,
}

/// Bytes of a unit that are read to know its length: 4, or 12 in 64-bit DWARF.
const UNIT_HEADER: u64 = 12;

impl Plan {
    /// Number of units.
    pub fn units(&self) -> u32 {
        self.unit_offsets.len().saturating_sub(1) as u32
    }

    /// Offset of a unit in `.debug_info`.
    pub fn unit_offset(&self, unit: u32) -> u64 {
        self.unit_offsets
            .get(unit as usize)
            .copied()
            .unwrap_or_default()
    }

    /// Bytes of some units in `.debug_info`.
    pub fn bytes_of(&self, units: &Range<u32>) -> Range<u64> {
        self.unit_offset(units.start)..self.unit_offset(units.end)
    }
}

/// Reads the file's headers and its unit headers, and cuts the units into shards.
///
/// # Errors
///
/// When the file is not a readable ELF file, has no DWARF, or its unit headers cannot be followed.
pub fn plan<R: ReadAt + ?Sized>(source: &R, options: &Options) -> Result<Plan, Error> {
    let elf = Elf::parse(source)?;
    let existing_btf = elf.section(".BTF").map(|section| ExistingBtf {
        bytes: section.data_size(),
        loaded: section.is_loaded(),
    });
    let no_dwarf = Error::NoDwarf {
        has_btf: existing_btf.is_some(),
    };
    let info = elf
        .section(".debug_info")
        .filter(|section| section.data_size() > 0)
        .ok_or(no_dwarf)?;
    if info.is_nobits() {
        return Err(Error::NoDwarf {
            has_btf: existing_btf.is_some(),
        });
    }
    let unit_offsets = read_unit_offsets(&elf, source, info)?;
    let cross_unit_references =
        options.features.force_cu_merging || has_cross_unit_references(&elf, source)?;
    let shards = if cross_unit_references {
        let units = unit_offsets.len().saturating_sub(1) as u32;
        vec![Shard {
            units: 0..units,
            bytes: 0..info.data_size(),
        }]
    } else {
        cut(&unit_offsets, options.shard_bytes)
    };
    Ok(Plan {
        options: options.clone(),
        input: describe(&elf, source, info),
        unit_offsets,
        shards,
        cross_unit_references,
        existing_btf,
    })
}

fn describe<R: ReadAt + ?Sized>(elf: &Elf, source: &R, info: &Section) -> Input {
    let is_debug = |section: &&Section| {
        (section.name.starts_with(".debug_") || section.name.starts_with(".zdebug_"))
            && !section.is_nobits()
    };
    Input {
        file_bytes: source.len(),
        bits: if elf.class == Class::Elf64 { 64 } else { 32 },
        big_endian: elf.endian == Endian::Big,
        machine: elf.machine,
        debug_info_bytes: info.data_size(),
        dwarf_bytes: elf
            .sections
            .iter()
            .filter(is_debug)
            .map(Section::file_size)
            .sum(),
        compressed: info.compression.is_some(),
    }
}

/// Reads the length of every unit, one after the other.
fn read_unit_offsets<R: ReadAt + ?Sized>(
    elf: &Elf,
    source: &R,
    info: &Section,
) -> Result<Vec<u64>, Error> {
    let size = info.data_size();
    let mut headers = Headers::open(elf, source, info)?;
    let mut offsets = Vec::new();
    let mut offset = 0;
    while offset < size {
        let bad = |cause: String| Error::UnitHeader { offset, cause };
        let left = size - offset;
        let mut header = [0u8; UNIT_HEADER as usize];
        let have = left.min(UNIT_HEADER);
        if have < 4 {
            return Err(bad(format!("{left} bytes are left, too few for a unit")));
        }
        headers.read(offset, &mut header[..have as usize])?;
        let word = |at: usize| {
            let bytes = [header[at], header[at + 1], header[at + 2], header[at + 3]];
            match elf.endian {
                Endian::Little => u32::from_le_bytes(bytes),
                Endian::Big => u32::from_be_bytes(bytes),
            }
        };
        let (length, prefix) = match word(0) {
            u32::MAX if have == UNIT_HEADER => {
                let (first, second) = (u64::from(word(4)), u64::from(word(8)));
                let length = match elf.endian {
                    Endian::Little => second << 32 | first,
                    Endian::Big => first << 32 | second,
                };
                (length, 12)
            }
            length if length < 0xffff_fff0 => (u64::from(length), 4),
            length => return Err(bad(format!("a length of {length:#x} is reserved"))),
        };
        let end = offset
            .checked_add(prefix)
            .and_then(|start| start.checked_add(length));
        let Some(end) = end.filter(|&end| end <= size) else {
            return Err(bad(format!(
                "a unit of {length} bytes, where {left} bytes are left in the section"
            )));
        };
        if end < offset + have && end < size {
            return Err(bad(format!("a unit of only {length} bytes")));
        }
        offsets.push(offset);
        offset = end;
    }
    offsets.push(size);
    Ok(offsets)
}

/// Unit headers, read from front to back.
enum Headers<'a, R: ReadAt + ?Sized> {
    Stream(SectionStream<'a, R>),
    /// A relocatable file: its sections are small, and no relocation touches a unit's length.
    Whole(Vec<u8>),
}

impl<'a, R: ReadAt + ?Sized> Headers<'a, R> {
    fn open(elf: &Elf, source: &'a R, info: &Section) -> Result<Headers<'a, R>, Error> {
        Ok(if elf.is_relocatable() {
            Headers::Whole(elf.read_section_unrelocated(source, info)?)
        } else {
            Headers::Stream(elf.section_stream(source, info)?)
        })
    }

    /// Fills `out` from `offset` on, which is not before the end of the last read.
    fn read(&mut self, offset: u64, out: &mut [u8]) -> Result<(), Error> {
        match self {
            Headers::Stream(stream) => {
                stream.skip(offset.saturating_sub(stream.position()))?;
                stream.read_exact(out)?;
            }
            Headers::Whole(bytes) => {
                let rest = usize::try_from(offset).ok().and_then(|at| bytes.get(at..));
                for (to, &from) in out.iter_mut().zip(rest.unwrap_or_default()) {
                    *to = from;
                }
            }
        }
        Ok(())
    }
}

/// Whether an abbreviation refers across units. The kernel's link-time optimisation makes such DWARF.
fn has_cross_unit_references<R: ReadAt + ?Sized>(elf: &Elf, source: &R) -> Result<bool, Error> {
    let Some(section) = elf.section(".debug_abbrev") else {
        return Ok(false);
    };
    let bytes = elf.read_section(source, section)?;
    Ok(encode::has_cross_unit_references(&bytes))
}

/// Cuts units into runs of about `size` bytes. The cuts depend on the units alone.
fn cut(offsets: &[u64], size: u64) -> Vec<Shard> {
    let mut shards = Vec::new();
    let units = offsets.len().saturating_sub(1);
    let mut first = 0;
    for unit in 0..units {
        if offsets[unit + 1] - offsets[first] >= size.max(1) || unit + 1 == units {
            shards.push(Shard {
                units: first as u32..unit as u32 + 1,
                bytes: offsets[first]..offsets[unit + 1],
            });
            first = unit + 1;
        }
    }
    shards
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_cover_every_unit_once() {
        let offsets = [0, 10, 20, 100, 101, 102];
        let shards = cut(&offsets, 30);
        let units: Vec<u32> = shards
            .iter()
            .flat_map(|shard| shard.units.clone())
            .collect();
        assert_eq!(units, [0, 1, 2, 3, 4]);
        assert_eq!(shards[0].bytes, 0..100);
        assert_eq!(shards[1].bytes, 100..102);
    }
}
