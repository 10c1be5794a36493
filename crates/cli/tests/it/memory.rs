//! Memory that runs out: a sentence and an exit code of its own, and nothing that was begun is left.

use crate::common::Place;
use std::fs;
use std::os::unix::process::ExitStatusExt;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/sample/sample.elf");

/// BTF of one `int` whose strings are `len` bytes, all of them zeroes and most of them a hole in the file.
fn large_btf(place: &Place, name: &str, len: u32) {
    let words: [u32; 9] = [
        // The header: magic, version, and flags; its length; offsets and lengths of types and strings.
        0x0001_eb9f,
        24,
        0,
        16,
        16,
        len, //
        // `int`, without a name.
        0,
        1 << 24,
        4,
    ];
    let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    bytes.extend(32_u32.to_le_bytes());
    place.write(name, &bytes);
    let file = fs::OpenOptions::new().write(true).open(place.path(name));
    let whole = bytes.len() as u64 + u64::from(len);
    file.and_then(|file| file.set_len(whole)).expect("longer");
}

/// Asserts that `command` says that memory ran out; a signal would have no exit code.
#[track_caller]
fn runs_out(place: &Place, limit: u32, command: &str) -> String {
    let line = place
        .shell(&format!("ulimit -v {limit}; exec \"$0\" {command}"))
        .fails(102);
    assert!(
        line.starts_with("memory ran out: the system refused another ")
            && line.contains("(ulimit -v)"),
        "{command}: {line}"
    );
    line
}

#[test]
fn every_command_that_needs_more_than_its_limit_says_so() {
    let place = Place::new();
    large_btf(&place, "large.btf", 600 << 20);
    place.write("out", "the earlier output");
    for command in [
        "dump large.btf",
        "show large.btf 1",
        "types large.btf",
        "stats large.btf",
        "verify large.btf",
        "why large.btf",
        "doctor large.btf",
        "diff large.btf large.btf",
        "dedup large.btf -o out",
        "convert large.btf -o out",
    ] {
        let line = runs_out(&place, 300_000, command);
        assert!(!line.contains("-j1"), "no thread would be fewer: {line}");
    }
    assert_eq!(place.files(), ["large.btf", "out"]);
    assert_eq!(place.read("out"), b"the earlier output");
}

#[test]
fn a_limit_anywhere_ends_in_a_result_or_the_sentence() {
    let place = Place::new();
    fs::copy(SAMPLE, place.path("sample")).expect("copied");
    place.run(["encode", "sample", "-o", "whole.btf"]).ok();
    let whole = place.read("whole.btf");
    let (mut out, mut done) = (0, 0);
    // From where the loader fits to where all of it does, with one thread and with several.
    for kilobytes in (8_000..80_000).step_by(1_500) {
        for command in ["encode sample -j4 -o out --patch patched", "types sample"] {
            let script = format!("ulimit -v {kilobytes}; exec \"$0\" {command}");
            let output = place
                .command("/bin/sh")
                .args(["-c", &script])
                .arg(crate::common::btfscope())
                .output()
                .expect("sh runs");
            let says = String::from_utf8_lossy(&output.stderr);
            match output.status.code() {
                Some(0) if command.starts_with("encode") => {
                    assert!(place.read("out") == whole, "{kilobytes}: {says}");
                    done += 1;
                }
                Some(0) => {}
                Some(102) => {
                    assert!(says.contains("memory ran out"), "{kilobytes}: {says}");
                    assert_eq!(place.files(), ["sample", "whole.btf"], "{kilobytes}");
                    out += 1;
                }
                // The system could not even load the program.
                Some(127) => assert!(says.contains("shared lib"), "{kilobytes}: {says}"),
                code => {
                    let signal = output.status.signal();
                    // Nor could the loader say so.
                    let is_unloaded = signal == Some(11) && kilobytes < 20_000;
                    assert!(
                        is_unloaded,
                        "{kilobytes}: {code:?}, signal {signal:?}: {says}"
                    );
                }
            }
            for name in ["out", "patched"] {
                let _ = fs::remove_file(place.path(name));
            }
        }
    }
    assert!(done > 0, "never enough; {out} times too little");
}
