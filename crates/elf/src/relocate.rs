//! Relocation of a section's bytes, as a linker that places every section at its address would do it:
//! 0 in a relocatable file, unless [`Elf::assign_addresses`] gave it another.
//!
//! Debug sections of an object refer to each other and to code through relocations; before they are
//! applied every offset into `.debug_str` is 0 on machines that keep the addend in the relocation.

use std::ops::Range;

use object::Endianness;
use object::elf;
use object::endian::Endian as _;
use object::pod;
use object::read::elf::{Rel as _, Rela};

use crate::error::Error;
use crate::header::{Class, Endian};
use crate::howto::{Field, Howto, Howtos};
use crate::parse::{Elf, check_extent};
use crate::read::resize;
use crate::read_at::ReadAt;
use crate::section::{Section, SectionIndex};
use crate::symbols::SymbolSection;

/// Relocations are read in steps of this many.
const STEP: u64 = 1 << 15;

/// A relocation with fields wide enough for both classes.
pub(crate) struct Relocation {
    pub offset: u64,
    pub symbol: u32,
    pub r_type: u32,
    /// `None`: the addend is what the field holds.
    addend: Option<i64>,
}

impl Relocation {
    /// Reads an `Elf64_Rela` in little-endian order.
    #[inline]
    fn of_usual(record: &[u8; 24]) -> Relocation {
        let word = |at: usize| match record.get(at..).and_then(<[u8]>::first_chunk) {
            Some(&bytes) => u64::from_le_bytes(bytes),
            None => 0,
        };
        let info = word(8);
        Relocation {
            offset: word(0),
            symbol: (info >> 32) as u32,
            r_type: info as u32,
            addend: Some(word(16) as i64),
        }
    }
}

/// A section under relocation, or a part of one.
pub(crate) struct Target<'a> {
    section: &'a Section,
    bytes: &'a mut [u8],
    /// Where the bytes are in the section.
    start: u64,
    howtos: &'a Howtos,
    endian: Endianness,
}

impl Elf {
    /// Applies every relocation that the file has for `section` to its decompressed bytes.
    pub(crate) fn relocate<R: ReadAt + ?Sized>(
        &self,
        source: &R,
        section: &Section,
        bytes: &mut [u8],
    ) -> Result<(), Error> {
        let howtos = self.howtos();
        let mut target = Target::new(self, &howtos, section, bytes, 0);
        let mut values: Option<(u32, Vec<u64>)> = None;
        for table in self.relocation_tables(section) {
            // Usually there is one symbol table for all.
            let loaded = match values.take() {
                Some((link, loaded)) if link == table.link => loaded,
                _ => self.symbol_values(source, table)?,
            };
            self.each_relocation(source, table, |relocation| {
                target.apply(&relocation, &loaded).map(|_| ())
            })?;
            values = Some((table.link, loaded));
        }
        Ok(())
    }

    /// What the relocation types of this file's machine ask for.
    pub(crate) fn howtos(&self) -> Howtos {
        Howtos::new(self.machine, self.class == Class::Elf64)
    }

    /// The tables of relocations for a section.
    pub(crate) fn relocation_tables(&self, section: &Section) -> impl Iterator<Item = &Section> {
        let target = section.index.0;
        let first = self.relocations.partition_point(|(of, _)| *of < target);
        let tables = self.relocations.get(first..).unwrap_or_default().iter();
        tables
            .take_while(move |(of, _)| *of == target)
            .filter_map(|(_, index)| self.section_at(SectionIndex(*index)))
    }

    /// What each symbol stands for: 0 for what is not defined here.
    pub(crate) fn symbol_values<R: ReadAt + ?Sized>(
        &self,
        source: &R,
        relocations: &Section,
    ) -> Result<Vec<u64>, Error> {
        let table = self.symbol_table(relocations)?;
        let count = self.symbol_count(source, table)?;
        let mut values = Vec::new();
        values
            .try_reserve_exact(count)
            .map_err(|_| Error::OutOfMemory {
                what: table.name.clone(),
                size: table.size,
            })?;
        let extended = self.extended_indexes(source, table)?;
        self.each_symbol(source, table, count, |symbol| {
            let defined = symbol.shndx != elf::SHN_UNDEF && symbol.shndx != elf::SHN_COMMON;
            let base = match symbol
                .record(|| extended.get(values.len()).copied())
                .section
            {
                SymbolSection::Section(section) => self.symbol_base(section),
                _ => 0,
            };
            values.push(if defined {
                symbol.value.wrapping_add(base)
            } else {
                0
            });
        })?;
        Ok(values)
    }

    /// The symbol table of a table of relocations.
    fn symbol_table(&self, relocations: &Section) -> Result<&Section, Error> {
        self.section_at(SectionIndex(relocations.link))
            .filter(|table| table.sh_type == elf::SHT_SYMTAB.0)
            .ok_or_else(|| Error::BadLink {
                section: relocations.name.clone(),
                link: relocations.link,
                expected: "symbol table",
            })
    }

    /// Which symbols of a table of relocations lie in a section: a bit for each.
    pub(crate) fn symbols_in<R: ReadAt + ?Sized>(
        &self,
        source: &R,
        relocations: &Section,
        section: &Section,
    ) -> Result<Vec<u64>, Error> {
        let table = self.symbol_table(relocations)?;
        let count = self.symbol_count(source, table)?;
        let extended = self.extended_indexes(source, table)?;
        let (mut bits, mut number) = (Vec::new(), 0_usize);
        self.each_symbol(source, table, count, |symbol| {
            if number.is_multiple_of(64) {
                bits.push(0_u64);
            }
            let place = symbol.record(|| extended.get(number).copied()).section;
            if let (SymbolSection::Section(index), Some(word)) = (place, bits.last_mut())
                && index == section.index
            {
                *word |= 1 << (number % 64);
            }
            number += 1;
        })?;
        Ok(bits)
    }

    fn each_relocation<R: ReadAt + ?Sized>(
        &self,
        source: &R,
        table: &Section,
        each: impl FnMut(Relocation) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let all = 0..self.relocation_count(source, table)?;
        let mut buffer = Vec::new();
        self.each_relocation_of(source, table, all, &mut buffer, each)
    }

    /// How many relocations a table has.
    pub(crate) fn relocation_count<R: ReadAt + ?Sized>(
        &self,
        source: &R,
        table: &Section,
    ) -> Result<u64, Error> {
        let size = self.relocation_size(table);
        if table.compression.is_some() || table.entsize != size {
            return Err(Error::BadEntrySize {
                section: table.name.clone(),
                size: table.entsize,
                expected: size,
            });
        }
        check_extent(source, &table.name, table.offset, table.size)?;
        Ok(table.size / size)
    }

    /// Bytes of each relocation of a table.
    fn relocation_size(&self, table: &Section) -> u64 {
        let size = match (self.class, table.sh_type == elf::SHT_RELA.0) {
            (Class::Elf32, false) => size_of::<elf::Rel32<Endianness>>(),
            (Class::Elf32, true) => size_of::<elf::Rela32<Endianness>>(),
            (Class::Elf64, false) => size_of::<elf::Rel64<Endianness>>(),
            (Class::Elf64, true) => size_of::<elf::Rela64<Endianness>>(),
        };
        size as u64
    }

    /// Reads relocations by their numbers, which the table has, into `buffer` step by step.
    pub(crate) fn each_relocation_of<R: ReadAt + ?Sized>(
        &self,
        source: &R,
        table: &Section,
        numbers: Range<u64>,
        buffer: &mut Vec<u8>,
        mut each: impl FnMut(Relocation) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let records = Records::of(self, table);
        let size = records.size;
        let mut next = numbers.start;
        while next < numbers.end {
            let step = (numbers.end - next).min(STEP);
            resize(&table.name, step * size, buffer)?;
            source.read_at(table.offset + next * size, buffer)?;
            for record in buffer.chunks_exact(size as usize) {
                if let Some(relocation) = records.decode(record) {
                    each(relocation)?;
                }
            }
            next += step;
        }
        Ok(())
    }
}

/// How the records of a table of relocations are written.
pub(crate) struct Records {
    /// Bytes of each.
    pub size: u64,
    class: Class,
    endian: Endian,
    has_addend: bool,
    /// Little-endian MIPS keeps the parts of the 64-bit info in an order of its own.
    is_mips64el: bool,
    /// What most machines have: large files have tens of millions.
    is_usual: bool,
}

impl Records {
    pub(crate) fn of(elf: &Elf, table: &Section) -> Records {
        let has_addend = table.sh_type == elf::SHT_RELA.0;
        let is_little64 = (elf.class, elf.endian) == (Class::Elf64, Endian::Little);
        let is_mips = elf.machine == elf::EM_MIPS.0;
        Records {
            size: elf.relocation_size(table),
            class: elf.class,
            endian: elf.endian,
            has_addend,
            is_mips64el: is_little64 && is_mips,
            is_usual: is_little64 && has_addend && !is_mips,
        }
    }

    /// The relocation of a record of [`Records::size`] bytes.
    #[inline]
    pub(crate) fn decode(&self, record: &[u8]) -> Option<Relocation> {
        match record.first_chunk().filter(|_| self.is_usual) {
            Some(record) => Some(Relocation::of_usual(record)),
            None => self.decode_any(record),
        }
    }

    #[inline(never)]
    fn decode_any(&self, raw: &[u8]) -> Option<Relocation> {
        let e = self.endian.object();
        let mips64el = self.is_mips64el;
        macro_rules! with_addend {
            ($kind:ident) => {{
                let (r, _) = pod::from_bytes::<elf::$kind<Endianness>>(raw).ok()?;
                Relocation {
                    offset: r.r_offset(e).into(),
                    symbol: Rela::r_sym(r, e, mips64el),
                    r_type: Rela::r_type(r, e, mips64el).0,
                    addend: Some(r.r_addend(e).into()),
                }
            }};
        }
        Some(match (self.class, self.has_addend) {
            (Class::Elf32, true) => with_addend!(Rela32),
            (Class::Elf64, true) => with_addend!(Rela64),
            (Class::Elf32, false) => {
                let (r, _) = pod::from_bytes::<elf::Rel32<Endianness>>(raw).ok()?;
                Relocation {
                    offset: r.r_offset(e).into(),
                    symbol: r.r_sym(e),
                    r_type: r.r_type(e).0,
                    addend: None,
                }
            }
            (Class::Elf64, false) => {
                let (r, _) = pod::from_bytes::<elf::Rel64<Endianness>>(raw).ok()?;
                Relocation {
                    offset: r.r_offset(e),
                    symbol: r.r_sym(e),
                    r_type: r.r_type(e).0,
                    addend: None,
                }
            }
        })
    }
}

impl<'a> Target<'a> {
    /// The bytes of `section` from `start` on.
    pub(crate) fn new(
        elf: &Elf,
        howtos: &'a Howtos,
        section: &'a Section,
        bytes: &'a mut [u8],
        start: u64,
    ) -> Target<'a> {
        Target {
            section,
            bytes,
            start,
            howtos,
            endian: elf.endian.object(),
        }
    }

    /// Applies a relocation; gives what its field holds then.
    #[inline]
    pub(crate) fn apply(&mut self, relocation: &Relocation, symbols: &[u64]) -> Result<u64, Error> {
        // Nearly all are of this kind: 4 bytes become the sum of a symbol and an addend.
        if let Some(Howto::Absolute(Field::Bytes4)) = self.howtos.of(relocation.r_type)
            && let Some(addend) = relocation.addend
            && let Some(&value) = symbols.get(relocation.symbol as usize)
            && relocation.symbol != 0
            && let Some(start) = relocation.offset.checked_sub(self.start)
            && let Some(there) = usize::try_from(start).ok().and_then(|start| {
                self.bytes
                    .get_mut(start..)
                    .and_then(<[u8]>::first_chunk_mut)
            })
        {
            let new = value.wrapping_add_signed(addend);
            *there = self.endian.write_u32(new as u32);
            return Ok(new);
        }
        self.apply_any(relocation, symbols)
    }

    #[inline(never)]
    fn apply_any(&mut self, relocation: &Relocation, symbols: &[u64]) -> Result<u64, Error> {
        let Relocation {
            offset,
            symbol,
            r_type,
            addend,
        } = *relocation;
        let howto = (self.howtos.of(r_type)).ok_or_else(|| Error::UnknownRelocation {
            section: self.section.name.clone(),
            offset,
            machine: self.howtos.machine(),
            r_type,
        })?;
        let field = match howto {
            Howto::Nothing => return Ok(0),
            Howto::Absolute(field)
            | Howto::Relative(field)
            | Howto::Add(field)
            | Howto::Subtract(field) => field,
        };
        let value = match symbol {
            0 => 0,
            _ => *symbols
                .get(symbol as usize)
                .ok_or_else(|| Error::BadRelocationSymbol {
                    section: self.section.name.clone(),
                    offset,
                    symbol,
                    count: symbols.len() as u64,
                })?,
        };
        let beyond = || Error::RelocationBeyondSection {
            section: self.section.name.clone(),
            offset,
            size: self.section.data_size(),
        };
        let there = offset
            .checked_sub(self.start)
            .and_then(|start| usize::try_from(start).ok())
            .and_then(|start| self.bytes.get_mut(start..))
            .and_then(|rest| field.bytes(rest))
            .ok_or_else(beyond)?;
        let old = field.load(self.endian, there);
        let sum = |addend: i64| value.wrapping_add_signed(addend);
        // An addend in place is what "absolute" replaces; adding and subtracting take it as the start.
        let new = match (howto, addend) {
            (Howto::Absolute(_), Some(addend)) => sum(addend),
            (Howto::Absolute(_), None) => value.wrapping_add(old),
            (Howto::Relative(_), Some(addend)) => {
                sum(addend).wrapping_sub(self.section.addr.wrapping_add(offset))
            }
            (Howto::Relative(_), None) => value
                .wrapping_add(old)
                .wrapping_sub(self.section.addr.wrapping_add(offset)),
            (Howto::Add(_), addend) => old.wrapping_add(sum(addend.unwrap_or(0))),
            (Howto::Subtract(_), addend) => old.wrapping_sub(sum(addend.unwrap_or(0))),
            (Howto::Nothing, _) => return Ok(0),
        };
        field.store(self.endian, there, new);
        Ok(new)
    }
}

impl Field {
    /// The field's own bytes at the front of `rest`.
    fn bytes(self, rest: &mut [u8]) -> Option<&mut [u8]> {
        let len = match self {
            Field::Bits6 | Field::Bytes1 => 1,
            Field::Bytes2 => 2,
            Field::Bytes4 => 4,
            Field::Bytes8 => 8,
            Field::Uleb128 => rest.iter().take(10).position(|byte| byte & 0x80 == 0)? + 1,
        };
        rest.get_mut(..len)
    }

    fn load(self, endian: Endianness, bytes: &[u8]) -> u64 {
        match (self, bytes) {
            (Field::Bits6, [byte]) => u64::from(byte & 0x3f),
            (Field::Uleb128, bytes) => bytes
                .iter()
                .take(10)
                .enumerate()
                .fold(0, |number, (place, byte)| {
                    number | (u64::from(byte & 0x7f) << (7 * place))
                }),
            (_, [byte]) => u64::from(*byte),
            (_, &[a, b]) => u64::from(endian.read_u16([a, b])),
            (_, &[a, b, c, d]) => u64::from(endian.read_u32([a, b, c, d])),
            (_, &[a, b, c, d, e, f, g, h]) => endian.read_u64([a, b, c, d, e, f, g, h]),
            _ => 0,
        }
    }

    fn store(self, endian: Endianness, bytes: &mut [u8], value: u64) {
        match (self, bytes) {
            (Field::Bits6, [byte]) => *byte = (*byte & 0xc0) | (value as u8 & 0x3f),
            (Field::Uleb128, bytes) => {
                let mut left = value;
                for byte in bytes {
                    *byte = (*byte & 0x80) | (left as u8 & 0x7f);
                    left >>= 7;
                }
            }
            (Field::Bytes1, [byte]) => *byte = value as u8,
            (Field::Bytes2, bytes) => copy(bytes, &endian.write_u16(value as u16)),
            (Field::Bytes4, bytes) => copy(bytes, &endian.write_u32(value as u32)),
            (Field::Bytes8, bytes) => copy(bytes, &endian.write_u64(value)),
            _ => {}
        }
    }
}

fn copy(to: &mut [u8], from: &[u8]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uleb128_keeps_its_length() {
        let mut bytes = [0x80, 0x80, 0x00, 0x55];
        let field = Field::Uleb128.bytes(&mut bytes).expect("terminated");
        assert_eq!(field.len(), 3);
        Field::Uleb128.store(Endianness::Little, field, 300);
        assert_eq!(Field::Uleb128.load(Endianness::Little, field), 300);
        assert_eq!(bytes, [0xac, 0x82, 0x00, 0x55]);
        assert!(Field::Uleb128.bytes(&mut [0x80, 0x80]).is_none());
    }

    #[test]
    fn six_bits_keep_the_other_two() {
        let mut byte = [0xc1];
        Field::Bits6.store(Endianness::Big, &mut byte, 0xff);
        assert_eq!(byte, [0xff]);
        Field::Bits6.store(Endianness::Big, &mut byte, 0x40);
        assert_eq!(byte, [0xc0]);
    }
}
