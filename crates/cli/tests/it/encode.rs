//! `btfscope encode` on small programs: what it writes, and that other tools can read it.

use crate::common::{Place, one_line};
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};

#[test]
#[ignore = "needs readelf, objcopy, bpftool"]
fn bpftool_reads_the_patched_file_as_we_print_it() {
    let place = Place::new();
    place.build_program();
    assert_eq!(
        place
            .run(["encode", "prog", "-o", "raw.btf", "--patch", "patched"])
            .ok(),
        ""
    );

    let bpftool = place.tool("bpftool", &["btf", "dump", "file", "patched"]);
    assert_eq!(place.run(["dump", "patched"]).ok(), bpftool);
    assert_eq!(place.run(["dump", "raw.btf"]).ok(), bpftool);
    assert_eq!(
        bpftool.matches("STRUCT 'shared'").count(),
        1,
        "dedup makes it one"
    );
    for wanted in [
        "STRUCT 'only_one' size=24 vlen=3",
        "ENUM 'colour'",
        "FUNC 'add'",
        "FLOAT 'float'",
    ] {
        assert!(bpftool.contains(wanted), "{wanted} in {bpftool}");
    }

    let sections = place.tool("readelf", &["-SW", "patched"]);
    let section = sections
        .lines()
        .find(|line| line.contains(" .BTF "))
        .expect("a .BTF section");
    assert!(section.contains("PROGBITS"), "{section}");
    assert!(!section.contains(" A "), "not loaded: {section}");
    assert_eq!(
        place.tool("readelf", &["-lW", "patched"]),
        place.tool("readelf", &["-lW", "prog"]),
        "segments stay"
    );
    // The program still runs: 5 + 1 + 3.
    let status = place.command("./patched").status().expect("it runs");
    assert_eq!(status.code(), Some(9));
    place.tool(
        "objcopy",
        &[
            "-O",
            "binary",
            "-j",
            ".BTF",
            "--set-section-flags",
            ".BTF=alloc",
            "patched",
            "cut.btf",
        ],
    );
    assert_eq!(place.read("cut.btf"), place.read("raw.btf"));
}

#[test]
fn bytes_do_not_depend_on_threads_or_on_other_outputs() {
    let place = Place::new();
    place.build_program();
    place.run(["encode", "prog", "-j1", "-o", "1.btf"]).ok();
    place.run(["encode", "prog", "-j3", "-o", "3.btf"]).ok();
    place
        .run(["encode", "prog", "-j2", "-o", "2.btf", "--patch", "p"])
        .ok();
    assert_eq!(place.read("1.btf"), place.read("3.btf"));
    assert_eq!(place.read("1.btf"), place.read("2.btf"));
}

#[test]
#[ignore = "needs readelf"]
fn a_patched_file_is_patched_again_to_the_same() {
    let place = Place::new();
    place.build_program();
    place.run(["encode", "prog", "--patch", "once"]).ok();
    place.run(["encode", "once", "--patch", "twice"]).ok();
    let sections = place.tool("readelf", &["-SW", "twice"]);
    assert_eq!(sections.matches(" .BTF ").count(), 1, "{sections}");
    place.run(["diff", "once", "twice"]).ok();
}

#[test]
fn statistics_are_text_alone_and_json_on_demand() {
    let place = Place::new();
    place.build_program();
    let text = place.run(["encode", "prog"]).ok();
    for wanted in [
        "prog: ELF64, little-endian",
        "STRUCT",
        "strings",
        "functions: 2 kept, 0 left out",
        "units: 2 of 2 encoded",
        "Encode types",
        "peak memory",
    ] {
        assert!(text.contains(wanted), "{wanted} in {text}");
    }
    assert!(
        place
            .run(["encode", "prog", "-o", "raw.btf", "--stats", "text"])
            .ok()
            .contains("STRUCT")
    );

    let json = place.run(["encode", "prog", "--stats", "json"]).ok();
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let kinds = json["kinds"].as_array().expect("kinds");
    let structs = kinds
        .iter()
        .find(|row| row["kind"] == "STRUCT")
        .expect("structs");
    assert_eq!(
        (&structs["before"]["types"], &structs["after"]["types"]),
        (&3.into(), &2.into())
    );
    assert_eq!(json["after"]["bytes"], place.read("raw.btf").len());
    assert_eq!(json["units"]["encoded"], 2);
    let strings = place.run(["dump", "raw.btf"]).ok();
    assert_eq!(
        json["after"]["types"],
        strings.lines().filter(|line| line.starts_with('[')).count()
    );
    assert!(json["peak_memory"].as_u64().expect("memory") > 1_000_000);
    let stages: Vec<&str> = json["stages"]
        .as_array()
        .expect("stages")
        .iter()
        .filter_map(|stage| stage["stage"].as_str())
        .collect();
    assert_eq!(stages[..3], ["plan", "encode", "merge"]);
    assert!(stages.contains(&"dedup"), "{stages:?}");
}

#[test]
fn features_and_the_layout_section_are_chosen() {
    let place = Place::new();
    place.build_program();
    place.run(["encode", "prog", "-o", "all.btf"]).ok();
    place
        .run(["encode", "prog", "-o", "same.btf", "--features", "default"])
        .ok();
    assert_eq!(place.read("all.btf"), place.read("same.btf"));
    place
        .run([
            "encode",
            "prog",
            "-o",
            "few.btf",
            "--features",
            "var,enum64",
        ])
        .ok();
    assert!(
        place
            .run(["dump", "all.btf"])
            .ok()
            .contains("FLOAT 'float'")
    );
    assert!(place.run(["dump", "few.btf"]).ok().contains("INT 'float'"));

    place
        .run(["encode", "prog", "-o", "layout.btf", "--layout"])
        .ok();
    assert_eq!(
        (place.read("all.btf")[4], place.read("layout.btf")[4]),
        (24, 32)
    );
    place.run(["diff", "all.btf", "layout.btf"]).ok();
    assert!(
        place
            .run(["stats", "layout.btf"])
            .ok()
            .contains("with a layout section")
    );
}

#[test]
#[ignore = "needs bpftool"]
fn split_btf_has_what_the_base_has_not() {
    let place = Place::new();
    place.build_program();
    place.tool("cc", &["-g", "-shared", "-fPIC", "two.c", "-o", "base.so"]);
    place.run(["encode", "base.so", "-o", "base.btf"]).ok();
    place
        .run([
            "encode",
            "prog",
            "--base",
            "base.btf",
            "-o",
            "split.btf",
            "--patch",
            "split",
        ])
        .ok();
    let types = place.run(["dump", "split.btf", "--base", "base.btf"]).ok();
    assert_eq!(
        types,
        place.tool(
            "bpftool",
            &["-B", "base.btf", "btf", "dump", "file", "split"]
        )
    );
    assert!(
        types.contains("STRUCT 'only_one'") && types.contains("FUNC 'add'"),
        "{types}"
    );
    assert!(
        !types.contains("STRUCT 'shared'") && !types.contains("ENUM 'colour'"),
        "{types}"
    );
    let line = place
        .run(["encode", "prog", "--base", "base.btf", "-o", "base.btf"])
        .fails(1);
    assert!(line.contains("this is the input file"), "{line}");
}

#[test]
fn a_damaged_unit_is_left_out_and_named() {
    let place = Place::new();
    place.build_program();
    let mut file = place.read("prog");
    let info = elf::Elf::parse(&file)
        .expect("ELF")
        .section(".debug_info")
        .expect("DWARF")
        .offset as usize;
    let length = u32::from_le_bytes(file[info..info + 4].try_into().expect("four bytes")) as usize;
    let second = length + 4;
    // A DWARF 5 unit header is 12 bytes; then comes the abbreviation code of the unit's DIE.
    assert_eq!(file[info + second + 4], 5, "DWARF version");
    file[info + second + 12] = 0x7e;
    place.write("damaged", file);

    let ran = place.run(["encode", "damaged", "-o", "rest.btf"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""));
    let line = one_line(&ran.stderr);
    assert!(
        line.starts_with(&format!("warning: the unit at {second:#x} of .debug_info")),
        "{line}"
    );
    let types = place.run(["dump", "rest.btf"]).ok();
    assert!(
        types.contains("'only_one'") && !types.contains("'colour'"),
        "{types}"
    );
}

#[test]
fn outputs_keep_the_mode_and_links_and_are_never_the_input() {
    let place = Place::new();
    place.build_program();
    fs::set_permissions(place.path("prog"), Permissions::from_mode(0o750)).expect("set");
    place.write("old", "old");
    symlink("old", place.path("link")).expect("link");
    place.run(["encode", "prog", "--patch", "link"]).ok();
    assert!(
        fs::symlink_metadata(place.path("link"))
            .expect("there")
            .is_symlink()
    );
    let mode = fs::metadata(place.path("old"))
        .expect("there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o750);

    fs::hard_link(place.path("prog"), place.path("hard")).expect("linked");
    let before = place.read("prog");
    for name in ["prog", "./prog", "hard"] {
        let line = place.run(["encode", "prog", "--patch", name]).fails(1);
        assert_eq!(
            line,
            format!("{name}: this is the input file, which is not written over; name another file")
        );
    }
    assert_eq!(place.read("prog"), before);
    let line = place
        .run(["encode", "prog", "-o", "x", "--patch", "./x"])
        .fails(1);
    assert_eq!(line, "x: -o and --patch name the same file; name two");
    assert_eq!(
        place.files(),
        ["hard", "link", "old", "one.c", "prog", "two.c"]
    );
}

#[test]
fn without_room_nothing_is_left_and_the_old_file_stays() {
    let place = Place::new();
    place.build_program();
    place.write("out", "old");
    let ran = place.shell("trap '' XFSZ; ulimit -f 8; exec \"$0\" encode prog -o raw --patch out");
    let line = ran.fails(1);
    assert!(
        line.starts_with("out: the file would become larger than"),
        "{line}"
    );
    assert_eq!(place.read("out"), b"old");
    assert_eq!(place.files(), ["one.c", "out", "prog", "two.c"]);

    let line = place.run(["encode", "prog", "-o", "/dev/full"]).fails(1);
    assert_eq!(
        line,
        "/dev/full: its device is full; free some space or write elsewhere"
    );
    let line = place.run(["encode", "prog", "-o", "no/such/out"]).fails(1);
    assert_eq!(
        line,
        "no/such/out: the directory no/such does not exist; make it first"
    );
    place.run(["encode", "prog", "-o", "/dev/null"]).ok();
}
