//! The debug sections that all units share.

use crate::error::Error;
use elf::{Elf, Endian, ReadAt};
use encode::{Machine, Sections};

/// The sections that all units share, in memory: for a kernel some 9 MB.
#[derive(Debug)]
pub(crate) struct DebugSections {
    big_endian: bool,
    machine: Machine,
    abbrev: Vec<u8>,
    str: Vec<u8>,
    line_str: Vec<u8>,
    str_offsets: Vec<u8>,
    addr: Vec<u8>,
}

impl DebugSections {
    pub fn read<R: ReadAt + ?Sized>(elf: &Elf, source: &R) -> Result<DebugSections, Error> {
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
            str: read(".debug_str")?,
            line_str: read(".debug_line_str")?,
            str_offsets: read(".debug_str_offsets")?,
            addr: read(".debug_addr")?,
        })
    }

    pub fn view(&self) -> Sections<'_> {
        Sections {
            abbrev_identity: 0,
            str_identity: 0,
            big_endian: self.big_endian,
            machine: self.machine,
            debug_abbrev: &self.abbrev,
            debug_str: &self.str,
            debug_line_str: &self.line_str,
            debug_str_offsets: &self.str_offsets,
            debug_addr: &self.addr,
            supplementary_str: &[],
            has_type_units: false,
            is_supplementary: false,
            split: None,
        }
    }
}
