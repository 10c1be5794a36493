//! The symbol table, kept compact: one plain record a symbol, and the strings.

use std::sync::OnceLock;

use object::Endianness;
use object::elf;
use object::pod;
use object::read::elf::Sym as _;

use crate::error::Error;
use crate::header::{Class, Endian};
use crate::parse::{Elf, check_extent, read_extent};
use crate::read::narrow;
use crate::read_at::ReadAt;
use crate::section::{Section, SectionIndex};

/// Symbols are read in steps of this many.
const STEP: usize = 1 << 15;

/// The symbols of `.symtab` ([`Elf::symbols`]): 24 to 32 bytes for each, and the strings once. Without such a table they are
/// empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Symbols {
    table: Option<SectionIndex>,
    records: Vec<Record>,
    strings: Vec<u8>,
    /// Where long strings end, once a symbol has one: many can have the same, and its end is not searched for each of them.
    ends_of_long: OnceLock<Vec<usize>>,
}

/// Strings of more bytes are long.
const LONG: usize = 256;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Record {
    value: u64,
    size: u64,
    name: u32,
    pub(crate) section: SymbolSection,
    info: elf::SymbolInfo,
}

/// An entry of the symbol table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Symbol<'a> {
    /// The name, without NUL; empty if it has none or if the name lies outside the string table.
    pub name: &'a [u8],
    /// `st_value`: an address. In `ET_REL` an offset in the section, from the address that
    /// [`Elf::assign_addresses`] gave it.
    pub value: u64,
    /// `st_size` in bytes.
    pub size: u64,
    /// What it names: a value of `STT_*`.
    pub kind: SymbolKind,
    /// Which objects see it: a value of `STB_*`.
    pub binding: SymbolBinding,
    /// Where it is defined.
    pub section: SymbolSection,
}

/// What a symbol names (`STT_*`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SymbolKind(pub u8);

impl SymbolKind {
    /// Not specified.
    pub const NOTYPE: SymbolKind = SymbolKind(elf::STT_NOTYPE.0);
    /// A variable.
    pub const OBJECT: SymbolKind = SymbolKind(elf::STT_OBJECT.0);
    /// A function.
    pub const FUNC: SymbolKind = SymbolKind(elf::STT_FUNC.0);
    /// A section.
    pub const SECTION: SymbolKind = SymbolKind(elf::STT_SECTION.0);
    /// A source file.
    pub const FILE: SymbolKind = SymbolKind(elf::STT_FILE.0);
    /// A common block.
    pub const COMMON: SymbolKind = SymbolKind(elf::STT_COMMON.0);
    /// A thread-local variable.
    pub const TLS: SymbolKind = SymbolKind(elf::STT_TLS.0);
    /// A function that returns the function to call.
    pub const GNU_IFUNC: SymbolKind = SymbolKind(elf::STT_GNU_IFUNC.0);
}

/// Which objects see a symbol (`STB_*`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SymbolBinding(pub u8);

impl SymbolBinding {
    /// Its own object alone.
    pub const LOCAL: SymbolBinding = SymbolBinding(elf::STB_LOCAL.0);
    /// All objects.
    pub const GLOBAL: SymbolBinding = SymbolBinding(elf::STB_GLOBAL.0);
    /// All objects, unless a global symbol of that name exists.
    pub const WEAK: SymbolBinding = SymbolBinding(elf::STB_WEAK.0);
}

/// Where a symbol is defined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SymbolSection {
    /// Nowhere in this file (`SHN_UNDEF`).
    Undefined,
    /// At an absolute value (`SHN_ABS`).
    Absolute,
    /// In a block that the linker will lay out (`SHN_COMMON`).
    Common,
    /// In a section.
    Section(SectionIndex),
    /// Another reserved index.
    Other(u16),
}

impl Elf {
    /// The symbols of `.symtab`.
    ///
    /// # Errors
    /// The table or its strings run past the end of the file, or the table is not laid out as its class asks.
    pub fn symbols<R: ReadAt + ?Sized>(&self, source: &R) -> Result<Symbols, Error> {
        let is_symtab = |section: &&Section| section.sh_type == elf::SHT_SYMTAB.0;
        match self.sections.iter().find(is_symtab) {
            Some(table) => self.read_symbols(source, table),
            None => Ok(Symbols::default()),
        }
    }

    fn read_symbols<R: ReadAt + ?Sized>(
        &self,
        source: &R,
        table: &Section,
    ) -> Result<Symbols, Error> {
        let count = self.symbol_count(source, table)?;
        let extended = self.extended_indexes(source, table)?;
        let strings = match self.section_at(SectionIndex(table.link)) {
            Some(section)
                if section.sh_type == elf::SHT_STRTAB.0 && section.compression.is_none() =>
            {
                read_extent(source, &section.name, section.offset, section.size)?
            }
            _ => {
                return Err(Error::BadLink {
                    section: table.name.clone(),
                    link: table.link,
                    expected: "string table",
                });
            }
        };
        let mut records = Vec::new();
        records
            .try_reserve_exact(count)
            .map_err(|_| Error::OutOfMemory {
                what: table.name.clone(),
                size: table.size,
            })?;
        self.each_symbol(source, table, count, |raw| {
            let index = records.len();
            let mut record = raw.record(|| extended.get(index).copied());
            if let SymbolSection::Section(section) = record.section {
                record.value = record.value.wrapping_add(self.symbol_base(section));
            }
            records.push(record);
        })?;
        Ok(Symbols {
            table: Some(table.index),
            records,
            strings,
            ends_of_long: OnceLock::new(),
        })
    }

    /// The number of symbols in a table whose bytes are within the file.
    pub(crate) fn symbol_count<R: ReadAt + ?Sized>(
        &self,
        source: &R,
        table: &Section,
    ) -> Result<usize, Error> {
        let size = symbol_size(self.class) as u64;
        check_extent(source, &table.name, table.offset, table.file_size())?;
        if table.compression.is_some() || (table.entsize != size && table.file_size() != 0) {
            return Err(Error::BadEntrySize {
                section: table.name.clone(),
                size: table.entsize,
                expected: size,
            });
        }
        narrow(&table.name, table.file_size() / size)
    }

    /// Calls `each` with every symbol in order.
    pub(crate) fn each_symbol<R: ReadAt + ?Sized>(
        &self,
        source: &R,
        table: &Section,
        count: usize,
        mut each: impl FnMut(RawSymbol),
    ) -> Result<(), Error> {
        let size = symbol_size(self.class);
        let mut buffer = vec![0; size * count.min(STEP)];
        let mut offset = table.offset;
        let mut left = count;
        while left > 0 {
            let step = left.min(STEP);
            let Some(bytes) = buffer.get_mut(..step * size) else {
                break;
            };
            source.read_at(offset, bytes)?;
            for raw in bytes
                .chunks_exact(size)
                .filter_map(|raw| RawSymbol::decode(self.class, self.endian, raw))
            {
                each(raw);
            }
            offset += (step * size) as u64;
            left -= step;
        }
        Ok(())
    }

    /// Section indexes that do not fit a symbol: `SHT_SYMTAB_SHNDX`, one for each symbol.
    pub(crate) fn extended_indexes<R: ReadAt + ?Sized>(
        &self,
        source: &R,
        table: &Section,
    ) -> Result<Vec<u32>, Error> {
        let e = self.endian.object();
        let Some(section) = self
            .sections
            .iter()
            .find(|s| s.sh_type == elf::SHT_SYMTAB_SHNDX.0 && s.link == table.index.0)
        else {
            return Ok(Vec::new());
        };
        let bytes = read_extent(source, &section.name, section.offset, section.file_size())?;
        Ok(bytes
            .chunks_exact(4)
            .filter_map(|raw| pod::from_bytes::<object::U32<Endianness>>(raw).ok())
            .map(|(index, _)| index.get(e))
            .collect())
    }
}

fn symbol_size(class: Class) -> usize {
    match class {
        Class::Elf32 => size_of::<elf::Sym32<Endianness>>(),
        Class::Elf64 => size_of::<elf::Sym64<Endianness>>(),
    }
}

/// A symbol as in the file, with fields wide enough for both classes.
pub(crate) struct RawSymbol {
    pub value: u64,
    size: u64,
    name: u32,
    pub shndx: elf::SymbolSection,
    info: elf::SymbolInfo,
}

impl RawSymbol {
    fn decode(class: Class, endian: Endian, bytes: &[u8]) -> Option<RawSymbol> {
        let e = endian.object();
        macro_rules! fields {
            ($kind:ident) => {{
                let (s, _) = pod::from_bytes::<elf::$kind<Endianness>>(bytes).ok()?;
                RawSymbol {
                    value: s.st_value(e).into(),
                    size: s.st_size(e).into(),
                    name: s.st_name(e),
                    shndx: s.st_shndx(e),
                    info: s.st_info(),
                }
            }};
        }
        Some(match class {
            Class::Elf32 => fields!(Sym32),
            Class::Elf64 => fields!(Sym64),
        })
    }

    pub(crate) fn record(&self, extended: impl FnOnce() -> Option<u32>) -> Record {
        let section = match self.shndx {
            elf::SHN_UNDEF => SymbolSection::Undefined,
            elf::SHN_ABS => SymbolSection::Absolute,
            elf::SHN_COMMON => SymbolSection::Common,
            elf::SHN_XINDEX => match extended() {
                Some(index) => SymbolSection::Section(SectionIndex(index)),
                None => SymbolSection::Other(elf::SHN_XINDEX.0),
            },
            other if other.is_reserved() => SymbolSection::Other(other.0),
            index => SymbolSection::Section(SectionIndex(u32::from(index.0))),
        };
        Record {
            value: self.value,
            size: self.size,
            name: self.name,
            section,
            info: self.info,
        }
    }
}

impl Symbols {
    /// The section that the symbols are from; `None` when the file has no `.symtab` (it is stripped).
    #[must_use]
    pub fn table(&self) -> Option<SectionIndex> {
        self.table
    }

    /// The number of symbols, with the null symbol at 0.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is no symbol: no table, or an empty one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The symbol at an index of the table.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Symbol<'_>> {
        self.records.get(index).map(|record| self.symbol(record))
    }

    /// All symbols in table order.
    #[must_use]
    pub fn iter(&self) -> SymbolIter<'_> {
        SymbolIter {
            symbols: self,
            records: self.records.iter(),
        }
    }

    /// The symbols of one kind, in table order. The names of the others are not looked at.
    pub fn of_kind(&self, kind: SymbolKind) -> impl Iterator<Item = Symbol<'_>> {
        let is_it = move |record: &&Record| record.info.st_type().0 == kind.0;
        let records = self.records.iter().filter(is_it);
        records.map(|record| self.symbol(record))
    }

    /// The symbols whose names begin with `prefix`, in table order. The names of the others are not read to their ends.
    pub fn with_prefix(&self, prefix: &[u8]) -> impl Iterator<Item = Symbol<'_>> {
        let is_it = move |record: &&Record| self.rest_at(record.name).starts_with(prefix);
        let records = self.records.iter().filter(is_it);
        records.map(|record| self.symbol(record))
    }

    /// How many symbols are of one kind.
    #[must_use]
    pub fn count_of_kind(&self, kind: SymbolKind) -> usize {
        let is_it = |record: &&Record| record.info.st_type().0 == kind.0;
        self.records.iter().filter(is_it).count()
    }

    /// Bytes of memory that the symbols take.
    #[must_use]
    pub fn memory(&self) -> usize {
        self.records.capacity() * size_of::<Record>() + self.strings.capacity()
    }

    /// The strings from an offset on; empty if it lies outside.
    fn rest_at(&self, offset: u32) -> &[u8] {
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        self.strings.get(start..).unwrap_or_default()
    }

    /// The string at an offset; empty if it lies outside.
    fn name_at(&self, offset: u32) -> &[u8] {
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let rest = self.rest_at(offset);
        let head = rest.get(..LONG).unwrap_or(rest);
        if let Some(end) = memchr::memchr(0, head) {
            return &rest[..end];
        }
        let ends = self
            .ends_of_long
            .get_or_init(|| ends_of_long(&self.strings));
        let after = ends.partition_point(|&end| end < start);
        let end = ends.get(after).copied().unwrap_or(self.strings.len());
        self.strings.get(start..end).unwrap_or_default()
    }

    fn symbol(&self, record: &Record) -> Symbol<'_> {
        Symbol {
            name: self.name_at(record.name),
            value: record.value,
            size: record.size,
            kind: SymbolKind(record.info.st_type().0),
            binding: SymbolBinding(record.info.st_bind().0),
            section: record.section,
        }
    }
}

/// Where the strings end that have at least [`LONG`] bytes.
fn ends_of_long(strings: &[u8]) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut start = 0;
    for string in strings.split(|byte| *byte == 0) {
        let end = start + string.len();
        if string.len() >= LONG {
            ends.push(end);
        }
        start = end + 1;
    }
    ends
}

/// Symbols in table order; made by [`Symbols::iter`].
#[derive(Debug, Clone)]
pub struct SymbolIter<'a> {
    symbols: &'a Symbols,
    records: std::slice::Iter<'a, Record>,
}

impl<'a> Iterator for SymbolIter<'a> {
    type Item = Symbol<'a>;

    fn next(&mut self) -> Option<Symbol<'a>> {
        self.records
            .next()
            .map(|record| self.symbols.symbol(record))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.records.size_hint()
    }
}

impl ExactSizeIterator for SymbolIter<'_> {}

impl<'a> IntoIterator for &'a Symbols {
    type Item = Symbol<'a>;
    type IntoIter = SymbolIter<'a>;

    fn into_iter(self) -> SymbolIter<'a> {
        self.iter()
    }
}
