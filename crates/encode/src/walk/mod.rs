//! The walk over a unit's entries.
//!
//! Entries come one by one. A DIE whose children matter stays open as a [`Frame`] until they have been
//! walked ([`open`]); when it finishes, its type is written ([`emit`]). What needs the whole unit, such
//! as references to later DIEs, is settled at the end ([`conclude`]).

mod close;
mod conclude;
mod context;
mod cycle;
mod fast_path;
mod foreign;
mod foreign_dies;
mod member_pointer;
mod open;

use crate::die_index::DieIndex;
use crate::error::Error;
use crate::exclusion::Exclusion;
use crate::frame::{DieRole, Frame, PendingBitfield};
use crate::functions::Functions;
use crate::names::Names;
use crate::other_units::{Area, OtherUnits, SectionOffset};
use crate::read::attribute_reader::AttributeReader;
use crate::read::attributes::{Attributes, Field};
use crate::read::bases::Bases;
use crate::read::cursor::Cursor;
use crate::read::fast_die::FastKind;
use crate::read::plan_table::{CodeTable, DecodePlans};
use crate::sections::{LocationSource, Sections, Slice, UnitBytes};
use crate::types::type_ids::{KEY, TypeIds};
use crate::unit::{Choices, Inexpressible, Outcome, Unit};
use btf::StringOffset;
use conclude::RawVariable;
use context::{UnitRole, WalkContext, read_root};
use foreign::{Root, Table, Tables};
use foreign_dies::ForeignDies;
use gimli::{DebugAbbrev, DebugInfo, UnitHeader, UnitOffset, UnitType, constants as dw};
use member_pointer::MemberPointer;
use rustc_hash::FxHashMap;
use std::cell::RefCell;

/// More bytes of distinct abbreviations than any compiler's: they are then forgotten.
const PLANS_LIMIT: usize = 16 << 20;
/// Deeper nesting than any compiler makes.
const DEPTH_LIMIT: usize = 4096;

/// Encodes units, one after the other, with memory that is reused.
#[derive(Debug, Default)]
pub struct Encoder {
    type_ids: TypeIds,
    functions: Functions,
    variables: Vec<RawVariable>,
    variable_index: DieIndex,
    /// ENUM64s whose type tells whether they are signed: word of the info, reference.
    enum_types: Vec<(usize, u32)>,
    bitfields: Vec<(usize, PendingBitfield)>,
    member_pointers: Vec<MemberPointer>,
    /// `DW_TAG_GNU_annotation` DIEs: is it a type tag, value, next.
    annotations: FxHashMap<u32, (bool, StringOffset, u32)>,
    /// Buffers of closed frames, to be used again.
    items: Vec<Vec<u32>>,
    plans: DecodePlans,
    /// The abbreviations of the unit that is walked.
    codes: CodeTable,
    /// Which table they are.
    table: Option<Table>,
    foreign: ForeignDies,
    /// What the unit has and BTF cannot express.
    inexpressible: [u32; Inexpressible::ALL.len()],
    /// Abbreviations of other units.
    tables: Tables,
    scratch: Vec<u32>,
    /// Types without a name that refer to later ones.
    later: Vec<u32>,
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
    let foreign = RefCell::default();
    let mut context = WalkContext {
        reader: AttributeReader {
            sections,
            bases: Bases::new(&header, sections),
        },
        choices: Choices::default(),
        group: input.offset,
        len: 0,
        clang: false,
        role: UnitRole::Own,
        place: SectionOffset {
            area: Area::Info,
            offset: input.offset,
        },
        foreign: &foreign,
        reorders: false,
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

    /// Encodes a unit into `unit`, which is cleared first. What it refers to in `others` becomes part of
    /// it.
    ///
    /// On an error the contents of `unit` are of no use.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is borrowed from another owner"
    )]
    pub fn encode<'a>(
        &mut self,
        sections: &Sections<'a>,
        input: UnitBytes<'a>,
        choices: Choices,
        names: &mut Names,
        locations: &mut dyn LocationSource,
        others: &mut dyn OtherUnits,
        unit: &mut Unit,
    ) -> Result<Outcome, Error> {
        unit.clear();
        self.type_ids.reset(input.bytes.len());
        self.functions.clear();
        self.variables.clear();
        self.enum_types.clear();
        self.bitfields.clear();
        self.member_pointers.clear();
        self.annotations.clear();
        self.inexpressible = Default::default();
        names.enter(sections.str_identity);

        let len = u32::try_from(input.bytes.len())
            .ok()
            .filter(|len| len & KEY == 0)
            .ok_or(Error::TooLarge {
                offset: input.offset,
                what: "a unit of more than 2 GiB",
            })?;
        let mut foreign = std::mem::take(&mut self.foreign);
        foreign.reset(len);
        let foreign = RefCell::new(foreign);
        let bad_unit = Error::BadUnit {
            offset: input.offset,
        };
        let info = DebugInfo::from(sections.slice(input.bytes));
        let header = info.units().next().map_err(|_| bad_unit.clone())?;
        let header = header.ok_or(bad_unit)?;
        let pointer = u64::from(header.address_size());
        let context = WalkContext {
            reader: AttributeReader {
                sections,
                bases: Bases::new(&header, sections),
            },
            choices,
            group: input.offset,
            len,
            clang: false,
            role: UnitRole::Own,
            place: SectionOffset {
                area: Area::Info,
                offset: input.offset,
            },
            foreign: &foreign,
            reorders: false,
        };
        let end = header.length_including_self().min(input.bytes.len());
        let bytes = input.bytes.get(..end).unwrap_or_default();
        let walked = self.walk(context, &header, bytes, names, locations, unit)?;
        if let Outcome::Excluded(_) = walked {
            return Ok(walked);
        }
        self.close_own();
        let root = Root {
            group: input.offset,
            len,
            choices,
            foreign: &foreign,
        };
        self.walk_foreign(root, others, names, unit)?;
        self.foreign = foreign.into_inner();
        self.conclude(sections, unit, pointer, choices, names);
        if cycle::has_nameless_cycle(unit, &self.later) {
            return Err(Error::Ring {
                offset: input.offset,
            });
        }
        Ok(Outcome::Encoded)
    }

    /// Walks one unit.
    fn walk<'a>(
        &mut self,
        context: WalkContext<'_, 'a>,
        header: &UnitHeader<Slice<'a>>,
        bytes: &'a [u8],
        names: &mut Names,
        locations: &mut dyn LocationSource,
        unit: &mut Unit,
    ) -> Result<Outcome, Error> {
        let split = context.reader.sections.split.is_some();
        match header.type_() {
            UnitType::Compilation => {}
            UnitType::SplitCompilation(_) if split => {}
            UnitType::Partial => return Ok(Outcome::Excluded(Exclusion::PartialUnit)),
            UnitType::Type { .. } => return Ok(Outcome::Excluded(Exclusion::TypeUnit)),
            UnitType::Skeleton(_) | UnitType::SplitCompilation(_) => {
                return Ok(Outcome::Excluded(Exclusion::Skeleton));
            }
            UnitType::SplitType { .. } => {
                return Ok(Outcome::Excluded(Exclusion::SplitTypeUnit));
            }
        }
        let debug_abbrev = context.reader.sections.debug_abbrev;
        if self.plans.bytes() > PLANS_LIMIT {
            self.plans = DecodePlans::default();
            self.tables.clear();
            self.table = None;
        }
        // Units that share a table, or pretend to, do not read it again.
        let identity = context.reader.sections.abbrev_identity;
        let (offset, encoding) = (header.debug_abbrev_offset().0, header.encoding());
        let table = Some((identity, offset, encoding));
        if self.table != table {
            self.table = None;
            self.plans
                .read_table(debug_abbrev, offset, encoding, &mut self.codes)
                .map_err(|cause| context.unreadable(0, cause))?;
            self.table = table;
        }
        let cursor = Cursor::new(
            bytes,
            header.size_of_header(),
            header.encoding(),
            context.reader.sections.big_endian,
        );
        self.entries(context, header, cursor, names, locations, unit)
    }

    /// Walks the entries of a unit: all from its root on, all after its root, or a single one with its
    /// children, as the context's part says.
    fn entries<'a>(
        &mut self,
        mut context: WalkContext<'_, 'a>,
        header: &UnitHeader<Slice<'a>>,
        mut cursor: Cursor<'a>,
        names: &mut Names,
        locations: &mut dyn LocationSource,
        unit: &mut Unit,
    ) -> Result<Outcome, Error> {
        let mut frames: Vec<Frame> = Vec::new();
        let mut attributes = Attributes::default();
        let mut next_depth = 0isize;
        // Children of this depth and deeper are of no interest.
        let mut skip_from = isize::MAX;
        let mut root = context.role == UnitRole::Own;
        if !root {
            frames.push(self.frame(0, 0, DieRole::Scope, &attributes, &context));
            next_depth = 1;
        }
        // A single entry ends where the next one on its level begins.
        let mut single_begun = false;

        while !cursor.is_at_end() {
            if context.role == UnitRole::Borrowed {
                if single_begun && next_depth <= 1 {
                    break;
                }
                single_begun = true;
            }
            let position = cursor.position;
            let (role, place) = (context.role, context.place);
            let fail = |cause| WalkContext::unreadable_at(role, place, position, cause);
            let code = cursor.code().map_err(fail)?;
            if code == 0 {
                next_depth -= 1;
                continue;
            }
            let index = self.codes.find(code).map_err(fail)?;
            let plan = self.plans.plan(index);
            let depth = next_depth;
            next_depth += isize::from(plan.has_children);
            if plan.signatures {
                plan.each_signature(cursor, |signature| context.use_type(signature))
                    .map_err(fail)?;
            }
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
                cursor.position = position;
                let table = self.plans.for_gimli(&self.codes, &mut cursor);
                let Some(table) = table.map_err(fail)? else {
                    break;
                };
                let after_code = Some(UnitOffset(cursor.position));
                let mut entries = header.entries_raw(&table, after_code).map_err(fail)?;
                let found = table.get(1);
                if found.is_some_and(|found| found.tag() == dw::DW_TAG_partial_unit) {
                    return Ok(Outcome::Excluded(Exclusion::PartialUnit));
                }
                let specs = found.map_or(&[][..], |found| found.attributes());
                if let Some(reason) =
                    read_root(&mut context, &mut entries, specs, unit).map_err(fail)?
                {
                    return Ok(Outcome::Excluded(reason));
                }
                cursor.position = entries.next_offset().0;
                let key = context.key(position);
                frames.push(self.frame(
                    depth,
                    key,
                    DieRole::Scope,
                    &Attributes::default(),
                    &context,
                ));
                continue;
            }
            let plan = self.plans.plan(index);
            let (tag, has_children) = (plan.tag, plan.has_children);
            let parent = frames.last().map_or(DieRole::Scope, |frame| frame.role);
            if let Some(layout) = &plan.fast
                && context.role == UnitRole::Own
                && layout.kind.belongs_to(parent)
                && frames.len() <= DEPTH_LIMIT
            {
                let die = layout
                    .read(&mut cursor, &context.reader, names)
                    .map_err(fail)?;
                let key = position as u32;
                let (kind, flags) = (layout.kind, layout.flags);
                match kind {
                    FastKind::Typedef | FastKind::Modifier(_) => {
                        self.fast_type(kind, key, die, &context, unit);
                    }
                    FastKind::Open(parent_kind) => {
                        let role = parent_kind.role();
                        let mut frame = self.fast_frame(role, depth, key, flags, die, &context);
                        let is_whole = !has_children
                            || self.fast_children(&mut frame, &mut cursor, names, &context)?;
                        if is_whole {
                            next_depth = depth;
                            self.finish(frame, &context, unit)?;
                        } else {
                            frames.push(frame);
                        }
                    }
                    kind => {
                        if let Some(frame) = frames.last_mut() {
                            frame.add(kind, die, &context);
                            let is_whole =
                                self.fast_children(frame, &mut cursor, names, &context)?;
                            next_depth -= isize::from(is_whole);
                        }
                    }
                }
                continue;
            }
            if !plan.parents.below(parent) {
                if has_children
                    && !context.reader.sections.has_type_units
                    && plan.skip_children(&mut cursor)
                {
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
            let key = context.key(position);
            if context.is_known(key) {
                if has_children {
                    skip_from = depth;
                }
                continue;
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
            if role == DieRole::Other {
                self.leaf(tag, key, &attributes, &context, names, unit);
                if has_children {
                    skip_from = depth;
                }
                continue;
            }
            // What these are has been noted; only children would add to it.
            let is_noted = matches!(
                role,
                DieRole::Member(_) | DieRole::Parameter(..) | DieRole::Variable(_)
            );
            if is_noted && !has_children {
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
        role: DieRole,
        attributes: &Attributes<'_>,
        context: &WalkContext<'_, '_>,
    ) -> Frame {
        Frame {
            name: attributes.name().unwrap_or_default(),
            target: context.word(attributes.ty),
            annotation: context.word(attributes.annotation),
            link: context.word(attributes.link),
            byte_size: attributes.number(Field::ByteSize),
            declaration: attributes.has(Field::Declaration),
            ..self.empty_frame(role, depth, key)
        }
    }

    #[inline]
    fn empty_frame(&mut self, role: DieRole, depth: isize, key: u32) -> Frame {
        let mut items = self.items.pop().unwrap_or_default();
        items.clear();
        Frame {
            depth,
            key,
            role,
            name: StringOffset::EMPTY,
            target: 0,
            annotation: 0,
            link: 0,
            byte_size: None,
            declaration: false,
            items,
            bitfields: Vec::new(),
            tags: Vec::new(),
            marked: false,
        }
    }

    /// Counts what BTF cannot express; of other units only what they are imported for.
    fn count(&mut self, what: Inexpressible, context: &WalkContext<'_, '_>) {
        if context.role != UnitRole::Borrowed {
            let count = &mut self.inexpressible[what as usize];
            *count = count.saturating_add(1);
        }
    }

    fn recycle(&mut self, frame: Frame) {
        self.items.push(frame.items);
    }
}
