//! Kernels and their modules against pahole, as a table.

use std::fs;
use std::path::{Path, PathBuf};

use super::Bench;
use super::inputs::Input;
use super::judge::{Pair, Reference, Verdict, judge, own_types};
use super::table::{grouped, table};
use crate::failure::{Because, Outcome};

/// Where the results for a kernel go.
pub fn folder(bench: &Bench, input: &Input) -> Outcome<PathBuf> {
    let folder = bench.work.join(&input.kernel.name);
    fs::create_dir_all(&folder).because(format!("making {}", folder.display()))?;
    Ok(folder)
}

pub fn pair(folder: &Path, file: &Path) -> Pair {
    let stem = file.file_name().unwrap_or_default().to_string_lossy();
    Pair {
        ours: folder.join(format!("{stem}.ours.btf")),
        theirs: folder.join(format!("{stem}.pahole.btf")),
    }
}

pub fn run(bench: &Bench, reference: &Reference, inputs: &[Input]) -> Outcome<bool> {
    println!("== kernels and modules");
    let mut rows = Vec::new();
    let (mut bad, mut alike, mut modules) = (Vec::new(), 0, 0);
    for input in inputs {
        let folder = folder(bench, input)?;
        let base = pair(&folder, &input.vmlinux).theirs;
        let files = [&input.vmlinux].into_iter().chain(&input.modules);
        let many = input.modules.len() > 20;
        for (number, file) in files.enumerate() {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let on = (number > 0).then_some(base.as_path());
            let title = format!("{} {name}", input.release);
            if on.is_some() && !reference.good_on_modules {
                rows.push(row(
                    &title,
                    &["–", "not compared", "–", "–", "libbpf is too old"],
                ));
                continue;
            }
            let verdict = judge(bench, reference, file, on, &pair(&folder, file));
            if on.is_some() {
                modules += 1;
                alike += usize::from(verdict.as_ref().is_ok_and(|verdict| verdict.same_dump));
            }
            match verdict {
                Ok(verdict) => {
                    if !verdict.good() {
                        println!("differs: {title}");
                        for line in &verdict.details {
                            println!("    {}", shortened(line));
                        }
                        bad.push(title.clone());
                    }
                    // Of hundreds of modules only those are told that are not the same.
                    if !many || on.is_none() || !verdict.same_dump {
                        rows.push(verdict_row(&title, &verdict));
                    }
                }
                Err(failure) => {
                    println!("failed: {title}: {failure}");
                    rows.push(row(&title, &["–", "–", "–", "–", "failed"]));
                    bad.push(title);
                }
            }
        }
        if input.builds_change_types() {
            bad.extend(own(bench, input, &folder));
        }
        println!("{} ({}): done", input.release, input.kernel.says);
    }
    println!(
        "\n{}",
        table(
            &[
                "file",
                "types",
                "raw dump",
                "differing",
                "left out",
                "verdict"
            ],
            &rows
        )
    );
    println!("modules: {alike} of {modules} have the same dump");
    for title in &bad {
        println!("differs: {title}");
    }
    Ok(bad.is_empty())
}

/// Compares a kernel and its modules with their own `.BTF`; returns those that differ.
fn own(bench: &Bench, input: &Input, folder: &Path) -> Vec<String> {
    let out = folder.join("as-kernel.btf");
    let kernel = &input.vmlinux;
    let mut bad = Vec::new();
    let (mut modules, mut same, mut again) = (0, 0, 0);
    for file in [kernel].into_iter().chain(&input.modules) {
        let base = (file != kernel).then_some(kernel.as_path());
        modules += usize::from(base.is_some());
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let title = format!("{} {name} --as-kernel", input.release);
        match own_types(bench, file, base, &out) {
            Ok(types) if types.are_same() && base.is_none() => println!(
                "{}: as the kernel itself has it, {} types",
                input.release,
                grouped(types.types.0)
            ),
            Ok(types) if types.are_same() => match types.lines {
                0 => same += 1,
                _ => again += 1,
            },
            Ok(types) => {
                let lines = types.lines_again.unwrap_or(types.lines);
                println!("{title}: {lines} lines differ from its own .BTF");
                bad.push(title);
            }
            Err(failure) => {
                println!("failed: {title}: {failure}");
                bad.push(title);
            }
        }
    }
    println!(
        "{}: modules as their own .BTF: {same} the same, {again} once types of the base that it repeats are taken away, {} differ",
        input.release,
        modules - same - again
    );
    bad
}

fn row(title: &str, cells: &[&str]) -> Vec<String> {
    let cells = cells.iter().map(|&cell| cell.to_owned());
    [title.to_owned()].into_iter().chain(cells).collect()
}

fn verdict_row(title: &str, verdict: &Verdict) -> Vec<String> {
    let dump = match (verdict.same_dump, verdict.differing) {
        (true, _) => "the same",
        (false, 0) => "another order",
        (false, _) => "differs",
    };
    let skipped = match verdict.skipped {
        None => "–".to_owned(),
        Some((own, other)) if own == other => grouped(own),
        Some((own, other)) => format!("{} / {}", grouped(own), grouped(other)),
    };
    row(
        title,
        &[
            &grouped(verdict.types),
            dump,
            &grouped(verdict.differing),
            &skipped,
            if verdict.good() { "" } else { "DIFFERS" },
        ],
    )
}

fn shortened(line: &str) -> String {
    line.chars().take(240).collect()
}
