//! Changes by folder of source files.

use super::change::{Changes, FolderCount, TypeChange};
use std::collections::BTreeMap;

impl FolderCount {
    /// The folder as a table names it.
    pub fn title(&self) -> String {
        match (self.path.as_deref(), self.own) {
            (None, _) => "no folder known: functions, variables".to_owned(),
            (Some(""), _) => "the top folder, or several".to_owned(),
            (Some(path), true) => format!("{path}, itself or several below it"),
            (Some(path), false) => path.to_owned(),
        }
    }

    /// How many types changed in any way.
    pub fn total(&self) -> u32 {
        self.changed
            .saturating_add(self.added)
            .saturating_add(self.removed)
    }
}

/// Whether a path is that of a folder or below it. The root has the empty path, and everything is below it.
pub fn lies_in(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| folder.is_empty() || rest.is_empty() || rest.starts_with('/'))
}

impl Changes {
    /// Whether the two BTFs have the same named types.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty()
            && self.removed.is_empty()
            && self.changed.is_empty()
            && self.sites.is_empty()
    }

    /// Changes in a folder, by the folders directly below it, those with the most changes first; then types that belong to
    /// several of them or to none, as the folder's own, and types without a known folder. Empty if folders are not known.
    pub fn folders_in(&self, within: &str) -> Vec<FolderCount> {
        let mut counts: BTreeMap<Option<String>, FolderCount> = BTreeMap::new();
        let mut known = false;
        let mut count = |folder: Option<&str>, change: TypeChange| {
            known |= folder.is_some();
            let path = match folder {
                Some(folder) if !lies_in(folder, within) => return,
                Some(folder) => Some(below(folder, within)),
                None if !within.is_empty() => return,
                None => None,
            };
            let of = counts
                .entry(path.map(str::to_owned))
                .or_insert_with(|| FolderCount {
                    path: path.map(str::to_owned),
                    own: path == Some(within),
                    ..FolderCount::default()
                });
            let number = match change {
                TypeChange::Changed => &mut of.changed,
                TypeChange::New => &mut of.added,
                TypeChange::Gone => &mut of.removed,
            };
            *number = number.saturating_add(1);
        };
        for one in &self.changed {
            count(one.folder.as_deref(), TypeChange::Changed);
        }
        for one in &self.added {
            count(one.folder.as_deref(), TypeChange::New);
        }
        for one in &self.removed {
            count(one.folder.as_deref(), TypeChange::Gone);
        }
        if !known {
            return Vec::new();
        }
        let mut all: Vec<FolderCount> = counts.into_values().collect();
        all.sort_by_key(|of| (of.path.is_none(), of.own, std::cmp::Reverse(of.total())));
        all
    }
}

/// The folder directly below `within` on the way to `path`, or `within` itself.
fn below<'p>(path: &'p str, within: &str) -> &'p str {
    let from = match within.len() {
        0 => 0,
        length => length.saturating_add(1).min(path.len()),
    };
    let rest = path.get(from..).unwrap_or_default();
    let end = rest.find('/').map_or(path.len(), |at| from + at);
    path.get(..end).unwrap_or(path)
}
