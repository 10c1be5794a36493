//! What a BTF type is.

use super::FORMAT;
use crate::{Exercise, Figure, Idea, Lesson, Question, Show, Source};

pub const LESSON: Lesson = Lesson {
    slug: "bytes",
    title: "What a BTF type is, byte by byte",
    minutes: 4,
    text: &[
        "A [[BTF]] section is a header of 24 bytes, the types one after the other, and the strings. Nothing is compressed, and no type says where the next begins: each is as long as its [[kind]] and its number of parts make it.",
        "Every type starts with the same three words of four bytes. The first is where its name begins in the strings. The second, `info`, packs the kind, the number of parts (`vlen`) and one flag. The third is a size in bytes for what has one, or the [[type id]] of what it refers to.",
        "What follows depends on the kind. A pointer ends there: 12 bytes. An integer has one word more. A struct has three words for each [[member]]: name, type, and its offset in bits, since bit-fields begin anywhere.",
        "A type has no id written in it: it is the n-th of the section, and that is its number. So when dedup takes types out, every reference in the section has to be rewritten.",
    ],
    ideas: &[
        Idea {
            says: "Header, types, strings",
            more: "No index, no compression: a reader goes from front to back.",
        },
        Idea {
            says: "Three words, then the parts",
            more: "Name, kind and number of parts, size or target. A pointer is 12 bytes, a member 12 more.",
        },
        Idea {
            says: "An id is a place",
            more: "The n-th type has the id n. Take one out, and every reference behind it changes.",
        },
    ],
    figure: Figure {
        scenario: "list",
        show: Show::Bytes,
        caption: "The whole section of a list of integers. Point at bytes or at their meaning: the other side follows.",
    },
    question: Question {
        ask: "How many bytes does `struct point { int x; int y; };` take in the type section, its `int` not counted?",
        choices: &["8: it has two ints", "24", "36"],
        right: 2,
        why: "36: three words that every type has, and three for each of two members. Its size in memory, 8, is only a number in the third word.",
    },
    exercise: Exercise {
        check: "record",
        task: "Change the declaration so that its record has four members and says a size of 16 bytes.",
        start: &["struct shape {\n    int x;\n    int y;\n};\n"],
        number: None,
        hints: &[
            "Four ints are 16 bytes.",
            "Other ways: two longs hold 16 bytes alone; bit-fields share an int.",
        ],
        answer: &["struct shape {\n    int x;\n    int y;\n    int z;\n    int w;\n};\n"],
    },
    sources: &[
        FORMAT,
        Source {
            title: "include/uapi/linux/btf.h",
            url: "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/include/uapi/linux/btf.h",
        },
    ],
};
