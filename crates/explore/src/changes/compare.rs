//! Compares the named types of two BTFs.

use super::alike::Alike;
use super::change::{Changed, Changes, Difference, GroupCount, Named};
use super::members::{self, Member};
use super::sites::changed_sites;
use crate::definition::{Line, TokenKind, unlinked_definition};
use crate::explorer::Explorer;
use crate::facts::bytes_of;
use crate::group::Group;
use crate::sort::in_order;
use crate::spending::Spending;
use btf::layout::{Layouts, pointer_size};
use btf::{Btf, Kind, TypeId};
use budget::OverBudget;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;

/// Types by group and name, in the order of their ids.
type ByName<'a> = FxHashMap<(Group, &'a [u8]), Vec<TypeId>>;

/// Compares all named types that the two have themselves; those of a base are not compared. Of several types of a name, each is compared with the one that is most like it: the
/// first that is equal, else the one in the same place. Folders are known only if [`Explorer::sources`] was asked
/// before.
///
/// # Errors
///
/// The declarations take more than the budget of `a` allows for the size of the two.
pub fn changes(a: &Explorer, b: &Explorer) -> Result<Changes, OverBudget> {
    let (of_a, of_b) = (by_name(a.btf()), by_name(b.btf()));
    let mut spending = Spending::of(a.budget(), &[a.btf(), b.btf()]);
    let (mut side_a, mut side_b) = (Side::of(a), Side::of(b));
    let pointers = [pointer_size(a.btf()), pointer_size(b.btf())];
    let mut alike = Alike::new(a.btf(), b.btf(), pointers);
    let mut all: FxHashMap<Group, GroupCount> = FxHashMap::default();
    let mut changes = Changes::default();
    let count =
        |all: &mut FxHashMap<Group, GroupCount>, group: Group, add: &dyn Fn(&mut GroupCount)| {
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
        if let (&[x], &[y]) = (ids.as_slice(), others) {
            let (same, visited) = alike.are(x, y);
            spending.visit(visited)?;
            if same {
                count(&mut all, group, &|of| of.equal += 1);
                continue;
            }
        }
        let found = paired(&mut side_a, &mut side_b, ids, others, &mut spending)?;
        count(&mut all, group, &|of| of.equal += found.equal);
        for ((x, before), (y, after)) in found.pairs {
            count(&mut all, group, &|of| of.changed += 1);
            changes.changed.push(Changed {
                group,
                name: a.btf().name(x).into_owned(),
                size: (bytes_of(a.btf(), x), bytes_of(b.btf(), y)),
                folder: folder(b, y).or_else(|| folder(a, x)),
                difference: before.difference(after),
            });
        }
        for id in found.left {
            count(&mut all, group, &|of| of.removed += 1);
            changes.removed.push(named(a, group, id));
        }
        for id in found.right {
            count(&mut all, group, &|of| of.added += 1);
            changes.added.push(named(b, group, id));
        }
    }
    for (&(group, _), ids) in of_b.iter().filter(|(key, _)| !of_a.contains_key(*key)) {
        for &id in ids {
            count(&mut all, group, &|of| of.added += 1);
            changes.added.push(named(b, group, id));
        }
    }
    changes.added = in_order(changes.added, &Ord::cmp);
    changes.removed = in_order(changes.removed, &Ord::cmp);
    changes.changed = in_order(changes.changed, &|x, y| {
        (x.group, &x.name, x.size).cmp(&(y.group, &y.name, y.size))
    });
    changes.groups = Group::ALL
        .iter()
        .filter_map(|group| all.get(group).copied())
        .collect();
    changes.folders = changes.folders_in("");
    changes.sites = changed_sites(a, b);
    Ok(changes)
}

/// One of the two that are compared. Its layouts are kept, so that a type in many others is laid out once.
struct Side<'a> {
    explorer: &'a Explorer,
    layouts: Layouts<'a>,
}

impl<'a> Side<'a> {
    fn of(explorer: &'a Explorer) -> Side<'a> {
        Side {
            explorer,
            layouts: Layouts::new(explorer.btf()),
        }
    }

    /// What types declare.
    fn say(
        &mut self,
        ids: &[TypeId],
        spending: &mut Spending,
    ) -> Result<Vec<(TypeId, Said)>, OverBudget> {
        let said = |&id: &TypeId| Ok((id, Said::of(self, id, spending)?));
        ids.iter().map(said).collect()
    }
}

/// The types of one name in both.
#[derive(Default)]
struct Paired {
    /// How many are equal.
    equal: u32,
    /// Types that differ, by twos.
    pairs: Vec<((TypeId, Said), (TypeId, Said))>,
    /// Types without a partner in the second.
    left: Vec<TypeId>,
    /// Types without a partner in the first.
    right: Vec<TypeId>,
}

fn paired(
    a: &mut Side<'_>,
    b: &mut Side<'_>,
    ids: &[TypeId],
    others: &[TypeId],
    spending: &mut Spending,
) -> Result<Paired, OverBudget> {
    let mut found = Paired::default();
    // What types declare matters only if there are others to compare them with.
    if others.is_empty() {
        found.left = ids.to_vec();
        return Ok(found);
    }
    let (mut left, mut right) = (a.say(ids, spending)?, b.say(others, spending)?);
    if let ([(_, one)], [(_, other)]) = (left.as_slice(), right.as_slice()) {
        if one == other {
            found.equal = 1;
            return Ok(found);
        }
    } else {
        // Each takes the first of those that are equal to it.
        let mut places: FxHashMap<&Said, VecDeque<usize>> = FxHashMap::default();
        for (at, (_, said)) in right.iter().enumerate() {
            places.entry(said).or_default().push_back(at);
        }
        let mut is_taken = vec![false; right.len()];
        left.retain(|(_, said)| {
            let place = places.get_mut(said).and_then(VecDeque::pop_front);
            let taken = place.and_then(|at| is_taken.get_mut(at));
            let is_equal = taken.map(|taken| *taken = true).is_some();
            found.equal += u32::from(is_equal);
            !is_equal
        });
        let mut taken = is_taken.into_iter();
        right.retain(|_| !taken.next().unwrap_or_default());
    }
    let both = left.len().min(right.len());
    found.left = left.drain(both..).map(|(id, _)| id).collect();
    found.right = right.drain(both..).map(|(id, _)| id).collect();
    found.pairs = left.into_iter().zip(right).collect();
    Ok(found)
}

/// What a type declares itself, without the types to which it refers.
#[derive(PartialEq, Eq, Hash)]
enum Said {
    Members(Option<u64>, Vec<Member>),
    Values(Option<u32>, Vec<(String, i128)>),
    Text(String),
}

impl Said {
    fn of(side: &mut Side<'_>, id: TypeId, spending: &mut Spending) -> Result<Said, OverBudget> {
        let btf = side.explorer.btf();
        Ok(match btf.get(id) {
            Some(ty) if ty.kind().is_composite() => Said::Members(
                bytes_of(btf, id),
                members::of(&mut side.layouts, btf, id, spending)?,
            ),
            Some(ty) if ty.kind().is_any_enum() => {
                let mut values = Vec::new();
                for value in ty.enumerators() {
                    let name = btf.str(value.name).into_owned();
                    spending.write(name.len())?;
                    values.push((name, value.value));
                }
                Said::Values(ty.size(), values)
            }
            // The linker decides the places of variables in a section.
            Some(ty) if ty.kind() == Kind::Datasec => Said::Text(String::new()),
            _ => {
                let text = text(side, id);
                spending.write(text.len())?;
                Said::Text(text)
            }
        })
    }

    /// How this type differs from another one of the same kind.
    fn difference(self, after: Said) -> Difference {
        match (self, after) {
            (Said::Members(_, before), Said::Members(_, after)) => {
                Difference::Members(members::rows(&before, &after))
            }
            (Said::Values(_, before), Said::Values(_, after)) => {
                Difference::Values(values(&before, &after))
            }
            (before, after) => Difference::Declaration(before.into_text(), after.into_text()),
        }
    }

    fn into_text(self) -> String {
        match self {
            Said::Text(text) => text,
            Said::Members(..) | Said::Values(..) => String::new(),
        }
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

/// A declaration on one line. For a typedef of an anonymous type, the definition of that type. Of a number, a comment says
/// the size, which C does not.
fn text(side: &mut Side<'_>, id: TypeId) -> String {
    let lines = unlinked_definition(&mut side.layouts, side.explorer, id);
    let is_number = matches!(side.explorer.btf().kind(id), Kind::Int | Kind::Float);
    let words = |line: &Line| {
        let tokens = line
            .tokens
            .iter()
            .filter(|token| is_number || token.kind != TokenKind::Comment);
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Types of every kind that C declares, in each other and behind each other.
    const KINDS: &str = "
        enum state { IDLE, BUSY, GONE = 9 };
        typedef unsigned long size_t;
        typedef struct { size_t used; const char *name; } label_t;
        struct lock { int owner; label_t label; };
        typedef int (*handler_t)(struct lock *lock, const volatile void *data, enum state state);
        struct device {
            struct lock lock; size_t sizes[4][2]; handler_t handler; int (*raw)(label_t *, ...);
            union { struct { short low, high; }; int both; }; unsigned on:1, off:3; struct device *next; char tail[];
        };
        int run(struct device *device, const enum state *states);
        label_t *of(struct lock **locks);
    ";

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1024))]

        /// Whatever bit of a type changes: what is surely alike declares the same. Without a change, all types are.
        #[test]
        fn what_is_surely_alike_declares_the_same(at in any::<prop::sample::Index>(), bit in 0_u32..8) {
            let before = lab::c::unit(KINDS, lab::Abi::X86_64).expect("valid C");
            let mut bytes = before.to_bytes(btf::WriteOptions::default()).expect("written");
            let types = before.type_bytes();
            let start = bytes.len() - before.strings().as_bytes().len() - types;
            bytes[start + at.index(types)] ^= 1 << bit;
            // Most changes of a kind or a length leave no BTF that a kernel takes.
            let Ok(after) = btf::verify::verify(&bytes, None) else { return Ok(()) };
            let (before, after) = (Explorer::new(before, None), Explorer::new(after, None));
            let mut spending = Spending::of(before.budget(), &[before.btf(), after.btf()]);
            let (mut a, mut b) = (Side::of(&before), Side::of(&after));
            let sizes = [before.btf(), after.btf()].map(pointer_size);
            let mut alike = Alike::new(before.btf(), after.btf(), sizes);
            for (id, _) in before.btf().types() {
                prop_assert!(Alike::new(before.btf(), before.btf(), [8, 8]).are(id, id).0, "{id}");
                if alike.are(id, id).0 {
                    let before = Said::of(&mut a, id, &mut spending).expect("small");
                    let after = Said::of(&mut b, id, &mut spending).expect("small");
                    prop_assert!(before == after, "{id}: {} and {}", before.into_text(), after.into_text());
                }
            }
        }
    }
}
