//! For each rule about a type by itself what just keeps it and what just breaks it.

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
];
