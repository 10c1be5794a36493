//! The words of the field.

/// A word and its meaning.
#[derive(Clone, Copy, Debug)]
pub struct Term {
    /// The word.
    pub word: &'static str,
    /// What it means.
    pub means: &'static str,
}

const TERMS: [Term; 32] = [
    Term {
        word: "array",
        means: "A type with three numbers: the type of its elements, the type of its index and how many elements it has.",
    },
    Term {
        word: "base",
        means: "The BTF on which [[split BTF]] is based: for a module, the kernel’s.",
    },
    Term {
        word: "BTF",
        means: "BPF Type Format: the kernel’s own description of its types, small enough to be loaded with it. A header, types one after the other, and strings.",
    },
    Term {
        word: "bucket",
        means: "The kept types with the same [[hash]]. A new type is compared only with these.",
    },
    Term {
        word: "candidate",
        means: "The type that is examined now, and that may be equal to a [[canonical type]].",
    },
    Term {
        word: "canonical type",
        means: "The type that is kept and represents all types that are equal to it.",
    },
    Term {
        word: "CO-RE",
        means: "Compile once, run everywhere: a BPF program’s accesses to kernel structs are adjusted when it is loaded, by comparing the BTF it was compiled with and the running kernel’s.",
    },
    Term {
        word: "compaction",
        means: "The pass that removes the types that are not kept; the others move up and get new ids.",
    },
    Term {
        word: "contradiction",
        means: "A kept type that was assumed to equal one type would have to equal another one too. Unless those two are copies of each other, the walk has failed.",
    },
    Term {
        word: "dedup",
        means: "Deduplication: one of several equal types is kept, and all references lead to it.",
    },
    Term {
        word: "DIE",
        means: "Debugging information entry: one thing that [[DWARF]] describes, such as a type, a member or a function.",
    },
    Term {
        word: "distilled base",
        means: "The few types of the [[base]] that a module needs to find the corresponding types in another build of the same kernel.",
    },
    Term {
        word: "DWARF",
        means: "The debug information that compilers write. Each [[unit]] describes all the types that it uses, even if other units describe them too.",
    },
    Term {
        word: "exact engine",
        means: "The engine that does what libbpf’s `btf__dedup` does, pass by pass. It decides; the laboratory shows it at work.",
    },
    Term {
        word: "fast path",
        means: "What btfscope does before the [[exact engine]]: types that are surely equal are merged by [[hash]] alone, while units are still being read.",
    },
    Term {
        word: "forward",
        means: "A forward declaration, `struct item;`: a name, and whether it is a struct or a union. BTF’s kind FWD.",
    },
    Term {
        word: "hash",
        means: "A number computed from a type’s words. Equal types have equal hashes, so only types with the same hash are compared.",
    },
    Term {
        word: "hypothetical map",
        means: "What a walk over two graphs has assumed so far: which kept type equals which [[candidate]]. It is accepted as a whole or dropped as a whole.",
    },
    Term {
        word: "kind",
        means: "The sort of a type: INT, PTR, STRUCT, … BTF has nineteen.",
    },
    Term {
        word: "member",
        means: "A part of a struct or union: name, type and offset in bits.",
    },
    Term {
        word: "modifier",
        means: "const, volatile or restrict: a type that refers to the one it modifies.",
    },
    Term {
        word: "node",
        means: "On the [[fast path]]: the words of a type, in which a reference to a named struct, union or enumeration is the name alone. Types with the same node are surely equal while each name has one meaning.",
    },
    Term {
        word: "primitive",
        means: "A type that refers to no other: integers, floats, enumerations and forwards.",
    },
    Term {
        word: "prototype",
        means: "What a function returns and takes: BTF’s kind FUNC_PROTO.",
    },
    Term {
        word: "reference",
        means: "A type that refers to another: a pointer, a [[modifier]], an array, a [[prototype]], a function, a tag.",
    },
    Term {
        word: "remap",
        means: "The last pass: every reference gets the new id of what it refers to.",
    },
    Term {
        word: "shard",
        means: "On the [[fast path]]: consecutive units that one worker encodes by itself. Shards are merged in the order of the file.",
    },
    Term {
        word: "split BTF",
        means: "The types that only a module has. Its ids and string offsets continue those of its [[base]].",
    },
    Term {
        word: "type graph",
        means: "Types as dots, references as arrows. Pointers make cycles in it; at a [[forward]] the graph of a unit ends.",
    },
    Term {
        word: "type id",
        means: "The number of a type: its place in the section, from 1 on. 0 is void.",
    },
    Term {
        word: "typedef",
        means: "Another name for a type; a type of its own in BTF.",
    },
    Term {
        word: "unit",
        means: "Compilation unit: one source file with everything that it includes, compiled.",
    },
];

/// All words, by the alphabet.
pub fn glossary() -> &'static [Term] {
    &TERMS
}

/// The entry of a word.
pub fn find(word: &str) -> Option<&'static Term> {
    TERMS.iter().find(|term| term.word == word)
}
