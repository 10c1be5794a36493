//! `cargo xtask`: everything around the code, from a bare machine to a served page and a full test run.
#![forbid(unsafe_code)]

mod bench;
mod checks;
mod dist;
mod failure;
mod fidelity;
mod files;
mod fixtures;
mod fuzz;
mod html;
#[cfg(test)]
mod licence_markers;
mod licences;
mod page;
mod project;
#[cfg(test)]
mod prose;
mod release;
mod seal;
mod serve;
mod setup;
mod toolbox;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::prelude::*;

use failure::{Because, Outcome, fail};
use project::Project;
use toolbox::run as run_command;

const HELP: &str = "\
cargo xtask COMMAND

  serve [--port P] [--dir DIR] [--no-open] [--yes]
                     set up what is missing, build the page, serve it on 127.0.0.1 (from port 8080 on);
                     --dir serves a folder as it is and builds nothing
  dist [--out DIR] [--yes]
                     make the folder of static files (dist/) that any web host can serve
  command [--yes]    build the command with the page in it (target/release/btfscope): `btfscope serve` then needs
                     neither a network nor this project
  release [--target TRIPLE...] [--train ELF... | --profiles DIR] [--page DIR] [--yes]
                     make the files of a release (target/release-files/), the same bytes every time: commands, Debian
                     packages, the page, notices, checksums; --train has the compiler favour what encoding ELF takes,
                     --profiles what was learnt before; --page takes a page that is built already
  seal DIR           write the content security policy into every HTML file of DIR
  test [--all] [--only NAME...] [--list] [--keep-going] [--yes]
                     set up what is missing and run the checks of every change; --all runs the dear ones too,
                     --only those named
  fidelity [kernels|matrix|peers|packages|core] [--only KERNEL...] [--all-modules] [--yes]
                     compare our BTF with pahole 1.32's on five kernels and their modules, on a matrix of
                     programs, and have other tools read it; downloads up to 2 GB, and takes a quarter of an hour
  bench [--rounds N] [--only PART...] [--kernel ELF]... [--cores N] [--save] [--yes]
                     measure our release build beside peers, in turns: encode, walk, schedule, dedup, growth, tab, instructions;
                     --save keeps the report under benches/results/
  fuzz [--minutes N] [--target NAME...] [--save] [--yes]
                     build the fuzz targets and run each for its share of the time (10 minutes in all) with a fresh seed;
                     findings stay in target/xtask/fuzz/findings/, each with the command that repeats it; --save
                     renews the committed corpus (fuzz/corpus); --target kernel and --target libbpf compare with the
                     running kernel and libbpf, when they are named
  setup [--yes]      only the set-up: everything that serve and test need
  fixtures           build tests/sample/sample.elf anew and say whether it changed

--yes answers the one question, which is asked before system packages are installed.

Environment:
  BTFSCOPE_KERNEL       a vmlinux with DWARF and .BTF for the tests, instead of Debian's
  BTFSCOPE_MODULES      a folder with modules of that kernel (*.ko with DWARF)
  BTFSCOPE_PAHOLE       the pahole of fidelity, instead of Debian sid's
  BTFSCOPE_LIBBPF       a folder with libbpf.so.1 of 1.8 or newer for Debian sid's pahole, to compare modules, and for the
                        fuzz target libbpf
  BTFSCOPE_PACKAGES     a folder with .deb files for fidelity packages, instead of those that apt downloads
  BTFSCOPE_KERNELS      a folder with unpacked debug packages for fidelity: 6.1, 6.12, sid, s390x, armel
  PAHOLE                a pahole for bench, beside the system's
  XDG_CACHE_HOME        where tools and kernels are kept, in btfscope/ (default ~/.cache)";

/// What the command line asks for.
#[derive(Debug)]
enum Task {
    Help,
    Serve(serve::Options),
    Dist { out: Option<PathBuf>, yes: bool },
    Command { yes: bool },
    Release(release::Options),
    Seal { dir: PathBuf },
    Test(checks::Options),
    Fidelity(fidelity::Options),
    Bench(bench::Options),
    Fuzz(fuzz::Options),
    Setup { yes: bool },
    Fixtures,
}

fn main() -> ExitCode {
    match parse(lexopt::Parser::from_env()).and_then(run) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Outcome<ExitCode> {
    let project = Project::find()?;
    match task {
        Task::Help => println!("{HELP}"),
        Task::Serve(options) => serve::run(&project, &options)?,
        Task::Dist { out, yes } => {
            let out = out.unwrap_or_else(|| project.dist());
            let tools = setup::ready(&project, setup::PAGE, yes)?;
            dist::build(&project, &tools, &out)?;
        }
        Task::Command { yes } => {
            let tools = setup::ready(&project, setup::PAGE, yes)?;
            if !dist::is_fresh(&project)? {
                dist::build(&project, &tools, &project.dist())?;
            }
            let mut cargo = tools.cargo(["build", "--locked", "--release", "-p", "btfscope"]);
            run_command(cargo.env("BTFSCOPE_PAGE", project.dist()))?;
            let command = project.target.join("release/btfscope");
            println!("the command with the page in it: {}", command.display());
        }
        Task::Release(options) => release::run(&project, &options)?,
        Task::Seal { dir } => seal::folder(&dir)?,
        Task::Test(options) => return checks::run(&project, &options),
        Task::Fidelity(options) => return fidelity::run(&project, &options),
        Task::Bench(options) => return bench::run(&project, &options),
        Task::Fuzz(options) => return fuzz::run(&project, &options),
        Task::Setup { yes } => {
            setup::ready(&project, setup::ALL, yes)?;
            println!("set-up: everything is there");
        }
        Task::Fixtures => fixtures::run(&project)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn parse(mut parser: lexopt::Parser) -> Outcome<Task> {
    let command = match parser.next().because("the command line")? {
        None | Some(Short('h') | Long("help")) => return Ok(Task::Help),
        Some(Value(command)) => command,
        Some(other) => return unknown(other),
    };
    let command = command.to_string_lossy().into_owned();
    if ![
        "serve", "dist", "command", "release", "seal", "test", "fidelity", "bench", "fuzz",
        "setup", "fixtures", "help",
    ]
    .contains(&command.as_str())
    {
        return fail(format!(
            "there is no command {command}; cargo xtask --help lists them"
        ));
    }
    let mut serve = serve::Options::default();
    let mut checks = checks::Options::default();
    let mut fidelity = fidelity::Options::default();
    let mut bench = bench::Options::default();
    let mut fuzz = fuzz::Options::default();
    let mut release = release::Options::default();
    let mut yes = false;
    let mut dir: Option<PathBuf> = None;
    while let Some(arg) = parser.next().because("the command line")? {
        match (command.as_str(), arg) {
            (_, Short('h') | Long("help")) => return Ok(Task::Help),
            (
                "serve" | "dist" | "command" | "release" | "test" | "fidelity" | "bench" | "fuzz"
                | "setup",
                Long("yes") | Short('y'),
            ) => yes = true,
            ("serve", Long("port")) => {
                serve.port = Some(value(&mut parser)?.parse().because("--port")?);
            }
            ("serve", Long("no-open")) => serve.no_open = true,
            ("serve", Long("dir")) | ("dist", Long("out")) => {
                dir = Some(value(&mut parser)?.into())
            }
            ("release", Long("target")) => release.targets.extend(names(&mut parser)?),
            ("release", Long("train")) => release.train.push(value(&mut parser)?.into()),
            ("release", Long("profiles")) => release.profiles = Some(value(&mut parser)?.into()),
            ("release", Long("page")) => release.page = Some(value(&mut parser)?.into()),
            ("seal", Value(folder)) if dir.is_none() => dir = Some(folder.into()),
            ("test", Long("list")) => checks.list = true,
            ("test", Long("all")) => checks.all = true,
            // How a run starts its checks beside each other.
            ("test", Long("as-part")) => checks.as_part = true,
            ("test", Long("keep-going")) => checks.keep_going = true,
            ("test", Long("only")) => checks.only.extend(names(&mut parser)?),
            ("fidelity", Long("only")) => fidelity.only.extend(names(&mut parser)?),
            ("fidelity", Long("all-modules")) => fidelity.all_modules = true,
            ("fidelity", Value(part)) => fidelity.parts.push(part.to_string_lossy().into_owned()),
            ("bench", Long("rounds")) => {
                bench.rounds = value(&mut parser)?.parse().because("--rounds")?;
            }
            ("bench", Long("only")) => bench.only.extend(names(&mut parser)?),
            ("bench", Long("kernel")) => bench.kernels.push(value(&mut parser)?.into()),
            ("bench", Long("cores")) => {
                bench.cores = Some(value(&mut parser)?.parse().because("--cores")?);
            }
            ("bench", Long("save")) => bench.save = true,
            ("fuzz", Long("minutes")) => {
                fuzz.minutes = value(&mut parser)?.parse().because("--minutes")?;
            }
            ("fuzz", Long("target")) => fuzz.targets.extend(names(&mut parser)?),
            ("fuzz", Long("save")) => fuzz.save = true,
            (_, other) => return unknown(other),
        }
    }
    serve.yes = yes;
    checks.yes = yes;
    fidelity.yes = yes;
    bench.yes = yes;
    fuzz.yes = yes;
    release.yes = yes;
    Ok(match command.as_str() {
        "serve" => {
            serve.dir = dir;
            Task::Serve(serve)
        }
        "dist" => Task::Dist { out: dir, yes },
        "command" => Task::Command { yes },
        "release" => Task::Release(release),
        "seal" => match dir {
            Some(dir) => Task::Seal { dir },
            None => return fail("seal needs the folder to seal: cargo xtask seal DIR"),
        },
        "test" => Task::Test(checks),
        "fidelity" => Task::Fidelity(fidelity),
        "bench" => Task::Bench(bench),
        "fuzz" => Task::Fuzz(fuzz),
        "setup" => Task::Setup { yes },
        "fixtures" => Task::Fixtures,
        _ => Task::Help,
    })
}

/// `--only a b` and `--only a,b`.
fn names(parser: &mut lexopt::Parser) -> Outcome<Vec<String>> {
    let mut all = Vec::new();
    for names in parser.values().because("a list of names")? {
        let names = names.to_string_lossy().into_owned();
        all.extend(names.split(',').map(str::to_owned));
    }
    Ok(all)
}

fn value(parser: &mut lexopt::Parser) -> Outcome<OsString> {
    parser.value().because("the command line")
}

fn unknown<T>(arg: lexopt::Arg) -> Outcome<T> {
    fail(format!(
        "{}; cargo xtask --help lists what there is",
        arg.unexpected()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(args: &[&str]) -> Outcome<Task> {
        parse(lexopt::Parser::from_args(args.iter().copied()))
    }

    #[test]
    fn only_takes_several_names_in_both_forms() {
        let Ok(Task::Test(options)) = task(&["test", "--only", "fmt", "unit", "--yes"]) else {
            panic!("not a test task");
        };
        assert_eq!(options.only, ["fmt", "unit"]);
        assert!(options.yes);
        let Ok(Task::Test(options)) = task(&["test", "--only", "fmt,unit"]) else {
            panic!("not a test task");
        };
        assert_eq!(options.only, ["fmt", "unit"]);
    }

    #[test]
    fn fidelity_takes_parts_and_kernels() {
        let line = ["fidelity", "kernels", "--only", "6.1,sid", "--all-modules"];
        let Ok(Task::Fidelity(options)) = task(&line) else {
            panic!("not a fidelity task");
        };
        assert_eq!(options.parts, ["kernels"]);
        assert_eq!(options.only, ["6.1", "sid"]);
        assert!(options.all_modules && !options.yes);
    }

    #[test]
    fn bench_takes_rounds_parts_and_several_kernels() {
        let line = [
            "bench",
            "--rounds",
            "3",
            "--only",
            "dedup,walk",
            "--kernel",
            "a",
            "--kernel",
            "b",
        ];
        let Ok(Task::Bench(options)) = task(&line) else {
            panic!("not a bench task");
        };
        assert_eq!((options.rounds, options.kernels.len()), (3, 2));
        assert_eq!(options.only, ["dedup", "walk"]);
        assert!(!options.save);
    }

    #[test]
    fn fuzz_takes_minutes_and_targets() {
        let line = ["fuzz", "--minutes", "3", "--target", "elf,btf"];
        let Ok(Task::Fuzz(options)) = task(&line) else {
            panic!("not a fuzz task");
        };
        assert_eq!(options.minutes, 3);
        assert_eq!(options.targets, ["elf", "btf"]);
        assert!(!options.save);
    }

    #[test]
    fn release_takes_targets_and_a_file_to_learn_from() {
        let line = [
            "release", "--target", "a,b", "--train", "vmlinux", "--train", "xfs.ko",
        ];
        let Ok(Task::Release(options)) = task(&line) else {
            panic!("not a release task");
        };
        assert_eq!(options.targets, ["a", "b"]);
        assert_eq!(options.train, ["vmlinux", "xfs.ko"].map(PathBuf::from));
        assert!(options.profiles.is_none() && !options.yes);
    }

    #[test]
    fn options_of_another_command_are_refused() {
        assert!(task(&["seal"]).is_err());
        assert!(task(&["dist", "--port", "1"]).is_err());
        assert!(task(&["fixtures", "--yes"]).is_err());
        assert!(task(&["benches"]).is_err());
        assert!(task(&["bench", "--rounds", "few"]).is_err());
        assert!(task(&["test", "--kernel", "vmlinux"]).is_err());
        assert!(task(&["serve", "--port", "70000"]).is_err());
    }
}
