//! Functions of a run and of the whole, equal ones once: an inline function of a header stands in every unit.

use super::selection::Functions;
use crate::merge::NameMap;
use crate::shard::{FunctionState, ShardOutput};
use btf::StringOffset;
use dedup::sharing::{NodeRef, Translation};
use encode::{Function, Unit};
use hashbrown::HashTable;
use rustc_hash::FxHasher;
use std::hash::Hasher;

/// Finds a state that says the same as another. What a state refers to may be another type in another unit,
/// but it has the same name there, and no question that is asked of functions looks further; so the first
/// of equal states stands for all.
#[derive(Debug, Default)]
pub(crate) struct FunctionSet {
    /// By their place among all.
    seen: HashTable<u32>,
    /// The parameters of the state at hand.
    own: Vec<(u32, u32)>,
}

impl FunctionSet {
    /// Adds a function of a unit to those of a run.
    pub fn add(
        &mut self,
        output: &mut ShardOutput,
        unit: u32,
        function: &Function,
        types: &Unit,
        reference: impl Fn(u32) -> NodeRef,
    ) {
        let own = function.params.start as usize..function.params.end as usize;
        let own = types.params.get(own).unwrap_or_default();
        self.own.clear();
        self.own
            .extend(own.iter().map(|&(name, ty)| (name.0, reference(ty).0)));
        let state = FunctionState {
            unit,
            name: function.name.0,
            address: function.address,
            result: reference(function.result).0,
            first_param: 0,
            param_count: 0,
            flags: function.flags.0,
            decl_tags: function
                .decl_tags
                .iter()
                .map(|&(value, component)| (value.0, component))
                .collect(),
        };
        self.push(state, &mut output.functions, &mut output.params);
    }

    /// Adds the state at hand and its parameters, unless another says the same.
    fn push(
        &mut self,
        state: FunctionState,
        states: &mut Vec<FunctionState>,
        params: &mut Vec<(u32, u32)>,
    ) {
        let hash = state.hash(&self.own);
        let same = |&at: &u32| {
            let other = states.get(at as usize);
            other.is_some_and(|other| {
                state.says_the_same(other) && other.params_in(params) == self.own
            })
        };
        if self.seen.find(hash, same).is_some() {
            return;
        }
        let rehash = |&at: &u32| {
            let other = states.get(at as usize);
            other.map_or(0, |other| other.hash(other.params_in(params)))
        };
        self.seen.insert_unique(hash, states.len() as u32, rehash);
        states.push(FunctionState {
            first_param: params.len() as u32,
            param_count: self.own.len() as u32,
            ..state
        });
        params.extend_from_slice(&self.own);
    }
}

impl Functions {
    /// Adds the state of a function that the symbol table has. `params` are those of its run.
    pub fn add(
        &mut self,
        first_unit: u32,
        state: FunctionState,
        params: &[(u32, u32)],
        names: &mut NameMap<'_>,
        translation: &Translation,
    ) {
        let reference = |word: u32| translation.reference(NodeRef(word)).0;
        let mut name = |offset| names.translate(StringOffset(offset)).0;
        let own = &mut self.seen.own;
        own.clear();
        for &(offset, ty) in state.params_in(params) {
            own.push((name(offset), reference(ty)));
        }
        let state = FunctionState {
            unit: first_unit + state.unit,
            name: name(state.name),
            result: reference(state.result),
            decl_tags: state
                .decl_tags
                .iter()
                .map(|&(value, component)| (name(value), component))
                .collect(),
            ..state
        };
        self.seen.push(state, &mut self.states, &mut self.params);
    }
}

impl FunctionState {
    fn hash(&self, params: &[(u32, u32)]) -> u64 {
        let mut hasher = FxHasher::default();
        hasher.write_u64(self.address);
        hasher.write_u64(u64::from(self.name) << 32 | u64::from(self.result));
        for &(name, ty) in params {
            hasher.write_u64(u64::from(name) << 32 | u64::from(ty));
        }
        hasher.finish()
    }

    /// Whether another is equal but for unit and parameters.
    fn says_the_same(&self, other: &FunctionState) -> bool {
        (self.name, self.address, self.result, self.flags)
            == (other.name, other.address, other.result, other.flags)
            && self.decl_tags == other.decl_tags
    }

    /// Its parameters among those of all functions.
    pub fn params_in<'p>(&self, params: &'p [(u32, u32)]) -> &'p [(u32, u32)] {
        let first = self.first_param as usize;
        let rest = params.get(first..).unwrap_or_default();
        rest.get(..self.param_count as usize).unwrap_or_default()
    }
}
