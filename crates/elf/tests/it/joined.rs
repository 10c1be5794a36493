//! Two halves of a file, joined.

use crate::common::elf_crate::{Elf, Joined};
use crate::common::{Fixture, Part};
use object::Endianness;
use object::elf;

/// A 32-bit file with two sections of which the other half has the bytes.
fn half(without_bytes: bool) -> Vec<u8> {
    let part = |name, bytes: &[u8]| Part {
        sh_type: match without_bytes {
            true => elf::SHT_NOBITS.0,
            false => elf::SHT_PROGBITS.0,
        },
        ..Part::new(name, bytes).loaded(0x1000)
    };
    Fixture::new(false, Endianness::Little)
        .part(part(".far", b"far away"))
        .part(part(".near", b"near"))
        .build()
}

fn word(file: &[u8], at: usize) -> usize {
    u32::from_le_bytes(file[at..at + 4].try_into().expect("four bytes")) as usize
}

#[test]
fn a_section_whose_new_offset_does_not_fit_stays_without_bytes_and_all_others_stay_where_they_are()
{
    let debug = half(true);
    let mut other = half(false);
    // The end of .far is at 4 GiB; behind the debug file it would be further away.
    let header = word(&other, 0x20) + 40;
    other[header + 16..header + 20].copy_from_slice(&0xffff_fff8u32.to_le_bytes());

    let joined = Joined::new(debug.as_slice(), other.as_slice()).expect("joins");
    assert_eq!(joined.sections(), 1);
    let file = Elf::parse(&joined).expect("parses");
    let names: Vec<&str> = file.sections.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(names, ["", ".far", ".near", ".shstrtab"]);
    assert!(file.section(".far").expect("there").is_nobits());
    let near = file.section(".near").expect("there");
    assert_eq!(file.read_section(&joined, near).expect("reads"), b"near");
}
