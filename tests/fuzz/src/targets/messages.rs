//! Messages between the page and its workers, and the page's addresses.
//!
//! A message is an object of JavaScript around packed bytes; natively only the bytes can be read. Each question that they
//! contain is asked.

use std::cell::RefCell;

use explore::{Explorer, Question, Session};
use protocol::explorer::{AnyQuestion, TypeQuestion};
use protocol::lab::AnyLabQuestion;
use protocol::{embed, intake, place, practice, unfolded};

/// The types of a small kernel.
const TYPES: &[u8] = include_bytes!("../../../sample/sample.pahole-1.32.btf");

thread_local! {
    static SESSION: RefCell<Session> = {
        let types = btf::parse(TYPES, None).expect("the sample's BTF can be read");
        let mut session = Session::new(Explorer::new(types.clone(), None));
        let compared = session.compare_with(Explorer::new(types, None));
        compared.expect("the sample can be compared with itself");
        RefCell::new(session)
    };
}

/// Reads bytes as each kind of message, and as an address.
pub fn run(data: &[u8]) {
    if let Ok(AnyQuestion::OfTypes(question)) = postcard::from_bytes(data) {
        SESSION.with_borrow_mut(|session| ask(*question, session));
    }
    let _ = postcard::from_bytes::<AnyLabQuestion>(data);
    let _ = postcard::from_bytes::<doctor::Report>(data);
    address(&String::from_utf8_lossy(data), data);
}

fn ask(question: TypeQuestion, session: &mut Session) {
    macro_rules! ask {
        ($($name:ident),* $(,)?) => {
            match question {
                $(TypeQuestion::$name(question) => drop(question.answer(session, None)),)*
            }
        };
    }
    ask! {
        ChangedFolders, ChangesAsMarkdown, Export, FindNames, ListChanges, ListInlineSites, ListLeftOut,
        ListRepeated, ListSignatures, ListTypes, ListUses, OverlapOfModules, Prepare, RowOf, ShowChange,
        ShowType, SourcesAt, Unfold, UnitsOf, VersionOf, WhyRepeated,
    }
}

fn address(text: &str, data: &[u8]) {
    let parameters = place::Parameters::of(text);
    let (query, _) = place::query(&parameters);
    let mut again = place::Parameters::default();
    place::add_query(&mut again, &query);
    let address = again.behind("#/types");
    let (read, unknown) = place::query(&place::Parameters::of(&address));
    assert_eq!(read, query, "an address contains the whole search");
    assert!(unknown.is_empty(), "{address} has what means nothing");
    unfolded::unfolded(&parameters);
    practice::PracticePlace::of(text);
    embed::figure(text, 1, embed::Show::of_address(text));
    embed::iframe("https://example.org/", text, text);
    let kind = intake::classify(text, data);
    intake::refusal(kind, text, data);
}
