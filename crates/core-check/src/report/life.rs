//! On which of the given kernels something works.

use crate::answer::{Answer, State, Verdict};
use crate::targets::{AttachIssue, Attached};

/// What a reason is about, in all answers of an object.
#[derive(Clone, Copy, Debug)]
pub(super) enum Subject {
    /// A relocation, by its number in the answer.
    Relocation(usize),
    /// An extern, by its number.
    Extern(usize),
    /// The target of a program, by its number.
    Target(usize),
    /// A map.
    Map(usize),
}

/// The kernels on which it works, in their order; `None` if only one kernel was given.
pub(super) fn works_on(subject: Subject, answers: &[Answer]) -> Option<Vec<String>> {
    if answers.len() < 2 {
        return None;
    }
    let good = answers.iter().filter(|answer| works(subject, answer));
    Some(good.map(|answer| answer.kernel.clone()).collect())
}

fn works(subject: Subject, answer: &Answer) -> bool {
    match subject {
        Subject::Relocation(number) => answer
            .relocations
            .get(number)
            .is_some_and(|one| matches!(one.verdict, Verdict::Ok { missing: None, .. })),
        Subject::Extern(number) => {
            let one = answer.externs.get(number);
            one.is_some_and(|one| one.state == State::Ok)
        }
        Subject::Target(number) => {
            let one = answer.programs.get(number);
            one.is_some_and(|one| {
                one.beyond.is_none()
                    && !matches!(
                        one.attached,
                        Attached::Not(
                            AttachIssue::Absent { .. }
                                | AttachIssue::NoSymbol { .. }
                                | AttachIssue::TooLong
                        )
                    )
            })
        }
        Subject::Map(number) => {
            let one = answer.maps.get(number);
            one.is_some_and(|one| one.operations.issues.is_empty())
        }
    }
}
