//! `btfscope sources`: where types and bytes come from.

use crate::explored;
use crate::failure::{Failure, one_line};
use crate::stdout::Stdout;
use crate::table::{Table, number};
use clap::{Args, ValueEnum};
use explore::Area;
use explore::export::{self, Form};
use explore::sources::Measured;
use std::fmt::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of `sources`.
#[derive(Debug, Args)]
#[command(
    long_about = "Shows where the types of a file come from: for each folder of its source files, or each unit in one, how many types and \
bytes it has before dedup, and how many remain.\n\n\
After dedup each type exists once. It counts for its unit, or for the closest folder that contains all its units \
(\"shared by several of these\"). Functions, variables and their tags are made from the whole file. \
Bytes are those of the types, without names.\n\n\
The file's DWARF is encoded, because BTF alone does not record its source files.",
    after_help = "Examples:\n  \
  btfscope sources vmlinux\n  \
  btfscope sources vmlinux fs/ext4\n  \
  btfscope sources vmlinux fs/ext4/inode.c\n  \
  btfscope sources vmlinux --format svg > sources.svg"
)]
pub struct SourcesArgs {
    /// ELF with DWARF
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// A folder or a unit [default: all sources]
    #[arg(value_name = "PATH", default_value = "", hide_default_value = true)]
    pub path: String,
    /// Measure what is left after dedup
    #[arg(long)]
    pub after: bool,
    /// Measure numbers of types instead of bytes
    #[arg(long)]
    pub types: bool,
    /// List at most COUNT parts
    #[arg(long, value_name = "COUNT")]
    pub limit: Option<usize>,
    /// How to print it; svg is a treemap
    #[arg(long, value_enum, default_value = "text")]
    pub format: SourcesForm,
}

/// How to print sources.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum SourcesForm {
    Text,
    Csv,
    Json,
    Svg,
}

/// Prints how many types and bytes each folder and unit contributes.
pub fn run(args: &SourcesArgs) -> Result<ExitCode, Failure> {
    let explored = explored::open(&args.file, None, true)?;
    let Some(units) = explored.units() else {
        let cause = "it has no DWARF, and BTF alone does not record source files";
        return Err(Failure::of(&args.file, cause));
    };
    let measured = Measured {
        after: args.after,
        bytes: !args.types,
    };
    let explorer = &explored.explorer;
    let sources = explorer.sources(&units);
    let none = || {
        Failure::of(
            &args.file,
            format!("no folder or unit is called “{}”", args.path),
        )
    };
    let mut area = sources
        .area(explorer, &units, &args.path)
        .ok_or_else(none)?;
    area.sort(measured);
    if let Some(limit) = args.limit {
        area.parts.truncate(limit);
        area.types.truncate(limit);
    }
    let mut out = Stdout::lock();
    let printed = match args.format {
        SourcesForm::Text => text(&mut out, &area),
        SourcesForm::Csv => out.write_str(&export::area(&area, Form::Csv)),
        SourcesForm::Json => out.write_str(&export::json(&area)),
        SourcesForm::Svg => out.write_str(&export::treemap(&area, measured)),
    };
    out.finish(printed).or_else(Failure::unless_reader_gone)?;
    Ok(ExitCode::SUCCESS)
}

fn text(out: &mut dyn Write, area: &Area) -> fmt::Result {
    if !area.types.is_empty() {
        let mut table = Table::new(["type", "bytes", "copies", "only here"]);
        for one in &area.types {
            table.row([
                format!("{} {}", one.address.word, one_line(&one.name)),
                number(one.bytes),
                number(u64::from(one.copies)),
                if one.only_here { "yes" } else { "" }.to_owned(),
            ]);
        }
        writeln!(out, "{}", table.render())?;
    }
    let heads = [
        "",
        "types before",
        "bytes before",
        "types after",
        "bytes after",
    ];
    let mut table = Table::new(heads);
    let row = |name: String, before: explore::Amount, after: explore::Amount| {
        let numbers = [before.types, before.bytes, after.types, after.bytes];
        let [types, bytes, types_after, bytes_after] = numbers.map(number);
        [name, types, bytes, types_after, bytes_after]
    };
    for part in &area.parts {
        let slash = match part.kind {
            explore::AreaPartKind::Folder => "/",
            _ => "",
        };
        let name = format!("{}{slash}", one_line(part.title()));
        table.row(row(name, part.before, part.after));
    }
    table.row(row("all".to_owned(), area.before, area.after));
    write!(out, "{}", table.render())
}
