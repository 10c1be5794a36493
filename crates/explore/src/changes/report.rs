//! Changes as text: titles, lines, Markdown.

use super::change::{Changed, Changes, Difference, Named, SitesChange};
use super::members::{MemberChange, MemberRow, MemberVersion};
use crate::figures::grouped;

impl Named {
    /// The type with its size: `struct folio, 64 bytes`.
    pub fn title(&self) -> String {
        let size = match self.size {
            Some(size) => format!(", {}", bytes(size)),
            None => String::new(),
        };
        format!("{} {}{size}", self.group.word(), self.name)
    }
}

impl Changed {
    /// The type with both sizes: `struct file: 232 bytes, then 184`.
    pub fn title(&self) -> String {
        let size = match self.size {
            (Some(a), Some(b)) if a != b => {
                format!(": {}, then {}", bytes(a), grouped(b))
            }
            (Some(a), _) => format!(": {} in both", bytes(a)),
            _ => String::new(),
        };
        format!("{} {}{size}", self.group.word(), self.name)
    }

    /// The differences, one a line: `+` new, `−` gone, `≠` declared otherwise, `↓` moved.
    pub fn lines(&self) -> Vec<String> {
        let value =
            |value: &Option<i128>| value.map_or_else(String::new, |value| value.to_string());
        match &self.difference {
            Difference::Members(members) => members.iter().filter_map(member).collect(),
            Difference::Values(values) => values
                .iter()
                .map(|(name, a, b)| match (a, b) {
                    (None, b) => format!("+ {name} = {}", value(b)),
                    (a, None) => format!("− {name} = {}", value(a)),
                    (a, b) => format!("≠ {name} = {}, then {}", value(a), value(b)),
                })
                .collect(),
            Difference::Declaration(a, b) => vec![format!("− {a}"), format!("+ {b}")],
        }
    }
}

impl SitesChange {
    /// The function with both numbers: `add: inlined at 1 site, then at 3`.
    pub fn title(&self) -> String {
        let [before, after] = self.sites;
        let at = |count: u32| match count {
            0 => "nowhere".to_owned(),
            1 => "at 1 site".to_owned(),
            _ => format!("at {} sites", grouped(count.into())),
        };
        format!("{}: inlined {}, then {}", self.name, at(before), at(after))
    }
}

impl Changes {
    /// All changes as lines of Markdown.
    pub fn markdown(&self) -> Vec<String> {
        let mut lines = vec![
            "| kind | equal | changed | new | gone |".to_owned(),
            "|---|--:|--:|--:|--:|".to_owned(),
        ];
        lines.extend(self.groups.iter().map(|of| {
            let [equal, changed, added, removed] =
                [of.equal, of.changed, of.added, of.removed].map(|count| grouped(count.into()));
            let word = of.group.word();
            format!("| {word} | {equal} | {changed} | {added} | {removed} |")
        }));
        if !self.folders.is_empty() {
            lines.extend(
                ["", "| folder | changed | new | gone |", "|---|--:|--:|--:|"].map(str::to_owned),
            );
            lines.extend(self.folders.iter().map(|of| {
                let [changed, added, removed] =
                    [of.changed, of.added, of.removed].map(|count| grouped(count.into()));
                format!("| {} | {changed} | {added} | {removed} |", of.title())
            }));
        }
        for (heading, all) in [("New", &self.added), ("Gone", &self.removed)] {
            if !all.is_empty() {
                lines.extend([String::new(), format!("## {heading}"), String::new()]);
                lines.extend(all.iter().map(|one| format!("- `{}`", one.title())));
            }
        }
        if !self.changed.is_empty() {
            lines.extend([String::new(), "## Changed".to_owned()]);
        }
        for one in &self.changed {
            lines.extend([String::new(), format!("### {}", one.title()), String::new()]);
            lines.extend(one.lines().iter().map(|line| format!("- `{line}`")));
        }
        if !self.sites.is_empty() {
            lines.extend(["", "## Inline sites", ""].map(str::to_owned));
            lines.extend(self.sites.iter().map(|one| format!("- `{}`", one.title())));
        }
        lines
    }
}

fn member(row: &MemberRow) -> Option<String> {
    Some(match (row.change, &row.left, &row.right) {
        (MemberChange::Moved, Some(a), Some(b)) => {
            format!("↓ {} at {}, then {}", b.text, at(a), at(b))
        }
        (MemberChange::Type, Some(a), Some(b)) if a.text == b.text => {
            let (text, from, to) = (&b.text, at(a), at(b));
            format!(
                "≠ {text} at {from} with {} bytes, then at {to} with {}",
                a.size, b.size
            )
        }
        (MemberChange::Type, Some(a), Some(b)) => {
            format!("≠ {} at {}, then {} at {}", a.text, at(a), b.text, at(b))
        }
        (MemberChange::New, _, Some(b)) => format!("+ {} at {}", b.text, at(b)),
        (MemberChange::Gone, Some(a), _) => format!("− {} at {}", a.text, at(a)),
        _ => return None,
    })
}

fn bytes(count: u64) -> String {
    match count {
        1 => "1 byte".to_owned(),
        _ => format!("{} bytes", grouped(count)),
    }
}

fn at(version: &MemberVersion) -> String {
    match version.bits {
        Some((bit, _)) => format!("{}:{bit}", version.offset),
        None => version.offset.to_string(),
    }
}
