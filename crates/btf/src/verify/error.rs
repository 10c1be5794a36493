//! Why the kernel refuses a whole BTF.

use super::Problem;
use crate::Error;
use alloc::boxed::Box;

/// The first thing the kernel finds wrong with a `.BTF` section.
///
/// Offsets and lengths are in bytes; offsets of sections count from the end of the header.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// More than the 16 MiB that a program may load.
    #[error(
        "this BTF is {len} bytes long; the kernel loads at most {} (kernel: E2BIG)",
        super::header::MAX_SIZE
    )]
    TooLarge {
        /// Length of the input.
        len: u64,
    },
    /// Too short to contain the length of the header.
    #[error(
        "this BTF is only {len} bytes long, less than the start of a header (kernel: hdr_len not found)"
    )]
    NoHeaderLength {
        /// Length of the input.
        len: u64,
    },
    /// Shorter than the length that its header gives itself.
    #[error(
        "this BTF is {len} bytes long, its header alone {hdr_len} (kernel: btf_header not found)"
    )]
    NoHeader {
        /// The length that the header gives itself.
        hdr_len: u32,
        /// Length of the input.
        len: u64,
    },
    /// The header is longer than the kernel knows and the rest is not zero.
    #[error(
        "the header is {hdr_len} bytes long and what follows its known fields is not zero (kernel: Unsupported btf_header)"
    )]
    UnknownHeader {
        /// The length that the header gives itself.
        hdr_len: u32,
    },
    /// The first two bytes are not 0xeb9f.
    #[error(
        "this is not BTF: it starts with {found:#06x}, not with 0xeb9f (kernel: Invalid magic)"
    )]
    Magic {
        /// The first two bytes, little endian.
        found: u16,
    },
    /// The version is not 1.
    #[error("the header says version {found}, the kernel knows 1 (kernel: Unsupported version)")]
    Version {
        /// The version in the header.
        found: u8,
    },
    /// The header has flags, of which none is defined.
    #[error("the header's flags are {found:#x}, they must be 0 (kernel: Unsupported flags)")]
    Flags {
        /// The flags in the header.
        found: u8,
    },
    /// Nothing follows the header.
    #[error("nothing follows the header (kernel: No data)")]
    NoData,
    /// A section starts after the end of the input.
    #[error(
        "the {section} section starts at {offset:#x}, but only {len} bytes follow the header (kernel: Invalid section offset)"
    )]
    SectionOffset {
        /// "type", "string" or "layout".
        section: &'static str,
        /// Where the section starts.
        offset: u32,
        /// How many bytes follow the header.
        len: u64,
    },
    /// Bytes that belong to no section.
    #[error(
        "{len} bytes at {offset:#x} after the header belong to no section (kernel: Unsupported section found)"
    )]
    Gap {
        /// Where these bytes start.
        offset: u64,
        /// How many bytes belong to none.
        len: u64,
    },
    /// Two sections overlap.
    #[error(
        "the {section} section at {offset:#x} overlaps the one before it (kernel: Section overlap found)"
    )]
    Overlap {
        /// "type", "string" or "layout".
        section: &'static str,
        /// Where the section starts.
        offset: u32,
    },
    /// A section ends after the end of the input.
    #[error(
        "the {section} section at {offset:#x} is {size} bytes long and ends behind the end (kernel: Total section length too long)"
    )]
    SectionTooLong {
        /// "type", "string" or "layout".
        section: &'static str,
        /// Where the section starts.
        offset: u32,
        /// The length of the section.
        size: u32,
    },
    /// The type section is not aligned to 4 bytes.
    #[error(
        "the type section at {offset:#x} is not aligned to 4 bytes (kernel: Unaligned type_off)"
    )]
    UnalignedTypes {
        /// Where the section starts.
        offset: u32,
    },
    /// Neither this section nor a base has types.
    #[error("the type section is empty (kernel: No type found)")]
    NoTypes,
    /// With the short header the string section must come last.
    #[error(
        "{len} bytes follow the string section, which must be the last (kernel: String section is not at the end)"
    )]
    StringsNotLast {
        /// How many bytes follow the strings.
        len: u64,
    },
    /// The string section is empty, too long, or does not start and end with NUL.
    #[error(
        "the string section ({len} bytes) must start and end with a NUL byte and have at most 16 MiB (kernel: Invalid string section)"
    )]
    Strings {
        /// The length of the section.
        len: u32,
    },
    /// The layout section is not aligned to 4 bytes.
    #[error(
        "the layout section at {offset:#x} is not aligned to 4 bytes (kernel: Unaligned layout_off)"
    )]
    UnalignedLayout {
        /// Where the section starts.
        offset: u32,
    },
    /// The layout section's length is not a multiple of 4.
    #[error(
        "the layout section is {len} bytes long, not a multiple of 4 (kernel: layout_len is not multiple of 4)"
    )]
    LayoutLength {
        /// The length of the section.
        len: u32,
    },
    /// A type is cut short or of an unknown kind.
    #[error("{0} (kernel: {kernel})", kernel = unreadable(.0))]
    Unreadable(#[from] Error),
    /// A type breaks a rule.
    #[error("{0}")]
    Type(Box<Problem>),
}

/// The kernel's words for what makes types unreadable.
fn unreadable(error: &Error) -> &'static str {
    match error {
        Error::TypeOutOfBounds { .. } => "meta_left:… meta_needed:…",
        Error::UnknownKind { .. } => "Invalid kind",
        _ => "EINVAL",
    }
}
