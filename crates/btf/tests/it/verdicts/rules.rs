//! For each rule what just keeps it and what just breaks it.

use super::types::{INT, Types};
use btf::verify::Rule;
use btf::{Info, Kind, Layout, LayoutEntry};

/// A rule, what the types are, and how they are made.
pub type Border = (Rule, &'static str, fn(&mut Types));

/// The largest id that a type can have.
const LAST: u32 = 0xf_fffe;

/// Adds pointers up to this id; the first is a pointer to `target`.
fn up_to(types: &mut Types, last: u32, target: u32) {
    types.ptr(target);
    while types.next() <= last {
        types.ptr(0);
    }
}

fn number(types: &mut Types, size: u32, data: u32) {
    types.add(Kind::Int, "fathom", 0, size, &[data]);
}

/// A section of `size` with two variables of four bytes at these places.
fn two(types: &mut Types, size: u32, first: [u32; 2], second: [u32; 2]) {
    let [a, b] = [types.var(INT, 0), types.var(INT, 0)];
    types.section(size, &[[a, first[0], first[1]], [b, second[0], second[1]]]);
}

/// Structs one in another, the outermost first, so that all are open at once.
fn nested(types: &mut Types, depth: u32) {
    for _ in 0..depth {
        let inner = types.next() + 1;
        types.composite(Kind::Struct, 4, &[(inner, 0)]);
    }
    types.int("fathom", 4, 0, 32);
}

/// A chain of CONST, each link behind the last, whose second half is resolved before the first.
fn chain(types: &mut Types, links: u32) {
    let first = types.next() + 1;
    types.composite(Kind::Struct, 4, &[(first + links / 2, 0)]);
    for to in first + 1..first + links {
        types.link(Kind::Const, to);
    }
    types.link(Kind::Const, INT);
}

/// A type of a kind, and a layout section that describes the kinds up to it.
fn described(types: &mut Types, kind: u32) {
    let mut layout = Layout::current();
    let count = layout.entries.len().max(kind as usize + 1);
    layout.entries.resize(count, LayoutEntry::default());
    let quay = types.string("quay");
    types.words(quay, kind << 24, INT, &[]);
    types.btf.layout = Some(layout);
}

pub const BORDERS: &[Border] = &[
    (Rule::TooManyTypes, "1,048,574 types", |t| up_to(t, LAST, 0)),
    (Rule::TooManyTypes, "1,048,575 types", |t| {
        up_to(t, LAST + 1, 0)
    }),
    (
        Rule::UnknownKind,
        "a kind that the layout and the kernel know",
        |t| described(t, 8),
    ),
    (
        Rule::UnknownKind,
        "a kind that the layout alone knows",
        |t| described(t, 40),
    ),
    (Rule::NameOffset, "the end of another name", |t| {
        let name = t.string("paddle_steamer");
        t.words(name + 7, Info::new(Kind::Typedef, 0, false).0, INT, &[]);
    }),
    (Rule::NameOffset, "the last NUL", |t| {
        let name = t.string("barge");
        t.words(name + 5, Info::new(Kind::Struct, 0, false).0, 0, &[]);
    }),
    (Rule::NameOffset, "behind the last NUL", |t| {
        let name = t.string("barge");
        t.words(name + 6, Info::new(Kind::Struct, 0, false).0, 0, &[]);
    }),
    (
        Rule::NameOffset,
        "of an enumerator: behind the last NUL",
        |t| {
            let name = t.string("barge");
            t.add(Kind::Enum, "", 1, 4, &[name + 6, 0]);
        },
    ),
    (Rule::Name, "a TYPEDEF with a name", |t| {
        t.link(Kind::Typedef, INT);
    }),
    (Rule::Name, "a TYPEDEF without a name", |t| {
        t.add(Kind::Typedef, "", 0, INT, &[]);
    }),
    (Rule::TagValue, "a DECL_TAG with text", |t| {
        let ferry = t.sound(Kind::Struct);
        t.add(Kind::DeclTag, "9 knots, at most!", 0, ferry, &[0]);
    }),
    (Rule::TagValue, "a DECL_TAG without text", |t| {
        let ferry = t.sound(Kind::Struct);
        t.add(Kind::DeclTag, "", 0, ferry, &[0]);
    }),
    (Rule::VlenNotZero, "a PTR with vlen 0", |t| {
        t.ptr(INT);
    }),
    (Rule::VlenNotZero, "a PTR with vlen 1", |t| {
        t.add(Kind::Ptr, "", 1, INT, &[]);
    }),
    (Rule::KindFlag, "a PTR without the flag", |t| {
        t.ptr(INT);
    }),
    (Rule::KindFlag, "a PTR with the flag", |t| {
        t.words(0, Info::new(Kind::Ptr, 0, true).0, INT, &[]);
    }),
    (Rule::SizeNotZero, "an ARRAY with a third word of 0", |t| {
        t.add(Kind::Array, "", 0, 0, &[INT, INT, 3]);
    }),
    (Rule::SizeNotZero, "an ARRAY with a third word of 1", |t| {
        t.add(Kind::Array, "", 0, 1, &[INT, INT, 3]);
    }),
    (Rule::TypeNotZero, "a FWD with a third word of 0", |t| {
        t.add(Kind::Fwd, "barge", 0, 0, &[]);
    }),
    (Rule::TypeNotZero, "a FWD with a third word of 1", |t| {
        t.add(Kind::Fwd, "barge", 0, INT, &[]);
    }),
    (Rule::SizeZero, "a section of 1 byte", |t| {
        t.section(1, &[]);
    }),
    (Rule::SizeZero, "a section of 0 bytes", |t| {
        t.section(0, &[]);
    }),
    (Rule::IntData, "no bit above the encoding", |t| {
        number(t, 4, 32)
    }),
    (Rule::IntData, "a bit between width and offset", |t| {
        number(t, 4, 1 << 8 | 32);
    }),
    (Rule::IntData, "the bit above the encoding", |t| {
        number(t, 4, 1 << 28 | 32);
    }),
    (Rule::IntData, "the highest bit", |t| {
        number(t, 4, 1 << 31 | 32)
    }),
    (Rule::IntTooWide, "128 bits", |t| number(t, 16, 128)),
    (Rule::IntTooWide, "bits 1 to 128", |t| {
        number(t, 16, 1 << 16 | 127)
    }),
    (Rule::IntTooWide, "129 bits", |t| number(t, 32, 129)),
    (Rule::IntTooWide, "bits 2 to 129", |t| {
        number(t, 32, 2 << 16 | 127)
    }),
    (Rule::IntBits, "0 bits in 0 bytes", |t| number(t, 0, 0)),
    (Rule::IntBits, "16 bits in 2 bytes", |t| number(t, 2, 16)),
    (Rule::IntBits, "17 bits in 2 bytes", |t| number(t, 2, 17)),
    (Rule::IntBits, "16 bits from bit 1 on in 2 bytes", |t| {
        number(t, 2, 1 << 16 | 16);
    }),
    (Rule::IntEncoding, "signed", |t| number(t, 1, 1 << 24 | 8)),
    (Rule::IntEncoding, "char", |t| number(t, 1, 2 << 24 | 8)),
    (Rule::IntEncoding, "bool", |t| number(t, 1, 4 << 24 | 8)),
    (Rule::IntEncoding, "signed and char", |t| {
        number(t, 1, 3 << 24 | 8);
    }),
    (Rule::IntEncoding, "an unknown one", |t| {
        number(t, 1, 8 << 24 | 8);
    }),
    (Rule::EnumSize, "an ENUM of 1 byte", |t| {
        t.add(Kind::Enum, "side", 0, 1, &[]);
    }),
    (Rule::EnumSize, "an ENUM of 8 bytes", |t| {
        t.add(Kind::Enum, "side", 0, 8, &[]);
    }),
    (Rule::EnumSize, "an ENUM of 3 bytes", |t| {
        t.add(Kind::Enum, "side", 0, 3, &[]);
    }),
    (Rule::EnumSize, "an ENUM of 16 bytes", |t| {
        t.add(Kind::Enum, "side", 0, 16, &[]);
    }),
    (Rule::EnumSize, "an ENUM64 of 2 bytes", |t| {
        t.add(Kind::Enum64, "side", 0, 2, &[]);
    }),
    (Rule::EnumSize, "an ENUM64 of 0 bytes", |t| {
        t.add(Kind::Enum64, "side", 0, 0, &[]);
    }),
    (Rule::FloatSize, "2 bytes", |t| {
        t.add(Kind::Float, "knots", 0, 2, &[]);
    }),
    (Rule::FloatSize, "12 bytes", |t| {
        t.add(Kind::Float, "knots", 0, 12, &[]);
    }),
    (Rule::FloatSize, "16 bytes, no name", |t| {
        t.add(Kind::Float, "", 0, 16, &[]);
    }),
    (Rule::FloatSize, "1 byte", |t| {
        t.add(Kind::Float, "knots", 0, 1, &[]);
    }),
    (Rule::FloatSize, "10 bytes", |t| {
        t.add(Kind::Float, "knots", 0, 10, &[]);
    }),
    (Rule::TypeId, "the last type", |t| {
        let last = t.next() + 1;
        t.ptr(last);
        t.ptr(0);
    }),
    (Rule::TypeId, "one past the last type", |t| {
        let past = t.next() + 2;
        t.ptr(past);
        t.ptr(0);
    }),
    (Rule::TypeIdTooLarge, "id 1,048,574", |t| {
        up_to(t, LAST, LAST)
    }),
    (Rule::TypeIdTooLarge, "id 1,048,575", |t| {
        t.ptr(LAST + 1);
    }),
    (Rule::TypeIdTooLarge, "id 1,048,576", |t| {
        t.ptr(LAST + 2);
    }),
    (
        Rule::MemberNameOffset,
        "the last letter of another name",
        |t| {
            let name = t.string("keel");
            t.add(Kind::Struct, "", 1, 4, &[name + 3, INT, 0]);
        },
    ),
    (Rule::MemberNameOffset, "behind the last NUL", |t| {
        let name = t.string("keel");
        t.add(Kind::Struct, "", 1, 4, &[name + 5, INT, 0]);
    }),
    (Rule::Member, "a pointer to a declared struct", |t| {
        let barge = t.sound(Kind::Fwd);
        let to = t.ptr(barge);
        t.composite(Kind::Struct, 8, &[(to, 0)]);
    }),
    (Rule::Member, "a declared struct", |t| {
        let barge = t.sound(Kind::Fwd);
        t.composite(Kind::Struct, 8, &[(barge, 0)]);
    }),
    (Rule::Member, "a const void", |t| {
        let nothing = t.link(Kind::Const, 0);
        t.composite(Kind::Struct, 8, &[(nothing, 0)]);
    }),
    (Rule::MemberOrder, "two at one place", |t| {
        t.composite(Kind::Struct, 8, &[(INT, 32), (INT, 32)]);
    }),
    (Rule::MemberOrder, "the second in front of the first", |t| {
        t.composite(Kind::Struct, 8, &[(INT, 32), (INT, 0)]);
    }),
    (Rule::MemberOrder, "a union's at 0", |t| {
        t.composite(Kind::Union, 8, &[(INT, 0), (INT, 0)]);
    }),
    (Rule::MemberOrder, "a union's at 32", |t| {
        t.composite(Kind::Union, 8, &[(INT, 0), (INT, 32)]);
    }),
    (Rule::MemberBeyondStruct, "nothing at the end", |t| {
        let none = t.array(INT, INT, 0);
        t.composite(Kind::Struct, 4, &[(INT, 0), (none, 32)]);
    }),
    (Rule::MemberBeyondStruct, "nothing behind the end", |t| {
        let none = t.array(INT, INT, 0);
        t.composite(Kind::Struct, 4, &[(INT, 0), (none, 40)]);
    }),
    (Rule::MemberTooLong, "an int in the last 4 bytes", |t| {
        t.composite(Kind::Struct, 7, &[(INT, 24)]);
    }),
    (Rule::MemberTooLong, "an int in the last 3 bytes", |t| {
        t.composite(Kind::Struct, 7, &[(INT, 32)]);
    }),
    (Rule::MemberTooLong, "an array that fits", |t| {
        let three = t.array(INT, INT, 3);
        t.composite(Kind::Struct, 16, &[(three, 32)]);
    }),
    (Rule::MemberTooLong, "an array of one too many", |t| {
        let four = t.array(INT, INT, 4);
        t.composite(Kind::Struct, 16, &[(four, 32)]);
    }),
    (
        Rule::MemberTooLong,
        "a typedef of a struct that fits",
        |t| {
            let inner = t.sound(Kind::Struct);
            let named = t.link(Kind::Typedef, inner);
            t.composite(Kind::Union, 4, &[(named, 0)]);
        },
    ),
    (
        Rule::MemberTooLong,
        "a typedef of a struct that does not",
        |t| {
            let inner = t.sound(Kind::Struct);
            let named = t.link(Kind::Typedef, inner);
            t.composite(Kind::Union, 3, &[(named, 0)]);
        },
    ),
    (Rule::MemberNotAtByte, "a pointer at bit 8", |t| {
        let to = t.ptr(INT);
        t.composite(Kind::Struct, 9, &[(to, 8)]);
    }),
    (Rule::MemberNotAtByte, "a pointer at bit 4", |t| {
        let to = t.ptr(INT);
        t.composite(Kind::Struct, 9, &[(to, 4)]);
    }),
    (
        Rule::IntNotAtByte,
        "an int at bit 8 beside bit-fields",
        |t| {
            t.packed(Kind::Struct, 8, &[(INT, 0, 3), (INT, 8, 0)]);
        },
    ),
    (
        Rule::IntNotAtByte,
        "an int at bit 4 beside bit-fields",
        |t| {
            t.packed(Kind::Struct, 8, &[(INT, 0, 3), (INT, 4, 0)]);
        },
    ),
    (Rule::MemberAlignment, "8 bytes at byte 8", |t| {
        let knots = t.sound(Kind::Float);
        t.composite(Kind::Struct, 16, &[(knots, 64)]);
    }),
    (Rule::MemberAlignment, "8 bytes at byte 4", |t| {
        let knots = t.sound(Kind::Float);
        t.composite(Kind::Struct, 16, &[(knots, 32)]);
    }),
    (Rule::MemberAlignment, "16 bytes at byte 8", |t| {
        let long = t.add(Kind::Float, "knots", 0, 16, &[]);
        t.composite(Kind::Struct, 24, &[(long, 64)]);
    }),
    (
        Rule::MemberOffsetOverflow,
        "ends at bit 4,294,967,296",
        |t| {
            let late = t.int("fathom", 2, 8, 8);
            t.composite(Kind::Struct, 1 << 29, &[(late, 0xffff_fff0)]);
        },
    ),
    (
        Rule::MemberOffsetOverflow,
        "starts at bit 4,294,967,296",
        |t| {
            let late = t.int("fathom", 2, 8, 8);
            t.composite(Kind::Struct, 1 << 29, &[(late, 0xffff_fff8)]);
        },
    ),
    (Rule::BitfieldTooWide, "121 bits from bit 7 on", |t| {
        let wide = t.int("fathom", 16, 7, 121);
        t.composite(Kind::Struct, 24, &[(wide, 8)]);
    }),
    (
        Rule::BitfieldTooWide,
        "121 bits from bit 8 on, a bit later",
        |t| {
            let wide = t.int("fathom", 16, 7, 121);
            t.composite(Kind::Struct, 24, &[(wide, 9)]);
        },
    ),
    (Rule::BitfieldTooWide, "122 bits from bit 7 on", |t| {
        let wide = t.int("fathom", 16, 0, 122);
        t.composite(Kind::Struct, 24, &[(wide, 7)]);
    }),
    (Rule::BitfieldSize, "32 bits of an int", |t| {
        t.packed(Kind::Struct, 8, &[(INT, 5, 32)]);
    }),
    (Rule::BitfieldSize, "33 bits of an int", |t| {
        t.packed(Kind::Struct, 8, &[(INT, 5, 33)]);
    }),
    (Rule::BitfieldBase, "of an INT of 16 bits", |t| {
        let short = t.int("fathom", 2, 0, 16);
        t.packed(Kind::Struct, 2, &[(short, 0, 7)]);
    }),
    (Rule::BitfieldBase, "of an INT of 15 bits", |t| {
        let short = t.int("fathom", 2, 0, 15);
        t.packed(Kind::Struct, 2, &[(short, 0, 7)]);
    }),
    (Rule::ArrayElement, "pointers to a declared struct", |t| {
        let barge = t.sound(Kind::Fwd);
        let to = t.ptr(barge);
        t.array(to, INT, 3);
    }),
    (Rule::ArrayElement, "declared structs", |t| {
        let barge = t.sound(Kind::Fwd);
        t.array(barge, INT, 3);
    }),
    (Rule::ArrayIndex, "an INT of 8 bits", |t| {
        let byte = t.int("fathom", 1, 0, 8);
        t.array(INT, byte, 3);
    }),
    (Rule::ArrayIndex, "an INT of 7 bits", |t| {
        let few = t.int("fathom", 1, 0, 7);
        t.array(INT, few, 3);
    }),
    (Rule::ArrayIndex, "an enumeration", |t| {
        let side = t.sound(Kind::Enum);
        t.array(INT, side, 3);
    }),
    (Rule::ArrayOfBits, "of INTs of 8 bits", |t| {
        let byte = t.int("fathom", 1, 0, 8);
        t.array(byte, INT, 3);
    }),
    (Rule::ArrayOfBits, "of INTs of 7 bits", |t| {
        let few = t.int("fathom", 1, 0, 7);
        t.array(few, INT, 3);
    }),
    (Rule::ArrayTooLarge, "4,294,967,292 bytes", |t| {
        t.array(INT, INT, 0x3fff_ffff);
    }),
    (Rule::ArrayTooLarge, "4,294,967,296 bytes", |t| {
        t.array(INT, INT, 0x4000_0000);
    }),
    (Rule::ArrayTooLarge, "rows of 4,294,967,296 bytes", |t| {
        let row = t.array(INT, INT, 0x8000);
        t.array(row, INT, 0x8000);
    }),
    (Rule::Parameter, "more of them at the end", |t| {
        t.proto(0, &[("at", INT), ("", 0)]);
    }),
    (Rule::Parameter, "more of them in the middle", |t| {
        t.proto(0, &[("", 0), ("at", INT)]);
    }),
    (Rule::Parameter, "more of them, with a name", |t| {
        t.proto(0, &[("at", INT), ("rest", 0)]);
    }),
    (Rule::Parameter, "no name in a prototype alone", |t| {
        t.proto(0, &[("at", INT), ("", INT)]);
    }),
    (Rule::Parameter, "no name in a function's prototype", |t| {
        let proto = t.proto(0, &[("at", INT), ("", INT)]);
        t.func(proto, 0);
    }),
    (Rule::Parameter, "a const void", |t| {
        let nothing = t.link(Kind::Const, 0);
        t.proto(0, &[("at", nothing)]);
    }),
    (Rule::Parameter, "a name that is none", |t| {
        t.proto(0, &[("at", INT), ("how far", INT)]);
    }),
    (Rule::Parameter, "a name behind the last NUL", |t| {
        let name = t.string("at");
        t.add(Kind::FuncProto, "", 1, 0, &[name + 3, INT]);
    }),
    (
        Rule::Parameter,
        "a const typedef of a pointer to a prototype",
        |t| {
            let inner = t.proto(INT, &[("", INT)]);
            let to = t.ptr(inner);
            let named = t.link(Kind::Typedef, to);
            let fixed = t.link(Kind::Const, named);
            t.proto(0, &[("call", fixed)]);
        },
    ),
    (Rule::Parameter, "a typedef of a prototype", |t| {
        let inner = t.proto(INT, &[("", INT)]);
        let named = t.link(Kind::Typedef, inner);
        t.proto(0, &[("call", named)]);
    }),
    (Rule::Result, "a pointer to a declared struct", |t| {
        let barge = t.sound(Kind::Fwd);
        let to = t.ptr(barge);
        t.proto(to, &[]);
    }),
    (Rule::Result, "a declared struct", |t| {
        let barge = t.sound(Kind::Fwd);
        t.proto(barge, &[]);
    }),
    (Rule::FuncLinkage, "static", |t| {
        let proto = t.proto(0, &[]);
        t.func(proto, 0);
    }),
    (Rule::FuncLinkage, "global", |t| {
        let proto = t.proto(0, &[]);
        t.func(proto, 1);
    }),
    (Rule::FuncLinkage, "extern", |t| {
        let proto = t.proto(0, &[]);
        t.func(proto, 2);
    }),
    (Rule::VarLinkage, "static", |t| {
        t.var(INT, 0);
    }),
    (Rule::VarLinkage, "global", |t| {
        t.var(INT, 1);
    }),
    (Rule::VarLinkage, "extern", |t| {
        t.var(INT, 2);
    }),
    (Rule::VariableOffset, "one after the other", |t| {
        two(t, 8, [0, 4], [4, 4])
    }),
    (Rule::VariableOffset, "one into the other", |t| {
        two(t, 8, [0, 4], [3, 4])
    }),
    (Rule::VariableOffset, "at the end", |t| {
        two(t, 8, [0, 4], [8, 4])
    }),
    (Rule::VariableSize, "as large as its type", |t| {
        two(t, 8, [0, 4], [4, 4])
    }),
    (Rule::VariableSize, "smaller than its type", |t| {
        two(t, 8, [0, 4], [4, 3])
    }),
    (Rule::VariableSize, "of 0 bytes", |t| {
        two(t, 8, [0, 4], [4, 0])
    }),
    (Rule::VariableSize, "larger than the section", |t| {
        two(t, 8, [0, 9], [4, 4])
    }),
    (Rule::VariableTooLong, "to the end", |t| {
        two(t, 9, [0, 4], [5, 4])
    }),
    (Rule::VariableTooLong, "past the end", |t| {
        two(t, 8, [0, 4], [5, 4])
    }),
    (
        Rule::SectionTooSmall,
        "4,294,967,295 bytes, and an end past 32 bits",
        |t| {
            let tide = t.var(INT, 0);
            t.section(u32::MAX, &[[tide, 16, u32::MAX]]);
        },
    ),
    (
        Rule::SectionTooSmall,
        "4,294,967,295 bytes, and two ends past 32 bits",
        |t| {
            two(t, u32::MAX, [16, u32::MAX], [u32::MAX - 1, u32::MAX]);
        },
    ),
    (Rule::NotVariable, "a VAR", |t| {
        t.sound(Kind::Datasec);
    }),
    (Rule::NotVariable, "an INT", |t| {
        t.section(4, &[[INT, 0, 4]]);
    }),
    (Rule::VariableType, "a pointer to a declared struct", |t| {
        let barge = t.sound(Kind::Fwd);
        let to = t.ptr(barge);
        let tide = t.var(to, 0);
        t.section(8, &[[tide, 0, 8]]);
    }),
    (Rule::VariableType, "a declared struct", |t| {
        let barge = t.sound(Kind::Fwd);
        let tide = t.var(barge, 0);
        t.section(8, &[[tide, 0, 8]]);
    }),
    (
        Rule::VariableType,
        "a declared struct, the section first",
        |t| {
            let tide = t.next() + 1;
            t.section(8, &[[tide, 0, 8]]);
            t.var(tide + 1, 0);
            t.sound(Kind::Fwd);
        },
    ),
    (Rule::ComponentIndex, "the struct itself", |t| {
        let ferry = t.sound(Kind::Struct);
        t.tag(ferry, -1);
    }),
    (Rule::ComponentIndex, "the last member", |t| {
        let ferry = t.composite(Kind::Struct, 8, &[(INT, 0), (INT, 32)]);
        t.tag(ferry, 1);
    }),
    (Rule::ComponentIndex, "one past the last member", |t| {
        let ferry = t.composite(Kind::Struct, 8, &[(INT, 0), (INT, 32)]);
        t.tag(ferry, 2);
    }),
    (Rule::ComponentIndex, "-2", |t| {
        let ferry = t.sound(Kind::Struct);
        t.tag(ferry, -2);
    }),
    (Rule::ComponentIndex, "the last parameter", |t| {
        let moor = t.sound(Kind::Func);
        t.tag(moor, 0);
    }),
    (Rule::ComponentIndex, "one past the last parameter", |t| {
        let moor = t.sound(Kind::Func);
        t.tag(moor, 1);
    }),
    (Rule::ComponentIndex, "the variable", |t| {
        let tide = t.sound(Kind::Var);
        t.tag(tide, -1);
    }),
    (Rule::ComponentIndex, "a variable's first", |t| {
        let tide = t.sound(Kind::Var);
        t.tag(tide, 0);
    }),
    (Rule::ComponentIndex, "a typedef's first", |t| {
        let metres = t.sound(Kind::Typedef);
        t.tag(metres, 0);
    }),
    (Rule::Loop, "a struct with a pointer to itself", |t| {
        let own = t.next();
        t.composite(Kind::Struct, 8, &[(own + 1, 0)]);
        t.ptr(own);
    }),
    (Rule::Loop, "a struct with itself", |t| {
        let own = t.next();
        t.composite(Kind::Struct, 8, &[(own, 0)]);
    }),
    (Rule::TooDeep, "32 structs", |t| nested(t, 32)),
    (Rule::TooDeep, "33 structs", |t| nested(t, 33)),
    (Rule::TypeTagOrder, "a tag on a const", |t| {
        let fixed = t.link(Kind::Const, INT);
        let salted = t.link(Kind::TypeTag, fixed);
        t.ptr(salted);
    }),
    (Rule::TypeTagOrder, "two tags", |t| {
        let salted = t.link(Kind::TypeTag, INT);
        let twice = t.link(Kind::TypeTag, salted);
        t.ptr(twice);
    }),
    (Rule::TypeTagOrder, "a const of a tag", |t| {
        let salted = t.link(Kind::TypeTag, INT);
        t.link(Kind::Const, salted);
    }),
    (Rule::TypeTagOrder, "a typedef of a tag", |t| {
        let salted = t.link(Kind::TypeTag, INT);
        t.link(Kind::Typedef, salted);
    }),
    (Rule::ModifierChain, "32 in a row", |t| chain(t, 32)),
    (Rule::ModifierChain, "33 in a row", |t| chain(t, 33)),
    (
        Rule::ModifierChain,
        "100 in a row, each in front of the last",
        |t| {
            let mut target = INT;
            for _ in 0..100 {
                target = t.link(Kind::Const, target);
            }
        },
    ),
];
