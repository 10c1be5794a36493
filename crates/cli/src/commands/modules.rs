//! `btfscope modules`: what modules add to their base, and what they repeat.

use crate::explored;
use crate::failure::{Failure, one_line};
use crate::stdout::Stdout;
use crate::table::{Table, number};
use crate::unpacked;
use clap::{Args, ValueEnum};
use explore::export::{self, Form};
use explore::modules::{Added, Modules, Report};
use std::fmt::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Arguments of `modules`.
#[derive(Debug, Args)]
#[command(
    long_about = "Says what modules add to the types of their kernel: how many types, functions and variables each has of its own; \
which structs, unions, enumerations and typedefs it repeats although the base has one of that name, and why; and which types \
several modules bring, each for itself, since modules know nothing of each other.\n\n\
A module's BTF is taken where it has any (split BTF on this base); where it has none, its DWARF is encoded on the base.",
    after_help = "Examples:\n  \
  btfscope modules vmlinux nf_tables.ko xfs.ko\n  \
  btfscope modules /sys/kernel/btf/vmlinux /sys/kernel/btf/nf_tables\n  \
  btfscope modules vmlinux *.ko --format json > modules.json"
)]
pub struct ModulesArgs {
    /// The kernel's: ELF or raw BTF
    #[arg(value_name = "BASE")]
    pub base: PathBuf,
    /// Modules: ELF or raw split BTF
    #[arg(value_name = "MODULE", required = true)]
    pub modules: Vec<PathBuf>,
    /// List at most COUNT types that several modules bring
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    pub limit: usize,
    /// How to print the report; csv is the table of modules, json is everything
    #[arg(long, value_enum, default_value = "text")]
    pub format: ModulesForm,
}

/// How to print the report.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ModulesForm {
    Text,
    Csv,
    Json,
}

/// Prints what each module adds to its kernel, and which types it repeats.
pub fn run(args: &ModulesArgs) -> Result<ExitCode, Failure> {
    let base = explored::base(&args.base)?;
    let explorer = explored::explorer(base.clone(), None);
    let mut modules = Modules::default();
    for path in &args.modules {
        let name = module_name(path);
        if modules.has(&name) {
            return Err(Failure::of(
                path,
                format!("another module named {name} came before; each can be there once"),
            ));
        }
        let module = explored::open(path, Some(&base), false)?;
        modules.add(&explorer, &name, module.explorer.btf());
    }
    let report = modules.report();
    let mut out = Stdout::lock();
    let printed = match args.format {
        ModulesForm::Text => text(&mut out, &report, args.limit),
        ModulesForm::Csv => out.write_str(&export::modules(&report, Form::Csv)),
        ModulesForm::Json => out.write_str(&export::modules(&report, Form::Json)),
    };
    out.finish(printed).or_else(Failure::unless_reader_gone)?;
    Ok(ExitCode::SUCCESS)
}

/// The module's name from its file's: `nf_tables` from `nf_tables.ko`.
fn module_name(path: &Path) -> String {
    // A module in a package is named by its path there, and may be compressed.
    let (_, member) = unpacked::named(path);
    let path = member.map_or_else(|| path.to_owned(), PathBuf::from);
    let name = path.file_name().unwrap_or(path.as_os_str());
    let name = name.to_string_lossy();
    let end = name.find(".ko").map_or(name.len(), |at| at + 3);
    explore::modules::name_of(name.get(..end).unwrap_or(&name)).to_owned()
}

fn text(out: &mut dyn Write, report: &Report, limit: usize) -> fmt::Result {
    let [types, bytes, functions, variables, repeated] = Added::FIGURES;
    let mut table = Table::new(["", types, bytes, functions, variables, repeated]);
    for one in &report.added {
        let [types, bytes, functions, variables, repeated] = one.figures().map(number);
        let name = one_line(&one.name);
        table.row([name, types, bytes, functions, variables, repeated]);
    }
    write!(out, "{}", table.render())?;
    let repeats: Vec<_> = report.added.iter().flat_map(|one| &one.repeats).collect();
    if !repeats.is_empty() {
        writeln!(
            out,
            "\nDuplicated, although the base has a type of that name:"
        )?;
    }
    for one in repeats {
        writeln!(out, "  {}: {}", one_line(&one.module), one_line(&one.why))?;
    }
    if !report.shared.is_empty() {
        writeln!(out, "\nIn several modules:")?;
    }
    for one in report.shared.iter().take(limit) {
        let (named, more) = one.first_modules();
        let more = match more {
            0 => String::new(),
            more => format!(" and {}", number(more as u64)),
        };
        let ways = match one.definitions {
            1 => String::new(),
            ways => format!(", {} definitions", number(ways.into())),
        };
        writeln!(
            out,
            "  {} {}: {}{more}{ways}",
            one.word,
            one_line(&one.name),
            one_line(&named)
        )?;
    }
    match report.shared.len().saturating_sub(limit) {
        0 => Ok(()),
        more => writeln!(out, "  and {} more (--limit)", number(more as u64)),
    }
}
