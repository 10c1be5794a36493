//! Types that are built so that answers about them would take far more than their bytes.

use btf::{Btf, Info, Kind, Member, StringOffset, TypeId};
use budget::Budget;
use explore::changes::changes;
use explore::why::{Cause, repeated, search};
use explore::{Explorer, FoundTypes, Match, Query, check_names};

/// An explorer that allows many times the standard budget.
fn generous(btf: Btf) -> Explorer {
    Explorer::new(btf, None).with_budget(Budget::times(1000))
}

fn member(btf: &mut Btf, name: &str, ty: TypeId) -> Member {
    Member {
        name: btf.intern(name.as_bytes()).expect("fits"),
        ty,
        bit_offset: 0,
        bitfield_size: 0,
    }
}

fn structure(btf: &mut Btf, name: &str, size: u32, of: TypeId) -> TypeId {
    let member = member(btf, "x", of);
    btf.add_composite(Kind::Struct, name, size, &[member])
        .expect("fits")
}

/// Two chains of structs of the same names that point to each other and differ in the last.
fn chains(length: usize) -> Btf {
    let mut btf = Btf::new();
    for end in ["one", "other"] {
        let mut to = btf.add_typedef(end, TypeId::VOID).expect("fits");
        for at in 0..length {
            to = btf.add_ptr(to).expect("fits");
            to = structure(&mut btf, &format!("s{at}"), 8, to);
        }
    }
    btf
}

#[test]
fn a_search_that_is_given_up_says_so_and_leaves_the_other_names_theirs() {
    let explorer = Explorer::new(chains(4000), None);
    let all = repeated(explorer.btf());
    assert_eq!(all.len(), 4000);
    let mut search = search(&explorer, &all);
    let trails: Vec<_> = all
        .iter()
        .map(|one| (&one.name, one.trails_with(&mut search)))
        .collect();
    let steps: usize = trails.iter().map(|(_, trails)| trails[0].steps.len()).sum();
    let mut given_up = 0;
    for (name, trails) in &trails {
        let sentence = trails[0].sentence();
        match &trails[0].cause {
            Some(Cause::GivenUp(why)) => {
                given_up += 1;
                assert!(why.contains("btfscope --budget 10"), "{why}");
                assert!(sentence.starts_with(&format!("struct {name}: the search was given up")));
                assert!(trails[0].verdict().starts_with("Not known: "));
            }
            cause => assert!(matches!(cause, Some(Cause::Member(..) | Cause::Name(_)))),
        }
    }
    // All paths together have 4000² pairs.
    assert!(steps < 500_000, "{steps}");
    assert!((1..4000).contains(&given_up), "{given_up}");

    let explorer = generous(chains(4000));
    let trails = all[..20].iter().flat_map(|one| one.trails(&explorer));
    assert!(
        trails
            .map(|trail| trail.cause)
            .all(|cause| { matches!(cause, Some(Cause::Member(..) | Cause::Name(_))) })
    );
}

/// A typedef for each suffix of one long string.
fn suffixes(count: u32) -> Btf {
    let mut btf = Btf::new();
    let start = btf.intern(&vec![b'a'; count as usize]).expect("fits").0;
    for at in 0..count {
        let info = Info::new(Kind::Typedef, 0, false).0;
        btf.push(&[start + at, info, 0]).expect("fits");
    }
    btf
}

#[test]
fn names_that_are_far_longer_than_the_file_are_refused_with_a_way_out() {
    let btf = suffixes(6_000);
    let error = check_names(&btf, Budget::STANDARD).expect_err("18 MB of names in 80 kB");
    assert!(
        error.to_string().contains("bytes of names and other text"),
        "{error}"
    );
    assert!(error.to_string().contains("--budget 10"), "{error}");
    check_names(&btf, Budget::times(20)).expect("a larger budget allows them");
    check_names(&suffixes(500), Budget::STANDARD).expect("few");
}

#[test]
fn each_type_of_a_name_is_paired_with_the_first_that_is_equal() {
    let of = |members: &[&str]| {
        let mut btf = Btf::new();
        for name in members {
            let member = member(&mut btf, name, TypeId::VOID);
            btf.add_composite(Kind::Struct, "s", 4, &[member])
                .expect("fits");
        }
        Explorer::new(btf, None)
    };
    let counts = |a: &[&str], b: &[&str]| {
        let found = changes(&of(a), &of(b)).expect("small");
        let of = found.groups[0];
        (of.equal, of.changed, of.removed, of.added)
    };
    assert_eq!(counts(&["a", "b", "c"], &["c", "a", "b"]), (3, 0, 0, 0));
    assert_eq!(counts(&["a", "a", "b"], &["a", "c"]), (1, 1, 1, 0));
    assert_eq!(counts(&["a"], &["b", "a"]), (1, 0, 0, 1));
    assert_eq!(counts(&["a", "x"], &["b", "a", "c"]), (1, 1, 0, 1));
}

#[test]
fn structs_that_contain_each_other_are_laid_out_once() {
    let mut btf = Btf::new();
    let mut inner = TypeId::VOID;
    for at in 0..20_000 {
        inner = structure(&mut btf, &format!("s{at}"), 4, inner);
    }
    let explorer = Explorer::new(btf.clone(), None);
    let found = changes(&explorer, &Explorer::new(btf, None)).expect("linear");
    assert_eq!((found.groups[0].equal, found.is_empty()), (20_000, true));
}

#[test]
fn a_comparison_whose_declarations_are_far_longer_than_the_files_is_refused() {
    let mut btf = Btf::new();
    let long = structure(&mut btf, &"n".repeat(10_000), 4, TypeId::VOID);
    let name = btf.intern(b"x").expect("fits");
    let members: Vec<Member> = (0..6_000_u32)
        .map(|at| Member {
            name: StringOffset(name.0),
            ty: long,
            bit_offset: 32 * at,
            bitfield_size: 0,
        })
        .collect();
    btf.add_composite(Kind::Struct, "wide", 24_000, &members)
        .expect("fits");
    let of = |btf: &Btf| Explorer::new(btf.clone(), None);
    let error = changes(&of(&btf), &of(&btf)).expect_err("120 MB of declarations");
    assert!(error.to_string().contains("--budget 10"), "{error}");
    changes(&generous(btf.clone()), &of(&btf)).expect("a larger budget allows them");
}

#[test]
fn a_struct_with_more_members_than_bytes_is_not_compared_in_part() {
    let mut btf = Btf::new();
    let mut inner = TypeId::VOID;
    for at in 0..20 {
        let members = ["a", "b"].map(|side| member(&mut btf, &format!("{side}{at}"), inner));
        inner = btf
            .add_composite(Kind::Union, "", 4, &members)
            .expect("fits");
        let members = [member(&mut btf, "", inner), member(&mut btf, "", inner)];
        inner = btf
            .add_composite(Kind::Union, "", 4, &members)
            .expect("fits");
    }
    structure(&mut btf, "outer", 4, inner);
    let explorer = Explorer::new(btf.clone(), None);
    assert!(changes(&explorer, &Explorer::new(btf, None)).is_err());
}

/// What a search by a regular expression says, in two typedefs.
fn by_regex(text: &str) -> Result<usize, String> {
    let mut btf = Btf::new();
    for name in ["tcp_sock", "udp_sock"] {
        btf.add_typedef(name, TypeId::VOID).expect("fits");
    }
    let query = Query {
        text: text.to_owned(),
        matching: Match::Regex,
        ..Query::default()
    };
    let found = FoundTypes::of(&Explorer::new(btf, None), query);
    found
        .map(|found| found.len())
        .map_err(|error| error.to_string())
}

#[test]
fn regular_expressions_that_would_take_long_are_refused_with_what_to_type_instead() {
    for text in [
        "tcp",
        "^tcp_.*sock$",
        "(tcp|raw|ping)_v?(4|6)?_?.*(sock|skb|hash)$",
        "^[tc]+[a-z0-9_]{3,40}$",
        "^(tcp|raw)_(sock|ops|operations|info)$",
    ] {
        assert_eq!(by_regex(text), Ok(1), "{text}");
    }
    let names = (0..100).map(|at| format!("some_longer_name_{at}"));
    let names = names.collect::<Vec<_>>().join("|");
    assert_eq!(by_regex(&format!("^({names}|tcp_sock)$")), Ok(1));
    for text in ["(.?){800}x", "(.*a.*){200}", &"(.|a)".repeat(60)] {
        let said = by_regex(text).expect_err("it is too large");
        assert!(said.contains("is too large: compiled"), "{said}");
        assert!(said.contains("search for a part of the name"), "{said}");
    }
    let said = by_regex("(").expect_err("it is none");
    assert!(said.starts_with("invalid regular expression"), "{said}");
}

/// A struct of so many members without name, each of another type without name.
fn struct_of_anonymous(btf: &mut Btf, members: u32) {
    let word = btf.end_id();
    btf.add_int(
        "int",
        btf::Int {
            size: 4,
            encoding: btf::IntEncoding::SIGNED,
            offset: 0,
            bits: 32,
        },
    )
    .expect("fits");
    let all: Vec<Member> = (0..members)
        .map(|at| {
            let inner = member(btf, &format!("m{at}"), word);
            let ty = btf.add_composite(Kind::Struct, "", 4, &[inner]);
            Member {
                bit_offset: at * 32,
                ..member(btf, "", ty.expect("fits"))
            }
        })
        .collect();
    btf.add_composite(Kind::Struct, "s", members * 4, &all)
        .expect("fits");
}

#[test]
fn a_module_that_repeats_types_without_names_is_searched_to_the_end() {
    let mut base = Btf::new();
    struct_of_anonymous(&mut base, 3_000);
    let mut module = Btf::split(std::sync::Arc::new(base));
    struct_of_anonymous(&mut module, 3_000);
    let explorer = Explorer::new(module, None);
    let all = repeated(explorer.btf());
    let trails: Vec<_> = all.iter().flat_map(|one| one.trails(&explorer)).collect();
    assert_eq!(trails.len(), 1);
    assert_eq!(trails[0].cause, None);
}
