//! The last passes.

use super::{ARTICLE, LIBBPF};
use crate::{Exercise, Figure, Idea, Lesson, Question, Show};

pub const LESSON: Lesson = Lesson {
    slug: "references",
    title: "References, compaction, remap",
    minutes: 4,
    text: &[
        "Pointers, [[modifier]]s, arrays, [[prototype]]s, functions and tags say something about another type and nothing else. The walks have settled what structs are; now a [[reference]] is equal to another if its words are, once the ids in them are those of kept types.",
        "So the engine goes down first: what a pointer points at is settled before the pointer. A hash and a look into a [[bucket]] then decide, as for [[primitive]]s. In a kernel this is the largest pass by number: of 4.4 million types in Linux 6.12, 2.6 million are of these kinds.",
        "[[compaction|Compaction]] takes out what is not kept; the rest moves up in its order, and each gets its new id. The [[remap]] then visits every reference once: from the old id to the type it was replaced by, from there to the new id.",
        "The order stays that in which types first appeared. Kernels since 7.0 sort the result by name afterwards, so that types can be found by bisection; dedup itself does not.",
    ],
    ideas: &[
        Idea {
            says: "Down first, then hash",
            more: "What a pointer points at is settled before the pointer. Then its words decide.",
        },
        Idea {
            says: "What is kept moves up",
            more: "In its old order: the place of a type is its id.",
        },
        Idea {
            says: "Every reference is rewritten",
            more: "Old id, canonical type, new id.",
        },
    ],
    figure: Figure {
        scenario: "references",
        show: Show::Steps(4),
        caption: "const, pointers and prototypes are merged; then the rest moves up and gets new ids.",
    },
    question: Question {
        ask: "Two units declare `int open(const char *name);`, the second calls its parameter `path`. How many prototypes are left?",
        choices: &["One", "Two"],
        right: 1,
        why: "Two: names of parameters are among a prototype’s words. Linux 6.12 keeps 25,024 prototypes, more types than of any kind but functions.",
    },
    exercise: Exercise {
        check: "predict",
        task: "Predict how many types are left of these. Then let the engine check.",
        start: &[
            "struct file {\n    const char *name;\n};\nint show(struct file *file);\n",
            "struct file {\n    const char *name;\n};\nint show(struct file *what);\n",
        ],
        number: Some("Types that are left"),
        hints: &[
            "Unit 1 alone has eight: struct file, the pointer to const char, const, char, int, the pointer to the struct, the prototype, the function.",
            "The parameters have different names: the prototype stays twice, and the function with it.",
        ],
        answer: &["10"],
    },
    sources: &[ARTICLE, LIBBPF],
};
