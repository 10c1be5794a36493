//! `btfscope types`: lists types: search, filter, sort.

use crate::explored;
use crate::failure::{Failure, one_line};
use crate::stdout::Stdout;
use crate::table::number;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use explore::export::{self, Form};
use explore::{Field, Filter, FoundTypes, Group, Match, Order, Page, Query};
use std::fmt::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of `types`.
#[derive(Debug, Args)]
#[command(
    long_about = "Lists the named types of a file: those whose name, member, enumerator or parameter fits a text, that meet all \
conditions, in the order asked for.\n\n\
The file's BTF is taken where it has one. Where it has none, and for --sort copies and saved, its DWARF is encoded: what \
there was before dedup is known only then.\n\n\
With --inline, and for a raw file whose name ends in .inline, the types of .BTF.inline are listed: functions without a FUNC in .BTF, and the sections that \
have inline sites.",
    after_help = "Examples:\n  \
  btfscope types vmlinux sk_buff\n  \
  btfscope types vmlinux --kind struct --holes --sort holes --limit 20\n  \
  btfscope types vmlinux --in member --regex '^rcu(_head)?$'\n  \
  btfscope types vmlinux --sort saved --limit 20"
)]
pub struct TypesArgs {
    /// ELF or raw BTF
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Only names that contain TEXT; a small letter matches a capital too. Also `struct foo *`, `foo->member`, `foo_*_bar`
    #[arg(value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub text: String,
    /// Match the letters of TEXT in this order, with others between
    #[arg(long, conflicts_with = "regex")]
    pub fuzzy: bool,
    /// TEXT is a regular expression
    #[arg(long)]
    pub regex: bool,
    /// Which names are searched for TEXT
    #[arg(long = "in", value_name = "WHERE", value_enum, default_value = "name")]
    pub field: SearchField,
    /// Only types of these kinds, separated by commas
    #[arg(long, value_name = "KINDS", value_delimiter = ',', value_parser = group())]
    pub kind: Vec<Group>,
    /// Only types with at least BYTES in memory
    #[arg(long, value_name = "BYTES")]
    pub min_size: Option<u64>,
    /// Only types with at most BYTES in memory
    #[arg(long, value_name = "BYTES")]
    pub max_size: Option<u64>,
    /// Only structs and unions with holes
    #[arg(long)]
    pub holes: bool,
    /// Only structs and unions with bitfields
    #[arg(long)]
    pub bitfields: bool,
    /// Only structs that end in an array without a length
    #[arg(long)]
    pub flexible: bool,
    /// Only names that several types of a kind have
    #[arg(long)]
    pub repeated: bool,
    /// What to sort by
    #[arg(long, value_name = "BY", value_parser = order(), default_value = "best")]
    pub sort: Order,
    /// Reverse the order
    #[arg(long)]
    pub reverse: bool,
    /// List at most COUNT types
    #[arg(long, value_name = "COUNT")]
    pub limit: Option<usize>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Print comma-separated values
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
    /// The BTF on which split BTF is based; its types are not listed
    #[arg(long, value_name = "BASE")]
    pub base: Option<PathBuf>,
    /// Read the inline sites (.BTF.inline) instead of the types
    #[arg(long)]
    pub inline: bool,
}

/// Which names are searched.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum SearchField {
    Name,
    Member,
    Enumerator,
    Parameter,
}

/// Reads a group of kinds. `--help` lists the words.
pub fn group() -> impl TypedValueParser<Value = Group> {
    let words = PossibleValuesParser::new(Group::ALL.map(Group::word));
    words.try_map(|word| Group::from_word(&word).ok_or("no such kind"))
}

/// Reads an order. `--help` lists the words.
fn order() -> impl TypedValueParser<Value = Order> {
    let words = PossibleValuesParser::new(Order::ALL.map(Order::word));
    let order = |word: String| Order::ALL.into_iter().find(|order| order.word() == word);
    words.try_map(move |word| order(word).ok_or("no such order"))
}

/// Prints the types that a search finds.
pub fn run(args: &TypesArgs) -> Result<ExitCode, Failure> {
    let needs_copies = args.sort.needs_copies();
    let explored =
        explored::open_part(&args.file, args.base.as_deref(), args.inline, needs_copies)?;
    let explorer = &explored.explorer;
    if needs_copies && explorer.copies().is_none() {
        return Err(Failure::of(
            &args.file,
            format!(
                "it has no DWARF, so what there was before dedup is not known; sort by something other than {}",
                args.sort.word()
            ),
        ));
    }
    let query = Query {
        text: args.text.clone(),
        matching: match (args.fuzzy, args.regex) {
            (true, _) => Match::Fuzzy,
            (_, true) => Match::Regex,
            _ => Match::Substring,
        },
        field: match args.field {
            SearchField::Name => Field::Name,
            SearchField::Member => Field::Member,
            SearchField::Enumerator => Field::Enumerator,
            SearchField::Parameter => Field::Parameter,
        },
        filter: Filter {
            groups: args.kind.clone(),
            at_least: args.min_size,
            at_most: args.max_size,
            holes: args.holes,
            bitfields: args.bitfields,
            flexible: args.flexible,
            repeated: args.repeated,
            own: explored.is_split,
            tag: None,
            section: None,
            function: None,
        },
        order: args.sort,
        reversed: args.reverse,
    };
    let found = FoundTypes::of(explorer, query).map_err(|error| Failure::new(error.to_string()))?;
    let page = found.page(explorer, 0, args.limit.unwrap_or(usize::MAX));
    let mut out = Stdout::lock();
    let printed = match (args.json, args.csv) {
        (true, _) => json(&mut out, &page),
        (_, true) => out.write_str(&export::types(&page.rows, Form::Csv)),
        _ => text(&mut out, args, &page),
    };
    out.finish(printed).or_else(Failure::unless_reader_gone)?;
    Ok(ExitCode::SUCCESS)
}

fn json(out: &mut dyn Write, page: &Page) -> fmt::Result {
    // Plain values with string keys: serialising them cannot fail.
    let text = serde_json::to_string_pretty(page).map_err(|_| fmt::Error)?;
    writeln!(out, "{text}")
}

fn text(out: &mut dyn Write, args: &TypesArgs, page: &Page) -> fmt::Result {
    for row in &page.rows {
        let size = row.size.map_or_else(String::new, number);
        write!(out, "{:>7} {size:>10}", format!("[{}]", row.id))?;
        if args.sort.is_number() {
            let value = row.value.map_or_else(String::new, number);
            write!(out, " {value:>10}")?;
        }
        write!(out, "  {} {}", row.address.word, one_line(&row.name))?;
        if let Some(by) = &row.by {
            write!(out, ": {}", one_line(by))?;
        }
        writeln!(out)?;
    }
    let shown = page.rows.len() as u64;
    let total = u64::from(page.total);
    match (total, shown == total) {
        (0, _) => writeln!(out, "no type fits")?,
        (1, true) => writeln!(out, "1 type")?,
        (_, true) => writeln!(out, "{} types", number(total))?,
        (_, false) => writeln!(
            out,
            "the first {} of {} types",
            number(shown),
            number(total)
        )?,
    }
    if let Some(remark) = page.reading.remark() {
        writeln!(out, "{}", one_line(&remark))?;
    }
    if !page.similar.is_empty() {
        let names = page
            .similar
            .iter()
            .map(|of| format!("{} {}", of.word, of.name));
        let names: Vec<String> = names.collect();
        writeln!(out, "similar: {}", one_line(&names.join(", ")))?;
    }
    for (field, types) in &page.elsewhere {
        let (what, word) = match field {
            Field::Name | Field::Signature => continue,
            Field::Member => ("members", "member"),
            Field::Enumerator => ("enumerators", "enumerator"),
            Field::Parameter => ("parameters", "parameter"),
        };
        let has = if *types == 1 {
            "type has"
        } else {
            "types have"
        };
        let types = number(u64::from(*types));
        writeln!(out, "{types} {has} {what} of that name: --in {word}")?;
    }
    Ok(())
}
