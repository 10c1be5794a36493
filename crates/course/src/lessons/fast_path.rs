//! Why most of the work can be left out.

use super::{ARTICLE, LIBBPF};
use crate::{Exercise, Figure, Idea, Lesson, Question, Show};

pub const LESSON: Lesson = Lesson {
    slug: "fast-path",
    title: "The fast path: a name is enough until two definitions meet",
    minutes: 5,
    text: &[
        "pahole writes four million types and hands them to dedup, which throws nearly all of them away: libbpf’s walks visit 27 million pairs for Linux 6.1. btfscope does something else first. Its result is the same, byte by byte.",
        "Most names mean one thing in the whole kernel. While that is so, a reference to `struct file` can be taken as the name alone. Then there are no cycles any more, and a type is settled by [[hash|hashing]] its words: one [[node]] for all copies. That is done while units are still being read, so the copies are never written.",
        "Workers take runs of units, [[shard]]s, each on its own; their nodes are merged in the order of the file. How many shards there are changes the work, never the result.",
        "A name is enough until two definitions meet. When all units are in, the names with more than one meaning are known, and every node from which one of them can be reached. Those are written once for each way in which units define these names; all others once. The [[exact engine]] gets what is left and has the last word.",
        "Why is that right? Take a type that reaches no such name. Its copies say the same, and so does all they reach, in every unit: the walk could only have ended in “equal”.",
    ],
    ideas: &[
        Idea {
            says: "27 million pairs are walked",
            more: "To find that nearly all of them are equal.",
        },
        Idea {
            says: "A name is enough",
            more: "While struct file means one thing everywhere, a reference to it is its name. No cycles: hash and be done.",
        },
        Idea {
            says: "Until two definitions meet",
            more: "Whatever can reach a name of two meanings goes the long way.",
        },
        Idea {
            says: "The exact engine has the last word",
            more: "The same bytes, however many workers there are.",
        },
    ],
    figure: Figure {
        scenario: "elf-note-info",
        show: Show::Fast,
        caption: "Of two units’ types, those with a clear name become one before the engine sees them.",
    },
    question: Question {
        ask: "Two units agree in everything but one struct’s member. Which types can the fast path not share between them?",
        choices: &[
            "Only the two definitions of that struct",
            "That struct’s definitions and everything that can reach them",
            "None: it gives up on these units",
        ],
        right: 1,
        why: "Whatever can reach the name may come out as two types, so it is left to the walk. The rest of both units is shared.",
    },
    exercise: Exercise {
        check: "second-meaning",
        task: "Both units agree, and the fast path shares everything. Change one token so that a name gets a second meaning, and see how many types then go to the exact engine.",
        start: &[
            "struct page {\n    unsigned long flags;\n};\nstruct folio {\n    struct page *page;\n};\nstruct file {\n    struct folio *folio;\n};\n",
            "struct page {\n    unsigned long flags;\n};\nstruct folio {\n    struct page *page;\n};\nstruct file {\n    struct folio *folio;\n};\n",
        ],
        number: None,
        hints: &[
            "A struct whose member has another type or name is another meaning of its name.",
            "`flags`, in one of the units.",
        ],
        answer: &[
            "struct page {\n    unsigned long flags;\n};\nstruct folio {\n    struct page *page;\n};\nstruct file {\n    struct folio *folio;\n};\n",
            "struct page {\n    unsigned long marks;\n};\nstruct folio {\n    struct page *page;\n};\nstruct file {\n    struct folio *folio;\n};\n",
        ],
    },
    sources: &[ARTICLE, LIBBPF],
};
