//! `btfscope lab`: deduplicates C declarations or printed types, and shows the steps.

mod draw;

use crate::failure::{Failure, one_line};
use crate::file_name;
use crate::file_name::title;
use crate::stdout::Stdout;
use crate::table::{number, saved};
use btf::{Btf, TypeId};
use clap::Args;
use dedup::Options;
use lab::scenario::{self, Scenario};
use lab::{Abi, Run, Setup, Units};
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
of the engine says what was decided, and why. With --svg a step is drawn as the page draws it, or several one after the other.\n\n\
It is the engine of `btfscope dedup`, watched. Of the preprocessor only #define is read. Types and macros of kernel \
headers that a file uses and does not declare come from a prelude: u8 to u64, size_t, bool, list_head, __packed, __user, \
and more. Types are laid out as on x86-64, or as on i386.",
    after_help = "Examples:\n  \
  btfscope lab first.c second.c\n  \
  btfscope lab first.c second.c --steps\n  \
  btfscope lab first.c second.c --keep-forwards\n  \
  btfscope lab module.c --base kernel.c --steps\n  \
  btfscope lab first.c second.c --svg last.svg\n  \
  btfscope lab --scenario deep --svg steps.svg --step 3 --to 20"
)]
pub struct LabArgs {
    /// C declarations, or types as bpftool prints them; - for standard input
    #[arg(value_name = "FILE", required_unless_present = "scenario", num_args = 1..)]
    pub files: Vec<PathBuf>,
    /// Take the units of a scenario of the page's lab, such as deep; the page's address contains its name
    #[arg(long, value_name = "NAME", conflicts_with_all = ["files", "base"])]
    pub scenario: Option<String>,
    /// Put the files as a module onto this one: it is deduplicated first, and its types stay as they are
    #[arg(long, value_name = "FILE")]
    pub base: Option<PathBuf>,
    /// Print every step
    #[arg(long, conflicts_with = "svg")]
    pub steps: bool,
    #[command(flatten)]
    pub drawing: draw::DrawArgs,
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

/// Base and units, what each is called, and how the engine runs.
struct Input {
    base: Option<PathBuf>,
    /// Of each unit.
    names: Vec<PathBuf>,
    scenario: Option<Scenario>,
    setup: Setup,
}

/// Deduplicates declarations as units and prints every step in words, or draws some.
pub fn run(args: &LabArgs) -> Result<ExitCode, Failure> {
    let input = input(args)?;
    let setup = &input.setup;
    let mut all = Vec::new();
    let mut notes = String::new();
    let names = input.base.iter().chain(&input.names);
    for (path, text) in names.zip(setup.base.iter().chain(&setup.units)) {
        let unit = match lab::raw::is_raw(text) {
            true => lab::raw::unit(text).map_err(|error| Failure::of(path, error))?,
            false => {
                let read = lab::c::read(text, setup.abi, setup.prelude);
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
        .resolve_forwards(!setup.keep_forwards)
        .match_forwards(!setup.keep_forwards)
        .force_collisions(setup.same_hash);
    let units = match (&input.base, all.split_first()) {
        (Some(path), Some((base, units))) => {
            let base = Units::deduplicated(base.clone(), &options);
            let base = base.map_err(|error| Failure::of(path, error))?;
            Units::on_base(&base, units)
        }
        _ => Units::of(&all),
    };
    let units = units.map_err(|error| Failure::new(error.to_string()))?;
    if let Some(path) = &args.drawing.svg {
        return draw::run(path, args, input);
    }
    let run = lab::run(&units, &options).map_err(|error| Failure::new(error.to_string()))?;
    let mut out = Stdout::lock();
    let printed = print(&mut out, args, &input, &notes, &units, &run);
    out.finish(printed).or_else(Failure::unless_reader_gone)?;
    Ok(ExitCode::SUCCESS)
}

fn input(args: &LabArgs) -> Result<Input, Failure> {
    let mut input = match &args.scenario {
        Some(name) => of_scenario(name)?,
        None => {
            let base = args.base.as_deref().map(text).transpose()?;
            let units: Result<Vec<String>, Failure> =
                args.files.iter().map(|path| text(path)).collect();
            Input {
                base: args.base.clone(),
                names: args.files.clone(),
                scenario: None,
                setup: Setup {
                    base,
                    units: units?,
                    ..Setup::default()
                },
            }
        }
    };
    let setup = &mut input.setup;
    if args.m32 {
        setup.abi = Abi::I386;
    }
    setup.keep_forwards |= args.keep_forwards;
    setup.same_hash |= args.same_hash;
    setup.prelude &= !args.no_prelude;
    Ok(input)
}

fn of_scenario(name: &str) -> Result<Input, Failure> {
    let Some(scenario) = scenario::find(name) else {
        let all: Vec<String> = scenario::all().into_iter().map(|one| one.slug).collect();
        return Err(Failure::new(format!(
            "no scenario is called “{}”; there are {}",
            one_line(name),
            all.join(", ")
        )));
    };
    let setup = scenario.setup.clone();
    let numbers = 1..=setup.units.len();
    Ok(Input {
        base: setup
            .base
            .as_ref()
            .map(|_| PathBuf::from("of the scenario")),
        names: numbers.map(|it| PathBuf::from(it.to_string())).collect(),
        scenario: Some(scenario),
        setup,
    })
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
    input: &Input,
    notes: &str,
    units: &Units,
    run: &Run,
) -> fmt::Result {
    let (before, after) = (&units.btf, &run.deduped.btf);
    if let (Some(path), Some(base)) = (&input.base, units.base()) {
        writeln!(out, "Base {}, after dedup", one_line(&title(path)))?;
        btf::print::raw::write_all(out, base)?;
        writeln!(out)?;
    }
    for (path, ids) in input.names.iter().zip(&units.ids) {
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
