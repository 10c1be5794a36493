//! The functions of the symbol table, by the name the source gave them.

use elf::{Elf, Symbol, SymbolKind, SymbolSection, Symbols};
use rustc_hash::FxHashMap;

/// Functions of `.symtab`, grouped by their name up to the first dot: compilers add suffixes such as
/// `.isra.0` to the copies they make.
#[derive(Debug, Default)]
pub(crate) struct ElfFunctions {
    by_name: FxHashMap<Vec<u8>, u32>,
    functions: Vec<ElfFunction>,
    /// Whether the file has a symbol table at all.
    pub has_table: bool,
}

/// The symbols of one name.
#[derive(Debug, Default)]
pub(crate) struct ElfFunction {
    /// In the order of the symbol table.
    pub symbols: Vec<ElfSymbol>,
    /// Address and whole name of those with a suffix, such as `.isra.0`; few functions have any.
    suffixed: Option<Box<Suffixed>>,
    /// Whether pahole 1.32 passes over it when it looks for ambiguous addresses.
    unchecked: bool,
}

/// Addresses and whole names of symbols.
type Suffixed = Vec<(u64, Box<[u8]>)>;

/// One symbol of a function.
#[derive(Debug)]
pub(crate) struct ElfSymbol {
    /// `st_value` as it is in the file: in a module an offset in its section.
    pub address: u64,
    /// Whether the suffix says that its parameters were changed.
    pub optimized: bool,
}

impl ElfFunction {
    /// Whether the symbols have different addresses: a tracer could not tell which is meant.
    ///
    /// As in pahole 1.32, which errs twice: addresses before the first that is not 0 do not count, though
    /// offset 0 is as good as any in a module's section, and the last name of all is never looked at.
    pub fn is_ambiguous(&self) -> bool {
        let mut values = self.symbols.iter().map(|symbol| symbol.address);
        let Some(first) = values.find(|&value| value != 0) else {
            return false;
        };
        !self.unchecked && values.any(|value| value != first)
    }

    /// Whether a symbol at `address` has a suffix that says its parameters were changed.
    pub fn is_optimized_at(&self, address: u64) -> bool {
        address != 0
            && self
                .symbols
                .iter()
                .any(|symbol| symbol.address == address && symbol.optimized)
    }

    /// The name with suffix of a symbol at `address`.
    pub fn suffixed_at(&self, address: u64) -> Option<&[u8]> {
        let mut named = self.suffixed.iter().flat_map(|list| list.iter());
        let (_, name) = named.find(|(at, _)| address != 0 && *at == address)?;
        Some(name)
    }
}

impl ElfFunctions {
    /// Reads the functions of a symbol table. `.cold` and `.part` copies are pieces of functions, not
    /// functions.
    ///
    /// In a relocatable file (a module) pahole 1.32 compares addresses from the DWARF, which count from
    /// where the section was placed, with the symbols' offsets in their sections. They never meet:
    /// functions with suffixes stay in, and of several definitions the first describes the function. So here.
    pub fn of(symbols: &Symbols, elf: &Elf) -> ElfFunctions {
        let relocatable = elf.is_relocatable();
        let mut out = ElfFunctions {
            has_table: symbols.table().is_some(),
            ..ElfFunctions::default()
        };
        for symbol in symbols
            .iter()
            .filter(|symbol| symbol.kind == SymbolKind::FUNC)
        {
            let Symbol {
                name,
                value,
                section,
                ..
            } = symbol;
            let start = match section {
                SymbolSection::Section(index) if relocatable => {
                    elf.sections.get(index.0 as usize).map_or(0, |it| it.addr)
                }
                _ => 0,
            };
            let cut = name
                .iter()
                .position(|&byte| byte == b'.')
                .unwrap_or(name.len());
            let whole = name;
            let (name, suffix) = name.split_at(cut);
            if contains(suffix, b".cold") || contains(suffix, b".part") {
                continue;
            }
            let optimized =
                !relocatable && (contains(suffix, b".isra") || contains(suffix, b".constprop"));
            let next = out.functions.len() as u32;
            let index = match out.by_name.get(name) {
                Some(&index) => index,
                None => {
                    out.by_name.insert(name.to_vec(), next);
                    out.functions.push(ElfFunction::default());
                    next
                }
            };
            let function = &mut out.functions[index as usize];
            function.symbols.push(ElfSymbol {
                address: value.wrapping_sub(start),
                optimized,
            });
            if !relocatable && !suffix.is_empty() {
                let named = function.suffixed.get_or_insert_default();
                named.push((value, whole.into()));
            }
        }
        let last = out.by_name.iter().max_by(|a, b| a.0.cmp(b.0));
        if let Some(&index) = last.map(|(_, index)| index) {
            out.functions[index as usize].unchecked = true;
        }
        out
    }

    /// The symbols of a name.
    pub fn find(&self, name: &[u8]) -> Option<&ElfFunction> {
        self.by_name
            .get(name)
            .map(|&index| &self.functions[index as usize])
    }
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}
