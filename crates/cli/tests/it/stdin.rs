//! `-`: standard input where a file is asked for, from a pipe and from a file.

use crate::common::Place;
use std::fs;
use std::os::unix::fs::PermissionsExt;

fn place() -> Place {
    let place = Place::new();
    place.build_program();
    place.run(["encode", "prog", "-o", "prog.btf"]).ok();
    place
}

#[test]
fn a_pipe_gives_what_the_file_gives() {
    let place = place();
    for (command, file) in [
        ("dump FILE", "prog.btf"),
        ("dump FILE --format c", "prog.btf"),
        ("stats FILE", "prog.btf"),
        ("show FILE struct shared", "prog.btf"),
        ("verify FILE", "prog.btf"),
        ("types FILE", "prog"),
        ("sources FILE", "prog"),
    ] {
        let named = place
            .shell(&format!("\"$0\" {}", command.replace("FILE", file)))
            .ok();
        // Some say in their first line what they read.
        let named = named.replace(&format!("{file}: "), "standard input: ");
        let minus = command.replace("FILE", "-");
        let piped = place.shell(&format!("cat {file} | \"$0\" {minus}")).ok();
        assert_eq!(piped, named, "{command}");
        let redirected = place.shell(&format!("\"$0\" {minus} < {file}")).ok();
        assert_eq!(redirected, named, "{command}");
    }
}

#[test]
fn dwarf_comes_through_a_pipe_too() {
    let place = place();
    place.shell("cat prog | \"$0\" encode - -o piped.btf").ok();
    assert_eq!(place.read("piped.btf"), place.read("prog.btf"));
    // A patched file from a pipe has the permissions of any new file.
    place
        .shell("umask 027; cat prog | \"$0\" encode - --patch piped")
        .ok();
    place.run(["encode", "prog", "--patch", "named"]).ok();
    assert_eq!(place.read("piped"), place.read("named"));
    let mode = fs::metadata(place.path("piped"))
        .expect("there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn several_arguments_may_name_it_and_a_base_may_be_it() {
    let place = place();
    place.shell("cat prog.btf | \"$0\" diff - prog.btf").ok();
    place.shell("cat prog.btf | \"$0\" diff - -").ok();
    place
        .shell("cat prog.btf | \"$0\" encode prog --base - -o split.btf")
        .ok();
    place
        .run(["encode", "prog", "--base", "prog.btf", "-o", "named.btf"])
        .ok();
    assert_eq!(place.read("split.btf"), place.read("named.btf"));
}

#[test]
fn what_is_read_is_the_rest_of_a_file_that_was_begun() {
    let place = place();
    place.shell("{ printf head; cat prog.btf; } > both").ok();
    let rest = "{ dd bs=4 count=1 of=head 2>/dev/null; \"$0\" dump -; } < both";
    assert_eq!(place.shell(rest).ok(), place.run(["dump", "prog.btf"]).ok());
}

#[test]
fn failures_name_it_and_keep_their_codes() {
    let place = place();
    assert_eq!(
        place.shell(": | \"$0\" dump -").fails(1),
        "standard input: the file is empty"
    );
    assert_eq!(
        place.shell(": | \"$0\" diff - prog.btf").fails(2),
        "standard input: the file is empty"
    );
    let line = place
        .shell("echo text | \"$0\" encode - -o out.btf")
        .fails(1);
    assert_eq!(
        line,
        "standard input: this is not an ELF file: it starts with 74 65 78 74"
    );
    // The very file that is read is not written over.
    let line = place
        .shell("\"$0\" dedup - -o prog.btf < prog.btf")
        .fails(1);
    assert_eq!(
        line,
        "prog.btf: this is the input file, which is not written over; name another file"
    );
    assert!(!place.files().contains(&"out.btf".to_owned()));
    place
        .shell("cp prog.btf ./-; \"$0\" dump ./- < /dev/null")
        .ok();
}

#[test]
fn a_terminal_is_not_waited_for() {
    let place = place();
    let script = format!("{} dump -", crate::common::btfscope().display());
    let output = place
        .command("script")
        .args(["-qec", &script, "/dev/null"])
        .output();
    let output = output.expect("script runs");
    let seen = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(seen.contains("standard input is a terminal"), "{seen:?}");
    assert_eq!(output.status.code(), Some(1));
}
