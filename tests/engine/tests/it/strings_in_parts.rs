//! Large relocatable files, whose strings were not merged: units have the part of them to which they refer.

use elf::Elf;
use engine_tests::{FileRange, Workshop, encode, raw};

/// Two units with types of one name, whose strings are each object's own.
pub(crate) const UNITS: [(&str, &str); 2] = [
    (
        "one",
        "struct shared { int number; struct shared *next; }; struct only_one { struct shared first_member; };
         int one(struct only_one *argument) { return argument->first_member.number; }",
    ),
    (
        "two",
        "struct shared { int number; struct shared *next; }; struct only_two { struct shared second_member; };
         int two(struct only_two *argument) { return argument->second_member.number; }",
    ),
];

/// A unit with two typedefs; the name of the second has no relocation, so that nothing tells where it is.
const UNTOLD: &str = "
        .section .debug_str,\"MS\",@progbits,1
.Lname: .asciz \"told_by_a_relocation\"
        .section .debug_abbrev,\"\",@progbits
.Labbrev:
        .uleb128 1, 0x11
        .byte 1, 0x03, 0x08, 0, 0
        .uleb128 2, 0x24
        .byte 0, 0x03, 0x08, 0x0b, 0x0b, 0x3e, 0x0b, 0, 0
        .uleb128 3, 0x16
        .byte 0, 0x03, 0x0e, 0x49, 0x13, 0, 0
        .byte 0
        .section .debug_info,\"\",@progbits
.Lunit: .long .Lend - .Lversion
.Lversion:
        .short 4
        .long .Labbrev
        .byte 8
        .uleb128 1
        .asciz \"untold.s\"
.Lint:  .uleb128 2
        .asciz \"int\"
        .byte 4, 5
        .uleb128 3
        .long .Lname, .Lint - .Lunit
        .uleb128 3
        .long 1700, .Lint - .Lunit
        .byte 0
.Lend:
";

/// The BTF of the objects and of so many strings in front of them, linked into a relocatable file; and how many bytes of
/// `.debug_str` were read, in shares of all.
fn linked(shop: &Workshop, strings: u32, objects: &str) -> (String, f64) {
    shop.write(
        "strings.s",
        format!(
            ".section .debug_str,\"MS\",@progbits,1\n.rept {strings}\n.asciz \"string_of_before\"\n.endr\n"
        ),
    );
    shop.run("as strings.s -o strings.o");
    shop.run(&format!("ld -r -o linked.o strings.o {objects}"));
    let file = shop.read("linked.o");
    let elf = Elf::parse(&file).expect("an ELF file");
    let section = elf.section(".debug_str").expect("it has strings");
    let source = FileRange::new(&file, section.offset..section.offset + section.size);
    let outcome = encode(&source).expect("it can be encoded");
    assert!(outcome.statistics.units.failed.is_empty());
    (raw(&outcome.btf), source.share())
}

#[test]
#[ignore = "needs gcc, as, ld"]
fn units_read_the_strings_to_which_they_refer() {
    let shop = Workshop::new("strings_in_parts");
    for (name, program) in UNITS {
        shop.write(&format!("{name}.c"), program);
        shop.run(&format!("gcc -g -O1 -c {name}.c -o {name}.o"));
    }
    let (small, all) = linked(&shop, 500_000, "one.o two.o");
    assert!(all >= 1.0, "a section of 8 MB is read as a whole: {all}");
    let (large, part) = linked(&shop, 1_000_000, "one.o two.o");
    assert!(part < 0.1, "a part of 17 MB: {part}");
    assert_eq!(large, small);
    for name in ["shared", "only_one", "first_member", "second_member"] {
        assert!(large.contains(name), "{name} in {large}");
    }
}

#[test]
#[ignore = "needs gcc, as, ld"]
fn a_name_elsewhere_makes_units_read_all_strings() {
    let shop = Workshop::new("strings_elsewhere");
    let (name, program) = UNITS[0];
    shop.write(&format!("{name}.c"), program);
    shop.run(&format!("gcc -g -O1 -c {name}.c -o {name}.o"));
    shop.write("untold.s", UNTOLD);
    shop.run("as untold.s -o untold.o");
    let (small, _) = linked(&shop, 500_000, "one.o untold.o");
    let (large, all) = linked(&shop, 1_000_000, "one.o untold.o");
    assert!(all >= 1.0, "{all}");
    assert_eq!(large, small);
    for name in ["told_by_a_relocation", "'string_of_before'", "first_member"] {
        assert!(large.contains(name), "{name} in {large}");
    }
}
