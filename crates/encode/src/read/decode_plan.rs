//! Decode plans: how to read the attributes of an abbreviation without looking at it again.
//!
//! A unit uses an abbreviation thousands of times. Its plan contains which fields to read and how many bytes to skip
//! between them; the size of most DIEs is known beforehand. Forms without a fixed size are read one after the other.
//! gimli reads the abbreviations themselves, each distinct one once; a test compares what plans read with what gimli
//! reads.

use crate::names::Names;
use crate::read::attribute_reader::AttributeReader;
use crate::read::attributes::{Attributes, Field};
use crate::read::cursor::{Cursor, fixed_size};
use crate::read::fast_die::FastLayout;
use crate::read::parent_filter::ParentFilter;
use crate::read::value::DieRef;
use crate::read::value::Value;
use gimli::{Abbreviation, Encoding, Error, constants as dw};
use std::ops::Deref;

/// The plan of one abbreviation.
#[derive(Clone, Debug)]
pub(crate) struct DecodePlan {
    pub tag: dw::DwTag,
    pub has_children: bool,
    /// Bytes of all attributes, if that is known.
    size: Option<u32>,
    /// Where `DW_AT_sibling` is, if that is known and its form is `ref4`.
    sibling: Option<u32>,
    /// Whether an attribute may refer to a type unit.
    pub signatures: bool,
    /// How to read it in one step, if that can be done.
    pub fast: Option<FastLayout>,
    /// Under which parents it matters.
    pub parents: ParentFilter,
    /// Where its steps are among those of all plans.
    steps: (u32, u32),
}

/// A plan, and the steps of all plans, in which its own are a range.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlanWithSteps<'p> {
    pub plan: &'p DecodePlan,
    pub all_steps: &'p [Step],
}

impl Deref for PlanWithSteps<'_> {
    type Target = DecodePlan;

    fn deref(&self) -> &DecodePlan {
        self.plan
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// Pass over so many bytes.
    Skip(u32),
    /// Pass over a value whose size it says itself.
    SkipForm(dw::DwForm),
    /// Read a field whose form this is.
    Read(Field, dw::DwForm),
    /// A field whose value stands in the abbreviation.
    Constant(Field, i64),
}

impl DecodePlan {
    /// The plan of an abbreviation; its steps are added to `steps`.
    pub fn new(
        abbreviation: &Abbreviation,
        encoding: Encoding,
        steps: &mut Vec<Step>,
    ) -> DecodePlan {
        let first = steps.len();
        let mut plan = DecodePlan {
            tag: abbreviation.tag(),
            has_children: abbreviation.has_children(),
            size: Some(0),
            sibling: None,
            signatures: false,
            fast: FastLayout::of(abbreviation, encoding),
            parents: ParentFilter::of(abbreviation.tag()),
            steps: (0, 0),
        };
        // Fields that take no bytes, and their steps. Of each field only the last step is kept, so that thousands of them
        // do not slow each DIE.
        let mut empty: Vec<(Field, usize)> = Vec::new();
        for spec in abbreviation.attributes() {
            let form = spec.form();
            let size = fixed_size(form, encoding);
            plan.signatures |= form == dw::DW_FORM_ref_sig8;
            if spec.name() == dw::DW_AT_sibling && form == dw::DW_FORM_ref4 {
                plan.sibling = plan.size;
            }
            plan.size = plan
                .size
                .zip(size)
                .and_then(|(sum, size)| sum.checked_add(size));
            if let (Some(field), Some(0)) = (Field::of(spec.name()), size) {
                let step = match spec.implicit_const_value() {
                    Some(value) => Step::Constant(field, value),
                    None => Step::Read(field, form),
                };
                match empty.iter().find(|&&(known, _)| known == field) {
                    Some(&(_, at)) => steps[at] = step,
                    None => {
                        empty.push((field, steps.len()));
                        steps.push(step);
                    }
                }
                continue;
            }
            match (Field::of(spec.name()), size, spec.implicit_const_value()) {
                (Some(field), _, Some(value)) => steps.push(Step::Constant(field, value)),
                (Some(field), _, None) => steps.push(Step::Read(field, form)),
                (None, Some(0), _) => {}
                (None, Some(_), _) if form == dw::DW_FORM_ref_sig8 => {
                    steps.push(Step::SkipForm(form));
                }
                (None, Some(size), _) => {
                    match steps.get_mut(first..).and_then(<[Step]>::last_mut) {
                        Some(Step::Skip(sum)) if sum.checked_add(size).is_some() => *sum += size,
                        _ => steps.push(Step::Skip(size)),
                    }
                }
                (None, None, _) => steps.push(Step::SkipForm(form)),
            }
        }
        plan.steps = (first as u32, steps.len() as u32);
        plan
    }

    /// Passes over a DIE with all its children, if it says where they end.
    pub fn skip_children(&self, cursor: &mut Cursor<'_>) -> bool {
        let Some(at) = self.sibling else { return false };
        let mut ahead = *cursor;
        match ahead.skip(at as usize).and_then(|()| ahead.u32()) {
            Ok(sibling) => cursor.jump(sibling),
            Err(_) => false,
        }
    }
}

impl PlanWithSteps<'_> {
    fn steps(&self) -> &[Step] {
        let (start, end) = self.plan.steps;
        let steps = self.all_steps.get(start as usize..end as usize);
        steps.unwrap_or_default()
    }

    /// Passes over the attributes of a DIE.
    #[inline]
    pub fn skip(&self, cursor: &mut Cursor<'_>) -> Result<(), Error> {
        if let Some(size) = self.size {
            return cursor.skip(size as usize);
        }
        for step in self.steps() {
            match *step {
                Step::Skip(size) => cursor.skip(size as usize)?,
                Step::SkipForm(form) | Step::Read(_, form) => {
                    cursor.value(form)?;
                }
                Step::Constant(..) => {}
            }
        }
        Ok(())
    }

    /// Tells the signatures that a DIE refers to.
    #[cold]
    pub fn each_signature(
        &self,
        mut cursor: Cursor<'_>,
        mut each: impl FnMut(u64),
    ) -> Result<(), Error> {
        for step in self.steps() {
            match *step {
                Step::Skip(size) => cursor.skip(size as usize)?,
                Step::SkipForm(form) | Step::Read(_, form) => {
                    if let Value::Reference(DieRef::Signature(signature)) = cursor.value(form)? {
                        each(signature);
                    }
                }
                Step::Constant(..) => {}
            }
        }
        Ok(())
    }

    /// Reads the attributes of a DIE into `out`, which is cleared first.
    #[inline]
    pub fn read<'a>(
        &self,
        cursor: &mut Cursor<'a>,
        reader: &AttributeReader<'_, 'a>,
        names: &mut Names,
        out: &mut Attributes<'a>,
    ) -> Result<(), Error> {
        out.clear();
        for step in self.steps() {
            match *step {
                Step::Skip(size) => cursor.skip(size as usize)?,
                Step::SkipForm(form) => {
                    cursor.value(form)?;
                }
                // What functions and their parameters mostly have.
                Step::Read(Field::Type, dw::DW_FORM_ref4) => out.ty = DieRef::Unit(cursor.u32()?),
                Step::Read(Field::AbstractOrigin, dw::DW_FORM_ref4) => {
                    out.abstract_origin = DieRef::Unit(cursor.u32()?);
                }
                Step::Read(field @ Field::External, dw::DW_FORM_flag_present) => out.set(field),
                Step::Read(field, form) => {
                    let value = cursor.value(form)?;
                    reader.assign(out, field, value, names);
                }
                Step::Constant(field, value) => {
                    reader.assign(out, field, Value::Signed(value), names);
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Machine;
    use crate::read::bases::Bases;
    use crate::read::fast_die::{FastFlags, FastKind, ParentKind};
    use crate::read::plan_table::DecodePlans;
    use crate::sections::Sections;
    use gimli::{DebugAbbrev, DebugInfo};

    /// Every DIE of the sample, which has units of gcc and clang, read by its plan and by gimli.
    #[test]
    fn plans_read_what_gimli_reads() {
        let file: &[u8] = include_bytes!("../../../../tests/sample/sample.elf");
        let elf = elf::Elf::parse(file).unwrap();
        let read = |name: &str| {
            elf.section(name)
                .map(|section| elf.read_section(file, section).unwrap())
                .unwrap_or_default()
        };
        let (info, abbrev, str) = (
            read(".debug_info"),
            read(".debug_abbrev"),
            read(".debug_str"),
        );
        let (line_str, offsets, addr) = (
            read(".debug_line_str"),
            read(".debug_str_offsets"),
            read(".debug_addr"),
        );
        let sections = Sections {
            abbrev_identity: 0,
            str_identity: 0,
            big_endian: false,
            machine: Machine::from_elf(elf.machine),
            debug_abbrev: &abbrev,
            debug_str: crate::DebugStr::whole(&str),
            debug_line_str: &line_str,
            debug_str_offsets: &offsets,
            debug_addr: &addr,
            supplementary_str: crate::DebugStr::default(),
            has_type_units: false,
            is_supplementary: false,
            split: None,
        };
        let mut units = DebugInfo::from(sections.slice(&info)).units();
        let (mut dies, mut fast) = (0, 0);
        while let Some(header) = units.next().unwrap() {
            let abbreviations = header
                .abbreviations(&DebugAbbrev::from(sections.slice(&abbrev)))
                .unwrap();
            let mut entries = header.entries_raw(&abbreviations, None).unwrap();
            let reader = AttributeReader {
                sections: &sections,
                bases: Bases::new(&header, &sections),
            };
            let start = header.debug_info_offset().unwrap().0;
            let bytes = &info[start..start + header.length_including_self()];
            let mut cursor = Cursor::new(bytes, header.size_of_header(), header.encoding(), false);
            let (mut names, mut plans) = (Names::new(), DecodePlans::default());
            let offset = header.debug_abbrev_offset().0;
            let (_, codes) = plans.read_table(&abbrev, offset, header.encoding());
            let codes = codes.unwrap();
            let mut planned = Attributes::default();
            while !entries.is_empty() {
                let code = cursor.code().unwrap();
                let Some(abbreviation) = entries.read_abbreviation().unwrap() else {
                    assert_eq!(code, 0);
                    continue;
                };
                assert_eq!(code, abbreviation.code());
                let mut expected = Attributes::default();
                for &spec in abbreviation.attributes() {
                    let value = entries.read_attribute(spec).unwrap();
                    if let Some(field) = Field::of(value.name()) {
                        reader.assign(
                            &mut expected,
                            field,
                            Value::of(value.raw_value()),
                            &mut names,
                        );
                    }
                }
                let index = codes.find(code).unwrap();
                let (mut skipped, mut at_once) = (cursor, cursor);
                plans.plan(index).skip(&mut skipped).unwrap();
                plans
                    .plan(index)
                    .read(&mut cursor, &reader, &mut names, &mut planned)
                    .unwrap();
                assert!(
                    planned.is_same(&expected),
                    "{planned:?} is not {expected:?}"
                );
                assert_eq!(cursor.position, entries.next_offset().0, "after reading");
                assert_eq!(skipped.position, cursor.position, "after skipping");
                if let Some(layout) = &plans.plan(index).fast {
                    let Some(die) = layout.read(&mut at_once, &reader, &mut names) else {
                        let rest = bytes.len() - cursor.position;
                        assert!(rest < 36, "it is close to the end of its unit");
                        dies += 1;
                        continue;
                    };
                    assert_eq!(at_once.position, cursor.position, "at once");
                    if layout.kind == FastKind::Open(ParentKind::Block) {
                        continue;
                    }
                    assert_eq!(die.name, planned.name().unwrap_or_default());
                    let ty = match die.ty {
                        0 => DieRef::None,
                        offset => DieRef::Unit(offset.into()),
                    };
                    assert_eq!(ty, planned.ty);
                    let number = match layout.kind {
                        FastKind::Member => Field::MemberLocation,
                        FastKind::Bitfield => Field::DataBitOffset,
                        FastKind::Enumerator => Field::ConstValue,
                        FastKind::Open(_) => Field::ByteSize,
                        _ => Field::UpperBound,
                    };
                    let found = planned.number(number);
                    assert_eq!(
                        layout.flags.has(FastFlags::NUMBER).then_some(die.number),
                        found
                    );
                    let declares = layout.flags.has(FastFlags::DECLARATION);
                    assert_eq!(declares, planned.has(Field::Declaration));
                    let width = planned.number(Field::BitSize).unwrap_or(0);
                    assert_eq!(u64::from(die.width), width);
                    let value = planned.const_value();
                    assert_eq!(die.negative, value.is_some_and(|value| value < 0));
                    fast += 1;
                }
                dies += 1;
            }
            assert!(cursor.is_at_end());
        }
        assert!(dies > 500, "only {dies} DIEs");
        assert!(fast > 200, "only {fast} DIEs at once");
    }
}
