//! BTF types with many members, parameters, or tags, and many types of one kind.

use crate::generator::{Generator, Input};
use crate::write::{BtfWriter, Kind, MOST_MEMBERS};

pub(super) const FAMILY: &[Generator] = &[
    Generator::types("members", "structs of many members", members),
    Generator::types(
        "bitfields",
        "a struct of n bit-fields of one bit",
        bitfields,
    ),
    Generator::types("values", "an enumeration of n values", values),
    Generator::types("parameters", "a prototype of n parameters", parameters),
    Generator::types(
        "functions-of-a-wide-prototype",
        "n functions of one prototype of n parameters",
        functions_of_a_wide_prototype,
    ),
    Generator::types(
        "members-of-a-wide-prototype",
        "n members that point at one prototype of n parameters",
        members_of_a_wide_prototype,
    ),
    Generator::types(
        "members-of-a-wide-struct",
        "n structs with a member of one struct without name that has n members",
        members_of_a_wide_struct,
    ),
    Generator::types("functions", "n functions of one prototype", functions),
    Generator::types(
        "variables-of-a-section",
        "a section of n variables",
        section,
    ),
    Generator::types(
        "sections-of-one-variable",
        "n sections that contain one variable each, the same",
        sections_of_one_variable,
    ),
    Generator::types("tags-of-a-struct", "n decl tags of one struct", |n| {
        decl_tags(n, false)
    }),
    Generator::types(
        "tags-of-members",
        "n decl tags, each of another member of one struct",
        |n| decl_tags(n, true),
    ),
    Generator::types(
        "kfunc-tags-of-a-function",
        "n tags bpf_kfunc of one function",
        kfunc_tags,
    ),
    Generator::types("type-tags", "n type tags in a chain", type_tags),
];

fn members(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    let names: Vec<u32> = (0..n).map(|index| btf.name(&format!("m{index}"))).collect();
    for (index, names) in names.chunks(MOST_MEMBERS).enumerate() {
        let name = if index == 0 {
            "s".to_owned()
        } else {
            format!("s{index}")
        };
        let members: Vec<_> = names
            .iter()
            .zip(0..)
            .map(|(&name, at)| (name, 1, 32 * at))
            .collect();
        btf.composite(Kind::Struct, &name, 4 * names.len() as u32, &members);
    }
    btf.finish().into()
}

fn bitfields(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    let members: Vec<_> = (0..n.min(MOST_MEMBERS) as u32)
        .map(|index| (btf.name(&format!("m{index}")), 1, 1 << 24 | index))
        .collect();
    let name = btf.name("s");
    let words: Vec<u32> = members
        .iter()
        .flat_map(|&(name, ty, at)| [name, ty, at])
        .collect();
    let size = (members.len() as u32).div_ceil(32) * 4;
    btf.add(
        Kind::Struct,
        name,
        size,
        0x8000_0000 | members.len(),
        &words,
    );
    btf.finish().into()
}

fn values(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    let words: Vec<u32> = (0..n.min(MOST_MEMBERS) as u32)
        .flat_map(|index| [btf.name(&format!("m{index}")), index])
        .collect();
    let name = btf.name("s");
    btf.add(Kind::Enum, name, 4, words.len() / 2, &words);
    btf.finish().into()
}

fn many_parameters(btf: &mut BtfWriter, n: usize) -> u32 {
    let name = btf.name("a");
    btf.prototype(1, &vec![(name, 1); n])
}

fn parameters(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    let prototype = many_parameters(&mut btf, n);
    btf.function("s", prototype);
    btf.finish().into()
}

fn functions_of_a_wide_prototype(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    let prototype = many_parameters(&mut btf, 3 * n);
    for index in 0..n {
        btf.function(&format!("f{index}"), prototype);
    }
    btf.finish().into()
}

fn members_of_a_wide_prototype(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    let prototype = many_parameters(&mut btf, 2 * n);
    let pointer = btf.to(Kind::Ptr, prototype);
    pointers_of_members(&mut btf, n, pointer);
    btf.finish().into()
}

fn pointers_of_members(btf: &mut BtfWriter, n: usize, target: u32) {
    let members: Vec<_> = (0..n as u32)
        .map(|index| (btf.name(&format!("m{index}")), target, 64 * index))
        .collect();
    btf.composite(Kind::Struct, "s", 8 * n as u32, &members);
}

fn members_of_a_wide_struct(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    let members: Vec<_> = (0..2 * n as u32)
        .map(|index| (btf.name(&format!("m{index}")), 1, 32 * index))
        .collect();
    let size = 8 * n as u32;
    let wide = btf.composite(Kind::Struct, "", size, &members);
    for index in 0..n {
        btf.holder(&format!("s{index}"), size, wide);
    }
    btf.holder("s", size, wide);
    btf.finish().into()
}

fn functions(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    let prototype = btf.prototype(1, &[]);
    for index in 0..n {
        btf.function(&format!("f{index}"), prototype);
    }
    btf.finish().into()
}

fn section(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    let n = n.min(MOST_MEMBERS);
    let mut words = Vec::new();
    for index in 0..n as u32 {
        let name = btf.name(&format!("v{index}"));
        let variable = btf.add(Kind::Var, name, 1, 0, &[1]);
        words.extend([variable, 4 * index, 4]);
    }
    let name = btf.name(".data");
    btf.add(Kind::Datasec, name, 4 * n as u32, n, &words);
    btf.finish().into()
}

fn sections_of_one_variable(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    let name = btf.name("v");
    let variable = btf.add(Kind::Var, name, 1, 0, &[1]);
    for index in 0..n {
        let name = btf.name(&format!(".data.{index}"));
        btf.add(Kind::Datasec, name, 4, 1, &[variable, 0, 4]);
    }
    btf.finish().into()
}

fn decl_tags(n: usize, of_members: bool) -> Input {
    let mut btf = BtfWriter::with_int();
    let structure = match of_members {
        true => {
            let name = btf.name("x");
            let count = n.min(MOST_MEMBERS) as u32;
            let members: Vec<_> = (0..count).map(|index| (name, 1, 32 * index)).collect();
            btf.composite(Kind::Struct, "s", 4 * count, &members)
        }
        false => btf.holder("s", 4, 1),
    };
    for index in 0..n as u32 {
        let name = btf.name(&format!("t{index}"));
        let component = match of_members {
            true => index % MOST_MEMBERS as u32,
            false => u32::MAX,
        };
        btf.add(Kind::DeclTag, name, structure, 0, &[component]);
    }
    btf.finish().into()
}

fn kfunc_tags(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    let prototype = btf.prototype(1, &[]);
    let function = btf.function("s", prototype);
    let name = btf.name("bpf_kfunc");
    for _ in 0..n {
        btf.add(Kind::DeclTag, name, function, 0, &[u32::MAX]);
    }
    btf.finish().into()
}

fn type_tags(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    let mut target = 1;
    for index in 0..n {
        let name = btf.name(&format!("t{index}"));
        target = btf.add(Kind::TypeTag, name, target, 0, &[]);
    }
    let pointer = btf.to(Kind::Ptr, target);
    btf.holder("s", 8, pointer);
    btf.finish().into()
}
