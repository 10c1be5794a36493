//! A type by kind and name, so that a link to it outlives a rebuild.

use crate::group::Group;
use btf::{Btf, FwdKind, Kind, TypeId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// In an address: what follows is an id.
const BY_ID: &str = "type";

/// A type as a link names it: `struct/task_struct`, or `struct/e820_entry/2` for the second of that name.
/// A type without a name goes by its id: `type/893`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Address {
    /// The word for its kind.
    pub word: String,
    /// Its name, or its id.
    pub name: String,
    /// Which of that name, from 1.
    pub nth: u32,
}

impl Address {
    /// The address of the `nth` type of its name, counted from 1 by id.
    pub fn of(btf: &Btf, id: TypeId, nth: u32) -> Address {
        let name = btf.name(id);
        let word = word(btf.kind(id));
        if name.is_empty() || word == BY_ID {
            return Address {
                word: BY_ID.to_owned(),
                name: id.0.to_string(),
                nth: 1,
            };
        }
        Address {
            word: word.to_owned(),
            name: name.into_owned(),
            nth,
        }
    }

    /// Reads what [`fmt::Display`] writes. A name may hold `/`; a number behind the last one counts.
    pub fn parse(text: &str) -> Option<Address> {
        let (word, rest) = text.split_once('/')?;
        let known = word == BY_ID || kinds(word).next().is_some();
        let (name, nth) = match rest.rsplit_once('/') {
            Some((name, nth)) => match nth.parse() {
                Ok(nth) => (name, nth),
                Err(_) => (rest, 1),
            },
            None => (rest, 1),
        };
        (known && !name.is_empty() && nth > 0).then(|| Address {
            word: word.to_owned(),
            name: name.to_owned(),
            nth,
        })
    }

    /// The kind of the types that may be meant, one of them if they are several; `None` for an id.
    pub fn kind(&self) -> Option<Kind> {
        kinds(&self.word).next()
    }

    /// Whether a type of this kind may be meant.
    pub fn fits(&self, kind: Kind) -> bool {
        self.word != BY_ID && self.word == word(kind)
    }

    /// The type, looked for from the first to the last.
    pub fn find(&self, btf: &Btf) -> Option<TypeId> {
        if self.word == BY_ID {
            let id = TypeId(self.name.parse().ok()?);
            return btf.get(id).map(|_| id);
        }
        let same = (1..btf.end_id().0).map(TypeId).filter(|&id| {
            btf.get(id).is_some_and(|ty| {
                self.fits(ty.kind()) && btf.string(ty.name()) == Some(self.name.as_bytes())
            })
        });
        same.clone()
            .nth(self.nth.saturating_sub(1) as usize)
            // After a rebuild there may be fewer of that name.
            .or_else(|| same.clone().next())
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.word, self.name)?;
        match self.nth {
            1 => Ok(()),
            nth => write!(f, "/{nth}"),
        }
    }
}

/// The word for a kind in front of a name; `type` for kinds whose types go by their ids.
pub(crate) fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Float => "float",
        Kind::Datasec => "datasec",
        Kind::LocSec => "locsec",
        _ => Group::of(kind).map_or(BY_ID, Group::word),
    }
}

/// The kinds that a word in front of a name means; none for `type` and for words that mean none.
pub(crate) fn kinds(of: &str) -> impl Iterator<Item = Kind> {
    let kinds = Kind::ALL.into_iter();
    kinds.filter(move |&kind| of != BY_ID && word(kind) == of)
}

/// A type as a sentence names it: `struct task_struct`, `u32`, `schedule()`.
pub(crate) fn spoken(btf: &Btf, id: TypeId) -> String {
    let Some(ty) = btf.get(id) else {
        return "void".to_owned();
    };
    let name = btf.name(id);
    let keyword = match (ty.kind(), ty.data()) {
        (Kind::Struct, _) | (_, btf::Data::Fwd(FwdKind::Struct)) => "struct",
        (Kind::Union, _) | (_, btf::Data::Fwd(FwdKind::Union)) => "union",
        (Kind::Enum | Kind::Enum64, _) => "enum",
        (Kind::Func, _) => return format!("{name}()"),
        _ if name.is_empty() => return btf::print::c::type_name(btf, id, ""),
        _ => return name.into_owned(),
    };
    match &*name {
        "" => format!("{keyword} {{…}}"),
        name => format!("{keyword} {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_finds_what_it_was_made_of() {
        let mut btf = Btf::new();
        for size in [4, 8] {
            btf.add_composite(Kind::Struct, "twice", size, &[])
                .expect("fits");
        }
        let int = btf::Int {
            size: 4,
            encoding: btf::IntEncoding::NONE,
            offset: 0,
            bits: 32,
        };
        btf.add_int("unsigned int", int).expect("fits");
        btf.add_ptr(TypeId(1)).expect("fits");
        for (id, nth, text) in [
            (1, 1, "struct/twice"),
            (2, 2, "struct/twice/2"),
            (3, 1, "int/unsigned int"),
            (4, 1, "type/4"),
        ] {
            let address = Address::of(&btf, TypeId(id), nth);
            assert_eq!(address.to_string(), text);
            assert_eq!(Address::parse(text), Some(address.clone()));
            assert_eq!(address.find(&btf), Some(TypeId(id)), "{text}");
        }
        let gone = Address::parse("struct/twice/9").expect("well formed");
        assert_eq!(gone.find(&btf), Some(TypeId(1)), "fewer than there were");
        for wrong in [
            "",
            "struct",
            "struct/",
            "class/x",
            "struct/x/0",
            "type/77",
            "type/x",
        ] {
            let found = Address::parse(wrong).and_then(|address| address.find(&btf));
            assert_eq!(found, None, "{wrong}");
        }
    }
}
