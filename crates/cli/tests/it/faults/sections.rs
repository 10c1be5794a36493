//! Sections that hold newer kinds, or several BTFs.

use super::input;
use crate::common::Place;

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

/// A linker without support for BTF concatenates the `.BTF` sections of its inputs. Every command reads all parts and reports how many exist.
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
