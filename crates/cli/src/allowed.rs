//! How much the user lets an input cost: `--budget`.

use budget::Budget;
use elf::{Elf, ReadAt};
use std::sync::OnceLock;

static BUDGET: OnceLock<Budget> = OnceLock::new();

/// Notes what the command line says, once.
pub fn allow(times: u32) {
    let _first_one_counts = BUDGET.set(Budget::times(times));
}

/// The budget of everything that this command reads.
pub fn budget() -> Budget {
    BUDGET.get().copied().unwrap_or_default()
}

/// The headers of an ELF file, whose sections take no more when they are decompressed than the budget allows.
pub fn elf(source: &dyn ReadAt) -> Result<Elf, elf::Error> {
    Ok(Elf::parse(source)?.within(budget(), source))
}
