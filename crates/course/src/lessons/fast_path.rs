//! Why most of the work can be left out.

use super::{ARTICLE, LIBBPF};
use crate::{Choice, Exercise, Figure, Idea, Lesson, Question, Show};

pub const LESSON: Lesson = Lesson {
    slug: "fast-path",
    title: "The fast path: a name is enough until two definitions meet",
    minutes: 5,
    text: &[
        "[[pahole]] hands 3.4 million types to dedup, which replaces nearly all of them: libbpf’s walks visit 27 million pairs for Linux 6.1. btfscope does something else first. Its result is the same, byte by byte.",
        "Most names have one definition in the whole kernel. While that is so, a reference to `struct file` can be the name alone. With names in place of pointers there are no cycles, so hashing a record is enough: all copies share one [[node]]. This happens while units are still being read, so the copies are never written.",
        "Each worker encodes a contiguous range of units, a [[shard]]. The shards’ nodes are then merged in file order. How many shards there are changes the work, never the result.",
        "A name is enough until two definitions meet. Once all units are read, btfscope knows which names have more than one definition, and which nodes can reach them. Only those nodes are expanded, once for each distinct combination of definitions: if `struct stats` has two, a struct that refers to it becomes two types, one for each. Every other node is written once. So there can be more types than nodes. The [[exact engine]] gets these types and decides.",
        "Why is that right? Take a type that reaches no such name. Its copies have the same record, and so has everything they reach, in every unit and within a unit: the walk could only have found no difference.",
    ],
    ideas: &[
        Idea {
            says: "27 million pairs are visited",
            more: "To find that nearly all of them are equal.",
        },
        Idea {
            says: "A name is enough",
            more: "While struct file has one definition everywhere, a reference to it is its name. No cycles: a hash is enough.",
        },
        Idea {
            says: "Until two definitions meet",
            more: "What can reach a name with two definitions goes to the exact engine once for each.",
        },
        Idea {
            says: "The exact engine decides",
            more: "The same bytes, however many workers there are.",
        },
    ],
    figure: Figure {
        scenario: "pages",
        show: Show::Fast,
        caption: "Only struct stats has two definitions. Everything that cannot reach it is one type before the exact engine begins.",
    },
    question: Question {
        ask: "Two units agree in everything but one member of one struct. Which types can the fast path not share between them?",
        choices: &[
            Choice {
                says: "Only the two definitions of that struct",
                but: "A pointer to that struct refers to one of two types. Is it the same pointer in both units?",
            },
            Choice {
                says: "That struct’s definitions and everything that can reach them",
                but: "",
            },
            Choice {
                says: "None of them: it gives up on these units",
                but: "Does a type that cannot reach the struct depend on it?",
            },
        ],
        right: 1,
        why: "What can reach the name may come out as two types, so it is left to the walk. The rest of both units is shared.",
    },
    exercise: Exercise {
        check: "second-meaning",
        task: "Both units agree, and the fast path shares everything. Change one token so that a name gets two different definitions, and see how many types then go to the exact engine.",
        start: &[
            "struct page {\n    unsigned long flags;\n};\nstruct folio {\n    struct page *page;\n};\nstruct file {\n    struct folio *folio;\n};\n",
            "struct page {\n    unsigned long flags;\n};\nstruct folio {\n    struct page *page;\n};\nstruct file {\n    struct folio *folio;\n};\n",
        ],
        number: None,
        hints: &[
            "A struct is defined differently if a member has another type or name.",
            "Rename `flags` in one of the units.",
        ],
        answer: &[
            "struct page {\n    unsigned long flags;\n};\nstruct folio {\n    struct page *page;\n};\nstruct file {\n    struct folio *folio;\n};\n",
            "struct page {\n    unsigned long marks;\n};\nstruct folio {\n    struct page *page;\n};\nstruct file {\n    struct folio *folio;\n};\n",
        ],
    },
    sources: &[ARTICLE, LIBBPF],
};
