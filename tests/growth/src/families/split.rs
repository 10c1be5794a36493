//! Split BTF and its base: references into the base, names that both have, distilled bases.

use crate::generator::{Generator, Input};
use crate::write::{BtfWriter, Kind};

pub(super) const FAMILY: &[Generator] = &[
    Generator::split(
        "references-into-the-base",
        "n types that refer to n types of the base",
        references,
    ),
    Generator::split(
        "module-that-repeats-the-base",
        "n structs that the base has too",
        |n| repeated(n, false),
    ),
    Generator::split(
        "module-that-differs-from-the-base",
        "n structs of the base's names with other members",
        |n| repeated(n, true),
    ),
    Generator::split(
        "module-and-base-of-one-name",
        "n structs of one name in the base and n in the module",
        one_name,
    ),
    Generator::split(
        "declarations-of-the-base",
        "n declarations in the base of structs that the module defines",
        declarations,
    ),
    Generator::split(
        "chain-in-the-base",
        "types that refer to the end of a chain of n types in the base",
        chain,
    ),
    Generator::split(
        "names-of-the-base-as-suffixes",
        "the bytes of names in the base, which the module's types use",
        names,
    ),
];

fn of(base: &BtfWriter, module: &BtfWriter) -> Input {
    Input {
        file: module.finish(),
        base: Some(base.finish()),
    }
}

fn references(n: usize) -> Input {
    let mut base = BtfWriter::with_int();
    for index in 0..n {
        base.holder(&format!("s{index}"), 4, 1);
    }
    let mut module = BtfWriter::split(&base);
    for index in 0..n as u32 {
        let pointer = module.to(Kind::Ptr, 2 + index);
        module.holder(&format!("m{index}"), 8, pointer);
    }
    of(&base, &module)
}

fn repeated(n: usize, differs: bool) -> Input {
    let mut base = BtfWriter::with_int();
    for index in 0..n {
        base.holder(&format!("s{index}"), 4, 1);
    }
    let mut module = BtfWriter::split(&base);
    for index in 0..n {
        let member = module.name(if differs { "y" } else { "x" });
        module.composite(Kind::Struct, &format!("s{index}"), 4, &[(member, 1, 0)]);
    }
    of(&base, &module)
}

fn one_name(n: usize) -> Input {
    let mut base = BtfWriter::with_int();
    let fill = |btf: &mut BtfWriter, letter: char| {
        for index in 0..n {
            let member = btf.name(&format!("{letter}{index}"));
            btf.composite(Kind::Struct, "s", 4, &[(member, 1, 0)]);
        }
    };
    fill(&mut base, 'a');
    let mut module = BtfWriter::split(&base);
    fill(&mut module, 'b');
    of(&base, &module)
}

fn declarations(n: usize) -> Input {
    let mut base = BtfWriter::with_int();
    for index in 0..n {
        let name = base.name(&format!("s{index}"));
        let declaration = base.add(Kind::Fwd, name, 0, 0, &[]);
        let pointer = base.to(Kind::Ptr, declaration);
        base.holder(&format!("u{index}"), 8, pointer);
    }
    let mut module = BtfWriter::split(&base);
    for index in 0..n {
        module.holder(&format!("s{index}"), 4, 1);
        module.holder(&format!("u{index}"), 4, 1);
    }
    of(&base, &module)
}

fn chain(n: usize) -> Input {
    let mut base = BtfWriter::with_int();
    let mut target = 1;
    for _ in 0..n {
        target = base.to(Kind::Ptr, target);
    }
    let mut module = BtfWriter::split(&base);
    for index in 0..n {
        module.holder(&format!("m{index}"), 8, target);
    }
    of(&base, &module)
}

fn names(n: usize) -> Input {
    let mut base = BtfWriter::with_int();
    let first = base.text(&"a".repeat(12 * n));
    let x = base.name("x");
    for index in 0..n as u32 {
        base.add(Kind::Struct, first + index, 4, 1, &[x, 1, 0]);
    }
    let mut module = BtfWriter::split(&base);
    for index in 0..n as u32 {
        let pointer = module.to(Kind::Ptr, 2 + index);
        module.holder(&format!("m{index}"), 8, pointer);
    }
    of(&base, &module)
}
