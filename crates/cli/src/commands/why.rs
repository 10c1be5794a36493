//! `btfscope why`: why a name has several types.

use crate::explored::{self, Explored};
use crate::failure::{Failure, one_line};
use crate::input;
use crate::stdout::Stdout;
use crate::table::number;
use btf::TypeId;
use clap::Args;
use explore::Wanted;
use explore::why::{Repeated, Search, Trail, repeated};
use serde::Serialize;
use std::collections::HashSet;
use std::fmt::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// How many units are named for one type; the others are counted.
const UNITS: usize = 6;

/// Arguments of `why`.
#[derive(Debug, Args)]
#[command(
    long_about = "Shows why dedup kept several definitions of a name: the path from two types of that name to the nearest difference, \
with the units that have each.\n\n\
Without a NAME: every struct, union, enumeration and typedef that has more than one definition, a line for each pair.\n\n\
If the file has DWARF, it is encoded, so that the units are known. For BTF alone only the difference is shown.",
    after_help = "Examples:\n  \
  btfscope why vmlinux\n  \
  btfscope why vmlinux struct e820_entry\n  \
  btfscope why /sys/kernel/btf/vmlinux dma_chan"
)]
pub struct WhyArgs {
    /// ELF or raw BTF
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Name, or keyword and name
    #[arg(value_name = "NAME")]
    pub name: Vec<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// The BTF on which split BTF is based
    #[arg(long, value_name = "BASE")]
    pub base: Option<PathBuf>,
}

/// A name, its types, and their differences.
#[derive(Serialize)]
struct Answer {
    name: String,
    definitions: Vec<Definition>,
    trails: Vec<Trail>,
}

/// One of the types of a name.
#[derive(Serialize)]
struct Definition {
    id: u32,
    /// The units that have the type, in file order; empty if they are not known.
    units: Vec<String>,
}

/// Prints the differences between the types of one name, or of all names.
pub fn run(args: &WhyArgs) -> Result<ExitCode, Failure> {
    let base = input::base(args.base.as_deref())?;
    let explored = explored::open(&args.file, base.as_ref(), true)?;
    let btf = explored.explorer.btf();
    let wanted = args.name.join(" ");
    let mut all = repeated(btf);
    if !wanted.is_empty() {
        let query = Wanted::parse(&wanted);
        let ids: HashSet<TypeId> = query.find(btf).into_iter().collect();
        all.retain(|one| one.ids.iter().any(|id| ids.contains(id)));
        if ids.is_empty() {
            return Err(Failure::of(&args.file, one_line(&query.not_found(btf))));
        }
    }
    let mut search = explore::why::search(&explored.explorer, &all);
    let answers = all.iter().map(|one| answer(&explored, one, &mut search));
    let answers: Vec<Answer> = answers.collect();
    let mut out = Stdout::lock();
    let printed = match (args.json, wanted.is_empty()) {
        (true, _) => json(&mut out, &answers),
        (_, true) => list(&mut out, &answers),
        (_, false) if answers.is_empty() => {
            writeln!(out, "{}: one definition exists.", one_line(&wanted))
        }
        _ => answers.iter().try_for_each(|one| whole(&mut out, one)),
    };
    out.finish(printed).or_else(Failure::unless_reader_gone)?;
    Ok(ExitCode::SUCCESS)
}

fn answer(explored: &Explored, one: &Repeated, search: &mut Search<'_>) -> Answer {
    let units = match &explored.provenance {
        Some(provenance) => provenance.units_of_each(&one.ids),
        None => vec![Vec::new(); one.ids.len()],
    };
    let definition = |(id, units): (&TypeId, Vec<&str>)| Definition {
        id: id.0,
        units: units.into_iter().map(str::to_owned).collect(),
    };
    Answer {
        name: one.title(explored.explorer.btf()),
        definitions: one.ids.iter().zip(units).map(definition).collect(),
        trails: one.trails_with(search),
    }
}

fn json(out: &mut dyn Write, answers: &[Answer]) -> fmt::Result {
    // Plain values with string keys: serialising them cannot fail.
    let text = serde_json::to_string_pretty(answers).map_err(|_| fmt::Error)?;
    writeln!(out, "{text}")
}

/// Writes every name with a line for each pair of types.
fn list(out: &mut dyn Write, answers: &[Answer]) -> fmt::Result {
    for answer in answers {
        for trail in &answer.trails {
            writeln!(out, "{}", one_line(&trail.sentence()))?;
        }
    }
    match answers.len() {
        0 => writeln!(out, "No name has more than one definition."),
        1 => writeln!(out, "1 name has more than one definition."),
        many => writeln!(
            out,
            "{} names have more than one definition.",
            number(many as u64)
        ),
    }
}

/// Writes everything about one name.
fn whole(out: &mut dyn Write, answer: &Answer) -> fmt::Result {
    writeln!(
        out,
        "{} is there {} times.",
        one_line(&answer.name),
        answer.definitions.len()
    )?;
    for definition in &answer.definitions {
        write!(out, "  [{}]", definition.id)?;
        match definition.units.len() {
            0 => {}
            1 => write!(out, " in 1 unit")?,
            many => write!(out, " in {} units", number(many as u64))?,
        }
        for (at, unit) in definition.units.iter().take(UNITS).enumerate() {
            let sign = if at == 0 { ':' } else { ',' };
            write!(out, "{sign} {}", one_line(unit))?;
        }
        if definition.units.len() > UNITS {
            write!(out, ", …")?;
        }
        writeln!(out)?;
    }
    for trail in &answer.trails {
        writeln!(out)?;
        for (at, step) in trail.steps.iter().enumerate() {
            let via = step
                .via
                .as_ref()
                .map_or_else(String::new, |via| format!("{via}: "));
            writeln!(
                out,
                "  {:>2}. {}{} [{}] and [{}]",
                at + 1,
                one_line(&via),
                one_line(&step.shared_name()),
                step.left,
                step.right
            )?;
        }
        writeln!(out, "  {}", one_line(&trail.verdict()))?;
    }
    Ok(())
}
