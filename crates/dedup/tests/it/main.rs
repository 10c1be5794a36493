//! Dedup, seen from outside: rules, properties of random programs, and what libbpf says.

mod common;
mod ext;
mod forwards;
#[path = "../../../btf/tests/it/graph.rs"]
mod graph;
mod hostile;
mod libbpf;
mod locations;
mod observer;
mod prefold;
mod properties;
mod sharing;
mod split;
