//! Runs the checks over a kernel and its modules.

use crate::carried::{Carried, Held, PER_CPU};
use crate::checks::core_types::{self, CORE};
use crate::checks::names::Cut;
use crate::checks::{self, functions, kfuncs, module, order, repeats, rules};
use crate::finding::Finding;
use crate::id_sets::IdSets;
use crate::named::Functions;
use crate::pahole::Made;
use crate::problem::{Missing, Problem};
use crate::readers::Asked;
use crate::report::{Passed, Report, counted};
use btf::{Btf, Kind};
use budget::Budget;
use explore::why::repeated;
use explore::{Group, grouped};
use pipeline::{Provenance, SkippedFunction};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// If one name in this number or more begins inside another string, the strings are not the BTF's own.
const TRUSTED: u64 = 50;

/// What encoding the kernel's DWARF tells: which units have a type, and why functions were left out.
#[derive(Debug, Default)]
pub struct Encoded {
    left_out: FxHashMap<String, String>,
    units: FxHashMap<(Group, String), Vec<Vec<String>>>,
}

/// A function that the encoder left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOutFunction {
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: String,
}

impl Encoded {
    /// Keeps what the checks ask for of the types and functions that the DWARF gives.
    pub fn of(btf: &Btf, provenance: &Provenance, skipped: &[SkippedFunction]) -> Encoded {
        let core = repeated(btf)
            .into_iter()
            .filter(|one| CORE.contains(&one.name.as_str()));
        let units = core.map(|one| {
            let units = provenance.units_of_each(&one.ids).into_iter();
            let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
            ((one.group, one.name), units.map(owned).collect())
        });
        let left_out = skipped.iter().map(|one| LeftOutFunction {
            name: one.name.clone(),
            reason: one.reasons.last().cloned().unwrap_or_default(),
        });
        Encoded {
            left_out: left_out.map(|one| (one.name, one.reason)).collect(),
            units: units.collect(),
        }
    }

    /// The units of each definition of a name.
    pub(crate) fn units(&self, group: Group, name: &str) -> Vec<Vec<String>> {
        let found = self.units.get(&(group, name.to_owned()));
        found.cloned().unwrap_or_default()
    }

    /// Functions without FUNC, with reasons where the DWARF was encoded.
    pub(crate) fn missing(encoded: Option<&Encoded>, names: Vec<&str>) -> Vec<Missing> {
        let reason = |name: &str| encoded?.left_out.get(name).cloned();
        let missing = names.into_iter().map(|name| Missing {
            name: name.to_owned(),
            reason: reason(name),
        });
        missing.collect()
    }
}

/// What an examination collects.
struct Examination {
    report: Report,
}

impl Examination {
    fn find(&mut self, file: &str, problem: Problem) {
        self.report.findings.push(Finding {
            file: file.to_owned(),
            problem,
        });
    }

    fn pass(&mut self, check: &str, text: String) {
        self.report.passed.push(Passed {
            check: check.to_owned(),
            text,
        });
    }
}

/// Examines a kernel and modules for these readers. `encoded` is what the kernel's DWARF tells, if it was encoded.
pub fn examine(
    kernel: &Carried,
    modules: &[Carried],
    readers: &[Asked],
    encoded: Option<&Encoded>,
) -> Report {
    let mut all = Examination {
        report: Report {
            kernel: kernel.name.clone(),
            release: kernel.release().map(str::to_owned),
            modules: modules.iter().map(|module| module.name.clone()).collect(),
            ..Report::default()
        },
    };
    match rules::read(kernel, None) {
        Ok(mut btf) => {
            all.kernel(kernel, &btf, encoded);
            all.readers(kernel, &btf, readers);
            btf.index_strings();
            let btf = Arc::new(btf);
            for module in modules {
                let split = all.module(module, &btf, kernel.release());
                if let Some(split) = split {
                    all.readers(module, &split, readers);
                }
            }
        }
        Err(problem) => all.find(&kernel.name, problem),
    }
    // Of equal severity they keep the order of the files.
    all.report.findings.sort_by_key(Finding::severity);
    all.report
}

impl Examination {
    fn kernel(&mut self, kernel: &Carried, btf: &Btf, encoded: Option<&Encoded>) {
        let name = kernel.name.as_str();
        let bytes = kernel.bytes().unwrap_or_default();
        if !self.sections(name, bytes, btf) {
            return;
        }
        self.core_types(name, btf, kernel.budget, encoded);
        let none = IdSets::default();
        let ids = kernel.beside.as_ref().map_or(&none, |beside| &beside.ids);
        self.functions(name, btf, ids, encoded);
        if let Some(beside) = &kernel.beside {
            self.per_cpu(name, btf, beside.per_cpu);
        }
        self.shape(name, btf, kernel.release());
        let made = Made::of(btf, !ids.kfuncs.is_empty(), kernel.release());
        self.pass("Encoder", made.to_string());
        self.report.made = Some(made);
    }

    /// The header, the strings, and the rules of types. Gives whether names can be trusted: with other strings than its own
    /// nothing else that is said of a BTF is right.
    fn sections(&mut self, file: &str, bytes: &[u8], btf: &Btf) -> bool {
        let cut = Cut::of(btf);
        if cut.count > 0 {
            let trusted = cut.count < cut.of / TRUSTED;
            let Cut {
                count,
                of,
                examples,
            } = cut;
            let problem = Problem::NamesCut {
                count,
                of,
                examples,
            };
            self.find(file, problem);
            if !trusted {
                return false;
            }
        } else {
            let bytes = grouped(btf.strings().as_bytes().len() as u64);
            let names = grouped(cut.of);
            let text = format!("{bytes} bytes; each of {names} names is a whole string");
            self.pass("Strings", text);
        }
        match rules::refused(bytes, btf, None) {
            Some(problem) => self.find(file, problem),
            None => {
                let header = header_len(bytes, btf);
                self.pass("Header", format!("magic, version, sizes; {header} bytes"));
                let types = grouped(btf.len() as u64);
                self.pass("Types", format!("{types} types, no rule broken"));
            }
        }
        true
    }

    fn core_types(&mut self, file: &str, btf: &Btf, budget: Budget, encoded: Option<&Encoded>) {
        let checked = core_types::check(btf, budget, encoded);
        if checked.problems.is_empty() {
            let text = format!(
                "{} of {} exist, one definition each",
                checked.existing,
                CORE.len()
            );
            self.pass("Core types", text);
        }
        for problem in checked.problems {
            self.find(file, problem);
        }
        let others = match checked.others {
            0 => "every other struct and union has one definition".to_owned(),
            1 => "1 other struct or union has more than one definition".to_owned(),
            many => format!(
                "{} other structs and unions have more than one definition; none is a core type",
                grouped(many as u64)
            ),
        };
        self.pass("Repeated names", others);
    }

    fn functions(&mut self, file: &str, btf: &Btf, ids: &IdSets, encoded: Option<&Encoded>) {
        let functions = Functions::of(btf);
        let (problems, listed) = kfuncs::check(btf, ids, &functions, encoded);
        if problems.is_empty() && listed > 0 {
            let text = format!("{} listed, {} tagged", grouped(listed), functions.tagged());
            self.pass("Kfuncs", text);
        }
        for problem in problems {
            self.find(file, problem);
        }
        match functions::check(ids, &functions, encoded) {
            Some(problem) => self.find(file, problem),
            None if ids.functions.is_empty() => {}
            None => {
                let count = counted(ids.functions.len() as u64, "function");
                self.pass("Functions", format!("{count} named in .BTF_ids, all here"));
            }
        }
    }

    fn per_cpu(&mut self, file: &str, btf: &Btf, variables: u64) {
        let section = btf.find(Kind::Datasec, PER_CPU).and_then(|id| btf.get(id));
        match section {
            Some(section) => {
                let text = counted(section.variables().len() as u64, "variable");
                self.pass("Per-CPU variables", text);
            }
            None if variables > 0 => self.find(file, Problem::PerCpuMissing { variables }),
            None => {}
        }
    }

    /// Order, and what a second dedup saves.
    fn shape(&mut self, file: &str, btf: &Btf, release: Option<&str>) {
        match order::check(btf, release) {
            Some(problem) => self.find(file, problem),
            None => {
                let text = match order::unsorted(btf) {
                    None => "sorted by name",
                    Some(_) => "not sorted, as builds before 7.0 leave it",
                };
                self.pass("Order", text.to_owned());
            }
        }
        let Some(saved) = repeats::again(btf) else {
            return;
        };
        match repeats::check(btf, saved) {
            Some(problem) => self.find(file, problem),
            None => {
                let types = counted(saved.types, "type");
                let bytes = grouped(saved.type_bytes);
                let strings = grouped(saved.string_bytes);
                self.pass(
                    "Dedup",
                    format!(
                        "a second one saves {types} ({bytes} bytes) and {strings} bytes of strings"
                    ),
                );
            }
        }
    }

    /// What named readers cannot read of a file.
    fn readers(&mut self, file: &Carried, btf: &Btf, readers: &[Asked]) {
        let header = header_len(file.bytes().unwrap_or_default(), btf);
        for asked in readers {
            let problems = checks::readers::check(btf, header, asked);
            if problems.is_empty() {
                self.pass(&asked.to_string(), format!("reads all of {}", file.name));
            }
            for problem in problems {
                self.find(&file.name, problem);
            }
        }
    }

    /// Gives the module's types on the kernel's, if they fit.
    fn module(
        &mut self,
        module: &Carried,
        kernel: &Arc<Btf>,
        release: Option<&str>,
    ) -> Option<Btf> {
        let (problems, split) = module::check(module, kernel, release);
        let ok = problems.is_empty();
        for problem in problems {
            self.find(&module.name, problem);
        }
        let split = split?;
        let mut found = false;
        if let Some(beside) = &module.beside {
            let functions = Functions::of(&split);
            let (problems, _) = kfuncs::check_module(&split, &beside.ids, &functions);
            found = !problems.is_empty();
            for problem in problems {
                self.find(&module.name, problem);
            }
        }
        if ok && !found {
            let types = counted(split.len() as u64, "type");
            let base = match module.distilled_base {
                Held::Bytes(_) => "its distilled base fits",
                _ => "made for this base",
            };
            self.pass(&module.name, format!("{types}; {base}"));
        }
        Some(split)
    }
}

/// The length that the header gives itself.
fn header_len(bytes: &[u8], btf: &Btf) -> u32 {
    let four = bytes.get(4..8).and_then(|four| four.first_chunk::<4>());
    let four = four.copied().unwrap_or_default();
    match btf.endian {
        btf::Endian::Little => u32::from_le_bytes(four),
        btf::Endian::Big => u32::from_be_bytes(four),
    }
}
