//! `btfscope diff --changes`: what became of each name.

use crate::args::{ChangesForm, DiffArgs};
use crate::failure::{Failure, one_line};
use crate::stdout::Stdout;
use crate::table::{Table, number};
use btf::Btf;
use explore::changes::{Changes, changes};
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
        ChangesForm::Markdown => found
            .markdown()
            .iter()
            .try_for_each(|line| writeln!(out, "{}", one_line(line))),
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
        writeln!(out, "− {}", one_line(&one.title()))?;
    }
    for one in &found.added {
        writeln!(out, "+ {}", one_line(&one.title()))?;
    }
    for one in &found.changed {
        writeln!(out, "≠ {}", one_line(&one.title()))?;
        for line in one.lines() {
            writeln!(out, "    {}", one_line(&line))?;
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
