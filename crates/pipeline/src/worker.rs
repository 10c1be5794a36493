//! One worker: encodes runs of units and shares their types.

use crate::companions::{Companions, NoCompanions};
use crate::error::Error;
use crate::input::common_sections::CommonSections;
use crate::input::info::InfoReader;
use crate::input::location_lists::LocationReader;
use crate::input::other_units::OtherUnitReader;
use crate::input::split_units::SplitReader;
use crate::input::strings::StringReader;
use crate::job::Task;
use crate::merge::index_type;
use crate::offset_names::{FunctionSymbols, OffsetNames};
use crate::plan::{Plan, SplitUnit};
use crate::planner::unit_headers;
use crate::section_map::SectionMap;
use crate::shard::ShardOutput;
use crate::statistics::FailedUnit;
use crate::unit_run::{Room, UnitOutcome, UnitRun, choices};
use budget::Resource;
use elf::ReadAt;
use encode::{
    Choices, Encoder, Exclusion, INDEX_TYPE, Names, Outcome, Sections, Spending, Unit, UnitBytes,
    UnitContext, UnitReader,
};
use std::ops::Range;
use std::sync::Arc;

/// What a worker tells while it encodes.
#[derive(Clone, Debug, Default)]
pub struct UnitProgress<'a> {
    /// Units done in this task.
    pub units: u32,
    /// Types emitted in this task so far, before any sharing.
    pub types: u64,
    /// Bytes of `.debug_info` walked in this task.
    pub dwarf_bytes: u64,
    /// Bytes of BTF these types would take.
    pub btf_bytes: u64,
    /// Name of the unit that was just done, from the DWARF.
    pub unit: Option<&'a str>,
}

/// Holds what all units need (abbreviations, strings) and encodes runs of units.
pub struct Worker<'a, R: ReadAt + ?Sized> {
    common: Arc<CommonSections>,
    info: InfoReader<'a, R>,
    strings: StringReader,
    locations: LocationReader<'a, R>,
    others: OtherUnitReader<'a, R>,
    split: SplitReader<'a>,
    source: &'a R,
    encoder: Encoder,
    unit: Unit,
    /// Whether names are told by their offsets; what is not linked has strings more than once.
    names_by_offset: bool,
    /// Where names stay offsets until the merge: what is known of them.
    offset_names: Option<OffsetNames>,
    /// Whether there may be skeletons of split units, once that was looked for.
    has_skeletons: Option<bool>,
    /// The sections of the file by address.
    by_address: SectionMap,
    /// Reads the names of units, by which some are left out.
    names_of_units: UnitReader,
    /// What this worker may still spend beyond the bytes of its units.
    spending: Spending,
    /// What the run before took.
    room: Room,
}

impl<R: ReadAt + ?Sized> std::fmt::Debug for Worker<'_, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Worker")
            .field("sections", &self.common.sections)
            .finish_non_exhaustive()
    }
}

impl<'a, R: ReadAt + ?Sized> Worker<'a, R> {
    /// Reads the sections that every unit needs. Units whose types are in other files are left out; see
    /// [`Worker::with_companions`].
    ///
    /// # Errors
    ///
    /// When the file or one of these sections cannot be read.
    pub fn new(source: &'a R, plan: &Plan) -> Result<Worker<'a, R>, Error> {
        Worker::with_companions(source, plan, &NoCompanions)
    }

    /// Like [`Worker::new`], for a file that refers to others.
    ///
    /// # Errors
    ///
    /// As [`Worker::new`]; and when a companion that every unit needs cannot be opened.
    pub fn with_companions(
        source: &'a R,
        plan: &Plan,
        companions: &'a dyn Companions,
    ) -> Result<Worker<'a, R>, Error> {
        let common = CommonSections::read(source, plan, companions)?;
        Worker::with_common(source, plan, companions, Arc::new(common))
    }

    /// Like [`Worker::with_companions`], with the sections that were read for all workers of the job.
    ///
    /// # Errors
    ///
    /// As [`Worker::with_companions`].
    pub fn with_common(
        source: &'a R,
        plan: &Plan,
        companions: &'a dyn Companions,
        common: Arc<CommonSections>,
    ) -> Result<Worker<'a, R>, Error> {
        let elf = &common.elf;
        let info = InfoReader::with_relocated(elf, source, plan, common.info.as_ref())?;
        let locations = LocationReader::new(&common, source, plan.options.features.inline);
        let (names_by_offset, by_address) = (!elf.is_relocatable(), SectionMap::of(elf));
        let others = OtherUnitReader::new(source, plan, companions)?;
        Ok(Worker {
            common,
            info,
            strings: StringReader::default(),
            locations,
            others,
            split: SplitReader::new(companions),
            source,
            encoder: Encoder::new(),
            unit: Unit::default(),
            names_by_offset,
            offset_names: None,
            has_skeletons: None,
            by_address,
            names_of_units: UnitReader::new(plan.spending()),
            spending: plan.spending(),
            room: Room::default(),
        })
    }

    /// The same worker, whose output goes to a [`Merge`](crate::Merge) in the same process: names stay offsets in the sections
    /// that both have in common, and functions without a symbol are left out as soon as the merge tells the symbols. Only that
    /// merge can add the output.
    #[must_use]
    pub fn beside_merge(mut self, symbols: &FunctionSymbols) -> Worker<'a, R> {
        self.offset_names = Some(OffsetNames::new(symbols));
        self
    }

    /// Encodes the units of a task. Units that cannot be encoded are left out and listed in the
    /// output.
    ///
    /// # Errors
    ///
    /// When the units cannot be read from the file.
    pub fn encode(
        &mut self,
        plan: &Plan,
        task: &Task,
        progress: &mut dyn FnMut(&UnitProgress<'_>),
    ) -> Result<ShardOutput, Error> {
        loop {
            let names = match self.names_by_offset {
                true => Names::by_offset(),
                false => Names::new(),
            };
            let before = self.spending.other_units().clone();
            if let Some(known) = &mut self.offset_names {
                known.enter_run();
            }
            let names = names.within(plan.names_allowance());
            let run = self.run(plan, task, names, progress);
            if !matches!(run, Ok(Some(_))) {
                // What an attempt cost that is repeated, here or unit by unit, does not count.
                self.spending.rewind(before.clone());
            }
            let Some(mut run) = run? else {
                continue;
            };
            run.output.spending.other_units = self.spending.other_units().spent() - before.spent();
            let debug_str = self.common.debug_str();
            let output = match &mut self.offset_names {
                Some(known) if self.names_by_offset => run.finish_by_offset(debug_str, known),
                _ => run.finish(debug_str),
            };
            if let Some(mut output) = output? {
                self.room = Room::of(&output);
                output.spending.tables = self.spending.take_tables();
                output.spending.worst_lists = self.spending.take_worst_lists();
                return Ok(output);
            }
            // This linker did not keep each string once.
            self.names_by_offset = false;
            self.spending.rewind(before);
        }
    }

    /// `None` if all is to be done again: [`Worker::encode_own`].
    fn run(
        &mut self,
        plan: &Plan,
        task: &Task,
        names: Names,
        progress: &mut dyn FnMut(&UnitProgress<'_>),
    ) -> Result<Option<UnitRun>, Error> {
        let mut run = UnitRun::new(plan, names, self.room);
        let mut dwarf_bytes = 0;
        self.info.will_read(plan.bytes_of(&task.units));
        for unit in task.units.clone() {
            let (choices, split) = (run.choices, plan.split_unit(unit));
            let outcome = match split {
                Some(split) => {
                    let SplitOutcome {
                        outcome,
                        bytes,
                        cost,
                    } = self.encode_split(plan, split, choices, &mut run.names);
                    let tally = &mut run.output.tally.split;
                    match outcome {
                        UnitOutcome::Failed(_) => tally.failed += 1,
                        UnitOutcome::Encoded | UnitOutcome::Excluded(_) => {
                            tally.units += 1;
                            tally.bytes += bytes;
                        }
                    }
                    run.output.spending.split_bytes += cost;
                    outcome
                }
                None => {
                    let mut relocations = run.output.relocations.take();
                    let outcome =
                        self.encode_own(plan, unit, choices, &mut run.names, &mut relocations)?;
                    run.output.relocations = relocations;
                    match outcome {
                        Some(outcome) => outcome,
                        None => return Ok(None),
                    }
                }
            };
            run.names.check()?;
            let bytes = plan.bytes_of(&(unit..unit + 1));
            match outcome {
                UnitOutcome::Encoded => {
                    let common = &self.common;
                    let known = self.offset_names.as_mut().filter(|_| self.names_by_offset);
                    let known = known.map(|known| (known, common.debug_str()));
                    run.add(unit, &self.unit, &common.elf, &self.by_address, known);
                }
                UnitOutcome::Excluded(why) => run.output.tally.excluded.add(why, 1),
                UnitOutcome::Failed(cause) => {
                    let name = split.map_or(&self.unit.name, |split| &split.name);
                    run.names.spend(name.len().saturating_add(cause.len()));
                    run.output.tally.failed.push(FailedUnit {
                        offset: bytes.start,
                        name: Some(name.clone()).filter(|name| !name.is_empty()),
                        cause,
                    });
                }
            }
            run.output.units += 1;
            dwarf_bytes += bytes.end - bytes.start;
            progress(&UnitProgress {
                units: run.output.units,
                types: run.types,
                dwarf_bytes,
                btf_bytes: run.btf_bytes,
                unit: Some(self.unit.name.as_str()).filter(|name| !name.is_empty()),
            });
        }
        Ok(Some(run))
    }

    /// Encodes a unit that stands in the input. `None` if it referred to strings that were not in memory: they are now, and
    /// what was done with these names is to be done again.
    fn encode_own(
        &mut self,
        plan: &Plan,
        unit: u32,
        choices: Choices,
        names: &mut Names,
        relocations: &mut Option<Range<u64>>,
    ) -> Result<Option<UnitOutcome>, Error> {
        let range = plan.bytes_of(&(unit..unit + 1));
        let (elf, offset) = (&self.common.elf, range.start);
        let part = self.info.read_part(elf, range)?;
        if plan.relies_on_order {
            follow(relocations, part.relocations)?;
        }
        let (bytes, part) = (part.bytes, part.strings);
        let input = UnitBytes { offset, bytes };
        let strings = self.common.strings();
        let debug_str = self.strings.of_unit(strings, elf, self.source, part)?;
        let sections = Sections {
            debug_str,
            ..self.common.view()
        };
        if plan.listed {
            let abbrev = sections.debug_abbrev;
            let known = &mut self.has_skeletons;
            // Before DWARF 5 the header of a skeleton is that of any unit.
            let mut is_skeleton = || *known.get_or_insert_with(|| encode::has_skeletons(abbrev));
            let version = unit_headers::version_of_only(input.bytes, self.common.elf.endian);
            if version.is_none_or(|version| version < 5 && is_skeleton()) {
                return Err(Error::UnlistedUnits);
            }
        }
        if is_left_out(plan, &sections, input, &mut self.names_of_units) {
            self.unit.clear();
            return Ok(Some(UnitOutcome::Excluded(Exclusion::Named)));
        }
        let mut context = UnitContext {
            sections: &sections,
            choices,
            names,
            locations: &mut self.locations,
            others: &mut self.others.view(&self.common, debug_str, plan),
            spending: &mut self.spending,
        };
        let result = self.encoder.encode(input, &mut context, &mut self.unit);
        self.locations.check()?;
        self.others.check()?;
        if self.strings.has_missed() {
            self.common
                .strings()
                .read_whole(&self.common.elf, self.source)?;
            return Ok(None);
        }
        Ok(Some(match result {
            Ok(outcome) => outcome.into(),
            // What all units have in common is used up; of a unit's own, the unit alone.
            Err(encode::Error::OverBudget { cause, .. }) if is_of_job(cause.resource) => {
                return Err(cause.into());
            }
            Err(error) => UnitOutcome::Failed(error.to_string()),
        }))
    }

    /// Encodes a split unit.
    fn encode_split(
        &mut self,
        plan: &Plan,
        unit: &SplitUnit,
        choices: Choices,
        names: &mut Names,
    ) -> SplitOutcome {
        self.unit.clear();
        let (elf, sections) = (&self.common.elf, &self.common.sections);
        let mut loaded = match self.split.load(elf, &self.source, sections, unit) {
            Ok(loaded) => loaded,
            Err(error) => {
                return SplitOutcome {
                    outcome: UnitOutcome::Failed(error.to_string()),
                    bytes: 0,
                    cost: self.split.take_in_vain(),
                };
            }
        };
        let budget = plan.options.budget;
        let mut spending = Spending::new(budget, loaded.bytes, loaded.bytes);
        let mut reader = UnitReader::new(spending.clone());
        if is_left_out(plan, &loaded.sections, loaded.unit, &mut reader) {
            return SplitOutcome {
                outcome: UnitOutcome::Excluded(Exclusion::Named),
                bytes: loaded.bytes,
                cost: loaded.cost,
            };
        }
        let mut context = UnitContext {
            sections: &loaded.sections,
            choices,
            names,
            locations: &mut loaded.lists,
            others: &mut loaded.others,
            spending: &mut spending,
        };
        let (encoder, input) = (&mut self.encoder, loaded.unit);
        let result = encoder.encode(input, &mut context, &mut self.unit);
        let outcome = match result {
            Ok(outcome) => outcome.into(),
            Err(error) => UnitOutcome::Failed(format!("in its split unit ({}) {error}", unit.name)),
        };
        SplitOutcome {
            outcome,
            bytes: loaded.bytes,
            cost: loaded.cost,
        }
    }

    /// The types of one unit as a per-unit encoder emits them, before any dedup: what a copy of a type
    /// looked like there. `None` when the unit is left out.
    ///
    /// # Errors
    ///
    /// When the unit cannot be read, or has more types than BTF can number.
    pub fn encode_unit(&mut self, plan: &Plan, unit: u32) -> Result<Option<btf::Btf>, Error> {
        let choices = choices(plan);
        let (mut names, encoded) = loop {
            let mut names = Names::new().within(plan.names_allowance());
            let outcome = match plan.split_unit(unit) {
                Some(split) => Some(self.encode_split(plan, split, choices, &mut names).outcome),
                None => self.encode_own(plan, unit, choices, &mut names, &mut None)?,
            };
            if let Some(outcome) = outcome {
                break (names, outcome);
            }
        };
        names.check()?;
        if !matches!(encoded, UnitOutcome::Encoded) {
            return Ok(None);
        }
        let mut btf = btf::Btf::new();
        // A unit without an `int` of its own counts its arrays with another one, which looks like this one.
        let no_int = self.unit.int_type.is_none() && self.unit.has_array;
        let added = no_int.then(|| index_type(names.intern(b"int")));
        let after = self.unit.len() as u32 + 1;
        let index = self.unit.int_type.unwrap_or(after);
        for id in 1..=self.unit.len() as u32 {
            let mut words = self.unit.type_words(id).unwrap_or_default().to_vec();
            for word in btf::refs_mut(&mut words) {
                if *word == INDEX_TYPE {
                    *word = index;
                }
            }
            btf.push(&words)?;
        }
        if let Some(words) = added {
            btf.push(&words)?;
        }
        btf.set_strings(names.into_strings());
        Ok(Some(btf))
    }
}

/// Adds the relocations of the next unit to those of the units before, which they must follow.
fn follow(all: &mut Option<Range<u64>>, next: Option<Range<u64>>) -> Result<(), Error> {
    match (all, next) {
        (Some(all), Some(next)) if all.end == next.start => all.end = next.end,
        (Some(_), _) => return Err(Error::UnorderedRelocations),
        (all, next) => *all = next,
    }
    Ok(())
}

/// Whether all units of the file have a resource in common.
fn is_of_job(resource: Resource) -> bool {
    matches!(resource, Resource::OtherUnits | Resource::Abbreviations)
}

/// What became of a split unit.
struct SplitOutcome {
    outcome: UnitOutcome,
    /// Bytes of its sections.
    bytes: u64,
    /// Bytes that were read for it.
    cost: u64,
}

/// Whether the options leave a unit out by the name of its source file.
fn is_left_out(
    plan: &Plan,
    sections: &Sections<'_>,
    unit: UnitBytes<'_>,
    reader: &mut UnitReader,
) -> bool {
    let options = &plan.options;
    !options.excluded_units.is_empty() && options.leaves_out(reader.name(sections, unit).as_deref())
}

impl From<Outcome> for UnitOutcome {
    fn from(outcome: Outcome) -> UnitOutcome {
        match outcome {
            Outcome::Encoded => UnitOutcome::Encoded,
            Outcome::Excluded(why) => UnitOutcome::Excluded(why),
        }
    }
}
