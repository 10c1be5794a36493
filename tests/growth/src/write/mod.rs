//! Writers of the formats, without checks: a generator writes what no compiler would.

mod btf;
mod dwarf;
mod elf;
mod object;

pub use btf::{BtfWriter, Kind, MOST_MEMBERS};
pub use dwarf::{ABBREVIATIONS, Code, UnitWriter, abbreviation, uleb};
pub use elf::{ElfWriter, Section, Symbol, compressed, symbol_table};
pub use object::{Code as ObjectCode, ObjectWriter, exit, insn, set_r0};
