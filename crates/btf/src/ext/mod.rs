//! `.BTF.ext`: what a BPF object declares about its instructions, in terms of its BTF.
//!
//! Functions with their types, source lines, and relocations of field accesses (CO-RE) name types by id
//! and strings by offset of the `.BTF` section beside. A pass that renumbers types or rebuilds strings there
//! must change them here too: [`BtfExt::for_each_ref`] and [`BtfExt::try_for_each_name`].
//!
//! Source of the format: the kernel's documentation of the [`.BTF.ext` section].
//!
//! [`.BTF.ext` section]: https://docs.kernel.org/bpf/btf.html#btf-ext-section

use alloc::vec::Vec;
mod error;
mod read;

pub use error::{ExtError, ExtTable};

use crate::{Btf, Endian, StringOffset, TypeId};

/// A `.BTF.ext` section: its bytes, and where they contain ids and string offsets.
///
/// ```
/// use btf::{BtfExt, Endian, ExtError};
///
/// // magic, version, flags, hdr_len, and two empty tables
/// let mut bytes = vec![0x9f, 0xeb, 1, 0, 24, 0, 0, 0];
/// bytes.resize(24, 0);
/// let ext = BtfExt::parse(bytes)?;
/// assert_eq!(ext.endian(), Endian::Little);
/// assert_eq!(ext.functions().count() + ext.lines().count(), 0);
/// # Ok::<(), ExtError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BtfExt {
    bytes: Vec<u8>,
    endian: Endian,
    /// Offsets in `bytes` of type ids, with the table they are of.
    refs: Vec<(ExtTable, usize)>,
    /// Offsets in `bytes` of string offsets, in libbpf's order: by table, in each section its name, then
    /// its records.
    names: Vec<(ExtTable, usize)>,
    records: Vec<(ExtTable, Record)>,
}

/// A record: the section of instructions it is of, and where its words start in `bytes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Record {
    section: usize,
    at: usize,
}

/// Where a function of the object starts, and its type: a record of `func_info`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FuncInfo {
    /// Name of the ELF section with the function's instructions.
    pub section: StringOffset,
    /// Offset of the function's first instruction in that section, in bytes.
    pub instruction: u32,
    /// The FUNC that describes it.
    pub ty: TypeId,
}

/// The source line of an instruction: a record of `line_info`. It holds up to the next record's instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineInfo {
    /// Name of the ELF section with the instruction.
    pub section: StringOffset,
    /// Offset of the instruction in that section, in bytes.
    pub instruction: u32,
    /// Name of the source file.
    pub file: StringOffset,
    /// Text of the line, as the compiler saw it.
    pub text: StringOffset,
    /// Number of the line, counted from 1.
    pub line: u32,
    /// Column in the line; 0 if the compiler gave none.
    pub column: u32,
}

/// An instruction whose operand depends on the layout of a type in the kernel on which it will run: a record of
/// `core_relo`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoreRelocation {
    /// Name of the ELF section with the instruction.
    pub section: StringOffset,
    /// Offset of the instruction in that section, in bytes.
    pub instruction: u32,
    /// The type at which the access starts.
    pub ty: TypeId,
    /// The members that lead to the field: `0:1:2`.
    pub access: StringOffset,
    /// What the operand is about the field, such as its byte offset (0): a value of `enum bpf_core_relo_kind`.
    pub kind: u32,
}

impl BtfExt {
    /// Reads the bytes of a `.BTF.ext` section, of either byte order.
    ///
    /// # Errors
    ///
    /// [`ExtError`], where libbpf refuses the section too. Neither references nor names are checked: see
    /// [`BtfExt::check`].
    pub fn parse(bytes: Vec<u8>) -> Result<BtfExt, ExtError> {
        read::parse(bytes)
    }

    /// The bytes of the section, with the changes so far.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Gives up the bytes of the section, without a copy.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The byte order of the section.
    pub fn endian(&self) -> Endian {
        self.endian
    }

    /// Functions in the order of the section.
    pub fn functions(&self) -> impl Iterator<Item = FuncInfo> + '_ {
        self.of(ExtTable::Functions).map(|record| FuncInfo {
            section: StringOffset(self.word(record.section)),
            instruction: self.word(record.at),
            ty: TypeId(self.word(record.at + 4)),
        })
    }

    /// Source lines in the order of the section.
    pub fn lines(&self) -> impl Iterator<Item = LineInfo> + '_ {
        self.of(ExtTable::Lines).map(|record| {
            let place = self.word(record.at + 12);
            LineInfo {
                section: StringOffset(self.word(record.section)),
                instruction: self.word(record.at),
                file: StringOffset(self.word(record.at + 4)),
                text: StringOffset(self.word(record.at + 8)),
                line: place >> 10,
                column: place & 0x3ff,
            }
        })
    }

    /// CO-RE relocations in the order of the section; none if its header has no such table.
    pub fn core_relocations(&self) -> impl Iterator<Item = CoreRelocation> + '_ {
        self.of(ExtTable::CoreRelocations)
            .map(|record| CoreRelocation {
                section: StringOffset(self.word(record.section)),
                instruction: self.word(record.at),
                ty: TypeId(self.word(record.at + 4)),
                access: StringOffset(self.word(record.at + 8)),
                kind: self.word(record.at + 12),
            })
    }

    /// Calls `f` with every type id, which it can change; the bytes follow.
    pub fn for_each_ref(&mut self, mut f: impl FnMut(&mut u32)) {
        for index in 0..self.refs.len() {
            let at = self.refs[index].1;
            let mut id = self.word(at);
            f(&mut id);
            self.set_word(at, id);
        }
    }

    /// Calls `f` with every string offset, which it can change, in the order in which libbpf visits them.
    ///
    /// # Errors
    ///
    /// The first that `f` gives; what came before stays changed.
    pub fn try_for_each_name<E>(
        &mut self,
        mut f: impl FnMut(&mut u32) -> Result<(), E>,
    ) -> Result<(), E> {
        for index in 0..self.names.len() {
            let at = self.names[index].1;
            let mut name = self.word(at);
            f(&mut name)?;
            self.set_word(at, name);
        }
        Ok(())
    }

    /// Checks that every id names a type of `btf` and every string offset lies in its strings.
    ///
    /// # Errors
    ///
    /// [`ExtError::BadReference`] and [`ExtError::BadName`].
    pub fn check(&self, btf: &Btf) -> Result<(), ExtError> {
        let (end, len) = (btf.end_id(), btf.strings().end());
        for &(table, at) in &self.refs {
            let target = TypeId(self.word(at));
            if target >= end {
                return Err(ExtError::BadReference {
                    table,
                    offset: at as u64,
                    target,
                    last: TypeId(end.0 - 1),
                });
            }
        }
        for &(table, at) in &self.names {
            let name = self.word(at);
            if name >= len && name != 0 {
                return Err(ExtError::BadName {
                    table,
                    offset: at as u64,
                    name,
                    len,
                });
            }
        }
        Ok(())
    }

    fn of(&self, table: ExtTable) -> impl Iterator<Item = Record> + '_ {
        let records = self.records.iter().filter(move |(of, _)| *of == table);
        records.map(|&(_, record)| record)
    }

    fn word(&self, at: usize) -> u32 {
        word(&self.bytes, at, self.endian).unwrap_or(0)
    }

    fn set_word(&mut self, at: usize, value: u32) {
        if let Some(place) = self.bytes.get_mut(at..at + 4) {
            place.copy_from_slice(&match self.endian {
                Endian::Little => value.to_le_bytes(),
                Endian::Big => value.to_be_bytes(),
            });
        }
    }
}

/// The word at `at`.
fn word(bytes: &[u8], at: usize, endian: Endian) -> Option<u32> {
    let four = *bytes.get(at..)?.first_chunk::<4>()?;
    Some(match endian {
        Endian::Little => u32::from_le_bytes(four),
        Endian::Big => u32::from_be_bytes(four),
    })
}
