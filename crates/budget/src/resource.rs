//! What is limited, and by how much.

/// What work and memory are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Resource {
    /// Bytes of names that are copied, each with its NUL. The input is the file. A kernel takes 0.006 for each byte.
    Names,
    /// Bytes of entries that are encoded again as a part of other units that refer to them, and four times the bytes of the
    /// types that they become. The input is all sections of units. A kernel that `dwz` made smaller takes 7.4 for each byte.
    OtherUnits,
    /// Bytes of the tables of abbreviations that are read, each table once. The input is `.debug_abbrev`, of which every
    /// byte belongs to one table.
    Abbreviations,
    /// Bytes of location lists that are read for a unit. The input is the unit. The worst of a kernel's units takes 8 for
    /// each byte, with inline sites.
    Lists,
    /// Attributes that are read for the inline sites of a unit, and arguments of the sites. The input is the unit.
    InlineSites,
    /// Bytes of the sections of split units. The input is the file that refers to them.
    SplitUnits,
    /// Bytes of decompressed sections. The input is the file. Compilers' sections shrink to a third or a tenth.
    Decompressed,
    /// Bytes that come out of packages, compressed files, and boot images, and bytes of BTF that is looked for in raw kernels.
    /// The input is what was read of the file. Kernels in packages take 4 to 12 for each byte.
    Unpacked,
    /// Types that an answer visits, and members that it compares: the paths to differences, layouts, users. The input is
    /// the bytes of types and names. A comparison of two kernels visits 0.013 members for each byte.
    Comparisons,
    /// Members, candidates, and instructions that a check of an object on a kernel looks at. The input is the object and the
    /// kernel's types and names. Of 76 programs of distributions, the worst takes 0.0013 for each byte.
    Checks,
    /// Bytes of an answer's texts: names, declarations, paths. The input is the bytes of types and names. The names of all
    /// types of a kernel take 0.53 for each byte.
    Answers,
}

impl Resource {
    /// For each byte of input, and what any input has.
    pub(crate) const fn measure(self) -> (u64, u64) {
        match self {
            Resource::Names => (4, 1 << 20),
            Resource::OtherUnits => (75, 32 << 20),
            Resource::Abbreviations => (4, 1 << 20),
            Resource::Lists => (256, 16 << 10),
            Resource::InlineSites => (4, 16 << 10),
            Resource::SplitUnits => (64, 64 << 20),
            Resource::Decompressed => (64, 16 << 20),
            Resource::Unpacked => (64, 64 << 20),
            Resource::Comparisons => (2, 500_000),
            Resource::Checks => (4, 500_000),
            Resource::Answers => (16, 4 << 20),
        }
    }

    /// A short name, for tables and JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Resource::Names => "names",
            Resource::OtherUnits => "other-units",
            Resource::Abbreviations => "abbreviations",
            Resource::Lists => "location-lists",
            Resource::InlineSites => "inline-sites",
            Resource::SplitUnits => "split-units",
            Resource::Decompressed => "decompressed",
            Resource::Unpacked => "unpacked",
            Resource::Comparisons => "comparisons",
            Resource::Checks => "checks",
            Resource::Answers => "answers",
        }
    }

    /// What people read: what it is that was too much, in the plural.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Resource::Names => "bytes of names",
            Resource::OtherUnits => {
                "bytes of entries and types that units have in common with others"
            }
            Resource::Abbreviations => "bytes of abbreviation tables",
            Resource::Lists => "bytes of location lists",
            Resource::InlineSites => "attributes and arguments of inline sites",
            Resource::SplitUnits => "bytes of split units",
            Resource::Decompressed => "bytes of decompressed sections",
            Resource::Unpacked => "unpacked bytes",
            Resource::Comparisons => "comparisons of types",
            Resource::Checks => "members and candidates to compare",
            Resource::Answers => "bytes of names and other text",
        }
    }
}
