//! Groups of kinds: what can be listed, searched, and counted by itself.

use btf::Kind;
use serde::{Deserialize, Serialize};

/// Kinds whose types are listed; those that belong together are one group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Group {
    /// Structs.
    Struct,
    /// Unions.
    Union,
    /// Enumerations of either width.
    Enum,
    /// Typedefs.
    Typedef,
    /// Functions.
    Func,
    /// Integers and floats.
    Int,
    /// Forward declarations.
    Fwd,
    /// Variables, and the sections that list them.
    Var,
}

impl Group {
    /// All, in the order in which they are offered.
    pub const ALL: [Group; 8] = [
        Group::Struct,
        Group::Union,
        Group::Enum,
        Group::Typedef,
        Group::Func,
        Group::Int,
        Group::Fwd,
        Group::Var,
    ];

    /// The group of a kind; `None` for kinds that are not listed, since their types have no name of their own.
    pub fn of(kind: Kind) -> Option<Group> {
        Some(match kind {
            Kind::Struct => Group::Struct,
            Kind::Union => Group::Union,
            Kind::Enum | Kind::Enum64 => Group::Enum,
            Kind::Typedef => Group::Typedef,
            Kind::Func => Group::Func,
            Kind::Int | Kind::Float => Group::Int,
            Kind::Fwd => Group::Fwd,
            Kind::Var | Kind::Datasec | Kind::LocSec => Group::Var,
            _ => return None,
        })
    }

    /// The kinds of the group, in the order of their numbers.
    pub fn kinds(self) -> impl Iterator<Item = Kind> {
        let kinds = Kind::ALL.into_iter();
        kinds.filter(move |&kind| Group::of(kind) == Some(self))
    }

    /// The word for the group in a question.
    pub fn word(self) -> &'static str {
        match self {
            Group::Struct => "struct",
            Group::Union => "union",
            Group::Enum => "enum",
            Group::Typedef => "typedef",
            Group::Func => "func",
            Group::Int => "int",
            Group::Fwd => "fwd",
            Group::Var => "var",
        }
    }

    /// The group with this word.
    pub fn from_word(word: &str) -> Option<Group> {
        Group::ALL.into_iter().find(|group| group.word() == word)
    }

    /// The heading of its types.
    pub fn title(self) -> &'static str {
        match self {
            Group::Struct => "Structs",
            Group::Union => "Unions",
            Group::Enum => "Enumerations",
            Group::Typedef => "Typedefs",
            Group::Func => "Functions",
            Group::Int => "Integers and floats",
            Group::Fwd => "Forward declarations",
            Group::Var => "Variables and sections",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_listed_or_known_to_have_no_name_of_its_own() {
        let unlisted = [
            Kind::Ptr,
            Kind::Array,
            Kind::Volatile,
            Kind::Const,
            Kind::Restrict,
            Kind::FuncProto,
            Kind::DeclTag,
            Kind::TypeTag,
            Kind::LocParam,
            Kind::LocProto,
        ];
        let found = Kind::ALL
            .into_iter()
            .filter(|&kind| Group::of(kind).is_none());
        assert!(found.eq(unlisted));
        for group in Group::ALL {
            assert!(group.kinds().next().is_some(), "{}", group.word());
        }
    }
}
