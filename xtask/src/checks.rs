//! `test`: all checks, as a table.

use std::env;
use std::path::Path;
use std::process::ExitCode;
use std::thread;
use std::time::Instant;

use crate::bench::instructions;
use crate::dist;
use crate::failure::{Because, Outcome, fail};
use crate::files;
use crate::project::Project;
use crate::server::Server;
use crate::setup::{self, Need};
use crate::toolbox::{Toolbox, line, run as run_command};

/// One check: a line in the table.
struct Check {
    name: &'static str,
    /// What holds when it passes.
    says: &'static str,
    needs: &'static [Need],
    run: Run,
}

enum Run {
    Cargo(&'static [&'static str]),
    Own(fn(&Project, &Toolbox) -> Outcome),
}

use Need::{Browser, Firefox, Kernel, Lints, PageTools, Peers, WasmTarget};
use Run::{Cargo, Own};

/// All checks, in the order in which they run.
const CHECKS: &[Check] = &[
    Check {
        name: "fmt",
        says: "the code has rustfmt's form",
        needs: &[Lints],
        run: Cargo(&["fmt", "--all", "--check"]),
    },
    Check {
        name: "clippy",
        says: "clippy has nothing to say about the native crates",
        needs: &[Lints],
        run: Cargo(&[
            "clippy",
            "--locked",
            "--workspace",
            "--exclude",
            "btfscope-web",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]),
    },
    Check {
        name: "clippy-web",
        says: "clippy has nothing to say about the page",
        needs: &[Lints, WasmTarget],
        run: Cargo(&[
            "clippy",
            "--locked",
            "-p",
            "btfscope-web",
            "--target",
            setup::WASM,
            "--",
            "-D",
            "warnings",
        ]),
    },
    Check {
        name: "release",
        says: "the command builds as it is shipped",
        needs: &[],
        run: Cargo(&["build", "--release", "-p", "btfscope"]),
    },
    Check {
        name: "unit",
        says: "unit and integration tests, recorded answers of kernels and libbpf, comparisons with other tools",
        needs: &[Peers],
        run: Own(unit),
    },
    Check {
        name: "unit-web",
        says: "what page and workers have in common, without a browser",
        needs: &[],
        run: Cargo(&["test", "--locked", "-p", "btfscope-web", "--lib"]),
    },
    Check {
        name: "doc",
        says: "the examples in the documentation run",
        needs: &[],
        run: Cargo(&["test", "--doc", "--workspace", "--exclude", "btfscope-web"]),
    },
    Check {
        name: "kernel",
        says: "tests on a distribution's kernel: those marked #[ignore]",
        needs: &[Peers, Kernel],
        run: Own(kernel),
    },
    Check {
        name: "instructions",
        says: "small jobs take about as many instructions as they did (counted where valgrind is)",
        needs: &[],
        run: Own(count),
    },
    Check {
        name: "dist",
        says: "the page builds as it is shipped and has its content security policy",
        needs: setup::PAGE,
        run: Own(page),
    },
    Check {
        name: "browser",
        says: "the page in a real browser",
        needs: &[WasmTarget, PageTools, Peers, Browser, Kernel],
        run: Own(browser),
    },
    Check {
        name: "firefox",
        says: "the result and the explorer in Firefox",
        needs: &[WasmTarget, PageTools, Peers, Browser, Firefox, Kernel],
        run: Own(firefox),
    },
];

/// What runs in Firefox too.
const IN_FIREFOX: [&str; 4] = ["sample", "types", "compare", "sources"];

#[derive(Debug, Default)]
pub struct Options {
    /// Names of checks; empty: all.
    pub only: Vec<String>,
    pub list: bool,
    pub keep_going: bool,
    pub yes: bool,
}

pub fn run(project: &Project, options: &Options) -> Outcome<ExitCode> {
    if options.list {
        for check in CHECKS {
            println!("{:<12} {}", check.name, check.says);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let chosen = chosen(&options.only)?;
    let mut needs = Vec::new();
    for need in chosen.iter().flat_map(|check| check.needs) {
        if !needs.contains(need) {
            needs.push(*need);
        }
    }
    let mut tools = setup::ready(project, &needs, options.yes)?;
    tools.set("BTFSCOPE_BIN", project.target.join("release/btfscope"));
    tools.set(
        "BTFSCOPE_SAMPLE",
        project.root.join("tests/sample/sample.elf"),
    );

    let (mut passed, mut failed) = (0, 0);
    for check in chosen {
        println!("== {}: {}", check.name, check.says);
        let start = Instant::now();
        let outcome = match check.run {
            Cargo(args) => run_command(&mut tools.cargo(args)),
            Own(own) => own(project, &tools),
        };
        let seconds = start.elapsed().as_secs_f64();
        match outcome {
            Ok(()) => {
                passed += 1;
                println!("== {}: passed in {seconds:.1} s", check.name);
            }
            Err(failure) => {
                failed += 1;
                println!("== {}: FAILED after {seconds:.1} s: {failure}", check.name);
                println!(
                    "   it runs alone by: cargo xtask test --only {}",
                    check.name
                );
                if !options.keep_going {
                    break;
                }
            }
        }
    }
    println!("{passed} passed, {failed} failed");
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn chosen(only: &[String]) -> Outcome<Vec<&'static Check>> {
    let known = |name: &String| CHECKS.iter().any(|check| check.name == name);
    if let Some(unknown) = only.iter().find(|name| !known(name)) {
        return fail(format!(
            "there is no check {unknown}; cargo xtask test --list names them all"
        ));
    }
    let wanted = |check: &&Check| only.is_empty() || only.iter().any(|name| name == check.name);
    Ok(CHECKS.iter().filter(wanted).collect())
}

/// cargo-nextest where it is there, since it shows durations and runs test binaries side by side.
fn has_nextest(tools: &Toolbox) -> bool {
    tools.find("cargo-nextest").is_some()
}

const NATIVE: &[&str] = &["--workspace", "--exclude", "btfscope-web"];

fn unit(_: &Project, tools: &Toolbox) -> Outcome {
    let head: &[&str] = if has_nextest(tools) {
        &["nextest", "run"]
    } else {
        &["test", "--all-targets"]
    };
    run_command(tools.cargo(head).args(NATIVE))
}

/// The tests that only a real kernel can feed are marked `#[ignore]`, so that a plain `cargo test`
/// stays quick; here they run, and there must be some.
fn kernel(_: &Project, tools: &Toolbox) -> Outcome {
    run_command(&mut tools.cargo(["build", "--release", "-p", "btfscope"]))?;
    if has_nextest(tools) {
        let mut nextest = tools.cargo([
            "nextest",
            "run",
            "--run-ignored",
            "only",
            "--no-tests",
            "fail",
        ]);
        // Each of them takes a core or more and much memory.
        nextest.args(["--test-threads", "1"]);
        return run_command(nextest.args(NATIVE));
    }
    let mut list = tools.cargo(["test", "--all-targets"]);
    list.args(NATIVE)
        .args(["--", "--ignored", "--list", "--format", "terse"]);
    let output = list
        .output()
        .map(|out| String::from_utf8_lossy(&out.stdout).into_owned());
    if !output.is_ok_and(|listed| listed.lines().any(|line| line.ends_with(": test"))) {
        return fail(format!(
            "`{}` lists no test: nothing would be checked",
            line(&list)
        ));
    }
    let mut test = tools.cargo(["test", "--all-targets"]);
    run_command(
        test.args(NATIVE)
            .args(["--", "--ignored", "--test-threads", "1"]),
    )
}

fn count(project: &Project, tools: &Toolbox) -> Outcome {
    run_command(&mut tools.cargo(["build", "--release", "-p", "btfscope"]))?;
    instructions::run(project, tools, false)
}

fn page(project: &Project, tools: &Toolbox) -> Outcome {
    dist::build(project, tools, &project.dist())
}

/// Runs `tests/browser/*.test.mjs` against the built page, served as `serve` does.
fn browser(project: &Project, tools: &Toolbox) -> Outcome {
    run_in_browser(project, tools, None)
}

/// Some of them in Firefox.
fn firefox(project: &Project, tools: &Toolbox) -> Outcome {
    let Some(firefox) = setup::firefox(tools) else {
        return fail("there is no firefox-esr and no firefox on PATH");
    };
    run_in_browser(project, tools, Some(&firefox))
}

fn run_in_browser(project: &Project, tools: &Toolbox, firefox: Option<&Path>) -> Outcome {
    if !dist::is_fresh(project)? {
        page(project, tools)?;
    }
    run_command(&mut tools.cargo(["build", "--release", "-p", "btfscope"]))?;
    let folder = project.root.join("tests/browser");
    let mut tests = files::under(&folder)?;
    tests.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.strip_suffix(".test.mjs")
            .is_some_and(|stem| firefox.is_none() || IN_FIREFOX.contains(&stem))
    });
    if tests.is_empty() {
        return fail(format!("there is no *.test.mjs in {}", folder.display()));
    }
    let server = Server::bind(&project.dist(), 0)?;
    let address = server.address();
    thread::spawn(move || server.run());
    let own = env::current_exe().because("looking for this program")?;
    // One after the other: every one of them starts a browser that wants both cores.
    for test in tests {
        let mut node = tools.command("node")?;
        node.env("BTFSCOPE_DIST", project.dist());
        node.env("BTFSCOPE_XTASK", &own);
        node.env("BTFSCOPE_URL", &address);
        if let Some(firefox) = firefox {
            node.env("BTFSCOPE_FIREFOX", firefox);
        }
        run_command(node.arg("--test").arg(test))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_choosing_keeps_the_order() {
        for (number, check) in CHECKS.iter().enumerate() {
            let first = CHECKS.iter().position(|other| other.name == check.name);
            assert_eq!(first, Some(number));
        }
        let names: Vec<_> = chosen(&["dist".to_owned(), "fmt".to_owned()])
            .unwrap()
            .iter()
            .map(|check| check.name)
            .collect();
        assert_eq!(names, ["fmt", "dist"]);
        assert_eq!(chosen(&[]).unwrap().len(), CHECKS.len());
        assert!(chosen(&["fmtt".to_owned()]).is_err());
    }
}
