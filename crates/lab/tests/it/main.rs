//! The laboratory, seen from outside.

mod compare;
mod compiler;
mod declarations;
mod events;
mod ladder;
mod neighbourhood;
mod practice;
mod raw;
mod scenarios;
mod steps;
mod typed;
mod typed_inputs;
