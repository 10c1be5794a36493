//! Runs the matrix and prints a table.
#![forbid(unsafe_code)]

use fidelity_tests::{
    Judge, Peers, Status, Toolchains, Workbench, cells, control, explained_but_absent, failures,
    run_all, table,
};
use lexopt::prelude::*;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

const HELP: &str = "\
btfscope-fidelity-tests: our BTF of many programs and builds, compared with pahole's

  --matrix            run all cells (the default)
  --filter WORDS      only cells whose names have all these words, parted by blanks; may be repeated
  --list              print the names of the cells and run none
  --jobs N            cells at once [default: one a processor]
  --keep DIR          build in this folder and leave it
  --allow-missing     run without compilers that a full run needs

Environment:
  BTFSCOPE_PAHOLE     pahole 1.32 [default: pahole]
  BTFSCOPE_BIN        the command btfscope [default: built here]

Exit codes: 0 no difference, 1 a difference or trouble";

#[derive(Default)]
struct Options {
    filters: Vec<String>,
    list: bool,
    jobs: Option<usize>,
    keep: Option<PathBuf>,
    allow_missing: bool,
}

fn main() -> ExitCode {
    let done = match parse() {
        Ok(Some(options)) => run(options),
        Ok(None) => {
            println!("{HELP}");
            Ok(true)
        }
        Err(error) => Err(error.to_string()),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("fidelity: {error}");
            ExitCode::FAILURE
        }
    }
}

fn parse() -> Result<Option<Options>, lexopt::Error> {
    let mut options = Options::default();
    let mut parser = lexopt::Parser::from_env();
    while let Some(arg) = parser.next()? {
        match arg {
            Long("matrix") => {}
            Long("filter") => options.filters.push(parser.value()?.string()?),
            Long("list") => options.list = true,
            Long("jobs") | Short('j') => options.jobs = Some(parser.value()?.parse()?),
            Long("keep") => options.keep = Some(parser.value()?.into()),
            Long("allow-missing") => options.allow_missing = true,
            Long("help") | Short('h') => return Ok(None),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(options))
}

fn run(options: Options) -> Result<bool, String> {
    let start = Instant::now();
    let bench = Workbench::new(options.keep)?;
    let tools = Toolchains::find(&bench)?;
    let mut cells = cells(&tools);
    let all = cells.len();
    cells.retain(|cell| {
        let name = cell.name();
        options
            .filters
            .iter()
            .flat_map(|filter| filter.split_whitespace())
            .all(|word| {
                name.split(' ').any(|own| own == word) || word.contains('=') && name.contains(word)
            })
    });
    if options.list {
        for cell in &cells {
            println!("{}", cell.name());
        }
        return Ok(true);
    }
    if cells.is_empty() {
        return Err("no cell has a name with these words; --list prints the names".to_owned());
    }
    let absent: Vec<&str> = tools
        .missing
        .iter()
        .filter(|(_, required)| *required)
        .map(|(name, _)| name.as_str())
        .collect();
    if !absent.is_empty() && !options.allow_missing {
        return Err(format!(
            "a full run needs {}; --allow-missing runs without",
            absent.join(", ")
        ));
    }
    let peers = Peers::find(&bench)?;
    let judge = Judge::new(&bench, &tools, &peers)?;
    let seen = control(&bench, &tools, &peers, &judge)?;
    println!("The comparison sees: {}.", seen.join("; "));
    for (name, _) in &tools.missing {
        println!("Not found, left out: {name}.");
    }
    let jobs = options
        .jobs
        .or_else(|| std::thread::available_parallelism().ok().map(usize::from))
        .unwrap_or(1);
    let mut done = 0;
    let live = std::io::stderr().is_terminal();
    let verdicts = run_all(
        &cells,
        jobs,
        |cell| judge.judge(cell),
        |at, verdict| {
            done += 1;
            if verdict.status == Status::Failed {
                let first = verdict.detail.lines().next().unwrap_or_default();
                eprintln!("differs: {}: {first}", cells[at].name());
            } else if live {
                eprint!("\r{done} of {}", cells.len());
                let _ = std::io::stderr().flush();
            }
        },
    );
    println!("\n{}", table(&cells, &verdicts));
    println!("{}", judge.kernel().says());
    let failed = failures(&cells, &verdicts);
    print!("{failed}");
    let mut good = failed.is_empty();
    if cells.len() == all && absent.is_empty() {
        for reason in explained_but_absent(&verdicts) {
            println!("no build shows this any more; take it from the list: {reason}");
            good = false;
        }
    }
    println!(
        "{} builds in {:.0} s",
        cells.len(),
        start.elapsed().as_secs_f64()
    );
    Ok(good)
}
