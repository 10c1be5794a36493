//! Forward declarations.

use super::{ARTICLE, LIBBPF};
use crate::{Choice, Exercise, Figure, Idea, Lesson, Question, Show, Source};

pub const LESSON: Lesson = Lesson {
    slug: "forwards",
    title: "Forward declarations, and when they stay",
    minutes: 6,
    text: &[
        "C lets a unit use `struct item *` without a definition of `struct item`. Such a unit has a [[forward|forward declaration]] where another has the definition. If the two never matched, almost every struct would survive in many versions, because each unit sees a different part of the graph.",
        "So the walk of the last lesson treats a forward declaration as equal to a definition with the same name and kind. If the walk succeeds, the definition replaces the declaration. If each unit defines what the other only declares, the result contains both definitions ([[lab:crosswise|an example]]).",
        "Forward declarations that no walk has resolved get a pass of their own ([[lab:late|an example]]): one whose name has exactly one definition in the whole kernel is replaced by it. This pass comes after the walks, because before them a name has as many definitions as units contain it. The 2018 article does not have this pass; libbpf has had it since the end of 2022.",
        "With two definitions of a name nobody can say which one is meant: the declaration is ambiguous and stays. A union never resolves `struct item;`, but a union and a struct of the same name make that name ambiguous. (Enumerations have another rule: lesson 4.) Linux 6.1 has 201,280 forward declarations before dedup, and 101 afterwards.",
        "Until version 1.0 libbpf had an option, `dont_resolve_fwds`, with which declarations match nothing. The lab has it as a switch, *Keep forwards*; `btfscope dedup --keep-forwards` shows the price on a kernel: 825,203 types instead of 94,339.",
    ],
    ideas: &[
        Idea {
            says: "A unit’s graph ends at a forward declaration",
            more: "The unit needs only the name of struct item.",
        },
        Idea {
            says: "The walk treats it as equal to the definition",
            more: "Same name, same kind: assumed to be equal, like everything else on the walk.",
        },
        Idea {
            says: "One definition of the name replaces it",
            more: "A pass of its own for what no walk has resolved. In libbpf since the end of 2022.",
        },
        Idea {
            says: "Two definitions: it stays",
            more: "Nobody can say which one is meant. Linux 6.1: 101 of 201,280 remain.",
        },
    ],
    figure: Figure {
        scenario: "forward",
        show: Show::Steps(2),
        caption: "Unit 2 only declares struct item. Watch the walk over struct node meet the declaration.",
    },
    question: Question {
        ask: "Unit 1 defines `union value`. Unit 2 only declares `struct value` and has a pointer to it. What becomes of the forward declaration?",
        choices: &[
            Choice {
                says: "The union replaces it: it is the only definition of that name",
                but: "The name is the same. What else does the declaration record?",
            },
            Choice {
                says: "The struct and the union make the name ambiguous",
                but: "How many definitions does the name have here?",
            },
            Choice {
                says: "It stays",
                but: "",
            },
        ],
        right: 2,
        why: "It stays. The declaration is of a struct, and the only type of its name is a union, which is another kind.",
    },
    exercise: Exercise {
        check: "ambiguous",
        task: "Build the smallest input, counting all types in all units, in which a forward declaration stays because its name is ambiguous.",
        start: &["struct item {\n    int id;\n};\n", "struct item *first;\n"],
        number: None,
        hints: &[
            "It takes two definitions of the name that differ.",
            "A struct needs no members: `struct item {};` is one type. And the declaration needs no pointer: `struct item;` is enough.",
            "A union of the same name is a second definition.",
        ],
        answer: &[
            "struct item {\n};\n",
            "union item {\n};\n",
            "struct item;\n",
        ],
    },
    sources: &[
        ARTICLE,
        LIBBPF,
        Source {
            title: "libbpf: Resolve unambiguous forward declarations (commit 082c4bfba4f7 of Linux, 2022)",
            url: "https://git.kernel.org/torvalds/c/082c4bfba4f7",
        },
    ],
};
