//! BTF types that refer to one another, one after the other, in rings and in graphs of many paths.

use crate::generator::{Generator, Input};
use crate::write::{BtfWriter, Kind};

pub(super) const FAMILY: &[Generator] = &[
    Generator::types("pointer-chain", "pointers to pointers", |n| {
        chain(n, Link::Pointer, false)
    }),
    Generator::types("const-chain", "modifiers of modifiers", |n| {
        chain(n, Link::Const, false)
    }),
    Generator::types("typedef-chain", "typedefs of typedefs", |n| {
        chain(n, Link::Typedef, false)
    }),
    Generator::types("array-chain", "arrays of arrays", |n| {
        chain(n, Link::Array, false)
    }),
    Generator::types(
        "members-of-a-pointer-chain",
        "n structs, each with a member of another type of a chain",
        |n| chain(n, Link::Pointer, true),
    ),
    Generator::types(
        "members-of-a-const-chain",
        "the same with modifiers, which are looked through",
        |n| chain(n, Link::Const, true),
    ),
    Generator::types(
        "members-of-a-typedef-chain",
        "the same with typedefs",
        |n| chain(n, Link::Typedef, true),
    ),
    Generator::types(
        "members-of-an-array-chain",
        "the same with arrays, whose size is that of their elements",
        |n| chain(n, Link::Array, true),
    ),
    Generator::types(
        "structs-in-structs",
        "named structs, each with the one before as a member",
        |n| nested(n, true),
    ),
    Generator::types(
        "anonymous-structs-in-structs",
        "the same without names: written out, the last one holds all",
        |n| nested(n, false),
    ),
    Generator::types(
        "anonymous-members-in-structs",
        "members without names, whose members count as the struct's own",
        nested_members,
    ),
    Generator::types(
        "structs-twice-in-structs",
        "2^n paths by value to one type",
        structs_twice,
    ),
    Generator::types(
        "unions-twice-in-unions",
        "2^n paths by value, each of the same size",
        unions_twice,
    ),
    Generator::types(
        "prototypes-twice-in-prototypes",
        "2^n paths through parameters",
        prototypes_twice,
    ),
    Generator::types(
        "ring-of-consts",
        "a ring that no walk may follow",
        ring_of_consts,
    ),
    Generator::types(
        "ring-of-structs",
        "a ring of structs by value",
        ring_of_structs,
    ),
    Generator::types(
        "all-structs-to-all",
        "√n structs that point at √n structs each",
        all_to_all,
    ),
    Generator::types(
        "chain-that-is-used-by-all",
        "n structs that point at the end of a chain of n pointers to structs",
        users_of_users,
    ),
];

#[derive(Clone, Copy)]
enum Link {
    Pointer,
    Const,
    Typedef,
    Array,
}

fn link(btf: &mut BtfWriter, link: Link, index: usize, target: u32) -> u32 {
    match link {
        Link::Pointer => btf.to(Kind::Ptr, target),
        Link::Const => btf.to(Kind::Const, target),
        Link::Typedef => btf.typedef(&format!("t{index}"), target),
        Link::Array => btf.array(target, 1, 1),
    }
}

fn chain(n: usize, of: Link, members: bool) -> Input {
    let mut btf = BtfWriter::with_int();
    let mut target = 1;
    let mut ids = Vec::new();
    for index in 0..n {
        target = link(&mut btf, of, index, target);
        ids.push(target);
    }
    let size = match of {
        Link::Pointer => 8,
        _ => 4,
    };
    if members {
        for (index, id) in ids.into_iter().enumerate() {
            btf.holder(&format!("s{index}"), size, id);
        }
    }
    btf.holder("s", size, target);
    let a = btf.name("a");
    let prototype = btf.prototype(target, &[(a, target)]);
    btf.function("f", prototype);
    btf.finish().into()
}

fn nested(n: usize, named: bool) -> Input {
    let mut btf = BtfWriter::with_int();
    let mut inner = 1;
    for index in 0..n {
        let name = match named {
            true => format!("s{index}"),
            false => String::new(),
        };
        inner = btf.holder(&name, 4, inner);
    }
    btf.holder("s", 4, inner);
    btf.finish().into()
}

fn nested_members(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    let mut inner = btf.holder("", 4, 1);
    for index in 0..n {
        let name = btf.name(&format!("m{index}"));
        let size = 4 * (index as u32 + 2);
        inner = btf.composite(Kind::Struct, "", size, &[(name, 1, 0), (0, inner, 32)]);
    }
    btf.composite(Kind::Struct, "s", 4 * (n as u32 + 1), &[(0, inner, 0)]);
    btf.finish().into()
}

fn structs_twice(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    let (a, b) = (btf.name("a"), btf.name("b"));
    let (mut inner, mut size) = (1, 4_u32);
    for _ in 0..n {
        let half = size;
        size = size.wrapping_mul(2);
        inner = btf.composite(
            Kind::Struct,
            "",
            size,
            &[(a, inner, 0), (b, inner, half.wrapping_mul(8))],
        );
    }
    btf.holder("s", size, inner);
    btf.finish().into()
}

fn unions_twice(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    let mut inner = 1;
    for index in 0..n {
        let names = ["a", "b"].map(|letter| btf.name(&format!("{letter}{index}")));
        let members = names.map(|name| (name, inner, 0));
        inner = btf.composite(Kind::Union, "", 4, &members);
    }
    btf.holder("s", 4, inner);
    btf.finish().into()
}

fn prototypes_twice(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    let mut taken = 1;
    for _ in 0..n {
        let prototype = btf.prototype(taken, &[(0, taken), (0, taken)]);
        taken = btf.to(Kind::Ptr, prototype);
    }
    btf.holder("s", 8, taken);
    let a = btf.name("a");
    let prototype = btf.prototype(taken, &[(a, taken)]);
    btf.function("f", prototype);
    btf.typedef("t", taken);
    btf.finish().into()
}

fn ring_of_consts(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    for index in 0..n as u32 {
        btf.to(Kind::Const, 2 + (index + 1) % n as u32);
    }
    btf.finish().into()
}

fn ring_of_structs(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    for index in 0..n as u32 {
        btf.holder(&format!("s{index}"), 4, 2 + (index + 1) % n as u32);
    }
    btf.finish().into()
}

fn all_to_all(n: usize) -> Input {
    let wide = n.isqrt().max(1) as u32;
    let mut btf = BtfWriter::with_int();
    for index in 0..wide {
        let members: Vec<_> = (0..wide)
            .map(|step| (btf.name(&format!("m{step}")), 2 + wide + step, 64 * step))
            .collect();
        btf.composite(Kind::Struct, &format!("s{index}"), 8 * wide, &members);
    }
    for index in 0..wide {
        btf.to(Kind::Ptr, 2 + index);
    }
    btf.finish().into()
}

fn users_of_users(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    let mut target = 1;
    for index in 0..n {
        let name = if index == 0 {
            "s".to_owned()
        } else {
            format!("c{index}")
        };
        let structure = btf.holder(&name, 8, target);
        target = btf.to(Kind::Ptr, structure);
    }
    for index in 0..n {
        btf.holder(&format!("u{index}"), 8, target);
    }
    btf.finish().into()
}
