//! Changes in a list, and one of them, as plain values.

use super::change::{Changes, Difference, TypeChange};
use super::folders;
use crate::address::Address;
use crate::card::Card;
use crate::explorer::Explorer;
use crate::group::Group;
use crate::sort::sorted;
use serde::{Deserialize, Serialize};

/// Which changes are wanted: all conditions hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeFilter {
    /// It stands in the name.
    pub text: String,
    /// Kinds; none stand for all.
    pub groups: Vec<Group>,
    /// What became of them; none stands for all.
    pub change: Option<TypeChange>,
    /// Those of a folder and what is below it; none stands for all.
    pub folder: Option<String>,
    /// Those whose size changed most come first, else names.
    pub by_size: bool,
}

/// Some rows of the changes that fit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangesPage {
    /// How many there are in all.
    pub total: u32,
    /// The number of the first row here, from 0.
    pub from: u32,
    /// The rows.
    pub rows: Vec<ChangeRow>,
}

/// A type in the list of changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeRow {
    /// What became of it.
    pub change: TypeChange,
    /// Its kind and name.
    pub address: Address,
    /// Bytes in memory, in the first and in the second.
    pub size: (Option<u64>, Option<u64>),
}

/// What became of one type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeCard {
    /// `struct file: 232 bytes, then 184`.
    pub title: String,
    /// It in the first.
    pub left: Option<Card>,
    /// It in the second.
    pub right: Option<Card>,
    /// What is not alike; none where only one has it, or both alike.
    pub difference: Option<Difference>,
}

impl Changes {
    /// At most `count` of those that fit, from the row `from` on.
    pub fn page(&self, filter: &ChangeFilter, from: u32, count: u32) -> ChangesPage {
        let fits = |change: TypeChange, group: Group, name: &str, folder: Option<&str>| {
            filter.change.is_none_or(|wanted| wanted == change)
                && (filter.groups.is_empty() || filter.groups.contains(&group))
                && name.contains(filter.text.trim())
                && filter.folder.as_deref().is_none_or(|wanted| {
                    folder.is_some_and(|folder| folders::lies_in(folder, wanted))
                })
        };
        let row = |change, group: Group, name: &str, size| ChangeRow {
            change,
            address: Address {
                word: group.word().to_owned(),
                name: name.to_owned(),
                nth: 1,
            },
            size,
        };
        let mut rows = Vec::new();
        for one in &self.changed {
            if fits(
                TypeChange::Changed,
                one.group,
                &one.name,
                one.folder.as_deref(),
            ) {
                rows.push(row(TypeChange::Changed, one.group, &one.name, one.size));
            }
        }
        for one in &self.added {
            if fits(TypeChange::New, one.group, &one.name, one.folder.as_deref()) {
                rows.push(row(TypeChange::New, one.group, &one.name, (None, one.size)));
            }
        }
        for one in &self.removed {
            if fits(
                TypeChange::Gone,
                one.group,
                &one.name,
                one.folder.as_deref(),
            ) {
                rows.push(row(
                    TypeChange::Gone,
                    one.group,
                    &one.name,
                    (one.size, None),
                ));
            }
        }
        if filter.by_size {
            let by = |row: &ChangeRow| row.size.0.unwrap_or(0).abs_diff(row.size.1.unwrap_or(0));
            rows = sorted(&rows, &|a, b| by(b).cmp(&by(a)));
        }
        ChangesPage {
            total: u32::try_from(rows.len()).unwrap_or(u32::MAX),
            from,
            rows: rows
                .into_iter()
                .skip(from as usize)
                .take(count as usize)
                .collect(),
        }
    }

    /// What became of the type at an address; none where neither has it.
    pub fn card(&self, a: &Explorer, b: &Explorer, address: &Address) -> Option<ChangeCard> {
        let card = |explorer: &Explorer| Card::of(explorer, explorer.find(address)?);
        let (left, right) = (card(a), card(b));
        let title = right.as_ref().or(left.as_ref())?.title.clone();
        let found = self
            .changed
            .iter()
            .find(|one| one.group.word() == address.word && one.name == address.name);
        Some(ChangeCard {
            title,
            left,
            right,
            difference: found.map(|one| one.difference.clone()),
        })
    }
}
