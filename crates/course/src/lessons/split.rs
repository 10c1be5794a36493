//! Modules, and what it is all for.

use super::{FORMAT, LIBBPF};
use crate::{Choice, Exercise, Figure, Idea, Lesson, Question, Show, Source};

pub const LESSON: Lesson = Lesson {
    slug: "split",
    title: "From one binary to many: modules and CO-RE",
    minutes: 5,
    text: &[
        "A [[module]] is compiled against the kernel and uses its types. Its BTF is [[split BTF]]: only the types that the kernel does not have, with ids and strings that continue those of the kernel, its [[base]]. Dedup works as before, but the base does not change: a module type can be replaced by a base type, never the reverse.",
        "So xfs adds 320 kB to the kernel’s 4.1 MB, and tcp_bbr 2 kB. The price: the BTF is valid only for that exact kernel build, because ids are positions and differ in another build. A [[distilled base]] helps: it carries the base types to which the module refers, named structs and unions without members, so that the module’s types can be put onto the BTF of another build.",
        "Why does this matter? A BPF program that reads `task->pid` contains the offset from the kernel it was built for. [[CO-RE]] records which member was meant, and the loader looks up its offset in the running kernel’s BTF. It looks types up by name. If a name has two types, it tries both, and refuses to load the program if they give different answers.",
        "Some names do keep several types: eleven in Debian’s 6.1 cloud kernel. `btfscope why` says what keeps them apart. `struct elf_note_info` exists twice, for core dumps of 64-bit and of 32-bit programs: one has a member `siginfo_t csigdata`, the other `compat_siginfo_t csigdata`. The task below is modelled on this pair, with the difference further down.",
    ],
    ideas: &[
        Idea {
            says: "A module has only what is new",
            more: "Split BTF: ids and strings continue the kernel’s. xfs adds 320 kB, tcp_bbr 2 kB.",
        },
        Idea {
            says: "The base does not change",
            more: "A module type can be replaced by a base type, never the reverse.",
        },
        Idea {
            says: "CO-RE: which member was meant",
            more: "The loader looks it up by name in the running kernel’s BTF.",
        },
        Idea {
            says: "Some names keep several types",
            more: "Eleven in Debian’s 6.1 cloud kernel. Why were they not merged?",
        },
    ],
    figure: Figure {
        scenario: "elf-note-info",
        show: Show::Steps(2),
        caption: "Two units modelled on a pair of Linux 6.1. Go from decision to decision.",
    },
    question: Question {
        ask: "A module defines `struct item`; the kernel only declares it. May the kernel’s forward declaration be resolved to the module’s definition?",
        choices: &[
            Choice {
                says: "Yes, as between two units",
                but: "Other modules use the same kernel BTF. What would they see?",
            },
            Choice {
                says: "No",
                but: "",
            },
            Choice {
                says: "Yes, while the module is loaded",
                but: "The module’s BTF is separate from the kernel’s. Which of the two would have to change?",
            },
        ],
        right: 1,
        why: "No: all modules share the base, so it does not change. What reaches the declaration in the kernel and the definition in the module stays a type of the module.",
    },
    exercise: Exercise {
        check: "blocking-pair",
        task: "Which pair keeps the two `struct elf_note_info` apart? Follow the walk over them, and enter the id (before dedup) of either type in that pair.",
        start: &[],
        number: Some("Type id"),
        hints: &[
            "Go to the walk over `struct elf_note_info` of unit 2, and step until a step says “different”.",
            "Its record is the same in both units. Follow `thread` to `struct elf_thread_core_info`, and there `prstatus`.",
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
