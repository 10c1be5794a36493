//! What becomes of output when the system refuses it, when several runs write it, and when its name is a link.

use crate::common::{Place, btfscope};
use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::process::{Child, Stdio};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/sample/sample.elf");
const LESSON: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../course/lessons/en/why.lesson.md"
);
const OBJECTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../core-check/tests/data/");
const INPUTS: [&str; 6] = [
    "base.btf",
    "module.btf",
    "old.btf",
    "queue.bpf.o",
    "sample",
    "sample.btf",
];
const EARLIER: &[u8] = b"the earlier output";

/// A folder with `sample`, its BTF, and some of it as a base and a module; and a BPF object with a kernel's BTF.
fn place() -> Place {
    let place = Place::new();
    fs::copy(SAMPLE, place.path("sample")).expect("copied");
    for name in ["old.btf", "queue.bpf.o"] {
        fs::copy(format!("{OBJECTS}{name}"), place.path(name)).expect("copied");
    }
    for command in [
        "encode sample -o sample.btf",
        "encode sample -o base.btf --features decl_tag,type_tag",
        "encode sample -o module.btf --features decl_tag,type_tag,float --base base.btf",
    ] {
        place.run(command.split(' ')).ok();
    }
    place
}

/// Everything that writes a file, with what it writes.
const WRITERS: [(&str, &[&str]); 10] = [
    ("encode sample -o out", &["out"]),
    ("encode sample --patch out", &["out"]),
    (
        "encode sample -o out --patch patched --skipped skipped",
        &["out", "patched", "skipped"],
    ),
    ("dedup sample.btf -o out", &["out"]),
    ("convert sample.btf --sort -o out", &["out"]),
    ("convert sample.btf --endian big -o out", &["out"]),
    (
        "distill module.btf --base base.btf -o out",
        &["out", "out.base"],
    ),
    ("lab --scenario deep --svg out", &["out"]),
    ("core queue.bpf.o --on old.btf --header out", &["out"]),
    ("manual --dir .", &["btfscope.1", "btfscope-encode.1"]),
];

#[test]
fn a_write_that_is_refused_leaves_the_earlier_output_and_nothing_else() {
    let place = place();
    for (command, outputs) in WRITERS {
        for output in outputs {
            place.write(output, EARLIER);
        }
        let before = place.files();
        // In units of 512 bytes: the first write fails, the second, and so on, until all fit.
        let mut blocks = 0;
        let whole = loop {
            let ran = place.shell(&format!("ulimit -f {blocks}; exec \"$0\" {command}"));
            if ran.code == 0 {
                break ran;
            }
            // The check of objects keeps 1 for what fails there.
            let line = ran.fails(if command.starts_with("core") { 2 } else { 1 });
            assert!(
                line.contains("ulimit -f") && line.contains("raise the limit"),
                "{command}: {line}"
            );
            let named = |output: &&str| line.starts_with(&format!("{output}: "));
            assert!(
                outputs.iter().any(named) || line.starts_with("./btfscope"),
                "{command}: {line}"
            );
            assert_eq!(place.files(), before, "{command}, {blocks} blocks");
            for output in outputs {
                assert_eq!(place.read(output), EARLIER, "{command}, {blocks} blocks");
            }
            blocks += 1 + blocks / 3;
        };
        assert_eq!(whole.stderr, "", "{command}");
        for output in outputs {
            assert_ne!(place.read(output), EARLIER, "{command}");
        }
        for output in place.files() {
            if !INPUTS.contains(&output.as_str()) {
                fs::remove_file(place.path(&output)).expect("removed");
            }
        }
    }
}

#[test]
fn a_full_device_is_named_by_everything_that_writes_to_it() {
    let place = place();
    for command in [
        "encode sample -o /dev/full",
        "encode sample --patch /dev/full",
        "encode sample -o out --skipped /dev/full",
        "dedup sample.btf -o /dev/full",
        "convert sample.btf -o /dev/full",
        "lab --scenario deep --svg /dev/full",
    ] {
        assert_eq!(
            place.run(command.split(' ')).fails(1),
            "/dev/full: its device is full; free some space or write elsewhere"
        );
        assert_eq!(place.files(), INPUTS, "{command}");
    }
}

#[test]
fn standard_output_that_is_full_is_told() {
    let place = place();
    let check = format!("lesson check {LESSON}");
    for (command, code) in [
        ("dump sample.btf", 1),
        ("dump sample.btf --format c", 1),
        ("dump sample.btf --format json", 1),
        ("show sample.btf 1", 1),
        ("types sample.btf", 1),
        ("functions sample.btf", 1),
        ("functions sample --left-out", 1),
        ("sources sample", 1),
        ("why sample.btf", 1),
        ("modules sample.btf sample.btf", 1),
        ("stats sample.btf", 1),
        ("diff sample.btf sample.btf", 2),
        ("diff --changes sample.btf sample.btf", 2),
        ("history int sample.btf", 1),
        ("verify sample.btf", 1),
        ("doctor sample.btf --json", 1),
        ("lab --scenario deep", 1),
        ("lab --scenario deep --steps", 1),
        (check.as_str(), 1),
        ("manual encode", 1),
        ("completions bash", 1),
        ("encode sample", 1),
        ("encode sample -o /dev/null --stats json", 1),
        ("--help", 1),
        ("--version", 1),
    ] {
        let ran = place.shell(&format!("exec \"$0\" {command} > /dev/full"));
        assert_eq!(
            ran.fails(code),
            "standard output could not be written: its device is full; free some space or write elsewhere",
            "{command}"
        );
    }
    // A file with a limit is refused like a device, and not by a signal.
    let line = place
        .shell("ulimit -f 1; exec \"$0\" dump sample.btf > text")
        .fails(1);
    assert!(line.contains("a limit (ulimit -f)"), "{line}");
}

#[test]
fn a_full_folder_for_temporary_files_is_named() {
    let place = place();
    let limited = "cat sample | (ulimit -f 1; exec \"$0\" encode - -o /dev/null)";
    let line = place.shell(limited).fails(1);
    assert!(
        line.starts_with("standard input could not be read: its temporary file in ")
            && line.contains("TMPDIR"),
        "{line}"
    );
    let line = place
        .shell("export TMPDIR=/none; cat sample | \"$0\" encode - -o /dev/null")
        .fails(1);
    assert!(
        line.contains("temporary file in /none") && line.contains("TMPDIR"),
        "{line}"
    );
}

const ALL: &str = "+distilled_base";
const FEW: &str = "distilled_base,float";

#[test]
fn of_several_runs_on_one_output_the_last_counts_whole() {
    let place = place();
    // Two results of two files each.
    for (name, features) in [("first", ALL), ("second", FEW)] {
        let alone = format!("encode sample --base sample.btf --features {features} -o {name}");
        place.run(alone.split(' ')).ok();
    }
    let start = |features: &str| -> Child {
        let args = format!("encode sample --base sample.btf --features {features} -o out");
        let mut command = place.command(btfscope());
        command.args(args.split(' ')).spawn().expect("it starts")
    };
    for _ in 0..8 {
        let mut runs: Vec<Child> = [ALL, FEW, ALL, FEW].map(start).into();
        for run in &mut runs {
            assert!(run.wait().expect("ended").success());
        }
        let written = [place.read("out"), place.read("out.base")];
        let is = |name: &str| written == [place.read(name), place.read(&format!("{name}.base"))];
        assert!(is("first") || is("second"));
    }
    assert_eq!(
        place.files(),
        [
            "base.btf",
            "first",
            "first.base",
            "module.btf",
            "old.btf",
            "out",
            "out.base",
            "queue.bpf.o",
            "sample",
            "sample.btf",
            "second",
            "second.base"
        ]
    );
}

#[test]
fn a_file_that_cannot_be_patched_has_its_other_outputs() {
    let place = place();
    place.run("encode sample --patch elf".split(' ')).ok();
    for command in ["encode sample", "dedup elf"] {
        let input = command.split(' ').next_back().unwrap();
        // A section that is of no use here claims to be longer than the file.
        let mut bytes = place.read(input);
        let claims = |bytes: &[u8]| {
            let parsed = elf::Elf::parse(bytes).expect("an ELF file");
            let index = parsed.section(".debug_line").expect("it is there").index.0;
            let headers = bytes[40..48].try_into().expect("eight bytes");
            u64::from_le_bytes(headers) as usize + index as usize * 64 + 32
        };
        let at = claims(&bytes);
        bytes[at..at + 8].copy_from_slice(&0x1000_0000_u64.to_le_bytes());
        place.run(format!("{command} -o whole").split(' ')).ok();
        place.write("damaged", bytes);
        place.write("patched", EARLIER);
        let command = command.replace(input, "damaged");
        let cause = "damaged: it cannot be copied with the new section: the file ends at ";
        let line = place.run(format!("{command} -o out --patch patched").split(' '));
        let line = line.fails(1);
        assert!(
            line.starts_with(cause) && line.ends_with("; the other outputs are complete"),
            "{line}"
        );
        assert!(place.read("out") == place.read("whole"), "{command}");
        let line = place.run(format!("{command} --patch patched").split(' '));
        let line = line.fails(1);
        assert!(
            line.starts_with(cause) && line.ends_with("; the types alone can be written (-o)"),
            "{line}"
        );
        assert_eq!(place.read("patched"), EARLIER, "{command}");
    }
}

#[test]
fn runs_on_one_input_do_not_meet() {
    let place = place();
    let runs: Vec<Child> = (0..4)
        .map(|at| {
            let mut command = place.command(btfscope());
            let args = ["encode", "sample", "-o", &format!("out{at}")].map(str::to_owned);
            command.args(args).spawn().expect("it starts")
        })
        .collect();
    for mut run in runs {
        assert!(run.wait().expect("ended").success());
    }
    for at in 0..4 {
        assert_eq!(place.read(&format!("out{at}")), place.read("sample.btf"));
    }
}

/// A run that waits: its base is a pipe to which nothing is written yet, while the input is open.
fn waiting(place: &Place, name: &str) -> (Child, fs::File) {
    place.tool("mkfifo", &["pipe"]);
    let args = [name, "input", "--base", "pipe", "-o", "out"];
    let mut command = place.command(btfscope());
    let run = command.args(args).stderr(Stdio::piped()).spawn();
    // Opening waits until the command reads, which it does after it has opened its input.
    let base = fs::OpenOptions::new().write(true).open(place.path("pipe"));
    (run.expect("it starts"), base.expect("a pipe"))
}

#[test]
fn an_input_that_is_cut_or_written_to_meanwhile_is_refused() {
    let place = place();
    let base = place.read("base.btf");
    type Change = fn(&mut Vec<u8>);
    let changes: [(Change, &str); 4] = [
        (|bytes| bytes.truncate(bytes.len() / 2), "cut"),
        (Vec::clear, "emptied"),
        (|bytes| bytes.extend_from_within(..), "longer"),
        (|bytes| bytes.reverse(), "another of this length"),
    ];
    for (command, input) in [("dedup", "module.btf"), ("encode", "sample")] {
        for (change, what) in changes {
            let mut bytes = place.read(input);
            place.write("input", &bytes);
            place.write("out", EARLIER);
            let (run, mut pipe) = waiting(&place, command);
            change(&mut bytes);
            place.write("input", &bytes);
            // A reader that has refused its input already is gone.
            let _gone = pipe.write_all(&base);
            drop(pipe);
            let output = run.wait_with_output().expect("ended");
            // What was read meanwhile may be worth a note of its own.
            let says = String::from_utf8_lossy(&output.stderr);
            let line = says.lines().last().unwrap_or_default();
            assert_eq!(output.status.code(), Some(1), "{command}, {what}: {line}");
            let named = line.starts_with("btfscope: input: ");
            assert!(named, "{command}, {what}: {line}");
            assert_eq!(place.read("out"), EARLIER, "{command}, {what}");
            let unfinished = place.files().into_iter().find(|name| name.starts_with('.'));
            assert_eq!(unfinished, None, "{command}, {what}");
            fs::remove_file(place.path("pipe")).expect("removed");
        }
    }
}

#[test]
fn an_input_that_got_a_new_time_meanwhile_is_refused_and_the_line_names_both_causes() {
    let place = place();
    place.write("input", place.read("sample"));
    place.write("out", EARLIER);
    let (run, mut pipe) = waiting(&place, "encode");
    place.tool("touch", &["-d", "2020-01-01", "input"]);
    pipe.write_all(&place.read("base.btf")).expect("read");
    drop(pipe);
    let output = run.wait_with_output().expect("ended");
    let says = String::from_utf8_lossy(&output.stderr);
    let line = says.lines().last().unwrap_or_default();
    assert_eq!(output.status.code(), Some(1), "{line}");
    assert!(
        line.contains("was written to, or got a new time (touch)"),
        "{line}"
    );
    assert!(line.contains("run this again"), "{line}");
    assert_eq!(place.read("out"), EARLIER);
}

/// A library that takes the place of the system's call: it notes how long the file is that is to be on the disk, and what the
/// output has at that time. It refuses if `REFUSE` is set.
const SYNC: &str = r#"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
int fdatasync(int fd)
{
    struct stat unfinished, output;
    FILE *log = fopen("log", "a");
    fstat(fd, &unfinished);
    if (stat("out", &output)) output.st_size = -1;
    fprintf(log, "%lld %lld\n", (long long)unfinished.st_size, (long long)output.st_size);
    fclose(log);
    if (!getenv("REFUSE")) return 0;
    errno = EIO;
    return -1;
}
"#;

#[test]
#[cfg(target_os = "linux")]
fn an_output_gets_its_name_when_its_bytes_are_on_the_disk_and_not_before() {
    let place = place();
    place.write("sync.c", SYNC);
    place.tool("cc", &["-shared", "-fPIC", "sync.c", "-o", "sync.so"]);
    place.run("encode sample -o whole".split(' ')).ok();
    let (whole, earlier) = (place.read("whole").len(), EARLIER.len());
    for command in ["encode sample -o out", "encode sample --patch out"] {
        let run = |more: &str| {
            place.write("out", EARLIER);
            place.write("log", "");
            place.shell(&format!(
                "{more} LD_PRELOAD=./sync.so exec \"$0\" {command}"
            ))
        };
        run("").ok();
        let log = String::from_utf8(place.read("log")).expect("text");
        let written = place.read("out").len();
        // All bytes exist, and the name still means the earlier file.
        assert_eq!(log, format!("{written} {earlier}\n"), "{command}");
        assert!(written >= whole, "{command}");

        let says = run("REFUSE=1").fails(1);
        assert!(says.contains("out"), "{says}");
        assert_eq!(place.read("out"), EARLIER, "{command}");
        let unfinished = place.files().into_iter().find(|name| name.starts_with('.'));
        assert_eq!(unfinished, None, "{command}");
    }
}

#[test]
fn an_input_that_is_replaced_meanwhile_is_read_as_it_was() {
    let place = place();
    place.write("input", place.read("sample"));
    let alone = "encode sample --base base.btf -o alone";
    place.run(alone.split(' ')).ok();
    let (run, mut pipe) = waiting(&place, "encode");
    place.write("new", "something else");
    fs::rename(place.path("new"), place.path("input")).expect("replaced");
    pipe.write_all(&place.read("base.btf")).expect("read");
    drop(pipe);
    let output = run.wait_with_output().expect("ended");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(place.read("out"), place.read("alone"));
}

#[test]
fn a_link_that_leads_nowhere_yet_stays_a_link_and_its_file_is_made() {
    let place = place();
    fs::create_dir_all(place.path("folder/inner")).expect("made");
    symlink("made", place.path("one")).expect("linked");
    symlink("folder/second", place.path("two")).expect("linked");
    symlink("../third", place.path("folder/second")).expect("linked");
    for (name, file) in [("one", "made"), ("two", "third")] {
        place.run(["dedup", "sample.btf", "-o", name]).ok();
        let link = fs::symlink_metadata(place.path(name)).expect("exists");
        assert!(link.is_symlink(), "{name}");
        assert_eq!(place.read(file), place.read("sample.btf"));
        assert_eq!(place.read(name), place.read("sample.btf"));
    }
}

#[test]
fn names_that_cannot_be_written_are_refused_before_the_work() {
    let place = place();
    fs::create_dir(place.path("folder")).expect("made");
    fs::hard_link(place.path("sample.btf"), place.path("hard")).expect("linked");
    for (name, target) in [
        ("circle", "round"),
        ("round", "circle"),
        ("lost", "none/out"),
        ("link", "sample.btf"),
        ("there", "folder"),
    ] {
        symlink(target, place.path(name)).expect("linked");
    }
    let input = "this is the input file, which is not written over; name another file";
    let directory = "this is a directory; name a file in it to write to";
    let none = "the link leads to none/out, and the directory none does not exist; make it first";
    for (name, cause) in [
        ("circle", "its symbolic links lead in a circle; name a file"),
        ("lost", none),
        ("link", input),
        ("hard", input),
        ("folder", directory),
        ("there", directory),
        (
            "new/",
            "a directory of this name does not exist; name a file",
        ),
        (
            "sample/out",
            "a part of this path is a file and no directory; write elsewhere",
        ),
    ] {
        let before = place.files();
        let line = place.run(["dedup", "sample.btf", "-o", name]).fails(1);
        assert_eq!(line, format!("{name}: {cause}"));
        assert_eq!(place.files(), before);
    }
    assert_eq!(place.run(["verify", "sample.btf"]).code, 0);
}

#[test]
fn pipes_and_open_files_are_written_where_they_are() {
    let place = place();
    let whole = place.read("sample.btf");
    place
        .shell("mkfifo pipe; cat pipe > piped & \"$0\" dedup sample.btf -o pipe; wait")
        .ok();
    assert_eq!(place.read("piped"), whole);
    for name in ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"] {
        place
            .shell(&format!(
                "{{ printf head; \"$0\" dedup sample.btf -o {name}; printf tail; }} > both"
            ))
            .ok();
        assert_eq!(
            place.read("both"),
            [b"head", &whole[..], b"tail"].concat(),
            "{name}"
        );
    }
    place
        .shell("\"$0\" dedup sample.btf -o /dev/fd/3 3> third")
        .ok();
    assert_eq!(place.read("third"), whole);
}

#[test]
fn a_hyphen_is_standard_output_of_everything_that_writes_one_file() {
    let place = place();
    for made in [
        "encode sample --patch elf",
        "distill module.btf --base base.btf -o split",
    ] {
        place.run(made.split(' ')).ok();
    }
    let before = place.files();
    for command in [
        "encode sample -o",
        "encode sample --patch",
        "encode sample --skipped",
        "dedup sample.btf -o",
        "dedup elf --patch",
        "convert sample.btf --sort -o",
        "relocate split --base base.btf -o",
        "lab --scenario deep --svg",
    ] {
        place.shell(&format!("exec \"$0\" {command} out")).ok();
        let whole = place.read("out");
        place.shell(&format!("exec \"$0\" {command} ./-")).ok();
        assert_eq!(place.read("-"), whole, "{command} ./-");
        for name in ["out", "-"] {
            fs::remove_file(place.path(name)).expect("removed");
        }
        place.shell(&format!("\"$0\" {command} - | cat > out")).ok();
        assert_eq!(place.read("out"), whole, "{command} -");
        let full = place.shell(&format!("exec \"$0\" {command} - > /dev/full"));
        assert_eq!(
            full.fails(1),
            "standard output could not be written: its device is full; free some space or write elsewhere",
            "{command}"
        );
        fs::remove_file(place.path("out")).expect("removed");
        assert_eq!(place.files(), before, "{command}");
    }
}

#[test]
fn standard_output_takes_one_thing() {
    let place = place();
    place.run("encode sample --patch elf".split(' ')).ok();
    let before = place.files();
    let second = |ending: &str| {
        format!(
            "this run writes two files, and the second is called as the first with {ending} at its end; name a file"
        )
    };
    for (command, cause) in [
        (
            "encode sample -o - --patch -",
            "-o and --patch name the same file; name two".to_owned(),
        ),
        (
            "encode sample -o - --skipped -",
            "--skipped names the file of another output; name another".to_owned(),
        ),
        (
            "encode sample --skipped - --stats text",
            "--stats prints there too; name a file".to_owned(),
        ),
        (
            "dedup elf -o - --patch -",
            "-o and --patch name the same file; name two".to_owned(),
        ),
        ("encode sample -o - --features inline", second(".inline")),
        (
            "encode sample --base base.btf -o - --features +distilled_base",
            second(".base"),
        ),
        ("distill module.btf --base base.btf -o -", second(".base")),
    ] {
        assert_eq!(
            place.run(command.split(' ')).fails(1),
            format!("standard output: {cause}"),
            "{command}"
        );
        assert_eq!(place.files(), before, "{command}");
    }
    let line = place.run("distill module.btf --base base.btf -o /dev/stdout".split(' '));
    assert_eq!(line.fails(1), format!("/dev/stdout: {}", second(".base")));
}

#[test]
fn a_file_without_a_stated_length_is_read_to_its_end() {
    let place = Place::new();
    for command in [
        "dump /proc/self/maps",
        "verify /proc/self/maps",
        "encode /proc/self/maps -o out",
        "types /proc/self/maps",
    ] {
        let line = place.run(command.split(' ')).fails(1);
        assert!(line.contains("it starts with "), "{command}: {line}");
    }
    assert_eq!(place.files(), [""; 0]);
}
