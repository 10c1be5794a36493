//! Functions that are kept become FUNC_PROTO, FUNC and tags.

use super::candidates::FunctionCandidates;
use super::kfuncs::{ARENA_FIRST, ARENA_RESULT, ARENA_SECOND, FASTCALL, Kfuncs};
use super::selection::KeptFunction;
use crate::options::Features;
use btf::{Btf, Info, Kind, Linkage, Param, TypeId};
use dedup::sharing::ExpandedTypes;

/// The attribute of a pointer into an arena, as clang spells it.
const ARENA: &str = "address_space(1)";

impl FunctionCandidates {
    /// Adds the types of a function.
    pub fn emit(
        &self,
        kept: &KeptFunction,
        btf: &mut Btf,
        expanded: &ExpandedTypes,
        kfuncs: &Kfuncs,
        features: Features,
    ) -> Result<(), btf::Error> {
        let Some(candidate) = self.table.candidates.get(kept.candidate) else {
            return Ok(());
        };
        let id = |reference| expanded.id(candidate.unit.0, reference);
        let mut params: Vec<Param> = self
            .table
            .params_of(candidate)
            .iter()
            .map(|param| Param {
                name: param.name,
                ty: id(param.ty),
            })
            .collect();
        let mut result = id(candidate.result);
        let kfunc = btf
            .string(candidate.name)
            .and_then(|name| kfuncs.at_symbol.get(name))
            .copied()
            .filter(|_| kept.tagged);
        if let Some(flags) = kfunc.filter(|_| features.attributes) {
            tag_arena_pointers(btf, flags, &mut result, &mut params)?;
        }
        let name = match &kept.symbol {
            Some(symbol) => btf.intern(symbol)?,
            None => candidate.name,
        };
        let proto = btf.add_func_proto(result, &params)?;
        let info = Info::new(Kind::Func, Linkage::Static.number(), false);
        let func = btf.push(&[name.0, info.0, proto.0])?;
        if !features.decl_tag {
            return Ok(());
        }
        for tag in &candidate.decl_tags {
            let info = Info::new(Kind::DeclTag, 0, false);
            btf.push(&[tag.value.0, info.0, func.0, tag.component as u32])?;
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
