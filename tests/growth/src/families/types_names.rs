//! Names in BTF that share bytes: n names of n bytes take n bytes of the strings.

use crate::generator::{Generator, Input};
use crate::write::{BtfWriter, Kind, MOST_MEMBERS};

pub(super) const FAMILY: &[Generator] = &[
    Generator::types(
        "type-names-as-suffixes",
        "the bytes of names of types",
        |n| typedefs(n, |index| index),
    ),
    Generator::types(
        "types-of-one-long-name",
        "the bytes of one name, which n types have",
        |n| typedefs(n, |_| 0),
    ),
    Generator::types(
        "names-of-members-as-suffixes",
        "the bytes of names of members",
        members,
    ),
    Generator::types(
        "names-of-parameters-as-suffixes",
        "the bytes of names of parameters",
        parameters,
    ),
    Generator::types(
        "names-of-values-as-suffixes",
        "the bytes of names of values",
        values,
    ),
    Generator::types(
        "users-of-one-long-name",
        "the bytes of the name of one struct, which n members and functions use",
        users_of_one_long_name,
    ),
    Generator::types(
        "names-of-functions-as-suffixes",
        "the bytes of names of functions",
        |n| functions(n, |index| index),
    ),
    Generator::types(
        "names-of-variables-as-suffixes",
        "the bytes of names of variables in a section",
        variables,
    ),
    Generator::types(
        "names-of-tags-as-suffixes",
        "the bytes of names of tags of one struct",
        tags,
    ),
];

/// A string of n letters, each of whose offsets begins another name; where it begins.
fn letters(btf: &mut BtfWriter, n: usize) -> u32 {
    btf.text(&"a".repeat(n))
}

fn typedefs(n: usize, name: fn(u32) -> u32) -> Input {
    let mut btf = BtfWriter::with_int();
    let first = letters(&mut btf, 12 * n);
    for index in 0..n as u32 {
        btf.add(Kind::Typedef, first + name(index), 1, 0, &[]);
    }
    btf.holder("s", 4, 1);
    btf.finish().into()
}

fn members(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    let count = n.min(MOST_MEMBERS) as u32;
    let first = letters(&mut btf, 12 * count as usize);
    let members: Vec<_> = (0..count)
        .map(|index| (first + index, 1, 32 * index))
        .collect();
    btf.composite(Kind::Struct, "s", 4 * count, &members);
    btf.finish().into()
}

fn parameters(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    let first = letters(&mut btf, 8 * n);
    let parameters: Vec<_> = (0..n as u32).map(|index| (first + index, 1)).collect();
    let prototype = btf.prototype(1, &parameters);
    btf.function("s", prototype);
    btf.finish().into()
}

fn values(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    let n = n.min(MOST_MEMBERS);
    let first = letters(&mut btf, 8 * n);
    let words: Vec<u32> = (0..n as u32)
        .flat_map(|index| [first + index, index])
        .collect();
    let name = btf.name("s");
    btf.add(Kind::Enum, name, 4, n, &words);
    btf.finish().into()
}

fn users_of_one_long_name(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    let name = letters(&mut btf, 40 * n);
    let x = btf.name("x");
    let long = btf.add(Kind::Struct, name, 4, 1, &[x, 1, 0]);
    let pointer = btf.to(Kind::Ptr, long);
    let members: Vec<_> = (0..n.min(MOST_MEMBERS) as u32)
        .map(|index| (btf.name(&format!("m{index}")), pointer, 64 * index))
        .collect();
    btf.composite(Kind::Struct, "s", 8 * members.len() as u32, &members);
    let prototype = btf.prototype(pointer, &[(x, pointer)]);
    for index in 0..n {
        btf.function(&format!("f{index}"), prototype);
    }
    btf.finish().into()
}

fn functions(n: usize, name: fn(u32) -> u32) -> Input {
    let mut btf = BtfWriter::with_int();
    let first = letters(&mut btf, 12 * n);
    let prototype = btf.prototype(1, &[]);
    for index in 0..n as u32 {
        btf.add(Kind::Func, first + name(index), prototype, 1, &[]);
    }
    btf.finish().into()
}

fn variables(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    let n = n.min(MOST_MEMBERS);
    let first = letters(&mut btf, 12 * n);
    let mut words = Vec::new();
    for index in 0..n as u32 {
        let variable = btf.add(Kind::Var, first + index, 1, 0, &[1]);
        words.extend([variable, 4 * index, 4]);
    }
    let name = btf.name(".data..percpu");
    btf.add(Kind::Datasec, name, 4 * n as u32, n, &words);
    btf.finish().into()
}

fn tags(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    let first = letters(&mut btf, 12 * n);
    let structure = btf.holder("s", 4, 1);
    for index in 0..n as u32 {
        btf.add(Kind::DeclTag, first + index, structure, 0, &[u32::MAX]);
    }
    btf.finish().into()
}
