//! Split BTF from its distilled base onto the base at hand.

use super::matching;
use crate::{Btf, Error, Kind, StringTable, TypeId, names_mut, refs_mut};
use alloc::string::String;
use alloc::sync::Arc;

/// Why split BTF cannot be put onto a base.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RelocateError {
    /// The BTF has no base.
    #[error("this BTF stands alone: only split BTF on a distilled base can be relocated")]
    NotSplit,
    /// The base of the split BTF holds what a distilled base does not.
    #[error("type {id} is {what}, so this is no distilled base")]
    NotDistilled {
        /// The type of the base that does not belong there.
        id: TypeId,
        /// The kind of the type, or that it has no name.
        what: String,
    },
    /// No type of the base fits.
    #[error(
        "the base has no {kind} {name} as type {id} of the distilled base wants it ({wanted}); take the base of the kernel that the module is for"
    )]
    NoMatch {
        /// The distilled type.
        id: TypeId,
        /// The kind of the distilled type.
        kind: Kind,
        /// The name of the distilled type.
        name: String,
        /// What else must agree, besides the name.
        wanted: String,
    },
    /// Several types of the base fit.
    #[error(
        "the base has several {kind} {name} of the same size ({first} and {second}): which one type {id} of the distilled base means cannot be known"
    )]
    Ambiguous {
        /// The distilled type.
        id: TypeId,
        /// The kind of the distilled type.
        kind: Kind,
        /// The name of the distilled type.
        name: String,
        /// The first type of the base that fits.
        first: TypeId,
        /// The second type of the base that fits.
        second: TypeId,
    },
    /// A name of the split BTF lies in the distilled base's strings and is no type's there.
    #[error(
        "type {id} has the name {name}, which is a string of the distilled base but names no type there"
    )]
    ForeignName {
        /// The type, counted on the distilled base.
        id: TypeId,
        /// The name that no distilled type has.
        name: String,
    },
    /// References or names of the split BTF lead nowhere, or there is too much of it for this base.
    #[error(transparent)]
    Btf(#[from] Error),
}

/// Moves split BTF from its distilled base to `base`: references to distilled types become references to the types of
/// `base` with the same name. The order of types stays.
///
/// # Errors
///
/// [`RelocateError`] if a distilled type has no counterpart in `base` or more than one. A number or enumeration must
/// agree in name and size; a struct or union in name, and also in size if it is a member by value or the base has several
/// of that name.
pub fn relocate(split: &Btf, base: &Arc<Btf>) -> Result<Btf, RelocateError> {
    let distilled = split.base().ok_or(RelocateError::NotSplit)?;
    split.check_references()?;
    let strings = u64::from(base.strings.end()) + split.strings.as_bytes().len() as u64;
    if u64::from(base.end_id().0) + split.len() as u64 > u64::from(u32::MAX)
        || strings > u64::from(u32::MAX)
    {
        return Err(Error::TooLarge {
            what: "more than 32 bits of types or strings on this base",
        }
        .into());
    }
    let found = matching::find(split, distilled, base)?;

    let old_first = split.first_id().0;
    let new_first = base.end_id().0;
    let mut new = split.clone();
    new.base = Some(Arc::clone(base));
    let strings = StringTable::from_bytes(base.strings.end(), split.strings.as_bytes().to_vec());
    let (old_strings, new_strings) = (split.strings.start(), strings.start());
    new.strings = strings;
    for index in 0..new.len() as u32 {
        let words = new.words_mut(TypeId(new_first + index)).unwrap_or_default();
        for id in refs_mut(words) {
            *id = match found.ids.get(*id as usize) {
                Some(new) => new.0,
                None => *id - old_first + new_first,
            };
        }
        for word in names_mut(words) {
            *word = match *word {
                0 => 0,
                own if own >= old_strings => own - old_strings + new_strings,
                shared => match found.names.get(&shared) {
                    Some(&name) => name,
                    None => {
                        return Err(RelocateError::ForeignName {
                            id: TypeId(old_first + index),
                            name: split.str(crate::StringOffset(shared)).into_owned(),
                        });
                    }
                },
            };
        }
    }
    Ok(new)
}
