//! Types that match a search, in an order, some rows at a time.

mod find;
mod matching;
mod meant;
mod members;
mod query;
mod reading;
mod search;

pub use find::{FoundName, FoundNames, Named, find};
pub use query::{Field, Filter, FunctionFilter, Match, Order, Query, QueryError};
pub use reading::Reading;
pub(crate) use reading::{bare, spellings};

use crate::address::Address;
use crate::explorer::Explorer;
use crate::facts::{Fact, bytes_of};
use crate::group::Group;
use crate::signatures::flag_names;
use crate::sort::sorted;
use btf::{Btf, Kind, StringOffset, Type, TypeId};
use matching::Matcher;
use meant::MeantTypes;
use reading::{Sought, Text};
use rustc_hash::FxHashMap;
use search::{Outcome, search};
use serde::{Deserialize, Serialize};

/// The types that a query found, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundTypes {
    query: Query,
    sought: Sought,
    hits: Vec<Hit>,
    similar: Vec<TypeId>,
    elsewhere: Vec<(Field, u32)>,
}

/// A type that the query found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hit {
    id: TypeId,
    /// The name that matched: of a member, enumerator, or parameter, or of the type itself.
    by: StringOffset,
    score: u32,
}

/// Some rows of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// How many rows the whole list has.
    pub total: u32,
    /// The number of the first row here, from 0.
    pub from: u32,
    /// The rows from `from` on.
    pub rows: Vec<Row>,
    /// How the text was understood.
    #[serde(default)]
    pub reading: Reading,
    /// Types with similar names, the most similar first, if nothing fits.
    #[serde(default)]
    pub similar: Vec<Address>,
    /// Where else the text occurs if no type has it in its name: how many types have it there.
    #[serde(default)]
    pub elsewhere: Vec<(Field, u32)>,
}

/// A type in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The type's id in this BTF.
    pub id: u32,
    /// The type's kind and name.
    pub address: Address,
    /// The kind, which decides the swatch.
    pub kind: Kind,
    /// The name of the type, not of what matched.
    pub name: String,
    /// The member, enumerator, or parameter that matched, if it was not the type's name.
    pub by: Option<String>,
    /// The ranges that matched in `by` or else in the name, in characters.
    pub marks: Vec<(u32, u32)>,
    /// Bytes in memory; `None` for kinds that have no size.
    pub size: Option<u64>,
    /// The number by which the list is sorted, unless that is the size.
    pub value: Option<u64>,
}

impl FoundTypes {
    /// Searches all named types, those of the base included, by the first [reading](Reading) of the text that finds
    /// something.
    ///
    /// # Errors
    ///
    /// [`QueryError`] if the text is not a valid regular expression.
    pub fn of(explorer: &Explorer, query: Query) -> Result<FoundTypes, QueryError> {
        let outcome = search(explorer, &query)?;
        Ok(FoundTypes::ranked(explorer, query, outcome))
    }

    /// What a search found, in the query's order.
    fn ranked(explorer: &Explorer, query: Query, outcome: Outcome) -> FoundTypes {
        let Outcome {
            sought,
            hits,
            similar,
            elsewhere,
        } = outcome;
        let hits = order(explorer, &query, hits);
        FoundTypes {
            query,
            sought,
            hits,
            similar,
            elsewhere,
        }
    }

    /// The query that found them.
    pub fn query(&self) -> &Query {
        &self.query
    }

    /// How many types were found.
    pub fn len(&self) -> usize {
        self.hits.len()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.hits.is_empty()
    }

    /// The types, in order.
    pub fn ids(&self) -> impl Iterator<Item = TypeId> + '_ {
        self.hits.iter().map(|hit| hit.id)
    }

    /// The row of a type, from 0; `None` if it was not found.
    pub fn position(&self, id: TypeId) -> Option<usize> {
        self.hits.iter().position(|hit| hit.id == id)
    }

    /// At most `count` rows from row `from` on.
    pub fn page(&self, explorer: &Explorer, from: usize, count: usize) -> Page {
        let mut matcher = Matcher::of(&self.sought.last()).ok();
        let btf = explorer.btf();
        let rows = self.hits.iter().skip(from).take(count).map(|hit| {
            let by = (!hit.by.is_empty()).then_some(hit.by);
            let name = btf.name(hit.id).into_owned();
            let matched = by.or_else(|| btf.get(hit.id).map(|ty| ty.name()));
            Row {
                id: hit.id.0,
                address: explorer.address(hit.id),
                kind: btf.kind(hit.id),
                name,
                by: by.map(|by| btf.str(by).into_owned()),
                marks: matched
                    .zip(matcher.as_mut())
                    .map(|(name, matcher)| matcher.marks(btf, name))
                    .unwrap_or_default(),
                size: bytes_of(btf, hit.id),
                value: self
                    .query
                    .order
                    .is_number()
                    .then(|| value(explorer, self.query.order, hit.id)),
            }
        });
        Page {
            total: u32::try_from(self.hits.len()).unwrap_or(u32::MAX),
            from: u32::try_from(from).unwrap_or(u32::MAX),
            rows: rows.collect(),
            reading: self.sought.reading.clone(),
            similar: (self.similar.iter())
                .map(|id| explorer.address(*id))
                .collect(),
            elsewhere: self.elsewhere.clone(),
        }
    }
}

/// Those of `all` whose names fit the text of a query, for names that are in no BTF.
///
/// # Errors
///
/// [`QueryError`] if the text is not a valid regular expression, or one that takes too long for so many names.
pub fn with_fitting_names<T>(
    query: &Query,
    all: impl Iterator<Item = T>,
    name: impl Fn(&T) -> &str,
) -> Result<Vec<T>, QueryError> {
    let mut matcher = Matcher::of(&Text::of(query))?;
    let fitting = all.filter(|one| matcher.score_bytes(name(one).as_bytes()).is_some());
    let fitting = fitting.collect();
    matcher.is_complete()?;
    Ok(fitting)
}

/// How many types of each group have a name.
fn repeated(btf: &Btf) -> FxHashMap<(Group, StringOffset), u32> {
    let mut count = FxHashMap::default();
    for id in (1..btf.end_id().0).map(TypeId) {
        if let Some(ty) = btf.get(id).filter(|ty| !ty.name().is_empty())
            && let Some(group) = Group::of(ty.kind())
        {
            *count.entry((group, ty.name())).or_default() += 1;
        }
    }
    count
}

/// What a filter needs that takes a pass over all types.
struct Prepared {
    counts: Option<FxHashMap<(Group, StringOffset), u32>>,
    takes: Option<MeantTypes>,
    returns: Option<MeantTypes>,
}

impl Prepared {
    fn of(explorer: &Explorer, query: &Query) -> Result<Prepared, QueryError> {
        let function = query.filter.function.as_deref();
        let meant = |text: Option<&str>| {
            let meant = text.map(|text| MeantTypes::of(explorer, text, query.matching));
            meant.transpose()
        };
        Ok(Prepared {
            counts: query.filter.repeated.then(|| repeated(explorer.btf())),
            takes: meant(function.and_then(|of| of.takes.as_deref()))?,
            returns: meant(function.and_then(|of| of.returns.as_deref()))?,
        })
    }
}

/// Whether a type meets all conditions of a filter. The pattern names every field so that a new one is not
/// forgotten here.
fn admitted(
    explorer: &Explorer,
    filter: &Filter,
    id: TypeId,
    ty: Type<'_>,
    prepared: &Prepared,
) -> bool {
    let &Filter {
        ref groups,
        at_least,
        at_most,
        holes,
        bitfields,
        flexible,
        repeated,
        own,
        ref tag,
        ref section,
        ref function,
    } = filter;
    let flag = function.as_ref().and_then(|of| of.flag.as_deref());
    let inlined = function.as_ref().is_some_and(|of| of.inlined);
    let btf = explorer.btf();
    let Some(group) = Group::of(ty.kind()) else {
        return false;
    };
    let is_repeated = || {
        let count = prepared.counts.as_ref();
        let count = count.and_then(|counts| counts.get(&(group, ty.name())));
        count.is_some_and(|&count| count > 1)
    };
    let has_flag = |flag: &str| {
        let flags = explorer.kfunc_flags(&btf.str(ty.name()));
        flag_names(flags.unwrap_or(0))
            .iter()
            .any(|name| name == flag)
    };
    let has_tag = |tag: &str| {
        let is_it = |there: &StringOffset| btf.string(*there) == Some(tag.as_bytes());
        explorer.attached().tags(id).iter().any(is_it)
    };
    let is_in = |section: &str| {
        let place = explorer.attached().place(id);
        let of = place.and_then(|place| btf.string(place.section));
        of.is_some_and(|of| section.is_empty() || of == section.as_bytes())
    };
    let size = || bytes_of(btf, id);
    // Facts that take a pass over all types come last, and only if a condition needs them.
    let layout = |meets: fn(&Fact) -> bool| explorer.facts().layout(id).is_some_and(meets);
    (groups.is_empty() || groups.contains(&group))
        && (!repeated || is_repeated())
        && (!own || id >= btf.first_id())
        && tag.as_deref().is_none_or(has_tag)
        && section.as_deref().is_none_or(is_in)
        && (prepared.takes.as_ref()).is_none_or(|types| types.taken_by(btf, &ty))
        && (prepared.returns.as_ref()).is_none_or(|types| types.returned_by(btf, &ty))
        && flag.is_none_or(has_flag)
        && (!inlined
            || explorer
                .inline_sites()
                .count(id)
                .is_some_and(|sites| sites > 0))
        && at_least.is_none_or(|least| size().is_some_and(|size| size >= least))
        && at_most.is_none_or(|most| size().is_some_and(|size| size <= most))
        && (!holes || layout(|fact| fact.holes > 0))
        && (!bitfields || layout(|fact| fact.bitfields))
        && (!flexible || layout(|fact| fact.flexible))
}

/// The number that an order sorts by.
fn value(explorer: &Explorer, order: Order, id: TypeId) -> u64 {
    let facts = explorer.facts();
    match order {
        Order::Best | Order::Name => 0,
        Order::Size => bytes_of(explorer.btf(), id).unwrap_or(0),
        Order::Members => match explorer.btf().get(id) {
            Some(ty) if ty.kind().is_composite() || ty.kind().is_any_enum() => u64::from(ty.vlen()),
            _ => 0,
        },
        Order::Holes => facts.layout(id).map_or(0, |fact| fact.hole_bytes),
        Order::Depth => facts.layout(id).map_or(0, |fact| u64::from(fact.depth)),
        Order::Users => u64::from(facts.users(id)),
        Order::Copies => u64::from(facts.copies(id).unwrap_or(0)),
        Order::Saved => facts.saved(explorer.btf(), id).unwrap_or(0),
        Order::Sites => u64::from(explorer.inline_sites().count(id).unwrap_or(0)),
    }
}

/// Hits come in the order of names and keep it within a rank.
fn order(explorer: &Explorer, query: &Query, hits: Vec<Hit>) -> Vec<Hit> {
    let rank = |hit: &Hit| match query.order {
        Order::Best => u64::from(hit.score),
        by => value(explorer, by, hit.id),
    };
    let mut hits = match query.order {
        Order::Name => hits,
        _ => {
            let ranked: Vec<(u64, Hit)> = hits.into_iter().map(|hit| (rank(&hit), hit)).collect();
            let ranked = sorted(&ranked, &|(a, _), (b, _)| b.cmp(a));
            ranked.into_iter().map(|(_, hit)| hit).collect()
        }
    };
    if query.reversed {
        hits.reverse();
    }
    hits
}
