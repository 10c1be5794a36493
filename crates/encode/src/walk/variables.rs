//! Variables: what their DIEs say, and which of them have a fixed address.

use super::encoder::Encoder;
use crate::types::layout;
use crate::types::type_ids::KEY;
use crate::unit::{Unit, Variable};

impl Encoder {
    /// A variable at a fixed address, with what its declaration says.
    pub(super) fn variable(&self, index: usize, unit: &Unit, pointer: u64) -> Option<Variable> {
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
