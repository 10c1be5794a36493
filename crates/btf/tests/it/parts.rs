//! Sections with several BTFs, as linkers make them that know nothing of BTF.

use crate::common::INT;
use btf::{Btf, Endian, Error, HeaderForm, Kind, TypeId, WriteOptions, parse, parse_parts};

/// `int`, and a struct of this name with a member of it.
fn unit(name: &str) -> Btf {
    let mut btf = Btf::new();
    let int = btf.add_int("int", INT).unwrap();
    let member = btf::Member {
        name: btf.intern(b"m").unwrap(),
        ty: int,
        bit_offset: 0,
        bitfield_size: 0,
    };
    btf.add_composite(Kind::Struct, name, 4, &[member]).unwrap();
    btf
}

fn bytes(btf: &Btf) -> Vec<u8> {
    btf.to_bytes(WriteOptions::default()).unwrap()
}

fn lines(btf: &Btf) -> String {
    let mut text = String::new();
    btf::print::raw::write_all(&mut text, btf).unwrap();
    text
}

#[test]
fn all_are_read_with_ids_and_names_that_continue() {
    for endian in [Endian::Little, Endian::Big] {
        let units = ["a", "other", "third"].map(|name| bytes(&unit(name).with_endian(endian)));
        for padding in [0, 1, 2, 3, 15, 100_000] {
            let section = units.join(&vec![0; padding][..]);
            let parts = parse_parts(&section, None).unwrap();
            assert_eq!((parts.ranges.len(), parts.rest), (3, None));
            assert_eq!(parts.btf.endian, endian);
            parts.btf.check_references().unwrap();
            let struct_of = |id: u32, name: &str| {
                format!(
                    "[{}] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n\
                     [{}] STRUCT '{name}' size=4 vlen=1\n\t'm' type_id={} bits_offset=0\n",
                    id - 1,
                    id,
                    id - 1
                )
            };
            let expected = struct_of(2, "a") + &struct_of(4, "other") + &struct_of(6, "third");
            assert_eq!(lines(&parts.btf), expected, "{padding} bytes between");
            let mut padded = section.clone();
            padded.extend(vec![0; padding]);
            assert_eq!(
                parse_parts(&padded, None).unwrap(),
                parts,
                "zeros at the end"
            );
        }
    }
    let one = bytes(&unit("a"));
    let parts = parse_parts(&one, None).unwrap();
    assert_eq!(
        (parts.ranges.len(), &parts.btf),
        (1, &parse(&one, None).unwrap())
    );
}

#[test]
fn split_btf_of_several_parts_keeps_its_base() {
    let mut base = unit("of_base");
    base.index_strings();
    let base = std::sync::Arc::new(base);
    let part = |name: &str| {
        let mut split = Btf::split(base.clone());
        let name = split.add_typedef(name, TypeId(2)).unwrap();
        split.add_ptr(name).unwrap();
        bytes(&split)
    };
    let section = [part("one"), part("two")].concat();
    let parts = parse_parts(&section, Some(base)).unwrap();
    assert_eq!(
        lines(&parts.btf),
        "[3] TYPEDEF 'one' type_id=2\n[4] PTR '(anon)' type_id=3\n\
         [5] TYPEDEF 'two' type_id=2\n[6] PTR '(anon)' type_id=5\n"
    );
}

#[test]
fn a_part_that_cannot_be_read_is_named_with_its_place() {
    let (a, b) = (bytes(&unit("a")), bytes(&unit("b")));
    let section = [a.as_slice(), &[0], &b].concat();
    let at = a.len() + 1;
    let with = |field: usize, value: u32| {
        let mut section = section.clone();
        section[at + field..at + field + 4].copy_from_slice(&value.to_le_bytes());
        parse_parts(&section, None).unwrap_err()
    };
    let found = with(20, 4096);
    assert!(matches!(
        &found,
        Error::Part { number: 2, offset, error }
            if *offset == at as u64
                && matches!(**error, Error::SectionOutOfBounds { section: "string", .. })
    ));
    assert_eq!(
        found.to_string(),
        format!(
            "BTF number 2 of this section, at offset {at:#x}: the BTF header puts its string section at 0x28, 4096 bytes \
             long, but only 49 bytes follow the header; the file is cut short or damaged"
        )
    );
    // Its header alone, its first two bytes alone, a header that is longer than what follows.
    for cut in [at + 24, at + 2] {
        let error = parse_parts(&section[..cut], None).unwrap_err();
        assert!(matches!(error, Error::Part { number: 2, .. }), "{error}");
    }
    assert!(matches!(with(4, 1000), Error::Part { number: 2, .. }));
    // Two byte orders in one section.
    let big = bytes(&unit("b").with_endian(Endian::Big));
    let error = parse_parts(&[a.as_slice(), &big].concat(), None).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("its byte order is not that of the first BTF"),
        "{error}"
    );
}

#[test]
fn bytes_that_are_no_btf_are_told() {
    let (a, b) = (bytes(&unit("a")), bytes(&unit("b")));
    let junk = [a.as_slice(), &[0, 0, 7], &b].concat();
    let parts = parse_parts(&junk, None).unwrap();
    let rest = (a.len() as u64 + 2, b.len() as u64 + 1);
    assert_eq!((parts.ranges.len(), parts.rest), (1, Some(rest)));
    // The first header makes its strings shorter than they are, so that their rest is what follows.
    let mut short = [a, b].concat();
    short[20..24].copy_from_slice(&5u32.to_le_bytes());
    assert!(parse_parts(&short, None).unwrap().rest.is_some());
}

#[test]
fn references_and_names_that_lead_nowhere_do_not_lead_into_the_next_part() {
    let mut a = unit("a");
    a.add_ptr(TypeId(5)).unwrap();
    let section = [bytes(&unit("z")), bytes(&a), bytes(&unit("b"))].concat();
    let parts = parse_parts(&section, None).unwrap();
    let error = parts.btf.check_references().unwrap_err();
    assert!(
        matches!(error, Error::BadReference { id: TypeId(5), .. }),
        "{error}"
    );
    let mut a = unit("a");
    a.words_mut(TypeId(2)).unwrap()[0] = 13;
    let section = [bytes(&a), bytes(&unit("b"))].concat();
    let error = parse_parts(&section, None).unwrap().btf.check_references();
    assert!(
        matches!(error, Err(Error::BadName { id: TypeId(2), .. })),
        "{error:?}"
    );
}

#[test]
fn parts_with_layout_sections_fit_if_the_layouts_are_equal() {
    let with = |btf: &Btf| {
        let header = HeaderForm::Layout;
        btf.to_bytes(WriteOptions { header }).unwrap()
    };
    let section = [with(&unit("a")), bytes(&unit("b")), with(&unit("c"))].concat();
    let parts = parse_parts(&section, None).unwrap();
    assert_eq!((parts.ranges.len(), parts.btf.layout.is_some()), (3, true));
    let unknown = |size: u8| {
        let mut btf = unit("u");
        let mut layout = btf::Layout::current();
        layout.entries.resize(41, btf::LayoutEntry::default());
        layout.entries[40].info_size = size;
        btf.layout = Some(layout);
        let mut words = vec![0, 40 << 24, 0];
        words.resize(3 + usize::from(size) / 4, 0);
        btf.push(&words).unwrap();
        with(&btf)
    };
    let equal = [unknown(4), unknown(4)].concat();
    assert_eq!(parse_parts(&equal, None).unwrap().ranges.len(), 2);
    let error = parse_parts(&[unknown(4), unknown(8)].concat(), None).unwrap_err();
    assert!(
        error.to_string().contains("its layout section is not that"),
        "{error}"
    );
}
