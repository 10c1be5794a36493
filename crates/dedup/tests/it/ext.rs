//! `.BTF.ext` follows when its BTF is deduplicated. `libbpf::live` asks libbpf for the same.

use btf::{
    Btf, BtfExt, Endian, ExtError, Int, IntEncoding, Kind, Linkage, Member, StringOffset, TypeId,
};
use dedup::{Error, Options, dedup_with_ext};

/// A BTF with doubles in front of what its `.BTF.ext` names.
pub fn program() -> Btf {
    let mut btf = Btf::new();
    let int = Int {
        size: 4,
        encoding: IntEncoding::SIGNED,
        offset: 0,
        bits: 32,
    };
    btf.intern(b"orphan").unwrap();
    for _ in 0..2 {
        let int = btf.add_int("int", int).unwrap();
        let name = btf.intern(b"field").unwrap();
        let member = Member {
            name,
            ty: int,
            bit_offset: 0,
            bitfield_size: 0,
        };
        btf.add_composite(Kind::Struct, "s", 4, &[member]).unwrap();
    }
    let proto = btf.add_func_proto(TypeId(3), &[]).unwrap();
    btf.add_func("prog", proto, Linkage::Global).unwrap();
    for text in ["tp/entry", "prog.c", "int prog(void)", "0:0"] {
        btf.intern(text.as_bytes()).unwrap();
    }
    btf
}

fn offset(btf: &mut Btf, text: &str) -> u32 {
    btf.intern(text.as_bytes()).unwrap().0
}

/// One function, two lines and one relocation, of `program`; line records of 20 bytes, as a later format
/// could have them.
pub fn ext(btf: &mut Btf, endian: Endian) -> Vec<u8> {
    let section = offset(btf, "tp/entry");
    let (file, text) = (offset(btf, "prog.c"), offset(btf, "int prog(void)"));
    let access = offset(btf, "0:0");
    let functions = [8, section, 1, 0, 6];
    let mut lines = vec![20, section, 2];
    lines.extend([0, file, text, 7 << 10 | 3, 99]);
    lines.extend([8, file, 0, 8 << 10, 99]);
    let relocations = [16, section, 1, 8, 4, access, 2];
    let mut words = vec![32];
    let mut at = 0;
    for len in [functions.len(), lines.len(), relocations.len()] {
        words.extend([at, len as u32 * 4]);
        at += len as u32 * 4;
    }
    words.extend(functions);
    words.extend(lines);
    words.extend(relocations);
    let big = endian == Endian::Big;
    let mut bytes = if big {
        vec![0xeb, 0x9f, 1, 0]
    } else {
        vec![0x9f, 0xeb, 1, 0]
    };
    for word in words {
        bytes.extend(if big {
            word.to_be_bytes()
        } else {
            word.to_le_bytes()
        });
    }
    bytes
}

#[test]
fn ids_and_strings_follow() {
    for endian in [Endian::Little, Endian::Big] {
        let mut btf = program();
        let bytes = ext(&mut btf, endian);
        let mut ext = BtfExt::parse(bytes.clone()).unwrap();
        assert_eq!(ext.endian(), endian);
        let deduped = dedup_with_ext(btf, &mut ext, &Options::default()).unwrap();
        assert_eq!(deduped.map, [1, 2, 1, 2, 3, 4].map(TypeId));
        let btf = deduped.btf;
        // Types' strings first, then those of `.BTF.ext`, table by table.
        assert_eq!(
            btf.strings().as_bytes(),
            b"\0int\0s\0field\0prog\0tp/entry\0prog.c\0int prog(void)\x000:0\0"
        );
        ext.check(&btf).unwrap();
        let text = |offset: StringOffset| btf.str(offset).into_owned();
        let functions: Vec<_> = ext.functions().collect();
        assert_eq!(functions.len(), 1);
        assert_eq!(text(functions[0].section), "tp/entry");
        assert_eq!(btf.name(functions[0].ty), "prog");
        let lines: Vec<_> = ext.lines().collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(text(lines[0].file), "prog.c");
        assert_eq!(text(lines[0].text), "int prog(void)");
        assert_eq!((lines[0].line, lines[0].column), (7, 3));
        assert_eq!(lines[1].text, StringOffset::EMPTY);
        assert_eq!(lines[1].instruction, 8);
        let relocations: Vec<_> = ext.core_relocations().collect();
        assert_eq!(btf.name(relocations[0].ty), "s");
        assert_eq!(text(relocations[0].access), "0:0");
        assert_eq!(relocations[0].kind, 2);
        // Nothing else moved.
        assert_eq!(ext.as_bytes().len(), bytes.len());
        assert_eq!(ext.as_bytes()[..32], bytes[..32]);
        assert!(BtfExt::parse(ext.into_bytes()).is_ok());
    }
}

#[test]
fn what_belongs_to_another_btf_is_refused() {
    let mut btf = program();
    let bytes = ext(&mut btf, Endian::Little);
    let at = |word: u32| {
        bytes
            .chunks(4)
            .position(|four| four == word.to_le_bytes())
            .unwrap()
            * 4
    };
    let refused = |at: usize, value: u32| {
        let mut bytes = bytes.clone();
        bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
        let mut ext = BtfExt::parse(bytes).unwrap();
        dedup_with_ext(btf.clone(), &mut ext, &Options::default()).unwrap_err()
    };
    // The function's type and the first line's file.
    let function = 32 + 4 * 4;
    assert_eq!(bytes[function], 6);
    assert!(matches!(
        refused(function, 7),
        Error::Ext(ExtError::BadReference {
            target: TypeId(7),
            last: TypeId(6),
            ..
        })
    ));
    let file = at(7 << 10 | 3) - 8;
    assert!(matches!(
        refused(file, 10_000),
        Error::Ext(ExtError::BadName { name: 10_000, .. })
    ));
}

#[test]
fn what_libbpf_refuses_to_read_is_refused() {
    let good = ext(&mut program(), Endian::Little);
    BtfExt::parse(good.clone()).unwrap();
    let with = |at: usize, value: u32| {
        let mut bytes = good.clone();
        bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
        BtfExt::parse(bytes)
    };
    use ExtError::*;
    assert!(matches!(with(0, 0x0001_eb9e), Err(BadMagic { .. })));
    assert!(matches!(
        with(0, 0x0002_eb9f),
        Err(BadVersion { version: 2, .. })
    ));
    assert!(matches!(
        with(0, 0x0101_eb9f),
        Err(BadVersion { flags: 1, .. })
    ));
    for hdr_len in [0, 20, 26, 10_000, u32::MAX] {
        assert!(matches!(with(4, hdr_len), Err(BadHeaderLength { .. })));
    }
    assert!(matches!(with(8, 2), Err(Misaligned { .. })));
    for (at, value) in [
        (8, u32::MAX - 3),
        (12, 10_000),
        (28, u32::MAX),
        (24, 10_000),
    ] {
        assert!(matches!(with(at, value), Err(TableOutOfBounds { .. })));
    }
    assert!(matches!(with(12, 3), Err(TableCutShort { .. })));
    assert!(matches!(with(12, 4), Err(NoRecords { .. })));
    assert!(matches!(with(12, 8), Err(TableCutShort { .. })));
    // Size of a function record, and number of records in its section.
    for size in [0, 4, 10, 3] {
        assert!(matches!(with(32, size), Err(BadRecordSize { .. })));
    }
    assert!(matches!(with(40, 0), Err(NoRecords { .. })));
    for count in [2, u32::MAX] {
        assert!(matches!(with(40, count), Err(TableCutShort { .. })));
    }
    for len in 0..good.len() {
        assert!(BtfExt::parse(good[..len].to_vec()).is_err(), "{len} bytes");
    }
    // A header from before CO-RE; its last two words are not fields then.
    assert!(with(4, 24).is_err(), "the tables start too early");
}
