//! `btfscope doctor` on small files, each with one thing wrong. `tests/doctor/` has them.

use crate::common::Place;
use std::path::{Path, PathBuf};

fn input(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/doctor")
        .join(name)
}

#[test]
fn a_healthy_kernel_ends_with_0_and_lists_what_was_checked() {
    let place = Place::new();
    let (kernel, module) = (input("healthy.elf"), input("healthy.ko"));
    let ran = place.run(["doctor".as_ref(), kernel.as_os_str(), module.as_os_str()]);
    let text = ran.ok();
    assert!(
        text.starts_with("healthy.elf (Linux 7.2.0-example) with healthy.ko\nNo problems found\n"),
        "{text}"
    );
    assert!(
        text.contains("  Kfuncs             2 listed, 2 tagged\n"),
        "{text}"
    );
    assert!(
        text.contains("  healthy.ko         2 types; made for this base\n"),
        "{text}"
    );
}

#[test]
fn exit_codes_tell_warnings_from_errors() {
    let place = Place::new();
    for (name, code) in [("kfuncs-untagged", 3), ("implicit-arguments", 4)] {
        let kernel = input(&format!("{name}.elf"));
        let ran = place.run(["doctor".as_ref(), kernel.as_os_str()]);
        assert_eq!((ran.code, ran.stderr.as_str()), (code, ""));
        assert!(
            ran.stdout.contains(&format!(" [{name}]\n")),
            "{}",
            ran.stdout
        );
        assert!(ran.stdout.contains("\n  cause "), "{}", ran.stdout);
        assert!(ran.stdout.contains("\n  fix   "), "{}", ran.stdout);
    }
}

#[test]
fn what_is_neither_elf_nor_btf_is_no_finding() {
    let place = Place::new();
    place.write("notes.txt", "neither");
    let line = place.run(["doctor", "notes.txt"]).fails(1);
    assert!(line.contains("neither an ELF file nor BTF"), "{line}");
}

#[test]
fn json_has_codes_for_scripts() {
    let place = Place::new();
    let (kernel, module) = (input("healthy.elf"), input("other-base.ko"));
    let ran = place.run([
        "doctor".as_ref(),
        kernel.as_os_str(),
        module.as_os_str(),
        "--json".as_ref(),
    ]);
    assert_eq!(ran.code, 4);
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(json["findings"][0]["code"], "other-base");
    assert_eq!(json["findings"][0]["file"], "other-base.ko");
    assert_eq!(json["findings"][0]["severity"], "error");
    assert_eq!(json["kernel"], "healthy.elf");
}

#[test]
fn named_readers_are_judged_by_their_versions() {
    let place = Place::new();
    let wide = place.path("wide.btf");
    let kernel = input("healthy.elf");
    let convert: [&std::ffi::OsStr; 5] = [
        "convert".as_ref(),
        kernel.as_os_str(),
        "--layout".as_ref(),
        "-o".as_ref(),
        wide.as_os_str(),
    ];
    place.run(convert).ok();
    let asked = |readers: &str| {
        place.run([
            "doctor".as_ref(),
            wide.as_os_str(),
            "--for".as_ref(),
            readers.as_ref(),
        ])
    };
    assert_eq!(asked("libbpf=1.5,kernel=7.2").code, 0);
    let ran = asked("kernel=6.6");
    assert_eq!(ran.code, 4);
    assert!(
        ran.stdout
            .contains("Linux 6.6 does not read a layout section [reader-refuses]"),
        "{}",
        ran.stdout
    );
    let line = asked("libfoo=1").fails(2);
    assert!(
        line.contains("those are libbpf, bpftool, cilium, aya, btf-rs, kernel"),
        "{line}"
    );
}

/// A real kernel with its modules; the files are Debian's.
#[test]
#[ignore = "needs BTFSCOPE_KERNEL, BTFSCOPE_MODULES"]
fn a_real_kernel_with_its_modules_is_healthy() {
    let place = Place::new();
    let env = |name: &str| std::env::var_os(name).unwrap_or_else(|| panic!("{name} is not set"));
    let (kernel, folder) = (
        env("BTFSCOPE_KERNEL"),
        PathBuf::from(env("BTFSCOPE_MODULES")),
    );
    let mut args = vec!["doctor".into(), kernel];
    let modules = std::fs::read_dir(folder).expect("a folder");
    args.extend(modules.map(|file| file.expect("a file").path().into_os_string()));
    let text = place.run(&args).ok();
    assert!(text.contains("\nNo problems found\n"), "{text}");
}

/// A kernel in small: `.BTF_ids` names a function of which two units have one each, so BTF may not describe it, and two units
/// disagree on a core type.
const UNIT: &str = "
asm(\".pushsection .BTF_ids,\\\"a\\\"\\n__BTF_ID__func__example_hook__\" NUMBER \": .long 0\\n.popsection\");
struct dentry { int state; };
struct task_struct { FIRST; struct dentry *dentry; };
static int __attribute__((noinline)) example_hook(struct task_struct *task) { return task->dentry->state + __COUNTER__; }
int ENTRY(struct task_struct *task) { return example_hook(task); }
";

#[test]
#[ignore = "needs gcc"]
fn dwarf_tells_reasons_and_units() {
    let place = Place::new();
    for (unit, first, entry) in [("one", "int pid", "first"), ("two", "long pid", "second")] {
        let number = format!("#define NUMBER \"{unit}\"\n");
        let defines = format!("#define FIRST {first}\n#define ENTRY {entry}\n");
        place.write(&format!("{unit}.c"), format!("{number}{defines}{UNIT}"));
    }
    let build = [
        "-g",
        "-O1",
        "-nostdlib",
        "-Wl,-e,0",
        "one.c",
        "two.c",
        "-o",
        "bare",
    ];
    place.tool("gcc", &build);
    place.run(["encode", "bare", "--patch", "vmlinux"]);
    let without = place.run(["doctor", "vmlinux"]);
    assert!(
        without.stdout.contains("\n    example_hook\n"),
        "{}",
        without.stdout
    );
    let ran = place.run(["doctor", "vmlinux", "--dwarf"]);
    assert_eq!(ran.code, 4);
    let text = ran.stdout;
    assert!(text.contains("\n    example_hook: "), "{text}");
    assert!(
        text.contains("struct task_struct, 16 bytes, 1 unit: one.c\n"),
        "{text}"
    );
    assert!(
        text.contains("struct task_struct, 16 bytes, 1 unit: two.c\n"),
        "{text}"
    );
    assert!(
        text.contains("member 1 is `int pid` at 0 here, `long int pid` at 0 there"),
        "{text}"
    );
}
