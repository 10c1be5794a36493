//! Without pahole: sizes, offsets and values in our BTF hold in the source that it was made of and in the
//! header that is made of it. gcc, clang and bpftool must be there.
//!
//! The whole matrix, with pahole: `cargo run -p btfscope-fidelity-tests`.

use btf::print::c::print_c;
use engine_tests::{Workshop, encode, encode_with};
use fidelity_tests::asserts::{Place, asserts, count};
use fidelity_tests::{Language, PROGRAMS, Program, folder};

/// Older clang has no `_Float16`, so programs must not either.
const C_FLAGS: &str = "-std=gnu11 -w -ffreestanding -fno-pic -U__FLT16_MANT_DIG__";
const CPP_FLAGS: &str = "-std=c++17 -w -ffreestanding -fno-exceptions -fno-rtti -fno-pic";
const HEADER_FLAGS: &str = "-x c -std=gnu11 -fsyntax-only -w";

fn shop() -> Workshop {
    let shop = Workshop::new("fidelity");
    for entry in std::fs::read_dir(folder()).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        shop.write(&name, std::fs::read(entry.path()).unwrap());
    }
    shop
}

/// One object with a program's BTF: its header compiles with what the BTF says, and so does the source.
fn check(shop: &Workshop, program: &Program, compiler: &str, flags: &str) -> usize {
    let what = format!("{} by {compiler} {flags}", program.name);
    let [source] = program.sources else {
        panic!("{what}: one source only");
    };
    shop.run(&format!("{compiler} {flags} -c {source} -o own.o"));
    let outcome = encode(&shop.read("own.o")[..]).unwrap_or_else(|error| panic!("{what}: {error}"));
    let failed = &outcome.statistics.units.failed;
    assert!(failed.is_empty(), "{what}: {failed:?}");
    shop.write("own.btf", &outcome.bytes);
    let json = shop.run("bpftool -j btf dump file own.btf");
    assert_eq!(count(&json), outcome.btf.types().count(), "{what}");

    let said = asserts(&json, Place::Header).unwrap();
    let mut header = String::new();
    print_c(&outcome.btf, &mut header).unwrap_or_else(|error| panic!("{what}: {error}"));
    shop.write("header.c", format!("{header}\n{}\n", said.join("\n")));
    shop.run(&format!("clang {HEADER_FLAGS} header.c"));

    if program.language == Language::C {
        let said = asserts(&json, Place::Source).unwrap();
        let text = format!("#include \"{source}\"\n{}\n", said.join("\n"));
        shop.write("source.c", text);
        shop.run(&format!("{compiler} {flags} -fsyntax-only source.c"));
    }
    said.len()
}

fn single(language: Language) -> impl Iterator<Item = &'static Program> {
    PROGRAMS
        .iter()
        .filter(move |program| program.language == language && program.sources.len() == 1)
}

#[test]
#[ignore = "needs gcc, clang, bpftool"]
fn c_programs_say_what_their_compilers_say() {
    let shop = shop();
    let mut said = 0;
    for program in single(Language::C) {
        for (compiler, flags) in [
            ("gcc", "-gdwarf-5 -O2"),
            ("gcc", "-gdwarf-3 -gstrict-dwarf -O0"),
            ("clang", "-gdwarf-4 -O2"),
            ("clang", "-gdwarf-5 -O0"),
        ] {
            said += check(&shop, program, compiler, &format!("{C_FLAGS} {flags}"));
        }
    }
    assert!(said > 1000, "only {said} assertions");
}

#[test]
#[ignore = "needs clang, bpftool"]
fn c_programs_of_other_machines_say_what_their_compiler_says() {
    let shop = shop();
    let mut said = 0;
    for program in single(Language::C) {
        for target in ["i386", "s390x", "arm", "aarch64"] {
            // The header is for the same machine.
            let flags = format!("{C_FLAGS} --target={target}-linux-gnu -gdwarf-5 -O2");
            said += check_for(&shop, program, &flags, target);
        }
    }
    assert!(said > 1000, "only {said} assertions");
}

/// As [`check`], the header for another machine than this one.
fn check_for(shop: &Workshop, program: &Program, flags: &str, target: &str) -> usize {
    let source = program.sources[0];
    shop.run(&format!("clang {flags} -c {source} -o own.o"));
    let outcome = encode(&shop.read("own.o")[..]).unwrap();
    shop.write("own.btf", &outcome.bytes);
    let json = shop.run("bpftool -j btf dump file own.btf");
    let mut count = 0;
    for place in [Place::Header, Place::Source] {
        let mut text = String::new();
        match place {
            Place::Header => print_c(&outcome.btf, &mut text).unwrap(),
            Place::Source => text = format!("#include \"{source}\"\n"),
        }
        let said = asserts(&json, place).unwrap();
        count += said.len();
        text += &said.join("\n");
        shop.write("check.c", format!("{text}\n"));
        let target = format!("--target={target}-linux-gnu");
        shop.run(&format!(
            "clang {target} {HEADER_FLAGS} -ffreestanding check.c"
        ));
    }
    count
}

#[test]
#[ignore = "needs g++, clang, clang++, bpftool"]
fn headers_of_cpp_compile() {
    let shop = shop();
    for (name, compiler) in [
        // Older clang has static members among the members.
        ("classes", "g++"),
        ("references", "g++"),
        ("references", "clang++"),
    ] {
        let program = PROGRAMS.iter().find(|program| program.name == name);
        let flags = format!("{CPP_FLAGS} -gdwarf-5 -O2");
        check(&shop, program.unwrap(), compiler, &flags);
    }
}

/// rustc reorders members, and describes them in the order of the source.
#[test]
fn members_of_rust_come_in_the_order_of_their_offsets() {
    let shop = shop();
    shop.run("rustc --edition 2024 --emit=obj -g -C panic=abort shapes.rs -o own.o");
    let options = pipeline::Options {
        excluded: pipeline::Languages::NONE,
        ..pipeline::Options::default()
    };
    let outcome = encode_with(&shop.read("own.o")[..], &options).unwrap();
    let mut structs = 0;
    for (id, ty) in outcome.btf.types() {
        let offsets: Vec<u32> = ty.members().map(|member| member.bit_offset).collect();
        assert!(offsets.is_sorted(), "{}: {offsets:?}", outcome.btf.name(id));
        structs += usize::from(offsets.len() > 3);
    }
    assert!(structs > 2, "only {structs} structures of several members");
}

#[test]
#[ignore = "needs gcc, bpftool"]
fn an_assertion_that_does_not_hold_is_found() {
    let shop = shop();
    shop.run(&format!("gcc {C_FLAGS} -g -c layout.c -o own.o"));
    let outcome = encode(&shop.read("own.o")[..]).unwrap();
    shop.write("own.btf", &outcome.bytes);
    let json = shop.run("bpftool -j btf dump file own.btf");
    let said = asserts(&json, Place::Source).unwrap();
    let true_line = "_Static_assert(sizeof(struct packed) == 11, \"\");";
    assert!(said.iter().any(|line| line == true_line), "{said:#?}");
    let wrong = said
        .join("\n")
        .replace(true_line, &true_line.replace("11", "12"));
    shop.write("wrong.c", format!("#include \"layout.c\"\n{wrong}\n"));
    let refused = std::panic::catch_unwind(|| {
        shop.run(&format!("gcc {C_FLAGS} -fsyntax-only wrong.c"));
    });
    assert!(refused.is_err());
}
