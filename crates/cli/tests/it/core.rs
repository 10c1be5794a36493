//! `btfscope core` on the sample of its crate: a program built for one kernel, and two kernels, of which one renamed a member.

use crate::common::Place;
use std::fs;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../core-check/tests/data/");

/// A folder with the program and the kernels.
fn place() -> Place {
    let place = Place::new();
    for name in ["queue.bpf.o", "old.btf", "new.btf"] {
        fs::copy(format!("{DATA}{name}"), place.path(name)).expect("copied");
    }
    place
}

#[test]
fn a_program_that_works_ends_with_0_and_one_that_does_not_with_1_and_the_reason() {
    let place = place();
    let good = place.run(["core", "queue.bpf.o", "--on", "old.btf"]);
    assert_eq!(
        good.ok(),
        "object       old\nqueue.bpf.o  ✓ ok\n\n1 of 1 object passes on the kernel\n"
    );
    let ran = place.run(["core", "queue.bpf.o", "--on", "old.btf", "new.btf"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (1, ""));
    let expected = "object       old          new
queue.bpf.o  ✓ ok         ✕ fails 1

0 of 1 object passes on both kernels

queue.bpf.o on new
  fails: struct run_queue has no member waiting
    program   length
    source    queue.bpf.c:12: return queue->waiting;
    access    struct run_queue.waiting
    built for int waiting
    kernel    int queued, at the same place: perhaps its new name
    effect    libbpf poisons the instruction, and the verifier comes to it.
    life      works on old
    write     struct run_queue___new {
                  int queued;
              } __attribute__((preserve_access_index));

              if (bpf_core_field_exists(p->waiting))
                  value = BPF_CORE_READ(p, waiting);
              else
                  value = BPF_CORE_READ((struct run_queue___new *)p, queued);
";
    assert_eq!(ran.stdout, expected);
}

#[test]
fn json_markdown_csv_and_svg_contain_the_same() {
    let place = place();
    let of = |form: &str| {
        let ran = place.run([
            "core",
            "queue.bpf.o",
            "--format",
            form,
            "--on",
            "old.btf",
            "new.btf",
        ]);
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        ran.stdout
    };
    let json: serde_json::Value = serde_json::from_str(&of("json")).expect("it is JSON");
    assert_eq!(json["objects"][0]["cells"][1]["state"], "fails");
    assert_eq!(
        json["objects"][0]["cells"][1]["reasons"][0]["works_on"][0],
        "old"
    );
    assert_eq!(
        of("csv"),
        "object,program,kernel,state,reasons\nqueue.bpf.o,,old,ok,\nqueue.bpf.o,length,old,ok,\n\
         queue.bpf.o,,new,fails,struct run_queue has no member waiting\nqueue.bpf.o,length,new,fails,struct run_queue has no member waiting\n"
    );
    let svg = of("svg");
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
    assert!(svg.contains(">queue.bpf.o</text>") && svg.contains(">✕ fails 1</text>"));
    assert_eq!(
        json["objects"][0]["cells"][1]["reasons"][0]["of_type"],
        "struct run_queue"
    );
    assert!(of("markdown").contains("\n| `queue.bpf.o` | ✓ ok | ✕ fails 1 |\n"));
}

#[test]
fn a_gate_fails_only_if_a_state_got_worse() {
    let place = place();
    let args = |kernels: &[&'static str]| {
        let mut args = vec!["core", "queue.bpf.o", "--expect", "expected.csv", "--on"];
        args.extend(kernels);
        args
    };
    place.write(
        "expected.csv",
        "object,program,kernel,state,reasons\nqueue.bpf.o,,new,fails,\n",
    );
    place.run(args(&["old.btf", "new.btf"])).ok();
    place.write("expected.csv", "queue.bpf.o,,new,ok,\n");
    let ran = place.run(args(&["new.btf"]));
    assert_eq!(
        (ran.code, ran.stderr.as_str()),
        (
            1,
            "btfscope: queue.bpf.o on new: ok was expected, and it is fails\n"
        )
    );
    place.write("expected.csv", "queue.bpf.o,,new,fine,\n");
    assert!(
        place
            .run(args(&["new.btf"]))
            .fails(2)
            .contains("line 1: \"fine\" is no state")
    );
}

#[test]
fn objects_are_found_in_programs_and_kernels_in_directories() {
    let place = place();
    // A program of another machine with an object in its data.
    let mut program = fs::read(env!("CARGO_BIN_EXE_btfscope")).expect("the command itself");
    program.extend(fs::read(place.path("queue.bpf.o")).expect("the object"));
    place.write("tool", &program);
    fs::create_dir(place.path("6.1.0")).expect("a folder");
    fs::rename(place.path("old.btf"), place.path("6.1.0/vmlinux")).expect("moved");
    place.write("6.1.0/config-6.1.0", b"CONFIG_BPF=y\n");
    let ran = place.run(["core", "tool", "--on", "6.1.0"]);
    assert!(ran.ok().starts_with("object  6.1.0\ntool    ✓ ok\n"));
    fs::create_dir(place.path("empty")).expect("a folder");
    let line = place.run(["core", "tool", "--on", "empty"]).fails(2);
    assert!(
        line.contains("no file whose name begins with vmlinux"),
        "{line}"
    );
}

#[test]
fn the_minimal_btf_gives_the_same_answer() {
    let place = place();
    place
        .run(["core", "queue.bpf.o", "--min", "min", "--on", "old.btf"])
        .ok();
    let (small, whole) = (place.read("min/old.btf"), place.read("old.btf"));
    assert!(small.len() < whole.len());
    let text = String::from_utf8_lossy(&small).into_owned();
    assert!(text.contains("waiting") && !text.contains("cpu") && !text.contains("pick_next"));
}

#[test]
fn what_is_needed_of_a_kernel_is_a_kernel_for_the_next_check() {
    let place = place();
    fs::create_dir(place.path("6.1.0")).expect("a folder");
    fs::rename(place.path("old.btf"), place.path("6.1.0/vmlinux")).expect("moved");
    let on = |kernel: &str, args: &[&str]| {
        let mut all = vec!["core", "queue.bpf.o", "--on", kernel];
        all.extend(args);
        place.run(all).ok().to_owned()
    };
    let whole = on("6.1.0", &["--min", "min", "--min-split", "--min-all"]);
    assert_eq!(on("min/6.1.0", &[]), whole);
    assert!(place.read("min/6.1.0/vmlinux").len() < place.read("6.1.0/vmlinux").len());
    let refused = place.run(["core", "queue.bpf.o", "--on", "6.1.0", "--min-split"]);
    assert_eq!(refused.code, 2);
}

#[test]
fn the_header_has_what_the_object_reads_of_both_kernels() {
    let place = place();
    let args = [
        "core",
        "queue.bpf.o",
        "--header",
        "vmlinux.h",
        "--on",
        "old.btf",
        "new.btf",
    ];
    assert_eq!(place.run(args).code, 1);
    let header = String::from_utf8(place.read("vmlinux.h")).expect("text");
    assert!(
        header.starts_with("// What queue.bpf.o needs of old, new.\n"),
        "{header}"
    );
    let of = |name: &str| {
        let (_, rest) = header
            .split_once(&format!("struct {name} {{\n"))
            .expect("it is defined");
        rest.split('}').next().unwrap_or_default().to_owned()
    };
    assert!(of("run_queue").contains("int waiting;"));
    let new = of("run_queue___new");
    assert!(
        new.contains("int queued;") && !new.contains("waiting"),
        "{new}"
    );
    assert!(!header.contains("cpu"), "{header}");
}

#[test]
fn trouble_ends_with_2() {
    let place = place();
    assert!(
        place
            .run(["core", "absent.o", "--on", "old.btf"])
            .fails(2)
            .contains("absent.o")
    );
    place.write("text", b"no object");
    place.run(["core", "text", "--on", "old.btf"]).fails(2);
    place.run(["core", "queue.bpf.o", "--on", "text"]).fails(2);
    place
        .run(["core", "queue.bpf.o", "--on", "old.btf", "--min", "text"])
        .fails(2);
    let machine = place.run([
        "core".as_ref(),
        env!("CARGO_BIN_EXE_btfscope").as_ref(),
        "--on".as_ref(),
        "old.btf".as_ref() as &std::ffi::OsStr,
    ]);
    assert!(machine.fails(2).contains("contains no BPF object"));
}

/// The script of the action, as GitHub's runner hands it to bash.
fn action_script() -> String {
    let action = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../action.yml"));
    let action = action.expect("the action is at the top of the repository");
    let (_, script) = action
        .split_once("run: |\n")
        .expect("the step has a script");
    let lines = script.lines().map(|line| line.trim_start_matches(' '));
    lines.collect::<Vec<&str>>().join("\n")
}

#[test]
#[ignore = "needs bash"]
fn the_action_fails_as_the_gate_does_and_leaves_a_report() {
    let place = place();
    let run = |expect: &str| {
        for name in ["output", "summary"] {
            place.write(name, b"");
        }
        let status = std::process::Command::new("bash")
            .args(["-e", "-o", "pipefail", "-c", &action_script()])
            .current_dir(place.path(""))
            .env("OBJECTS", "*.bpf.o")
            .env("KERNELS", "old.btf new.btf")
            .env("EXPECT", expect)
            .env("BTFSCOPE", env!("CARGO_BIN_EXE_btfscope"))
            .env("RUNNER_TEMP", place.path(""))
            .env("GITHUB_OUTPUT", place.path("output"))
            .env("GITHUB_STEP_SUMMARY", place.path("summary"))
            .stderr(std::process::Stdio::null())
            .status();
        let code = status.expect("bash runs").code();
        let read = |name: &str| String::from_utf8(place.read(name)).expect("text");
        (code, read("output"), read("summary"))
    };
    let (code, output, summary) = run("");
    assert_eq!(code, Some(1));
    assert!(output.starts_with("report=") && output.ends_with("btfscope-core.md\n"));
    assert!(summary.contains("| `queue.bpf.o` | ✓ ok | ✕ fails 1 |"));
    place.write("expected.csv", "queue.bpf.o,,new,fails,\n");
    assert_eq!(run("expected.csv").0, Some(0));
    place.write("expected.csv", "queue.bpf.o,,new,ok,\n");
    assert_eq!(run("expected.csv").0, Some(1));
}
