//! The explorer, seen from outside.

mod cards;
mod changes;
mod common;
mod copy_as;
mod go;
mod history;
mod hostile;
mod inlined;
mod lists;
mod modules;
mod readings;
mod signatures;
mod sources;
mod unfold;
mod why;
