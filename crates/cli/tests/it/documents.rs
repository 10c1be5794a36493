//! Completions and manual pages, judged by shells and by man's own formatter.

use crate::common::Place;

#[test]
#[ignore = "needs bash"]
fn bash_completes_commands_and_options() {
    let place = Place::new();
    let script = "eval \"$(\"$0\" completions bash)\"
        words() { COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _btfscope btfscope \"${@: -1}\" \"${@: -2:1}\"; echo \"${COMPREPLY[@]}\"; }
        words btfscope enc; words btfscope encode --pat";
    let output = place
        .command("bash")
        .args(["-c", script])
        .arg(crate::common::btfscope())
        .output();
    let seen = String::from_utf8_lossy(&output.expect("bash runs").stdout).into_owned();
    assert_eq!(seen, "encode\n--patch\n");
}

#[test]
fn every_shell_has_completions_and_others_are_refused() {
    let place = Place::new();
    for (shell, start) in [
        ("bash", "_btfscope()"),
        ("zsh", "#compdef btfscope"),
        ("fish", "#"),
        ("powershell", "\nusing namespace"),
    ] {
        let text = place.run(["completions", shell]).ok();
        assert!(text.starts_with(start), "{shell}: {text}");
        assert!(text.contains("encode"), "{shell}");
    }
    assert!(
        place
            .run(["completions", "cmd"])
            .fails(2)
            .contains("invalid value 'cmd'")
    );
}

#[test]
fn manual_pages_are_of_commands_that_exist() {
    let place = Place::new();
    let page = place.run(["manual", "diff"]).ok();
    assert!(page.contains(".TH btfscope-diff 1"), "{page}");
    // The long description, as in --help.
    for text in [&page, &place.run(["diff", "--help"]).ok()] {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            text.contains("whatever their ids, order and strings"),
            "{text}"
        );
    }
    assert_eq!(place.run(["manual", "btfscope-diff"]).ok(), page);
    let line = place.run(["manual", "none"]).fails(1);
    assert!(
        line.starts_with("no manual page is called none; the pages are btfscope, "),
        "{line}"
    );
    place.run(["manual", "--dir", "."]).ok();
    let files = place.files();
    for name in ["btfscope.1", "btfscope-encode.1", "btfscope-pahole.1"] {
        assert!(files.contains(&name.to_owned()), "{files:?}");
    }
}
