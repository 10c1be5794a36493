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
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Arguments of `modules`.
#[derive(Debug, Args)]
#[command(
    long_about = "Says what modules add to the types of their kernel: how many types, functions and variables each has of its own; \
which structs, unions, enumerations and typedefs it repeats although the base has one of that name, and why; and which types \
several modules bring, each for itself, since modules know nothing of each other.\n\n\
A module's BTF is taken where it has any (split BTF on this base); where it has none, its DWARF is encoded on the base.\n\n\
Without MODULE, BASE is a folder or an archive with the BTF of a kernel, vmlinux, and that of its modules beside it, as in /sys/kernel/btf.",
    after_help = "Examples:\n  \
  btfscope modules vmlinux nf_tables.ko xfs.ko\n  \
  btfscope modules /sys/kernel/btf/vmlinux /sys/kernel/btf/nf_tables\n  \
  btfscope modules /sys/kernel/btf\n  \
  btfscope modules vmlinux *.ko --format json > modules.json"
)]
pub struct ModulesArgs {
    /// The kernel's: ELF or raw BTF; or a folder or an archive with it and its modules
    #[arg(value_name = "BASE")]
    pub base: PathBuf,
    /// Modules: ELF or raw split BTF
    #[arg(value_name = "MODULE")]
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
    let (base_path, beside) = match args.modules.is_empty() && args.base.is_dir() {
        true => in_folder(&args.base)?,
        false => (args.base.clone(), Vec::new()),
    };
    let base = explored::base(&base_path)?;
    let explorer = explored::explorer(base.clone(), None);
    let paths = match (args.modules.is_empty(), beside.is_empty()) {
        (false, _) => args.modules.clone(),
        (true, false) => beside,
        (true, true) => unpacked::modules_beside(&base_path),
    };
    if paths.is_empty() {
        let cause = "no modules: name them behind it, or give a folder or an archive with vmlinux and its modules, as /sys/kernel/btf";
        return Err(Failure::of(&args.base, cause));
    }
    let mut modules = Modules::default();
    for path in &paths {
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

/// The kernel in a folder, and the modules beside it.
fn in_folder(folder: &Path) -> Result<(PathBuf, Vec<PathBuf>), Failure> {
    let failed =
        |error: std::io::Error| Failure::of(folder, format!("it could not be read: {error}"));
    let kernel = folder.join("vmlinux");
    if !kernel.is_file() {
        return Err(Failure::of(
            folder,
            "the directory has no file vmlinux; name the kernel, and its modules behind it",
        ));
    }
    let mut modules = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let is_module = path.file_name().is_some_and(|name| {
            let name = name.to_string_lossy();
            !name.contains('.') || name.contains(".ko")
        });
        if is_module && path != kernel && path.is_file() {
            modules.push(path);
        }
    }
    modules.sort();
    Ok((kernel, modules))
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
