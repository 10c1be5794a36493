//! The explorer, seen from outside.

mod cards;
mod changes;
mod common;
mod history;
mod lists;
mod readings;
mod signatures;
mod sources;
mod why;
