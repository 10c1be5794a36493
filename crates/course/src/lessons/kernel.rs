//! Why a kernel has four million types.

use super::{ARTICLE, LIBBPF};
use crate::{Choice, Exercise, Figure, Idea, Lesson, Question, Show, Source};

pub const LESSON: Lesson = Lesson {
    slug: "why",
    title: "Why a kernel has four million types",
    minutes: 4,
    text: &[
        "A C compiler sees one file at a time. `#include` copies thousands of lines of headers into it, and the compiler writes [[DWARF]] that describes, from scratch, every type this [[unit]] uses. The next unit does the same: it cannot know what the first one described.",
        "Debian’s Linux 6.1 cloud kernel has about 2,000 compilation units. 1,665 of them contain the full definition of `struct task_struct`; nine more only a [[forward|forward declaration]]. `int` is described 2,137 times. A program such as [[pahole]] turns this DWARF into [[BTF]]: 3.4 million types, 132 MB.",
        "Only about 94,000 types are distinct. [[dedup|Dedup]] keeps one copy of each, the [[canonical type]], and points every [[reference]] at it. What is left is 4.1 MB, small enough to be a part of [[vmlinux]] that is loaded with the kernel.",
        "Equal means equal all the way down: two structs are one type only if everything they refer to matches as well. (A forward declaration matches its definition; lesson 6 has the conditions.) This course is about how to decide that for millions of types in about a second.",
    ],
    ideas: &[
        Idea {
            says: "A compiler sees one file at a time",
            more: "So each unit describes, from scratch, every type that it uses.",
        },
        Idea {
            says: "struct task_struct, 1,665 times",
            more: "Linux 6.1: 3.4 million types in about 2,000 units, 132 MB.",
        },
        Idea {
            says: "94,000 types are distinct",
            more: "Dedup keeps one copy of each. 4.1 MB: small enough to be loaded with every kernel.",
        },
    ],
    figure: Figure {
        scenario: "two-units",
        show: Show::Kernel,
        caption: "Two units that include the same header, before dedup. Go to the last step to see what is left. Variables are left out: only their types count.",
    },
    question: Question {
        ask: "`struct list_head` is two pointers. How many units of Linux 6.1 (of about 2,000) contain a copy of it?",
        choices: &[
            Choice {
                says: "217: the units that work with lists",
                but: "A unit contains a type if any header that it includes uses it. How many headers define a struct with a list in it?",
            },
            Choice {
                says: "1,734",
                but: "",
            },
            Choice {
                says: "905: about half",
                but: "`struct task_struct` alone contains several lists, and 1,665 units contain `struct task_struct`.",
            },
        ],
        right: 1,
        why: "1,734. Few units use lists directly, but almost every header defines a struct that contains a `list_head`.",
    },
    exercise: Exercise {
        check: "nothing-new",
        task: "Write at least three types in unit 2 without making the result larger. Everything you write must already exist in unit 1.",
        start: &[
            "struct list {\n    struct list *next;\n    int value;\n};\nstruct point {\n    int x;\n    int y;\n};\n",
            "",
        ],
        number: None,
        hints: &[
            "A struct with a pointer member and an int member makes at least three types.",
            "Copy `struct list` from unit 1: the struct, its pointer and its int are three types.",
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
