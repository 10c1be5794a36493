//! A BPF object: its code, types, relocations, externs, and maps that are filled with programs.

pub(crate) mod code;
mod copies;
mod embedded;
mod externs;
mod gather;
pub(crate) mod insn;
mod lines;
mod programs;
mod read;
mod section_names;
mod struct_ops;

pub use embedded::embedded;
pub use externs::{Extern, ExternKind};
pub use insn::{INSN_BYTES, Insn};
use programs::program_at;
pub use programs::{Autoload, Program};
pub use read::ObjectError;
pub(crate) use section_names::type_name;
pub use section_names::{AttachTo, SectionKind};
pub use struct_ops::{StructOpsMap, StructOpsMember};

use crate::spending::Spending;
use btf::{Btf, TypeId};
use budget::Budget;
use code::Section;
use lines::Line;

/// A BPF object, read from an ELF file.
#[derive(Debug)]
pub struct Object {
    /// The name under which it was read.
    pub name: String,
    /// Whether its byte order is big endian.
    pub big_endian: bool,
    /// Its types; `None` without `.BTF`.
    pub btf: Option<Btf>,
    /// Its programs and subprograms, in the order of sections and addresses.
    pub programs: Vec<Program>,
    /// What it expects from the kernel by name.
    pub externs: Vec<Extern>,
    /// Its `struct_ops` maps.
    pub struct_ops: Vec<StructOpsMap>,
    /// Relocations against types, in the order in which they are decided.
    pub records: Vec<Record>,
    /// Why a loader does not open the object; empty if it does.
    pub refused: Vec<Refused>,
    pub(crate) sections: Vec<Section>,
    pub(crate) lines: Vec<Line>,
    /// Bytes of the file.
    pub(crate) bytes: u64,
    pub(crate) budget: Budget,
}

/// A record of `core_relo`, as it is in the object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The name of the ELF section with the instruction.
    pub section: String,
    /// The number of the record in that section, counted from 0.
    pub number: u32,
    /// The program with the instruction; `None` if the linker dropped it.
    pub program: Option<usize>,
    /// The instruction: its number in the program, or in its section if it is in no program.
    pub instruction: u32,
    /// Whether the offset is a whole number of instructions.
    pub aligned: bool,
    /// The type at which the access starts.
    pub root: TypeId,
    /// The access string, such as `0:1:2`.
    pub access: String,
    /// What the instruction asks for: a number of [`crate::RelocationKind`].
    pub kind: u32,
}

/// Why a loader does not open an object, whatever the kernel.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Refused {
    /// The object has the other byte order.
    ByteOrder,
    /// A section of map definitions without BTF, which libbpf 1.0 no longer reads.
    LegacyMaps {
        /// The section.
        section: String,
    },
    /// A program is a static function in a section of its own.
    StaticProgram {
        /// The program.
        program: String,
        /// Its section.
        section: String,
    },
    /// An extern that the BTF does not declare in `.ksyms` or `.kconfig`.
    ExternWithoutType {
        /// The extern.
        name: String,
    },
    /// An instruction refers to a symbol of a section that is no map and no data.
    BadReference {
        /// The program.
        program: String,
        /// The symbol.
        symbol: String,
        /// The section of the symbol.
        section: String,
    },
}

impl Object {
    /// The program of that name.
    pub fn program(&self, name: &str) -> Option<&Program> {
        self.programs.iter().find(|program| program.name == name)
    }

    /// The number of the program that an instruction of a section is in: the last that begins before it.
    pub(crate) fn program_at(&self, section: u32, number: u32) -> Option<usize> {
        program_at(&self.programs, section, number)
    }

    /// What a check on a kernel may cost.
    pub(crate) fn spending(&self, kernel: &crate::kernel::Kernel) -> Spending {
        Spending::of(self.budget, self.bytes, kernel.bytes())
    }

    /// The source line of an instruction of a program, if the compiler recorded one.
    pub fn source_of(&self, program: &Program, instruction: u32) -> Option<Source> {
        let btf = self.btf.as_ref()?;
        lines::find(&self.lines, program.section, program.start + instruction).map(|line| Source {
            file: btf.str(line.file).into_owned(),
            line: line.number,
            text: btf.str(line.text).trim().to_owned(),
        })
    }
}

/// A line of source.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Source {
    /// The file, as the compiler named it.
    pub file: String,
    /// The number of the line, counted from 1.
    pub line: u32,
    /// The text of the line.
    pub text: String,
}
