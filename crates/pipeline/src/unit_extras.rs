//! What units have beside types and functions: tags, variables, and the type that indexes arrays.

use crate::encoded_unit::UnitNumber;
use crate::name_map::NameMap;
use crate::variables::VariableCandidate;
use btf::StringOffset;
use dedup::sharing::{NodeRef, Translation};
use serde::{Deserialize, Serialize};

/// What units have beside types and functions, in file order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct UnitExtras {
    pub variables: Vec<VariableCandidate>,
    pub decl_tags: Vec<NodeTag>,
    pub index: Option<IndexType>,
    /// The first unit with an array.
    pub first_array: Option<UnitNumber>,
}

/// A `btf_decl_tag` of a type or member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NodeTag {
    pub unit: UnitNumber,
    pub value: StringOffset,
    pub target: NodeRef,
    /// The number of the member, -1 for the type.
    pub component: i32,
}

/// The first `int` of all units: the type of every array's index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct IndexType {
    pub unit: UnitNumber,
    pub reference: NodeRef,
}

impl UnitExtras {
    /// Gives each name another number.
    pub fn rename(&mut self, mut name: impl FnMut(StringOffset) -> StringOffset) {
        for variable in &mut self.variables {
            variable.name = name(variable.name);
            for value in &mut variable.decl_tags {
                *value = name(*value);
            }
        }
        for tag in &mut self.decl_tags {
            tag.value = name(tag.value);
        }
    }

    /// Adds those of the next run, before which there are `first_unit` units.
    pub fn add(
        &mut self,
        run: UnitExtras,
        first_unit: u32,
        names: &mut NameMap<'_>,
        translation: &Translation,
    ) {
        if let Some(index) = run.index {
            self.index.get_or_insert(IndexType {
                unit: index.unit.after(first_unit),
                reference: translation.reference(index.reference),
            });
        }
        if let Some(unit) = run.first_array {
            self.first_array.get_or_insert(unit.after(first_unit));
        }
        for tag in run.decl_tags {
            self.decl_tags.push(NodeTag {
                unit: tag.unit.after(first_unit),
                value: names.translate(tag.value),
                target: translation.reference(tag.target),
                component: tag.component,
            });
        }
        for mut variable in run.variables {
            variable.unit = variable.unit.after(first_unit);
            variable.name = names.translate(variable.name);
            variable.ty = translation.reference(variable.ty);
            for value in &mut variable.decl_tags {
                *value = names.translate(*value);
            }
            self.variables.push(variable);
        }
    }
}
