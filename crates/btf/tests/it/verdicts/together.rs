//! For each rule about what types make of each other what just keeps it and what just breaks it.

use super::rules::Border;
use super::types::{INT, Types};
use btf::Kind;
use btf::verify::Rule;

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

pub const BORDERS: &[Border] = &[
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
