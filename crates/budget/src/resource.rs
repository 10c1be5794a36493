//! What is limited, and by how much.

/// What work and memory are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Resource {
    /// Bytes of names that are copied, each with its NUL. The input is the sections that contain the names. Names overlap
    /// where a linker merges the ends of strings: 1.1 bytes are copied of each byte of a kernel's `.debug_str`.
    Names,
    /// Entries of other units that are encoded again as a part of the unit that refers to them. The input is all sections
    /// of units. A kernel that `dwz` compressed takes 0.1 for each byte.
    OtherUnits,
    /// Bytes of abbreviation tables that are read. The input is `.debug_abbrev`, of which a kernel reads each byte once,
    /// and once more for each worker.
    Abbreviations,
    /// Bytes of decompressed sections. The input is the file. Compilers' sections shrink to a third or a tenth.
    Decompressed,
    /// Pairs of types that are visited, and members that are compared. The input is the bytes of types.
    Comparisons,
    /// Bytes of an answer's texts: rows of tables, declarations, paths. The input is the bytes of types and names.
    Answers,
}

impl Resource {
    /// For each byte of input, and what any input has.
    pub(crate) const fn measure(self) -> (u64, u64) {
        match self {
            Resource::Names => (16, 1 << 20),
            Resource::OtherUnits => (1, 100_000),
            Resource::Abbreviations => (64, 16 << 20),
            Resource::Decompressed => (64, 16 << 20),
            Resource::Comparisons => (16, 1_000_000),
            Resource::Answers => (16, 4 << 20),
        }
    }

    /// What people read: what it is that was too much, in the plural.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Resource::Names => "bytes of names",
            Resource::OtherUnits => "entries that units take from other units",
            Resource::Abbreviations => "bytes of abbreviation tables",
            Resource::Decompressed => "bytes of decompressed sections",
            Resource::Comparisons => "comparisons of types",
            Resource::Answers => "bytes of text",
        }
    }
}
