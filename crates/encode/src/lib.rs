//! DWARF to BTF, one unit at a time.
#![forbid(unsafe_code)]
