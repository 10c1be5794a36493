//! A finding as people read it: a heading, its cause with the numbers that prove it, what to do, and evidence.

use crate::finding::Finding;
use crate::problem::{Definition, Missing, Problem};
use crate::report::counted;
use explore::grouped;

/// Names that evidence lists; the rest is counted.
const LISTED: usize = 12;
/// Units that are named for one definition.
const UNITS: usize = 3;

impl Finding {
    /// What is wrong, as a heading without a full stop.
    pub fn heading(&self) -> String {
        let file = &self.file;
        match &self.problem {
            Problem::NoBtf { .. } => format!("{file} has no BTF"),
            Problem::EmptyBtf { .. } => format!("The .BTF section of {file} is empty"),
            Problem::UnreadableBtf { section, .. } => {
                format!("The {section} section of {file} is cut short or damaged")
            }
            Problem::Refused { .. } => format!("The kernel refuses the BTF of {file}"),
            Problem::NamesCut { count, .. } => {
                let (names, begin) = several(*count, "name begins", "names begin");
                format!("{names} {begin} inside another string")
            }
            Problem::KfuncsWithoutFunction { missing, .. } => {
                let (count, have) = several(missing.len() as u64, "kfunc has", "kfuncs have");
                format!("{count} {have} no function in the BTF")
            }
            Problem::KfuncsUntagged { names, of } if names.len() as u64 == *of => {
                "No kfunc is tagged".to_owned()
            }
            Problem::KfuncsUntagged { names, of } => {
                format!(
                    "{} of {} kfuncs are not tagged",
                    grouped(names.len() as u64),
                    grouped(*of)
                )
            }
            Problem::ImplicitArguments { names, .. } => {
                let (count, show) = several(names.len() as u64, "kfunc shows", "kfuncs show");
                format!("{count} {show} arguments that the verifier passes")
            }
            Problem::IdsOfOtherBtf { .. } => "The ids in .BTF_ids are of another BTF".to_owned(),
            Problem::FunctionsMissing { missing, .. } => {
                let (count, are) = several(
                    missing.len() as u64,
                    "function that the kernel names is",
                    "functions that the kernel names are",
                );
                format!("{count} {are} missing")
            }
            Problem::PerCpuMissing { .. } => "Per-CPU variables are missing".to_owned(),
            Problem::CoreTypeRepeated {
                title, definitions, ..
            } => {
                format!("{title} has {} definitions", definitions.len())
            }
            Problem::OtherBase { .. } => format!("{file} was built on the types of another kernel"),
            Problem::BaseDoesNotFit { .. } => {
                format!("The distilled base of {file} does not fit this kernel")
            }
            Problem::ModuleStruct { .. } => format!("{file} was built with another struct module"),
            Problem::NotDeduplicated { .. } => format!("The BTF of {file} is not deduplicated"),
            Problem::NotSorted { .. } => "The types are not sorted by name".to_owned(),
            Problem::ReaderRefuses {
                reader, content, ..
            } => format!("{reader} does not read {content}"),
            Problem::ReaderUnknown {
                reader, content, ..
            } => format!("{reader} may not read {content}"),
        }
    }

    /// Why it is so, and what fails, in one or two sentences.
    pub fn cause(&self) -> String {
        match &self.problem {
            Problem::NoBtf { has_dwarf: true } => {
                "The file has DWARF, but no .BTF section: the build ran without CONFIG_DEBUG_INFO_BTF, or without pahole.".to_owned()
            }
            Problem::NoBtf { has_dwarf: false } => {
                "The file has neither a .BTF section nor DWARF from which one can be made.".to_owned()
            }
            Problem::EmptyBtf { elsewhere: true } => {
                "The section header has no bytes in this file (SHT_NOBITS): a tool moved them into a file of their own, as it does with debug sections.".to_owned()
            }
            Problem::EmptyBtf { elsewhere: false } => {
                "The section has 0 bytes: the encoder failed and the build went on.".to_owned()
            }
            Problem::UnreadableBtf { error, .. } => format!("{}.", capital(error)),
            Problem::Refused { count: 0, problems } => {
                let first = problems.first().map_or("", String::as_str);
                format!("{}. A kernel does not read types that follow.", capital(first))
            }
            Problem::Refused { count, .. } => {
                format!("{} broken. A module with such BTF loads only if the kernel has CONFIG_MODULE_ALLOW_BTF_MISMATCH, and then without its types.", match count {
                    1 => "1 rule is".to_owned(),
                    many => format!("{} rules are", grouped(*many)),
                })
            }
            Problem::NamesCut { count, of, examples } => format!(
                "Of {} names {} begin in the middle of a string, such as “{}”. Encoders write every name whole, so the strings are not those that the types were written with.",
                grouped(*of), grouped(*count), examples.first().map_or("", String::as_str)
            ),
            Problem::KfuncsWithoutFunction { missing, of } => format!(
                "The sets of kfuncs in .BTF_ids name {}, and {} of them have no FUNC. A program that calls one is refused: libbpf does not find the extern, or the verifier does not allow the call.",
                counted(*of, "function"), grouped(missing.len() as u64)
            ),
            Problem::KfuncsUntagged { names, of } => {
                let why = match names.len() as u64 == *of {
                    true => "pahole was older than 1.27 or ran without decl_tag_kfuncs",
                    false => "the pahole that tagged the others did not find these in their sets, as on a kernel that was linked before",
                };
                format!(
                    "The sets of kfuncs in .BTF_ids name {}, and {} of them have no bpf_kfunc tag: {why}. Tools cannot list these kfuncs, and from Linux 7.0 on the build does not adjust their prototypes.",
                    counted(*of, "function"), grouped(names.len() as u64)
                )
            }
            Problem::ImplicitArguments { names, of } => format!(
                "In the sets of kfuncs, {} the flag for implicit arguments, and {} such arguments in the prototype. BPF programs are compiled without these arguments, so libbpf refuses the program: “incompatible with kernel”. Every scheduler of sched_ext that calls one fails to load.",
                match of { 1 => "1 entry has".to_owned(), many => format!("{} entries have", grouped(*many)) },
                match names.len() { 1 => "1 kfunc still has".to_owned(), many => format!("{} kfuncs still have", grouped(many as u64)) }
            ),
            Problem::IdsOfOtherBtf { count, of, .. } => format!(
                "{} of {} ids in the sets of kfuncs lead to something else than a function of their set: the .BTF section was replaced after the link. The kernel checks calls against wrong types.",
                grouped(*count), grouped(*of)
            ),
            Problem::FunctionsMissing { missing, of } => format!(
                ".BTF_ids names {}, and {} of them have no FUNC{}. Programs cannot attach to them, and the kernel's own checks pass them over.",
                counted(*of, "function"), grouped(missing.len() as u64), reasons(missing)
            ),
            Problem::PerCpuMissing { variables } => format!(
                "The symbol table has {} in .data..percpu, and the BTF has no DATASEC of that name. Programs cannot declare per-CPU variables of the kernel as externs.",
                counted(*variables, "variable")
            ),
            Problem::CoreTypeRepeated { definitions, .. } => format!(
                "Units disagree on what they define, so dedup kept {}{}. libbpf tries all of them and fails where their offsets differ: “field offset ambiguity”.",
                grouped(definitions.len() as u64), sizes(definitions)
            ),
            Problem::OtherBase { releases, module_struct, broken, cut, .. } => {
                let built = match releases {
                    Some((own, kernel)) => format!("It was built for {own}, and this kernel is {kernel}. "),
                    None => String::new(),
                };
                let module = match module_struct {
                    Some((own, kernel)) => format!(" Its own struct module has {} bytes and the kernel's {}, so the kernel does not load it either.", grouped(*own), grouped(*kernel)),
                    None => String::new(),
                };
                let names = match cut { 0 => String::new(), 1 => " and 1 name begins inside another string".to_owned(), many => format!(" and {} names begin inside other strings", grouped(*many)) };
                let types = match broken { 1 => "1 type does not fit".to_owned(), many => format!("{} types do not fit", grouped(*many)) };
                format!("{built}Ids and names of split BTF continue those of its base: on this one {types}{names}.{module}")
            }
            Problem::BaseDoesNotFit { error } => format!("{}.", capital(error)),
            Problem::ModuleStruct { own, kernel } => format!(
                "The module's own struct module has {} bytes and the kernel's {}. The kernel refuses to load it: “section size must match the kernel's built struct module size”.",
                grouped(*own), grouped(*kernel)
            ),
            Problem::NotDeduplicated { types, saved, bytes } => format!(
                "{} are equal to another one. A second dedup saves {} of {} bytes.",
                counted(*types, "type"), grouped(*saved), grouped(*bytes)
            ),
            Problem::NotSorted { release, first: (name, before) } => format!(
                "{} comes after “{before}”. The build of Linux {release} sorts types last (resolve_btfids), so this BTF was written later by another tool or the step did not run. The kernel then reads all types to find a name.",
                if name.is_empty() { "A type without a name".to_owned() } else { format!("“{name}”") }
            ),
            Problem::ReaderRefuses { content, types, measured, message, .. } => {
                let has = has(&self.file, content, *types);
                match message.is_empty() {
                    true => format!("{has}; {measured} was measured and refuses it."),
                    false => format!("{has}; {measured} refuses it: “{message}”."),
                }
            }
            Problem::ReaderUnknown { content, types, refuses, reads, .. } => {
                let older = refuses.as_ref().map(|version| format!("{version} refuses it"));
                let newer = reads.as_ref().map(|version| format!("{version} reads it"));
                let known: Vec<String> = older.into_iter().chain(newer).collect();
                format!("{}; {}. This version was not measured.", has(&self.file, content, *types), known.join(", "))
            }
        }
    }

    /// What to do.
    pub fn fix(&self) -> String {
        match &self.problem {
            Problem::NoBtf { has_dwarf: true } => {
                "Rebuild with CONFIG_DEBUG_INFO_BTF=y, or make it: `btfscope encode FILE --patch OUT`.".to_owned()
            }
            Problem::NoBtf { has_dwarf: false } => {
                "Take the kernel's debug package (-dbg, -debuginfo), or rebuild with CONFIG_DEBUG_INFO_BTF=y.".to_owned()
            }
            Problem::EmptyBtf { elsewhere: true } => {
                "Take the module of the kernel package, not its debug file; keep .BTF when you strip (`strip --keep-section=.BTF`).".to_owned()
            }
            Problem::EmptyBtf { elsewhere: false } | Problem::UnreadableBtf { .. } => {
                "Look for pahole's message in the build log (killed for memory is the most frequent), then build the file again.".to_owned()
            }
            Problem::Refused { .. } => {
                "Run `btfscope verify --subject kernel FILE` for all rules, and rebuild with another pahole; `--lang_exclude=rust` leaves out names that the kernel refuses.".to_owned()
            }
            Problem::NamesCut { .. } => {
                "Build the file again; if a tool rewrote its strings (a linker, objcopy), leave .BTF out of that step.".to_owned()
            }
            Problem::KfuncsWithoutFunction { missing, .. } => match missing.iter().any(|one| one.reason.is_some()) {
                true => "See the reason of each; `btfscope functions --skipped FILE` lists every function that was left out.".to_owned(),
                false => "Run `btfscope doctor --dwarf FILE` on a kernel with DWARF to see why they were left out.".to_owned(),
            },
            Problem::KfuncsUntagged { .. } => {
                "Rebuild the kernel with pahole 1.27 or newer and `--btf_features=decl_tag_kfuncs`.".to_owned()
            }
            Problem::ImplicitArguments { .. } => {
                "Rebuild the kernel with pahole 1.27 or newer, so that kfuncs are tagged and the build's resolve_btfids can adjust them.".to_owned()
            }
            Problem::IdsOfOtherBtf { .. } => {
                "Do not run `pahole -J` on a linked kernel. Rebuild it, so that resolve_btfids writes the ids of the BTF that stays.".to_owned()
            }
            Problem::FunctionsMissing { missing, .. } => match missing.iter().any(|one| one.reason.is_some()) {
                true => "See the reason of each; `btfscope functions --skipped FILE` lists every function that was left out.".to_owned(),
                false => "Run `btfscope doctor --dwarf FILE` on a kernel with DWARF to see why they were left out.".to_owned(),
            },
            Problem::PerCpuMissing { .. } => {
                "Rebuild with pahole 1.18 or newer without `--skip_encoding_btf_vars`, or with `--btf_features=var`.".to_owned()
            }
            Problem::CoreTypeRepeated { title, .. } => {
                format!("Find the unit that differs (`btfscope why FILE {title}`) and let it include the same headers with the same configuration.")
            }
            Problem::OtherBase { releases, .. } => match releases {
                Some((own, kernel)) => format!("Open it together with the vmlinux of {own}, or rebuild it for {kernel}."),
                None => "Open it together with the vmlinux for which it was built, or rebuild it. A module built outside the tree needs .BTF.base (`btfscope distill`) to fit other builds.".to_owned(),
            },
            Problem::BaseDoesNotFit { .. } => {
                "Rebuild the module for this kernel: a type that it contains has changed.".to_owned()
            }
            Problem::ModuleStruct { .. } => "Rebuild the module with this kernel's headers and configuration.".to_owned(),
            Problem::NotDeduplicated { .. } => {
                "Make equal types one with `btfscope dedup FILE -o OUT`, and look for what skipped pahole's dedup in the build.".to_owned()
            }
            Problem::NotSorted { .. } => {
                "Rebuild with the kernel's own gen-btf.sh; `btfscope convert --sort` sorts a BTF whose ids nothing else names.".to_owned()
            }
            Problem::ReaderRefuses { content, .. } | Problem::ReaderUnknown { content, .. } => match content.as_str() {
                "a header of 32 bytes" | "a layout section" => "Update the reader, or write the same types with the short header: `btfscope convert FILE --header 24`.".to_owned(),
                _ => "Update the reader, or build this BTF without the feature (pahole's `--btf_features`); docs/consumers.md lists what each version reads.".to_owned(),
            },
        }
    }

    /// What the evidence is: `17 broken references`. Empty if there is none.
    pub fn evidence_heading(&self) -> String {
        match &self.problem {
            Problem::Refused { count: 0, .. } => String::new(),
            Problem::Refused { count, .. } => counted(*count, "broken rule"),
            Problem::NamesCut { count, .. } => counted(*count, "name"),
            Problem::KfuncsWithoutFunction { missing, .. }
            | Problem::FunctionsMissing { missing, .. } => {
                counted(missing.len() as u64, "function")
            }
            Problem::KfuncsUntagged { names, .. } | Problem::ImplicitArguments { names, .. } => {
                counted(names.len() as u64, "function")
            }
            Problem::IdsOfOtherBtf { count, .. } => counted(*count, "id"),
            Problem::CoreTypeRepeated { definitions, .. } => {
                format!(
                    "{}, first difference",
                    counted(definitions.len() as u64, "definition")
                )
            }
            Problem::OtherBase {
                broken, examples, ..
            } if !examples.is_empty() => counted(*broken, "broken type"),
            _ => String::new(),
        }
    }

    /// The evidence, line by line.
    pub fn evidence(&self) -> Vec<String> {
        match &self.problem {
            Problem::Refused { count: 0, .. } => Vec::new(),
            Problem::Refused { count, problems } => with_more(problems.clone(), *count),
            Problem::NamesCut {
                count, examples, ..
            } => with_more(examples.clone(), *count),
            Problem::IdsOfOtherBtf {
                count, examples, ..
            } => with_more(examples.clone(), *count),
            Problem::KfuncsWithoutFunction { missing, .. }
            | Problem::FunctionsMissing { missing, .. } => {
                let lines = missing.iter().take(LISTED).map(|one| match &one.reason {
                    Some(reason) => format!("{}: {reason}", one.name),
                    None => one.name.clone(),
                });
                with_more(lines.collect(), missing.len() as u64)
            }
            Problem::KfuncsUntagged { names, .. } | Problem::ImplicitArguments { names, .. } => {
                let lines = names.iter().take(LISTED).cloned();
                with_more(lines.collect(), names.len() as u64)
            }
            Problem::CoreTypeRepeated {
                title,
                definitions,
                differences,
            } => {
                let defined = definitions.iter().map(|one| definition(title, one));
                defined.chain(differences.iter().cloned()).collect()
            }
            Problem::OtherBase {
                broken, examples, ..
            } if !examples.is_empty() => with_more(examples.clone(), *broken),
            _ => Vec::new(),
        }
    }
}

/// `vmlinux has 132 types with the kind flag of a tag`.
fn has(file: &str, content: &str, types: u64) -> String {
    match types {
        0 => format!("{file} has {content}"),
        types => format!("{file} has {content} ({})", counted(types, "type")),
    }
}

/// `[112] struct task_struct, 9,792 bytes, 2,866 units: …`.
fn definition(title: &str, one: &Definition) -> String {
    let mut text = format!("[{}] {title}, {}", one.id, counted(one.size, "byte"));
    if !one.units.is_empty() {
        let named = one.units.iter().take(UNITS).cloned().collect::<Vec<_>>();
        let more = if one.units.len() > UNITS { ", …" } else { "" };
        let count = counted(one.units.len() as u64, "unit");
        text.push_str(&format!(", {count}: {}{more}", named.join(", ")));
    }
    text
}

/// `, 9,792 and 9,784 bytes large`.
fn sizes(definitions: &[Definition]) -> String {
    let mut all: Vec<u64> = definitions.iter().map(|one| one.size).collect();
    all.dedup();
    match all.as_slice() {
        [_] | [] => String::new(),
        many => {
            let many: Vec<String> = many.iter().map(|&size| grouped(size)).collect();
            format!(" ({} bytes)", many.join(" and "))
        }
    }
}

/// How often each reason is given, if any is known.
fn reasons(missing: &[Missing]) -> String {
    let known = missing.iter().filter(|one| one.reason.is_some()).count();
    match known {
        0 => String::new(),
        known => format!(
            ", {} because the encoder leaves them out",
            grouped(known as u64)
        ),
    }
}

fn with_more(mut lines: Vec<String>, count: u64) -> Vec<String> {
    match count.saturating_sub(lines.len() as u64) {
        0 => {}
        more => lines.push(format!("{} more", grouped(more))),
    }
    lines
}

/// The count, and the word for one or several.
fn several<'a>(count: u64, one: &'a str, many: &'a str) -> (String, &'a str) {
    (grouped(count), if count == 1 { one } else { many })
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}
