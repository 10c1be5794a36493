//! ELF files by ranges: sections, symbols, decompression, relocation, and a patched file as a splice.
//!
//! This crate never holds a whole file, which may be larger than memory (a kernel with debug information has half a
//! gigabyte). It asks a [`ReadAt`] for the ranges that it needs: a file, a browser's `Blob`, or bytes in memory. A patched
//! file is a [`Splice`]: ranges of the old file and the new bytes between them.
//!
//! # Reading
//!
//! The examples of this documentation read `tests/data/inventory.o`, an object file with compressed DWARF; the source beside
//! it shows how it was compiled.
//!
//! ```
//! let file = std::fs::read("tests/data/inventory.o")?;
//! let mut elf = elf::Elf::parse(&file)?;
//! elf.assign_addresses(); // an object file leaves its sections at address 0
//!
//! // What DWARF readers want: `.debug_info` as it is after decompression and relocation.
//! let info = elf.section(".debug_info").expect("compiled with -g");
//! assert_eq!((info.size, info.data_size()), (203, 321)); // compressed, and as it is read
//! assert!(info.relocated);
//! let bytes = elf.read_section(&file, info)?;
//! assert_eq!(bytes[4..6], [5, 0]); // DWARF 5
//!
//! let symbols = elf.symbols(&file)?;
//! let sell = symbols.iter().find(|symbol| symbol.name == b"sell").expect("a function of the source");
//! assert_eq!((sell.kind, sell.size), (elf::SymbolKind::FUNC, 29));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Patching
//!
//! New sections, the table of section names, and the section headers go to the end of the file. All other bytes keep their
//! place, so a splice copies the old file and appends.
//!
//! ```
//! use elf::{Elf, Piece, ReadError, SectionChange, patch_btf};
//!
//! let file = std::fs::read("tests/data/inventory.o")?;
//! let patched = patch_btf(&Elf::parse(&file)?, &file, vec![0x9f, 0xeb, 1, 0])?;
//! assert_eq!(patched.change, SectionChange::Added);
//! assert!(matches!(patched.splice.pieces[..], [Piece::Bytes(_), Piece::Copy { offset: 64, .. }, ..])); // a new header
//!
//! let mut new = Vec::new();
//! patched.splice.write_to(&file, &mut |bytes| Ok::<(), ReadError>(new.extend(bytes)))?;
//! let elf = Elf::parse(&new)?;
//! let btf = elf.section(".BTF").expect("just added");
//! assert_eq!(elf.read_section(&new, btf)?, [0x9f, 0xeb, 1, 0]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Map
//!
//! | to … | use |
//! |---|---|
//! | offer a file by ranges | [`ReadAt`], which `[u8]` and `Vec<u8>` implement |
//! | recognise an ELF file | [`file_is_elf`] |
//! | read the headers | [`Elf::parse`]; [`Elf::section`], [`Elf::sections_named`], [`Elf::section_at`] |
//! | read a section | [`Elf::read_section`] whole, [`Elf::read_section_range`] in part, [`Elf::section_stream`] from front to back |
//! | relocate an object file | [`Elf::assign_addresses`], then read |
//! | read the symbols | [`Elf::symbols`] |
//! | add, replace, or remove sections | [`patch_sections`]; [`patch_sections_moving`] if relocations follow; [`patch_btf`] for `.BTF` alone |
//! | find and read a separate debug file | [`Elf::debug_link`], [`Joined`] |
//! | write the patched file | [`Splice::write_to`], or its [`Piece`]s |
//!
//! # How it works
//!
//! The `object` crate decodes the fixed-size structures. The tables are read in steps, so memory follows what is kept and not
//! what a header claims. Both classes and both byte orders are read; sections compressed with zlib (`SHF_COMPRESSED` and
//! `.zdebug_*`) or Zstandard are decompressed as they are read.
//!
//! Input may be damaged or hostile: every bound is checked, a claimed size is believed only if the compressed bytes can
//! yield it, and an [`Error`] names the section, the offset, and the values. This crate knows nothing of DWARF or BTF, opens
//! no files, and contains no unsafe code.
#![forbid(unsafe_code)]
#![deny(
    missing_docs,
    missing_debug_implementations,
    rustdoc::broken_intra_doc_links,
    rustdoc::private_intra_doc_links
)]

mod debug_link;
mod error;
mod header;
mod howto;
mod joined;
mod machine;
mod parse;
mod patch;
mod patch_layout;
mod patch_relocations;
mod read;
mod read_at;
mod relocate;
mod relocated_ranges;
mod section;
mod splice;
mod stream;
mod symbols;
mod tail;

pub use debug_link::DebugLink;
pub use error::Error;
pub use header::{Class, Endian, file_is_elf};
pub use joined::Joined;
pub use parse::Elf;
pub use patch::{
    BtfChange, NewSection, Patched, PatchedSections, patch_btf, patch_btf_on, patch_sections,
    patch_sections_moving,
};
pub use patch_layout::{BTF_LOADED_SUFFIX, SectionChange};
pub use patch_relocations::Moves;
pub use read_at::{ReadAt, ReadError, ReadErrorKind};
pub use relocated_ranges::{RelocatedPart, RelocatedRanges, RelocatedReader};
pub use section::{Compression, CompressionFormat, Section, SectionIndex};
pub use splice::{Piece, Splice};
pub use stream::SectionStream;
pub use symbols::{Symbol, SymbolBinding, SymbolIter, SymbolKind, SymbolSection, Symbols};

/// File types (`e_type`): the values of [`Elf::file_type`](crate::Elf::file_type).
pub mod file_type {
    /// `ET_REL`, a relocatable object: an `.o` or a kernel module.
    pub const REL: u16 = object::elf::ET_REL.0;
    /// `ET_EXEC`, an executable at fixed addresses: a `vmlinux`.
    pub const EXEC: u16 = object::elf::ET_EXEC.0;
    /// `ET_DYN`, a shared object or a position-independent executable.
    pub const DYN: u16 = object::elf::ET_DYN.0;
    /// `ET_CORE`, a core dump.
    pub const CORE: u16 = object::elf::ET_CORE.0;
}
