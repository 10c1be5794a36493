//! What a generator is: inputs of any size with one trap, and the commands that meet it.

use crate::command::{
    Command, DWARF_COMMANDS, OBJECT_COMMANDS, PROGRAM_COMMANDS, SPLIT_COMMANDS, TYPES_COMMANDS,
};

/// The largest parameter.
const MOST_OF_A_PARAMETER: usize = 1 << 24;

/// The bytes of an input.
#[derive(Clone, Debug)]
pub struct Input {
    /// The file that commands are about.
    pub file: Vec<u8>,
    /// The base of split BTF, or the kernel of an object.
    pub base: Option<Vec<u8>>,
}

impl Input {
    /// The bytes of all its files.
    #[must_use]
    pub fn size(&self) -> usize {
        self.file.len() + self.base.as_ref().map_or(0, Vec::len)
    }
}

/// What a generator writes, which decides the commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// ELF with DWARF.
    Dwarf,
    /// Raw BTF.
    Types,
    /// Raw split BTF and its base.
    Split,
    /// ELF with BTF and what belongs to it: `.BTF.ext`, `.BTF_ids`, symbols.
    Object,
    /// A BPF object, and the BTF of a kernel.
    Program,
}

impl Form {
    /// The form of a name on the command line.
    #[must_use]
    pub fn of(name: &str) -> Option<Form> {
        match name {
            "dwarf" => Some(Form::Dwarf),
            "types" => Some(Form::Types),
            "split" => Some(Form::Split),
            "object" => Some(Form::Object),
            "program" => Some(Form::Program),
            _ => None,
        }
    }
}

/// Inputs of one kind whose size follows a parameter.
#[derive(Clone, Copy, Debug)]
pub struct Generator {
    /// Its name in tables and arguments.
    pub name: &'static str,
    /// What it makes costly where cost follows anything but bytes.
    pub attacks: &'static str,
    /// What it writes.
    pub form: Form,
    /// Writes the input of a parameter, at least 1.
    pub make: fn(usize) -> Input,
}

impl Generator {
    const fn new(
        form: Form,
        name: &'static str,
        attacks: &'static str,
        make: fn(usize) -> Input,
    ) -> Generator {
        Generator {
            name,
            attacks,
            form,
            make,
        }
    }

    /// A generator of ELF files with DWARF.
    pub(crate) const fn dwarf(
        name: &'static str,
        attacks: &'static str,
        make: fn(usize) -> Input,
    ) -> Generator {
        Generator::new(Form::Dwarf, name, attacks, make)
    }

    /// A generator of raw BTF.
    pub(crate) const fn types(
        name: &'static str,
        attacks: &'static str,
        make: fn(usize) -> Input,
    ) -> Generator {
        Generator::new(Form::Types, name, attacks, make)
    }

    /// A generator of split BTF.
    pub(crate) const fn split(
        name: &'static str,
        attacks: &'static str,
        make: fn(usize) -> Input,
    ) -> Generator {
        Generator::new(Form::Split, name, attacks, make)
    }

    /// A generator of ELF files with BTF.
    pub(crate) const fn object(
        name: &'static str,
        attacks: &'static str,
        make: fn(usize) -> Input,
    ) -> Generator {
        Generator::new(Form::Object, name, attacks, make)
    }

    /// A generator of BPF objects.
    pub(crate) const fn program(
        name: &'static str,
        attacks: &'static str,
        make: fn(usize) -> Input,
    ) -> Generator {
        Generator::new(Form::Program, name, attacks, make)
    }

    /// The commands that read such an input.
    #[must_use]
    pub fn commands(&self) -> &'static [Command] {
        match self.form {
            Form::Dwarf => DWARF_COMMANDS,
            Form::Types => TYPES_COMMANDS,
            Form::Split => SPLIT_COMMANDS,
            Form::Object => OBJECT_COMMANDS,
            Form::Program => PROGRAM_COMMANDS,
        }
    }

    /// The largest parameter whose input has at most `bytes`, or 1.
    #[must_use]
    pub fn parameter_for(&self, bytes: usize) -> usize {
        let fits = |parameter| (self.make)(parameter).size() <= bytes;
        let mut below: usize = 1;
        // Some inputs hardly grow, since their parameter is compressed.
        while below < MOST_OF_A_PARAMETER && fits(below * 2) {
            below *= 2;
        }
        let mut step = below;
        while step > 1 {
            step = step.div_ceil(2);
            if fits(below + step) {
                below += step;
            }
            if step == 1 {
                break;
            }
        }
        below
    }
}

impl From<Vec<u8>> for Input {
    fn from(file: Vec<u8>) -> Input {
        Input { file, base: None }
    }
}
