//! A function as one unit describes it, and tables of such.

use crate::encoded_unit::UnitNumber;
use btf::StringOffset;
use dedup::sharing::NodeRef;
use encode::FunctionFlags;
use rustc_hash::FxHasher;
use serde::{Deserialize, Serialize};
use std::hash::Hasher;

/// What one DIE says of a function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FunctionCandidate {
    /// The first unit that says so.
    pub unit: UnitNumber,
    pub name: StringOffset,
    pub address: u64,
    pub result: NodeRef,
    /// Its first parameter in [`FunctionTable::params`].
    pub first_param: u32,
    pub param_count: u32,
    pub flags: FunctionFlags,
    pub decl_tags: Vec<FunctionTag>,
}

/// A parameter; a last one without name and type stands for `...`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CandidateParam {
    pub name: StringOffset,
    pub ty: NodeRef,
}

/// A `btf_decl_tag` of a function, or of one of its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FunctionTag {
    pub value: StringOffset,
    /// The number of the parameter, -1 for the function.
    pub component: i32,
}

/// Candidates in file order, and their parameters one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FunctionTable {
    pub candidates: Vec<FunctionCandidate>,
    pub params: Vec<CandidateParam>,
}

impl FunctionTable {
    /// The parameters of one of the table's candidates.
    pub fn params_of(&self, candidate: &FunctionCandidate) -> &[CandidateParam] {
        let first = candidate.first_param as usize;
        let rest = self.params.get(first..).unwrap_or_default();
        rest.get(..candidate.param_count as usize)
            .unwrap_or_default()
    }

    /// Gives each name another number.
    pub fn rename(&mut self, mut name: impl FnMut(StringOffset) -> StringOffset) {
        for candidate in &mut self.candidates {
            candidate.name = name(candidate.name);
            for tag in &mut candidate.decl_tags {
                tag.value = name(tag.value);
            }
        }
        for param in &mut self.params {
            param.name = name(param.name);
        }
    }
}

impl FunctionCandidate {
    /// A hash of all but unit and tags.
    pub fn hash(&self, params: &[CandidateParam]) -> u64 {
        let mut hasher = FxHasher::default();
        let both = |name: StringOffset, ty: NodeRef| u64::from(name.0) << 32 | u64::from(ty.0);
        hasher.write_u64(self.address);
        hasher.write_u64(both(self.name, self.result));
        for param in params {
            hasher.write_u64(both(param.name, param.ty));
        }
        hasher.finish()
    }

    /// Whether another is equal but for unit and parameters.
    pub fn says_the_same(&self, other: &FunctionCandidate) -> bool {
        (self.name, self.address, self.result, self.flags)
            == (other.name, other.address, other.result, other.flags)
            && self.decl_tags == other.decl_tags
    }

    /// Whether it describes code that other units can call.
    pub fn is_visible(&self) -> bool {
        self.address != 0 && self.flags.contains(FunctionFlags::EXTERNAL)
    }
}
