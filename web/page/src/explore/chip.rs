//! Letters and colours of kinds, wherever the page shows a type or counts types.

use btf::Kind;
use explore::{Address, Group};
use yew::prelude::*;

/// The class that carries a kind's colour.
pub fn class(kind: Kind) -> &'static str {
    match kind {
        Kind::Struct | Kind::Union => "k-struct",
        Kind::Enum | Kind::Enum64 => "k-enum",
        Kind::Int | Kind::Float => "k-int",
        Kind::Func | Kind::FuncProto => "k-func",
        Kind::Typedef => "k-typedef",
        Kind::Var | Kind::Datasec | Kind::LocParam | Kind::LocProto | Kind::LocSec => "k-var",
        Kind::DeclTag | Kind::TypeTag => "k-tag",
        Kind::Ptr | Kind::Array | Kind::Const | Kind::Volatile | Kind::Restrict => "k-ptr",
        _ => "k-fwd",
    }
}

/// The letter of a kind.
fn letter(kind: Kind) -> &'static str {
    match kind {
        Kind::Struct => "S",
        Kind::Union => "U",
        Kind::Enum | Kind::Enum64 => "E",
        Kind::Int | Kind::Float => "I",
        Kind::Func => "F",
        Kind::FuncProto => "()",
        Kind::Typedef => "T",
        Kind::Var | Kind::Datasec => "D",
        Kind::LocParam | Kind::LocProto | Kind::LocSec => "L",
        Kind::DeclTag | Kind::TypeTag => "#",
        Kind::Ptr => "P",
        Kind::Array => "A",
        Kind::Const => "C",
        Kind::Volatile => "V",
        Kind::Restrict => "R",
        _ => "?",
    }
}

/// The swatch of a kind.
pub fn swatch(kind: Kind) -> Html {
    html! { <span class={classes!("sw", class(kind))} aria-hidden="true">{ letter(kind) }</span> }
}

/// The swatch of a group of kinds: that of its first kind.
pub fn group(group: Group) -> Html {
    { group.kinds().next() }.map(swatch).unwrap_or_default()
}

/// The swatch of the type at an address. Types without a name, which go by their ids, are mostly pointers.
pub fn address(address: &Address) -> Html {
    swatch(address.kind().unwrap_or(Kind::Ptr))
}
