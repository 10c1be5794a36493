//! The first pass.

use super::{ARTICLE, LIBBPF};
use crate::{Exercise, Figure, Idea, Lesson, Question, Show};

pub const LESSON: Lesson = Lesson {
    slug: "strings",
    title: "Strings first",
    minutes: 3,
    text: &[
        "Names are compared more often than anything else. So the first pass makes each string stand once: it goes through the types in order, takes every name that a type, a [[member]], an enumerator or a parameter has, and writes it down when it is new.",
        "From then on two names are equal if their offsets are: one number against another, no letters. All later passes rely on it.",
        "It also drops strings that no type uses any more. In Linux 6.12 types mention names ten million times, 113 MB of letters; 108 thousand different ones are left, 1.95 MB.",
        "Then and now: the 2018 article sorts the strings to find the equal ones. libbpf has used a hash set since 2020 and keeps the order of first use; and it leaves the pass out where strings were put in once each from the beginning, as pahole does.",
    ],
    ideas: &[
        Idea {
            says: "Each name once",
            more: "In the order in which types first name them. What nobody names is dropped.",
        },
        Idea {
            says: "Compare numbers, not letters",
            more: "From here on two names are equal if their offsets are.",
        },
        Idea {
            says: "Ten million names, 108 thousand strings",
            more: "Linux 6.12: 113 MB of letters become 1.95 MB.",
        },
    ],
    figure: Figure {
        scenario: "names",
        show: Show::Steps(0),
        caption: "Two structs that lend each other’s members their names: after the first pass each name stands once.",
    },
    question: Question {
        ask: "Unit 1 has `struct a { int x; };`, unit 2 has `struct x { int a; };`. How many strings are left, the empty one not counted?",
        choices: &["3", "4", "6"],
        right: 0,
        why: "Three: a, int and x. What a name is used for makes no difference: a string is a string.",
    },
    exercise: Exercise {
        check: "no-new-name",
        task: "Write a struct into unit 2 that is new, so that it stays, but adds not one byte to the strings.",
        start: &["struct point {\n    int x;\n    int y;\n};\n", ""],
        number: None,
        hints: &[
            "Strings do not know what they name: a member’s name serves for a struct.",
            "`struct x` with a member `y`, say.",
        ],
        answer: &[
            "struct point {\n    int x;\n    int y;\n};\n",
            "struct x {\n    int y;\n};\n",
        ],
    },
    sources: &[ARTICLE, LIBBPF],
};
