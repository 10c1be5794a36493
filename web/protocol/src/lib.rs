//! What the page and its workers have in common, and what can be tested without a browser.
//!
//! ```text
//! page (Yew) ──LabRequest──> laboratory   the classroom's engine; a worker of its own, see [`classroom`]
//!
//! page (Yew) ──Request──> coordinator   plan, merge, finish
//!     │ │    <─Response──
//!     │ ├────Request────> encoder × n   runs of units; each its own wasm instance
//!     │ ├────Request────> module worker × n   whole modules, on the BTF of the kernel
//!     │
//!     │ <─desk::Request─> explorer   the types of a result, or those of two files: answers for them
//!     └── Blob of the patched file: ranges of the user's file, and new bytes
//! ```
//!
//! The page passes results from encoders to the coordinator as transferred buffers; it never looks
//! into them. Nothing is shared between workers but the user's `File`.
#![forbid(unsafe_code)]

pub mod archive;
pub mod classroom;
pub mod companions;
pub mod desk;
pub mod engine;
pub mod figures;
pub mod functions;
pub mod intake;
pub mod protocol;
pub mod queue;
pub mod timeline;
