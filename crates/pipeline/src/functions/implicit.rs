//! Implicit arguments of kfuncs: parameters that the kernel's verifier fills in, and no BPF program passes.
//!
//! Kernel builds from 7.0 on change the types of such kfuncs behind the encoder (docs/kernel-builds.md): programs
//! see the prototype without the implicit arguments, and the whole one stays under the name `NAME_impl`.

use btf::{Btf, Data, Info, Kind, StringOffset, Type, TypeId};
use rustc_hash::{FxHashMap, FxHashSet};

/// A kfunc's flag: the verifier passes its last arguments (`KF_IMPLICIT_ARGS`).
const IMPLICIT_ARGS: u32 = 1 << 16;
/// What the name of the function with the whole prototype ends in.
const WHOLE: &[u8] = b"_impl";
/// Structs to which an implicit argument points.
const GIVEN_BY_VERIFIER: [&[u8]; 2] = [b"bpf_prog_aux", b"btf_struct_meta"];
/// Types between a parameter and the struct it points to; more are no type of C.
const MAX_CHAIN: usize = 64;

/// A kfunc whose types change.
struct Kfunc {
    func: TypeId,
    /// Its declaration tags, the one that makes it a kfunc left out.
    tags: Vec<TypeId>,
}

/// Changes the types of all own kfuncs with implicit arguments, whose flags are given by name. New types go to the end.
///
/// # Errors
///
/// When the new types do not fit into BTF.
pub(crate) fn hide(btf: &mut Btf, flags: &FxHashMap<Vec<u8>, u32>) -> Result<(), btf::Error> {
    if flags.values().all(|flags| flags & IMPLICIT_ARGS == 0) {
        return Ok(());
    }
    let (kfuncs, names) = find(btf, flags);
    for kfunc in kfuncs {
        let Some(words) = btf.get(kfunc.func).map(|ty| ty.words().to_vec()) else {
            continue;
        };
        let &[name, info, proto] = words.as_slice() else {
            continue;
        };
        let mut whole = btf.string(StringOffset(name)).unwrap_or_default().to_vec();
        whole.extend_from_slice(WHOLE);
        if !names.contains(&whole) {
            let name = btf.intern(&whole)?;
            let twin = btf.push(&[name.0, info, proto])?;
            for tag in kfunc.tags {
                let Some(mut words) = btf.get(tag).map(|ty| ty.words().to_vec()) else {
                    continue;
                };
                words[2] = twin.0;
                btf.push(&words)?;
            }
        }
        let Some(words) = btf.get(TypeId(proto)).map(|ty| explicit_part(btf, ty)) else {
            continue;
        };
        let visible = btf.push(&words)?;
        if let Some(words) = btf.words_mut(kfunc.func) {
            words[2] = visible.0;
        }
    }
    Ok(())
}

/// The kfuncs with implicit arguments, in the order of their ids, and the names of all functions.
fn find(btf: &Btf, flags: &FxHashMap<Vec<u8>, u32>) -> (Vec<Kfunc>, FxHashSet<Vec<u8>>) {
    let (mut places, mut kfuncs, mut names) =
        (FxHashMap::default(), Vec::new(), FxHashSet::default());
    for (id, ty) in btf.types() {
        if !matches!(ty.data(), Data::Func { .. }) {
            continue;
        }
        let name = btf.string(ty.name()).unwrap_or_default();
        if flags
            .get(name)
            .is_some_and(|flags| flags & IMPLICIT_ARGS != 0)
        {
            places.insert(id, kfuncs.len());
            let tags = Vec::new();
            kfuncs.push((false, Kfunc { func: id, tags }));
        }
        names.insert(name.to_vec());
    }
    for (id, ty) in btf.types() {
        let Data::DeclTag { target, component } = ty.data() else {
            continue;
        };
        let Some((tagged, kfunc)) = places
            .get(&target)
            .and_then(|&at: &usize| kfuncs.get_mut(at))
        else {
            continue;
        };
        match btf.string(ty.name()) == Some(b"bpf_kfunc") && component == -1 && !ty.kind_flag() {
            true => *tagged = true,
            false => kfunc.tags.push(id),
        }
    }
    let kfuncs = kfuncs.into_iter().filter(|(tagged, _)| *tagged);
    (kfuncs.map(|(_, kfunc)| kfunc).collect(), names)
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

#[cfg(test)]
mod tests {
    use super::*;
    use btf::{Linkage, Param};

    fn text(btf: &Btf) -> String {
        let mut text = String::new();
        btf::print::raw::write_all(&mut text, btf).unwrap();
        text
    }

    fn kfunc(btf: &mut Btf, name: &str, params: &[Param], tags: &[&str]) {
        let proto = btf.add_func_proto(TypeId::VOID, params).unwrap();
        let func = btf.add_func(name, proto, Linkage::Static).unwrap();
        for tag in tags {
            btf.add_decl_tag(tag, func, -1).unwrap();
        }
    }

    /// `struct bpf_prog_aux`, a const pointer to it, and a pointer to that.
    fn aux(btf: &mut Btf) -> (Param, Param) {
        let aux = btf
            .add_composite(Kind::Struct, "bpf_prog_aux", 0, &[])
            .unwrap();
        let pointer = btf.add_ptr(aux).unwrap();
        let constant = btf.add_reference(Kind::Const, "", pointer).unwrap();
        let twice = btf.add_ptr(constant).unwrap();
        let (name, other) = (btf.intern(b"aux").unwrap(), btf.intern(b"out").unwrap());
        (
            Param { name, ty: constant },
            Param {
                name: other,
                ty: twice,
            },
        )
    }

    #[test]
    fn a_kfunc_loses_its_implicit_arguments_to_a_twin() {
        let mut btf = Btf::new();
        let (aux, out) = aux(&mut btf);
        kfunc(
            &mut btf,
            "start",
            &[out, aux, out],
            &["bpf_fastcall", "bpf_kfunc"],
        );
        let before = btf.len();
        let flags = FxHashMap::from_iter([(b"start".to_vec(), IMPLICIT_ARGS | 3)]);
        hide(&mut btf, &flags).unwrap();
        let text = text(&btf);
        let lines: Vec<&str> = text.lines().collect();
        let of = |start: &str| lines.iter().filter(|line| line.contains(start)).count();
        assert_eq!(
            btf.len(),
            before + 3,
            "the twin, its tag, and a prototype: {text}"
        );
        assert!(text.contains("FUNC 'start' type_id=11"), "{text}");
        assert!(text.contains("[9] FUNC 'start_impl' type_id=5"), "{text}");
        assert!(
            text.contains("[10] DECL_TAG 'bpf_fastcall' type_id=9 component_idx=-1"),
            "{text}"
        );
        // What stands before the first implicit argument is left.
        assert!(
            text.contains("[11] FUNC_PROTO '(anon)' ret_type_id=0 vlen=1"),
            "{text}"
        );
        assert_eq!(of("bpf_kfunc"), 1, "the twin is no kfunc: {text}");
    }

    #[test]
    fn a_twin_that_exists_stays_and_other_functions_do_too() {
        let mut btf = Btf::new();
        let (aux, _) = aux(&mut btf);
        kfunc(&mut btf, "start", &[aux], &["bpf_kfunc"]);
        kfunc(&mut btf, "start_impl", &[aux], &[]);
        kfunc(&mut btf, "untagged", &[aux], &[]);
        kfunc(&mut btf, "plain", &[aux], &["bpf_kfunc"]);
        let before = btf.len();
        let flags = [
            ("start", IMPLICIT_ARGS),
            ("untagged", IMPLICIT_ARGS),
            ("plain", 7),
        ];
        let flags =
            FxHashMap::from_iter(flags.map(|(name, flags)| (name.as_bytes().to_vec(), flags)));
        hide(&mut btf, &flags).unwrap();
        assert_eq!(btf.len(), before + 1, "one prototype: {}", text(&btf));
    }
}
