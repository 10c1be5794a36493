//! Split DWARF: what a skeleton contains of its unit, and where that unit is in a `.dwo` file or a package.
//!
//! The main file has a *skeleton* of the unit: a name, a signature (the *dwo id*) and the base of its
//! addresses. The unit itself stands in sections with names of their own (`.debug_info.dwo`, …), in a
//! file of its own or, with those of other units, in a package, whose index says which parts of the
//! sections are whose. DWARF 5, section 7.3; before that GNU's extension to DWARF 4.

use crate::debug_str::DebugStr;
use crate::error::Error;
use crate::order;
use crate::other_units::{Area, SectionOffset};
use crate::read::attribute_reader::AttributeReader;
use crate::read::bases::Bases;
use crate::read::unit_reader::UnitReader;
use crate::read::value::Value;
use crate::sections::{Sections, Slice, UnitBytes};
use gimli::{
    AttributeValue, DebugAddrBase, DebugCuIndex, DebugInfo, DebugStrOffsetsBase, DebugTypes,
    UnitHeader, UnitType, constants as dw,
};
use std::ops::Range;

/// What the skeleton of a unit says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skeleton {
    /// The dwo id, by which the split unit is found.
    pub id: u64,
    /// `DW_AT_dwo_name`, with anything that is not UTF-8 replaced.
    pub name: String,
    /// `DW_AT_comp_dir`.
    pub directory: Option<String>,
    /// `DW_AT_addr_base` (`DW_AT_GNU_addr_base`), 0 when there is none.
    pub addr_base: u64,
    /// `DW_AT_low_pc`, 0 when there is none.
    pub low_pc: u64,
}

/// Bytes of a path, as Linux has them. Each skeleton could have a long string as its path.
const MOST_OF_PATH: usize = 4096;

impl UnitReader {
    /// Reads the unit's own DIE; `None` when it is no skeleton.
    pub fn skeleton<'a>(
        &mut self,
        sections: &Sections<'a>,
        input: UnitBytes<'a>,
    ) -> Option<Skeleton> {
        let header = DebugInfo::from(sections.slice(input.bytes))
            .units()
            .next()
            .ok()??;
        let (mut name, mut directory, mut low_pc) = (None, None, None);
        let mut reader = AttributeReader {
            sections,
            bases: Bases::new(&header, sections),
        };
        let mut id = match header.type_() {
            UnitType::Skeleton(id) => Some(id.0),
            UnitType::Compilation if header.version() < 5 => None,
            _ => return None,
        };
        self.each_root_attribute(
            sections,
            &header,
            input.bytes,
            |attribute, value| match attribute {
                dw::DW_AT_dwo_name | dw::DW_AT_GNU_dwo_name => name = Some(value),
                dw::DW_AT_comp_dir => directory = Some(value),
                dw::DW_AT_low_pc => low_pc = Some(value),
                dw::DW_AT_GNU_dwo_id => id = id.or(Value::of(value).unsigned()),
                dw::DW_AT_str_offsets_base => {
                    if let AttributeValue::SecOffset(base) = value {
                        reader.bases.str_offsets = DebugStrOffsetsBase(base);
                    }
                }
                dw::DW_AT_addr_base | dw::DW_AT_GNU_addr_base => {
                    if let AttributeValue::SecOffset(base) = value {
                        reader.bases.addr = DebugAddrBase(base);
                    }
                }
                _ => {}
            },
        )?;
        let text = |value: Option<AttributeValue<Slice<'a>>>| -> Option<String> {
            let bytes = reader.start_of_text(Value::of(value?), MOST_OF_PATH + 1)?;
            (bytes.len() <= MOST_OF_PATH).then(|| String::from_utf8_lossy(bytes).into_owned())
        };
        Some(Skeleton {
            id: id?,
            name: text(name).filter(|name| !name.is_empty())?,
            directory: text(directory),
            addr_base: reader.bases.addr.0 as u64,
            low_pc: low_pc
                .and_then(|value| reader.address(Value::of(value)))
                .unwrap_or(0),
        })
    }

    /// Reads the attributes of a unit's own DIE; `None` if they cannot be read.
    fn each_root_attribute<'a>(
        &mut self,
        sections: &Sections<'a>,
        header: &UnitHeader<Slice<'a>>,
        bytes: &[u8],
        mut each: impl FnMut(dw::DwAt, AttributeValue<Slice<'a>>),
    ) -> Option<()> {
        let root = self.root(sections, header, bytes)?;
        let abbreviation = root.abbreviation.get(1)?;
        let entries = header.entries_raw(&root.abbreviation, Some(root.attributes));
        let mut entries = entries.ok()?;
        for &spec in abbreviation.attributes() {
            let attribute = entries.read_attribute(spec).ok()?;
            each(attribute.name(), attribute.raw_value());
        }
        Some(())
    }
}

/// The units in a `.debug_info.dwo`, or in a part of one, as far as one of them is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SplitUnits {
    /// Where the unit is that was looked for.
    pub unit: Option<Range<usize>>,
    /// Signatures of the other compilation units that were passed.
    pub others: Vec<u64>,
}

impl SplitUnits {
    /// Looks for the unit with this dwo id.
    ///
    /// # Errors
    ///
    /// When the headers before it cannot be read.
    pub fn find(
        reader: &mut UnitReader,
        sections: &Sections<'_>,
        debug_info: &[u8],
        id: u64,
    ) -> Result<SplitUnits, Error> {
        let mut found = SplitUnits::default();
        let info = DebugInfo::from(sections.slice(debug_info));
        let mut headers = info.units();
        let mut offset = 0;
        let fail = |offset: usize, cause| Error::Dwarf {
            offset: offset as u64,
            cause,
        };
        while let Some(header) = headers.next().map_err(|cause| fail(offset, cause))? {
            let start = offset;
            offset = start.saturating_add(header.length_including_self());
            let own = match header.type_() {
                UnitType::SplitCompilation(own) => Some(own.0),
                UnitType::Compilation => {
                    let bytes = debug_info.get(start..).unwrap_or_default();
                    reader.gnu_id(sections, &header, bytes)
                }
                _ => None,
            };
            match own {
                Some(own) if own == id => {
                    found.unit = Some(start..offset.min(debug_info.len()));
                    return Ok(found);
                }
                Some(own) => found.others.push(own),
                None => {}
            }
        }
        Ok(found)
    }
}

/// All units of a section with split units.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitList {
    /// Where each is, in order.
    pub units: Vec<Range<u64>>,
    /// Signature and DIE of the type of each type unit, by signature.
    pub types: Vec<(u64, SectionOffset)>,
}

impl UnitList {
    /// Reads the headers in `.debug_info.dwo`, or, as [`Area::Types`], in `.debug_types.dwo`. It ends
    /// at one that cannot be read.
    pub fn read(sections: &Sections<'_>, bytes: &[u8], area: Area) -> UnitList {
        let mut list = UnitList::default();
        let mut offset = 0u64;
        let mut add = |header: UnitHeader<Slice<'_>>| {
            let start = offset;
            offset = start.saturating_add(header.length_including_self() as u64);
            list.units.push(start..offset);
            if let UnitType::Type {
                type_signature,
                type_offset,
            }
            | UnitType::SplitType {
                type_signature,
                type_offset,
            } = header.type_()
            {
                let offset = start.saturating_add(type_offset.0 as u64);
                list.types
                    .push((type_signature.0, SectionOffset { area, offset }));
            }
        };
        let slice = sections.slice(bytes);
        if area == Area::Types {
            let mut headers = DebugTypes::from(slice).units();
            while let Ok(Some(header)) = headers.next() {
                add(header);
            }
        } else {
            let mut headers = DebugInfo::from(slice).units();
            while let Ok(Some(header)) = headers.next() {
                add(header);
            }
        }
        // Of equal signatures the first stays first.
        let order = order::by_keys(list.types.iter().map(|&(signature, _)| signature));
        list.types = order.filter_map(|at| list.types.get(at).copied()).collect();
        list
    }

    /// The unit around an offset.
    pub fn around(&self, offset: u64) -> Option<Range<u64>> {
        let after = self.units.partition_point(|unit| unit.start <= offset);
        let unit = self.units.get(after.checked_sub(1)?)?;
        unit.contains(&offset).then(|| unit.clone())
    }

    /// The type with a signature.
    pub fn type_of(&self, signature: u64) -> Option<SectionOffset> {
        let at = self.types.partition_point(|&(own, _)| own < signature);
        let &(own, place) = self.types.get(at)?;
        (own == signature).then_some(place)
    }
}

impl UnitReader {
    /// `DW_AT_GNU_dwo_id` of a unit.
    fn gnu_id(
        &mut self,
        sections: &Sections<'_>,
        header: &UnitHeader<Slice<'_>>,
        bytes: &[u8],
    ) -> Option<u64> {
        let mut id = None;
        let short = Sections {
            debug_str: DebugStr::default(),
            ..*sections
        };
        self.each_root_attribute(&short, header, bytes, |attribute, value| {
            if attribute == dw::DW_AT_GNU_dwo_id {
                id = Value::of(value).unsigned();
            }
        })?;
        id
    }
}

/// Part of a section of a package that belongs to one unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// The section: `.debug_info.dwo`, …
    pub section: &'static str,
    /// The bytes of the section that belong to the unit.
    pub range: Range<u64>,
}

/// The parts of a package that belong to the unit with this signature, by the bytes of
/// `.debug_cu_index` (a dwo id) or of `.debug_tu_index` (the signature of a type); `None` when the
/// package has no such unit.
///
/// # Errors
///
/// When the index cannot be read.
pub fn contributions(
    index: &[u8],
    big_endian: bool,
    id: u64,
) -> Result<Option<Vec<Contribution>>, Error> {
    let fail = |cause| Error::PackageIndex { cause };
    let endian = if big_endian {
        gimli::RunTimeEndian::Big
    } else {
        gimli::RunTimeEndian::Little
    };
    // Both indexes are alike.
    let index = DebugCuIndex::new(index, endian).index().map_err(fail)?;
    let Some(row) = index.find(id) else {
        return Ok(None);
    };
    let parts = index.sections(row).map_err(fail)?.map(|part| {
        let start = u64::from(part.offset);
        Contribution {
            section: part.section.dwo_name(),
            range: start..start + u64::from(part.size),
        }
    });
    Ok(Some(parts.collect()))
}
