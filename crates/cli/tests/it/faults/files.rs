//! Files that need another: a module its kernel, a program its debug file.

use super::input;
use crate::common::Place;

/// A module built outside the kernel's tree brings what it needs of the kernel; on the kernel's BTF its types are the
/// kernel's.
#[test]
fn a_module_with_its_own_base_is_moved_to_the_kernel_s() {
    let place = Place::new();
    let (module, kernel) = (
        input("distilled-base/module-with-own-base.o"),
        input("distilled-base/vm.btf"),
    );
    let run = |args: &[&str]| {
        let last = [module.as_os_str(), "--base".as_ref(), kernel.as_os_str()];
        let (first, rest) = args.split_first().expect("a command");
        place.run(
            [first.as_ref()]
                .into_iter()
                .chain(last)
                .chain(rest.iter().map(AsRef::as_ref)),
        )
    };
    let dump = run(&["dump"]).ok();
    assert!(dump.contains("[12] STRUCT 'mine' size=32 vlen=3"), "{dump}");
    assert!(dump.contains("[15] FUNC 'mod_fn'"), "{dump}");
    assert!(run(&["show", "mine"]).ok().starts_with("struct mine {"));
    assert!(run(&["functions"]).ok().contains("mod_fn"));
    assert!(run(&["verify"]).ok().ends_with("no rule broken.\n"));
    assert!(
        run(&["dedup", "--patch", "out.o"])
            .fails(1)
            .contains("brings its own base (.BTF.base)")
    );
}

/// A program without debug information and its debug file: each has what the other lacks.
#[test]
fn a_separate_debug_file_is_followed_and_read_with_its_program() {
    let place = Place::new();
    let copy = |name: &str, to: &str| {
        let bytes = std::fs::read(input(&format!("debug-file/{name}"))).expect("committed");
        place.write(to, bytes);
    };
    let tags = |btf: &str| {
        place
            .run(["dump", btf])
            .ok()
            .matches("DECL_TAG 'bpf_kfunc'")
            .count()
    };
    copy("stripped.o", "stripped.o");
    // The file is named where it is missing, and where it is of another build.
    let missing = place.run(["encode", "stripped.o", "-o", "out.btf"]);
    assert!(
        missing
            .stderr
            .contains("it was moved into the file k.debug (.gnu_debuglink)"),
        "{missing:?}"
    );
    place.write("k.debug", place.read("stripped.o"));
    let other = place.run(["encode", "stripped.o", "-o", "out.btf"]);
    assert!(
        other.code == 1
            && other
                .stderr
                .contains("k.debug is the debug file of another build"),
        "{other:?}"
    );

    copy("k.debug", "k.debug");
    let both = place.run(["encode", "stripped.o", "-o", "both.btf"]);
    assert!(
        both.code == 0 && both.stderr.contains("the debug information is taken from "),
        "{both:?}"
    );
    assert_eq!(tags("both.btf"), 2);
    let patched = place.run(["encode", "stripped.o", "--patch", "patched.o"]);
    assert_eq!((patched.code, tags("patched.o")), (0, 2));

    let alone = place.run(["encode", "k.debug", "-o", "alone.btf"]);
    assert!(
        alone.stderr.contains("encode --sections-from FILE"),
        "{alone:?}"
    );
    assert_eq!(tags("alone.btf"), 0);
    let words = [
        "encode",
        "k.debug",
        "--sections-from",
        "stripped.o",
        "-o",
        "named.btf",
    ];
    assert_eq!(place.run(words).ok(), "");
    assert!(place.read("named.btf") == place.read("both.btf"));
    let words = [
        "encode",
        "k.debug",
        "--sections-from",
        "k.debug",
        "-o",
        "none.btf",
    ];
    assert!(
        place
            .run(words)
            .stderr
            .contains("it has the bytes of no section")
    );
}

/// A module encoded on the types of a kernel for which it was not built: the result is written, and what does not fit is
/// said.
#[test]
fn a_module_of_another_kernel_is_named() {
    let place = Place::new();
    let modinfo = |text: &str| {
        format!(
            "__asm__(\".pushsection .modinfo,\\\"a\\\"\\n.asciz \\\"{text}\\\"\\n.popsection\");\n"
        )
    };
    let build = |name: &str, members: &str, vermagic: &str| {
        let this = "__attribute__((section(\".gnu.linkonce.this_module\"))) struct module __this_module;\n";
        let text = format!(
            "struct module {{ long a; {members} }};\n{this}{}",
            modinfo(vermagic)
        );
        place.write(&format!("{name}.c"), text);
        place.tool(
            "cc",
            &[
                "-g",
                "-c",
                &format!("{name}.c"),
                "-o",
                &format!("{name}.ko"),
            ],
        );
    };
    let banner = "const char banner[] = \"Linux version 6.1.0-1-amd64 (someone) \";\n";
    place.write(
        "vmlinux.c",
        format!("struct module {{ long a; }} kernel;\n{banner}"),
    );
    let linked = [
        "-g",
        "-nostdlib",
        "-static",
        "-Wl,-e0",
        "vmlinux.c",
        "-o",
        "vmlinux",
    ];
    place.tool("cc", &linked);
    assert_eq!(
        place.run(["encode", "vmlinux", "--patch", "kernel"]).code,
        0
    );

    build("own", "", "vermagic=6.1.0-1-amd64 SMP ");
    build("other", "long b;", "vermagic=6.12.9-amd64 SMP ");
    let encode = |module: &str| place.run(["encode", module, "--base", "kernel", "-o", "out.btf"]);
    assert_eq!(encode("own.ko").ok(), "");
    let other = encode("other.ko");
    assert_eq!(other.code, 0);
    for part in [
        "built for Linux 6.12.9-amd64 (vermagic), but the base is that of 6.1.0-1-amd64",
        "struct module has 16 bytes in this module and 8 in the base",
    ] {
        assert!(other.stderr.contains(part), "{}", other.stderr);
    }
}
