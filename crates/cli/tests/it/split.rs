//! Split DWARF on the command line: where packages and `.dwo` files are found, and what is said when they
//! are not.

use crate::common::{Place, one_line};
use std::fs;

/// A program whose types are in `prog-one.dwo` and `prog-two.dwo`, in the folder `built`.
fn split_program() -> Place {
    let place = Place::new();
    place.build_program();
    fs::create_dir(place.path("built")).unwrap();
    for unit in ["one", "two"] {
        let (source, object) = (format!("../{unit}.c"), format!("prog-{unit}.o"));
        let output = place
            .command("cc")
            .current_dir(place.path("built"))
            .args(["-g", "-gsplit-dwarf", "-O0", "-c", &source, "-o", &object])
            .output()
            .expect("cc is needed for this test");
        assert!(output.status.success(), "{output:?}");
    }
    place.tool(
        "cc",
        &["built/prog-one.o", "built/prog-two.o", "-o", "split"],
    );
    place
}

fn encode(place: &Place, more: &[&str]) -> crate::common::Ran {
    let args = ["encode", "split", "-o", "split.btf"];
    place.run(args.iter().chain(more))
}

#[track_caller]
fn is_whole(place: &Place, more: &[&str]) {
    assert_eq!(encode(place, more).ok(), "");
    place.run(["encode", "prog", "-o", "prog.btf"]).ok();
    place.run(["diff", "prog.btf", "split.btf"]).ok();
}

#[test]
#[ignore = "needs objcopy"]
fn files_are_found_where_they_were_built_or_beside_the_program() {
    let place = split_program();
    is_whole(&place, &[]);
    let text = encode(&place, &["--stats", "text"]).ok();
    assert!(text.contains("2 of them from other files"), "{text}");
    // Moved beside the program.
    for unit in ["one", "two"] {
        let name = format!("prog-{unit}.dwo");
        fs::rename(place.path(&format!("built/{name}")), place.path(&name)).unwrap();
    }
    is_whole(&place, &[]);
    is_whole(&place, &["-j", "2"]);
}

#[test]
#[ignore = "needs objcopy"]
fn folders_that_are_named_are_searched_and_no_others() {
    let place = split_program();
    fs::create_dir(place.path("kept")).unwrap();
    fs::create_dir(place.path("empty")).unwrap();
    let said = encode(&place, &["--dwo-dir", "empty"]).fails(1);
    assert!(said.contains("none of its 2 split units"), "{said}");
    assert!(said.contains("empty/prog-one.dwo"), "{said}");
    assert!(said.contains("--dwo-dir"), "{said}");
    for unit in ["one", "two"] {
        let name = format!("prog-{unit}.dwo");
        fs::rename(
            place.path(&format!("built/{name}")),
            place.path(&format!("kept/{name}")),
        )
        .unwrap();
    }
    is_whole(&place, &["--dwo-dir", "empty", "--dwo-dir", "kept"]);
    let said = encode(&place, &["--dwo-dir", "nowhere"]).fails(1);
    assert_eq!(said, "nowhere: the directory does not exist");
}

#[test]
#[ignore = "needs objcopy"]
fn a_unit_whose_file_is_missing_is_named_and_the_others_stay() {
    let place = split_program();
    let gone = place.path("built/prog-two.dwo");
    fs::remove_file(&gone).unwrap();
    let ran = encode(&place, &[]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
    let said = one_line(&ran.stderr);
    assert!(said.contains("prog-two.dwo was not found"), "{said}");
    let dump = place.run(["dump", "split.btf"]).ok();
    assert!(
        dump.contains("'only_one'") || dump.contains("'shared'"),
        "{dump}"
    );
    assert!(!dump.contains("'colour'"), "{dump}");
    // A directory, a link to nothing, and a pipe that nobody writes to.
    fs::create_dir(&gone).unwrap();
    let said = one_line(&encode(&place, &[]).stderr);
    assert!(said.contains("this is a directory"), "{said}");
    fs::remove_dir(&gone).unwrap();
    place.tool("mkfifo", &["built/prog-two.dwo"]);
    let said = one_line(&encode(&place, &[]).stderr);
    assert!(said.contains("this is not a regular file"), "{said}");
    fs::remove_file(&gone).unwrap();
    std::os::unix::fs::symlink(place.path("split"), &gone).unwrap();
    let said = one_line(&encode(&place, &[]).stderr);
    assert!(said.contains("no split unit"), "{said}");
}

#[test]
#[ignore = "needs objcopy, llvm-dwp"]
fn a_package_stands_for_all_files() {
    let place = Place::new();
    place.build_program();
    for unit in ["one", "two"] {
        let (source, object) = (format!("{unit}.c"), format!("{unit}.o"));
        let flags = ["-gdwarf-4", "-gsplit-dwarf", "-O0", "-c"];
        let args: Vec<&str> = flags.into_iter().chain([&*source, "-o", &object]).collect();
        place.tool("cc", &args);
    }
    place.tool("cc", &["one.o", "two.o", "-o", "split"]);
    place.tool("llvm-dwp", &["one.dwo", "two.dwo", "-o", "split.dwp"]);
    fs::remove_file(place.path("one.dwo")).unwrap();
    fs::remove_file(place.path("two.dwo")).unwrap();
    is_whole(&place, &[]);
    fs::rename(place.path("split.dwp"), place.path("other")).unwrap();
    is_whole(&place, &["--dwp", "other"]);
    let said = encode(&place, &["--dwp", "nowhere"]).fails(1);
    assert_eq!(said, "nowhere: the file does not exist");
    let said = place
        .run(["encode", "split", "--dwp", "other", "-o", "other"])
        .fails(1);
    assert!(said.contains("not written over"), "{said}");
    let said = encode(&place, &["--dwp", "prog"]).fails(1);
    assert!(said.contains("no index of split units"), "{said}");
}

#[test]
#[ignore = "needs objcopy"]
fn a_file_of_split_units_is_no_input() {
    let place = split_program();
    let said = place
        .run(["encode", "built/prog-one.dwo", "-o", "x.btf"])
        .fails(1);
    assert!(said.contains("open the program"), "{said}");
}

#[test]
#[ignore = "needs objcopy"]
fn compressed_sections_of_companions_obey_the_budget() {
    let place = split_program();
    // Zeros that compress to a thousandth, in a section that is read and of which nothing is needed.
    place.write("zeros", vec![0; 24 << 20]);
    for unit in ["one", "two"] {
        let file = format!("built/prog-{unit}.dwo");
        place.tool("objcopy", &["--add-section", ".debug_loc.dwo=zeros", &file]);
        place.tool("objcopy", &["--compress-debug-sections", &file]);
    }
    let said = encode(&place, &[]).fails(1);
    assert!(
        said.contains("bytes of decompressed sections") && said.contains("--budget 10"),
        "{said}"
    );
    is_whole(&place, &["--budget", "10"]);
}
