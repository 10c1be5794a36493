//! What can be wrong with `.BTF.ext`.

use crate::TypeId;
use std::fmt;

/// A table of `.BTF.ext`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExtTable {
    /// `func_info`.
    Functions,
    /// `line_info`.
    Lines,
    /// `core_relo`.
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
        /// Bytes there are.
        len: u64,
        /// Bytes the header needs.
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
        /// `hdr_len`.
        hdr_len: u32,
        /// Bytes there are.
        len: u64,
    },
    /// A table does not fit.
    #[error(
        "the .BTF.ext header puts its {table} table at {offset:#x} after the header, {size} bytes long, but only {len} bytes follow the header"
    )]
    TableOutOfBounds {
        /// The table.
        table: ExtTable,
        /// Its offset from the end of the header.
        offset: u32,
        /// Its length.
        size: u32,
        /// Bytes after the header.
        len: u64,
    },
    /// A table does not start at a whole word.
    #[error(
        "the {table} table of .BTF.ext at {offset:#x} after the header is not aligned to 4 bytes"
    )]
    Misaligned {
        /// The table.
        table: ExtTable,
        /// Its offset from the end of the header.
        offset: u32,
    },
    /// The size of a table's records is none that its records can have.
    #[error(
        "the {table} table of .BTF.ext has records of {size} bytes; they need at least {least}, in whole words"
    )]
    BadRecordSize {
        /// The table.
        table: ExtTable,
        /// `rec_size`.
        size: u32,
        /// The least there can be.
        least: u32,
    },
    /// A section of a table runs over the table's end.
    #[error(
        "the {table} table of .BTF.ext ends within the section at {offset:#x}: {need} bytes are needed, {have} are left"
    )]
    TableCutShort {
        /// The table.
        table: ExtTable,
        /// Where the section starts.
        offset: u64,
        /// Bytes it needs.
        need: u64,
        /// Bytes there are.
        have: u64,
    },
    /// A section without records, or a table without sections.
    #[error("the {table} table of .BTF.ext has no records at {offset:#x}")]
    NoRecords {
        /// The table.
        table: ExtTable,
        /// Where they are missing.
        offset: u64,
    },
    /// A type id that is none of the BTF beside.
    #[error(
        "the {table} record at {offset:#x} of .BTF.ext names type {target}, but the last type is {last}"
    )]
    BadReference {
        /// The table.
        table: ExtTable,
        /// Where the id stands.
        offset: u64,
        /// The id.
        target: TypeId,
        /// The last id there is.
        last: TypeId,
    },
    /// A string offset beyond the strings of the BTF beside.
    #[error(
        "the {table} record at {offset:#x} of .BTF.ext has a string at {name:#x}, beyond the string section ({len} bytes)"
    )]
    BadName {
        /// The table.
        table: ExtTable,
        /// Where the string offset stands.
        offset: u64,
        /// The string offset.
        name: u32,
        /// Length of the strings, base included.
        len: u32,
    },
}
