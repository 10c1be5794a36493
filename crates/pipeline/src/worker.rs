//! One worker: encodes runs of units and shares their types.

use crate::companions::{Companions, NoCompanions};
use crate::error::Error;
use crate::functions::FunctionSet;
use crate::input::info::InfoReader;
use crate::input::location_lists::LocationReader;
use crate::input::other_units::{Others, Shared};
use crate::input::split_units::SplitReader;
use crate::job::Task;
use crate::options::Features;
use crate::plan::{Plan, SplitUnit};
use crate::planner::unit_headers;
use crate::shard::ShardOutput;
use crate::statistics::{FailedUnit, ReasonCount};
use crate::variables;
use dedup::sharing::{NodeRef, Sharer};
use elf::{Elf, ReadAt};
use encode::{Choices, Encoder, INDEX_TYPE, Inexpressible, Names, Outcome, Unit, UnitBytes};

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
    shared: Shared,
    info: InfoReader<'a, R>,
    locations: LocationReader<'a, R>,
    others: Others<'a, R>,
    split: SplitReader<'a>,
    source: &'a R,
    encoder: Encoder,
    unit: Unit,
    /// Whether names are told by their offsets; what is not linked has strings more than once.
    names_by_offset: bool,
    /// Whether there may be skeletons of split units, once that was looked for.
    has_skeletons: Option<bool>,
}

impl<R: ReadAt + ?Sized> std::fmt::Debug for Worker<'_, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Worker")
            .field("sections", &self.shared.sections)
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
        let mut elf = Elf::parse(source)?;
        elf.assign_addresses();
        let (info, locations) = (
            InfoReader::new(&elf, source, plan)?,
            LocationReader::new(&elf, source)?,
        );
        let names_by_offset = !elf.is_relocatable();
        let (shared, others) = Others::new(source, elf, plan, companions)?;
        Ok(Worker {
            shared,
            info,
            locations,
            others,
            split: SplitReader::new(companions),
            source,
            encoder: Encoder::new(),
            unit: Unit::default(),
            names_by_offset,
            has_skeletons: None,
        })
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
            let run = self.run(plan, task, names, progress)?;
            let debug_str = self.shared.view().debug_str;
            if let Some(output) = run.finish(debug_str) {
                return Ok(output);
            }
            // This linker did not keep each string once.
            self.names_by_offset = false;
        }
    }

    fn run(
        &mut self,
        plan: &Plan,
        task: &Task,
        names: Names,
        progress: &mut dyn FnMut(&UnitProgress<'_>),
    ) -> Result<Run, Error> {
        let mut run = Run::new(plan, names);
        let mut dwarf_bytes = 0;
        self.info.expect(plan.bytes_of(&task.units));
        for unit in task.units.clone() {
            let (choices, split) = (run.choices, plan.split_unit(unit));
            let result = match split {
                Some(split) => self.encode_split(split, choices, &mut run.names),
                None => self.encode_own(plan, unit, choices, &mut run.names)?,
            };
            if let (Some(_), Ok((_, bytes))) = (split, &result) {
                run.output.split_units += 1;
                run.output.split_bytes += bytes;
            }
            let bytes = plan.bytes_of(&(unit..unit + 1));
            match result {
                Ok((Outcome::Encoded, _)) => run.add(unit, &self.unit, &self.shared.elf),
                Ok((Outcome::Excluded(reason), _)) => run.exclude(reason),
                Err(cause) => {
                    let name = split.map_or(&self.unit.name, |split| &split.name);
                    run.output.failed_split += u32::from(split.is_some());
                    run.output.failed.push(FailedUnit {
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
        Ok(run)
    }

    /// Encodes a unit that stands in the input; no bytes of other files.
    fn encode_own(
        &mut self,
        plan: &Plan,
        unit: u32,
        choices: Choices,
        names: &mut Names,
    ) -> Result<Result<(Outcome, u64), String>, Error> {
        let range = plan.bytes_of(&(unit..unit + 1));
        let input = UnitBytes {
            offset: range.start,
            bytes: self.info.read(&self.shared.elf, range)?,
        };
        if plan.listed {
            let abbrev = self.shared.view().debug_abbrev;
            let known = &mut self.has_skeletons;
            // Before DWARF 5 the header of a skeleton is that of any unit.
            let mut is_skeleton = || *known.get_or_insert_with(|| encode::has_skeletons(abbrev));
            let version = unit_headers::version_of_only(input.bytes, self.shared.elf.endian);
            if version.is_none_or(|version| version < 5 && is_skeleton()) {
                return Err(Error::UnlistedUnits);
            }
        }
        let result = self.encoder.encode(
            &self.shared.view(),
            input,
            choices,
            names,
            &mut self.locations,
            &mut self.others.view(&self.shared, plan),
            &mut self.unit,
        );
        self.locations.check()?;
        self.others.check()?;
        Ok(result
            .map(|outcome| (outcome, 0))
            .map_err(|error| error.to_string()))
    }

    /// Encodes a split unit; tells how many bytes its sections have, or why it is left out.
    fn encode_split(
        &mut self,
        unit: &SplitUnit,
        choices: Choices,
        names: &mut Names,
    ) -> Result<(Outcome, u64), String> {
        self.unit.clear();
        let (elf, sections) = (&self.shared.elf, &self.shared.sections);
        let mut loaded = self.split.load(elf, &self.source, sections, unit)?;
        let result = self.encoder.encode(
            &loaded.sections,
            loaded.unit,
            choices,
            names,
            &mut loaded.lists,
            &mut loaded.others,
            &mut self.unit,
        );
        match result {
            Ok(outcome) => Ok((outcome, loaded.bytes)),
            Err(error) => Err(format!("in its split unit ({}) {error}", unit.name)),
        }
    }

    /// The types of one unit as a per-unit encoder emits them, before any dedup: what a copy of a type
    /// looked like there. `None` when the unit is left out.
    ///
    /// # Errors
    ///
    /// When the unit cannot be read, or has more types than BTF can number.
    pub fn encode_unit(&mut self, plan: &Plan, unit: u32) -> Result<Option<btf::Btf>, Error> {
        let mut names = Names::new();
        let encoded = match plan.split_unit(unit) {
            Some(split) => self.encode_split(split, choices(plan), &mut names),
            None => self.encode_own(plan, unit, choices(plan), &mut names)?,
        };
        if !matches!(encoded, Ok((Outcome::Encoded, _))) {
            return Ok(None);
        }
        let mut btf = btf::Btf::new();
        let index = self.unit.int_type.unwrap_or(0);
        for id in 1..=self.unit.len() as u32 {
            let mut words = self.unit.type_words(id).unwrap_or_default().to_vec();
            for word in btf::refs_mut(&mut words) {
                if *word == INDEX_TYPE {
                    *word = index;
                }
            }
            btf.push(&words)?;
        }
        btf.set_strings(names.into_strings());
        Ok(Some(btf))
    }
}

/// What the features of a plan ask of the encoder.
fn choices(plan: &Plan) -> Choices {
    let features = plan.options.features;
    Choices {
        float: features.float,
        enum64: features.enum64,
        decl_tag: features.decl_tag,
        type_tag: features.type_tag,
        true_signature: features.true_signature,
        excluded: plan.options.excluded,
    }
}

/// A task's units on their way into one output.
struct Run {
    features: Features,
    choices: Choices,
    names: Names,
    sharer: Sharer,
    output: ShardOutput,
    /// Types emitted so far, and their bytes.
    types: u64,
    btf_bytes: u64,
    functions: FunctionSet,
}

impl Run {
    fn new(plan: &Plan, names: Names) -> Run {
        Run {
            features: plan.options.features,
            choices: choices(plan),
            names,
            sharer: Sharer::new(),
            output: ShardOutput::default(),
            types: 0,
            btf_bytes: 0,
            functions: FunctionSet::default(),
        }
    }

    /// Adds a unit by its index in the file.
    fn add(&mut self, index: u32, unit: &Unit, elf: &Elf) {
        let number = self.output.shared_units.len() as u32;
        self.output.shared_units.push((index, unit.name.clone()));
        self.types += unit.len() as u64;
        self.btf_bytes += unit.words.len() as u64 * 4;
        self.sharer.add_unit(&unit.words, &unit.starts, INDEX_TYPE);
        if let Some(int) = unit.int_type
            && self.output.index.is_none()
        {
            self.output.index = Some((number, self.sharer.reference(int).0));
        }
        if unit.has_array && self.output.first_array.is_none() {
            self.output.first_array = Some(number);
        }
        for (what, &count) in Inexpressible::ALL.iter().zip(&unit.inexpressible) {
            ReasonCount::add(
                &mut self.output.inexpressible,
                what.text(),
                u64::from(count),
            );
        }
        let sharer = &self.sharer;
        let reference = |id: u32| -> NodeRef { sharer.reference(id) };
        for tag in &unit.decl_tags {
            self.output.decl_tags.push((
                number,
                tag.value.0,
                reference(tag.target).0,
                tag.component,
            ));
        }
        for function in &unit.functions {
            self.functions
                .add(&mut self.output, number, function, unit, reference);
        }
        if self.features.var || self.features.global_var {
            for variable in &unit.variables {
                if variables::section_of(elf, variable.address)
                    .is_some_and(|(_, section)| variables::is_included(section, self.features))
                {
                    self.output.add_variable(number, variable, reference);
                }
            }
        }
    }

    fn exclude(&mut self, reason: &str) {
        ReasonCount::add(&mut self.output.excluded, reason, 1);
    }

    /// The output; `None` when names have to be told by content.
    fn finish(self, debug_str: &[u8]) -> Option<ShardOutput> {
        let mut output = self.output;
        let mut names = self.names.resolve(debug_str);
        let mut shared = self.sharer.finish();
        let is_ambiguous = shared.rename(|name| names.offset(name));
        output.for_each_name(|name| names.offset(name));
        let strings = names.into_strings().filter(|_| !is_ambiguous)?;
        // What each node stands for, rather than type by type: the same sum for less work.
        for (node, &copies) in shared.copies.iter().enumerate() {
            output
                .counts
                .add_types(shared.node(node), u64::from(copies), &strings);
        }
        output.shared = shared;
        output.strings = strings.as_bytes().to_vec();
        Some(output)
    }
}
