//! The steps of two runs beside each other: the longest common sequence of what they speak of.

use super::AlignedSteps;
use crate::steps::{Step, What};

/// Steps of a run that are aligned between the common beginning and the common end; further ones are listed one run after
/// the other.
pub const MOST_ALIGNED: usize = 2_000;

/// What a step speaks of: a sort of step, and its types.
type Subject = (u8, u32, u32);

pub(super) fn align(a: &[Step], b: &[Step]) -> Vec<AlignedSteps> {
    let subjects = |steps: &[Step]| -> Vec<Subject> { steps.iter().map(subject).collect() };
    let (of_a, of_b) = (subjects(a), subjects(b));
    let same = of_a.iter().zip(&of_b);
    let start = same.take_while(|(a, b)| a == b).count();
    let (rest_a, rest_b) = (
        of_a.get(start..).unwrap_or_default(),
        of_b.get(start..).unwrap_or_default(),
    );
    let from_behind = rest_a.iter().rev().zip(rest_b.iter().rev());
    let end = from_behind.take_while(|(a, b)| a == b).count();
    let (middle_a, middle_b) = (
        rest_a.get(..rest_a.len() - end).unwrap_or_default(),
        rest_b.get(..rest_b.len() - end).unwrap_or_default(),
    );
    let mut rows = Vec::new();
    let mut at = [0, 0];
    let mut put = |left: bool, right: bool| {
        let mut row = AlignedSteps::default();
        for (side, is_there) in [left, right].into_iter().enumerate() {
            if is_there {
                at[side] += 1;
                row.steps[side] = u32::try_from(at[side]).ok();
            }
        }
        if left && right {
            let whats = (a.get(at[0] - 1), b.get(at[1] - 1));
            row.same = matches!(whats, (Some(a), Some(b)) if a.what == b.what);
        }
        rows.push(row);
    };
    (0..start).for_each(|_| put(true, true));
    for (left, right) in common(middle_a, middle_b) {
        put(left, right);
    }
    (0..end).for_each(|_| put(true, true));
    rows
}

/// Which of the two lists goes on, entry by entry.
fn common(a: &[Subject], b: &[Subject]) -> Vec<(bool, bool)> {
    let mut out = Vec::new();
    if a.len() > MOST_ALIGNED || b.len() > MOST_ALIGNED {
        out.extend(a.iter().map(|_| (true, false)));
        out.extend(b.iter().map(|_| (false, true)));
        return out;
    }
    // Longest common sequence of what is left from each place on.
    let width = b.len() + 1;
    let mut longest = vec![0u16; (a.len() + 1) * width];
    let value =
        |longest: &[u16], i: usize, j: usize| longest.get(i * width + j).copied().unwrap_or(0);
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            let own = match a.get(i) == b.get(j) {
                true => value(&longest, i + 1, j + 1) + 1,
                false => value(&longest, i + 1, j).max(value(&longest, i, j + 1)),
            };
            if let Some(place) = longest.get_mut(i * width + j) {
                *place = own;
            }
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        let both = i < a.len() && j < b.len();
        let turn = if both && a.get(i) == b.get(j) {
            (true, true)
        } else if j >= b.len() || both && value(&longest, i + 1, j) >= value(&longest, i, j + 1) {
            (true, false)
        } else {
            (false, true)
        };
        i += usize::from(turn.0);
        j += usize::from(turn.1);
        out.push(turn);
    }
    out
}

/// What a step speaks of.
fn subject(step: &Step) -> Subject {
    match step.what {
        What::Pass(pass) | What::Skipped(pass) => {
            (0, u32::try_from(crate::pass::number(pass)).unwrap_or(0), 0)
        }
        What::Found { id, .. } | What::Canonical { id, .. } => (1, id.0, 0),
        What::Equal { id, .. } | What::EnumDefined { id, .. } | What::RecordsDiffer { id, .. } => {
            (2, id.0, 0)
        }
        What::Walk { id, canonical } | What::Visit { id, canonical, .. } => (3, id.0, canonical.0),
        What::Differ { id, canonical, .. } => (4, id.0, canonical.0),
        What::Holds { id, canonical, .. }
        | What::HoldsOffBase { id, canonical, .. }
        | What::Dropped { id, canonical, .. } => (5, id.0, canonical.0),
        What::ForwardResolved { forward, .. } | What::ForwardStays { forward, .. } => {
            (6, forward.0, 0)
        }
        What::Renumbered { old, .. } => (7, old.0, 0),
        What::Remapped { old } => (8, old.0, 0),
        What::Done => (9, 0, 0),
        What::Shared { .. } => (10, 0, 0),
        What::BaseEntered { .. } => (11, 0, 0),
    }
}

/// Whether a row has only headings of passes: that a pass is left out matters where it would have done something.
pub(super) fn is_heading(row: &[Option<What>; 2]) -> bool {
    let heading = |what: &Option<What>| matches!(what, Some(What::Pass(_) | What::Skipped(_)));
    row.iter().all(heading)
}
