//! The debug sections that all units share.

use super::strings::Strings;
use crate::error::Error;
use elf::{Elf, Endian, ReadAt, Section};
use encode::{DebugStr, Machine, Sections};
use std::sync::OnceLock;

/// The sections that all units share, in memory: for a kernel some 9 MB.
#[derive(Debug)]
pub(crate) struct DebugSections {
    big_endian: bool,
    machine: Machine,
    abbrev: Vec<u8>,
    pub(super) strings: Strings,
    line_str: Vec<u8>,
    str_offsets: Vec<u8>,
    addr: Vec<u8>,
}

impl DebugSections {
    pub fn read<R: ReadAt + ?Sized>(elf: &Elf, source: &R) -> Result<DebugSections, Error> {
        DebugSections::read_but_strings(elf, source, None)
    }

    /// The same, but of strings whose section is given workers will read parts.
    pub fn read_but_strings<R: ReadAt + ?Sized>(
        elf: &Elf,
        source: &R,
        in_parts: Option<&Section>,
    ) -> Result<DebugSections, Error> {
        let read = |name: &str| -> Result<Vec<u8>, Error> {
            match elf.section(name).filter(|section| !section.is_nobits()) {
                Some(section) => Ok(elf.read_section(source, section)?),
                None => Ok(Vec::new()),
            }
        };
        Ok(DebugSections {
            big_endian: elf.endian == Endian::Big,
            machine: Machine::from_elf(elf.machine),
            abbrev: read(".debug_abbrev")?,
            strings: match in_parts {
                Some(section) => Strings::InParts(section.clone(), OnceLock::new()),
                None => Strings::Whole(read(".debug_str")?),
            },
            line_str: read(".debug_line_str")?,
            str_offsets: read(".debug_str_offsets")?,
            addr: read(".debug_addr")?,
        })
    }

    /// The sections as the encoder reads them. Strings that are read in parts are none of them.
    pub fn view(&self) -> Sections<'_> {
        Sections {
            abbrev_identity: 0,
            str_identity: 0,
            big_endian: self.big_endian,
            machine: self.machine,
            debug_abbrev: &self.abbrev,
            debug_str: DebugStr::whole(self.strings.whole().unwrap_or_default()),
            debug_line_str: &self.line_str,
            debug_str_offsets: &self.str_offsets,
            debug_addr: &self.addr,
            supplementary_str: DebugStr::default(),
            has_type_units: false,
            is_supplementary: false,
            split: None,
        }
    }
}
