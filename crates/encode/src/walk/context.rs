//! What stays the same while one unit is walked, and the unit's own attributes.

use crate::attributes::{AttributeReader, Reference};
use crate::language;
use crate::names::Names;
use crate::references;
use crate::sections::Slice;
use crate::unit::{Choices, Unit};
use crate::value::Value;
use gimli::{AttributeValue, constants as dw};

/// What stays the same while one unit is walked.
pub(super) struct Context<'s, 'a> {
    pub reader: AttributeReader<'s, 'a>,
    pub choices: Choices,
    /// Key of the unit's first byte.
    pub unit: u32,
    /// Offset of the first unit in `.debug_info`.
    pub group: u64,
    /// Bytes of all units being encoded.
    pub len: u32,
    pub clang: bool,
}

impl Context<'_, '_> {
    pub fn word(&self, reference: Reference) -> u32 {
        references::word(reference, self.unit, self.group, self.len)
    }

    pub fn offset(&self, key: u32) -> u64 {
        self.group + u64::from(key)
    }
}

/// Reads the unit's own attributes; gives a reason when the unit is to be left out.
pub(super) fn read_root<'a>(
    context: &mut Context<'_, 'a>,
    entries: &mut gimli::EntriesRaw<'_, Slice<'a>>,
    specs: &[gimli::AttributeSpecification],
    unit: &mut Unit,
) -> Result<Option<&'static str>, gimli::Error> {
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
    let text = |value: Option<AttributeValue<Slice<'a>>>| -> Option<String> {
        let mut own = Names::new();
        let offset = context.reader.string(Value::of(value?), &mut own)?;
        own.strings()
            .get(offset)
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    };
    if let Some(name) = text(name) {
        unit.name = name;
    }
    context.clang = text(producer).is_some_and(|producer| producer.contains("clang"));
    let language = language.unwrap_or(0);
    let excluded = context.choices.excluded.contains(language);
    Ok(excluded.then(|| language::reason(language)))
}
