//! A search through all named types, by one reading of its text after the other.

use super::matching::Matcher;
use super::meant::MeantTypes;
use super::members::{BestMembers, composite, step};
use super::query::{Field, Match, Query, QueryError};
use super::reading::{Reading, Sought, readings};
use super::{Hit, Prepared, admitted};
use crate::explorer::Explorer;
use crate::group::Group;
use crate::wanted::similar;
use btf::{Btf, Kind, StringOffset, Type, TypeId};
use rustc_hash::FxHashMap;
use std::cell::RefCell;

/// What a search found, and by which reading of its text.
pub(super) struct Outcome {
    pub sought: Sought,
    pub hits: Vec<Hit>,
    /// Types with similar names, the most similar first, if nothing was found.
    pub similar: Vec<TypeId>,
    /// Where else the text stands, when no name contains it: how many types.
    pub elsewhere: Vec<(Field, u32)>,
}

/// What all readings of a search share.
struct Search<'a> {
    explorer: &'a Explorer,
    query: &'a Query,
    prepared: Prepared,
}

/// Searches by the first reading that finds something, and by nothing else if none does.
pub(super) fn first_reading(explorer: &Explorer, query: &Query) -> Result<Outcome, QueryError> {
    let search = Search::of(explorer, query)?;
    let mut outcome = Outcome {
        sought: Sought::default(),
        hits: Vec::new(),
        similar: Vec::new(),
        elsewhere: Vec::new(),
    };
    for sought in readings(&query.text, query.matching) {
        outcome.hits = match search.by(&sought) {
            Err(_) if sought.reading != Reading::AsTyped => continue,
            hits => hits?,
        };
        if !outcome.hits.is_empty() {
            outcome.sought = sought;
            break;
        }
    }
    Ok(outcome)
}

/// Searches by the first reading that finds something.
pub(super) fn search(explorer: &Explorer, query: &Query) -> Result<Outcome, QueryError> {
    let search = Search::of(explorer, query)?;
    if query.field == Field::Signature {
        return search.signatures();
    }
    let readings = readings(&query.text, query.matching);
    for sought in &readings {
        // A pattern that is none was not meant as one; one that was asked for is an error.
        let hits = match search.by(sought) {
            Err(_) if sought.reading != Reading::AsTyped => continue,
            hits => hits?,
        };
        if !hits.is_empty() {
            let elsewhere = match sought.reading {
                Reading::AsTyped | Reading::Declaration(_) | Reading::Member => Vec::new(),
                _ => search.elsewhere(&readings)?,
            };
            return Ok(Outcome {
                sought: sought.clone(),
                hits,
                similar: Vec::new(),
                elsewhere,
            });
        }
    }
    Ok(Outcome {
        similar: search.similar(&readings),
        elsewhere: search.elsewhere(&readings)?,
        sought: Sought::default(),
        hits: Vec::new(),
    })
}

impl<'a> Search<'a> {
    fn of(explorer: &'a Explorer, query: &'a Query) -> Result<Search<'a>, QueryError> {
        Ok(Search {
            explorer,
            query,
            prepared: Prepared::of(explorer, query)?,
        })
    }

    fn by(&self, sought: &Sought) -> Result<Vec<Hit>, QueryError> {
        if !sought.members.is_empty() {
            return match self.query.field {
                Field::Name => self.members(sought),
                _ => Ok(Vec::new()),
            };
        }
        let mut matcher = Matcher::of(&sought.name)?;
        if sought.name.text.is_empty() && self.query.field != Field::Name {
            return Ok(self.with_names_in(self.query.field));
        }
        let hits = self.hits(sought.groups, self.query.field, &mut matcher);
        matcher.is_complete()?;
        Ok(hits)
    }

    /// Functions and variables by their names, then those that take, return, or have a type that the text means.
    fn signatures(&self) -> Result<Outcome, QueryError> {
        let mut outcome = Outcome {
            sought: Sought::default(),
            hits: Vec::new(),
            similar: Vec::new(),
            elsewhere: Vec::new(),
        };
        for sought in readings(&self.query.text, self.query.matching) {
            let hits = match Matcher::of(&sought.name) {
                Err(_) if sought.reading != Reading::AsTyped => continue,
                matcher => {
                    let mut matcher = matcher?;
                    let hits = self.hits(sought.groups, Field::Name, &mut matcher);
                    matcher.is_complete()?;
                    hits
                }
            };
            if sought.members.is_empty() && !hits.is_empty() {
                outcome = Outcome {
                    sought,
                    hits,
                    ..outcome
                };
                break;
            }
        }
        if self.query.text.trim().is_empty() {
            return Ok(outcome);
        }
        let btf = self.explorer.btf();
        let meant = MeantTypes::of(self.explorer, &self.query.text, self.query.matching)?;
        let named: FxHashMap<TypeId, u32> = (outcome.hits.iter())
            .map(|hit| (hit.id, hit.score))
            .collect();
        let hits = self.allowed(&[]).filter_map(|(id, ty)| {
            let by_type = || {
                meant.taken_by(btf, &ty)
                    || meant.returned_by(btf, &ty)
                    || meant.of_variable(btf, &ty)
            };
            let score = match named.get(&id) {
                Some(score) => score.saturating_add(1),
                None => by_type().then_some(0)?,
            };
            Some(Hit {
                id,
                by: StringOffset::EMPTY,
                score,
            })
        });
        outcome.hits = hits.collect();
        Ok(outcome)
    }

    /// Without a text: the types that have any name in this field. Each would fit, so none is shown.
    fn with_names_in(&self, field: Field) -> Vec<Hit> {
        let btf = self.explorer.btf();
        let parameters = RefCell::new(BestParameters::default());
        let has_names = |(_, ty): &(TypeId, Type<'_>)| match field {
            Field::Name | Field::Signature => true,
            Field::Member => ty.kind().is_composite() && ty.vlen() > 0,
            Field::Enumerator => ty.kind().is_any_enum() && ty.vlen() > 0,
            Field::Parameter => {
                let mut parameters = parameters.borrow_mut();
                parameters.of(&mut Matcher::Everything, btf, *ty).is_some()
            }
        };
        let hits = self.allowed(&[]).filter(has_names).map(|(id, _)| Hit {
            id,
            by: StringOffset::EMPTY,
            score: 0,
        });
        hits.collect()
    }

    /// The types that a keyword and the conditions allow, by name.
    fn allowed<'s>(&'s self, groups: &'s [Group]) -> impl Iterator<Item = (TypeId, Type<'s>)> + 's {
        let btf = self.explorer.btf();
        let ids = self.explorer.by_name().iter();
        ids.filter_map(|&id| Some((id, btf.get(id)?)))
            .filter(|(_, ty)| {
                groups.is_empty()
                    || Group::of(ty.kind()).is_some_and(|group| groups.contains(&group))
            })
            .filter(|&(id, ty)| {
                let filter = &self.query.filter;
                admitted(self.explorer, filter, id, ty, &self.prepared)
            })
    }

    fn hits(&self, groups: &[Group], field: Field, matcher: &mut Matcher) -> Vec<Hit> {
        let btf = self.explorer.btf();
        let mut members = BestMembers::default();
        let mut parameters = BestParameters::default();
        let hits = self.allowed(groups).filter_map(|(id, ty)| {
            let (score, by) = match field {
                Field::Name | Field::Signature => {
                    (matcher.score(btf, ty.name())?, StringOffset::EMPTY)
                }
                Field::Member if ty.kind().is_composite() => members.of(matcher, btf, id)?,
                Field::Member => return None,
                Field::Enumerator => best_name(matcher, btf, ty, field)?,
                Field::Parameter => parameters.of(matcher, btf, ty)?,
            };
            Some(Hit { id, by, score })
        });
        hits.collect()
    }

    /// The member at the end of a path that begins at a type of this name.
    fn members(&self, sought: &Sought) -> Result<Vec<Hit>, QueryError> {
        let btf = self.explorer.btf();
        let mut whole = Matcher::whole(&sought.name);
        let mut last = Matcher::of(&sought.last())?;
        let mut best = BestMembers::default();
        let way = sought.members.split_last().map_or(&[][..], |(_, way)| way);
        let hits = self.allowed(sought.groups).filter_map(|(id, ty)| {
            whole.score(btf, ty.name())?;
            let mut at = composite(btf, id)?;
            // A type without a name has no address: its member is shown with the last that has one.
            let mut shown = if at == id { id } else { named(btf, at)? };
            for name in way {
                at = step(btf, at, name)?;
                shown = named(btf, at).unwrap_or(shown);
            }
            let (score, by) = best.of(&mut last, btf, at)?;
            Some(Hit {
                id: shown,
                by,
                score,
            })
        });
        let mut hits: Vec<Hit> = hits.collect();
        last.is_complete()?;
        hits.sort_by_key(|hit| hit.id);
        hits.dedup_by_key(|hit| hit.id);
        Ok(hits)
    }

    /// In how many types the text stands in other names than their own.
    fn elsewhere(&self, readings: &[Sought]) -> Result<Vec<(Field, u32)>, QueryError> {
        let plain = readings.iter().rev().find(|sought| {
            matches!(
                sought.reading,
                Reading::AsTyped | Reading::Declaration(_) | Reading::Member
            )
        });
        let Some(plain) = plain.filter(|_| self.query.field == Field::Name) else {
            return Ok(Vec::new());
        };
        let Ok(mut matcher) = Matcher::of(&plain.last()) else {
            return Ok(Vec::new());
        };
        let fields = [Field::Member, Field::Enumerator, Field::Parameter];
        let counts = fields.map(|field| {
            let found = self.hits(&[], field, &mut matcher).len();
            (field, u32::try_from(found).unwrap_or(u32::MAX))
        });
        matcher.is_complete()?;
        Ok(counts.into_iter().filter(|(_, count)| *count > 0).collect())
    }

    /// Types whose names are similar to that of the last plain reading.
    fn similar(&self, readings: &[Sought]) -> Vec<TypeId> {
        let is_plain =
            |sought: &&Sought| !matches!(sought.reading, Reading::Pattern | Reading::Regex);
        let Some(plain) = readings.iter().rev().find(is_plain) else {
            return Vec::new();
        };
        let name = plain.name.text.as_str();
        let is_name = self.query.field == Field::Name
            && self.query.matching == Match::Substring
            && name.len() > 2;
        if !is_name {
            return Vec::new();
        }
        let btf = self.explorer.btf();
        let names = similar(btf, name, |kind| Group::of(kind).is_some());
        let ranked = self.allowed(plain.groups).filter_map(|(id, ty)| {
            let there = btf.string(ty.name())?;
            let rank = names.iter().position(|name| name.as_bytes() == there)?;
            Some((rank, id))
        });
        let mut ranked: Vec<(usize, TypeId)> = ranked.collect();
        ranked.sort_unstable();
        ranked.truncate(names.len());
        ranked.into_iter().map(|(_, id)| id).collect()
    }
}

fn named(btf: &Btf, id: TypeId) -> Option<TypeId> {
    let ty = btf.get(id)?;
    (!ty.name().is_empty()).then_some(id)
}

/// The parameter of each function that fits best. A prototype is looked through once, however many functions have it.
#[derive(Default)]
struct BestParameters {
    known: FxHashMap<TypeId, Option<(u32, StringOffset)>>,
}

impl BestParameters {
    fn of(
        &mut self,
        matcher: &mut Matcher,
        btf: &Btf,
        ty: Type<'_>,
    ) -> Option<(u32, StringOffset)> {
        let proto = ty.target().filter(|_| ty.kind() == Kind::Func)?;
        let best = || best_name(matcher, btf, ty, Field::Parameter);
        *self.known.entry(proto).or_insert_with(best)
    }
}

/// The enumerator or parameter that fits best.
fn best_name(
    matcher: &mut Matcher,
    btf: &Btf,
    ty: Type<'_>,
    field: Field,
) -> Option<(u32, StringOffset)> {
    let mut best: Option<(u32, StringOffset)> = None;
    let mut add = |name: StringOffset| {
        if !name.is_empty()
            && let Some(score) = matcher.score(btf, name)
            && best.is_none_or(|(there, _)| score > there)
        {
            best = Some((score, name));
        }
    };
    if field == Field::Enumerator {
        ty.enumerators().for_each(|value| add(value.name));
    } else {
        let proto = ty.target().filter(|_| ty.kind() == Kind::Func);
        if let Some(proto) = proto.and_then(|proto| btf.get(proto)) {
            proto.params().for_each(|param| add(param.name));
        }
    }
    best
}
