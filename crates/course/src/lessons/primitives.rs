//! The second pass.

use super::{ARTICLE, LIBBPF};
use crate::{Exercise, Figure, Idea, Lesson, Question, Show};

pub const LESSON: Lesson = Lesson {
    slug: "primitives",
    title: "Primitives: hash and compare",
    minutes: 4,
    text: &[
        "Some types refer to no other: integers, floats, enumerations, [[forward]]s. Two of these [[primitive]]s are equal if their words are equal. Nothing else has to be known, so they come second.",
        "Each gets a [[hash]] of its words, and looks into the [[bucket]] of that hash: the kept types that have it. If it equals one of them, that one replaces it; if not, it is kept and joins the bucket. So one look decides, however many types there are.",
        "A hash that is the same for different types costs time, never correctness: the words are compared after all. The laboratory has a switch that gives every type the same hash: same result, more work.",
        "Enumerations have a twist. `enum colour;` is a forward too: an enumeration without values. It is replaced by the definition of that name, wherever it appears. Two definitions must agree in every value: one number that differs, and both stay.",
    ],
    ideas: &[
        Idea {
            says: "Equal words, equal types",
            more: "Integers, floats, enumerations, forwards: they refer to nothing else.",
        },
        Idea {
            says: "A hash opens one bucket",
            more: "Only the kept types in it are compared; the rest of the kernel is never looked at.",
        },
        Idea {
            says: "A bad hash costs time, not truth",
            more: "The words decide. Give everything one hash, and the result is the same.",
        },
    ],
    figure: Figure {
        scenario: "enumeration",
        show: Show::Steps(1),
        caption: "Each primitive opens its bucket. The declared enumeration finds its definition there.",
    },
    question: Question {
        ask: "`int` is four bytes, signed, and so is `typedef int s32`. Are INT `int` and the typedef’s type one type or two after dedup?",
        choices: &["One: the same bits", "Two"],
        right: 1,
        why: "Two: a typedef is a type of its own, of another kind. Dedup joins what says the same, not what means the same to a processor. (So `int` and `long` of one size stay two as well: their names differ.)",
    },
    exercise: Exercise {
        check: "one-token",
        task: "Make these two enumerations one by changing one token.",
        start: &[
            "enum state {\n    IDLE,\n    BUSY,\n    DONE = 4,\n};\n",
            "enum state {\n    IDLE,\n    BUSY,\n    DONE = 5,\n};\n",
        ],
        number: None,
        hints: &["Every value counts, and only one differs.", "`DONE`."],
        answer: &[
            "enum state {\n    IDLE,\n    BUSY,\n    DONE = 4,\n};\n",
            "enum state {\n    IDLE,\n    BUSY,\n    DONE = 4,\n};\n",
        ],
    },
    sources: &[ARTICLE, LIBBPF],
};
