//! What a user must know of a result that is complete otherwise.

use btf::Btf;
use btf::verify::{MAX_PROBLEMS, problems};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Something that the result does not show: the file could not tell it, or the kernel will not take it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Note {
    /// The sets of kfuncs are in the other half of a file that was split into code and debug information.
    KfuncsInOtherFile,
    /// The flags of these kfuncs are not in the file, so their tags and implicit arguments are unknown.
    KfuncFlagsUnknown {
        /// How many kfuncs.
        kfuncs: u64,
    },
    /// The kernel's verifier refuses the result.
    RefusedByKernel {
        /// Types that break a rule, [`MAX_PROBLEMS`] at most.
        types: u64,
        /// The first of them, and its rule.
        first: String,
    },
}

impl Note {
    /// What the kernel would say of a BTF that a program brings.
    pub(crate) fn refusal(btf: &Btf) -> Option<Note> {
        let problems = problems(btf, btf::verify::Subject::Program, MAX_PROBLEMS);
        let first = problems.first()?.to_string();
        Some(Note::RefusedByKernel {
            types: problems.len() as u64,
            first,
        })
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::KfuncsInOtherFile => f.write_str(
                "section .BTF_ids has no bytes here; they are in the file from which the debug information was \
                 separated. The result has no tags of kfuncs: encode a file that has both",
            ),
            Note::KfuncFlagsUnknown { kfuncs } => write!(
                f,
                "the flags of {kfuncs} kfuncs are unknown: the ids in .BTF_ids are of a BTF that this file does not \
                 contain. Their tags and implicit arguments may differ from the kernel's"
            ),
            Note::RefusedByKernel { types, first } => {
                let most = match usize::try_from(*types) {
                    Ok(MAX_PROBLEMS) => "at least ",
                    _ => "",
                };
                let plural = if *types == 1 { "type breaks" } else { "types break" };
                write!(
                    f,
                    "a kernel refuses this BTF: {most}{types} {plural} its rules, first {first}. `btfscope verify` lists them"
                )
            }
        }
    }
}
