//! `btfscope diff --changes`: what became of each name.

use crate::args::{ChangesForm, DiffArgs};
use crate::failure::{Failure, one_line};
use crate::stdout::Stdout;
use crate::table::{Table, number};
use explore::changes::{Changes, changes, lies_in};
use explore::{Explorer, Group};
use std::fmt::{self, Write};
use std::process::ExitCode;

/// Prints what became of the types of `a` in `b`. The exit code is 0 if they are equal, else `differ`.
pub fn run(args: &DiffArgs, a: Explorer, b: Explorer, differ: u8) -> Result<ExitCode, Failure> {
    let mut found = changes(&a, &b).map_err(|error| Failure::new(error.to_string()))?;
    if args.folders && found.folders.is_empty() && !found.is_empty() {
        return Err(Failure::new(
            "neither file has DWARF, which alone says where types come from; give files with .debug_info",
        ));
    }
    let wanted = |group: Group, name: &str, folder: Option<&str>| {
        let within = args
            .within
            .as_deref()
            .map(|within| within.trim_matches('/'));
        within.is_none_or(|within| folder.is_some_and(|folder| lies_in(folder, within)))
            && (args.kind.is_empty() || args.kind.contains(&group))
            && args
                .name
                .as_ref()
                .is_none_or(|part| name.contains(part.as_str()))
    };
    found
        .added
        .retain(|one| wanted(one.group, &one.name, one.folder.as_deref()));
    found
        .removed
        .retain(|one| wanted(one.group, &one.name, one.folder.as_deref()));
    found
        .changed
        .retain(|one| wanted(one.group, &one.name, one.folder.as_deref()));
    // A site has a function and no folder.
    found
        .sites
        .retain(|one| wanted(Group::Func, &one.name, None));
    found.folders = found.folders_in(args.within.as_deref().unwrap_or_default().trim_matches('/'));
    let equal = found.is_empty();
    let mut out = Stdout::lock();
    let printed = match args.format {
        ChangesForm::Text => text(&mut out, args, &found),
        ChangesForm::Markdown => found
            .markdown()
            .iter()
            .try_for_each(|line| writeln!(out, "{}", one_line(line))),
        ChangesForm::Json => json(&mut out, &found),
    };
    // The exit code is the same if the reader of a pipe stops early.
    out.finish(printed).or_else(Failure::unless_reader_gone)?;
    Ok(ExitCode::from(if equal { 0 } else { differ }))
}

fn json(out: &mut dyn Write, found: &Changes) -> fmt::Result {
    // Plain values with string keys: serialising them cannot fail.
    let text = serde_json::to_string_pretty(found).map_err(|_| fmt::Error)?;
    writeln!(out, "{text}")
}

fn text(out: &mut dyn Write, args: &DiffArgs, found: &Changes) -> fmt::Result {
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
    for one in &found.sites {
        writeln!(out, "≠ {}", one_line(&one.title()))?;
    }
    // The numbers of equal types are about all types, so they are left out if only some are wanted.
    if !args.kind.is_empty() || args.name.is_some() || args.within.is_some() {
        let counts = [found.changed.len(), found.added.len(), found.removed.len()];
        let [changed, added, removed] = counts.map(|count| number(count as u64));
        writeln!(out, "\n{changed} changed, {added} new, {removed} gone")?;
    } else if !found.groups.is_empty() {
        let mut table = Table::new(["kind", "equal", "changed", "new", "gone"]);
        for of in &found.groups {
            let counts = [of.equal, of.changed, of.added, of.removed];
            let [equal, changed, added, gone] = counts.map(|count| number(u64::from(count)));
            table.row([of.group.word().to_owned(), equal, changed, added, gone]);
        }
        write!(out, "\n{}", table.render())?;
    }
    if found.folders.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(["folder", "changed", "new", "gone"]);
    for of in &found.folders {
        let counts = [of.changed, of.added, of.removed];
        let [changed, added, gone] = counts.map(|count| number(u64::from(count)));
        table.row([of.title(), changed, added, gone]);
    }
    write!(out, "\n{}", table.render())
}
