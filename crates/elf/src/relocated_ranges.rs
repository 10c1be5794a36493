//! Ranges of a section that is relocated when read, so that a large one is never in memory as a whole.

use std::ops::{Range, RangeInclusive};

use crate::error::Error;
use crate::howto::{Field, Howto, Howtos};
use crate::parse::{Elf, check_extent};
use crate::read::{refuse_beyond_section, resize};
use crate::read_at::ReadAt;
use crate::relocate::{Relocation, Target};
use crate::section::Section;

/// How many relocations there are to one known offset. A range reads as many more than it needs, so few: units may be small.
const BLOCK: u64 = 128;
/// Fields have at most so many bytes; one may begin before a range.
const LONGEST_FIELD: u64 = 8;

/// How to read ranges of a relocated section: what [`Elf::relocated_ranges`] gives.
///
/// ```
/// let file = std::fs::read("tests/data/inventory.o")?;
/// let elf = elf::Elf::parse(&file)?;
/// let info = elf.section(".debug_info").expect("compiled with -g");
/// let mut reader = elf::RelocatedReader::default();
/// let part = match elf.relocated_ranges(&file, info)? {
///     Some(ranges) => reader.read(&elf, &file, &ranges, 20..40)?.bytes.to_vec(),
///     // This one is compressed.
///     None => elf.read_section(&file, info)?[20..40].to_vec(),
/// };
/// assert_eq!(part.len(), 20);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct RelocatedRanges {
    section: Section,
    table: Section,
    count: u64,
    /// The offset of the first of each [`BLOCK`] relocations.
    firsts: Vec<u64>,
    /// What each symbol stands for.
    symbols: Vec<u64>,
    howtos: Howtos,
    /// Symbols of the section that is watched, a bit for each.
    watched: Vec<u64>,
}

/// Reads ranges of a relocated section, with memory that is kept for the next one.
#[derive(Debug, Default)]
pub struct RelocatedReader {
    bytes: Vec<u8>,
    relocations: Vec<u8>,
}

/// A range of a section, relocated: what [`RelocatedReader::read`] gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelocatedPart<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// The least and the greatest offset in the watched section ([`RelocatedRanges::watch`]) to which they refer.
    pub leads_to: Option<RangeInclusive<u64>>,
}

impl Elf {
    /// Looks through the relocations of a section; `None` if ranges of it cannot be relocated one by one: it is compressed, or its
    /// relocations stand in several tables, are not in the order of the bytes that they change, or are no valid ones
    /// (of which [`Elf::read_section`] says more).
    ///
    /// # Errors
    /// The relocations cannot be read.
    pub fn relocated_ranges<R: ReadAt + ?Sized>(
        &self,
        source: &R,
        section: &Section,
    ) -> Result<Option<RelocatedRanges>, Error> {
        let mut tables = self.relocation_tables(section);
        let (Some(table), None) = (tables.next(), tables.next()) else {
            return Ok(None);
        };
        if section.compression.is_some() || section.is_nobits() {
            return Ok(None);
        }
        check_extent(source, &section.name, section.offset, section.file_size())?;
        let symbols = self.symbol_values(source, table)?;
        let count = self.relocation_count(source, table)?;
        let howtos = self.howtos();
        let mut order = Order::new(&howtos, section, &symbols);
        let (mut firsts, mut number) = (Vec::new(), 0_u64);
        let mut buffer = Vec::new();
        self.each_relocation_of(source, table, 0..count, &mut buffer, |relocation| {
            if number.is_multiple_of(BLOCK) {
                firsts.push(relocation.offset);
            }
            number += 1;
            order.look_at(&relocation);
            Ok(())
        })?;
        let is_in_order = order.is_kept && number == count;
        Ok(is_in_order.then(|| RelocatedRanges {
            section: section.clone(),
            table: table.clone(),
            count,
            firsts,
            symbols,
            howtos,
            watched: Vec::new(),
        }))
    }
}

/// Whether relocations are valid, follow the order of the bytes that they change, and share none but with others of the same
/// offset.
struct Order<'e> {
    howtos: &'e Howtos,
    size: u64,
    symbols: &'e [u64],
    /// The type of the last relocation, and how many bytes it changes: most have the same type.
    r_type: u32,
    bytes: Option<u64>,
    last: u64,
    end: u64,
    is_kept: bool,
}

impl<'e> Order<'e> {
    fn new(howtos: &'e Howtos, section: &Section, symbols: &'e [u64]) -> Order<'e> {
        Order {
            howtos,
            size: section.data_size(),
            symbols,
            r_type: 0,
            bytes: Some(0),
            last: 0,
            end: 0,
            is_kept: true,
        }
    }

    #[inline]
    fn look_at(&mut self, relocation: &Relocation) {
        let Relocation { offset, symbol, .. } = *relocation;
        if relocation.r_type != self.r_type {
            self.r_type = relocation.r_type;
            self.bytes = self.howtos.of(relocation.r_type).and_then(fixed_len);
        }
        let end = self.bytes.and_then(|bytes| offset.checked_add(bytes));
        let follows = offset == self.last || offset >= self.end;
        let is_known = symbol == 0 || (symbol as usize) < self.symbols.len();
        match end.filter(|&end| end <= self.size && follows && is_known) {
            Some(end) => {
                self.end = self.end.max(end);
                self.last = offset;
            }
            None => self.is_kept = false,
        }
    }
}

/// Bytes of the field that a relocation changes, if their number does not depend on what they contain.
fn fixed_len(howto: Howto) -> Option<u64> {
    let (Howto::Absolute(field)
    | Howto::Relative(field)
    | Howto::Add(field)
    | Howto::Subtract(field)) = howto
    else {
        return Some(0);
    };
    Some(match field {
        Field::Bits6 | Field::Bytes1 => 1,
        Field::Bytes2 => 2,
        Field::Bytes4 => 4,
        Field::Bytes8 => 8,
        Field::Uleb128 => return None,
    })
}

impl RelocatedReader {
    /// The bytes of a range, relocated.
    ///
    /// # Errors
    /// The range is not inside the section, or cannot be read.
    pub fn read<R: ReadAt + ?Sized>(
        &mut self,
        elf: &Elf,
        source: &R,
        ranges: &RelocatedRanges,
        range: Range<u64>,
    ) -> Result<RelocatedPart<'_>, Error> {
        let section = &ranges.section;
        let size = section.data_size();
        let Range { start, end } = range;
        refuse_beyond_section(section, start, end)?;
        // A field at either end may belong to the range in part.
        let from = start.saturating_sub(LONGEST_FIELD);
        let to = end.saturating_add(LONGEST_FIELD).min(size);
        resize(&section.name, to - from, &mut self.bytes)?;
        source.read_at(section.offset.saturating_add(from), &mut self.bytes)?;
        let mut target = Target::new(elf, &ranges.howtos, section, &mut self.bytes, from);
        let numbers = ranges.numbers(from, end);
        let (mut least, mut most) = (u64::MAX, 0);
        elf.each_relocation_of(
            source,
            &ranges.table,
            numbers,
            &mut self.relocations,
            |relocation| {
                if !(from..end).contains(&relocation.offset) {
                    return Ok(());
                }
                let value = target.apply(&relocation, &ranges.symbols)?;
                if ranges.is_watched(relocation.symbol) {
                    (least, most) = (least.min(value), most.max(value));
                }
                Ok(())
            },
        )?;
        let first = (start - from) as usize;
        let bytes = self.bytes.get(first..first + (end - start) as usize);
        Ok(RelocatedPart {
            bytes: bytes.unwrap_or_default(),
            leads_to: (least <= most).then_some(least..=most),
        })
    }
}

impl RelocatedRanges {
    /// Has readers note to which part of another section the bytes refer.
    ///
    /// # Errors
    /// The symbols cannot be read.
    pub fn watch<R: ReadAt + ?Sized>(
        &mut self,
        elf: &Elf,
        source: &R,
        section: &Section,
    ) -> Result<(), Error> {
        self.watched = elf.symbols_in(source, &self.table, section)?;
        Ok(())
    }

    #[inline]
    fn is_watched(&self, symbol: u32) -> bool {
        let word = self.watched.get(symbol as usize / 64).copied();
        word.unwrap_or(0) >> (symbol % 64) & 1 != 0
    }

    /// The numbers of the relocations from one offset to another, and some before and after them.
    fn numbers(&self, from: u64, to: u64) -> Range<u64> {
        // Several may have one offset, so the block before may end with it.
        let first = self.firsts.partition_point(|&first| first < from);
        let last = self.firsts.partition_point(|&first| first < to);
        let first = first.saturating_sub(1) as u64 * BLOCK;
        first.min(self.count)..(last as u64 * BLOCK).min(self.count)
    }
}
