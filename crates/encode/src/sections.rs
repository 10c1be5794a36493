//! What an encoder reads.

use crate::debug_str::DebugStr;
use gimli::{DebugAddr, DebugStrOffsets, EndianSlice, RunTimeEndian};

/// A reader of a section, in the file's byte order.
pub(crate) type Slice<'a> = EndianSlice<'a, RunTimeEndian>;

/// Sections that all units share, and what the file says of its machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sections<'a> {
    /// Tells `debug_abbrev` from that of other sections which the same encoder reads: a table is not
    /// read twice from the same section.
    pub abbrev_identity: u32,
    /// The same of `debug_str`, for names.
    pub str_identity: u32,
    /// Byte order is big-endian.
    pub big_endian: bool,
    /// The machine, for the registers that carry parameters.
    pub machine: Machine,
    /// `.debug_abbrev`.
    pub debug_abbrev: &'a [u8],
    /// `.debug_str`.
    pub debug_str: DebugStr<'a>,
    /// `.debug_line_str`.
    pub debug_line_str: &'a [u8],
    /// `.debug_str_offsets`.
    pub debug_str_offsets: &'a [u8],
    /// `.debug_addr`.
    pub debug_addr: &'a [u8],
    /// `.debug_str` of the supplementary file, if there is one.
    pub supplementary_str: DebugStr<'a>,
    /// Whether the file has type units, so that any entry may be what a type is there for.
    pub has_type_units: bool,
    /// Whether these are the supplementary file's own sections.
    pub is_supplementary: bool,
    /// For a split unit, whose other sections are those of its own file: what that file does not say.
    pub split: Option<SplitBases<'a>>,
}

/// What a split unit needs of its skeleton, and its ranges. `.debug_addr` is the skeleton's too.
#[derive(Clone, Copy, Debug)]
pub struct SplitBases<'a> {
    /// `DW_AT_addr_base` of the skeleton (`DW_AT_GNU_addr_base` before DWARF 5).
    pub addr_base: u64,
    /// `DW_AT_low_pc` of the skeleton, 0 when it has none.
    pub low_pc: u64,
    /// `.debug_rnglists.dwo`.
    pub debug_rnglists: &'a [u8],
}

/// A whole unit, to be encoded.
#[derive(Clone, Copy, Debug)]
pub struct UnitBytes<'a> {
    /// Its offset in `.debug_info`.
    pub offset: u64,
    /// The unit, header included.
    pub bytes: &'a [u8],
}

/// Gives ranges of `.debug_loclists` (DWARF 5) and `.debug_loc` (older); of a split unit, of its own
/// file's `.debug_loclists.dwo` and `.debug_loc.dwo`.
pub trait LocationSource {
    /// At most `len` bytes from `offset` on; fewer at the end of the section, none when there is no
    /// such section or it cannot be read.
    fn read(&mut self, dwarf5: bool, offset: u64, len: usize) -> &[u8];

    /// The same of `.debug_rnglists` (DWARF 5) and `.debug_ranges` (older). Only inline sites need them.
    fn read_ranges(&mut self, dwarf5: bool, offset: u64, len: usize) -> &[u8] {
        let _ = (dwarf5, offset, len);
        &[]
    }
}

/// No location lists: parameters that need one count as having no known register.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoLocations;

impl LocationSource for NoLocations {
    fn read(&mut self, _: bool, _: u64, _: usize) -> &[u8] {
        &[]
    }
}

impl<'a> Sections<'a> {
    pub(crate) fn endian(&self) -> RunTimeEndian {
        if self.big_endian {
            RunTimeEndian::Big
        } else {
            RunTimeEndian::Little
        }
    }

    pub(crate) fn slice(&self, bytes: &'a [u8]) -> Slice<'a> {
        EndianSlice::new(bytes, self.endian())
    }

    pub(crate) fn str_offsets(&self) -> DebugStrOffsets<Slice<'a>> {
        DebugStrOffsets::from(self.slice(self.debug_str_offsets))
    }

    pub(crate) fn addresses(&self) -> DebugAddr<Slice<'a>> {
        DebugAddr::from(self.slice(self.debug_addr))
    }
}

/// The registers in which a machine's calling convention passes parameters, as far as pahole 1.32
/// looks at them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Machine {
    /// How many parameters travel in registers; 0 for machines that are not known.
    pub register_params: u8,
    /// DWARF numbers of these registers, in order; empty where only their number is known.
    pub registers: &'static [u16],
    /// Whether an aggregate of two words travels in two registers.
    pub aggregates_use_two: bool,
}

impl Machine {
    /// The machine with this `e_machine`. Registers are those of the platform's ABI document.
    pub fn from_elf(e_machine: u16) -> Machine {
        const EM_MIPS: u16 = 8;
        const EM_PPC: u16 = 20;
        const EM_PPC64: u16 = 21;
        const EM_S390: u16 = 22;
        const EM_ARM: u16 = 40;
        const EM_SPARC: u16 = 2;
        const EM_SPARCV9: u16 = 43;
        const EM_ARC: u16 = 45;
        const EM_X86_64: u16 = 62;
        const EM_AARCH64: u16 = 183;
        const EM_RISCV: u16 = 243;
        let (register_params, registers): (u8, &'static [u16]) = match e_machine {
            EM_X86_64 => (6, &[5, 4, 1, 2, 8, 9]),
            EM_S390 => (5, &[2, 3, 4, 5, 6]),
            EM_ARM | EM_AARCH64 => (8, &[0, 1, 2, 3, 4, 5, 6, 7]),
            EM_SPARC | EM_SPARCV9 => (6, &[]),
            EM_ARC | EM_MIPS | EM_PPC | EM_PPC64 | EM_RISCV => (8, &[]),
            _ => (0, &[]),
        };
        Machine {
            register_params,
            registers,
            aggregates_use_two: e_machine != EM_S390,
        }
    }
}
