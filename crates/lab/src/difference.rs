//! What differs between two records, with the values on both sides.

use crate::{State, spell};
use btf::{Btf, Data, FwdKind, Kind, Linkage, Type, TypeId};
use dedup::Reason;

/// A sentence that names the difference.
pub fn difference(
    btf: &Btf,
    state: &State,
    id: TypeId,
    canonical: TypeId,
    reason: Reason,
) -> String {
    let (one, other) = (named(btf, id), named(btf, canonical));
    let (Some(a), Some(b)) = (btf.get(id), btf.get(canonical)) else {
        return format!("{one} and {other}: one is void, the other is not.");
    };
    let text = match reason {
        Reason::Name => format!("{one} and {other}: their names differ."),
        Reason::Kind { .. } => format!(
            "{one} is {}, {other} is {}: different kinds.",
            with_article(a.kind().name()),
            with_article(b.kind().name())
        ),
        Reason::ForwardKind => {
            let (forward, full, declared, kind) = match a.kind() {
                Kind::Fwd => (one, other, declared(a), b.kind()),
                _ => (other, one, declared(b), a.kind()),
            };
            let kind = kind.name().to_lowercase();
            format!("{forward} declares a {declared}, but {full} is a {kind}: different kinds.")
        }
        Reason::Size => format!(
            "{one} is {}, {other} is {}: different.",
            bytes(a.size()),
            b.size().unwrap_or_default()
        ),
        Reason::Count if a.kind() == Kind::Func => format!(
            "{one} is {}, {other} is {}: different linkage.",
            linkage(a),
            linkage(b)
        ),
        Reason::Count => {
            let parts = parts(a.kind());
            format!(
                "{one} has {}, {other} has {}: different.",
                counted(a.vlen(), parts),
                b.vlen()
            )
        }
        Reason::KindFlag => {
            let of = |ty: Type<'_>| match (ty.kind(), ty.kind_flag()) {
                (Kind::Fwd, true) => "declares a union",
                (Kind::Fwd, false) => "declares a struct",
                (Kind::Struct | Kind::Union, true) => "has bit-fields",
                (Kind::Struct | Kind::Union, false) => "has none",
                (_, true) => "is signed",
                (_, false) => "is unsigned",
            };
            format!("{one} {}, {other} {}: different.", of(a), of(b))
        }
        Reason::PartName(number) => {
            let part = parts(a.kind());
            let name = |ty: Type<'_>| match part_name(btf, ty, number) {
                name if name.is_empty() => "without a name".to_owned(),
                name => format!("`{name}`"),
            };
            format!(
                "{part} {} is {} in {one}, {} in {other}: different names.",
                number + 1,
                name(a),
                name(b)
            )
        }
        Reason::PartValue(number) => part_value(btf, (a, &one), (b, &other), number),
        Reason::Detail => detail((a, &one), (b, &other)),
        Reason::Target => {
            let resolved = |ty: Type<'_>| ty.refs().map(|id| state.resolved(id)).collect();
            let (a, b): (Vec<TypeId>, Vec<TypeId>) = (resolved(a), resolved(b));
            match a.iter().zip(&b).find(|(a, b)| a != b) {
                Some((&a, &b)) => format!(
                    "{one} refers to {}, {other} to {}: different.",
                    id_in_words(a),
                    id_in_words(b)
                ),
                None => format!("{one} and {other} refer to different types."),
            }
        }
        _ => format!("{one} and {other} differ."),
    };
    capitalised(&text)
}

/// With a capital where it begins with a letter.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

fn named(btf: &Btf, id: TypeId) -> String {
    match id.0 {
        0 => id_in_words(id),
        _ => format!("`{id} {}`", spell(btf, id)),
    }
}

/// An id; void has none that a reader would look for.
pub fn id_in_words(id: TypeId) -> String {
    match id.0 {
        0 => "`void`".to_owned(),
        _ => format!("`{id}`"),
    }
}

fn with_article(kind: &str) -> String {
    let article = if kind.starts_with(['A', 'E', 'I']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {kind}")
}

fn declared(ty: Type<'_>) -> &'static str {
    match ty.data() {
        Data::Fwd(FwdKind::Union) => "union",
        _ => "struct",
    }
}

fn bytes(size: Option<u32>) -> String {
    counted(size.unwrap_or_default(), "byte")
}

fn counted(number: u32, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    }
}

fn linkage(ty: Type<'_>) -> &'static str {
    match Linkage::from_number(ty.vlen()) {
        Linkage::Static => "static",
        Linkage::Global => "global",
        _ => "extern",
    }
}

fn parts(kind: Kind) -> &'static str {
    match kind {
        Kind::Enum | Kind::Enum64 => "value",
        Kind::FuncProto => "parameter",
        _ => "member",
    }
}

fn part_name(btf: &Btf, ty: Type<'_>, number: u32) -> String {
    let at = number as usize;
    let name = match ty.kind() {
        Kind::Enum | Kind::Enum64 => ty.enumerators().nth(at).map(|value| value.name),
        Kind::FuncProto => ty.params().nth(at).map(|param| param.name),
        _ => ty.member(at).map(|member| member.name),
    };
    name.map(|name| btf.str(name).into_owned())
        .unwrap_or_default()
}

fn part_value(
    btf: &Btf,
    (a, one): (Type<'_>, &str),
    (b, other): (Type<'_>, &str),
    number: u32,
) -> String {
    let at = number as usize;
    let name = match part_name(btf, a, number) {
        name if name.is_empty() => format!("{} {}", parts(a.kind()), number + 1),
        name if a.kind().is_composite() => format!("member `{name}`"),
        name => format!("`{name}`"),
    };
    if let (Some(a), Some(b)) = (a.enumerators().nth(at), b.enumerators().nth(at)) {
        return format!(
            "{name} is {} in {one}, {} in {other}: different.",
            a.value, b.value
        );
    }
    let (Some(a), Some(b)) = (a.member(at), b.member(at)) else {
        return format!("{name} differs between {one} and {other}.");
    };
    match a.bit_offset == b.bit_offset {
        true => format!(
            "{name} is {} wide in {one}, {} in {other}: different.",
            counted(u32::from(a.bitfield_size), "bit"),
            b.bitfield_size
        ),
        false => format!(
            "{name} is at bit {} in {one}, at bit {} in {other}: different.",
            a.bit_offset, b.bit_offset
        ),
    }
}

/// Lengths, encodings, and the part that a tag is about.
fn detail((a, one): (Type<'_>, &str), (b, other): (Type<'_>, &str)) -> String {
    match (a.data(), b.data()) {
        (Data::Array(a), Data::Array(b)) => format!(
            "{one} has {}, {other} has {}: different.",
            counted(a.count, "element"),
            b.count
        ),
        (Data::Int(a), Data::Int(b)) if a.encoding != b.encoding => {
            let sign = |signed: bool| if signed { "signed" } else { "unsigned" };
            match (a.encoding.is_signed(), b.encoding.is_signed()) {
                (a, b) if a != b => {
                    format!("{one} is {}, {other} is {}: different.", sign(a), sign(b))
                }
                _ => format!("{one} and {other}: their encodings differ."),
            }
        }
        (Data::Int(a), Data::Int(b)) => format!(
            "{one} has {}, {other} has {}: different.",
            counted(u32::from(a.bits), "bit"),
            b.bits
        ),
        _ => format!("{one} and {other}: they mark different parts."),
    }
}
