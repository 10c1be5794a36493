//! Ranges of a section that is relocated when read, so that a large one is never in memory as a whole.

use std::ops::{Range, RangeInclusive};

use crate::error::Error;
use crate::howto::{Field, Howto, Howtos};
use crate::parse::{Elf, check_extent};
use crate::read::{refuse_beyond_section, resize};
use crate::read_at::ReadAt;
use crate::relocate::{Records, Relocation, Target};
use crate::section::Section;

/// Relocations are read ahead in steps of this many: some 200 kB, which stay in a processor's cache.
const AHEAD: u64 = 1 << 13;
/// So many relocations in a row that change nothing are looked past.
const MOST_WITHOUT_EFFECT: usize = 8;

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
    /// What each symbol stands for.
    symbols: Vec<u64>,
    howtos: Howtos,
    /// Symbols of the section that is watched, a bit for each.
    watched: Vec<u64>,
}

/// Reads ranges of one relocated section, with memory that is kept for the next range.
///
/// It takes relocations as they follow each other in their table, and sees whether those of a range follow its bytes. What it
/// cannot see is whether others elsewhere in the table change these bytes too. Two ways tell:
/// [`RelocatedRanges::are_in_order`] looks through the table, and where ranges follow each other from the section's start to its
/// end, so do the [numbers](RelocatedPart::relocations) of their relocations.
#[derive(Debug, Default)]
pub struct RelocatedReader {
    bytes: Vec<u8>,
    /// Records that were read ahead, and the number of the first.
    ahead: Vec<u8>,
    first_ahead: u64,
    /// Where the last range ended, and the number of the relocation behind it.
    next: Option<(u64, u64)>,
}

/// A range of a section, relocated: what [`RelocatedReader::read`] gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelocatedPart<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// The least and the greatest offset in the watched section ([`RelocatedRanges::watch`]) to which they refer.
    pub leads_to: Option<RangeInclusive<u64>>,
    /// The numbers of the relocations that change them.
    pub relocations: Range<u64>,
}

impl Elf {
    /// How to read ranges of a section; `None` if they cannot be relocated one by one: it is compressed, or it has no relocations,
    /// or several tables of them.
    ///
    /// # Errors
    /// The table of relocations is not one, or its symbols cannot be read.
    pub fn relocated_ranges<R: ReadAt + ?Sized>(
        &self,
        source: &R,
        section: &Section,
    ) -> Result<Option<RelocatedRanges>, Error> {
        let Some(table) = self.only_relocation_table(section) else {
            return Ok(None);
        };
        check_extent(source, &section.name, section.offset, section.file_size())?;
        Ok(Some(RelocatedRanges {
            section: section.clone(),
            table: table.clone(),
            count: self.relocation_count(source, table)?,
            symbols: self.symbol_values(source, table)?,
            howtos: self.howtos(),
            watched: Vec::new(),
        }))
    }

    /// How many relocations a section has, if ranges of it can be relocated one by one: [`Elf::relocated_ranges`] tells when.
    ///
    /// # Errors
    /// The table of relocations is not one.
    pub fn relocations_of<R: ReadAt + ?Sized>(
        &self,
        source: &R,
        section: &Section,
    ) -> Result<Option<u64>, Error> {
        let table = self.only_relocation_table(section);
        table
            .map(|table| self.relocation_count(source, table))
            .transpose()
    }

    fn only_relocation_table(&self, section: &Section) -> Option<&Section> {
        let mut tables = self.relocation_tables(section);
        let (Some(table), None) = (tables.next(), tables.next()) else {
            return None;
        };
        (section.compression.is_none() && !section.is_nobits()).then_some(table)
    }
}

/// Whether relocations follow the order of the bytes that they change, and share none but with others of the same field.
struct Order<'e> {
    howtos: &'e Howtos,
    /// No field may reach beyond.
    limit: u64,
    /// The type of the last relocation, and how many bytes it changes: most have the same type.
    r_type: u32,
    bytes: Option<u64>,
    /// Where the last relocation is, which may change nothing.
    at: u64,
    /// The last field.
    start: u64,
    end: u64,
}

impl<'e> Order<'e> {
    /// Of relocations that change bytes from one offset to another.
    fn new(howtos: &'e Howtos, range: &Range<u64>) -> Order<'e> {
        Order {
            howtos,
            limit: range.end,
            r_type: 0,
            bytes: Some(0),
            at: range.start,
            start: range.start,
            end: range.start,
        }
    }

    /// Whether the next relocation follows those before.
    #[inline]
    fn keeps(&mut self, relocation: &Relocation) -> bool {
        let offset = relocation.offset;
        if relocation.r_type != self.r_type {
            self.r_type = relocation.r_type;
            self.bytes = self.howtos.of(relocation.r_type).and_then(fixed_len);
        }
        let Some(end) = self.bytes.and_then(|bytes| offset.checked_add(bytes)) else {
            return false;
        };
        // Readers stop at a relocation behind their range, and searches compare with it, whatever it changes.
        if offset < self.at {
            return false;
        }
        self.at = offset;
        if end == offset {
            return offset <= self.limit;
        }
        let follows = offset >= self.end || (offset, end) == (self.start, self.end);
        (self.start, self.end) = (offset, end);
        follows && end <= self.limit
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
    /// The range is not inside the section, or cannot be read. [`Error::UnorderedRelocations`]: its relocations do not follow its
    /// bytes, are invalid (of which [`Elf::read_section`] says more), or a field lies in it in part.
    pub fn read<R: ReadAt + ?Sized>(
        &mut self,
        elf: &Elf,
        source: &R,
        ranges: &RelocatedRanges,
        range: Range<u64>,
    ) -> Result<RelocatedPart<'_>, Error> {
        let section = &ranges.section;
        let Range { start, end } = range;
        refuse_beyond_section(section, start, end)?;
        resize(&section.name, end - start, &mut self.bytes)?;
        source.read_at(section.offset.saturating_add(start), &mut self.bytes)?;
        let records = Records::of(elf, &ranges.table);
        let first = match self.next.take() {
            Some((offset, number)) if offset == start => number,
            _ => ranges.search(source, &records, start)?,
        };
        let unordered = |offset| Error::UnorderedRelocations {
            section: section.name.clone(),
            offset,
        };
        let mut target = Target::new(elf, &ranges.howtos, section, &mut self.bytes, start);
        let mut order = Order::new(&ranges.howtos, &range);
        let (mut least, mut most) = (u64::MAX, 0);
        let mut number = first;
        'table: while number < ranges.count {
            let size = records.size as usize;
            let ahead = self.ahead.len() as u64 / records.size;
            if !(self.first_ahead..self.first_ahead + ahead).contains(&number) {
                let count = (ranges.count - number).min(AHEAD);
                self.first_ahead = number;
                resize(&ranges.table.name, count * records.size, &mut self.ahead)?;
                let offset = ranges.table.offset + number * records.size;
                if let Err(error) = source.read_at(offset, &mut self.ahead) {
                    self.ahead.clear();
                    return Err(error.into());
                }
            }
            let from = (number - self.first_ahead) as usize * size;
            let left = self.ahead.get(from..).unwrap_or_default();
            for record in left.chunks_exact(size) {
                let relocation = records.decode(record).ok_or_else(|| unordered(start))?;
                if relocation.offset >= end {
                    break 'table;
                }
                if !order.keeps(&relocation) {
                    return Err(unordered(relocation.offset));
                }
                let value = target.apply(&relocation, &ranges.symbols);
                let value = value.map_err(|_| unordered(relocation.offset))?;
                if ranges.is_watched(relocation.symbol) {
                    (least, most) = (least.min(value), most.max(value));
                }
                number += 1;
            }
        }
        self.next = Some((end, number));
        Ok(RelocatedPart {
            bytes: &self.bytes,
            leads_to: (least <= most).then_some(least..=most),
            relocations: first..number,
        })
    }

    /// The bytes that were read last.
    #[must_use]
    pub fn latest(&self) -> &[u8] {
        &self.bytes
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

    /// How many relocations the section has.
    #[must_use]
    pub fn relocations(&self) -> u64 {
        self.count
    }

    /// Whether relocations follow the order of the bytes that they change, so that a range has no other than a
    /// [`RelocatedReader`] finds for it. Looks through all of them.
    ///
    /// # Errors
    /// The relocations cannot be read.
    pub fn are_in_order<R: ReadAt + ?Sized>(&self, elf: &Elf, source: &R) -> Result<bool, Error> {
        let mut order = Order::new(&self.howtos, &(0..self.section.data_size()));
        let (mut are_in_order, mut seen) = (true, 0_u64);
        let mut buffer = Vec::new();
        let all = 0..self.count;
        elf.each_relocation_of(source, &self.table, all, &mut buffer, |relocation| {
            let symbol = relocation.symbol as usize;
            let is_known = symbol == 0 || symbol < self.symbols.len();
            are_in_order &= order.keeps(&relocation) && is_known;
            seen += 1;
            Ok(())
        })?;
        Ok(are_in_order && seen == self.count)
    }

    /// The number of the first relocation at an offset or behind it, if they are in order.
    fn search<R: ReadAt + ?Sized>(
        &self,
        source: &R,
        records: &Records,
        offset: u64,
    ) -> Result<u64, Error> {
        let unordered = || Error::UnorderedRelocations {
            section: self.section.name.clone(),
            offset,
        };
        let mut buffer = Vec::new();
        let mut read = |number: u64| {
            resize(&self.table.name, records.size, &mut buffer)?;
            source.read_at(self.table.offset + number * records.size, &mut buffer)?;
            records.decode(&buffer).ok_or_else(unordered)
        };
        let (mut below, mut above) = (0, self.count);
        while below < above {
            let middle = below.midpoint(above);
            match read(middle)?.offset < offset {
                true => below = middle + 1,
                false => above = middle,
            }
        }
        // The field before must not reach into what begins here. Some relocations change nothing.
        for before in (0..below).rev().take(MOST_WITHOUT_EFFECT) {
            let before = read(before)?;
            let bytes = self.howtos.of(before.r_type).and_then(fixed_len);
            match bytes.and_then(|bytes| before.offset.checked_add(bytes)) {
                Some(end) if end == before.offset && end <= offset => {}
                Some(end) if end <= offset => return Ok(below),
                _ => return Err(unordered()),
            }
        }
        match below <= MOST_WITHOUT_EFFECT as u64 {
            true => Ok(below),
            false => Err(unordered()),
        }
    }
}
