//! What can be wrong with `.BTF.ext`.

use crate::TypeId;
use core::fmt;

/// One of the three tables of `.BTF.ext`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExtTable {
    /// `func_info`: functions and their types.
    Functions,
    /// `line_info`: source lines.
    Lines,
    /// `core_relo`: CO-RE relocations.
    CoreRelocations,
}

impl fmt::Display for ExtTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ExtTable::Functions => "func_info",
            ExtTable::Lines => "line_info",
            ExtTable::CoreRelocations => "core_relo",
        })
    }
}

/// Why bytes are not readable as `.BTF.ext`, or do not belong to a BTF. Offsets are in bytes from the
/// start of the section.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExtError {
    /// Fewer bytes than the header.
    #[error("this .BTF.ext is only {len} bytes long; its header alone needs {need}")]
    TooShort {
        /// Length of the input.
        len: u64,
        /// Length of the smallest header.
        need: u64,
    },
    /// The first two bytes are not 0xeb9f in either byte order.
    #[error("this is no .BTF.ext: it starts with {found:#06x}, not with 0xeb9f")]
    BadMagic {
        /// The first two bytes, little endian.
        found: u16,
    },
    /// A version other than 1, or flags, of which there are none.
    #[error(
        ".BTF.ext of version {version} with flags {flags:#x} is not known; this program reads version 1 without flags"
    )]
    BadVersion {
        /// The version in the header.
        version: u8,
        /// The flags in the header.
        flags: u8,
    },
    /// The header's length field is impossible.
    #[error(
        "the .BTF.ext header says it is {hdr_len} bytes long; it must have at least 24, whole words, and fit into the {len} bytes there are"
    )]
    BadHeaderLength {
        /// The length that the header gives itself.
        hdr_len: u32,
        /// Length of the input.
        len: u64,
    },
    /// A table does not fit.
    #[error(
        "the .BTF.ext header puts its {table} table at {offset:#x} after the header, {size} bytes long, but only {len} bytes follow the header"
    )]
    TableOutOfBounds {
        /// The table in question.
        table: ExtTable,
        /// Offset of the table from the end of the header.
        offset: u32,
        /// The length of the table.
        size: u32,
        /// How many bytes follow the header.
        len: u64,
    },
    /// A table does not start at a whole word.
    #[error(
        "the {table} table of .BTF.ext at {offset:#x} after the header is not aligned to 4 bytes"
    )]
    Misaligned {
        /// The table in question.
        table: ExtTable,
        /// Offset of the table from the end of the header.
        offset: u32,
    },
    /// The records of a table are too small, or not whole words.
    #[error(
        "the {table} table of .BTF.ext has records of {size} bytes; they need at least {least}, in whole words"
    )]
    BadRecordSize {
        /// The table in question.
        table: ExtTable,
        /// The size that the table gives: `rec_size`.
        size: u32,
        /// The smallest size that is possible.
        least: u32,
    },
    /// A section of a table ends after the table.
    #[error(
        "the {table} table of .BTF.ext ends within the section at {offset:#x}: {need} bytes are needed, {have} are left"
    )]
    TableCutShort {
        /// The table in question.
        table: ExtTable,
        /// Where the section starts.
        offset: u64,
        /// How many bytes the section asks for.
        need: u64,
        /// How many bytes are left.
        have: u64,
    },
    /// A section without records, or a table without sections.
    #[error("the {table} table of .BTF.ext has no records at {offset:#x}")]
    NoRecords {
        /// The table in question.
        table: ExtTable,
        /// Where a record is expected.
        offset: u64,
    },
    /// A type id that the BTF beside does not have.
    #[error(
        "the {table} record at {offset:#x} of .BTF.ext names type {target}, but the last type is {last}"
    )]
    BadReference {
        /// The table in question.
        table: ExtTable,
        /// Where the id is.
        offset: u64,
        /// The id that does not exist.
        target: TypeId,
        /// The last id that exists.
        last: TypeId,
    },
    /// A string offset beyond the strings of the BTF beside.
    #[error(
        "the {table} record at {offset:#x} of .BTF.ext has a string at {name:#x}, beyond the string section ({len} bytes)"
    )]
    BadName {
        /// The table in question.
        table: ExtTable,
        /// Where the string offset is.
        offset: u64,
        /// The string offset.
        name: u32,
        /// Length of the strings, base included.
        len: u32,
    },
}
