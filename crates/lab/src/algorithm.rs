//! The algorithm of passes 2, 3, and 5 in seven lines, and the line that a step belongs to.

use crate::steps::{Found, Step, Then, What};
use dedup::Via;

/// The lines. Passes 2 and 5 use the first four: there `equal` compares two records and nothing else.
pub const LINES: [&str; 7] = [
    "for each type t of the pass:",
    "  for each canonical c of its hash:",
    "    equal(c, t)? replace t by c",
    "  none is equal: t becomes canonical",
    "equal(c, t): one type, or assumed?",
    "  assume c ≡ t; compare the records",
    "  equal(…) for all they refer to",
];

/// The line, from 1, that a step belongs to; none for the passes that do something else.
pub fn line(step: &Step) -> Option<u32> {
    let after = |then: Then| match then {
        Then::Next(_) => 2,
        Then::Canonical => 4,
    };
    Some(match step.what {
        What::Pass(pass) => {
            let number = crate::pass::number(pass);
            return matches!(number, 2 | 3 | 5).then_some(1);
        }
        What::Found { .. } => 2,
        What::Equal { .. } | What::Holds { .. } => 3,
        What::Canonical { .. } => 4,
        What::EnumDefined { then, .. }
        | What::RecordsDiffer { then, .. }
        | What::HoldsOffBase { then, .. }
        | What::Dropped { then, .. } => after(then),
        What::Walk { .. } | What::Differ { .. } => 6,
        What::Visit { found, via, .. } => match found {
            Found::Same | Found::Known | Found::Contradiction { .. } => 5,
            Found::Assumed if !matches!(via, Via::Root | Via::Target) => 7,
            Found::Assumed | Found::AssumedFalsely | Found::Forward => 6,
        },
        What::Shared { .. }
        | What::BaseEntered { .. }
        | What::Skipped(_)
        | What::ForwardResolved { .. }
        | What::ForwardStays { .. }
        | What::Renumbered { .. }
        | What::Remapped { .. }
        | What::Done => return None,
    })
}
