//! Variables: those of the `.data..percpu` section or of all sections, and where they lie.

use crate::encoded_unit::UnitNumber;
use crate::options::Features;
use crate::section_map::SectionMap;
use crate::sorting;
use btf::StringOffset;
use dedup::sharing::NodeRef;
use elf::{Elf, Section, SymbolKind, SymbolSection, Symbols};
use encode::Variable;
use serde::{Deserialize, Serialize};

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

/// Whether the variables of a section are asked for.
pub(crate) fn is_included(section: &Section, features: Features) -> bool {
    features.global_var || (features.var && section.name == ".data..percpu")
}

/// A variable as one unit describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct VariableCandidate {
    pub unit: UnitNumber,
    pub name: StringOffset,
    pub address: u64,
    /// In bytes; 0 when not known.
    pub size: u64,
    pub ty: NodeRef,
    /// Whether it is visible outside its unit.
    pub external: bool,
    /// The values of its tags.
    pub decl_tags: Vec<StringOffset>,
}

impl VariableCandidate {
    /// A variable of a unit; `reference` finds the node of a type.
    pub fn of(
        variable: &Variable,
        unit: UnitNumber,
        reference: impl Fn(u32) -> NodeRef,
    ) -> VariableCandidate {
        VariableCandidate {
            unit,
            name: variable.name,
            address: variable.address,
            size: variable.size,
            ty: reference(variable.ty),
            external: variable.external,
            decl_tags: variable.decl_tags.clone(),
        }
    }
}

/// The place of a variable in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SectionPlace {
    /// Number of the section in the file.
    pub section: usize,
    /// Bytes from the section's start.
    pub offset: u32,
}

/// The objects of the symbol table in the sections whose variables are asked for.
#[derive(Debug, Default)]
pub(crate) struct Objects {
    /// Index of the section, and name; sorted.
    names: Vec<(u32, Box<[u8]>)>,
}

impl Objects {
    pub fn of(symbols: &Symbols, elf: &Elf, features: Features) -> Objects {
        let included = elf.sections.iter();
        let included: Vec<u32> = included
            .filter(|section| is_included(section, features))
            .map(|section| section.index.0)
            .collect();
        let mut names = Vec::new();
        if !included.is_empty() {
            for symbol in symbols.of_kind(SymbolKind::OBJECT) {
                if let SymbolSection::Section(index) = symbol.section
                    && symbol.name.len() < NAME_LIMIT
                    && included.binary_search(&index.0).is_ok()
                {
                    names.push((index.0, symbol.name.into()));
                }
            }
            sorting::sort(&mut names);
        }
        Objects { names }
    }

    fn contains(&self, section: &Section, name: &[u8]) -> bool {
        let wanted = (section.index.0, name);
        let found = self
            .names
            .binary_search_by(|(section, name)| (*section, &**name).cmp(&wanted));
        found.is_ok()
    }
}

/// Decides which variables are kept.
#[derive(Debug)]
pub(crate) struct VariableFilter<'e> {
    elf: &'e Elf,
    by_address: SectionMap,
    features: Features,
    objects: &'e Objects,
}

impl<'e> VariableFilter<'e> {
    pub fn new(elf: &'e Elf, objects: &'e Objects, features: Features) -> VariableFilter<'e> {
        VariableFilter {
            elf,
            by_address: SectionMap::of(elf),
            features,
            objects,
        }
    }

    /// Where a variable lies, if it is to be kept. The first address of a section is also that of
    /// variables whose section was thrown away: then the symbol table decides.
    pub fn place(&self, variable: &VariableCandidate, name: &[u8]) -> Option<SectionPlace> {
        let number = self.by_address.find(variable.address)?;
        let section = self.elf.sections.get(number)?;
        if !is_included(section, self.features) {
            return None;
        }
        let offset = u32::try_from(variable.address.checked_sub(section.addr)?).ok()?;
        let made_up = MADE_UP.iter().any(|prefix| name.starts_with(prefix));
        let known = offset != 0 || self.objects.contains(section, name);
        let sized = variable.size != 0 && u32::try_from(variable.size).is_ok();
        let kept = known && !made_up && is_name(name) && variable.ty != NodeRef::VOID && sized;
        kept.then_some(SectionPlace {
            section: number,
            offset,
        })
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
