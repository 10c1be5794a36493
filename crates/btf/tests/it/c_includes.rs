//! Headers of single types, included together and after a whole header.

use crate::c_compiler::{assertions, compile, header, int, member};
use btf::print::c::print_c_of;
use btf::{Btf, IntEncoding, Kind, TypeId};

const C: [&str; 3] = ["-std=gnu11", "-Werror", "-fsyntax-only"];

/// Two structs that share a list, an enumeration, a typedef, and a union, and point at each other.
fn shared() -> Btf {
    let mut btf = Btf::new();
    let long = int(&mut btf, "long int", 8, IntEncoding::SIGNED);
    let poly = int(&mut btf, "__Poly8_t", 1, IntEncoding::NONE);
    let next = TypeId(btf.end_id().0 + 1);
    let to_list = btf.add_ptr(next).unwrap();
    let members = [
        member(&mut btf, "next", to_list, 0, 0),
        member(&mut btf, "prev", to_list, 64, 0),
    ];
    let list = btf
        .add_composite(Kind::Struct, "list_head", 16, &members)
        .unwrap();
    let counter = btf.add_typedef("counter_t", long).unwrap();
    let opaque = btf.add_composite(Kind::Struct, "opaque", 0, &[]).unwrap();
    let to_opaque = btf.add_ptr(opaque).unwrap();
    for name in ["first", "second"] {
        let members = [
            member(&mut btf, "list", list, 0, 0),
            member(&mut btf, "count", counter, 128, 0),
            member(&mut btf, "poly", poly, 192, 0),
            member(&mut btf, "opaque", to_opaque, 256, 0),
        ];
        btf.add_composite(Kind::Struct, name, 40, &members).unwrap();
    }
    btf
}

fn of(btf: &Btf, name: &str) -> String {
    let id = btf.find(Kind::Struct, name).unwrap();
    let mut text = String::new();
    print_c_of(btf, &[id], &mut text).unwrap();
    text
}

fn both(btf: &Btf) -> String {
    of(btf, "first") + &of(btf, "second")
}

const USE: &str = "struct first a; struct second b;\n\
    _Static_assert(sizeof(a) == 40 && sizeof(b) == 40, \"sizes\");\n";

#[test]
fn two_headers_that_share_types_compile_together_in_any_order() {
    let btf = shared();
    let (first, second) = (of(&btf, "first"), of(&btf, "second"));
    for text in [first.clone() + &second, second + &first + &first] {
        compile("cc", &C, &(text + USE));
    }
}

#[test]
#[ignore = "needs gcc, clang"]
fn two_headers_compile_together_with_gcc_with_clang_and_for_bpf() {
    let text = both(&shared()) + USE;
    compile("gcc", &C, &text);
    compile("gcc", &["-std=gnu99", "-Werror", "-fsyntax-only"], &text);
    // Clang knows `preserve_access_index` for BPF alone.
    compile(
        "clang",
        &[C.as_slice(), &["-Wno-unknown-attributes"]].concat(),
        &text,
    );
    compile(
        "clang",
        &["-target", "bpf", "-g", "-c", "-o", "/dev/null"],
        &text,
    );
}

#[test]
fn headers_of_single_types_follow_a_whole_header() {
    let btf = shared();
    let whole = header(&btf);
    compile("cc", &C, &(whole.clone() + &both(&btf) + &assertions(&btf)));
    // Other tools' whole headers have the same guard.
    assert!(of(&btf, "first").starts_with("#ifndef __VMLINUX_H__\n"));
    // The other order would define types twice, which the header says.
    assert!(whole.contains("#error \"include vmlinux.h before headers of single types\""));
}

#[test]
fn a_type_that_differs_from_a_header_before_stops_the_compiler_with_its_name() {
    let btf = shared();
    let mut other = Btf::new();
    let long = int(&mut other, "long int", 8, IntEncoding::SIGNED);
    let members = [member(&mut other, "only", long, 0, 0)];
    other
        .add_composite(Kind::Struct, "list_head", 8, &members)
        .unwrap();
    let text = of(&btf, "first") + &of(&other, "list_head");
    let failed = std::panic::catch_unwind(|| compile("cc", &C, &text));
    let message = *failed.unwrap_err().downcast::<String>().unwrap();
    assert!(
        message.contains("struct list_head differs from its definition in a header before"),
        "{message}"
    );
}
