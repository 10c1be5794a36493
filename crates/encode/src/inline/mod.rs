//! Inline sites: where functions were inlined, and where their arguments are there (docs/inline-sites.md).
//!
//! ```text
//! DIEs ──sites──> site: abstract origin, address, arguments
//!                   └─list, place──> Place of each argument at that address
//! ```
//!
//! A pass of its own over a unit that has been encoded, so encoding without inline sites costs nothing more.

mod entry;
mod list;
mod place;
mod sites;

pub(crate) use sites::{EncodedEntries, SiteReader};

use btf::Place;
use std::ops::Range;

/// The inline sites of a unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InlineSites {
    /// In the order of their DIEs.
    pub sites: Vec<InlineSite>,
    /// The places of arguments, those of one site after those of another; `None` where BTF can give none.
    pub places: Vec<Option<Place>>,
    /// What was found of sites and arguments.
    pub counts: InlineCounts,
}

/// A place at which a function was inlined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InlineSite {
    /// The inlined function, by its index in [`Unit::functions`](crate::Unit::functions).
    pub function: u32,
    /// The address of its first instruction.
    pub address: u64,
    /// Its arguments in [`InlineSites::places`], in the order of the function's parameters.
    pub places: Range<u32>,
}

/// How many sites and arguments were found, and what is known of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct InlineCounts {
    /// Sites that were read.
    pub sites: u64,
    /// Sites left out: the DWARF gives them no address.
    pub without_address: u64,
    /// Sites left out: the inlined function is described in another unit, or BTF cannot describe it.
    pub without_function: u64,
    /// Units whose sites could not be read.
    pub unreadable_units: u64,
    /// Arguments that are found in a register, memory, or a constant.
    pub placed: u64,
    /// Arguments that exist nowhere at the address of their site.
    pub gone: u64,
    /// Arguments that must be computed, or are addresses of variables.
    pub inexpressible: u64,
}

impl InlineSites {
    /// Forgets the sites and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.sites.clear();
        self.places.clear();
        self.counts = InlineCounts::default();
    }
}

impl InlineCounts {
    /// Adds the counts of another unit.
    pub fn add(&mut self, other: InlineCounts) {
        let InlineCounts {
            sites,
            without_address,
            without_function,
            unreadable_units,
            placed,
            gone,
            inexpressible,
        } = other;
        self.sites += sites;
        self.without_address += without_address;
        self.without_function += without_function;
        self.unreadable_units += unreadable_units;
        self.placed += placed;
        self.gone += gone;
        self.inexpressible += inexpressible;
    }
}
