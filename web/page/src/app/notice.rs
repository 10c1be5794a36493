//! Notices above a view, and files that wait for a confirmation.

use super::View;
use super::packages::{Arrivals, Order};
use crate::store::KeptResult;
use crate::work::ten_times;
use budget::Budget;
use pipeline::KernelTypes;
use protocol::failure::Failure;
use protocol::figures::counted;
use protocol::files::GivenFile;
use std::rc::Rc;
use web_sys::File;

/// The tone of a notice, which decides its colour and role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Plain,
    /// Something did not work.
    Error,
}

/// A sentence above the view, until it is dismissed.
#[derive(Clone, Debug)]
pub struct Notice {
    /// The tone.
    pub tone: Tone,
    /// What has happened.
    pub what: String,
    /// What to do, or what follows.
    pub next: String,
    /// More facts, each with its advice.
    pub rest: Vec<(String, String)>,
    /// What *Start again* does, where work was cancelled; or *Undo*.
    pub again: Option<Again>,
}

/// Work that can start again, or what can be undone.
#[derive(Clone, Debug)]
pub enum Again {
    /// A file that was being opened.
    File(Box<Opening>),
    /// The same with a larger budget.
    Larger(Box<Opening>),
    /// Files that were being unpacked, perhaps with a larger budget.
    Unpack(Option<Budget>, Rc<Order>),
    /// Modules that were being encoded.
    Modules(Vec<File>),
    /// Saved results that were deleted.
    Saved(Vec<KeptResult>),
}

impl Again {
    /// The name of the button.
    pub fn title(&self) -> &'static str {
        match self {
            Again::File(_) | Again::Modules(_) | Again::Unpack(None, _) => "Start again",
            Again::Larger(_) | Again::Unpack(Some(_), _) => "Allow ten times as much",
            Again::Saved(_) => "Undo",
        }
    }
}

impl Again {
    /// What it opens.
    pub fn opening(&self) -> Option<&Opening> {
        match self {
            Again::File(opening) | Again::Larger(opening) => Some(opening),
            Again::Unpack(..) | Again::Modules(_) | Again::Saved(_) => None,
        }
    }
}

impl Notice {
    /// Something did not work.
    pub fn error(what: impl Into<String>, next: impl Into<String>) -> Notice {
        Notice {
            tone: Tone::Error,
            what: what.into(),
            next: next.into(),
            rest: Vec::new(),
            again: None,
        }
    }

    pub fn plain(what: impl Into<String>, next: impl Into<String>) -> Notice {
        Notice {
            tone: Tone::Plain,
            what: what.into(),
            next: next.into(),
            rest: Vec::new(),
            again: None,
        }
    }

    /// The notice with a way to start the work again.
    pub fn with_again(self, again: Option<Again>) -> Notice {
        Notice { again, ..self }
    }
}

/// A file that is to be opened, with the modules that are to be encoded on it.
#[derive(Clone, Debug)]
pub struct Opening {
    pub file: File,
    /// Whether it is raw BTF.
    pub raw: bool,
    /// Modules that come with it.
    pub modules: Vec<File>,
    /// Files that it or they may refer to.
    pub companions: Vec<GivenFile>,
    /// The number of the kept result whose BTF the file is.
    pub kept_result: Option<u32>,
    /// Whose types it is encoded to.
    pub types: KernelTypes,
    /// Whether inline sites are read from its DWARF.
    pub reads_inline: bool,
    /// What it may cost.
    pub budget: Budget,
    /// Inline sites that come with it: a file based on its BTF.
    pub inline: Option<File>,
    /// The view that shows the result.
    pub leads_to: View,
    /// A second kernel with which the result is compared.
    pub compare_with: Option<File>,
    /// Files of which some are unpacked first, `file` among them; what comes out is opened instead.
    pub packed: Option<Rc<Arrivals>>,
}

impl Opening {
    /// An ELF file alone.
    pub fn of(file: File) -> Opening {
        Opening {
            file,
            raw: false,
            modules: Vec::new(),
            companions: Vec::new(),
            kept_result: None,
            types: KernelTypes::ByFile,
            reads_inline: false,
            budget: Budget::STANDARD,
            inline: None,
            leads_to: View::Overview,
            compare_with: None,
            packed: None,
        }
    }

    /// Whether it needs a file.
    pub fn uses(&self, file: &File) -> bool {
        let mut companions = self.companions.iter();
        self.file == *file
            || self.modules.contains(file)
            || companions.any(|given| given.file == *file)
            || [&self.inline, &self.compare_with]
                .into_iter()
                .any(|there| there.as_ref() == Some(file))
    }

    /// The same file, with ten times what it was allowed.
    pub fn with_more(&self) -> Again {
        Again::Larger(Box::new(Opening {
            budget: ten_times(self.budget),
            ..self.clone()
        }))
    }

    /// What it is called in a sentence.
    pub fn called(&self) -> String {
        match self.modules.len() {
            0 => self.file.name(),
            count => format!(
                "{} and {}",
                self.file.name(),
                counted(count as u64, "module", "modules")
            ),
        }
    }
}

/// A file that replaces the current result once the user confirms it.
#[derive(Clone, Debug)]
pub struct Pending {
    pub opening: Opening,
    /// What it would replace or end.
    pub instead_of: String,
    /// Whether that is a job under way.
    pub ends_job: bool,
}

/// A job without a result.
#[derive(Clone, Debug)]
pub struct Failed {
    pub file: File,
    /// Files beside it.
    pub companions: Vec<GivenFile>,
    pub name: String,
    pub bytes: u64,
    pub failure: Failure,
    /// What starts it again, if that is not the file that was opened last.
    pub again: Option<Again>,
}
