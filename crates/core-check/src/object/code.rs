//! Sections of an object: code and data, with the references that the linker left in them.

use super::insn::{INSN_BYTES, Insn};

/// A section with bytes that matter.
#[derive(Debug, Default)]
pub(crate) struct Section {
    pub index: u32,
    pub name: String,
    pub bytes: Vec<u8>,
    pub executable: bool,
    /// References in the order of the file.
    pub references: Vec<Reference>,
}

/// A place that refers to a symbol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    /// Offset of the place in the section, in bytes.
    pub offset: u64,
    /// The symbol's name; that of its section if it has none.
    pub symbol: String,
    /// The symbol's section; `None` for an extern.
    pub section: Option<u32>,
    /// The symbol's offset in its section.
    pub value: u64,
    /// The symbol stands for its whole section.
    pub whole_section: bool,
    /// The symbol is a function.
    pub is_function: bool,
}

impl Section {
    /// The instruction with this number.
    pub fn insn(&self, number: u32, big_endian: bool) -> Option<Insn> {
        let start = (number as usize).checked_mul(INSN_BYTES)?;
        let bytes = self.bytes.get(start..)?.first_chunk::<INSN_BYTES>()?;
        Some(Insn::decode(*bytes, big_endian))
    }

    /// How many instructions fit.
    pub fn insns(&self) -> u32 {
        u32::try_from(self.bytes.len() / INSN_BYTES).unwrap_or(u32::MAX)
    }

    /// The reference at an instruction.
    pub fn reference_at(&self, number: u32) -> Option<&Reference> {
        let offset = u64::from(number) * INSN_BYTES as u64;
        // The linker writes them in order, but nothing demands it: see `read`.
        let found = self
            .references
            .binary_search_by_key(&offset, |reference| reference.offset);
        found.ok().map(|at| &self.references[at])
    }
}
