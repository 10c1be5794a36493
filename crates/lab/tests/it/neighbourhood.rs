//! A kernel's type, cut to what the laboratory can show.

use btf::{Kind, TypeId};
use lab::{Abi, c, neighbourhood, raw};

const UNIT: &str = "
enum mode { ON, OFF };
struct deep { struct deep *self; long far; };
struct near { struct deep *deep; enum mode mode; struct { int a; union { char c; short s; } u; } inside; };
typedef int (*call_t)(const struct near *near, unsigned long flags);
struct root { struct near near; call_t call; struct root *next; struct hidden *hidden; };
";

#[test]
fn all_of_it_where_there_is_room() {
    let unit = c::unit(UNIT, Abi::X86_64).expect("C");
    let root = unit
        .types()
        .find(|(id, _)| unit.name(*id) == "root")
        .map(|(id, _)| id)
        .expect("there");
    let text = neighbourhood(&unit, root, 100).expect("a type");
    let small = raw::unit(&text).expect("it is read back");
    // Nothing but forwards that were forwards, and every type that the root reaches.
    assert_eq!(small.len(), unit.len());
    assert_eq!(small.name(TypeId(1)), "root");
    let forwards = small.types().filter(|(_, ty)| ty.kind() == Kind::Fwd);
    assert_eq!(
        forwards
            .map(|(id, _)| small.name(id).into_owned())
            .collect::<Vec<_>>(),
        ["hidden"]
    );
    // What it says is what the unit says, up to the order: dedup of both leaves no more types than one of them.
    let both = lab::Units::of([&unit, &small]).expect("small");
    let run = lab::run(&both, &dedup::Options::default()).expect("it ends");
    assert_eq!(run.deduped.btf.len(), unit.len());
}

#[test]
fn names_alone_where_there_is_none() {
    let unit = c::unit(UNIT, Abi::X86_64).expect("C");
    for (id, ty) in unit.types() {
        for most in [0, 3, 8, 12] {
            let text = neighbourhood(&unit, id, most).expect("a type");
            let small = raw::unit(&text).expect("it is read back");
            assert_eq!(small.kind(TypeId(1)), ty.kind(), "the root is always whole");
            assert_eq!(small.name(TypeId(1)), unit.name(id));
        }
        let small = raw::unit(&neighbourhood(&unit, id, 0).expect("a type")).expect("read");
        let whole = small
            .types()
            .filter(|(at, ty)| ty.kind().is_composite() && !small.name(*at).is_empty());
        assert!(whole.count() <= 1, "{id}");
    }
    assert_eq!(neighbourhood(&unit, TypeId(0), 5), None);
    assert_eq!(neighbourhood(&unit, TypeId(1_000), 5), None);
}
