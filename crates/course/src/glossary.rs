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
        means: "The BTF that [[split BTF]] stands on: the kernel’s, for a module’s.",
    },
    Term {
        word: "BTF",
        means: "BPF Type Format: the kernel’s own description of its types, small enough to be loaded with it. A header, types one after the other, and strings.",
    },
    Term {
        word: "bucket",
        means: "The kept types that have one [[hash]]. Only with them is a new type compared.",
    },
    Term {
        word: "candidate",
        means: "The type that is being looked at, and that may turn out to be equal to a [[canonical type]].",
    },
    Term {
        word: "canonical type",
        means: "The type that is kept and stands for all that are equal to it.",
    },
    Term {
        word: "CO-RE",
        means: "Compile once, run everywhere: a BPF program’s accesses to kernel structs are adjusted when it is loaded, by comparing the BTF it was compiled with and the running kernel’s.",
    },
    Term {
        word: "compaction",
        means: "The pass that takes out what is not kept; the rest moves up and gets new ids.",
    },
    Term {
        word: "contradiction",
        means: "A kept type that was assumed to stand for one type now wants to stand for another. Unless those two are copies of each other, the walk has failed.",
    },
    Term {
        word: "dedup",
        means: "Deduplication: of types that are equal one is kept, and everything refers to it.",
    },
    Term {
        word: "DIE",
        means: "Debugging information entry: one thing that [[DWARF]] describes, such as a type, a member or a function.",
    },
    Term {
        word: "distilled base",
        means: "A few types of the [[base]], as much as a module needs to find its way about another build of the same kernel.",
    },
    Term {
        word: "DWARF",
        means: "The debug information that compilers write. Each [[unit]] describes all the types that it uses anew.",
    },
    Term {
        word: "fast path",
        means: "What btfscope does before the [[reference engine]]: types that are surely equal become one by [[hash]] alone, while units are still being read.",
    },
    Term {
        word: "forward",
        means: "A forward declaration, `struct item;`: a name and whether it is a struct or a union, no more. BTF’s kind FWD.",
    },
    Term {
        word: "hash",
        means: "A number computed from a type’s words. Equal types have equal hashes, so only types of one hash are compared.",
    },
    Term {
        word: "hypothetical map",
        means: "What a walk over two graphs has assumed so far: which kept type stands for which [[candidate]]. It becomes true as a whole, or is dropped as a whole.",
    },
    Term {
        word: "kind",
        means: "What sort of type it is: INT, PTR, STRUCT, … BTF has nineteen.",
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
        means: "On the [[fast path]]: a type’s words, with references to named structs, unions and enumerations taken as the name alone. Types of one node are surely equal while each name has one meaning.",
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
        means: "A type that says something about another: a pointer, a [[modifier]], an array, a [[prototype]], a function, a tag.",
    },
    Term {
        word: "reference engine",
        means: "The engine that does what libbpf’s `btf__dedup` does, pass by pass. It has the last word; the laboratory shows it at work.",
    },
    Term {
        word: "remap",
        means: "The last pass: every reference gets the new id of what it refers to.",
    },
    Term {
        word: "shard",
        means: "On the [[fast path]]: a run of units that one worker encodes on its own. Shards are merged in the order of the file.",
    },
    Term {
        word: "split BTF",
        means: "The types that only a module has. Its ids and names count on from those of its [[base]].",
    },
    Term {
        word: "type graph",
        means: "Types as dots, references as arrows. Pointers make cycles in it, and a [[forward]] is where a unit’s graph ends.",
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
        means: "Compilation unit: one source file with all that it includes, compiled.",
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
