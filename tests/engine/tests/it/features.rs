//! What features change, against pahole 1.32: its results for the sample lie beside it, and its dumps of
//! `programs/kfuncs.c` beside that. gcc, clang and binutils must be there.

use engine_tests::{Workshop, encode_with, raw, read_test_file};
use pipeline::{Features, Options};

fn options(features: &str) -> Options {
    Options {
        features: Features::parse(features).expect("features"),
        ..Options::default()
    }
}

/// Types of a file as bpftool prints them.
fn dump(file: &[u8], features: &str) -> String {
    raw(&encode_with(file, &options(features)).expect("encoded").btf)
}

#[test]
fn the_sample_is_pahole_s_with_every_set_of_features() {
    let sample = read_test_file("sample/sample.elf");
    for (features, result) in [
        ("", "none"),
        ("+true_signature", "true_signature"),
        ("all", "all"),
    ] {
        let theirs = read_test_file(&format!("sample/sample.pahole-1.32.{result}.btf"));
        let theirs = btf::parse(&theirs, None).expect("pahole's BTF");
        assert!(dump(&sample, features) == raw(&theirs), "{features}");
    }
}

#[test]
fn the_feature_layout_writes_what_pahole_writes() {
    let sample = read_test_file("sample/sample.elf");
    let ours = encode_with(&sample, &options("all"))
        .expect("encoded")
        .bytes;
    let theirs = read_test_file("sample/sample.pahole-1.32.all.btf");
    let word = |bytes: &[u8], at: usize| u32::from_le_bytes(*bytes[at..].first_chunk().expect("4"));
    let lengths = |bytes: &[u8]| (word(bytes, 4), word(bytes, 12), word(bytes, 28));
    assert_eq!(lengths(&ours), lengths(&theirs), "header, types, layout");
    assert_eq!(lengths(&ours).0, 32);
}

/// `programs/kfuncs.c` by some compiler.
fn kfuncs(compiler: &str, link: bool) -> Vec<u8> {
    compiled("kfuncs", compiler, link)
}

/// A file of `programs/` with kfuncs, by some compiler.
fn compiled(program: &str, compiler: &str, link: bool) -> Vec<u8> {
    let shop = Workshop::new(program);
    let source = format!("engine/programs/{program}.c");
    shop.write("kfuncs.c", read_test_file(&source));
    shop.run(&format!(
        "{compiler} -g -O0 -ffreestanding -fno-pic -c kfuncs.c -o kfuncs.o"
    ));
    if !link {
        return shop.read("kfuncs.o");
    }
    shop.run("ld -Ttext 0x1000 -e 0x1000 -o kfuncs kfuncs.o");
    shop.read("kfuncs")
}

#[test]
#[ignore = "needs gcc, s390x-linux-gnu-gcc"]
fn kfuncs_are_tagged_and_their_arena_pointers_too() {
    for (compiler, link) in [
        ("gcc", true),
        ("gcc", false),
        ("s390x-linux-gnu-gcc", false),
    ] {
        let file = kfuncs(compiler, link);
        for (features, result) in [
            ("default", "kfuncs.txt"),
            ("+attributes", "kfuncs.attributes.txt"),
        ] {
            let theirs = read_test_file(&format!("engine/programs/{result}"));
            let theirs = String::from_utf8(theirs).expect("text");
            let what = format!("{compiler} linked {link} {features}");
            assert_eq!(dump(&file, features), theirs, "{what}");
        }
        let without = dump(&file, "var,decl_tag_kfuncs");
        assert!(!without.contains("bpf_kfunc"), "tags are not asked for");
    }
}

#[test]
#[ignore = "needs clang"]
fn a_function_s_own_tags_come_before_those_of_kfuncs() {
    let text = dump(&kfuncs("clang", false), "default");
    let tags: Vec<&str> = text
        .lines()
        .skip_while(|line| !line.contains("FUNC 'arena_alloc'"))
        .skip(1)
        .map(|line| line.split('\'').nth(1).unwrap_or_default())
        .take(2)
        .collect();
    assert_eq!(tags, ["own", "bpf_kfunc"], "{text}");
}

#[test]
fn what_clang_left_of_parameters_is_their_true_signature() {
    let file = read_test_file("engine/programs/signatures.o");
    for (features, result) in [
        ("default", "default"),
        ("+true_signature", "true_signature"),
    ] {
        let theirs = read_test_file(&format!("engine/programs/signatures.{result}.txt"));
        let theirs = String::from_utf8(theirs).expect("text");
        assert_eq!(dump(&file, features), theirs, "{features}");
    }
}

/// pahole knows no registers of some machines. For gcc's functions it then expects none, for clang's it
/// takes every one for a wrong one.
#[test]
#[ignore = "needs clang"]
fn clang_s_parameters_are_in_doubt_where_registers_are_not_known() {
    let shop = Workshop::new("registers");
    shop.write(
        "f.c",
        "int f(int a, char *b) { return a + *b; } int g(void) { return 1; }",
    );
    for (target, left_out) in [("riscv64", true), ("aarch64", false)] {
        shop.run(&format!(
            "clang --target={target}-linux-gnu -g -O2 -ffreestanding -c f.c -o f.o"
        ));
        let found = encode_with(&shop.read("f.o"), &options("default")).expect("encoded");
        let skipped = found.skipped_functions.iter();
        let reasons: Vec<&String> = skipped.flat_map(|function| &function.reasons).collect();
        let expected: &[&str] = if left_out {
            &["unexpected register"]
        } else {
            &[]
        };
        assert_eq!(reasons, expected, "{target}");
        assert_eq!(
            found.statistics.functions.kept,
            if left_out { 1 } else { 2 }
        );
    }
}
