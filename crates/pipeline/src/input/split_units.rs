//! Reading split units: from a package, from files of their own, or from the input itself.

use super::beside_split::SplitOthers;
use super::package::{NoPackage, Package};
use super::sections::DebugSections;
use super::split_sections::{INFO, SectionIdentities, SplitSections, parse};
use crate::companions::{Companions, NotOpened};
use crate::plan::SplitUnit;
use elf::{Elf, ReadAt};
use encode::{LocationSource, Sections, UnitBytes};
use std::ops::Range;

/// Signatures of other units that are named when a file has not the one that is wanted.
const OTHERS: usize = 3;

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
    /// `None` until a unit asks for it.
    package: Option<Result<Package<'a>, NoPackage>>,
    /// What was read last.
    sections: SplitSections,
    /// The file it is of, where it is a file's whole sections.
    file: Option<FileName>,
    identities: SectionIdentities,
}

/// A `.dwo` file as skeletons name it; the input itself has no name.
type FileName = Option<(String, Option<String>)>;

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
