//! The walk over a unit's entries.
//!
//! Entries come one by one. A DIE whose children matter stays open as a [`Frame`] until they have been
//! walked ([`open`]); when it finishes, its type is written ([`emit`]). What needs the whole unit, such
//! as references to later DIEs, is settled at the end ([`conclude`]).

mod conclude;
mod context;
mod emit;
mod open;
mod ring;
mod wanted;

use crate::Error;
use crate::attributes::{AttributeReader, Attributes, Bases, Field, Reference};
use crate::cursor::Cursor;
use crate::frame::{Frame, PendingBitfield, Role};
use crate::function::Functions;
use crate::names::Names;
use crate::plan::Plans;
use crate::references::{KEY, References};
use crate::sections::{LocationSource, Sections, Slice, UnitBytes};
use crate::unit::{Choices, Outcome, Unit};
use btf::StringOffset;
use conclude::RawVariable;
use context::{Context, read_root};
use gimli::{DebugAbbrev, DebugInfo, UnitHeader, UnitOffset, UnitType};
use rustc_hash::FxHashMap;
use wanted::is_wanted;

/// Deeper nesting than any compiler makes.
const DEPTH_LIMIT: usize = 4096;

/// Encodes units, one after the other, with memory that is reused.
#[derive(Debug, Default)]
pub struct Encoder {
    references: References,
    functions: Functions,
    variables: Vec<RawVariable>,
    /// ENUM64s whose type tells whether they are signed: word of the info, reference.
    enum_types: Vec<(usize, u32)>,
    bitfields: Vec<(usize, PendingBitfield)>,
    /// `DW_TAG_GNU_annotation` DIEs: is it a type tag, value, next.
    annotations: FxHashMap<u32, (bool, StringOffset, u32)>,
    /// Buffers of closed frames, to be used again.
    items: Vec<Vec<u32>>,
    plans: Plans,
    /// The table of abbreviations that was read last: its section and offset.
    abbreviations: Option<((usize, usize, usize), std::sync::Arc<gimli::Abbreviations>)>,
    scratch: Vec<u32>,
}

/// The source file of a unit as its DWARF names it, read off the unit's own DIE alone.
pub fn unit_name<'a>(sections: &Sections<'a>, input: UnitBytes<'a>) -> Option<String> {
    let header = DebugInfo::from(sections.slice(input.bytes))
        .units()
        .next()
        .ok()??;
    let abbreviations = header
        .abbreviations(&DebugAbbrev::from(sections.slice(sections.debug_abbrev)))
        .ok()?;
    let mut entries = header.entries_raw(&abbreviations, None).ok()?;
    let specs = entries.read_abbreviation().ok()??.attributes();
    let mut context = Context {
        reader: AttributeReader {
            sections,
            bases: Bases::new(&header),
        },
        choices: Choices::default(),
        unit: 0,
        group: input.offset,
        len: 0,
        clang: false,
    };
    let mut unit = Unit::default();
    read_root(&mut context, &mut entries, specs, &mut unit).ok()?;
    Some(unit.name).filter(|name| !name.is_empty())
}

impl Encoder {
    /// An encoder with no memory of any unit.
    pub fn new() -> Encoder {
        Encoder::default()
    }

    /// Encodes a unit, or several as one, into `unit`, which is cleared first.
    ///
    /// On an error the contents of `unit` are of no use.
    pub fn encode<'a>(
        &mut self,
        sections: &Sections<'a>,
        input: UnitBytes<'a>,
        choices: Choices,
        names: &mut Names,
        locations: &mut dyn LocationSource,
        unit: &mut Unit,
    ) -> Result<Outcome, Error> {
        unit.clear();
        self.references.reset(input.bytes.len());
        self.functions.clear();
        self.variables.clear();
        self.enum_types.clear();
        self.bitfields.clear();
        self.annotations.clear();

        let len = u32::try_from(input.bytes.len())
            .ok()
            .filter(|len| len & KEY == 0)
            .ok_or(Error::TooLarge {
                offset: input.offset,
                what: "a unit of more than 2 GiB",
            })?;
        let info = DebugInfo::from(sections.slice(input.bytes));
        let mut headers = info.units();
        let (mut pointer, mut encoded, mut excluded) = (8, false, None);
        loop {
            let header = headers.next().map_err(|_| Error::BadUnit {
                offset: input.offset,
            })?;
            let Some(header) = header else { break };
            let key = header
                .debug_info_offset()
                .map_or(0, |offset| offset.0 as u32);
            pointer = u64::from(header.address_size());
            let context = Context {
                reader: AttributeReader {
                    sections,
                    bases: Bases::new(&header),
                },
                choices,
                unit: key,
                group: input.offset,
                len,
                clang: false,
            };
            let end = header.length_including_self();
            let rest = input.bytes.get(key as usize..).unwrap_or_default();
            let bytes = &rest[..end.min(rest.len())];
            match self.walk(context, &header, bytes, names, locations, unit)? {
                Outcome::Encoded => encoded = true,
                Outcome::Excluded(reason) => excluded = Some(reason),
            }
        }
        if let (false, Some(reason)) = (encoded, excluded) {
            return Ok(Outcome::Excluded(reason));
        }
        self.conclude(sections, unit, pointer);
        if ring::has_ring(unit) {
            return Err(Error::Ring {
                offset: input.offset,
            });
        }
        Ok(Outcome::Encoded)
    }

    /// Walks one unit.
    fn walk<'a>(
        &mut self,
        mut context: Context<'_, 'a>,
        header: &UnitHeader<Slice<'a>>,
        bytes: &'a [u8],
        names: &mut Names,
        locations: &mut dyn LocationSource,
        unit: &mut Unit,
    ) -> Result<Outcome, Error> {
        let at = |key: u32, cause| Error::Dwarf {
            offset: context.group + u64::from(key),
            cause,
        };
        let start = context.unit;
        let mut root = true;
        match header.type_() {
            UnitType::Compilation | UnitType::Partial => {}
            UnitType::Skeleton(_) | UnitType::SplitCompilation(_) => {
                return Ok(Outcome::Excluded(
                    "split DWARF: the types are in a .dwo or .dwp file",
                ));
            }
            _ => return Ok(Outcome::Excluded("type units")),
        }
        let debug_abbrev = context.reader.sections.debug_abbrev;
        // Units that share a table, or pretend to, do not read it again.
        let table = (
            debug_abbrev.as_ptr() as usize,
            debug_abbrev.len(),
            header.debug_abbrev_offset().0,
        );
        let abbreviations = match self
            .abbreviations
            .take()
            .filter(|(known, _)| *known == table)
        {
            Some((_, known)) => known,
            None => {
                let section = DebugAbbrev::from(context.reader.sections.slice(debug_abbrev));
                let read = header
                    .abbreviations(&section)
                    .map_err(|cause| at(start, cause))?;
                std::sync::Arc::new(read)
            }
        };
        self.abbreviations = Some((table, abbreviations.clone()));
        self.plans.clear();
        let encoding = header.encoding();
        let mut cursor = Cursor::new(
            bytes,
            header.size_of_header(),
            encoding,
            context.reader.sections.big_endian,
        );
        let mut frames: Vec<Frame> = Vec::new();
        let mut attributes = Attributes::default();
        let mut next_depth = 0isize;
        // Children of this depth and deeper are of no interest.
        let mut skip_from = isize::MAX;

        while !cursor.is_at_end() {
            let key = start.saturating_add(cursor.position as u32);
            let group = context.group;
            let fail = |cause| Error::Dwarf {
                offset: group + u64::from(key),
                cause,
            };
            let code = cursor.code().map_err(fail)?;
            if code == 0 {
                next_depth -= 1;
                continue;
            }
            let index = self
                .plans
                .find(code, &abbreviations, encoding)
                .map_err(fail)?;
            let plan = self.plans.plan(index);
            let depth = next_depth;
            next_depth += isize::from(plan.has_children);
            if depth > skip_from {
                plan.skip(&mut cursor).map_err(fail)?;
                continue;
            }
            skip_from = isize::MAX;
            while frames.last().is_some_and(|frame| frame.depth >= depth) {
                if let Some(frame) = frames.pop() {
                    self.finish(frame, &context, unit)?;
                }
            }
            if frames.is_empty() {
                // The unit's own DIE; what a damaged file may have after its children does not count.
                if !root {
                    break;
                }
                root = false;
                let mut entries = header
                    .entries_raw(&abbreviations, Some(UnitOffset(cursor.position)))
                    .map_err(fail)?;
                let specs = abbreviations
                    .get(code)
                    .map_or(&[][..], |found| found.attributes());
                if let Some(reason) =
                    read_root(&mut context, &mut entries, specs, unit).map_err(fail)?
                {
                    return Ok(Outcome::Excluded(reason));
                }
                cursor.position = entries.next_offset().0;
                frames.push(self.frame(depth, key, Role::Scope, &Attributes::default(), &context));
                continue;
            }
            let plan = self.plans.plan(index);
            let (tag, has_children) = (plan.tag, plan.has_children);
            let parent = frames.last().map_or(Role::Scope, |frame| frame.role);
            if !is_wanted(tag, parent) {
                if has_children && plan.skip_children(&mut cursor) {
                    next_depth = depth;
                    continue;
                }
                plan.skip(&mut cursor).map_err(fail)?;
                if has_children {
                    skip_from = depth;
                }
                continue;
            }
            plan.read(&mut cursor, &context.reader, names, &mut attributes)
                .map_err(fail)?;
            if attributes.ty == Reference::Supplementary {
                return Err(Error::SupplementaryFile {
                    offset: context.offset(key),
                });
            }
            if frames.len() > DEPTH_LIMIT {
                return Err(Error::TooDeep {
                    offset: context.offset(key),
                    limit: DEPTH_LIMIT,
                });
            }
            let role = self.open(
                tag,
                key,
                &attributes,
                &mut frames,
                &context,
                locations,
                names,
            )?;
            let Some(role) = role else {
                if has_children {
                    skip_from = depth;
                }
                continue;
            };
            if role == Role::Other {
                self.leaf(tag, key, &attributes, &context, names, unit);
                if has_children {
                    skip_from = depth;
                }
                continue;
            }
            let frame = self.frame(depth, key, role, &attributes, &context);
            if has_children {
                frames.push(frame);
            } else {
                self.finish(frame, &context, unit)?;
            }
        }
        while let Some(frame) = frames.pop() {
            self.finish(frame, &context, unit)?;
        }
        Ok(Outcome::Encoded)
    }

    fn frame(
        &mut self,
        depth: isize,
        key: u32,
        role: Role,
        attributes: &Attributes<'_>,
        context: &Context<'_, '_>,
    ) -> Frame {
        let mut items = self.items.pop().unwrap_or_default();
        items.clear();
        Frame {
            depth,
            key,
            role,
            name: attributes.name().unwrap_or_default(),
            target: context.word(attributes.ty),
            annotation: context.word(attributes.annotation),
            byte_size: attributes.number(Field::ByteSize),
            declaration: attributes.has(Field::Declaration),
            items,
            bitfields: Vec::new(),
            tags: Vec::new(),
            marked: false,
        }
    }

    fn recycle(&mut self, frame: Frame) {
        self.items.push(frame.items);
    }
}
