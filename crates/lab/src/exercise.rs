//! The checks of the course's tasks.

use crate::check::{Check, CheckLine, CheckText, Solution, Verdict};
use crate::{Lab, Setup};

/// A task: its name, its lines (a condition, and what is said while it does not hold), and what is said in the end.
type Task = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static str,
);

const ONE_TOKEN: [(&str, &str); 2] = [
    (
        "changed.units == 0",
        "Each name has one definition, but units were added or removed. Start over, and change one token.",
    ),
    (
        "changed.tokens == 1",
        "Each name has one definition, but {changed.tokens} tokens differ from the start. Start over, and change one.",
    ),
];

const TASKS: [Task; 9] = [
    (
        "nothing-new",
        &[
            (
                "unit(2).count() > 0",
                "Unit 2 is empty; the task needs at least three types.",
            ),
            (
                "unit(2).count() >= 3",
                "Unit 2 has only {counted(unit(2).count(), \"type\", \"types\")}; the task needs at least three.",
            ),
            (
                "new(2).count() != 1",
                "One of unit 2’s {unit(2).count()} types is new, because unit 1 does not have it: {new(2)}.",
            ),
            (
                "new(2).count() == 0",
                "{new(2).count()} of unit 2’s {unit(2).count()} types are new, because unit 1 does not have them: {new(2)}.",
            ),
        ],
        "Each of the {unit(2).count()} types of unit 2 is replaced by one of unit 1.",
    ),
    (
        "record",
        &[
            ("before.count(STRUCT) > 0", "No unit contains a struct."),
            (
                "before.count(STRUCT, vlen=4, size=16) > 0",
                "The first struct has vlen {before.first(STRUCT).vlen} and size {before.first(STRUCT).size}.",
            ),
        ],
        "A record with vlen 4 and size 16: 12 bytes that every record has, and 12 for each member, 60 in all.",
    ),
    (
        "no-new-name",
        &[
            (
                "new(2).count(STRUCT) > 0",
                "Unit 2 has no struct that stays: unit 1 has an equal one, or unit 2 has none.",
            ),
            (
                "after.strings == alone(1).strings",
                "The struct stays, but the strings are {counted(after.strings - alone(1).strings, \"byte\", \"bytes\")} longer than with unit 1 alone.",
            ),
        ],
        "A new struct, and no new string: unit 1 has all its names already.",
    ),
    (
        "one-token",
        &[
            (
                "after.count(ENUM, \"state\") <= 1",
                "The result still contains {after.count(ENUM, \"state\")} of `enum state`.",
            ),
            (
                "after.count(ENUM, \"state\") == 1",
                "`enum state` is gone, but it must stay, once.",
            ),
            (
                "after.count(ENUM) == 1",
                "The result contains a new name. The two must become one, not get different names.",
            ),
            ONE_TOKEN[0],
            ONE_TOKEN[1],
        ],
        "One token, and each name has one definition.",
    ),
    (
        "far-token",
        &[
            (
                "after.count(STRUCT, \"a\") <= 1",
                "The result still contains {after.count(STRUCT, \"a\")} of `struct a`.",
            ),
            (
                "after.count(STRUCT, \"a\") == 1",
                "`struct a` is gone, but it must stay, once.",
            ),
            (
                "after.count(STRUCT, \"b\") <= 1",
                "The result still contains {after.count(STRUCT, \"b\")} of `struct b`.",
            ),
            (
                "after.count(STRUCT, \"b\") == 1",
                "`struct b` is gone, but it must stay, once.",
            ),
            (
                "after.count(STRUCT) == 2",
                "The result contains a new name. The two must become one, not get different names.",
            ),
            ONE_TOKEN[0],
            ONE_TOKEN[1],
        ],
        "One token, and each name has one definition.",
    ),
    (
        "ambiguous",
        &[
            ("after.count(FWD) > 0", "No forward declaration stays."),
            (
                "after.ambiguous.count() > 0",
                "A forward declaration stays, but its name does not have two definitions: it is not ambiguous, it has none that fits.",
            ),
            (
                "before.count() == 3",
                "Ambiguous. But the units have {before.count()} types, and three are enough.",
            ),
        ],
        "Ambiguous, with three types: two definitions and the declaration.",
    ),
    (
        "predict",
        &[(
            "answer == left",
            "Not {answer}. Write down the types of unit 1, then go through unit 2: which of its types has an equal one in unit 1?",
        )],
        "{left} types remain: {after}.",
    ),
    (
        "second-meaning",
        &[
            (
                "after.repeated.count() > 0 or exact <= start.exact",
                "{exact} types go to the exact engine instead of {start.exact}, but only because a new type came: every name has one definition.",
            ),
            (
                "after.repeated.count() > 0",
                "Still {exact} types go to the exact engine: every name has one definition.",
            ),
            (
                "changed.units == 0",
                "`{after.repeated.first().spelling}` has two definitions, but units were added or removed. Start over, and change one token.",
            ),
            (
                "changed.tokens == 1",
                "`{after.repeated.first().spelling}` has two definitions, but {changed.tokens} tokens differ from the start. Start over, and change one.",
            ),
        ],
        "`{after.repeated.first().spelling}` has two definitions. {exact} types go to the exact engine now instead of {start.exact}: all that can reach it, once for each definition.",
    ),
    (
        "blocking-pair",
        &[
            (
                "cause(\"struct elf_note_info\").found",
                "Nothing keeps `struct elf_note_info` apart any more: start over.",
            ),
            (
                "answer == cause(\"struct elf_note_info\") or not walk(\"struct elf_note_info\").visits(answer)",
                "`[{answer}]` is on the way, but its record is the same in both units. Go on to the step that says “different”.",
            ),
            (
                "answer == cause(\"struct elf_note_info\")",
                "`[{answer}]` is not part of this walk. It begins where `struct elf_note_info` of unit 2 is compared.",
            ),
        ],
        "{cause(\"struct elf_note_info\")}: their records differ, so everything that reaches them stays separate.",
    ),
];

/// The check of the task of this name.
pub fn checks(task: &str) -> Option<CheckText> {
    let (_, lines, done) = TASKS.iter().find(|(name, ..)| *name == task)?;
    let lines = lines.iter().map(|&(condition, no)| CheckLine {
        condition: condition.to_owned(),
        no: no.to_owned(),
    });
    Some(CheckText {
        lines: lines.collect(),
        done: (*done).to_owned(),
    })
}

/// Looks at a solution of the task of this name. `start` is what the task began with, `number` what was predicted.
pub fn check(task: &str, start: &Setup, lab: &Lab, number: Option<u32>) -> Verdict {
    let says = |says: &str| Verdict {
        done: false,
        says: says.to_owned(),
        line: None,
    };
    let Some(text) = checks(task) else {
        return says("No task has this name.");
    };
    match Check::parse(&text) {
        Ok(check) => check.decide(&Solution {
            start,
            lab,
            answer: number,
        }),
        Err((_, error)) => says(&error.to_string()),
    }
}
