//! Packages and images wherever a file is named, and `btfscope unpack`.

use crate::common::Place;
use std::fs;

/// A folder with `linux.deb`, which has a kernel with debug information and a module, and `prog.btf`, the BTF of that kernel.
fn place() -> Place {
    let place = Place::new();
    place.build_program();
    place.run(["encode", "prog", "-o", "prog.btf"]).ok();
    place.write("debian-binary", "2.0\n");
    place
        .shell(
            "mkdir -p boot lib && cp prog boot/vmlinux-6.1.0 && cp prog lib/sctp.ko && xz lib/sctp.ko && \
             tar -cJf data.tar.xz boot lib && ar q linux.deb debian-binary data.tar.xz 2>/dev/null",
        )
        .ok();
    place
}

#[test]
#[ignore = "needs ar, tar, xz"]
fn a_package_stands_for_its_kernel_in_every_command() {
    let place = place();
    place.run(["encode", "linux.deb", "-o", "packed.btf"]).ok();
    assert_eq!(place.read("packed.btf"), place.read("prog.btf"));
    place
        .shell("\"$0\" encode - -o piped.btf < linux.deb && cat linux.deb | \"$0\" encode - -o piped.2 && cmp piped.btf piped.2")
        .ok();
    assert_eq!(place.read("piped.btf"), place.read("prog.btf"));
    // The patched file is that of the kernel.
    place
        .run(["encode", "linux.deb", "--patch", "patched"])
        .ok();
    place.run(["encode", "prog", "--patch", "wanted"]).ok();
    assert_eq!(place.read("patched"), place.read("wanted"));
    for (command, file) in [
        ("show FILE struct shared", "patched"),
        ("types FILE", "prog"),
        ("sources FILE", "prog"),
        ("dump FILE", "patched"),
    ] {
        let plain = place
            .shell(&format!("\"$0\" {}", command.replace("FILE", file)))
            .ok();
        place
            .shell(&format!(
                "gzip -c {file} > {file}.gz && zip -q {file}.zip {file}"
            ))
            .ok();
        for packed in [format!("{file}.gz"), format!("{file}.zip")] {
            let ran = place
                .shell(&format!("\"$0\" {}", command.replace("FILE", &packed)))
                .ok();
            assert_eq!(ran.replace(&packed, file), plain, "{command} {packed}");
        }
    }
    place
        .shell("\"$0\" diff patched 'patched.zip!patched'")
        .ok();
}

#[test]
#[ignore = "needs ar, tar, xz"]
fn a_file_without_a_command_is_summed_up() {
    let place = place();
    // Times and memory, which come last, are those of each run.
    let steady = |text: String| text.split("Read the file").next().map(str::to_owned);
    for file in ["prog", "linux.deb", "linux.deb!vmlinux-6.1.0"] {
        let encoded = place.run(["encode", file]).ok();
        assert_eq!(steady(place.run([file]).ok()), steady(encoded), "{file}");
    }
    let counted = place.run(["stats", "prog.btf"]).ok();
    assert_eq!(place.run(["prog.btf"]).ok(), counted);
    assert_eq!(place.run(["--budget", "2", "prog.btf"]).ok(), counted);
    let piped = place.shell("\"$0\" - < prog.btf && cat linux.deb | \"$0\" --budget=2 -");
    let piped = piped.ok();
    assert!(
        piped.contains("standard input: ") && piped.contains("Dedup: "),
        "{piped}"
    );
    // A file that is called like a command does not hide it, and a wrong command is no file.
    place.write("stats", "");
    place.run(["stats"]).fails(2);
    let line = place.run(["vmlinx"]).fails(2);
    assert!(line.contains("unrecognized subcommand"), "{line}");
    let line = place.run(["prog", "-o", "x"]).fails(2);
    assert!(line.contains("unrecognized subcommand"), "{line}");
}

#[test]
#[ignore = "needs ar, tar, xz"]
fn unpack_lists_and_writes_what_a_package_contains() {
    let place = place();
    let list = place.run(["unpack", "linux.deb", "--list"]).ok();
    let lines: Vec<Vec<&str>> = list
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(lines[0], ["a", "Debian", "package"]);
    assert_eq!((lines[1][0], lines[1][2]), ("kernel", "boot/vmlinux-6.1.0"));
    assert_eq!((lines[2][0], lines[2][2]), ("module", "lib/sctp.ko.xz"));
    assert_eq!(lines[3], ["and", "0", "other", "files"]);
    fs::create_dir(place.path("out")).unwrap();
    place.run(["unpack", "linux.deb", "-o", "out"]).ok();
    place.run(["unpack", "linux.deb!sctp.ko", "-o", "out"]).ok();
    assert_eq!(place.read("out/vmlinux-6.1.0"), place.read("prog"));
    assert_eq!(place.read("out/sctp.ko"), place.read("prog"));
    fs::remove_file(place.path("out/sctp.ko")).unwrap();
    assert_eq!(
        place
            .run(["unpack", "linux.deb", "--modules", "-o", "out"])
            .ok(),
        "1 modules\n"
    );
    assert_eq!(place.read("out/sctp.ko"), place.read("prog"));
    let line = place.run(["unpack", "linux.deb!nfs.ko"]).fails(1);
    assert!(line.contains("it contains no file \"nfs.ko\""), "{line}");
}

#[test]
#[ignore = "needs ar, tar, xz"]
fn a_limit_that_stops_unpacking_is_named_and_nothing_is_left() {
    let place = place();
    place.write("vmlinux-6.1.0", "the earlier output");
    let before = place.files();
    // In units of 512 bytes, until the kernel fits into the temporary file and the output.
    let mut blocks = 0;
    loop {
        let ran = place.shell(&format!("ulimit -f {blocks}; exec \"$0\" unpack linux.deb"));
        if ran.code == 0 {
            break;
        }
        let line = ran.fails(1);
        let is_spooled = line.contains("its temporary file in ") && line.contains("--tmp");
        assert!(
            line.contains("a limit (ulimit -f) allows; raise the limit")
                && (is_spooled || line.starts_with("./vmlinux-6.1.0: ")),
            "{line}"
        );
        assert_eq!(place.files(), before, "{blocks} blocks");
        assert_eq!(place.read("vmlinux-6.1.0"), b"the earlier output");
        blocks += 1 + blocks / 3;
    }
    assert!(blocks > 0, "no limit was too small");
    assert_eq!(place.read("vmlinux-6.1.0"), place.read("prog"));
}

#[test]
#[ignore = "needs ar, tar, xz"]
fn a_package_is_never_written_over_and_room_is_missed_before() {
    let place = place();
    let line = place
        .run(["encode", "linux.deb", "-o", "linux.deb"])
        .fails(1);
    assert!(line.contains("this is the input file"), "{line}");
    let line = place
        .run(["encode", "linux.deb", "--tmp", "nowhere", "-o", "x"])
        .fails(1);
    assert!(line.contains("its temporary file in nowhere"), "{line}");
    place.shell("tar -cf two.tar prog boot && cp boot/vmlinux-6.1.0 boot/vmlinux-6.2.0 && tar -cf several.tar boot").ok();
    let line = place.run(["stats", "several.tar"]).fails(1);
    assert!(
        line.contains("several kernels: boot/vmlinux-6.1.0, boot/vmlinux-6.2.0"),
        "{line}"
    );
    place
        .run(["encode", "several.tar!vmlinux-6.2.0", "-o", "x"])
        .ok();
    assert_eq!(place.read("x"), place.read("prog.btf"));
}
