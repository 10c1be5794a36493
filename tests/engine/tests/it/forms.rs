//! Attributes in forms that today's compilers do not choose: read one by one, and as DWARF 2 and 3 have them.

use engine_tests::dwarf::constants::*;
use engine_tests::dwarf::{Abbreviations, UnitWriter, file_of};
use engine_tests::{encode_whole, raw};

const BIT_OFFSET: u64 = 0x0c;
const BIT_SIZE: u64 = 0x0d;

#[test]
fn a_dimension_by_its_bound_by_its_count_and_by_both() {
    let mut abbreviations = Abbreviations::default();
    let array = abbreviations.add(ARRAY, true, &[(TYPE, REF4)]);
    let bound = abbreviations.add(SUBRANGE, false, &[(UPPER_BOUND, DATA1)]);
    let count = abbreviations.add(SUBRANGE, false, &[(COUNT, DATA1)]);
    let both = abbreviations.add(SUBRANGE, false, &[(UPPER_BOUND, DATA1), (COUNT, DATA1)]);
    let mut unit = UnitWriter::new("arrays.c");
    let int = unit.int();
    unit.die(array).word32(int).die(bound).byte(3).end();
    unit.die(array).word32(int).die(count).byte(7).end();
    unit.die(array).word32(int).die(both).byte(5).byte(6).end();
    let found = encode_whole(&file_of(abbreviations, &[unit.finish()]), "arrays");
    let text = raw(&found.btf);
    for elements in [4, 7, 6] {
        let wanted = format!("nr_elems={elements}\n");
        assert_eq!(text.matches(&wanted).count(), 1, "{wanted}{text}");
    }
}

#[test]
fn a_bitfield_of_dwarf_2_counts_from_the_high_end_of_its_unit() {
    let mut abbreviations = Abbreviations::default();
    let structure = abbreviations.add(STRUCTURE, true, &[(NAME, STRING), (BYTE_SIZE, DATA1)]);
    let attributes = [
        (NAME, STRING),
        (TYPE, REF4),
        (BYTE_SIZE, DATA1),
        (BIT_SIZE, DATA1),
        (BIT_OFFSET, DATA1),
        (MEMBER_LOCATION, DATA1),
    ];
    let field = abbreviations.add(MEMBER, false, &attributes);
    let mut unit = UnitWriter::new("fields.c");
    let int = unit.int();
    unit.die(structure).text("fields").byte(8);
    // 3 bits, 27 below the end of the 4 bytes at 4: the bits from 2 on.
    unit.die(field).text("low").word32(int);
    unit.byte(4).byte(3).byte(27).byte(4).end();
    let found = encode_whole(&file_of(abbreviations, &[unit.finish()]), "fields");
    let text = raw(&found.btf);
    let wanted = "'low' type_id=1 bits_offset=34 bitfield_size=3";
    assert!(text.contains(wanted), "{text}");
}
