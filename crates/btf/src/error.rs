//! What can be wrong with BTF.

use crate::TypeId;

/// Why bytes are not readable as BTF, or why a change to BTF is not possible.
///
/// Offsets are counted from the start of the `.BTF` section.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Fewer bytes than the smallest header.
    #[error("this BTF is only {len} bytes long; its header alone needs {need}")]
    TooShort {
        /// Bytes there are.
        len: u64,
        /// Bytes the header needs.
        need: u64,
    },
    /// The first two bytes are not 0xeb9f in either byte order.
    #[error("this is not BTF: it starts with {found:#06x}, not with 0xeb9f")]
    BadMagic {
        /// The first two bytes, little endian.
        found: u16,
    },
    /// A version other than 1.
    #[error("BTF version {found} is not known; this program reads version 1")]
    BadVersion {
        /// The version in the header.
        found: u8,
    },
    /// The header's length field is impossible.
    #[error(
        "the BTF header says it is {hdr_len} bytes long; it must have at least 24 and fit into the {len} bytes there are"
    )]
    BadHeaderLength {
        /// `hdr_len`.
        hdr_len: u32,
        /// Bytes there are.
        len: u64,
    },
    /// A section named by the header does not fit.
    #[error(
        "the BTF header puts its {section} section at {offset:#x}, {size} bytes long, but only {len} bytes follow the header; the file is cut short or damaged"
    )]
    SectionOutOfBounds {
        /// "type", "string" or "layout".
        section: &'static str,
        /// Offset from the end of the header.
        offset: u32,
        /// Its length in bytes.
        size: u32,
        /// Bytes after the header.
        len: u64,
    },
    /// A section is not aligned to 4 bytes, or its length is not a multiple of 4.
    #[error("the BTF {section} section at {offset:#x} is not aligned to 4 bytes")]
    Misaligned {
        /// "type" or "layout".
        section: &'static str,
        /// Offset from the end of the header, or the length.
        offset: u32,
    },
    /// Sections overlap or are in an order no tool writes.
    #[error("the BTF {section} section at {offset:#x} overlaps another section")]
    Overlap {
        /// The later section.
        section: &'static str,
        /// Offset from the end of the header.
        offset: u32,
    },
    /// The string section does not start or end with NUL.
    #[error("the BTF string section ({len} bytes) must start and end with a NUL byte")]
    BadStrings {
        /// Its length.
        len: u32,
    },
    /// A type runs over the end of the type section.
    #[error(
        "type {id} at offset {offset:#x} of the type section needs {need} bytes, {have} are left"
    )]
    TypeOutOfBounds {
        /// The type.
        id: TypeId,
        /// Offset in the type section.
        offset: u64,
        /// Bytes it needs.
        need: u64,
        /// Bytes there are.
        have: u64,
    },
    /// A kind this program does not know and the BTF carries no layout for.
    #[error(
        "type {id} at offset {offset:#x} of the type section has the unknown kind {kind}, and this BTF has no layout section that gives its size"
    )]
    UnknownKind {
        /// The type.
        id: TypeId,
        /// Offset in the type section.
        offset: u64,
        /// The kind's number.
        kind: u32,
    },
    /// A reference to a type that does not exist.
    #[error("type {id} refers to type {target}, but the last type is {last}")]
    BadReference {
        /// The type that refers.
        id: TypeId,
        /// What it refers to.
        target: TypeId,
        /// The last id there is.
        last: TypeId,
    },
    /// A name offset beyond the string section.
    #[error("type {id} has a name at offset {offset:#x}, beyond the string section ({len} bytes)")]
    BadName {
        /// The type.
        id: TypeId,
        /// The offset.
        offset: u32,
        /// Length of the string section, base included.
        len: u32,
    },
    /// More types, words or string bytes than 32 bits can count, or more members than `vlen` can.
    #[error("too much for BTF: {what}")]
    TooLarge {
        /// What overflows.
        what: &'static str,
    },
}
