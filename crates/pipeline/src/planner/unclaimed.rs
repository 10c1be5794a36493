//! Type units that no unit refers to.
//!
//! Without type units such a type stands in the unit that uses it; which one that was is not told any more.
//! Equal types become one in any case, so all of them are given to the last unit in C.

use crate::error::Error;
use crate::input::info::InfoReader;
use crate::input::other_units::UnitStore;
use crate::input::sections::DebugSections;
use crate::plan::{Plan, Unclaimed};
use crate::sorting;
use elf::{Elf, ReadAt};
use encode::{Area, SectionOffset, UnitBytes, UnitReader};
use rustc_hash::FxHashSet;

/// What a type unit says.
struct TypeUnit {
    signature: u64,
    place: SectionOffset,
    mentions: Vec<u64>,
    is_c: bool,
}

/// Finds them. Reads all entries of the file, so it is only asked of a file with type units.
pub(crate) fn find<R: ReadAt + ?Sized>(
    elf: &Elf,
    source: &R,
    plan: &Plan,
) -> Result<Unclaimed, Error> {
    let sections = DebugSections::read(elf, source)?;
    let mut info = InfoReader::new(elf, source, plan)?;
    let mut types = UnitStore::new(source, ".debug_types");
    let mut reader = UnitReader::new(plan.spending());
    let (mut claimed, mut units) = (Vec::new(), Vec::new());
    let mut unclaimed = Unclaimed::default();
    let mut has_unit = false;
    // Signature and type of each type unit, by the unit: both are in order.
    let mut known: Vec<(SectionOffset, u64)> = plan
        .other_units
        .signatures
        .iter()
        .map(|&(signature, place)| (place, signature))
        .collect();
    sorting::sort_by(&mut known, Ord::cmp);
    let own = plan.unit_offsets.windows(2).map(|pair| (Area::Info, pair));
    let others = plan.other_units.types.offsets.windows(2);
    for (area, pair) in own.chain(others.map(|pair| (Area::Types, pair))) {
        let &[start, end] = pair else { continue };
        let range = start..end;
        let bytes = match area {
            Area::Info => info.read(elf, range)?,
            _ => types.unit(elf, &range)?,
        };
        let input = UnitBytes {
            offset: start,
            bytes,
        };
        // A unit that cannot be read is left out when its turn comes; nothing is given to it.
        let Ok(mentions) = reader.type_signatures(&sections.view(), area, input) else {
            continue;
        };
        if !mentions.is_type_unit {
            claimed.extend_from_slice(&mentions.signatures);
            if mentions.is_c() && !plan.options.excluded.contains(mentions.language) {
                has_unit = true;
                unclaimed.unit = start;
            }
            continue;
        }
        let at = known.partition_point(|(place, _)| {
            *place
                < SectionOffset {
                    area,
                    offset: start,
                }
        });
        // Of equal type units the first alone is known.
        let Some(&(place, signature)) = known.get(at) else {
            continue;
        };
        if place.area == area && place.offset < end {
            let is_c = mentions.is_c();
            units.push(TypeUnit {
                signature,
                place,
                mentions: mentions.signatures,
                is_c,
            });
        }
    }
    if has_unit {
        unclaimed.types = unreached(units, claimed);
    }
    Ok(unclaimed)
}

/// Types in C that nothing leads to from the signatures that units claim.
fn unreached(mut units: Vec<TypeUnit>, mut claimed: Vec<u64>) -> Vec<SectionOffset> {
    sorting::sort_by_key(&mut units, |unit| unit.signature);
    let mut reached = FxHashSet::default();
    while let Some(signature) = claimed.pop() {
        if reached.insert(signature)
            && let Ok(at) = units.binary_search_by_key(&signature, |unit| unit.signature)
        {
            claimed.append(&mut units[at].mentions);
        }
    }
    let mut places: Vec<SectionOffset> = units
        .iter()
        .filter(|unit| unit.is_c && !reached.contains(&unit.signature))
        .map(|unit| unit.place)
        .collect();
    sorting::sort_by(&mut places, Ord::cmp);
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_to_nothing_claimed_is_unreached() {
        let unit = |signature, mentions: &[u64], is_c| TypeUnit {
            signature,
            place: SectionOffset {
                area: Area::Info,
                offset: 100 - signature,
            },
            mentions: mentions.to_vec(),
            is_c,
        };
        let units = vec![
            unit(1, &[2], true),
            unit(2, &[1], true),
            // Two that refer to each other alone, and one in another language.
            unit(3, &[4, 1], true),
            unit(4, &[3], true),
            unit(5, &[], false),
        ];
        let places: Vec<u64> = unreached(units, vec![1, 9])
            .iter()
            .map(|place| place.offset)
            .collect();
        assert_eq!(places, [96, 97]);
    }
}
