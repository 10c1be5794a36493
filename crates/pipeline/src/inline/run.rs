//! The inline sites of a run of units.

use super::interned::Interned;
use crate::encoded_unit::UnitNumber;
use crate::functions::{FunctionSet, FunctionTable};
use btf::{LocationFlags, Place};
use dedup::sharing::NodeRef;
use encode::{InlineCounts, Unit};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// Inline sites in file order, with what they refer to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct InlineRun {
    /// The functions that were inlined.
    pub functions: FunctionTable,
    /// Distinct places of arguments.
    pub places: Vec<PlaceWords>,
    /// Distinct lists of places, one for each parameter: a number in `places` and 1 more, or 0 for none.
    pub locations: Vec<Vec<u32>>,
    pub sites: Vec<Site>,
    pub counts: InlineCounts,
}

/// A place as the format writes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct PlaceWords {
    pub flags: u32,
    pub values: Vec<u32>,
}

/// A place at which a function was inlined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Site {
    pub address: u64,
    /// The function, by its number among those of the run or of the whole.
    pub function: u32,
    /// The list of places, by its number.
    pub locations: u32,
}

/// Collects the sites of units.
#[derive(Debug, Default)]
pub(crate) struct InlineCollector {
    set: FunctionSet,
    places: Interned<Place>,
    locations: Interned<Vec<u32>>,
    /// Numbers of the functions of the unit at hand.
    known: FxHashMap<u32, u32>,
    run: InlineRun,
}

impl InlineCollector {
    /// Adds the sites of a unit.
    pub fn add(&mut self, unit: &Unit, number: UnitNumber, reference: impl Fn(u32) -> NodeRef) {
        self.run.counts.add(unit.inline.counts);
        encode::clear_map(&mut self.known);
        for site in &unit.inline.sites {
            let function = match self.known.get(&site.function) {
                Some(&known) => known,
                None => {
                    let Some(function) = unit.functions.get(site.function as usize) else {
                        continue;
                    };
                    let table = &mut self.run.functions;
                    let added = self.set.add(table, number, function, unit, &reference);
                    self.known.insert(site.function, added);
                    added
                }
            };
            let places = site.places.start as usize..site.places.end as usize;
            let places = unit.inline.places.get(places).unwrap_or_default();
            let numbers = places.iter().map(|place| match place {
                Some(place) => self.places.number(*place).saturating_add(1),
                None => 0,
            });
            let numbers = numbers.collect();
            self.run.sites.push(Site {
                address: site.address,
                function,
                locations: self.locations.number(numbers),
            });
        }
    }

    /// What was collected.
    pub fn finish(self) -> InlineRun {
        let places = self.places.into_values().into_iter();
        InlineRun {
            places: places.map(PlaceWords::of).collect(),
            locations: self.locations.into_values(),
            ..self.run
        }
    }
}

impl PlaceWords {
    fn of(place: Place) -> PlaceWords {
        let (flags, values) = match place.encode() {
            Some((flags, values)) => (flags, values.as_slice().to_vec()),
            None => (LocationFlags::default(), Vec::new()),
        };
        PlaceWords {
            flags: flags.0,
            values,
        }
    }
}
