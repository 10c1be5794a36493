//! From shards to the result.

mod behind_encoder;
mod extras;
pub(crate) use extras::index_type;
mod finish;
mod look_ups;
mod summary;

use crate::encoded_unit::EncodedUnit;
use crate::error::Error;
use crate::functions::kfuncs::KfuncSets;
use crate::functions::{ElfFunctions, FunctionCandidates};
use crate::inline::InlineMerge;
use crate::input::common_sections::CommonSections;
use crate::name_map::{ByOffset, NameMap};
use crate::offset_names::FunctionSymbols;
use crate::plan::Plan;
use crate::shard::ShardOutput;
use crate::spending::JobSpending;
use crate::statistics::FailedUnit;
use crate::tally::Tally;
use crate::unit_extras::UnitExtras;
use crate::variables::Objects;
use btf::{Btf, Endian, StringOffset};
use budget::Allowance;
use dedup::sharing::MergedNodes;
use elf::{Elf, ReadAt};
use encode::NamePlace;
use look_ups::LookUps;
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;
use std::sync::Arc;

/// At least one of so many bytes of `.debug_str` begins a name that types have; of Linux 6.12 one of a hundred.
const BYTES_PER_NAME: usize = 128;

/// Collects the shards of a job, in file order; [`Merge::finish`] makes the result of them.
#[derive(Debug)]
pub struct Merge {
    elf: Elf,
    symbols: Arc<ElfFunctions>,
    objects: Objects,
    /// What is read of the sets of kfuncs; an error counts if they are asked for.
    kfuncs: Result<KfuncSets, elf::Error>,
    nodes: MergedNodes,
    units: Vec<EncodedUnit>,
    /// A BTF without types of its own: its strings are the names of all units, its base that of the result.
    names: Btf,
    /// The sections in which names of shards may be offsets ([`Merge::share`]).
    common: Option<Arc<CommonSections>>,
    /// The names of such shards, by offset in `.debug_str`.
    by_offset: FxHashMap<u32, StringOffset>,
    /// Those among the names of functions without a symbol.
    without_symbol: FxHashSet<u32>,
    functions: FunctionCandidates,
    extras: UnitExtras,
    inline: InlineMerge,
    tally: Tally,
    spending: JobSpending,
    /// How many bytes of names may be looked up for a shard.
    look_ups: Allowance,
    /// If the plan relies on the order of relocations: those that the shards had so far, and all.
    relocations: Option<Range<u64>>,
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
        let mut elf = Elf::parse(source)?.within(plan.options.budget, source);
        elf.assign_addresses();
        let mut names = base.map_or_else(Btf::new, Btf::split);
        names.endian = if plan.input.big_endian {
            Endian::Big
        } else {
            Endian::Little
        };
        let symbols = elf.symbols(source)?;
        Ok(Merge {
            symbols: Arc::new(ElfFunctions::of(&symbols, &elf, plan.names_allowance())?),
            objects: Objects::of(&symbols, &elf, plan.options.features),
            kfuncs: KfuncSets::read(&elf, source, &symbols),
            elf,
            nodes: MergedNodes::new(),
            units: Vec::new(),
            names,
            common: None,
            by_offset: FxHashMap::default(),
            without_symbol: FxHashSet::default(),
            functions: FunctionCandidates::default(),
            extras: UnitExtras::default(),
            inline: InlineMerge::default(),
            tally: Tally::default(),
            spending: JobSpending::new(plan),
            look_ups: plan.names_allowance(),
            relocations: plan
                .relocations
                .filter(|_| plan.relies_on_order)
                .map(|count| 0..count),
        })
    }

    /// Keeps the sections that all workers have in common, so that names can stay offsets there: see
    /// [`Worker::beside_merge`](crate::Worker::beside_merge).
    pub fn share(&mut self, common: Arc<CommonSections>) {
        self.by_offset
            .reserve(common.debug_str().len() / BYTES_PER_NAME);
        self.common = Some(common);
    }

    /// Tells workers in the same process which functions have a symbol, so that they leave out the others. Workers that began
    /// before describe them, and this merge leaves them out.
    pub fn tell(&self, symbols: &FunctionSymbols) {
        symbols.tell(&self.symbols);
    }

    /// Adds the next shard in file order.
    ///
    /// # Errors
    ///
    /// When the shards together take more than the file's budget, or their names pass 4 GiB; when names are offsets in
    /// sections that this merge does not have; or when the plan [relies on an order](Plan::relying_on_order) that the file
    /// does not have.
    pub fn add(&mut self, output: ShardOutput) -> Result<(), Error> {
        if let Some(left) = &mut self.relocations {
            match output.relocations {
                Some(of_shard) if of_shard.start == left.start => left.start = of_shard.end,
                _ => return Err(Error::UnorderedRelocations),
            }
        }
        self.spending.add(&output.spending)?;
        if self.nodes.is_empty() {
            self.nodes.reserve(2 * output.shared.starts.len());
        }
        let first_unit = self.nodes.units();
        let allowance = &mut self.spending.names;
        let common = self.common.as_ref().filter(|_| output.is_by_offset);
        if output.is_by_offset && common.is_none() {
            return Err(Error::SectionsNotShared);
        }
        let debug_str = common.map(|common| common.debug_str());
        let by_offset = debug_str.map(|debug_str| ByOffset {
            debug_str,
            known: &mut self.by_offset,
        });
        let mut names = NameMap::new(&output.strings, by_offset, &mut self.names, allowance);
        let translation = self.nodes.add(output.shared, |name| names.translate(name));
        for unit in &output.encoded {
            names.spend(unit.name.len() as u64);
        }
        self.units.extend(output.encoded);
        self.tally.add(output.tally);
        self.extras
            .add(output.extras, first_unit, &mut names, &translation);
        for &name in &output.without_symbol {
            let is_known = match NamePlace::of(name) {
                NamePlace::DebugStr(offset) => !self.without_symbol.insert(offset),
                NamePlace::Run(_) | NamePlace::Nowhere => false,
            };
            if !is_known {
                let name = names.text(name);
                self.functions.add_without_symbol(name, &mut names);
            }
        }
        let mut look_ups = LookUps::new(&self.symbols, self.look_ups.clone());
        for candidate in &output.functions.candidates {
            // Most functions in the DWARF are inlined everywhere and have no symbol. Where names are offsets and the symbols were
            // there, the worker left them out.
            let is_own = !output.is_by_offset
                || !matches!(NamePlace::of(candidate.name), NamePlace::DebugStr(_));
            if self.symbols.has_table && (is_own || !output.are_looked_up) {
                let name = candidate.name;
                let answer = look_ups.ask(name, is_own, || names.text(name))?;
                if !answer.has_symbol {
                    if answer.is_new {
                        let name = names.text(name);
                        self.functions.add_without_symbol(name, &mut names);
                    }
                    continue;
                }
            }
            self.functions.add(
                first_unit,
                candidate,
                &output.functions,
                &mut names,
                &translation,
            );
        }
        names.check()?;
        self.inline.add(
            output.inline,
            (&output.strings, debug_str),
            first_unit,
            &translation,
            &mut self.spending.names,
        )
    }

    /// Notes units that were left out because their worker died.
    pub fn add_failed(&mut self, units: Vec<FailedUnit>) {
        self.tally.failed.extend(units);
    }
}
