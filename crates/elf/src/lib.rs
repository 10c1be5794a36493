//! ELF files by ranges: sections, symbols, decompression, relocation, and the patched file as a splice.
//!
//! The crate never holds a whole file. It asks a [`ReadAt`] for the ranges it needs, and describes a
//! patched file as a [`Splice`]: ranges of the old file to copy, and new bytes between them.
//!
//! ```
//! # fn main() -> Result<(), elf::Error> {
//! # let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/sample/sample.elf");
//! let file: Vec<u8> = std::fs::read(sample).expect("an ELF file with DWARF");
//! let parsed = elf::Elf::parse(&file)?;
//! let section = parsed.section(".debug_info").expect("DWARF");
//! let bytes = parsed.read_section(&file, section)?;
//! assert_eq!(bytes.len() as u64, section.data_size());
//!
//! let patched = elf::patch_btf(&parsed, &file, vec![0x9f, 0xeb, 1, 0])?;
//! assert_eq!(patched.change, elf::BtfChange::Added);
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]

mod error;
mod header;
mod howto;
mod parse;
mod patch;
mod patch_relocations;
mod read;
mod read_at;
mod relocate;
mod section;
mod splice;
mod stream;
mod symbols;
mod tail;

pub use error::Error;
pub use header::{Class, Endian, file_is_elf};
pub use parse::Elf;
pub use patch::{
    BTF_LOADED_SUFFIX, BtfChange, NewSection, Patched, PatchedSections, SectionChange, patch_btf,
    patch_btf_on, patch_sections, patch_sections_moving,
};
pub use patch_relocations::Moves;
pub use read_at::{ReadAt, ReadError, ReadErrorKind};
pub use section::{Compression, CompressionFormat, Section, SectionIndex};
pub use splice::{Piece, Splice};
pub use stream::SectionStream;
pub use symbols::{Symbol, SymbolBinding, SymbolIter, SymbolKind, SymbolSection, Symbols};

/// File types (`e_type`), as [`Elf::file_type`] holds them.
pub mod file_type {
    /// A relocatable object: an `.o` or a kernel module.
    pub const REL: u16 = object::elf::ET_REL.0;
    /// An executable at fixed addresses: a `vmlinux`.
    pub const EXEC: u16 = object::elf::ET_EXEC.0;
    /// A shared object or position-independent executable.
    pub const DYN: u16 = object::elf::ET_DYN.0;
    /// A core dump.
    pub const CORE: u16 = object::elf::ET_CORE.0;
}
