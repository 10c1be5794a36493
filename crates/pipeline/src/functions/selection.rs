//! Which functions are kept, and why others are not.
//!
//! A BPF program attaches to a function by its name and reads its parameters where the calling
//! convention puts them. A function of which that cannot be trusted is left out. The reasons are those
//! of pahole 1.32.

use super::agreement::types_agree;
use super::set::FunctionSet;
use super::symbols::{ElfFunction, ElfFunctions};
use crate::merge::SkippedFunction;
use crate::options::Features;
use crate::shard::FunctionState;
use btf::{Btf, StringOffset, TypeId};
use dedup::sharing::{Expanded, NodeRef};
use encode::FunctionFlags;
use rustc_hash::FxHashSet;
use std::cmp::Ordering;

/// Why a function is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reason {
    UnexpectedRegister,
    InconsistentPrototype,
    UncertainLocation,
    ReorderedParameters,
    OptimizedParameters,
    AmbiguousAddress,
}

impl Reason {
    pub fn text(self) -> &'static str {
        match self {
            Reason::UnexpectedRegister => "unexpected register",
            Reason::InconsistentPrototype => "conflicting prototypes",
            Reason::UncertainLocation => "uncertain parameter location",
            Reason::ReorderedParameters => "reordered parameters",
            Reason::OptimizedParameters => "optimised parameters",
            Reason::AmbiguousAddress => "ambiguous address",
        }
    }
}

/// Functions of all units, in file order; of states that say the same the first.
#[derive(Debug, Default)]
pub(crate) struct Functions {
    pub states: Vec<FunctionState>,
    pub seen: FunctionSet,
    /// Parameters: name, reference.
    pub params: Vec<(u32, u32)>,
    /// Names of functions that the symbol table does not have.
    pub without_symbol: FxHashSet<Vec<u8>>,
}

/// A function to be encoded.
#[derive(Debug)]
pub(crate) struct Kept {
    /// The state that describes it.
    pub state: usize,
    /// The name of its symbol, where that is to be said instead of its own.
    pub symbol: Option<Vec<u8>>,
    /// Whether it is tagged if it is a kfunc.
    pub tagged: bool,
}

/// The outcome of selection.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    /// Functions to be encoded, sorted by name.
    pub kept: Vec<Kept>,
    /// How many have been encoded.
    pub kept_count: u64,
    pub skipped: Vec<SkippedFunction>,
    /// For each skipped function the reason that decides.
    pub decisive: Vec<Reason>,
    pub without_symbol: u64,
}

impl Functions {
    pub fn params_of(&self, state: &FunctionState) -> &[(u32, u32)] {
        state.params_in(&self.params)
    }

    /// Decides on every function. `btf` holds the types that states refer to, found by `expanded`.
    pub fn select(
        &mut self,
        symbols: &ElfFunctions,
        features: Features,
        btf: &Btf,
        expanded: &Expanded,
        units: &[(u32, String)],
    ) -> Selection {
        let mut selection = Selection::default();
        let name = |state: &FunctionState| btf.string(StringOffset(state.name)).unwrap_or_default();
        // The first bytes of a name mostly tell it from others; of equal names there is one offset.
        let mut order: Vec<(u64, u32)> = (0..)
            .zip(&self.states)
            .map(|(at, state)| (first_bytes(name(state)), at))
            .collect();
        order.sort_by(|&(first_a, a), &(first_b, b)| {
            let (a, b) = (&self.states[a as usize], &self.states[b as usize]);
            let by_name = || match a.name == b.name {
                true => Ordering::Equal,
                false => name(a).cmp(name(b)),
            };
            // States with an address come first: they describe code, others what was inlined.
            let by_address = || (a.address == 0).cmp(&(b.address == 0));
            first_a
                .cmp(&first_b)
                .then_with(by_name)
                .then_with(by_address)
        });
        let order: Vec<usize> = order.into_iter().map(|(_, at)| at as usize).collect();
        for group in order.chunk_by(|&a, &b| self.states[a].name == self.states[b].name) {
            let Some(&first) = group.first() else {
                continue;
            };
            let own = name(&self.states[first]);
            let symbol = symbols.find(own);
            if symbols.has_table && symbol.is_none() {
                selection.without_symbol += 1;
                continue;
            }
            let symbol = &symbol.unwrap_or_default();
            let group: Vec<usize> = if symbols.has_table {
                group.to_vec()
            } else {
                // Without symbols only what is defined and visible outside its unit can be trusted.
                group
                    .iter()
                    .copied()
                    .filter(|&at| is_visible(&self.states[at]))
                    .collect()
            };
            let Some(&first) = group.first() else {
                selection.without_symbol += 1;
                continue;
            };
            if features.true_signature
                && let Some(kept) = self.with_true_signature(&group, symbol)
            {
                selection.kept.push(kept);
                continue;
            }
            let canonical = self.canonical(&group, symbol, features);
            let reasons = self.reasons(&group, canonical, symbol, features, btf, expanded);
            match reasons.last() {
                None => {
                    let address = self.states[canonical].address;
                    let suffixed = symbol.suffixed_at(address);
                    selection.kept.push(Kept {
                        state: canonical,
                        symbol: suffixed
                            .filter(|_| features.true_signature)
                            .map(<[u8]>::to_vec),
                        tagged: true,
                    });
                }
                Some(&decisive) => {
                    selection.decisive.push(decisive);
                    selection.skipped.push(SkippedFunction {
                        name: btf.str(StringOffset(self.states[first].name)).into_owned(),
                        reasons: reasons
                            .iter()
                            .map(|reason| reason.text().to_owned())
                            .collect(),
                        units: self.units_of(&group, units),
                    });
                }
            }
        }
        selection
    }

    /// Names of the units of the states, one for each, in file order.
    fn units_of(&self, group: &[usize], units: &[(u32, String)]) -> Vec<String> {
        let mut group = group.to_vec();
        group.sort_unstable();
        let mut names: Vec<&str> = group
            .into_iter()
            .filter_map(|at| units.get(self.states[at].unit as usize))
            .map(|(_, name)| name.as_str())
            .collect();
        names.dedup();
        names.into_iter().map(str::to_owned).collect()
    }

    /// The state that describes the function best: one at the address of a symbol, its parameters as
    /// the source has them.
    ///
    /// A function in parts has no address in the DWARF, but ranges, which pahole 1.32 does not read: where
    /// another definition has an address (a weak one, which the linker passed over), it describes that one,
    /// and so do we.
    fn canonical(&self, group: &[usize], symbol: &ElfFunction<'_>, features: Features) -> usize {
        let is_symbol = |address: u64| symbol.symbols.iter().any(|it| it.address == address);
        let at_symbol = |&&at: &&usize| is_symbol(self.states[at].address);
        let mut placed = group.iter().filter(at_symbol);
        let first = placed.clone().next();
        let whole = placed.find(|&&at| !is_optimized(&self.states[at], symbol, features));
        *whole.or(first).unwrap_or(&group[0])
    }

    /// The first state that lies at a symbol with a suffix and can be trusted to say how that copy is
    /// called. As in pahole, a state is distrusted for what it or one before it shows, and the first one
    /// for what any shows.
    fn with_true_signature(&self, group: &[usize], symbol: &ElfFunction<'_>) -> Option<Kept> {
        let doubtful = |at: usize| {
            let flags = FunctionFlags(self.states[at].flags);
            flags.contains(FunctionFlags::UNEXPECTED_REGISTER)
                || flags.contains(FunctionFlags::UNCERTAIN_LOCATION)
        };
        let any = group.iter().any(|&at| doubtful(at));
        let mut in_doubt = false;
        for (place, &at) in group.iter().enumerate() {
            in_doubt |= doubtful(at);
            if in_doubt || (place == 0 && any) {
                continue;
            }
            if let Some(name) = symbol.suffixed_at(self.states[at].address) {
                return Some(Kept {
                    state: at,
                    symbol: Some(name.to_vec()),
                    tagged: false,
                });
            }
        }
        None
    }

    /// Every reason that applies, in the order in which pahole looks; the last one decides.
    fn reasons(
        &self,
        group: &[usize],
        canonical: usize,
        symbol: &ElfFunction<'_>,
        features: Features,
        btf: &Btf,
        expanded: &Expanded,
    ) -> Vec<Reason> {
        let any = |flag| {
            group
                .iter()
                .any(|&at| FunctionFlags(self.states[at].flags).contains(flag))
        };
        let unexpected = any(FunctionFlags::UNEXPECTED_REGISTER);
        let reordered = any(FunctionFlags::REORDERED_PARAMETERS);
        let inconsistent =
            features.consistent_func && self.is_inconsistent(group, features, btf, expanded);
        let found = [
            (Reason::UnexpectedRegister, unexpected),
            (Reason::InconsistentPrototype, inconsistent),
            (
                Reason::UncertainLocation,
                any(FunctionFlags::UNCERTAIN_LOCATION),
            ),
            (Reason::ReorderedParameters, reordered),
            (
                Reason::OptimizedParameters,
                is_optimized(&self.states[canonical], symbol, features),
            ),
            (Reason::AmbiguousAddress, symbol.is_ambiguous()),
        ];
        found
            .into_iter()
            .filter_map(|(reason, applies)| applies.then_some(reason))
            .collect()
    }

    /// Whether two of the states disagree. As in pahole, states are compared with the first one, and
    /// not after a parameter was found reordered or in an unexpected register.
    fn is_inconsistent(
        &self,
        group: &[usize],
        features: Features,
        btf: &Btf,
        expanded: &Expanded,
    ) -> bool {
        let doubtful = |at: usize| {
            let flags = FunctionFlags(self.states[at].flags);
            flags.contains(FunctionFlags::UNEXPECTED_REGISTER)
                || flags.contains(FunctionFlags::REORDERED_PARAMETERS)
        };
        let mut in_doubt = doubtful(group[0]);
        for &at in &group[1..] {
            in_doubt |= doubtful(at);
            if in_doubt {
                return false;
            }
            let first = group[0];
            let apart = features.true_signature
                && self.states[first].address != 0
                && self.states[at].address == 0;
            if !apart && !self.agree(first, at, btf, expanded) {
                return true;
            }
        }
        false
    }

    fn agree(&self, a: usize, b: usize, btf: &Btf, expanded: &Expanded) -> bool {
        let (a, b) = (&self.states[a], &self.states[b]);
        let (params_a, params_b) = (self.params_of(a), self.params_of(b));
        let id = |state: &FunctionState, reference| -> TypeId {
            expanded.id(state.unit, NodeRef(reference))
        };
        params_a.len() == params_b.len()
            && types_agree(btf, id(a, a.result), id(b, b.result))
            && params_a
                .iter()
                .zip(params_b)
                .all(|(&(_, left), &(_, right))| types_agree(btf, id(a, left), id(b, right)))
    }
}

/// The first bytes of a name, as a number that sorts as they do.
fn first_bytes(name: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    for (to, from) in bytes.iter_mut().zip(name) {
        *to = *from;
    }
    u64::from_be_bytes(bytes)
}

fn is_visible(state: &FunctionState) -> bool {
    state.address != 0 && FunctionFlags(state.flags).contains(FunctionFlags::EXTERNAL)
}

/// Whether the state's parameters are not those of the source any more, so that its name would mislead.
fn is_optimized(state: &FunctionState, symbol: &ElfFunction<'_>, features: Features) -> bool {
    let flags = FunctionFlags(state.flags);
    !features.true_signature
        && flags.contains(FunctionFlags::OPTIMIZED_PARAMETERS)
        && (flags.contains(FunctionFlags::SIGNATURE_CHANGED)
            || symbol.is_optimized_at(state.address))
}
