//! Implicit arguments of kfuncs: parameters that the kernel's verifier fills in, and no BPF program passes.
//!
//! Kernel builds from 7.0 on change the types of such kfuncs behind the encoder (docs/kernel-builds.md): programs
//! see the prototype without the implicit arguments, and the whole one stays under the name `NAME_impl`.

use super::finished::Kfunc;
use btf::{Btf, Data, Info, Kind, StringOffset, Type, TypeId};
use rustc_hash::FxHashSet;

/// A kfunc's flag: the verifier passes its last arguments (`KF_IMPLICIT_ARGS`).
const IMPLICIT_ARGS: u32 = 1 << 16;
/// What the name of the function with the whole prototype ends in.
const WHOLE: &[u8] = b"_impl";
/// Structs to which an implicit argument points.
const GIVEN_BY_VERIFIER: [&[u8]; 2] = [b"bpf_prog_aux", b"btf_struct_meta"];
/// Types between a parameter and the struct it points to; more are no type of C.
const MAX_CHAIN: usize = 64;

/// Changes the types of a kfunc, if it has implicit arguments. `names` are those of all functions: a twin that exists
/// stays as it is. New types go to the end.
///
/// # Errors
///
/// When the new types do not fit into BTF.
pub(super) fn hide(
    btf: &mut Btf,
    kfunc: &Kfunc,
    names: &FxHashSet<Vec<u8>>,
) -> Result<(), btf::Error> {
    if kfunc.flags & IMPLICIT_ARGS == 0 {
        return Ok(());
    }
    let Some(words) = btf.get(kfunc.func).map(|ty| ty.words().to_vec()) else {
        return Ok(());
    };
    let &[name, info, proto] = words.as_slice() else {
        return Ok(());
    };
    let mut whole = btf.string(StringOffset(name)).unwrap_or_default().to_vec();
    whole.extend_from_slice(WHOLE);
    if !names.contains(&whole) {
        let name = btf.intern(&whole)?;
        let twin = btf.push(&[name.0, info, proto])?;
        for &tag in &kfunc.tags {
            let Some(mut words) = btf.get(tag).map(|ty| ty.words().to_vec()) else {
                continue;
            };
            words[2] = twin.0;
            btf.push(&words)?;
        }
    }
    let Some(words) = btf.get(TypeId(proto)).map(|ty| explicit_part(btf, ty)) else {
        return Ok(());
    };
    let visible = btf.push(&words)?;
    if let Some(words) = btf.words_mut(kfunc.func) {
        words[2] = visible.0;
    }
    Ok(())
}

/// The words of a prototype that ends before its first implicit argument.
fn explicit_part(btf: &Btf, proto: Type<'_>) -> Vec<u32> {
    let shown = proto
        .params()
        .take_while(|param| !is_implicit(btf, param.ty))
        .count();
    let info = Info::new(Kind::FuncProto, shown as u32, proto.kind_flag());
    let mut words = vec![proto.words()[0], info.0, proto.size_or_type()];
    words.extend_from_slice(&proto.tail()[..shown * 2]);
    words
}

/// Whether a parameter of this type is one that the verifier passes.
pub fn is_implicit(btf: &Btf, id: TypeId) -> bool {
    let (mut id, mut pointers) = (id, 0);
    for _ in 0..MAX_CHAIN {
        let Some(ty) = btf.get(id) else {
            return false;
        };
        match ty.data() {
            Data::Ptr { target } => {
                pointers += 1;
                id = target;
            }
            Data::Const { target }
            | Data::Volatile { target }
            | Data::Restrict { target }
            | Data::TypeTag { target }
            | Data::Typedef { target } => id = target,
            Data::Struct { .. } if pointers == 1 => {
                return btf
                    .string(ty.name())
                    .is_some_and(|name| GIVEN_BY_VERIFIER.contains(&name));
            }
            _ => return false,
        }
    }
    false
}
