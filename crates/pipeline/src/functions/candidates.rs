//! The candidates of all units.

use super::candidate::{CandidateParam, FunctionCandidate, FunctionTable, FunctionTag};
use super::set::FunctionSet;
use crate::name_map::NameMap;
use dedup::sharing::Translation;
use rustc_hash::FxHashSet;

/// Candidates of all units, in file order; of those that say the same the first.
#[derive(Debug, Default)]
pub(crate) struct FunctionCandidates {
    pub table: FunctionTable,
    set: FunctionSet,
    /// Names of functions that the symbol table does not have.
    pub without_symbol: FxHashSet<Vec<u8>>,
}

impl FunctionCandidates {
    /// Notes the name of a function that the symbol table does not have.
    pub fn add_without_symbol(&mut self, name: &[u8], names: &mut NameMap<'_>) {
        if !self.without_symbol.contains(name) {
            names.spend(name.len() as u64);
            self.without_symbol.insert(name.to_vec());
        }
    }

    /// Adds a candidate of a run, whose first unit has `first_unit` units before it; gives its index in the table.
    pub fn add(
        &mut self,
        first_unit: u32,
        candidate: &FunctionCandidate,
        run: &FunctionTable,
        names: &mut NameMap<'_>,
        translation: &Translation,
    ) -> u32 {
        // Parameters first: the order in which names are translated decides their offsets.
        let params = run.params_of(candidate).iter();
        self.set.set_params(params.map(|param| CandidateParam {
            name: names.translate(param.name),
            ty: translation.reference(param.ty),
        }));
        let candidate = FunctionCandidate {
            unit: candidate.unit.after(first_unit),
            name: names.translate(candidate.name),
            result: translation.reference(candidate.result),
            decl_tags: candidate
                .decl_tags
                .iter()
                .map(|tag| FunctionTag {
                    value: names.translate(tag.value),
                    component: tag.component,
                })
                .collect(),
            ..*candidate
        };
        self.set.push(candidate, &mut self.table)
    }
}
