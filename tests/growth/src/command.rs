//! The commands that are measured, as arguments of `btfscope`.

/// A command line in which words in capitals stand for files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command {
    /// Its name in tables and arguments.
    pub name: &'static str,
    /// `FILE` is the input, `BASE` its base, `SMALL` a file that lacks all it has, `OUT` a file to be written.
    pub arguments: &'static str,
}

const fn command(name: &'static str, arguments: &'static str) -> Command {
    Command { name, arguments }
}

/// For ELF files with DWARF.
pub const DWARF_COMMANDS: &[Command] = &[
    command("encode", "encode FILE -j1 -o OUT"),
    command(
        "encode all",
        "encode FILE -j1 -o OUT --features all,inline --skipped OUT.txt",
    ),
    command("patch", "encode FILE -j1 --patch OUT"),
    command("sources", "sources FILE --after --types"),
    command("why", "why FILE"),
    command("why json", "why FILE --json"),
    command("folders", "diff --changes --folders FILE FILE"),
    command("folders gone", "diff --changes --folders FILE SMALL"),
];

/// For raw BTF.
pub const TYPES_COMMANDS: &[Command] = &[
    command("dedup", "dedup FILE -o OUT"),
    command("dump raw", "dump FILE"),
    command("dump c", "dump FILE --format c"),
    command("dump json", "dump FILE --format json"),
    command("show", "show FILE s"),
    command("show rust", "show FILE s --format rust"),
    command("show go", "show FILE s --format go"),
    command("show svg", "show FILE s --format svg"),
    command("types", "types FILE --sort users"),
    command("types regex", "types FILE m[0-9]*9 --regex"),
    command("types members", "types FILE m --in member"),
    command("functions", "functions FILE"),
    command("variables", "functions FILE --variables"),
    command("why", "why FILE --json"),
    command("diff", "diff FILE FILE"),
    command("diff gone", "diff FILE SMALL"),
    command("changes", "diff --changes FILE FILE"),
    command("changes gone", "diff --changes FILE SMALL"),
    command("history", "history s FILE FILE"),
    command("verify", "verify FILE"),
    command(
        "doctor",
        "doctor FILE --for libbpf=1.4,cilium=0.17,kernel=6.6",
    ),
    command("sort", "convert FILE -o OUT --sort"),
    command("modules", "modules FILE FILE"),
];

/// For split BTF.
pub const SPLIT_COMMANDS: &[Command] = &[
    command("dedup", "dedup FILE --base BASE -o OUT"),
    command("distill", "distill FILE --base BASE -o OUT"),
    command("modules", "modules BASE FILE"),
    command("dump raw", "dump FILE --base BASE"),
    command("dump c", "dump FILE --base BASE --format c"),
    command("types", "types FILE --base BASE"),
    command("why", "why FILE --base BASE"),
    command("diff", "diff FILE FILE --base BASE"),
    command("changes", "diff --changes FILE FILE --base BASE"),
    command("verify", "verify FILE --base BASE"),
    command("doctor", "doctor BASE FILE"),
    command("convert", "convert FILE --base BASE -o OUT --sort"),
    command(
        "relocate",
        "relocate FILE --base BASE --distilled BASE -o OUT",
    ),
];

/// For ELF files with BTF.
pub const OBJECT_COMMANDS: &[Command] = &[
    command("dedup", "dedup FILE -o OUT"),
    command("dedup patch", "dedup FILE --patch OUT"),
    command("functions kfuncs", "functions FILE --kfuncs"),
    command("verify", "verify FILE"),
    command("doctor", "doctor FILE"),
    command("dump raw", "dump FILE"),
    command("dump c", "dump FILE --format c"),
    command("stats", "stats FILE"),
    command("show", "show FILE s"),
];

/// For BPF objects; `BASE` is the BTF of the kernel.
pub const PROGRAM_COMMANDS: &[Command] = &[
    command("core", "core FILE --on BASE --all"),
    command("core json", "core FILE --on BASE --format json"),
    command("core min", "core FILE --on BASE --min OUT.d"),
    command("doctor", "doctor FILE"),
];
