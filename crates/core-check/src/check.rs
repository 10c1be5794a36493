//! One object on one kernel: all decisions together.

use crate::answer::{
    Answer, CheckedExtern, CheckedMap, CheckedProgram, Relocation, State, Verdict,
};
use crate::arguments;
use crate::flow::{ExternValue, Facts, Flow, Place, Reach, Visits};
use crate::instead::{Cause, Missing, keyword, no_candidate, of_mismatch};
use crate::kernel::Kernel;
use crate::object::{Autoload, ExternKind, Object, Program};
use crate::relocate::{Decided, Outcome, RelocationKind, Scope, Subject, relocate};
use crate::scans::Scans;
use crate::targets::{
    AttachIssue, Attached, Place as TypePlace, Resolved, attach, operations, resolve,
};
use btf::print::c::type_name;
use rustc_hash::FxHashMap;

/// An object, made ready for checks on many kernels.
#[derive(Debug)]
pub struct Checker<'o> {
    object: &'o Object,
    flow: Flow,
}

impl<'o> Checker<'o> {
    /// Prepares an object.
    pub fn new(object: &'o Object) -> Checker<'o> {
        Checker {
            object,
            flow: Flow::of(object),
        }
    }

    /// Checks the object on a kernel. Relocations of optional programs are decided too, and do not count.
    pub fn check(&self, kernel: &Kernel) -> Answer {
        let object = self.object;
        let decided = relocate(object, kernel, Scope::All);
        let resolved = object
            .externs
            .iter()
            .map(|one| resolve(object, one, kernel));
        let resolved: Vec<Resolved> = resolved.collect();
        let reach = self.reach(&decided, &resolved);
        let relocations: Vec<Relocation> = decided
            .iter()
            .map(|one| self.relocation(kernel, one, &reach))
            .collect();
        let externs = self.externs(kernel, &resolved, &reach);
        let maps = self.maps(kernel);
        let programs: Vec<CheckedProgram> = self
            .object
            .programs
            .iter()
            .enumerate()
            .filter(|(_, program)| !program.is_subprogram())
            .map(|(number, program)| self.program(kernel, number, program, &decided, &reach))
            .collect();
        let mut answer = Answer {
            object: object.name.clone(),
            kernel: kernel.name.clone(),
            state: State::Ok,
            refused: object.refused.clone(),
            programs,
            relocations,
            externs,
            maps,
        };
        answer.state = state(&answer);
        answer
    }

    fn place(&self, program: &Program, instruction: u32) -> Place {
        Place {
            section: program.section,
            number: program.start + instruction,
        }
    }

    /// Where poisoned instructions and calls of absent functions are, and which programs come to them.
    fn reach(&self, decided: &[Decided<'_>], resolved: &[Resolved]) -> Reached {
        let object = self.object;
        let mut facts = Facts {
            data_is_known: true,
            ..Facts::default()
        };
        for one in decided {
            let record = &object.records[one.record];
            let Some(program) = record.program.map(|number| &object.programs[number]) else {
                continue;
            };
            let place = self.place(program, record.instruction);
            match &one.outcome {
                Outcome::Resolved { operand, to, .. } => {
                    facts.operands.insert(place, (*operand, *to));
                }
                Outcome::Absent | Outcome::UnsafeSize | Outcome::Fatal(_) => {
                    facts.poison.insert(place);
                }
            }
        }
        facts.externs = object
            .externs
            .iter()
            .zip(resolved)
            .map(|(one, resolved)| extern_value(one.kind, resolved))
            .collect();
        let calls = self.calls(&facts);
        let mut reached = Reached {
            facts: Facts::default(),
            scans: Scans::new(),
            visits: self.flow.visits(),
            sites: FxHashMap::default(),
            calls: FxHashMap::default(),
        };
        if facts.poison.is_empty() && calls.is_empty() {
            reached.facts = facts;
            return reached;
        }
        let sites: Vec<Place> = facts
            .poison
            .iter()
            .copied()
            .chain(calls.keys().copied())
            .collect();
        for (number, program) in object.programs.iter().enumerate() {
            if program.is_subprogram() {
                continue;
            }
            let concerns = |site: &&Place| {
                site.section != program.section
                    || site.number >= program.start && site.number - program.start < program.len
            };
            let start = self.place(program, 0);
            facts.data_is_known = true;
            let first = self.flow.walk(object, &facts, start, &reached.visits);
            let mut second = None;
            for &site in sites.iter().filter(concerns) {
                let known = if first.reached.contains(&site) {
                    Reach::Reached
                } else if !first.is_complete || first.perhaps.contains(&site) {
                    Reach::Perhaps
                } else {
                    let second = second.get_or_insert_with(|| {
                        facts.data_is_known = false;
                        self.flow.walk(object, &facts, start, &reached.visits)
                    });
                    match second.reached.contains(&site)
                        || second.perhaps.contains(&site)
                        || !second.is_complete
                    {
                        true => Reach::GuardedByData,
                        false => Reach::Guarded,
                    }
                };
                // What is not there is guarded.
                if known != Reach::Guarded {
                    reached.sites.insert((number, site), known);
                }
            }
        }
        facts.data_is_known = true;
        reached.facts = facts;
        reached.calls = calls;
        reached
    }

    /// Calls of functions that the kernel does not have: where, and which extern.
    fn calls(&self, facts: &Facts) -> FxHashMap<Place, usize> {
        let mut calls = FxHashMap::default();
        let externs = self.object.externs.iter().enumerate();
        let absent =
            externs.filter(|(number, _)| facts.externs.get(*number) == Some(&ExternValue::Absent));
        let absent: FxHashMap<&str, usize> = absent
            .map(|(number, one)| (one.name.as_str(), number))
            .collect();
        if absent.is_empty() {
            return calls;
        }
        for section in self
            .object
            .sections
            .iter()
            .filter(|section| section.executable)
        {
            for reference in section
                .references
                .iter()
                .filter(|one| one.section.is_none())
            {
                let number = u32::try_from(reference.offset / 8).unwrap_or(u32::MAX);
                let insn = section.insn(number, self.object.big_endian);
                if insn.is_some_and(|insn| insn.code == crate::object::insn::CALL)
                    && let Some(&one) = absent.get(reference.symbol.as_str())
                {
                    let section = section.index;
                    calls.insert(Place { section, number }, one);
                }
            }
        }
        calls
    }

    fn relocation(&self, kernel: &Kernel, one: &Decided<'_>, reached: &Reached) -> Relocation {
        let object = self.object;
        let record = &object.records[one.record];
        let program = record.program.map(|number| &object.programs[number]);
        let subject = one.kind.map_or(Subject::Type, RelocationKind::subject);
        let text = |btf: &btf::Btf, access: &crate::relocate::Access| access.text(btf, subject);
        let local = object.btf.as_ref().zip(one.local.as_ref());
        let missing = |outcome: &Outcome| self.missing(kernel, one, outcome, reached);
        let verdict = match &one.outcome {
            Outcome::Resolved {
                operand,
                from,
                to,
                size,
            } => Verdict::Ok {
                operand: *operand,
                from: *from,
                to: *to,
                size: *size,
                missing: match one.target {
                    None if one.kind != Some(RelocationKind::LocalTypeId) => missing(&one.outcome),
                    _ => None,
                },
            },
            Outcome::Fatal(fatal) => Verdict::Fatal(fatal.clone()),
            outcome => Verdict::Poisoned {
                missing: missing(outcome).unwrap_or_else(|| Missing {
                    cause: Cause::TypeDiffers,
                    within: String::new(),
                    name: String::new(),
                    declared: None,
                    instead: Vec::new(),
                }),
                reach: program.map_or(Reach::Guarded, |program| {
                    reached.worst(self.place(program, record.instruction), &object.programs)
                }),
            },
        };
        Relocation {
            section: record.section.clone(),
            number: record.number,
            program: program.map_or_else(String::new, |program| program.name.clone()),
            is_optional: program.is_some_and(|program| {
                matches!(program.autoload, Autoload::Optional | Autoload::Off)
            }),
            instruction: record.instruction,
            kind: one.kind,
            access: local.map_or_else(String::new, |(btf, access)| c_access(btf, access, subject)),
            local: local.map_or_else(String::new, |(btf, access)| text(btf, access)),
            source: program.and_then(|program| object.source_of(program, record.instruction)),
            candidates: u32::try_from(one.candidates).unwrap_or(u32::MAX),
            target: one
                .target
                .as_ref()
                .map(|(found, access)| text(&found.types.btf, access)),
            place: one.target.as_ref().map(|(found, _)| TypePlace::of(*found)),
            verdict,
        }
    }

    fn missing(
        &self,
        kernel: &Kernel,
        one: &Decided<'_>,
        outcome: &Outcome,
        reached: &Reached,
    ) -> Option<Missing> {
        let btf = self.object.btf.as_ref()?;
        let access = one.local.as_ref()?;
        if let (Outcome::UnsafeSize, Some((found, _))) = (outcome, &one.target) {
            let target = &found.types.btf;
            return Some(Missing {
                cause: Cause::UnsafeSize,
                within: keyword(target.kind(found.id), &target.name(found.id)),
                name: access.path(btf).trim_start_matches('.').to_owned(),
                declared: access
                    .last_member(btf)
                    .map(|member| type_name(btf, member.ty, &btf.str(member.name))),
                instead: Vec::new(),
            });
        }
        Some(match &one.mismatch {
            Some((found, mismatch)) => {
                of_mismatch(btf, access, kernel, *found, mismatch, &reached.scans)
            }
            None => no_candidate(btf, access.root, kernel, &reached.scans),
        })
    }

    fn externs(
        &self,
        kernel: &Kernel,
        resolved: &[Resolved],
        reached: &Reached,
    ) -> Vec<CheckedExtern> {
        let object = self.object;
        let all = object.externs.iter().zip(resolved).enumerate();
        let checked = all.map(|(number, (one, resolved))| {
            let calls = reached.calls.iter().filter(|&(_, &of)| of == number);
            let call = calls
                .map(|(site, _)| reached.worst(*site, &object.programs))
                .max();
            let btf = object.btf.as_ref();
            let place = match resolved {
                Resolved::Type { place, .. }
                | Resolved::Not(crate::targets::ExternIssue::Incompatible { place }) => Some(place),
                _ => None,
            };
            CheckedExtern {
                name: one.name.clone(),
                kind: one.kind,
                is_weak: one.is_weak,
                declared: btf.map_or_else(String::new, |btf| type_name(btf, one.ty, &one.name)),
                kernel_has: place.and_then(|place| declared_there(kernel, place)),
                state: match (resolved, call) {
                    (Resolved::Not(issue), _) if issue.ends_load(one.kind, one.is_weak) => {
                        State::Fails
                    }
                    (_, Some(Reach::Reached)) => State::Fails,
                    (_, Some(Reach::Perhaps)) => State::Unknown,
                    (Resolved::Not(_), _) => State::Guarded,
                    // The verifier refuses a call of a function that is no kfunc.
                    (
                        Resolved::Type {
                            is_kfunc: Some(false),
                            ..
                        },
                        _,
                    ) if one.kind == ExternKind::Function => State::Unknown,
                    _ => State::Ok,
                },
                call,
                resolved: resolved.clone(),
            }
        });
        checked.collect()
    }

    fn maps(&self, kernel: &Kernel) -> Vec<CheckedMap> {
        let object = self.object;
        let checked = object.struct_ops.iter().map(|map| {
            let operations = operations(object, map, kernel);
            let name = object.btf.as_ref().map(|btf| btf.name(map.ty).into_owned());
            CheckedMap {
                name: map.name.clone(),
                of: name.unwrap_or_default(),
                is_optional: map.is_optional,
                state: match operations.issues.is_empty() {
                    false => State::Fails,
                    true if operations.skipped.is_empty() => State::Ok,
                    true => State::Guarded,
                },
                operations,
            }
        });
        checked.collect()
    }

    fn program(
        &self,
        kernel: &Kernel,
        number: usize,
        program: &Program,
        decided: &[Decided<'_>],
        reached: &Reached,
    ) -> CheckedProgram {
        let attached = attach(program, kernel, &reached.scans);
        let beyond = match &attached {
            Attached::Found(place) => {
                let mut visited = None;
                arguments::beyond(self.object, program, kernel, place, |instruction| {
                    // The walk is made only for a program that reads too much on some path.
                    let visited = visited.get_or_insert_with(|| {
                        let start = self.place(program, 0);
                        self.flow
                            .walk(self.object, &reached.facts, start, &reached.visits)
                            .visited
                    });
                    visited.contains(&self.place(program, instruction))
                })
            }
            _ => None,
        };
        let mut state = match &attached {
            Attached::Not(AttachIssue::NoSymbol { .. })
            | Attached::SetByLoader
            | Attached::OtherProgram => State::Unknown,
            Attached::Not(_) => State::Fails,
            _ if beyond.is_some() => State::Fails,
            _ => State::Ok,
        };
        for ((of, _), reach) in &reached.sites {
            if *of == number {
                state = state.max(match reach {
                    Reach::Reached => State::Fails,
                    Reach::Perhaps => State::Unknown,
                    Reach::Guarded | Reach::GuardedByData => State::Ok,
                });
            }
        }
        // What it lacks and does not come to.
        for one in decided {
            let record = &self.object.records[one.record];
            if record.program == Some(number) {
                state = state.max(match one.outcome {
                    Outcome::Fatal(_) => State::Fails,
                    Outcome::Absent | Outcome::UnsafeSize => State::Guarded,
                    Outcome::Resolved { .. } => State::Ok,
                });
            }
        }
        CheckedProgram {
            name: program.name.clone(),
            section: program.section_name.clone(),
            autoload: program.autoload,
            attached,
            beyond,
            state,
        }
    }
}

/// Which programs come to what.
#[derive(Debug)]
struct Reached {
    facts: Facts,
    scans: Scans,
    visits: Visits,
    sites: FxHashMap<(usize, Place), Reach>,
    calls: FxHashMap<Place, usize>,
}

impl Reached {
    /// The worst of the programs that are loaded; of all, if only optional ones have it.
    fn worst(&self, site: Place, programs: &[Program]) -> Reach {
        let of = |wanted: fn(&Program) -> bool| {
            let found = programs
                .iter()
                .enumerate()
                .filter(|(_, program)| wanted(program));
            let found = found.filter_map(|(number, _)| self.sites.get(&(number, site)).copied());
            found.max()
        };
        let loaded = of(|program| program.autoload == Autoload::On);
        loaded.or_else(|| of(|_| true)).unwrap_or(Reach::Guarded)
    }
}

fn extern_value(kind: ExternKind, resolved: &Resolved) -> ExternValue {
    match (kind, resolved) {
        (ExternKind::Config, Resolved::Value(value)) => ExternValue::Config(Some(*value)),
        (ExternKind::Config, Resolved::Not(_)) => ExternValue::Config(Some(0)),
        (ExternKind::Config, _) => ExternValue::Config(None),
        (_, Resolved::Not(_)) => ExternValue::Absent,
        (_, Resolved::Unknown(_)) => ExternValue::Unknown,
        _ => ExternValue::Present,
    }
}

/// The worst of what a loader does by itself.
fn state(answer: &Answer) -> State {
    let mut state = match answer.refused.is_empty() {
        true => State::Ok,
        false => State::Fails,
    };
    let programs = answer.programs.iter();
    for program in programs.filter(|program| program.autoload == Autoload::On) {
        state = state.max(program.state);
    }
    for one in &answer.externs {
        state = state.max(one.state);
    }
    for map in answer.maps.iter().filter(|map| !map.is_optional) {
        state = state.max(map.state);
    }
    for one in answer.relocations.iter().filter(|one| !one.is_optional) {
        state = state.max(match &one.verdict {
            Verdict::Fatal(_) => State::Fails,
            Verdict::Poisoned { .. }
            | Verdict::Ok {
                missing: Some(_), ..
            } => State::Guarded,
            Verdict::Ok { .. } => State::Ok,
        });
    }
    state
}

/// An access as C: `task_struct.se.my_q`, `sizeof(struct x)`, `enum e::VALUE`.
fn c_access(btf: &btf::Btf, access: &crate::relocate::Access, subject: Subject) -> String {
    let name = keyword(btf.kind(access.root), &btf.name(access.root));
    match subject {
        Subject::Type => name,
        Subject::Field => format!("{name}{}", access.path(btf)),
        Subject::Enumerator => {
            let value = access.enumerator_of(btf).map(|(value, _)| value);
            format!("{name}::{}", value.unwrap_or_default())
        }
    }
}

/// What the kernel's FUNC or VAR declares, as C.
fn declared_there(kernel: &Kernel, place: &TypePlace) -> Option<String> {
    let btf = &kernel.types_of(place)?.btf;
    let ty = btf.get(place.id)?;
    Some(type_name(btf, ty.target()?, &btf.str(ty.name())))
}
