//! Packages, archives, compressed files, and boot images as streams: what is in them, and the kernel.
//!
//! Everything is read from front to back, so that a package is read once and never held whole. [`open`] recognises what a
//! stream is by its first bytes and goes as deep as it must: an RPM package is a header, a compressed stream, and a cpio
//! archive in it. The result is a [`Package`], whose entries are read one after the other, or a single file.
//!
//! [`extract`] looks for the kernel, or for a file that is named, and writes it where a [`Spools`] says. It reads no further
//! than it must. A boot image is opened by [`image`]; what is in it is an ELF file, or BTF that is found in the raw bytes.
//!
//! ```
//! use unpack::{Limits, Opened, open};
//!
//! // A tar archive with one file of two bytes.
//! let mut header = [0u8; 512];
//! header[..7].copy_from_slice(b"vmlinux");
//! header[124..136].copy_from_slice(b"00000000002\0");
//! header[156] = b'0';
//! header[148..156].copy_from_slice(b"        ");
//! let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
//! header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
//! let archive = [&header[..], b"ok", &[0; 510], &[0; 1024]].concat();
//!
//! let Opened::Package(mut package) = open("kernel.tar", Box::new(&archive[..]), &Limits::default())? else {
//!     panic!("this is an archive");
//! };
//! let entry = package.next_entry()?.expect("an entry");
//! assert_eq!((entry.path.as_str(), entry.size), ("vmlinux", Some(2)));
//! assert!(package.next_entry()?.is_none());
//! # Ok::<(), unpack::Error>(())
//! ```

#![forbid(unsafe_code)]

mod advice;
mod banner;
mod container;
mod decode;
mod error;
mod extract;
mod format;
pub mod image;
mod layer;
mod limits;
mod members;
mod modules;
mod names;
mod package;
mod raw_btf;
mod role;
mod spool;
mod when_ready;

pub use advice::{DebugPackage, Distribution};
pub use banner::{Banner, banner};
pub use container::{Entry, EntryKind};
pub use decode::block::{BlockFormat, BlockPool, PackedBlock, unpack_block};
pub use error::{Error, Place};
pub use extract::{Content, Found, Wanted, extract, extract_when_ready, kernel_of};
pub use format::{Archive, Compression, Format, HEAD_BYTES, Image};
pub use limits::Limits;
pub use members::{Member, members, members_when_ready};
pub use modules::{NamedModules, module_name, modules, modules_when_ready};
pub use package::{FileStream, Kind, Opened, Package, open, open_with};
pub use role::Role;
pub use spool::{MemorySpool, MemorySpools, Spool, Spools};
