//! What a worker knows of names that stay offsets in `.debug_str` until shards are merged.

use crate::functions::ElfFunctions;
use crate::sorting;
use dedup::sharing::SharedRun;
use encode::{DebugStr, NamePlace, Names, string_at};
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher;
use std::sync::{Arc, OnceLock};

/// The functions of the symbol table, as [`Merge`](crate::Merge) and the workers of one process have them in common. Workers need
/// not wait for them: [`Merge::tell`](crate::Merge::tell) fills them in.
#[derive(Clone, Debug, Default)]
pub struct FunctionSymbols(Arc<OnceLock<Arc<ElfFunctions>>>);

impl FunctionSymbols {
    /// Fills them in; what was filled in once stays.
    pub(crate) fn tell(&self, functions: &Arc<ElfFunctions>) {
        self.0.get_or_init(|| Arc::clone(functions));
    }
}

/// Names of a worker by their offsets. What was found of a name holds for all runs.
#[derive(Debug)]
pub(crate) struct OffsetNames {
    symbols: FunctionSymbols,
    functions: FxHashMap<u32, FunctionName>,
    /// Hashes of the texts of tag names.
    tags: FxHashMap<u32, u64>,
    /// The number of the run at hand, from 1 on.
    run: u32,
    /// Whether all functions of the run were looked up, since the symbols were there.
    are_looked_up: bool,
    /// Hashes and kinds of the tag names of a run.
    hashes: Vec<(u64, u32)>,
}

/// The name of a function.
#[derive(Clone, Copy, Debug)]
struct FunctionName {
    has_symbol: bool,
    /// The run that listed it last as one without a symbol.
    listed_in: u32,
}

/// Whether a function is described.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FunctionFate {
    Described,
    /// The symbol table does not have its name, which the run has not listed yet, or has.
    WithoutSymbol {
        is_new: bool,
    },
}

impl OffsetNames {
    pub fn new(symbols: &FunctionSymbols) -> OffsetNames {
        OffsetNames {
            symbols: symbols.clone(),
            functions: FxHashMap::default(),
            tags: FxHashMap::default(),
            run: 0,
            are_looked_up: true,
            hashes: Vec::new(),
        }
    }

    /// Begins the next run.
    pub fn enter_run(&mut self) {
        self.run += 1;
        self.are_looked_up = true;
    }

    /// Whether the run has no function whose name is in `.debug_str` and has no symbol.
    pub fn are_looked_up(&self) -> bool {
        self.are_looked_up
    }

    /// What becomes of a function of the run at hand. Most functions in the DWARF are inlined everywhere and have no
    /// symbol. The merge looks up names that are not in `.debug_str`, and all names of a run that began before the symbols were
    /// read.
    pub fn fate(
        &mut self,
        name: btf::StringOffset,
        names: &mut Names,
        debug_str: &[u8],
    ) -> FunctionFate {
        let NamePlace::DebugStr(offset) = NamePlace::of(name) else {
            return FunctionFate::Described;
        };
        let Some(symbols) = self.symbols.0.get() else {
            self.are_looked_up = false;
            return FunctionFate::Described;
        };
        if !symbols.has_table || names.are_too_many() {
            return FunctionFate::Described;
        }
        let function = self.functions.entry(offset).or_insert_with(|| {
            let text = string_at(debug_str, u64::from(offset));
            names.spend(text.len());
            FunctionName {
                has_symbol: symbols.contains(text),
                listed_in: 0,
            }
        });
        if function.has_symbol {
            return FunctionFate::Described;
        }
        let is_new = function.listed_in != self.run;
        function.listed_in = self.run;
        FunctionFate::WithoutSymbol { is_new }
    }

    /// Whether two tag names of a run may have the same text and kind; of no meaning if there are [too many
    /// names](Names::check).
    pub fn has_repeated_tags(
        &mut self,
        shared: &SharedRun,
        names: &mut Names,
        debug_str: &[u8],
    ) -> bool {
        self.hashes.clear();
        for &(name, kind) in &shared.tags {
            if names.are_too_many() {
                return false;
            }
            let name = btf::StringOffset(name);
            let hash = match NamePlace::of(name) {
                NamePlace::DebugStr(offset) => *self.tags.entry(offset).or_insert_with(|| {
                    let text = string_at(debug_str, u64::from(offset));
                    names.spend(text.len());
                    hash(text)
                }),
                NamePlace::Run(_) | NamePlace::Nowhere => {
                    hash(names.text(name, DebugStr::whole(debug_str)))
                }
            };
            self.hashes.push((hash, kind));
        }
        sorting::sort(&mut self.hashes);
        self.hashes.windows(2).any(|pair| pair[0] == pair[1])
    }
}

/// Whether the number of a name tells if it is empty. At an offset of `.debug_str` a text may be empty although the number is not 0.
pub(crate) fn is_told(name: btf::StringOffset, debug_str: &[u8]) -> bool {
    match NamePlace::of(name) {
        NamePlace::DebugStr(offset) => debug_str
            .get(offset as usize)
            .is_some_and(|&byte| byte != 0),
        NamePlace::Run(_) | NamePlace::Nowhere => true,
    }
}

fn hash(text: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text);
    hasher.finish()
}
