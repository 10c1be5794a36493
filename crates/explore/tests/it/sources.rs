//! Where types come from.

use btf::{Btf, Int, IntEncoding, Kind, TypeId};
use explore::questions::SourcesAt;
use explore::sources::{Measured, Sources, tiles};
use explore::{Amount, Area, AreaPartKind, Explorer, Question, Session, export};
use explore::{UnitType, Units};
use proptest::prelude::*;

/// Units with their types, made up.
struct Made(Vec<(String, Vec<UnitType>)>);

impl Units for Made {
    fn units_of(&self, _: &[TypeId]) -> Vec<Vec<String>> {
        Vec::new()
    }

    fn for_each_unit(&self, wanted: &dyn Fn(&str) -> bool, f: &mut dyn FnMut(&str, &[UnitType])) {
        for (name, types) in &self.0 {
            if wanted(name) {
                f(name, types);
            }
        }
    }
}

/// Types 1 to `count`; every third is a struct, which is larger.
fn types(count: u32) -> Btf {
    let mut btf = Btf::new();
    for at in 1..=count {
        let name = format!("t{at}");
        if at % 3 == 0 {
            let name_of = btf.intern(b"m").unwrap();
            let member = btf::Member {
                name: name_of,
                ty: TypeId(1),
                bit_offset: 0,
                bitfield_size: 0,
            };
            btf.add_composite(Kind::Struct, &name, 4, &[member])
                .unwrap();
        } else {
            let int = Int {
                bits: 32,
                offset: 0,
                encoding: IntEncoding::SIGNED,
                size: 4,
            };
            btf.add_int(&name, int).unwrap();
        }
    }
    btf
}

fn defined(id: u32) -> UnitType {
    UnitType {
        id: TypeId(id),
        declared: false,
    }
}

fn made(units: &[(&str, &[UnitType])]) -> Made {
    let unit = |(name, types): &(&str, &[UnitType])| ((*name).to_owned(), types.to_vec());
    Made(units.iter().map(unit).collect())
}

fn area(explorer: &Explorer, units: &Made, path: &str) -> Area {
    let sources = explorer.sources(units);
    sources.area(explorer, units, path).expect("it is there")
}

fn said(area: &Area) -> Vec<(&str, u64, u64)> {
    let part = |part: &'_ explore::AreaPart| (part.before.types, part.after.types);
    let all = area.parts.iter();
    all.map(|one| (one.title(), part(one).0, part(one).1))
        .collect()
}

#[test]
fn a_type_counts_where_all_its_units_meet() {
    let declared = UnitType {
        id: TypeId(2),
        declared: true,
    };
    let units = made(&[
        ("/src/fs/ext4/a.c", &[defined(1), defined(2), defined(2)]),
        ("/src/fs/ext4/b.c", &[defined(1), defined(3)]),
        ("/src/fs/open.c", &[defined(1), declared]),
        ("/src/net/c.c", &[defined(1), defined(4)]),
        // A file may be compiled more than once.
        ("/src/net/c.c", &[defined(1), defined(5)]),
    ]);
    // The sixth is a function, as it were: no unit has it.
    let explorer = Explorer::new(types(6), None);
    let all = area(&explorer, &units, "");
    assert_eq!((all.inside.as_str(), all.units), ("src", 4));
    assert_eq!(
        said(&all),
        [
            ("fs", 7, 2),
            ("net", 4, 2),
            ("shared by several of these", 0, 1),
            ("functions and variables", 1, 1),
        ]
    );
    assert_eq!((all.before.types, all.after.types), (12, 6));
    let fs = area(&explorer, &units, "fs");
    assert_eq!(said(&fs), [("ext4", 5, 2), ("open.c", 2, 0)]);
    // Declared: 12 bytes, whatever it is declared to be.
    assert_eq!(fs.parts[1].before.bytes, 16 + 12);
    assert_eq!(
        area(&explorer, &units, "src/fs"),
        fs,
        "with what all lie in"
    );
    let unit = area(&explorer, &units, "fs/ext4/a.c");
    let of_unit: Vec<(&str, bool)> = unit
        .types
        .iter()
        .map(|one| (one.name.as_str(), one.only_here))
        .collect();
    assert_eq!(of_unit, [("t2", true), ("t1", false)]);
    assert_eq!(unit.units, 1);
}

#[test]
fn what_is_not_there_is_said() {
    let units = made(&[("a.c", &[defined(1)])]);
    let mut session = Session::new(Explorer::new(types(1), None));
    let question = || SourcesAt("b.c".to_owned());
    let refused = question().answer(&mut session, Some(&units));
    let cause = refused.expect_err("no such unit");
    assert_eq!(cause, "no folder or unit is called “b.c”");
    let cause = question().answer(&mut session, None);
    let cause = cause.expect_err("no units");
    assert!(cause.contains("DWARF"), "{cause}");
}

#[test]
fn a_treemap_is_a_table_too() {
    let units = made(&[
        ("a/x.c", &[defined(1), defined(2), defined(3)]),
        ("b,\"<y>.c", &[defined(1)]),
    ]);
    let explorer = Explorer::new(types(3), None);
    let all = area(&explorer, &units, "");
    let csv = export::area(&all, export::Form::Csv);
    assert_eq!(
        csv.lines().collect::<Vec<_>>(),
        [
            "name,kind,types_before,bytes_before,types_after,bytes_after",
            "a,folder,3,56,2,40",
            "\"b,\"\"<y>.c\",unit,1,16,0,0",
            "shared by several of these,shared,0,0,1,16",
        ]
    );
    let before = Measured {
        after: false,
        bytes: true,
    };
    let svg = export::treemap(&all, before);
    assert!(
        svg.contains("<title>b,&quot;&lt;y&gt;.c: 16</title>"),
        "{svg}"
    );
    assert!(svg.starts_with("<svg xmlns=") && svg.trim_end().ends_with("</svg>"));
}

/// Paths of one to four parts out of few names, so that folders are shared.
fn path() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["a", "b", "c.c", "d"]);
    prop::collection::vec(name, 1..4).prop_map(|parts| parts.join("/") + "/u.c")
}

fn add(sum: Amount, one: Amount) -> Amount {
    Amount {
        types: sum.types + one.types,
        bytes: sum.bytes + one.bytes,
    }
}

proptest! {
    /// Whatever units have: a folder is the sum of its parts, before and after, and all of it is all types.
    #[test]
    fn parts_add_up_and_tiles_are_to_scale(
        units in prop::collection::vec((path(), prop::collection::vec((1_u32..30, any::<bool>()), 0..20)), 1..12),
    ) {
        let before = |(id, declared): &(u32, bool)| UnitType { id: TypeId(*id), declared: *declared };
        let units = Made(units.iter().map(|(name, types)| (name.clone(), types.iter().map(before).collect())).collect());
        let explorer = Explorer::new(types(30), None);
        let sources = Sources::of(explorer.btf(), &units);
        let mut open = vec![String::new()];
        let mut first = true;
        while let Some(path) = open.pop() {
            let area = sources.area(&explorer, &units, &path).expect("a part is there");
            if first {
                prop_assert_eq!(area.after.types, 30);
                let mentions: usize = units.0.iter().map(|(_, types)| types.len()).sum();
                let whole = area.parts.iter().filter(|part| part.kind == AreaPartKind::WholeFile);
                let whole: u64 = whole.map(|part| part.before.types).sum();
                prop_assert_eq!(area.before.types, mentions as u64 + whole);
                first = false;
            }
            if !area.parts.is_empty() {
                let sum = area.parts.iter().fold(Amount::default(), |sum, part| add(sum, part.before));
                prop_assert_eq!(sum, area.before);
                let sum = area.parts.iter().fold(Amount::default(), |sum, part| add(sum, part.after));
                prop_assert_eq!(sum, area.after);
            }
            for measured in [(false, false), (false, true), (true, false), (true, true)] {
                let measured = Measured { after: measured.0, bytes: measured.1 };
                let whole = measured.of(area.before, area.after) as f64;
                for tile in tiles(&area, measured, 800.0, 500.0) {
                    prop_assert!(tile.x >= -0.001 && tile.x + tile.width <= 800.001);
                    prop_assert!(tile.y >= -0.001 && tile.y + tile.height <= 500.001);
                    if tile.within.is_none() {
                        let own = measured.of(tile.part.before, tile.part.after) as f64;
                        let share = tile.width * tile.height / (800.0 * 500.0);
                        prop_assert!((share - own / whole).abs() < 1e-6, "{} of {whole}: {share}", own);
                    }
                }
            }
            let folders = area.parts.iter().filter(|part| part.kind == AreaPartKind::Folder);
            let inside = |name: &str| match path.is_empty() {
                true => name.to_owned(),
                false => format!("{path}/{name}"),
            };
            open.extend(folders.map(|part| inside(&part.name)));
        }
    }
}
