//! Decides whether a BPF object works on a kernel, from the BTF of both, and why not.
#![forbid(unsafe_code)]

mod answer;
mod arguments;
mod check;
mod flow;
mod instead;
mod kernel;
mod minimal;
mod object;
mod relocate;
mod report;
mod targets;

pub use answer::{
    Answer, Beyond, CheckedExtern, CheckedMap, CheckedProgram, Relocation, State, Verdict,
};
pub use check::Checker;
pub use flow::Reach;
pub use instead::{Cause, Instead, Missing};
pub use kernel::{Config, Found, Kernel, Release, Symbol, SymbolNames, Types, essential};
pub use minimal::minimal;
pub use object::{
    AttachTo, Autoload, Extern, ExternKind, INSN_BYTES, Insn, Object, ObjectError, Program, Record,
    Refused, SectionKind, Source, StructOpsMap, StructOpsMember, embedded,
};
pub use relocate::{BadAccess, Fatal, Operand, RelocationKind, Scope, Unpatchable};
pub use report::{Cell, Expected, ExpectedError, Reason, Report, Row, Worse, reasons};
pub use targets::{
    AttachIssue, Attached, ExternIssue, Needs, Operations, OpsIssue, Place, Resolved,
};
