//! What the first pass does with the strings: every name that a type mentions, in the order in which the pass visits
//! them, and the string section before and after.

use crate::Units;
use btf::{Btf, Kind, StringOffset, Type};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Names of a run that are listed; a lesson has some tens.
const MOST_VISITS: usize = 400;

/// The string sections, and the way from one to the other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strings {
    /// The names in the order in which the pass visits them.
    pub visits: Vec<NameVisit>,
    /// The strings of the base, which stay; none without a base.
    pub base: Vec<StringRow>,
    /// All strings of all units.
    pub before: Vec<StringRow>,
    /// The strings that are left.
    pub after: Vec<StringRow>,
    /// Bytes before and after, without the base's.
    pub bytes: (u32, u32),
}

/// A name that the pass visits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameVisit {
    /// The type.
    pub id: u32,
    /// The member, enumerator or parameter whose name it is; empty for the name of the type.
    pub part: String,
    /// The name.
    pub text: String,
    /// Where it is before.
    pub old: u32,
    /// Where it is after.
    pub new: u32,
    /// Whether it is visited for the first time, and so added to the new section.
    pub is_new: bool,
    /// Whether the base has it.
    pub of_base: bool,
}

/// A string of a section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StringRow {
    /// Where it begins.
    pub offset: u32,
    /// The string.
    pub text: String,
    /// The unit that brings it, from 0; none for the empty string, in the base, and after the pass.
    pub unit: Option<u32>,
    /// The visits that mention it, by their number from 0. Nothing refers to a string without any: an orphan.
    pub uses: Vec<u32>,
}

impl Strings {
    /// What the pass does with these units; none where there are too many names to list.
    pub fn of(units: &Units) -> Option<Strings> {
        let btf = &units.btf;
        let start = btf.strings().start();
        let mut strings = Strings::default();
        let mut places: BTreeMap<String, u32> = BTreeMap::new();
        let of_base = |btf: &Btf| {
            let all = btf.strings().iter();
            let all = all.map(|(at, text)| (String::from_utf8_lossy(text).into_owned(), at.0));
            all.collect::<Vec<_>>()
        };
        let of_base = units.base().map(|base| of_base(base)).unwrap_or_default();
        if of_base.len() > MOST_VISITS {
            return None;
        }
        places.extend(of_base.iter().cloned());
        // The empty string is the first of a BTF that stands alone.
        let mut end = start.max(1);
        for (id, ty) in btf.types() {
            for (part, name) in names(btf, ty) {
                if name.0 == 0 {
                    continue;
                }
                let text = btf.str(name).into_owned();
                let length = u32::try_from(text.len()).ok()?.checked_add(1)?;
                let known = places.get(&text).copied();
                let new = known.unwrap_or(end);
                if known.is_none() {
                    places.insert(text.clone(), end);
                    end = end.checked_add(length)?;
                }
                strings.visits.push(NameVisit {
                    id: id.0,
                    part,
                    text,
                    old: name.0,
                    new,
                    is_new: known.is_none(),
                    of_base: new < start,
                });
                if strings.visits.len() > MOST_VISITS {
                    return None;
                }
            }
        }
        let row = |offset: u32, text: String, unit: Option<u32>, of: fn(&NameVisit) -> u32| {
            let uses = (0_u32..).zip(&strings.visits);
            let uses = uses.filter(|(_, visit)| of(visit) == offset && offset > 0);
            StringRow {
                offset,
                text,
                unit,
                uses: uses.map(|(at, _)| at).collect(),
            }
        };
        let before = btf.strings().iter().map(|(offset, text)| {
            let unit = units.unit_of_string(offset);
            let text = String::from_utf8_lossy(text).into_owned();
            row(offset.0, text, unit, |visit| visit.old)
        });
        let before: Vec<StringRow> = before.collect();
        let stored = |(text, offset)| row(offset, text, None, |visit: &NameVisit| visit.new);
        let mut placed: Vec<(String, u32)> = places.into_iter().collect();
        placed.retain(|(_, offset)| *offset >= start.max(1));
        if start == 0 {
            placed.push((String::new(), 0));
        }
        placed.sort_by_key(|(_, offset)| *offset);
        let after = placed.into_iter().map(stored).collect();
        let base = of_base.into_iter().map(stored).collect();
        let bytes = u32::try_from(btf.strings().as_bytes().len()).ok()?;
        Some(Strings {
            base,
            before,
            after,
            bytes: (bytes, end - start),
            ..strings
        })
    }
}

/// The names of a type and its parts, in the order in which the pass visits them.
fn names(btf: &Btf, ty: Type<'_>) -> Vec<(String, StringOffset)> {
    let part = |name: StringOffset| (btf.str(name).into_owned(), name);
    let mut all = vec![(String::new(), ty.name())];
    match ty.kind() {
        Kind::Enum | Kind::Enum64 => all.extend(ty.enumerators().map(|value| part(value.name))),
        Kind::FuncProto => all.extend(ty.params().map(|param| part(param.name))),
        _ => all.extend(ty.members().map(|member| part(member.name))),
    }
    all
}
