//! A report as text, Markdown, CSV, and JSON.

use super::{Cell, Reason, Report, Row, counted};
use crate::answer::State;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fmt::Write;

/// Forms in which a report is a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Form {
    /// [`Report::csv`].
    Csv,
    /// [`Report::json`], indented.
    Json,
    /// [`Report::markdown`].
    Markdown,
    /// [`Report::svg`].
    Svg,
}

impl Report {
    /// The bytes of the report as a file.
    pub fn written(&self, form: Form) -> String {
        match form {
            Form::Csv => self.csv(),
            Form::Json => format!("{:#}\n", self.json()),
            Form::Markdown => self.markdown(),
            Form::Svg => self.svg(),
        }
    }

    /// The table and the reasons, for a terminal. Guarded reasons are left out unless `all` asks for them.
    pub fn text(&self, all: bool) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write_table(&mut text);
        let _ = writeln!(text, "\n{}", self.heading());
        for row in &self.rows {
            for (kernels, reasons) in self.grouped(row, |cell| shown(cell, all)) {
                let _ = writeln!(text, "\n{} on {kernels}", row.object);
                for reason in reasons {
                    let _ = write_reason(&mut text, reason);
                }
            }
        }
        text
    }

    /// The reasons of an object, each list once, with the kernels that have it.
    fn grouped<'a>(
        &'a self,
        row: &'a Row,
        reasons: impl Fn(&'a Cell) -> Vec<&'a Reason>,
    ) -> Vec<(String, Vec<&'a Reason>)> {
        let mut groups: Vec<(String, Vec<&Reason>)> = Vec::new();
        for (kernel, cell) in self.kernels.iter().zip(&row.cells) {
            let reasons = reasons(cell);
            if reasons.is_empty() {
                continue;
            }
            match groups.iter_mut().find(|(_, known)| *known == reasons) {
                Some((kernels, _)) => {
                    let _ = write!(kernels, ", {kernel}");
                }
                None => groups.push((kernel.clone(), reasons)),
            }
        }
        groups
    }

    fn write_table(&self, text: &mut String) -> std::fmt::Result {
        let width = |names: &mut dyn Iterator<Item = &String>| {
            names.map(|name| name.chars().count()).max().unwrap_or(0)
        };
        let first = width(&mut self.rows.iter().map(|row| &row.object)).max(6);
        let columns: Vec<usize> = self
            .kernels
            .iter()
            .map(|name| name.chars().count().max(11))
            .collect();
        write!(text, "{:first$}", "object")?;
        for (kernel, width) in self.kernels.iter().zip(&columns) {
            write!(text, "  {kernel:width$}")?;
        }
        for row in &self.rows {
            text.truncate(text.trim_end().len());
            write!(text, "\n{:first$}", row.object)?;
            for (cell, width) in row.cells.iter().zip(&columns) {
                let word = cell_text(cell);
                write!(text, "  {word:width$}")?;
            }
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
        Ok(())
    }

    /// All of it as Markdown.
    pub fn markdown(&self) -> String {
        let mut text = format!("# {}\n\n| object |", self.heading());
        for kernel in &self.kernels {
            let _ = write!(text, " {kernel} |");
        }
        text.push_str("\n|---|");
        text.push_str(&"---|".repeat(self.kernels.len()));
        for row in &self.rows {
            let _ = write!(text, "\n| `{}` |", row.object);
            for cell in &row.cells {
                let _ = write!(text, " {} |", cell_text(cell));
            }
        }
        text.push('\n');
        for row in &self.rows {
            for (kernels, reasons) in self.grouped(row, |cell| cell.reasons.iter().collect()) {
                let _ = writeln!(text, "\n## `{}` on {kernels}", row.object);
                for reason in reasons {
                    let _ = write!(text, "\n### {}: {}\n\n", label(reason), reason.heading);
                    for (label, value) in reason.lines() {
                        let _ = writeln!(text, "- {label}: {value}");
                    }
                    if let Some(snippet) = &reason.snippet {
                        let _ = write!(text, "\n```c\n{snippet}\n```\n");
                    }
                }
            }
        }
        text
    }

    /// A line for each object on each kernel, and for each program of it.
    pub fn csv(&self) -> String {
        let mut text = "object,program,kernel,state,reasons\n".to_owned();
        for row in &self.rows {
            for (kernel, cell) in self.kernels.iter().zip(&row.cells) {
                let reasons = cell
                    .reasons
                    .iter()
                    .filter(|reason| reason.state >= State::Unknown);
                let all: Vec<&str> = reasons
                    .clone()
                    .map(|reason| reason.heading.as_str())
                    .collect();
                let state = cell.state.word();
                let line = [
                    row.object.as_str(),
                    "",
                    kernel.as_str(),
                    state,
                    &all.join("; "),
                ];
                let _ = writeln!(text, "{}", line.map(quoted).join(","));
                for (name, _, state) in &cell.programs {
                    let own = reasons
                        .clone()
                        .filter(|reason| reason.programs.contains(name));
                    let own: Vec<&str> = own.map(|reason| reason.heading.as_str()).collect();
                    let line = [
                        row.object.as_str(),
                        name,
                        kernel,
                        state.word(),
                        &own.join("; "),
                    ];
                    let _ = writeln!(text, "{}", line.map(quoted).join(","));
                }
            }
        }
        text
    }

    /// All of it, for other programs.
    pub fn json(&self) -> Value {
        let rows = self.rows.iter().map(|row| {
            let cells = self.kernels.iter().zip(&row.cells).map(|(kernel, cell)| {
                let programs = cell.programs.iter().map(|(name, section, state)| {
                    json!({"name": name, "section": section, "state": state})
                });
                json!({
                    "kernel": kernel,
                    "state": cell.state,
                    "programs": programs.collect::<Vec<_>>(),
                    "reasons": cell.reasons,
                })
            });
            json!({"object": row.object, "cells": cells.collect::<Vec<_>>()})
        });
        json!({
            "heading": self.heading(),
            "kernels": self.kernels,
            "objects": rows.collect::<Vec<_>>(),
        })
    }
}

/// The sign and word of a cell, with the number of its reasons.
pub(super) fn cell_text(cell: &Cell) -> String {
    let (state, count) = (cell.state, cell.count());
    match (state, count) {
        (State::Ok, _) | (_, 0) => format!("{} {}", state.sign(), state.word()),
        _ => format!("{} {} {count}", state.sign(), state.word()),
    }
}

/// The reasons that text shows.
fn shown(cell: &Cell, all: bool) -> Vec<&Reason> {
    let reasons = cell.reasons.iter();
    let wanted = |reason: &&Reason| all || reason.state >= State::Unknown && !reason.is_optional;
    reasons.filter(wanted).collect()
}

fn label(reason: &Reason) -> &'static str {
    match (reason.state, reason.is_optional) {
        (State::Fails, false) => "fails",
        (State::Fails, true) => "would fail",
        (state, _) => state.word(),
    }
}

fn write_reason(text: &mut String, reason: &Reason) -> std::fmt::Result {
    writeln!(text, "  {}: {}", label(reason), reason.heading)?;
    for (label, value) in reason.lines() {
        writeln!(text, "    {label:<9} {value}")?;
    }
    for (number, line) in reason
        .snippet
        .iter()
        .flat_map(|snippet| snippet.lines())
        .enumerate()
    {
        let label = if number == 0 { "write" } else { "" };
        let line = format!("    {label:<9} {line}");
        writeln!(text, "{}", line.trim_end())?;
    }
    Ok(())
}

impl Cell {
    /// How many reasons it has for its state.
    pub fn count(&self) -> usize {
        let counts = |reason: &&Reason| reason.state == self.state && !reason.is_optional;
        self.reasons.iter().filter(counts).count()
    }
}

impl Reason {
    /// What is known of it, each with a label: `program`, `source`, `access`, and so on.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        let mut lines = Vec::new();
        if !self.programs.is_empty() {
            let mut text = self.programs.join(", ");
            if self.places > 1 {
                let _ = write!(text, " ({})", counted(self.places, "place"));
            }
            lines.push(("program", text));
        }
        if let Some(source) = &self.source {
            let file = source.file.rsplit('/').next().unwrap_or(&source.file);
            let text = match source.text.is_empty() {
                true => String::new(),
                false => format!(": {}", source.text),
            };
            // Compilers give 0 to what no line stands for.
            let at = match source.line {
                0 => file.to_owned(),
                line => format!("{file}:{line}"),
            };
            lines.push(("source", format!("{at}{text}")));
        }
        if let Some(access) = &self.access {
            lines.push(("access", access.clone()));
        }
        if let Some(built_for) = &self.built_for {
            lines.push(("built for", built_for.clone()));
        }
        for instead in &self.instead {
            lines.push(("kernel", instead.clone()));
        }
        lines.push(("effect", self.effect.clone()));
        lines.extend(self.life().map(|life| ("life", life)));
        lines
    }
}

/// A field of CSV. Spreadsheets would run what begins like a formula.
fn quoted(field: &str) -> String {
    let formula = field.starts_with(['=', '+', '-', '@']);
    let field = if formula {
        format!("'{field}")
    } else {
        field.to_owned()
    };
    match field.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", field.replace('"', "\"\"")),
        false => field,
    }
}
