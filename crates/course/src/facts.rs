//! Every figure that the lessons mention, with where it comes from. Tests compare the lessons with this table, and the
//! table with the files of the repository.

/// A figure.
#[derive(Clone, Copy, Debug)]
pub struct Fact {
    /// Its name in this table.
    pub key: &'static str,
    /// As the lessons write it.
    pub says: &'static str,
    /// What it counts.
    pub what: &'static str,
    /// The command that gives it, or the source that says it.
    pub from: &'static str,
}

const fn fact(
    key: &'static str,
    says: &'static str,
    what: &'static str,
    from: &'static str,
) -> Fact {
    Fact {
        key,
        says,
        what,
        from,
    }
}

/// Debian's vmlinux-6.1.0-47-cloud-amd64, on which nearly all figures were counted: encoded by pahole 1.32, and
/// `undeduplicated.btf`, what pahole 1.31 gives to dedup (it flattens arrays of arrays, so it has a few types less).
const FACTS: &[Fact] = &[
    fact(
        "types-before",
        "3,409,960",
        "types before dedup",
        "btfscope encode vmlinux --stats text",
    ),
    fact(
        "types-before-about",
        "3.4 million",
        "types before dedup",
        "btfscope encode vmlinux --stats text",
    ),
    fact(
        "bytes-before",
        "132 MB",
        "bytes before dedup",
        "btfscope stats undeduplicated.btf",
    ),
    fact(
        "types-after",
        "94,397",
        "types after dedup",
        "btfscope stats tests/oracle/vmlinux-6.1.0-47-cloud-amd64.pahole-1.32.btf.gz",
    ),
    fact(
        "types-after-about",
        "94,000",
        "types after dedup",
        "the same",
    ),
    fact("bytes-after", "4.1 MB", "bytes after dedup", "the same"),
    fact(
        "units-about",
        "2,000",
        "compilation units",
        "btfscope encode vmlinux --stats text",
    ),
    fact(
        "int-copies",
        "2,137",
        "copies of int",
        "btfscope dump undeduplicated.btf | grep -c \"INT 'int'\"",
    ),
    fact(
        "task-copies",
        "1,665",
        "copies of struct task_struct",
        "btfscope dump undeduplicated.btf | grep -c \"STRUCT 'task_struct'\"",
    ),
    fact(
        "list-copies",
        "1,734",
        "copies of struct list_head",
        "btfscope dump undeduplicated.btf | grep -c \"STRUCT 'list_head'\"",
    ),
    fact(
        "name-mentions",
        "7.8 million",
        "names that types mention before dedup",
        "the name_off of all types and their parts in undeduplicated.btf that are not 0: 7,830,118",
    ),
    fact(
        "name-letters",
        "88.6 MB",
        "letters of these, with the zero byte of each",
        "the same: 88,563,476",
    ),
    fact(
        "strings-after",
        "95,782",
        "strings after dedup",
        "btfscope stats tests/oracle/vmlinux-6.1.0-47-cloud-amd64.pahole-1.32.btf.gz",
    ),
    fact(
        "string-bytes-after",
        "1.69 MB",
        "bytes of these",
        "the same",
    ),
    fact(
        "forwards-before",
        "201,280",
        "forward declarations before dedup",
        "btfscope stats undeduplicated.btf",
    ),
    fact(
        "forwards-after",
        "101",
        "forward declarations after dedup",
        "btfscope stats tests/oracle/vmlinux-6.1.0-47-cloud-amd64.pahole-1.32.btf.gz",
    ),
    fact(
        "references-before",
        "2.0 million",
        "pointers, modifiers, arrays, prototypes and functions before dedup",
        "btfscope stats undeduplicated.btf: 1,997,440",
    ),
    fact(
        "prototypes-after",
        "22,449",
        "prototypes after dedup",
        "btfscope stats tests/oracle/vmlinux-6.1.0-47-cloud-amd64.pahole-1.32.btf.gz",
    ),
    fact(
        "pairs",
        "27 million",
        "pairs that libbpf's walks visit",
        "calls of btf_dedup_is_equiv while libbpf 1.8 deduplicates undeduplicated.btf: 27.3 million",
    ),
    fact(
        "names-twice",
        "Eleven",
        "names with several types after dedup",
        "btfscope why tests/oracle/vmlinux-6.1.0-47-cloud-amd64.pahole-1.32.btf.gz",
    ),
    fact(
        "xfs",
        "320 kB",
        "bytes of the BTF of xfs.ko",
        "tests/oracle/modules/xfs-6.1.0-47-cloud-amd64.pahole-1.32.btf.gz",
    ),
    fact(
        "tcp-bbr",
        "2 kB",
        "bytes of the BTF of tcp_bbr.ko",
        "tests/oracle/modules/tcp_bbr-6.1.0-47-cloud-amd64.pahole-1.32.btf.gz",
    ),
    fact(
        "kept-before",
        "3,398,858",
        "types of undeduplicated.btf",
        "btfscope stats undeduplicated.btf",
    ),
    fact(
        "kept-usual",
        "94,339",
        "types that dedup leaves of it",
        "btfscope dedup undeduplicated.btf -o less.btf",
    ),
    fact(
        "kept-forwards",
        "825,203",
        "types that are left if forward declarations match nothing",
        "btfscope dedup undeduplicated.btf -o less.btf --keep-forwards",
    ),
    fact(
        "kept-bytes",
        "40.2 MB",
        "bytes of these",
        "the same: 40,242,285",
    ),
    fact(
        "header",
        "24 bytes",
        "header of BTF",
        "btfscope convert, and tests/sample/sample.pahole-1.32.btf",
    ),
    fact(
        "long-header",
        "32",
        "header with the place of a kind layout",
        "tests/sample/sample.pahole-1.32.all.btf",
    ),
    fact(
        "article",
        "2018",
        "the article that describes dedup",
        "https://nakryiko.com/posts/btf-dedup/",
    ),
    fact(
        "hash-set",
        "2020",
        "libbpf's strings in a hash set (be2dc73e); identical arrays (e6725d24)",
        "git log of libbpf, src/btf.c",
    ),
    fact(
        "identical-structs",
        "2022",
        "identical structs (6ebbbacb); forwards by their names (75833109)",
        "git log of libbpf, src/btf.c",
    ),
    fact(
        "identical-all",
        "2025",
        "identical types of all kinds (5ee9fbf7); typedefs walked (37027144)",
        "git log of libbpf, src/btf.c",
    ),
];

/// All figures.
pub fn facts() -> &'static [Fact] {
    FACTS
}

/// The figure of this name, as the lessons write it; empty where there is none.
pub fn fact_of(key: &str) -> &'static str {
    let found = FACTS.iter().find(|fact| fact.key == key);
    found.map(|fact| fact.says).unwrap_or_default()
}

/// Types and bytes of that kernel before and after dedup, for a table.
pub const KERNEL_TYPES: (u64, u64) = (3_409_960, 94_397);
/// See [`KERNEL_TYPES`].
pub const KERNEL_BYTES: (u64, u64) = (132_500_000, 4_102_025);
