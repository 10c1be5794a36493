//! What a laboratory's result says about types, names and walks.

use super::program::{Filter, UnitType, Which};
use crate::{Event, Lab, Run, Setup, spell};
use btf::{Btf, Data, FwdKind, Kind, Type, TypeId};
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

/// Some types of a BTF.
#[derive(Clone, Debug)]
pub(super) struct Types<'l> {
    pub btf: &'l Btf,
    pub ids: Vec<TypeId>,
    /// Whether these are all.
    pub is_whole: bool,
}

/// A type.
#[derive(Clone, Copy, Debug)]
pub(super) struct One<'l> {
    pub btf: &'l Btf,
    pub id: TypeId,
}

/// A walk over two graphs, as its events.
#[derive(Clone, Copy, Debug)]
pub(super) struct Walk<'l>(&'l [Event]);

/// A laboratory, and what is computed of it when an expression wants it.
pub(super) struct Outcome<'l> {
    lab: &'l Lab,
    /// Types that are replaced in the end.
    replaced: OnceCell<BTreeSet<TypeId>>,
    /// Types that go to the exact engine.
    exact: OnceCell<i64>,
    /// Each unit as the only one.
    alone: [OnceCell<Lab>; crate::MOST_UNITS],
}

impl<'l> Outcome<'l> {
    pub fn of(lab: &'l Lab) -> Outcome<'l> {
        Outcome {
            lab,
            replaced: OnceCell::new(),
            exact: OnceCell::new(),
            alone: Default::default(),
        }
    }

    pub fn steps(&self) -> &'l [crate::Step] {
        self.lab.steps().unwrap_or_default()
    }

    /// How many types are left.
    pub fn left(&self) -> i64 {
        let ran = self.lab.result();
        number(ran.map_or(0, |(_, run)| run.deduped.btf.len()))
    }

    /// How many types go to the exact engine.
    pub fn exact(&self) -> i64 {
        let fast = || self.lab.fast_path().map_or(0, |fast| i64::from(fast.left));
        *self.exact.get_or_init(fast)
    }

    pub fn types(&self, which: Which) -> Option<Types<'_>> {
        let (units, run) = self.lab.result()?;
        let of_unit = |unit: usize| {
            let ids = unit.checked_sub(1).and_then(|at| units.ids.get(at));
            ids.cloned().into_iter().flatten().map(TypeId)
        };
        Some(match which {
            Which::Before => Types::all(&units.btf),
            Which::After => Types::all(&run.deduped.btf),
            Which::Base => Types::all(units.btf.base()?),
            Which::Unit(unit) => Types::some(&units.btf, of_unit(unit).collect()),
            Which::New(unit) => {
                let replaced = self.replaced(run);
                let kept = of_unit(unit).filter(|id| !replaced.contains(id));
                Types::some(&units.btf, kept.collect())
            }
            Which::Alone(unit) => {
                let at = unit.checked_sub(1)?;
                let lab = self.alone.get(at)?.get_or_init(|| {
                    let setup = &self.lab.setup;
                    Lab::new(Setup {
                        units: setup.units.get(at).cloned().into_iter().collect(),
                        ..setup.clone()
                    })
                });
                Types::all(&lab.result()?.1.deduped.btf)
            }
        })
    }

    fn replaced(&self, run: &Run) -> &BTreeSet<TypeId> {
        self.replaced.get_or_init(|| {
            let from = run.events.iter().filter_map(|event| match *event {
                Event::Merged { from, .. }
                | Event::ReferenceMerged { from, .. }
                | Event::ForwardResolved { forward: from, .. } => Some(from),
                _ => None,
            });
            from.collect()
        })
    }

    /// Whether two types end as one; not, if one of them does not exist.
    pub fn are_same(&self, one: &UnitType, other: &UnitType) -> bool {
        let Some((units, run)) = self.lab.result() else {
            return false;
        };
        let new = |wanted: &UnitType| {
            let ids = match wanted.unit.checked_sub(1) {
                Some(at) => units.ids.get(at)?.clone(),
                None => 1..units.btf.first_id().0,
            };
            find(&units.btf, ids.map(TypeId), &wanted.spelling).map(|id| run.deduped.new_id(id))
        };
        match (new(one), new(other)) {
            (Some(one), Some(other)) => one == other,
            _ => false,
        }
    }

    /// The walk that keeps two types of this spelling apart; without one, the first walk over such types.
    pub fn walk(&self, spelling: &str) -> Option<Walk<'l>> {
        let (units, run) = self.lab.result()?;
        let replaced = self.replaced(run);
        let mut first = None;
        let mut start = None;
        for (at, event) in run.events.iter().enumerate() {
            match *event {
                Event::CompareStart { candidate, .. } => {
                    start = is_spelled(&units.btf, candidate, spelling).then_some(at);
                }
                Event::CompareEnd {
                    candidate, equal, ..
                } => {
                    let Some(start) = start.take() else { continue };
                    let walk = Walk(run.events.get(start..=at).unwrap_or_default());
                    if !equal && !replaced.contains(&candidate) {
                        return Some(walk);
                    }
                    first = first.or(Some(walk));
                }
                _ => {}
            }
        }
        first
    }

    /// The pair that keeps two types of this spelling apart, candidate first. Where their records differ, no walk begins,
    /// and they are the pair themselves.
    pub fn cause(&self, spelling: &str) -> Option<(One<'l>, One<'l>)> {
        let (units, run) = self.lab.result()?;
        let btf = &units.btf;
        let pair = match self.walk(spelling).and_then(Walk::difference) {
            Some(pair) => pair,
            None => {
                let replaced = self.replaced(run);
                let kept = btf.types().map(|(id, _)| id);
                let mut kept =
                    kept.filter(|id| !replaced.contains(id) && spell(btf, *id) == spelling);
                let first = kept.next()?;
                (kept.next()?, first)
            }
        };
        let one = |id| One { btf, id };
        Some((one(pair.0), one(pair.1)))
    }
}

impl Walk<'_> {
    /// The pair that differs: the first that the engine tells of.
    fn difference(self) -> Option<(TypeId, TypeId)> {
        self.0.iter().find_map(|event| match *event {
            Event::NotEqual {
                candidate,
                canonical,
                ..
            } => Some((candidate, canonical)),
            _ => None,
        })
    }

    /// Whether it reaches the type with this id.
    pub fn visits(self, id: i64) -> bool {
        self.0.iter().any(|event| match *event {
            Event::Visit {
                candidate,
                canonical,
                ..
            } => i64::from(candidate.0) == id || i64::from(canonical.0) == id,
            _ => false,
        })
    }
}

impl<'l> Types<'l> {
    fn all(btf: &'l Btf) -> Types<'l> {
        Types {
            btf,
            ids: btf.types().map(|(id, _)| id).collect(),
            is_whole: true,
        }
    }

    fn some(btf: &'l Btf, ids: Vec<TypeId>) -> Types<'l> {
        Types {
            btf,
            ids,
            is_whole: false,
        }
    }

    fn each(&self) -> impl Iterator<Item = (TypeId, Type<'l>)> + '_ {
        let btf = self.btf;
        self.ids
            .iter()
            .filter_map(move |&id| Some((id, btf.get(id)?)))
    }

    /// Those that a filter means.
    pub fn matching<'f>(&'f self, filter: &'f Filter) -> impl Iterator<Item = One<'l>> + 'f {
        let found = self.each().filter(move |&(id, ty)| {
            let of_value = |wanted: Option<i64>, found: u32| {
                wanted.is_none_or(|wanted| wanted == i64::from(found))
            };
            filter.kind.is_none_or(|kind| kind == ty.kind())
                && of_value(filter.vlen, ty.vlen())
                && of_value(filter.size, ty.size().unwrap_or(0))
                && filter
                    .name
                    .as_ref()
                    .is_none_or(|name| is_called(self.btf, id, name))
        });
        found.map(|(id, _)| One { btf: self.btf, id })
    }

    /// Bytes of their records.
    pub fn bytes(&self) -> i64 {
        number(self.each().map(|(_, ty)| ty.byte_len()).sum())
    }

    /// Bytes of their strings.
    pub fn strings(&self) -> i64 {
        if self.is_whole {
            return number(self.btf.strings().as_bytes().len());
        }
        let mut names: BTreeSet<&[u8]> = BTreeSet::from([b"".as_slice()]);
        for (_, ty) in self.each() {
            names.extend(ty.names().filter_map(|name| self.btf.string(name)));
        }
        number(names.iter().map(|name| name.len() + 1).sum())
    }

    /// Those whose name another one before has too: structs, unions and enumerations with a body.
    pub fn repeated(self) -> Types<'l> {
        let mut seen: BTreeSet<&[u8]> = BTreeSet::new();
        let defined = self.each().filter(|(_, ty)| {
            let kind = ty.kind();
            (kind.is_composite() || kind.is_any_enum()) && ty.vlen() > 0
        });
        let again = defined.filter(|(_, ty)| {
            let name = self.btf.string(ty.name()).unwrap_or_default();
            !name.is_empty() && !seen.insert(name)
        });
        let again = again.map(|(id, _)| id).collect();
        Types::some(self.btf, again)
    }

    /// The forward declarations whose name has several definitions, at least one of the declared kind.
    pub fn ambiguous(self) -> Types<'l> {
        // Structs and unions of each name.
        let mut defined: BTreeMap<&[u8], (usize, usize)> = BTreeMap::new();
        for (_, ty) in self.each().filter(|(_, ty)| ty.kind().is_composite()) {
            let name = self.btf.string(ty.name()).unwrap_or_default();
            let (structs, unions) = defined.entry(name).or_default();
            match ty.kind() {
                Kind::Union => *unions += 1,
                _ => *structs += 1,
            }
        }
        let found = self.each().filter(|(_, ty)| {
            let name = self.btf.string(ty.name()).unwrap_or_default();
            let &(structs, unions) = defined.get(name).unwrap_or(&(0, 0));
            let own = match ty.data() {
                Data::Fwd(FwdKind::Union) => unions,
                Data::Fwd(FwdKind::Struct) => structs,
                _ => 0,
            };
            own > 0 && structs + unions > 1
        });
        let found = found.map(|(id, _)| id).collect();
        Types::some(self.btf, found)
    }
}

impl One<'_> {
    pub fn ty(&self) -> Option<Type<'_>> {
        self.btf.get(self.id)
    }

    /// As a sentence shows it.
    pub fn shown(&self) -> String {
        format!("`{} {}`", self.id, spell(self.btf, self.id))
    }
}

/// Whether a type has this name, or is written so.
fn is_called(btf: &Btf, id: TypeId, name: &str) -> bool {
    btf.name(id) == name || is_spelled(btf, id, name)
}

fn is_spelled(btf: &Btf, id: TypeId, spelling: &str) -> bool {
    spell(btf, id) == spelling
}

/// The type that is written so; otherwise the declaration of it, or a type of this name.
fn find(btf: &Btf, ids: impl Iterator<Item = TypeId> + Clone, spelling: &str) -> Option<TypeId> {
    let declared = format!("forward {spelling}");
    let full = ids.clone().find(|&id| is_spelled(btf, id, spelling));
    full.or_else(|| ids.clone().find(|&id| is_spelled(btf, id, &declared)))
        .or_else(|| ids.clone().find(|&id| btf.name(id) == spelling))
}

pub(super) fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
