//! From shards to the result.

mod extras;
mod name_map;
mod summary;

pub(crate) use name_map::NameMap;

use crate::error::Error;
use crate::functions::{ElfFunctions, Functions, Selection, kfuncs};
use crate::input::roots::Roots;
use crate::plan::Plan;
use crate::provenance::Provenance;
use crate::shard::{Counts, ShardOutput, VariableState};
use crate::statistics::{FailedUnit, ReasonCount, Stage, Statistics};
use btf::{Btf, Endian, StringOffset, VarSection};
use dedup::sharing::{Expanded, MergedNodes, NodeRef, Origins};
use elf::{Elf, ReadAt};
use extras::{Extras, Placed};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Collects the shards of a job, in file order.
#[derive(Debug)]
pub struct Merge {
    pub(crate) elf: Elf,
    pub(crate) functions_of_elf: ElfFunctions,
    pub(crate) nodes: MergedNodes,
    /// Units that were encoded: index in the file, name.
    units: Vec<(u32, String)>,
    /// Holds the names of everything, and the base.
    pub(crate) names: Btf,
    pub(crate) functions: Functions,
    pub(crate) variables: Vec<VariableState>,
    /// Unit, value, reference, component.
    pub(crate) decl_tags: Vec<(u32, u32, u32, i32)>,
    pub(crate) index: Option<(u32, NodeRef)>,
    pub(crate) first_array: Option<u32>,
    pub(crate) counts: Counts,
    pub(crate) failed: Vec<FailedUnit>,
    pub(crate) excluded: Vec<ReasonCount>,
    pub(crate) inexpressible: Vec<ReasonCount>,
    /// Units from other files, bytes of their sections, and how many such units failed.
    pub(crate) split: SplitCounts,
}

/// What came of units in other files.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SplitCounts {
    pub units: u64,
    pub bytes: u64,
    pub failed: u64,
}

/// A finished job.
#[derive(Debug)]
pub struct Outcome {
    /// The result.
    pub btf: Btf,
    /// The bytes of its `.BTF` section.
    pub bytes: Vec<u8>,
    /// With a base and the feature `distilled_base`: the same types on a distilled base.
    pub distilled: Option<DistilledBytes>,
    /// Statistics; times and memory are the driver's to fill in.
    pub statistics: Statistics,
    /// Functions left out, sorted by name.
    pub skipped_functions: Vec<SkippedFunction>,
    /// Kfuncs with the flags that the sets of `.BTF_ids` give them, sorted by name.
    pub kfuncs: Vec<(String, u32)>,
    /// How many copies of each type there were before dedup, by its id less the first.
    /// 4 bytes a type.
    pub copies: Vec<u32>,
    /// Which units each type came from.
    pub provenance: Provenance,
}

/// Split BTF on a distilled base, as the bytes of two sections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DistilledBytes {
    /// Of `.BTF`.
    pub split: Vec<u8>,
    /// Of `.BTF.base`.
    pub base: Vec<u8>,
}

/// A function that the symbol table has and the result has not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedFunction {
    /// Its name.
    pub name: String,
    /// Every reason that applied; the last one decided.
    pub reasons: Vec<String>,
    /// Source files of the units that describe it, one for each description that differs, in file order.
    pub units: Vec<String>,
}

impl Merge {
    /// An empty merge; reads the symbol table.
    ///
    /// # Errors
    ///
    /// When the file or its symbol table cannot be read.
    pub fn new<R: ReadAt + ?Sized>(source: &R, plan: &Plan) -> Result<Merge, Error> {
        Merge::with_base(source, plan, None)
    }

    /// Like [`Merge::new`]; with a `base` the result is split BTF on it: a module's, on its kernel's.
    ///
    /// # Errors
    ///
    /// When the file or its symbol table cannot be read.
    pub fn with_base<R: ReadAt + ?Sized>(
        source: &R,
        plan: &Plan,
        base: Option<Arc<Btf>>,
    ) -> Result<Merge, Error> {
        let mut elf = Elf::parse(source)?;
        elf.assign_addresses();
        let mut names = base.map_or_else(Btf::new, Btf::split);
        names.endian = if plan.input.big_endian {
            Endian::Big
        } else {
            Endian::Little
        };
        let symbols = elf.symbols(source)?;
        Ok(Merge {
            functions_of_elf: ElfFunctions::of(&symbols, &elf),
            elf,
            nodes: MergedNodes::new(),
            units: Vec::new(),
            names,
            functions: Functions::default(),
            variables: Vec::new(),
            decl_tags: Vec::new(),
            index: None,
            first_array: None,
            counts: Counts::default(),
            failed: Vec::new(),
            excluded: Vec::new(),
            inexpressible: Vec::new(),
            split: SplitCounts::default(),
        })
    }

    /// Adds the next shard in file order.
    ///
    /// # Errors
    ///
    /// When the names of all shards pass 4 GiB.
    pub fn add(&mut self, output: ShardOutput) -> Result<(), Error> {
        let first_unit = self.nodes.units();
        let mut names = NameMap::new(&output.strings, &mut self.names);
        let translation = self.nodes.add(output.shared, |name| names.translate(name));
        self.units.extend(output.shared_units);
        self.counts.merge(&output.counts);
        self.failed.extend(output.failed);
        self.split.units += u64::from(output.split_units);
        self.split.bytes += output.split_bytes;
        self.split.failed += u64::from(output.failed_split);
        for ReasonCount { reason, count } in output.excluded {
            ReasonCount::add(&mut self.excluded, &reason, count);
        }
        for ReasonCount { reason, count } in output.inexpressible {
            ReasonCount::add(&mut self.inexpressible, &reason, count);
        }
        if let Some((unit, reference)) = output.index {
            self.index
                .get_or_insert((first_unit + unit, translation.reference(NodeRef(reference))));
        }
        if let Some(unit) = output.first_array {
            self.first_array.get_or_insert(first_unit + unit);
        }
        let reference = |reference: u32| translation.reference(NodeRef(reference)).0;
        for (unit, value, target, component) in output.decl_tags {
            let value = names.translate(StringOffset(value)).0;
            self.decl_tags
                .push((first_unit + unit, value, reference(target), component));
        }
        for mut variable in output.variables {
            variable.unit += first_unit;
            variable.name = names.translate(StringOffset(variable.name)).0;
            variable.ty = reference(variable.ty);
            for value in &mut variable.decl_tags {
                *value = names.translate(StringOffset(*value)).0;
            }
            self.variables.push(variable);
        }
        for state in output.functions {
            // Most functions in the DWARF are inlined everywhere and have no symbol.
            let name = names.text(state.name);
            if self.functions_of_elf.has_table && self.functions_of_elf.find(name).is_none() {
                self.functions.without_symbol.insert(name.to_vec());
                continue;
            }
            self.functions
                .add(first_unit, state, &output.params, &mut names, &translation);
        }
        if names.overflows() {
            return Err(btf::Error::TooLarge {
                what: "more than 4 GiB of names",
            }
            .into());
        }
        Ok(())
    }

    /// Notes units that were left out because their worker died.
    pub fn add_failed(&mut self, units: Vec<FailedUnit>) {
        self.failed.extend(units);
    }

    /// Selects functions, deduplicates and writes. `stage` is called as each stage starts.
    ///
    /// # Errors
    ///
    /// When nothing was encoded, or the result does not fit into BTF.
    pub fn finish<R: ReadAt + ?Sized>(
        mut self,
        source: &R,
        plan: &Plan,
        stage: &mut dyn FnMut(Stage),
    ) -> Result<Outcome, Error> {
        if self.nodes.is_empty() && self.split.failed > 0 {
            let of_split = |unit: &&FailedUnit| {
                let at = plan.unit_offsets.binary_search(&unit.offset);
                at.is_ok_and(|at| plan.split_unit(at as u32).is_some())
            };
            let first = self.failed.iter().find(of_split);
            return Err(Error::SplitUnits {
                units: self.split.failed,
                first: first.map_or_else(String::new, |unit| unit.cause.clone()),
            });
        }
        // Units that failed are the news, whatever else was left out.
        if self.nodes.units() == 0 && !self.failed.is_empty() {
            let first = self
                .failed
                .first()
                .map_or_else(String::new, |unit| unit.cause.clone());
            return Err(Error::NothingEncoded {
                units: u64::from(plan.units()),
                first,
            });
        }
        let chosen_none = self.units.is_empty() && self.failed.is_empty();
        if let Some(excluded) = self
            .excluded
            .first()
            .filter(|excluded| chosen_none && excluded.reason.starts_with(encode::WRITTEN_IN))
        {
            return Err(Error::NothingChosen {
                units: u64::from(plan.units()),
                first: excluded.reason.clone(),
            });
        }
        if self.nodes.is_empty() {
            return Err(Error::NoTypes {
                units: u64::from(plan.units()),
            });
        }
        self.name_failed_units(source, plan);
        let features = plan.options.features;
        // Read again rather than kept: it is large, and of no use in between.
        let symbols = self.elf.symbols(source)?;
        let kfuncs = if features.decl_tag_kfuncs {
            kfuncs::read(&self.elf, source, &symbols)?
        } else {
            kfuncs::Kfuncs::default()
        };
        let Extras {
            types,
            index,
            placed,
        } = extras::collect(&mut self, &symbols, features)?;
        drop(symbols);
        for extra in &types {
            self.counts.add_type(&extra.words, &self.names);
        }
        let names = std::mem::take(&mut self.names);
        let mut expanded = self.nodes.expand(names, &types, index)?;
        let mut btf = std::mem::take(&mut expanded.btf);

        stage(Stage::Functions);
        let mut selection = self.functions.select(
            &self.functions_of_elf,
            features,
            &btf,
            &expanded,
            &self.units,
        );
        let first_function = btf.len();
        // What was kept is in the BTF then, and memory is wanted for dedup.
        for kept in &std::mem::take(&mut selection.kept) {
            selection.kept_count += 1;
            self.functions
                .emit(kept, &mut btf, &expanded, &kfuncs, features)?;
        }
        for section in placed.chunk_by(|a, b| a.place.section == b.place.section) {
            self.add_section(section, &mut btf, &expanded)?;
        }
        for (_, ty) in btf.types().skip(first_function) {
            self.counts.add_type(ty.words(), &btf);
        }
        let mut flags: Vec<(String, u32)> = kfuncs
            .meant
            .into_iter()
            .map(|(name, flags)| (String::from_utf8_lossy(&name).into_owned(), flags))
            .collect();
        flags.sort_unstable();
        let mut outcome = self.dedup(plan, btf, expanded, selection, stage)?;
        outcome.kfuncs = flags;
        Ok(outcome)
    }

    /// Adds the DATASEC of one section's variables, which are sorted by offset.
    fn add_section(
        &self,
        placed: &[Placed],
        btf: &mut Btf,
        expanded: &Expanded,
    ) -> Result<(), Error> {
        let variables: Vec<VarSection> = placed
            .iter()
            .map(|placed| VarSection {
                ty: expanded.id(0, placed.variable),
                offset: placed.place.offset,
                size: placed.size,
            })
            .collect();
        let section = placed
            .first()
            .and_then(|first| self.elf.sections.get(first.place.section));
        if let (Some(last), Some(section)) = (variables.last(), section) {
            let size = last.offset.saturating_add(last.size);
            btf.add_datasec(&section.name, size, &variables)?;
        }
        Ok(())
    }

    /// Finds the names of units whose worker died before it could tell.
    fn name_failed_units<R: ReadAt + ?Sized>(&mut self, source: &R, plan: &Plan) {
        if self.failed.iter().all(|unit| unit.name.is_some()) {
            return;
        }
        let Ok(mut names) = Roots::new(source, plan) else {
            return;
        };
        for failed in self.failed.iter_mut().filter(|unit| unit.name.is_none()) {
            failed.name = names.name(plan, failed.offset);
        }
    }

    fn dedup(
        self,
        plan: &Plan,
        btf: Btf,
        expanded: Expanded,
        selection: Selection,
        stage: &mut dyn FnMut(Stage),
    ) -> Result<Outcome, Error> {
        stage(Stage::Dedup);
        let string_bytes = summary::used_string_bytes(&btf, &self.functions);
        // Names are offsets in one table already; it is rebuilt when only the types that stay are left.
        let options = dedup::Options {
            rebuild_strings: false,
            ..dedup::Options::default()
        };
        // Units have been shared: there is nothing left to fold.
        let mut deduped = dedup::dedup_observed(btf, &options, &mut ())?;
        dedup::rebuild_strings(&mut deduped.btf)?;
        if plan.options.sort {
            deduped.sort_by_name(None);
        }
        let first_id = deduped.btf.first_id().0;
        let mut copies = vec![0u32; deduped.btf.len()];
        for (at, &id) in deduped.map.iter().enumerate() {
            let own = expanded.copies.get(at).copied().unwrap_or(1);
            if let Some(count) = id
                .checked_sub(first_id)
                .and_then(|at| copies.get_mut(at as usize))
            {
                *count = count.saturating_add(own);
            }
        }
        stage(Stage::Write);
        let write = plan.options.write_options();
        let bytes = deduped.btf.to_bytes(write)?;
        let distilled = match plan.options.features.distilled_base && deduped.btf.base().is_some() {
            true => Some(distill(&deduped.btf, write)?),
            false => None,
        };
        // The bytes of the `.BTF` section: on a distilled base it is another one.
        let written = distilled.as_ref().map_or(&bytes, |both| &both.split).len();
        let statistics = self.statistics(plan, &deduped.btf, written, string_bytes, &selection);
        let origins = Origins::new(self.nodes, expanded, &deduped.map);
        Ok(Outcome {
            btf: deduped.btf,
            bytes,
            distilled,
            statistics,
            skipped_functions: selection.skipped,
            kfuncs: Vec::new(),
            copies,
            provenance: Provenance {
                origins,
                units: self.units,
            },
        })
    }
}

fn distill(btf: &Btf, write: btf::WriteOptions) -> Result<DistilledBytes, Error> {
    let distilled = btf::distill::distill(btf)?;
    Ok(DistilledBytes {
        split: distilled.split.to_bytes(write)?,
        base: distilled.base.to_bytes(write)?,
    })
}
