//! Named types as lines of text in which compilers' own choices do not show: ids, order, names of
//! integers.

use btf::{Btf, Data, Kind, TypeId};
use std::fmt::Write;

/// A line for each named struct, union, enumeration and typedef, and each function and variable, sorted.
///
/// Integers are `i` or `u` and their bits, `char` and `bool`; named types stand for themselves, others are
/// spelled out. A member's place is in bits, with its width where it is a bitfield.
#[must_use]
pub fn describe(btf: &Btf) -> String {
    let mut lines: Vec<String> = btf
        .types()
        .filter(|(_, ty)| !ty.name().is_empty())
        .filter(|(_, ty)| !matches!(ty.kind(), Kind::Int | Kind::Float | Kind::Datasec))
        .map(|(id, ty)| {
            let name = btf.name(id);
            match ty.data() {
                Data::Typedef { target } => format!("typedef {name} = {}", mention(btf, target)),
                Data::Func { proto, .. } => format!("function {name} {}", mention(btf, proto)),
                Data::Var { target, .. } => format!("variable {name} {}", mention(btf, target)),
                _ => format!("{} {name}{}", word(ty.kind()), body(btf, id)),
            }
        })
        .collect();
    lines.sort();
    lines.dedup();
    lines.join("\n") + "\n"
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Struct => "struct",
        Kind::Union => "union",
        Kind::Enum => "enum",
        Kind::Enum64 => "enum64",
        Kind::Fwd => "declared",
        other => other.name(),
    }
}

fn body(btf: &Btf, id: TypeId) -> String {
    let mut text = String::new();
    let Some(ty) = btf.get(id) else { return text };
    if let Some(size) = ty.size() {
        let _ = write!(text, " size {size}");
    }
    if matches!(ty.kind(), Kind::Enum | Kind::Enum64) {
        let sign = if ty.kind_flag() { "signed" } else { "unsigned" };
        let _ = write!(text, " {sign} {{");
        for value in ty.enumerators() {
            let _ = write!(text, " {} = {};", btf.str(value.name), value.value);
        }
        text += " }";
        return text;
    }
    if matches!(ty.kind(), Kind::Struct | Kind::Union) {
        text += " {";
        for member in ty.members() {
            let _ = write!(
                text,
                " {} {} at {}",
                mention(btf, member.ty),
                btf.str(member.name),
                member.bit_offset
            );
            if member.bitfield_size > 0 {
                let _ = write!(text, ":{}", member.bitfield_size);
            }
            text += ";";
        }
        text += " }";
    }
    text
}

fn mention(btf: &Btf, id: TypeId) -> String {
    let Some(ty) = btf.get(id) else {
        return "void".to_owned();
    };
    let name = btf.name(id);
    match ty.data() {
        Data::Int(int) if int.encoding == btf::IntEncoding::BOOL => "bool".to_owned(),
        Data::Int(_) if name == "char" => "char".to_owned(),
        Data::Int(int) => format!(
            "{}{}",
            if int.encoding.is_signed() { "i" } else { "u" },
            int.bits
        ),
        Data::Float { size } => format!("f{}", size * 8),
        Data::Ptr { target } => format!("{}*", mention(btf, target)),
        Data::Const { .. } | Data::Volatile { .. } | Data::Restrict { .. } => qualified(btf, id),
        Data::Array(array) => format!("{}[{}]", mention(btf, array.element), array.count),
        Data::FuncProto { result } => {
            let params: Vec<String> = ty
                .params()
                .map(|param| match param.ty.0 {
                    0 => "...".to_owned(),
                    _ => mention(btf, param.ty),
                })
                .collect();
            format!("({}) -> {}", params.join(", "), mention(btf, result))
        }
        Data::Typedef { .. } => name.into_owned(),
        _ if name.is_empty() => format!("{}{}", word(ty.kind()), body(btf, id)),
        _ => format!("{} {name}", word(ty.kind())),
    }
}

/// Qualifiers in one order. Those of an array are its elements': compilers say either, or both.
fn qualified(btf: &Btf, id: TypeId) -> String {
    let mut words: Vec<&str> = Vec::new();
    let mut counts = String::new();
    let mut at = id;
    while let Some(ty) = btf.get(at) {
        at = match ty.data() {
            Data::Const { target } => {
                words.push(" const");
                target
            }
            Data::Volatile { target } => {
                words.push(" volatile");
                target
            }
            Data::Restrict { target } => {
                words.push(" restrict");
                target
            }
            Data::Array(array) => {
                counts.insert_str(0, &format!("[{}]", array.count));
                array.element
            }
            _ => break,
        };
    }
    words.sort_unstable();
    words.dedup();
    format!("({}{}){counts}", mention(btf, at), words.concat())
}
