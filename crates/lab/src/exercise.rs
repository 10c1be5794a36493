//! Whether a task of the course is done. What decides is the engine's result, never the text alone.

use crate::{Event, Lab, Setup, spell};
use btf::{Btf, Data, FwdKind, Kind, TypeId};
use serde::{Deserialize, Serialize};

/// What there is to say of a solution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Whether the task is done.
    pub done: bool,
    /// Why, or what is missing, in a sentence.
    pub says: String,
}

fn verdict(done: bool, says: impl Into<String>) -> Verdict {
    Verdict {
        done,
        says: says.into(),
    }
}

/// Looks at a solution of the task of this name. `start` is what the task began with, `number` what was predicted.
pub fn check(task: &str, start: &Setup, lab: &Lab, number: Option<u32>) -> Verdict {
    let Some((units, run)) = lab.result() else {
        return verdict(false, "A unit cannot be read yet: its pane says why.");
    };
    let (before, after) = (&units.btf, &run.deduped.btf);
    let changed = changed_tokens(start, &lab.setup);
    match task {
        "nothing-new" => {
            let added = units.ids.get(1).map_or(0, |ids| ids.len());
            let alone = Lab::new(Setup {
                units: lab.setup.units.iter().take(1).cloned().collect(),
                ..lab.setup.clone()
            });
            let alone = alone.result().map_or(0, |(_, run)| run.deduped.btf.len());
            match (added, after.len() - alone.min(after.len())) {
                (0..3, _) => verdict(
                    false,
                    format!("Unit 2 has {added} types; the task wants at least three."),
                ),
                (_, 0) => verdict(
                    true,
                    format!("Unit 2 brings {added} types, and not one of them is left."),
                ),
                (_, more) => verdict(
                    false,
                    format!(
                        "Of unit 2’s {added} types, {more} are new: unit 1 does not have them."
                    ),
                ),
            }
        }
        "record" => {
            let structs = before.types().filter(|(_, ty)| ty.kind() == Kind::Struct);
            let found: Vec<(u32, u32)> = structs
                .map(|(_, ty)| (ty.vlen(), ty.size().unwrap_or_default()))
                .collect();
            match (found.contains(&(4, 16)), found.first()) {
                (true, _) => verdict(
                    true,
                    "A record with vlen 4 that says 16 bytes: 12 bytes of its own and 12 for each member, 60 in all.",
                ),
                (false, Some((vlen, size))) => verdict(
                    false,
                    format!("The first struct has vlen {vlen} and says {size} bytes."),
                ),
                (false, None) => verdict(false, "There is no struct."),
            }
        }
        "no-new-name" => {
            let first = units.ids.first().map_or(0, |ids| ids.end);
            let new = |(id, ty): &(TypeId, btf::Type<'_>)| {
                id.0 >= first
                    && ty.kind() == Kind::Struct
                    && run
                        .events
                        .iter()
                        .all(|event| !matches!(event, Event::Merged { from, .. } if from == id))
            };
            let alone = Lab::new(Setup {
                units: lab.setup.units.iter().take(1).cloned().collect(),
                ..lab.setup.clone()
            });
            let strings = alone
                .result()
                .map_or(0, |(_, run)| run.deduped.btf.strings().as_bytes().len());
            let more = after.strings().as_bytes().len().saturating_sub(strings);
            match (before.types().filter(new).count(), more) {
                (0, _) => verdict(
                    false,
                    "Unit 2 has no struct that stays: everything in it is in unit 1 too.",
                ),
                (_, 0) => verdict(
                    true,
                    "A new struct, and the strings are as long as before: every name in it was there.",
                ),
                (_, more) => verdict(
                    false,
                    format!("The struct stays, but the strings grew by {more} bytes."),
                ),
            }
        }
        "one-token" => one_token(after, changed, Kind::Enum, &["state"]),
        "far-token" => one_token(after, changed, Kind::Struct, &["a", "b"]),
        "blocking-pair" => {
            let pair = blocking_pair(before, &run.events, "elf_note_info");
            match (pair, number) {
                (None, _) => verdict(
                    false,
                    "Nothing blocks struct elf_note_info any more: take the units as they were.",
                ),
                (_, None) => verdict(false, "Say a number first."),
                (Some((candidate, canonical)), Some(number)) => {
                    let spelled = |id| format!("`{id} {}`", spell(before, id));
                    match number == candidate.0 || number == canonical.0 {
                        true => verdict(
                            true,
                            format!(
                                "{} against {}: what they say differs, and everything that can reach them stays twice.",
                                spelled(candidate),
                                spelled(canonical)
                            ),
                        ),
                        false => verdict(
                            false,
                            format!(
                                "Not [{number}]: follow the walk below struct elf_note_info to the step that says “differ”."
                            ),
                        ),
                    }
                }
            }
        }
        "ambiguous" => ambiguous(before, after),
        "predict" => {
            let left = u32::try_from(after.len()).unwrap_or(u32::MAX);
            match number {
                None => verdict(false, "Say a number first."),
                Some(number) if number == left => verdict(true, format!("{left} it is.")),
                Some(number) => {
                    let side = if number < left { "more" } else { "fewer" };
                    verdict(false, format!("Not {number}: {side} are left."))
                }
            }
        }
        "second-meaning" => {
            let began = Lab::new(start.clone())
                .fast_path()
                .map_or(0, |fast| fast.left);
            let left = lab.fast_path().map_or(0, |fast| fast.left);
            match (left > began, changed) {
                (false, _) => verdict(
                    false,
                    format!("Still {left} types go to the exact engine: no name has two meanings."),
                ),
                (true, Some(1)) => verdict(
                    true,
                    format!(
                        "{left} types go to the exact engine now instead of {began}: all that can reach the name."
                    ),
                ),
                (true, _) => verdict(
                    false,
                    format!(
                        "{left} types instead of {began}, but more than one token is different: undo and try with one."
                    ),
                ),
            }
        }
        _ => verdict(false, "There is no such task."),
    }
}

/// Whether of one kind exactly these types are left, each once, after a change of a single token.
fn one_token(after: &Btf, changed: Option<usize>, kind: Kind, wanted: &[&str]) -> Verdict {
    let names = |(id, ty): (TypeId, btf::Type<'_>)| (ty.kind() == kind).then(|| after.name(id));
    let left: Vec<_> = after.types().filter_map(names).collect();
    for &name in wanted {
        let found = left.iter().filter(|left| **left == name).count();
        let what = format!("{} {name}", kind.name().to_lowercase());
        if found > 1 {
            return verdict(
                false,
                format!("There are still {found} of `{what}` in the result."),
            );
        }
        if found == 0 {
            return verdict(false, format!("`{what}` is gone: it must stay, once."));
        }
    }
    if left.len() > wanted.len() {
        return verdict(
            false,
            "A new name is in the result: the two must become one, not be told apart.",
        );
    }
    match changed {
        Some(1) => verdict(true, "One token, and they are one."),
        Some(0) => verdict(false, "Nothing is changed yet."),
        _ => verdict(
            false,
            "They are one, but more than one token is different from the start: undo and try with one.",
        ),
    }
}

/// The pair at which the walk over the structs of this name failed: candidate and kept type.
fn blocking_pair(before: &Btf, events: &[Event], name: &str) -> Option<(TypeId, TypeId)> {
    let walks = |event: &Event| matches!(event, Event::CompareStart { candidate, .. } if before.name(*candidate) == name);
    let start = events.iter().position(walks)?;
    events.get(start..)?.iter().find_map(|event| match *event {
        Event::NotEqual {
            candidate,
            canonical,
            ..
        } => Some((candidate, canonical)),
        _ => None,
    })
}

/// Whether a forward is left though its name has definitions.
fn ambiguous(before: &Btf, after: &Btf) -> Verdict {
    let mut forwards = after
        .types()
        .filter(|(_, ty)| ty.kind() == Kind::Fwd)
        .peekable();
    if forwards.peek().is_none() {
        return verdict(false, "No forward declaration is left.");
    }
    let found = forwards.any(|(id, ty)| {
        let same = |kind: Kind| {
            let name = after.name(id);
            let all = after.types();
            all.filter(|&(other, ty)| ty.kind() == kind && after.name(other) == name)
                .count()
        };
        let own = match ty.data() {
            Data::Fwd(FwdKind::Union) => same(Kind::Union),
            _ => same(Kind::Struct),
        };
        own > 0 && same(Kind::Struct) + same(Kind::Union) > 1
    });
    match (found, before.len()) {
        (false, _) => verdict(
            false,
            "A forward is left, but its name does not have two definitions: it is not ambiguous, it only has none that fits.",
        ),
        (true, 3) => verdict(true, "Ambiguous, with three types: fewer cannot do it."),
        (true, types) => verdict(
            false,
            format!("Ambiguous. But it has {types} types, and three are enough."),
        ),
    }
}

/// How many tokens differ between two setups of as many units; `None` when that cannot be said in small numbers.
fn changed_tokens(start: &Setup, now: &Setup) -> Option<usize> {
    if start.units.len() != now.units.len() {
        return None;
    }
    let mut all = 0;
    for (old, new) in start.units.iter().zip(&now.units) {
        let (old, new) = (tokens(old), tokens(new));
        let front = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
        let (old, new) = (old.get(front..)?, new.get(front..)?);
        let back = old
            .iter()
            .rev()
            .zip(new.iter().rev())
            .take_while(|(a, b)| a == b)
            .count();
        all += (old.len() - back).max(new.len() - back);
    }
    Some(all)
}

/// Words and signs; neither spaces nor lines count.
fn tokens(text: &str) -> Vec<&str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = match is_word(first) {
            true => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            false => first.len_utf8(),
        };
        let (token, behind) = rest.split_at(end);
        found.push(token);
        rest = behind.trim_start();
    }
    found
}
