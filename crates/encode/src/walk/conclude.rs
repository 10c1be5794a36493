//! The unit ends: what had to wait is settled.

use super::encoder::Encoder;
use crate::types::members;
use crate::unit::Unit;
use crate::unit_context::UnitContext;

impl Encoder {
    /// Settles what had to wait for the end of the walk.
    pub(super) fn conclude(
        &mut self,
        context: &mut UnitContext<'_, '_>,
        pointer: u64,
        unit: &mut Unit,
    ) {
        let sections = context.sections;
        self.emit_member_pointers(unit, pointer, context.names);
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
        self.functions
            .conclude(unit, &self.type_ids, context, pointer);
        for index in 0..self.variables.len() {
            if let Some(variable) = self.variable(index, unit, pointer) {
                unit.variables.push(variable);
            }
        }
        unit.dangling += dangling;
        unit.inexpressible = self.inexpressible;
    }
}
