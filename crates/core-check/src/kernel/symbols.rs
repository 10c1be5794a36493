//! The names in a kernel's symbol table.

use super::kfuncs::{self, Kfuncs};
use elf::{Elf, ReadAt, SymbolSection};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// The symbols of a kernel, each with its address, which is known to be ambiguous if several symbols have the name.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct SymbolNames {
    addresses: FxHashMap<Vec<u8>, (u64, bool)>,
    /// The functions in the sets of kfuncs, if the file has such sets.
    kfuncs: Option<Kfuncs>,
}

/// What a symbol table says of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Symbol {
    /// One symbol has it.
    At(u64),
    /// Several symbols with different addresses have it.
    Ambiguous,
}

impl SymbolNames {
    /// Adds a symbol. The suffix that a link-time optimiser gives to data (`.llvm.123`) is no part of the name.
    pub fn add(&mut self, name: &[u8], address: u64, is_data: bool) {
        let cut = memchr_llvm(name).filter(|_| is_data);
        let name = &name[..cut.unwrap_or(name.len())];
        match self.addresses.get_mut(name) {
            Some((first, ambiguous)) => *ambiguous |= *first != address,
            None => {
                self.addresses.insert(name.to_vec(), (address, false));
            }
        }
    }

    /// Reads `/proc/kallsyms` or a `System.map`: an address, a letter, and a name on each line.
    ///
    /// ```
    /// use core_check::{Symbol, SymbolNames};
    ///
    /// let names = SymbolNames::parse(b"ffffffff81000000 T _text\nffffffff81000010 t init_once [xfs]\n");
    /// assert_eq!(names.find("init_once"), Some(Symbol::At(0xffff_ffff_8100_0010)));
    /// assert_eq!(names.find("absent"), None);
    /// ```
    pub fn parse(text: &[u8]) -> SymbolNames {
        let mut names = SymbolNames::default();
        for line in text.split(|byte| *byte == b'\n') {
            let mut words = line.split(|byte| matches!(byte, b' ' | b'\t'));
            let (Some(address), Some(letter), Some(name)) =
                (words.next(), words.next(), words.next())
            else {
                continue;
            };
            let address = std::str::from_utf8(address).ok();
            let Some(address) = address.and_then(|text| u64::from_str_radix(text, 16).ok()) else {
                continue;
            };
            names.add(name, address, letter == b"d");
        }
        names
    }

    /// The names in the symbol table of a kernel's ELF file; `None` if it has no table or cannot be read.
    pub fn of_elf<R: ReadAt + ?Sized>(source: &R) -> Option<SymbolNames> {
        let elf = Elf::parse(source).ok()?;
        let symbols = elf.symbols(source).ok()?;
        let mut names = SymbolNames::default();
        for symbol in symbols.iter().filter(|symbol| !symbol.name.is_empty()) {
            if symbol.section != SymbolSection::Undefined {
                names.add(symbol.name, symbol.value, false);
            }
        }
        names.kfuncs = kfuncs::read(&elf, source, &symbols);
        (!names.is_empty()).then_some(names)
    }

    /// Whether the kernel's sets of kfuncs (`.BTF_ids`) contain a function; `None` if they are not known: text files do not have them.
    pub fn is_kfunc(&self, name: &[u8]) -> Option<bool> {
        self.kfuncs.as_ref().map(|kfuncs| kfuncs.contains_key(name))
    }

    /// The numbers of the types of programs for which a kfunc is registered; `None` if that is not known.
    pub(crate) fn kfunc_types(&self, name: &[u8]) -> Option<&BTreeSet<u32>> {
        self.kfuncs.as_ref()?.get(name)?.as_ref()
    }

    /// Takes the sets of kfuncs from those of a kernel's file: a text has none.
    #[must_use]
    pub fn with_kfuncs_of(mut self, file: Option<SymbolNames>) -> SymbolNames {
        self.kfuncs = file.and_then(|file| file.kfuncs);
        self
    }

    /// What the table says of a name.
    pub fn find(&self, name: &str) -> Option<Symbol> {
        let &(address, ambiguous) = self.addresses.get(name.as_bytes())?;
        Some(match ambiguous {
            true => Symbol::Ambiguous,
            false => Symbol::At(address),
        })
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.addresses.len()
    }

    /// Whether there is no name.
    pub fn is_empty(&self) -> bool {
        self.addresses.is_empty()
    }
}

fn memchr_llvm(name: &[u8]) -> Option<usize> {
    name.windows(6).position(|six| six == b".llvm.")
}
