//! A cell built, encoded twice, compared, and its header compiled.

use crate::asserts::{Place, asserts, count};
use crate::build::Builder;
use crate::cell::{Cell, Form, Reference};
use crate::compare::{Relation, compare, json};
use crate::explained::explain;
use crate::kernel::Kernel;
use crate::memo::Memo;
use crate::peers::Peers;
use crate::run::Workbench;
use crate::toolchain::Toolchains;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// How a cell came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The same types under the same ids.
    Identical,
    /// The same types in another order.
    SameTypes,
    /// Something differs or fails, and entries of the list explain all of it.
    Explained,
    /// Something differs or fails.
    Failed,
}

/// What became of a cell.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// How it came out.
    pub status: Status,
    /// What differs or failed; empty if nothing.
    pub detail: String,
    /// The entries of the list that explain it.
    pub reasons: Vec<usize>,
    /// How many types our BTF has.
    pub types: usize,
    /// How many static assertions held in its header and, for C of one source, in the source.
    pub asserts: usize,
}

/// Judges cells.
#[derive(Debug)]
pub struct Judge<'a> {
    bench: &'a Workbench,
    tools: &'a Toolchains,
    peers: &'a Peers,
    builder: Builder<'a>,
    kernel: Kernel,
    number: AtomicUsize,
    references: Memo<Result<PathBuf, String>>,
    compiled: Memo<Result<(), String>>,
}

impl<'a> Judge<'a> {
    /// A judge in this workbench.
    ///
    /// # Errors
    ///
    /// When nothing can be written there.
    pub fn new(
        bench: &'a Workbench,
        tools: &'a Toolchains,
        peers: &'a Peers,
    ) -> Result<Judge<'a>, String> {
        Ok(Judge {
            bench,
            tools,
            peers,
            builder: Builder::new(bench, tools),
            kernel: Kernel::find(bench)?,
            number: AtomicUsize::new(0),
            references: Memo::default(),
            compiled: Memo::default(),
        })
    }

    /// How the running kernel judged.
    #[must_use]
    pub fn kernel(&self) -> &Kernel {
        &self.kernel
    }

    /// What builds for this judge.
    #[must_use]
    pub fn builder(&self) -> &Builder<'a> {
        &self.builder
    }

    /// Judges a cell.
    #[must_use]
    pub fn judge(&self, cell: &Cell) -> Verdict {
        let mut verdict = Verdict {
            status: Status::Failed,
            detail: String::new(),
            reasons: Vec::new(),
            types: 0,
            asserts: 0,
        };
        let mut troubles = Vec::new();
        match self.steps(cell, &mut verdict, &mut troubles) {
            Ok(status) => verdict.status = status,
            Err(trouble) => troubles.push(trouble),
        }
        // Each of them must be explained by itself.
        for trouble in troubles {
            let known = explain(&cell.name(), &trouble);
            verdict.detail = trouble;
            let Some(known) = known else {
                verdict.status = Status::Failed;
                break;
            };
            verdict.status = Status::Explained;
            if !verdict.reasons.contains(&known) {
                verdict.reasons.push(known);
            }
        }
        verdict
    }

    /// What differs goes to `troubles`; an error ends the cell.
    fn steps(
        &self,
        cell: &Cell,
        verdict: &mut Verdict,
        troubles: &mut Vec<String>,
    ) -> Result<Status, String> {
        let file = self.builder.file(cell, cell.form, "")?;
        let ours = self.own(cell, &file)?;
        let text = json(self.bench, &ours)?;
        verdict.types = count(&text);
        if verdict.types == 0 {
            return Err("our BTF has no types".to_owned());
        }
        if let Some(rule) = self.broken_rules(cell, &ours)?.first() {
            return Err(format!("the kernel refuses ours: {rule}"));
        }
        let ignore = match cell.reference {
            Reference::Plain(kinds) => kinds,
            _ => "",
        };
        let theirs = self.reference(cell, &file)?;
        let status = match compare(self.bench, &ours, &theirs, ignore)? {
            Relation::Identical => Status::Identical,
            Relation::SameTypes => Status::SameTypes,
            Relation::Differ(what) => {
                let refused = self.refused(cell, &file, &theirs, ignore)?;
                match refused.is_empty() {
                    true => troubles.push(what),
                    false => troubles.extend(refused),
                }
                Status::Failed
            }
        };
        for checked in [self.header(cell, &ours, &text), self.source(cell, &text)] {
            match checked {
                Ok(asserts) => verdict.asserts += asserts,
                Err(trouble) => troubles.push(trouble),
            }
        }
        Ok(status)
    }

    /// Our BTF of a file.
    ///
    /// # Errors
    ///
    /// As [`Peers::own`].
    pub fn own(&self, cell: &Cell, file: &Path) -> Result<PathBuf, String> {
        let to = self.new_file("ours", "btf");
        self.peers.own(self.bench, file, &to, cell.options())?;
        Ok(to)
    }

    /// The rules of the kernel that a file breaks, one for each type.
    ///
    /// # Errors
    ///
    /// When the running kernel, if it can be asked, judges otherwise than our verifier.
    fn broken_rules(&self, cell: &Cell, file: &Path) -> Result<Vec<String>, String> {
        let verify = format!("{} verify {}", self.peers.btfscope, file.display());
        let done = self.bench.run("", &verify);
        let mut rules = Vec::new();
        if !done.ok {
            rules.extend(done.output.lines().map(str::to_owned));
            if rules.is_empty() {
                rules.push(done.complaint);
            }
        }
        match (rules.first(), self.kernel.accepts(self.bench, cell, file)) {
            (None, Some(Err(why))) => Err(format!("verify accepts what the kernel refuses: {why}")),
            (Some(rule), Some(Ok(()))) => {
                Err(format!("verify refuses what the kernel accepts: {rule}"))
            }
            _ => Ok(rules),
        }
    }

    /// Where the kernel refuses pahole's BTF: which rules that breaks, and what still differs from ours with what the kernel
    /// refuses kept. Nothing: the kernel accepts pahole's BTF.
    fn refused(
        &self,
        cell: &Cell,
        file: &Path,
        theirs: &Path,
        ignore: &str,
    ) -> Result<Vec<String>, String> {
        let rules = self.broken_rules(cell, theirs)?;
        if rules.is_empty() {
            return Ok(rules);
        }
        let kept = self.new_file("kept", "btf");
        let options = format!("{} --keep-refused", cell.options());
        self.peers.own(self.bench, file, &kept, &options)?;
        let told = rules.iter();
        let mut troubles: Vec<String> = told
            .map(|rule| format!("the kernel refuses pahole's BTF: {rule}"))
            .collect();
        if let Relation::Differ(what) = compare(self.bench, &kept, theirs, ignore)? {
            troubles.push(what);
        }
        Ok(troubles)
    }

    /// pahole's BTF for a cell, of `file` or of what stands for it.
    ///
    /// # Errors
    ///
    /// When that cannot be built, or pahole makes none.
    pub fn reference(&self, cell: &Cell, file: &Path) -> Result<PathBuf, String> {
        let file = match cell.reference {
            Reference::Same => file.to_owned(),
            Reference::Twin => self.builder.file(cell, cell.form, "-DPLAIN")?,
            Reference::Plain(_) => {
                let plain = match cell.form {
                    Form::CompressedObject(_) | Form::FatObject => Form::Object,
                    _ => Form::Linked,
                };
                self.builder.file(cell, plain, "")?
            }
        };
        let key = format!("{} {}", cell.wants_rust(), file.display());
        self.references.get(&key, || {
            let to = self.new_file("pahole", "btf");
            self.peers
                .reference(self.bench, &file, &to, cell.wants_rust())
                .map(|()| to)
        })
    }

    /// Compiles the header of our BTF, with assertions on what BTF says.
    fn header(&self, cell: &Cell, ours: &Path, text: &str) -> Result<usize, String> {
        let dump = format!("{} dump --format c {}", self.peers.btfscope, ours.display());
        let header = self.bench.must("", &dump)?;
        let asserts = asserts(text, Place::Header)?;
        let target = match cell.toolchain.target {
            Some(target) => format!("--target={target}"),
            None if cell.flags.contains("-m32") => "--target=i386-linux-gnu".to_owned(),
            None => String::new(),
        };
        let source = format!("{header}\n{}\n", asserts.join("\n"));
        // clang 23 aligns numbers of 8 bytes to 8 there, where the ABI says 2.
        let compiler = match target.contains("m68k") {
            true => format!("{} -w", cell.toolchain.cc),
            false => format!(
                "{} {target} -Werror -Wno-unknown-attributes -Wno-pragma-clang-attribute -Wno-unaligned-access",
                self.tools.clang
            ),
        };
        self.compiles(
            &format!("{compiler} -x c -std=gnu11 -fsyntax-only"),
            &source,
        )
        .map_err(|error| format!("header: {error}"))?;
        Ok(asserts.len())
    }

    /// Compiles the source with assertions on what BTF says, which only C of one source allows.
    fn source(&self, cell: &Cell, text: &str) -> Result<usize, String> {
        let ([name], true) = (cell.program.sources, cell.is_c()) else {
            return Ok(0);
        };
        let asserts = asserts(text, Place::Source)?;
        let source = format!("#include \"programs/{name}\"\n{}\n", asserts.join("\n"));
        let flags = match cell.flags.contains("-m32") {
            true => "-m32",
            false => "",
        };
        self.compiles(
            &format!(
                "{} {flags} -x c -std=gnu11 -fsyntax-only -w -ffreestanding -I{}",
                cell.toolchain.cc,
                self.bench.path().display()
            ),
            &source,
        )
        .map_err(|error| format!("source: {error}"))?;
        Ok(asserts.len())
    }

    /// Compiles a text, each only once.
    ///
    /// # Errors
    ///
    /// When the compiler refuses it.
    pub fn compiles(&self, command: &str, text: &str) -> Result<(), String> {
        self.compiled.get(&format!("{command}\n{text}"), || {
            let file = self.new_file("check", "c");
            std::fs::write(&file, text).map_err(|error| error.to_string())?;
            self.bench
                .must("", &format!("{command} {}", file.display()))
                .map(|_| ())
        })
    }

    fn new_file(&self, name: &str, end: &str) -> PathBuf {
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        self.bench.path().join(format!("{name}{number}.{end}"))
    }
}
