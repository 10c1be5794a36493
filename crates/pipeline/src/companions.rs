//! The further files of a job: what the input's DWARF refers to, and how a driver hands it over.
//!
//! A driver knows where files are; the pipeline knows which ones it wants. The plan
//! lists them beforehand, for a page that must ask its user; while units are encoded each worker asks
//! its [`Companions`] for what its unit needs, so that of thousands of files few are open at a time.

use elf::ReadAt;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A file beside the input.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Companion {
    /// The package of split units. Nothing in the input names it; by custom it has the input's name with
    /// `.dwp` added.
    Package,
    /// The file of a split unit (`.dwo`).
    SplitUnit {
        /// `DW_AT_dwo_name`: a path, mostly relative to `directory`.
        name: String,
        /// `DW_AT_comp_dir`: where the compiler ran.
        directory: Option<String>,
        /// The unit's signature, which the file repeats.
        id: u64,
    },
    /// The supplementary file that dwz made, which holds what several files have in common.
    Supplementary {
        /// Its path as the input has it, relative to the input's own folder or absolute.
        name: String,
        /// Its build id, or the checksum of `.debug_sup`.
        id: Vec<u8>,
    },
}

impl Companion {
    /// The file's name without folders, as a user sees it; nothing for a package.
    pub fn file_name(&self) -> &str {
        match self {
            Companion::Package => "",
            Companion::SplitUnit { name, .. } | Companion::Supplementary { name, .. } => {
                name.rsplit('/').next().unwrap_or(name)
            }
        }
    }
}

/// Gives the sources of companions. A worker keeps the package and a supplementary file open, and of
/// the others one at a time.
pub trait Companions {
    /// Opens a companion. Whether it is the right one, by its id, is for the caller to see.
    ///
    /// # Errors
    ///
    /// When there is none, or it cannot be opened.
    fn open(&self, companion: &Companion) -> Result<Box<dyn ReadAt + '_>, NotOpened>;
}

/// Why a companion was not opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotOpened {
    /// There is no such file.
    #[error("{name} was not found ({looked}); {advice}")]
    Missing {
        /// The file's name.
        name: String,
        /// Where it was looked for.
        looked: String,
        /// What the user can do.
        advice: &'static str,
    },
    /// There is one, which cannot be read.
    #[error("{name} cannot be opened: {reason}")]
    Failed {
        /// The file's name, with its folder.
        name: String,
        /// The words of the system or the browser. A text: what opens files is the driver's, whose errors are of many
        /// types.
        reason: String,
    },
}

/// No companions at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoCompanions;

impl Companions for NoCompanions {
    fn open(&self, companion: &Companion) -> Result<Box<dyn ReadAt + '_>, NotOpened> {
        Err(NotOpened::Missing {
            name: companion.to_string(),
            looked: "no other file was given".to_owned(),
            advice: "give it together with the ELF file",
        })
    }
}

impl fmt::Display for Companion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Companion::Package => f.write_str("the package of split units (.dwp)"),
            Companion::SplitUnit { .. } => write!(f, "the split unit's file {}", self.file_name()),
            Companion::Supplementary { .. } => {
                write!(f, "the supplementary file {}", self.file_name())
            }
        }
    }
}
