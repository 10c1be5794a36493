//! The functions of the symbol table, by the name the source gave them.

use elf::{Symbol, SymbolKind, Symbols};
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
}

/// One symbol of a function.
#[derive(Debug)]
pub(crate) struct ElfSymbol {
    pub address: u64,
    /// Its whole name when that has a suffix, such as `.isra.0`.
    pub suffixed: Option<Box<[u8]>>,
    /// Whether the suffix says that its parameters were changed.
    pub optimized: bool,
}

impl ElfFunction {
    /// Whether the symbols have different addresses: a tracer could not tell which is meant.
    pub fn is_ambiguous(&self) -> bool {
        self.symbols
            .windows(2)
            .any(|pair| pair[0].address != pair[1].address)
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
        let mut symbols = self.symbols.iter();
        symbols.find_map(|symbol| {
            let here = address != 0 && symbol.address == address;
            symbol.suffixed.as_deref().filter(|_| here)
        })
    }
}

impl ElfFunctions {
    /// Reads the functions of a symbol table. `.cold` and `.part` copies are pieces of functions, not
    /// functions.
    ///
    /// In a relocatable file (a module) pahole 1.32 compares addresses from the DWARF, which count from
    /// where the section was placed, with the symbols' offsets in their sections. They never meet, and
    /// functions with suffixes stay in. We keep the same functions.
    pub fn of(symbols: &Symbols, relocatable: bool) -> ElfFunctions {
        let mut out = ElfFunctions {
            has_table: symbols.table().is_some(),
            ..ElfFunctions::default()
        };
        for symbol in symbols
            .iter()
            .filter(|symbol| symbol.kind == SymbolKind::FUNC)
        {
            let Symbol { name, value, .. } = symbol;
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
            let suffixed = !relocatable && !suffix.is_empty();
            out.functions[index as usize].symbols.push(ElfSymbol {
                address: value,
                suffixed: suffixed.then(|| whole.into()),
                optimized,
            });
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
