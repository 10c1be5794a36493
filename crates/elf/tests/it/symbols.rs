//! Symbols: names, values, and sections beyond what a symbol can hold.

use crate::common::elf_crate::{
    Elf, Error, SectionIndex, SymbolBinding, SymbolKind, SymbolSection,
};
use crate::common::{Fixture, KINDS, Part};
use object::Endianness;

#[test]
fn every_class_and_byte_order() {
    for (is_64, endian) in KINDS {
        let mut fixture = Fixture::new(is_64, endian).part(Part::new(".text", b"code".as_slice()));
        let table = fixture.symbols(&[
            ("start", 0x1234_5678, Some(1)),
            ("elsewhere", 0, None),
            ("far", 1, Some(0xff05)),
            ("farther", 2, Some(0x0001_2345)),
        ]);
        let file = fixture.build();
        let parsed = Elf::parse(&file).expect("parses");
        let symbols = parsed.symbols(&file).expect("reads");
        assert_eq!(symbols.table(), Some(SectionIndex(table)));
        assert_eq!(symbols.len(), 5);
        let found: Vec<_> = symbols
            .iter()
            .map(|s| (s.name, s.value, s.section))
            .collect();
        assert_eq!(
            found,
            [
                (b"".as_slice(), 0, SymbolSection::Undefined),
                (
                    b"start",
                    0x1234_5678,
                    SymbolSection::Section(SectionIndex(1))
                ),
                (b"elsewhere", 0, SymbolSection::Undefined),
                (b"far", 1, SymbolSection::Section(SectionIndex(0xff05))),
                (
                    b"farther",
                    2,
                    SymbolSection::Section(SectionIndex(0x0001_2345))
                ),
            ]
        );
        let start = symbols.get(1).expect("is there");
        assert_eq!(
            (start.kind, start.binding, start.size),
            (SymbolKind::FUNC, SymbolBinding::GLOBAL, 16)
        );
        assert_eq!(symbols.get(5), None);
    }
}

#[test]
fn symbols_are_found_by_the_beginning_of_their_names() {
    let mut fixture =
        Fixture::new(true, Endianness::Little).part(Part::new(".text", b"code".as_slice()));
    fixture.symbols(&[
        ("set_one", 1, Some(1)),
        ("set", 2, Some(1)),
        ("se", 3, Some(1)),
        ("unset_one", 4, Some(1)),
    ]);
    let file = fixture.build();
    let symbols = Elf::parse(&file)
        .expect("parses")
        .symbols(&file)
        .expect("reads");
    let values = |prefix: &[u8]| -> Vec<u64> {
        let found = symbols.with_prefix(prefix);
        found.map(|symbol| symbol.value).collect()
    };
    assert_eq!(values(b"set"), [1, 2]);
    assert_eq!(values(b"set_one"), [1]);
    // The end of a name ends what is compared.
    assert_eq!(values(b"set_one_more"), [0u64; 0]);
    assert_eq!(values(b"").len(), symbols.len());
}

#[test]
fn no_table_is_not_an_empty_table() {
    let bare = Fixture::new(true, Endianness::Little).build();
    let symbols = Elf::parse(&bare)
        .expect("parses")
        .symbols(&bare)
        .expect("reads");
    assert!(symbols.table().is_none() && symbols.is_empty());
    let mut fixture = Fixture::new(true, Endianness::Little);
    fixture.symbols(&[]);
    let file = fixture.build();
    let symbols = Elf::parse(&file)
        .expect("parses")
        .symbols(&file)
        .expect("reads");
    assert!(symbols.table().is_some() && symbols.len() == 1);
}

#[test]
fn a_table_that_is_not_laid_out_right() {
    let mut fixture = Fixture::new(true, Endianness::Little);
    let table = fixture.symbols(&[("a", 1, None)]) as usize;
    let read = |fixture: &Fixture| {
        let file = fixture.build();
        Elf::parse(&file).expect("parses").symbols(&file)
    };
    let mut odd = fixture.clone();
    odd.parts[table - 1].entsize = 23;
    assert!(matches!(
        read(&odd),
        Err(Error::BadEntrySize {
            size: 23,
            expected: 24,
            ..
        })
    ));
    let mut lost = fixture.clone();
    lost.parts[table - 1].link = 77;
    assert!(matches!(read(&lost), Err(Error::BadLink { link: 77, .. })));
    // A name out of bounds is no name.
    let mut nameless = fixture;
    nameless.parts[table].data.clear();
    assert_eq!(
        read(&nameless)
            .expect("reads")
            .get(1)
            .expect("is there")
            .name,
        b""
    );
}
