//! `.BTF.ext`: what a BPF object says of its instructions, in terms of its BTF.
//!
//! Functions with their types, source lines, and relocations of field accesses (CO-RE) name types by id
//! and strings by offset of the `.BTF` section beside. Whoever renumbers types or rebuilds strings there
//! must change them here too: [`BtfExt::for_each_ref`] and [`BtfExt::for_each_name`].
//!
//! Source of the format: the kernel's `Documentation/bpf/btf.rst`.

mod error;
mod read;

pub use error::{ExtError, ExtTable};

use crate::{Btf, Endian, StringOffset, TypeId};

/// A `.BTF.ext` section: its bytes, and where in them ids and string offsets stand.
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

/// What a function of the object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FuncInfo {
    /// Name of the section of its instructions.
    pub section: StringOffset,
    /// Offset of its first instruction there, in bytes.
    pub instruction: u32,
    /// Its FUNC.
    pub ty: TypeId,
}

/// Which source line an instruction is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineInfo {
    /// Name of the section of the instruction.
    pub section: StringOffset,
    /// Offset of the instruction there, in bytes.
    pub instruction: u32,
    /// Name of the source file.
    pub file: StringOffset,
    /// Text of the line.
    pub text: StringOffset,
    /// Number of the line.
    pub line: u32,
    /// Column.
    pub column: u32,
}

/// An instruction whose operand depends on the layout of a type in the kernel it will run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoreRelocation {
    /// Name of the section of the instruction.
    pub section: StringOffset,
    /// Offset of the instruction there, in bytes.
    pub instruction: u32,
    /// The type at which the access starts.
    pub ty: TypeId,
    /// The members that lead to the field: `0:1:2`.
    pub access: StringOffset,
    /// What of the field the operand is: `enum bpf_core_relo_kind`.
    pub kind: u32,
}

impl BtfExt {
    /// Reads the bytes of a `.BTF.ext` section, of either byte order.
    ///
    /// # Errors
    ///
    /// [`ExtError`] where libbpf refuses the section too. References and names are not checked: see
    /// [`BtfExt::check`].
    pub fn parse(bytes: Vec<u8>) -> Result<BtfExt, ExtError> {
        read::parse(bytes)
    }

    /// The bytes of the section.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes of the section.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Its byte order.
    pub fn endian(&self) -> Endian {
        self.endian
    }

    /// Functions, in the order in which they stand.
    pub fn functions(&self) -> impl Iterator<Item = FuncInfo> + '_ {
        self.of(ExtTable::Functions).map(|record| FuncInfo {
            section: StringOffset(self.word(record.section)),
            instruction: self.word(record.at),
            ty: TypeId(self.word(record.at + 4)),
        })
    }

    /// Lines, in the order in which they stand.
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

    /// CO-RE relocations, in the order in which they stand.
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

    /// Calls `f` with every type id, which it can change.
    ///
    /// # Errors
    ///
    /// The first that `f` gives; what came before stays changed.
    pub fn for_each_ref<E>(
        &mut self,
        mut f: impl FnMut(&mut u32) -> Result<(), E>,
    ) -> Result<(), E> {
        for index in 0..self.refs.len() {
            self.change(self.refs[index].1, &mut f)?;
        }
        Ok(())
    }

    /// Calls `f` with every string offset, which it can change, in the order in which libbpf visits them.
    ///
    /// # Errors
    ///
    /// The first that `f` gives; what came before stays changed.
    pub fn for_each_name<E>(
        &mut self,
        mut f: impl FnMut(&mut u32) -> Result<(), E>,
    ) -> Result<(), E> {
        for index in 0..self.names.len() {
            self.change(self.names[index].1, &mut f)?;
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

    fn change<E>(
        &mut self,
        at: usize,
        f: &mut impl FnMut(&mut u32) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut value = self.word(at);
        f(&mut value)?;
        if let Some(place) = self.bytes.get_mut(at..at + 4) {
            place.copy_from_slice(&match self.endian {
                Endian::Little => value.to_le_bytes(),
                Endian::Big => value.to_be_bytes(),
            });
        }
        Ok(())
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
