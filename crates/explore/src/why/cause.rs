//! What distinguishes two types in their own words, without the types to which they refer.

use crate::address::spoken;
use crate::definition::counted;
use btf::{Btf, Data, FwdKind, Kind, Member, Type, TypeId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The differing part of each of two types, as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// The first type's.
    pub left: String,
    /// The other type's.
    pub right: String,
}

/// In what two types differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Cause {
    /// The kinds differ.
    Kind(Side),
    /// The names differ.
    Name(Side),
    /// The sizes in bytes differ.
    Size(Side),
    /// One has a member where the other has none or another one: its number from 0, and the declarations.
    Member(u32, Side),
    /// A member that is declared alike has another offset, because what precedes it differs in size: its number from 0.
    Place(u32, Side),
    /// A value of an enumeration differs: its number from 0.
    Enumerator(u32, Side),
    /// The numbers of values differ.
    EnumeratorCount(Side),
    /// The lengths of two arrays differ.
    Length(Side),
    /// The numbers of parameters differ.
    ParameterCount(Side),
    /// The name of a parameter differs: its number from 0. (Dedup compares these names, though C does not.)
    ParameterName(u32, Side),
    /// Two integers or floats are encoded differently.
    Encoding(Side),
    /// The base only declares what the module defines. To merge them, dedup would have to change types of the
    /// base, which is finished.
    Declared(Side),
    /// Any other difference of the format.
    Other(Side),
    /// None was found within the budget: the sentence that says so.
    GivenUp(String),
}

impl Cause {
    /// The two sides of the difference; `None` if the search for it was given up.
    pub fn sides(&self) -> Option<&Side> {
        match self {
            Cause::Kind(side)
            | Cause::Name(side)
            | Cause::Size(side)
            | Cause::Member(_, side)
            | Cause::Place(_, side)
            | Cause::Enumerator(_, side)
            | Cause::EnumeratorCount(side)
            | Cause::Length(side)
            | Cause::ParameterCount(side)
            | Cause::ParameterName(_, side)
            | Cause::Encoding(side)
            | Cause::Declared(side)
            | Cause::Other(side) => Some(side),
            Cause::GivenUp(_) => None,
        }
    }

    /// Whether the difference only follows from one in the types to which the two refer, which explains more.
    pub(super) fn follows(&self) -> bool {
        matches!(self, Cause::Size(_) | Cause::Place(..))
    }

    /// The number of the member, value, or parameter that differs.
    pub fn number(&self) -> Option<u32> {
        match self {
            Cause::Member(number, _)
            | Cause::Place(number, _)
            | Cause::Enumerator(number, _)
            | Cause::ParameterName(number, _) => Some(*number),
            _ => None,
        }
    }

    /// The subject of a sentence about the difference.
    pub fn subject(&self) -> String {
        match self {
            Cause::Kind(_) | Cause::Name(_) | Cause::Declared(_) | Cause::GivenUp(_) => {
                "it".to_owned()
            }
            Cause::Size(_) => "the size".to_owned(),
            Cause::Member(number, _) | Cause::Place(number, _) => format!("member {}", number + 1),
            Cause::Enumerator(number, _) => format!("value {}", number + 1),
            Cause::EnumeratorCount(_) => "the number of values".to_owned(),
            Cause::Length(_) => "the length".to_owned(),
            Cause::ParameterCount(_) => "the number of parameters".to_owned(),
            Cause::ParameterName(number, _) => format!("the name of parameter {}", number + 1),
            Cause::Encoding(_) => "the encoding".to_owned(),
            Cause::Other(_) => "another property".to_owned(),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.sides()) {
            (Cause::Declared(_), _) => {
                f.write_str("the base only declares it, the module defines it")
            }
            (Cause::GivenUp(why), _) => write!(f, "the search was given up after {why}"),
            (_, Some(Side { left, right })) => {
                write!(f, "{} is {left} here, {right} there", self.subject())
            }
            (_, None) => Ok(()),
        }
    }
}

/// How two types differ themselves. Where they refer to others is not compared, except for members:
/// two with the same name and offset are the same member, whatever their types.
pub(super) fn local(btf: &Btf, a: TypeId, b: TypeId) -> Option<Cause> {
    let (left, right) = match (btf.get(a), btf.get(b)) {
        (Some(left), Some(right)) => (left, right),
        (None, None) => return None,
        _ => {
            return Some(Cause::Kind(Side {
                left: spoken(btf, a),
                right: spoken(btf, b),
            }));
        }
    };
    let name = |ty: Type<'_>| btf.string(ty.name());
    if let Some(cause) = declaration(btf, a, b, left, right) {
        return cause;
    }
    if left.kind() != right.kind() {
        return Some(Cause::Kind(Side {
            left: spoken(btf, a),
            right: spoken(btf, b),
        }));
    }
    if name(left) != name(right) {
        return Some(Cause::Name(Side {
            left: spoken(btf, a),
            right: spoken(btf, b),
        }));
    }
    match left.kind() {
        Kind::Struct | Kind::Union => composite(btf, left, right),
        Kind::Enum | Kind::Enum64 => enumeration(btf, left, right),
        Kind::FuncProto => prototype(btf, left, right),
        Kind::Array => match (left.data(), right.data()) {
            (Data::Array(a), Data::Array(b)) if a.count != b.count => {
                Some(Cause::Length(numbers(a.count, b.count, "element")))
            }
            _ => None,
        },
        Kind::Int | Kind::Float => number(left, right),
        Kind::Ptr
        | Kind::Const
        | Kind::Volatile
        | Kind::Restrict
        | Kind::Typedef
        | Kind::TypeTag => None,
        _ => {
            let said = |ty: Type<'_>| format!("{:x?}", &ty.words()[1..]);
            (left.words().get(1..) != right.words().get(1..)).then(|| {
                Cause::Other(Side {
                    left: said(left),
                    right: said(right),
                })
            })
        }
    }
}

/// The cause for a declaration in the base that a module defines.
pub(super) fn declared_in_base(btf: &Btf, a: TypeId, b: TypeId) -> Option<Cause> {
    let of_base = |id: TypeId| id < btf.first_id();
    let is_declaration = |id: TypeId| {
        btf.get(id)
            .is_some_and(|ty| ty.kind() == Kind::Fwd || is_enum_declaration(ty))
    };
    if of_base(a) == of_base(b) || is_declaration(a) == is_declaration(b) {
        return None;
    }
    let said = |id: TypeId| match is_declaration(id) {
        true => "only declared".to_owned(),
        false => "defined".to_owned(),
    };
    let base = if of_base(a) { a } else { b };
    is_declaration(base).then(|| {
        Cause::Declared(Side {
            left: said(a),
            right: said(b),
        })
    })
}

pub(super) fn is_enum_declaration(ty: Type<'_>) -> bool {
    matches!(ty.kind(), Kind::Enum | Kind::Enum64) && ty.vlen() == 0
}

/// A declaration and a definition of a name are equal for dedup, which `Some(None)` means.
#[allow(clippy::option_option)]
fn declaration(
    btf: &Btf,
    a: TypeId,
    b: TypeId,
    left: Type<'_>,
    right: Type<'_>,
) -> Option<Option<Cause>> {
    let (declared, defined) = match (left.kind(), right.kind()) {
        (Kind::Fwd, kind) if kind.is_composite() => (left, right),
        (kind, Kind::Fwd) if kind.is_composite() => (right, left),
        _ => return None,
    };
    let fits = match declared.data() {
        Data::Fwd(FwdKind::Union) => defined.kind() == Kind::Union,
        _ => defined.kind() == Kind::Struct,
    };
    if btf.string(left.name()) != btf.string(right.name()) {
        return Some(Some(Cause::Name(Side {
            left: spoken(btf, a),
            right: spoken(btf, b),
        })));
    }
    fits.then_some(None)
}

fn composite(btf: &Btf, left: Type<'_>, right: Type<'_>) -> Option<Cause> {
    // A member explains more than the size that follows from it.
    let same = |a: Member, b: Member| {
        btf.string(a.name) == btf.string(b.name)
            && (a.bit_offset, a.bitfield_size) == (b.bit_offset, b.bitfield_size)
    };
    let differing = left
        .members()
        .zip(right.members())
        .zip(0_u32..)
        .find(|&((a, b), _)| !same(a, b));
    if let Some((_, number)) = differing {
        // If a member before it is declared otherwise, that one moved it.
        let declared = (0..=number).find_map(|at| declaration_differs(btf, left, right, at));
        return declared.or_else(|| Some(Cause::Place(number, sides(btf, left, right, number))));
    }
    if left.vlen() != right.vlen() {
        let (longer, number) = match left.vlen() > right.vlen() {
            true => (left, right.vlen()),
            false => (right, left.vlen()),
        };
        let extra = longer.member(number as usize);
        let said = |ty: Type<'_>| match (ty.vlen() == longer.vlen(), extra) {
            (true, Some(extra)) => member(btf, extra),
            _ => "none".to_owned(),
        };
        return Some(Cause::Member(
            number,
            Side {
                left: said(left),
                right: said(right),
            },
        ));
    }
    if left.size() == right.size() {
        return None;
    }
    let declared =
        (0..left.vlen()).find_map(|number| declaration_differs(btf, left, right, number));
    declared.or_else(|| {
        Some(Cause::Size(numbers(
            left.size().unwrap_or(0),
            right.size().unwrap_or(0),
            "byte",
        )))
    })
}

/// The difference between the declarations of a member; its offset does not count.
pub(super) fn declaration_differs(
    btf: &Btf,
    left: Type<'_>,
    right: Type<'_>,
    number: u32,
) -> Option<Cause> {
    let said = |ty: Type<'_>| ty.member(number as usize).map(|there| declared(btf, there));
    (said(left) != said(right)).then(|| Cause::Member(number, sides(btf, left, right, number)))
}

/// A member of both types, with its offsets.
fn sides(btf: &Btf, left: Type<'_>, right: Type<'_>, number: u32) -> Side {
    let said = |ty: Type<'_>| {
        let there = ty.member(number as usize);
        there.map_or_else(|| "none".to_owned(), |there| member(btf, there))
    };
    Side {
        left: said(left),
        right: said(right),
    }
}

/// A member with its offset: `u32 x at 64`; in bits unless it is whole bytes.
fn member(btf: &Btf, member: Member) -> String {
    let text = declared(btf, member);
    let place = match (member.bit_offset / 8, member.bit_offset % 8) {
        (byte, 0) => format!("{byte}"),
        (byte, bit) => format!("{byte}, bit {bit}"),
    };
    format!("`{text}` at {place}")
}

/// A member's declaration: `u32 x`, `int flag:1`.
fn declared(btf: &Btf, member: Member) -> String {
    let mut text = btf::print::c::type_name(btf, member.ty, &btf.str(member.name));
    if member.bitfield_size > 0 {
        text.push_str(&format!(":{}", member.bitfield_size));
    }
    text
}

fn enumeration(btf: &Btf, left: Type<'_>, right: Type<'_>) -> Option<Cause> {
    // An enumeration without values is a declaration.
    if left.vlen() == 0 || right.vlen() == 0 {
        return None;
    }
    let said = |value: btf::Enumerator| format!("`{} = {}`", btf.str(value.name), value.value);
    let differing = left
        .enumerators()
        .zip(right.enumerators())
        .zip(0_u32..)
        .find(|((a, b), _)| btf.string(a.name) != btf.string(b.name) || a.value != b.value);
    if let Some(((a, b), number)) = differing {
        return Some(Cause::Enumerator(
            number,
            Side {
                left: said(a),
                right: said(b),
            },
        ));
    }
    if left.vlen() != right.vlen() {
        return Some(Cause::EnumeratorCount(numbers(
            left.vlen(),
            right.vlen(),
            "value",
        )));
    }
    (left.size() != right.size()).then(|| {
        Cause::Size(numbers(
            left.size().unwrap_or(0),
            right.size().unwrap_or(0),
            "byte",
        ))
    })
}

fn prototype(btf: &Btf, left: Type<'_>, right: Type<'_>) -> Option<Cause> {
    if left.vlen() != right.vlen() {
        return Some(Cause::ParameterCount(numbers(
            left.vlen(),
            right.vlen(),
            "parameter",
        )));
    }
    let said = |param: btf::Param| match &*btf.str(param.name) {
        "" => "unnamed".to_owned(),
        name => format!("`{name}`"),
    };
    let differing = left
        .params()
        .zip(right.params())
        .zip(0_u32..)
        .find(|((a, b), _)| btf.string(a.name) != btf.string(b.name));
    differing.map(|((a, b), number)| {
        Cause::ParameterName(
            number,
            Side {
                left: said(a),
                right: said(b),
            },
        )
    })
}

fn number(left: Type<'_>, right: Type<'_>) -> Option<Cause> {
    if left.size() != right.size() {
        return Some(Cause::Size(numbers(
            left.size().unwrap_or(0),
            right.size().unwrap_or(0),
            "byte",
        )));
    }
    let said = |ty: Type<'_>| match ty.data() {
        Data::Int(int) => {
            let sign = if int.encoding.is_signed() {
                "signed"
            } else {
                "unsigned"
            };
            format!("{sign}, {}", counted(int.bits.into(), "bit"))
        }
        _ => "floating".to_owned(),
    };
    (left.tail() != right.tail()).then(|| {
        Cause::Encoding(Side {
            left: said(left),
            right: said(right),
        })
    })
}

fn numbers(left: u32, right: u32, what: &str) -> Side {
    Side {
        left: counted(left.into(), what),
        right: counted(right.into(), what),
    }
}
