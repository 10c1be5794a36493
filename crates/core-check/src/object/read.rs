//! Reads a BPF object from an ELF file.

use super::code::{Reference, Section};
use super::copies::Copies;
use super::programs::{Program, TEXT, program_at};
use super::{Object, Record, Refused, externs, lines, struct_ops};
use crate::spending::check_names;
use btf::{Btf, BtfExt};
use budget::{Budget, OverBudget};
use elf::{Elf, Endian, ReadAt, SymbolBinding, SymbolKind, SymbolSection, Symbols};
use rustc_hash::FxHashMap;

/// The machine of BPF objects (`EM_BPF`). Objects of old compilers have none.
const MACHINES: [u16; 2] = [247, 0];
/// `SHT_PROGBITS`.
const PROGBITS: u32 = 1;
/// `SHT_REL`.
const REL: u32 = 9;
/// `SHF_EXECINSTR`.
const EXECUTABLE: u64 = 4;

/// Why a file is not a BPF object that can be checked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ObjectError {
    /// It is damaged as an ELF file.
    #[error("it cannot be read as ELF")]
    Elf(#[from] elf::Error),
    /// It is an ELF file for another machine.
    #[error(
        "it is an ELF file for machine {machine}, not for BPF (247); take the .bpf.o, or a program that contains one"
    )]
    Machine {
        /// The machine in the header.
        machine: u16,
    },
    /// It asks for more work than its size justifies.
    #[error(transparent)]
    OverBudget(#[from] OverBudget),
    /// It is a program without objects.
    #[error("it is an ELF file for another machine and contains no BPF object; take the .bpf.o")]
    NoObject,
    /// It is a program that is too large to be searched.
    #[error(
        "it is an ELF file for another machine with {len} bytes, too many to look for objects in it; take the .bpf.o"
    )]
    TooLarge {
        /// Its bytes.
        len: u64,
    },
    /// Its `.BTF` is damaged.
    #[error("its .BTF cannot be read")]
    Btf(#[from] btf::Error),
    /// Its `.BTF.ext` names what its `.BTF` does not have.
    #[error("its .BTF.ext does not belong to its .BTF")]
    Ext(#[from] btf::ExtError),
}

impl Object {
    /// Reads an object. `name` is what answers call it.
    ///
    /// # Errors
    ///
    /// [`ObjectError`] if the file is no BPF object or is damaged. What a loader refuses in a sound file is in
    /// [`Object::refused`] instead.
    pub fn read<R: ReadAt + ?Sized>(name: &str, source: &R) -> Result<Object, ObjectError> {
        Object::read_within(name, source, Budget::STANDARD)
    }

    /// As [`Object::read`], with a budget for reading it and for each check of it.
    ///
    /// # Errors
    ///
    /// As [`Object::read`].
    pub fn read_within<R: ReadAt + ?Sized>(
        name: &str,
        source: &R,
        budget: Budget,
    ) -> Result<Object, ObjectError> {
        let elf = Elf::parse(source)?.within(budget, source);
        let mut copies = Copies::new(budget, source.len());
        if !MACHINES.contains(&elf.machine) {
            return Err(ObjectError::Machine {
                machine: elf.machine,
            });
        }
        let symbols = elf.symbols(source)?;
        let sections = sections(&elf, source, &symbols, &mut copies)?;
        let btf = match bytes(&elf, source, ".BTF")? {
            Some(bytes) => {
                let btf = btf::parse(&bytes, None)?;
                btf.check_references()?;
                check_names(&btf, budget)?;
                Some(btf)
            }
            None => None,
        };
        let ext = ext(&elf, source, btf.as_ref())?;
        let mut refused = Vec::new();
        let big_endian = elf.endian == Endian::Big;
        if big_endian {
            refused.push(Refused::ByteOrder);
        }
        let externs = externs::read(btf.as_ref(), &symbols, &mut refused, &mut copies);
        let programs = programs(&sections, &symbols, &mut refused, &mut copies);
        let indexes = sections.iter().map(|one| (one.name.as_bytes(), one.index));
        let indexes: FxHashMap<&[u8], u32> = indexes.collect();
        let (records, lines) = match (&btf, &ext) {
            (Some(btf), Some(ext)) => (
                records(btf, ext, &programs, &mut copies),
                lines::read(btf, ext, &indexes),
            ),
            _ => Default::default(),
        };
        let struct_ops = match &btf {
            Some(btf) => struct_ops::read(btf, &sections, &symbols, &mut copies),
            None => Vec::new(),
        };
        let mut object = Object {
            name: name.to_owned(),
            big_endian,
            btf,
            programs,
            externs,
            struct_ops,
            records,
            refused,
            sections,
            lines,
            bytes: source.len(),
            budget,
        };
        refuse_references(&mut object, &elf, &mut copies);
        copies.check()?;
        struct_ops::switch_off(&mut object);
        Ok(object)
    }

    pub(crate) fn section(&self, index: u32) -> Option<&Section> {
        let at = self.sections.binary_search_by_key(&index, |one| one.index);
        at.ok().map(|at| &self.sections[at])
    }
}

fn bytes<R: ReadAt + ?Sized>(
    elf: &Elf,
    source: &R,
    name: &str,
) -> Result<Option<Vec<u8>>, elf::Error> {
    match elf.section(name) {
        Some(section) if !section.is_nobits() && section.size > 0 => {
            elf.read_section_unrelocated(source, section).map(Some)
        }
        _ => Ok(None),
    }
}

/// A damaged `.BTF.ext` is left out, as loaders do; one that names what `.BTF` does not have is an error.
fn ext<R: ReadAt + ?Sized>(
    elf: &Elf,
    source: &R,
    btf: Option<&Btf>,
) -> Result<Option<BtfExt>, ObjectError> {
    let (Some(btf), Some(bytes)) = (btf, bytes(elf, source, ".BTF.ext")?) else {
        return Ok(None);
    };
    let Ok(ext) = BtfExt::parse(bytes) else {
        return Ok(None);
    };
    ext.check(btf)?;
    Ok(Some(ext))
}

/// Sections of code and data, with the references that are for them.
fn sections<R: ReadAt + ?Sized>(
    elf: &Elf,
    source: &R,
    symbols: &Symbols,
    copies: &mut Copies,
) -> Result<Vec<Section>, ObjectError> {
    let mut sections = Vec::new();
    for section in &elf.sections {
        let is_data = section.sh_type == PROGBITS && section.is_loaded();
        if !is_data && !section.is_nobits() {
            continue;
        }
        // Headers of many sections can be about the same bytes.
        let bytes = match section.is_nobits() || !copies.count_section(section.size) {
            true => Vec::new(),
            false => elf.read_section_unrelocated(source, section)?,
        };
        sections.push(Section {
            index: section.index.0,
            name: section.name.clone(),
            bytes,
            executable: section.flags & EXECUTABLE != 0,
            references: Vec::new(),
        });
    }
    for section in elf.sections.iter().filter(|one| one.sh_type == REL) {
        let Ok(at) = sections.binary_search_by_key(&section.info, |one| one.index) else {
            continue;
        };
        if !copies.count_section(section.size) {
            break;
        }
        let bytes = elf.read_section_unrelocated(source, section)?;
        let mut references = references(&bytes, elf, symbols, copies);
        references.sort_by_key(|one| one.offset);
        sections[at].references = references;
    }
    Ok(sections)
}

fn references(bytes: &[u8], elf: &Elf, symbols: &Symbols, copies: &mut Copies) -> Vec<Reference> {
    let word = |eight: [u8; 8]| match elf.endian {
        Endian::Big => u64::from_be_bytes(eight),
        Endian::Little => u64::from_le_bytes(eight),
    };
    let entries = bytes.as_chunks::<16>().0.iter();
    let found = entries.filter_map(|entry| {
        let (offset, info) = entry.split_at(8);
        let offset = word(*offset.first_chunk()?);
        let symbol = symbols.get(usize::try_from(word(*info.first_chunk()?) >> 32).ok()?)?;
        let section = match symbol.section {
            SymbolSection::Section(index) => Some(index),
            _ => None,
        };
        let whole_section = symbol.kind == SymbolKind::SECTION;
        let name = match section.and_then(|index| elf.section_at(index)) {
            Some(section) if whole_section || symbol.name.is_empty() => {
                copies.text(section.name.as_bytes())
            }
            _ => copies.text(symbol.name),
        };
        Some(Reference {
            offset,
            symbol: name,
            section: section.map(|index| index.0),
            value: symbol.value,
            whole_section,
            is_function: symbol.kind == SymbolKind::FUNC,
        })
    });
    found.collect()
}

/// The functions of executable sections.
fn programs(
    sections: &[Section],
    symbols: &Symbols,
    refused: &mut Vec<Refused>,
    copies: &mut Copies,
) -> Vec<Program> {
    let mut programs = Vec::new();
    for symbol in symbols.iter().filter(|one| one.kind == SymbolKind::FUNC) {
        let SymbolSection::Section(index) = symbol.section else {
            continue;
        };
        let Ok(at) = sections.binary_search_by_key(&index.0, |one| one.index) else {
            continue;
        };
        let section = &sections[at];
        let whole = symbol.size > 0 && symbol.size % 8 == 0 && symbol.value % 8 == 0;
        let end = symbol.value.checked_add(symbol.size);
        if !section.executable || !whole || end.is_none_or(|end| end > section.bytes.len() as u64) {
            continue;
        }
        let name = copies.text(symbol.name);
        if !copies.count(2 * section.name.len()) {
            break;
        }
        let is_global = symbol.binding != SymbolBinding::LOCAL;
        if section.name != TEXT && !is_global {
            refused.push(Refused::StaticProgram {
                program: name.clone(),
                section: section.name.clone(),
            });
        }
        let place = ((symbol.value / 8) as u32, (symbol.size / 8) as u32);
        programs.push(Program::new(name, &section.name, index.0, place, is_global));
    }
    programs.sort_by_key(|program| (program.section, program.start));
    // Two names of one function: the loader keeps the one it meets first.
    programs.dedup_by_key(|program| (program.section, program.start));
    programs
}

/// The relocations in the order of the section, each with its program.
fn records(btf: &Btf, ext: &BtfExt, programs: &[Program], copies: &mut Copies) -> Vec<Record> {
    let mut sections: FxHashMap<&str, u32> = FxHashMap::default();
    for program in programs {
        sections
            .entry(&program.section_name)
            .or_insert(program.section);
    }
    let mut records: Vec<Record> = Vec::new();
    for one in ext.core_relocations() {
        let section = copies.text(btf.string(one.section).unwrap_or_default());
        let number = match records.last() {
            Some(last) if last.section == section => last.number + 1,
            _ => 0,
        };
        let Some(&index) = sections.get(section.as_str()) else {
            continue;
        };
        let at = one.instruction / 8;
        let program = program_at(programs, index, at);
        records.push(Record {
            number,
            program,
            instruction: program.map_or(at, |found| at - programs[found].start),
            aligned: one.instruction % 8 == 0,
            root: one.ty,
            access: copies.text(btf.string(one.access).unwrap_or_default()),
            kind: one.kind,
            section,
        });
    }
    records
}

/// Notes what a loader does not accept as the target of a reference.
fn refuse_references(object: &mut Object, elf: &Elf, copies: &mut Copies) {
    if let Some(section) = elf.section("maps").filter(|one| !one.is_nobits()) {
        object.refused.push(Refused::LegacyMaps {
            section: section.name.clone(),
        });
    }
    let mut found = Vec::new();
    for program in &object.programs {
        let Some(section) = object.section(program.section) else {
            continue;
        };
        let number = |one: &Reference| u32::try_from(one.offset / 8).unwrap_or(u32::MAX);
        let all = &section.references;
        let first = all.partition_point(|one| number(one) < program.start);
        for reference in &all[first..] {
            let at = number(reference);
            // Functions may overlap.
            if at - program.start >= program.len || !copies.count(1) {
                break;
            }
            let insn = section.insn(at, object.big_endian);
            let Some(target) = reference.section else {
                continue;
            };
            let target = elf.section_at(elf::SectionIndex(target));
            let Some(target) = target.filter(|_| insn.is_some_and(|insn| insn.is_wide())) else {
                continue;
            };
            let is_code = target.flags & EXECUTABLE != 0;
            if !is_code && !is_data(&target.name) {
                let (program, symbol) = (&program.name, &reference.symbol);
                found.push(Refused::BadReference {
                    program: copies.text(program.as_bytes()),
                    symbol: copies.text(symbol.as_bytes()),
                    section: copies.text(target.name.as_bytes()),
                });
            }
        }
    }
    object.refused.extend(found);
}

/// Whether a loader makes a map of the section.
fn is_data(name: &str) -> bool {
    let starts = |prefix: &str| {
        let rest = name.strip_prefix(prefix);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let bare = name.strip_prefix('?').unwrap_or(name);
    matches!(
        bare,
        ".maps" | ".struct_ops" | ".struct_ops.link" | ".addr_space.1"
    ) || [".data", ".rodata", ".bss"].into_iter().any(starts)
}
