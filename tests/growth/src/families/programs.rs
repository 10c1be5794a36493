//! BPF objects, and the BTF of a kernel for each: relocations, names, paths of programs.

use crate::generator::{Generator, Input};
use crate::write::{
    BtfWriter, Kind, MOST_MEMBERS, ObjectCode as Code, ObjectWriter, Section, exit, insn, set_r0,
};

pub(super) const FAMILY: &[Generator] = &[
    Generator::program(
        "relocations-of-flavours",
        "n relocations, each against a type of its own that n types may stand for",
        flavours,
    ),
    Generator::program(
        "relocations-in-a-wide-struct",
        "n relocations of the last of n members",
        wide_struct,
    ),
    Generator::program(
        "relocations-of-a-wide-enumeration",
        "n relocations of the last of n enumerators",
        wide_enumeration,
    ),
    Generator::program(
        "relocations-of-one-long-access",
        "the bytes of one access string, which n relocations have",
        long_access,
    ),
    Generator::program(
        "relocations-of-one-long-name",
        "the bytes of one member's name, which n relocations are about",
        |n| long_name(n, true),
    ),
    Generator::program(
        "absent-members-of-a-long-name",
        "the same for a member that the kernel lacks",
        |n| long_name(n, false),
    ),
    Generator::program(
        "structs-without-names-twice-in-each-other",
        "a member that is searched through structs without names, of which each has the next one twice",
        nested_twice,
    ),
    Generator::program(
        "absent-members-of-wide-structs",
        "√n members that are not there, each of √n types with √n others of which one may be its new name",
        absent_members,
    ),
    Generator::program(
        "absent-members-beside-pointers",
        "n members that are not there, in a struct of √n pointers to a struct of √n members",
        behind_pointers,
    ),
    Generator::program(
        "structs-that-match-in-no-order",
        "n relocations that ask whether a struct of √n members matches another in the other order",
        matching,
    ),
    Generator::program(
        "prototypes-that-are-compared",
        "n relocations that compare prototypes, of which each has the next one twice",
        prototypes,
    ),
    Generator::program(
        "programs-that-call-what-lacks-much",
        "n programs that call a function with n relocations that are not there",
        programs_and_sites,
    ),
    Generator::program(
        "programs-of-a-long-section-name",
        "the bytes of the name of a section with n programs",
        section_name,
    ),
    Generator::program(
        "programs-named-by-suffixes",
        "the bytes of names: each program's is a suffix of one string",
        suffixes,
    ),
    Generator::program(
        "externs-that-are-called",
        "n externs that are not there, of which each is called once",
        externs,
    ),
    Generator::program(
        "branches",
        "n branches that nothing decides, so that 2ⁿ paths lead through the program",
        branches,
    ),
    Generator::program(
        "stacks-at-branches",
        "n branches where the stack has a new value each",
        stacks,
    ),
    Generator::program(
        "long-lines",
        "the bytes of one line of source, from which n relocations are",
        long_lines,
    ),
    Generator::program(
        "maps-of-operations",
        "√n maps that fill a struct of √n members",
        operations,
    ),
    Generator::program(
        "references-and-programs",
        "n programs, and n references in their section",
        references,
    ),
];

/// Kinds of relocations.
const BYTE_OFF: u32 = 0;
const FIELD_EXISTS: u32 = 2;
const TYPE_EXISTS: u32 = 8;
const ENUMVAL_VALUE: u32 = 11;
const TYPE_MATCHES: u32 = 12;

/// Where programs of the generators are, unless the name of the section matters.
const SECTION: &str = "kprobe";

/// A program with n instructions, a relocation each: type, access, kind.
fn one_program(
    object: &mut ObjectWriter,
    n: usize,
    mut each: impl FnMut(&mut ObjectWriter, usize) -> (u32, u32, u32),
) {
    for index in 0..n {
        let (ty, access, kind) = each(object, index);
        // What the object's types answer: questions have the answer yes.
        let answer = matches!(kind, FIELD_EXISTS | TYPE_EXISTS | TYPE_MATCHES);
        let at = object.add(Code::Programs, insn(0xb7, (0, 0), 0, answer.into()));
        object.relocation(Code::Programs, at, ty, access, kind);
    }
    end_program(object, "program", 0);
}

/// Ends the program that begins at an instruction, and names it.
fn end_program(object: &mut ObjectWriter, name: &str, start: u32) {
    object.add(Code::Programs, exit());
    let name = object.name(name);
    object.function(name, Code::Programs, start);
}

fn finished(object: ObjectWriter) -> Input {
    in_section(object, SECTION)
}

fn in_section(object: ObjectWriter, name: &str) -> Input {
    Input {
        base: Some(object.kernel.finish()),
        file: object.finish(name),
    }
}

fn flavours(n: usize) -> Input {
    let mut object = ObjectWriter::default();
    let access = object.btf.name("0:0");
    one_program(&mut object, n, |object, index| {
        let name = format!("s___{index}");
        object.kernel.holder(&name, 4, 1);
        (object.btf.holder(&name, 4, 1), access, FIELD_EXISTS)
    });
    finished(object)
}

fn wide_struct(n: usize) -> Input {
    let mut object = ObjectWriter::default();
    let count = n.min(MOST_MEMBERS);
    wide(&mut object.kernel, "s", "m", count);
    let last = object.btf.name(&format!("m{}", count - 1));
    let ty = object.btf.composite(Kind::Struct, "s", 4, &[(last, 1, 0)]);
    let access = object.btf.name("0:0");
    one_program(&mut object, n, |_, _| (ty, access, FIELD_EXISTS));
    finished(object)
}

/// A struct with so many members of `int`, whose names begin alike.
fn wide(btf: &mut BtfWriter, name: &str, members: &str, count: usize) -> u32 {
    let mut words = Vec::new();
    for index in 0..count {
        words.push((btf.name(&format!("{members}{index}")), 1, 32 * index as u32));
    }
    btf.composite(Kind::Struct, name, 4 * count as u32, &words)
}

fn wide_enumeration(n: usize) -> Input {
    let mut object = ObjectWriter::default();
    let count = n.min(MOST_MEMBERS);
    let mut words = Vec::new();
    for index in 0..count {
        words.extend([object.kernel.name(&format!("E{index}")), index as u32]);
    }
    let name = object.kernel.name("e");
    object.kernel.add(Kind::Enum, name, 4, count, &words);
    let (name, last) = (
        object.btf.name("e"),
        object.btf.name(&format!("E{}", count - 1)),
    );
    let ty = object.btf.add(Kind::Enum, name, 4, 1, &[last, 0]);
    let access = object.btf.name("0");
    one_program(&mut object, n, |_, _| (ty, access, ENUMVAL_VALUE));
    finished(object)
}

fn long_access(n: usize) -> Input {
    let mut object = ObjectWriter::default();
    object.kernel.holder("s", 4, 1);
    let ty = object.btf.holder("s", 4, 1);
    let access = object.btf.name(&format!("0:{}", "0".repeat(16 * n)));
    one_program(&mut object, n, |_, _| (ty, access, FIELD_EXISTS));
    finished(object)
}

/// n relocations of a member of a long name, which the kernel has or lacks.
fn long_name(n: usize, is_there: bool) -> Input {
    let mut object = ObjectWriter::default();
    let text = "m".repeat(16 * n);
    match is_there {
        true => {
            let name = object.kernel.name(&text);
            object
                .kernel
                .composite(Kind::Struct, "s", 4, &[(name, 1, 0)]);
        }
        false => {
            object.kernel.holder("s", 4, 1);
        }
    }
    let name = object.btf.name(&text);
    let ty = object.btf.composite(Kind::Struct, "s", 4, &[(name, 1, 0)]);
    let access = object.btf.name("0:0");
    one_program(&mut object, n, |_, _| (ty, access, BYTE_OFF));
    finished(object)
}

fn nested_twice(n: usize) -> Input {
    let mut object = ObjectWriter::default();
    let mut inner = object.kernel.composite(Kind::Struct, "", 0, &[]);
    for _ in 0..n.min(58) {
        let twice = [(0, inner, 0), (0, inner, 0)];
        inner = object.kernel.composite(Kind::Union, "", 0, &twice);
    }
    object
        .kernel
        .composite(Kind::Struct, "s", 0, &[(0, inner, 0)]);
    let ty = object.btf.holder("s", 4, 1);
    let access = object.btf.name("0:0");
    one_program(&mut object, n, |_, _| (ty, access, BYTE_OFF));
    finished(object)
}

fn absent_members(n: usize) -> Input {
    let mut object = ObjectWriter::default();
    let width = n.isqrt().max(1);
    let access = object.btf.name("0:0");
    one_program(&mut object, width, |object, index| {
        let name = format!("s{index}");
        wide(&mut object.kernel, &name, "wanted_", width);
        let absent = object.btf.name("wanted");
        let ty = object
            .btf
            .composite(Kind::Struct, &name, 4, &[(absent, 1, 0)]);
        (ty, access, BYTE_OFF)
    });
    finished(object)
}

fn behind_pointers(n: usize) -> Input {
    let mut object = ObjectWriter::default();
    let width = n.isqrt().max(1);
    let inner = wide(&mut object.kernel, "inner", "m", width);
    let pointer = object.kernel.to(Kind::Ptr, inner);
    let mut members = Vec::new();
    for index in 0..width {
        let name = object.kernel.name(&format!("p{index}"));
        members.push((name, pointer, 64 * index as u32));
    }
    object
        .kernel
        .composite(Kind::Struct, "s", 8 * width as u32, &members);
    let access = object.btf.name("0:0");
    let ty = object.btf.holder("s", 4, 1);
    one_program(&mut object, n, |_, _| (ty, access, BYTE_OFF));
    finished(object)
}

fn matching(n: usize) -> Input {
    let mut object = ObjectWriter::default();
    let width = n.isqrt().max(1);
    wide(&mut object.kernel, "s", "m", width);
    let mut members = Vec::new();
    for index in (0..width).rev() {
        members.push((object.btf.name(&format!("m{index}")), 1, 0));
    }
    let ty = object.btf.composite(Kind::Struct, "s", 4, &members);
    let access = object.btf.name("0");
    one_program(&mut object, n, |_, _| (ty, access, TYPE_MATCHES));
    finished(object)
}

fn prototypes(n: usize) -> Input {
    let mut object = ObjectWriter::default();
    let deep = |btf: &mut BtfWriter| {
        let mut inner = btf.prototype(1, &[]);
        for _ in 0..n.min(14) {
            let pointer = btf.to(Kind::Ptr, inner);
            inner = btf.prototype(1, &[(0, pointer), (0, pointer)]);
        }
        btf.typedef("t", inner)
    };
    deep(&mut object.kernel);
    let ty = deep(&mut object.btf);
    let access = object.btf.name("0");
    one_program(&mut object, n, |_, _| (ty, access, TYPE_EXISTS));
    finished(object)
}

fn programs_and_sites(n: usize) -> Input {
    let mut object = ObjectWriter::default();
    let ty = object.btf.holder("absent", 4, 1);
    let access = object.btf.name("0:0");
    for _ in 0..n {
        let at = object.add(Code::Text, set_r0());
        object.relocation(Code::Text, at, ty, access, BYTE_OFF);
    }
    object.add(Code::Text, exit());
    let name = object.name("called");
    object.function(name, Code::Text, 0);
    for index in 0..n {
        let start = object.next(Code::Programs);
        // The first instruction of the symbol.
        let call = object.add(Code::Programs, insn(0x85, (1, 0), 0, -1));
        object.refer(call, 1);
        end_program(&mut object, &format!("p{index}"), start);
    }
    finished(object)
}

fn section_name(n: usize) -> Input {
    let mut object = ObjectWriter::default();
    for index in 0..n {
        let start = object.next(Code::Programs);
        end_program(&mut object, &format!("p{index}"), start);
    }
    in_section(object, &"s".repeat(16 * n))
}

fn suffixes(n: usize) -> Input {
    let mut object = ObjectWriter::default();
    let name = object.name(&"p".repeat(16 * n));
    for index in 0..n as u32 {
        let start = object.add(Code::Programs, exit());
        object.function(name + index, Code::Programs, start);
    }
    finished(object)
}

fn externs(n: usize) -> Input {
    let mut object = ObjectWriter::default();
    let prototype = object.btf.prototype(1, &[]);
    let mut variables = Vec::new();
    for index in 0..n {
        let text = format!("e{index}___x");
        let function = object.btf.name(&text);
        let id = object.btf.add(Kind::Func, function, prototype, 2, &[]);
        variables.extend([id, 0, 0]);
        let name = object.name(&text);
        let symbol = object.symbol(name, 0x20, 0, 0, 0);
        let call = object.add(Code::Programs, insn(0x85, (2, 0), 0, -1));
        object.refer(call, symbol);
    }
    let name = object.btf.name(".ksyms");
    object.btf.add(Kind::Datasec, name, 0, n, &variables);
    end_program(&mut object, "program", 0);
    finished(object)
}

/// Ends a program with something that the kernel lacks, so that its paths are walked.
fn end_with_absent(mut object: ObjectWriter) -> Input {
    let ty = object.btf.holder("absent", 4, 1);
    let access = object.btf.name("0:0");
    let at = object.add(Code::Programs, set_r0());
    object.relocation(Code::Programs, at, ty, access, BYTE_OFF);
    end_program(&mut object, "program", 0);
    finished(object)
}

fn branches(n: usize) -> Input {
    let mut object = ObjectWriter::default();
    for index in 0..n {
        // if r1 == index: r(2 to 9) = index.
        object.add(Code::Programs, insn(0x1d, (2, 1), 1, 0));
        let register = 3 + (index % 7) as u8;
        object.add(Code::Programs, insn(0xb7, (0, register), 0, index as i32));
    }
    for register in 3..10 {
        object.add(Code::Programs, insn(0xbf, (register, 0), 0, 0));
    }
    end_with_absent(object)
}

fn stacks(n: usize) -> Input {
    let mut object = ObjectWriter::default();
    for index in 0..n {
        let slot = -8 * (1 + (index % 64) as i16);
        object.add(Code::Programs, insn(0x7a, (0, 10), slot, index as i32));
        object.add(Code::Programs, insn(0x1d, (2, 1), 0, 0));
    }
    end_with_absent(object)
}

fn long_lines(n: usize) -> Input {
    let mut object = ObjectWriter::default();
    let (file, text) = (
        object.btf.name("file.c"),
        object.btf.name(&"x".repeat(16 * n)),
    );
    object.line(0, file, text);
    let ty = object.btf.holder("absent", 4, 1);
    let access = object.btf.name("0:0");
    one_program(&mut object, n, |_, _| (ty, access, BYTE_OFF));
    finished(object)
}

fn operations(n: usize) -> Input {
    let mut object = ObjectWriter::default();
    let width = n.isqrt().max(1);
    let size = 4 * width as u32;
    let ty = wide(&mut object.btf, "ops", "m", width);
    let theirs = wide(&mut object.kernel, "ops", "m", width);
    object.kernel.holder("bpf_struct_ops_ops", size, theirs);
    let mut variables = Vec::new();
    for index in 0..width {
        let text = format!("map{index}");
        let name = object.btf.name(&text);
        let variable = object.btf.add(Kind::Var, name, ty, 0, &[1]);
        variables.extend([variable, index as u32 * size, size]);
        let name = object.name(&text);
        object.symbol(
            name,
            0x11,
            3,
            u64::from(index as u32 * size),
            u64::from(size),
        );
    }
    let name = object.btf.name(".struct_ops");
    object
        .btf
        .add(Kind::Datasec, name, size * width as u32, width, &variables);
    let section = object.section(Section {
        flags: Section::DATA,
        ..Section::new(".struct_ops", vec![1; size as usize * width])
    });
    debug_assert_eq!(section, 3);
    end_program(&mut object, "program", 0);
    finished(object)
}

fn references(n: usize) -> Input {
    let mut object = ObjectWriter::default();
    for index in 0..n {
        let start = object.next(Code::Programs);
        end_program(&mut object, &format!("p{index}"), start);
        object.refer(start, 1);
    }
    finished(object)
}
