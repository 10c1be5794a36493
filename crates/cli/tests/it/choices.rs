//! What `btfscope encode` is asked to encode: features and languages.

use crate::common::Place;
use serde_json::Value;

/// A program with one unit in C89 and one in C11.
fn two_standards() -> Place {
    let place = Place::new();
    place.write("old.c", "struct old { int a; } old;");
    place.write(
        "new.c",
        "struct new { int b; } new; int main(void) { return 0; }",
    );
    place.tool("cc", &["-g", "-std=gnu89", "-c", "old.c"]);
    place.tool("cc", &["-g", "-std=gnu11", "-c", "new.c"]);
    place.tool("cc", &["old.o", "new.o", "-o", "prog"]);
    place
}

#[test]
fn units_are_chosen_by_language() {
    let place = two_standards();
    let structs = |args: &[&str]| -> (bool, bool) {
        let args = ["encode", "prog", "-o", "out.btf"].iter().chain(args);
        place.run(args).ok();
        let dump = place.run(["dump", "out.btf"]).ok();
        (dump.contains("STRUCT 'old'"), dump.contains("STRUCT 'new'"))
    };
    assert_eq!(structs(&[]), (true, true));
    assert_eq!(structs(&["--include-rust"]), (true, true));
    assert_eq!(structs(&["--lang-exclude", ""]), (true, true));
    assert_eq!(structs(&["--lang-exclude", "rust,C89"]), (false, true));
    assert_eq!(structs(&["--lang-exclude", "c,c++,asm"]), (true, true));
    assert_eq!(structs(&["--lang", "c89"]), (true, false));
    assert_eq!(structs(&["--lang", "c11,rust"]), (false, true));

    let json = place.run(["encode", "prog", "--lang", "c11", "--stats", "json"]);
    let json: Value = serde_json::from_str(&json.ok()).expect("JSON");
    assert_eq!(json["units"]["excluded"][0]["reason"], "written in C89");
    assert_eq!(json["units"]["excluded"][0]["count"], 1);
}

#[test]
fn what_cannot_be_chosen_is_said() {
    let place = two_standards();
    let line = place
        .run(["encode", "prog", "--lang", "c89,klingon"])
        .fails(2);
    assert!(
        line.contains("unknown language klingon; the languages are ada83"),
        "{line}"
    );
    let line = place
        .run(["encode", "prog", "--features", "+bogus"])
        .fails(2);
    assert!(
        line.contains("unknown feature bogus; the features are encode_force"),
        "{line}"
    );
    place
        .run(["encode", "prog", "--lang", "c", "--lang-exclude", "c"])
        .fails(2);
    let line = place.run(["encode", "prog", "--lang", "rust"]).fails(1);
    assert!(
        line.contains("all 2 units were left out (written in C"),
        "{line}"
    );
}

#[test]
fn units_as_one_give_the_same_types() {
    let place = two_standards();
    place.run(["encode", "prog", "-o", "one.btf"]).ok();
    let merged = ["--features", "+force_cu_merging,reproducible_build"];
    let args = ["encode", "prog", "-o", "merged.btf"].iter().chain(&merged);
    place.run(args).ok();
    place.run(["diff", "one.btf", "merged.btf"]).ok();
}

/// Two units that each have a static function of one name, with other parameters.
fn two_of_a_name() -> Place {
    let place = Place::new();
    place.write(
        "one.c",
        "static __attribute__((noinline)) int twice(int a) { return a + 1; } int one(int a) { return twice(a); } int zero(void) { return 0; }",
    );
    place.write(
        "two.c",
        "static __attribute__((noinline)) int twice(char *a) { return *a; } int one(int); int main(int c, char **v) { return twice(*v) + one(c); }",
    );
    place.tool("cc", &["-g", "-O0", "one.c", "two.c", "-o", "prog"]);
    place
}

#[test]
fn functions_left_out_are_told_with_reasons_and_units() {
    let place = two_of_a_name();
    let args = [
        "encode",
        "prog",
        "-o",
        "out.btf",
        "--skipped",
        "skipped.txt",
    ];
    assert_eq!(place.run(args).ok(), "");
    let text = String::from_utf8(place.read("skipped.txt")).expect("text");
    assert_eq!(
        text,
        "twice\tconflicting prototypes; ambiguous address\tone.c\ttwo.c\n"
    );
    let json = place.run(["encode", "prog", "--stats", "json"]).ok();
    let json: Value = serde_json::from_str(&json).expect("JSON");
    let found = &json["skipped_functions"];
    assert_eq!(found[0]["name"], "twice");
    assert_eq!(found[0]["reasons"][1], "ambiguous address");
    assert_eq!(found[0]["units"][0], "one.c");
    assert_eq!(json["functions"]["skipped"], 1);

    // Without the feature prototypes are not compared.
    let args = [
        "encode",
        "prog",
        "--features",
        "var",
        "--skipped",
        "skipped.txt",
    ];
    place.run(args).ok();
    let text = String::from_utf8(place.read("skipped.txt")).expect("text");
    assert_eq!(text, "twice\tambiguous address\tone.c\ttwo.c\n");
    let args = ["encode", "prog", "-o", "same", "--skipped", "same"];
    let line = place.run(args).fails(1);
    assert!(
        line.contains("--skipped names the file of another output"),
        "{line}"
    );
}

#[test]
fn all_features_need_no_base() {
    let place = two_standards();
    let args = ["encode", "prog", "-o", "all.btf", "--features", "all"];
    assert_eq!(place.run(args).ok(), "");
    assert!(place.run(["dump", "all.btf"]).ok().contains("VAR 'old'"));
    assert_eq!(
        place
            .files()
            .iter()
            .filter(|name| name.contains(".btf"))
            .count(),
        1
    );
}

#[test]
fn the_types_that_a_kernel_carries_are_offered_in_one_line() {
    let place = Place::new();
    place.write(
        "module.c",
        "struct s { int a; } s;\n\
         __asm__(\".pushsection .modinfo,\\\"a\\\"\\n.asciz \\\"vermagic=7.2.1-test SMP \\\"\\n.popsection\");",
    );
    place.tool("cc", &["-g", "-c", "module.c"]);
    let said =
        |args: &[&str]| place.run(["encode", "module.o", "-o", "out.btf"].iter().chain(args));
    let plain = said(&[]);
    let line = &plain.stderr;
    assert!(
        line.contains("note: the build of Linux 7.2.1-test changes"),
        "{line}"
    );
    assert!(
        line.contains("--as-kernel") && line.lines().count() == 1,
        "{line}"
    );
    assert_eq!(said(&["--as-kernel"]).ok(), "");
    assert_eq!(said(&["--as-kernel=7.3"]).ok(), "");
    let line = said(&["--as-kernel=6.12"]).fails(2);
    assert!(
        line.contains("builds of Linux 6.12 do not change"),
        "{line}"
    );

    let json = place.run(["encode", "module.o", "--as-kernel", "--stats", "json"]);
    let json: Value = serde_json::from_str(&json.ok()).expect("JSON");
    assert_eq!(json["input"]["identity"]["release"], "7.2.1-test");
    assert_eq!(json["kernel"]["applied"], "sorts");

    // A kernel's build does the rest itself.
    let mut pahole = place.command(env!("CARGO_BIN_EXE_btfscope-pahole"));
    let pahole = pahole
        .args(["--btf_encode_detached=out.btf", "module.o"])
        .output();
    assert_eq!(pahole.expect("it runs").stderr, b"");
}
