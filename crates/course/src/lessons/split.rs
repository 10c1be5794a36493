//! Modules, and what it is all for.

use super::{FORMAT, LIBBPF};
use crate::{Exercise, Figure, Idea, Lesson, Question, Show, Source};

pub const LESSON: Lesson = Lesson {
    slug: "split",
    title: "From one binary to many: modules and CO-RE",
    minutes: 5,
    text: &[
        "A module is compiled against the kernel and uses its types. Its BTF is [[split BTF]]: only the types that the kernel does not have, with ids and strings that count on from the kernel’s, its [[base]]. Dedup works as before, but the base stays as it is: a module’s type can be replaced by one of the base, never the other way round.",
        "So xfs adds 320 kB to the kernel’s 4.1 MB, and tcp_bbr 2 kB. There is a price: the base must be the very build. Ids are places, and in another build they are other types. A [[distilled base]] carries a few types along, as much as a module needs to find its own again in the next build.",
        "What for? A BPF program reads `task->pid`. Compiled on one machine, it has the offset of `pid` there; on another kernel it is elsewhere. [[CO-RE]] keeps in the program which member of which type is meant, and the loader finds it in the running kernel’s BTF. It looks types up by name: with four million of them, or with two of one name, that would be a different game.",
        "Two of one name do remain. Linux 6.1 has `struct elf_note_info` twice, member for member the same. The pair that blocks them is two structs further on: that is the task below, and on any kernel of your own the engineer’s question “why was this not merged?”.",
    ],
    ideas: &[
        Idea {
            says: "A module has only what is new",
            more: "Split BTF: ids and strings count on from the kernel’s. xfs adds 320 kB, tcp_bbr 2 kB.",
        },
        Idea {
            says: "The base stays as it is",
            more: "A module’s type is replaced by the kernel’s, never the other way round.",
        },
        Idea {
            says: "CO-RE: which member was meant",
            more: "The loader looks it up by name in the running kernel’s BTF.",
        },
        Idea {
            says: "Two of one name remain",
            more: "struct elf_note_info of Linux 6.1: member for member the same. What keeps them apart?",
        },
    ],
    figure: Figure {
        scenario: "elf-note-info",
        show: Show::Steps(2),
        caption: "The pair of Linux 6.1, cut to what matters. Jump from decision to decision.",
    },
    question: Question {
        ask: "A module defines `struct item`; the kernel has only its forward declaration. May the kernel’s forward be replaced by the module’s definition?",
        choices: &["Yes, as always", "No"],
        right: 1,
        why: "No: the base is shared by all modules and is not touched. What reaches the forward in the kernel and the definition in the module stays apart in the module.",
    },
    exercise: Exercise {
        check: "blocking-pair",
        task: "Find the pair that keeps `struct elf_note_info` apart, in the walk over it: the id of either type of that pair, as the graph before dedup numbers them.",
        start: &[],
        number: Some("Type id"),
        hints: &[
            "Jump to the walk over struct elf_note_info in unit 2, and step until a sentence says “differ”.",
            "Its members are the same; follow `thread` to struct elf_thread_core_info, and there `prstatus`.",
        ],
        answer: &["9"],
    },
    sources: &[
        FORMAT,
        LIBBPF,
        Source {
            title: "Linux kernel documentation: BPF CO-RE (libbpf overview)",
            url: "https://docs.kernel.org/bpf/libbpf/libbpf_overview.html",
        },
    ],
};
