//! Families of cases: every kind in the same place, by rule or against it.

use super::types::{INT, KINDS, Types};
use btf::Kind;
use std::collections::BTreeSet;

/// A case: what it is, and its types.
pub type Made = (String, Types);

/// What a name can look like.
const NAMES: [(&str, &[u8]); 8] = [
    ("no name", b""),
    ("a plain name", b"quay_1"),
    ("a dot in front", b".quay"),
    ("a digit in front", b"1quay"),
    ("a space inside", b"long quay"),
    ("two colons inside", b"port::quay"),
    ("a letter of Latin-1", b"qu\xe4"),
    ("a character of UTF-8", b"qu\xc3\xa4"),
];

/// Every kind, and every part of one that has a name, with every kind of name.
pub fn names() -> Vec<Made> {
    let mut cases = Vec::new();
    for (how, name) in NAMES {
        for kind in KINDS {
            let mut types = Types::new();
            let id = types.sound(kind);
            rename(&mut types, id, 0, name);
            cases.push((format!("{kind}: {how}"), types));
        }
        for (kind, what) in [
            (Kind::Struct, "a member"),
            (Kind::Union, "a member"),
            (Kind::Enum, "a value"),
            (Kind::Enum64, "a value"),
            (Kind::FuncProto, "a parameter"),
        ] {
            let mut types = Types::new();
            let id = types.sound(kind);
            rename(&mut types, id, 3, name);
            cases.push((format!("{what} of {kind}: {how}"), types));
        }
    }
    for (len, how) in [(512, "512 bytes long"), (513, "513 bytes long")] {
        for kind in [Kind::Typedef, Kind::Struct, Kind::Datasec, Kind::DeclTag] {
            let mut types = Types::new();
            let id = types.sound(kind);
            rename(&mut types, id, 0, &vec![b'q'; len]);
            cases.push((format!("{kind}: a name {how}"), types));
        }
    }
    cases
}

fn rename(types: &mut Types, id: u32, word: usize, name: &[u8]) {
    let name = types.btf.intern(name).unwrap();
    types.btf.words_mut(btf::TypeId(id)).unwrap()[word] = name.0;
}

/// The second word: the flag, members of what has none, kinds that there are not.
pub fn info_words() -> Vec<Made> {
    let mut cases = Vec::new();
    for kind in KINDS {
        let mut types = Types::new();
        let id = types.sound(kind);
        types.btf.words_mut(btf::TypeId(id)).unwrap()[1] |= 1 << 31;
        cases.push((format!("{kind} with the kind flag"), types));
    }
    let single = |kind: &Kind| {
        !kind.is_composite()
            && !kind.is_any_enum()
            && !matches!(kind, Kind::Func | Kind::FuncProto | Kind::Datasec)
    };
    for kind in KINDS.into_iter().filter(single) {
        let mut types = Types::new();
        let id = types.sound(kind);
        types.btf.words_mut(btf::TypeId(id)).unwrap()[1] |= 1;
        cases.push((format!("{kind} with vlen 1"), types));
    }
    for kind in [0, 23, 31, 32, 64, 127] {
        let mut types = Types::new();
        let id = types.ptr(INT);
        types.btf.words_mut(btf::TypeId(id)).unwrap()[1] = kind << 24;
        cases.push((format!("kind {kind}"), types));
    }
    for values in [65_535, 65_536] {
        let mut types = Types::new();
        let port = types.string("PORT");
        types.add(
            Kind::Enum,
            "side",
            values,
            4,
            &[port, 0].repeat(values as usize),
        );
        cases.push((format!("{values} values"), types));
    }
    cases
}

/// Everything that refers, and what it refers to.
pub fn references() -> Vec<Made> {
    type Refer = fn(&mut Types, u32) -> u32;
    const REFER: [(&str, Refer); 18] = [
        ("PTR", |t, to| t.ptr(to)),
        ("TYPEDEF", |t, to| t.link(Kind::Typedef, to)),
        ("VOLATILE", |t, to| t.link(Kind::Volatile, to)),
        ("CONST", |t, to| t.link(Kind::Const, to)),
        ("RESTRICT", |t, to| t.link(Kind::Restrict, to)),
        ("TYPE_TAG", |t, to| t.link(Kind::TypeTag, to)),
        ("ARRAY of", |t, to| t.array(to, INT, 2)),
        ("ARRAY by", |t, to| t.array(INT, to, 2)),
        ("STRUCT with", |t, to| {
            t.composite(Kind::Struct, 64, &[(to, 0)])
        }),
        ("STRUCT with const", |t, to| {
            let fixed = t.link(Kind::Const, to);
            t.composite(Kind::Struct, 64, &[(fixed, 0)])
        }),
        ("UNION with 3 bits of", |t, to| {
            t.packed(Kind::Union, 64, &[(to, 0, 3)])
        }),
        ("FUNC_PROTO that gives", |t, to| t.proto(to, &[])),
        ("FUNC_PROTO that takes", |t, to| {
            t.proto(0, &[("at", to), ("by", INT)])
        }),
        ("FUNC", |t, to| t.func(to, 1)),
        ("VAR", |t, to| t.var(to, 1)),
        ("DATASEC with", |t, to| t.section(64, &[[to, 0, 64]])),
        ("DECL_TAG on", |t, to| t.tag(to, -1)),
        ("DECL_TAG on the first of", |t, to| t.tag(to, 0)),
    ];
    let mut cases = Vec::new();
    for (name, refer) in REFER {
        for kind in KINDS {
            let mut types = Types::new();
            let to = types.sound(kind);
            refer(&mut types, to);
            cases.push((format!("{name} {kind}"), types));
            // Made twice, since the id is known once the type is there.
            let forward = |to| {
                let mut types = Types::new();
                refer(&mut types, to);
                (types.sound(kind), types)
            };
            let (to, _) = forward(0);
            cases.push((format!("{name} {kind} behind it"), forward(to).1));
        }
        for (to, what) in [
            (0, "void"),
            (9, "what there is not"),
            (1 << 20, "id 1,048,576"),
        ] {
            let mut types = Types::new();
            refer(&mut types, to);
            cases.push((format!("{name} {what}"), types));
        }
    }
    cases
}

/// Rings of one to three types, by all kinds that can be part of one.
pub fn rings() -> Vec<Made> {
    const LINKS: [Kind; 5] = [
        Kind::Ptr,
        Kind::Typedef,
        Kind::Const,
        Kind::Array,
        Kind::Struct,
    ];
    let mut cases = Vec::new();
    for len in 1..=3 {
        for number in 0..LINKS.len().pow(len) {
            let kind = |at| LINKS[number / LINKS.len().pow(at) % LINKS.len()];
            let mut types = Types::new();
            let first = types.next();
            for at in 0..len {
                let to = first + (at + 1) % len;
                match kind(at) {
                    Kind::Array => types.array(to, INT, 1),
                    Kind::Struct => types.composite(Kind::Struct, 8, &[(to, 0)]),
                    kind => types.link(kind, to),
                };
            }
            let name: Vec<&str> = (0..len).map(|at| kind(at).name()).collect();
            cases.push((name.join(" of "), types));
        }
    }
    cases
}

/// Members of 16 bytes: bases, places and widths around the borders.
pub fn members() -> Vec<Made> {
    type Base = (&'static str, u32, fn(&mut Types) -> u32);
    const BASES: [Base; 13] = [
        ("INT of 8 bits", 8, |t| t.int("fathom", 1, 0, 8)),
        ("INT of 7 bits", 7, |t| t.int("fathom", 1, 0, 7)),
        ("INT of 4 bits from bit 3 on", 4, |t| {
            t.int("fathom", 1, 3, 4)
        }),
        ("INT of 64 bits", 64, |t| t.int("fathom", 8, 0, 64)),
        ("INT of 128 bits", 128, |t| t.int("fathom", 16, 0, 128)),
        ("ENUM of 1 byte", 32, |t| {
            t.add(Kind::Enum, "side", 0, 1, &[])
        }),
        ("ENUM of 4 bytes", 32, |t| {
            t.add(Kind::Enum, "side", 0, 4, &[])
        }),
        ("ENUM64", 32, |t| t.sound(Kind::Enum64)),
        ("TYPEDEF of int", 32, |t| t.link(Kind::Typedef, INT)),
        ("PTR", 64, |t| t.ptr(INT)),
        ("ARRAY of 8 bytes", 64, |t| t.array(INT, INT, 2)),
        ("STRUCT of 4 bytes", 32, |t| t.sound(Kind::Struct)),
        ("FLOAT of 8 bytes", 64, |t| t.sound(Kind::Float)),
    ];
    let mut cases = Vec::new();
    for (name, bits, base) in BASES {
        let ends = 128 - bits;
        for place in BTreeSet::from([0, 4, ends, ends + 1, 128]) {
            let mut types = Types::new();
            let ty = base(&mut types);
            types.composite(Kind::Struct, 16, &[(ty, place)]);
            cases.push((format!("{name} at bit {place}"), types));
        }
        for place in BTreeSet::from([0, 4, ends, ends + 1]) {
            for (width, how) in [(0, "whole"), (bits, "all bits"), (bits + 1, "a bit more")] {
                let mut types = Types::new();
                let ty = base(&mut types);
                types.packed(Kind::Struct, 16, &[(ty, place, width)]);
                cases.push((
                    format!("{name} at bit {place}, {how}, with the flag"),
                    types,
                ));
            }
        }
    }
    cases
}
