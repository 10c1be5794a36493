//! The types of a unit while it is read.

use super::error::{Cause, Error, Position};
use crate::Abi;
use btf::{IntEncoding, Kind};
use lang_c::span::Span;
use rustc_hash::FxHashMap;

/// A type by its number from 1, in the order in which types are met; 0 is `void`. What is not needed in the end gets no
/// place in the BTF, so this is no type id yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Id(pub u32);

impl Id {
    pub const VOID: Id = Id(0);
}

/// A type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Ty {
    Int {
        name: &'static str,
        size: u32,
        encoding: IntEncoding,
    },
    Float {
        name: &'static str,
        size: u32,
    },
    /// PTR, CONST, VOLATILE, RESTRICT.
    Reference {
        kind: Kind,
        target: Id,
    },
    Typedef {
        name: String,
        target: Id,
    },
    Array {
        element: Id,
        count: u32,
    },
    Proto {
        result: Id,
        params: Vec<(String, Id)>,
    },
    Func {
        name: String,
        proto: Id,
    },
    /// STRUCT or UNION, or FWD while it is not defined.
    Composite {
        kind: Kind,
        name: String,
        layout: Option<Layout>,
    },
    /// An enumeration; with no values while it is not defined.
    Enum {
        name: String,
        values: Option<Vec<(String, i128)>>,
    },
}

/// Where the members of a composite lie.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Layout {
    pub size: u32,
    pub alignment: u32,
    pub members: Vec<Member>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Member {
    pub name: String,
    pub ty: Id,
    pub bit_offset: u32,
    /// 0 when it is no bit-field.
    pub bits: u8,
}

/// A unit while it is read.
pub(super) struct Types<'t> {
    pub text: &'t str,
    pub abi: Abi,
    pub all: Vec<Ty>,
    /// Types that are one where they say the same.
    same: FxHashMap<Ty, Id>,
    pub tags: FxHashMap<String, Id>,
    pub typedefs: FxHashMap<String, Id>,
    pub enumerators: FxHashMap<String, i128>,
    pub functions: FxHashMap<String, Id>,
    /// What is declared, beside tags.
    pub roots: Vec<Id>,
    /// The type of indices of arrays, once there is an array.
    pub index: Option<Id>,
}

impl Ty {
    /// The types that it refers to.
    pub fn for_each_reference(&self, mut each: impl FnMut(Id)) {
        match self {
            Ty::Reference { target, .. } | Ty::Typedef { target, .. } => each(*target),
            Ty::Array { element, .. } => each(*element),
            Ty::Func { proto, .. } => each(*proto),
            Ty::Proto { result, params } => {
                each(*result);
                params.iter().for_each(|(_, ty)| each(*ty));
            }
            Ty::Composite { layout, .. } => {
                let members = layout.iter().flat_map(|layout| &layout.members);
                members.for_each(|member| each(member.ty));
            }
            Ty::Int { .. } | Ty::Float { .. } | Ty::Enum { .. } => {}
        }
    }
}

impl<'t> Types<'t> {
    pub fn new(text: &'t str, abi: Abi) -> Types<'t> {
        Types {
            text,
            abi,
            all: Vec::new(),
            same: FxHashMap::default(),
            tags: FxHashMap::default(),
            typedefs: FxHashMap::default(),
            enumerators: FxHashMap::default(),
            functions: FxHashMap::default(),
            roots: Vec::new(),
            index: None,
        }
    }

    pub fn fail<T>(&self, span: Span, cause: Cause) -> Result<T, Error> {
        let at = Position::of(self.text, span.start);
        Err(Error { at, cause })
    }

    /// A type of its own.
    pub fn add(&mut self, ty: Ty) -> Id {
        self.all.push(ty);
        Id(self.all.len() as u32)
    }

    /// The type that says this.
    pub fn share(&mut self, ty: Ty) -> Id {
        if let Some(&known) = self.same.get(&ty) {
            return known;
        }
        let id = self.add(ty.clone());
        self.same.insert(ty, id);
        id
    }

    /// A type; `None` for `void`.
    pub fn get(&self, id: Id) -> Option<&Ty> {
        self.all.get((id.0 as usize).checked_sub(1)?)
    }

    pub fn get_mut(&mut self, id: Id) -> Option<&mut Ty> {
        self.all.get_mut((id.0 as usize).checked_sub(1)?)
    }

    pub fn reference(&mut self, kind: Kind, target: Id) -> Id {
        self.share(Ty::Reference { kind, target })
    }

    /// A type that is no typedef: that of a typedef's name is the same.
    pub fn without_typedefs(&self, mut id: Id) -> Id {
        while let Some(Ty::Typedef { target, .. }) = self.get(id) {
            id = *target;
        }
        id
    }

    /// What a type is, seen through typedefs and qualifiers.
    pub fn resolved(&self, mut id: Id) -> Option<&Ty> {
        loop {
            let ty = self.get(id)?;
            id = match ty {
                Ty::Typedef { target, .. } => *target,
                Ty::Reference { kind, target } if *kind != Kind::Ptr => *target,
                _ => return Some(ty),
            };
        }
    }

    /// Bytes and alignment in a struct; `None` where there are none yet.
    pub fn size(&self, id: Id) -> Option<(u64, u32)> {
        let (mut id, mut times) = (id, 1_u64);
        loop {
            let scalar = |size: u32| (u64::from(size), self.abi.alignment(size));
            let (size, alignment) = match self.resolved(id)? {
                Ty::Array { element, count } => {
                    times = times.checked_mul(u64::from(*count))?;
                    id = *element;
                    continue;
                }
                Ty::Int { size, .. } | Ty::Float { size, .. } => scalar(*size),
                Ty::Reference { .. } => scalar(self.abi.word()),
                Ty::Composite { layout, .. } => {
                    let layout = layout.as_ref()?;
                    (u64::from(layout.size), layout.alignment)
                }
                Ty::Enum { values, .. } => scalar(enum_size(values.as_ref()?)),
                Ty::Typedef { .. } | Ty::Proto { .. } | Ty::Func { .. } => return None,
            };
            return Some((size.checked_mul(times)?, alignment));
        }
    }
}

/// Bytes of an enumeration: those of `int`, or of `long long` where a value needs them, as gcc has it.
pub(super) fn enum_size(values: &[(String, i128)]) -> u32 {
    let signed = values.iter().any(|&(_, value)| value < 0);
    let fits = |value: i128| match signed {
        true => i32::try_from(value).is_ok(),
        false => u32::try_from(value).is_ok(),
    };
    match values.iter().all(|&(_, value)| fits(value)) {
        true => 4,
        false => 8,
    }
}
