//! Arguments of the commands that read BTF and print what it contains.

use btf::verify::Release;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Arguments of `dump`.
#[derive(Debug, Args)]
#[command(
    long_about = "Prints all types of a file in the order of their ids (as C: in the order in which they can be \
declared).\n\n\
raw and json are what `bpftool btf dump file FILE` prints, without and with -j. c is a header like \
`bpftool btf dump file FILE format c`: it compiles to the same offsets and sizes.\n\n\
With --base the file is split BTF on that base; only its own types are printed. A module with .BTF.base \
needs no --base.\n\n\
With --inline, and for a raw file whose name ends in .inline, the inline sites are read: where functions were inlined and where \
their arguments are. They are based on the .BTF of the same file, or on the file of that name without the ending.",
    after_long_help = "\
Exit codes:
  0  done, also when the reader of a pipe stops reading
  1  an error, told on standard error
  2  the command line is wrong

Examples:
  btfscope dump vmlinux | less
  btfscope dump /sys/kernel/btf/vmlinux --format c > vmlinux.h
  btfscope dump /sys/kernel/btf/nf_tables --base /sys/kernel/btf/vmlinux
  btfscope dump vmlinux --inline"
)]
pub struct DumpArgs {
    /// ELF or raw BTF
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// How to print
    #[arg(long, value_name = "FORM", default_value = "raw")]
    pub format: DumpForm,
    /// The BTF on which split BTF is based
    #[arg(long, value_name = "BASE")]
    pub base: Option<PathBuf>,
    /// Read the inline sites (.BTF.inline) instead of the types
    #[arg(long)]
    pub inline: bool,
}

/// Arguments of `show`.
#[derive(Debug, Args)]
#[command(
    long_about = "Prints one type laid out as pahole shows it: offset and size of every member, holes, padding and \
cache lines of 64 bytes; enumerations with their values, functions with their prototype.\n\n\
TYPE is a name (task_struct), the word for a kind and a name (struct list_head, datasec .data), or an \
id ([123] or 123). All types of that name are printed, a declaration only if there is no definition. \
If none exists, similar names are listed.",
    after_long_help = "\
Exit codes:
  0  done
  1  there is no such type, or another error, told on standard error
  2  the command line is wrong

Examples:
  btfscope show vmlinux task_struct
  btfscope show vmlinux struct list_head
  btfscope show vmlinux func vfs_read
  btfscope show vmlinux '[123]'
  btfscope show vmlinux struct bio --format header > bio.h
  btfscope show vmlinux task_struct --format svg > task_struct.svg
  btfscope show vmlinux struct pt_regs --format rust > pt_regs.rs
  btfscope show vmlinux task_struct --format core-read --member 'mm->exe_file'
  btfscope show vmlinux func vfs_read --format fexit > vfs_read.bpf.c"
)]
pub struct ShowArgs {
    /// ELF or raw BTF
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Name, keyword and name, or [id]
    #[arg(value_name = "TYPE", required = true)]
    pub name: Vec<String>,
    /// What to print
    #[arg(long, value_enum, default_value = "text")]
    pub format: ShowForm,
    /// The member that core-read reads, such as mm->exe_file
    #[arg(long, value_name = "PATH", required_if_eq("format", "core-read"))]
    pub member: Option<String>,
    /// The BTF on which split BTF is based
    #[arg(long, value_name = "BASE")]
    pub base: Option<PathBuf>,
    /// Read the inline sites (.BTF.inline) instead of the types
    #[arg(long)]
    pub inline: bool,
}

/// How to print a type.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ShowForm {
    /// C with offsets, sizes, holes and cache lines, as pahole shows it
    Text,
    /// A C header with everything that the type needs
    Header,
    /// The bytes of a struct as a picture
    Svg,
    /// The declaration in C
    C,
    /// A table of members
    Markdown,
    /// A struct of Rust with the same layout, and those that it contains
    Rust,
    /// A struct of Go with the same layout, and those that it contains
    Go,
    /// The expression with which a BPF program reads the member of --member
    CoreRead,
    /// A BPF program that runs when the function is entered
    Fentry,
    /// A BPF program that runs when the function returns
    Fexit,
    /// The declaration with which a BPF program calls the kfunc
    Kfunc,
    /// A BPF program on the tracepoint, found by its name or `btf_trace_NAME`
    TpBtf,
}

/// Arguments of `stats`.
#[derive(Debug, Args)]
#[command(
    long_about = "Prints how many types of each kind there are and how many bytes they take, and the bytes of the \
strings. With --base only the types of the split BTF itself are counted.",
    after_long_help = "\
Exit codes:
  0  done
  1  an error, told on standard error
  2  the command line is wrong

Examples:
  btfscope stats /sys/kernel/btf/vmlinux
  btfscope stats /sys/kernel/btf/vmlinux.inline"
)]
pub struct StatsArgs {
    /// ELF or raw BTF
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The BTF on which split BTF is based
    #[arg(long, value_name = "BASE")]
    pub base: Option<PathBuf>,
    /// Read the inline sites (.BTF.inline) instead of the types
    #[arg(long)]
    pub inline: bool,
}

/// Arguments of `diff`.
#[derive(Debug, Args)]
#[command(
    long_about = "Compares two BTFs by what their types mean, whatever their ids, order and strings: every type is \
written out with the names of what it refers to, and the two lists are compared.\n\n\
Prints a line for each type that only one of them has: - for the first file, + for the second, with \
the number of copies where it is not one. Then the number of types by kind.\n\n\
With --changes types are paired by kind and name, and what became of each is told: of a struct the members that are new (+), gone (−), \
declared otherwise (≠) or moved (↓), with their offsets; of an enumeration its values; of functions, typedefs and variables both \
declarations. There a type is the same when what it says itself is.\n\n\
With --inline, and for raw files whose names end in .inline, the types of .BTF.inline are compared, each file's on the .BTF of that file.",
    after_long_help = "\
Exit codes:
  0  the same types
  1  they differ
  2  an error, told on standard error, or the command line is wrong

Examples:
  btfscope diff old.btf new.btf
  btfscope diff --base vmlinux module-a.btf module-b.btf
  btfscope diff --changes --kind struct --name sched_entity 6.1.btf 6.12.btf
  btfscope diff --changes --folders --within net/core vmlinux-6.1 vmlinux-6.12
  btfscope diff --changes --format markdown 6.1.btf 6.12.btf > changes.md"
)]
pub struct DiffArgs {
    /// ELF or raw BTF
    #[arg(value_name = "A")]
    pub a: PathBuf,
    /// ELF or raw BTF
    #[arg(value_name = "B")]
    pub b: PathBuf,
    /// The BTF on which both are based, if they are split BTF
    #[arg(long, value_name = "BASE")]
    pub base: Option<PathBuf>,
    /// Compare by name: what became of each type
    #[arg(long)]
    pub changes: bool,
    /// Only types of these kinds, separated by commas
    #[arg(long, value_name = "KINDS", requires = "changes", value_delimiter = ',', value_parser = crate::commands::types::group())]
    pub kind: Vec<explore::Group>,
    /// Only types whose name contains TEXT
    #[arg(long, value_name = "TEXT", requires = "changes")]
    pub name: Option<String>,
    /// Encode the DWARF of both, and name the folders of source files that have changes
    #[arg(long, requires = "changes", conflicts_with = "base")]
    pub folders: bool,
    /// Only types of this folder and those below it
    #[arg(long, value_name = "FOLDER", requires = "folders")]
    pub within: Option<String>,
    /// How to print changes
    #[arg(long, requires = "changes", value_enum, default_value = "text")]
    pub format: ChangesForm,
    /// Compare the inline sites (.BTF.inline) instead of the types
    #[arg(long, conflicts_with = "folders")]
    pub inline: bool,
}

/// How to print changes.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ChangesForm {
    Text,
    Json,
    Markdown,
}

/// Arguments of `verify`.
#[derive(Debug, Args)]
#[command(
    long_about = "Checks BTF against the rules by which the kernel accepts it, and prints every problem found with \
the words of the kernel's log.\n\n\
For a BPF program's BTF the kernel checks everything. For its own and its modules' it leaves out what \
types make of each other (sizes, members that must fit), except chains of modifiers: --for kernel.\n\n\
The rules are those of the newest kernel known, or of the one that --kernel names. After the verdict comes what the file \
uses that not every kernel accepts, and which kernels accept the file.",
    after_long_help = "\
Exit codes:
  0  no rule is broken
  1  a rule is broken, or another error, told on standard error
  2  the command line is wrong

Examples:
  btfscope verify prog.o
  btfscope verify vmlinux --for kernel
  btfscope verify prog.o --kernel 5.15
  btfscope verify module.btf --base vmlinux --for kernel"
)]
pub struct VerifyArgs {
    /// ELF or raw BTF
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The BTF on which split BTF is based
    #[arg(long, value_name = "BASE")]
    pub base: Option<PathBuf>,
    /// Read the inline sites (.BTF.inline) instead of the types
    #[arg(long)]
    pub inline: bool,
    /// Whose BTF it is, which decides how much the kernel checks
    #[arg(long = "for", value_name = "WHOM", default_value = "program")]
    pub subject: Whom,
    /// The release whose rules count, such as 6.12 or what `uname -r` prints; 5.10 is the oldest known
    #[arg(long = "kernel", value_name = "RELEASE", default_value_t = Release::NEWEST)]
    pub release: Release,
}

/// How to print statistics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StatsForm {
    /// Tables for people
    Text,
    /// One JSON object
    Json,
}

/// How to print types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DumpForm {
    /// A line for each type and member, as bpftool prints them
    Raw,
    /// A C header
    C,
    /// One JSON object, as bpftool -j prints it
    Json,
}

/// Whose BTF is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Whom {
    /// A BPF program's: every rule
    Program,
    /// The kernel's own or a module's
    Kernel,
}
