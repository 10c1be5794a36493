//! Objects that clang compiles from a few lines, on kernels of a few types.

mod clang;
mod flow;
mod header;
mod minimal;
mod rules;
mod targets;
