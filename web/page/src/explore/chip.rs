//! Letters and colours of kinds.

use btf::Kind;
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
        Kind::Fwd => "k-fwd",
        _ => "k-ptr",
    }
}

/// The swatch of a kind.
pub fn swatch(kind: Kind) -> Html {
    let letter = match kind {
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
        Kind::Fwd => "?",
        Kind::Array => "A",
        Kind::Const => "C",
        Kind::Volatile => "V",
        Kind::Restrict => "R",
        _ => "P",
    };
    html! { <span class={classes!("sw", class(kind))} aria-hidden="true">{ letter }</span> }
}

/// The kind that a word of an address stands for.
pub fn kind(word: &str) -> Kind {
    match word {
        "struct" => Kind::Struct,
        "union" => Kind::Union,
        "enum" => Kind::Enum,
        "typedef" => Kind::Typedef,
        "func" => Kind::Func,
        "var" | "datasec" | "locsec" => Kind::Var,
        "int" | "float" => Kind::Int,
        "fwd" => Kind::Fwd,
        _ => Kind::Ptr,
    }
}
