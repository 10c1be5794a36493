//! The newest state of the format: the layout section, kinds only it knows, and the LOC kinds.

use crate::common::{INT, every_kind, info, push};
use btf::compare::compare;
use btf::verify::{Feature, Rule, Target, VerifyError, problems, verify, verify_all};
use btf::{
    Btf, Endian, Error, HeaderForm, Kind, Layout, LayoutEntry, TypeId, WriteOptions, names_mut,
    parse, refs_mut,
};
use std::sync::Arc;

const WITH_LAYOUT: WriteOptions = WriteOptions {
    header: HeaderForm::Layout,
};
/// A kind that no table here knows.
const NEW_KIND: u32 = 40;

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap())
}

fn lines(btf: &Btf) -> String {
    let mut text = String::new();
    btf::print::raw::write_all(&mut text, btf).unwrap();
    text
}

#[test]
fn headers_of_empty_btf() {
    let bytes = Btf::new().to_bytes(WITH_LAYOUT).unwrap();
    let [type_off, type_len, str_off, str_len, layout_off, layout_len] =
        [8, 12, 16, 20, 24, 28].map(|at| word(&bytes, at));
    assert_eq!(word(&bytes, 4), 32);
    assert_eq!((type_off, type_len, str_len), (0, 0, 1));
    assert_eq!(layout_off % 4, 0);
    assert_eq!(layout_len, 4 * 20, "the kinds up to ENUM64");
    assert_eq!(str_off, layout_off + layout_len);
    let bytes = Btf::new().to_bytes(WriteOptions::default()).unwrap();
    assert_eq!((word(&bytes, 4), word(&bytes, 16)), (24, 0));
}

/// A type of the unknown kind, as `entry` and `vlen` say, between a struct and a union.
fn with_unknown(entry: LayoutEntry, vlen: u32) -> Vec<u8> {
    let mut btf = Btf::new();
    btf.add_composite(Kind::Struct, "before", 4, &[]).unwrap();
    let words =
        usize::from(entry.info_size) / 4 + vlen as usize * usize::from(entry.element_size) / 4;
    push(
        &mut btf,
        "unknown",
        info(NEW_KIND, vlen),
        0,
        &vec![7; words],
    );
    btf.add_composite(Kind::Union, "after", 4, &[]).unwrap();
    let mut layout = Layout::current();
    layout
        .entries
        .resize(NEW_KIND as usize, LayoutEntry::default());
    layout.entries.push(entry);
    btf.layout = Some(layout);
    btf.to_bytes(WITH_LAYOUT).unwrap()
}

fn entry(info_size: u8, element_size: u8) -> LayoutEntry {
    LayoutEntry {
        info_size,
        element_size,
        flags: 0,
    }
}

fn names(btf: &Btf) -> Vec<String> {
    btf.types()
        .map(|(id, _)| btf.name(id).into_owned())
        .collect()
}

#[test]
fn the_layout_gives_the_size_of_an_unknown_kind() {
    for (entry, vlen, bytes) in [
        (entry(0, 0), 0, 12),
        (entry(8, 0), 0, 20),
        (entry(8, 0), 5, 20),
        (entry(0, 4), 3, 24),
        (entry(4, 8), 2, 32),
    ] {
        let btf = parse(&with_unknown(entry, vlen), None).unwrap();
        assert_eq!(names(&btf), ["before", "unknown", "after"]);
        assert_eq!(btf.get(TypeId(2)).unwrap().byte_len(), bytes);
        let text = lines(&btf);
        assert!(text.contains("\n[2] UNKNOWN 'unknown' kind=40"), "{text}");
        assert!(compare(&btf, &btf).is_equal());
        let problems = verify_all(&btf);
        assert_eq!((problems.len(), problems[0].rule), (1, Rule::UnknownKind));
        let back = parse(&btf.to_bytes(WITH_LAYOUT).unwrap(), None).unwrap();
        assert!(btf.types().eq(back.types()));
        assert_eq!(btf.layout, back.layout);
    }
    let without = parse(&with_unknown(entry(3, 0), 0), None);
    assert!(without.is_err(), "a size that is no whole number of words");
    let mut plain = parse(&with_unknown(entry(0, 0), 0), None).unwrap();
    plain.layout = None;
    let bytes = plain.to_bytes(WriteOptions::default()).unwrap();
    assert!(parse(&bytes, None).is_err());
    assert!(matches!(
        verify(&bytes, None),
        Err(VerifyError::Unreadable(_))
    ));
}

#[test]
fn split_btf_uses_the_layout_of_its_base() {
    let mut layout = Layout::current();
    layout
        .entries
        .resize(NEW_KIND as usize, LayoutEntry::default());
    layout.entries.push(entry(4, 8));
    let mut base = Btf::new();
    base.layout = Some(layout);
    let base = Arc::new(base);
    let mut split = Btf::split(base.clone());
    push(&mut split, "new", info(NEW_KIND, 2), 0, &[1, 2, 3, 4, 5]);
    split.add_ptr(TypeId::VOID).unwrap();
    let bytes = split.to_bytes(WriteOptions::default()).unwrap();
    let back = parse(&bytes, Some(base)).unwrap();
    assert_eq!(back.len(), 2);
    assert_eq!(lines(&back), lines(&split));
    assert!(parse(&bytes, None).is_err());
}

#[test]
fn the_layout_can_be_left_out_for_old_kernels() {
    let mut btf = Btf::new();
    let int = btf.add_int("hours", INT).unwrap();
    btf.add_typedef("watch", int).unwrap();
    btf.layout = Some(Layout {
        entries: vec![entry(0, 0), entry(4, 0), entry(0, 0)],
    });
    let bytes = btf.to_bytes(WITH_LAYOUT).unwrap();
    let fields = [8, 12, 24, 28, 16].map(|at| word(&bytes, at));
    assert_eq!(fields, [0, 28, 28, 12, 40]);
    let read = parse(&bytes, None).unwrap();
    assert_eq!(read.layout, btf.layout);
    let plain = read.to_bytes(WriteOptions::default()).unwrap();
    assert_eq!([12, 16].map(|at| word(&plain, at)), [28, 28]);
    assert_eq!(word(&plain, 20), word(&bytes, 20));
    assert_eq!(plain.len(), 24 + 28 + "\0hours\0watch\0".len());
}

#[test]
fn layout_sections_in_impossible_places_are_refused() {
    let mut btf = Btf::new();
    btf.add_int("int", INT).unwrap();
    let good = btf.to_bytes(WITH_LAYOUT).unwrap();
    parse(&good, None).unwrap();
    let (off, len) = (word(&good, 24), word(&good, 28));
    for (field, value) in [
        (24, off + 2),
        (24, off - 4),
        (24, off + 4),
        (28, len + 4),
        (28, len - 2),
        (24, u32::MAX - 3),
        (28, u32::MAX - 3),
    ] {
        let mut bytes = good.clone();
        bytes[field..field + 4].copy_from_slice(&value.to_le_bytes());
        assert!(parse(&bytes, None).is_err(), "field at {field}: {value}");
        assert!(verify(&bytes, None).is_err(), "field at {field}: {value}");
    }
    // Each of libbpf's checks by its own cause.
    let with = |fields: &[(usize, u32)]| {
        let mut bytes = good.clone();
        for &(field, value) in fields {
            bytes[field..field + 4].copy_from_slice(&value.to_le_bytes());
        }
        parse(&bytes, None).unwrap_err()
    };
    let (misaligned, before_types, after_strings, odd_length) = (
        with(&[(24, off + 2), (28, len - 4)]),
        with(&[(24, off - 4)]),
        with(&[(24, off + 4)]),
        with(&[(28, len - 2)]),
    );
    assert!(
        matches!(misaligned, Error::Misaligned { section: "layout", offset } if offset == off + 2)
    );
    assert!(
        matches!(before_types, Error::Overlap { section: "layout", offset } if offset == off - 4)
    );
    assert!(
        matches!(after_strings, Error::Overlap { section: "layout", offset } if offset == off + 4)
    );
    assert!(
        matches!(odd_length, Error::Misaligned { section: "layout", offset } if offset == len - 2)
    );
    let beyond = with(&[(24, u32::MAX - 3)]);
    assert!(matches!(
        beyond,
        Error::SectionOutOfBounds {
            section: "layout",
            ..
        }
    ));
}

#[test]
fn a_type_can_have_more_members_than_16_bits_count() {
    let many = 70_000;
    let mut btf = Btf::new();
    let int = btf.add_int("int", INT).unwrap();
    let member = btf::Member {
        name: btf.intern(b"m").unwrap(),
        ty: int,
        bit_offset: 0,
        bitfield_size: 0,
    };
    btf.add_composite(Kind::Union, "u", 4, &vec![member; many])
        .unwrap();
    btf.add_ptr(TypeId(2)).unwrap();
    let back = parse(&btf.to_bytes(WriteOptions::default()).unwrap(), None).unwrap();
    let union = back.get(TypeId(2)).unwrap();
    assert_eq!((union.vlen() as usize, union.members().len()), (many, many));
    assert_eq!(back.kind(TypeId(3)), Kind::Ptr);
    assert!(lines(&back).contains("vlen=70000\n"));
}

fn locations() -> Btf {
    let mut btf = Btf::new();
    let int = btf.add_int("int", INT).unwrap();
    let proto = btf.add_func_proto(int, &[]).unwrap();
    let func = btf.add_func("f", proto, btf::Linkage::Static).unwrap();
    let param = push(&mut btf, "", info(20, 2), 8, &[0x38, 2, 0x10]);
    let loc_proto = push(&mut btf, "", info(21, 2), 0, &[param.0, 0]);
    let site = [func.0, loc_proto.0, 0x40];
    push(&mut btf, "inline.text", info(22, 1), 0, &site);
    btf
}

#[test]
fn loc_kinds_are_read_and_printed() {
    for endian in [Endian::Little, Endian::Big] {
        let btf = locations().with_endian(endian);
        let bytes = btf.to_bytes(WriteOptions::default()).unwrap();
        let back = parse(&bytes, None).unwrap();
        assert!(btf.types().eq(back.types()));
        let text = lines(&back);
        let expected = "[4] LOC_PARAM '(anon)' size=8 flags=0x38 vlen=2 values='*(reg2 + 0x10)'\n\
                        [5] LOC_PROTO '(anon)' vlen=2\n\
                        \ttype_id=4 value='*(reg2 + 0x10)'\n\ttype_id=0\n\
                        [6] LOCSEC 'inline.text' vlen=1\n\
                        \tname='f' func_type_id=3 loc_proto_type_id=5 offset=64\n";
        assert!(text.ends_with(expected), "{text}");
        let mut json = String::new();
        btf::print::json::write_all(&mut json, &back).unwrap();
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["types"][3]["values"][1]["value"], 16);
        assert_eq!(json["types"][4]["params"][0]["value"], "*(reg2 + 0x10)");
        assert_eq!(json["types"][5]["locs"][0]["offset"], 64);
        assert_eq!(json["types"][5]["locs"][0]["name"], "f");
        assert_eq!(problems(&back, announced(), 1), []);
        assert_eq!(verify_all(&back)[0].rule, Rule::UnknownKind);
        assert!(compare(&btf, &back).is_equal());
    }
    let mut other = locations();
    other.words_mut(TypeId(6)).unwrap()[5] = 0x44;
    let comparison = compare(&locations(), &other);
    assert_eq!(comparison.only_in_b[0].kind, Kind::LocSec);
    // A site's LOC_PROTO that does not exist, that is another kind, and a LOC_PROTO's parameter that is a function.
    for (id, word, to) in [(6, 4, 99), (6, 4, 3), (6, 3, 0), (5, 3, 3)] {
        let mut other = locations();
        other.words_mut(TypeId(id)).unwrap()[word] = to;
        let problem = problems(&other, announced(), 1).remove(0);
        assert_eq!((problem.rule, problem.id), (Rule::TypeId, TypeId(id)));
    }
    let mut unknown = locations();
    unknown.words_mut(TypeId(6)).unwrap()[4] = 0;
    assert_eq!(
        problems(&unknown, announced(), 1),
        [],
        "no location is known"
    );
}

/// The release for which the LOC kinds are announced.
fn announced() -> Target {
    Target {
        release: Feature::Locations.since(),
        ..Target::default()
    }
}

#[test]
fn the_layout_that_is_written_has_the_newer_kinds_that_exist() {
    let bytes = locations().to_bytes(WITH_LAYOUT).unwrap();
    let read = parse(&bytes, None).unwrap();
    let entries = read.layout.as_ref().unwrap().entries.as_slice();
    assert_eq!(entries[20..], [entry(4, 4), entry(0, 4), entry(0, 12)]);
    assert!(read.types().eq(locations().types()));
    assert_eq!(read.needs_layout(), None);
}

/// [`locations`] with a layout that gives `kind` another size, and a type of that size in front of a pointer.
fn with_other_layout(kind: u32, other: LayoutEntry) -> Result<Btf, Error> {
    let mut btf = Btf::new();
    let mut layout = Layout::current();
    layout.entries.resize(23, LayoutEntry::default());
    layout.entries[kind as usize] = other;
    btf.layout = Some(layout);
    btf.add_int("int", INT)?;
    let len = usize::from(other.info_size) / 4 + 2 * usize::from(other.element_size) / 4;
    let mut words = vec![btf.intern(b"other")?.0, info(kind, 2), 0];
    words.resize(3 + len, 77);
    btf.push(&words)?;
    btf.add_ptr(TypeId(1))?;
    parse(&btf.to_bytes(WITH_LAYOUT)?, None)
}

#[test]
fn a_layout_that_disagrees_on_a_newer_kind_wins() {
    for kind in [20, 21, 22] {
        let btf = with_other_layout(kind, entry(8, 12)).unwrap();
        let ty = btf.get(TypeId(2)).unwrap();
        assert_eq!(ty.kind(), Kind::Unknown(kind as u8));
        assert_eq!(ty.byte_len(), 12 + 8 + 24);
        assert_eq!((ty.refs().count(), ty.size(), ty.target()), (0, None, None));
        assert_eq!((ty.location(), ty.locations().len()), (None, 0));
        assert_eq!(ty.inline_sites().len(), 0);
        assert_eq!(btf.kind(TypeId(3)), Kind::Ptr);
        btf.check_references().unwrap();
        let counts = btf::stats::KindCounts::of(&btf);
        let kinds: Vec<Kind> = counts.present().map(|(kind, _)| kind).collect();
        assert_eq!(kinds, [Kind::Int, Kind::Ptr, Kind::Unknown(kind as u8)]);
        assert_eq!(counts.row(Kind::Unknown(kind as u8)).bytes, 44);
        assert_eq!(btf.needs_layout(), Some(TypeId(2)));
        assert_eq!(WriteOptions::keeping(&btf), WITH_LAYOUT);
        assert_eq!(verify_all(&btf)[0].rule, Rule::UnknownKind);
        let text = lines(&btf);
        assert!(text.contains("\n[2] UNKNOWN 'other' kind="), "{text}");
        // Renumbering leaves the words as they are: nothing is known of their meaning.
        let mut sorted = btf.clone();
        sorted.sort_by_name();
        let moved = sorted.types().find(|(_, ty)| ty.vlen() == 2);
        assert_eq!(moved.unwrap().1.tail(), [77; 8]);
    }
}

#[test]
fn a_layout_that_disagrees_on_a_kind_of_fixed_length_is_refused() {
    let error = with_other_layout(4, entry(8, 12)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "type [2] at offset 0x10 of the type section is a STRUCT, to which the layout section of this BTF gives 8 bytes \
         and 12 for each of vlen after the first 12: the format has fixed another length, so either the file is damaged \
         or this program is too old for it"
    );
    let mut bytes = with_other_layout(20, entry(8, 12))
        .and_then(|btf| btf.to_bytes(WITH_LAYOUT))
        .unwrap();
    let at = 32 + word(&bytes, 24) as usize + 20 * 4;
    bytes[at] = 6;
    let odd = parse(&bytes, None).unwrap_err().to_string();
    assert!(odd.ends_with("so the file is damaged"), "{odd}");
}

#[test]
fn references_and_names_are_where_the_format_puts_them() {
    let visit = |btf: &Btf, id: u32| {
        let mut words = btf.get(TypeId(id)).unwrap().words().to_vec();
        let (mut ids, mut strings) = (Vec::new(), Vec::new());
        ids.extend(refs_mut(&mut words).map(|word| *word));
        for word in names_mut(&mut words) {
            strings.push(btf.str(btf::StringOffset(*word)).into_owned());
        }
        (ids, strings.join(","))
    };
    let btf = every_kind();
    let find = |kind: Kind| {
        let mut found = btf.types().filter(|(_, ty)| ty.kind() == kind);
        visit(&btf, found.next().unwrap().0.0)
    };
    let names = |text: &str| text.to_owned();
    assert_eq!(find(Kind::Int), (vec![], names("int")));
    assert_eq!(find(Kind::Ptr), (vec![1], names("")));
    assert_eq!(find(Kind::Array), (vec![6, 1], names("")));
    assert_eq!(
        find(Kind::Struct),
        (vec![1, 1, 1], names("packed,member,,member"))
    );
    assert_eq!(find(Kind::Union), (vec![1, 1], names(",member,")));
    assert_eq!(
        find(Kind::Enum),
        (vec![], names("signed,member,member,member"))
    );
    assert_eq!(
        find(Kind::Enum64),
        (vec![], names("wide_signed,member,member,member"))
    );
    assert_eq!(find(Kind::Fwd), (vec![], names("later")));
    assert_eq!(find(Kind::Const), (vec![6], names("")));
    assert_eq!(find(Kind::TypeTag), (vec![1], names("rcu")));
    assert_eq!(find(Kind::FuncProto), (vec![1, 1, 0], names(",member,")));
    assert_eq!(find(Kind::Volatile), (vec![6], names("")));
    assert_eq!(find(Kind::Restrict), (vec![6], names("")));
    assert_eq!(find(Kind::Typedef), (vec![1], names("quoted \" é")));
    let func = find(Kind::Func);
    assert_eq!(btf.kind(TypeId(func.0[0])), Kind::FuncProto);
    assert_eq!((func.0.len(), func.1), (1, names("function")));
    assert_eq!(find(Kind::Var), (vec![1], names("variable")));
    assert_eq!(find(Kind::Datasec).0.len(), 8);
    assert_eq!(find(Kind::Float), (vec![], names("double")));
    assert_eq!(find(Kind::DeclTag), (vec![8], names("tag")));
    let locations = locations();
    assert_eq!(visit(&locations, 4), (vec![], names("")));
    assert_eq!(visit(&locations, 5), (vec![4, 0], names("")));
    assert_eq!(visit(&locations, 6), (vec![3, 5], names("inline.text")));
}

#[test]
fn a_type_of_the_wrong_length_is_not_added() {
    let mut btf = Btf::new();
    let refused = |btf: &mut Btf, words: &[u32]| btf.push(words).unwrap_err();
    let error = refused(&mut btf, &[0, info(4, 2), 8, 0, 1, 0]);
    assert_eq!(
        error,
        Error::BadType {
            kind: Kind::Struct,
            vlen: 2,
            need: 9,
            have: 6
        }
    );
    assert_eq!(
        error.to_string(),
        "a type of kind STRUCT and vlen 2 has 9 words, but 6 were given"
    );
    let short = refused(&mut btf, &[0, info(2, 0)]);
    assert!(matches!(
        short,
        Error::BadType {
            need: 3,
            have: 2,
            ..
        }
    ));
    assert!(matches!(
        refused(&mut btf, &[0, info(2, 0), 0, 7]),
        Error::BadType {
            need: 3,
            have: 4,
            ..
        }
    ));
    // Of an unknown kind only a layout section gives the length.
    let new = [0, info(NEW_KIND, 1), 0, 7];
    btf.push(&new).unwrap();
    let mut layout = Layout::current();
    layout
        .entries
        .resize(NEW_KIND as usize + 1, LayoutEntry::default());
    btf.layout = Some(layout);
    assert!(matches!(
        refused(&mut btf, &new),
        Error::BadType {
            kind: Kind::Unknown(40),
            need: 3,
            have: 4,
            ..
        }
    ));
    assert_eq!(btf.len(), 1);
}

#[test]
fn equal_types_and_strings_make_equal_btf() {
    let mut btf = every_kind();
    let bytes = btf.to_bytes(WriteOptions::default()).unwrap();
    let back = parse(&bytes, None).unwrap();
    assert_eq!(btf, back);
    btf.intern(b"another").unwrap();
    assert_ne!(btf, back);
}
