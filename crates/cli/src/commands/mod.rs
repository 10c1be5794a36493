//! The commands, each in a file of its own.

pub mod changes;
pub mod completions;
pub mod convert;
pub mod core;
pub mod dedup;
pub mod diff;
pub mod distill;
pub mod doctor;
pub mod dump;
pub mod encode;
pub mod functions;
pub mod history;
pub mod lab;
pub mod lesson;
pub mod manual;
pub mod modules;
pub mod object;
pub mod relocate;
pub mod serve;
pub mod show;
pub mod sources;
pub mod stats;
pub mod types;
pub mod unpack;
pub mod verify;
pub mod why;
