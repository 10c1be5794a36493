//! ELF files, seen from outside.

mod common;
mod hostile;
mod joined;
mod memory;
mod patch;
mod real_tools;
mod relocation;
mod sections;
mod symbols;
