//! Why a kernel has four million types.

use super::{ARTICLE, LIBBPF};
use crate::{Exercise, Figure, Idea, Lesson, Question, Show, Source};

pub const LESSON: Lesson = Lesson {
    slug: "why",
    title: "Why a kernel has four million types",
    minutes: 4,
    text: &[
        "A C compiler sees one file at a time. `#include` pours thousands of lines of headers into each, and the [[DWARF]] of the [[unit]] that comes out describes every type that it uses, from the beginning. The next unit does the same: it cannot know what the first one said.",
        "Linux 6.1 for the cloud has some two thousand units. 1,665 of them describe `struct task_struct` with all that it contains; nine others only declare it. Every unit has an `int` of its own. Added up that is 3.4 million types, 132 MB of [[BTF]].",
        "The kernel itself knows some 94 thousand types. [[dedup|Dedup]] finds them: of the copies that are equal one is kept, the [[canonical type]], and everything refers to it. What is left is 4.1 MB, small enough to be loaded with every kernel.",
        "Equal means equal all the way down: a struct is the same as another only if everything that can be reached from it is. How to find that out, a few million times in a second, is what this course is about.",
    ],
    ideas: &[
        Idea {
            says: "A compiler sees one file at a time",
            more: "So each unit describes every type that it uses, from the beginning.",
        },
        Idea {
            says: "struct task_struct, 1,665 times",
            more: "Linux 6.1: 3.4 million types in some two thousand units, 132 MB.",
        },
        Idea {
            says: "94 thousand are enough",
            more: "Of equal types one is kept. 4.1 MB: small enough to be loaded with every kernel.",
        },
    ],
    figure: Figure {
        scenario: "two-units",
        show: Show::Kernel,
        caption: "Two units that include one header, after dedup. Step back to see both copies.",
    },
    question: Question {
        ask: "`struct list_head` is two pointers. How many units of Linux 6.1 (of some two thousand) carry a copy of it?",
        choices: &["About 200: those that use lists", "About 900", "1,734"],
        right: 2,
        why: "1,734. Hardly a unit uses a list of its own, but almost every header has a struct with one inside.",
    },
    exercise: Exercise {
        check: "nothing-new",
        task: "Fill unit 2 with at least three types so that the result does not grow: whatever you write must be in unit 1 already.",
        start: &[
            "struct list {\n    struct list *next;\n    int value;\n};\nstruct point {\n    int x;\n    int y;\n};\n",
            "",
        ],
        number: None,
        hints: &[
            "A struct is three types if it has a member of a type that unit 1 knows: the struct, the member’s type, …",
            "Copy `struct list` from unit 1: with its pointer and its int it makes three.",
        ],
        answer: &[
            "struct list {\n    struct list *next;\n    int value;\n};\nstruct point {\n    int x;\n    int y;\n};\n",
            "struct list {\n    struct list *next;\n    int value;\n};\n",
        ],
    },
    sources: &[
        ARTICLE,
        LIBBPF,
        Source {
            title: "Linux commit e83b9f55448a: kbuild: add ability to generate BTF type info for vmlinux (2019)",
            url: "https://git.kernel.org/torvalds/c/e83b9f55448a",
        },
    ],
};
