//! Changes as rows of a list, and one change in full, as plain values.

use super::change::{Changes, Difference, TypeChange};
use super::folders;
use crate::address::Address;
use crate::card::Card;
use crate::explorer::Explorer;
use crate::group::Group;
use crate::sort::sorted;
use serde::{Deserialize, Serialize};

/// Which changes are listed: those that meet all conditions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeFilter {
    /// Text that the name contains.
    pub text: String,
    /// Groups of kinds; all of them if empty.
    pub groups: Vec<Group>,
    /// What became of the types; `None` for anything.
    pub change: Option<TypeChange>,
    /// Only types of this folder and those below it.
    pub folder: Option<String>,
    /// Whether types whose size changed most come first; otherwise the order is that of names.
    pub by_size: bool,
}

/// Some rows of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangesPage {
    /// How many rows the whole list has.
    pub total: u32,
    /// The number of the first row here, from 0.
    pub from: u32,
    /// The rows from `from` on.
    pub rows: Vec<ChangeRow>,
}

/// A row of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeRow {
    /// What became of the type.
    pub change: TypeChange,
    /// The type's kind and name.
    pub address: Address,
    /// Bytes in memory in the first and in the second.
    pub size: (Option<u64>, Option<u64>),
}

/// One type in both files, and how it differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeCard {
    /// The type as a heading: `struct file`.
    pub title: String,
    /// The type in the first file.
    pub left: Option<Card>,
    /// The type in the second file.
    pub right: Option<Card>,
    /// The difference; `None` if only one file has the type, or if both are equal.
    pub difference: Option<Difference>,
}

impl Changes {
    /// At most `count` rows of the changes that fit, from row `from` on.
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

    /// What became of the type at an address; `None` if neither file has it.
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
