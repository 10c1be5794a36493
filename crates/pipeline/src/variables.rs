//! Per-CPU variables: the VARs of the `.data..percpu` section, and their DATASEC.

use crate::shard::VariableState;
use elf::{Elf, Section, SectionIndex, SymbolKind, SymbolSection, Symbols};
use rustc_hash::FxHashSet;

/// `SHT_PROGBITS` and `SHT_NOBITS`.
const WITH_DATA: [u32; 2] = [1, 8];
/// The longest name BTF takes for a variable, and one more.
const NAME_LIMIT: usize = 128;

/// Names that tools and compilers make up.
const MADE_UP: [&[u8]; 5] = [
    b"__UNIQUE_ID",
    b"__tpstrtab_",
    b"__exitcall_",
    b"__gendwarfksyms_ptr_",
    b"__func_stack_frame_non_standard_",
];

/// The section a variable lies in: the first with data, in the order of headers, whose addresses hold
/// it. That is pahole's rule; per-CPU data starts at address 0 on x86, and so do sections without an
/// address, which come later.
pub(crate) fn section_of(elf: &Elf, address: u64) -> Option<&Section> {
    elf.sections.iter().find(|section| {
        WITH_DATA.contains(&section.sh_type)
            && address
                .checked_sub(section.addr)
                .is_some_and(|offset| offset < section.size)
    })
}

/// Whether this is the section of per-CPU variables.
pub(crate) fn is_per_cpu(section: &Section) -> bool {
    section.name == ".data..percpu"
}

/// Decides which variables are kept.
#[derive(Debug)]
pub(crate) struct Filter<'e> {
    elf: &'e Elf,
    /// Objects at the start of the per-CPU section, by name.
    at_start: FxHashSet<Vec<u8>>,
}

impl<'e> Filter<'e> {
    pub fn new(elf: &'e Elf, symbols: &Symbols) -> Filter<'e> {
        let per_cpu = elf.sections.iter().find(|section| is_per_cpu(section));
        let is_at_start = |index: SectionIndex, value: u64| {
            per_cpu.is_some_and(|section| section.index == index && value == section.addr)
        };
        let at_start = symbols
            .iter()
            .filter(|symbol| {
                symbol.kind == SymbolKind::OBJECT
                    && matches!(symbol.section, SymbolSection::Section(index) if is_at_start(index, symbol.value))
            })
            .map(|symbol| symbol.name.to_vec())
            .collect();
        Filter { elf, at_start }
    }

    /// Offset of a variable in the per-CPU section, if it is to be kept. Address 0 is also that of
    /// variables whose section was thrown away: then the symbol table decides.
    pub fn offset(&self, variable: &VariableState, name: &[u8]) -> Option<u32> {
        let section =
            section_of(self.elf, variable.address).filter(|section| is_per_cpu(section))?;
        let offset = u32::try_from(variable.address.checked_sub(section.addr)?).ok()?;
        let made_up = MADE_UP.iter().any(|prefix| name.starts_with(prefix));
        let known = offset != 0 || self.at_start.contains(name);
        (known && !made_up && is_name(name) && variable.ty != 0 && variable.size != 0)
            .then_some(offset)
    }
}

/// Whether BTF takes this as the name of a variable.
fn is_name(name: &[u8]) -> bool {
    let [first, rest @ ..] = name else {
        return false;
    };
    let starts = first.is_ascii_alphabetic() || matches!(first, b'_' | b'.');
    let goes_on = |&byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
    starts && rest.iter().all(goes_on) && name.len() < NAME_LIMIT
}
