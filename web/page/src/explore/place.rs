//! Which type the address names, and what of it.

use crate::browser::{hash, set_hash, window};
use explore::{Address, Unfolded};
use js_sys::{decode_uri_component, encode_uri_component};
use protocol::place::Parameters;
use protocol::unfolded::add_unfolded;

/// The address of a type's page: `#/type/struct/task_struct`.
pub fn href(address: &Address) -> String {
    link("type", address)
}

/// What an address asks for beyond a type: `#/type/struct/sk_buff?member=len&tab=raw`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Part<'a> {
    /// The member that is selected.
    pub member: Option<&'a str>,
    /// The members that are unfolded.
    pub unfolded: Option<&'a Unfolded>,
    /// The tab, unless it is the first.
    pub tab: Option<&'a str>,
    /// What narrows the list in the tab.
    pub filter: &'a str,
}

impl Part<'_> {
    /// The address of this part of a type's page.
    pub fn href(self, address: &Address) -> String {
        self.parameters().behind(&href(address))
    }

    /// What the address has for this part behind its `?`.
    pub fn parameters(self) -> Parameters {
        let mut parameters = Parameters::default();
        parameters.add("member", self.member.unwrap_or_default());
        if let Some(unfolded) = self.unfolded {
            add_unfolded(&mut parameters, unfolded);
        }
        parameters.add("tab", self.tab.unwrap_or_default());
        parameters.add("filter", self.filter);
        parameters
    }
}

/// The address of a member of a type.
pub fn member(address: &Address, member: Option<&str>) -> String {
    let part = Part {
        member,
        ..Part::default()
    };
    part.href(address)
}

/// Whether the address is that of a view as a whole: `#/VIEW`, with or without parameters.
pub fn is(view: &str) -> bool {
    let hash = hash();
    let path = hash.split('?').next().unwrap_or_default();
    path.strip_prefix("#/") == Some(view)
}

/// What follows the `?` of the address.
pub fn parameters() -> Parameters {
    Parameters::of(&hash())
}

/// The address of the page that explains why a name has several types: `#/why/struct/slot`.
pub fn why(address: &Address) -> String {
    link("why", address)
}

/// The address of what became of a type: `#/compare/struct/file`.
pub fn compare(address: &Address) -> String {
    link("compare", address)
}

/// The address of a type's history: `#/history/struct/file`.
pub fn history(address: &Address) -> String {
    link("history", address)
}

/// The address of a folder or unit of the sources: `#/sources/fs/ext4`.
pub fn sources(path: &str) -> String {
    let parts = path.split('/').filter(|part| !part.is_empty());
    let parts = parts.map(|part| format!("/{}", String::from(encode_uri_component(part))));
    format!("#/sources{}", parts.collect::<String>())
}

/// The part of the address after `#/VIEW/`, decoded; empty if there is none.
pub fn behind(view: &str) -> String {
    let hash = window().location().hash().unwrap_or_default();
    let rest = hash.strip_prefix(&format!("#/{view}/")).unwrap_or_default();
    let rest = rest.split('?').next().unwrap_or_default();
    let decoded = rest
        .split('/')
        .map(|part| decode_uri_component(part).map_or_else(|_| part.to_owned(), String::from));
    decoded.collect::<Vec<String>>().join("/")
}

fn link(view: &str, address: &Address) -> String {
    let name = String::from(encode_uri_component(&address.name));
    let nth = match address.nth {
        1 => String::new(),
        nth => format!("/{nth}"),
    };
    format!("#/{view}/{}/{name}{nth}", address.word)
}

/// The type that the address names after `#/VIEW/`, if any.
pub fn named(view: &str) -> Option<Address> {
    let hash = window().location().hash().ok()?;
    let rest = hash.strip_prefix(&format!("#/{view}/"))?;
    let rest = rest.split('?').next().unwrap_or_default();
    let decoded: Option<Vec<String>> = rest
        .split('/')
        .map(|part| decode_uri_component(part).ok().map(String::from))
        .collect();
    Address::parse(&decoded?.join("/"))
}

/// The address as a view last read or wrote it.
///
/// A step through the history changes the address at once, and `hashchange` tells of it a moment later. What is typed
/// in between belongs to the entry before, so it must not replace the address of the entry that the step led to.
#[derive(Debug, Default)]
pub struct Seen(String);

impl Seen {
    /// The address as it is now has been read.
    pub fn read(&mut self) {
        self.0 = hash();
    }

    /// Replaces the address, if it is still the one that was seen. Otherwise the event that tells of it is on its way,
    /// and the view follows that.
    pub fn replace(&mut self, address: &str) {
        if hash() == self.0 {
            set_hash(address);
            self.read();
        }
    }
}

/// Goes there, as a new entry of the history.
pub fn go(hash: &str) {
    let _ = window().location().set_hash(hash);
}
