//! Attach targets: what a loader looks up when it loads a program, and hints for what the kernel looks up later.

use super::Place;
use crate::kernel::{Kernel, essential};
use crate::object::{AttachTo, Program, SectionKind};
use crate::spending::Spending;
use btf::Kind;
use serde::{Deserialize, Serialize};

/// What a program attaches to on a kernel.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Attached {
    /// A type of the kernel's BTF describes the target.
    Found(Place),
    /// Nothing that a kernel's BTF can tell.
    NotInBtf,
    /// The section names no target: the program that loads the object sets it.
    SetByLoader,
    /// The target is a function of another program.
    OtherProgram,
    /// A symbol or tracepoint of that name exists, as far as files tell.
    Likely,
    /// What is looked up when the program attaches is unknown.
    Unknown,
    /// Not found.
    Not(AttachIssue),
}

/// Why a target is not found.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AttachIssue {
    /// The loader does not know the section's name, and so not the type of the program.
    UnknownSection,
    /// The kernel's BTF lacks the type that describes the target.
    Absent {
        /// The name that the loader looks for: `bpf_lsm_file_open`.
        name: String,
        /// The kernel's symbols have a function of that name, so it exists and has no BTF.
        has_symbol: bool,
        /// Functions or tracepoints with similar names.
        similar: Vec<String>,
    },
    /// The name is longer than loaders take.
    TooLong,
    /// Neither a symbol nor a tracepoint of that name is known. The kernel decides when the program attaches.
    NoSymbol {
        /// The name.
        name: String,
    },
}

/// The most bytes of a name with its prefix.
const MOST_BYTES: usize = 128;

/// Looks for the target of a program.
pub(crate) fn attach(program: &Program, kernel: &Kernel, spending: &Spending) -> Attached {
    let Some(kind) = &program.kind else {
        return match program.is_subprogram() {
            true => Attached::NotInBtf,
            false => Attached::Not(AttachIssue::UnknownSection),
        };
    };
    let (prefix, wanted) = match kind.attach {
        AttachTo::Function => ("", Kind::Func),
        AttachTo::BtfTracepoint => ("btf_trace_", Kind::Typedef),
        AttachTo::Lsm => ("bpf_lsm_", Kind::Func),
        AttachTo::Iterator => ("bpf_iter_", Kind::Func),
        AttachTo::Program => return Attached::OtherProgram,
        AttachTo::StructOps | AttachTo::Elsewhere | AttachTo::KprobeMulti => {
            return Attached::NotInBtf;
        }
        AttachTo::Kprobe | AttachTo::Syscall | AttachTo::Tracepoint | AttachTo::RawTracepoint => {
            return hint(kind, kernel, spending);
        }
    };
    let Some(target) = kind.target.as_deref() else {
        return Attached::SetByLoader;
    };
    let (module, target) = match target.split_once(':') {
        Some((module, target)) => (Some(module), target),
        None => (None, target),
    };
    let name = format!("{prefix}{target}");
    if name.len() >= MOST_BYTES {
        return Attached::Not(AttachIssue::TooLong);
    }
    if !spending.step(kernel.crowd(essential(name.as_bytes()))) {
        return Attached::Unknown;
    }
    match kernel.find(module, name.as_bytes(), wanted) {
        Some(found) => Attached::Found(Place::of(found)),
        None => {
            let symbols = kernel.symbols.as_ref();
            let has_symbol = wanted == Kind::Func
                && symbols.is_some_and(|symbols| symbols.find(&name).is_some());
            Attached::Not(AttachIssue::Absent {
                similar: match spending.scan() {
                    true => similar(kernel, prefix, target, wanted),
                    false => Vec::new(),
                },
                name,
                has_symbol,
            })
        }
    }
}

/// The most similar names that are told.
const MOST_SIMILAR: usize = 3;

/// Names of the kernel that are the wanted one with underscores or a word more, or with another last word.
fn similar(kernel: &Kernel, prefix: &str, wanted: &str, kind: Kind) -> Vec<String> {
    let btf = &kernel.types().btf;
    let stem = wanted.rsplit_once('_').map(|(stem, _)| stem);
    let stem = stem.filter(|stem| stem.len() >= 8 && stem.contains('_'));
    let (mut alike, mut others): (Vec<String>, Vec<String>) = Default::default();
    let last = |name: &[u8]| name.iter().rposition(|byte| *byte == b'_');
    // All names with the prefix have its ends.
    let ends = if prefix.is_empty() { wanted } else { prefix };
    for (_, ty) in kernel.types().with_ends_of(ends.as_bytes(), kind) {
        let name = btf.string(ty.name()).unwrap_or_default();
        let Some(name) = name.strip_prefix(prefix.as_bytes()) else {
            continue;
        };
        let list = if crate::instead::alike(wanted.as_bytes(), name) {
            &mut alike
        } else if stem
            .is_some_and(|stem| name.starts_with(stem.as_bytes()) && last(name) == Some(stem.len()))
        {
            &mut others
        } else {
            continue;
        };
        let name = String::from_utf8_lossy(name);
        if list.len() <= MOST_SIMILAR && !list.iter().any(|known| *known == name) {
            list.push(name.into_owned());
        }
    }
    // So many are no hint.
    alike.extend(if others.len() > MOST_SIMILAR {
        Vec::new()
    } else {
        others
    });
    if alike.len() > MOST_SIMILAR {
        alike.clear();
    }
    alike
}

/// What files tell of a target that the kernel looks up when the program attaches.
fn hint(kind: &SectionKind, kernel: &Kernel, spending: &Spending) -> Attached {
    // Without a name in the section, the program attaches where its loader wants, and loads anywhere.
    let Some(target) = kind.target.as_deref() else {
        return Attached::NotInBtf;
    };
    let absent = |name: &str| {
        Attached::Not(AttachIssue::NoSymbol {
            name: name.to_owned(),
        })
    };
    if !spending.step(2 * kernel.crowd(essential(target.as_bytes()))) {
        return Attached::Unknown;
    }
    match kind.attach {
        AttachTo::Kprobe => {
            let name = target.split('+').next().unwrap_or(target);
            match &kernel.symbols {
                Some(symbols) if symbols.find(name).is_some() => Attached::Likely,
                // A function with BTF exists; without symbols nothing tells of the others.
                _ if kernel.find_own(name.as_bytes(), Kind::Func).is_some() => Attached::Likely,
                Some(_) => absent(name),
                None => Attached::Unknown,
            }
        }
        AttachTo::RawTracepoint => {
            let name = format!("btf_trace_{target}");
            match kernel.find_own(name.as_bytes(), Kind::Typedef) {
                Some(_) => Attached::Likely,
                None => absent(target),
            }
        }
        AttachTo::Tracepoint => {
            let name = target.rsplit('/').next().unwrap_or(target);
            let has = |prefix: &str, kind| {
                let name = format!("{prefix}{name}");
                kernel.find_own(name.as_bytes(), kind).is_some()
            };
            // System calls and some classes of events have neither.
            match has("btf_trace_", Kind::Typedef) || has("trace_event_raw_", Kind::Struct) {
                true => Attached::Likely,
                false => Attached::Unknown,
            }
        }
        _ => Attached::Unknown,
    }
}
