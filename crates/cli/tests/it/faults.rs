//! Inputs that once went wrong, one of each kind, and what is right. `tests/faults/` has them with their sources.

use crate::common::Place;
use std::path::{Path, PathBuf};

fn input(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/faults")
        .join(name)
}

/// Relocatable files of machines whose relocations few tools know: the types are the ones that pahole 1.32 writes.
#[test]
fn relocations_of_rare_machines_are_applied() {
    for machine in ["arc", "m68k"] {
        let place = Place::new();
        let object = input(&format!("relocations/{machine}.o"));
        let expected = input(&format!("relocations/{machine}.pahole-1.32.btf"));
        let ours = place.path("ours.btf");
        // `long double` of m68k is less aligned than any kernel takes: a warning says so.
        let encode = [
            "encode".as_ref(),
            object.as_os_str(),
            "-o".as_ref(),
            ours.as_os_str(),
        ];
        assert_eq!(place.run(encode).code, 0);
        let differences = place.run(["diff".as_ref(), ours.as_os_str(), expected.as_os_str()]);
        assert_eq!(differences.code, 0, "{machine}: {}", differences.stdout);
    }
}

/// The raw lines of an input's BTF that contain one of these texts, and what the command says of it.
fn lines(name: &str, texts: &[&str]) -> (Vec<String>, String) {
    let place = Place::new();
    let out = place.path("out.btf");
    let input = input(name);
    let encode = [
        "encode".as_ref(),
        input.as_os_str(),
        "-o".as_ref(),
        out.as_os_str(),
    ];
    let said = place.run(
        encode
            .into_iter()
            .chain(["--stats".as_ref(), "text".as_ref()]),
    );
    assert_eq!(said.code, 0, "{}", said.stderr);
    let dump = place.run(["dump".as_ref(), out.as_os_str()]).ok();
    let found = dump
        .lines()
        .filter(|line| texts.iter().any(|text| line.contains(text)));
    (
        found.map(str::to_owned).collect(),
        said.stdout + &said.stderr,
    )
}

#[test]
fn arrays_of_more_elements_than_32_bits_count_have_none() {
    let (arrays, said) = lines("array-of-too-many/huge.o", &["ARRAY"]);
    assert!(
        arrays.iter().all(|array| array.ends_with("nr_elems=0")),
        "{arrays:?}"
    );
    assert!(
        said.contains("arrays of more elements than 32 bits count"),
        "{said}"
    );
}

/// Ada counts from 1 where an array does not say its first index.
#[test]
fn arrays_have_as_many_elements_as_their_bounds_say() {
    let (arrays, _) = lines("array-bounds/hello.o", &["ARRAY"]);
    let counts: Vec<_> = arrays
        .iter()
        .filter_map(|array| array.split("nr_elems=").nth(1))
        .collect();
    assert_eq!(counts, ["7", "2", "5"]);
}

#[test]
fn files_of_assembler_alone_have_functions() {
    let (functions, _) = lines("assembler-only/a.o", &["FUNC"]);
    let prototype = "[1] FUNC_PROTO '(anon)' ret_type_id=0 vlen=0";
    assert_eq!(
        functions,
        [prototype, "[2] FUNC 'asm_fn' type_id=1 linkage=static"]
    );
}

#[test]
fn enumerations_of_16_bytes_keep_their_size_and_lose_their_values() {
    let (lines, said) = lines("enum-of-16-bytes/e128.o", &["size=16", "'X'"]);
    assert!(
        lines.iter().all(|line| line.contains("nr_bits=128")),
        "{lines:?}"
    );
    assert!(said.contains("enumerations of 16 bytes"), "{said}");
}

#[test]
fn an_alias_template_is_a_typedef() {
    let (typedefs, said) = lines(
        "alias-template/ta.o",
        &["TYPEDEF 'Alias", "STRUCT 'Box", "'m' type_id"],
    );
    assert_eq!(
        typedefs,
        [
            "\t'm' type_id=2 bits_offset=0",
            "[2] TYPEDEF 'Alias<int>' type_id=3",
            "[3] STRUCT 'Box<int>' size=4 vlen=1",
        ]
    );
    // The kernel takes no such names, and the command says so.
    assert!(
        said.contains("a kernel refuses this BTF: 2 types break its rules"),
        "{said}"
    );
}

/// A module built outside the kernel's tree brings what it needs of the kernel; on the kernel's BTF its types are the
/// kernel's.
#[test]
fn a_module_with_its_own_base_is_moved_to_the_kernel_s() {
    let place = Place::new();
    let (module, kernel) = (
        input("distilled-base/module-with-own-base.o"),
        input("distilled-base/vm.btf"),
    );
    let run = |args: &[&str]| {
        let last = [module.as_os_str(), "--base".as_ref(), kernel.as_os_str()];
        let (first, rest) = args.split_first().expect("a command");
        place.run(
            [first.as_ref()]
                .into_iter()
                .chain(last)
                .chain(rest.iter().map(AsRef::as_ref)),
        )
    };
    let dump = run(&["dump"]).ok();
    assert!(dump.contains("[12] STRUCT 'mine' size=32 vlen=3"), "{dump}");
    assert!(dump.contains("[15] FUNC 'mod_fn'"), "{dump}");
    assert!(run(&["show", "mine"]).ok().starts_with("struct mine {"));
    assert!(run(&["functions"]).ok().contains("mod_fn"));
    assert!(run(&["verify"]).ok().ends_with("no rule broken.\n"));
    assert!(
        run(&["dedup", "--patch", "out.o"])
            .fails(1)
            .contains("brings its own base (.BTF.base)")
    );
}

/// A layout section decides the length of a kind also where we know another one. The type is kept through every command
/// that writes, and is not written without the layout section.
#[test]
fn a_layout_section_decides_the_length_of_newer_kinds() {
    for kind in 20..=23 {
        let place = Place::new();
        let file = input(&format!("layout-of-newer-kinds/k{kind}.btf"));
        let run = |words: &[&str]| place.run(words.iter().map(std::ffi::OsString::from));
        let path = file.to_str().expect("a path in text");
        let dump = run(&["dump", path]).ok();
        let last: Vec<&str> = dump.lines().rev().take(2).collect();
        let unknown = format!("[37] UNKNOWN 'int' kind={kind} vlen=2 bytes=44");
        assert_eq!(last, ["[38] PTR '(anon)' type_id=1", unknown.as_str()]);
        run(&["convert", path, "-o", "kept.btf"]).ok();
        assert_eq!(run(&["dump", "kept.btf"]).ok(), dump);
        run(&["diff", path, "kept.btf"]).ok();
        let refused = run(&["convert", path, "-o", "plain.btf", "--header", "24"]).fails(1);
        let length =
            format!("type [37] is of a kind ({kind}) whose length only the layout section gives");
        assert!(refused.contains(&length), "{refused}");
        let verdict = run(&["verify", path]);
        assert_eq!(verdict.code, 1, "{}", verdict.stdout);
        let refused = run(&["dedup", path, "-o", "less.btf"]).fails(1);
        assert!(refused.contains("type [37]"), "{refused}");
    }
}
