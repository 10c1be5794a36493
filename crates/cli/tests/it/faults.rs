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

/// A linker that knows nothing of BTF concatenates what its inputs have. Every command reads all of it and says so.
#[test]
fn several_btfs_in_one_section_are_read_and_told() {
    let note = "this .BTF contains 2 BTFs one after the other";
    for machine in ["x86-64", "s390x"] {
        let place = Place::new();
        let file = input(&format!("several-btfs/{machine}.o"));
        let file = file.to_str().expect("a path in text");
        let run = |words: &[&str]| place.run(words.iter().map(std::ffi::OsString::from));
        let told = |words: &[&str]| {
            let ran = run(words);
            assert_eq!(ran.code, 0, "{words:?}: {}", ran.stderr);
            assert!(ran.stderr.contains(note), "{words:?}: {}", ran.stderr);
            ran.stdout
        };
        let count = |text: &str, what: &str| text.matches(what).count();
        let dump = told(&["dump", file]);
        assert_eq!(count(&dump, "STRUCT 'list' size=16"), 2);
        let json = told(&["dump", file, "--format", "json"]);
        assert_eq!(count(&json, r#""kind":"STRUCT","name":"list""#), 2);
        let stats = told(&["stats", file]);
        assert!(stats.contains(": 2 BTFs one after the other, "), "{stats}");
        assert!(told(&["show", file, "struct", "other"]).contains("struct list"));
        let listed = told(&["types", file, "--kind", "struct"]);
        assert!(
            listed.contains("bits") && listed.contains("other"),
            "{listed}"
        );
        told(&["diff", file, file]);

        let verdict = run(&["verify", file]);
        assert_eq!(verdict.code, 1);
        assert!(
            verdict.stdout.contains("BTF 2: DATASEC '.bss'"),
            "{}",
            verdict.stdout
        );
        assert!(
            verdict.stderr.contains("run btfscope dedup on it first"),
            "{}",
            verdict.stderr
        );

        told(&["dedup", file, "-o", "one.btf", "--patch", "patched.o"]);
        let once = run(&["dump", "one.btf"]).ok();
        assert_eq!(run(&["dump", "patched.o"]).ok(), once);
        for name in [
            "STRUCT 'list'",
            "STRUCT 'bits'",
            "STRUCT 'other'",
            "TYPEDEF 'count_t'",
        ] {
            assert_eq!(count(&once, name), 1, "{name}: {once}");
        }
        for name in [
            "FUNC 'shared'",
            "FUNC 'helper'",
            "FUNC 'main'",
            "] VAR 'bits'",
            "] VAR 'other'",
        ] {
            assert_eq!(count(&once, name), 1, "{name}: {once}");
        }
        // What differs from the types of both is that they exist once.
        let differences = run(&["diff", file, "one.btf"]);
        assert!(
            !differences.stdout.contains("\n+"),
            "{}",
            differences.stdout
        );
    }
}

/// The second BTF's header claims more than the section contains, or something else follows the first.
#[test]
fn a_section_whose_second_btf_cannot_be_read_is_refused() {
    let place = Place::new();
    let object = input("several-btfs/x86-64.o");
    let words = [
        "dedup".as_ref(),
        object.as_os_str(),
        "-o".as_ref(),
        "one.btf".as_ref(),
    ];
    assert_eq!(place.run(words).code, 0);
    let one = place.read("one.btf");
    let mut two = [one.as_slice(), &one].concat();
    two[one.len() + 20] ^= 0x40;
    two[one.len() + 21] ^= 0x40;
    place.write("lies.btf", &two);
    let line = place.run(["dump", "lies.btf"]).fails(1);
    let place_of = format!(
        "lies.btf: BTF number 2 of this section, at offset {:#x}: ",
        one.len()
    );
    assert!(line.starts_with(&place_of), "{line}");
    place.write("junk.btf", [one.as_slice(), b"junk"].concat());
    let ran = place.run(["dump", "junk.btf"]);
    assert_eq!(ran.code, 0);
    assert!(ran.stderr.contains("4 bytes at offset"), "{}", ran.stderr);
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

/// A program without debug information and its debug file: each has what the other lacks.
#[test]
fn a_separate_debug_file_is_followed_and_read_with_its_program() {
    let place = Place::new();
    let copy = |name: &str, to: &str| {
        let bytes = std::fs::read(input(&format!("debug-file/{name}"))).expect("committed");
        place.write(to, bytes);
    };
    let tags = |btf: &str| {
        place
            .run(["dump", btf])
            .ok()
            .matches("DECL_TAG 'bpf_kfunc'")
            .count()
    };
    copy("stripped.o", "stripped.o");
    // The file is named where it is missing, and where it is of another build.
    let missing = place.run(["encode", "stripped.o", "-o", "out.btf"]);
    assert!(
        missing
            .stderr
            .contains("it was moved into the file k.debug (.gnu_debuglink)"),
        "{missing:?}"
    );
    place.write("k.debug", place.read("stripped.o"));
    let other = place.run(["encode", "stripped.o", "-o", "out.btf"]);
    assert!(
        other.code == 1
            && other
                .stderr
                .contains("k.debug is the debug file of another build"),
        "{other:?}"
    );

    copy("k.debug", "k.debug");
    let both = place.run(["encode", "stripped.o", "-o", "both.btf"]);
    assert!(
        both.code == 0 && both.stderr.contains("the debug information is taken from "),
        "{both:?}"
    );
    assert_eq!(tags("both.btf"), 2);
    let patched = place.run(["encode", "stripped.o", "--patch", "patched.o"]);
    assert_eq!((patched.code, tags("patched.o")), (0, 2));

    let alone = place.run(["encode", "k.debug", "-o", "alone.btf"]);
    assert!(
        alone.stderr.contains("encode --sections-from FILE"),
        "{alone:?}"
    );
    assert_eq!(tags("alone.btf"), 0);
    let words = [
        "encode",
        "k.debug",
        "--sections-from",
        "stripped.o",
        "-o",
        "named.btf",
    ];
    assert_eq!(place.run(words).ok(), "");
    assert!(place.read("named.btf") == place.read("both.btf"));
    let words = [
        "encode",
        "k.debug",
        "--sections-from",
        "k.debug",
        "-o",
        "none.btf",
    ];
    assert!(
        place
            .run(words)
            .stderr
            .contains("it has the bytes of no section")
    );
}

/// A module encoded on the types of a kernel for which it was not built: the result is written, and what does not fit is
/// said.
#[test]
fn a_module_of_another_kernel_is_named() {
    let place = Place::new();
    let modinfo = |text: &str| {
        format!(
            "__asm__(\".pushsection .modinfo,\\\"a\\\"\\n.asciz \\\"{text}\\\"\\n.popsection\");\n"
        )
    };
    let build = |name: &str, members: &str, vermagic: &str| {
        let this = "__attribute__((section(\".gnu.linkonce.this_module\"))) struct module __this_module;\n";
        let text = format!(
            "struct module {{ long a; {members} }};\n{this}{}",
            modinfo(vermagic)
        );
        place.write(&format!("{name}.c"), text);
        place.tool(
            "cc",
            &[
                "-g",
                "-c",
                &format!("{name}.c"),
                "-o",
                &format!("{name}.ko"),
            ],
        );
    };
    let banner = "const char banner[] = \"Linux version 6.1.0-1-amd64 (someone) \";\n";
    place.write(
        "vmlinux.c",
        format!("struct module {{ long a; }} kernel;\n{banner}"),
    );
    let linked = [
        "-g",
        "-nostdlib",
        "-static",
        "-Wl,-e0",
        "vmlinux.c",
        "-o",
        "vmlinux",
    ];
    place.tool("cc", &linked);
    assert_eq!(
        place.run(["encode", "vmlinux", "--patch", "kernel"]).code,
        0
    );

    build("own", "", "vermagic=6.1.0-1-amd64 SMP ");
    build("other", "long b;", "vermagic=6.12.9-amd64 SMP ");
    let encode = |module: &str| place.run(["encode", module, "--base", "kernel", "-o", "out.btf"]);
    assert_eq!(encode("own.ko").ok(), "");
    let other = encode("other.ko");
    assert_eq!(other.code, 0);
    for part in [
        "built for Linux 6.12.9-amd64 (vermagic), but the base is that of 6.1.0-1-amd64",
        "struct module has 16 bytes in this module and 8 in the base",
    ] {
        assert!(other.stderr.contains(part), "{}", other.stderr);
    }
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
