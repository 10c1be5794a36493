//! `show` against what pahole 1.24 printed for the same BTF (`pahole -F btf -C NAME`), with two lines
//! put right that it prints as no C: an array of functions' pointers and a pointer to an array.
//!
//! `SHOW_SAMPLE=FILE` makes the test write the BTF there, so that pahole can be asked again.

use btf::layout::{Boundary, struct_layout};
use btf::print::show::show;
use btf::{Array, Btf, Int, IntEncoding, Kind, Linkage, Member, Param, StringOffset, TypeId};

struct Builder {
    btf: Btf,
    int: TypeId,
    long: TypeId,
    char: TypeId,
}

impl Builder {
    fn new() -> Builder {
        let mut btf = Btf::new();
        let mut number = |name: &str, size: u32| {
            let bits = (size * 8) as u8;
            let (encoding, offset) = (IntEncoding::NONE, 0);
            btf.add_int(
                name,
                Int {
                    size,
                    encoding,
                    offset,
                    bits,
                },
            )
            .unwrap()
        };
        let long = number("long unsigned int", 8);
        let int = number("unsigned int", 4);
        let char = number("unsigned char", 1);
        Builder {
            btf,
            int,
            long,
            char,
        }
    }

    fn member(&mut self, name: &str, ty: TypeId, bit_offset: u32, bitfield_size: u8) -> Member {
        let name = self.btf.intern(name.as_bytes()).unwrap();
        Member {
            name,
            ty,
            bit_offset,
            bitfield_size,
        }
    }

    /// Members as (name, type, byte offset).
    fn composite(
        &mut self,
        kind: Kind,
        name: &str,
        size: u32,
        members: &[(&str, TypeId, u32)],
    ) -> TypeId {
        let members: Vec<_> = members
            .iter()
            .map(|&(name, ty, offset)| self.member(name, ty, offset * 8, 0))
            .collect();
        self.btf.add_composite(kind, name, size, &members).unwrap()
    }

    fn array(&mut self, element: TypeId, count: u32) -> TypeId {
        let index = self.int;
        self.btf
            .add_array(Array {
                element,
                index,
                count,
            })
            .unwrap()
    }
}

/// What `show` is asked about, in the order of `tests/data/show.txt`.
const NAMES: [&str; 8] = [
    "padded", "task", "bits", "packed", "choice", "state", "state_t", "empty",
];

fn sample() -> Btf {
    let mut b = Builder::new();
    let (int, long, char) = (b.int, b.long, b.char);
    let padded = b.composite(
        Kind::Struct,
        "padded",
        16,
        &[("value", long, 0), ("kind", int, 8)],
    );

    let next = b.btf.add_ptr(padded).unwrap();
    let name = b.array(char, 20);
    let text = b.btf.add_reference(Kind::Const, "", char).unwrap();
    let text = b.btf.add_ptr(text).unwrap();
    let param = |ty| Param {
        name: StringOffset::EMPTY,
        ty,
    };
    let proto = b
        .btf
        .add_func_proto(int, &[param(text), param(long), param(TypeId::VOID)])
        .unwrap();
    let function = b.btf.add_ptr(proto).unwrap();
    let functions = b.array(function, 2);
    let inner = b.composite(
        Kind::Struct,
        "",
        24,
        &[("a", char, 0), ("b", long, 8), ("c", int, 16)],
    );
    let choice = b.composite(Kind::Union, "", 24, &[("", inner, 0), ("all", long, 0)]);
    let one = b.btf.intern(b"ONE").unwrap();
    let three = b.btf.intern(b"THREE").unwrap();
    let inline = b
        .btf
        .add_enum("", 4, false, &[(one, 1), (three, 3)])
        .unwrap();
    let flexible = b.array(long, 0);
    let pointer_to_array = b.btf.add_ptr(name).unwrap();
    let members = [
        ("flags", char, 0),
        ("state", padded, 8),
        ("name", name, 24),
        ("visit", function, 48),
        ("visits", functions, 56),
        ("text", text, 72),
        ("", choice, 80),
        ("named", inner, 104),
        ("mode", inline, 128),
        ("aligned", padded, 192),
        ("next", next, 208),
        ("names", pointer_to_array, 216),
        ("rest", flexible, 224),
    ];
    b.composite(Kind::Struct, "task", 256, &members);

    let members = [
        b.member("first", int, 0, 3),
        b.member("second", int, 3, 2),
        b.member("shared", char, 8, 4),
        b.member("after", char, 16, 0),
        b.member("wide", long, 64, 40),
        b.member("unit", long, 128, 1),
        b.member("gap", long, 140, 1),
        b.member("byte", char, 192, 1),
    ];
    b.btf
        .add_composite(Kind::Struct, "bits", 32, &members)
        .unwrap();
    b.composite(
        Kind::Struct,
        "packed",
        13,
        &[("a", char, 0), ("b", long, 1), ("c", int, 9)],
    );
    b.composite(
        Kind::Union,
        "choice",
        16,
        &[("inner", padded, 0), ("value", long, 0)],
    );
    let low = b.btf.intern(b"LOW").unwrap();
    let longer = b.btf.intern(b"LONGER").unwrap();
    b.btf
        .add_enum("state", 4, false, &[(low, 0), (longer, 70000)])
        .unwrap();
    let anonymous = b.composite(Kind::Struct, "", 8, &[("counter", int, 0)]);
    b.btf.add_typedef("state_t", anonymous).unwrap();
    b.composite(Kind::Struct, "empty", 0, &[]);
    let proto = b.btf.add_func_proto(TypeId::VOID, &[]).unwrap();
    b.btf.add_func("schedule", proto, Linkage::Global).unwrap();
    b.btf.add_var("jiffies", long, Linkage::Global).unwrap();
    b.btf
}

fn shown(btf: &Btf, name: &str) -> String {
    let (id, _) = btf.types().find(|&(id, _)| btf.name(id) == name).unwrap();
    let mut text = String::new();
    show(btf, id, &mut text).unwrap();
    text
}

#[test]
fn types_are_shown_as_pahole_shows_them() {
    let btf = sample();
    if let Some(path) = std::env::var_os("SHOW_SAMPLE") {
        std::fs::write(path, btf.to_bytes(Default::default()).unwrap()).unwrap();
    }
    let shown: String = NAMES.iter().map(|name| shown(&btf, name)).collect();
    let expected = include_str!("../data/show.txt");
    assert_eq!(
        shown, expected,
        "\n--- shown\n{shown}\n--- expected\n{expected}"
    );
}

#[test]
fn functions_and_variables_are_shown_as_declarations() {
    let btf = sample();
    assert_eq!(shown(&btf, "schedule"), "void schedule(void);\n");
    assert_eq!(shown(&btf, "jiffies"), "long unsigned int jiffies;\n");
}

#[test]
fn rows_carry_what_a_picture_needs() {
    let btf = sample();
    let (id, _) = btf.types().find(|&(id, _)| btf.name(id) == "task").unwrap();
    let layout = struct_layout(&btf, id).unwrap();
    assert_eq!(
        (layout.size, layout.is_union, layout.packed),
        (256, false, false)
    );
    let row = |name: &str| {
        layout
            .rows
            .iter()
            .find(|row| btf.str(row.name) == name)
            .unwrap()
    };
    assert_eq!(
        (row("state").offset, row("state").hole, row("state").padding),
        (8, 7, 4)
    );
    assert_eq!((row("b").depth, row("b").offset, row("b").hole), (2, 88, 7));
    assert_eq!(row("text").boundary, Some(Boundary { line: 1, ago: 8 }));
    assert_eq!(row("aligned").forced_alignment, Some(64));
    let sizes: u64 = layout
        .rows
        .iter()
        .filter(|row| row.depth == 0)
        .map(|row| row.size)
        .sum();
    assert_eq!(sizes, layout.holes.member_bytes);
    assert_eq!(
        layout.holes.member_bytes + layout.holes.hole_bytes + layout.holes.padding,
        layout.size
    );
    assert!(struct_layout(&btf, TypeId(1)).is_none());
}
