//! Tables of abbreviations that were read, so that each is read once.

use crate::read::plan_table::{AbbreviationTable, CodeTable, DecodePlans};
use crate::spending::{Spending, TableRead};
use budget::OverBudget;
use rustc_hash::FxHashMap;

/// Tables that were read. They are kept as long as the plans that they lead to: together they are not much larger than
/// `.debug_abbrev`, since the bytes that are read of it are limited.
#[derive(Debug, Default)]
pub(crate) struct KnownTables(FxHashMap<AbbreviationTable, CodeTable>);

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
        if let Some(known) = self.0.remove(&table) {
            return Ok(known);
        }
        let (identity, offset, encoding) = table;
        let mut codes = CodeTable::default();
        let read = plans.read_table(debug_abbrev, offset, encoding, &mut codes);
        let bytes = *read
            .as_ref()
            .unwrap_or(&debug_abbrev.len().saturating_sub(offset));
        let spent = spending.spend_on_table(TableRead {
            identity,
            offset: offset as u64,
            bytes: bytes as u64,
        });
        spent.map_err(TableError::OverBudget)?;
        read.map_err(TableError::Unreadable)?;
        Ok(codes)
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
        Ok(self.0.entry(table).or_insert(codes))
    }

    /// A table that is known.
    pub fn known(&mut self, table: &AbbreviationTable) -> Option<&mut CodeTable> {
        self.0.get_mut(table)
    }

    /// Keeps a table for later.
    pub fn keep(&mut self, table: AbbreviationTable, codes: CodeTable) {
        self.0.insert(table, codes);
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }
}
