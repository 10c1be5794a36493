//! Inputs that once went wrong, one of each kind, and what is right. `tests/faults/` has them with their sources.

mod files;
mod sections;

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

/// The job begins again when it meets relocations that do not follow the bytes that they change. The types are the same.
#[test]
fn relocations_may_stand_in_any_order() {
    let place = Place::new();
    let object = std::fs::read(input("relocations/m68k.o")).expect("is there");
    let elf = elf::Elf::parse(&object).expect("an ELF file");
    let table = elf.section(".rela.debug_info").expect("is relocatable");
    let mut changed = object.clone();
    let records = &mut changed[table.offset as usize..(table.offset + table.size) as usize];
    let backwards = records.chunks_exact(table.entsize as usize).rev().flatten();
    let backwards: Vec<u8> = backwards.copied().collect();
    records.copy_from_slice(&backwards);
    let encoded = |name: &str, bytes: &[u8]| {
        place.write(name, bytes);
        let run = place.run(["encode", name, "-j2", "-o", "out.btf"]);
        assert_eq!(
            (run.code, run.stderr.contains("plan")),
            (0, false),
            "{}",
            run.stderr
        );
        place.read("out.btf")
    };
    assert_ne!(object, changed);
    assert_eq!(encoded("object.o", &object), encoded("changed.o", &changed));
}

/// gcc 16 puts annotations behind the DIEs that name them; in type units the types and their tags are the same.
#[test]
fn tags_that_gcc_attaches_are_those_that_pahole_reads() {
    let expected = input("annotations/tags.pahole-1.32.btf");
    for name in ["tags.o", "type-units.o"] {
        let place = Place::new();
        let object = input(&format!("annotations/{name}"));
        let ours = place.path("ours.btf");
        let encode = [
            "encode".as_ref(),
            object.as_os_str(),
            "--features".as_ref(),
            "all,global_var".as_ref(),
            "-o".as_ref(),
            ours.as_os_str(),
        ];
        assert_eq!(place.run(encode).code, 0);
        let differences = place.run(["diff".as_ref(), ours.as_os_str(), expected.as_os_str()]);
        assert_eq!(differences.code, 0, "{name}: {}", differences.stdout);
        if name == "tags.o" {
            // Type by type, in pahole's order.
            let dump = |of: &Path| place.run(["dump".as_ref(), of.as_os_str()]).ok();
            let dumped = dump(&expected);
            assert_eq!(dump(&ours), dumped);
            assert_eq!(dumped.matches(" TYPE_TAG ").count(), 7);
            assert_eq!(dumped.matches(" DECL_TAG ").count(), 12);
        }
    }
}

/// The raw lines of an input's BTF that contain one of these texts, and what the command says of it.
fn lines(name: &str, texts: &[&str]) -> (Vec<String>, String) {
    lines_with(name, &[], texts)
}

/// The same with further options.
fn lines_with(name: &str, options: &[&str], texts: &[&str]) -> (Vec<String>, String) {
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
            .chain(["--stats".as_ref(), "text".as_ref()])
            .chain(options.iter().map(AsRef::as_ref)),
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
    let texts = ["TYPEDEF 'Alias", "STRUCT 'Box", "'m' type_id"];
    let (typedefs, said) = lines_with("alias-template/ta.o", &["--keep-refused"], &texts);
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
    let (typedefs, said) = lines("alias-template/ta.o", &texts);
    assert_eq!(typedefs, ["\t'm' type_id=2 bits_offset=0"], "{said}");
    assert!(
        said.contains("1  names of structures and enumerations (left out)"),
        "{said}"
    );
}

#[test]
fn names_that_the_kernel_refuses_are_left_out_and_counted() {
    let (lines, said) = lines(
        "names/utf.o",
        &["STRUCT", "ENUM", "TYPEDEF", "FUNC '", "'PLAIN'"],
    );
    assert_eq!(
        lines,
        [
            "[1] ENUM '(anon)' encoding=UNSIGNED size=4 vlen=1",
            "\t'PLAIN' val=2",
            "[3] STRUCT '(anon)' size=12 vlen=3",
            "[5] STRUCT 'normal' size=16 vlen=2",
            "[7] STRUCT '(anon)' size=4 vlen=1",
        ]
    );
    assert!(
        said.contains("the kernel refuses 10 things of this file in BTF"),
        "{said}"
    );
    assert!(
        said.contains("2  functions with a name that BTF may not have (left out)"),
        "{said}"
    );
}

#[test]
fn members_without_a_size_are_left_out_and_the_null_pointer_has_one() {
    let (members, said) = lines(
        "sizeless-member/np.o",
        &["'S'", "'n' ", "[2]", "[3]", "'arr'"],
    );
    assert_eq!(
        members,
        [
            "[1] STRUCT 'S' size=40 vlen=3",
            "\t'n' type_id=2 bits_offset=0",
            "\t'arr' type_id=5 bits_offset=128",
            "[2] TYPEDEF 'nullptr_t' type_id=3",
            "[3] PTR '(anon)' type_id=0",
        ]
    );
    assert!(!said.contains("warning"), "{said}");
    // Its other members are of types that the file only declares.
    let (members, said) = lines(
        "sizeless-member/red.o",
        &["'red'", "'f' ", "'tail'", "'in'"],
    );
    assert_eq!(
        members,
        [
            "[10] STRUCT 'red' size=128 vlen=5",
            "\t'f' type_id=13 bits_offset=768",
            "\t'tail' type_id=9 bits_offset=960",
        ]
    );
    assert!(
        said.contains("6  members of types without a size (left out)"),
        "{said}"
    );
}

/// What is left of inputs that the kernel refuses has a C header with the right offsets.
#[test]
fn headers_of_what_is_left_compile() {
    let place = Place::new();
    for (name, assertions) in [
        ("sizeless-member/red.o", "sizeof(struct red) == 128"),
        ("names/utf.o", "sizeof(*((struct normal *)0)->g) == 12"),
        ("names/list.o", "sizeof(*first.next) == 16"),
    ] {
        let (input, out) = (input(name), place.path("out.btf"));
        let encode = [
            "encode".as_ref(),
            input.as_os_str(),
            "-o".as_ref(),
            out.as_os_str(),
        ];
        assert_eq!(place.run(encode).code, 0);
        let header = place.run(["dump", "out.btf", "--format", "c"]).ok();
        let first = header.contains("__btf_anon_").then(|| {
            let tag = header.split("struct __btf_anon_").nth(1).expect("a tag");
            let number: String = tag.chars().take_while(char::is_ascii_digit).collect();
            format!("extern struct __btf_anon_{number} first;\n")
        });
        let first = first.unwrap_or_default();
        place.write(
            "out.c",
            format!("{header}{first}_Static_assert({assertions}, \"size\");\n"),
        );
        let compiled = std::process::Command::new("cc")
            .args(["-w", "-fsyntax-only", "out.c"])
            .current_dir(place.path(""))
            .output()
            .expect("cc runs");
        let said = String::from_utf8_lossy(&compiled.stderr);
        assert!(compiled.status.success(), "{name}: {said}");
    }
}

/// Two units whose structures differ in a counter behind a prefix, which hides a member from the binary interface.
#[test]
fn units_and_names_are_chosen_by_prefix() {
    let types = |options: &[&str]| {
        let found = lines_with(
            "kabi/ab.o",
            options,
            &["STRUCT 'dev'", "FUNC '", "_kabi_hide"],
        )
        .0;
        let word = |line: String| line.trim().split(' ').nth(2).unwrap_or("member").to_owned();
        found.into_iter().map(word).collect::<Vec<_>>()
    };
    assert_eq!(types(&[]).iter().filter(|name| *name == "'dev'").count(), 2);
    let prefix = ["--kabi-prefix", "__UNIQUE_ID_rh_kabi_hide"];
    assert_eq!(types(&prefix), ["bits_offset=0", "'dev'", "'fa'", "'fb'"]);
    assert_eq!(
        types(&["--exclude-unit", "b."]),
        ["bits_offset=0", "'dev'", "'fa'"]
    );

    let place = Place::new();
    place.write("list", "a.c\n\nb.c\n");
    let file = input("kabi/ab.o");
    let encode = |prefix: &str| {
        let words = [
            "encode".as_ref(),
            file.as_os_str(),
            "--exclude-unit".as_ref(),
            prefix.as_ref(),
        ];
        place.run(words)
    };
    let listed = encode(&format!("@{}", place.path("list").display()));
    assert!(
        listed
            .stderr
            .contains("all 2 units were left out (units that were left out by name)"),
        "{listed:?}"
    );
    assert!(encode("").stderr.contains("the prefix given is empty"));
}

#[test]
fn members_are_sorted_where_a_language_does_not() {
    let words = ["'Two'", "'first'", "'second'", "'value'"];
    let (members, said) = lines("member-order/nua.o", &words);
    let places: Vec<&str> = members
        .iter()
        .filter_map(|line| line.split("bits_offset=").nth(1))
        .collect();
    assert_eq!(places, ["0", "0", "8"], "{members:?}");
    assert!(
        said.contains("1  structures whose members are not in order (sorted by offset)"),
        "{said}"
    );
    assert!(!said.contains("a kernel refuses this BTF"), "{said}");
    let (members, said) = lines_with("member-order/nua.o", &["--keep-refused"], &words);
    let places: Vec<&str> = members
        .iter()
        .filter_map(|line| line.split("bits_offset=").nth(1))
        .collect();
    assert_eq!(places, ["0", "8", "0"], "{members:?}");
    assert!(
        said.contains("a kernel refuses this BTF: 1 type breaks its rules"),
        "{said}"
    );
}
