//! What is shown on a terminal, and the help.

use crate::common::Place;
use btf::{Btf, TypeId, WriteOptions};

/// Runs a shell script on a terminal of its own and gives what appears there.
fn on_a_terminal(place: &Place, script: &str) -> String {
    let script = script.replace("BTFSCOPE", &crate::common::btfscope().display().to_string());
    let script = format!("stty cols 120; {script}");
    place.tool("script", &["-qefc", &script, "/dev/null"])
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
    let slow = "(sleep 1.6; cat in.btf) | BTFSCOPE dedup /dev/stdin -o out.btf";
    let seen = on_a_terminal(&place, slow);
    assert!(seen.contains("Read the file"), "{seen:?}");
    let last = seen
        .rsplit(['\r', '\n'])
        .find(|part| !part.is_empty())
        .unwrap_or_default();
    assert!(!last.contains("Read"), "taken away: {seen:?}");
    assert_eq!(place.read("out.btf"), place.read("in.btf"));

    assert_eq!(
        on_a_terminal(&place, "BTFSCOPE dedup in.btf -o out.btf"),
        "",
        "short runs show nothing"
    );
    assert_eq!(
        place.shell(&slow.replace("BTFSCOPE", "\"$0\"")).ok(),
        "",
        "piped runs neither"
    );
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
    assert!(ran.stderr.contains("Usage: btfscope <COMMAND>"));
}
