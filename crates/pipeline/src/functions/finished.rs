//! What kernel builds change of kfuncs behind the encoder, from Linux 7.0 on (docs/kernel-builds.md).

use super::{arena, implicit};
use crate::kernel_build::KernelBuild;
use btf::{Btf, Data, TypeId};
use rustc_hash::{FxHashMap, FxHashSet};

/// A kfunc of a result that is otherwise finished.
pub(super) struct Kfunc {
    pub func: TypeId,
    pub flags: u32,
    /// Its declaration tags, the one that makes it a kfunc left out.
    pub tags: Vec<TypeId>,
}

/// Changes the types of all own kfuncs, whose flags are given by name, one kfunc after the other in the order of their ids: the order
/// of anonymous types in the kernel's BTF follows from it.
///
/// # Errors
///
/// When the new types do not fit into BTF.
pub(crate) fn change_kfuncs(
    btf: &mut Btf,
    flags: &FxHashMap<Vec<u8>, u32>,
    rules: KernelBuild,
) -> Result<(), btf::Error> {
    if flags.is_empty() {
        return Ok(());
    }
    let (kfuncs, names) = find(btf, flags);
    for kfunc in kfuncs {
        implicit::hide(btf, &kfunc, &names)?;
        if rules >= KernelBuild::DeduplicatesAgain {
            arena::tag_finished(btf, &kfunc)?;
        }
    }
    Ok(())
}

/// The kfuncs in the order of their ids, and the names of all functions.
fn find(btf: &Btf, flags: &FxHashMap<Vec<u8>, u32>) -> (Vec<Kfunc>, FxHashSet<Vec<u8>>) {
    let (mut places, mut kfuncs, mut names) =
        (FxHashMap::default(), Vec::new(), FxHashSet::default());
    for (id, ty) in btf.types() {
        if !matches!(ty.data(), Data::Func { .. }) {
            continue;
        }
        let name = btf.string(ty.name()).unwrap_or_default();
        if let Some(&flags) = flags.get(name) {
            places.insert(id, kfuncs.len());
            let (func, tags) = (id, Vec::new());
            kfuncs.push((false, Kfunc { func, flags, tags }));
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

#[cfg(test)]
mod tests {
    use super::*;
    use btf::{Kind, Linkage, Param};

    const IMPLICIT_ARGS: u32 = 1 << 16;
    const ARENA_RESULT: u32 = 1 << 13;

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
        change_kfuncs(&mut btf, &flags, KernelBuild::Sorts).unwrap();
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
        change_kfuncs(&mut btf, &flags, KernelBuild::Sorts).unwrap();
        assert_eq!(btf.len(), before + 1, "one prototype: {}", text(&btf));
    }

    #[test]
    fn builds_from_7_3_on_tag_arena_pointers_by_flags_and_by_names() {
        let mut btf = Btf::new();
        let (aux, _) = aux(&mut btf);
        let map = btf.add_composite(Kind::Struct, "map", 8, &[]).unwrap();
        let pointer = btf.add_ptr(map).unwrap();
        let named = |btf: &mut Btf, name: &str| Param {
            name: btf.intern(name.as_bytes()).unwrap(),
            ty: pointer,
        };
        let params = ["plain", "in__arena", "out__arena__nullable"];
        let params = params.map(|name| named(&mut btf, name));
        let proto = btf
            .add_func_proto(pointer, &[params[0], params[1], params[2], aux])
            .unwrap();
        let func = btf.add_func("copy", proto, Linkage::Static).unwrap();
        btf.add_decl_tag("bpf_kfunc", func, -1).unwrap();
        let flags = FxHashMap::from_iter([(b"copy".to_vec(), IMPLICIT_ARGS | ARENA_RESULT)]);
        let before = btf.len();
        let mut earlier = btf.clone();
        change_kfuncs(&mut earlier, &flags, KernelBuild::Sorts).unwrap();
        assert!(!text(&earlier).contains("address_space"));

        change_kfuncs(&mut btf, &flags, KernelBuild::DeduplicatesAgain).unwrap();
        let text = text(&btf);
        let new: Vec<&str> = text
            .lines()
            .skip_while(|line| !line.starts_with(&format!("[{}]", before + 1)))
            .collect();
        assert_eq!(
            new,
            [
                // The twin keeps its pointers.
                "[10] FUNC 'copy_impl' type_id=7 linkage=static",
                // Without the implicit argument, and not yet tagged.
                "[11] FUNC_PROTO '(anon)' ret_type_id=6 vlen=3",
                "\t'plain' type_id=6",
                "\t'in__arena' type_id=6",
                "\t'out__arena__nullable' type_id=6",
                // The result's pointer comes before the prototype, those of parameters come behind it.
                "[12] TYPE_TAG 'address_space(1)' type_id=5",
                "[13] PTR '(anon)' type_id=12",
                "[14] FUNC_PROTO '(anon)' ret_type_id=13 vlen=3",
                "\t'plain' type_id=6",
                "\t'in__arena' type_id=16",
                "\t'out__arena__nullable' type_id=18",
                "[15] TYPE_TAG 'address_space(1)' type_id=5",
                "[16] PTR '(anon)' type_id=15",
                "[17] TYPE_TAG 'address_space(1)' type_id=5",
                "[18] PTR '(anon)' type_id=17",
            ]
        );
        assert!(text.contains("FUNC 'copy' type_id=14"), "{text}");
    }
}
