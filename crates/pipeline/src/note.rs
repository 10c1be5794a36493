//! What a user must know of a result that is complete otherwise.

use crate::identity::Identity;
use crate::kernel_build::KernelFile;
use crate::mend::Mended;
use btf::verify::{MAX_PROBLEMS, problems};
use btf::{Btf, Parts};
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
    /// The kernel's build changes what the encoder writes, and the result has the encoder's types.
    OfEncoder {
        /// The kernel's release, if the file states it.
        release: Option<String>,
    },
    /// The kernel refuses types of this file; they were left out or simplified.
    Mended {
        /// How often.
        count: u64,
        /// What it was most often, and what became of it.
        most: String,
    },
    /// The section contains several BTFs, all of which were read.
    SeveralBtfs {
        /// How many.
        count: u64,
    },
    /// The module was built for another kernel than the one whose BTF is the base.
    OfOtherKernel {
        /// The release in the module's `vermagic`.
        module: String,
        /// The release of the base's kernel.
        kernel: String,
    },
    /// `struct module` has another size in the module than in the base.
    OtherStructModule {
        /// Bytes in the module.
        own: u64,
        /// Bytes in the base.
        kernel: u64,
    },
    /// Bytes behind the BTF are neither padding nor another BTF.
    UnreadBytes {
        /// Where in the section they begin.
        offset: u64,
        /// How many there are.
        len: u64,
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
    /// Whether the result may lack something, or not be accepted. Other notes only say what the result is.
    pub fn is_warning(&self) -> bool {
        !matches!(self, Note::OfEncoder { .. } | Note::SeveralBtfs { .. })
    }

    /// What a user must know of a section that was read.
    pub fn of_parts(parts: &Parts) -> Vec<Note> {
        let count = parts.ranges.len() as u64;
        let several = (count > 1).then_some(Note::SeveralBtfs { count });
        let unread = parts
            .rest
            .map(|(offset, len)| Note::UnreadBytes { offset, len });
        several.into_iter().chain(unread).collect()
    }

    /// What a user who compares with the running kernel must know.
    pub(crate) fn of_kernel(kernel: KernelFile, identity: &Identity) -> Option<Note> {
        let release = identity.release.clone();
        let differs = kernel.build.is_some() && kernel.applied.is_none();
        differs.then_some(Note::OfEncoder { release })
    }

    /// What was changed for the kernel, if anything was.
    pub(crate) fn of_mended(mended: &Mended) -> Option<Note> {
        let most = mended.rows().max_by_key(|row| row.count)?;
        Some(Note::Mended {
            count: mended.total(),
            most: format!("{} {}", most.count, most.reason),
        })
    }

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
                 separated. The result has no tags of kfuncs: encode a file that has both, or name the other half \
                 (encode --sections-from FILE)",
            ),
            Note::KfuncFlagsUnknown { kfuncs } => write!(
                f,
                "the flags of {kfuncs} kfuncs are unknown: the ids in .BTF_ids are of a BTF that this file does not \
                 contain. Their tags and implicit arguments may differ from the kernel's"
            ),
            Note::OfEncoder { release } => {
                let of = match release {
                    Some(release) => format!("Linux {release}"),
                    None => "this kernel".to_owned(),
                };
                write!(
                    f,
                    "the build of {of} changes what the encoder writes: kfuncs lose implicit arguments, and types are \
                     sorted. /sys/kernel/btf therefore differs from this result; --as-kernel makes what it shows"
                )
            }
            Note::Mended { count, most } => write!(
                f,
                "the kernel refuses {count} things of this file in BTF, so they were left out or simplified, most often {most}. The statistics list them all"
            ),
            Note::SeveralBtfs { count } => write!(
                f,
                "this .BTF contains {count} BTFs one after the other, as linkers leave them; all are read, and `btfscope \
                 dedup` makes one of them"
            ),
            Note::UnreadBytes { offset, len } => write!(
                f,
                "{len} bytes at offset {offset:#x} of the BTF are neither padding nor another BTF; they are not read"
            ),
            Note::OfOtherKernel { module, kernel } => write!(
                f,
                "this module was built for Linux {module} (vermagic), but the base is that of {kernel}: the kernel will \
                 refuse or misread these types. Take the BTF of the module's own kernel as the base"
            ),
            Note::OtherStructModule { own, kernel } => write!(
                f,
                "struct module has {own} bytes in this module and {kernel} in the base: they are of different kernels or \
                 configurations, and other types may differ without a word"
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
