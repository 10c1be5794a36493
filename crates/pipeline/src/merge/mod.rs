//! From shards to the result.

mod behind_encoder;
mod extras;
pub(crate) use extras::index_type;
mod finish;
mod summary;

use crate::encoded_unit::EncodedUnit;
use crate::error::Error;
use crate::functions::{ElfFunctions, FunctionCandidates};
use crate::inline::InlineMerge;
use crate::name_map::NameMap;
use crate::plan::Plan;
use crate::shard::ShardOutput;
use crate::spending::JobSpending;
use crate::statistics::FailedUnit;
use crate::tally::Tally;
use crate::unit_extras::UnitExtras;
use btf::{Btf, Endian};
use dedup::sharing::MergedNodes;
use elf::{Elf, ReadAt};
use std::sync::Arc;

/// Collects the shards of a job, in file order; [`Merge::finish`] makes the result of them.
#[derive(Debug)]
pub struct Merge {
    elf: Elf,
    symbols: ElfFunctions,
    nodes: MergedNodes,
    units: Vec<EncodedUnit>,
    /// A BTF without types of its own: its strings are the names of all units, its base that of the result.
    names: Btf,
    functions: FunctionCandidates,
    extras: UnitExtras,
    inline: InlineMerge,
    tally: Tally,
    spending: JobSpending,
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
            symbols: ElfFunctions::of(&symbols, &elf, plan.names_allowance())?,
            elf,
            nodes: MergedNodes::new(),
            units: Vec::new(),
            names,
            functions: FunctionCandidates::default(),
            extras: UnitExtras::default(),
            inline: InlineMerge::default(),
            tally: Tally::default(),
            spending: JobSpending::new(plan),
        })
    }

    /// Adds the next shard in file order.
    ///
    /// # Errors
    ///
    /// When the shards together take more than the file's budget, or their names pass 4 GiB.
    pub fn add(&mut self, output: ShardOutput) -> Result<(), Error> {
        self.spending.add(&output.spending)?;
        let first_unit = self.nodes.units();
        let allowance = &mut self.spending.names;
        let mut names = NameMap::new(&output.strings, &mut self.names, allowance);
        let translation = self.nodes.add(output.shared, |name| names.translate(name));
        for unit in &output.encoded {
            names.spend(unit.name.len() as u64);
        }
        self.units.extend(output.encoded);
        self.tally.add(output.tally);
        self.extras
            .add(output.extras, first_unit, &mut names, &translation);
        for candidate in &output.functions.candidates {
            // Most functions in the DWARF are inlined everywhere and have no symbol.
            let name = names.text(candidate.name);
            if self.symbols.has_table && self.symbols.find(name).is_none() {
                if !self.functions.without_symbol.contains(name) {
                    names.spend(name.len() as u64);
                    self.functions.without_symbol.insert(name.to_vec());
                }
                continue;
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
            &output.strings,
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
