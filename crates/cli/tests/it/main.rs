//! The command and `btfscope-pahole`, run as a user runs them.

mod btf;
mod choices;
mod common;
mod core;
mod distill;
mod doctor;
mod documents;
mod encode;
mod errors;
mod explore;
mod faults;
mod inline;
#[cfg(target_os = "linux")]
mod interrupted;
mod kernel;
mod lab;
mod lesson;
mod memory;
mod object;
mod outputs;
mod pahole;
mod serve;
mod split;
mod stdin;
mod supplementary;
mod terminal;
mod unpack;
