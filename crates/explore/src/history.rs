//! One type in several kernels: when each member, value, or parameter came, changed, and went.

use crate::export::csv;
use crate::facts::bytes_of;
use crate::figures::grouped;
use crate::wanted::Wanted;
use btf::layout::struct_layout;
use btf::print::c::type_name;
use btf::print::show::text::{Declared, declared};
use btf::{Btf, Kind, TypeId};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// A cell that is longer than this widens no column of text: a width is limited to 16 bits.
const MOST_WIDTH: usize = 400;

/// A type as one kernel has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// The type with its keyword: `struct file`.
    pub title: String,
    /// Bytes in memory; `None` for types without a size.
    pub size: Option<u64>,
    /// Members, values, or what a function returns and takes.
    pub parts: Vec<Part>,
}

/// A member, value, or parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The name, by which kernels are compared.
    pub name: String,
    /// The offset in bytes, with `:BIT` for a bitfield; the number of a value; the position of a parameter.
    pub at: String,
    /// The declaration; empty for a value.
    pub text: String,
    /// Bytes of a member's type; 0 for other parts.
    pub size: u64,
}

impl Version {
    /// The type of a name, as `show` finds it; `None` if this BTF has none. Of several, the first that is defined.
    pub fn find(btf: &Btf, wanted: &Wanted<'_>) -> Option<Version> {
        let ids = wanted.find(btf);
        let defined = |id: &&TypeId| btf.kind(**id) != Kind::Fwd;
        let id = ids.iter().find(defined).or(ids.first())?;
        Some(Version::of(btf, *id))
    }

    /// The type with this id.
    pub fn of(btf: &Btf, id: TypeId) -> Version {
        let kind = btf.kind(id);
        let name = btf.name(id);
        let word = crate::Group::of(kind).map_or("", crate::Group::word);
        let parts = match kind {
            Kind::Struct | Kind::Union => members(btf, id),
            Kind::Enum | Kind::Enum64 => values(btf, id),
            Kind::Func => prototype(btf, id),
            _ => vec![Part {
                name: "declaration".to_owned(),
                at: String::new(),
                text: match btf.get(id).and_then(btf::Type::target) {
                    Some(target) => type_name(btf, target, ""),
                    None => type_name(btf, id, ""),
                },
                size: bytes_of(btf, id).unwrap_or(0),
            }],
        };
        Version {
            title: format!("{word} {name}").trim().to_owned(),
            size: bytes_of(btf, id).filter(|_| kind != Kind::Func),
            parts,
        }
    }
}

fn members(btf: &Btf, id: TypeId) -> Vec<Part> {
    let layout = struct_layout(btf, id);
    let rows = layout.map(|layout| layout.rows).unwrap_or_default();
    let named = rows.iter().filter(|row| !row.name.is_empty());
    named
        .map(|row| {
            let name = btf.str(row.name).into_owned();
            let Declared { left, right } = declared(btf, row.ty, &name, row.flexible);
            let space = if left.ends_with('*') { "" } else { " " };
            let (at, width) = match row.bits {
                Some((bit, width)) => (format!("{}:{bit}", row.offset), format!(":{width}")),
                None => (row.offset.to_string(), String::new()),
            };
            Part {
                name,
                at,
                text: format!("{left}{space}{right}{width}"),
                size: row.size,
            }
        })
        .collect()
}

fn values(btf: &Btf, id: TypeId) -> Vec<Part> {
    let values = btf.get(id).into_iter().flat_map(btf::Type::enumerators);
    values
        .map(|value| Part {
            name: btf.str(value.name).into_owned(),
            at: value.value.to_string(),
            text: String::new(),
            size: 0,
        })
        .collect()
}

/// What a function returns, then what it takes.
fn prototype(btf: &Btf, id: TypeId) -> Vec<Part> {
    let prototype = btf.get(id).and_then(btf::Type::target);
    let Some(prototype) = prototype.and_then(|id| btf.get(id)) else {
        return Vec::new();
    };
    let part = |name: String, at: String, ty: TypeId| Part {
        name,
        at,
        text: type_name(btf, ty, ""),
        size: 0,
    };
    let returned = TypeId(prototype.size_or_type());
    let mut parts = vec![part("(returns)".to_owned(), String::new(), returned)];
    for (at, parameter) in prototype.params().enumerate() {
        let name = btf.str(parameter.name).into_owned();
        if name.is_empty() && parameter.ty == TypeId::VOID {
            parts.push(Part {
                name: "...".to_owned(),
                at: (at + 1).to_string(),
                text: "any".to_owned(),
                size: 0,
            });
            continue;
        }
        let name = if name.is_empty() {
            format!("(parameter {})", at + 1)
        } else {
            name
        };
        parts.push(part(name, (at + 1).to_string(), parameter.ty));
    }
    parts
}

/// What became of a part since the kernel before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// Nothing changed, or it is the first kernel.
    Same,
    /// The kernel before does not have it.
    New,
    /// Its type or size changed, or the number of a value.
    Changed,
    /// Only its offset or position changed.
    Moved,
}

impl Step {
    /// A sign before the cell.
    pub fn sign(self) -> &'static str {
        match self {
            Step::Same | Step::Moved => "",
            Step::New => "+ ",
            Step::Changed => "≠ ",
        }
    }
}

/// A part in one kernel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// What became of it since the kernel before.
    pub step: Step,
    /// As [`Part::at`].
    pub at: String,
    /// As [`Part::text`].
    pub text: String,
    /// As [`Part::size`].
    pub size: u64,
}

/// A part in all kernels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryRow {
    /// Its name.
    pub name: String,
    /// One a kernel; `None` if the kernel does not have it.
    pub cells: Vec<Option<Cell>>,
}

/// A type in several kernels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// The type with its keyword.
    pub title: String,
    /// What the kernels are called, in the order in which they were given.
    pub kernels: Vec<String>,
    /// Bytes in memory in each kernel; `None` if it does not have the type, or the type has no size.
    pub sizes: Vec<Option<u64>>,
    /// Parts in the order of the last kernel; one that it lacks follows the part that it followed before.
    pub rows: Vec<HistoryRow>,
}

impl History {
    /// Compares each version with the one before. `None` if no kernel has the type.
    pub fn of(kernels: &[(String, Option<Version>)]) -> Option<History> {
        let title = kernels
            .iter()
            .rev()
            .find_map(|(_, version)| Some(version.as_ref()?.title.clone()))?;
        let versions = || kernels.iter().map(|(_, version)| version.as_ref());
        let by_name = |version: Option<&'_ Version>| {
            let mut parts: FxHashMap<String, Part> = FxHashMap::default();
            for part in version.into_iter().flat_map(|version| &version.parts) {
                parts
                    .entry(part.name.clone())
                    .or_insert_with(|| part.clone());
            }
            parts
        };
        let parts: Vec<FxHashMap<String, Part>> = versions().map(by_name).collect();
        let rows = order(versions()).into_iter().map(|name| {
            let mut before: Option<&Part> = None;
            let cells = parts.iter().enumerate().map(|(at, parts)| {
                let part = parts.get(name);
                let step = match (before, part) {
                    (None, _) if at > 0 => Step::New,
                    (Some(before), Some(part))
                        if (&before.text, before.size) != (&part.text, part.size) =>
                    {
                        Step::Changed
                    }
                    (Some(before), Some(part)) if before.at != part.at => {
                        match part.text.is_empty() {
                            true => Step::Changed,
                            false => Step::Moved,
                        }
                    }
                    _ => Step::Same,
                };
                before = part;
                part.map(|part| Cell {
                    step,
                    at: part.at.clone(),
                    text: part.text.clone(),
                    size: part.size,
                })
            });
            HistoryRow {
                cells: cells.collect(),
                name: name.to_owned(),
            }
        });
        Some(History {
            title,
            rows: rows.collect(),
            kernels: kernels.iter().map(|(name, _)| name.clone()).collect(),
            sizes: versions().map(|version| version?.size).collect(),
        })
    }

    /// What its rows are, as the heading of the first column.
    #[must_use]
    pub fn rows_are(&self) -> &'static str {
        match self.title.split(' ').next() {
            Some("struct" | "union") => "Member",
            Some("enum") => "Enumerator",
            Some("func") => "Parameter",
            _ => "Part",
        }
    }

    /// The table as text, in columns.
    pub fn text(&self) -> String {
        let mut rows = vec![[vec![String::new()], self.kernels.clone()].concat()];
        if self.sizes.iter().any(Option::is_some) {
            let size = |size: &Option<u64>| size.map_or("–".to_owned(), grouped);
            let sizes = self.sizes.iter().map(size);
            rows.push(std::iter::once("(size)".to_owned()).chain(sizes).collect());
        }
        rows.extend(self.rows.iter().map(|row| row.as_text("")));
        let mut text = format!("{}\n", self.title);
        let columns = self.kernels.len() + 1;
        let width = |column: usize| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            let longest = cells.map(|cell| cell.chars().count()).max();
            longest.unwrap_or(0).min(MOST_WIDTH)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for row in &rows {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                let _ = write!(line, "{cell:width$}  ");
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    /// The table as Markdown.
    pub fn markdown(&self) -> String {
        let mut text = format!("### `{}`\n\n|  |", self.title);
        for kernel in &self.kernels {
            let _ = write!(text, " {} |", escaped(kernel));
        }
        text.push_str("\n|---|");
        text.push_str(&"---|".repeat(self.kernels.len()));
        text.push('\n');
        for row in &self.rows {
            let cells = row.as_text("`");
            let _ = writeln!(text, "| {} |", cells.join(" | "));
        }
        text
    }

    /// The table as CSV: offset and declaration of each kernel.
    pub fn csv(&self) -> String {
        let mut heads = vec!["name".to_owned()];
        for kernel in &self.kernels {
            heads.extend([
                format!("{kernel} offset"),
                format!("{kernel} type"),
                format!("{kernel} change"),
            ]);
        }
        let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
        csv(
            &heads,
            self.rows.iter().map(|row| {
                let cells = row.cells.iter().flat_map(|cell| match cell {
                    None => [String::new(), String::new(), "absent".to_owned()],
                    Some(cell) => {
                        let step = match cell.step {
                            Step::Same => "",
                            Step::New => "new",
                            Step::Changed => "changed",
                            Step::Moved => "moved",
                        };
                        [cell.at.clone(), cell.text.clone(), step.to_owned()]
                    }
                });
                std::iter::once(row.name.clone()).chain(cells).collect()
            }),
        )
    }
}

impl HistoryRow {
    /// The name and the cells; `quote` stands around code.
    fn as_text(&self, quote: &str) -> Vec<String> {
        let code = |text: &str| match quote {
            "" => text.to_owned(),
            quote => format!("{quote}{}{quote}", escaped(text)),
        };
        let mut first = true;
        let cells = self.cells.iter().map(|cell| {
            let Some(cell) = cell else {
                return "–".to_owned();
            };
            // The declaration is written where it is new, or another one.
            let tells =
                matches!(cell.step, Step::New | Step::Changed) || first || cell.at.is_empty();
            first = false;
            let mut text = cell.step.sign().to_owned();
            text.push_str(&cell.at);
            if tells && !cell.text.is_empty() {
                if !cell.at.is_empty() {
                    text.push(' ');
                }
                text.push_str(&code(&cell.text));
            }
            text
        });
        std::iter::once(code(&self.name)).chain(cells).collect()
    }
}

/// Text in a cell of a Markdown table.
fn escaped(text: &str) -> String {
    text.replace('|', "\\|")
}

/// All names: the last version's order, and older names behind the one that they followed.
fn order<'v>(versions: impl DoubleEndedIterator<Item = Option<&'v Version>>) -> Vec<&'v str> {
    let mut order: Vec<&str> = Vec::new();
    for version in versions.rev().flatten() {
        let mut seen: FxHashSet<&str> = order.iter().copied().collect();
        let mut merged = Vec::with_capacity(order.len());
        let mut placed: FxHashSet<&str> = FxHashSet::default();
        let mut rest = order.iter().copied().peekable();
        let kept: FxHashSet<&str> = version.parts.iter().map(|part| &*part.name).collect();
        for part in &version.parts {
            if seen.insert(&part.name) {
                merged.push(&*part.name);
            } else if !placed.contains(&*part.name) {
                // Up to this name, in the order of newer kernels.
                for name in rest.by_ref() {
                    merged.push(name);
                    placed.insert(name);
                    if name == part.name {
                        break;
                    }
                }
                // What only newer kernels have after it stays behind it.
                while let Some(name) = rest.next_if(|name| !kept.contains(name)) {
                    merged.push(name);
                    placed.insert(name);
                }
            }
        }
        merged.extend(rest);
        order = merged;
    }
    order
}
