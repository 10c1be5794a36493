//! The classroom's laboratory: what people type becomes units of BTF, as compilers and encoders would make them.
//!
//! [`c::unit`] takes C declarations and gives the types of one compilation unit, laid out as on a given [`Abi`].
//! The text is read by the crate lang-c; layout follows the System V ABI, as gcc and clang do, against which it is
//! tested.
#![forbid(unsafe_code)]

mod abi;
pub mod c;

pub use abi::Abi;
