//! What comes out of a run of units, and how it travels between workers.

use crate::encoded_unit::EncodedUnit;
use crate::error::Error;
use crate::functions::FunctionTable;
use crate::inline::InlineRun;
use crate::spending::RunSpending;
use crate::tally::Tally;
use crate::unit_extras::UnitExtras;
use btf::StringOffset;
use dedup::sharing::SharedRun;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The result of a task: its types, shared, and what else its units have.
///
/// Units are numbered within the run, references mean nodes of `shared`, and names are offsets in `strings`. If `is_by_offset`,
/// [`encode::NamePlace`] tells where a name is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ShardOutput {
    /// How many units the task has, encoded or not.
    pub(crate) units: u32,
    /// The units whose types are in `shared`.
    pub(crate) encoded: Vec<EncodedUnit>,
    pub(crate) shared: SharedRun,
    pub(crate) strings: Vec<u8>,
    pub(crate) is_by_offset: bool,
    /// Whether functions without a symbol whose names are in `.debug_str` were dropped; for shards with names by offset.
    pub(crate) are_looked_up: bool,
    pub(crate) functions: FunctionTable,
    /// Names of functions that were dropped because the symbol table does not have them.
    pub(crate) without_symbol: Vec<StringOffset>,
    pub(crate) extras: UnitExtras,
    pub(crate) inline: InlineRun,
    pub(crate) tally: Tally,
    pub(crate) spending: RunSpending,
    /// The numbers of the relocations of its units, of a relocatable file that is read by ranges.
    pub(crate) relocations: Option<Range<u64>>,
}

impl ShardOutput {
    /// Gives each name outside `shared` another number.
    pub(crate) fn rename(&mut self, mut name: impl FnMut(StringOffset) -> StringOffset) {
        self.functions.rename(&mut name);
        self.extras.rename(&mut name);
        self.inline.functions.rename(&mut name);
    }

    /// How many units the task has, encoded or left out.
    pub fn units(&self) -> u32 {
        self.units
    }

    /// The output as bytes, to be carried between workers.
    pub fn pack(&self) -> Vec<u8> {
        // Writing plain numbers into memory has no way to fail.
        postcard::to_stdvec(self).unwrap_or_default()
    }

    /// Reads packed bytes back.
    ///
    /// # Errors
    ///
    /// When the bytes are not those of [`ShardOutput::pack`].
    pub fn unpack(bytes: &[u8]) -> Result<ShardOutput, Error> {
        postcard::from_bytes(bytes).map_err(|cause| Error::BadShard { cause })
    }
}
