//! Two encoders on one file, and whether they say the same.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Bench;
use crate::failure::{Because, Outcome, fail};
use crate::setup::PAHOLE;
use crate::toolbox::line;

/// What the kernel build asks for.
const FEATURES: &str = "--btf_features=encode_force,var,float,enum64,decl_tag,type_tag,optimized_func,consistent_func,decl_tag_kfuncs";

/// The pahole that we are held against.
pub struct Reference {
    program: PathBuf,
    version: String,
    /// Whether its libbpf finds a base's typedefs again; libbpf 1.6 and 1.7 do not.
    pub good_on_modules: bool,
}

impl Reference {
    pub fn find(bench: &Bench) -> Outcome<Self> {
        let Some(program) = bench.tools.var("BTFSCOPE_PAHOLE").map(PathBuf::from) else {
            return fail("the set-up gave no pahole");
        };
        let output = bench.tools.command_at(&program).arg("--version").output();
        let output = output.because(format!("starting {}", program.display()))?;
        let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if version.is_empty() {
            return fail(format!("{} says no version", program.display()));
        }
        let mut reference = Self {
            program,
            version,
            good_on_modules: false,
        };
        reference.good_on_modules = reference.finds_typedefs(bench)?;
        Ok(reference)
    }

    pub fn says(&self) -> String {
        let mut text = format!("reference: pahole {}", self.version);
        if self.version != format!("v{PAHOLE}") {
            text += &format!(", NOT {PAHOLE}: differences may be its own");
        }
        if !self.good_on_modules {
            text += "; its libbpf does not find a base's typedefs (1.6 and 1.7 do not): modules are not compared. \
                     BTFSCOPE_LIBBPF names a folder with libbpf.so.1 of 1.8 or newer";
        }
        text
    }

    /// A typedef of the base must not stand in a module's BTF once more.
    fn finds_typedefs(&self, bench: &Bench) -> Outcome<bool> {
        let folder = bench.work.join("probe");
        fs::create_dir_all(&folder).because(format!("making {}", folder.display()))?;
        let base = "typedef int probe_t; struct s { probe_t a; }; struct s x; probe_t f(struct s *p) { return p->a; }";
        let module = "typedef int probe_t; struct s { probe_t a; }; struct t { struct s s; probe_t b; }; struct t y;";
        for (name, code) in [("base", base), ("module", module)] {
            let source = folder.join(format!("{name}.c"));
            fs::write(&source, code).because("writing a probe")?;
            let mut gcc = bench.tools.command("gcc")?;
            gcc.args(["-g", "-c", "-o"])
                .arg(folder.join(format!("{name}.o")));
            quiet(gcc.arg(source))?;
        }
        let base = folder.join("base.btf");
        let module = folder.join("module.btf");
        self.encode(bench, &folder.join("base.o"), None, &base)?;
        self.encode(bench, &folder.join("module.o"), Some(&base), &module)?;
        let dump = raw_dump(bench, &module, Some(&base))?;
        if !dump.contains("STRUCT 't'") {
            return fail(format!(
                "{} makes no BTF of a module",
                self.program.display()
            ));
        }
        Ok(!dump.contains("TYPEDEF 'probe_t'"))
    }

    fn command(&self, bench: &Bench, file: &Path, base: Option<&Path>, out: &Path) -> Command {
        let mut pahole = bench.tools.command_at(&self.program);
        pahole.args(["-J", FEATURES, "--lang_exclude=rust"]);
        pahole.arg(with("--btf_encode_detached=", out));
        if let Some(base) = base {
            pahole.arg(with("--btf_base=", base));
        }
        pahole.arg(file);
        pahole
    }

    /// It often ends well without a result, so the result must be there and not be empty.
    fn encode(&self, bench: &Bench, file: &Path, base: Option<&Path>, out: &Path) -> Outcome {
        let _ = fs::remove_file(out);
        let mut pahole = self.command(bench, file, base, out);
        let output = pahole.output().because("starting pahole")?;
        self.made(out, &String::from_utf8_lossy(&output.stderr))
    }

    fn made(&self, out: &Path, complaint: &str) -> Outcome {
        match fs::metadata(out) {
            Ok(meta) if meta.len() > 0 => Ok(()),
            _ => fail(format!(
                "pahole made no BTF: {}",
                complaint.lines().next().unwrap_or("it says nothing")
            )),
        }
    }

    /// Encodes a kernel, and reads from what it says which functions it leaves out. Its words are some 400 MB.
    fn encode_telling(&self, bench: &Bench, file: &Path, out: &Path) -> Outcome<BTreeSet<String>> {
        let _ = fs::remove_file(out);
        let mut pahole = self.command(bench, file, None, out);
        let child = pahole
            .arg("-V")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut child = child.because("starting pahole")?;
        let mut skipped = BTreeSet::new();
        if let Some(stdout) = child.stdout.take() {
            let mut lines = BufReader::with_capacity(1 << 20, stdout);
            let mut line = Vec::new();
            loop {
                line.clear();
                if lines
                    .read_until(b'\n', &mut line)
                    .because("reading pahole's words")?
                    == 0
                {
                    break;
                }
                let text = String::from_utf8_lossy(&line);
                if let Some((name, _)) =
                    text.split_once(" : skipping BTF encoding of function due to ")
                {
                    skipped.insert(name.to_owned());
                }
            }
        }
        child.wait().because("waiting for pahole")?;
        self.made(out, "").map(|()| skipped)
    }
}

/// What came of one file.
pub struct Verdict {
    /// Types of ours.
    pub types: usize,
    /// Same ids, same names, same everything that bpftool prints.
    pub same_dump: bool,
    /// Signatures that one side alone has, counted without our code; none where the dumps are the same.
    pub differing: usize,
    /// Functions left out: ours and theirs, where that was counted.
    pub skipped: Option<(usize, usize)>,
    /// What differs, for people.
    pub details: Vec<String>,
}

impl Verdict {
    pub fn good(&self) -> bool {
        let counts = self.skipped.is_none_or(|(own, other)| own == other);
        self.same_dump && counts
    }
}

/// Where the two results are.
pub struct Pair {
    pub ours: PathBuf,
    pub theirs: PathBuf,
}

/// Encodes `file` twice and compares. A module is based on `base` on both sides: what differs is its own.
pub fn judge(
    bench: &Bench,
    reference: &Reference,
    file: &Path,
    base: Option<&Path>,
    pair: &Pair,
) -> Outcome<Verdict> {
    let (told, functions) = ours(bench, file, base, &pair.ours)?;
    let skipped = if base.is_none() {
        let theirs = reference.encode_telling(bench, file, &pair.theirs)?;
        Some((told, theirs.len()))
    } else {
        reference.encode(bench, file, base, &pair.theirs)?;
        None
    };
    let (own, other) = (
        raw_dump(bench, &pair.ours, base)?,
        raw_dump(bench, &pair.theirs, base)?,
    );
    let mut verdict = Verdict {
        types: types_in(&own),
        same_dump: own == other,
        differing: 0,
        skipped,
        details: Vec::new(),
    };
    if verdict.types == 0 && functions > 0 {
        return fail(format!("bpftool finds no types in {}", pair.ours.display()));
    }
    if !verdict.same_dump {
        let signatures = differing(bench, pair, base)?;
        verdict.differing = signatures.iter().map(|(_, count)| count).sum();
        verdict.details = signatures
            .iter()
            .take(6)
            .map(|(text, _)| text.clone())
            .collect();
        if signatures.is_empty() {
            verdict.details.push(first_difference(&own, &other));
        }
        // Names with several definitions: their graphs, as our own comparison walks them.
        verdict.details.extend(by_meaning(bench, pair, base)?);
    }
    Ok(verdict)
}

/// How what `encode --as-kernel` makes compares with the `.BTF` that the kernel's build put into the file.
pub struct OwnTypes {
    /// Types of ours, and of the file's own.
    pub types: (usize, usize),
    /// Lines that differ, as bpftool prints them.
    pub lines: usize,
    /// Lines that differ after both were deduplicated once more, if that was necessary.
    pub lines_again: Option<usize>,
}

impl OwnTypes {
    /// Whether both have the same types. An encoder whose libbpf does not find a base's typedefs repeats types of the base;
    /// one more dedup takes these away.
    pub fn are_same(&self) -> bool {
        self.lines == 0 || self.lines_again == Some(0)
    }
}

/// Encodes a kernel, or a module on its kernel, to the types that it carries, and compares them with its own.
pub fn own_types(bench: &Bench, file: &Path, base: Option<&Path>, out: &Path) -> Outcome<OwnTypes> {
    let on = |mut command: Command| -> Command {
        if let Some(base) = base {
            command.arg("--base").arg(base);
        }
        command
    };
    let _ = fs::remove_file(out);
    let mut encode = btfscope(bench)?;
    encode.arg("encode").arg(file).arg("-o").arg(out);
    quiet(on(encode).arg("--as-kernel"))?;
    let (own, other) = (raw_dump(bench, out, base)?, raw_dump(bench, file, base)?);
    let types = (types_in(&own), types_in(&other));
    if types.1 == 0 {
        return fail(format!("{} has no types of its own", file.display()));
    }
    let lines = differing_lines(&own, &other);
    let again = |from: &Path, name: &str| -> Outcome<String> {
        let to = out.with_extension(name);
        let mut dedup = btfscope(bench)?;
        dedup.arg("dedup").arg(from).arg("-o").arg(&to);
        quiet(on(dedup).arg("--sort"))?;
        raw_dump(bench, &to, base)
    };
    let lines_again = match lines > 0 && base.is_some() {
        true => Some(differing_lines(&again(out, "ours")?, &again(file, "own")?)),
        false => None,
    };
    Ok(OwnTypes {
        types,
        lines,
        lines_again,
    })
}

fn differing_lines(own: &str, other: &str) -> usize {
    let lengths = own.lines().count().abs_diff(other.lines().count());
    let pairs = own.lines().zip(other.lines());
    lengths + pairs.filter(|(own, other)| own != other).count()
}

fn types_in(dump: &str) -> usize {
    dump.lines().filter(|line| line.starts_with('[')).count()
}

/// Encodes with btfscope; how many functions it leaves out and how many it keeps.
fn ours(bench: &Bench, file: &Path, base: Option<&Path>, out: &Path) -> Outcome<(usize, usize)> {
    let _ = fs::remove_file(out);
    let mut command = btfscope(bench)?;
    command.arg("encode").arg(file).arg("-o").arg(out);
    command.args(["--stats", "json"]);
    if let Some(base) = base {
        command.arg("--base").arg(base);
    }
    let output = command.output().because("starting btfscope")?;
    if !output.status.success() {
        return fail(format!(
            "btfscope: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        ));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let number = |name: &str| -> Option<usize> {
        let functions = text.split("\"functions\"").nth(1)?;
        let after = functions.split(&format!("\"{name}\":")).nth(1)?;
        let digits: String = after
            .trim_start()
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        digits.parse().ok()
    };
    match (number("skipped"), number("kept")) {
        (Some(skipped), Some(kept)) => Ok((skipped, kept)),
        _ => fail("btfscope encode --stats json names no functions"),
    }
}

pub fn btfscope(bench: &Bench) -> Outcome<Command> {
    match bench.tools.var("BTFSCOPE_BIN") {
        Some(path) => Ok(bench.tools.command_at(Path::new(path))),
        None => fail("the set-up gave no btfscope"),
    }
}

/// The types as bpftool prints them.
fn raw_dump(bench: &Bench, file: &Path, base: Option<&Path>) -> Outcome<String> {
    let mut command = bpftool(bench)?;
    if let Some(base) = base {
        command.arg("-B").arg(base);
    }
    command.args(["btf", "dump", "file"]).arg(file);
    quiet(command.args(["format", "raw"]))
}

pub fn bpftool(bench: &Bench) -> Outcome<Command> {
    match bench.tools.var("BTFSCOPE_BPFTOOL") {
        Some(path) => Ok(bench.tools.command_at(Path::new(path))),
        None => fail("the set-up gave no bpftool"),
    }
}

/// What a program prints, if it succeeds.
pub fn quiet(command: &mut Command) -> Outcome<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .because(format!("starting `{}`", line(command)))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    fail(format!(
        "`{}` failed ({}): {}",
        line(command),
        output.status,
        complaint.lines().last().unwrap_or("it says nothing")
    ))
}

/// `tests/fidelity/btfcmp.py` compares by meaning without any of our code: signatures of one side alone.
fn differing(bench: &Bench, pair: &Pair, base: Option<&Path>) -> Outcome<Vec<(String, usize)>> {
    let mut python = bench.tools.command("python3")?;
    python.arg("tests/fidelity/btfcmp.py");
    python.arg(&pair.ours).arg(&pair.theirs);
    python.args(["--show", "10000"]);
    if let Some(base) = base {
        python.arg("--base").arg(base);
    }
    let output = python.output().because("starting btfcmp.py")?;
    let text = String::from_utf8_lossy(&output.stdout);
    if !matches!(output.status.code(), Some(0 | 1)) || !text.contains("difference: ") {
        return fail(format!(
            "btfcmp.py cannot compare: {}",
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    let mut side = "";
    let mut found = Vec::new();
    for line in text.lines() {
        if line.starts_with("only in A") {
            side = "ours";
        } else if line.starts_with("only in B") {
            side = "pahole's";
        } else if let Some((count, signature)) = line
            .strip_prefix("   x")
            .and_then(|rest| rest.split_once(' '))
        {
            found.push((format!("{side}: {signature}"), count.parse().unwrap_or(1)));
        }
    }
    Ok(found)
}

fn by_meaning(bench: &Bench, pair: &Pair, base: Option<&Path>) -> Outcome<Vec<String>> {
    let mut diff = btfscope(bench)?;
    diff.arg("diff").arg(&pair.ours).arg(&pair.theirs);
    if let Some(base) = base {
        diff.arg("--base").arg(base);
    }
    let output = diff.output().because("starting btfscope")?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(match output.status.code() {
        Some(0) => vec!["btfscope diff: the same types".to_owned()],
        Some(1) => text
            .lines()
            .take(4)
            .map(|line| format!("btfscope diff: {line}"))
            .collect(),
        _ => vec![format!(
            "btfscope diff: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        )],
    })
}

fn first_difference(own: &str, other: &str) -> String {
    let both = own.lines().zip(other.lines());
    match both.clone().find(|(a, b)| a != b) {
        Some((a, b)) => {
            format!("the same types in another order, from here on: ours `{a}`, pahole's `{b}`")
        }
        None => "one dump is the beginning of the other".to_owned(),
    }
}

fn with(option: &str, path: &Path) -> std::ffi::OsString {
    let mut arg = std::ffi::OsString::from(option);
    arg.push(path);
    arg
}
