//! What can be wrong with the BTF of a kernel or module.

use crate::finding::Severity;
use serde::{Deserialize, Serialize};

/// One thing that is wrong, with the values that prove it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Problem {
    /// The file has no `.BTF` section.
    NoBtf {
        /// Whether DWARF exists from which it can be made.
        has_dwarf: bool,
    },
    /// The `.BTF` section has no bytes.
    EmptyBtf {
        /// Whether the section header refers to another file (`SHT_NOBITS`).
        elsewhere: bool,
    },
    /// The BTF cannot be read: it is cut short or damaged.
    UnreadableBtf {
        /// `.BTF` or `.BTF.base`.
        section: String,
        /// Why.
        error: String,
    },
    /// The kernel refuses the BTF.
    Refused {
        /// How many types break a rule; 0 if the header or a section does.
        count: u64,
        /// The first of them, as `verify` prints them.
        problems: Vec<String>,
    },
    /// Names begin inside other strings: the string section is another one, or shifted.
    NamesCut {
        /// How many names.
        count: u64,
        /// Of how many.
        of: u64,
        /// Some, as they read.
        examples: Vec<String>,
    },
    /// Functions in sets of kfuncs have no FUNC, so no program can call them.
    KfuncsWithoutFunction {
        /// Which, and why if the DWARF tells.
        missing: Vec<Missing>,
        /// How many functions the sets name.
        of: u64,
    },
    /// Functions in sets of kfuncs have no `bpf_kfunc` tag.
    KfuncsUntagged {
        /// Which.
        names: Vec<String>,
        /// How many functions the sets name.
        of: u64,
    },
    /// The prototypes of kfuncs still have the arguments that the verifier passes.
    ImplicitArguments {
        /// Which.
        names: Vec<String>,
        /// How many entries of sets have the flag of such kfuncs.
        of: u64,
    },
    /// The ids in `.BTF_ids` lead to other types than those the symbols name: the BTF was replaced after the link.
    IdsOfOtherBtf {
        /// How many ids of sets of kfuncs.
        count: u64,
        /// Of how many.
        of: u64,
        /// Some: the id, and what it leads to.
        examples: Vec<String>,
    },
    /// Functions that the kernel names in `.BTF_ids` have no FUNC: hooks that programs attach to among them.
    FunctionsMissing {
        /// Which, and why if the DWARF tells.
        missing: Vec<Missing>,
        /// How many functions the section names.
        of: u64,
    },
    /// The kernel has per-CPU variables, and its BTF no section of them.
    PerCpuMissing {
        /// How many variables the symbol table has in that section.
        variables: u64,
    },
    /// A type that most BPF programs read has several definitions.
    CoreTypeRepeated {
        /// `struct task_struct`.
        title: String,
        /// The definitions.
        definitions: Vec<Definition>,
        /// The nearest difference of each from the first, as `why` prints it.
        differences: Vec<String>,
    },
    /// A module's split BTF is based on another kernel's.
    OtherBase {
        /// The release for which the module was built, and the kernel's, where both are known and differ.
        releases: Option<(String, String)>,
        /// The size of the module's own `struct module` and of the kernel's, in bytes, where they differ.
        module_struct: Option<(u64, u64)>,
        /// How many types break a rule on this base.
        broken: u64,
        /// How many names begin inside another string on this base.
        cut: u64,
        /// Some broken types.
        examples: Vec<String>,
    },
    /// A module's distilled base does not fit the kernel.
    BaseDoesNotFit {
        /// Which type, and how.
        error: String,
    },
    /// The kernel's `struct module` has another size than the module's own.
    ModuleStruct {
        /// The module's, in bytes.
        own: u64,
        /// The kernel's, in bytes.
        kernel: u64,
    },
    /// A second dedup finds many equal types.
    NotDeduplicated {
        /// Types that are equal to another.
        types: u64,
        /// Bytes that a second dedup saves.
        saved: u64,
        /// Bytes of types and strings.
        bytes: u64,
    },
    /// The types are not sorted by name, which the build of this kernel does last.
    NotSorted {
        /// The kernel's release.
        release: String,
        /// The first name that comes after a greater one, and that one.
        first: (String, String),
    },
    /// A named reader refuses what the BTF contains.
    ReaderRefuses {
        /// `libbpf 1.1`.
        reader: String,
        /// `a layout section`.
        content: String,
        /// How many types use it; 0 for what is no type's.
        types: u64,
        /// The version that was measured.
        measured: String,
        /// Its message.
        message: String,
    },
    /// A named reader may refuse what the BTF contains: its version was not measured, and others differ.
    ReaderUnknown {
        /// `libbpf 1.1`.
        reader: String,
        /// `a layout section`.
        content: String,
        /// How many types use it; 0 for what is no type's.
        types: u64,
        /// The next older version, which refuses.
        refuses: Option<String>,
        /// The next newer version, which reads.
        reads: Option<String>,
    },
}

/// A function that has no FUNC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// The function.
    pub name: String,
    /// Why the encoder leaves it out, if the DWARF tells.
    pub reason: Option<String>,
}

/// One of several definitions of a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// Its type id.
    pub id: u32,
    /// Its size in bytes.
    pub size: u64,
    /// The units that have it, if the DWARF tells.
    pub units: Vec<String>,
}

impl Problem {
    /// A name for scripts that never changes: `kfuncs-untagged`.
    pub fn code(&self) -> &'static str {
        match self {
            Problem::NoBtf { .. } => "no-btf",
            Problem::EmptyBtf { .. } => "empty-btf",
            Problem::UnreadableBtf { .. } => "unreadable-btf",
            Problem::Refused { .. } => "refused",
            Problem::NamesCut { .. } => "names-cut",
            Problem::KfuncsWithoutFunction { .. } => "kfuncs-without-function",
            Problem::KfuncsUntagged { .. } => "kfuncs-untagged",
            Problem::ImplicitArguments { .. } => "implicit-arguments",
            Problem::IdsOfOtherBtf { .. } => "ids-of-other-btf",
            Problem::FunctionsMissing { .. } => "functions-missing",
            Problem::PerCpuMissing { .. } => "per-cpu-missing",
            Problem::CoreTypeRepeated { .. } => "core-type-repeated",
            Problem::OtherBase { .. } => "other-base",
            Problem::BaseDoesNotFit { .. } => "base-does-not-fit",
            Problem::ModuleStruct { .. } => "module-struct",
            Problem::NotDeduplicated { .. } => "not-deduplicated",
            Problem::NotSorted { .. } => "not-sorted",
            Problem::ReaderRefuses { .. } => "reader-refuses",
            Problem::ReaderUnknown { .. } => "reader-unknown",
        }
    }

    /// How much it matters.
    pub fn severity(&self) -> Severity {
        match self {
            Problem::NoBtf { .. }
            | Problem::EmptyBtf { .. }
            | Problem::UnreadableBtf { .. }
            | Problem::Refused { .. }
            | Problem::NamesCut { .. }
            | Problem::KfuncsWithoutFunction { .. }
            | Problem::ImplicitArguments { .. }
            | Problem::IdsOfOtherBtf { .. }
            | Problem::CoreTypeRepeated { .. }
            | Problem::OtherBase { .. }
            | Problem::BaseDoesNotFit { .. }
            | Problem::ModuleStruct { .. }
            | Problem::ReaderRefuses { .. } => Severity::Error,
            Problem::KfuncsUntagged { .. }
            | Problem::FunctionsMissing { .. }
            | Problem::PerCpuMissing { .. }
            | Problem::NotDeduplicated { .. }
            | Problem::NotSorted { .. }
            | Problem::ReaderUnknown { .. } => Severity::Warning,
        }
    }
}
