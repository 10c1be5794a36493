//! Decides whether a BPF object works on a kernel, from the BTF of both, and why not.
//!
//! Nothing is loaded: [`Object`] is what the file contains, [`Kernel`] the types of a kernel and its modules, and [`Checker`] decides
//! what libbpf decides when it loads the object there: relocations against types (CO-RE), externs, attach targets, and structs of
//! operations. It also follows each program, as the verifier does, to tell whether it comes to an instruction that has no
//! value on the kernel. `docs/core-rules.md` lists the rules.
//!
//! ```
//! use core_check::{Checker, Kernel, Object, Report, State};
//!
//! let read = |name: &str| std::fs::read(format!("tests/data/{name}"));
//! let object = Object::read("queue.bpf.o", &read("queue.bpf.o")?)?;
//! let old = Kernel::new("6.1", btf::Btf::parse(&read("old.btf")?)?.into());
//! let new = Kernel::new("6.2", btf::Btf::parse(&read("new.btf")?)?.into());
//!
//! let checker = Checker::new(&object);
//! let answers = vec![checker.check(&old), checker.check(&new)];
//! assert_eq!((answers[0].state, answers[1].state), (State::Ok, State::Fails));
//!
//! let report = Report::of(vec!["6.1".into(), "6.2".into()], &[answers]);
//! let reason = &report.rows[0].cells[1].reasons[0];
//! assert_eq!(reason.heading, "struct run_queue has no member waiting");
//! assert_eq!(reason.instead, ["int queued, at the same place: perhaps its new name"]);
//! assert_eq!(reason.life().as_deref(), Some("works on 6.1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ```text
//! object    the file: programs, records, externs, maps, source lines; objects within other files
//! kernel    types by essential name, modules, symbols, configuration
//! relocate  the decision about each record, in order
//! targets   externs, attach targets, structs of operations
//! flow      which instructions a program comes to
//! reached   which programs come to what the kernel lacks
//! check     all decisions together: an `Answer`
//! instead   what a kernel has in the place of what it lacks
//! report    answers of many objects on many kernels as a table, with reasons in words
//! minimal   the BTF that objects need of a kernel
//! header    the C that objects need of kernels
//! ```
//!
//! Answers are plain values that can be kept and sent. The crate knows no files, threads, or clock, and contains no unsafe code. Input may be
//! damaged or hostile: a check has an allowance in proportion to its input ([`budget`]), and an answer that takes more is
//! [`Answer::undecided`].
#![forbid(unsafe_code)]
#![deny(missing_docs, rustdoc::broken_intra_doc_links)]

mod allowed;
mod answer;
mod arguments;
mod check;
mod flow;
mod header;
mod instead;
mod kernel;
mod minimal;
mod object;
mod reached;
mod relocate;
mod report;
mod spending;
mod targets;

pub use answer::{
    Answer, Beyond, CheckedExtern, CheckedMap, CheckedProgram, Elsewhere, Relocation, State,
    Verdict,
};
pub use check::Checker;
pub use flow::Reach;
pub use header::{HeaderError, header};
pub use instead::{Cause, Instead, Missing};
pub use kernel::{
    Config, FileRole, Found, Kernel, Release, Symbol, SymbolNames, Types, essential, module_name,
    natural, role_of,
};
pub use minimal::{Keep, MinimalError, MinimalSplit, minimal, minimal_split};
pub use object::{
    AttachTo, Autoload, Extern, ExternKind, INSN_BYTES, Insn, Object, ObjectError, Program, Record,
    Refused, SectionKind, Source, StructOpsMap, StructOpsMember, embedded,
};
pub use relocate::{BadAccess, Fatal, Operand, RelocationKind, Scope, Unpatchable};
pub use report::{
    Cell, Expected, ExpectedError, Form, Reason, Report, Row, Worse, heading, reasons,
    type_of_access,
};
pub use targets::{
    AttachIssue, Attached, ExternIssue, Needs, Operations, OpsIssue, Place, Resolved,
};
