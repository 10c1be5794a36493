//! The format, seen from outside.

mod c_compiler;
mod c_dialects;
mod c_hostile;
mod c_includes;
mod c_layout;
mod common;
mod compare;
mod distill;
mod graph;
mod memory;
mod newer_kinds;
mod parts;
mod print;
mod properties;
mod sample;
mod show_layout;
mod verdicts;
mod verify;
