//! Writes inputs of the generators, and tables of how commands' costs grow with them.

use growth_tests::{Form, GENERATORS, Growth, Selection, allocated, count, limits, measure};
use lexopt::prelude::*;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: allocated::Counting = allocated::Counting;

const HELP: &str = "\
btfscope-growth-tests: inputs that double, and how the cost of each command grows with them

  list                                   the generators
  write GENERATOR PARAMETER FILE         an input; the base of split BTF as FILE.base
  exponents [--form FORM]... [--generator WORD|=NAME]... [--command NAME]... [--sizes BYTES,...] [--most-blocks N] [--all]
                                         the exponents at the last size; only those that are too large without --all
  limits --btfscope PATH [--size BYTES] [--form FORM]... [--generator WORD|=NAME]... [--command NAME]... [--all]
                                         processor time and memory of the real command on inputs of 1 MB; only what
                                         takes more than 2 s or 200 MB without --all

FORM: dwarf, types, split, object, or program";

#[derive(Default)]
struct Options {
    words: Vec<String>,
    generators: Vec<String>,
    forms: Vec<Form>,
    commands: Vec<String>,
    sizes: Vec<usize>,
    most_blocks: Option<u64>,
    folder: Option<PathBuf>,
    log: PathBuf,
    to: PathBuf,
    all: bool,
    btfscope: PathBuf,
    size: Option<usize>,
}

impl Options {
    fn selection(&self) -> Selection {
        Selection {
            generators: self.generators.clone(),
            forms: self.forms.clone(),
            commands: self.commands.clone(),
            sizes: match self.sizes.as_slice() {
                [] => vec![32 << 10, 128 << 10],
                sizes => sizes.to_vec(),
            },
            most_blocks: self.most_blocks.unwrap_or(200_000_000),
        }
    }

    fn folder(&self) -> PathBuf {
        let own = || std::env::temp_dir().join(format!("btfscope-growth-{}", std::process::id()));
        self.folder.clone().unwrap_or_else(own)
    }
}

fn main() -> ExitCode {
    // As the command itself, for the test.
    let mut words = std::env::args_os().skip(1).peekable();
    if words.next_if(|word| word == "btfscope").is_some() {
        return btfscope_cli::btfscope_with(std::iter::once("btfscope".into()).chain(words));
    }
    match parse()
        .map_err(|error| error.to_string())
        .and_then(|options| run(&options))
    {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("growth: {error}");
            ExitCode::FAILURE
        }
    }
}

fn parse() -> Result<Options, lexopt::Error> {
    let mut options = Options::default();
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("generator") => options.generators.push(parser.value()?.string()?),
            Long("form") => {
                let name = parser.value()?.string()?;
                let form = Form::of(&name);
                options
                    .forms
                    .push(form.ok_or("the forms are dwarf, types, split, object, and program")?);
            }
            Long("command") => options.commands.push(parser.value()?.string()?),
            Long("sizes") => {
                let sizes = parser.value()?.string()?;
                let sizes = sizes.split(',').map(str::parse).collect::<Result<_, _>>();
                options.sizes = sizes.map_err(|error| lexopt::Error::Custom(Box::new(error)))?;
            }
            Long("most-blocks") => options.most_blocks = Some(parser.value()?.parse()?),
            Long("folder") => options.folder = Some(parser.value()?.into()),
            Long("log") => options.log = parser.value()?.into(),
            Long("to") => options.to = parser.value()?.into(),
            Long("all") => options.all = true,
            Long("btfscope") => options.btfscope = parser.value()?.into(),
            Long("size") => options.size = Some(parser.value()?.parse()?),
            Value(word) => options.words.push(word.string()?),
            other => return Err(other.unexpected()),
        }
    }
    Ok(options)
}

fn run(options: &Options) -> Result<(), String> {
    let words: Vec<&str> = options.words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["list"] => list(),
        ["write", generator, parameter, file] => write(generator, parameter, Path::new(file))?,
        ["count"] => count(
            &options.selection(),
            &options.folder(),
            &options.log,
            &options.to,
        )?,
        ["exponents"] => exponents(options)?,
        ["limits"] => show_limits(options)?,
        ["once", ..] => limits::once(&options.words[1..])?,
        _ => println!("{HELP}"),
    }
    Ok(())
}

fn list() {
    for one in GENERATORS.iter().copied().flatten() {
        let parameter = one.parameter_for(16 << 10);
        println!(
            "{:40} {:6?} {parameter:>5}  {}",
            one.name, one.form, one.attacks
        );
    }
}

fn write(generator: &str, parameter: &str, file: &Path) -> Result<(), String> {
    let mut all = GENERATORS.iter().copied().flatten();
    let found = all.find(|one| one.name == generator);
    let found =
        found.ok_or_else(|| format!("no generator is called {generator}; list names them"))?;
    let parameter = parameter
        .parse()
        .map_err(|_| format!("{parameter} is no parameter"))?;
    let input = (found.make)(parameter);
    let put = |path: &Path, bytes: &[u8]| {
        std::fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()))
    };
    put(file, &input.file)?;
    match &input.base {
        Some(base) => {
            let mut name = file.as_os_str().to_owned();
            name.push(".base");
            put(Path::new(&name), base)
        }
        None => Ok(()),
    }
}

fn exponents(options: &Options) -> Result<(), String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let folder = options.folder();
    let measured = measure(&program, &options.selection(), &folder)?;
    if options.folder.is_none() {
        // What remains there is small.
        let _ = std::fs::remove_dir_all(&folder);
    }
    println!("| generator | command | bytes | blocks | memory | exit | time | memory |");
    println!("|---|---|---:|---:|---:|---:|---:|---:|");
    for growth in Growth::of(measured) {
        let (time, memory) = (growth.time(), growth.memory());
        let large = growth.is_too_much();
        let Some(last) = growth
            .measurements
            .last()
            .filter(|last| options.all || large || last.cost.exit == 101)
        else {
            continue;
        };
        let shown = |exponent: Option<f64>| {
            exponent.map_or_else(|| "–".to_owned(), |it| format!("{it:.2}"))
        };
        println!(
            "| {} | {} | {} | {} | {} | {} | {} | {} |",
            growth.generator,
            growth.command,
            last.bytes,
            last.cost.blocks,
            last.cost.memory,
            last.cost.exit,
            shown(time),
            shown(memory)
        );
    }
    Ok(())
}

fn show_limits(options: &Options) -> Result<(), String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let size = options.size.unwrap_or(1_000_000);
    println!("| generator | command | bytes | CPU s | MB | exit |");
    println!("|---|---|---:|---:|---:|---:|");
    let show = |one: &limits::Usage| {
        if options.all || one.is_too_much() {
            println!(
                "| {} | {} | {} | {:.2} | {} | {} |",
                one.generator,
                one.command,
                one.bytes,
                one.time.as_secs_f64(),
                one.memory / 1_000_000,
                one.exit
                    .map_or_else(|| "signal".to_owned(), |exit| exit.to_string())
            );
        }
    };
    let selection = options.selection();
    limits::use_of_each(
        &program,
        &[options.btfscope.clone().into_os_string()],
        &selection,
        size,
        &options.folder(),
        show,
    )
}
