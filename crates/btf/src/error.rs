//! What can be wrong with BTF.

use crate::kind::FIRST_NEWER;
use crate::{Kind, TypeId};
use alloc::boxed::Box;

/// Why bytes cannot be read as BTF, or why a change to BTF is not possible.
///
/// Lengths and offsets are in bytes. Each field names from where an offset counts. The message is one sentence for
/// people, with the offending values.
///
/// ```
/// use btf::{Btf, Error};
///
/// let mut bytes = std::fs::read("tests/data/inventory.btf")?;
/// bytes.truncate(100);
/// match Btf::parse(&bytes) {
///     Err(Error::SectionOutOfBounds { section, len, .. }) => {
///         assert_eq!((section, len), ("type", 76)); // 100 bytes less the header
///     }
///     other => panic!("{other:?}"),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Fewer bytes than the smallest header.
    #[error("this BTF is only {len} bytes long; its header alone needs {need}")]
    TooShort {
        /// Length of the input.
        len: u64,
        /// Length of the smallest header.
        need: u64,
    },
    /// The first two bytes are not 0xeb9f in either byte order.
    #[error("this is not BTF: it starts with {found:#06x}, not with 0xeb9f")]
    BadMagic {
        /// The first two bytes, little endian.
        found: u16,
    },
    /// The version is not 1.
    #[error("BTF version {found} is not known; this program reads version 1")]
    BadVersion {
        /// The version in the header.
        found: u8,
    },
    /// The length that the header gives itself is impossible.
    #[error(
        "the BTF header says it is {hdr_len} bytes long; it must have at least 24 and fit into the {len} bytes there are"
    )]
    BadHeaderLength {
        /// The length that the header gives itself.
        hdr_len: u32,
        /// Length of the input.
        len: u64,
    },
    /// A section ends after the input.
    #[error(
        "the BTF header puts its {section} section at {offset:#x}, {size} bytes long, but only {len} bytes follow the header; the file is cut short or damaged"
    )]
    SectionOutOfBounds {
        /// "type", "string" or "layout".
        section: &'static str,
        /// Offset from the end of the header.
        offset: u32,
        /// The length of the section.
        size: u32,
        /// How many bytes follow the header.
        len: u64,
    },
    /// A section is not aligned to 4 bytes, or its length is not a multiple of 4.
    #[error("the BTF {section} section at {offset:#x} is not aligned to 4 bytes")]
    Misaligned {
        /// "type" or "layout".
        section: &'static str,
        /// Offset from the end of the header, or the length, whichever is not a multiple of 4.
        offset: u32,
    },
    /// Sections overlap, or are in an order other than types, layout, strings.
    #[error("the BTF {section} section at {offset:#x} overlaps another section")]
    Overlap {
        /// The section that starts before the one before it ends.
        section: &'static str,
        /// Offset from the end of the header.
        offset: u32,
    },
    /// The string section does not start or end with NUL.
    #[error("the BTF string section ({len} bytes) must start and end with a NUL byte")]
    BadStrings {
        /// Length of the string section.
        len: u32,
    },
    /// A type ends after the type section.
    #[error(
        "type {id} at offset {offset:#x} of the type section needs {need} bytes, {have} are left"
    )]
    TypeOutOfBounds {
        /// The type that is cut short.
        id: TypeId,
        /// Offset in the type section.
        offset: u64,
        /// How many bytes the kind and vlen of the type ask for.
        need: u64,
        /// How many bytes are left.
        have: u64,
    },
    /// A kind that this crate does not know and whose length no layout section gives.
    #[error(
        "type {id} at offset {offset:#x} of the type section has the unknown kind {kind}, and this BTF has no layout section that gives its size"
    )]
    UnknownKind {
        /// The type of that kind.
        id: TypeId,
        /// Offset in the type section.
        offset: u64,
        /// The number of the kind.
        kind: u8,
    },
    /// The layout section gives a kind a length that its types cannot have: no whole number of words, or, of the kinds up
    /// to ENUM64, another one than the format.
    #[error(
        "type {id} at offset {offset:#x} of the type section is a {kind}, to which the layout section of this BTF gives {info_size} bytes and {element_size} for each of vlen after the first 12: {}",
        bad_layout(*kind)
    )]
    BadLayout {
        /// The type of that kind.
        id: TypeId,
        /// Offset in the type section.
        offset: u64,
        /// The kind.
        kind: Kind,
        /// Bytes that follow the three common words once, by the layout section.
        info_size: u8,
        /// Bytes that follow for each of vlen, by the layout section.
        element_size: u8,
    },
    /// One of several BTFs in a section cannot be read; the others may be fine.
    #[error("BTF number {number} of this section, at offset {offset:#x}: {error}")]
    Part {
        /// Which of them, counted from 1.
        number: u64,
        /// Where in the section it begins.
        offset: u64,
        /// What is wrong with it.
        #[source]
        error: Box<Error>,
    },
    /// Several BTFs of a section do not fit together.
    #[error("its {what} is not that of the first BTF, so the two cannot be read as one")]
    Mixed {
        /// "byte order" or "layout section".
        what: &'static str,
    },
    /// The words of a type that is to be added are not as many as its kind and vlen ask for.
    #[error("a type of kind {kind} and vlen {vlen} has {need} words, but {have} were given")]
    BadType {
        /// The kind in the info word; `Void` if not even that was given.
        kind: Kind,
        /// The vlen in the info word.
        vlen: u32,
        /// How many words the kind and vlen ask for.
        need: u64,
        /// How many words were given.
        have: u64,
    },
    /// A reference to a type that does not exist.
    #[error("type {id} refers to type {target}, but the last type is {last}")]
    BadReference {
        /// The type that refers.
        id: TypeId,
        /// The id that does not exist.
        target: TypeId,
        /// The last id that exists.
        last: TypeId,
    },
    /// A name that lies beyond the string section.
    #[error("type {id} has a name at offset {offset:#x}, beyond the string section ({len} bytes)")]
    BadName {
        /// The type with the name: its own, or that of a member, enumerator or parameter.
        id: TypeId,
        /// Offset of the name, from the start of the base's strings.
        offset: u32,
        /// Length of the string section, base included.
        len: u32,
    },
    /// There was no memory for a section.
    #[error("there is not enough memory for the {section} section of this BTF ({len} bytes)")]
    OutOfMemory {
        /// "type", "string" or "layout".
        section: &'static str,
        /// The length of the section.
        len: u32,
    },
    /// More types, words or string bytes than 32 bits can count, or more members than `vlen` can.
    #[error("too much for BTF: {what}")]
    TooLarge {
        /// Which limit is passed.
        what: &'static str,
    },
}

/// Why a layout entry cannot be used.
fn bad_layout(kind: Kind) -> &'static str {
    match kind.number() {
        0..FIRST_NEWER => {
            "the format has fixed another length, so either the file is damaged or this program is too old for it"
        }
        _ => "that is no whole number of words of 4 bytes, so the file is damaged",
    }
}
