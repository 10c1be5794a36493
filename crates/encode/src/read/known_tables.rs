//! Tables of abbreviations that were read, so that each is read once.

use crate::clearing::clear_map;
use crate::read::plan_table::{AbbreviationTable, CodeTable, DecodePlans};
use crate::spending::{Spending, TableRead};
use budget::OverBudget;
use rustc_hash::FxHashMap;

/// Tables that were read, and why those that are damaged cannot be: units that share one pay for it once. They are kept as
/// long as the plans that they lead to: together they are not much larger than `.debug_abbrev`, since the bytes that are
/// read of it are limited.
#[derive(Debug, Default)]
pub(crate) struct KnownTables(FxHashMap<AbbreviationTable, Result<CodeTable, gimli::Error>>);

/// Why a table cannot be read.
#[derive(Debug)]
pub(crate) enum TableError {
    Unreadable(gimli::Error),
    OverBudget(OverBudget),
}

impl KnownTables {
    /// Takes a table out; it is read if it is not known. [`KnownTables::keep`] puts it back.
    pub fn take(
        &mut self,
        table: AbbreviationTable,
        debug_abbrev: &[u8],
        plans: &mut DecodePlans,
        spending: &mut Spending,
    ) -> Result<CodeTable, TableError> {
        match self.0.remove(&table) {
            Some(Ok(known)) => return Ok(known),
            Some(Err(error)) => {
                self.0.insert(table, Err(error));
                return Err(TableError::Unreadable(error));
            }
            None => {}
        }
        let (identity, offset, encoding) = table;
        let (bytes, read) = plans.read_table(debug_abbrev, offset, encoding);
        let spent = spending.spend_on_table(TableRead {
            identity,
            offset: offset as u64,
            bytes: bytes as u64,
        });
        spent.map_err(TableError::OverBudget)?;
        read.map_err(|error| {
            self.0.insert(table, Err(error));
            TableError::Unreadable(error)
        })
    }

    /// A table; it is read if it is not known.
    pub fn get(
        &mut self,
        table: AbbreviationTable,
        debug_abbrev: &[u8],
        plans: &mut DecodePlans,
        spending: &mut Spending,
    ) -> Result<&CodeTable, TableError> {
        let codes = self.take(table, debug_abbrev, plans, spending)?;
        let kept = self.0.entry(table).or_insert(Ok(codes));
        kept.as_ref()
            .map_err(|error| TableError::Unreadable(*error))
    }

    /// A table that is known.
    pub fn known(&mut self, table: &AbbreviationTable) -> Option<&mut CodeTable> {
        self.0.get_mut(table)?.as_mut().ok()
    }

    /// Keeps a table for later.
    pub fn keep(&mut self, table: AbbreviationTable, codes: CodeTable) {
        self.0.insert(table, Ok(codes));
    }

    pub fn clear(&mut self) {
        clear_map(&mut self.0);
    }
}
