//! Reading split units: from a package, from files of their own, or from the input itself.

use super::beside_split::SplitOthers;
use super::package::Package;
use super::sections::DebugSections;
use super::split_error::{BadPackage, PackageError, SplitFileError, SplitUnitError};
use super::split_sections::{INFO, SectionIdentities, SplitSections, parse};
use crate::companions::Companions;
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
    /// How many bytes were read to find it: those of its sections, but the input's own are read once for all units.
    pub cost: u64,
}

/// Location lists of a split unit.
pub(crate) struct SplitLists<'s> {
    loclists: &'s [u8],
    loc: &'s [u8],
}

/// Opens the files of split units as they are asked for.
pub(crate) struct SplitReader<'a> {
    companions: &'a dyn Companions,
    /// `None` until a unit asks for it; then whether there is one.
    package: Option<Result<Option<Package<'a>>, BadPackage>>,
    /// What was read last.
    sections: SplitSections,
    /// The file it is of, where it is a file's whole sections.
    file: Option<FileName>,
    identities: SectionIdentities,
    /// Bytes that were read or passed in vain since this was last asked for.
    in_vain: u64,
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
            in_vain: 0,
        }
    }

    /// Finds a unit and reads what it needs. On an error the unit is left out, for this reason.
    pub fn load<'s>(
        &'s mut self,
        elf: &Elf,
        input: &dyn ReadAt,
        main: &'s DebugSections,
        unit: &'s SplitUnit,
    ) -> Result<LoadedSplitUnit<'s, 'a>, SplitUnitError> {
        let range = self.find(elf, input, main, unit)?;
        let in_vain = self.take_in_vain();
        let sections = &self.sections;
        let package = match (&self.file, &mut self.package) {
            (None, Some(Ok(Some(package)))) => Some((package, &mut self.identities)),
            _ => None,
        };
        let cost = match self.file {
            Some(None) => range.end as u64,
            _ => sections.len(),
        };
        let cost = cost.saturating_add(in_vain);
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
            cost,
        })
    }

    /// How many bytes were read or passed for units that were not found.
    pub fn take_in_vain(&mut self) -> u64 {
        std::mem::take(&mut self.in_vain)
    }

    /// Reads the sections that have the unit, and finds the unit in them.
    fn find(
        &mut self,
        elf: &Elf,
        input: &dyn ReadAt,
        main: &DebugSections,
        unit: &SplitUnit,
    ) -> Result<Range<usize>, SplitUnitError> {
        let not_in_package = match self.in_package(elf, main, unit) {
            Ok(Some(range)) => return Ok(range),
            Ok(None) => None,
            Err(error) => Some(error),
        };
        self.in_file(elf, input, main, unit)
            .map_err(|file| match not_in_package {
                None => file,
                Some(package) => SplitUnitError::PackageAndFile {
                    package,
                    file: Box::new(file),
                },
            })
    }

    /// Looks into the package; `None` if there is none.
    fn in_package(
        &mut self,
        elf: &Elf,
        main: &DebugSections,
        unit: &SplitUnit,
    ) -> Result<Option<Range<usize>>, PackageError> {
        let companions = self.companions;
        let identities = &mut self.identities;
        let package = self
            .package
            .get_or_insert_with(|| Package::open(companions, elf, identities));
        let package = match package {
            Ok(Some(package)) => package,
            Ok(None) => return Ok(None),
            Err(error) => return Err(PackageError::Unusable(error.clone())),
        };
        let read = package.read(unit.id, identities);
        self.in_vain = self.in_vain.saturating_add(package.in_vain);
        let Some(sections) = read.map_err(PackageError::Unusable)? else {
            return Err(PackageError::NoUnit { id: unit.id });
        };
        let in_vain = self.in_vain;
        self.in_vain = in_vain.saturating_add(sections.len());
        let found = sections.find(main, unit);
        let found =
            found.map_err(|error| PackageError::Unusable(BadPackage::File(error.into())))?;
        let other = || PackageError::Unusable(BadPackage::OtherUnit { id: unit.id });
        let range = found.unit.ok_or_else(other)?;
        self.in_vain = in_vain;
        self.sections = sections;
        self.file = None;
        Ok(Some(range))
    }

    /// Looks into the unit's own file, which may be the input itself.
    fn in_file(
        &mut self,
        elf: &Elf,
        input: &dyn ReadAt,
        main: &DebugSections,
        unit: &SplitUnit,
    ) -> Result<Range<usize>, SplitUnitError> {
        if elf.section(INFO).is_some() {
            if self.file != Some(None) {
                let before = self.in_vain;
                let new = &mut self.identities;
                let read = SplitSections::read(elf, input, new, &mut self.in_vain);
                self.sections = read.map_err(|error| SplitUnitError::Input(error.into()))?;
                self.file = Some(None);
                self.in_vain = before;
            }
            let found = self.sections.find(main, unit);
            let found = found.map_err(|error| SplitUnitError::Input(error.into()))?;
            if let Some(range) = found.unit {
                return Ok(range);
            }
            // Whether they were still there depends on the units that this worker had before; what is counted must not.
            self.in_vain = self.in_vain.saturating_add(self.sections.len());
        }
        let in_vain = self.in_vain;
        let name = Some((unit.name.clone(), unit.directory.clone()));
        if self.file.as_ref() != Some(&name) {
            // If it cannot be opened, what was read last is still there.
            self.sections = self.open(elf, unit)?;
            self.file = Some(name);
        }
        self.in_vain = in_vain.saturating_add(self.sections.len());
        let found = self.sections.find(main, unit);
        let found = found.map_err(|error| in_file(unit, error))?;
        if found.unit.is_some() {
            self.in_vain = in_vain;
        }
        found.unit.ok_or_else(|| {
            let error = SplitFileError::OtherUnits {
                wanted: unit.id,
                found: found.others.iter().copied().take(OTHERS).collect(),
            };
            in_file(unit, error)
        })
    }

    fn open(&mut self, elf: &Elf, unit: &SplitUnit) -> Result<SplitSections, SplitUnitError> {
        let source = self.companions.open(&unit.companion())?;
        let own = parse(&*source, elf).map_err(|error| in_file(unit, error))?;
        if own.section(INFO).is_none() {
            return Err(in_file(unit, SplitFileError::NoSplitUnit));
        }
        SplitSections::read(&own, &*source, &mut self.identities, &mut self.in_vain)
            .map_err(|error| in_file(unit, error))
    }
}

/// An error of the unit's own file.
fn in_file(unit: &SplitUnit, cause: impl Into<SplitFileError>) -> SplitUnitError {
    SplitUnitError::File {
        name: unit.name.clone(),
        cause: cause.into(),
    }
}
