//! `btfscope lab`: deduplicates C declarations or printed types, and shows the steps.

use crate::failure::{Failure, one_line};
use crate::file_name;
use crate::file_name::title;
use crate::stdout::Stdout;
use crate::table::{number, saved};
use btf::{Btf, TypeId};
use clap::Args;
use dedup::Options;
use lab::{Abi, Run, Units};
use std::fmt::{self, Write};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// How many bytes of a file are read; the laboratory itself refuses a text that is too long for a lesson.
const MOST_BYTES: u64 = 2 << 20;

/// Arguments of `lab`.
#[derive(Debug, Args)]
#[command(
    long_about = "Takes files of C declarations, or of types as `btfscope dump` and bpftool print them, each as a compilation unit \
of its own, and shows what dedup makes of their types: before, after, and what became of each. With --steps every step \
of the engine says what was decided, and why.\n\n\
It is the engine of `btfscope dedup`, watched. Of the preprocessor only #define is read. Types and macros of kernel \
headers that a file uses and does not declare come from a prelude: u8 to u64, size_t, bool, list_head, __packed, __user, \
and more. Types are laid out as on x86-64, or as on i386.",
    after_help = "Examples:\n  \
  btfscope lab first.c second.c\n  \
  btfscope lab first.c second.c --steps\n  \
  btfscope lab first.c second.c --keep-forwards\n  \
  btfscope lab module.c --base kernel.c --steps"
)]
pub struct LabArgs {
    /// C declarations, or types as bpftool prints them; - for standard input
    #[arg(value_name = "FILE", required = true, num_args = 1..)]
    pub files: Vec<PathBuf>,
    /// Put the files as a module onto this one: it is deduplicated first, and its types stay as they are
    #[arg(long, value_name = "FILE")]
    pub base: Option<PathBuf>,
    /// Print every step
    #[arg(long)]
    pub steps: bool,
    /// Lay types out as on i386
    #[arg(long)]
    pub m32: bool,
    /// Keep forward declarations apart from definitions (as an option of libbpf did before 1.0)
    #[arg(long)]
    pub keep_forwards: bool,
    /// Know no type and no macro that the files do not declare
    #[arg(long)]
    pub no_prelude: bool,
    /// Give all types the same hash, so that each is compared with all canonical types
    #[arg(long)]
    pub same_hash: bool,
}

/// Deduplicates declarations as units and prints every step in words.
pub fn run(args: &LabArgs) -> Result<ExitCode, Failure> {
    let abi = match args.m32 {
        true => Abi::I386,
        false => Abi::X86_64,
    };
    let mut all = Vec::new();
    let mut notes = String::new();
    for path in args.base.iter().chain(&args.files) {
        let text = text(path)?;
        let unit = match lab::raw::is_raw(&text) {
            true => lab::raw::unit(&text).map_err(|error| Failure::of(path, error))?,
            false => {
                let read = lab::c::read(&text, abi, !args.no_prelude);
                let read = read.map_err(|error| Failure::of(path, error))?;
                for note in read.notes {
                    notes += &format!("{}: {note}\n", one_line(&title(path)));
                }
                read.btf
            }
        };
        all.push(unit);
    }
    let options = Options::default()
        .resolve_forwards(!args.keep_forwards)
        .match_forwards(!args.keep_forwards)
        .force_collisions(args.same_hash);
    let units = match (&args.base, all.split_first()) {
        (Some(path), Some((base, units))) => {
            let base = Units::deduplicated(base.clone(), &options);
            let base = base.map_err(|error| Failure::of(path, error))?;
            Units::on_base(&base, units)
        }
        _ => Units::of(&all),
    };
    let units = units.map_err(|error| Failure::new(error.to_string()))?;
    let run = lab::run(&units, &options).map_err(|error| Failure::new(error.to_string()))?;
    let mut out = Stdout::lock();
    let printed = print(&mut out, args, &notes, &units, &run);
    out.finish(printed).or_else(Failure::unless_reader_gone)?;
    Ok(ExitCode::SUCCESS)
}

fn text(path: &Path) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let read = match file_name::is_stdin(path) {
        true => std::io::stdin()
            .lock()
            .take(MOST_BYTES + 1)
            .read_to_end(&mut bytes),
        false => {
            let (file, _) = crate::file::open(path)?;
            file.take(MOST_BYTES + 1).read_to_end(&mut bytes)
        }
    };
    read.map_err(|error| Failure::of(path, error))?;
    if bytes.len() as u64 > MOST_BYTES {
        let cause = format!(
            "it has more than {} bytes; keep what the lesson needs",
            number(MOST_BYTES)
        );
        return Err(Failure::of(path, cause));
    }
    String::from_utf8(bytes).map_err(|_| Failure::of(path, "this is no text in UTF-8"))
}

fn print(
    out: &mut dyn Write,
    args: &LabArgs,
    notes: &str,
    units: &Units,
    run: &Run,
) -> fmt::Result {
    let (before, after) = (&units.btf, &run.deduped.btf);
    if let (Some(path), Some(base)) = (&args.base, units.base()) {
        writeln!(out, "Base {}, after dedup", one_line(&title(path)))?;
        btf::print::raw::write_all(out, base)?;
        writeln!(out)?;
    }
    for (path, ids) in args.files.iter().zip(&units.ids) {
        writeln!(out, "Unit {}", one_line(&title(path)))?;
        for id in ids.clone() {
            btf::print::raw::write_type(out, before, TypeId(id))?;
        }
        writeln!(out)?;
    }
    if !notes.is_empty() {
        writeln!(out, "Notes\n{notes}")?;
    }
    if args.steps {
        writeln!(out, "Steps")?;
        for said in lab::sentences(before, run, &lab::steps(before, run)) {
            writeln!(out, "{said}")?;
        }
        if run.left_out > 0 {
            writeln!(
                out,
                "{} more events of the engine were not recorded.",
                number(run.left_out)
            )?;
        }
        writeln!(out)?;
    }
    writeln!(out, "After dedup")?;
    btf::print::raw::write_all(out, after)?;
    writeln!(out, "\nWhat became of each")?;
    for (id, _) in before.types() {
        let new = run.deduped.new_id(id);
        writeln!(out, "{id} {} -> {new}", lab::spell(before, id))?;
    }
    let size = |btf: &Btf| btf.type_bytes() as u64;
    let types = saved(before.len() as u64, after.len() as u64);
    let bytes = saved(size(before), size(after));
    writeln!(
        out,
        "\n{} types are {} now ({types} saved), {} bytes are {} ({bytes} saved)",
        number(before.len() as u64),
        number(after.len() as u64),
        number(size(before)),
        number(size(after)),
    )
}
