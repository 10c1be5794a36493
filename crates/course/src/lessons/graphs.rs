//! The third pass.

use super::{ARTICLE, LIBBPF};
use crate::{Choice, Exercise, Figure, Idea, Lesson, Question, Show, Source};

pub const LESSON: Lesson = Lesson {
    slug: "graphs",
    title: "Structs are graphs",
    minutes: 7,
    text: &[
        "Whether two structs are equal depends on what their members refer to, and that on what those refer to. These [[type graph|graphs]] have cycles: `struct list` has a pointer to `struct list`. A hash that followed pointers would never terminate. (A hash down to a fixed depth would, but it would prove nothing: the difference can be one step deeper.)",
        "So a struct’s [[hash]] covers only its own record: its name, its size, and its members’ names and offsets, but not their types. For each canonical type in the [[bucket]] the two graphs are walked side by side, from the [[candidate]] and from the [[canonical type]], member by member.",
        "At each pair the walk records an assumption: this canonical type is equivalent to this candidate. The records are the [[hypothetical map]]. If the pair is already in the map, the check returns “equal” without going further. This is how cycles end. If the map pairs this canonical type with a different candidate, that is a [[contradiction]], and the walk fails ([[lab:contradiction|an example]]): otherwise two different types could pass as one.",
        "If the walk finds no difference, all assumptions hold at once. Structs, unions and forward declarations are replaced right away; pointers follow in pass 5, at the cost of one lookup each. If the walk finds a difference, all assumptions are discarded, and the next type in the bucket is tried. Nothing of a failed walk is remembered, so a later walk can visit the same pair again. A single difference deep in the graph keeps every type that reaches it separate ([[lab:deep|an example]]).",
        "Then and now: libbpf has walked [[typedef]]s in this pass since 2025; before, they were references, as in the 2018 article. Compilers sometimes emit the same type twice within one unit ([[lab:copies|an example]]). libbpf therefore compares the two candidates structurally before it reports a contradiction: arrays since 2020, structs since 2022, all kinds since 2025.",
    ],
    ideas: &[
        Idea {
            says: "Two structs are equal only if what they point to is equal",
            more: "And pointers make cycles: a hash that followed them would never terminate.",
        },
        Idea {
            says: "Walk two graphs side by side",
            more: "Candidate and canonical type, member by member.",
        },
        Idea {
            says: "Assume, and go on",
            more: "The hypothetical map pairs canonical types with candidates. If the walk meets a pair again, it is equal: this is how cycles end.",
        },
        Idea {
            says: "All assumptions hold, or none",
            more: "A single difference deep in the graph, and all of them are discarded.",
        },
    ],
    figure: Figure {
        scenario: "list",
        show: Show::Steps(2),
        caption: "Step through it: the map fills, the walk meets a pair again, and both copies become one.",
    },
    question: Question {
        ask: "`struct outer` points to `struct middle`, that to `struct inner`, whose member is an `int` in unit 1 and a `long` in unit 2. How many of the three structs remain duplicated?",
        choices: &[
            Choice {
                says: "All three",
                but: "",
            },
            Choice {
                says: "One: inner",
                but: "The records of the other two are equal. Is that enough?",
            },
            Choice {
                says: "Two: inner and middle",
                but: "What makes middle different? Does the same hold for what points to middle?",
            },
        ],
        right: 0,
        why: "All three. Two structs are equal only if everything they refer to matches, and both paths lead to inner.",
    },
    exercise: Exercise {
        check: "far-token",
        task: "Dedup leaves four structs with two names. Change one token so that only two remain.",
        start: &[
            "struct a {\n    struct b *b;\n};\nstruct b {\n    struct a *a;\n    int x;\n};\n",
            "struct a {\n    struct b *b;\n};\nstruct b {\n    struct a *a;\n    long x;\n};\n",
        ],
        number: None,
        hints: &[
            "Step through the walk over `struct a` until a step says “different”.",
            "A member of `struct b` is an int in unit 1 and a long in unit 2.",
        ],
        answer: &[
            "struct a {\n    struct b *b;\n};\nstruct b {\n    struct a *a;\n    int x;\n};\n",
            "struct a {\n    struct b *b;\n};\nstruct b {\n    struct a *a;\n    int x;\n};\n",
        ],
    },
    sources: &[
        ARTICLE,
        LIBBPF,
        Source {
            title: "libbpf: Allow BTF dedup of recursive typedefs (commit 37027144, 2025)",
            url: "https://github.com/libbpf/libbpf/commits/master/src/btf.c",
        },
    ],
};
