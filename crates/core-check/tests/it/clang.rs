//! Small programs and kernels, compiled from C by clang.

use core_check::{Answer, Checker, Kernel, Object};
use std::process::Command;
use std::sync::Arc;

/// What the programs need of libbpf's headers, in our words: attributes and builtins of clang.
const PRELUDE: &str = r#"
#define SEC(name) __attribute__((section(name), used))
#define __ksym __attribute__((section(".ksyms")))
#define __kconfig __attribute__((section(".kconfig")))
#define __weak __attribute__((weak))
#define CORE __attribute__((preserve_access_index))
#define exists(field) __builtin_preserve_field_info(field, 2)
#define byte_size(field) __builtin_preserve_field_info(field, 1)
#define is_signed(field) __builtin_preserve_field_info(field, 3)
#define lshift(field) __builtin_preserve_field_info(field, 4)
#define rshift(field) __builtin_preserve_field_info(field, 5)
#define type_exists(type) __builtin_preserve_type_info(*(type *)0, 0)
#define type_size(type) __builtin_preserve_type_info(*(type *)0, 1)
#define kernel_type_id(type) __builtin_btf_type_id(*(type *)0, 1)
#define enum_exists(type, value) __builtin_preserve_enum_value(*(type *)value, 0)
#define enum_value(type, value) __builtin_preserve_enum_value(*(type *)value, 1)
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef _Bool bool;
static long (*probe_read)(void *to, u32 size, const void *from) = (void *)113;
"#;

/// Compiles a BPF object.
pub fn object(source: &str) -> Object {
    object_with(source, "")
}

/// Compiles a BPF object that may include `vmlinux.h`.
pub fn object_with(source: &str, header: &str) -> Object {
    let bytes = compile(source, "program.bpf.c", (PRELUDE, header));
    Object::read("program.bpf.o", &bytes).expect("clang's object can be read")
}

/// The types of a kernel that declares these: all of them must be used by a function or variable.
pub fn kernel_types(source: &str) -> Arc<btf::Btf> {
    let bytes = compile(source, "kernel.c", ("", ""));
    let elf = elf::Elf::parse(&bytes).expect("clang writes ELF");
    let section = elf.section(".BTF").expect("clang writes BTF");
    let bytes = elf
        .read_section_unrelocated(&bytes, section)
        .expect("a section of the file");
    Arc::new(btf::Btf::parse(&bytes).expect("clang's BTF can be read"))
}

/// An ELF file.
pub fn elf_of(source: &str) -> Vec<u8> {
    compile(source, "kernel.c", ("", ""))
}

pub fn kernel(name: &str, source: &str) -> Kernel {
    Kernel::new(name, kernel_types(source))
}

/// An object on a kernel.
pub fn check(program: &str, kernel_source: &str) -> Answer {
    Checker::new(&object(program)).check(&kernel("6.1.0", kernel_source))
}

fn compile(source: &str, name: &str, (prelude, header): (&str, &str)) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder for the compiler");
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at(name), source).expect("a file for the compiler");
    std::fs::write(at("prelude.h"), prelude).expect("a file for the compiler");
    std::fs::write(at("vmlinux.h"), header).expect("a file for the compiler");
    let mut clang = Command::new("clang");
    clang.args([
        "-target",
        "bpf",
        "-mcpu=v3",
        "-g",
        "-O2",
        "-c",
        "-Wno-everything",
    ]);
    clang
        .arg("-include")
        .arg(at("prelude.h"))
        .arg("-o")
        .arg(at("out.o"));
    let output = clang.arg(at(name)).output().expect("clang is installed");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "clang refused the program:\n{errors}"
    );
    std::fs::read(at("out.o")).expect("clang wrote it")
}
