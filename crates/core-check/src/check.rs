//! One object on one kernel: all decisions together.

use crate::answer::{
    Answer, CheckedExtern, CheckedMap, CheckedProgram, Relocation, State, Verdict,
};
use crate::arguments;
use crate::flow::{Flow, Reach};
use crate::instead::{Cause, Missing, keyword, no_candidate, of_mismatch};
use crate::kernel::Kernel;
use crate::object::{Autoload, ExternKind, Object, Program};
use crate::reached::Reached;
use crate::relocate::{Decided, Outcome, RelocationKind, Scope, Subject, relocate};
use crate::spending::Spending;
use crate::targets::{
    AttachIssue, Attached, Place as TypePlace, Resolved, attach, operations, resolve,
};
use btf::print::c::type_name;
use budget::OverBudget;

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
    ///
    /// The answer is [`Answer::undecided`] if the check would cost more than the object's budget allows.
    pub fn check(&self, kernel: &Kernel) -> Answer {
        let (mut answer, over) = match self.answer(kernel) {
            Ok(answer) => (answer, None),
            Err(over) => (Answer::default(), Some(over)),
        };
        answer.object.clone_from(&self.object.name);
        answer.kernel.clone_from(&kernel.name);
        answer.state = state(&answer);
        if let Some(over) = over {
            answer.state = State::Unknown;
            answer.undecided = Some(over.to_string());
        }
        answer
    }

    fn answer(&self, kernel: &Kernel) -> Result<Answer, OverBudget> {
        kernel.check_budget()?;
        let object = self.object;
        let spending = &object.spending(kernel);
        let decided = relocate(object, kernel, Scope::All, spending);
        let resolved = object.externs.iter();
        let resolved: Vec<Resolved> = resolved
            .map(|one| resolve(object, one, kernel, spending))
            .collect();
        spending.check()?;
        let reach = Reached::of(object, &self.flow, &decided, &resolved);
        let mut relocations = Vec::new();
        for one in &decided {
            let relocation = self.relocation(kernel, one, &reach, spending);
            if !spending.write(relocation.text_bytes()) {
                break;
            }
            relocations.push(relocation);
        }
        spending.check()?;
        let externs = self.externs(kernel, &resolved, &reach, spending);
        let maps = self.maps(kernel, spending);
        let worst = worst_of_each(object, &decided);
        let mut programs = Vec::new();
        for (number, program) in object.programs.iter().enumerate() {
            let text = program.name.len() + program.section_name.len();
            // Programs may overlap.
            let is_within = spending.step(1 + program.len as usize) && spending.write(text);
            if !program.is_subprogram() && is_within {
                let before = (number, worst[number]);
                programs.push(self.program(kernel, before, program, &reach, spending));
            }
        }
        spending.check()?;
        Ok(Answer {
            refused: object.refused.clone(),
            programs,
            relocations,
            externs,
            maps,
            ..Answer::default()
        })
    }

    fn relocation(
        &self,
        kernel: &Kernel,
        one: &Decided<'_>,
        reached: &Reached<'_>,
        spending: &Spending,
    ) -> Relocation {
        let object = self.object;
        let record = &object.records[one.record];
        let program = record.program.map(|number| &object.programs[number]);
        let subject = one.kind.map_or(Subject::Type, RelocationKind::subject);
        let text = |btf: &btf::Btf, access: &crate::relocate::Access| access.text(btf, subject);
        let local = object.btf.as_ref().zip(one.local.as_ref());
        let missing = |outcome: &Outcome| self.missing(kernel, one, outcome, spending);
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
                    reached.worst(program.place(record.instruction))
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
        spending: &Spending,
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
            Some((found, mismatch)) => of_mismatch(btf, access, kernel, *found, mismatch, spending),
            None => no_candidate(btf, access.root, kernel, spending),
        })
    }

    fn externs(
        &self,
        kernel: &Kernel,
        resolved: &[Resolved],
        reached: &Reached<'_>,
        spending: &Spending,
    ) -> Vec<CheckedExtern> {
        let object = self.object;
        let all = object.externs.iter().zip(resolved).enumerate();
        // Each name is also in its declaration, and in the kernel's.
        let all = all.take_while(|(_, (one, _))| spending.write(3 * one.name.len()));
        let checked = all.map(|(number, (one, resolved))| {
            let calls = reached.calls_of(number);
            let call = calls.map(|site| reached.worst(site)).max();
            let btf = object.btf.as_ref();
            let place = match resolved {
                Resolved::Type { place, .. }
                | Resolved::Not(crate::targets::ExternIssue::Incompatible { place }) => Some(place),
                _ => None,
            };
            let elsewhere = match resolved {
                Resolved::Type { place, .. } if one.kind == ExternKind::Function => {
                    crate::allowed::elsewhere(object, &one.name, kernel, place, spending)
                }
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
                    // The verifier refuses a call of a function that is no kfunc, or perhaps none.
                    (
                        Resolved::Type {
                            is_kfunc: None | Some(false),
                            ..
                        },
                        _,
                    ) if one.kind == ExternKind::Function => State::Unknown,
                    _ if elsewhere.is_some() => State::Unknown,
                    _ => State::Ok,
                },
                call,
                elsewhere,
                resolved: resolved.clone(),
            }
        });
        checked.collect()
    }

    fn maps(&self, kernel: &Kernel, spending: &Spending) -> Vec<CheckedMap> {
        let object = self.object;
        let checked = object.struct_ops.iter().map(|map| {
            let operations = operations(object, map, kernel, spending);
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

    /// `before` is the number of the program and the worst that its relocations make of it.
    fn program(
        &self,
        kernel: &Kernel,
        (number, before): (usize, State),
        program: &Program,
        reached: &Reached<'_>,
        spending: &Spending,
    ) -> CheckedProgram {
        let attached = attach(program, kernel, spending);
        let beyond = match &attached {
            Attached::Found(place) => {
                let mut visited = None;
                arguments::beyond(self.object, program, kernel, place, |instruction| {
                    // The walk is made only for a program that reads too much on some path.
                    let visited = visited.get_or_insert_with(|| reached.visited(program.place(0)));
                    visited.contains(&program.place(instruction))
                })
            }
            _ => None,
        };
        let target = match &attached {
            Attached::Not(AttachIssue::NoSymbol { .. })
            | Attached::SetByLoader
            | Attached::OtherProgram => State::Unknown,
            Attached::Not(_) => State::Fails,
            _ if beyond.is_some() => State::Fails,
            _ => State::Ok,
        };
        let comes_to = match reached.worst_of(number) {
            Reach::Reached => State::Fails,
            Reach::Perhaps => State::Unknown,
            Reach::Guarded | Reach::GuardedByData => State::Ok,
        };
        let state = target.max(comes_to).max(before);
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

/// What the relocations of each program make of it: what it lacks and does not come to.
fn worst_of_each(object: &Object, decided: &[Decided<'_>]) -> Vec<State> {
    let mut worst = vec![State::Ok; object.programs.len()];
    for one in decided {
        let Some(number) = object.records[one.record].program else {
            continue;
        };
        worst[number] = worst[number].max(match one.outcome {
            Outcome::Fatal(_) => State::Fails,
            Outcome::Absent | Outcome::UnsafeSize => State::Guarded,
            Outcome::Resolved { .. } => State::Ok,
        });
    }
    worst
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
