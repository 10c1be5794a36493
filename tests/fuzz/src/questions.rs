//! The explorer's questions about a BTF, asked as the page asks them.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use btf::{Btf, TypeId};
use explore::copy_as::CopyForm;
use explore::questions::{
    ChangesAsMarkdown, Export, FindNames, ListChanges, ListRepeated, ListSignatures, ListTypes,
    ListUses, OverlapOfModules, ShowChange, ShowType, Unfold, WhyRepeated,
};
use explore::{Address, Explorer, Field, Match, Query, Question, Session, UseKind};

/// Types of a BTF about which everything is asked. A fuzzer learns more from ten inputs with four types each than from one with
/// forty: a type takes the time of thirty questions.
const MOST: u32 = 4;

/// A few types of a BTF: its words choose which, so that similar inputs ask about others.
pub fn some_types(btf: &Btf) -> impl Iterator<Item = TypeId> + use<> {
    let count = btf.end_id().0.saturating_sub(1);
    let mut hasher = DefaultHasher::new();
    btf.types().for_each(|(_, ty)| ty.words().hash(&mut hasher));
    let first = hasher.finish() % u64::from(count.max(1));
    let step = u64::from(count / MOST).max(1);
    let chosen =
        (0..u64::from(MOST.min(count))).map(move |at| (first + at * step) % u64::from(count));
    chosen.map(|index| TypeId(index as u32 + 1))
}

/// Asks about some types of a BTF, and about all of them in lists.
pub fn ask_all(btf: impl Into<Arc<Btf>>) {
    let mut session = Session::new(Explorer::new(btf, None));
    let types = some_types(session.explorer().btf());
    lists(&mut session, &Query::default());
    drop(ListRepeated.answer(&mut session, None));
    // Copies of types that contain each other are long, so each type is copied in some of the forms.
    let forms = forms();
    for (place, id) in types.enumerate() {
        let address = session.explorer().address(id);
        let again = Address::parse(&address.to_string());
        assert!(again.is_some(), "an address that is written can be read");
        of_type(&mut session, &address);
        let own = forms.iter().skip(place).step_by(MOST as usize);
        own.for_each(|form| copy(&mut session, &address, form));
    }
}

/// Asks everything about one type.
pub fn all_of_type(session: &mut Session, address: &Address) {
    of_type(session, address);
    forms().iter().for_each(|form| copy(session, address, form));
}

/// Asks everything about one type but for copies.
fn of_type(session: &mut Session, address: &Address) {
    let of = || address.clone();
    let unfolded = Default::default();
    drop(ShowType { of: of(), unfolded }.answer(session, None));
    let unfolded = Default::default();
    drop(Unfold { of: of(), unfolded }.answer(session, None));
    drop(WhyRepeated(of()).answer(session, None));
    for kind in UseKind::ALL {
        let question = ListUses {
            of: of(),
            kind,
            text: String::new(),
            count: 20,
        };
        drop(question.answer(session, None));
    }
    drop(Export::Picture(of()).answer(session, None));
    drop(Export::Header(of()).answer(session, None));
}

/// What a type can be copied as.
fn forms() -> [CopyForm; 10] {
    [
        CopyForm::C,
        CopyForm::Pahole,
        CopyForm::Markdown,
        CopyForm::Rust,
        CopyForm::Go,
        CopyForm::CoreRead("a.b".to_owned()),
        CopyForm::Fentry,
        CopyForm::Fexit,
        CopyForm::Kfunc,
        CopyForm::TpBtf,
    ]
}

fn copy(session: &mut Session, address: &Address, form: &CopyForm) {
    drop(Export::CopyAs(address.clone(), form.clone()).answer(session, None));
}

/// Asks for the lists of a query.
pub fn lists(session: &mut Session, query: &Query) {
    let query = || query.clone();
    let (from, count) = (0, 50);
    let question = ListTypes {
        query: query(),
        from,
        count,
    };
    drop(question.answer(session, None));
    let question = ListSignatures {
        query: query(),
        from,
        count,
    };
    drop(question.answer(session, None));
    let text = query().text;
    drop(FindNames { text, each: 5 }.answer(session, None));
}

/// Asks what became of the types of one BTF in another, and what a module has in common with its base.
pub fn compare(first: &Arc<Btf>, second: &Btf) {
    let mut session = Session::new(Explorer::new(Arc::clone(first), None));
    session.add_module("module", second);
    drop(
        OverlapOfModules {
            of: None,
            count: 20,
        }
        .answer(&mut session, None),
    );
    // What costs more than a budget allows is refused.
    if session
        .compare_with(Explorer::new(second.clone(), None))
        .is_err()
    {
        return;
    }
    drop(ChangesAsMarkdown.answer(&mut session, None));
    let question = ListChanges {
        filter: Default::default(),
        from: 0,
        count: 50,
    };
    drop(question.answer(&mut session, None));
    for id in some_types(first) {
        let address = session.explorer().address(id);
        drop(ShowChange(address).answer(&mut session, None));
    }
}

/// A query of three numbers and a text.
#[must_use]
pub fn query(matching: u8, field: u8, order: u8, text: &str) -> Query {
    fn one_of<T: Copy>(all: &[T], number: u8) -> Option<T> {
        all.get(usize::from(number) % all.len().max(1)).copied()
    }
    Query {
        text: text.to_owned(),
        matching: one_of(&Match::ALL, matching).unwrap_or_default(),
        field: one_of(&Field::ALL, field).unwrap_or_default(),
        order: one_of(&explore::Order::ALL, order).unwrap_or_default(),
        reversed: order >= 128,
        ..Query::default()
    }
}
