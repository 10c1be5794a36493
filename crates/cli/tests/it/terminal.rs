//! What is shown on a terminal, and the help.

use crate::common::Place;
use btf::{Btf, TypeId, WriteOptions};
use std::io::Read;
use std::process::{Child, Stdio};

/// A shell script on a terminal of its own, which is not waited for. `$0` is the command.
fn on_a_terminal(place: &Place, script: &str) -> Child {
    let command = crate::common::btfscope().display().to_string();
    let script = format!("stty cols 120; {}", script.replace("$0", &command));
    place
        .command("script")
        .args(["-qefc", &script, "/dev/null"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("script is needed for this test")
}

fn place() -> Place {
    let place = Place::new();
    let mut btf = Btf::new();
    btf.add_ptr(TypeId::VOID).expect("fits");
    place.write(
        "in.btf",
        btf.to_bytes(WriteOptions::default()).expect("fits"),
    );
    place
}

#[test]
#[ignore = "needs script"]
fn a_run_of_more_than_a_second_shows_a_line_and_takes_it_away() {
    let place = place();
    // The input comes once the line was seen, however long that takes.
    let slow =
        "(until [ -e seen ]; do sleep 0.1; done; cat in.btf) | $0 dedup /dev/stdin -o out.btf";
    let mut terminal = on_a_terminal(&place, slow);
    let mut shown = terminal.stdout.take().expect("piped");
    let mut seen = Vec::new();
    while !String::from_utf8_lossy(&seen).contains("Read the file") {
        let mut some = [0; 256];
        let count = shown.read(&mut some).expect("read");
        assert!(count > 0, "ended without a line: {seen:?}");
        seen.extend(&some[..count]);
    }
    place.write("seen", "");
    shown.read_to_end(&mut seen).expect("read");
    assert!(terminal.wait().expect("ended").success());
    let seen = String::from_utf8(seen).expect("text");
    let last = seen
        .rsplit(['\r', '\n'])
        .find(|part| !part.is_empty())
        .unwrap_or_default();
    assert!(!last.contains("Read"), "taken away: {seen:?}");
    assert_eq!(place.read("out.btf"), place.read("in.btf"));
}

#[test]
#[ignore = "needs script"]
fn a_short_run_shows_nothing() {
    let place = place();
    let short = "(sleep 0.3; cat in.btf) | $0 dedup /dev/stdin -o out.btf";
    let shown = || {
        let output = on_a_terminal(&place, short).wait_with_output();
        output.expect("ended").stdout
    };
    // On a busy machine a short run may take a second, but not every one.
    assert!((0..20).any(|_| shown().is_empty()));
}

#[test]
fn a_piped_run_shows_nothing() {
    let place = place();
    let slow = "(sleep 1.6; cat in.btf) | \"$0\" dedup /dev/stdin -o out.btf";
    assert_eq!(place.shell(slow).ok(), "");
}

#[test]
fn every_command_has_help_with_exit_codes_and_examples() {
    let place = place();
    let top = place.run(["--help"]).ok();
    for command in ["encode", "dedup", "dump", "show", "stats", "diff", "verify"] {
        assert!(
            top.contains(&format!("\n  {command} ")),
            "{command} in {top}"
        );
        let help = place.run([command, "--help"]).ok();
        for wanted in [
            &format!("Usage: btfscope {command} "),
            "Exit codes:",
            "Examples:",
        ] {
            assert!(help.contains(wanted), "{wanted} in {help}");
        }
        let widest = help.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(100), "{command} is {widest:?} wide");
    }
    assert!(place.run(["--version"]).ok().starts_with("btfscope 0."));
    let ran = place.run::<&str>([]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("Usage: btfscope [OPTIONS] <COMMAND>"));
}
