//! What the page and its workers tell each other, and what of the page can be tested without a browser.
//!
//! ```text
//! page (Yew) ──lab::LabRequest──────────────> laboratory        C declarations, and the exact engine over them
//!     │
//!     ├────explorer::Request────────────────> explorer × n      the types of a result, or those of two files
//!     │
//!     ├────programs::ProgramsRequest────────> programs          kernels and BPF objects
//!     │
//!     ├────engine::CoordinatorRequest───────> coordinator       plan, merge, finish
//!     ├────engine::EncoderRequest───────────> encoder × n       runs of units; each its own wasm instance
//!     ├────unpack::UnpackRequest────────────> unpacker          a kernel out of a package, archive, or boot image
//!     │
//!     ├────engine::ModuleRequest────────────> module worker × n whole modules, on the BTF of the kernel
//!     │
//!     └── Blob of the patched file: ranges of the user's file, and new bytes
//! ```
//!
//! The page passes results from encoders to the coordinator as transferred buffers; it never looks
//! into them. Nothing is shared between workers but the user's `File`.
#![forbid(unsafe_code)]

// Messages.
pub mod codec;
pub mod engine;
pub mod explorer;
pub mod failure;
pub mod files;
pub mod from_worker;
pub mod job_result;
pub mod lab;
pub mod port;
pub mod programs;
pub mod unpack;

// Pure functions of the page and its workers.
pub mod archive;
pub mod beside;
pub mod blocks;
pub mod called;
pub mod companions;
pub mod conditions;
pub mod death;
pub mod embed;
pub mod figures;
pub mod intake;
pub mod matrix;
pub mod pair;
pub mod place;
pub mod practice;
pub mod queue;
pub mod text;
pub mod timeline;
pub mod unfolded;
