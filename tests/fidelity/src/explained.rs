//! Differences that are known, with their reason.

use crate::judge::Verdict;

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

/// What the judge says of BTF that breaks a rule of the kernel: that of pahole, and ours does not.
const REFUSED: &str = "the kernel refuses pahole's BTF: ";

/// All of them. One that no cell of a full run shows any more is an error.
pub const EXPLAINED: &[Explained] = &[
    Explained {
        cell: "",
        differs: &[
            REFUSED,
            "has a name its kind may not have",
            "(kernel: Invalid name)",
        ],
        reason: "names such as `pack<int, char *>`, `_vptr$base`, and the typedef `long double` of gcc for POWER: pahole writes \
them, and the kernel refuses its BTF; we leave them out, and with `--keep-refused` our types are pahole's",
    },
    Explained {
        cell: "classes gcc",
        differs: &[
            REFUSED,
            "member 0 'null' refers to",
            "(kernel: Invalid type_id)",
        ],
        reason: "C++ by gcc: pahole writes `decltype(nullptr)` as `void`, and the kernel refuses a member of that",
    },
    Explained {
        cell: "classes gcc",
        differs: &[
            "only ours: 2 (2 distinct)",
            "null_holder{24; null@0:*void;",
            "x1 *void",
            "only pahole's: 1 (1 distinct)",
            "null_holder{24; null@0:void;",
        ],
        reason: "C++ by gcc: `decltype(nullptr)` is a pointer with us, since it has the size of one (C++17, 6.9.1)",
    },
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
            .any(|verdict| verdict.reasons.contains(&number))
    };
    EXPLAINED
        .iter()
        .enumerate()
        .filter(|(number, _)| !used(*number))
        .map(|(_, known)| known.reason)
        .collect()
}
