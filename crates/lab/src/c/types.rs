//! The types of a unit while it is read.

use super::error::{Cause, Error, Position};
use super::source::Source;
use super::suggest::Hint;
use crate::Abi;
use btf::{IntEncoding, Kind};
use lang_c::ast::{Declaration, DeclarationSpecifier, DeclaratorKind, TypeSpecifier};
use lang_c::span::Span;
use rustc_hash::FxHashMap;
use std::ops::Range;

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
        /// Bytes, where an attribute says so.
        aligned: Option<u32>,
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
        /// As small as its values allow.
        packed: bool,
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
    source: &'t Source<'t>,
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
    /// Structs and unions whose members are being read.
    pub open: Vec<Id>,
    /// What to say, and of what.
    pub notes: Vec<(Range<usize>, String)>,
    supply: Supply<'t>,
    /// Where names were typed, and tags with a word before them.
    places: FxHashMap<String, usize>,
    has_variables: bool,
}

/// Declarations of the prelude, taken when they are needed.
pub(super) struct Supply<'t> {
    typedefs: FxHashMap<&'t str, &'t Declaration>,
    structs: FxHashMap<&'t str, &'t Declaration>,
    is_on: bool,
}

impl<'t> Supply<'t> {
    pub fn of(all: &[&'t Declaration], is_on: bool) -> Supply<'t> {
        let mut supply = Supply {
            typedefs: FxHashMap::default(),
            structs: FxHashMap::default(),
            is_on,
        };
        for declaration in all {
            let name = declaration.declarators.first();
            if let Some(DeclaratorKind::Identifier(name)) =
                name.map(|it| &it.node.declarator.node.kind.node)
            {
                supply.typedefs.insert(&name.node.name, declaration);
            } else if let [specifier] = declaration.specifiers.as_slice()
                && let DeclarationSpecifier::TypeSpecifier(it) = &specifier.node
                && let TypeSpecifier::Struct(it) = &it.node
                && let Some(tag) = &it.node.identifier
            {
                supply.structs.insert(&tag.node.name, declaration);
            }
        }
        supply
    }
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
    pub fn new(source: &'t Source<'t>, abi: Abi, supply: Supply<'t>) -> Types<'t> {
        Types {
            source,
            abi,
            all: Vec::new(),
            same: FxHashMap::default(),
            tags: FxHashMap::default(),
            typedefs: FxHashMap::default(),
            enumerators: FxHashMap::default(),
            functions: FxHashMap::default(),
            roots: Vec::new(),
            index: None,
            open: Vec::new(),
            notes: Vec::new(),
            supply,
            places: FxHashMap::default(),
            has_variables: false,
        }
    }

    pub fn fail<T>(&self, span: Span, cause: Cause) -> Result<T, Error> {
        Err(self.source.error(span, cause))
    }

    /// What was typed at a span.
    pub fn typed(&self, span: Span) -> String {
        let text = self.source.text.get(self.source.typed(span));
        let words = text.unwrap_or_default().split_whitespace();
        words.collect::<Vec<_>>().join(" ")
    }

    pub fn note(&mut self, span: Span, text: String) {
        self.notes.push((self.source.typed(span), text));
    }

    /// Says once that variables are left out.
    pub fn variable(&mut self, span: Span) {
        if !std::mem::replace(&mut self.has_variables, true) {
            let text = "variables are left out; only their types count";
            self.note(span, text.to_owned());
        }
    }

    /// Remembers where a name is defined.
    pub fn defined(&mut self, name: String, span: Span) {
        let place = self.source.typed(span).start;
        self.places.entry(name).or_insert(place);
    }

    /// The line in which a name is defined.
    pub fn line_of(&self, name: &str) -> usize {
        let place = self.places.get(name).copied().unwrap_or_default();
        Position::of(self.source.text, place).line
    }

    /// A name that cannot be defined, for it is already, and `how`.
    pub fn redefined<T>(&self, span: Span, what: String, how: &'static str) -> Result<T, Error> {
        let line = self.line_of(&what);
        let what = format!("`{what}`");
        self.fail(span, Cause::Redefined { what, how, line })
    }

    /// What an unknown name of a type may mean.
    pub fn hint(&self, name: &str) -> Hint {
        super::diagnosis::hint(self.source, name, self.supply.is_on, self.abi)
    }

    /// A typedef by its name: the unit's own, or the prelude's.
    pub fn typedef(&mut self, name: &str) -> Result<Option<Id>, Error> {
        if let Some(known) = self.typedefs.get(name) {
            return Ok(Some(*known));
        }
        let Some(declaration) = self.supply.typedefs.get(name).copied() else {
            return Ok(None);
        };
        let (target, _) = self.declared_type(&declaration.specifiers)?;
        let name = name.to_owned();
        let id = self.add(Ty::Typedef {
            name: name.clone(),
            target,
            aligned: None,
        });
        self.typedefs.insert(name, id);
        Ok(Some(id))
    }

    /// Whether the prelude, which is off, defines a struct.
    pub fn prelude_would_define(&self, ty: &Ty) -> bool {
        matches!(ty, Ty::Composite { name, kind: Kind::Struct, .. }
            if !self.supply.is_on && super::prelude::defines(name))
    }

    /// Bytes and alignment in a struct; a struct of the prelude that is only declared so far is defined for it.
    pub fn sized(&mut self, id: Id) -> Result<Option<(u64, u32)>, Error> {
        if let Some(size) = self.size(id) {
            return Ok(Some(size));
        }
        let mut inner = id;
        while let Some(Ty::Array { element, .. }) = self.resolved(inner) {
            inner = *element;
        }
        let declaration = match self.resolved(inner) {
            Some(Ty::Composite {
                name,
                kind: Kind::Struct,
                layout: None,
            }) => self.supply.structs.get(name.as_str()).copied(),
            _ => None,
        };
        if let Some(declaration) = declaration {
            self.declared_type(&declaration.specifiers)?;
        }
        Ok(self.size(id))
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
        // The outermost typedef with an attribute decides, upwards or downwards.
        let mut aligned = None;
        loop {
            let scalar = |size: u32| (u64::from(size), self.abi.alignment(size));
            let (size, alignment) = match self.get(id)? {
                Ty::Array { element, count } => {
                    times = times.checked_mul(u64::from(*count))?;
                    id = *element;
                    continue;
                }
                Ty::Typedef {
                    target,
                    aligned: own,
                    ..
                } => {
                    aligned = aligned.or(*own);
                    id = *target;
                    continue;
                }
                Ty::Reference { kind, target } if *kind != Kind::Ptr => {
                    id = *target;
                    continue;
                }
                Ty::Int { size, .. } | Ty::Float { size, .. } => scalar(*size),
                Ty::Reference { .. } => scalar(self.abi.word()),
                Ty::Composite { layout, .. } => {
                    let layout = layout.as_ref()?;
                    (u64::from(layout.size), layout.alignment)
                }
                Ty::Enum { values, packed, .. } => scalar(enum_size(values.as_ref()?, *packed)),
                Ty::Proto { .. } | Ty::Func { .. } => return None,
            };
            return Some((size.checked_mul(times)?, aligned.unwrap_or(alignment)));
        }
    }
}

/// Bytes of an enumeration: those of `int`, or of `long long` where a value needs them, as gcc has it; of a packed one
/// as few as hold all values.
pub(super) fn enum_size(values: &[(String, i128)], packed: bool) -> u32 {
    let signed = values.iter().any(|&(_, value)| value < 0);
    let fits = |bits: u32| {
        let (least, most) = match signed {
            true => (-(1_i128 << (bits - 1)), (1_i128 << (bits - 1)) - 1),
            false => (0, (1_i128 << bits) - 1),
        };
        values
            .iter()
            .all(|&(_, value)| (least..=most).contains(&value))
    };
    match () {
        () if packed && fits(8) => 1,
        () if packed && fits(16) => 2,
        () if fits(32) => 4,
        () => 8,
    }
}
