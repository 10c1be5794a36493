//! A unit from its header and its own DIE on: what kind of unit it is, its name, its language, and the bases of its
//! attributes.

use super::context::{EncodedUnit, UnitRole, WalkContext};
use super::encoder::Encoder;
use super::unit_walk::Walk;
use crate::error::Error;
use crate::exclusion::Exclusion;
use crate::frame::DieRole;
use crate::language::Language;
use crate::other_units::{Area, SectionOffset};
use crate::read::attribute_reader::AttributeReader;
use crate::read::cursor::Cursor;
use crate::read::plan_table::DecodePlans;
use crate::read::unit_reader::UnitReader;
use crate::read::value::Value;
use crate::sections::{Sections, Slice, UnitBytes};
use crate::spending::Spending;
use crate::unit::{Choices, Outcome, Unit};
use crate::unit_context::UnitContext;
use gimli::{AttributeValue, DebugInfo, UnitHeader, UnitOffset, UnitType, constants as dw};
use std::cell::RefCell;

/// If the plans of more bytes of distinct abbreviations are known, all are forgotten: no compiler makes so many. Each time the
/// limit doubles, so that tables are read again only a few times.
const PLANS_LIMIT: usize = 16 << 20;

/// Why a unit of this type is not encoded for itself, if it is not.
pub(super) fn excluded_by_type(
    header: &UnitHeader<Slice<'_>>,
    sections: &Sections<'_>,
) -> Option<Exclusion> {
    match header.type_() {
        UnitType::Compilation => None,
        UnitType::SplitCompilation(_) if sections.split.is_some() => None,
        UnitType::Partial => Some(Exclusion::PartialUnit),
        UnitType::Type { .. } => Some(Exclusion::TypeUnit),
        UnitType::Skeleton(_) | UnitType::SplitCompilation(_) => Some(Exclusion::Skeleton),
        UnitType::SplitType { .. } => Some(Exclusion::SplitTypeUnit),
    }
}

impl UnitReader {
    /// The source file of a unit as its DWARF names it, read off the unit's own DIE alone.
    pub fn name<'a>(&mut self, sections: &Sections<'a>, input: UnitBytes<'a>) -> Option<String> {
        let header = DebugInfo::from(sections.slice(input.bytes))
            .units()
            .next()
            .ok()??;
        let root = self.root(sections, &header, input.bytes)?;
        let specs = root.abbreviation.get(1)?.attributes();
        let entries = header.entries_raw(&root.abbreviation, Some(root.attributes));
        let foreign = RefCell::default();
        let encoded = EncodedUnit {
            group: input.offset,
            len: 0,
            choices: Choices::default(),
            foreign: &foreign,
        };
        let place = SectionOffset {
            area: Area::Info,
            offset: input.offset,
        };
        let reader = AttributeReader::new(sections, &header);
        let mut context = WalkContext::new(reader, encoded, UnitRole::Own, place);
        let mut unit = Unit::default();
        read_root(&mut context, &mut entries.ok()?, specs, &mut unit).ok()?;
        Some(unit.name).filter(|name| !name.is_empty())
    }
}

impl Encoder {
    /// Walks the unit's own DIEs.
    pub(super) fn walk_own<'a>(
        &mut self,
        encoded: EncodedUnit<'_>,
        header: &UnitHeader<Slice<'a>>,
        bytes: &'a [u8],
        with: &mut UnitContext<'_, 'a>,
        unit: &mut Unit,
    ) -> Result<Outcome, Error> {
        let sections = with.sections;
        if let Some(reason) = excluded_by_type(header, sections) {
            return Ok(Outcome::Excluded(reason));
        }
        let place = SectionOffset {
            area: Area::Info,
            offset: encoded.group,
        };
        let reader = AttributeReader::new(sections, header);
        let context = WalkContext::new(reader, encoded, UnitRole::Own, place);
        self.open_table(header, &context, with.spending)?;
        let (start, encoding) = (header.size_of_header(), header.encoding());
        let cursor = Cursor::new(bytes, start, encoding, sections.big_endian);
        let mut walk = Walk::new(context, cursor, with.names, with.locations, unit);
        if let Some(reason) = self.enter_root(header, &mut walk)? {
            return Ok(Outcome::Excluded(reason));
        }
        self.walk_entries(&mut walk)?;
        Ok(Outcome::Encoded)
    }

    /// Makes the unit's table of abbreviations the one in `codes`.
    fn open_table<'a>(
        &mut self,
        header: &UnitHeader<Slice<'a>>,
        context: &WalkContext<'_, 'a>,
        spending: &mut Spending,
    ) -> Result<(), Error> {
        if self.plans.bytes() >> self.times_forgotten > PLANS_LIMIT {
            self.times_forgotten += 1;
            self.plans = DecodePlans::default();
            self.inline_sites.forget_plans();
            self.tables.clear();
            self.table = None;
        }
        let sections = context.reader.sections;
        let (offset, encoding) = (header.debug_abbrev_offset().0, header.encoding());
        let table = (sections.abbrev_identity, offset, encoding);
        if self.table == Some(table) {
            return Ok(());
        }
        if let Some(before) = self.table.take() {
            self.tables.keep(before, std::mem::take(&mut self.codes));
        }
        self.codes = self
            .tables
            .take(table, sections.debug_abbrev, &mut self.plans, spending)
            .map_err(|error| context.without_table(error))?;
        self.table = Some(table);
        self.layouts.fill(&self.codes, &self.plans);
        Ok(())
    }

    /// Reads the own DIE of the unit being encoded and opens it; gives a reason when the unit is to be left out.
    fn enter_root<'a>(
        &mut self,
        header: &UnitHeader<Slice<'a>>,
        walk: &mut Walk<'_, 'a>,
    ) -> Result<Option<Exclusion>, Error> {
        let Some(die) = self.next_die(walk)? else {
            return Ok(None);
        };
        let position = die.position;
        walk.cursor.position = position;
        let table = self.plans.for_gimli(&self.codes, &mut walk.cursor);
        let table = table.map_err(|cause| walk.context.unreadable(position, cause))?;
        let Some(table) = table else {
            return Ok(None);
        };
        let after_code = Some(UnitOffset(walk.cursor.position));
        let entries = header.entries_raw(&table, after_code);
        let mut entries = entries.map_err(|cause| walk.context.unreadable(position, cause))?;
        let found = table.get(1);
        if found.is_some_and(|found| found.tag() == dw::DW_TAG_partial_unit) {
            return Ok(Some(Exclusion::PartialUnit));
        }
        let specs = found.map_or(&[][..], |found| found.attributes());
        let read = read_root(&mut walk.context, &mut entries, specs, walk.unit);
        if let Some(reason) = read.map_err(|cause| walk.context.unreadable(position, cause))? {
            return Ok(Some(reason));
        }
        walk.cursor.position = entries.next_offset().0;
        let key = walk.context.key(position);
        let frame = self.empty_frame(DieRole::Scope, die.depth, key);
        walk.frames.push(frame);
        Ok(None)
    }
}

/// The major version in the `DW_AT_producer` of clang: `Debian clang version 14.0.6`.
fn clang_version(producer: &str) -> Option<u32> {
    let (_, version) = producer.split_once("clang version ")?;
    let end = version.find(|c: char| !c.is_ascii_digit());
    version.get(..end.unwrap_or(version.len()))?.parse().ok()
}

/// Reads the unit's own attributes; gives a reason when the unit is to be left out.
pub(super) fn read_root<'a>(
    context: &mut WalkContext<'_, 'a>,
    entries: &mut gimli::EntriesRaw<'_, Slice<'a>>,
    specs: &[gimli::AttributeSpecification],
    unit: &mut Unit,
) -> Result<Option<Exclusion>, gimli::Error> {
    let (mut name, mut producer, mut language) = (None, None, None);
    for &spec in specs {
        let attribute = entries.read_attribute(spec)?;
        let value = attribute.raw_value();
        match (attribute.name(), &value) {
            (dw::DW_AT_str_offsets_base, AttributeValue::SecOffset(base)) => {
                context.reader.bases.str_offsets = gimli::DebugStrOffsetsBase(*base);
            }
            (dw::DW_AT_addr_base | dw::DW_AT_GNU_addr_base, AttributeValue::SecOffset(base)) => {
                context.reader.bases.addr = gimli::DebugAddrBase(*base);
            }
            (dw::DW_AT_loclists_base, AttributeValue::SecOffset(base)) => {
                context.reader.bases.loclists = gimli::DebugLocListsBase(*base);
            }
            (dw::DW_AT_name, _) => name = Some(value),
            (dw::DW_AT_producer, _) => producer = Some(value),
            (dw::DW_AT_language, _) => language = Value::of(value).unsigned(),
            _ => {}
        }
    }
    // Names by index need the base, which may come after them: only now are they looked up.
    let text = |value: Option<AttributeValue<Slice<'a>>>, most: usize| -> Option<String> {
        let text = context.reader.start_of_text(Value::of(value?), most)?;
        Some(String::from_utf8_lossy(text).into_owned())
    };
    // A character more.
    if let Some(name) = text(name, MOST_OF_NAME + 4) {
        unit.name = shortened(name);
    }
    let producer = text(producer, MOST_OF_PRODUCER).unwrap_or_default();
    context.clang = producer.contains("clang");
    context.says_long = context.clang && clang_version(&producer).is_none_or(|major| major >= 14);
    let language = language.unwrap_or(0);
    context.reorders = language == u64::from(dw::DW_LANG_Rust.0);
    context.first_index = Language::first_index(language);
    let excluded = context.encoded.choices.excluded.contains(language);
    Ok(excluded.then(|| Exclusion::WrittenIn(Language::of(language))))
}

/// The most bytes of the producer's text that are read. It begins with the compiler's name; options may follow.
const MOST_OF_PRODUCER: usize = 4096;
/// The most bytes of a unit's name, which is a path: answers name the units of each type.
const MOST_OF_NAME: usize = 1024;

/// A name that is not longer than answers can repeat.
fn shortened(mut name: String) -> String {
    if name.len() > MOST_OF_NAME {
        let end = (0..=MOST_OF_NAME)
            .rev()
            .find(|&at| name.is_char_boundary(at));
        name.truncate(end.unwrap_or(0));
        name.push('…');
        name.shrink_to_fit();
    }
    name
}

#[cfg(test)]
mod tests {
    use super::{clang_version, shortened};

    #[test]
    fn a_name_longer_than_any_path_is_cut_between_two_characters() {
        let path = "a".repeat(1023);
        assert_eq!(shortened(path.clone() + "b"), path.clone() + "b");
        assert_eq!(shortened(path.clone() + "bc"), path.clone() + "b…");
        assert_eq!(shortened(path.clone() + "äc"), path + "…");
    }

    #[test]
    fn the_version_of_clang_is_read_off_its_producer() {
        assert_eq!(clang_version("Debian clang version 14.0.6"), Some(14));
        assert_eq!(clang_version("clang version 13.0.1-11+b1"), Some(13));
        assert_eq!(clang_version("Apple clang"), None);
        assert_eq!(clang_version("GNU C11 12.2.0"), None);
    }
}
