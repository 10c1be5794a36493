//! What can be wrong with an ELF file, one variant per cause.

use crate::read_at::ReadError;
use budget::{Grouped, OverBudget};

/// Why an ELF file, or a part of it, could not be read or patched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The source failed, or ended where its own length said it would not.
    #[error("{0}")]
    Read(#[from] ReadError),

    /// The first four bytes are not `7f 45 4c 46`.
    #[error("this is not an ELF file: it starts with {magic:02x?} instead of 7f 45 4c 46")]
    NotElf {
        /// The first bytes, at most four.
        magic: Vec<u8>,
    },

    /// `EI_CLASS` is neither 32 nor 64 bit.
    #[error("the ELF header has class {class}, which is neither 32-bit (1) nor 64-bit (2)")]
    UnsupportedClass {
        /// The byte at `EI_CLASS`.
        class: u8,
    },

    /// `EI_DATA` is neither little nor big endian.
    #[error(
        "the ELF header has data encoding {encoding}, which is neither little (1) nor big endian (2)"
    )]
    UnsupportedEncoding {
        /// The byte at `EI_DATA`.
        encoding: u8,
    },

    /// `EI_VERSION` is not 1.
    #[error("the ELF header has version {version}; the only version is 1")]
    UnsupportedVersion {
        /// The byte at `EI_VERSION`.
        version: u8,
    },

    /// A part of the file's frame (headers, tables) runs past the end of the file.
    #[error(
        "the file is cut short: its {what} takes {need} bytes at offset {offset:#x}, but the file has {have} bytes in all"
    )]
    Truncated {
        /// Which part.
        what: &'static str,
        /// Where it starts.
        offset: u64,
        /// How many bytes it takes.
        need: u64,
        /// The length of the file.
        have: u64,
    },

    /// A section's bytes run past the end of the file.
    #[error(
        "the file ends at {file_len:#x}, but {section} runs from {offset:#x} to {:#x}; the file may have been cut short: get it again", offset.saturating_add(*size)
    )]
    SectionBeyondEnd {
        /// The section's name.
        section: String,
        /// Where it starts in the file.
        offset: u64,
        /// How many bytes it takes in the file.
        size: u64,
        /// The length of the file.
        file_len: u64,
    },

    /// `e_shentsize` is not the size of a section header of this class.
    #[error(
        "the ELF header says that a section header takes {size} bytes; it takes {expected} in a file of this class"
    )]
    BadSectionHeaderSize {
        /// `e_shentsize`.
        size: u16,
        /// What the class asks for.
        expected: u16,
    },

    /// `e_shstrndx` names a section that does not exist or holds no bytes.
    #[error(
        "the ELF header says that section names are in section {index}, which is not a string table (of {count} sections)"
    )]
    BadNameTable {
        /// The section index in the header.
        index: u32,
        /// The number of sections.
        count: u64,
    },

    /// Section names overlap so much that together they are far larger than their table.
    #[error(
        "the section names overlap in a table of {} bytes so that together they exceed {} bytes; the file is damaged",
        Grouped(*table),
        Grouped(*limit)
    )]
    NamesTooLarge {
        /// The size of the name table.
        table: u64,
        /// The most that was accepted.
        limit: u64,
    },

    /// Section headers repeat the same bytes of the file.
    #[error(
        "the {} sections have {} bytes in all, in a file of {} bytes: their headers repeat the same bytes; the file is damaged, get it \
         again",
        Grouped(*sections as u64),
        Grouped(*claimed),
        Grouped(*file_len)
    )]
    SectionsOverlap {
        /// The number of sections.
        sections: usize,
        /// The sum of their bytes in the file.
        claimed: u64,
        /// The length of the file.
        file_len: u64,
    },

    /// Compressed sections claim more bytes than files of this size have.
    #[error("{section} cannot be decompressed: with it, all sections have {cause}")]
    OverBudget {
        /// The section that was to be read.
        section: String,
        /// What there is too much of.
        #[source]
        cause: OverBudget,
    },

    /// A table's `sh_entsize` does not fit its type.
    #[error(
        "{section} says that an entry takes {size} bytes; it takes {expected} in a file of this class"
    )]
    BadEntrySize {
        /// The section's name.
        section: String,
        /// Its `sh_entsize`.
        size: u64,
        /// What class and type ask for.
        expected: u64,
    },

    /// A section's `sh_link` does not name a section of the right kind.
    #[error("{section} links to section {link}, which is not its {expected}")]
    BadLink {
        /// The section's name.
        section: String,
        /// Its `sh_link`.
        link: u32,
        /// What it must link to.
        expected: &'static str,
    },

    /// A range was asked for that the section does not have.
    #[error("bytes {start:#x} to {end:#x} of {section} were asked for, but it has {size:#x} bytes")]
    RangeBeyondSection {
        /// The section's name.
        section: String,
        /// First byte asked for.
        start: u64,
        /// One past the last.
        end: u64,
        /// The section's size.
        size: u64,
    },

    /// A range or stream was asked of a section that must be read as a whole first.
    #[error("{section} is {state}, so that it cannot be read in parts; read the whole section")]
    NotRandomAccess {
        /// The section's name.
        section: String,
        /// `compressed` or `relocated when read`.
        state: &'static str,
    },

    /// A compression format that is neither zlib nor zstd.
    #[error(
        "{section} is compressed by method {ch_type}; zlib (1) and zstd (2) are known; try objcopy --decompress-debug-sections"
    )]
    UnsupportedCompression {
        /// The section's name.
        section: String,
        /// `ch_type` in its compression header.
        ch_type: u32,
    },

    /// Compressed bytes that do not decompress to what their header promises.
    #[error("{section} does not decompress: {reason} (after {position:#x} bytes)")]
    BadCompression {
        /// The section's name.
        section: String,
        /// How many bytes came out before.
        position: u64,
        /// What is wrong, in a few words.
        reason: String,
    },

    /// A compression header that promises far more than its bytes can hold.
    #[error(
        "{section} says that its {} bytes decompress to {}, which is not possible",
        Grouped(*compressed),
        Grouped(*claimed)
    )]
    ImplausibleSize {
        /// The section's name.
        section: String,
        /// The size in the compression header.
        claimed: u64,
        /// The size in the file.
        compressed: u64,
    },

    /// There was no memory for a part of the file.
    #[error("there is not enough memory for {what} ({size} bytes)")]
    OutOfMemory {
        /// A section's name, or which table.
        what: String,
        /// How many bytes it takes.
        size: u64,
    },

    /// A relocation of a type that is not known for this machine.
    #[error(
        "{section} has a relocation of type {r_type} at offset {offset:#x}, which is not known for ELF machine {machine}"
    )]
    UnknownRelocation {
        /// The section that is relocated.
        section: String,
        /// Where in it.
        offset: u64,
        /// `e_machine`.
        machine: u16,
        /// The relocation's type.
        r_type: u32,
    },

    /// A relocation outside the section that it is for.
    #[error("{section} has {size:#x} bytes, but a relocation for offset {offset:#x}")]
    RelocationBeyondSection {
        /// The section that is relocated.
        section: String,
        /// Where the relocation points.
        offset: u64,
        /// The section's size.
        size: u64,
    },

    /// A relocation by a symbol that does not exist.
    #[error(
        "{section} has a relocation at offset {offset:#x} by symbol {symbol}, but there are {count} symbols"
    )]
    BadRelocationSymbol {
        /// The section that is relocated.
        section: String,
        /// Where in it.
        offset: u64,
        /// The symbol's index.
        symbol: u32,
        /// How many symbols there are.
        count: u64,
    },

    /// Relocations that do not follow the bytes of a range, so that only the whole section can be relocated.
    #[error(
        "{section} has a relocation at offset {offset:#x} that does not follow the order of its bytes: read the section as a whole"
    )]
    UnorderedRelocations {
        /// The section that is relocated.
        section: String,
        /// Where in it.
        offset: u64,
    },

    /// The patched file would exceed what its class can address.
    #[error("the patched file would have {size} bytes, more than a 32-bit ELF file can describe")]
    PatchTooLarge {
        /// Its size.
        size: u64,
    },
}
