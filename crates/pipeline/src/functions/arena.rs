//! Pointers of kfuncs into arenas, memory that BPF programs share with user space: a type tag marks them.

use super::finished::Kfunc;
use super::kfuncs::{ARENA_FIRST, ARENA_RESULT, ARENA_SECOND};
use btf::{Btf, Info, Kind, Param, TypeId};

/// The attribute of a pointer into an arena, as clang spells it.
const ARENA: &str = "address_space(1)";
/// The flags of the first parameters, in their order.
const OF_PARAMETERS: [u32; 2] = [ARENA_FIRST, ARENA_SECOND];
/// Ends of a parameter's name that say the same as a flag, from Linux 7.3 on.
const ENDS: [&[u8]; 2] = [b"__arena", b"__arena__nullable"];

/// Tags the pointers of a kfunc that its flags name, as an encoder with the feature `attributes` does.
pub(super) fn tag_by_flags(
    btf: &mut Btf,
    flags: u32,
    result: &mut TypeId,
    params: &mut [Param],
) -> Result<(), btf::Error> {
    if flags & ARENA_RESULT != 0 {
        *result = arena_pointer(btf, *result)?;
    }
    for (param, flag) in params.iter_mut().zip(OF_PARAMETERS) {
        if flags & flag != 0 {
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

/// Tags the pointers of a kfunc that its flags or the names of its parameters mark, as kernel builds from 7.3 on do. The kfunc gets
/// a new prototype; the old one stays, with or without users. New types go to the end, those of parameters behind the
/// prototype.
///
/// # Errors
///
/// When the new types do not fit into BTF.
pub(super) fn tag_finished(btf: &mut Btf, kfunc: &Kfunc) -> Result<(), btf::Error> {
    let Some(proto) = btf.get(kfunc.func).and_then(|func| func.target()) else {
        return Ok(());
    };
    let Some(proto) = btf.get(proto) else {
        return Ok(());
    };
    let named = |param: &Param| {
        let name = btf.string(param.name).unwrap_or_default();
        ENDS.iter().any(|end| name.ends_with(end))
    };
    let flags = OF_PARAMETERS.into_iter().chain(std::iter::repeat(0));
    let marked: Vec<bool> = proto
        .params()
        .zip(flags)
        .map(|(param, flag)| kfunc.flags & flag != 0 || named(&param))
        .collect();
    let of_result = kfunc.flags & ARENA_RESULT != 0;
    if !of_result && !marked.contains(&true) {
        return Ok(());
    }
    let mut params: Vec<Param> = proto.params().collect();
    let mut result = TypeId(proto.size_or_type());
    if of_result {
        result = arena_pointer(btf, result)?;
    }
    let tagged = btf.add_func_proto(result, &params)?;
    for (param, _) in params.iter_mut().zip(marked).filter(|(_, marked)| *marked) {
        param.ty = arena_pointer(btf, param.ty)?;
    }
    if let Some(words) = btf.words_mut(tagged) {
        for (words, param) in words[3..].chunks_exact_mut(2).zip(params) {
            words[1] = param.ty.0;
        }
    }
    if let Some(words) = btf.words_mut(kfunc.func) {
        words[2] = tagged.0;
    }
    Ok(())
}
