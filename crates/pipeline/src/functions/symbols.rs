//! The functions of the symbol table, by the name the source gave them.

use crate::sorting;
use budget::{Allowance, OverBudget};
use elf::{Elf, Symbol, SymbolKind, SymbolSection, Symbols};
use hashbrown::HashTable;
use rustc_hash::FxHasher;
use std::hash::Hasher;

/// Bytes of a name from which on it counts each time that it is read.
const LONG: usize = 256;

/// Functions of `.symtab`, grouped by their name up to the first dot: compilers add suffixes such as
/// `.isra.0` to the copies they make.
#[derive(Debug, Default)]
pub(crate) struct ElfFunctions {
    by_name: HashTable<Named>,
    functions: Vec<NamedFunction>,
    /// All names, one after the other, each with a NUL behind it.
    names: Vec<u8>,
    /// The symbols of each function together, by address; of those at one address, optimised ones first.
    symbols: Vec<ElfSymbol>,
    /// Symbols with a suffix, such as `.isra.0`, by function and address.
    suffixed: Vec<SuffixedSymbol>,
    /// The function whose name sorts last, which pahole 1.32 never checks for ambiguity.
    last: Option<u32>,
    /// Whether the file has a symbol table at all.
    pub has_table: bool,
}

/// A name of the table. Most look-ups compare one name and ask no more, so where it begins is here.
#[derive(Clone, Copy, Debug)]
struct Named {
    function: u32,
    /// Where its name begins in `names`.
    start: u32,
}

#[derive(Clone, Copy, Debug)]
struct NamedFunction {
    /// Its first symbol.
    first: u32,
    /// Its symbols with a suffix, as places in `suffixed`.
    suffixed: (u32, u32),
    /// Whether its symbols have different addresses ([`ElfFunction::is_ambiguous`]).
    is_ambiguous: bool,
}

/// A symbol whose name goes on behind that of its function.
#[derive(Clone, Debug)]
struct SuffixedSymbol {
    /// The function's number.
    function: u32,
    address: u64,
    /// The whole name.
    name: Box<[u8]>,
}

/// The symbols of one name.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ElfFunction<'a> {
    symbols: &'a [ElfSymbol],
    suffixed: &'a [SuffixedSymbol],
    is_ambiguous: bool,
}

/// One symbol of a function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ElfSymbol {
    /// `st_value` as it is in the file: in a module an offset in its section.
    pub address: u64,
    /// Whether the suffix says that its parameters were changed.
    pub optimized: bool,
}

impl<'a> ElfFunction<'a> {
    /// Whether the symbols have different addresses: a tracer could not tell which is meant.
    ///
    /// As in pahole 1.32, which errs twice: addresses before the first that is not 0 do not count, though
    /// offset 0 is as good as any in a module's section, and the last name of all is never looked at.
    pub fn is_ambiguous(&self) -> bool {
        self.is_ambiguous
    }

    /// Whether a symbol is at `address`.
    pub fn is_at(&self, address: u64) -> bool {
        let found = self
            .symbols
            .binary_search_by_key(&address, |symbol| symbol.address);
        found.is_ok()
    }

    /// Whether a symbol at `address` has a suffix that says its parameters were changed.
    pub fn is_optimized_at(&self, address: u64) -> bool {
        let at = self
            .symbols
            .partition_point(|symbol| symbol.address < address);
        let first = self.symbols.get(at);
        address != 0 && first.is_some_and(|first| first.address == address && first.optimized)
    }

    /// The name with suffix of a symbol at `address`: of several, the first of the symbol table.
    pub fn suffixed_at(&self, address: u64) -> Option<&'a [u8]> {
        let at = self
            .suffixed
            .partition_point(|symbol| symbol.address < address);
        let found = self.suffixed.get(at)?;
        (address != 0 && found.address == address).then_some(&*found.name)
    }
}

/// Whether the addresses of a function's symbols, in the order of the symbol table, differ as pahole 1.32 sees it.
fn differ(symbols: &[(u32, ElfSymbol)]) -> bool {
    let mut values = symbols.iter().map(|(_, symbol)| symbol.address);
    let first = values.find(|&value| value != 0);
    first.is_some_and(|first| values.any(|value| value != first))
}

impl ElfFunctions {
    /// Reads the functions of a symbol table. `.cold` and `.part` copies are pieces of functions, not
    /// functions.
    ///
    /// In a relocatable file (a module) pahole 1.32 compares addresses from the DWARF, which count from
    /// where the section was placed, with the symbols' offsets in their sections. They never meet:
    /// functions with suffixes stay in, and of several definitions the first describes the function. So here.
    ///
    /// # Errors
    ///
    /// When the names take more bytes than `allowance`.
    pub fn of(
        symbols: &Symbols,
        elf: &Elf,
        mut allowance: Allowance,
    ) -> Result<ElfFunctions, OverBudget> {
        let mut out = ElfFunctions {
            has_table: symbols.table().is_some(),
            ..ElfFunctions::default()
        };
        let count = symbols.count_of_kind(SymbolKind::FUNC);
        out.reserve(count);
        let mut found: Vec<(u32, ElfSymbol)> = Vec::with_capacity(count);
        for symbol in symbols.of_kind(SymbolKind::FUNC) {
            found.extend(out.add_symbol(symbol, elf, &mut allowance)?);
        }
        // All sorts keep the order of the symbol table.
        sorting::sort_by_key(&mut found, |&(function, _)| function);
        let mut first = 0;
        for symbols in found.chunk_by_mut(|a, b| a.0 == b.0) {
            let is_ambiguous = differ(symbols);
            sorting::sort_by_key(symbols, |(_, symbol)| (symbol.address, !symbol.optimized));
            if let Some(function) = out.functions.get_mut(symbols[0].0 as usize) {
                (function.first, function.is_ambiguous) = (first, is_ambiguous);
            }
            first += symbols.len() as u32;
        }
        let by_place = |symbol: &SuffixedSymbol| (symbol.function, symbol.address);
        sorting::sort_by_key(&mut out.suffixed, by_place);
        let mut end = 0;
        for symbols in out.suffixed.chunk_by(|a, b| a.function == b.function) {
            let start = end;
            end += symbols.len() as u32;
            if let Some(function) = out.functions.get_mut(symbols[0].function as usize) {
                function.suffixed = (start, end);
            }
        }
        out.symbols = found.into_iter().map(|(_, symbol)| symbol).collect();
        out.names.shrink_to_fit();
        out.functions.shrink_to_fit();
        let all = out.by_name.iter();
        let last =
            all.max_by(|a, b| name_at(&out.names, a.start).cmp(name_at(&out.names, b.start)));
        out.last = last.map(|named| named.function);
        Ok(out)
    }

    /// Makes room for `count` functions: a table that grows hashes all names again.
    fn reserve(&mut self, count: usize) {
        self.functions.reserve(count);
        self.by_name.reserve(count, |_| 0);
    }

    /// Adds a symbol: the number of its function and what is kept of it, unless it is a piece of a function.
    // Not inlined: a browser compiles a function well after some calls, but not while it runs.
    #[inline(never)]
    fn add_symbol(
        &mut self,
        symbol: Symbol<'_>,
        elf: &Elf,
        allowance: &mut Allowance,
    ) -> Result<Option<(u32, ElfSymbol)>, OverBudget> {
        let relocatable = elf.is_relocatable();
        let start = match symbol.section {
            SymbolSection::Section(index) if relocatable => {
                elf.sections.get(index.0 as usize).map_or(0, |it| it.addr)
            }
            _ => 0,
        };
        let whole = symbol.name;
        // Symbols may all have one long name, which costs time with each of them.
        if whole.len() >= LONG {
            allowance.spend(whole.len() as u64)?;
        }
        let cut = memchr::memchr(b'.', whole).unwrap_or(whole.len());
        let (name, suffix) = whole.split_at(cut);
        if contains(suffix, b".cold") || contains(suffix, b".part") {
            return Ok(None);
        }
        let optimized =
            !relocatable && (contains(suffix, b".isra") || contains(suffix, b".constprop"));
        let before = self.names.len();
        let function = self.add(name);
        allowance.spend((self.names.len() - before) as u64)?;
        if !relocatable && !suffix.is_empty() {
            allowance.spend(whole.len() as u64)?;
            self.suffixed.push(SuffixedSymbol {
                function,
                address: symbol.value,
                name: whole.into(),
            });
        }
        let address = symbol.value.wrapping_sub(start);
        Ok(Some((function, ElfSymbol { address, optimized })))
    }

    /// The number of a function, added when its name is new.
    fn add(&mut self, name: &[u8]) -> u32 {
        if let Some(known) = self.number(name) {
            return known;
        }
        let added = Named {
            function: self.functions.len() as u32,
            start: self.names.len() as u32,
        };
        self.names.extend_from_slice(name);
        self.names.push(0);
        self.functions.push(NamedFunction {
            first: 0,
            suffixed: (0, 0),
            is_ambiguous: false,
        });
        let names = &self.names;
        self.by_name.insert_unique(hash(name), added, |named| {
            self::hash(name_at(names, named.start))
        });
        added.function
    }

    fn number(&self, name: &[u8]) -> Option<u32> {
        let is_it = |named: &Named| is_name_at(&self.names, named.start, name);
        let found = self.by_name.find(hash(name), is_it);
        found.map(|named| named.function)
    }

    /// Whether a name has a symbol.
    pub fn contains(&self, name: &[u8]) -> bool {
        self.number(name).is_some()
    }

    /// The symbols of a name.
    pub fn find(&self, name: &[u8]) -> Option<ElfFunction<'_>> {
        let function = self.number(name)?;
        let named = self.functions.get(function as usize)?;
        let first = named.first as usize;
        let next = self.functions.get(function as usize + 1);
        let end = next.map_or(self.symbols.len(), |next| next.first as usize);
        let (start, suffixed_end) = named.suffixed;
        let suffixed = self.suffixed.get(start as usize..suffixed_end as usize);
        Some(ElfFunction {
            symbols: self.symbols.get(first..end).unwrap_or_default(),
            suffixed: suffixed.unwrap_or_default(),
            // pahole 1.32 passes over the last one.
            is_ambiguous: named.is_ambiguous && self.last != Some(function),
        })
    }
}

/// The name that begins at `start`.
fn name_at(names: &[u8], start: u32) -> &[u8] {
    let rest = names.get(start as usize..).unwrap_or_default();
    let end = memchr::memchr(0, rest).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}

/// Whether the name that begins at `start` is `name`, which has no NUL in it.
fn is_name_at(names: &[u8], start: u32, name: &[u8]) -> bool {
    let rest = names.get(start as usize..).unwrap_or_default();
    let behind = rest.strip_prefix(name);
    behind.is_some_and(|behind| behind.first() == Some(&0))
}

fn hash(name: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(name);
    hasher.finish()
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}
