//! Why an object does not pass on a kernel, or how it copes: in the author's words.

use super::life::{Subject, works_on};
use super::relocation::relocation;
use super::{counted, snippet};
use crate::answer::{Answer, CheckedExtern, CheckedMap, CheckedProgram, State};
use crate::flow::Reach;
use crate::object::{Autoload, ExternKind, Refused, Source};
use crate::targets::{AttachIssue, Attached, ExternIssue, OpsIssue, Resolved};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use std::collections::hash_map::Entry;

/// A reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// What it does to the object.
    pub state: State,
    /// One sentence: `struct cfs_rq has no member nr_queued`.
    pub heading: String,
    /// The programs concerned.
    pub programs: Vec<String>,
    /// Where the first of them asks for it.
    pub source: Option<Source>,
    /// The access as C.
    pub access: Option<String>,
    /// The type that it is about, with its keyword: `struct cfs_rq`.
    pub of_type: Option<String>,
    /// How the object declares it.
    pub built_for: Option<String>,
    /// What the kernel has instead.
    pub instead: Vec<String>,
    /// What follows from it, and why the object may pass nevertheless.
    pub effect: String,
    /// The kernels on which it works; `None` if only one was given.
    pub works_on: Option<Vec<String>>,
    /// What one writes to cope.
    pub snippet: Option<String>,
    /// How many places of the object have this reason.
    pub places: usize,
    /// Whether only programs have it that are loaded on request.
    pub is_optional: bool,
}

/// The reasons of an answer, the worst first. `all` are the answers of the same object on all kernels.
pub fn reasons(answer: &Answer, all: &[Answer]) -> Vec<Reason> {
    let undecided = answer.undecided.as_deref().map(undecided);
    let refused = answer.refused.iter().map(refused);
    let mut reasons: Vec<Reason> = undecided.into_iter().chain(refused).collect();
    for (number, program) in answer.programs.iter().enumerate() {
        reasons.extend(target(number, program, all));
    }
    for (number, one) in answer.externs.iter().enumerate() {
        reasons.extend(external(number, one, all));
    }
    for (number, map) in answer.maps.iter().enumerate() {
        reasons.extend(map_reasons(number, map, all));
    }
    // The same of several places is one reason.
    let key = |reason: &Reason| (reason.heading.clone(), reason.state, reason.is_optional);
    let mut known: FxHashMap<(String, State, bool), (usize, FxHashSet<&str>)> =
        FxHashMap::default();
    for (number, reason) in reasons.iter().enumerate() {
        known
            .entry(key(reason))
            .or_insert((number, FxHashSet::default()));
    }
    for (number, one) in answer.relocations.iter().enumerate() {
        let Some(reason) = relocation(number, one, all) else {
            continue;
        };
        match known.entry(key(&reason)) {
            Entry::Occupied(mut entry) => {
                let (at, programs) = entry.get_mut();
                let first = &mut reasons[*at];
                first.places += 1;
                let is_first = first.programs.first() == Some(&one.program);
                if programs.insert(&one.program) && !is_first {
                    first.programs.push(one.program.clone());
                }
            }
            Entry::Vacant(entry) => {
                entry.insert((reasons.len(), FxHashSet::from_iter([one.program.as_str()])));
                reasons.push(reason);
            }
        }
    }
    reasons.sort_by_key(|reason| (reason.is_optional, std::cmp::Reverse(reason.state)));
    reasons
}

impl Reason {
    pub(super) fn new(state: State, heading: String, effect: impl Into<String>) -> Reason {
        Reason {
            state,
            heading,
            programs: Vec::new(),
            source: None,
            access: None,
            of_type: None,
            built_for: None,
            instead: Vec::new(),
            effect: effect.into(),
            works_on: None,
            snippet: None,
            places: 1,
            is_optional: false,
        }
    }

    /// `works on 6.1 to 6.12, not on 7.2`, if more than one kernel was given.
    pub fn life(&self) -> Option<String> {
        let kernels = self.works_on.as_ref()?;
        Some(match &kernels[..] {
            [] => "works on none of the given kernels".to_owned(),
            [one] => format!("works on {one}"),
            [first, .., last] => format!(
                "works on {} of the given kernels, {first} the first, {last} the last",
                kernels.len()
            ),
        })
    }
}

fn undecided(sentence: &str) -> Reason {
    let effect = "Nothing was decided for this kernel.";
    Reason::new(State::Unknown, sentence.to_owned(), effect)
}

fn refused(one: &Refused) -> Reason {
    let heading = match one {
        Refused::ByteOrder => "the object is big endian".to_owned(),
        Refused::LegacyMaps { section } => {
            format!("the section {section} defines maps without BTF")
        }
        Refused::StaticProgram { program, section } => {
            format!("the program {program} in {section} is a static function")
        }
        Refused::ExternWithoutType { name } => format!("the extern {name} has no BTF"),
        Refused::BadReference {
            program,
            symbol,
            section,
        } => format!("{program} refers to {symbol} in {section}, which is neither a map nor data"),
    };
    let effect = match one {
        Refused::ByteOrder => "A little-endian machine does not load it.",
        Refused::LegacyMaps { .. } => "libbpf 1.0 and later do not open it.",
        _ => "libbpf does not open it.",
    };
    Reason::new(State::Fails, heading, effect)
}

fn target(number: usize, program: &CheckedProgram, all: &[Answer]) -> Option<Reason> {
    let loads = "libbpf does not load the program, unless the program that loads the object sets another target or leaves it out.";
    let mut reason = match (&program.attached, &program.beyond) {
        (_, Some(beyond)) => {
            let mut reason = Reason::new(
                State::Fails,
                format!(
                    "the target of {} has {}, and the program reads number {}",
                    program.section,
                    counted(beyond.available as usize, "argument"),
                    beyond.argument + 1
                ),
                "The verifier refuses the program: invalid bpf_context access.",
            );
            reason.instead = vec![beyond.signature.clone()];
            reason.source = beyond.source.clone();
            reason
        }
        (
            Attached::Not(AttachIssue::Absent {
                name,
                has_symbol,
                similar,
            }),
            None,
        ) => {
            let mut reason = Reason::new(State::Fails, format!("no BTF describes {name}"), loads);
            if *has_symbol {
                reason.instead = vec![format!(
                    "the function {name} exists and has no BTF; a kprobe can attach"
                )];
            }
            if !similar.is_empty() {
                reason
                    .instead
                    .push(format!("similar names: {}", similar.join(", ")));
            }
            reason.snippet = Some(snippet::for_target(&program.name, &program.section));
            reason
        }
        (Attached::Not(AttachIssue::UnknownSection), None) => Reason::new(
            State::Fails,
            format!("libbpf does not know the section {}", program.section),
            "libbpf does not load the program, unless the program that loads the object sets its type.",
        ),
        (Attached::Not(AttachIssue::TooLong), None) => Reason::new(
            State::Fails,
            format!(
                "the target of {} has a name of 128 bytes or more",
                program.section
            ),
            loads,
        ),
        (Attached::Not(AttachIssue::NoSymbol { name }), None) => Reason::new(
            State::Unknown,
            format!("neither a symbol nor a tracepoint {name} is known"),
            "The program loads. The kernel decides when it attaches.",
        ),
        (Attached::SetByLoader, None) => Reason::new(
            State::Unknown,
            format!("the section {} names no target", program.section),
            "libbpf does not load the program unless the program that loads the object sets one, which was not checked.",
        ),
        (Attached::OtherProgram, None) => Reason::new(
            State::Unknown,
            format!("{} attaches to another BPF program", program.section),
            "The program that loads the object names it, so it was not checked.",
        ),
        _ => return None,
    };
    reason.programs = vec![program.name.clone()];
    reason.is_optional = program.autoload != Autoload::On;
    reason.works_on = works_on(Subject::Target(number), all);
    Some(reason)
}

fn external(number: usize, one: &CheckedExtern, all: &[Answer]) -> Option<Reason> {
    let name = &one.name;
    let what = match one.kind {
        ExternKind::Config => "option",
        ExternKind::Symbol => "symbol",
        ExternKind::Variable => "variable with BTF",
        ExternKind::Function => "function",
    };
    let heading = match &one.resolved {
        Resolved::Not(ExternIssue::Absent) => format!("the kernel has no {what} {name}"),
        Resolved::Not(ExternIssue::Ambiguous) => format!("the kernel has several symbols {name}"),
        Resolved::Not(ExternIssue::Incompatible { .. }) => {
            format!("the kernel's {name} is declared differently")
        }
        Resolved::Not(ExternIssue::TooDeep) => format!("the type of {name} is too deep"),
        Resolved::Not(ExternIssue::NotConfig) => {
            format!("{name} is no option of the configuration")
        }
        Resolved::Not(ExternIssue::ConfigType) => {
            format!("no option has a value of the type of {name}")
        }
        Resolved::Not(ExternIssue::ConfigValue { value }) => {
            format!("the object's type does not take {name}={value}")
        }
        Resolved::Type {
            is_kfunc: Some(false),
            ..
        } if one.kind == ExternKind::Function => format!("{name} is a function and no kfunc"),
        Resolved::Type { is_kfunc: None, .. } if one.kind == ExternKind::Function => {
            format!("{name} is a function, and perhaps no kfunc")
        }
        _ if one.elsewhere.is_some() => format!("{name} is perhaps not for these programs"),
        _ => return None,
    };
    let effect = match (&one.resolved, one.call, one.is_weak) {
        (Resolved::Type { is_kfunc: None, .. }, ..) => {
            "libbpf loads the object. The verifier refuses a call of it unless it is a kfunc. This BTF does not tell which functions are kfuncs. The kernel's ELF file (vmlinux with symbols) does, in .BTF_ids: give that."
        }
        (
            Resolved::Type {
                is_kfunc: Some(true),
                ..
            },
            ..,
        ) => {
            "libbpf loads the object. The kernel registers the kfunc for other types of programs, so the verifier may refuse a call of it."
        }
        (Resolved::Type { .. }, ..) => {
            "libbpf loads the object. The verifier refuses a call of it."
        }
        (_, Some(Reach::Reached), true) => {
            "It is weak, so its address is 0. A program comes to a call of it, and the verifier refuses that."
        }
        (_, Some(Reach::Perhaps), true) => {
            "It is weak, so its address is 0. Whether a program comes to a call of it is not known."
        }
        (
            Resolved::Not(
                ExternIssue::Incompatible { .. }
                | ExternIssue::ConfigType
                | ExternIssue::ConfigValue { .. },
            ),
            _,
            true,
        ) if one.kind != ExternKind::Function => {
            "libbpf does not load the object, although the extern is weak."
        }
        (_, _, true) => "It is weak, so its address is 0, and no program comes to a call of it.",
        _ => "libbpf does not load the object.",
    };
    let mut reason = Reason::new(one.state, heading, effect);
    reason.built_for = Some(one.declared.clone());
    reason.instead.extend(one.kernel_has.clone());
    if let Some(elsewhere) = &one.elsewhere {
        let registered = elsewhere.registered.join(", ");
        let of_type = &elsewhere.of_type;
        reason
            .instead
            .push(format!("registered for {registered}, not for {of_type}"));
        reason.programs.clone_from(&elsewhere.programs);
    }
    reason.works_on = works_on(Subject::Extern(number), all);
    if one.state == State::Fails {
        reason.snippet = snippet::for_extern(one);
    }
    Some(reason)
}

fn map_reasons(number: usize, map: &CheckedMap, all: &[Answer]) -> Vec<Reason> {
    let of = &map.of;
    let issues = map.operations.issues.iter().map(|issue| {
        let (heading, instead) = match issue {
            OpsIssue::AbsentStruct { name } => (format!("the kernel has no struct {name}"), None),
            OpsIssue::AbsentMember { member } => (
                format!(
                    "the kernel's struct {of} has no member {member}, and {} fills it",
                    map.name
                ),
                None,
            ),
            OpsIssue::Bitfield { member } => (
                format!("the member {member} of struct {of} is a bitfield"),
                None,
            ),
            OpsIssue::Kind { member } => (
                format!("the member {member} of the kernel's struct {of} is of another kind"),
                None,
            ),
            OpsIssue::NotFunction { member } => (
                format!(
                    "the member {member} of the kernel's struct {of} is no pointer to a function"
                ),
                None,
            ),
            OpsIssue::Size {
                member,
                local,
                kernel,
            } => (
                format!("the member {member} of struct {of} has another size"),
                Some(format!("{kernel} bytes instead of {local}")),
            ),
        };
        let mut reason = Reason::new(
            State::Fails,
            heading,
            format!("libbpf does not create the map {}.", map.name),
        );
        reason.instead.extend(instead);
        reason.of_type = Some(format!("struct {of}"));
        reason.is_optional = map.is_optional;
        reason.works_on = works_on(Subject::Map(number), all);
        reason
    });
    let mut reasons: Vec<Reason> = issues.collect();
    if !map.operations.skipped.is_empty() && reasons.is_empty() {
        let members = map.operations.skipped.join(", ");
        let mut reason = Reason::new(
            State::Guarded,
            format!("the kernel's struct {of} lacks {members}"),
            "The map leaves it zero, so libbpf skips it.",
        );
        reason.is_optional = map.is_optional;
        reasons.push(reason);
    }
    reasons
}
