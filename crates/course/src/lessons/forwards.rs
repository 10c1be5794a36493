//! Forward declarations.

use super::{ARTICLE, LIBBPF};
use crate::{Exercise, Figure, Idea, Lesson, Question, Show, Source};

pub const LESSON: Lesson = Lesson {
    slug: "forwards",
    title: "Forward declarations, and when they stay",
    minutes: 6,
    text: &[
        "C lets a unit use `struct item *` without knowing what `struct item` is. Such a unit has a [[forward]] where another has the definition, and everything that points there looks different. If they were kept apart, almost every struct would remain in many versions: each unit knows a different part of the whole.",
        "So the walk of the last lesson lets a forward pass for a definition of the same name and kind. If the walk succeeds, the definition replaces the forward. Two units that each hide what the other shows, come out with both.",
        "What no walk has met is left to a pass of its own: a forward whose name has exactly one definition in the whole kernel becomes that definition. The 2018 article does not have this pass; libbpf has had it since late 2022.",
        "With two definitions of a name nobody can say which was meant: the forward is ambiguous and stays. A union does not define a declared struct, but it makes the name ambiguous all the same. In Linux 6.1, 101 of 201,280 forwards remain.",
        "libbpf once had an option to leave forwards alone. The laboratory has it as a switch; `btfscope dedup --keep-forwards` shows the price on a kernel.",
    ],
    ideas: &[
        Idea {
            says: "A forward is where a unit’s graph ends",
            more: "The unit needs no more of struct item than its name.",
        },
        Idea {
            says: "The walk lets it pass for the definition",
            more: "Same name, same kind: assumed to be equal, like everything else on the walk.",
        },
        Idea {
            says: "One definition of the name: that one",
            more: "A pass of its own for what no walk has met. In libbpf since late 2022.",
        },
        Idea {
            says: "Two definitions: it stays",
            more: "Nobody can say which was meant. Linux 6.1: 101 of 201,280 forwards remain.",
        },
    ],
    figure: Figure {
        scenario: "forward",
        show: Show::Steps(2),
        caption: "Unit 2 only declares struct item. Watch the walk over struct node meet the declaration.",
    },
    question: Question {
        ask: "Unit 1 defines `union value`, unit 2 has a pointer to `struct value`, which it only declares. What becomes of the forward?",
        choices: &[
            "It becomes the union: the only definition of that name",
            "It stays",
        ],
        right: 1,
        why: "It stays: it says struct, and a union is another kind. Nothing fits, so nothing is done.",
    },
    exercise: Exercise {
        check: "ambiguous",
        task: "Build the smallest input in which a forward stays though its name is defined: ambiguous. Count all types of all units.",
        start: &["struct item {\n    int id;\n};\n", "struct item *first;\n"],
        number: None,
        hints: &[
            "It takes two definitions of the name that differ.",
            "A struct needs no members: `struct item {};` is one type. And the forward needs no pointer: `struct item;` is enough.",
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
