//! `btfscope functions`: signatures of functions and variables, and functions left out.

use crate::explored;
use crate::failure::{Failure, one_line, push_one_line};
use crate::stdout::Stdout;
use crate::table::number;
use budget::OverBudget;
use clap::{Args, ValueEnum};
use explore::export::{self, Form};
use explore::inlined::{InlinedFunction, inlined};
use explore::{
    Explorer, Filter, FoundTypes, FunctionFilter, Group, Match, Order, Query, Signature,
    SignatureText,
};
use pipeline::SkippedFunction;
use std::fmt::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// The section of per-CPU variables in a kernel.
const PER_CPU: &str = ".data..percpu";

/// Arguments of `functions`.
#[derive(Debug, Args)]
#[command(
    long_about = "Prints functions as C prototypes, with their tags; --kfuncs those that BPF programs may call, with their flags where the \
file has the kernel's sets; --inlined those that were inlined, whose copies a probe on the function misses; --variables the variables with section and offset; --left-out the functions that are not in the result, \
with the reason.\n\n\
If the file has BTF, that is read. If it has none, and for --kfuncs and --left-out, its DWARF is encoded, if it has any: flags and reasons \
are known only then. If an ELF file has .BTF.inline beside its BTF, each function shows at how many sites it was inlined. --inlined reads .BTF.inline, a file such as /sys/kernel/btf/vmlinux.inline, or else the DWARF (see `--features +inline` of encode).",
    after_help = "Examples:\n  \
  btfscope functions vmlinux vfs_\n  \
  btfscope functions vmlinux --takes 'struct sk_buff *'\n  \
  btfscope functions vmlinux --returns 'struct file *'\n  \
  btfscope functions vmlinux --kfuncs --flag KF_SLEEPABLE\n  \
  btfscope functions vmlinux --inlined skb_\n  \
  btfscope functions vmlinux --variables --section .data..percpu\n  \
  btfscope functions vmlinux --left-out --regex '^ext4_'"
)]
pub struct FunctionsArgs {
    /// ELF or raw BTF
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Only names that contain TEXT; a small letter matches a capital too
    #[arg(value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub text: String,
    /// TEXT is a regular expression
    #[arg(long)]
    pub regex: bool,
    /// Only functions with a parameter of TYPE, or of a pointer to it; without a type of this whole name, of those
    /// whose names contain it
    #[arg(long, value_name = "TYPE", conflicts_with_all = ["variables", "left_out"])]
    pub takes: Option<String>,
    /// Only functions that return TYPE, or a pointer to it
    #[arg(long, value_name = "TYPE", conflicts_with_all = ["variables", "left_out"])]
    pub returns: Option<String>,
    /// Only functions that BPF programs may call
    #[arg(long, conflicts_with_all = ["variables", "left_out"])]
    pub kfuncs: bool,
    /// Only kfuncs with this flag
    #[arg(long, value_name = "FLAG", requires = "kfuncs", value_parser = clap::builder::PossibleValuesParser::new(explore::signatures::FLAGS))]
    pub flag: Option<String>,
    /// Variables instead of functions
    #[arg(long, conflicts_with = "left_out")]
    pub variables: bool,
    /// Only variables of this section
    #[arg(long, value_name = "NAME", requires = "variables", default_missing_value = PER_CPU, num_args = 0..=1)]
    pub section: Option<String>,
    /// Functions that are not in the result, with the reason
    #[arg(long)]
    pub left_out: bool,
    /// Functions that were inlined: at how many sites, and where their arguments are there
    #[arg(long, conflicts_with_all = ["kfuncs", "variables", "left_out"])]
    pub inlined: bool,
    /// List each site
    #[arg(long, requires = "inlined")]
    pub sites: bool,
    /// List at most COUNT
    #[arg(long, value_name = "COUNT")]
    pub limit: Option<usize>,
    /// How to print them
    #[arg(long, value_enum, default_value = "text")]
    pub format: TableForm,
    /// The BTF on which split BTF is based; its functions are not listed
    #[arg(long, value_name = "BASE")]
    pub base: Option<PathBuf>,
}

/// How to print a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TableForm {
    Text,
    Csv,
    Json,
}

/// Prints functions and variables, or those that were left out with the reasons.
pub fn run(args: &FunctionsArgs) -> Result<ExitCode, Failure> {
    if args.inlined {
        return run_inlined(args);
    }
    let encodes = args.kfuncs || args.left_out;
    let mut explored = explored::open_part(&args.file, args.base.as_deref(), false, encodes)?;
    if !args.variables && !args.left_out {
        explored.add_inline_sites(&args.file, args.base.as_deref());
    }
    let explorer = &explored.explorer;
    let query = query(args, explored.is_split);
    let limit = args.limit.unwrap_or(usize::MAX);
    let mut out = Stdout::lock();
    let printed = if args.left_out {
        let Some(skipped) = &explored.skipped else {
            let cause = "it has no DWARF, so which functions were left out is not known";
            return Err(Failure::of(&args.file, cause));
        };
        let rows = explore::with_fitting_names(&query, skipped.iter(), |one| &one.name);
        let rows = rows.map_err(|error| Failure::new(error.to_string()))?;
        left_out(&mut out, args.format, &rows, limit)
    } else {
        let found =
            FoundTypes::of(explorer, query).map_err(|error| Failure::new(error.to_string()))?;
        let form = match args.format {
            TableForm::Text => None,
            TableForm::Csv => Some(Form::Csv),
            TableForm::Json => Some(Form::Json),
        };
        let text = match form {
            Some(form) => Signature::page(explorer, &found, 0, limit)
                .map(|rows| export::signatures(&rows, form)),
            None => lines(explorer, &found, limit),
        };
        out.write_str(&text.map_err(|error| Failure::of(&args.file, error))?)
    };
    out.finish(printed).or_else(Failure::unless_reader_gone)?;
    Ok(ExitCode::SUCCESS)
}

/// What is asked for; `own`: only of the split BTF.
fn query(args: &FunctionsArgs, own: bool) -> Query {
    Query {
        text: args.text.clone(),
        matching: match args.regex {
            true => Match::Regex,
            false => Match::Substring,
        },
        filter: Filter {
            groups: match args.variables {
                true => vec![Group::Var],
                false => vec![Group::Func],
            },
            own,
            tag: args.kfuncs.then(|| "bpf_kfunc".to_owned()),
            section: args
                .variables
                .then(|| args.section.clone().unwrap_or_default()),
            function: FunctionFilter {
                takes: args.takes.clone(),
                returns: args.returns.clone(),
                flag: args.flag.clone(),
                inlined: args.inlined,
            }
            .boxed(),
            at_least: None,
            at_most: None,
            holes: false,
            bitfields: false,
            flexible: false,
            repeated: false,
        },
        order: Order::Name,
        ..Query::default()
    }
}

/// Prints functions that were inlined.
fn run_inlined(args: &FunctionsArgs) -> Result<ExitCode, Failure> {
    let explorer = explored::explorer(
        explored::inline_sites(&args.file, args.base.as_deref())?,
        None,
    );
    let found = FoundTypes::of(&explorer, query(args, false))
        .map_err(|error| Failure::new(error.to_string()))?;
    let all = inlined(&explorer, &found, args.sites);
    let shown = all
        .get(..args.limit.unwrap_or(usize::MAX).min(all.len()))
        .unwrap_or_default();
    let mut out = Stdout::lock();
    let printed = match args.format {
        TableForm::Text => inlined_functions(&mut out, shown, all.len()),
        TableForm::Csv => out.write_str(&export::inlined(shown, Form::Csv)),
        TableForm::Json => out.write_str(&export::inlined(shown, Form::Json)),
    };
    out.finish(printed).or_else(Failure::unless_reader_gone)?;
    Ok(ExitCode::SUCCESS)
}

fn inlined_functions(out: &mut dyn Write, rows: &[InlinedFunction], total: usize) -> fmt::Result {
    for row in rows {
        let sites = match row.sites {
            1 => "1 site".to_owned(),
            many => format!("{} sites", number(many.into())),
        };
        let everywhere = match row.has_function {
            true => "",
            false => ", no FUNC in .BTF",
        };
        writeln!(
            out,
            "{}  /* {sites}{everywhere} */",
            one_line(&row.declaration)
        )?;
        for parameter in &row.parameters {
            writeln!(out, "    {}", one_line(&parameter.to_string()))?;
        }
        for place in &row.places {
            let arguments: Vec<&str> = (place.arguments.iter())
                .map(|argument| argument.as_deref().unwrap_or("unknown"))
                .collect();
            let (section, offset) = (one_line(&place.section), place.offset);
            writeln!(out, "    {section}+{offset:#x}: {}", arguments.join("; "))?;
        }
    }
    ending(out, rows.len(), total)
}

/// Functions or variables, a line each. Only the text of all is in memory, not their words.
fn lines(explorer: &Explorer, found: &FoundTypes, limit: usize) -> Result<String, OverBudget> {
    let (mut text, mut shown) = (String::new(), 0);
    SignatureText::for_each(explorer, found, limit, |row| {
        shown += 1;
        // Writing to a string has no way to fail.
        let _written = line(&mut text, &row);
    })?;
    let _written = ending(&mut text, shown, found.len());
    Ok(text)
}

fn line(out: &mut String, row: &SignatureText) -> fmt::Result {
    push_one_line(out, &row.declaration);
    let known: Vec<&str> = (row.tags.iter().chain(&row.flags))
        .map(String::as_str)
        .collect();
    if !known.is_empty() {
        write!(out, "  /* {} */", one_line(&known.join(" ")))?;
    }
    match row.inlined_at {
        None | Some(0) => {}
        Some(1) => write!(out, "  /* inlined at 1 site */")?,
        Some(sites) => write!(out, "  /* inlined at {} sites */", number(sites.into()))?,
    }
    if let Some((section, offset)) = &row.place {
        write!(out, "  /* {}+{offset:#x}", one_line(section))?;
        match row.size {
            Some(1) => write!(out, ", 1 byte */")?,
            Some(size) => write!(out, ", {} bytes */", number(size))?,
            None => write!(out, " */")?,
        }
    }
    writeln!(out)
}

fn ending(out: &mut dyn Write, shown: usize, total: usize) -> fmt::Result {
    let (shown, total) = (number(shown as u64), number(total as u64));
    match shown == total {
        true => writeln!(out, "{total} in all"),
        false => writeln!(out, "the first {shown} of {total}"),
    }
}

fn left_out(
    out: &mut dyn Write,
    form: TableForm,
    rows: &[&SkippedFunction],
    limit: usize,
) -> fmt::Result {
    let shown = rows.get(..limit.min(rows.len())).unwrap_or_default();
    match form {
        TableForm::Json => out.write_str(&export::json(shown)),
        TableForm::Csv => {
            let lines = shown
                .iter()
                .map(|one| vec![one.name.clone(), one.reasons.join("; ")]);
            out.write_str(&export::csv(&["name", "reasons"], lines))
        }
        TableForm::Text => {
            for one in shown {
                let (name, reasons) = (one_line(&one.name), one.reasons.join(", "));
                writeln!(out, "{name}: {}", one_line(&reasons))?;
            }
            ending(out, shown.len(), rows.len())
        }
    }
}
