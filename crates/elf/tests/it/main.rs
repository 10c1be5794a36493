//! ELF files, seen from outside.

mod common;
mod hostile;
mod patch;
mod real_tools;
mod relocation;
mod sections;
mod symbols;
