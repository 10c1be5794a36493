//! Which functions of a shard have a symbol, where its worker did not know.

use crate::functions::ElfFunctions;
use btf::StringOffset;
use budget::{Allowance, OverBudget};
use rustc_hash::FxHashMap;

/// Looks up names of a shard in the symbol table, each once: many functions may have one long name.
pub(super) struct LookUps<'s> {
    symbols: &'s ElfFunctions,
    known: FxHashMap<StringOffset, bool>,
    /// For names whose text the shard does not have: they cost what they would have cost its worker.
    allowance: Allowance,
}

impl<'s> LookUps<'s> {
    pub fn new(symbols: &'s ElfFunctions, allowance: Allowance) -> LookUps<'s> {
        LookUps {
            symbols,
            known: FxHashMap::default(),
            allowance,
        }
    }

    /// Whether a name has a symbol. `text` is not asked for again; `is_own` tells whether the shard has it.
    ///
    /// # Errors
    ///
    /// When the names that are not the shard's own are too long together.
    pub fn ask<'t>(
        &mut self,
        name: StringOffset,
        is_own: bool,
        text: impl FnOnce() -> &'t [u8],
    ) -> Result<Answer, OverBudget> {
        if let Some(&has_symbol) = self.known.get(&name) {
            return Ok(Answer {
                has_symbol,
                is_new: false,
            });
        }
        let text = text();
        if !is_own {
            self.allowance.spend(text.len() as u64)?;
        }
        let has_symbol = self.symbols.contains(text);
        self.known.insert(name, has_symbol);
        Ok(Answer {
            has_symbol,
            is_new: true,
        })
    }
}

/// What is said of a name, and whether it is said for the first time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answer {
    pub has_symbol: bool,
    pub is_new: bool,
}
