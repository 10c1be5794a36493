//! The third pass.

use super::{ARTICLE, LIBBPF};
use crate::{Exercise, Figure, Idea, Lesson, Question, Show, Source};

pub const LESSON: Lesson = Lesson {
    slug: "graphs",
    title: "Structs are graphs",
    minutes: 7,
    text: &[
        "Whether two structs are equal depends on what their members point at, and that on what those point at. Pointers make cycles: `struct list` has a pointer to `struct list`. Hashing what is below would never end.",
        "So a struct’s [[hash]] takes only what stands in its own words: names, sizes, offsets, not the types of members. For each kept struct in the [[bucket]] the two [[type graph]]s are walked side by side, from the [[candidate]] and from the [[canonical type|kept type]], member by member.",
        "At each pair the walk records an assumption: this canonical type stands for that candidate. These records are the [[hypothetical map]]. If the walk reaches a pair already in the map, the cycle is closed. If it reaches a canonical type already mapped to another candidate, that is a [[contradiction]]. Any differing field also ends the walk.",
        "If the walk finds no difference, all assumptions become true together. If it fails anywhere, all are discarded and the next type in the bucket is tried. One difference far below keeps apart all types that can reach it.",
        "Then and now: libbpf has walked [[typedef]]s in this pass since late 2025; before that, they were handled in the references pass. Since 2025 it also checks, when a contradiction meets two copies of one type within one unit, whether those two are identical, and lets them pass.",
    ],
    ideas: &[
        Idea {
            says: "Structs are equal only if what they point to is equal",
            more: "And pointers make cycles: no hash of everything below ever ends.",
        },
        Idea {
            says: "Walk two graphs side by side",
            more: "Candidate here, kept type there, member by member.",
        },
        Idea {
            says: "Assume, and go on",
            more: "The hypothetical map: this kept type stands for that candidate. Meet the pair again, and the cycle closes.",
        },
        Idea {
            says: "All of it true, or none of it",
            more: "One difference far below, and all assumptions are discarded.",
        },
    ],
    figure: Figure {
        scenario: "list",
        show: Show::Steps(2),
        caption: "Step on to see the map fill, the cycle close, and both copies become one.",
    },
    question: Question {
        ask: "`struct outer` points at `struct middle`, that at `struct inner`, whose member is an `int` in unit 1 and a `long` in unit 2. How many of the three structs stay twice?",
        choices: &["One: inner", "Two: inner and middle", "All three"],
        right: 2,
        why: "All three. Two structs are equal only if everything that can be reached from them is.",
    },
    exercise: Exercise {
        check: "far-token",
        task: "Four structs are left of two names. Make them two by changing one token.",
        start: &[
            "struct a {\n    struct b *b;\n};\nstruct b {\n    struct a *a;\n    int x;\n};\n",
            "struct a {\n    struct b *b;\n};\nstruct b {\n    struct a *a;\n    long x;\n};\n",
        ],
        number: None,
        hints: &[
            "Step through the walk over `struct a` until it says “differ”.",
            "A member of `struct b`: an int here, a long there.",
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
