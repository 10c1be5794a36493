//! The end of a job: from merged shards to the BTF and its statistics.

use super::Merge;
use super::behind_encoder;
use super::extras::{self, ExtraTypes, PlacedVariable};
use super::summary::{self, ResultSizes};
use crate::error::Error;
use crate::functions::kfuncs::{KfuncSets, Kfuncs};
use crate::functions::{Selector, order_by_name};
use crate::inline::{self, FinalTypes};
use crate::input::kernel_file;
use crate::input::roots::Roots;
use crate::join::{InTurn, Join, both};
use crate::kabi;
use crate::kernel_build::{KernelBuild, KernelFile};
use crate::mend;
use crate::note::Note;
use crate::options::{Features, Options};
use crate::other_kernel;
use crate::outcome::{Outcome, SkippedFunction};
use crate::plan::Plan;
use crate::provenance::Provenance;
use crate::statistics::{FailedUnit, FunctionStatistics, InlineStatistics, Stage};
use btf::{Btf, VarSection};
use dedup::sharing::{ExpandedTypes, TypeOrigins};
use elf::{Elf, ReadAt};
use encode::Exclusion;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// What a file has beside its DWARF, and what follows from it.
struct Surroundings {
    kernel: Option<KernelFile>,
    /// The rules of the kernel's build that the result follows.
    rules: Option<KernelBuild>,
    /// The plan's options under these rules.
    options: Options,
    kfuncs: Kfuncs,
    extras: ExtraTypes,
    notes: Vec<Note>,
}

impl Merge {
    /// Selects functions, deduplicates and writes. `stage` is called as each stage starts.
    ///
    /// # Errors
    ///
    /// When nothing was encoded, or the result does not fit into BTF.
    pub fn finish<R: ReadAt + ?Sized>(
        self,
        source: &R,
        plan: &Plan,
        stage: &mut dyn FnMut(Stage),
    ) -> Result<Outcome, Error> {
        self.finish_with(source, plan, &InTurn, stage)
    }

    /// Like [`Merge::finish`], with a driver that can do pieces of work at the same time. The result is the same.
    ///
    /// # Errors
    ///
    /// As [`Merge::finish`].
    pub fn finish_with<R: ReadAt + ?Sized>(
        mut self,
        source: &R,
        plan: &Plan,
        join: &dyn Join,
        stage: &mut dyn FnMut(Stage),
    ) -> Result<Outcome, Error> {
        self.forget_offsets();
        if self
            .relocations
            .as_ref()
            .is_some_and(|left| !left.is_empty())
        {
            return Err(Error::UnorderedRelocations);
        }
        self.check(plan)?;
        self.name_failed_units(source, plan);
        let Surroundings {
            kernel,
            rules,
            options,
            kfuncs,
            extras,
            mut notes,
        } = self.look_around(source, plan)?;
        let features = options.features;
        let names = std::mem::take(&mut self.names);
        let (nodes, types, candidates) = (&self.nodes, &mut self.tally.types, &self.functions);
        let (arrangement, by_name) = both(
            join,
            || nodes.arrange(&names, &extras.types, extras.index),
            || {
                // What each node stands for, rather than type by type: the same sum for less work.
                for (words, copies) in nodes.iter_with_copies() {
                    types.add_types(words, u64::from(copies), &names);
                }
                order_by_name(candidates, &names)
            },
        );
        let mut expanded = arrangement.write(nodes, &extras.types, names)?;
        let mut btf = std::mem::take(&mut expanded.btf);

        stage(Stage::Functions);
        let of_units = btf.len();
        let (functions, skipped_functions) =
            self.add_functions(&mut btf, &expanded, &kfuncs, features, &by_name, join)?;
        drop(by_name);
        for section in extras
            .placed
            .chunk_by(|a, b| a.place.section == b.place.section)
        {
            add_section(&self.elf, section, &mut btf, &expanded)?;
        }
        for (_, ty) in btf.types().skip(of_units) {
            self.tally.types.add_type(ty.words(), &btf);
        }

        if let Some(prefix) = plan
            .options
            .kabi_prefix
            .as_deref()
            .filter(|prefix| !prefix.is_empty())
        {
            kabi::cut_names(&mut btf, prefix)?;
        }

        stage(Stage::Dedup);
        let string_bytes = summary::used_string_bytes(&btf, &self.functions.table);
        let (mut deduped, is_accepted) = deduplicate(btf, plan, join)?;
        let mended = mend::mend_for(&mut deduped, plan, is_accepted)?;
        notes.extend(Note::of_mended(&mended));
        if let Some(base) = deduped.btf.base() {
            let release = plan.options.base_release.as_deref();
            let identity = &plan.input.identity;
            notes.extend(other_kernel::notes(&self.elf, identity, base, release));
        }
        let mut deduped = behind_encoder::change(deduped, rules, &kfuncs, plan.options.budget)?;
        let distilled = behind_encoder::distill(&deduped.btf, &options)?;
        if options.sort {
            deduped.sort_by_name(None);
        }
        let copies = copies(&deduped, &expanded);
        if rules.is_some() || !mended.is_accepted {
            notes.extend(Note::refusal(&deduped.btf));
        }

        stage(Stage::Write);
        let (inline, of_inline) = self.write_inline(&mut deduped, &expanded, plan)?.unzip();
        let bytes = deduped.btf.to_bytes(options.write_options())?;
        let sizes = ResultSizes {
            string_bytes_before: string_bytes,
            // The bytes of the `.BTF` section: on a distilled base it is another one.
            section_bytes: distilled.as_ref().map_or(&bytes, |both| &both.split).len() as u64,
        };
        let mut statistics = summary::statistics(plan, self.tally, functions, &deduped.btf, sizes);
        statistics.inexpressible.extend(mended.rows());
        statistics.notes = notes;
        statistics.budget = self.spending.rows();
        statistics.kernel = kernel;
        statistics.inline = of_inline;
        Ok(Outcome {
            statistics,
            bytes,
            distilled,
            inline,
            skipped_functions,
            kfuncs: kfuncs.into_meant(),
            copies,
            provenance: Provenance {
                origins: TypeOrigins::new(self.nodes, expanded, &deduped.map),
                units: self.units,
            },
            btf: deduped.btf,
        })
    }

    /// Gives back what only names by offset need.
    fn forget_offsets(&mut self) {
        self.common = None;
        self.by_offset = FxHashMap::default();
        self.without_symbol = FxHashSet::default();
    }

    /// The inline sites as the bytes of `.BTF.inline`, if they are asked for.
    fn write_inline(
        &mut self,
        deduped: &mut dedup::Deduped,
        expanded: &ExpandedTypes,
        plan: &Plan,
    ) -> Result<Option<(Vec<u8>, InlineStatistics)>, Error> {
        if !plan.options.features.inline {
            return Ok(None);
        }
        let sites = std::mem::take(&mut self.inline);
        let types = FinalTypes::of(&sites, expanded, deduped);
        let mut base = std::mem::take(&mut deduped.btf);
        base.index_strings();
        let base = Arc::new(base);
        let written = inline::write(sites, &types, &self.elf, &base, plan.options.keep_refused);
        let bytes = written.and_then(|(btf, mut statistics)| {
            let bytes = btf.to_bytes(plan.options.write_options())?;
            statistics.bytes = bytes.len() as u64;
            Ok((bytes, statistics))
        });
        // The split BTF is gone, so nobody else has the base.
        deduped.btf = Arc::unwrap_or_clone(base);
        Ok(Some(bytes?))
    }

    /// Sees that there is something to make a BTF of, and else says why not.
    fn check(&self, plan: &Plan) -> Result<(), Error> {
        let units = u64::from(plan.units());
        let failed = &self.tally.failed;
        let cause =
            |unit: Option<&FailedUnit>| unit.map_or_else(String::new, |unit| unit.cause.clone());
        if self.nodes.is_empty() && self.tally.split.failed > 0 {
            let is_split = |unit: &&FailedUnit| {
                let at = plan.unit_offsets.binary_search(&unit.offset);
                at.is_ok_and(|at| plan.split_unit(at as u32).is_some())
            };
            return Err(Error::SplitUnits {
                units: self.tally.split.failed,
                first: cause(failed.iter().find(is_split)),
            });
        }
        // Units that failed are the news, whatever else was left out.
        if self.nodes.units() == 0 && !failed.is_empty() {
            return Err(Error::NothingEncoded {
                units,
                first: cause(failed.first()),
            });
        }
        if self.units.is_empty()
            && failed.is_empty()
            && let Some(why @ (Exclusion::WrittenIn(_) | Exclusion::Named)) =
                self.tally.excluded.first()
        {
            return Err(Error::NothingChosen {
                units,
                first: why.text(),
            });
        }
        // Units of assembler alone have functions, all of one prototype, but no types.
        if self.nodes.is_empty() && self.functions.table.candidates.is_empty() {
            return Err(Error::NoTypes { units });
        }
        Ok(())
    }

    /// Finds the names of units whose worker died before it could tell.
    fn name_failed_units<R: ReadAt + ?Sized>(&mut self, source: &R, plan: &Plan) {
        let failed = &mut self.tally.failed;
        if failed.iter().all(|unit| unit.name.is_some()) {
            return;
        }
        let Ok(mut names) = Roots::new(source, plan) else {
            return;
        };
        for failed in failed.iter_mut().filter(|unit| unit.name.is_none()) {
            failed.name = names.name(plan, failed.offset);
        }
    }

    /// What sections beside the DWARF decide: symbols, kfuncs, the file's own BTF.
    fn look_around<R: ReadAt + ?Sized>(
        &mut self,
        source: &R,
        plan: &Plan,
    ) -> Result<Surroundings, Error> {
        let base = self.names.base();
        let own = kernel_file::own_btf(&self.elf, source, base);
        let mut kernel = kernel_file::look(&self.elf, &plan.input.identity, own.as_ref(), base);
        let rules = plan
            .options
            .kernel
            .rules(kernel.as_ref().and_then(|kernel| kernel.build));
        let options = plan.options.by_rules(rules);
        let mut notes = Vec::new();
        if let Some(kernel) = &mut kernel {
            kernel.applied = rules;
            notes.extend(Note::of_kernel(*kernel, &plan.input.identity));
        }
        let mut kfuncs = match options.features.decl_tag_kfuncs {
            true => std::mem::replace(&mut self.kfuncs, Ok(KfuncSets::default()))?
                .into_kfuncs(own.as_ref()),
            false => Kfuncs::default(),
        };
        if kfuncs.in_other_file {
            notes.push(Note::KfuncsInOtherFile);
        }
        if rules.is_some() {
            let unknown = kfuncs.prefer_meant();
            notes.extend((unknown > 0).then_some(Note::KfuncFlagsUnknown { kfuncs: unknown }));
        }
        let (names, elf) = (&mut self.names, &self.elf);
        let extras = extras::collect(&self.extras, names, elf, &self.objects, options.features)?;
        for extra in &extras.types {
            self.tally.types.add_type(&extra.words, &self.names);
        }
        Ok(Surroundings {
            kernel,
            rules,
            options,
            kfuncs,
            extras,
            notes,
        })
    }

    /// Selects functions, whose candidates are in the order `by_name`, and adds the types of those that are kept.
    fn add_functions(
        &self,
        btf: &mut Btf,
        expanded: &ExpandedTypes,
        kfuncs: &Kfuncs,
        features: Features,
        by_name: &[usize],
        join: &dyn Join,
    ) -> Result<(FunctionStatistics, Vec<SkippedFunction>), Error> {
        let selection = Selector {
            candidates: &self.functions,
            symbols: &self.symbols,
            features,
            btf,
            expanded,
            units: &self.units,
        }
        .select(by_name, join);
        for kept in &selection.kept {
            self.functions.emit(kept, btf, expanded, kfuncs, features)?;
        }
        let mut statistics = summary::functions(&selection);
        statistics.without_symbol += self.functions.without_symbol.len() as u64;
        statistics.no_symbol_table = !self.symbols.has_table;
        Ok((statistics, selection.skipped))
    }
}

/// Adds the DATASEC of one section's variables, which are sorted by offset.
fn add_section(
    elf: &Elf,
    placed: &[PlacedVariable],
    btf: &mut Btf,
    expanded: &ExpandedTypes,
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
        .and_then(|first| elf.sections.get(first.place.section));
    if let (Some(last), Some(section)) = (variables.last(), section) {
        let size = last.offset.saturating_add(last.size);
        btf.add_datasec(&section.name, size, &variables)?;
    }
    Ok(())
}

/// Makes equal types one, and tells whether the kernel takes the result as a program's BTF.
fn deduplicate(
    btf: Btf,
    plan: &Plan,
    join: &dyn Join,
) -> Result<(dedup::Deduped, bool), dedup::Error> {
    // Names are offsets in one table already; it is rebuilt when only the types that stay are left.
    let options = dedup::Options::default()
        .budget(plan.options.budget)
        .rebuild_strings(false);
    // Units have been shared: there is nothing left to fold.
    let mut deduped = dedup::dedup_observed(btf, &options, &mut ())?;
    let btf = &deduped.btf;
    // What names say stays the same, so the types can be looked at meanwhile.
    let (strings, is_accepted) = both(
        join,
        || dedup::NewStrings::of(btf, plan.options.budget),
        || !plan.options.keep_refused && mend::is_accepted(btf, join),
    );
    strings?.put_into(&mut deduped.btf);
    Ok((deduped, is_accepted))
}

/// How many types of units each type of the result stands for, by its id less the first.
fn copies(deduped: &dedup::Deduped, expanded: &ExpandedTypes) -> Vec<u32> {
    let first_id = deduped.btf.first_id().0;
    let mut copies = vec![0u32; deduped.btf.len()];
    for (at, &id) in deduped.map.iter().enumerate() {
        let own = expanded.copies.get(at).copied().unwrap_or(1);
        if let Some(count) =
            id.0.checked_sub(first_id)
                .and_then(|at| copies.get_mut(at as usize))
        {
            *count = count.saturating_add(own);
        }
    }
    copies
}
