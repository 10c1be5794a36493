//! `test`: all checks, as a table.

mod first_load;
mod native;
mod page;
mod public_api;
mod replay;
mod schedule;

use std::process::ExitCode;

use crate::failure::{Outcome, fail};
use crate::project::Project;
use crate::setup::{self, Need};
use crate::toolbox::{Toolbox, run as run_command};

/// One check: a line in the table.
pub struct Check {
    pub name: &'static str,
    /// What holds when it passes.
    pub says: &'static str,
    needs: &'static [Need],
    /// The checks whose results it uses. When one of them fails, this one does not run.
    after: &'static [&'static str],
    when: When,
    run: Run,
}

/// Which run has a check.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    Always,
    /// What it guards rarely breaks, and it takes minutes: `--all` and `--only` have it.
    InAll,
}

enum Run {
    Cargo(&'static [&'static str]),
    Own(fn(&Project, &Toolbox) -> Outcome),
}

use Need::{Browser, Counter, Firefox, Kernel, Lints, PageTools, Peers, WasmTarget};
use Run::{Cargo, Own};
use When::{Always, InAll};

/// All checks. Of those that may run, the first one does.
const CHECKS: &[Check] = &[
    Check {
        name: "fmt",
        says: "the code has rustfmt's form",
        needs: &[Lints],
        after: &[],
        when: Always,
        run: Cargo(&["fmt", "--all", "--check"]),
    },
    Check {
        name: "build",
        says: "commands, page and tests compile, and clippy has nothing to say about them",
        needs: &[Lints],
        after: &[],
        when: Always,
        run: Own(native::build),
    },
    Check {
        name: "dist",
        says: "the page builds as it is shipped and has its content security policy",
        needs: setup::PAGE,
        after: &[],
        when: Always,
        run: Own(page::dist),
    },
    Check {
        name: "first-load",
        says: "what a browser fetches before a file can be chosen is no larger than it was",
        needs: setup::PAGE,
        after: &["dist"],
        when: Always,
        run: Own(first_load::check),
    },
    Check {
        name: "browser",
        says: "the page in Chromium",
        needs: &[WasmTarget, PageTools, Peers, Browser, Kernel],
        after: &["build", "dist"],
        when: Always,
        run: Own(page::chromium),
    },
    Check {
        name: "unit",
        says: "unit and integration tests, on real kernels too, recorded answers of kernels and libbpf, comparisons with other tools",
        needs: &[Lints, Peers, Counter, Kernel],
        after: &["build"],
        when: Always,
        run: Own(native::tests),
    },
    Check {
        name: "replay",
        says: "what the fuzzer found does no harm in WebAssembly either",
        needs: setup::PAGE,
        after: &["dist"],
        when: Always,
        run: Own(replay::run),
    },
    Check {
        name: "licences",
        says: "every dependency's licence and source is allowed, and the notices name what is shipped",
        needs: &[Lints],
        after: &["build"],
        when: Always,
        run: Own(native::licences),
    },
    Check {
        name: "doc",
        says: "the examples in the documentation run",
        needs: &[Lints],
        after: &["build"],
        when: Always,
        run: Own(native::examples),
    },
    Check {
        name: "package",
        says: "the libraries could be published, and btf compiles without the standard library",
        needs: &[],
        after: &[],
        when: InAll,
        run: Own(native::package),
    },
    Check {
        name: "public-api",
        says: "the libraries offer what their lists say (crates/*/public-api.txt)",
        needs: &[],
        after: &[],
        when: InAll,
        run: Own(public_api::run),
    },
    Check {
        name: "release",
        says: "the command builds as it is shipped",
        needs: &[],
        after: &[],
        when: InAll,
        run: Cargo(&["build", "--locked", "--release", "-p", "btfscope"]),
    },
    Check {
        name: "instructions",
        says: "small jobs take about as many instructions as they did",
        needs: &[Counter],
        after: &["release"],
        when: InAll,
        run: Own(native::instructions),
    },
    Check {
        name: "lint-wasm",
        says: "clippy has nothing to say about the page as it is compiled to WebAssembly, and about what builds it",
        needs: &[Lints, WasmTarget],
        after: &["build"],
        when: InAll,
        run: Own(native::lint_wasm),
    },
    Check {
        name: "trunk",
        says: "Trunk makes the same page (where it is installed)",
        needs: setup::PAGE,
        after: &["dist"],
        when: InAll,
        run: Own(page::trunk),
    },
    Check {
        name: "firefox",
        says: "the result and the explorer in Firefox",
        needs: &[WasmTarget, PageTools, Peers, Browser, Firefox, Kernel],
        after: &["browser"],
        when: InAll,
        run: Own(page::firefox),
    },
];

#[derive(Debug, Default)]
pub struct Options {
    /// Names of checks; empty: those of every run.
    pub only: Vec<String>,
    /// Those that a usual run leaves out as well.
    pub all: bool,
    pub list: bool,
    pub keep_going: bool,
    pub yes: bool,
    /// Set-up is done and another run of this program keeps the books: run the one check and say nothing else.
    pub as_part: bool,
}

pub fn run(project: &Project, options: &Options) -> Outcome<ExitCode> {
    if options.list {
        for check in CHECKS {
            let when = if check.when == InAll { "  (--all)" } else { "" };
            println!("{:<13} {}{when}", check.name, check.says);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let chosen = chosen(&options.only, options.all)?;
    let mut needs = Vec::new();
    for need in chosen.iter().flat_map(|check| check.needs) {
        if !needs.contains(need) {
            needs.push(*need);
        }
    }
    let mut tools = setup::ready(project, &needs, options.yes)?;
    tools.set("BTFSCOPE_BIN", native::command(project));
    let sample = project.root.join("tests/sample/sample.elf");
    tools.set("BTFSCOPE_SAMPLE", sample);
    if options.all {
        // The page's tests have dear ones of their own.
        tools.set("BTFSCOPE_ALL", "1");
    }
    if options.as_part {
        for check in chosen {
            match check.run {
                Cargo(args) => run_command(&mut tools.cargo(args))?,
                Own(own) => own(project, &tools)?,
            }
        }
        return Ok(ExitCode::SUCCESS);
    }
    let passed = schedule::run(project, &chosen, options)?;
    Ok(if passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn chosen(only: &[String], all: bool) -> Outcome<Vec<&'static Check>> {
    let known = |name: &String| CHECKS.iter().any(|check| check.name == name);
    if let Some(unknown) = only.iter().find(|name| !known(name)) {
        return fail(format!(
            "there is no check {unknown}; cargo xtask test --list names them all"
        ));
    }
    let wanted = |check: &&Check| {
        if only.is_empty() {
            all || check.when == Always
        } else {
            only.iter().any(|name| name == check.name)
        }
    };
    Ok(CHECKS.iter().filter(wanted).collect())
}

/// What a usual run leaves to `--all`.
fn left_out(chosen: &[&Check]) -> Vec<&'static Check> {
    let here = |check: &Check| chosen.iter().any(|other| other.name == check.name);
    CHECKS.iter().filter(|check| !here(check)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(checks: &[&Check]) -> Vec<&'static str> {
        checks.iter().map(|check| check.name).collect()
    }

    #[test]
    fn names_are_unique_and_choosing_keeps_the_order() {
        for (number, check) in CHECKS.iter().enumerate() {
            let first = CHECKS.iter().position(|other| other.name == check.name);
            assert_eq!(first, Some(number));
        }
        let two = chosen(&["dist".to_owned(), "fmt".to_owned()], false).unwrap();
        assert_eq!(names(&two), ["fmt", "dist"]);
        assert_eq!(chosen(&[], true).unwrap().len(), CHECKS.len());
        assert!(chosen(&["fmtt".to_owned()], true).is_err());
    }

    #[test]
    fn a_check_comes_after_those_that_it_uses_and_a_usual_run_has_all_that_it_uses() {
        for (number, check) in CHECKS.iter().enumerate() {
            for name in check.after {
                let used = CHECKS.iter().position(|other| other.name == *name).unwrap();
                assert!(used < number, "{} after {name}", check.name);
                assert!(check.when == InAll || CHECKS[used].when == Always);
            }
        }
    }

    #[test]
    fn what_is_left_out_is_the_rest() {
        let usual = chosen(&[], false).unwrap();
        let left = left_out(&usual);
        assert_eq!(usual.len() + left.len(), CHECKS.len());
        assert!(left.iter().all(|check| check.when == InAll));
    }
}
