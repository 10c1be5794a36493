//! Functions that were inlined: their sites, which split BTF has beside the types.

use btf::{Btf, Info, Kind, Linkage, Param, TypeId};
use explore::questions::{Export, ListInlineSites, ListSignatures, ListUses, ShowType};
use explore::{
    Address, Explorer, Filter, FunctionFilter, Group, Order, Query, Question, Session, Unfolded,
    UseKind,
};
use std::sync::Arc;

/// A kernel with the functions `helper` and `other`.
fn kernel() -> Arc<Btf> {
    let mut btf = Btf::new();
    let real = btf.add_float("real", 8).expect("fits");
    let name = btf.intern(b"value").expect("fits");
    let proto = btf.add_func_proto(real, &[Param { name, ty: real }]);
    let proto = proto.expect("fits");
    for name in ["helper", "other"] {
        btf.add_func(name, proto, Linkage::Static).expect("fits");
    }
    Arc::new(btf)
}

/// Two sites of `helper`, and three of `hidden`, which the kernel's types do not have.
fn sites(kernel: Arc<Btf>) -> Btf {
    let mut btf = Btf::split(kernel);
    let hidden = btf.add_func("hidden", TypeId(2), Linkage::Static);
    let hidden = hidden.expect("fits").0;
    let mut push = |kind: Kind, name: &str, third: u32, vlen: u32, tail: &[u32]| {
        let name = btf.intern(name.as_bytes()).expect("fits").0;
        let mut words = vec![name, Info::new(kind, vlen, false).0, third];
        words.extend_from_slice(tail);
        btf.push(&words).expect("as long as its kind").0
    };
    let register = push(Kind::LocParam, "", 8, 1, &[0x8, 5]);
    let known = push(Kind::LocProto, "", 0, 1, &[register]);
    let unknown = push(Kind::LocProto, "", 0, 1, &[0]);
    let text = [
        [3, known, 0x10],
        [hidden, unknown, 0x20],
        [3, unknown, 0x30],
        [hidden, known, 0x40],
    ];
    push(Kind::LocSec, "inline.text", 0, 4, &text.concat());
    push(
        Kind::LocSec,
        "inline.init.text",
        0,
        1,
        &[hidden, known, 0x8],
    );
    btf
}

fn session() -> Session {
    let kernel = kernel();
    let mut session = Session::new(Explorer::new(kernel.clone(), None));
    (session.add_inline_sites(sites(kernel))).expect("they fit");
    session
}

fn show(of: &str) -> ShowType {
    ShowType {
        of: address(of),
        unfolded: Unfolded::default(),
    }
}

#[test]
fn sites_that_do_not_fit_the_types_are_refused() {
    let refused = |btf: Btf| {
        let mut session = Session::new(Explorer::new(kernel(), None));
        session.add_inline_sites(btf).expect_err("refused")
    };
    // In the other kernel, type 3 is no function.
    let mut other = Btf::new();
    for name in ["a", "b", "c", "d"] {
        other.add_float(name, 8).expect("fits");
    }
    let said = refused(sites(Arc::new(other)));
    assert!(said.contains("[3], which is no FUNC"), "{said}");
    let said = refused(Btf::split(kernel()));
    assert_eq!(said, "it contains no inline sites");
}

fn address(name: &str) -> Address {
    Address::parse(name).expect("an address")
}

fn functions(inlined: bool, order: Order) -> Query {
    Query {
        filter: Filter {
            groups: vec![Group::Func],
            function: FunctionFilter {
                inlined,
                ..FunctionFilter::default()
            }
            .boxed(),
            ..Filter::default()
        },
        order,
        ..Query::default()
    }
}

/// Names, and at how many sites each was inlined.
fn listed(session: &mut Session, query: Query) -> Vec<(String, Option<u32>)> {
    let question = ListSignatures {
        query,
        from: 0,
        count: 9,
    };
    let rows = question.answer(session, None).expect("an answer").rows;
    rows.into_iter()
        .map(|row| (row.name, row.inlined_at))
        .collect()
}

#[test]
fn functions_show_and_are_sorted_by_their_inline_sites() {
    let row = |name: &str, sites| (name.to_owned(), Some(sites));
    let mut session = session();
    assert_eq!(
        listed(&mut session, functions(false, Order::Name)),
        [row("helper", 2), row("other", 0)]
    );
    // Those that were inlined are more than the types have.
    assert_eq!(
        listed(&mut session, functions(true, Order::Sites)),
        [row("hidden", 3), row("helper", 2)]
    );
    let reversed = Query {
        reversed: true,
        ..functions(false, Order::Sites)
    };
    assert_eq!(
        listed(&mut session, reversed),
        [row("other", 0), row("helper", 2)]
    );
    let csv = Export::Signatures(functions(true, Order::Sites), explore::export::Form::Csv);
    let csv = csv.answer(&mut session, None).expect("an answer");
    assert!(
        csv.contains(",inlined at\r\n") && csv.contains(",3\r\n"),
        "{csv}"
    );

    let mut without = Session::new(Explorer::new(kernel(), None));
    let rows = listed(&mut without, functions(false, Order::Name));
    assert_eq!(rows[0], ("helper".to_owned(), None));
    assert!(listed(&mut without, functions(true, Order::Name)).is_empty());
}

#[test]
fn a_function_lists_its_sites_some_at_a_time() {
    let mut session = session();
    let question = |name: &str, from, count| ListInlineSites {
        of: address(name),
        from,
        count,
    };
    let found = question("func/hidden", 1, 1).answer(&mut session, None);
    let found = found.expect("an answer");
    assert_eq!((found.sites, found.has_function), (3, false));
    assert_eq!(
        found.parameters[0].to_string(),
        "value: register 2, unknown 1"
    );
    let shown = &found.places[0];
    assert_eq!((shown.section.as_str(), shown.offset), (".text", 0x40));
    assert_eq!(shown.arguments, [Some("reg5".to_owned())]);
    assert_eq!(found.places.len(), 1);

    let last = question("func/hidden", 2, 100).answer(&mut session, None);
    assert_eq!(last.expect("an answer").places[0].section, ".init.text");
    let helper = question("func/helper", 0, 100).answer(&mut session, None);
    let helper = helper.expect("an answer");
    assert!(helper.has_function);
    assert_eq!(helper.places[1].arguments, [None]);
    let none = question("func/other", 0, 100).answer(&mut session, None);
    assert_eq!(
        none.expect_err("refused"),
        "no inline site of other is known"
    );
}

#[test]
fn a_function_that_exists_only_inline_has_a_page() {
    let mut session = session();
    let card = |session: &mut Session, name: &str| {
        let card = show(name).answer(session, None);
        card.expect("a card")
    };
    let hidden = card(&mut session, "func/hidden");
    assert_eq!((hidden.inlined_at, hidden.only_inline), (Some(3), true));
    let helper = card(&mut session, "func/helper");
    assert_eq!((helper.inlined_at, helper.only_inline), (Some(2), false));
    assert_eq!(card(&mut session, "float/real").inlined_at, None);
    let uses = ListUses {
        of: address("func/hidden"),
        kind: UseKind::Parameter,
        text: String::new(),
        count: 5,
    };
    assert_eq!(uses.answer(&mut session, None).expect("an answer").total, 0);
    let missing = show("func/nothing").answer(&mut session, None);
    assert!(missing.is_err());
}
