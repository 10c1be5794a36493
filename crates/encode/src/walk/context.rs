//! What stays the same while one unit is walked.

use super::foreign_dies::ForeignDies;
use crate::error::Error;
use crate::names::Names;
use crate::other_units::{Area, SectionOffset};
use crate::read::attribute_reader::AttributeReader;
use crate::read::known_tables::TableError;
use crate::read::value::DieRef;
use crate::types::type_ids::KEY;
use crate::unit::Choices;
use btf::StringOffset;
use std::cell::RefCell;

/// What a unit is to the one being encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UnitRole {
    /// It is encoded itself: keys are offsets.
    Own,
    /// A partial unit or a type unit, all of which stands in the unit being encoded.
    Imported,
    /// A unit of which one DIE was referred to.
    Borrowed,
}

/// The unit being encoded, for walks over it and over what it refers to.
#[derive(Clone, Copy)]
pub(super) struct EncodedUnit<'s> {
    /// Its offset in `.debug_info`.
    pub group: u64,
    /// How many bytes it has: keys from here on are of DIEs in other units.
    pub len: u32,
    pub choices: Choices,
    pub foreign: &'s RefCell<ForeignDies>,
}

/// What stays the same while one unit is walked.
#[derive(Clone, Copy)]
pub(super) struct WalkContext<'s, 'a> {
    pub reader: AttributeReader<'s, 'a>,
    pub encoded: EncodedUnit<'s>,
    /// Whether clang made the unit.
    pub clang: bool,
    /// Whether the compiler calls the type `long`, and not `long int`.
    pub says_long: bool,
    pub role: UnitRole,
    /// Where the walked unit starts.
    pub place: SectionOffset,
    /// Whether the language lets the compiler reorder members, so that DIEs do not follow offsets.
    pub reorders: bool,
    /// The first index of an array that does not say its own, by the language.
    pub first_index: u64,
}

impl<'s, 'a> WalkContext<'s, 'a> {
    /// A walk over the unit that starts at `place`. What its root says of the compiler is not known yet.
    pub fn new(
        reader: AttributeReader<'s, 'a>,
        encoded: EncodedUnit<'s>,
        role: UnitRole,
        place: SectionOffset,
    ) -> WalkContext<'s, 'a> {
        WalkContext {
            reader,
            encoded,
            clang: false,
            says_long: false,
            role,
            place,
            reorders: false,
            first_index: 0,
        }
    }
}

impl WalkContext<'_, '_> {
    /// The word for a reference to a DIE, which is encoded with the unit wherever it stands: a key, or
    /// `void` where there is no reference.
    #[inline]
    pub fn word(&self, reference: DieRef) -> u32 {
        match (reference, self.role) {
            (DieRef::None, _) => 0,
            (DieRef::Unit(offset), UnitRole::Own) => self.own(Some(offset)),
            _ => self.foreign_word(reference, true),
        }
    }

    /// The word for a reference of an own DIE to the DIE at `offset` of the unit; 0 is no reference.
    #[inline]
    pub fn own_word(&self, offset: u32) -> u32 {
        match offset {
            0 => 0,
            offset => self.own(Some(u64::from(offset))),
        }
    }

    /// The word for a reference to a DIE that is only encoded when something else asks for it.
    pub fn mention(&self, reference: DieRef) -> u32 {
        match (reference, self.role) {
            (DieRef::None, _) => 0,
            (DieRef::Unit(offset), UnitRole::Own) => self.own(Some(offset)),
            _ => self.foreign_word(reference, false),
        }
    }

    /// The word for a key of the unit being encoded.
    #[inline]
    fn own(&self, key: Option<u64>) -> u32 {
        match key.and_then(|key| u32::try_from(key).ok()) {
            Some(key) if key < self.encoded.len && key & KEY == 0 => key | KEY,
            // A key that no DIE has: counted as dangling when it is resolved.
            _ => KEY,
        }
    }

    #[cold]
    fn foreign_word(&self, reference: DieRef, wanted: bool) -> u32 {
        let mut foreign = self.encoded.foreign.borrow_mut();
        let Some(place) = self.target(reference) else {
            return match reference {
                DieRef::Signature(signature) => foreign.want_signature(signature) | KEY,
                _ => KEY,
            };
        };
        let own = place.offset.checked_sub(self.encoded.group);
        if place.area == Area::Info && own.is_some_and(|key| key < u64::from(self.encoded.len)) {
            return self.own(own);
        }
        let key = if wanted {
            foreign.want(place)
        } else {
            foreign.key(place)
        };
        key | KEY
    }

    /// Where a reference leads.
    fn target(&self, reference: DieRef) -> Option<SectionOffset> {
        let (area, offset) = match (reference, self.place.area) {
            (DieRef::Unit(offset), area) => (area, self.place.offset.checked_add(offset)?),
            (DieRef::Info(offset), Area::Supplementary) => (Area::Supplementary, offset),
            (DieRef::Info(offset), _) => (Area::Info, offset),
            // The supplementary file has none of its own.
            (DieRef::Supplementary(_), Area::Supplementary) => return None,
            (DieRef::Supplementary(offset), _) => (Area::Supplementary, offset),
            (DieRef::None | DieRef::Signature(_), _) => return None,
        };
        Some(SectionOffset { area, offset })
    }

    /// The text of a name of the unit.
    pub fn text<'t>(&'t self, name: StringOffset, names: &'t Names) -> &'t [u8] {
        names.text(name, self.reader.sections.debug_str)
    }

    /// Notes that an entry of the unit refers to a type unit, which makes the type one of the unit's, be
    /// it that of a local variable.
    #[cold]
    pub fn use_type(&self, signature: u64) {
        if self.role != UnitRole::Borrowed {
            self.encoded.foreign.borrow_mut().want_signature(signature);
        }
    }

    /// Notes the import of a whole unit.
    pub fn import(&self, reference: DieRef) {
        if let Some(place) = self.target(reference) {
            self.encoded.foreign.borrow_mut().import(place);
        }
    }

    /// The key of the DIE at a position in the unit.
    #[inline]
    pub fn key(&self, position: usize) -> u32 {
        match self.role {
            UnitRole::Own => position as u32,
            _ => self.encoded.foreign.borrow_mut().key(self.at(position)),
        }
    }

    /// Whether a DIE of another unit has been walked already, as part of what was referred to before.
    pub fn is_known(&self, key: u32) -> bool {
        self.role != UnitRole::Own && !self.encoded.foreign.borrow_mut().enter(key)
    }

    /// A position in the unit as a place in its section.
    pub fn at(&self, position: usize) -> SectionOffset {
        SectionOffset {
            area: self.place.area,
            offset: self.place.offset.saturating_add(position as u64),
        }
    }

    /// The offset of an own DIE in its section; of another unit's, that of its unit.
    pub fn offset(&self, key: u32) -> u64 {
        match self.role {
            UnitRole::Own => self.encoded.group + u64::from(key),
            _ => self.place.offset,
        }
    }

    /// Why the unit cannot be read at a position.
    pub fn unreadable(&self, position: usize, cause: gimli::Error) -> Error {
        WalkContext::unreadable_at(self.role, self.place, position, cause)
    }

    /// Why the unit has no table of abbreviations.
    pub fn without_table(&self, error: TableError) -> Error {
        match error {
            TableError::Unreadable(cause) => self.unreadable(0, cause),
            TableError::OverBudget(cause) => Error::OverBudget {
                offset: self.encoded.group,
                cause,
            },
        }
    }

    /// As [`WalkContext::unreadable`], for who changes the context meanwhile.
    pub fn unreadable_at(
        role: UnitRole,
        place: SectionOffset,
        position: usize,
        cause: gimli::Error,
    ) -> Error {
        let offset = place.offset.saturating_add(position as u64);
        let area = place.area;
        match role {
            UnitRole::Own => Error::Dwarf { offset, cause },
            _ => Error::OtherUnit {
                offset,
                section: area.title(),
                cause,
            },
        }
    }
}
