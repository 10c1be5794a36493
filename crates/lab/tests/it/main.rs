//! The laboratory, seen from outside.

mod compiler;
mod declarations;
mod neighbourhood;
mod raw;
mod scenarios;
mod steps;
