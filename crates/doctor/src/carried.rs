//! What a kernel or module carries: its BTF, and what lies beside it in the ELF file.

use crate::id_sets::IdSets;
use budget::Budget;
use elf::{Elf, ReadAt, SymbolKind, SymbolSection, Symbols};
use pipeline::{FileFormat, HEAD_BYTES, Identity};
use std::fmt;

/// The section of per-CPU variables.
pub(crate) const PER_CPU: &str = ".data..percpu";

/// The BTF that a section holds, or why it holds none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    /// The file has no such section.
    Absent,
    /// The section has no bytes.
    Empty,
    /// The section's bytes were moved into another file (`SHT_NOBITS`).
    Elsewhere,
    /// These bytes.
    Bytes(Vec<u8>),
    /// The section cannot be read.
    Unreadable(String),
}

/// What a file carries. Only the sections of interest are read, never DWARF.
#[derive(Debug)]
pub struct Carried {
    /// What it may cost.
    pub(crate) budget: Budget,
    /// The file's name, as findings show it.
    pub(crate) name: String,
    pub(crate) btf: Held,
    pub(crate) distilled_base: Held,
    /// What lies beside the BTF; `None` for a raw `.BTF`.
    pub(crate) beside: Option<Beside>,
}

/// What an ELF file has beside its BTF.
#[derive(Debug, Default)]
pub(crate) struct Beside {
    pub ids: IdSets,
    /// Per-CPU variables in the symbol table.
    pub per_cpu: u64,
    /// Which kernel the file is, or for which one a module was built.
    pub identity: Identity,
    /// The size of the module's own `struct module`, in bytes.
    pub this_module: Option<u64>,
    pub has_dwarf: bool,
}

/// Why a file is neither a kernel nor a module.
#[derive(Debug)]
#[non_exhaustive]
pub enum Unreadable {
    /// Its bytes cannot be read.
    Source(elf::ReadError),
    /// It is damaged as an ELF file.
    Elf(elf::Error),
    /// It is neither ELF nor BTF.
    Format,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unreadable::Source(error) => error.fmt(f),
            Unreadable::Elf(error) => error.fmt(f),
            Unreadable::Format => f.write_str(
                "this is neither an ELF file nor BTF; take a vmlinux, a module, or /sys/kernel/btf/vmlinux",
            ),
        }
    }
}

impl std::error::Error for Unreadable {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Unreadable::Source(error) => Some(error),
            Unreadable::Elf(error) => Some(error),
            Unreadable::Format => None,
        }
    }
}

impl Carried {
    /// Reads what a file carries: of an ELF file a few sections, of raw BTF all. Reading and examining it may cost what the
    /// budget allows.
    ///
    /// # Errors
    ///
    /// [`Unreadable`], if the file is neither ELF nor BTF or cannot be read. A damaged `.BTF` is a finding instead.
    pub fn read<R: ReadAt + ?Sized>(
        name: &str,
        source: &R,
        budget: Budget,
    ) -> Result<Carried, Unreadable> {
        let len = source.len().min(HEAD_BYTES as u64);
        let head = bytes(source, len)?;
        match FileFormat::of(&head) {
            FileFormat::Elf => Carried::of_elf(name, source, budget),
            FileFormat::Btf => Ok(Carried {
                budget,
                name: name.to_owned(),
                btf: Held::Bytes(bytes(source, source.len())?),
                distilled_base: Held::Absent,
                beside: None,
            }),
            FileFormat::Empty => Ok(Carried {
                budget,
                name: name.to_owned(),
                btf: Held::Empty,
                distilled_base: Held::Absent,
                beside: None,
            }),
            _ => Err(Unreadable::Format),
        }
    }

    fn of_elf<R: ReadAt + ?Sized>(
        name: &str,
        source: &R,
        budget: Budget,
    ) -> Result<Carried, Unreadable> {
        let elf = Elf::parse(source).map_err(Unreadable::Elf)?;
        let elf = elf.within(budget, source);
        Ok(Carried {
            budget,
            name: name.to_owned(),
            btf: held(&elf, source, ".BTF"),
            distilled_base: held(&elf, source, ".BTF.base"),
            beside: Some(Beside::of(&elf, source)),
        })
    }

    /// The file's name, as findings show it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the file has BTF, whatever its state.
    pub fn has_btf(&self) -> bool {
        matches!(self.btf, Held::Bytes(_) | Held::Unreadable(_))
    }

    /// The kernel's release, or the one for which a module was built, if the file tells.
    pub fn release(&self) -> Option<&str> {
        self.beside.as_ref()?.identity.release.as_deref()
    }

    pub(crate) fn bytes(&self) -> Option<&[u8]> {
        match &self.btf {
            Held::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }
}

impl Beside {
    /// Reads it. A part that cannot be read is left out: a finding needs proof.
    fn of<R: ReadAt + ?Sized>(elf: &Elf, source: &R) -> Beside {
        let symbols = elf.symbols(source).unwrap_or_default();
        let section_size = |name: &str| elf.section(name).map(|section| section.size);
        Beside {
            ids: IdSets::read(elf, source, &symbols),
            per_cpu: per_cpu(elf, &symbols),
            identity: Identity::read(elf, source),
            this_module: section_size(".gnu.linkonce.this_module"),
            has_dwarf: elf
                .section(".debug_info")
                .is_some_and(|section| !section.is_nobits() && section.size > 0),
        }
    }
}

fn bytes<R: ReadAt + ?Sized>(source: &R, len: u64) -> Result<Vec<u8>, Unreadable> {
    let mut bytes = Vec::new();
    let wanted = usize::try_from(len).unwrap_or(usize::MAX);
    if bytes.try_reserve_exact(wanted).is_err() {
        return Err(Unreadable::Source(elf::ReadError::failed(
            0,
            len,
            "there is no memory for it",
        )));
    }
    bytes.resize(wanted, 0);
    source.read_at(0, &mut bytes).map_err(Unreadable::Source)?;
    Ok(bytes)
}

fn held<R: ReadAt + ?Sized>(elf: &Elf, source: &R, name: &str) -> Held {
    match elf.section(name) {
        None => Held::Absent,
        Some(section) if section.is_nobits() => Held::Elsewhere,
        Some(section) if section.size == 0 => Held::Empty,
        Some(section) => match elf.read_section_unrelocated(source, section) {
            Ok(bytes) => Held::Bytes(bytes),
            Err(error) => Held::Unreadable(error.to_string()),
        },
    }
}

/// How many variables the symbol table has in the section of per-CPU variables.
fn per_cpu(elf: &Elf, symbols: &Symbols) -> u64 {
    let Some(section) = elf.section(PER_CPU) else {
        return 0;
    };
    let there = SymbolSection::Section(section.index);
    let found = symbols
        .iter()
        .filter(|symbol| symbol.kind == SymbolKind::OBJECT && symbol.section == there);
    found.count() as u64
}
