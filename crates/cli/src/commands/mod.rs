//! The commands, one a file.

pub mod dedup;
pub mod diff;
pub mod dump;
pub mod encode;
pub mod show;
pub mod stats;
pub mod verify;
