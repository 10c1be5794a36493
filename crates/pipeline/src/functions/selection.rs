//! Which functions are kept, and why others are not.
//!
//! A BPF program attaches to a function by its name and reads its parameters where the calling
//! convention puts them. A function of which that cannot be trusted is left out. The reasons are those
//! of pahole 1.32.

use super::agreement::types_agree;
use super::candidate::FunctionCandidate;
use super::candidates::FunctionCandidates;
use super::symbols::{ElfFunction, ElfFunctions};
use crate::encoded_unit::EncodedUnit;
use crate::join::{Join, both};
use crate::options::Features;
use crate::outcome::SkippedFunction;
use crate::sorting;
use btf::{Btf, TypeId};
use dedup::sharing::{ExpandedTypes, NodeRef};
use encode::FunctionFlags;
use std::cmp::Ordering;

/// How many candidates are decided on in one piece of work.
const AT_A_TIME: usize = 8192;

/// Why a function is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SkipReason {
    UnexpectedRegister,
    InconsistentPrototype,
    UncertainLocation,
    ReorderedParameters,
    OptimizedParameters,
    AmbiguousAddress,
}

/// A function to be encoded.
#[derive(Debug)]
pub(crate) struct KeptFunction {
    /// The index of the candidate that describes it.
    pub candidate: usize,
    /// The name of its symbol, where that is to be said instead of its own.
    pub symbol: Option<Vec<u8>>,
    /// Whether it is tagged if it is a kfunc.
    pub tagged: bool,
}

/// The outcome of selection.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    /// Functions to be encoded, sorted by name.
    pub kept: Vec<KeptFunction>,
    /// Functions left out, sorted by name.
    pub skipped: Vec<SkippedFunction>,
    /// For each skipped function the reason that decides.
    pub decisive: Vec<SkipReason>,
    /// How many names the symbol table does not have.
    pub without_symbol: u64,
}

/// Decides on functions, one name after the other.
#[derive(Clone, Copy)]
pub(crate) struct Selector<'a> {
    pub candidates: &'a FunctionCandidates,
    pub symbols: &'a ElfFunctions,
    pub features: Features,
    /// The types that candidates refer to, which `expanded` finds.
    pub btf: &'a Btf,
    pub expanded: &'a ExpandedTypes,
    pub units: &'a [EncodedUnit],
}

impl SkipReason {
    /// The reason as people read it.
    pub fn text(self) -> &'static str {
        match self {
            SkipReason::UnexpectedRegister => "unexpected register",
            SkipReason::InconsistentPrototype => "conflicting prototypes",
            SkipReason::UncertainLocation => "uncertain parameter location",
            SkipReason::ReorderedParameters => "reordered parameters",
            SkipReason::OptimizedParameters => "optimised parameters",
            SkipReason::AmbiguousAddress => "ambiguous address",
        }
    }
}

/// What a reason for which functions are left out means; `None` for a text that is no such reason.
pub fn reason_explained(reason: &str) -> Option<&'static str> {
    Some(match reason {
        "unexpected register" => {
            "A parameter is not in the register that the calling convention gives it, so a BPF program would read another value."
        }
        "conflicting prototypes" => {
            "Units describe functions of this name with different parameters or results; a BPF program could attach to either."
        }
        "uncertain parameter location" => {
            "A parameter is passed on the stack and its type is a packed struct, so its place is not certain."
        }
        "reordered parameters" => {
            "The compiler changed the order of the parameters, so the arguments are not where the prototype puts them."
        }
        "optimised parameters" => {
            "The compiler removed a parameter or passes it in another way, so the argument does not exist when the function is called."
        }
        "ambiguous address" => {
            "Several functions of this name are in the symbol table, at different addresses; a BPF program could attach to either."
        }
        _ => return None,
    })
}

impl Selection {
    /// Adds what was decided on names that come later.
    fn append(&mut self, later: Selection) {
        self.kept.extend(later.kept);
        self.skipped.extend(later.skipped);
        self.decisive.extend(later.decisive);
        self.without_symbol += later.without_symbol;
    }
}

/// All candidates by name; those of one name with an address first, which describe code, then others, which
/// describe what was inlined. `names` has the strings of their names.
pub(crate) fn order_by_name(candidates: &FunctionCandidates, names: &Btf) -> Vec<usize> {
    let candidates = &candidates.table.candidates;
    let name = |candidate: &FunctionCandidate| -> &[u8] {
        names.string(candidate.name).unwrap_or_default()
    };
    // The first bytes of a name mostly tell it from others; of equal names there is one offset.
    let mut order: Vec<(u64, u32)> = (0..)
        .zip(candidates)
        .map(|(at, candidate)| (first_bytes(name(candidate)), at))
        .collect();
    order.sort_by(|&(first_a, a), &(first_b, b)| {
        let (a, b) = (&candidates[a as usize], &candidates[b as usize]);
        let by_name = || match a.name == b.name {
            true => Ordering::Equal,
            false => name(a).cmp(name(b)),
        };
        let by_address = || (a.address == 0).cmp(&(b.address == 0));
        first_a
            .cmp(&first_b)
            .then_with(by_name)
            .then_with(by_address)
    });
    order.into_iter().map(|(_, at)| at as usize).collect()
}

impl Selector<'_> {
    /// Decides on every function; `order` is that of [`order_by_name`].
    pub fn select(self, order: &[usize], join: &dyn Join) -> Selection {
        let is_same = |a: usize, b: usize| self.candidate(a).name == self.candidate(b).name;
        if order.len() > AT_A_TIME {
            let mut middle = order.len() / 2;
            while middle < order.len() && is_same(order[middle - 1], order[middle]) {
                middle += 1;
            }
            let (before, behind) = order.split_at(middle);
            if !behind.is_empty() {
                let (mut selection, rest) = both(
                    join,
                    || self.select(before, join),
                    || self.select(behind, join),
                );
                selection.append(rest);
                return selection;
            }
        }
        let mut selection = Selection::default();
        for group in order.chunk_by(|&a, &b| is_same(a, b)) {
            self.decide(group, &mut selection);
        }
        selection
    }

    fn candidate(&self, at: usize) -> &FunctionCandidate {
        &self.candidates.table.candidates[at]
    }

    /// Decides on the function that a group of candidates describes.
    // Not inlined: a browser compiles a function well after some calls, but not while it runs.
    #[inline(never)]
    fn decide(&self, group: &[usize], selection: &mut Selection) {
        let Some(&named) = group.first() else { return };
        let features = self.features;
        let name = self.btf.string(self.candidate(named).name);
        let symbol = self.symbols.find(name.unwrap_or_default());
        if self.symbols.has_table && symbol.is_none() {
            selection.without_symbol += 1;
            return;
        }
        let symbol = &symbol.unwrap_or_default();
        let visible: Vec<usize>;
        let group = if self.symbols.has_table {
            group
        } else {
            // Without symbols only what is defined and visible outside its unit can be trusted.
            let is_visible = |at: &usize| self.candidate(*at).is_visible();
            visible = group.iter().copied().filter(is_visible).collect();
            &visible
        };
        let Some(&first) = group.first() else {
            selection.without_symbol += 1;
            return;
        };
        if features.true_signature
            && let Some(kept) = self.with_true_signature(group, symbol)
        {
            selection.kept.push(kept);
            return;
        }
        let canonical = self.canonical(group, symbol);
        let reasons = self.reasons(group, canonical, symbol);
        let Some(&decisive) = reasons.last() else {
            let suffixed = symbol.suffixed_at(self.candidate(canonical).address);
            selection.kept.push(KeptFunction {
                candidate: canonical,
                symbol: suffixed
                    .filter(|_| features.true_signature)
                    .map(<[u8]>::to_vec),
                tagged: true,
            });
            return;
        };
        let texts = reasons.iter().map(|reason| reason.text().to_owned());
        selection.decisive.push(decisive);
        selection.skipped.push(SkippedFunction {
            name: self.btf.str(self.candidate(first).name).into_owned(),
            reasons: texts.collect(),
            units: self.units_of(group),
        });
    }

    /// Names of the units of the candidates, one for each, in file order.
    fn units_of(&self, group: &[usize]) -> Vec<String> {
        let mut group = group.to_vec();
        sorting::sort(&mut group);
        let mut names: Vec<&str> = group
            .into_iter()
            .filter_map(|at| self.units.get(self.candidate(at).unit.0 as usize))
            .map(|unit| unit.name.as_str())
            .collect();
        names.dedup();
        names.into_iter().map(str::to_owned).collect()
    }

    /// The candidate that describes the function best: one at the address of a symbol, its parameters as
    /// the source has them.
    ///
    /// A function in parts has no address in the DWARF, but ranges, which pahole 1.32 does not read: where
    /// another definition has an address (a weak one, which the linker passed over), it describes that one,
    /// and so do we.
    fn canonical(&self, group: &[usize], symbol: &ElfFunction<'_>) -> usize {
        let at_symbol = |&&at: &&usize| symbol.is_at(self.candidate(at).address);
        let mut placed = group.iter().filter(at_symbol);
        let first = placed.clone().next();
        let whole = placed.find(|&&at| !self.is_optimized(at, symbol));
        *whole.or(first).unwrap_or(&group[0])
    }

    /// The first candidate that lies at a symbol with a suffix and can be trusted to say how that copy is
    /// called. As in pahole, a candidate is distrusted for what it or one before it shows, and the first one
    /// for what any shows.
    fn with_true_signature(
        &self,
        group: &[usize],
        symbol: &ElfFunction<'_>,
    ) -> Option<KeptFunction> {
        let doubtful = |at: usize| {
            let flags = self.candidate(at).flags;
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
            if let Some(name) = symbol.suffixed_at(self.candidate(at).address) {
                return Some(KeptFunction {
                    candidate: at,
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
    ) -> Vec<SkipReason> {
        let any = |flag| {
            group
                .iter()
                .any(|&at| self.candidate(at).flags.contains(flag))
        };
        let inconsistent = self.features.consistent_func && self.is_inconsistent(group);
        let found = [
            (
                SkipReason::UnexpectedRegister,
                any(FunctionFlags::UNEXPECTED_REGISTER),
            ),
            (SkipReason::InconsistentPrototype, inconsistent),
            (
                SkipReason::UncertainLocation,
                any(FunctionFlags::UNCERTAIN_LOCATION),
            ),
            (
                SkipReason::ReorderedParameters,
                any(FunctionFlags::REORDERED_PARAMETERS),
            ),
            (
                SkipReason::OptimizedParameters,
                self.is_optimized(canonical, symbol),
            ),
            (SkipReason::AmbiguousAddress, symbol.is_ambiguous()),
        ];
        found
            .into_iter()
            .filter_map(|(reason, applies)| applies.then_some(reason))
            .collect()
    }

    /// Whether two of the candidates disagree. As in pahole, candidates are compared with the first one, and
    /// not after a parameter was found reordered or in an unexpected register.
    fn is_inconsistent(&self, group: &[usize]) -> bool {
        let doubtful = |at: usize| {
            let flags = self.candidate(at).flags;
            flags.contains(FunctionFlags::UNEXPECTED_REGISTER)
                || flags.contains(FunctionFlags::REORDERED_PARAMETERS)
        };
        let first = group[0];
        let mut in_doubt = doubtful(first);
        for &at in &group[1..] {
            in_doubt |= doubtful(at);
            if in_doubt {
                return false;
            }
            let apart = self.features.true_signature
                && self.candidate(first).address != 0
                && self.candidate(at).address == 0;
            if !apart && !self.agree(first, at) {
                return true;
            }
        }
        false
    }

    /// Whether two candidates have the same prototype.
    fn agree(&self, a: usize, b: usize) -> bool {
        let (a, b) = (self.candidate(a), self.candidate(b));
        let table = &self.candidates.table;
        let (params_a, params_b) = (table.params_of(a), table.params_of(b));
        let id = |of: &FunctionCandidate, reference: NodeRef| -> TypeId {
            self.expanded.id(of.unit.0, reference)
        };
        let same = |left: NodeRef, right: NodeRef| types_agree(self.btf, id(a, left), id(b, right));
        params_a.len() == params_b.len()
            && same(a.result, b.result)
            && params_a
                .iter()
                .zip(params_b)
                .all(|(left, right)| same(left.ty, right.ty))
    }

    /// Whether the candidate's parameters are not those of the source any more, so that its name would mislead.
    fn is_optimized(&self, at: usize, symbol: &ElfFunction<'_>) -> bool {
        let candidate = self.candidate(at);
        !self.features.true_signature
            && candidate
                .flags
                .contains(FunctionFlags::OPTIMIZED_PARAMETERS)
            && (candidate.flags.contains(FunctionFlags::SIGNATURE_CHANGED)
                || symbol.is_optimized_at(candidate.address))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_explained() {
        for reason in [
            SkipReason::UnexpectedRegister,
            SkipReason::InconsistentPrototype,
            SkipReason::UncertainLocation,
            SkipReason::ReorderedParameters,
            SkipReason::OptimizedParameters,
            SkipReason::AmbiguousAddress,
        ] {
            assert!(
                reason_explained(reason.text()).is_some(),
                "{}",
                reason.text()
            );
        }
        assert_eq!(reason_explained("some other reason"), None);
    }
}
