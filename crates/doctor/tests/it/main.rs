//! The doctor on small files, each with one thing wrong.

mod findings;
mod fixtures;
mod readers;
