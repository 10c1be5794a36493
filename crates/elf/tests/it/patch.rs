//! Patched files contain the new section, and nothing else moved. `object` reads them back as well.

use crate::common::elf_crate::{
    BtfChange, Elf, Error, NewSection, Piece, SectionChange, patch_btf, patch_btf_on,
    patch_sections, patch_sections_moving,
};
use crate::common::{Fixture, KINDS, Part, contents, spliced};
use object::elf;
use object::read::elf::{ElfFile32, ElfFile64};
use object::{Endianness, Object, ObjectSection, ObjectSymbol};

fn patch(file: &[u8], btf: &[u8]) -> (Vec<u8>, BtfChange) {
    let parsed = Elf::parse(file).expect("parses");
    let patched = patch_btf(&parsed, file, btf.to_vec()).expect("patches");
    (spliced(&patched.splice, file), patched.change)
}

/// Name and bytes of every section, and every symbol's name and section, as `object` reads them.
type Seen = (Vec<(String, u64, Vec<u8>)>, Vec<(String, Option<usize>)>);

fn seen_by_object(file: &[u8]) -> Seen {
    fn see<'a>(file: &impl Object<'a>) -> Seen {
        (
            file.sections()
                .map(|s| {
                    let data = s.data().expect("inside the file").to_vec();
                    (s.name().expect("has a name").to_owned(), s.address(), data)
                })
                .collect(),
            file.symbols()
                .map(|s| {
                    (
                        s.name().expect("has a name").to_owned(),
                        s.section_index().map(|i| i.0),
                    )
                })
                .collect(),
        )
    }
    if file[4] == 1 {
        see(&ElfFile32::<Endianness>::parse(file).expect("object reads it"))
    } else {
        see(&ElfFile64::<Endianness>::parse(file).expect("object reads it"))
    }
}

/// Every section but those named is the same, at the same index, place and address, in both files.
fn others_unmoved(before: &[u8], after: &[u8], except: &[&str]) {
    let (old, new) = (
        Elf::parse(before).expect("parses"),
        Elf::parse(after).expect("parses"),
    );
    assert!(new.sections.len() >= old.sections.len());
    for (was, is) in old.sections.iter().zip(&new.sections) {
        if !except.contains(&was.name.as_str()) && was.index.0 != 0 {
            assert_eq!(was, is);
            assert!(
                old.read_section(before, was) == new.read_section(after, is),
                "{}",
                was.name
            );
        }
    }
    let (were, are) = (
        old.symbols(before).expect("reads"),
        new.symbols(after).expect("reads"),
    );
    assert!(were.iter().eq(are.iter()), "symbols");
    // The file header but for e_shoff, e_shentsize, e_shnum, e_shstrndx; and all program headers.
    let (shoff, tail, end) = if old.header_is_64() {
        (40..48, 58..64, 64 + 56)
    } else {
        (32..36, 46..52, 52 + 32)
    };
    for at in (0..end).filter(|at| !shoff.contains(at) && !tail.contains(at)) {
        assert_eq!(before[at], after[at], "byte {at}");
    }
}

trait Is64 {
    fn header_is_64(&self) -> bool;
}

impl Is64 for Elf {
    fn header_is_64(&self) -> bool {
        self.class.address_size() == 8
    }
}

fn executable(is_64: bool, endian: Endianness) -> Fixture {
    executable_with(is_64, endian, None)
}

fn executable_with(is_64: bool, endian: Endianness, more: Option<Part>) -> Fixture {
    let mut fixture = Fixture::new(is_64, endian)
        .part(Part {
            align: 16,
            ..Part::new(".text", contents(100)).loaded(0x1100)
        })
        .part(Part {
            sh_type: elf::SHT_NOBITS.0,
            ..Part::new(".bss", vec![0; 5000]).loaded(0x9000)
        })
        .part(Part::new(".debug_info", contents(333)));
    fixture.parts.splice(1..1, more);
    fixture.segment = Some(300);
    fixture.symbols(&[("main", 0x1100, Some(1)), ("printf", 0, None)]);
    fixture
}

#[test]
fn a_first_btf_is_added() {
    for (is_64, endian) in KINDS {
        let before = executable(is_64, endian).build();
        let (after, change) = patch(&before, b"BTF bytes");
        assert_eq!(change, BtfChange::Added);
        others_unmoved(&before, &after, &[".shstrtab"]);
        let (mut sections, symbols) = seen_by_object(&after);
        assert_eq!(
            sections.pop(),
            Some((".BTF".to_owned(), 0, b"BTF bytes".to_vec()))
        );
        let (was, symbols_were) = seen_by_object(&before);
        assert_eq!(was[..was.len() - 1], sections[..sections.len() - 1]);
        assert_eq!(symbols_were, symbols);
        let parsed = Elf::parse(&after).expect("parses");
        let btf = parsed.section(".BTF").expect("is there");
        assert_eq!(
            (btf.sh_type, btf.flags, btf.addr, btf.align),
            (elf::SHT_PROGBITS.0, 0, 0, 8)
        );
        assert_eq!(btf.offset % 8, 0);
    }
}

#[test]
fn patching_again_replaces_and_does_not_grow() {
    for (is_64, endian) in KINDS {
        let (once, _) = patch(&executable(is_64, endian).build(), &contents(1001));
        let (again, change) = patch(&once, &contents(1001));
        assert_eq!(change, BtfChange::Replaced);
        assert!(again == once);
        let (smaller, _) = patch(&once, b"small");
        assert!(smaller.len() + 900 < once.len());
        others_unmoved(&once, &smaller, &[".BTF", ".shstrtab"]);
        let (back, _) = patch(&smaller, &contents(1001));
        assert!(back == once);
    }
}

#[test]
fn a_loaded_btf_keeps_its_bytes_under_another_name() {
    for (is_64, endian) in KINDS {
        let loaded = Part {
            align: 4,
            ..Part::new(".BTF", b"loaded".as_slice()).loaded(0x1200)
        };
        let before = executable_with(is_64, endian, Some(loaded)).build();
        let (after, change) = patch(&before, b"new");
        assert_eq!(
            change,
            BtfChange::Appended {
                loaded: ".BTF.loaded".to_owned()
            }
        );
        others_unmoved(&before, &after, &[".BTF", ".shstrtab"]);
        let (old, parsed) = (
            Elf::parse(&before).expect("parses"),
            Elf::parse(&after).expect("parses"),
        );
        let mut loaded = old.section(".BTF").expect("was there").clone();
        loaded.name = ".BTF.loaded".to_owned();
        assert_eq!(parsed.section(".BTF.loaded"), Some(&loaded));
        assert_eq!(
            parsed.read_section(&after, &loaded).expect("reads"),
            b"loaded"
        );
        let btf = parsed.section(".BTF").expect("is there");
        assert!(!btf.is_loaded());
        assert_eq!(parsed.read_section(&after, btf).expect("reads"), b"new");

        let (again, change) = patch(&after, b"new");
        assert_eq!(change, BtfChange::Replaced);
        assert!(again == after);
    }
}

#[test]
fn a_btf_in_the_middle_is_replaced_and_its_bytes_left_behind() {
    let old = Part::new(".BTF", b"old bytes".as_slice());
    let before = executable_with(true, Endianness::Little, Some(old)).build();
    let (after, change) = patch(&before, b"new");
    assert_eq!(change, BtfChange::Replaced);
    others_unmoved(&before, &after, &[".BTF", ".shstrtab"]);
    assert_eq!(
        seen_by_object(&after).0[1],
        (".BTF".to_owned(), 0, b"new".to_vec())
    );
}

/// Of several sections of a name, some readers take the first, others the last.
#[test]
fn of_several_btfs_the_first_is_replaced_and_the_others_are_removed() {
    let old = || Part::new(".BTF", b"old bytes".as_slice());
    let mut fixture = executable_with(true, Endianness::Little, Some(old()));
    fixture.parts.push(old());
    // A file that is no relocatable one keeps what a linker has applied already.
    fixture.file_type = elf::ET_REL;
    let last = fixture.parts.len() as u32;
    let symtab = fixture.symbols(&[("here", 0, Some(1))]);
    let word = [(0, 1, elf::R_X86_64_32, 0)];
    fixture.relocations(".rela.BTF", last, symtab, true, &word);
    let before = fixture.build();
    let (after, change) = patch(&before, b"new");
    assert_eq!(change, BtfChange::Replaced);
    let (sections, _) = seen_by_object(&after);
    assert!(sections.iter().all(|one| one.0 != ".rela.BTF"));
    let found: Vec<_> = sections.iter().filter(|one| one.0 == ".BTF").collect();
    assert_eq!(found, [&(".BTF".to_owned(), 0, b"new".to_vec())]);
}

#[test]
fn names_may_double_as_the_symbols_strings() {
    for (is_64, endian) in KINDS {
        let mut fixture = executable(is_64, endian);
        fixture.names_in = Some(".strtab");
        let before = fixture.build();
        let (after, _) = patch(&before, b"new");
        others_unmoved(&before, &after, &[".strtab"]);
        let (sections, symbols) = seen_by_object(&after);
        assert_eq!(sections.len(), seen_by_object(&before).0.len() + 1);
        assert_eq!(symbols, seen_by_object(&before).1);
        assert!(symbols.iter().any(|(name, _)| name == "printf"));
    }
}

#[test]
fn a_loaded_table_of_names_is_copied_not_moved() {
    let mut fixture = executable(true, Endianness::Little);
    fixture.parts.push(Part {
        sh_type: elf::SHT_STRTAB.0,
        ..Part::new(".dynstr", []).loaded(0x1300)
    });
    fixture.names_in = Some(".dynstr");
    let before = fixture.build();
    let (after, _) = patch(&before, b"new");
    others_unmoved(&before, &after, &[]);
    let names: Vec<_> = seen_by_object(&after)
        .0
        .into_iter()
        .map(|(name, ..)| name)
        .collect();
    assert_eq!(names[names.len() - 3..], [".dynstr", ".shstrtab", ".BTF"]);
    assert!(patch(&after, b"new").0 == after);
}

#[test]
fn a_file_without_sections_gets_a_table() {
    for (is_64, endian) in KINDS {
        let mut before = executable(is_64, endian).build();
        let (shoff, counts) = if is_64 {
            (40..48, 58..64)
        } else {
            (32..36, 46..52)
        };
        before[shoff].fill(0);
        before[counts].fill(0);
        let (after, change) = patch(&before, b"new");
        assert_eq!(change, BtfChange::Added);
        assert_eq!(after[128..before.len()], before[128..]);
        let names: Vec<_> = seen_by_object(&after)
            .0
            .into_iter()
            .map(|(name, ..)| name)
            .collect();
        assert_eq!(names, [".shstrtab", ".BTF"]);
    }
}

#[test]
fn bytes_behind_the_tables_stay() {
    let mut before = executable(true, Endianness::Little).build();
    before.extend_from_slice(b"~Module signature appended~\n");
    let (after, _) = patch(&before, b"new");
    assert_eq!(after[64..before.len()][8..], before[64..][8..]);
    others_unmoved(&before, &after, &[".shstrtab"]);
}

#[test]
fn a_section_without_bytes_is_taken_away() {
    let before = executable(true, Endianness::Little).build();
    let section = |name: &str, bytes: &[u8]| NewSection {
        name: name.to_owned(),
        bytes: bytes.to_vec(),
        align: 8,
    };
    let patch = |file: &[u8], sections| {
        let parsed = Elf::parse(file).expect("parses");
        let patched = patch_sections(&parsed, file, sections).expect("patches");
        spliced(&patched.splice, file)
    };
    let both = vec![section(".BTF", b"split"), section(".BTF.base", b"base")];
    let with = patch(&before, both);
    let without = patch(
        &with,
        vec![section(".BTF", b"whole"), section(".BTF.base", b"")],
    );
    let alone = self::patch(&with, b"whole").0;
    assert!(
        alone == without,
        "BTF that stands on no distilled base leaves none"
    );
    let parsed = Elf::parse(&with).expect("parses");
    let on = patch_btf_on(&parsed, &with, b"new".to_vec(), b"its base".to_vec()).expect("patches");
    let on = spliced(&on.splice, &with);
    let parsed = Elf::parse(&on).expect("parses");
    let base = parsed.section(".BTF.base").expect("replaced");
    assert_eq!(parsed.read_section(&on, base).expect("read"), b"its base");
    let parsed = Elf::parse(&without).expect("parses");
    assert!(parsed.section(".BTF.base").is_none());
    let found = parsed.section(".BTF").expect("kept");
    assert_eq!(
        parsed.read_section(&without, found).expect("read"),
        b"whole"
    );
    others_unmoved(&before, &without, &[".shstrtab"]);
}

#[test]
fn several_sections_at_once() {
    let before = executable(true, Endianness::Little).build();
    let parsed = Elf::parse(&before).expect("parses");
    let section = |name: &str, bytes: &[u8]| NewSection {
        name: name.to_owned(),
        bytes: bytes.to_vec(),
        align: 4,
    };
    let new = vec![
        section(".BTF", b"types"),
        section(".BTF.base", b"base"),
        section(".not-there", b""),
    ];
    let patched = patch_sections(&parsed, &before, new).expect("patches");
    assert_eq!(
        patched.changes,
        [
            SectionChange::Added,
            SectionChange::Added,
            SectionChange::Removed
        ]
    );
    let after = spliced(&patched.splice, &before);
    others_unmoved(&before, &after, &[".shstrtab"]);
    let sections = seen_by_object(&after).0;
    let last: Vec<_> = sections[sections.len() - 2..]
        .iter()
        .map(|(n, _, d)| (n.as_str(), d.as_slice()))
        .collect();
    assert_eq!(
        last,
        [(".BTF", b"types".as_slice()), (".BTF.base", b"base"),]
    );
    // The old file is copied in one piece, not read.
    let copies = patched
        .splice
        .pieces
        .iter()
        .filter(|piece| matches!(piece, Piece::Copy { .. }))
        .count();
    assert_eq!(copies, 1);
    // Who has the contents of a section already can leave its piece out.
    let sections: Vec<_> = { patched.splice.pieces.iter() }
        .filter_map(|piece| match piece {
            Piece::Section { name, bytes } => Some((name.as_str(), bytes.as_slice())),
            _ => None,
        })
        .collect();
    assert_eq!(sections, last);
}

#[test]
fn relocations_of_a_replaced_section_are_emptied() {
    let mut fixture = Fixture {
        file_type: elf::ET_REL,
        ..Fixture::new(true, Endianness::Little)
    };
    fixture = fixture.part(Part::new(".BTF", contents(64)));
    let symtab = fixture.symbols(&[("here", 8, Some(1))]);
    fixture.relocations(".rel.BTF", 1, symtab, true, &[(0, 1, elf::R_X86_64_64, 0)]);
    let before = fixture.build();
    let (after, _) = patch(&before, &[1; 16]);
    let parsed = Elf::parse(&after).expect("parses");
    assert_eq!(
        parsed.read_section(&after, parsed.section(".BTF").expect("is there")),
        Ok(vec![1; 16])
    );
    assert_eq!(parsed.section(".rel.BTF").expect("is there").size, 0);
}

#[test]
fn relocations_of_a_replaced_section_can_follow() {
    for (is_64, endian, addend) in [
        (true, Endianness::Little, true),
        (true, Endianness::Big, false),
        (false, Endianness::Little, false),
        (false, Endianness::Big, true),
    ] {
        let mut fixture = Fixture {
            file_type: elf::ET_REL,
            ..Fixture::new(is_64, endian)
        };
        fixture = fixture.part(Part::new(".BTF", contents(64)));
        fixture = fixture.part(Part::new(".BTF.ext", contents(64)));
        let symtab = fixture.symbols(&[("here", 8, Some(1))]);
        let kind = elf::R_X86_64_64;
        let entries = [(8, 1, kind, 0), (24, 1, kind, 7), (40, 1, kind, 0)];
        fixture.relocations(".rel.BTF", 1, symtab, addend, &entries);
        fixture.relocations(".rel.BTF.ext", 2, symtab, addend, &entries);
        let before = fixture.build();
        let parsed = Elf::parse(before.as_slice()).expect("parses");
        let new = ["BTF", "BTF.ext"].map(|name| NewSection {
            name: format!(".{name}"),
            bytes: vec![1; 32],
            align: 4,
        });
        // The first goes, the others move; those of the other section stay.
        let moves = |name: &str, at: u64| match name {
            ".BTF" => at.checked_sub(16),
            _ => Some(at),
        };
        let splice = patch_sections_moving(&parsed, before.as_slice(), new.into(), &moves)
            .expect("patched")
            .splice;
        let after = spliced(&splice, &before);
        let read = |file: &[u8], name: &str| {
            let parsed = Elf::parse(file).expect("parses");
            let section = parsed.section(name).expect("is there").clone();
            (
                parsed
                    .read_section_unrelocated(file, &section)
                    .expect("read"),
                section.sh_type,
                section.link,
                section.info,
            )
        };
        assert_eq!(read(&before, ".rel.BTF.ext"), read(&after, ".rel.BTF.ext"));
        let (was, is) = (read(&before, ".rel.BTF"), read(&after, ".rel.BTF"));
        assert_eq!((was.1, was.2, was.3), (is.1, is.2, is.3));
        let size = was.0.len() / 3;
        assert_eq!(is.0.len(), 2 * size);
        let word = if is_64 { 8 } else { 4 };
        for (entry, offset) in is.0.chunks(size).zip([8u8, 24]) {
            let at = match endian {
                Endianness::Little => 0,
                Endianness::Big => word - 1,
            };
            assert_eq!(entry[at], offset);
        }
        assert_eq!(is.0[word..size], was.0[size + word..2 * size]);
        others_unmoved(
            &before,
            &after,
            &[".BTF", ".BTF.ext", ".rel.BTF", ".shstrtab"],
        );
    }
}

#[test]
fn a_file_cut_short_is_not_patched() {
    let before = executable(true, Endianness::Little).build();
    let parsed = Elf::parse(&before).expect("parses");
    let short = &before[..200];
    assert!(matches!(
        patch_btf(&parsed, short, vec![1]),
        Err(Error::Read(_) | Error::SectionBeyondEnd { .. })
    ));
    let mut headers_first = before.clone();
    let table = u64::from_le_bytes(before[40..48].try_into().expect("eight bytes")) as usize;
    headers_first[table + 3 * 64 + 32..][..8].copy_from_slice(&(1u64 << 40).to_le_bytes());
    let parsed = Elf::parse(&headers_first).expect("parses");
    let result = patch_btf(&parsed, &headers_first, vec![1]);
    assert!(
        matches!(result, Err(Error::SectionBeyondEnd { section, .. }) if section == ".debug_info")
    );
}

#[test]
fn section_counts_around_the_reserved_range() {
    // With the null section and .shstrtab: one below the limit, at it, and far beyond.
    for (count, is_64) in [
        (0xff00 - 1, true),
        (0xff00, true),
        (0xff01, false),
        (70_002, true),
        (70_002, false),
    ] {
        let mut fixture = Fixture::new(is_64, Endianness::Big);
        fixture.parts = vec![Part::new(".text.f", b"x".as_slice()); count - 2];
        let before = fixture.build();
        let parsed = Elf::parse(&before).expect("parses");
        assert_eq!(parsed.sections.len(), count);
        assert_eq!(
            parsed.sections.last().map(|s| s.name.as_str()),
            Some(".shstrtab")
        );
        let (after, change) = patch(&before, b"new");
        assert_eq!(change, BtfChange::Added);
        others_unmoved(&before, &after, &[".shstrtab"]);
        let sections = seen_by_object(&after).0;
        assert_eq!(sections.len(), count);
        assert_eq!(
            sections.last(),
            Some(&(".BTF".to_owned(), 0, b"new".to_vec()))
        );
        assert!(patch(&after, b"new").0 == after);
    }
}
