//! Adds candidates to a table, equal ones once: an inline function of a header stands in every unit.

use super::candidate::{CandidateParam, FunctionCandidate, FunctionTable, FunctionTag};
use crate::encoded_unit::UnitNumber;
use dedup::sharing::NodeRef;
use encode::{Function, Unit};
use hashbrown::HashTable;

/// Finds a candidate that says the same as another. What a candidate refers to may be another type in another
/// unit, but it has the same name there, and no question that is asked of functions looks further; so the first
/// of equal candidates stands for all.
#[derive(Debug, Default)]
pub(crate) struct FunctionSet {
    /// By their index in the table.
    seen: HashTable<u32>,
    /// The parameters of the candidate that is added next.
    own: Vec<CandidateParam>,
}

impl FunctionSet {
    /// An empty set with room for so many candidates.
    pub fn with_room(candidates: usize) -> FunctionSet {
        FunctionSet {
            seen: HashTable::with_capacity(candidates),
            own: Vec::new(),
        }
    }

    /// Adds a function of a unit to those of a run, and gives its index in the table.
    pub fn add(
        &mut self,
        table: &mut FunctionTable,
        unit: UnitNumber,
        function: &Function,
        types: &Unit,
        reference: impl Fn(u32) -> NodeRef,
    ) -> u32 {
        let own = function.params.start as usize..function.params.end as usize;
        let own = types.params.get(own).unwrap_or_default();
        self.set_params(own.iter().map(|&(name, ty)| CandidateParam {
            name,
            ty: reference(ty),
        }));
        let tags = function.decl_tags.iter();
        let candidate = FunctionCandidate {
            unit,
            name: function.name,
            address: function.address,
            result: reference(function.result),
            first_param: 0,
            param_count: 0,
            flags: function.flags,
            decl_tags: tags
                .map(|&(value, component)| FunctionTag { value, component })
                .collect(),
        };
        self.push(candidate, table)
    }

    /// Takes the parameters of the candidate that [`FunctionSet::push`] adds next.
    pub fn set_params(&mut self, params: impl Iterator<Item = CandidateParam>) {
        self.own.clear();
        self.own.extend(params);
    }

    /// Adds a candidate, unless another says the same; gives the index of the one that is in the table.
    pub fn push(&mut self, candidate: FunctionCandidate, table: &mut FunctionTable) -> u32 {
        let hash = candidate.hash(&self.own);
        let same = |&at: &u32| {
            table.candidates.get(at as usize).is_some_and(|other| {
                other.says_the_same(&candidate) && table.params_of(other) == self.own
            })
        };
        if let Some(&known) = self.seen.find(hash, same) {
            return known;
        }
        let index = table.candidates.len() as u32;
        let rehash = |&at: &u32| {
            let other = table.candidates.get(at as usize);
            other.map_or(0, |other| other.hash(table.params_of(other)))
        };
        self.seen.insert_unique(hash, index, rehash);
        table.candidates.push(FunctionCandidate {
            first_param: table.params.len() as u32,
            param_count: self.own.len() as u32,
            ..candidate
        });
        table.params.extend_from_slice(&self.own);
        index
    }
}
