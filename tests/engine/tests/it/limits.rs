//! Structures that BTF has too few bits for: they lose what does not fit, and the unit nothing else. pahole
//! 1.32 cuts the numbers instead.

use btf::{Btf, Kind};
use engine_tests::{Workshop, encode_whole};
use pipeline::Outcome;

const FAR: &str = "
struct far { int first; char gap[600 << 20]; int lost; };
struct edge { char gap[(512 << 20) - 4]; int last; };
struct __attribute__((packed)) mixed {
    int first : 3;
    char gap[2 << 20];
    int lost;
    int lost_bits : 5;
    char end;
};
struct near_mixed { int first : 3; char gap[1 << 20]; int last; };
struct giant { char gap[5ull << 30]; int lost; };
struct beside { struct far *far; struct mixed *mixed; struct edge *edge; struct giant *giant; };
struct near_mixed near_mixed;
int far_use(struct beside *beside) { return beside->far->lost; }
";

/// Names and offsets of a structure's members in bits.
fn members(btf: &Btf, name: &str) -> Vec<(String, u32, u8)> {
    let (_, ty) = btf
        .types()
        .find(|&(id, ty)| ty.kind() == Kind::Struct && btf.name(id) == name)
        .unwrap_or_else(|| panic!("no struct {name}"));
    ty.members()
        .map(|member| {
            let name = btf.str(member.name).to_string();
            (name, member.bit_offset, member.bitfield_size)
        })
        .collect()
}

fn count(outcome: &Outcome, what: &str) -> u64 {
    let rows = outcome.statistics.inexpressible.iter();
    rows.filter(|row| row.reason.contains(what))
        .map(|row| row.count)
        .sum()
}

#[test]
#[ignore = "needs gcc, clang"]
fn only_what_is_out_of_reach_is_left_out() {
    let shop = Workshop::new("limits");
    shop.write("far.c", FAR);
    for version in [2, 4, 5] {
        for compiler in ["gcc", "clang"] {
            let build = format!("{compiler} -O1 -gdwarf-{version} -c far.c -o far.o");
            shop.run(&build);
            let outcome = encode_whole(&shop.read("far.o"), &build);
            let names = |name: &str| -> Vec<String> {
                let all = members(&outcome.btf, name).into_iter();
                all.map(|(name, ..)| name).collect()
            };
            assert_eq!(names("far"), ["first", "gap"], "{build}");
            assert_eq!(names("mixed"), ["first", "gap"], "{build}");
            assert_eq!(
                members(&outcome.btf, "edge")[1],
                ("last".to_owned(), u32::MAX - 31, 0),
                "{build}"
            );
            let near = members(&outcome.btf, "near_mixed");
            assert_eq!(near[0], ("first".to_owned(), 0, 3), "{build}");
            let bits = ((1 << 20) + 4) * 8;
            assert_eq!(near[2], ("last".to_owned(), bits, 0), "{build}");
            let giant = outcome
                .btf
                .types()
                .find(|&(id, _)| outcome.btf.name(id) == "giant")
                .map(|(_, ty)| ty.kind());
            assert_eq!(giant, Some(Kind::Fwd), "{build}");
            // Three of `mixed`; that of `giant` counts too.
            assert_eq!(count(&outcome, "members too far"), 5, "{build}");
            assert_eq!(count(&outcome, "4 GiB"), 1, "{build}");
            let functions = outcome
                .btf
                .types()
                .filter(|(_, ty)| ty.kind() == Kind::Func);
            assert_eq!(functions.count(), 1, "{build}");
        }
    }
}

/// A tag of a member that stays follows it to its new number.
#[test]
#[ignore = "needs clang"]
fn tags_stay_with_their_members() {
    let shop = Workshop::new("limits-tags");
    shop.write(
        "tags.c",
        "#define TAG(name) __attribute__((btf_decl_tag(name)))
        struct __attribute__((packed)) mixed {
            int bits : 3;
            int early TAG(\"early\");
            char gap[2 << 20];
            int lost TAG(\"lost\");
        };
        union both { struct mixed *mixed; int number TAG(\"number\"); };
        union both both;
        struct mixed *mixed;",
    );
    shop.run("clang -O1 -g -c tags.c -o tags.o");
    let outcome = encode_whole(&shop.read("tags.o"), "tags");
    let mut tags: Vec<(String, u32)> = outcome
        .btf
        .types()
        .filter(|(_, ty)| ty.kind() == Kind::DeclTag)
        .map(|(id, ty)| {
            let component = ty.tail().first().copied().unwrap_or_default();
            (outcome.btf.name(id).to_string(), component)
        })
        .collect();
    tags.sort();
    assert_eq!(tags, [("early".to_owned(), 1), ("number".to_owned(), 1)]);
}
