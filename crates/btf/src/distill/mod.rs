//! A distilled base (`.BTF.base`): what split BTF needs to know of its base, so that it can be put onto
//! another build of that base later.
//!
//! A module's split BTF refers to its kernel's types by id, so it fits that one build. [`distill`] makes of
//! it a small base, with names and sizes only, and split BTF on that; [`relocate`] finds the same names in
//! the base at hand and gives split BTF on it. The kernel does the latter when it loads the module.
//!
//! Source of the rules: the kernel's documentation of the [`.BTF.base` section], and the behaviour of libbpf's
//! `btf__distill_base` and `btf__relocate`.
//!
//! ```
//! use btf::{Btf, Kind, distill};
//! use std::sync::Arc;
//!
//! // A kernel, a module with a pointer to one of its structs, and another build of that kernel.
//! let mut old = Btf::parse(&std::fs::read("tests/data/inventory.btf")?)?;
//! old.index_strings();
//! let mut module = Btf::split(Arc::new(old));
//! let item = module.find(Kind::Struct, "item").expect("the sample has it");
//! module.add_ptr(item)?;
//! let mut new = Btf::parse(&std::fs::read("tests/data/inventory.btf")?)?;
//! new.sort_by_name();
//! let new = Arc::new(new);
//!
//! let distilled = distill::distill(&module)?;
//! assert_eq!(distilled.base.len(), 1); // `struct item`, without members
//! let relocated = distill::relocate(&distilled.split, &new)?;
//! let (_, pointer) = relocated.types().next().expect("the module's pointer");
//! assert_eq!(pointer.target(), new.find(Kind::Struct, "item"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`.BTF.base` section]: https://docs.kernel.org/bpf/btf.html#btf-base-section

use alloc::vec;
use alloc::vec::Vec;
mod matching;
mod relocate;

pub use relocate::{RelocateError, relocate};

use crate::{Btf, Error, Info, Kind, StringOffset, Type, TypeId, names_mut, refs_mut};
use alloc::sync::Arc;

/// Split BTF with the distilled base on which it is based.
#[derive(Clone, Debug)]
pub struct Distilled {
    /// The distilled base: named numbers and forwards, and named structs, unions and enumerations without
    /// members.
    pub base: Arc<Btf>,
    /// The split BTF on that base. Types of the old base that have no name are at its end.
    pub split: Btf,
}

/// Why a base cannot be distilled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DistillError {
    /// The BTF has no base.
    #[error("this BTF stands alone: only split BTF has a base to distill")]
    NotSplit,
    /// The split BTF refers to a type of the base whose kind a distilled base cannot contain.
    #[error(
        "type {id} refers to {target} of the base, a {kind}, which a distilled base cannot hold"
    )]
    UnexpectedKind {
        /// The type that refers.
        id: TypeId,
        /// The type of the base to which it refers.
        target: TypeId,
        /// The kind of that type.
        kind: Kind,
    },
    /// The result cannot be written, or the BTF is damaged.
    #[error(transparent)]
    Btf(#[from] Error),
}

/// Where a type of the old base goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nothing needs it.
    Nowhere,
    /// Into the distilled base.
    Base,
    /// As it is into the split BTF.
    Split,
}

/// Makes the distilled base of split BTF, and the split BTF that is based on it.
///
/// Types keep their order: the split BTF's own first, then those taken over from the base, by their ids.
///
/// # Errors
///
/// [`DistillError`] if `split` has no base, if it refers to a function, variable, section, or declaration tag of the
/// base, or if references or names of either lead nowhere.
pub fn distill(split: &Btf) -> Result<Distilled, DistillError> {
    let old_base = split.base().ok_or(DistillError::NotSplit)?;
    old_base.check_references()?;
    split.check_references()?;
    let old_first = split.first_id();
    let places = places(split)?;

    let mut new_ids = vec![TypeId::VOID; old_first.index()];
    let mut base = Btf::new().with_endian(split.endian);
    for (id, place) in places.iter().enumerate() {
        let old = TypeId(id as u32);
        if *place == Place::Base
            && let Some(ty) = old_base.get(old)
        {
            new_ids[id] = add_shell(&mut base, split, ty)?;
        }
    }
    base.index_strings();
    let base = Arc::new(base);
    let mut new = Btf::split(Arc::clone(&base)).with_endian(split.endian);
    // Types of the base are taken over too, so the base's layout counts if the split BTF has none.
    new.layout = split.layout.clone().or_else(|| old_base.layout.clone());
    for (_, ty) in split.types() {
        add_copy(&mut new, split, ty)?;
    }
    for (id, place) in places.iter().enumerate() {
        if *place == Place::Split
            && let Some(ty) = split.get(TypeId(id as u32))
        {
            new_ids[id] = add_copy(&mut new, split, ty)?;
        }
    }
    // The base became smaller, so the split BTF's own ids move down by as much.
    let shift = old_first.0 - new.first_id().0;
    for id in new.first_id().0..new.end_id().0 {
        let words = new.words_mut(TypeId(id)).unwrap_or_default();
        for id in refs_mut(words) {
            *id = match new_ids.get(*id as usize) {
                Some(new) => new.0,
                None => *id - shift,
            };
        }
    }
    Ok(Distilled { base, split: new })
}

/// Where each type of the base goes, by its id.
fn places(split: &Btf) -> Result<Vec<Place>, DistillError> {
    let mut places = vec![Place::Nowhere; split.first_id().index()];
    let mut open: Vec<TypeId> = split.types().map(|(id, _)| id).collect();
    while let Some(id) = open.pop() {
        let Some(ty) = split.get(id) else { continue };
        for target in ty.refs() {
            let Some(place) = places.get_mut(target.index()) else {
                continue;
            };
            let (Place::Nowhere, Some(ty)) = (*place, split.get(target)) else {
                continue;
            };
            *place = place_of(ty).ok_or(DistillError::UnexpectedKind {
                id,
                target,
                kind: ty.kind(),
            })?;
            // Of a struct in the distilled base nothing but name and size is left.
            let shell = ty.kind().is_composite() && *place == Place::Base;
            if !shell {
                open.push(target);
            }
        }
    }
    Ok(places)
}

/// Numbers, forwards and what else has a name to be found by go into the base.
fn place_of(ty: Type<'_>) -> Option<Place> {
    let by_name = match ty.name().is_empty() {
        true => Place::Split,
        false => Place::Base,
    };
    match ty.kind() {
        Kind::Int | Kind::Float | Kind::Fwd => Some(Place::Base),
        Kind::Struct | Kind::Union | Kind::Enum | Kind::Enum64 => Some(by_name),
        Kind::Array
        | Kind::Typedef
        | Kind::Ptr
        | Kind::Const
        | Kind::Restrict
        | Kind::Volatile
        | Kind::FuncProto
        | Kind::TypeTag => Some(Place::Split),
        _ => None,
    }
}

/// Adds to the distilled base what it keeps of a type: numbers and forwards whole, of others name and
/// size. An ENUM64 becomes an ENUM of 8 bytes.
fn add_shell(base: &mut Btf, split: &Btf, ty: Type<'_>) -> Result<TypeId, Error> {
    let kind = match ty.kind() {
        Kind::Int | Kind::Float | Kind::Fwd => return add_copy(base, split, ty),
        Kind::Enum64 => Kind::Enum,
        other => other,
    };
    let name = base.intern(split.string(ty.name()).unwrap_or_default())?;
    base.push(&[name.0, Info::new(kind, 0, false).0, ty.size_or_type()])
}

/// Adds a type with its names; references stay as they are.
fn add_copy(to: &mut Btf, from: &Btf, ty: Type<'_>) -> Result<TypeId, Error> {
    let mut words = ty.words().to_vec();
    for word in names_mut(&mut words) {
        let name = from.string(StringOffset(*word)).unwrap_or_default();
        *word = to.intern(name)?.0;
    }
    to.push(&words)
}
