//! ELF files by ranges: sections, symbols, decompression, relocation, and the patched file as a splice.
#![forbid(unsafe_code)]
