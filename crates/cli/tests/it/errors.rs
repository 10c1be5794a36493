//! What is said about files that cannot be read: one line with the cause and the next step.

use crate::common::Place;

/// Every command that reads BTF, with the code it fails with.
const READERS: [(&[&str], i32); 6] = [
    (&["dump", "FILE"], 1),
    (&["show", "FILE", "x"], 1),
    (&["stats", "FILE"], 1),
    (&["verify", "FILE"], 1),
    (&["dedup", "FILE", "-o", "out.btf"], 1),
    (&["diff", "FILE", "FILE"], 2),
];

/// Asserts that every command says `wanted` about `file`.
#[track_caller]
fn all_say(place: &Place, file: &str, wanted: &str) {
    for (args, code) in READERS {
        let args = args
            .iter()
            .map(|&arg| if arg == "FILE" { file } else { arg });
        assert_eq!(place.run(args).fails(code), format!("{file}: {wanted}"));
    }
    assert!(!place.files().contains(&"out.btf".to_owned()));
}

#[track_caller]
fn encode_says(place: &Place, file: &str, wanted: &str) {
    let line = place.run(["encode", file, "-o", "out.btf"]).fails(1);
    assert_eq!(line, format!("{file}: {wanted}"));
    assert!(!place.files().contains(&"out.btf".to_owned()));
}

#[test]
fn files_that_are_something_else() {
    let place = Place::new();
    place.write("empty", "");
    place.write("text", "int main");
    place.write("gz", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0]);
    std::fs::create_dir(place.path("folder")).expect("made");
    for (file, wanted) in [
        ("missing", "the file does not exist"),
        ("folder", "this is a directory; name a file in it"),
        ("empty", "the file is empty"),
    ] {
        all_say(&place, file, wanted);
        encode_says(&place, file, wanted);
    }
    all_say(
        &place,
        "text",
        "this is not an ELF file or BTF: it starts with 69 6e 74 20",
    );
    encode_says(
        &place,
        "text",
        "this is not an ELF file: it starts with 69 6e 74 20",
    );
    all_say(
        &place,
        "gz",
        "it ends at offset 0x8 of the input, in gz, inside the gzip stream; it may have been cut short: get it again",
    );
}

#[test]
#[ignore = "needs strip"]
fn elf_files_without_what_is_needed() {
    let place = Place::new();
    place.build_program();
    all_say(
        &place,
        "prog",
        "this ELF file has no .BTF section; it has debug information, so `btfscope encode` can make it",
    );
    place.tool("strip", &["-o", "bare", "prog"]);
    all_say(
        &place,
        "bare",
        "this ELF file has no .BTF section and no debug information to make it from; take a kernel built with CONFIG_DEBUG_INFO_BTF, or its -dbg package",
    );
    let line = place.run(["encode", "bare", "-o", "out.btf"]).fails(1);
    assert!(line.starts_with("bare: this ELF file has no debug information (no .debug_info section); take the kernel's -dbg"), "{line}");

    place
        .run(["encode", "prog", "-o", "prog.btf", "--patch", "both"])
        .ok();
    encode_says(
        &place,
        "prog.btf",
        "this is BTF already; encode takes an ELF file with DWARF (dump, show, stats, diff, dedup and verify take BTF)",
    );
    place.tool("strip", &["--strip-debug", "-o", "only-btf", "both"]);
    let line = place.run(["encode", "only-btf"]).fails(1);
    assert!(
        line.contains("but it has .BTF, which can be opened directly"),
        "{line}"
    );
}

#[test]
fn files_that_were_cut_short() {
    let place = Place::new();
    place.build_program();
    place.run(["encode", "prog", "-o", "prog.btf"]).ok();
    let (elf, btf) = (place.read("prog"), place.read("prog.btf"));
    place.write("half", &elf[..elf.len() / 2]);
    for args in [&["encode", "half"][..], &["dump", "half"]] {
        let line = place.run(args).fails(1);
        assert!(
            line.starts_with("half: the file is cut short: its section header table takes"),
            "{line}"
        );
    }
    place.write("half.btf", &btf[..btf.len() / 2]);
    let line = place.run(["dump", "half.btf"]).fails(1);
    assert!(
        line.contains("puts its type section at 0x0")
            && line.ends_with("the file is cut short or damaged"),
        "{line}"
    );
    place.write("start.btf", &btf[..10]);
    let line = place.run(["dump", "start.btf"]).fails(1);
    assert_eq!(
        line,
        "start.btf: this BTF is only 10 bytes long; its header alone needs 24"
    );
    assert_eq!(place.run(["verify", "half.btf"]).code, 1);
}

#[test]
fn command_lines_that_cannot_be_understood() {
    let place = Place::new();
    for (args, wanted) in [
        (
            &["encode"][..],
            "the following required arguments were not provided: <ELF> (see btfscope --help)",
        ),
        (
            &["frob"],
            "unrecognized subcommand 'frob' (see btfscope --help)",
        ),
        (
            &["dump", "x", "--format", "xml"],
            "invalid value 'xml' for '--format <FORM>' [possible values: raw, c, json] (see btfscope --help)",
        ),
        (
            &["encode", "x", "-j0"],
            "invalid value '0' for '--jobs <N>': 0 is not in 1..=65535 (see btfscope --help)",
        ),
    ] {
        assert_eq!(place.run(args).fails(2), wanted);
    }
    let line = place
        .run(["encode", "x", "--features", "var,nonsense"])
        .fails(2);
    assert!(
        line.contains("unknown feature nonsense; the features are encode_force, var,"),
        "{line}"
    );
}

#[test]
fn control_characters_do_not_break_the_line() {
    let place = Place::new();
    assert_eq!(
        place.run(["dump", "a\nb\x1b[1m"]).fails(1),
        "a\\nb\\u{1b}[1m: the file does not exist"
    );
}
