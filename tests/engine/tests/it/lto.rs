//! Link-time optimisation: units refer to each other's entries (`DW_FORM_ref_addr`). The expected functions
//! and types were compared with pahole 1.32.

use btf::{Btf, Kind};
use engine_tests::{describe, encode_whole, encode_with, small_shards, units};
use std::collections::BTreeSet;

/// The lines of a description that are types.
fn types(btf: &Btf) -> BTreeSet<String> {
    let text = describe(btf);
    text.lines()
        .filter(|line| !line.starts_with("function "))
        .map(str::to_owned)
        .collect()
}

fn functions(btf: &Btf) -> Vec<String> {
    let all = btf.types().filter(|(_, ty)| ty.kind() == Kind::Func);
    all.map(|(id, _)| btf.name(id).into_owned()).collect()
}

#[test]
#[ignore = "needs gcc, clang, readelf"]
fn units_that_refer_to_each_other_have_the_types_they_had_before() {
    let shop = units("lto");
    for (compiler, flags) in [
        ("gcc", "-flto=1"),
        ("gcc", "-flto=1 -flto-partition=1to1"),
        ("clang", "-flto -fuse-ld=gold"),
        ("clang", "-flto=thin -fuse-ld=gold"),
    ] {
        for version in ["4", "5"] {
            let plain = format!("-gdwarf-{version} -O2");
            let what = format!("{compiler} {plain} {flags}");
            let expected = encode_whole(&shop.link(compiler, &plain, "plain"), &what);
            let flags = format!("{plain} {flags}");
            let file = shop.link_optimized(compiler, &flags, "lto");
            let abbreviations = shop.run("readelf --debug-dump=abbrev lto");
            assert!(abbreviations.contains("DW_FORM_ref_addr"), "{what}");
            let found = encode_whole(&file, &what);
            // Optimisation may leave out what nothing uses, and adds nothing.
            let (found_types, expected_types) = (types(&found.btf), types(&expected.btf));
            let added: Vec<&String> = found_types.difference(&expected_types).collect();
            assert!(added.is_empty(), "{what}: {added:#?}");
            for name in ["struct list ", "struct hidden ", "variable per_cpu_own"] {
                let all = found_types.iter().filter(|line| line.starts_with(name));
                assert_eq!(all.count(), 1, "{what}: {name}");
            }
            // Both of the name, each with its own members.
            let own = found_types
                .iter()
                .filter(|line| line.starts_with("struct own "));
            assert_eq!(own.count(), 2, "{what}");
            let each = encode_with(&file, &small_shards()).unwrap();
            assert_eq!(each.bytes, found.bytes, "{what}");
            assert!(
                functions(&found.btf).contains(&"_start".to_owned()),
                "{what}"
            );
        }
    }
}

#[test]
#[ignore = "needs clang, nm"]
fn functions_whose_names_got_a_suffix_keep_their_own() {
    let shop = units("lto-suffix");
    let flags = "-gdwarf-5 -O2 -flto=thin -fuse-ld=gold";
    let file = shop.link_optimized("clang", flags, "lto");
    assert!(
        shop.run("nm lto").contains("deep_inside.llvm."),
        "no suffix"
    );
    let found = encode_whole(&file, flags);
    let names = functions(&found.btf);
    assert!(names.contains(&"deep_inside".to_owned()), "{names:?}");
    assert!(names.iter().all(|name| !name.contains('.')), "{names:?}");
}
