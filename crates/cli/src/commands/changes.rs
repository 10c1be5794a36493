//! `btfscope diff --changes`: what became of each name.

use crate::args::{ChangesForm, DiffArgs};
use crate::failure::{Failure, one_line};
use crate::stdout::Stdout;
use crate::table::{Table, number};
use btf::Btf;
use explore::changes::{Changed, Changes, MemberRow, Named, Place, Sign, What, changes};
use explore::{Explorer, Group};
use std::fmt::{self, Write};
use std::process::ExitCode;

/// Prints what became of the types of `a` in `b`; 0 when nothing did, else `differ`.
pub fn run(args: &DiffArgs, a: Btf, b: Btf, differ: u8) -> Result<ExitCode, Failure> {
    let mut found = changes(&Explorer::new(a, None), &Explorer::new(b, None));
    let wanted = |group: Group, name: &str| {
        (args.kind.is_empty() || args.kind.contains(&group))
            && args
                .name
                .as_ref()
                .is_none_or(|part| name.contains(part.as_str()))
    };
    found.added.retain(|one| wanted(one.group, &one.name));
    found.removed.retain(|one| wanted(one.group, &one.name));
    found.changed.retain(|one| wanted(one.group, &one.name));
    let equal = found.added.is_empty() && found.removed.is_empty() && found.changed.is_empty();
    let mut out = Stdout::lock();
    let printed = match args.format {
        ChangesForm::Text => text(&mut out, &found),
        ChangesForm::Markdown => markdown(&mut out, &found),
        ChangesForm::Json => json(&mut out, &found),
    };
    // A reader that stops early does not make them equal.
    out.finish(printed).or_else(Failure::unless_reader_gone)?;
    Ok(ExitCode::from(if equal { 0 } else { differ }))
}

fn json(out: &mut dyn Write, found: &Changes) -> fmt::Result {
    // Plain values with string keys: there is nothing in it that could not be written.
    let text = serde_json::to_string_pretty(found).map_err(|_| fmt::Error)?;
    writeln!(out, "{text}")
}

fn text(out: &mut dyn Write, found: &Changes) -> fmt::Result {
    for one in &found.removed {
        writeln!(out, "− {}", title(one))?;
    }
    for one in &found.added {
        writeln!(out, "+ {}", title(one))?;
    }
    for one in &found.changed {
        writeln!(out, "≠ {}", heading(one))?;
        for line in lines(one) {
            writeln!(out, "    {line}")?;
        }
    }
    let mut table = Table::new(&["kind", "equal", "changed", "new", "gone"]);
    for of in &found.groups {
        let counts = [of.equal, of.changed, of.added, of.removed];
        let cells = counts.map(|count| number(u64::from(count)));
        table.row([vec![of.group.word().to_owned()], cells.to_vec()].concat());
    }
    write!(out, "\n{}", table.render())
}

fn markdown(out: &mut dyn Write, found: &Changes) -> fmt::Result {
    writeln!(
        out,
        "| kind | equal | changed | new | gone |\n|---|--:|--:|--:|--:|"
    )?;
    for of in &found.groups {
        let [equal, changed, added, removed] =
            [of.equal, of.changed, of.added, of.removed].map(|count| number(u64::from(count)));
        writeln!(
            out,
            "| {} | {equal} | {changed} | {added} | {removed} |",
            of.group.word()
        )?;
    }
    for (heading, all) in [("New", &found.added), ("Gone", &found.removed)] {
        if !all.is_empty() {
            writeln!(out, "\n## {heading}\n")?;
        }
        for one in all {
            writeln!(out, "- `{}`", title(one))?;
        }
    }
    if !found.changed.is_empty() {
        writeln!(out, "\n## Changed")?;
    }
    for one in &found.changed {
        writeln!(out, "\n### {}\n", heading(one))?;
        for line in lines(one) {
            writeln!(out, "- `{line}`")?;
        }
    }
    Ok(())
}

fn title(one: &Named) -> String {
    let size = match one.size {
        Some(size) => format!(", {} bytes", number(size)),
        None => String::new(),
    };
    format!("{} {}{size}", one.group.word(), one_line(&one.name))
}

fn heading(one: &Changed) -> String {
    let size = match one.size {
        (Some(a), Some(b)) if a != b => format!(": {} bytes, then {}", number(a), number(b)),
        (Some(a), _) => format!(": {} bytes in both", number(a)),
        _ => String::new(),
    };
    format!("{} {}{size}", one.group.word(), one_line(&one.name))
}

/// What is not alike, a line each.
fn lines(one: &Changed) -> Vec<String> {
    let all = match &one.what {
        What::Members(members) => members.iter().filter_map(member).collect(),
        What::Values(values) => values
            .iter()
            .map(|(name, a, b)| match (a, b) {
                (None, Some(b)) => format!("+ {name} = {b}"),
                (Some(a), None) => format!("− {name} = {a}"),
                (a, b) => format!("≠ {name} = {}, then {}", shown(*a), shown(*b)),
            })
            .collect(),
        What::Declaration(a, b) => vec![format!("− {a}"), format!("+ {b}")],
    };
    all.iter().map(|line| one_line(line)).collect()
}

fn shown(value: Option<i128>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

fn member(row: &MemberRow) -> Option<String> {
    Some(match (row.sign, &row.left, &row.right) {
        (Sign::Moved, Some(a), Some(b)) => format!("↓ {} at {}, then {}", b.text, at(a), at(b)),
        (Sign::Type, Some(a), Some(b)) if a.text == b.text => {
            let (text, from, to) = (&b.text, at(a), at(b));
            format!(
                "≠ {text} at {from} with {} bytes, then at {to} with {}",
                a.size, b.size
            )
        }
        (Sign::Type, Some(a), Some(b)) => {
            format!("≠ {} at {}, then {} at {}", a.text, at(a), b.text, at(b))
        }
        (Sign::New, _, Some(b)) => format!("+ {} at {}", b.text, at(b)),
        (Sign::Gone, Some(a), _) => format!("− {} at {}", a.text, at(a)),
        _ => return None,
    })
}

fn at(place: &Place) -> String {
    match place.bits {
        Some((bit, _)) => format!("{}:{bit}", place.offset),
        None => place.offset.to_string(),
    }
}
