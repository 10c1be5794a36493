//! The laboratory, seen from outside.

mod base;
mod check_document;
mod check_errors;
mod check_values;
mod compare;
mod compiler;
mod declarations;
mod drawing;
mod events;
mod ladder;
mod neighbourhood;
mod practice;
mod raw;
mod scenarios;
mod step_names;
mod steps;
mod typed;
mod typed_inputs;
