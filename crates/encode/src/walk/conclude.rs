//! The unit ends: what had to wait is settled.

use super::Encoder;
use crate::names::Names;
use crate::sections::Sections;
use crate::types::layout;
use crate::types::members;
use crate::types::type_ids::KEY;
use crate::unit::{Choices, Unit, Variable};
use btf::StringOffset;

/// A variable DIE outside functions.
#[derive(Clone, Debug, Default)]
pub(super) struct RawVariable {
    pub key: u32,
    pub name: Option<StringOffset>,
    pub ty: u32,
    pub specification: u32,
    pub address: Option<u64>,
    pub declaration: bool,
    pub external: bool,
    pub artificial: bool,
    /// Of another unit: only there for the variables that refer to it.
    pub borrowed: bool,
    /// Not in a namespace: pahole looks at no others.
    pub top_level: bool,
    pub tags: Vec<StringOffset>,
}

impl Encoder {
    /// Settles what had to wait for the end of the walk.
    pub(super) fn conclude(
        &mut self,
        sections: &Sections<'_>,
        unit: &mut Unit,
        pointer: u64,
        choices: Choices,
        names: &mut Names,
    ) {
        self.emit_member_pointers(unit, pointer, names);
        self.type_ids.resolve_all(unit, &mut self.later);
        let mut dangling = 0;
        for &(word, ty) in &self.enum_types {
            let ty = self.type_ids.resolve(ty, &mut dangling);
            let signed = match unit.get(ty).map(btf::Type::data) {
                Some(btf::Data::Int(int)) => int.encoding.is_signed(),
                _ => false,
            };
            if let Some(info) = unit.words.get_mut(word).filter(|_| signed) {
                *info |= 1 << 31;
            }
        }
        for (word, field) in std::mem::take(&mut self.bitfields) {
            let ty = self.type_ids.resolve(field.ty, &mut dangling);
            members::settle(unit, word, &field, ty, sections.big_endian, pointer);
        }
        self.functions.conclude(
            unit,
            &self.type_ids,
            sections,
            pointer,
            choices.true_signature,
            names,
        );
        for index in 0..self.variables.len() {
            if let Some(variable) = self.variable(index, unit, pointer) {
                unit.variables.push(variable);
            }
        }
        unit.dangling += dangling;
        unit.inexpressible = self.inexpressible;
    }

    /// A variable at a fixed address, with what its declaration says.
    fn variable(&self, index: usize, unit: &Unit, pointer: u64) -> Option<Variable> {
        let variable = &self.variables[index];
        let specification = (variable.specification & KEY != 0)
            .then_some(variable.specification & !KEY)
            .and_then(|key| {
                self.variable_index
                    .find(&self.variables, key, |variable| variable.key)
            })
            .map(|at| &self.variables[at]);
        if variable.borrowed
            || variable.artificial
            || !variable.top_level
            || (variable.declaration && specification.is_none())
        {
            return None;
        }
        let address = variable.address?;
        let said = specification.unwrap_or(variable);
        let mut dangling = 0;
        let ty = self.type_ids.resolve(said.ty, &mut dangling);
        Some(Variable {
            name: said.name?,
            address,
            ty,
            size: layout::size_of(unit, ty, pointer).unwrap_or(0),
            external: said.external,
            decl_tags: said.tags.clone(),
        })
    }
}
