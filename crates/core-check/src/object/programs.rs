//! Programs of an object: the functions of its executable sections.

use super::section_names::SectionKind;

/// Whether a loader loads a program without being asked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Autoload {
    /// It does.
    On,
    /// The section's name starts with `?`: only if the program that loads the object switches it on.
    Optional,
    /// It belongs to a map that is not created, or that has no place for it.
    Off,
    /// A subprogram, which is part of each program that calls it.
    Subprogram,
}

/// A program or subprogram.
#[derive(Clone, Debug)]
pub struct Program {
    /// The name of the function.
    pub name: String,
    /// The name of its section, with `?`.
    pub section_name: String,
    /// What the section's name says; `None` if it is not known, and for subprograms.
    pub kind: Option<SectionKind>,
    /// Whether it is loaded.
    pub autoload: Autoload,
    /// The function is visible to other objects, so the verifier checks it alone.
    pub is_global: bool,
    /// The index of its section.
    pub(crate) section: u32,
    /// The number of its first instruction in the section.
    pub(crate) start: u32,
    /// How many instructions it has.
    pub(crate) len: u32,
}

/// The section of subprograms.
pub(crate) const TEXT: &str = ".text";

impl Program {
    /// Whether it is a function that programs call.
    pub fn is_subprogram(&self) -> bool {
        self.autoload == Autoload::Subprogram
    }

    /// How many instructions it has.
    pub fn instructions(&self) -> u32 {
        self.len
    }

    pub(crate) fn new(
        name: String,
        section_name: &str,
        section: u32,
        (start, len): (u32, u32),
        is_global: bool,
    ) -> Program {
        let bare = section_name.strip_prefix('?');
        let autoload = match bare {
            _ if section_name == TEXT => Autoload::Subprogram,
            Some(_) => Autoload::Optional,
            None => Autoload::On,
        };
        Program {
            name,
            kind: match autoload {
                Autoload::Subprogram => None,
                _ => SectionKind::of(bare.unwrap_or(section_name)),
            },
            section_name: section_name.to_owned(),
            autoload,
            is_global,
            section,
            start,
            len,
        }
    }
}

/// The number of the program that an instruction of a section is in: the last that begins before it. Programs are in order.
pub(super) fn program_at(programs: &[Program], section: u32, number: u32) -> Option<usize> {
    let before = programs.partition_point(|one| (one.section, one.start) <= (section, number));
    before.checked_sub(1).filter(|&found| {
        let found = &programs[found];
        found.section == section && number - found.start < found.len
    })
}
