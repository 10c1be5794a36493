//! Types as text for other programs: what compiles, and with which layout.

use crate::common::{at, explorer};
use btf::layout::{Shapes, size_of};
use btf::print::c::print_c_of;
use btf::{Btf, Kind};
use explore::Explorer;
use explore::copy_as::{CopyForm, copy_as};
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

const TEXT: &str = "
    enum state { IDLE, BUSY };
    typedef unsigned int u32;
    struct list { struct list *next; struct list *prev; };
    struct file { long pos; struct list list; };
    struct mm { struct file *exe_file; char name[16]; };
    struct entity {
        char type;
        long load;
        u32 first:3, second:7;
        u32 wide:20;
        short self;
        struct list list;
        struct mm *mm;
        enum state state;
        union { long number; char bytes[4]; struct { char low; short high; }; };
        struct { char a; int b; } pairs[2];
        int (*call)(struct entity *entity, const char *text);
        const char *text;
        void *any;
        u32 last:1;
    };
    struct tight { char a; long b; short c; } __attribute__((packed));
    struct ring { struct outer *outer; };
    struct outer { char a; struct tight tight; struct ring ring; struct tight *other; struct entity entity; };
    int run(struct entity *entity, u32 flags, const char *name);
    void stop(void);
    typedef void (*btf_trace_sched)(void *, struct entity *entity, int cpu);
";

fn compile(program: &str, args: &[&str], text: &str) {
    let mut child = Command::new(program)
        .args(args)
        .arg("-")
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program} is needed for this test: {error}"));
    let mut input = child.stdin.take().expect("piped");
    input.write_all(text.as_bytes()).expect("written");
    drop(input);
    let output = child.wait_with_output().expect("ended");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}:\n{errors}\n{text}");
}

fn compile_rust(text: &str) {
    let out = std::env::temp_dir().join(format!("copy-as-{}.rmeta", std::process::id()));
    let args = [
        "--edition=2024",
        "--crate-type=lib",
        "--emit=metadata",
        "-o",
    ];
    let out = out.to_string_lossy().into_owned();
    compile("rustc", &[args.as_slice(), &[&out]].concat(), text);
    let _ = std::fs::remove_file(out);
}

/// The struct in Rust, with assertions on its size and the offset of each member with a name.
fn rust_with_assertions(btf: &Btf, name: &str) -> String {
    let id = btf.find(Kind::Struct, name).expect("it exists");
    let mut text = copy_as(btf, id, &CopyForm::Rust).expect("it is a struct");
    let size = size_of(btf, id).expect("it has a size");
    let _ = writeln!(
        text,
        "const _: () = assert!(size_of::<{name}>() == {size});"
    );
    let shapes = Shapes::new(btf);
    for member in btf.get(id).expect("it exists").members() {
        let (field, place) = (btf.str(member.name), shapes.resolve(&member));
        let field = match &*field {
            "type" => "r#type",
            "self" => "self_",
            field => field,
        };
        if place.width == 0 && !field.is_empty() {
            let offset = place.bit_offset / 8;
            let _ = writeln!(
                text,
                "const _: () = assert!(core::mem::offset_of!({name}, {field}) == {offset});"
            );
        }
    }
    text
}

#[test]
fn structs_of_rust_have_the_sizes_and_offsets_of_btf() {
    let explorer = explorer(&[TEXT]);
    for name in ["entity", "tight", "outer", "list", "mm"] {
        compile_rust(&rust_with_assertions(explorer.btf(), name));
    }
}

#[test]
fn methods_of_rust_read_bit_fields() {
    let explorer = explorer(&[TEXT]);
    let btf = explorer.btf();
    let mut text = rust_with_assertions(btf, "entity");
    let id = btf.find(Kind::Struct, "entity").expect("it exists");
    let size = size_of(btf, id).expect("it has a size");
    let shapes = Shapes::new(btf);
    for (name, value) in [
        ("first", 5u64),
        ("second", 0x55),
        ("wide", 0xabcde),
        ("last", 1),
    ] {
        let mut members = btf.get(id).expect("it exists").members();
        let member = members
            .find(|member| btf.str(member.name) == name)
            .expect("it exists");
        let place = shapes.resolve(&member);
        // The value in a struct of zeros; the other fields stay 0.
        let mut sets = String::new();
        for byte in 0..place.width.div_ceil(8) + 1 {
            let all = u128::from(value) << (place.bit_offset % 8);
            let at = place.bit_offset / 8 + byte;
            let part = (all >> (byte * 8)) & 0xff;
            if part != 0 {
                let _ = writeln!(sets, "    bytes[{at}] = {part};");
            }
        }
        let _ = writeln!(
            text,
            "const _: () = {{\n    let mut bytes = [0u8; {size}];\n{sets}    let entity: entity = unsafe {{ core::mem::transmute(bytes) }};\n    \
             assert!(entity.{name}() == {value});\n}};"
        );
    }
    compile_rust(&text);
}

fn copied(explorer: &Explorer, address: &str, form: CopyForm) -> Result<String, String> {
    copy_as(explorer.btf(), at(explorer, address), &form)
}

#[test]
fn the_path_to_a_member_becomes_a_core_read() {
    let explorer = explorer(&[TEXT]);
    let read = |path: &str| {
        copied(
            &explorer,
            "struct/entity",
            CopyForm::CoreRead(path.to_owned()),
        )
    };
    let ok = |path: &str| read(path).expect("it has that member");
    assert_eq!(ok("load"), "BPF_CORE_READ(entity, load)\n");
    assert_eq!(
        ok("mm->exe_file->list.next"),
        "BPF_CORE_READ(entity, mm, exe_file, list.next)\n"
    );
    assert_eq!(ok("high"), "BPF_CORE_READ(entity, high)\n");
    assert_eq!(ok("wide"), "BPF_CORE_READ_BITFIELD_PROBED(entity, wide)\n");
    assert_eq!(
        ok("mm.name"),
        "char name[16];\nBPF_CORE_READ_INTO(&name, entity, mm, name);\n"
    );
    assert_eq!(
        read("mm->nothing").expect_err("it has none"),
        "struct mm has no member nothing"
    );
    assert!(copied(&explorer, "func/run", CopyForm::CoreRead("a".to_owned())).is_err());
}

#[test]
#[ignore = "needs clang, libbpf-dev"]
fn programs_on_a_function_and_reads_compile_for_bpf() {
    let explorer = explorer(&[TEXT]);
    let btf = explorer.btf();
    let ids: Vec<_> = [
        "struct/entity",
        "func/run",
        "func/stop",
        "typedef/btf_trace_sched",
        "struct/file",
        "struct/mm",
    ]
    .map(|address| at(&explorer, address))
    .to_vec();
    let mut header = String::new();
    print_c_of(btf, &ids, &mut header).expect("it prints");
    // What bpf_helpers.h takes from vmlinux.h.
    let kernel = "typedef unsigned char __u8; typedef short __s16; typedef unsigned short __u16; typedef int __s32;\n\
        typedef unsigned int __u32; typedef long long __s64; typedef unsigned long long __u64;\n\
        typedef __u16 __be16; typedef __u32 __be32; typedef __u32 __wsum;\n\
        enum { BPF_MAP_TYPE_PERF_EVENT_ARRAY_ = 4 };\nstruct pt_regs { long unsigned int di; };\n";
    let args = [
        "-target",
        "bpf",
        "-O2",
        "-g",
        "-Wall",
        "-Werror",
        "-Wno-unused-function",
        "-D__TARGET_ARCH_x86",
        "-c",
        "-o",
        "/dev/null",
        "-x",
        "c",
    ];
    let compiled = |text: String| {
        let text = text.replace("#include \"vmlinux.h\"\n", &format!("{kernel}{header}"));
        compile("clang", &args, &text);
    };
    for (address, form) in [
        ("func/run", CopyForm::Fentry),
        ("func/run", CopyForm::Fexit),
        ("func/stop", CopyForm::Fentry),
        ("func/stop", CopyForm::Fexit),
        ("func/run", CopyForm::Kfunc),
        ("typedef/btf_trace_sched", CopyForm::TpBtf),
    ] {
        compiled(copied(&explorer, address, form).expect("it is a function"));
    }
    let mut program = copied(&explorer, "func/run", CopyForm::Fentry).expect("it is a function");
    program = program.replace(
        "#include <bpf/bpf_tracing.h>",
        "#include <bpf/bpf_core_read.h>\n#include <bpf/bpf_tracing.h>",
    );
    let read = |path: &str| {
        copied(
            &explorer,
            "struct/entity",
            CopyForm::CoreRead(path.to_owned()),
        )
        .expect("it has it")
    };
    let body = format!(
        "\tlong sum = {} + {};\n\t{}\treturn sum + name_[0];",
        read("load").trim(),
        read("wide").trim(),
        read("mm->name")
            .replace("char name", "char name_")
            .replace("&name", "&name_")
    );
    compiled(program.replace("\treturn 0;", &body));
}

#[test]
fn what_no_program_can_attach_to_is_told() {
    let explorer = explorer(&[
        "struct wide { long a, b; }; int take(struct wide wide); int print(const char *format, ...); struct wide wide;",
    ]);
    let refused =
        |address: &str| copied(&explorer, address, CopyForm::Fentry).expect_err("it is refused");
    assert!(refused("func/take").contains("BPF_PROG2"));
    assert!(refused("func/print").contains("any number of arguments"));
    assert!(refused("struct/wide").contains("no function"));
}

#[test]
fn a_table_names_offsets_and_holes() {
    let explorer = explorer(&[TEXT]);
    let table = copied(&explorer, "struct/entity", CopyForm::Markdown).expect("it is a struct");
    assert!(table.starts_with("### `struct entity`, "), "{table}");
    assert!(
        table.contains("| 1 | 7 | *hole* |\n| 8 | 8 | `long int load` |\n"),
        "{table}"
    );
    assert!(copied(&explorer, "func/run", CopyForm::Markdown).is_err());
}
