//! `btfscope diff`: what only one of two BTFs has.

use crate::args::{DiffArgs, TROUBLE};
use crate::commands::changes;
use crate::explored::{self, Explored};
use crate::failure::{Failure, one_line};
use crate::stdout::Stdout;
use crate::table::{Table, number};
use crate::{inline, input};
use btf::compare::{Comparison, Difference, compare};
use explore::Explorer;
use std::fmt::{self, Write};
use std::path::Path;
use std::process::ExitCode;

/// The exit code if the two differ.
const DIFFER: u8 = 1;

/// Compares two files and prints the differences. The exit code is 0 if they are equal, 1 if they differ, 2 after an error.
pub fn run(args: &DiffArgs) -> Result<ExitCode, Failure> {
    compare_files(args).map_err(|failure| failure.with_code(TROUBLE))
}

fn compare_files(args: &DiffArgs) -> Result<ExitCode, Failure> {
    if args.folders {
        let [a, b] = [&args.a, &args.b].map(|path| explored::open(path, None, true));
        return changes::run(args, with_folders(a?), with_folders(b?), DIFFER);
    }
    let base = input::base(args.base.as_deref())?;
    let read = |path: &Path| match inline::part(path, args.base.as_deref(), args.inline)? {
        Some(part) => input::checked(path, part.parse(path)?, true),
        None => input::checked_btf(path, base.as_ref()),
    };
    let (a, b) = (read(&args.a)?, read(&args.b)?);
    if args.changes {
        return changes::run(
            args,
            explored::explorer(input::written(&args.a, a)?, None),
            explored::explorer(input::written(&args.b, b)?, None),
            DIFFER,
        );
    }
    let comparison = compare(&a, &b);
    let mut out = Stdout::lock();
    let printed = write(&mut out, &comparison);
    let code = if comparison.is_equal() { 0 } else { DIFFER };
    // The exit code is the same if the reader of a pipe stops early.
    out.finish(printed)
        .or_else(|failure| failure.unless_reader_gone())?;
    Ok(ExitCode::from(code))
}

/// The types, with their folders computed if the units are known.
fn with_folders(explored: Explored) -> Explorer {
    if let Some(units) = explored.units() {
        explored.explorer.sources(&units);
    }
    explored.explorer
}

fn write(out: &mut dyn Write, comparison: &Comparison) -> fmt::Result {
    let (a, b) = comparison.types();
    if comparison.is_equal() {
        return writeln!(out, "The same {} types.", number(a));
    }
    for difference in &comparison.only_in_a {
        line(out, '-', difference)?;
    }
    for difference in &comparison.only_in_b {
        line(out, '+', difference)?;
    }
    let mut table = Table::new(["kind", "first", "second", "only in first", "only in second"]);
    for pair in &comparison.kinds {
        let only = |differences: &[Difference]| -> u64 {
            let of_kind = differences
                .iter()
                .filter(|difference| difference.kind == pair.kind);
            of_kind.map(|difference| difference.count).sum()
        };
        table.row([
            pair.kind.name().to_owned(),
            number(pair.a),
            number(pair.b),
            number(only(&comparison.only_in_a)),
            number(only(&comparison.only_in_b)),
        ]);
    }
    let all = |differences: &[Difference]| differences.iter().map(|d| d.count).sum();
    table.row([
        "all".to_owned(),
        number(a),
        number(b),
        number(all(&comparison.only_in_a)),
        number(all(&comparison.only_in_b)),
    ]);
    write!(out, "\n{}", table.render())
}

fn line(out: &mut dyn Write, side: char, difference: &Difference) -> fmt::Result {
    write!(out, "{side} {}", difference.kind)?;
    if !difference.name.is_empty() {
        write!(out, " {}", one_line(&difference.name))?;
    }
    write!(out, " {}", difference.id)?;
    if difference.count > 1 {
        write!(out, " ({} times)", number(difference.count))?;
    }
    writeln!(out, ": {}", one_line(&difference.signature))
}
