//! Functions that are kept become FUNC_PROTO, FUNC and tags.

use super::kfuncs::{ARENA_FIRST, ARENA_RESULT, ARENA_SECOND, FASTCALL, Kfuncs};
use super::selection::{Functions, Kept};
use crate::options::Features;
use btf::{Btf, Info, Kind, Linkage, Param, StringOffset, TypeId};
use dedup::sharing::{Expanded, NodeRef};

/// The attribute of a pointer into an arena, as clang spells it.
const ARENA: &str = "address_space(1)";

impl Functions {
    /// Adds the types of a function.
    pub fn emit(
        &self,
        kept: &Kept,
        btf: &mut Btf,
        expanded: &Expanded,
        kfuncs: &Kfuncs,
        features: Features,
    ) -> Result<(), btf::Error> {
        let state = &self.states[kept.state];
        let mut params: Vec<Param> = self
            .params_of(state)
            .iter()
            .map(|&(name, ty)| Param {
                name: StringOffset(name),
                ty: expanded.id(state.unit, NodeRef(ty)),
            })
            .collect();
        let mut result = expanded.id(state.unit, NodeRef(state.result));
        let kfunc = btf
            .string(StringOffset(state.name))
            .and_then(|name| kfuncs.at_symbol.get(name))
            .copied()
            .filter(|_| kept.tagged);
        if let Some(flags) = kfunc.filter(|_| features.attributes) {
            tag_arena_pointers(btf, flags, &mut result, &mut params)?;
        }
        let name = match &kept.symbol {
            Some(symbol) => btf.intern(symbol)?.0,
            None => state.name,
        };
        let proto = btf.add_func_proto(result, &params)?;
        let info = Info::new(Kind::Func, Linkage::Static.number(), false);
        let func = btf.push(&[name, info.0, proto.0])?;
        if !features.decl_tag {
            return Ok(());
        }
        for &(value, component) in &state.decl_tags {
            let info = Info::new(Kind::DeclTag, 0, false);
            btf.push(&[value, info.0, func.0, component as u32])?;
        }
        if let Some(flags) = kfunc {
            btf.add_decl_tag("bpf_kfunc", func, -1)?;
            if flags & FASTCALL != 0 {
                btf.add_decl_tag("bpf_fastcall", func, -1)?;
            }
        }
        Ok(())
    }
}

/// Puts the attribute of arena pointers on those of a kfunc that its flags name.
fn tag_arena_pointers(
    btf: &mut Btf,
    flags: u32,
    result: &mut TypeId,
    params: &mut [Param],
) -> Result<(), btf::Error> {
    if flags & ARENA_RESULT != 0 {
        *result = arena_pointer(btf, *result)?;
    }
    for (place, flag) in [ARENA_FIRST, ARENA_SECOND].into_iter().enumerate() {
        if let Some(param) = params.get_mut(place).filter(|_| flags & flag != 0) {
            param.ty = arena_pointer(btf, param.ty)?;
        }
    }
    Ok(())
}

/// The same pointer with the attribute between it and what it points to; anything else as it is.
fn arena_pointer(btf: &mut Btf, pointer: TypeId) -> Result<TypeId, btf::Error> {
    let target = match btf.get(pointer).map(btf::Type::data) {
        Some(btf::Data::Ptr { target }) => target,
        _ => return Ok(pointer),
    };
    let value = btf.intern(ARENA.as_bytes())?;
    let tagged = btf.push(&[value.0, Info::new(Kind::TypeTag, 0, true).0, target.0])?;
    btf.push(&[0, Info::new(Kind::Ptr, 0, false).0, tagged.0])
}
