//! The outcome as tables for `docs/fidelity.md`.

use crate::cell::Cell;
use crate::explained::EXPLAINED;
use crate::judge::{Status, Verdict};
use crate::program::Language;
use std::fmt::Write;

#[derive(Default)]
struct Row {
    group: String,
    cells: usize,
    types: usize,
    asserts: usize,
    identical: usize,
    same: usize,
    explained: usize,
    failed: usize,
}

impl Row {
    fn add(&mut self, verdict: &Verdict) {
        self.cells += 1;
        self.types += verdict.types;
        self.asserts += verdict.asserts;
        *match verdict.status {
            Status::Identical => &mut self.identical,
            Status::SameTypes => &mut self.same,
            Status::Explained => &mut self.explained,
            Status::Failed => &mut self.failed,
        } += 1;
    }

    fn write(&self, text: &mut String) {
        let Row {
            group,
            cells,
            types,
            identical,
            same,
            explained,
            failed,
            asserts,
        } = self;
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "| {group} | {cells} | {types} | {identical} | {same} | {explained} | {failed} | {asserts} |"
        );
    }
}

/// A line for each group, in the order of the cells, and one for all; the same by compiler; and how many builds each
/// reason explains.
#[must_use]
pub fn table(cells: &[Cell], verdicts: &[Verdict]) -> String {
    let mut text = rows("input", cells, verdicts, |cell| cell.group.clone());
    text.push('\n');
    text += &rows("compiler", cells, verdicts, |cell| {
        match cell.program.language {
            Language::Rust | Language::Mixed => "rustc".to_owned(),
            _ => cell.toolchain.name.clone(),
        }
    });
    for (number, known) in EXPLAINED.iter().enumerate() {
        let count = verdicts
            .iter()
            .filter(|verdict| verdict.reasons.contains(&number))
            .count();
        if count > 0 {
            let _ = writeln!(text, "\nExplained, {count} builds: {}", known.reason);
        }
    }
    text
}

fn rows(
    title: &str,
    cells: &[Cell],
    verdicts: &[Verdict],
    group: impl Fn(&Cell) -> String,
) -> String {
    let mut rows: Vec<Row> = Vec::new();
    let mut sum = Row {
        group: "all".to_owned(),
        ..Row::default()
    };
    for (cell, verdict) in cells.iter().zip(verdicts) {
        let group = group(cell);
        let at = rows.iter().position(|row| row.group == group);
        let at = at.unwrap_or_else(|| {
            rows.push(Row {
                group,
                ..Row::default()
            });
            rows.len() - 1
        });
        rows[at].add(verdict);
        sum.add(verdict);
    }
    let mut text = format!(
        "| {title} | builds | types | same dump | same types, other order | explained | differ | assertions |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    for row in rows.iter().chain([&sum]) {
        row.write(&mut text);
    }
    text
}

/// The cells that failed, with what differs.
#[must_use]
pub fn failures(cells: &[Cell], verdicts: &[Verdict]) -> String {
    let mut text = String::new();
    for (cell, verdict) in cells.iter().zip(verdicts) {
        if verdict.status == Status::Failed {
            let detail = verdict.detail.trim_end().replace('\n', "\n    ");
            let _ = writeln!(text, "{}\n    {detail}", cell.name());
        }
    }
    text
}
