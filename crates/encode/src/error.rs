//! Why a unit cannot be encoded.

/// A unit is left out for one of these; the units around it are not concerned.
///
/// `offset` is an offset in `.debug_info`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The entries cannot be read: a damaged abbreviation, form or offset.
    #[error("the DWARF at offset {offset:#x} of .debug_info cannot be read: {cause}")]
    Dwarf {
        /// Where reading stopped.
        offset: u64,
        /// gimli's words.
        cause: gimli::Error,
    },
    /// The unit header's version is not 2 to 5.
    #[error("the unit at offset {offset:#x} of .debug_info is not a unit of DWARF 2 to 5")]
    BadUnit {
        /// The unit.
        offset: u64,
    },
    /// Entries nest deeper than any compiler makes them.
    #[error(
        "the entries at offset {offset:#x} of .debug_info nest more than {limit} deep; the file is damaged"
    )]
    TooDeep {
        /// The entry.
        offset: u64,
        /// The limit.
        limit: usize,
    },
    /// A type refers to itself through types without a name. No language has such a type, and BTF cannot
    /// say it.
    #[error(
        "a type of the unit at offset {offset:#x} of .debug_info refers to itself through pointers, arrays or prototypes alone; the file is damaged"
    )]
    Ring {
        /// The unit.
        offset: u64,
    },
    /// The entries of another unit that this one refers to cannot be read.
    #[error(
        "it refers to the entry at offset {offset:#x} of {section}, which cannot be read: {cause}"
    )]
    OtherUnit {
        /// Where reading stopped.
        offset: u64,
        /// The section.
        section: &'static str,
        /// gimli's words.
        cause: gimli::Error,
    },
    /// There is no type unit with the signature that an entry refers to.
    #[error(
        "the unit at offset {offset:#x} of .debug_info refers to a type unit with the signature {signature:#018x}, which this file does not have; link the program again, or take the file that has all of its type units"
    )]
    NoTypeUnit {
        /// The unit that refers.
        offset: u64,
        /// The signature.
        signature: u64,
    },
    /// A type refers to the supplementary file that dwz made.
    #[error(
        "the unit at offset {offset:#x} of .debug_info refers to a supplementary file (dwz); it cannot be encoded without that file"
    )]
    SupplementaryFile {
        /// The unit that refers.
        offset: u64,
    },
    /// The index of a package of split units cannot be read.
    #[error("the index of the package cannot be read: {cause}; make the package anew")]
    PackageIndex {
        /// gimli's words.
        cause: gimli::Error,
    },
    /// BTF has no room for the value: a bitfield beyond 2 MiB, or more members than 24 bits count.
    #[error("{what} at offset {offset:#x} of .debug_info does not fit into BTF")]
    TooLarge {
        /// The entry.
        offset: u64,
        /// What does not fit.
        what: &'static str,
    },
}
