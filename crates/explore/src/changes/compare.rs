//! Compares the named types of two BTFs.

use super::change::{Changed, Changes, Difference, GroupCount, Named};
use super::members::{self, Member};
use super::sites::changed_sites;
use crate::definition::{Line, TokenKind, definition};
use crate::explorer::Explorer;
use crate::facts::bytes_of;
use crate::group::Group;
use crate::sort::sorted;
use btf::{Btf, Kind, TypeId};
use rustc_hash::FxHashMap;

/// Types by group and name, in the order of their ids.
type ByName<'a> = FxHashMap<(Group, &'a [u8]), Vec<TypeId>>;

/// Compares all named types that the two have themselves; those of a base are not compared. Of several types of a name, each is compared with the one that is most like it: the
/// first that is equal, else the one in the same place. Folders are known only if [`Explorer::sources`] was asked
/// before.
pub fn changes(a: &Explorer, b: &Explorer) -> Changes {
    let (of_a, of_b) = (by_name(a.btf()), by_name(b.btf()));
    let mut all: FxHashMap<Group, GroupCount> = FxHashMap::default();
    let mut changes = Changes::default();
    let count = |all: &mut FxHashMap<Group, GroupCount>, group: Group, add: fn(&mut GroupCount)| {
        add(all.entry(group).or_insert(GroupCount {
            group,
            equal: 0,
            changed: 0,
            added: 0,
            removed: 0,
        }));
    };
    for (&(group, name), ids) in &of_a {
        let others = of_b
            .get(&(group, name))
            .map(Vec::as_slice)
            .unwrap_or_default();
        let (equal, pairs, left, right) = paired(a, b, ids, others);
        for _ in 0..equal {
            count(&mut all, group, |of| of.equal += 1);
        }
        for (x, y) in pairs {
            count(&mut all, group, |of| of.changed += 1);
            changes.changed.push(Changed {
                group,
                name: a.btf().name(x).into_owned(),
                size: (bytes_of(a.btf(), x), bytes_of(b.btf(), y)),
                folder: folder(b, y).or_else(|| folder(a, x)),
                difference: difference(a, b, x, y),
            });
        }
        for id in left {
            count(&mut all, group, |of| of.removed += 1);
            changes.removed.push(named(a, group, id));
        }
        for id in right {
            count(&mut all, group, |of| of.added += 1);
            changes.added.push(named(b, group, id));
        }
    }
    for (&(group, _), ids) in of_b.iter().filter(|(key, _)| !of_a.contains_key(*key)) {
        for &id in ids {
            count(&mut all, group, |of| of.added += 1);
            changes.added.push(named(b, group, id));
        }
    }
    changes.added = sorted(&changes.added, &Ord::cmp);
    changes.removed = sorted(&changes.removed, &Ord::cmp);
    changes.changed = sorted(&changes.changed, &|x, y| {
        (x.group, &x.name, x.size).cmp(&(y.group, &y.name, y.size))
    });
    changes.groups = Group::ALL
        .iter()
        .filter_map(|group| all.get(group).copied())
        .collect();
    changes.folders = changes.folders_in("");
    changes.sites = changed_sites(a, b);
    changes
}

/// How many types of two lists are equal, the pairs of the others, and the types without a partner on either side.
#[allow(clippy::type_complexity)]
fn paired(
    a: &Explorer,
    b: &Explorer,
    ids: &[TypeId],
    others: &[TypeId],
) -> (usize, Vec<(TypeId, TypeId)>, Vec<TypeId>, Vec<TypeId>) {
    let said = |explorer: &Explorer, ids: &[TypeId]| -> Vec<(TypeId, Said)> {
        ids.iter().map(|&id| (id, Said::of(explorer, id))).collect()
    };
    let (mut left, mut right) = (said(a, ids), said(b, others));
    let mut equal = 0;
    left.retain(
        |(_, one)| match right.iter().position(|(_, other)| other == one) {
            Some(at) => {
                right.remove(at);
                equal += 1;
                false
            }
            None => true,
        },
    );
    let both = left.len().min(right.len());
    let pairs = left
        .iter()
        .zip(&right)
        .map(|((x, _), (y, _))| (*x, *y))
        .collect();
    let rest = |of: &[(TypeId, Said)]| of.iter().skip(both).map(|(id, _)| *id).collect();
    (equal, pairs, rest(&left), rest(&right))
}

/// What a type declares itself, without the types to which it refers.
#[derive(PartialEq)]
enum Said {
    Members(Option<u64>, Vec<Member>),
    Values(Option<u32>, Vec<(String, i128)>),
    Text(String),
}

impl Said {
    fn of(explorer: &Explorer, id: TypeId) -> Said {
        let btf = explorer.btf();
        match btf.get(id) {
            Some(ty) if ty.kind().is_composite() => {
                Said::Members(bytes_of(btf, id), members::of(btf, id))
            }
            Some(ty) if ty.kind().is_any_enum() => {
                let values = ty.enumerators();
                let values = values.map(|value| (btf.str(value.name).into_owned(), value.value));
                Said::Values(ty.size(), values.collect())
            }
            // The linker decides the places of variables in a section.
            Some(ty) if ty.kind() == Kind::Datasec => Said::Text(String::new()),
            _ => Said::Text(text(explorer, id)),
        }
    }
}

fn difference(a: &Explorer, b: &Explorer, x: TypeId, y: TypeId) -> Difference {
    match (Said::of(a, x), Said::of(b, y)) {
        (Said::Members(_, before), Said::Members(_, after)) => {
            Difference::Members(members::rows(&before, &after))
        }
        (Said::Values(_, before), Said::Values(_, after)) => {
            Difference::Values(values(&before, &after))
        }
        _ => Difference::Declaration(text(a, x), text(b, y)),
    }
}

/// Values that differ in name or number, in the order of the second; then those that are gone.
fn values(
    before: &[(String, i128)],
    after: &[(String, i128)],
) -> Vec<(String, Option<i128>, Option<i128>)> {
    let old: FxHashMap<&str, i128> = before
        .iter()
        .map(|(name, value)| (&**name, *value))
        .collect();
    let new: FxHashMap<&str, i128> = after
        .iter()
        .map(|(name, value)| (&**name, *value))
        .collect();
    let changed = after.iter().filter_map(|(name, value)| {
        let was = old.get(&**name).copied();
        (was != Some(*value)).then(|| (name.clone(), was, Some(*value)))
    });
    let gone = before.iter().filter(|(name, _)| !new.contains_key(&**name));
    let gone = gone.map(|(name, value)| (name.clone(), Some(*value), None));
    changed.chain(gone).collect()
}

/// A declaration on one line. For a typedef of an anonymous type, the definition of that type.
fn text(explorer: &Explorer, id: TypeId) -> String {
    let lines = definition(explorer, id);
    let words = |line: &Line| {
        let tokens = line
            .tokens
            .iter()
            .filter(|token| token.kind != TokenKind::Comment);
        tokens.map(|token| token.text.as_str()).collect::<String>()
    };
    lines.iter().map(words).collect::<Vec<_>>().join(" ")
}

fn by_name(btf: &Btf) -> ByName<'_> {
    let mut all = ByName::default();
    for (id, ty) in btf.types() {
        // Sites are at other addresses in every build: they are compared by number, not by type.
        if ty.kind() != Kind::LocSec
            && let Some(group) = Group::of(ty.kind())
            && let Some(name) = btf.string(ty.name()).filter(|name| !name.is_empty())
        {
            all.entry((group, name)).or_default().push(id);
        }
    }
    all
}

fn folder(explorer: &Explorer, id: TypeId) -> Option<String> {
    explorer.known_sources()?.folder_of(id)
}

fn named(explorer: &Explorer, group: Group, id: TypeId) -> Named {
    Named {
        group,
        name: explorer.btf().name(id).into_owned(),
        size: bytes_of(explorer.btf(), id),
        folder: folder(explorer, id),
    }
}
