//! The inline sites of all runs.

use super::interned::Interned;
use super::run::{InlineRun, PlaceWords, Site};
use crate::error::Error;
use crate::functions::FunctionCandidates;
use crate::name_map::{ByOffset, NameMap};
use btf::{Btf, StringOffset};
use budget::Allowance;
use dedup::sharing::Translation;
use encode::InlineCounts;
use rustc_hash::FxHashMap;

/// Collects the sites of runs, in file order.
#[derive(Debug, Default)]
pub(crate) struct InlineMerge {
    /// The names of functions and parameters: apart from those of the result, whose bytes do not depend on them.
    pub(super) names: Btf,
    /// Those that were offsets in `.debug_str`.
    by_offset: FxHashMap<u32, StringOffset>,
    pub(super) functions: FunctionCandidates,
    pub(super) places: Interned<PlaceWords>,
    pub(super) locations: Interned<Vec<u32>>,
    pub(super) sites: Vec<Site>,
    pub(super) counts: InlineCounts,
}

impl InlineMerge {
    /// Adds the sites of the next run, whose names are in its strings or, if `.debug_str` is given, may be offsets there.
    ///
    /// # Errors
    ///
    /// When the names do not fit, or take more than `allowance`.
    pub fn add(
        &mut self,
        run: InlineRun,
        (strings, debug_str): (&[u8], Option<&[u8]>),
        first_unit: u32,
        translation: &Translation,
        allowance: &mut Allowance,
    ) -> Result<(), Error> {
        self.counts.add(run.counts);
        let by_offset = debug_str.map(|debug_str| ByOffset {
            debug_str,
            known: &mut self.by_offset,
        });
        let mut names = NameMap::new(strings, by_offset, &mut self.names, allowance);
        let table = &run.functions;
        let mut functions = Vec::with_capacity(table.candidates.len());
        for candidate in &table.candidates {
            let all = &mut self.functions;
            functions.push(all.add(first_unit, candidate, table, &mut names, translation));
        }
        let places = run.places.into_iter().map(|one| self.places.number(one));
        let places: Vec<u32> = places.collect();
        let mut locations = Vec::with_capacity(run.locations.len());
        for mut list in run.locations {
            for place in &mut list {
                let known = place.checked_sub(1).and_then(|at| places.get(at as usize));
                *place = known.map_or(0, |known| known.saturating_add(1));
            }
            locations.push(self.locations.number(list));
        }
        let in_whole = |site: &Site| {
            Some(Site {
                address: site.address,
                function: *functions.get(site.function as usize)?,
                locations: *locations.get(site.locations as usize)?,
            })
        };
        self.sites.extend(run.sites.iter().filter_map(in_whole));
        names.check()
    }
}
