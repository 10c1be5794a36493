//! The units of a task on their way into one output.

use crate::encoded_unit::{EncodedUnit, UnitNumber};
use crate::functions::FunctionSet;
use crate::inline::InlineCollector;
use crate::offset_names::{FunctionFate, OffsetNames, is_told};
use crate::options::Features;
use crate::plan::Plan;
use crate::section_map::SectionMap;
use crate::shard::ShardOutput;
use crate::unit_extras::{IndexType, NodeTag};
use crate::variables::{self, VariableCandidate};
use budget::OverBudget;
use dedup::sharing::{NodeRef, Sharer};
use elf::Elf;
use encode::{Choices, Exclusion, INDEX_TYPE, Inexpressible, Names, Unit};

/// A run of units, encoded one after the other.
pub(crate) struct UnitRun {
    features: Features,
    pub choices: Choices,
    pub names: Names,
    pub output: ShardOutput,
    /// How many types were emitted so far.
    pub types: u64,
    /// Bytes of these types.
    pub btf_bytes: u64,
    sharer: Sharer,
    functions: FunctionSet,
    inline: InlineCollector,
}

/// How much the tables of a run hold, so that those of the next need not grow step by step.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Room {
    nodes: usize,
    functions: usize,
}

impl Room {
    /// As much as a run had.
    pub fn of(output: &ShardOutput) -> Room {
        Room {
            nodes: output.shared.starts.len(),
            functions: output.functions.candidates.len(),
        }
    }
}

/// What became of a unit.
pub(crate) enum UnitOutcome {
    /// Its types are in the worker's [`Unit`].
    Encoded,
    Excluded(Exclusion),
    /// It cannot be encoded, for this reason. A text, since it goes into the output, which other workers read.
    Failed(String),
}

impl UnitRun {
    pub fn new(plan: &Plan, names: Names, room: Room) -> UnitRun {
        UnitRun {
            features: plan.options.features,
            choices: choices(plan),
            names,
            output: ShardOutput::default(),
            types: 0,
            btf_bytes: 0,
            sharer: Sharer::with_room(room.nodes),
            functions: FunctionSet::with_room(room.functions),
            inline: InlineCollector::default(),
        }
    }

    /// Adds a unit by its index in the file; `sections` are those of the file. `offset_names` leaves out functions without
    /// a symbol.
    pub fn add(
        &mut self,
        index: u32,
        unit: &Unit,
        elf: &Elf,
        sections: &SectionMap,
        mut offset_names: Option<(&mut OffsetNames, &[u8])>,
    ) {
        let output = &mut self.output;
        let number = UnitNumber(output.encoded.len() as u32);
        // Units may all have one long name.
        self.names.spend(unit.name.len());
        output.encoded.push(EncodedUnit {
            index,
            name: unit.name.clone(),
        });
        self.types += unit.len() as u64;
        self.btf_bytes += unit.words.len() as u64 * 4;
        self.sharer.add_unit(&unit.words, &unit.starts, INDEX_TYPE);
        let sharer = &self.sharer;
        let reference = |id: u32| -> NodeRef { sharer.reference(id) };
        if let Some(int) = unit.int_type {
            output.extras.index.get_or_insert_with(|| IndexType {
                unit: number,
                reference: reference(int),
            });
        }
        if unit.has_array {
            output.extras.first_array.get_or_insert(number);
        }
        for (what, &count) in Inexpressible::ALL.into_iter().zip(&unit.inexpressible) {
            output.tally.inexpressible.add(what, u64::from(count));
        }
        output.tally.dangling += u64::from(unit.dangling);
        let tags = unit.decl_tags.iter().map(|tag| NodeTag {
            unit: number,
            value: tag.value,
            target: reference(tag.target),
            component: tag.component,
        });
        output.extras.decl_tags.extend(tags);
        for function in &unit.functions {
            if let Some((known, debug_str)) = &mut offset_names {
                let fate = known.fate(function.name, &mut self.names, debug_str);
                if let FunctionFate::WithoutSymbol { is_new } = fate {
                    output
                        .without_symbol
                        .extend(is_new.then_some(function.name));
                    continue;
                }
            }
            self.functions
                .add(&mut output.functions, number, function, unit, reference);
        }
        if self.features.inline {
            self.inline.add(unit, number, reference);
        }
        if self.features.var || self.features.global_var {
            let is_included = |address| {
                let section = sections.find(address).and_then(|it| elf.sections.get(it));
                section.is_some_and(|section| variables::is_included(section, self.features))
            };
            for variable in &unit.variables {
                if is_included(variable.address) {
                    let candidate = VariableCandidate::of(variable, number, reference);
                    output.extras.variables.push(candidate);
                }
            }
        }
    }

    /// The output with names that stay offsets; `None` if they have to be told apart by their content.
    ///
    /// # Errors
    ///
    /// When there are too many bytes of names.
    pub fn finish_by_offset(
        mut self,
        debug_str: &[u8],
        offset_names: &mut OffsetNames,
    ) -> Result<Option<ShardOutput>, OverBudget> {
        let mut output = self.output;
        output.inline = self.inline.finish();
        output.shared = self.sharer.finish();
        let mut are_told = output.shared.names().all(|name| is_told(name, debug_str));
        output.rename(|name| {
            are_told &= is_told(name, debug_str);
            name
        });
        let names = &mut self.names;
        let is_ambiguous = offset_names.has_repeated_tags(&output.shared, names, debug_str);
        names.check()?;
        if is_ambiguous || !are_told {
            return Ok(None);
        }
        output.strings = self.names.into_strings().as_bytes().to_vec();
        output.is_by_offset = true;
        output.are_looked_up = offset_names.are_looked_up();
        Ok(Some(output))
    }

    /// The output; `None` if the names have to be told apart by their content.
    ///
    /// # Errors
    ///
    /// When there are too many bytes of names.
    pub fn finish(self, debug_str: &[u8]) -> Result<Option<ShardOutput>, OverBudget> {
        let mut output = self.output;
        output.inline = self.inline.finish();
        let mut names = self.names.resolve(debug_str);
        let mut shared = self.sharer.finish();
        let is_ambiguous = shared.rename(|name| names.offset(name));
        output.rename(|name| names.offset(name));
        let Some(strings) = names.into_strings()?.filter(|_| !is_ambiguous) else {
            return Ok(None);
        };
        output.shared = shared;
        output.strings = strings.as_bytes().to_vec();
        Ok(Some(output))
    }
}

/// What the features of a plan ask of the encoder.
pub(crate) fn choices(plan: &Plan) -> Choices {
    let features = plan.options.features;
    Choices {
        float: features.float,
        enum64: features.enum64,
        decl_tag: features.decl_tag,
        type_tag: features.type_tag,
        true_signature: features.true_signature,
        inline: features.inline,
        excluded: plan.options.excluded,
    }
}
