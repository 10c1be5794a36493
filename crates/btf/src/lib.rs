//! BTF, the BPF Type Format: reading, building, changing, verifying, printing, comparing, and writing it.
//!
//! BTF describes the types, functions, and variables of a Linux kernel, a kernel module, or a BPF program, as C declares
//! them. It is a section named `.BTF` with a header, a list of types that refer to each other by number, and a string
//! section with their names. It is small enough to stay in memory with what it describes: the running kernel offers its
//! own as `/sys/kernel/btf/vmlinux`.
//!
//! The format is documented in the kernel's [BPF Type Format]; comments link to the section from which a rule comes.
//!
//! # Reading
//!
//! The examples of this documentation read `tests/data/inventory.btf`, which `examples/build.rs` of this crate writes.
//!
//! ```
//! use btf::{Btf, Kind};
//!
//! let btf = Btf::parse(&std::fs::read("tests/data/inventory.btf")?)?;
//! btf.check_references()?; // ids and names lead somewhere
//!
//! let item = btf.find(Kind::Struct, "item").expect("the sample has it");
//! let members = btf.get(item).expect("an id that `find` gave").members();
//! let lines: Vec<String> = members
//!     .map(|member| btf::print::c::type_name(&btf, member.ty, &btf.str(member.name)))
//!     .collect();
//! assert_eq!(lines[..2], ["struct item *next", "char name[16]"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Building
//!
//! Names go into the string section with [`Btf::intern`], types into the type section with the `add_…` methods, which
//! return the id of the new type.
//!
//! ```
//! use btf::{Btf, Int, IntEncoding, Kind, Linkage, Param, TypeId, WriteOptions};
//!
//! // typedef unsigned int uid_t; void chown_all(uid_t uid, ...) { … }
//! let mut btf = Btf::new();
//! let number = Int { size: 4, encoding: IntEncoding::NONE, offset: 0, bits: 32 };
//! let unsigned = btf.add_int("unsigned int", number)?;
//! let uid_t = btf.add_typedef("uid_t", unsigned)?;
//! let uid = Param { name: btf.intern(b"uid")?, ty: uid_t };
//! let proto = btf.add_func_proto(TypeId::VOID, &[uid, Param::VARIADIC])?;
//! btf.add_func("chown_all", proto, Linkage::Global)?;
//!
//! btf::verify::verify_types(&btf)?; // the kernel would load it
//! let bytes = btf.to_bytes(WriteOptions::default())?;
//! assert_eq!(Btf::parse(&bytes)?.find(Kind::Func, "chown_all"), Some(TypeId(4)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Map
//!
//! | to … | use |
//! |---|---|
//! | read a section | [`Btf::parse`], [`Btf::parse_split`] for a module's, [`read`] from a file, piece by piece; [`parse_parts`] if it may contain several BTFs |
//! | go through types | [`Btf::types`], [`Btf::all_types`], [`Btf::get`], [`Btf::find`], [`Btf::find_all`] |
//! | look at a type | [`Type`]: [`Type::data`], [`Type::members`], [`Type::enumerators`], [`Type::params`], [`Type::variables`], [`Type::inline_sites`], [`Type::location`], [`Type::refs`], [`Type::names`] |
//! | get the text of a name | [`Btf::str`], [`Btf::name`]; as bytes [`Btf::string`] |
//! | build | [`Btf::new`], [`Btf::split`], [`Btf::intern`], [`Btf::add_int`] and the other `add_…` methods, [`Btf::push`] |
//! | change | [`Btf::words_mut`] with [`refs_mut`] and [`names_mut`], [`Btf::permute`], [`Btf::sort_by_name`], [`Btf::retain`] |
//! | write | [`Btf::to_bytes`] |
//! | check | [`Btf::check_references`]; [`verify`]: the rules by which the kernel accepts BTF |
//! | print | [`print::raw`] and [`print::json`] as bpftool, [`print::c`] as a C header, [`print::show`] as pahole |
//! | compute sizes and offsets | [`layout`]: sizes, alignment, members with holes, cache lines |
//! | compare or count | [`compare`](mod@compare), [`stats`] |
//! | handle what is beside `.BTF` | [`ext`]: `.BTF.ext` of BPF objects; [`distill`]: `.BTF.base` of modules |
//!
//! The crate `btfscope-dedup` merges equal types.
//!
//! # How it works
//!
//! A [`Btf`] contains its type section as the 32-bit words of the format, in the host's byte order, and one index entry
//! for each type. Every field of the format is a 32-bit word, so reading the other byte order means swapping words, and
//! a pass such as dedup rewrites references in place. [`Type`] is a view of one type's words; nothing is allocated per
//! type.
//!
//! The crate needs no standard library, only `alloc`. Its features:
//!
//! - `std` (default): finds strings with the processor's widest instructions, which it looks for at run time.
//! - `serde`: `Serialize` and `Deserialize` for counts, comparisons, problems, ids, kinds, and options.
//!
//! Input may be damaged or hostile: reading checks every bound, and printing and layout end on types that contain
//! themselves. This crate knows nothing of ELF or DWARF, opens no files, and contains no
//! unsafe code.
//!
//! [BPF Type Format]: https://docs.kernel.org/bpf/btf.html
#![no_std]
#![forbid(unsafe_code)]
#![deny(
    missing_docs,
    rustdoc::broken_intra_doc_links,
    rustdoc::private_intra_doc_links
)]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod build;
pub mod compare;
mod container;
pub mod distill;
mod error;
pub mod ext;
mod find;
mod header;
mod id;
mod info;
mod kind;
pub mod layout;
mod location;
mod name_bytes;
mod parse;
mod parts;
mod permute;
mod pieces;
pub mod print;
mod record;
mod shape;
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
pub use info::Info;
pub use kind::Kind;
pub use location::{InlineSite, Location, LocationFlags, Place, PlaceValues, Register};
pub use parse::{parse, read};
pub use parts::{Parts, parse_parts, read_parts};
pub use permute::PermuteError;
pub use pieces::{Pieces, Words, word_count};
pub use record::{
    Array, Data, Enumerator, FwdKind, Int, IntEncoding, Linkage, Member, Param, VarSection,
};
pub use shape::{Shape, Third, Word};
pub use strings::StringTable;
pub use types::Type;
pub use walk::{find_ref, names_mut, refs_mut, same_words};
pub use write::{Endian, HeaderForm, WriteOptions};
