//! What modules repeat of their base.

use btf::{Btf, Kind, Member, TypeId};
use explore::Explorer;
use explore::export::{Form, modules as exported};
use explore::modules::{Modules, Report};
use std::sync::Arc;

/// A struct `same` of one member for each name.
fn add_structs(btf: &mut Btf, members: impl Iterator<Item = String>) {
    let pointer = btf.add_ptr(TypeId::VOID).expect("fits");
    for name in members {
        let name = btf.intern(name.as_bytes()).expect("fits");
        let member = Member {
            name,
            ty: pointer,
            bit_offset: 0,
            bitfield_size: 0,
        };
        btf.add_composite(Kind::Struct, "same", 8, &[member])
            .expect("fits");
    }
}

/// The report on a module with one struct of a name that the base has so often.
fn report(in_base: usize) -> Report {
    let mut base = Btf::new();
    add_structs(&mut base, (0..in_base).map(|at| format!("m{at}")));
    let base = Arc::new(base);
    let mut split = Btf::split(base.clone());
    add_structs(&mut split, std::iter::once("own".to_owned()));
    let mut modules = Modules::default();
    modules.add(&Explorer::new(base, None), "module", &split);
    modules.report()
}

#[test]
fn a_type_that_is_not_compared_with_all_of_its_name_says_so() {
    let all = report(64);
    let one = &all.added[0].repeats[0];
    assert_eq!((one.in_base, one.compared), (64, 64));
    assert_eq!(
        one.why,
        "struct same: member 1 is `void *m0` at 0 here, `void *own` at 0 there"
    );

    let some = report(1_100);
    let one = &some.added[0].repeats[0];
    assert_eq!((one.in_base, one.compared), (1_100, 64));
    assert_eq!(
        one.why,
        "struct same: member 1 is `void *m0` at 0 here, `void *own` at 0 there; the base has 1,100 types of that name, and only the first 64 \
         were compared"
    );
    let json = exported(&some, Form::Json);
    assert!(
        json.contains("\"in_base\": 1100") && json.contains("\"compared\": 64"),
        "{json}"
    );
}
