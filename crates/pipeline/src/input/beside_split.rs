//! What a split unit refers to beside itself: type units of its file or package, and other units of its
//! file.

use super::package::Package;
use super::sections::DebugSections;
use super::split_sections::{SectionIdentities, SplitSections};
use crate::plan::SplitUnit;
use crate::sorting;
use budget::{Allowance, Resource};
use encode::{Area, OtherUnit, OtherUnits, SectionOffset, UnitBytes, UnitList, UnitReader};

/// Units that were fetched from a package count as lying here, one after the other: beyond anything that
/// a file has, since a package has at most 4 GiB of them.
const FETCHED: u64 = 1 << 40;

/// The units beside a split one.
pub(crate) struct SplitOthers<'s, 'a> {
    main: &'s DebugSections,
    unit: &'s SplitUnit,
    sections: &'s SplitSections,
    /// The units of `sections`, once they are asked for: `.debug_info.dwo`, `.debug_types.dwo`.
    lists: Option<[UnitList; 2]>,
    package: Option<(&'s mut Package<'a>, &'s mut SectionIdentities)>,
    /// Type units from the package, by their made-up place.
    fetched: Vec<(SectionOffset, SplitSections, UnitList)>,
    next: u64,
    /// How many bytes these may have: parts of a package can overlap.
    allowance: Allowance,
}

impl<'s, 'a> SplitOthers<'s, 'a> {
    pub fn new(
        main: &'s DebugSections,
        unit: &'s SplitUnit,
        sections: &'s SplitSections,
        package: Option<(&'s mut Package<'a>, &'s mut SectionIdentities)>,
    ) -> SplitOthers<'s, 'a> {
        SplitOthers {
            main,
            unit,
            sections,
            lists: None,
            package,
            fetched: Vec::new(),
            next: FETCHED,
            allowance: sections
                .budget
                .allowance(Resource::SplitUnits, sections.len()),
        }
    }

    fn lists(&mut self) -> &[UnitList; 2] {
        let (main, unit, sections) = (self.main, self.unit, self.sections);
        self.lists.get_or_insert_with(|| {
            let view = sections.view(main, unit);
            [
                UnitList::read(&view, &sections.info, Area::Info),
                UnitList::read(&view, &sections.types, Area::Types),
            ]
        })
    }

    /// Fetches a type unit from the package; `None` if there is none, or those of this unit are too large together.
    fn fetch(&mut self, signature: u64) -> Option<SectionOffset> {
        let (package, identities) = self.package.as_mut()?;
        // A part that cannot be read is as good as none: the unit is left out, naming the signature.
        let sections = package.read_type(signature, identities).ok()??;
        self.allowance.spend(sections.len()).ok()?;
        let view = sections.view(self.main, self.unit);
        let area = if sections.types.is_empty() {
            Area::Info
        } else {
            Area::Types
        };
        let list = UnitList::read(&view, bytes(&sections, area), area);
        let own = list.type_of(signature)?;
        let start = SectionOffset {
            area,
            offset: self.next,
        };
        self.next = self.next.checked_add(bytes(&sections, area).len() as u64)?;
        self.fetched.push((start, sections, list));
        Some(SectionOffset {
            area,
            offset: start.offset.checked_add(own.offset)?,
        })
    }
}

fn bytes(sections: &SplitSections, area: Area) -> &[u8] {
    match area {
        Area::Types => &sections.types,
        _ => &sections.info,
    }
}

impl OtherUnits for SplitOthers<'_, '_> {
    fn unit_at(&mut self, place: SectionOffset) -> Option<OtherUnit<'_>> {
        let area = place.area;
        let (start, sections, range) = if place.offset >= FETCHED {
            let after = self
                .fetched
                .partition_point(|(start, ..)| start.offset <= place.offset);
            let (start, sections, list) = self.fetched.get(after.checked_sub(1)?)?;
            let within = place.offset.checked_sub(start.offset)?;
            (start.offset, sections, list.around(within)?)
        } else {
            let sections = self.sections;
            let [info, types] = self.lists();
            let list = if area == Area::Types { types } else { info };
            (0, sections, list.around(place.offset)?)
        };
        let (from, to) = (
            usize::try_from(range.start).ok()?,
            usize::try_from(range.end).ok()?,
        );
        Some(OtherUnit {
            sections: sections.view(self.main, self.unit),
            place: SectionOffset {
                area,
                offset: start.checked_add(range.start)?,
            },
            bytes: bytes(sections, area).get(from..to)?,
        })
    }

    fn type_of_signature(&mut self, signature: u64) -> Option<SectionOffset> {
        let [info, types] = self.lists();
        let own = info.type_of(signature).or_else(|| types.type_of(signature));
        own.or_else(|| self.fetch(signature))
    }

    /// A `.dwo` file has one unit, whose type units are all of them. Which of a package's are whose is not told.
    fn unclaimed(&mut self, _: u64) -> Vec<SectionOffset> {
        if self.package.is_some() {
            return Vec::new();
        }
        let mut reader = UnitReader::new(self.sections.spending());
        let types = self.lists().iter().flat_map(|list| &list.types);
        let mut places: Vec<SectionOffset> = types.map(|&(_, place)| place).collect();
        sorting::sort_by(&mut places, Ord::cmp);
        places.retain(|&place| {
            let Some(found) = self.unit_at(place) else {
                return false;
            };
            let input = UnitBytes {
                offset: found.place.offset,
                bytes: found.bytes,
            };
            let said = reader.type_signatures(&found.sections, place.area, input);
            said.is_ok_and(|said| said.is_c())
        });
        places
    }
}
