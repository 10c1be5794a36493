//! Signatures as text, for the differences.

use super::sign::{Signatures, stands_for_itself};
use crate::{Btf, Data, FwdKind, StringOffset, Type, TypeId, Word};
use alloc::borrow::Cow;
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Longest text of a signature, in bytes; a struct can have millions of members.
const MAX_TEXT: usize = 2000;
/// Longest text of a signature once [`Texts`] has written a lot.
const SHORT_TEXT: usize = 200;
/// Bytes of texts that are written in full.
const FULL_TEXTS: usize = 16 << 20;
/// Longest name shown, in characters.
const MAX_NAME: usize = 200;
/// Bytes that are read of a name: those of so many characters and one more.
const NAME_BYTES: usize = 4 * (MAX_NAME + 1);
/// Members of one type shown: each takes at least four bytes of the text.
const MAX_PARTS: usize = MAX_TEXT / 4;

/// What is still to be written.
enum Piece<'a> {
    Text(Cow<'a, str>),
    /// A reference to a type.
    Reference(TypeId),
}

/// Writes the texts of a comparison. Types that differ can be far longer as texts than as types.
pub(super) struct Texts {
    left: usize,
}

impl Texts {
    pub(super) fn new() -> Texts {
        Texts { left: FULL_TEXTS }
    }

    /// What a type means, as text: shorter once many were long.
    pub(super) fn signature(&mut self, signatures: &Signatures<'_>, id: TypeId) -> String {
        let most = match self.left {
            0 => SHORT_TEXT,
            _ => MAX_TEXT,
        };
        let text = signature(signatures, id, most);
        self.left = self.left.saturating_sub(text.len());
        text
    }
}

/// What a type means, as text of at most `most` bytes. The work is bounded by the length of the text.
fn signature(signatures: &Signatures<'_>, id: TypeId, most: usize) -> String {
    let btf = signatures.btf();
    let mut out = String::new();
    let Some(ty) = btf.get(id) else {
        return out;
    };
    let mut stack = Vec::new();
    push(&mut stack, body(btf, ty));
    while let Some(piece) = stack.pop() {
        match piece {
            Piece::Text(text) => out.push_str(&text),
            Piece::Reference(id) => match btf.get(id) {
                None if id == TypeId::VOID => out.push_str("void"),
                None => out.push_str("missing"),
                Some(ty) if stands_for_itself(ty) => out.push_str(&by_name(signatures, id, ty)),
                Some(ty) => push(&mut stack, body(btf, ty)),
            },
        }
        if out.len() > most {
            let end = (0..=most).rev().find(|&at| out.is_char_boundary(at));
            out.truncate(end.unwrap_or(0));
            out.push('…');
            break;
        }
    }
    out
}

/// The name at an offset, cut to what a message can show.
pub(super) fn text_of(btf: &Btf, name: StringOffset) -> String {
    match btf.string_start(name, NAME_BYTES) {
        Some(bytes) => shorten(&String::from_utf8_lossy(bytes)),
        None => "?".to_owned(),
    }
}

fn shorten(name: &str) -> String {
    match name.char_indices().nth(MAX_NAME) {
        None => name.to_owned(),
        Some((end, _)) => format!("{}…", &name[..end]),
    }
}

fn push<'a>(stack: &mut Vec<Piece<'a>>, pieces: Vec<Piece<'a>>) {
    stack.extend(pieces.into_iter().rev());
}

fn by_name(signatures: &Signatures<'_>, id: TypeId, ty: Type<'_>) -> String {
    let name = text_of(signatures.btf(), ty.name());
    match ty.data() {
        Data::Typedef { .. } => format!("typedef {name}"),
        Data::Func { .. } => format!("func {name}"),
        Data::Var { .. } => format!("var {name}"),
        Data::Datasec { .. } => format!("datasec {name}"),
        Data::DeclTag { .. } => format!("decl_tag {name}"),
        Data::Int(_) | Data::Float { .. } | Data::Fwd(_) => scalar(&name, ty),
        _ => match signatures.mark(id) {
            Some(mark) => format!("{} {name}#{:08x}", ty.kind(), mark as u32),
            None => format!("{} {name}", ty.kind()),
        },
    }
}

fn scalar(name: &str, ty: Type<'_>) -> String {
    match ty.data() {
        Data::Int(int) => format!(
            "INT {name}/{} bits {}+{} encoding {}",
            int.size, int.offset, int.bits, int.encoding.0
        ),
        Data::Fwd(FwdKind::Struct) => format!("FWD struct {name}"),
        Data::Fwd(FwdKind::Union) => format!("FWD union {name}"),
        _ => format!("{} {name}/{}", ty.kind(), ty.size_or_type()),
    }
}

/// A type spelled out.
fn body<'a>(btf: &Btf, ty: Type<'_>) -> Vec<Piece<'a>> {
    let name = text_of(btf, ty.name());
    let mut pieces = Vec::new();
    let text = |text: String| Piece::Text(Cow::Owned(text));
    let fixed = |text: &'static str| Piece::Text(Cow::Borrowed(text));
    match ty.data() {
        Data::Int(_) | Data::Float { .. } | Data::Fwd(_) => pieces.push(text(scalar(&name, ty))),
        Data::Ptr { target } => pieces.extend([fixed("*"), Piece::Reference(target)]),
        Data::Const { target } => wrap(&mut pieces, fixed("const("), target),
        Data::Volatile { target } => wrap(&mut pieces, fixed("volatile("), target),
        Data::Restrict { target } => wrap(&mut pieces, fixed("restrict("), target),
        Data::TypeTag { target } => {
            let what = if ty.kind_flag() {
                "attribute"
            } else {
                "type_tag"
            };
            wrap(&mut pieces, text(format!("{what}[{name}](")), target);
        }
        Data::Typedef { target } => {
            pieces.extend([text(format!("typedef {name} = ")), Piece::Reference(target)]);
        }
        Data::DeclTag { target, component } => {
            let what = if ty.kind_flag() {
                "attribute"
            } else {
                "decl_tag"
            };
            pieces.extend([
                text(format!("{what} {name} on ")),
                Piece::Reference(target),
                text(format!(" component {component}")),
            ]);
        }
        Data::Array(array) => pieces.extend([
            text(format!("[{} of ", array.count)),
            Piece::Reference(array.element),
            fixed(" by "),
            Piece::Reference(array.index),
            fixed("]"),
        ]),
        Data::Struct { size, .. } | Data::Union { size, .. } => {
            pieces.push(text(format!("{} {name}{{{size}; ", ty.kind())));
            for member in ty.members().take(MAX_PARTS) {
                let name = text_of(btf, member.name);
                pieces.push(text(match member.bitfield_size {
                    0 => format!("{name}@{}: ", member.bit_offset),
                    bits => format!("{name}@{}:{bits}: ", member.bit_offset),
                }));
                pieces.extend([Piece::Reference(member.ty), fixed("; ")]);
            }
            pieces.push(fixed("}"));
        }
        Data::Enum { size, signed } | Data::Enum64 { size, signed } => {
            let sign = if signed { "signed" } else { "unsigned" };
            pieces.push(text(format!("{} {name}{{{size} {sign}; ", ty.kind())));
            for value in ty.enumerators().take(MAX_PARTS) {
                let name = text_of(btf, value.name);
                pieces.push(text(format!("{name}={}, ", value.value)));
            }
            pieces.push(fixed("}"));
        }
        Data::Func { proto, linkage } => pieces.extend([
            text(format!("func {name}/{} = ", linkage.number())),
            Piece::Reference(proto),
        ]),
        Data::Var { target, linkage } => pieces.extend([
            text(format!("var {name}/{} = ", linkage.number())),
            Piece::Reference(target),
        ]),
        Data::FuncProto { result } => {
            pieces.push(fixed("proto("));
            for param in ty.params().take(MAX_PARTS) {
                pieces.push(text(format!("{}: ", text_of(btf, param.name))));
                pieces.extend([Piece::Reference(param.ty), fixed(", ")]);
            }
            pieces.extend([fixed(")->"), Piece::Reference(result)]);
        }
        Data::Datasec { size } => {
            pieces.push(text(format!("datasec {name}{{{size}; ")));
            for var in ty.variables().take(MAX_PARTS) {
                pieces.push(Piece::Reference(var.ty));
                pieces.push(text(format!("@{}+{}; ", var.offset, var.size)));
            }
            pieces.push(fixed("}"));
        }
        Data::Other => other(&mut pieces, ty, &name),
    }
    pieces
}

fn wrap<'a>(pieces: &mut Vec<Piece<'a>>, start: Piece<'a>, target: TypeId) {
    let end = Piece::Text(Cow::Borrowed(")"));
    pieces.extend([start, Piece::Reference(target), end]);
}

fn other(pieces: &mut Vec<Piece<'_>>, ty: Type<'_>, name: &str) {
    let (kind, number) = (ty.kind(), ty.info().kind_number());
    let third = ty.size_or_type();
    pieces.push(Piece::Text(
        format!("{kind} {number} {name}{{{third}; ").into(),
    ));
    for (index, &word) in ty.tail().iter().take(MAX_PARTS).enumerate() {
        pieces.push(match kind.shape().and_then(|shape| shape.word(index)) {
            Some(Word::Type) => Piece::Reference(TypeId(word)),
            _ => Piece::Text(format!("{word:#x}").into()),
        });
        pieces.push(Piece::Text(Cow::Borrowed("; ")));
    }
    pieces.push(Piece::Text(Cow::Borrowed("}")));
}
