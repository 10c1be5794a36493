//! The statistics of a job as text.

use crate::failure::one_line;
use crate::table::{Table, number, saved};
use pipeline::{Identity, ReasonCount, SkippedFunction, Statistics};
use serde::Serialize;
use std::fmt::{self, Write};

/// How many reasons of each sort are listed; the JSON has all of them.
const REASONS: usize = 12;
/// How many units that could not be encoded are listed; the JSON has all of them.
const FAILED: usize = 20;

/// What `--stats json` prints.
#[derive(Serialize)]
pub struct WithSkipped<'a> {
    #[serde(flatten)]
    pub statistics: &'a Statistics,
    /// All functions that were left out, sorted by name.
    pub skipped_functions: &'a [SkippedFunction],
}

/// The functions that were left out, one a line: name, reasons, source files.
pub fn skipped_functions(functions: &[SkippedFunction]) -> String {
    let mut text = String::new();
    for function in functions {
        let reasons = function.reasons.join("; ");
        let columns = [function.name.as_str(), &reasons].into_iter();
        let units = function.units.iter().map(String::as_str);
        let line: Vec<String> = columns.chain(units).map(one_line).collect();
        text.push_str(&line.join("\t"));
        text.push('\n');
    }
    text
}

/// All statistics of a finished job, as tables for people.
pub fn statistics(name: &str, statistics: &Statistics) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write_all(&mut text, name, statistics);
    text
}

fn write_all(text: &mut String, name: &str, statistics: &Statistics) -> fmt::Result {
    summary(text, name, statistics)?;
    text.push('\n');
    text.push_str(&kinds(statistics));
    text.push('\n');
    let strings = &statistics.strings;
    let mut table = Table::new(["strings", "number", "bytes"]);
    let mut row = |what: &str, count: Option<u64>, bytes: u64| {
        let count = count.map_or_else(String::new, number);
        table.row([what.to_owned(), count, number(bytes)]);
    };
    row("mentioned", Some(strings.mentions), strings.mention_bytes);
    row("before", None, strings.before_bytes);
    row("after", Some(strings.after_count), strings.after_bytes);
    text.push_str(&table.render());
    text.push('\n');
    functions(text, statistics)?;
    inline_sites(text, statistics)?;
    units(text, statistics)?;
    inexpressible(text, statistics)?;
    for note in &statistics.notes {
        writeln!(text, "note: {note}")?;
    }
    text.push('\n');
    costs(text, statistics)
}

/// Which kernel the file is, or the kernel that a module was built for.
fn identity(text: &mut String, identity: &Identity) -> fmt::Result {
    if identity.release.is_some() {
        let built_for = if identity.vermagic.is_some() {
            "built for "
        } else {
            ""
        };
        writeln!(text, "{built_for}Linux {identity}")?;
    }
    match &identity.build_id {
        Some(id) => writeln!(text, "build id {id}"),
        None => Ok(()),
    }
}

fn summary(text: &mut String, name: &str, statistics: &Statistics) -> fmt::Result {
    let (input, before, after) = (&statistics.input, statistics.before, statistics.after);
    writeln!(
        text,
        "{name}: ELF{}, {}-endian, {} bytes",
        input.bits,
        if input.big_endian { "big" } else { "little" },
        number(input.file_bytes)
    )?;
    identity(text, &input.identity)?;
    let mut table = Table::without_headings();
    let mut row = |what: &str, bytes: u64, types: String| {
        table.row([what.to_owned(), format!("{} bytes", number(bytes)), types]);
    };
    let compressed = if input.compressed { "compressed" } else { "" };
    row("DWARF", input.dwarf_bytes, compressed.to_owned());
    row(
        "BTF before dedup",
        before.bytes,
        format!("{} types", number(before.types)),
    );
    row(
        "BTF after dedup",
        after.bytes,
        format!("{} types", number(after.types)),
    );
    text.push_str(&table.render());
    if after.bytes > 0 && after.types > 0 {
        let ratio = |before: u64, after: u64| before as f64 / after as f64;
        writeln!(
            text,
            "Dedup: {:.1} to 1 in bytes, {:.1} to 1 in types",
            ratio(before.bytes, after.bytes),
            ratio(before.types, after.types)
        )?;
    }
    Ok(())
}

fn kinds(statistics: &Statistics) -> String {
    let mut table = Table::new([
        "kind",
        "types before",
        "after",
        "bytes before",
        "after",
        "saved",
    ]);
    let mut sums = [0u64; 4];
    let cells = |name: &str, values: [u64; 4]| {
        let gone = saved(values[2], values[3]);
        let [types, types_after, bytes, bytes_after] = values.map(number);
        [
            name.to_owned(),
            types,
            types_after,
            bytes,
            bytes_after,
            gone,
        ]
    };
    for row in &statistics.kinds {
        let values = [
            row.before.types,
            row.after.types,
            row.before.bytes,
            row.after.bytes,
        ];
        for (sum, value) in sums.iter_mut().zip(values) {
            *sum = sum.saturating_add(value);
        }
        table.row(cells(row.kind.name(), values));
    }
    table.row(cells("all", sums));
    table.render()
}

fn functions(text: &mut String, statistics: &Statistics) -> fmt::Result {
    let functions = &statistics.functions;
    writeln!(
        text,
        "functions: {} kept, {} left out",
        number(functions.kept),
        number(functions.skipped)
    )?;
    reasons(text, &functions.reasons)?;
    if functions.no_symbol_table {
        writeln!(
            text,
            "  (the file has no symbol table; functions come from DWARF alone)"
        )?;
    } else if functions.without_symbol > 0 {
        writeln!(
            text,
            "  ({} more in the DWARF have no symbol, such as those that were inlined everywhere)",
            number(functions.without_symbol)
        )?;
    }
    Ok(())
}

fn inline_sites(text: &mut String, statistics: &Statistics) -> fmt::Result {
    let Some(inline) = &statistics.inline else {
        return Ok(());
    };
    writeln!(
        text,
        "inline sites: {} of {} functions ({} bytes)",
        number(inline.sites),
        number(inline.functions),
        number(inline.bytes)
    )?;
    let rows = [
        (
            inline.placed,
            "arguments in a register, in memory, or constant",
        ),
        (inline.gone, "arguments that are gone"),
        (
            inline.inexpressible,
            "arguments that must be computed, or are addresses of variables",
        ),
        (
            inline.without_address,
            "sites left out: the DWARF gives no address",
        ),
        (
            inline.without_function,
            "sites left out: the function is in another unit, or BTF cannot describe it",
        ),
        (
            inline.outside_code,
            "sites left out: the address is in no section with code",
        ),
        (
            inline.refused_name,
            "sites left out: a name that the kernel refuses",
        ),
        (
            inline.unreadable_units,
            "units whose sites could not all be read",
        ),
    ];
    for (count, what) in rows.into_iter().filter(|row| row.0 > 0) {
        writeln!(text, "{:>10}  {what}", number(count))?;
    }
    Ok(())
}

fn reasons(text: &mut String, reasons: &[ReasonCount]) -> fmt::Result {
    for reason in reasons.iter().take(REASONS) {
        writeln!(text, "{:>10}  {}", number(reason.count), reason.reason)?;
    }
    let rest: u64 = reasons
        .iter()
        .skip(REASONS)
        .map(|reason| reason.count)
        .sum();
    if rest > 0 {
        writeln!(text, "{:>10}  other reasons", number(rest))?;
    }
    Ok(())
}

fn units(text: &mut String, statistics: &Statistics) -> fmt::Result {
    let units = &statistics.units;
    writeln!(
        text,
        "units: {} of {} encoded",
        number(units.encoded),
        number(units.total)
    )?;
    if units.split > 0 {
        writeln!(
            text,
            "  ({} of them from other files: split DWARF, {} bytes)",
            number(units.split),
            number(units.split_bytes)
        )?;
    }
    reasons(text, &units.excluded)?;
    if !units.failed.is_empty() {
        writeln!(
            text,
            "  {} could not be encoded:",
            number(units.failed.len() as u64)
        )?;
    }
    for unit in units.failed.iter().take(FAILED) {
        let name = unit.name.as_deref().unwrap_or("unnamed");
        writeln!(text, "    {:#x} {name}: {}", unit.offset, unit.cause)?;
    }
    if units.failed.len() > FAILED {
        let rest = units.failed.len() - FAILED;
        writeln!(
            text,
            "    and {} more (--stats json lists all)",
            number(rest as u64)
        )?;
    }
    Ok(())
}

fn inexpressible(text: &mut String, statistics: &Statistics) -> fmt::Result {
    if !statistics.inexpressible.is_empty() {
        writeln!(text, "what BTF cannot express:")?;
    }
    reasons(text, &statistics.inexpressible)?;
    if statistics.dangling_references > 0 {
        writeln!(
            text,
            "references that lead nowhere: {} (types became void, tags were left out)",
            number(statistics.dangling_references)
        )?;
    }
    Ok(())
}

fn costs(text: &mut String, statistics: &Statistics) -> fmt::Result {
    for stage in &statistics.stages {
        writeln!(text, "{:<18}{:>8.2} s", stage.stage.title(), stage.seconds)?;
    }
    match statistics.workers {
        0 => {}
        1 => writeln!(text, "threads           {:>8}", 1)?,
        workers => writeln!(text, "threads           {workers:>8}")?,
    }
    if let Some(bytes) = statistics.peak_memory {
        writeln!(text, "peak memory       {:>8.1} MB", bytes as f64 / 1e6)?;
    }
    Ok(())
}
