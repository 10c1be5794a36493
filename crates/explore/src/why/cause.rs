//! What tells two types apart, looking at nothing but themselves.

use crate::address::spoken;
use crate::definition::counted;
use btf::{Btf, Data, FwdKind, Kind, Member, Type, TypeId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What each of two types says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// The first.
    pub left: String,
    /// The other.
    pub right: String,
}

/// What two types say differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Cause {
    /// They are of different kinds.
    Kind(Side),
    /// They have different names.
    Name(Side),
    /// They have different sizes, in bytes.
    Size(Side),
    /// One has a member where the other has none, or another one: its number from 0, and its declaration.
    Member(u32, Side),
    /// A member, its number from 0, that is declared alike is elsewhere: what is before it differs in size.
    Place(u32, Side),
    /// A value of an enumeration, its number from 0.
    Enumerator(u32, Side),
    /// They have a different number of values.
    EnumeratorCount(Side),
    /// Arrays of different length.
    Length(Side),
    /// Prototypes with a different number of parameters.
    ParameterCount(Side),
    /// A parameter is named otherwise: its number from 0. (Dedup compares them, though C does not.)
    ParameterName(u32, Side),
    /// Numbers stored otherwise.
    Encoding(Side),
    /// The base only declares what the module defines. To make them one, types of the base would have to
    /// change, and it is finished.
    Declared(Side),
    /// Anything else that the format can say.
    Other(Side),
}

impl Cause {
    /// The two sides.
    pub fn sides(&self) -> &Side {
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
            | Cause::Other(side) => side,
        }
    }

    /// Whether it only follows from something that the two refer to, which says more.
    pub(super) fn follows(&self) -> bool {
        matches!(self, Cause::Size(_) | Cause::Place(..))
    }

    /// The number of the member, value or parameter that differs.
    pub fn number(&self) -> Option<u32> {
        match self {
            Cause::Member(number, _)
            | Cause::Place(number, _)
            | Cause::Enumerator(number, _)
            | Cause::ParameterName(number, _) => Some(*number),
            _ => None,
        }
    }

    /// What it is about, as the first words of a sentence.
    pub fn subject(&self) -> String {
        match self {
            Cause::Kind(_) | Cause::Name(_) | Cause::Declared(_) => "it".to_owned(),
            Cause::Size(_) => "the size".to_owned(),
            Cause::Member(number, _) | Cause::Place(number, _) => format!("member {}", number + 1),
            Cause::Enumerator(number, _) => format!("value {}", number + 1),
            Cause::EnumeratorCount(_) => "the number of values".to_owned(),
            Cause::Length(_) => "the length".to_owned(),
            Cause::ParameterCount(_) => "the number of parameters".to_owned(),
            Cause::ParameterName(number, _) => format!("the name of parameter {}", number + 1),
            Cause::Encoding(_) => "how the number is stored".to_owned(),
            Cause::Other(_) => "what is said of it".to_owned(),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if matches!(self, Cause::Declared(_)) {
            return f.write_str("the base only declares it, the module defines it");
        }
        let Side { left, right } = self.sides();
        write!(f, "{} is {left} here, {right} there", self.subject())
    }
}

/// What two types say differently themselves; where they refer to others is not looked at, but for members:
/// one whose name and place is another's is the same member, whatever its type.
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

/// A declaration in the base of what a module defines.
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

fn is_enum_declaration(ty: Type<'_>) -> bool {
    matches!(ty.kind(), Kind::Enum | Kind::Enum64) && ty.vlen() == 0
}

/// A declaration and a definition of a name are the same to dedup. `Some(None)` says so.
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
    // The member says more than the size that follows from it.
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
        // What moved it is a member before it, if one is declared otherwise.
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

/// Whether a member is declared otherwise, in its own words; where it is does not count.
pub(super) fn declaration_differs(
    btf: &Btf,
    left: Type<'_>,
    right: Type<'_>,
    number: u32,
) -> Option<Cause> {
    let said = |ty: Type<'_>| ty.member(number as usize).map(|there| declared(btf, there));
    (said(left) != said(right)).then(|| Cause::Member(number, sides(btf, left, right, number)))
}

/// A member of both, with its place.
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

/// `u32 x at 64`, in bits where it is not whole bytes.
fn member(btf: &Btf, member: Member) -> String {
    let text = declared(btf, member);
    let place = match (member.bit_offset / 8, member.bit_offset % 8) {
        (byte, 0) => format!("{byte}"),
        (byte, bit) => format!("{byte}, bit {bit}"),
    };
    format!("`{text}` at {place}")
}

/// `u32 x`, `int flag:1`.
fn declared(btf: &Btf, member: Member) -> String {
    let mut text = btf::print::c::type_name(btf, member.ty, &btf.str(member.name));
    if member.bitfield_size > 0 {
        text.push_str(&format!(":{}", member.bitfield_size));
    }
    text
}

fn enumeration(btf: &Btf, left: Type<'_>, right: Type<'_>) -> Option<Cause> {
    // One without values is a declaration.
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
        "" => "without a name".to_owned(),
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
