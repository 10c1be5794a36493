//! Which type units a unit refers to, read off its entries without encoding it.
//!
//! gcc moves a type that the program uses, but no entry has as its type, to a type unit that nothing refers
//! to: the structure of a cast, an enumeration whose values alone are used. To find those all
//! references must be known.

use crate::error::Error;
use crate::other_units::Area;
use crate::read::cursor::Cursor;
use crate::read::known_tables::TableError;
use crate::read::unit_reader::UnitReader;
use crate::read::value::Value;
use crate::sections::{Sections, UnitBytes};
use gimli::{Abbreviation, DebugInfo, DebugTypes, UnitOffset, UnitType, constants as dw};

/// What a unit says of other units, and of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypeSignatures {
    /// Signatures of types that its entries refer to, as often as they do.
    pub signatures: Vec<u64>,
    /// Whether it is a type unit.
    pub is_type_unit: bool,
    /// Its `DW_AT_language`, 0 without one.
    pub language: u64,
}

impl UnitReader {
    /// Reads a unit of `.debug_info` or `.debug_types`.
    ///
    /// # Errors
    ///
    /// When its header or an entry cannot be read.
    pub fn type_signatures<'a>(
        &mut self,
        sections: &Sections<'a>,
        area: Area,
        input: UnitBytes<'a>,
    ) -> Result<TypeSignatures, Error> {
        let fail = |position: usize, cause| Error::Dwarf {
            offset: input.offset.saturating_add(position as u64),
            cause,
        };
        let slice = sections.slice(input.bytes);
        let header = if area == Area::Types {
            DebugTypes::from(slice).units().next()
        } else {
            DebugInfo::from(slice).units().next()
        };
        let bad_unit = Error::BadUnit {
            offset: input.offset,
        };
        let header = header.map_err(|cause| fail(0, cause))?.ok_or(bad_unit)?;
        let (encoding, table) = (header.encoding(), header.debug_abbrev_offset().0);
        let table = (sections.abbrev_identity, table, encoding);
        let (plans, spending) = (&mut self.plans, &mut self.spending);
        let codes = self
            .tables
            .get(table, sections.debug_abbrev, plans, spending)
            .map_err(|error| match error {
                TableError::Unreadable(cause) => fail(0, cause),
                TableError::OverBudget(cause) => Error::OverBudget {
                    offset: input.offset,
                    cause,
                },
            })?;
        let mut mentions = TypeSignatures {
            is_type_unit: matches!(
                header.type_(),
                UnitType::Type { .. } | UnitType::SplitType { .. }
            ),
            ..TypeSignatures::default()
        };
        let start = header.size_of_header();
        let root = |cause| fail(start, cause);
        let mut cursor = Cursor::new(input.bytes, start, encoding, sections.big_endian);
        if let Some(table) = plans.for_gimli(codes, &mut cursor).map_err(root)? {
            let first = UnitOffset(cursor.position);
            let mut entries = header.entries_raw(&table, Some(first)).map_err(root)?;
            for &spec in table.get(1).map_or(&[][..], Abbreviation::attributes) {
                let attribute = entries.read_attribute(spec).map_err(root)?;
                if attribute.name() == dw::DW_AT_language {
                    mentions.language = Value::of(attribute.raw_value()).unsigned().unwrap_or(0);
                }
            }
            cursor.position = entries.next_offset().0;
        }
        while !cursor.is_at_end() {
            let position = cursor.position;
            let fail = |cause| fail(position, cause);
            let code = cursor.code().map_err(fail)?;
            if code == 0 {
                continue;
            }
            let plan = plans.plan(codes.find(code).map_err(fail)?);
            if plan.signatures {
                plan.each_signature(cursor, |signature| mentions.signatures.push(signature))
                    .map_err(fail)?;
            }
            plan.skip(&mut cursor).map_err(fail)?;
        }
        Ok(mentions)
    }
}

impl TypeSignatures {
    /// Whether the unit is written in C. A type that C moves to a type unit stood in the unit as a whole; in
    /// C++ it may be there only for the names of what it encloses.
    pub fn is_c(&self) -> bool {
        [
            dw::DW_LANG_C,
            dw::DW_LANG_C89,
            dw::DW_LANG_C99,
            dw::DW_LANG_C11,
            dw::DW_LANG_C17,
        ]
        .iter()
        .any(|own| u64::from(own.0) == self.language)
    }
}
