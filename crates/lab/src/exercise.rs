//! Whether a task of the course is done. What decides is the engine's result, never the text alone.

use crate::{Event, Lab, Setup, spell};
use btf::{Btf, Data, FwdKind, Kind, TypeId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

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
        return verdict(false, "A unit has an error, which is marked in its text.");
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
                    match added {
                        0 => "Unit 2 is empty; the task needs at least three types.".to_owned(),
                        1 => "Unit 2 has only 1 type; the task needs at least three.".to_owned(),
                        _ => {
                            format!("Unit 2 has only {added} types; the task needs at least three.")
                        }
                    },
                ),
                (_, 0) => verdict(
                    true,
                    format!("Each of the {added} types of unit 2 is replaced by one of unit 1."),
                ),
                (_, more) => verdict(
                    false,
                    match more {
                        1 => format!(
                            "One of unit 2’s {added} types is new: unit 1 does not have it."
                        ),
                        _ => format!(
                            "{more} of unit 2’s {added} types are new: unit 1 does not have them."
                        ),
                    },
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
                    "A record with vlen 4 and size 16: 12 bytes that every record has, and 12 for each member, 60 in all.",
                ),
                (false, Some((vlen, size))) => verdict(
                    false,
                    format!("The first struct has vlen {vlen} and size {size}."),
                ),
                (false, None) => verdict(false, "No unit contains a struct."),
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
                    "Unit 2 has no struct that stays: unit 1 has an equal one, or unit 2 has none.",
                ),
                (_, 0) => verdict(
                    true,
                    "A new struct, and no new string: unit 1 has all its names already.",
                ),
                (_, more) => verdict(
                    false,
                    format!(
                        "The struct stays, but the strings are {more} bytes longer than with unit 1 alone."
                    ),
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
                    "Nothing keeps `struct elf_note_info` apart any more: start over.",
                ),
                (_, None) => verdict(false, "Enter a number."),
                (Some((candidate, canonical)), Some(number)) => {
                    let spelled = |id| format!("`{id} {}`", spell(before, id));
                    match number == candidate.0 || number == canonical.0 {
                        true => verdict(
                            true,
                            format!(
                                "{} and {}: their records differ, so everything that reaches them stays separate.",
                                spelled(candidate),
                                spelled(canonical)
                            ),
                        ),
                        false => verdict(false, not_the_pair(before, &run.events, number)),
                    }
                }
            }
        }
        "ambiguous" => ambiguous(before, after),
        "predict" => {
            let left = u32::try_from(after.len()).unwrap_or(u32::MAX);
            match number {
                None => verdict(false, "Enter a number."),
                Some(number) if number == left => {
                    let all = after
                        .types()
                        .map(|(id, _)| format!("`{id} {}`", spell(after, id)));
                    let all: Vec<String> = all.collect();
                    verdict(true, format!("{left} types remain: {}.", all.join(", ")))
                }
                Some(number) => verdict(
                    false,
                    format!(
                        "Not {number}. Write down the types of unit 1, then go through unit 2: which of its types has an \
                         equal one in unit 1?"
                    ),
                ),
            }
        }
        "second-meaning" => {
            let began = Lab::new(start.clone())
                .fast_path()
                .map_or(0, |fast| fast.left);
            let left = lab.fast_path().map_or(0, |fast| fast.left);
            match (twice_defined(after), changed) {
                (None, _) if left > began => verdict(
                    false,
                    format!(
                        "{left} types go to the exact engine instead of {began}, but only because a new type came: every name \
                         has one definition."
                    ),
                ),
                (None, _) => verdict(
                    false,
                    format!(
                        "Still {left} types go to the exact engine: every name has one definition."
                    ),
                ),
                (Some(name), Some(1)) => verdict(
                    true,
                    format!(
                        "`{name}` has two definitions. {left} types go to the exact engine now instead of {began}: all that \
                         can reach it, once for each definition."
                    ),
                ),
                (Some(name), _) => verdict(
                    false,
                    format!("`{name}` has two definitions, but {}", more_tokens(changed)),
                ),
            }
        }
        _ => verdict(false, "No task has this name."),
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
                format!("The result still contains {found} of `{what}`."),
            );
        }
        if found == 0 {
            return verdict(false, format!("`{what}` is gone, but it must stay, once."));
        }
    }
    if left.len() > wanted.len() {
        return verdict(
            false,
            "The result contains a new name. The two must become one, not get different names.",
        );
    }
    match changed {
        Some(1) => verdict(true, "One token, and each name has one definition."),
        Some(0) => verdict(false, "Nothing has changed yet."),
        _ => verdict(
            false,
            format!("Each name has one definition, but {}", more_tokens(changed)),
        ),
    }
}

/// That more was changed than the task asks for.
fn more_tokens(changed: Option<usize>) -> String {
    match changed {
        Some(tokens) => {
            format!("{tokens} tokens differ from the start. Start over, and change one.")
        }
        None => "units were added or removed. Start over, and change one token.".to_owned(),
    }
}

/// A struct, union or enumeration that has several definitions.
fn twice_defined(after: &Btf) -> Option<String> {
    let mut seen = BTreeSet::new();
    let defined = after.types().filter(|(id, ty)| {
        (ty.kind().is_composite() || ty.kind().is_any_enum())
            && ty.vlen() > 0
            && !after.name(*id).is_empty()
    });
    let mut names = defined.map(|(id, _)| (spell(after, id), after.name(id).into_owned()));
    names.find_map(|(spelled, name)| (!seen.insert(name)).then_some(spelled))
}

/// What to think of a number that is not the pair's.
fn not_the_pair(before: &Btf, events: &[Event], number: u32) -> String {
    let on_the_way = walk(before, events, "elf_note_info").iter().any(|event| {
        matches!(event, Event::Visit { candidate, canonical, .. }
            if candidate.0 == number || canonical.0 == number)
    });
    match on_the_way {
        true => format!(
            "`[{number}]` is on the way, but its record is the same in both units. Go on to the step that says “different”."
        ),
        false => format!(
            "`[{number}]` is not part of this walk. It begins where `struct elf_note_info` of unit 2 is compared."
        ),
    }
}

/// The events from the walk over the structs of this name on.
fn walk<'e>(before: &Btf, events: &'e [Event], name: &str) -> &'e [Event] {
    let begins = |event: &Event| matches!(event, Event::CompareStart { candidate, .. } if before.name(*candidate) == name);
    let start = events.iter().position(begins).unwrap_or(events.len());
    let own = events.get(start..).unwrap_or_default();
    let end = own
        .iter()
        .position(|event| matches!(event, Event::CompareEnd { .. }));
    own.get(..end.unwrap_or(own.len())).unwrap_or_default()
}

/// The pair at which the walk over the structs of this name failed: candidate and canonical type.
fn blocking_pair(before: &Btf, events: &[Event], name: &str) -> Option<(TypeId, TypeId)> {
    walk(before, events, name)
        .iter()
        .find_map(|event| match *event {
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
        return verdict(false, "No forward declaration stays.");
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
            "A forward declaration stays, but its name does not have two definitions: it is not ambiguous, it has none that fits.",
        ),
        (true, 3) => verdict(
            true,
            "Ambiguous, with three types: two definitions and the declaration.",
        ),
        (true, types) => verdict(
            false,
            format!("Ambiguous. But the units have {types} types, and three are enough."),
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

/// Words and signs; neither spaces nor comments count.
fn tokens(text: &str) -> Vec<&str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    let mut rest = without_comment(text);
    while let Some(first) = rest.chars().next() {
        let end = match is_word(first) {
            true => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            false => first.len_utf8(),
        };
        let (token, behind) = rest.split_at(end);
        found.push(token);
        rest = without_comment(behind);
    }
    found
}

/// The text from its first token on.
fn without_comment(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let end = match rest {
            _ if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            _ if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            _ => return rest,
        };
        rest = rest.get(end..).unwrap_or_default().trim_start();
    }
}
