//! The first pass.

use super::{ARTICLE, LIBBPF};
use crate::{Choice, Exercise, Figure, Idea, Lesson, Question, Show};

pub const LESSON: Lesson = Lesson {
    slug: "strings",
    title: "Strings first",
    minutes: 3,
    text: &[
        "Every unit brings its own strings, so one name can have many offsets. Names are compared more often than anything else, so the first pass stores each string once: it visits the types in order and adds every name (of a type, [[member]], enumerator or parameter) that it has not seen yet.",
        "From then on, comparing two names means comparing two integers, their [[name_off]]. All later passes rely on it.",
        "The pass also drops strings that no type refers to. The types of Linux 6.1 mention names 7.8 million times, 88.6 MB of letters. Dedup leaves 95,782 strings, 1.69 MB.",
        "Then and now: the 2018 article sorts the strings to find equal ones. libbpf has used a hash set since 2020 and keeps the order of first use. It skips the pass if each string was added only once from the beginning. [[pahole]] does that, so a kernel build stores each name once without this pass; BTF that is read from a file needs the pass.",
    ],
    ideas: &[
        Idea {
            says: "Each name once",
            more: "In the order in which types first mention them. Strings that no type refers to are dropped.",
        },
        Idea {
            says: "Compare integers, not letters",
            more: "From here on two names are equal if their offsets are.",
        },
        Idea {
            says: "7.8 million mentions, 95,782 strings",
            more: "Linux 6.1: 88.6 MB of letters become 1.69 MB.",
        },
    ],
    figure: Figure {
        scenario: "strings",
        show: Show::Strings,
        caption: "The string section of two units. Step through the names in the order in which the pass visits them.",
    },
    question: Question {
        ask: "Unit 1 has `struct a { int x; };`, unit 2 has `struct x { int a; };`. How many strings are left, without the empty one?",
        choices: &[
            Choice { says: "3", but: "" },
            Choice {
                says: "4: two structs and two members",
                but: "What a name is used for makes no difference. Which of these four are the same letters? And which name is missing from your count?",
            },
            Choice {
                says: "6: three of each unit",
                but: "That is the number before the pass. Which of them are the same letters?",
            },
        ],
        right: 0,
        why: "Three: a, int and x. A string is stored once, whatever it names.",
    },
    exercise: Exercise {
        check: "no-new-name",
        task: "In unit 2, write a new struct that survives dedup but adds nothing to the string section.",
        start: &["struct point {\n    int x;\n    int y;\n};\n", ""],
        number: None,
        hints: &[
            "A string can name anything: the name of a member can also be that of a struct.",
            "`struct x` with a member `y`, say.",
        ],
        answer: &[
            "struct point {\n    int x;\n    int y;\n};\n",
            "struct x {\n    int y;\n};\n",
        ],
    },
    sources: &[ARTICLE, LIBBPF],
};
