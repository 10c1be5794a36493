//! BTF types of equal names or equal hashes, which differ or turn out to be equal.

use crate::generator::{Generator, Input};
use crate::write::{BtfWriter, Kind};

pub(super) const FAMILY: &[Generator] = &[
    Generator::types(
        "structs-of-one-name-other-members",
        "structs of one name whose members have other names",
        structs_of_one_name,
    ),
    Generator::types(
        "structs-of-one-name-and-hash",
        "structs of one name that differ in what a pointer's target is called",
        structs_of_one_hash,
    ),
    Generator::types(
        "equal-structs",
        "n equal structs of one name",
        equal_structs,
    ),
    Generator::types(
        "equal-pointer-chains",
        "n equal types in chains of √n",
        equal_chains,
    ),
    Generator::types(
        "forwards-and-structs-of-one-name",
        "n/2 declarations and n/2 definitions of one name",
        forwards_and_structs,
    ),
    Generator::types(
        "forwards",
        "n declarations of one name and its definition",
        forwards,
    ),
    Generator::types(
        "declarations-of-repeated-structs",
        "n pointers to declarations of names that have two definitions",
        forwards_of_two,
    ),
    Generator::types(
        "deep-difference",
        "20 definitions of n/20 names, which differ at the end of a path of n/20",
        deep_difference,
    ),
    Generator::types(
        "many-definitions-deep-difference",
        "√n definitions of √n names, which differ at the end of a path of √n",
        square_deep_difference,
    ),
    Generator::types(
        "values-of-one-name",
        "n enumerations of one name with other values",
        enumerations,
    ),
    Generator::types(
        "functions-of-one-name-in-types",
        "n functions of one name with other prototypes",
        functions,
    ),
    Generator::types(
        "typedefs-of-one-name",
        "n typedefs of one name of other types",
        typedefs,
    ),
    Generator::types(
        "anonymous-structs",
        "n structs without name, each with another member",
        anonymous_structs,
    ),
    Generator::types(
        "anonymous-structs-of-one-hash",
        "n structs without name that differ in what a pointer's target is called",
        anonymous_structs_of_one_hash,
    ),
    Generator::types(
        "self-pointing-structs",
        "n equal structs that point at themselves",
        self_pointing,
    ),
    Generator::types("equal-rings", "√n equal rings of √n structs", equal_rings),
    Generator::types(
        "near-equal-rings",
        "√n rings of √n structs that differ in one member's name",
        near_equal_rings,
    ),
];

fn structs_of_one_name(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    for index in 0..n {
        let name = btf.name(&format!("m{index}"));
        btf.composite(Kind::Struct, "s", 4, &[(name, 1, 0)]);
    }
    btf.finish().into()
}

fn holder_of_typedef(btf: &mut BtfWriter, name: &str, index: usize) {
    let typedef = btf.typedef(&format!("t{index}"), 1);
    let pointer = btf.to(Kind::Ptr, typedef);
    btf.holder(name, 8, pointer);
}

fn structs_of_one_hash(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    for index in 0..n {
        holder_of_typedef(&mut btf, "s", index);
    }
    btf.finish().into()
}

fn equal_structs(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    for _ in 0..n {
        let pointer = btf.to(Kind::Ptr, 1);
        btf.holder("s", 8, pointer);
    }
    btf.finish().into()
}

fn equal_chains(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    let length = n.isqrt().max(1);
    for _ in 0..length {
        let mut target = 1;
        for _ in 0..length {
            target = btf.to(Kind::Ptr, target);
        }
    }
    btf.finish().into()
}

fn forwards_and_structs(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    for index in 0..n.div_ceil(2) {
        let name = btf.name("s");
        btf.add(Kind::Fwd, name, 0, 0, &[]);
        let member = btf.name(&format!("m{index}"));
        btf.composite(Kind::Struct, "s", 4, &[(member, 1, 0)]);
    }
    btf.finish().into()
}

fn forwards(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    let name = btf.name("s");
    for _ in 0..n {
        btf.add(Kind::Fwd, name, 0, 0, &[]);
    }
    btf.holder("s", 4, 1);
    btf.finish().into()
}

fn forwards_of_two(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    for index in 0..n {
        let name = btf.name(&format!("s{index}"));
        let declaration = btf.add(Kind::Fwd, name, 0, 0, &[]);
        btf.to(Kind::Ptr, declaration);
        for member in ["a", "b"] {
            let member = btf.name(member);
            btf.composite(Kind::Struct, &format!("s{index}"), 4, &[(member, 1, 0)]);
        }
    }
    btf.finish().into()
}

fn paths(definitions: usize, length: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    for index in 0..definitions {
        let typedef = btf.typedef(&format!("t{index}"), 1);
        let mut pointer = btf.to(Kind::Ptr, typedef);
        for step in 0..length {
            let structure = btf.holder(&format!("s{step}"), 8, pointer);
            pointer = btf.to(Kind::Ptr, structure);
        }
    }
    btf.finish().into()
}

fn deep_difference(n: usize) -> Input {
    paths(20, (n / 20).max(2))
}

fn square_deep_difference(n: usize) -> Input {
    let root = n.isqrt().max(2);
    paths(root, root)
}

fn enumerations(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    for index in 0..n as u32 {
        let (name, value) = (btf.name("s"), btf.name(&format!("m{index}")));
        btf.add(Kind::Enum, name, 4, 1, &[value, index]);
    }
    btf.finish().into()
}

fn functions(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    for index in 0..n {
        let name = btf.name(&format!("a{index}"));
        let prototype = btf.prototype(1, &[(name, 1)]);
        btf.function("s", prototype);
    }
    btf.finish().into()
}

fn typedefs(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    let mut target = 1;
    for _ in 0..n {
        target = btf.to(Kind::Ptr, target);
        btf.typedef("s", target);
    }
    btf.finish().into()
}

fn anonymous_structs(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    for index in 0..n {
        let name = btf.name(&format!("m{index}"));
        btf.composite(Kind::Struct, "", 4, &[(name, 1, 0)]);
    }
    btf.finish().into()
}

fn anonymous_structs_of_one_hash(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    for index in 0..n {
        holder_of_typedef(&mut btf, "", index);
    }
    btf.finish().into()
}

fn self_pointing(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    for _ in 0..n {
        let pointer = btf.next();
        btf.to(Kind::Ptr, pointer + 1);
        btf.holder("s", 8, pointer);
    }
    btf.finish().into()
}

/// In ring k, the member of the first struct is called by `member`.
fn rings(n: usize, member: fn(u32) -> String) -> Input {
    let mut btf = BtfWriter::with_int();
    let length = n.isqrt().max(1) as u32;
    for ring in 0..length {
        let first = btf.next();
        for step in 0..length {
            btf.to(Kind::Ptr, first + 2 * ((step + 1) % length) + 1);
            let name = btf.name(&match step {
                0 => member(ring),
                _ => "x".to_owned(),
            });
            let members = [(name, first + 2 * step, 0)];
            btf.composite(Kind::Struct, &format!("s{step}"), 8, &members);
        }
    }
    btf.finish().into()
}

fn equal_rings(n: usize) -> Input {
    rings(n, |_| "x".to_owned())
}

fn near_equal_rings(n: usize) -> Input {
    rings(n, |ring| format!("y{ring}"))
}
