//! The words of the field.

/// A word and its meaning.
#[derive(Clone, Copy, Debug)]
pub struct Term {
    /// The word.
    pub word: &'static str,
    /// What it means, with the marks of lessons ([`crate::text`]).
    pub means: &'static str,
}

const TERMS: [Term; 49] = [
    Term {
        word: "array",
        means: "A type with three numbers: the type of its elements, the type of its index and how many elements it has.",
    },
    Term {
        word: "base",
        means: "The BTF on which [split BTF](term:) is based: for a module, the kernel’s. It does not change.",
    },
    Term {
        word: "bpftool",
        means: "The kernel’s command for BPF. `bpftool btf dump` prints types; the lab reads what it prints.",
    },
    Term {
        word: "BTF",
        means: "BPF Type Format: a compact description of types that is loaded with the kernel. A header, types one after the other, and strings.",
    },
    Term {
        word: "bucket",
        means: "The types that became canonical with the same [hash](term:). A new type is compared only with these.",
    },
    Term {
        word: "candidate",
        means: "The type that is compared with a [canonical type](term:), and that is replaced by it if they are equal.",
    },
    Term {
        word: "canonical type",
        means: "Of several equal types, the one that is kept. It replaces the others.",
    },
    Term {
        word: "CO-RE",
        means: "Compile once, run everywhere: a BPF program records which members it reads, and the loader writes their offsets in the running kernel into it.",
    },
    Term {
        word: "compaction",
        means: "The sixth pass: types that are not canonical are removed, the others move up, and each gets its new id.",
    },
    Term {
        word: "contradiction",
        means: "A canonical type that the walk has paired with one candidate meets another candidate. Unless the two candidates are copies of each other, the walk has found a difference.",
    },
    Term {
        word: "DATASEC",
        means: "A section of the program, with the offset of each [VAR](term:) in it. Dedup never merges two of them.",
    },
    Term {
        word: "dedup",
        means: "Deduplication: of several equal types one is kept, and all references lead to it.",
    },
    Term {
        word: "DIE",
        means: "Debugging information entry: one thing that [DWARF](term:) describes, such as a type, a member or a function.",
    },
    Term {
        word: "distilled base",
        means: "The [base](term:) types to which a module refers, named structs and unions without members. With it the module’s types can be put onto the BTF of another build of the same kernel.",
    },
    Term {
        word: "DWARF",
        means: "The debug information that compilers write. Each [unit](term:) describes all the types that it uses, even if other units describe them too.",
    },
    Term {
        word: "equivalence",
        means: "What the walk over two graphs decides: records are equal, and so is everything they refer to, where a [forward declaration](term:forward) counts as equal to its definition.",
    },
    Term {
        word: "exact engine",
        means: "The engine that does what libbpf’s `btf__dedup` does, pass by pass. The lab shows it at work.",
    },
    Term {
        word: "fast path",
        means: "What btfscope does before the [exact engine](term:): types that are surely equal are merged by [hash](term:) alone, while units are still being read.",
    },
    Term {
        word: "forward",
        means: "A forward declaration, `struct item;`: a name, and whether it is a struct or a union. BTF’s kind FWD. An enumeration without values is one too.",
    },
    Term {
        word: "FUNC",
        means: "A function: its name, its linkage, and its [prototype](term:).",
    },
    Term {
        word: "hash",
        means: "A number computed from a record. Equal types have equal hashes, so only types with the same hash are compared. An enumeration’s is that of its name alone; a struct’s leaves out the types of its members.",
    },
    Term {
        word: "hypothetical map",
        means: "The pairs that a walk has assumed to be equal: each canonical type with one [candidate](term:). Either every entry is accepted, or all are discarded.",
    },
    Term {
        word: "kind",
        means: "The sort of a type, a number in its record: from 1 (INT) to 19 (ENUM64).",
    },
    Term {
        word: "kind flag",
        means: "One bit of `info`. For a struct: its offsets contain widths of bit-fields. For a forward declaration: it declares a union. For an enumeration: its values are signed.",
    },
    Term {
        word: "kind layout",
        means: "An optional section that tells how long the record of each kind is, so that readers can skip kinds they do not know. The header is then 32 bytes long.",
    },
    Term {
        word: "libbpf",
        means: "The library that loads BPF programs. It contains `btf__dedup`, the dedup that kernel builds run.",
    },
    Term {
        word: "little-endian",
        means: "The lowest byte of a number comes first, as on x86 and most Arm machines. BTF has the order of the machine it describes.",
    },
    Term {
        word: "member",
        means: "A part of a struct or union: name, type, and offset in bits.",
    },
    Term {
        word: "modifier",
        means: "const, volatile or restrict: a type that refers to the type it modifies.",
    },
    Term {
        word: "module",
        means: "A part of the kernel that is loaded later: a `.ko` file.",
    },
    Term {
        word: "name_off",
        means: "The first word of a record: where the type’s name begins in the string section. 0 is the empty name.",
    },
    Term {
        word: "node",
        means: "On the [fast path](term:): a record in which a reference to a named struct, union or enumeration is the name alone. Types with the same node are surely equal while each name has one definition.",
    },
    Term {
        word: "pahole",
        means: "The program that makes BTF from DWARF in kernel builds. It hands all types to libbpf’s dedup.",
    },
    Term {
        word: "primitive",
        means: "A type that refers to no other: integers, floats, enumerations and forward declarations.",
    },
    Term {
        word: "prototype",
        means: "What a function returns and takes: BTF’s kind FUNC_PROTO.",
    },
    Term {
        word: "record",
        means: "The words that describe one type: three that every record has, then those of its [kind](term:).",
    },
    Term {
        word: "reference",
        means: "A type that refers to another: a pointer, a [modifier](term:), an array, a [prototype](term:), a function, a tag. Also the id in a record that says to which.",
    },
    Term {
        word: "remap",
        means: "The last pass: every reference gets the new id of the canonical type.",
    },
    Term {
        word: "shard",
        means: "On the [fast path](term:): consecutive units that one worker encodes by itself. Shards are merged in the order of the file.",
    },
    Term {
        word: "split BTF",
        means: "The types that only a module has. Its ids and string offsets continue those of its [base](term:).",
    },
    Term {
        word: "struct_ops",
        means: "Structs of function pointers that a BPF program can implement, such as `struct tcp_congestion_ops`. The kernel finds them by name in BTF, so their definition must be there.",
    },
    Term {
        word: "type graph",
        means: "Types are the nodes, references the arrows. Pointers make cycles in it; at a [forward declaration](term:forward) a unit’s graph ends.",
    },
    Term {
        word: "type id",
        means: "The number of a type: its position in the section, from 1 on. It is not stored. 0 is void.",
    },
    Term {
        word: "typedef",
        means: "Another name for a type; a type of its own in BTF.",
    },
    Term {
        word: "unit",
        means: "Compilation unit: one source file with everything that it includes, compiled.",
    },
    Term {
        word: "VAR",
        means: "A variable: name, type and linkage. Each has its own place in memory, so dedup never merges two of them.",
    },
    Term {
        word: "vlen",
        means: "The number of parts of a record: members, enumerators, parameters. 16 bits of `info`.",
    },
    Term {
        word: "vmlinux",
        means: "The kernel as an ELF file. Its BTF is in the section `.BTF`, and at `/sys/kernel/btf/vmlinux` while it runs.",
    },
    Term {
        word: "walk",
        means: "The comparison of two [graphs](term:type-graph), pair by pair. Its result is whether the two types with which it began are [equivalent](term:equivalence).",
    },
];

/// All words, by the alphabet.
pub fn glossary() -> &'static [Term] {
    &TERMS
}

/// The entry of a word, which may be written as in an address.
pub fn find(word: &str) -> Option<&'static Term> {
    let word = anchor(word);
    TERMS.iter().find(|term| anchor(term.word) == word)
}

/// A word as part of an address.
pub fn anchor(word: &str) -> String {
    word.replace(' ', "-").to_lowercase()
}
