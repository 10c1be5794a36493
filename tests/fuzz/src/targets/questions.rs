//! Questions to the explorer, about good types and about bad ones.

use std::cell::RefCell;
use std::sync::Arc;

use btf::distill;
use explore::{Address, Explorer, Session, Wanted};

use crate::input::{Sink, two_files};
use crate::questions::{all_of_type, ask_all, compare, lists, query};

/// The types of a small kernel.
const TYPES: &[u8] = include_bytes!("../../../sample/sample.pahole-1.32.btf");

thread_local! {
    static SESSION: RefCell<Session> = {
        let types = btf::parse(TYPES, None).expect("the sample's BTF can be read");
        RefCell::new(Session::new(Explorer::new(types, None)))
    };
}

/// Three bytes choose how to search; the rest is the text.
pub fn run(data: &[u8]) {
    let [matching, field, order, text @ ..] = data else {
        return;
    };
    let text = String::from_utf8_lossy(text);
    SESSION.with_borrow_mut(|session| {
        lists(session, &query(*matching, *field, *order, &text));
        if let Some(address) = Address::parse(&text) {
            all_of_type(session, &address);
        }
        let wanted = Wanted::parse(&text);
        let btf = session.explorer().btf();
        if wanted.find(btf).is_empty() {
            wanted.not_found(btf);
        }
    });
}

/// BTF that was read and not checked: the page reads kept results so.
pub fn unchecked(data: &[u8]) {
    let Some((base, split)) = two_files(data) else {
        return;
    };
    let Ok(mut base) = btf::parse(base, None) else {
        return;
    };
    base.index_strings();
    let base = Arc::new(base);
    ask_all(Arc::clone(&base));
    let Ok(split) = btf::parse(split, Some(Arc::clone(&base))) else {
        return;
    };
    let _ = distill::relocate(&split, &base);
    let _ = distill::distill(&split);
    let _ = btf::compare::compare(&split, &base);
    let _ = btf::print::c::print_c(&split, &mut Sink::default());
    compare(&base, &split);
    ask_all(split);
}
