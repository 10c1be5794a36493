//! The BPF Type Format: types, strings, reading, writing, verifying, printing, comparing.
#![forbid(unsafe_code)]
