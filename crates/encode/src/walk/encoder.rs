//! The encoder: what it remembers, and the way of one unit through it.

use super::context::{EncodedUnit, UnitRole, WalkContext};
use super::cycle;
use super::foreign_dies::ForeignDies;
use super::pending::{MemberPointer, RawVariable};
use crate::counted_lists::CountedLists;
use crate::die_index::DieIndex;
use crate::error::Error;
use crate::frame::{Frame, PendingBitfield};
use crate::functions::Functions;
use crate::inline::{EncodedEntries, SiteReader};
use crate::read::known_tables::KnownTables;
use crate::read::plan_table::{AbbreviationTable, CodeTable, DecodePlans, FastTable};
use crate::sections::UnitBytes;
use crate::types::type_ids::{KEY, TypeIds};
use crate::unit::{Inexpressible, Outcome, Unit};
use crate::unit_context::UnitContext;
use gimli::DebugInfo;
use std::cell::RefCell;

/// Encodes units, one after the other, with memory that is reused.
#[derive(Debug, Default)]
pub struct Encoder {
    pub(super) type_ids: TypeIds,
    pub(super) functions: Functions,
    pub(super) variables: Vec<RawVariable>,
    pub(super) variable_index: DieIndex,
    /// ENUM64s whose type tells whether they are signed: word of the info, reference.
    pub(super) enum_types: Vec<(usize, u32)>,
    pub(super) bitfields: Vec<(usize, PendingBitfield)>,
    pub(super) member_pointers: Vec<MemberPointer>,
    /// Buffers of closed frames, to be used again.
    pub(super) items: Vec<Vec<u32>>,
    pub(super) plans: DecodePlans,
    /// How often all plans were forgotten, since there were too many.
    pub(super) times_forgotten: u32,
    /// The abbreviations of the unit that is walked.
    pub(super) codes: CodeTable,
    /// The layouts of the unit that is encoded.
    pub(super) layouts: FastTable,
    /// Which table `codes` is.
    pub(super) table: Option<AbbreviationTable>,
    /// The other tables that were read.
    pub(super) tables: KnownTables,
    foreign: ForeignDies,
    /// What the unit has and BTF cannot express.
    pub(super) inexpressible: [u32; Inexpressible::ALL.len()],
    pub(super) scratch: Vec<u32>,
    /// Types without a name that refer to later ones.
    pub(super) later: Vec<u32>,
    pub(super) inline_sites: SiteReader,
}

impl Encoder {
    /// An encoder with no memory of any unit.
    pub fn new() -> Encoder {
        Encoder::default()
    }

    /// Encodes a unit into `unit`, which is cleared first. What it refers to in `context.others` becomes part of it.
    ///
    /// # Errors
    ///
    /// [`Error`] when the unit, or one it refers to, cannot be read, or when BTF has no room for one of its types. The
    /// contents of `unit` are of no use then.
    pub fn encode<'a>(
        &mut self,
        input: UnitBytes<'a>,
        context: &mut UnitContext<'_, 'a>,
        unit: &mut Unit,
    ) -> Result<Outcome, Error> {
        self.clear();
        unit.clear();
        self.type_ids.reset(input.bytes.len());
        let sections = context.sections;
        context.names.enter(sections.str_identity);

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
        let encoded = EncodedUnit {
            group: input.offset,
            len,
            choices: context.choices,
            foreign: &foreign,
        };
        let end = header.length_including_self().min(input.bytes.len());
        let bytes = input.bytes.get(..end).unwrap_or_default();
        let allowance = context.spending.of_lists(input.bytes.len());
        let mut lists = CountedLists::new(context.locations, allowance);
        let counted = &mut UnitContext {
            sections,
            choices: context.choices,
            names: context.names,
            locations: &mut lists,
            others: context.others,
            spending: context.spending,
        };
        let walked = self.walk_own(encoded, &header, bytes, counted, unit)?;
        if let Outcome::Excluded(_) = walked {
            return Ok(walked);
        }
        self.close_own();
        self.walk_foreign(encoded, counted, unit)?;
        self.foreign = foreign.into_inner();
        self.conclude(counted, pointer, unit);
        if cycle::has_nameless_cycle(unit, &self.later) {
            return Err(Error::Ring {
                offset: input.offset,
            });
        }
        let table = (
            sections.abbrev_identity,
            header.debug_abbrev_offset().0,
            header.encoding(),
        );
        // It is among the others since those were read.
        if counted.choices.inline
            && let Some(codes) = self.tables.known(&table)
        {
            let entries = EncodedEntries {
                header: &header,
                bytes,
                codes,
                plans: &self.plans,
            };
            let read = self.inline_sites.read(entries, counted, unit);
            read.map_err(|cause| Error::OverBudget {
                offset: input.offset,
                cause,
            })?;
        }
        let spent = lists.allowance;
        context.spending.note_lists(&spent);
        if spent.is_exceeded() {
            return Err(Error::OverBudget {
                offset: input.offset,
                cause: spent.error(),
            });
        }
        Ok(Outcome::Encoded)
    }

    /// Forgets the unit before.
    fn clear(&mut self) {
        self.functions.clear();
        self.variables.clear();
        self.enum_types.clear();
        self.bitfields.clear();
        self.member_pointers.clear();
        self.inexpressible = Default::default();
    }

    /// Counts what BTF cannot express; of other units only what they are imported for.
    pub(super) fn count(&mut self, what: Inexpressible, context: &WalkContext<'_, '_>) {
        if context.role != UnitRole::Borrowed {
            let count = &mut self.inexpressible[what as usize];
            *count = count.saturating_add(1);
        }
    }

    /// Keeps the memory of a closed frame.
    pub(super) fn recycle(&mut self, frame: Frame) {
        self.items.push(frame.items);
    }
}
