//! What `btfscope encode` is asked to encode: features and languages.

mod common;

use common::Place;
use serde_json::Value;

/// A program with one unit in C89 and one in C11.
fn two_standards() -> Place {
    let place = Place::new();
    place.write("old.c", "struct old { int a; } old;");
    place.write(
        "new.c",
        "struct new { int b; } new; int main(void) { return 0; }",
    );
    place.tool("gcc", &["-g", "-std=gnu89", "-c", "old.c"]);
    place.tool("gcc", &["-g", "-std=gnu11", "-c", "new.c"]);
    place.tool("gcc", &["old.o", "new.o", "-o", "prog"]);
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
        line.contains("there is no language klingon; there are ada83"),
        "{line}"
    );
    let line = place
        .run(["encode", "prog", "--features", "+bogus"])
        .fails(2);
    assert!(
        line.contains("there is no feature bogus; there are encode_force"),
        "{line}"
    );
    place
        .run(["encode", "prog", "--lang", "c", "--lang-exclude", "c"])
        .fails(2);
    let line = place.run(["encode", "prog", "--lang", "rust"]).fails(1);
    assert!(
        line.contains("all 2 units were left out by language (written in C"),
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
