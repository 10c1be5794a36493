//! The supplementary file of dwz: found, named on the command line, missing, and that of another build.

use crate::common::Place;
use std::fs;

/// `prog` and `twin`, whose common types are in `shared/common.debug`; `prog.btf` is from before.
fn with_supplement() -> Place {
    let place = Place::new();
    place.build_program();
    place.run(["encode", "prog", "-o", "prog.btf"]).ok();
    fs::create_dir(place.path("shared")).expect("made");
    supplement(&place, "shared/common.debug");
    place
}

fn supplement(place: &Place, name: &str) {
    fs::copy(place.path("prog"), place.path("twin")).expect("copied");
    place.tool("dwz", &["-m", name, "-r", "prog", "twin"]);
}

#[test]
#[ignore = "needs dwz"]
fn it_is_found_from_the_folder_of_the_file_on() {
    let place = with_supplement();
    let same = |file: &str, options: &[&str]| {
        let args = ["encode", file, "-o", "out.btf"];
        place.run(args.iter().chain(options)).ok();
        place.run(["diff", "out.btf", "prog.btf"]).ok();
    };
    same("prog", &[]);
    // From another folder, and through a symbolic link in another one.
    let script = "cd shared && \"$0\" encode ../prog -o ../out.btf && ln -s ../prog linked && \"$0\" encode linked -o ../linked.btf";
    place.shell(script).ok();
    place.run(["diff", "out.btf", "prog.btf"]).ok();
    place.run(["diff", "linked.btf", "prog.btf"]).ok();

    // Beside the file, under its own name.
    fs::rename(
        place.path("shared/common.debug"),
        place.path("common.debug"),
    )
    .expect("moved");
    same("prog", &[]);
    fs::rename(place.path("common.debug"), place.path("elsewhere")).expect("moved");
    same("prog", &["--supplementary", "elsewhere"]);
    same("prog", &["--supplementary", "elsewhere", "-j", "3"]);
}

#[test]
#[ignore = "needs readelf, dwz"]
fn without_it_the_command_says_which_one_is_missing() {
    let place = with_supplement();
    let notes = place.tool("readelf", &["-n", "shared/common.debug"]);
    let id = notes
        .split_whitespace()
        .find(|word| word.len() == 40 && word.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .expect("a build id")
        .to_owned();
    fs::rename(place.path("shared/common.debug"), place.path("kept")).expect("moved");
    let line = place.run(["encode", "prog", "-o", "out.btf"]).fails(1);
    for part in ["shared/common.debug", &id, "--supplementary"] {
        assert!(line.contains(part), "no {part} in {line}");
    }
    assert!(!place.files().contains(&"out.btf".to_owned()));

    let args = ["encode", "prog", "--supplementary", "nowhere"];
    let line = place.run(args).fails(1);
    assert!(
        line.contains("nowhere") && line.contains("does not exist"),
        "{line}"
    );
    let line = place
        .run(["encode", "prog", "--supplementary", "one.c"])
        .fails(1);
    assert!(line.contains("ELF"), "{line}");

    // That of another build.
    place.tool("cc", &["-g", "-O2", "one.c", "two.c", "-o", "prog2"]);
    fs::copy(place.path("prog2"), place.path("twin2")).expect("copied");
    place.tool("dwz", &["-m", "other", "prog2", "twin2"]);
    let line = place
        .run(["encode", "prog", "--supplementary", "other"])
        .fails(1);
    assert!(
        line.contains("another build") && line.contains(&id),
        "{line}"
    );
}

#[test]
#[ignore = "needs dwz"]
fn it_is_no_place_for_output() {
    let place = with_supplement();
    let before = place.read("shared/common.debug");
    let name = "shared/common.debug";
    let args = ["encode", "prog", "--supplementary", name, "-o", name];
    place.run(args).fails(1);
    assert_eq!(place.read(name), before);
}

#[test]
#[ignore = "needs dwz, objcopy"]
fn its_compressed_sections_obey_the_budget() {
    let place = with_supplement();
    // Zeros that compress to a thousandth, in a section that is read and of which nothing is needed.
    place.write("zeros", vec![0; 24 << 20]);
    let file = "shared/common.debug";
    place.tool("objcopy", &["--add-section", ".debug_line_str=zeros", file]);
    place.tool("objcopy", &["--compress-debug-sections", file]);
    let line = place.run(["encode", "prog", "-o", "out.btf"]).fails(1);
    assert!(
        line.contains("bytes of decompressed sections") && line.contains("--budget 10"),
        "{line}"
    );
    let args = ["encode", "prog", "-o", "out.btf", "--budget", "10"];
    place.run(args).ok();
    place.run(["diff", "out.btf", "prog.btf"]).ok();
}
