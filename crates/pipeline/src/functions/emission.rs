//! Functions that are kept become FUNC_PROTO, FUNC and tags.

use super::arena;
use super::candidates::FunctionCandidates;
use super::kfuncs::{FASTCALL, Kfuncs};
use super::selection::KeptFunction;
use crate::options::Features;
use btf::{Btf, Info, Kind, Linkage, Param};
use dedup::sharing::ExpandedTypes;

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
            arena::tag_by_flags(btf, flags, &mut result, &mut params)?;
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
