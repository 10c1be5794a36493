//! Why a unit cannot be encoded.

use budget::OverBudget;

/// Why a unit cannot be encoded. It is left out; the units around it are not affected.
///
/// `offset` is an offset in `.debug_info`. A text contains its cause as well, because errors leave workers as texts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The entries cannot be read: a damaged abbreviation, form or offset.
    #[error("the DWARF at offset {offset:#x} of .debug_info cannot be read: {cause}")]
    Dwarf {
        /// Where the entry is that could not be read.
        offset: u64,
        /// What is wrong there.
        #[source]
        cause: gimli::Error,
    },
    /// The unit header's version is not 2 to 5.
    #[error("the unit at offset {offset:#x} of .debug_info is not a unit of DWARF 2 to 5")]
    BadUnit {
        /// Where the unit starts.
        offset: u64,
    },
    /// Entries nest deeper than any compiler makes them.
    #[error(
        "the entries at offset {offset:#x} of .debug_info nest more than {limit} deep; the file is damaged"
    )]
    TooDeep {
        /// Where the entry is.
        offset: u64,
        /// How deep entries may nest.
        limit: usize,
    },
    /// A type refers to itself through types without a name. No language has such a type, and BTF
    /// cannot express it.
    #[error(
        "a type of the unit at offset {offset:#x} of .debug_info refers to itself through pointers, arrays or prototypes alone; the file is damaged"
    )]
    Ring {
        /// Where the unit starts.
        offset: u64,
    },
    /// The entries of another unit that this one refers to cannot be read.
    #[error(
        "it refers to the entry at offset {offset:#x} of {section}, which cannot be read: {cause}"
    )]
    OtherUnit {
        /// Where the entry is that could not be read.
        offset: u64,
        /// The section that `offset` is in.
        section: &'static str,
        /// What is wrong there.
        #[source]
        cause: gimli::Error,
    },
    /// An entry refers to a signature that no type unit has.
    #[error(
        "the unit at offset {offset:#x} of .debug_info refers to a type unit with the signature {signature:#018x}, which this file does not have; link the program again, or take the file that has all of its type units"
    )]
    NoTypeUnit {
        /// Where the unit starts that refers to it.
        offset: u64,
        /// The signature (`DW_FORM_ref_sig8`) that was looked for.
        signature: u64,
    },
    /// A type refers to the supplementary file that dwz made.
    #[error(
        "the unit at offset {offset:#x} of .debug_info refers to a supplementary file (dwz); it cannot be encoded without that file"
    )]
    SupplementaryFile {
        /// Where the unit starts that refers to it.
        offset: u64,
    },
    /// The index of a package of split units cannot be read.
    #[error("the index of the package cannot be read: {cause}; make the package again")]
    PackageIndex {
        /// What is wrong there.
        #[source]
        cause: gimli::Error,
    },
    /// The unit takes more than its size, or that of its file, allows.
    #[error("the unit at offset {offset:#x} of .debug_info takes {cause}")]
    OverBudget {
        /// Where the unit starts.
        offset: u64,
        /// What there is too much of.
        #[source]
        cause: OverBudget,
    },
    /// BTF has no room for the value: a bitfield beyond 2 MiB, or more members than 24 bits count.
    #[error("{what} at offset {offset:#x} of .debug_info does not fit into BTF")]
    TooLarge {
        /// Where the entry is.
        offset: u64,
        /// What does not fit, with its article: "an enumeration".
        what: &'static str,
    },
}
