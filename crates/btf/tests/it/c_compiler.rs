//! A C compiler as the judge of C text: `cc` exists wherever Rust can link. Tests that ask clang for BPF are ignored
//! unless it is installed.

use btf::layout::size_of;
use btf::print::c::print_c;
use btf::{Btf, Int, IntEncoding, Kind, Member, TypeId};
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

pub fn int(btf: &mut Btf, name: &str, size: u32, encoding: IntEncoding) -> TypeId {
    let bits = (size * 8) as u8;
    btf.add_int(
        name,
        Int {
            size,
            encoding,
            offset: 0,
            bits,
        },
    )
    .unwrap()
}

pub fn member(btf: &mut Btf, name: &str, ty: TypeId, bit_offset: u32, bitfield_size: u8) -> Member {
    Member {
        name: btf.intern(name.as_bytes()).unwrap(),
        ty,
        bit_offset,
        bitfield_size,
    }
}

pub fn header(btf: &Btf) -> String {
    let mut text = String::new();
    print_c(btf, &mut text).unwrap();
    text
}

/// `sizeof` of every named struct, union and enumeration and `offsetof` of every member that is not a
/// bitfield, as C assertions.
pub fn assertions(btf: &Btf) -> String {
    let mut text = String::new();
    for (id, ty) in btf.types() {
        let keyword = match ty.kind() {
            Kind::Struct => "struct",
            Kind::Union => "union",
            Kind::Enum | Kind::Enum64 if ty.vlen() > 0 => "enum",
            _ => continue,
        };
        let name = btf.name(id);
        if name.is_empty() {
            continue;
        }
        let size = size_of(btf, id).unwrap();
        writeln!(
            text,
            "_Static_assert(sizeof({keyword} {name}) == {size}, \"{name}\");"
        )
        .unwrap();
        for member in ty.members() {
            let field = btf.str(member.name);
            if member.bitfield_size == 0 && !field.is_empty() {
                let offset = member.bit_offset / 8;
                writeln!(
                    text,
                    "_Static_assert(__builtin_offsetof({keyword} {name}, {field}) == {offset}, \"{name}.{field}\");"
                )
                .unwrap();
            }
        }
    }
    text
}

pub fn compile(compiler: &str, args: &[&str], source: &str) {
    compile_as(compiler, args, "c", source);
}

pub fn compile_as(compiler: &str, args: &[&str], language: &str, source: &str) {
    let mut child = Command::new(compiler)
        .args(args)
        .args(["-x", language, "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{compiler} is needed for this test: {error}"));
    child
        .stdin
        .take()
        .unwrap()
        .write_all(source.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{compiler}:\n{errors}\n{source}");
}

/// By the compiler that Rust links with.
pub fn compile_here(source: &str) {
    compile("cc", &["-std=gnu11", "-w", "-fsyntax-only"], source);
}

pub fn compile_for_bpf(source: &str) {
    let args = ["-target", "bpf", "-g", "-w", "-c", "-o", "/dev/null"];
    compile("clang", &args, source);
}
