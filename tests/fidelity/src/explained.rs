//! Differences that are known, with their reason.

use crate::judge::{Status, Verdict};

/// A difference that is not a defect of ours, or not yet mended.
#[derive(Debug)]
pub struct Explained {
    /// Words that the name of the cell has; all of them.
    pub cell: &'static str,
    /// What the text of the difference has; all of them, so that a further difference is not hidden.
    pub differs: &'static [&'static str],
    /// Why.
    pub reason: &'static str,
}

/// All of them. One that no cell of a full run shows any more is an error.
pub const EXPLAINED: &[Explained] = &[
    Explained {
        cell: "gcc type-units",
        differs: &[
            "only pahole's: ",
            "x1 STRUCT same_twice{16; common@0:*STRUCT common; inside@64:*STRUCT differs_inside#",
        ],
        reason: "type units by gcc: two structures of one name whose members point to different structures of \
one name get one signature, and the linker keeps one",
    },
    Explained {
        cell: "qualifiers gcc type-units",
        differs: &[
            "only ours: 2 (2 distinct)",
            "restrict(const(*INT char/1/1000008))",
            "only pahole's: 2 (2 distinct)",
        ],
        reason: "type units by gcc: `const` and `restrict` of one pointer stand the other way round",
    },
    Explained {
        cell: "clang split",
        differs: &["only ours: 0 (0 distinct)", "INT DW_ATE_unsigned_"],
        reason: "clang has base types for the conversions in locations (`DW_ATE_unsigned_64`), which are not in \
split DWARF; the reference is that of the build without",
    },
    Explained {
        cell: "gcc lto",
        differs: &["only pahole's: 0 (0 distinct)", "x1 var "],
        reason: "link-time optimisation by gcc: the DIE of a variable refers to one in another unit for its \
name and type; pahole writes none of them",
    },
    Explained {
        cell: "classes",
        differs: &["sizeof(struct with_virtual) == 48"],
        reason: "C++ by the newest clang has a static member for the table of virtual functions, which before \
DWARF 5 is a member without a place: pahole and we write it at offset 0",
    },
    Explained {
        cell: "classes",
        differs: &["sizeof(struct base) == 4"],
        reason: "C++ before DWARF 5, and by older clang, has static members as members without a place: pahole \
and we write them at offset 0, so the header, which has them too, is larger",
    },
];

/// The entry for what a cell shows.
#[must_use]
pub fn explain(cell: &str, detail: &str) -> Option<usize> {
    EXPLAINED.iter().position(|known| {
        known.cell.split(' ').all(|word| cell.contains(word))
            && known.differs.iter().all(|text| detail.contains(text))
    })
}

/// The reasons that no verdict gives.
#[must_use]
pub fn explained_but_absent(verdicts: &[Verdict]) -> Vec<&'static str> {
    let used = |number: usize| {
        verdicts
            .iter()
            .any(|verdict| verdict.status == Status::Explained(number))
    };
    EXPLAINED
        .iter()
        .enumerate()
        .filter(|(number, _)| !used(*number))
        .map(|(_, known)| known.reason)
        .collect()
}
