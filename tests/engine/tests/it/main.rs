//! The whole engine on real files, by real compilers, and on damaged input.

mod ambiguous;
mod annotations;
mod budgets;
mod cxx;
mod definitions;
mod dwz;
mod features;
mod forms;
mod hostile;
mod hostile_units;
mod job;
mod kernel;
mod kernel_types;
mod limits;
mod listed;
mod lto;
mod modules;
mod numbers;
mod patience;
#[path = "../../readers/btf_rs.rs"]
mod reader;
mod relocations;
mod sample;
mod split_cost;
mod split_dwarf;
mod strings;
mod strings_in_parts;
mod toolchains;
mod type_units;
