//! Types as pahole writes them: in two columns, the type and the name.

use crate::layout::MAX_CHAIN;
use crate::{Btf, Data, Kind, TypeId};
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;

/// Prototypes inside prototypes deeper than this are cut; real ones have two.
const MAX_NESTED: usize = 6;
/// Text longer than this is cut.
const MAX_TEXT: usize = 16 * 1024;

/// A declaration in two columns.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Declared {
    /// The type, or what a function returns.
    pub left: String,
    /// The name, with array bounds, or `(*name)(parameters)`.
    pub right: String,
}

/// A declaration of `name` with the type `id`; `last` if a flexible array is allowed here.
pub fn declared(btf: &Btf, id: TypeId, name: &str, last: bool) -> Declared {
    let mut right = name.to_owned();
    let mut id = id;
    for _ in 0..MAX_CHAIN {
        let Some(array) = array(btf, id) else { break };
        let _ = match (array.count, last) {
            (0, true) => write!(right, "[]"),
            (n, _) => write!(right, "[{n}]"),
        };
        id = array.element;
    }
    let chain = Chain::new(btf, id);
    let mut left = String::new();
    if let Some((stars, proto)) = chain.pointer_to(Kind::FuncProto) {
        type_text(btf, chain.result(proto), 0, &mut left);
        right = format!("({stars}{right})");
        params(btf, proto, 0, &mut right);
        return Declared { left, right };
    }
    if let Some((stars, array)) = chain.pointer_to(Kind::Array) {
        let inner = bounds(btf, array);
        type_text(btf, inner.0, 0, &mut left);
        right = format!("({stars}{right}){}", inner.1);
        return Declared { left, right };
    }
    type_text(btf, id, 0, &mut left);
    left.truncate(left.trim_end().len());
    Declared { left, right }
}

/// The elements of an array of arrays, and the bounds as text.
fn bounds(btf: &Btf, id: TypeId) -> (TypeId, String) {
    let (mut id, mut text) = (id, String::new());
    for _ in 0..MAX_CHAIN {
        let Some(array) = array(btf, id) else { break };
        let _ = write!(text, "[{}]", array.count);
        id = array.element;
    }
    (id, text)
}

/// An array, behind qualifiers too: those of an array are its elements'.
fn array(btf: &Btf, id: TypeId) -> Option<crate::Array> {
    let mut id = id;
    for _ in 0..MAX_CHAIN {
        match btf.get(id)?.data() {
            Data::Array(array) => return Some(array),
            Data::Const { target } | Data::Volatile { target } => id = target,
            _ => return None,
        }
    }
    None
}

/// `struct` or `union`.
pub(super) fn keyword(btf: &Btf, id: TypeId) -> &'static str {
    match btf.get(id).map(|ty| (ty.kind(), ty.kind_flag())) {
        Some((Kind::Union, _) | (Kind::Fwd, true)) => "union",
        Some((Kind::Enum | Kind::Enum64, _)) => "enum",
        _ => "struct",
    }
}

/// `const ` and the like before an anonymous struct.
pub(super) fn qualifiers(btf: &Btf, id: TypeId) -> &'static str {
    match btf.kind(id) {
        Kind::Const => "const ",
        Kind::Volatile => "volatile ",
        _ => "",
    }
}

/// A column that gets eight narrower with every tab before it; from there on pahole lets it grow again.
pub(super) fn width(outermost: usize, depth: usize) -> usize {
    outermost.abs_diff(depth * 8)
}

/// Types from the name inwards, up to one that has a name or a body.
struct Chain<'a> {
    btf: &'a Btf,
    ids: Vec<TypeId>,
}

impl<'a> Chain<'a> {
    fn new(btf: &'a Btf, id: TypeId) -> Chain<'a> {
        let (mut ids, mut id) = (Vec::new(), id);
        while ids.len() < MAX_CHAIN {
            ids.push(id);
            let Some(ty) = btf.get(id) else { break };
            id = match ty.data() {
                Data::Ptr { target }
                | Data::Const { target }
                | Data::Volatile { target }
                | Data::Restrict { target }
                | Data::TypeTag { target } => target,
                Data::Array(array) => array.element,
                _ => break,
            };
        }
        Chain { btf, ids }
    }

    /// The stars and the type they point to, when this is a pointer to such a type, of which C writes
    /// the pointer in the middle.
    fn pointer_to(&self, kind: Kind) -> Option<(String, TypeId)> {
        let at = self.ids.iter().position(|&id| self.btf.kind(id) == kind)?;
        let mut stars = String::new();
        for &id in self.ids.get(..at)?.iter().rev() {
            match self.btf.kind(id) {
                Kind::Ptr => stars.push('*'),
                Kind::Const => stars.push_str(" const "),
                Kind::Volatile => stars.push_str(" volatile "),
                Kind::Array => return None,
                _ => {}
            }
        }
        // A function's own type, without a pointer, is written the same way.
        (stars.starts_with('*') || kind == Kind::FuncProto).then_some((stars, *self.ids.get(at)?))
    }

    fn result(&self, proto: TypeId) -> TypeId {
        (self.btf.get(proto)).map_or(TypeId::VOID, |ty| TypeId(ty.size_or_type()))
    }
}

/// A type without a name: `const char  * const *`.
fn type_text(btf: &Btf, id: TypeId, nested: usize, out: &mut String) {
    if nested > MAX_NESTED || out.len() > MAX_TEXT {
        return out.push_str("...");
    }
    let chain = Chain::new(btf, id);
    if let Some((stars, proto)) = chain.pointer_to(Kind::FuncProto) {
        type_text(btf, chain.result(proto), nested + 1, out);
        let _ = write!(out, " ({})", stars.trim_end());
        return params(btf, proto, nested + 1, out);
    }
    if let Some((stars, array)) = chain.pointer_to(Kind::Array) {
        let inner = bounds(btf, array);
        type_text(btf, inner.0, nested + 1, out);
        let _ = write!(out, " ({}){}", stars.trim_end(), inner.1);
        return;
    }
    let Some((&base, derived)) = chain.ids.split_last() else {
        return;
    };
    let start = out.len();
    base_text(btf, base, nested, out);
    let (mut is_pointer, mut bounds) = (false, String::new());
    for &id in derived.iter().rev() {
        let Some(ty) = btf.get(id) else { continue };
        match ty.data() {
            Data::Ptr { .. } => {
                out.push_str(" *");
                is_pointer = true;
            }
            Data::Array(array) => bounds.insert_str(0, &format!("[{}]", array.count)),
            Data::TypeTag { .. } => {}
            data => {
                let word = match data {
                    Data::Const { .. } => "const",
                    Data::Volatile { .. } => "volatile",
                    _ => "restrict",
                };
                if is_pointer {
                    let _ = write!(out, " {word}");
                } else {
                    out.insert_str(start, &format!("{word} "));
                    out.push(' ');
                }
            }
        }
    }
    out.push_str(&bounds);
}

fn base_text(btf: &Btf, id: TypeId, nested: usize, out: &mut String) {
    let Some(ty) = btf.get(id) else {
        return out.push_str("void");
    };
    let name = btf.str(ty.name());
    match ty.kind() {
        Kind::Struct | Kind::Union | Kind::Fwd | Kind::Enum | Kind::Enum64 => {
            let keyword = keyword(btf, id);
            let _ = match &*name {
                "" => write!(out, "{keyword} {{...}}"),
                name => write!(out, "{keyword} {name}"),
            };
        }
        Kind::FuncProto => {
            type_text(btf, TypeId(ty.size_or_type()), nested + 1, out);
            out.push_str(" ()");
            params(btf, id, nested + 1, out);
        }
        _ => out.push_str(&name),
    }
}

/// `(int, struct page *)`.
fn params(btf: &Btf, proto: TypeId, nested: usize, out: &mut String) {
    out.push('(');
    let Some(ty) = btf.get(proto) else {
        return out.push(')');
    };
    if ty.vlen() == 0 {
        out.push_str("void");
    }
    for (index, param) in ty.params().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        if out.len() > MAX_TEXT {
            out.push_str("...");
            break;
        }
        match param.ty {
            TypeId::VOID => out.push_str("..."),
            ty => type_text(btf, ty, nested + 1, out),
        }
    }
    out.push(')');
}
