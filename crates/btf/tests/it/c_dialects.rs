//! The C text in other dialects of C and as C++, with kfuncs, and with names that a dialect keeps for itself.

use crate::c_compiler::{
    assertions, compile, compile_as, compile_for_bpf, compile_here, header, int, member,
};
use btf::{Btf, Int, IntEncoding, Kind, Linkage, Param};

/// Names that are keywords of C23 and C++, as a kernel's types have them, and the kfuncs that BPF programs call.
fn newer_keywords() -> Btf {
    let mut b = Btf::new();
    let int = int(&mut b, "int", 4, IntEncoding::SIGNED);
    let boolean = {
        let name = "_Bool";
        let encoding = IntEncoding::BOOL;
        b.add_int(
            name,
            Int {
                size: 1,
                encoding,
                offset: 0,
                bits: 8,
            },
        )
        .unwrap()
    };
    let (no, yes) = (b.intern(b"false").unwrap(), b.intern(b"true").unwrap());
    b.add_enum("", 4, false, &[(no, 0), (yes, 1)]).unwrap();
    let boolean = b.add_typedef("bool", boolean).unwrap();
    let members = [
        member(&mut b, "class", int, 0, 0),
        member(&mut b, "nullptr", boolean, 32, 0),
        member(&mut b, "asm", boolean, 40, 0),
        member(&mut b, "plain", boolean, 48, 0),
    ];
    let owner = b.add_composite(Kind::Struct, "owner", 8, &members).unwrap();
    let pointer = b.add_ptr(owner).unwrap();
    let this = b.intern(b"this").unwrap();
    let params = [Param {
        name: this,
        ty: pointer,
    }];
    let proto = b.add_func_proto(boolean, &params).unwrap();
    for name in ["bpf_owner_is_free", "bpf_owner_is_free", "untagged", "true"] {
        let function = b.add_func(name, proto, Linkage::Static).unwrap();
        if name != "untagged" {
            b.add_decl_tag("bpf_kfunc", function, -1).unwrap();
        }
    }
    b
}

#[test]
fn names_that_newer_dialects_keep_for_themselves_compile_in_all_of_them() {
    let header = header(&newer_keywords());
    for dialect in ["-std=c11", "-std=gnu17", "-std=gnu2x"] {
        let source =
            format!("{header}\nbool own = true; _Static_assert(sizeof(struct owner) == 8, \"\");");
        compile("cc", &[dialect, "-w", "-fsyntax-only"], &source);
    }
    // What is the same in every dialect gets no line of the preprocessor.
    assert!(!header.contains("#define plain"));
    assert!(
        header.contains(" asm_;\n"),
        "a keyword of GNU C has another name: {header}"
    );
}

#[test]
#[ignore = "needs g++"]
fn names_that_cxx_keeps_for_itself_compile_as_cxx() {
    let header = header(&newer_keywords());
    let renamed =
        format!("{header}\nint of(owner *o) {{ return o->__btf_class + (true ? o->plain : 0); }}");
    compile_as(
        "c++",
        &["-std=c++17", "-w", "-fsyntax-only"],
        "c++",
        &renamed,
    );
}

#[test]
fn kfuncs_are_declared_once_for_programs_to_call() {
    let header = header(&newer_keywords());
    let prototypes: Vec<&str> = header
        .lines()
        .filter(|line| line.ends_with("__ksym;"))
        .collect();
    assert_eq!(
        prototypes,
        ["extern bool bpf_owner_is_free(struct owner *this) __weak __ksym;"]
    );
    compile_here(&format!(
        "{header}\nbool ask(struct owner *o) {{ return bpf_owner_is_free(o); }}"
    ));
    let without = "#define BPF_NO_KFUNC_PROTOTYPES\n";
    compile_here(&format!("{without}{header}\nint bpf_owner_is_free;"));
}

#[test]
#[ignore = "needs clang"]
fn a_program_calls_a_kfunc_of_the_header() {
    let header = header(&newer_keywords());
    compile_for_bpf(&format!(
        "{header}\nbool ask(struct owner *o) {{ return bpf_owner_is_free(o); }}"
    ));
}

#[test]
fn numbers_of_one_name_and_several_sizes_get_a_name_each() {
    let mut b = Btf::new();
    let narrow = int(&mut b, "_BitInt", 1, IntEncoding::SIGNED);
    let wide = int(&mut b, "_BitInt", 16, IntEncoding::SIGNED);
    let unsigned = int(&mut b, "unsigned _BitInt", 8, IntEncoding::NONE);
    let again = int(&mut b, "_BitInt", 1, IntEncoding::SIGNED);
    let members = [
        member(&mut b, "narrow", narrow, 0, 0),
        member(&mut b, "wide", wide, 128, 0),
        member(&mut b, "unsigned_one", unsigned, 256, 0),
        member(&mut b, "again", again, 320, 0),
    ];
    b.add_composite(Kind::Struct, "numbers", 48, &members)
        .unwrap();
    let header = header(&b);
    compile_here(&format!("{header}{}", assertions(&b)));
    assert_eq!(header.matches("typedef ").count(), 3, "{header}");
}
