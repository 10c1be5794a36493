//! The BPF Type Format: types, strings, reading, writing, verifying, printing, comparing.
//!
//! A [`Btf`] holds its type section as the 32-bit words of the format, in the host's byte order, with
//! one index entry a type. Every field of the format is a 32-bit word, so reading another byte order
//! is swapping words, and a pass such as dedup can rewrite references in place. [`Type`] is a view of
//! one type's words; nothing is allocated per type.
//!
//! This crate knows nothing of ELF or DWARF: it takes and gives the bytes of a `.BTF` section.
//!
//! Source of the format: the kernel's `Documentation/bpf/btf.rst`.
#![forbid(unsafe_code)]

mod build;
pub mod compare;
mod container;
pub mod distill;
mod error;
pub mod ext;
mod header;
mod id;
mod kind;
pub mod layout;
mod parse;
mod permute;
pub mod print;
pub mod stats;
mod strings;
mod types;
pub mod verify;
mod walk;
mod write;

pub use container::Btf;
pub use error::Error;
pub use ext::{BtfExt, ExtError};
pub use header::{HEADER_LEN, HEADER_LEN_LAYOUT, Header, Layout, LayoutEntry, MAGIC};
pub use id::{StringOffset, TypeId};
pub use kind::{Info, Kind};
pub use parse::{parse, read};
pub use permute::PermuteError;
pub use strings::StringTable;
pub use types::{
    Array, Data, Enumerator, FwdKind, Int, IntEncoding, Linkage, Member, Param, Type, VarSection,
};
pub use walk::{for_each_name, for_each_ref, visit_names, visit_refs};
pub use write::{Endian, HeaderForm, WriteOptions};
