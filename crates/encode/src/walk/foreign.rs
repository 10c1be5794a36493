//! The DIEs of other units that belong to the unit being encoded.

use super::context::{EncodedUnit, UnitRole, WalkContext};
use super::encoder::Encoder;
use super::root::read_root;
use super::unit_walk::Walk;
use crate::error::Error;
use crate::frame::DieRole;
use crate::names::Names;
use crate::other_units::{Area, OtherUnit, SectionOffset};
use crate::read::attribute_reader::AttributeReader;
use crate::read::attributes::Attributes;
use crate::read::cursor::Cursor;
use crate::read::known_tables::TableError;
use crate::read::plan_table::{AbbreviationTable, CodeTable};
use crate::read::value::DieRef;
use crate::sections::{NoLocations, Slice};
use crate::spending::Spending;
use crate::types::type_ids::KEY;
use crate::unit::Unit;
use crate::unit_context::UnitContext;
use budget::OverBudget;
use gimli::{DebugInfo, DebugTypes, UnitHeader, UnitOffset, UnitType, constants as dw};

/// What opening a unit for one of its entries costs, in bytes of entries.
const OPENING: usize = 64;
/// What a word of a type costs that such an entry becomes: an entry of one byte can become a type of three words, which is
/// shared and merged.
const TYPE_WORD: usize = 16;

/// A unit whose root has been read.
struct Opened<'s, 'a> {
    context: WalkContext<'s, 'a>,
    header: UnitHeader<Slice<'a>>,
    /// The key of its abbreviations in `Encoder::tables`.
    table: AbbreviationTable,
    /// Position after the root's attributes.
    first: usize,
    /// Whether it is only there as a part of others.
    is_part: bool,
    bytes: &'a [u8],
}

impl Encoder {
    /// Notes that the unit's own DIEs have been walked.
    pub(super) fn close_own(&mut self) {
        let functions = &mut self.functions;
        let own = functions.functions.len();
        functions.function_index.close_own(own);
        functions.param_index.close_own(functions.params.len());
        self.variable_index.close_own(self.variables.len());
    }

    /// Walks everything outside that the unit imports or refers to, and what that refers to in turn.
    pub(super) fn walk_foreign(
        &mut self,
        encoded: EncodedUnit<'_>,
        context: &mut UnitContext<'_, '_>,
        unit: &mut Unit,
    ) -> Result<(), Error> {
        // Another unit may use the same table.
        if let Some(own) = self.table.take() {
            self.tables.keep(own, std::mem::take(&mut self.codes));
        }
        let mut walked = false;
        let mut has_unclaimed = false;
        loop {
            let import = encoded.foreign.borrow_mut().next_import();
            if let Some(place) = import {
                walked = true;
                self.import(encoded, place, context, unit)?;
                continue;
            }
            let signature = encoded.foreign.borrow_mut().next_signature();
            if let Some((signature, key)) = signature {
                let place = context.others.type_of_signature(signature);
                let place = place.ok_or(Error::NoTypeUnit {
                    offset: encoded.group,
                    signature,
                })?;
                // All of the type unit: beside the type it has what encloses it, which the unit had too.
                encoded.foreign.borrow_mut().import(place);
                let target = encoded.foreign.borrow_mut().want(place);
                self.type_ids.define_alias(key, target | KEY);
                continue;
            }
            let wanted = encoded.foreign.borrow().first_wanted();
            let Some(place) = wanted else {
                // After all that is referred to: what has been walked by then is not walked again.
                if std::mem::replace(&mut has_unclaimed, true) {
                    break;
                }
                for place in context.others.unclaimed(encoded.group) {
                    encoded.foreign.borrow_mut().import(place);
                }
                continue;
            };
            walked = true;
            self.borrow_from(encoded, place, context, unit)?;
        }
        if walked {
            let functions = &mut self.functions;
            let (places, list) = (&mut functions.function_index, &functions.functions);
            places.close(list, |function| function.key);
            let (places, list) = (&mut functions.param_index, &functions.params);
            places.close(list, |param| param.key);
            self.variable_index
                .close(&self.variables, |variable| variable.key);
        }
        Ok(())
    }

    /// Walks a partial unit or a type unit as part of the unit being encoded. A compile unit is encoded
    /// for itself: link-time optimisation imports those.
    fn import(
        &mut self,
        encoded: EncodedUnit<'_>,
        place: SectionOffset,
        context: &mut UnitContext<'_, '_>,
        unit: &mut Unit,
    ) -> Result<(), Error> {
        let Some(found) = context.others.unit_at(place) else {
            return unreachable(place, encoded);
        };
        if !encoded.foreign.borrow_mut().enter_unit(found.place) {
            return Ok(());
        }
        let UnitContext {
            names, spending, ..
        } = context;
        match self.open_other(encoded, &found, UnitRole::Imported, spending)? {
            Some(opened) if opened.is_part => {
                self.complete_declaration(&opened, names)?;
                self.walk_other(&opened, opened.first, names, spending, unit)
            }
            _ => Ok(()),
        }
    }

    /// In a type unit gcc declares the type once more where it belongs, in its class or namespace. That
    /// declaration stands for the type, and is none of its own.
    fn complete_declaration(
        &mut self,
        opened: &Opened<'_, '_>,
        names: &mut Names,
    ) -> Result<(), Error> {
        let UnitType::Type { type_offset, .. } = opened.header.type_() else {
            return Ok(());
        };
        let (context, encoding) = (opened.context, opened.header.encoding());
        let big_endian = context.reader.sections.big_endian;
        let mut cursor = Cursor::new(opened.bytes, type_offset.0, encoding, big_endian);
        let fail = |cause| context.unreadable(type_offset.0, cause);
        let code = cursor.code().map_err(fail)?;
        let codes = self.tables.known(&opened.table);
        let Some(Ok(index)) = codes.map(|codes| codes.find(code)) else {
            return Ok(());
        };
        let mut attributes = Attributes::default();
        self.plans
            .plan(index)
            .read(&mut cursor, &context.reader, names, &mut attributes)
            .map_err(fail)?;
        if let DieRef::Unit(_) = attributes.specification {
            let declaration = context.mention(attributes.specification) & !KEY;
            let ty = context.key(type_offset.0);
            if declaration != ty && context.encoded.foreign.borrow_mut().enter(declaration) {
                self.type_ids.define_alias(declaration, ty | KEY);
            }
        }
        Ok(())
    }

    /// Walks the DIEs of a unit that were referred to.
    fn borrow_from(
        &mut self,
        encoded: EncodedUnit<'_>,
        place: SectionOffset,
        context: &mut UnitContext<'_, '_>,
        unit: &mut Unit,
    ) -> Result<(), Error> {
        let Some(found) = context.others.unit_at(place) else {
            encoded.foreign.borrow_mut().forget(place);
            return unreachable(place, encoded);
        };
        let start = found.place.offset;
        let range = start..start.saturating_add(found.bytes.len() as u64);
        let UnitContext {
            names, spending, ..
        } = context;
        let opened = self.open_other(encoded, &found, UnitRole::Borrowed, spending)?;
        // What is found on the way may be in this unit again.
        loop {
            let next = encoded.foreign.borrow_mut().take_wanted(place.area, &range);
            let Some(next) = next else { break };
            let position = usize::try_from(next.offset - start).unwrap_or(usize::MAX);
            // A reference to the header or the root leads to no type.
            if let Some(opened) = opened.as_ref().filter(|opened| position >= opened.first) {
                self.walk_other(opened, position, names, spending, unit)?;
            }
        }
        encoded.foreign.borrow_mut().forget(place);
        Ok(())
    }

    /// Reads the header, the abbreviations and the root of another unit; `None` for one that holds
    /// nothing.
    fn open_other<'s, 'a>(
        &mut self,
        encoded: EncodedUnit<'s>,
        found: &'s OtherUnit<'a>,
        role: UnitRole,
        spending: &mut Spending,
    ) -> Result<Option<Opened<'s, 'a>>, Error> {
        let fail = |cause| WalkContext::unreadable_at(role, found.place, 0, cause);
        let slice = found.sections.slice(found.bytes);
        let header = if found.place.area == Area::Types {
            DebugTypes::from(slice).units().next()
        } else {
            DebugInfo::from(slice).units().next()
        };
        let Some(header) = header.map_err(fail)? else {
            return Ok(None);
        };
        let table = (
            found.sections.abbrev_identity,
            header.debug_abbrev_offset().0,
            header.encoding(),
        );
        let sections = &found.sections;
        let over = |cause| over_budget(encoded, cause);
        spending.spend_on_other_unit(OPENING).map_err(over)?;
        let codes = self
            .tables
            .get(table, sections.debug_abbrev, &mut self.plans, spending)
            .map_err(|error| match error {
                TableError::Unreadable(cause) => fail(cause),
                TableError::OverBudget(cause) => over(cause),
            })?;
        let reader = AttributeReader::new(sections, &header);
        let mut context = WalkContext::new(reader, encoded, role, found.place);
        let start = header.size_of_header();
        let mut cursor = Cursor::new(found.bytes, start, table.2, sections.big_endian);
        let abbreviation = self.plans.for_gimli(codes, &mut cursor).map_err(fail)?;
        let Some(table_of_root) = &abbreviation else {
            return Ok(None);
        };
        let Some(specs) = table_of_root.get(1) else {
            return Ok(None);
        };
        let after_code = Some(UnitOffset(cursor.position));
        let mut entries = header
            .entries_raw(table_of_root, after_code)
            .map_err(fail)?;
        // Its name and language are its own affair.
        let mut unnamed = Unit::default();
        read_root(&mut context, &mut entries, specs.attributes(), &mut unnamed).map_err(fail)?;
        let (first, has_children) = (entries.next_offset().0, specs.has_children());
        let is_part = matches!(specs.tag(), dw::DW_TAG_partial_unit | dw::DW_TAG_type_unit);
        Ok(has_children.then_some(Opened {
            context,
            header,
            table,
            first,
            is_part,
            bytes: found.bytes,
        }))
    }

    /// Walks another unit from a position on.
    fn walk_other(
        &mut self,
        opened: &Opened<'_, '_>,
        position: usize,
        names: &mut Names,
        spending: &mut Spending,
        unit: &mut Unit,
    ) -> Result<(), Error> {
        let sections = opened.context.reader.sections;
        let encoding = opened.header.encoding();
        let cursor = Cursor::new(opened.bytes, position, encoding, sections.big_endian);
        let context = opened.context;
        let mut locations = NoLocations;
        let mut walk = Walk::new(context, cursor, names, &mut locations, unit);
        let frame = self.empty_frame(DieRole::Scope, 0, 0);
        walk.frames.push(frame);
        walk.next_depth = 1;
        self.swap_codes(opened);
        let before = walk.unit.words.len();
        let walked = self.walk_entries(&mut walk);
        let entries = walk.cursor.position.saturating_sub(position);
        let types = walk.unit.words.len().saturating_sub(before);
        self.swap_codes(opened);
        walked?;
        spending
            .spend_on_other_unit(entries.saturating_add(types.saturating_mul(TYPE_WORD)))
            .map_err(|cause| over_budget(context.encoded, cause))
    }

    fn swap_codes(&mut self, opened: &Opened<'_, '_>) {
        match self.tables.known(&opened.table) {
            Some(codes) => std::mem::swap(codes, &mut self.codes),
            None => self.codes = CodeTable::default(),
        }
    }
}

fn over_budget(encoded: EncodedUnit<'_>, cause: OverBudget) -> Error {
    Error::OverBudget {
        offset: encoded.group,
        cause,
    }
}

/// A place that is in no unit: in a supplementary file that is not there, or nowhere. The latter is a
/// dangling reference as others are.
fn unreachable(place: SectionOffset, encoded: EncodedUnit<'_>) -> Result<(), Error> {
    match place.area {
        Area::Supplementary => Err(Error::SupplementaryFile {
            offset: encoded.group,
        }),
        _ => Ok(()),
    }
}
