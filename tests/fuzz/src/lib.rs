//! What the fuzzer runs: each target is a function that takes any bytes and panics if the engine breaks a promise.
//!
//! The programs in `fuzz/fuzz_targets` call these functions under libFuzzer. The tests of this crate call them with
//! the committed corpus, natively and in WebAssembly, so what the fuzzer once found stays mended.
//!
//! A target fails in four ways: a panic of the engine, arithmetic that overflows, an assertion of the target itself, and
//! memory or time without bound, for which the fuzzer has limits.
#![forbid(unsafe_code)]

#[cfg(not(target_family = "wasm"))]
pub mod corpus;
mod input;
mod job;
#[cfg(not(target_family = "wasm"))]
#[allow(
    missing_docs,
    reason = "the fields of a generated program are named as in DWARF"
)]
pub mod program;
mod questions;
mod targets;

pub use targets::{TARGETS, Target, find};
