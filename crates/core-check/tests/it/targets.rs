//! Attach targets, externs, and structs of operations.

use crate::clang::{check, elf_of, kernel, kernel_types, object};
use core_check::{
    AttachIssue, Attached, Checker, Config, ExternIssue, Kernel, OpsIssue, Report, Resolved, State,
    SymbolNames,
};

const KERNEL: &str = "struct file { int flags; }; int vfs_open(struct file *file, int mode) { return file->flags + mode; }
    int bpf_lsm_file_open(struct file *file) { return 0; }
    typedef void (*btf_trace_opened)(void *, struct file *); btf_trace_opened trace;";

#[test]
#[ignore = "needs clang"]
fn targets_are_found_by_the_name_that_the_section_stands_for() {
    let program = "SEC(\"fentry/vfs_open\") int a(u64 *ctx) { return ctx[1]; }
        SEC(\"lsm/file_open\") int b(u64 *ctx) { return 0; } SEC(\"tp_btf/opened\") int c(u64 *ctx) { return 0; }
        SEC(\"fexit/vfs_close\") int d(u64 *ctx) { return 0; } SEC(\"fentry\") int e(u64 *ctx) { return 0; }
        SEC(\"xdp_sock\") int f(u64 *ctx) { return 0; }";
    let answer = check(program, KERNEL);
    let states: Vec<(&str, State)> = answer
        .programs
        .iter()
        .map(|one| (one.name.as_str(), one.state))
        .collect();
    let expected = [
        ("a", State::Ok),
        ("b", State::Ok),
        ("c", State::Ok),
        ("d", State::Fails),
        ("e", State::Unknown),
        ("f", State::Fails),
    ];
    assert_eq!(states, expected);
    let absent = AttachIssue::Absent {
        name: "vfs_close".to_owned(),
        has_symbol: false,
        similar: vec![],
    };
    assert_eq!(answer.programs[3].attached, Attached::Not(absent));
    assert!(!answer.is_loaded());
}

#[test]
#[ignore = "needs clang"]
fn arguments_beyond_those_of_the_function_are_found_unless_they_are_guarded() {
    let entry = |section: &str, body: &str| {
        format!(
            "struct file {{ int flags; int gone; }} CORE;\nSEC(\"{section}\") u64 a(u64 *ctx) {{ struct file *f = (void *)ctx[0]; {body} }}"
        )
    };
    let answer = check(&entry("fentry/vfs_open", "return ctx[2];"), KERNEL);
    let beyond = answer.programs[0]
        .beyond
        .as_ref()
        .expect("the third argument is read");
    assert_eq!((beyond.argument, beyond.available), (2, 2));
    assert_eq!(answer.state, State::Fails);
    // A program that runs when the function returns sees the result there.
    assert_eq!(
        check(&entry("fexit/vfs_open", "return ctx[2];"), KERNEL).state,
        State::Ok
    );
    let guarded = entry(
        "fentry/vfs_open",
        "if (exists(f->gone)) return ctx[2]; return 0;",
    );
    assert_eq!(check(&guarded, KERNEL).state, State::Guarded);
}

#[test]
#[ignore = "needs clang"]
fn a_kfuncs_prototype_must_be_that_of_the_kernel() {
    let program = |declared: &str| {
        format!(
            "struct file {{ int flags; }}; extern {declared} __ksym; SEC(\"fentry/vfs_open\") int a(u64 *ctx) {{ return vfs_open((void *)ctx, 1); }}"
        )
    };
    let good = check(
        &program("int vfs_open(struct file *file, int mode)"),
        KERNEL,
    );
    assert!(matches!(
        good.externs[0].resolved,
        Resolved::Type { is_kfunc: None, .. }
    ));
    let other = program("int vfs_open(struct file *file, int mode)")
        .replace("int mode", "int mode, int more")
        .replace(", 1)", ", 1, 2)");
    let answer = check(&other, KERNEL);
    assert!(matches!(
        answer.externs[0].resolved,
        Resolved::Not(ExternIssue::Incompatible { .. })
    ));
    assert_eq!(
        answer.externs[0].kernel_has.as_deref(),
        Some("int vfs_open(struct file *file, int mode)")
    );
    assert_eq!(answer.state, State::Fails);
    // A declaration without a body is no struct.
    let declared = program("int vfs_open(struct file *file, int mode)")
        .replace("struct file { int flags; };", "struct file;");
    assert_eq!(check(&declared, KERNEL).state, State::Fails);
}

const OPS: &str = "struct ops { int (*start)(void); long size; }; struct bpf_struct_ops_ops { long common; struct ops data; } outer;";

#[test]
#[ignore = "needs clang"]
fn structs_of_operations_are_compared_member_by_member() {
    let map = |members: &str, values: &str| {
        format!("struct ops {{ {members} }}; SEC(\"struct_ops/start\") int begin(void *ctx) {{ return 0; }}
            SEC(\".struct_ops\") struct ops map = {{ {values} }};")
    };
    let start = "int (*start)(void);";
    let fine = check(
        &map(
            &format!("long size; {start} int *extra;"),
            ".start = (void *)begin",
        ),
        OPS,
    );
    assert_eq!(fine.maps[0].operations.issues, []);
    assert_eq!(
        (fine.maps[0].operations.skipped.as_slice(), fine.state),
        (&["extra".to_owned()][..], State::Guarded)
    );
    let filled = check(
        &map(
            &format!("{start} long extra;"),
            ".start = (void *)begin, .extra = 1",
        ),
        OPS,
    );
    assert_eq!(
        filled.maps[0].operations.issues,
        [OpsIssue::AbsentMember {
            member: "extra".to_owned()
        }]
    );
    let sized = check(
        &map(&format!("{start} int size;"), ".start = (void *)begin"),
        OPS,
    );
    assert!(matches!(
        sized.maps[0].operations.issues[..],
        [OpsIssue::Size {
            local: 4,
            kernel: 8,
            ..
        }]
    ));
    let absent = check(&map(start, ".start = (void *)begin"), "int nothing;");
    assert!(matches!(
        absent.maps[0].operations.issues[..],
        [OpsIssue::AbsentStruct { .. }]
    ));
}

#[test]
#[ignore = "needs clang"]
fn modules_are_searched_only_if_the_kernel_has_no_type_of_the_name() {
    let program = object(
        "struct t { int x; } CORE; SEC(\"socket\") int a(void *ctx) { struct t *t = ctx; return exists(t->x); }",
    );
    let kernel_with = |source: &str| {
        let base = kernel_types(source);
        let mut split = btf::Btf::split(base.clone());
        let int = split
            .find(btf::Kind::Int, "int")
            .expect("the kernel has int");
        let name = split.intern(b"x").expect("room");
        let member = btf::Member {
            name,
            ty: int,
            bit_offset: 0,
            bitfield_size: 0,
        };
        split
            .add_composite(btf::Kind::Struct, "t", 4, &[member])
            .expect("room");
        let mut kernel = Kernel::new("6.1", base);
        kernel.add_module("mod", split.into());
        kernel
    };
    let of = |kernel: &Kernel| Checker::new(&program).check(kernel);
    let alone = of(&kernel_with("int i;"));
    assert_eq!(
        alone.relocations[0]
            .place
            .as_ref()
            .and_then(|place| place.module.as_deref()),
        Some("mod")
    );
    let hidden = of(&kernel_with("struct t { int y; } t;"));
    assert_eq!(
        (hidden.relocations[0].candidates, hidden.state),
        (1, State::Guarded)
    );
}

#[test]
#[ignore = "needs clang"]
fn reasons_name_what_changed_between_kernels_and_where_it_works() {
    let program = object(
        "struct t { long a; int x; long b; } CORE;\nSEC(\"socket\") int read(void *ctx) { struct t *t = ctx; u32 out = 0; probe_read(&out, 4, &t->x); return out; }",
    );
    let cases = [
        (
            "renamed",
            "struct t { long a; int x_new; long b; } t;",
            "int x_new, at the same place: perhaps its new name",
        ),
        (
            "moved",
            "struct s { long z; int x; }; struct t { long a; struct s in; } t;",
            "int x, at in.x",
        ),
        (
            "behind a pointer",
            "struct s { long z; int x; }; struct t { long a; struct s *at; } t; struct s s;",
            "int x, at at->x",
        ),
    ];
    for (what, changed, instead) in cases {
        let kernels = [
            kernel("6.1", "struct t { int x; } t;"),
            kernel("6.2", changed),
        ];
        let checker = Checker::new(&program);
        let answers = kernels.iter().map(|kernel| checker.check(kernel)).collect();
        let report = Report::of(vec!["6.1".into(), "6.2".into()], &[answers]);
        let [old, new] = &report.rows[0].cells[..] else {
            panic!("two kernels");
        };
        assert_eq!((old.state, new.state), (State::Ok, State::Fails), "{what}");
        let reason = &new.reasons[0];
        assert_eq!(reason.heading, "struct t has no member x");
        assert_eq!(
            reason.instead.first().map(String::as_str),
            Some(instead),
            "{what}"
        );
        assert_eq!(reason.life().as_deref(), Some("works on 6.1"));
        let source = reason.source.as_ref().expect("clang records lines");
        assert_eq!((source.line, source.text.contains("&t->x")), (2, true));
        assert!(
            reason
                .snippet
                .as_ref()
                .is_some_and(|text| text.contains("bpf_core_field_exists(p->x)"))
        );
    }
}

/// What libbpf 1.7 does with each value of an option in each type: `+` takes it, `-` ends the load.
const OPTIONS: &[(&str, &str)] = &[
    ("bool CONFIG_X", "+-+------"),
    ("char CONFIG_X", "++++-----"),
    ("unsigned char CONFIG_X", "+++++----"),
    ("short CONFIG_X", "---+++---"),
    ("u32 CONFIG_X", "---++++--"),
    ("unsigned long CONFIG_X", "---+++++-"),
    ("enum libbpf_tristate CONFIG_X", "+++------"),
    ("char CONFIG_X[4]", "--------+"),
    ("enum other CONFIG_X", "---------"),
    ("int CONFIG_X[4]", "---------"),
    ("char *CONFIG_X", "---------"),
];
const VALUES: [&str; 9] = [
    "y",
    "m",
    "n",
    "0x7f",
    "200",
    "300",
    "70000",
    "-5000000000",
    "\"text\"",
];

#[test]
#[ignore = "needs clang"]
fn options_have_values_of_the_declared_type_or_end_the_load_even_if_they_are_weak() {
    for (declared, expected) in OPTIONS {
        let program = object(&format!(
            "enum libbpf_tristate {{ TRI_NO, TRI_YES, TRI_MODULE }}; enum other {{ A }};
            extern {declared} __kconfig __weak; SEC(\"socket\") u64 read(void *ctx) {{ return *(volatile char *)&CONFIG_X; }}"
        ));
        let of = |config: &str| {
            let mut kernel = kernel("6.1.0", "int i;");
            kernel.config = Some(Config::parse(config));
            Checker::new(&program).check(&kernel).externs[0].clone()
        };
        let taken = VALUES.map(|value| {
            let one = of(&format!("CONFIG_X={value}\n"));
            assert_eq!(
                one.state == State::Fails,
                matches!(one.resolved, Resolved::Not(_))
            );
            if one.state == State::Fails { '-' } else { '+' }
        });
        let taken: String = taken.into_iter().collect();
        assert_eq!(taken, *expected, "{declared}");
        let is_type = expected.contains('+');
        let absent = of("");
        assert_eq!(
            absent.state == State::Guarded,
            is_type,
            "{declared}: {absent:?}"
        );
    }
}

#[test]
#[ignore = "needs clang"]
fn an_option_is_a_letter_in_a_char_and_a_number_elsewhere() {
    let program = object(
        "enum libbpf_tristate { TRI_NO, TRI_YES, TRI_MODULE };
        extern char CONFIG_A __kconfig; extern enum libbpf_tristate CONFIG_B __kconfig; extern int CONFIG_C __kconfig; extern bool CONFIG_D __kconfig;
        SEC(\"socket\") u64 read(void *ctx) { return CONFIG_A + CONFIG_B + CONFIG_C + CONFIG_D; }",
    );
    let mut kernel = kernel("6.1.0", "int i;");
    kernel.config = Some(Config::parse(
        "CONFIG_A=m\nCONFIG_B=m\nCONFIG_C=-2\nCONFIG_D=y\n",
    ));
    let answer = Checker::new(&program).check(&kernel);
    let mut values: Vec<_> = answer
        .externs
        .iter()
        .map(|one| (one.name.as_str(), one.resolved.clone()))
        .collect();
    values.sort_by_key(|(name, _)| *name);
    let expected = [u64::from(b'm'), 2, -2i64 as u64, 1].map(Resolved::Value);
    assert_eq!(
        values
            .into_iter()
            .map(|(_, value)| value)
            .collect::<Vec<_>>(),
        expected
    );
}

#[test]
#[ignore = "needs clang"]
fn the_sets_of_a_kernels_file_tell_which_functions_are_kfuncs() {
    let program = |name: &str| {
        object(&format!(
            "struct file {{ int flags; }}; extern int {name}(struct file *file, int mode) __ksym;
            SEC(\"fentry/vfs_open\") int a(u64 *ctx) {{ return {name}((void *)ctx, 1); }}"
        ))
    };
    let source = "struct file { int flags; }; int vfs_open(struct file *file, int mode) { return file->flags + mode; }
        int bpf_open(struct file *file, int mode) { return mode; }";
    let mut kernel = kernel("6.1.0", source);
    let state = |kernel: &Kernel, name: &str| Checker::new(&program(name)).check(kernel).state;
    // Nothing tells.
    assert_eq!(state(&kernel, "bpf_open"), State::Unknown);
    kernel.symbols = SymbolNames::of_elf(
        &elf_of(
            "__asm__(\".pushsection .BTF_ids,\\\"a\\\"\\n\"
            \"__BTF_ID__set8__sample_kfunc_ids: .long 1, 0\\n\"
            \"__BTF_ID__func__bpf_open__7: .long 0, 0\\n\"
            \".size __BTF_ID__set8__sample_kfunc_ids, 16\\n\"
            \"__BTF_ID__func__vfs_open__8: .long 0\\n .popsection\");
        int in_the_file = 1;",
        )
        .as_slice(),
    );
    assert_eq!(state(&kernel, "bpf_open"), State::Ok);
    assert_eq!(state(&kernel, "vfs_open"), State::Unknown);
}

/// A kernel that registers a set of one kfunc for tracing when it starts.
#[cfg(target_arch = "x86_64")]
const STARTS: &str = r#"
    .section .init.text,"ax"
    .globl _start
_start: mov $5, %edi
    mov $registration, %rsi
    mov $26, %edi
    nop
    call register_btf_kfunc_id_set
    ret
    .text
register_btf_kfunc_id_set: ret
    .data
registration: .quad 0, __BTF_ID__set8__sample_kfunc_ids
    .section .BTF_ids,"a"
__BTF_ID__set8__sample_kfunc_ids: .long 1, 0
__BTF_ID__func__bpf_open__7: .long 0, 0
    .size __BTF_ID__set8__sample_kfunc_ids, 16
"#;

#[test]
#[cfg(target_arch = "x86_64")]
#[ignore = "needs clang, gcc"]
fn the_code_of_a_kernel_tells_for_which_programs_a_kfunc_is() {
    let folder = tempfile::tempdir().expect("a folder for the compiler");
    let (source, file) = (
        folder.path().join("vmlinux.S"),
        folder.path().join("vmlinux"),
    );
    std::fs::write(&source, STARTS).expect("a file for the compiler");
    let mut gcc = std::process::Command::new("gcc");
    gcc.args(["-nostdlib", "-static", "-no-pie", "-o"])
        .arg(&file)
        .arg(&source);
    assert!(gcc.status().expect("gcc is installed").success());
    let mut kernel = kernel(
        "6.1.0",
        "int vfs_open(int mode) { return mode; } int bpf_open(int mode) { return mode; }",
    );
    let bytes = std::fs::read(&file).expect("gcc wrote it");
    kernel.symbols = SymbolNames::of_elf(bytes.as_slice());
    let of = |section: &str| {
        let program = object(&format!(
            "extern int bpf_open(int mode) __ksym; SEC(\"{section}\") int a(void *ctx) {{ return bpf_open(1); }}"
        ));
        Checker::new(&program).check(&kernel)
    };
    assert_eq!(of("fentry/vfs_open").state, State::Ok);
    assert!(of("lsm/vfs_open").externs[0].elsewhere.is_none());
    let answer = of("xdp");
    assert_eq!(answer.state, State::Unknown);
    let report = Report::of(vec!["6.1".into()], &[vec![answer]]);
    let reason = &report.rows[0].cells[0].reasons[0];
    assert_eq!(reason.heading, "bpf_open is perhaps not for these programs");
    assert_eq!(
        reason.instead.last().map(String::as_str),
        Some("registered for tracing, not for xdp")
    );
    assert_eq!(reason.programs, ["a"]);
}
