//! The last passes.

use super::{ARTICLE, LIBBPF};
use crate::{Choice, Exercise, Figure, Idea, Lesson, Question, Show};

pub const LESSON: Lesson = Lesson {
    slug: "references",
    title: "References, compaction, remap",
    minutes: 4,
    text: &[
        "Pointers, [[modifier]]s, arrays, [[prototype]]s, functions and tags only refer to other types. (Typedefs were among them until 2025: lesson 5.) Structs are settled now, so two [[reference]]s are equal if their records match after their ids are replaced by canonical ids.",
        "So the engine goes down first: what a pointer points to is settled before the pointer. A hash and a lookup in a [[bucket]] then decide, as for [[primitive]]s. In a kernel this pass handles the most types: 2.0 million of the 3.4 million of Linux 6.1.",
        "[[compaction|Compaction]] removes what is not canonical; the canonical types move up in their order, and each gets its new id. The [[remap]] then rewrites every reference once: old id → canonical type → new id.",
        "So the order is that in which types first appear, unit by unit. Kernel builds since 7.0 sort the result by name afterwards, so that a type can be found by bisection. `bpftool btf dump file /sys/kernel/btf/vmlinux` ([[bpftool]]) shows which order your kernel has.",
    ],
    ideas: &[
        Idea {
            says: "Down first, then hash",
            more: "What a pointer points to is settled before the pointer. Then its record decides.",
        },
        Idea {
            says: "Canonical types move up",
            more: "In their order: the position of a type is its id.",
        },
        Idea {
            says: "Every reference is rewritten",
            more: "Old id, canonical type, new id.",
        },
    ],
    figure: Figure {
        scenario: "references",
        show: Show::Steps(4),
        caption: "const, pointers and prototypes become one; then the canonical types move up and get new ids.",
    },
    question: Question {
        ask: "Two units declare `int open(const char *name);`, but the second calls its parameter `path`. How many prototypes remain?",
        choices: &[
            Choice {
                says: "Two",
                but: "",
            },
            Choice {
                says: "One: a caller does not see names of parameters",
                but: "Dedup compares records. What does the record of a prototype contain for each parameter?",
            },
            Choice {
                says: "One, and two functions",
                but: "A function refers to its prototype. What would make the functions differ if they shared it?",
            },
        ],
        right: 0,
        why: "Two: parameter names are part of a prototype. Linux 6.1 keeps 22,449 prototypes, more types than of any kind but functions.",
    },
    exercise: Exercise {
        check: "predict",
        task: "How many types remain after dedup? Predict, then check.",
        start: &[
            "struct file {\n    const char *name;\n};\nint show(struct file *file);\n",
            "struct file {\n    const char *name;\n};\nint show(struct file *what);\n",
        ],
        number: Some("Types that remain"),
        hints: &[
            "Unit 1 alone has eight: struct file, the pointer to const char, const, char, int, the pointer to the struct, the prototype, the function.",
            "The parameters have different names, so both prototypes stay, and both functions with them.",
        ],
        answer: &["10"],
    },
    sources: &[ARTICLE, LIBBPF],
};
