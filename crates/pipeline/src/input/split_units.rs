//! Reading split units: from a package, from files of their own, or from the input itself.

use super::beside_split::SplitOthers;
use super::package::{NoPackage, Package};
use super::sections::DebugSections;
use crate::companions::{Companions, NotOpened};
use crate::plan::SplitUnit;
use elf::{Elf, ReadAt};
use encode::{LocationSource, Sections, SplitBases, SplitUnits, UnitBytes};
use std::ops::Range;
use std::rc::Rc;

/// The section that shows that a file has split units.
pub(crate) const INFO: &str = ".debug_info.dwo";
/// Signatures of other units that are named when a file has not the one that is wanted.
const OTHERS: usize = 3;

/// The sections of a `.dwo` file, or a unit's parts of those of a package.
#[derive(Debug, Default)]
pub(crate) struct SplitSections {
    /// As in [`Sections`].
    pub abbrev_identity: u32,
    pub str_identity: u32,
    pub info: Vec<u8>,
    pub types: Vec<u8>,
    pub abbrev: Vec<u8>,
    pub str: Rc<Vec<u8>>,
    pub str_offsets: Vec<u8>,
    pub rnglists: Vec<u8>,
    pub loclists: Vec<u8>,
    pub loc: Vec<u8>,
}

/// Numbers that tell sections apart; 0 stands for the input's own.
#[derive(Debug, Default)]
pub(crate) struct SectionIdentities(u32);

/// A split unit, ready to be encoded.
pub(crate) struct LoadedSplitUnit<'s, 'a> {
    pub sections: Sections<'s>,
    pub unit: UnitBytes<'s>,
    pub lists: SplitLists<'s>,
    pub others: SplitOthers<'s, 'a>,
    /// Bytes of its sections.
    pub bytes: u64,
}

/// Location lists of a split unit.
pub(crate) struct SplitLists<'s> {
    loclists: &'s [u8],
    loc: &'s [u8],
}

/// Opens the files of split units as they are asked for.
pub(crate) struct SplitReader<'a> {
    companions: &'a dyn Companions,
    /// `None` until it was asked for.
    package: Option<Result<Package<'a>, NoPackage>>,
    /// What was read last.
    sections: SplitSections,
    /// The file it is of, where it is a file's whole sections.
    file: Option<FileName>,
    identities: SectionIdentities,
}

/// A `.dwo` file as skeletons name it; the input itself has no name.
type FileName = Option<(String, Option<String>)>;

impl SectionIdentities {
    pub fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(1).max(1);
        self.0
    }
}

impl SplitSections {
    /// Reads all sections of a `.dwo` file.
    fn read(
        elf: &Elf,
        source: &dyn ReadAt,
        new: &mut SectionIdentities,
    ) -> Result<Self, elf::Error> {
        // Type units have sections of their own under the same name.
        let read = |name: &str| elf.read_sections_named(source, name);
        Ok(SplitSections {
            abbrev_identity: new.next(),
            str_identity: new.next(),
            info: read(INFO)?,
            types: read(".debug_types.dwo")?,
            abbrev: read(".debug_abbrev.dwo")?,
            str: Rc::new(read(".debug_str.dwo")?),
            str_offsets: read(".debug_str_offsets.dwo")?,
            rnglists: read(".debug_rnglists.dwo")?,
            loclists: read(".debug_loclists.dwo")?,
            loc: read(".debug_loc.dwo")?,
        })
    }

    /// The sections as the encoder reads them.
    pub fn view<'s>(&'s self, main: &'s DebugSections, unit: &SplitUnit) -> Sections<'s> {
        Sections {
            abbrev_identity: self.abbrev_identity,
            str_identity: self.str_identity,
            debug_abbrev: &self.abbrev,
            debug_str: &self.str,
            debug_line_str: &[],
            debug_str_offsets: &self.str_offsets,
            split: Some(SplitBases {
                addr_base: unit.addr_base,
                low_pc: unit.low_pc,
                debug_rnglists: &self.rnglists,
            }),
            ..main.view()
        }
    }

    fn len(&self) -> u64 {
        let parts = [
            &self.info,
            &self.types,
            &self.abbrev,
            &self.str_offsets,
            &self.rnglists,
            &self.loclists,
            &self.loc,
        ];
        parts.iter().map(|part| part.as_slice().len() as u64).sum()
    }

    /// Where a unit is.
    fn find(&self, main: &DebugSections, unit: &SplitUnit) -> Result<SplitUnits, String> {
        SplitUnits::find(&self.view(main, unit), &self.info, unit.id)
            .map_err(|error| error.to_string())
    }
}

impl LocationSource for SplitLists<'_> {
    fn read(&mut self, dwarf5: bool, offset: u64, len: usize) -> &[u8] {
        let lists = if dwarf5 { self.loclists } else { self.loc };
        let rest = usize::try_from(offset)
            .ok()
            .and_then(|at| lists.get(at..))
            .unwrap_or_default();
        &rest[..rest.len().min(len)]
    }
}

impl<'a> SplitReader<'a> {
    pub fn new(companions: &'a dyn Companions) -> SplitReader<'a> {
        SplitReader {
            companions,
            package: None,
            sections: SplitSections::default(),
            file: None,
            identities: SectionIdentities::default(),
        }
    }

    /// Finds a unit and reads what it needs. What fails is a sentence: the unit is left out for it.
    pub fn load<'s>(
        &'s mut self,
        elf: &Elf,
        input: &dyn ReadAt,
        main: &'s DebugSections,
        unit: &'s SplitUnit,
    ) -> Result<LoadedSplitUnit<'s, 'a>, String> {
        let range = self.find(elf, input, main, unit)?;
        let sections = &self.sections;
        let package = match (&self.file, &mut self.package) {
            (None, Some(Ok(package))) => Some((package, &mut self.identities)),
            _ => None,
        };
        Ok(LoadedSplitUnit {
            others: SplitOthers::new(main, unit, sections, package),
            sections: sections.view(main, unit),
            unit: UnitBytes {
                offset: range.start as u64,
                bytes: sections.info.get(range).unwrap_or_default(),
            },
            lists: SplitLists {
                loclists: &sections.loclists,
                loc: &sections.loc,
            },
            bytes: sections.len(),
        })
    }

    /// Sees to it that `sections` has the unit, and tells where.
    fn find(
        &mut self,
        elf: &Elf,
        input: &dyn ReadAt,
        main: &DebugSections,
        unit: &SplitUnit,
    ) -> Result<Range<usize>, String> {
        let no_package = match self.in_package(elf, main, unit) {
            Ok(range) => return Ok(range),
            Err(reason) => reason,
        };
        self.in_file(elf, input, main, unit)
            .map_err(|cause| match no_package {
                None => cause,
                Some(reason) => format!("{reason}; {cause}"),
            })
    }

    /// Looks into the package; the error says what is wrong with it, if there is one.
    fn in_package(
        &mut self,
        elf: &Elf,
        main: &DebugSections,
        unit: &SplitUnit,
    ) -> Result<Range<usize>, Option<String>> {
        let companions = self.companions;
        let identities = &mut self.identities;
        let package = self
            .package
            .get_or_insert_with(|| Package::open(companions, elf, identities));
        let package = match package {
            Ok(package) => package,
            Err(NoPackage::Missing) => return Err(None),
            Err(NoPackage::Unusable(reason)) => {
                return Err(Some(format!("the package (.dwp) cannot be used: {reason}")));
            }
        };
        let bad = |reason: String| Some(format!("the package (.dwp) cannot be used: {reason}"));
        let Some(sections) = package.read(unit.id, identities).map_err(bad)? else {
            return Err(Some(format!(
                "the package (.dwp) has no unit {:#018x}, so it may be of another build",
                unit.id
            )));
        };
        let found = sections.find(main, unit).map_err(bad)?;
        let range = found
            .unit
            .ok_or_else(|| bad("its index leads to another unit; make it anew".to_owned()))?;
        self.sections = sections;
        self.file = None;
        Ok(range)
    }

    /// Looks into the unit's own file, which may be the input itself.
    fn in_file(
        &mut self,
        elf: &Elf,
        input: &dyn ReadAt,
        main: &DebugSections,
        unit: &SplitUnit,
    ) -> Result<Range<usize>, String> {
        if elf.section(INFO).is_some() {
            if self.file != Some(None) {
                let read = SplitSections::read(elf, input, &mut self.identities);
                self.sections = read.map_err(|error| error.to_string())?;
                self.file = Some(None);
            }
            if let Some(range) = self.sections.find(main, unit)?.unit {
                return Ok(range);
            }
        }
        let name = Some((unit.name.clone(), unit.directory.clone()));
        if self.file.as_ref() != Some(&name) {
            self.file = None;
            self.sections = self.open(elf, unit)?;
            self.file = Some(name);
        }
        let in_file = |cause: String| format!("{}: {cause}", unit.name);
        let found = self.sections.find(main, unit).map_err(in_file)?;
        found.unit.ok_or_else(|| {
            let others: Vec<String> = found
                .others
                .iter()
                .take(OTHERS)
                .map(|id| format!("{id:#018x}"))
                .collect();
            let has = match &others[..] {
                [] => "no compilation unit".to_owned(),
                others => format!("unit {}", others.join(", ")),
            };
            in_file(format!(
                "this file has {has} instead of {:#018x}, so it is of another build; give the one that was built with the ELF file",
                unit.id
            ))
        })
    }

    fn open(&mut self, elf: &Elf, unit: &SplitUnit) -> Result<SplitSections, String> {
        let source = self
            .companions
            .open(&unit.companion())
            .map_err(|error: NotOpened| error.to_string())?;
        let in_file = |cause: String| format!("{}: {cause}", unit.name);
        let own = parse(&*source, elf).map_err(in_file)?;
        if own.section(INFO).is_none() {
            return Err(in_file(format!(
                "this file has no split unit (no {INFO} section); give the .dwo file that was built with the ELF file"
            )));
        }
        SplitSections::read(&own, &*source, &mut self.identities)
            .map_err(|error| in_file(error.to_string()))
    }
}

/// Reads the headers of a companion, which must be of the input's machine.
pub(crate) fn parse(source: &dyn ReadAt, input: &Elf) -> Result<Elf, String> {
    let own = Elf::parse(source).map_err(|error| error.to_string())?;
    if (own.machine, own.endian, own.class) != (input.machine, input.endian, input.class) {
        return Err("this file is for another machine than the ELF file".to_owned());
    }
    Ok(own)
}
