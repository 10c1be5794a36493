//! What a check answers: plain values, which can be kept and sent.

use crate::flow::Reach;
use crate::instead::Missing;
use crate::object::{Autoload, ExternKind, Refused, Source};
use crate::relocate::{Fatal, Operand, RelocationKind};
use crate::targets::{AttachIssue, Attached, Operations, Place, Resolved};
use serde::{Deserialize, Serialize};

/// How a program, or an object, does on a kernel. The order is from best to worst.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Everything resolves.
    #[default]
    Ok,
    /// Something is missing, and the program does not come to it, or the object declares it weak.
    Guarded,
    /// It cannot be told.
    Unknown,
    /// The loader or the verifier stops.
    Fails,
}

impl State {
    /// `ok`, `guarded`, `unknown`, or `fails`.
    pub fn word(self) -> &'static str {
        match self {
            State::Ok => "ok",
            State::Guarded => "guarded",
            State::Unknown => "unknown",
            State::Fails => "fails",
        }
    }

    /// A sign that tells the states apart without colour.
    pub fn sign(self) -> char {
        match self {
            State::Ok => '✓',
            State::Guarded => '◐',
            State::Unknown => '?',
            State::Fails => '✕',
        }
    }

    /// The state that a word names.
    pub fn from_word(word: &str) -> Option<State> {
        let all = [State::Ok, State::Guarded, State::Unknown, State::Fails];
        all.into_iter().find(|state| state.word() == word)
    }
}

/// One object on one kernel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The object's name.
    pub object: String,
    /// The kernel's name.
    pub kernel: String,
    /// The worst of all that a loader does by itself.
    pub state: State,
    /// Why nothing was decided, if the check would have cost more than the object's budget allows. Everything below is empty
    /// then, and the state unknown.
    pub undecided: Option<String>,
    /// Why loaders do not open the object on any kernel.
    pub refused: Vec<Refused>,
    /// Each program, subprograms left out.
    pub programs: Vec<CheckedProgram>,
    /// Each relocation, in the order in which they are decided.
    pub relocations: Vec<Relocation>,
    /// Each extern.
    pub externs: Vec<CheckedExtern>,
    /// Each map of operations.
    pub maps: Vec<CheckedMap>,
}

impl Answer {
    /// Whether a loader hands all programs over to the kernel, as the object was made: what the verifier then finds does not
    /// count. Programs whose loader must set a target do.
    pub fn is_loaded(&self) -> bool {
        let loaded = |program: &&CheckedProgram| program.autoload == Autoload::On;
        let attaches = |program: &CheckedProgram| match &program.attached {
            Attached::Not(AttachIssue::NoSymbol { .. }) => true,
            Attached::Not(_) | Attached::SetByLoader | Attached::OtherProgram => false,
            _ => true,
        };
        let ends = |one: &CheckedExtern| match &one.resolved {
            Resolved::Not(issue) => issue.ends_load(one.kind, one.is_weak),
            _ => false,
        };
        let mut maps = self.maps.iter().filter(|map| !map.is_optional);
        let mut relocations = self.relocations.iter().filter(|one| !one.is_optional);
        self.undecided.is_none()
            && self.refused.is_empty()
            && !self.externs.iter().any(ends)
            && maps.all(|map| map.operations.issues.is_empty())
            && !relocations.any(|one| matches!(one.verdict, Verdict::Fatal(_)))
            && self.programs.iter().filter(loaded).all(attaches)
    }
}

/// A program on a kernel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedProgram {
    /// The function's name.
    pub name: String,
    /// The section's name.
    pub section: String,
    /// Whether a loader loads it by itself.
    pub autoload: Autoload,
    /// What it attaches to.
    pub attached: Attached,
    /// An argument that it reads and the kernel's function does not have.
    pub beyond: Option<Beyond>,
    /// The worst of its target and of what it comes to.
    pub state: State,
}

/// A program reads an argument that the kernel's function does not have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beyond {
    /// The number of the argument, counted from 0.
    pub argument: u32,
    /// How many the program can read: those of the function, and its result if the program sees it.
    pub available: u32,
    /// The kernel's function, as C.
    pub signature: String,
    /// Where the program reads it.
    pub source: Option<Source>,
}

/// A relocation on a kernel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relocation {
    /// The section of its record.
    pub section: String,
    /// The number of the record in that section.
    pub number: u32,
    /// The program or subprogram.
    pub program: String,
    /// Whether a loader decides it by itself.
    pub is_optional: bool,
    /// The number of the instruction in the program.
    pub instruction: u32,
    /// What is asked; `None` if the number of the kind is not known.
    pub kind: Option<RelocationKind>,
    /// The access as C, such as `task_struct.se.my_q`.
    pub access: String,
    /// The access in the object's types, as loaders log it.
    pub local: String,
    /// The line of source.
    pub source: Option<Source>,
    /// How many types of the kernel have the name.
    pub candidates: u32,
    /// The access in the kernel's types, as loaders log it.
    pub target: Option<String>,
    /// The kernel's type at which it starts.
    pub place: Option<Place>,
    /// What became of it.
    pub verdict: Verdict,
}

impl Relocation {
    /// About how many bytes of text it has.
    pub(crate) fn text_bytes(&self) -> usize {
        let source = self.source.as_ref();
        let missing = match &self.verdict {
            Verdict::Ok {
                missing: Some(missing),
                ..
            }
            | Verdict::Poisoned { missing, .. } => missing.text_bytes(),
            _ => 0,
        };
        let target = self.target.as_ref().map_or(0, String::len);
        let source = source.map_or(0, |source| source.file.len() + source.text.len());
        let own = [&self.section, &self.program, &self.access, &self.local];
        own.map(|text| text.len()).iter().sum::<usize>() + target + source + missing
    }
}

/// What became of a relocation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The instruction has the kernel's value.
    Ok {
        /// The operand that has it.
        operand: Operand,
        /// The value in the object.
        from: u64,
        /// The value on the kernel.
        to: u64,
        /// If the access has another size: the size in the object, and on the kernel.
        size: Option<(u32, u32)>,
        /// Why the value is 0, if something was asked for that the kernel lacks.
        missing: Option<Missing>,
    },
    /// The instruction is poisoned.
    Poisoned {
        /// What the kernel lacks.
        missing: Missing,
        /// Whether the verifier comes to it, in the worst of the programs that are loaded.
        reach: Reach,
    },
    /// The load ends here.
    Fatal(Fatal),
}

/// An extern on a kernel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedExtern {
    /// The name.
    pub name: String,
    /// What it is.
    pub kind: ExternKind,
    /// The object works without it.
    pub is_weak: bool,
    /// What was found.
    pub resolved: Resolved,
    /// How the object declares it, as C.
    pub declared: String,
    /// How the kernel declares it, as C.
    pub kernel_has: Option<String>,
    /// Whether a program comes to a call of it, if it is a function that is not resolved.
    pub call: Option<Reach>,
    /// If it is a kfunc that programs call for which the kernel does not register it, as far as its file tells.
    pub elsewhere: Option<Elsewhere>,
    /// How it does.
    pub state: State,
}

/// A kfunc is registered for other types of programs. Some types share what is registered for others, so a call may be allowed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Elsewhere {
    /// The programs that call it.
    pub programs: Vec<String>,
    /// The type of the first of them.
    pub of_type: String,
    /// The types for which it is registered.
    pub registered: Vec<String>,
}

/// A map of operations on a kernel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedMap {
    /// The map's name.
    pub name: String,
    /// The struct that it fills.
    pub of: String,
    /// Whether a loader creates it only if it is asked to.
    pub is_optional: bool,
    /// What was found.
    pub operations: Operations,
    /// How it does.
    pub state: State,
}
