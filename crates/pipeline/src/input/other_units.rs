//! Units that another unit refers to, read when they are asked for.

use super::common_sections::CommonSections;
use super::supplementary;
use crate::companions::Companions;
use crate::error::Error;
use crate::plan::Plan;
use elf::{Elf, ReadAt, Section};
use encode::{Area, DebugStr, OtherUnit, OtherUnits, SectionOffset, Sections};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Bytes of units that are kept.
const KEPT: usize = 32 << 20;

/// The units of a job's files beside the one being encoded.
pub(crate) struct OtherUnitReader<'a, R: ReadAt + ?Sized> {
    info: UnitStore<&'a R>,
    types: UnitStore<&'a R>,
    supplementary: Option<UnitStore<Box<dyn ReadAt + 'a>>>,
    failure: Option<Error>,
}

impl<'a, R: ReadAt + ?Sized> OtherUnitReader<'a, R> {
    /// Opens the supplementary file if the plan knows of one.
    pub fn new(
        source: &'a R,
        plan: &Plan,
        companions: &'a dyn Companions,
    ) -> Result<OtherUnitReader<'a, R>, Error> {
        let supplementary = match &plan.supplementary {
            Some(companion) => {
                let (_, source) = supplementary::open(companions, companion, plan.options.budget)?;
                Some(UnitStore::new(source, ".debug_info"))
            }
            None => None,
        };
        Ok(OtherUnitReader {
            info: UnitStore::new(source, ".debug_info"),
            types: UnitStore::new(source, ".debug_types"),
            supplementary,
            failure: None,
        })
    }

    /// The first failure to read since the last call.
    pub fn check(&mut self) -> Result<(), Error> {
        self.failure.take().map_or(Ok(()), Err)
    }

    /// What an encoder is given: the units, and what is needed to read them.
    pub fn view<'v>(
        &'v mut self,
        common: &'v CommonSections,
        debug_str: DebugStr<'v>,
        plan: &'v Plan,
    ) -> OtherUnitsView<'v, 'a, R> {
        OtherUnitsView {
            others: self,
            common,
            debug_str,
            plan,
        }
    }
}

/// [`OtherUnitReader`] with the main file's headers and sections.
pub(crate) struct OtherUnitsView<'v, 'a, R: ReadAt + ?Sized> {
    others: &'v mut OtherUnitReader<'a, R>,
    common: &'v CommonSections,
    debug_str: DebugStr<'v>,
    plan: &'v Plan,
}

impl<R: ReadAt + ?Sized> OtherUnits for OtherUnitsView<'_, '_, R> {
    fn unit_at(&mut self, place: SectionOffset) -> Option<OtherUnit<'_>> {
        let OtherUnitReader {
            info,
            types,
            supplementary,
            failure,
        } = &mut *self.others;
        let (plan, common, area) = (self.plan, self.common, place.area);
        let own = Sections {
            debug_str: self.debug_str,
            ..common.view()
        };
        let (range, bytes, sections) = match area {
            Area::Info => {
                let range = plan.unit_around(place.offset)?;
                let bytes = info.unit(&common.elf, &range);
                (range, bytes, own)
            }
            Area::Types => {
                let range = plan.other_units.types.around(place.offset)?;
                let bytes = types.unit(&common.elf, &range);
                (range, bytes, own)
            }
            Area::Supplementary => {
                let (elf, _) = common.supplementary.as_ref()?;
                let range = plan.other_units.supplementary.around(place.offset)?;
                let bytes = supplementary.as_mut()?.unit(elf, &range);
                (range, bytes, common.supplementary_view())
            }
        };
        let start = SectionOffset {
            area,
            offset: range.start,
        };
        match bytes {
            Ok(bytes) => Some(OtherUnit {
                sections,
                place: start,
                bytes,
            }),
            Err(error) => {
                failure.get_or_insert(error);
                None
            }
        }
    }

    fn type_of_signature(&mut self, signature: u64) -> Option<SectionOffset> {
        let signatures = &self.plan.other_units.signatures;
        let at = signatures.binary_search_by_key(&signature, |&(signature, _)| signature);
        Some(signatures.get(at.ok()?)?.1)
    }

    fn unclaimed(&mut self, unit: u64) -> Vec<SectionOffset> {
        let unclaimed = &self.plan.other_units.unclaimed;
        if unclaimed.unit != unit {
            return Vec::new();
        }
        unclaimed.types.clone()
    }
}

/// Units of one section, of which some are kept.
pub(crate) struct UnitStore<S> {
    source: S,
    name: &'static str,
    /// A section whose ranges cannot be read alone.
    whole: Option<Vec<u8>>,
    kept: FxHashMap<u64, Vec<u8>>,
    bytes: usize,
}

impl<S: ReadAt> UnitStore<S> {
    pub fn new(source: S, name: &'static str) -> UnitStore<S> {
        UnitStore {
            source,
            name,
            whole: None,
            kept: FxHashMap::default(),
            bytes: 0,
        }
    }

    pub fn unit(&mut self, elf: &Elf, range: &Range<u64>) -> Result<&[u8], Error> {
        let section = elf.section(self.name);
        let ranges = section.filter(|section| Section::random_access(section));
        let Some(section) = ranges.filter(|_| !elf.is_relocatable()) else {
            let whole = match self.whole.take() {
                Some(whole) => whole,
                None => elf.read_sections_named(&self.source, self.name)?,
            };
            let whole = self.whole.insert(whole);
            let range = range.start as usize..range.end as usize;
            return Ok(whole.get(range).unwrap_or_default());
        };
        if !self.kept.contains_key(&range.start) {
            let unit = elf.read_section_range(&self.source, section, range.clone())?;
            if self.bytes.saturating_add(unit.len()) > KEPT {
                self.kept.clear();
                self.bytes = 0;
            }
            self.bytes += unit.len();
            self.kept.insert(range.start, unit);
        }
        Ok(self.kept.get(&range.start).map_or(&[], Vec::as_slice))
    }
}
