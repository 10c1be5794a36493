//! Nothing is left behind by a command that is ended, whatever ends it.

use crate::common::{Place, one_line};
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::time::Duration;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/sample/sample.elf");

/// The sample with holes behind it, so that copying it takes a while.
fn large(place: &Place) {
    fs::copy(SAMPLE, place.path("large")).expect("copied");
    let file = fs::OpenOptions::new().write(true).open(place.path("large"));
    file.and_then(|file| file.set_len(400 << 20))
        .expect("longer");
}

fn unfinished(place: &Place) -> Vec<String> {
    let names = fs::read_dir(place.path(".")).expect("a folder");
    let names = names.map(|entry| {
        entry
            .expect("an entry")
            .file_name()
            .to_string_lossy()
            .into_owned()
    });
    names
        .filter(|name| name.starts_with(".btfscope-"))
        .collect()
}

#[test]
fn a_signal_leaves_no_file_and_the_earlier_output() {
    let place = Place::new();
    large(&place);
    for signal in [
        ("TERM", 15),
        ("INT", 2),
        ("HUP", 1),
        ("QUIT", 3),
        ("XCPU", 24),
        ("ALRM", 14),
    ] {
        place.write("out", "the earlier output");
        let mut child = Command::new(env!("CARGO_BIN_EXE_btfscope"))
            .args(["encode", "large", "--patch", "out"])
            .current_dir(place.path("."))
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        while unfinished(&place).is_empty() && child.try_wait().expect("waited").is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        let kill = format!("ulimit -c 0; kill -{} {}", signal.0, child.id());
        Command::new("sh")
            .args(["-c", &kill])
            .status()
            .expect("sent");
        let status = child.wait().expect("ended");
        assert_eq!(unfinished(&place), [""; 0], "{signal:?}");
        // A quick machine may have been done before the signal came.
        if !status.success() {
            assert_eq!(status.signal(), Some(signal.1));
            assert_eq!(place.read("out"), b"the earlier output");
        }
    }
}

#[test]
fn a_limit_on_the_size_of_files_is_a_sentence() {
    let place = Place::new();
    large(&place);
    let limited = format!(
        "ulimit -f 100; exec '{}' encode large --patch out",
        env!("CARGO_BIN_EXE_btfscope")
    );
    let ran = Command::new("sh")
        .args(["-c", &limited])
        .current_dir(place.path("."))
        .output()
        .expect("it starts");
    assert_eq!(ran.status.code(), Some(1));
    let line = one_line(&String::from_utf8_lossy(&ran.stderr));
    assert!(line.contains("ulimit -f"), "{line}");
    assert_eq!(unfinished(&place), [""; 0]);
    assert!(!place.path("out").exists());
}

#[test]
fn a_device_without_end_is_refused_by_its_first_bytes() {
    let place = Place::new();
    for command in [
        "dump /dev/zero",
        "dedup /dev/zero -o out",
        "verify - < /dev/zero",
        "encode - -o out < /dev/zero",
    ] {
        let line = format!(
            "ulimit -v 2000000; exec '{}' {command}",
            env!("CARGO_BIN_EXE_btfscope")
        );
        let ran = Command::new("sh")
            .args(["-c", &line])
            .current_dir(place.path("."))
            .output()
            .expect("it starts");
        let says = String::from_utf8_lossy(&ran.stderr);
        assert_eq!(ran.status.code(), Some(1), "{command}: {says}");
        assert!(
            says.contains("it starts with 00 00 00 00"),
            "{command}: {says}"
        );
    }
}

#[test]
fn a_file_of_proc_is_read_like_a_pipe() {
    let line = Place::new().run(["dump", "/proc/self/status"]).fails(1);
    assert!(line.contains("it starts with 4e 61 6d 65"), "{line}");
}
