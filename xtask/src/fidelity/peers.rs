//! Other people's readers on what we write: they must take it, count as we count, and refuse a damaged copy.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Bench;
use super::inputs::Input;
use super::judge::{bpftool, btfscope, quiet};
use super::kernels::{folder, pair};
use super::table::{grouped, table};
use crate::failure::{Because, Outcome, fail};

/// A file of ours, and its base.
struct Subject<'a> {
    file: &'a Path,
    base: Option<&'a Path>,
    counts: Counts,
}

/// What our own reader finds in a file.
#[derive(Clone, Copy)]
struct Counts {
    types: usize,
    decl_tags: usize,
    /// Names of structures and unions, those of the base with them.
    aggregates: usize,
}

struct Reader {
    name: String,
    /// How many types it is expected to find; those of readers that count otherwise are told by `says`.
    expects: fn(Counts) -> usize,
    read: fn(&Bench, &Subject) -> Outcome<usize>,
}

pub fn run(bench: &Bench, inputs: &[Input]) -> Outcome<bool> {
    println!("== peers");
    build(bench)?;
    let readers = readers(bench)?;
    let mut rows = Vec::new();
    let mut bad = Vec::new();
    for input in inputs {
        let folder = folder(bench, input)?;
        let base = pair(&folder, &input.vmlinux).ours;
        let files = [&input.vmlinux]
            .into_iter()
            .chain(input.modules.iter().take(7));
        for (number, file) in files.enumerate() {
            // A module's BTF of ours may stand on pahole's base after a comparison: it is made anew.
            let own = match number {
                0 => base.clone(),
                _ => folder.join("module.btf"),
            };
            let on = (number > 0).then_some(base.as_path());
            encode(bench, file, on, &own)?;
            let subject = Subject {
                file: &own,
                base: on,
                counts: counts(bench, &own, on)?,
            };
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let mut row = vec![
                format!("{} {name}", input.release),
                grouped(subject.counts.types),
            ];
            for reader in &readers {
                let (cell, good) = verdict(bench, reader, &subject, &folder)?;
                if !good {
                    bad.push(format!("{}: {} {name}: {cell}", reader.name, input.release));
                }
                row.push(cell);
            }
            rows.push(row);
        }
        if input.kernel.name != "s390x" && input.kernel.name != "armel" {
            match header(bench, &base, &folder) {
                Ok(lines) => println!(
                    "{}: the C header compiles and a CO-RE program on it ({lines} lines)",
                    input.release
                ),
                Err(failure) => bad.push(format!("{}: C header: {failure}", input.release)),
            }
        }
    }
    let names: Vec<&str> = ["file", "types"]
        .into_iter()
        .chain(readers.iter().map(|reader| reader.name.as_str()))
        .collect();
    println!("\n{}", table(&names, &rows));
    for line in &bad {
        println!("refused: {line}");
    }
    Ok(bad.is_empty())
}

/// Programs that are written on others' libraries.
fn build(bench: &Bench) -> Outcome {
    let out = bench.work.join("cilium");
    let mut go = go(bench)?;
    go.current_dir(bench.project.root.join("tests/peers/cilium"));
    quiet(go.args(["build", "-o"]).arg(&out).arg("."))?;
    let mut cargo = bench
        .tools
        .cargo(["build", "--quiet", "--example", "btf_rs"]);
    quiet(cargo.args(["-p", "btfscope-engine-tests"]))?;
    Ok(())
}

fn go(bench: &Bench) -> Outcome<Command> {
    match bench.tools.var("GOROOT") {
        Some(root) => Ok(bench.tools.command_at(&Path::new(root).join("bin/go"))),
        None => fail("the set-up gave no Go"),
    }
}

fn readers(bench: &Bench) -> Outcome<Vec<Reader>> {
    let version = quiet(bpftool(bench)?.arg("version"))?;
    let words: Vec<&str> = version.split_whitespace().collect();
    let bpftool = words.get(1).copied().unwrap_or("bpftool");
    let libbpf = words.get(4).copied().unwrap_or("libbpf");
    let pahole = match bench.tools.var("BTFSCOPE_PAHOLE") {
        Some(path) => quiet(bench.tools.command_at(Path::new(path)).arg("--version"))?,
        None => return fail("the set-up gave no pahole"),
    };
    Ok(vec![
        Reader {
            name: format!("bpftool {bpftool}, libbpf {libbpf}"),
            expects: |counts| counts.types,
            read: by_bpftool,
        },
        Reader {
            name: "cilium/ebpf".to_owned(),
            // It hangs declaration tags on what they mark.
            expects: |counts| counts.types - counts.decl_tags,
            read: by_cilium,
        },
        Reader {
            name: "btf-rs".to_owned(),
            expects: |counts| counts.types,
            read: by_btf_rs,
        },
        Reader {
            name: format!("pahole {}", pahole.trim()),
            // It prints each structure and union by its name, those of the base too.
            expects: |counts| counts.aggregates,
            read: by_pahole,
        },
    ])
}

/// What a reader makes of a file, and whether that is as it should be.
fn verdict(
    bench: &Bench,
    reader: &Reader,
    subject: &Subject,
    folder: &Path,
) -> Outcome<(String, bool)> {
    let expected = (reader.expects)(subject.counts);
    let cell = match (reader.read)(bench, subject) {
        Err(failure) => return Ok((failure.to_string(), false)),
        Ok(found) if found != expected => return Ok((grouped(found), false)),
        Ok(found) => grouped(found),
    };
    for (damage, path) in damaged(subject, folder)? {
        let broken = Subject {
            file: &path,
            ..*subject
        };
        if let Ok(found) = (reader.read)(bench, &broken)
            && found == expected
        {
            return Ok((format!("takes a copy with {damage}"), false));
        }
    }
    Ok((cell, true))
}

/// Copies that no reader may take: with half of the bytes, and with a kind that is none.
fn damaged(subject: &Subject, folder: &Path) -> Outcome<Vec<(&'static str, PathBuf)>> {
    let bytes = fs::read(subject.file).because(format!("reading {}", subject.file.display()))?;
    let half = folder.join("damaged-half.btf");
    let half_bytes = bytes.get(..bytes.len() / 2).unwrap_or_default();
    fs::write(&half, half_bytes).because("writing a damaged copy")?;
    let kind = folder.join("damaged-kind.btf");
    let mut kind_bytes = bytes;
    // The first type's second word, behind the header of 24 bytes; its kind is in the highest byte.
    let little = kind_bytes.first() == Some(&0x9f);
    if let Some(byte) = kind_bytes.get_mut(24 + 4 + if little { 3 } else { 0 }) {
        *byte = 0x7e;
    }
    fs::write(&kind, kind_bytes).because("writing a damaged copy")?;
    Ok(vec![("half of the bytes", half), ("an unknown kind", kind)])
}

fn encode(bench: &Bench, file: &Path, base: Option<&Path>, out: &Path) -> Outcome {
    let mut command = btfscope(bench)?;
    command.arg("encode").arg(file).arg("-o").arg(out);
    if let Some(base) = base {
        command.arg("--base").arg(base);
    }
    quiet(&mut command).map(|_| ())
}

fn counts(bench: &Bench, file: &Path, base: Option<&Path>) -> Outcome<Counts> {
    let raw = |file: &Path, base: Option<&Path>| -> Outcome<String> {
        let mut dump = btfscope(bench)?;
        dump.arg("dump").arg(file).args(["--format", "raw"]);
        if let Some(base) = base {
            dump.arg("--base").arg(base);
        }
        quiet(&mut dump)
    };
    let own = raw(file, base)?;
    let below = base.map(|base| raw(base, None)).transpose()?;
    let types = || own.lines().filter(|line| line.starts_with('['));
    let names = own
        .lines()
        .chain(below.iter().flat_map(|text| text.lines()));
    let names: BTreeSet<&str> = names.filter_map(aggregate).collect();
    Ok(Counts {
        types: types().count(),
        decl_tags: types().filter(|line| line.contains("] DECL_TAG ")).count(),
        aggregates: names.len(),
    })
}

/// The name in `[3] STRUCT 'name' size=8 vlen=1`.
fn aggregate(line: &str) -> Option<&str> {
    let (_, rest) = line.strip_prefix('[')?.split_once("] ")?;
    let rest = rest
        .strip_prefix("STRUCT '")
        .or_else(|| rest.strip_prefix("UNION '"))?;
    let (name, _) = rest.split_once('\'')?;
    (name != "(anon)").then_some(name)
}

/// libbpf by way of bpftool: types, and C.
fn by_bpftool(bench: &Bench, subject: &Subject) -> Outcome<usize> {
    let dump = |format: &str| -> Outcome<String> {
        let mut command = bpftool(bench)?;
        if let Some(base) = subject.base {
            command.arg("-B").arg(base);
        }
        command.args(["btf", "dump", "file"]).arg(subject.file);
        quiet(command.args(["format", format]))
    };
    let raw = dump("raw")?;
    if !dump("c")?.contains("#ifndef __VMLINUX_H__") {
        return fail("bpftool prints no C");
    }
    Ok(raw.lines().filter(|line| line.starts_with('[')).count())
}

fn by_cilium(bench: &Bench, subject: &Subject) -> Outcome<usize> {
    counted(bench, &bench.work.join("cilium"), subject)
}

fn by_btf_rs(bench: &Bench, subject: &Subject) -> Outcome<usize> {
    let program = bench.project.target.join("debug/examples/btf_rs");
    counted(bench, &program, subject)
}

/// A program that prints how many types it found in FILE [BASE].
fn counted(bench: &Bench, program: &Path, subject: &Subject) -> Outcome<usize> {
    let mut command = bench.tools.command_at(program);
    command.arg(subject.file).args(subject.base);
    let text = quiet(&mut command)?;
    text.trim().parse().because(format!(
        "{} prints no number",
        program.file_name().unwrap_or_default().display()
    ))
}

/// pahole reads BTF as it reads DWARF, and works out the layout of each structure.
fn by_pahole(bench: &Bench, subject: &Subject) -> Outcome<usize> {
    let Some(path) = bench.tools.var("BTFSCOPE_PAHOLE") else {
        return fail("the set-up gave no pahole");
    };
    let mut command = bench.tools.command_at(Path::new(path));
    command.args(["-F", "btf", "--sizes"]);
    if let Some(base) = subject.base {
        let mut option = std::ffi::OsString::from("--btf_base=");
        option.push(base);
        command.arg(option);
    }
    let text = quiet(command.arg(subject.file))?;
    let names: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.split('\t').next())
        .collect();
    Ok(names.len())
}

/// The kernel's types as a C header compile, and a program that is relocated against them.
fn header(bench: &Bench, base: &Path, folder: &Path) -> Outcome<usize> {
    let mut dump = btfscope(bench)?;
    let text = quiet(dump.arg("dump").arg(base).args(["--format", "c"]))?;
    fs::write(folder.join("vmlinux.h"), &text).because("writing the header")?;
    let program = bench.project.root.join("tests/peers/core.bpf.c");
    let object = folder.join("core.bpf.o");
    let mut clang = bench.tools.command("clang")?;
    clang.args(["-target", "bpf", "-g", "-O2", "-Wall", "-Werror"]);
    // Newer kernels are compiled so, and have members without names that have a tag.
    clang.args(["-fms-extensions", "-Wno-microsoft-anon-tag", "-I"]);
    clang
        .arg(folder)
        .arg("-c")
        .arg(program)
        .arg("-o")
        .arg(&object);
    quiet(&mut clang)?;
    // libbpf reads the program's BTF and the records of what is to be relocated against the kernel's.
    let small = folder.join("core.btf");
    let mut reduce = bpftool(bench)?;
    reduce.args(["gen", "min_core_btf"]);
    quiet(reduce.arg(base).arg(&small).arg(&object))?;
    let dump = quiet(
        bpftool(bench)?
            .args(["btf", "dump", "file"])
            .arg(&small)
            .args(["format", "raw"]),
    )?;
    if !dump.contains("STRUCT 'task_struct'") {
        return fail("bpftool gen min_core_btf finds no task_struct for the program");
    }
    Ok(text.lines().count())
}
