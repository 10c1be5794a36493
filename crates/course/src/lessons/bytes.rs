//! What a BTF type is.

use super::FORMAT;
use crate::{Choice, Exercise, Figure, Idea, Lesson, Question, Show, Source};

pub const LESSON: Lesson = Lesson {
    slug: "bytes",
    title: "What a BTF type is, byte by byte",
    minutes: 4,
    text: &[
        "A [[BTF]] section is a header of 24 bytes (32 with a [[kind layout]]), the types one after the other, and the strings. Nothing is compressed, and there is no index: the length of a record follows from its [[kind]] and its [[vlen]].",
        "Every record starts with three words of four bytes. The first, [[name_off]], is where the name of the type begins in the strings. The second, `info`, packs the kind (bits 24 to 28), `vlen`, the number of parts (bits 0 to 15), and the [[kind flag]] (bit 31). The third is either the type’s size in bytes or the id of the type it refers to.",
        "What follows depends on the kind. A pointer ends there: 12 bytes. An integer has one word more. A struct has three words for each [[member]]: name, type, and offset in bits, since bit-fields begin anywhere. If its kind flag is set, the upper eight bits of each offset are the width of a bit-field.",
        "On x86 the lowest byte of a word comes first ([[little-endian]]): the bytes `02 00 00 04` are the word 0x04000002, which is kind 4 (STRUCT), vlen 2, and no kind flag.",
        "A type’s id is not stored: it is the type’s position in the section. When dedup removes types, ids shift, so every reference must be rewritten.",
    ],
    ideas: &[
        Idea {
            says: "Header, types, strings",
            more: "No index, no compression: a reader goes from front to back.",
        },
        Idea {
            says: "Three words, then the parts",
            more: "Name, kind and number of parts, size or target. A pointer is 12 bytes, each member 12 more.",
        },
        Idea {
            says: "An id is a position",
            more: "Type n has id n. Remove one, and every reference to a later type must change.",
        },
    ],
    figure: Figure {
        scenario: "list",
        show: Show::Bytes,
        caption: "The whole section of a list of integers. Point at bytes or at their meaning, and the other side is marked too.",
    },
    question: Question {
        ask: "How many bytes does the record of `struct point { int x; int y; };` take in the type section, without that of `int`?",
        choices: &[
            Choice {
                says: "8: two ints of four bytes",
                but: "That is the size of the struct in memory. The record contains no ints: it describes them.",
            },
            Choice {
                says: "24: two members of three words",
                but: "Three words for each member are right. But what does every record start with?",
            },
            Choice {
                says: "36",
                but: "",
            },
        ],
        right: 2,
        why: "36: the three words of every record, and three words for each of the two members. The size in memory, 8, is only a number in the third word.",
    },
    exercise: Exercise {
        check: "record",
        task: "Change the declaration so that its BTF record has four members and a size of 16 bytes.",
        start: &["struct shape {\n    int x;\n    int y;\n};\n"],
        number: None,
        hints: &[
            "Four ints are 16 bytes.",
            "There are other ways: two longs alone are 16 bytes, and bit-fields can share an int.",
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
