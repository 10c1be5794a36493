//! The second pass.

use super::{ARTICLE, LIBBPF};
use crate::{Choice, Exercise, Figure, Idea, Lesson, Question, Show};

pub const LESSON: Lesson = Lesson {
    slug: "primitives",
    title: "Primitives: hash and compare",
    minutes: 4,
    text: &[
        "Some types refer to no other: integers, floats, enumerations, [[forward|forward declarations]]. Two of these [[primitive]]s are equal if their records are. Nothing else has to be known, so they come second.",
        "Each type is [[hash|hashed]] and looked up in the [[bucket]] for that hash. If an equal canonical type is there, the new type is replaced by it; otherwise it becomes canonical and is added to the bucket. So one lookup decides, however many types there are.",
        "A hash collision costs time, never correctness: the records themselves are always compared. The lab has a switch that gives every type the same hash. The result is the same; *Work done* shows how many comparisons it took, and how many it usually takes.",
        "Enumerations are hashed by their name alone. So `enum colour;`, a forward declaration without values, meets its definition in one bucket, and is replaced by it, whether the definition comes earlier or later. Two definitions must agree in every value: if one differs, both stay. A declaration that comes before several definitions is replaced by each in turn, so the last one counts ([[lab:enum-twice|an example]]).",
    ],
    ideas: &[
        Idea {
            says: "Equal records, equal types",
            more: "Integers, floats, enumerations, forward declarations: they refer to nothing else.",
        },
        Idea {
            says: "A hash opens one bucket",
            more: "Only the canonical types in it are compared; the rest of the kernel is never looked at.",
        },
        Idea {
            says: "A bad hash costs time, not correctness",
            more: "The records decide. Give every type one hash, and the result is the same.",
        },
    ],
    figure: Figure {
        scenario: "enumeration",
        show: Show::Steps(1),
        caption: "Each primitive is looked up by its hash. The declared enumeration finds its definition.",
    },
    question: Question {
        ask: "`int` is four bytes and signed; so is `typedef int s32`. After dedup, does `s32` get its own type id, or does it share that of `int`?",
        choices: &[
            Choice {
                says: "It shares that of `int`: size and sign are the same",
                but: "Dedup compares records. Of which kind is each of the two?",
            },
            Choice {
                says: "Its own",
                but: "",
            },
            Choice {
                says: "Its own in each unit",
                but: "Would two units that both contain `typedef int s32` need two of them?",
            },
        ],
        right: 1,
        why: "Its own: a typedef is a type of its own, of another kind. Dedup merges types with identical descriptions, not types with identical machine representation. (So `int` and `long` stay two types on a machine where both have four bytes: their names differ.)",
    },
    exercise: Exercise {
        check: "one-token",
        task: "Change one token so that these two enumerations become one.",
        start: &[
            "enum state {\n    IDLE,\n    BUSY,\n    DONE = 4,\n};\n",
            "enum state {\n    IDLE,\n    BUSY,\n    DONE = 5,\n};\n",
        ],
        number: None,
        hints: &[
            "Every value counts, and only one differs.",
            "The value of `DONE` is 4 in unit 1 and 5 in unit 2.",
        ],
        answer: &[
            "enum state {\n    IDLE,\n    BUSY,\n    DONE = 4,\n};\n",
            "enum state {\n    IDLE,\n    BUSY,\n    DONE = 4,\n};\n",
        ],
    },
    sources: &[ARTICLE, LIBBPF],
};
