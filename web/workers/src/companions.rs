//! Files beside the input, which the page was given: found by name, read by ranges.

use crate::source::FileSource;
use elf::ReadAt;
use pipeline::{Companion, Companions, Error, FailedUnit, NotOpened, Plan};
use protocol::companions::{Paths, missing};
use protocol::files::GivenFile;
use std::cell::RefCell;
use std::rc::Rc;
use web_sys::File;

/// All of them.
#[derive(Debug, Default)]
pub struct GivenFiles {
    paths: Paths,
    files: Vec<File>,
}

impl GivenFiles {
    /// Those that the page has.
    pub fn new(given: Vec<GivenFile>) -> GivenFiles {
        let (paths, files): (Vec<String>, Vec<File>) = given
            .into_iter()
            .map(|given| (given.path, given.file))
            .unzip();
        GivenFiles {
            paths: Paths::new(paths),
            files,
        }
    }
}

/// Those of one input.
#[derive(Debug)]
pub struct CompanionFiles {
    given: Rc<GivenFiles>,
    /// The input's name.
    input: String,
    /// The supplementary file, once it was asked for.
    supplementary: RefCell<Option<Companion>>,
}

impl CompanionFiles {
    /// Those of this input.
    pub fn new(given: &Rc<GivenFiles>, input: &File) -> CompanionFiles {
        CompanionFiles {
            given: given.clone(),
            input: input.name(),
            supplementary: RefCell::default(),
        }
    }

    /// The input's name.
    pub fn input(&self) -> &str {
        &self.input
    }

    /// Files that would help where units were left out.
    pub fn missing_for(&self, plan: &Plan, failed: &[FailedUnit]) -> Vec<Companion> {
        match failed {
            [] => Vec::new(),
            failed => missing(plan, Some(failed), &self.given.paths, &self.input),
        }
    }

    /// Files that would help where there is no result.
    pub fn missing_without(&self, plan: Option<&Plan>, error: &Error) -> Vec<Companion> {
        match (error, plan) {
            // There may be one, which is the wrong one.
            (Error::Supplementary { .. } | Error::OtherSupplementary { .. }, _) => {
                self.supplementary.borrow().iter().cloned().collect()
            }
            (Error::SplitUnits { .. }, Some(plan)) => {
                missing(plan, None, &self.given.paths, &self.input)
            }
            _ => Vec::new(),
        }
    }
}

impl Companions for CompanionFiles {
    fn open(&self, companion: &Companion) -> Result<Box<dyn ReadAt + '_>, NotOpened> {
        if matches!(companion, Companion::Supplementary { .. }) {
            *self.supplementary.borrow_mut() = Some(companion.clone());
        }
        let found = self.given.paths.find(companion, &self.input);
        let Some(file) = found.and_then(|at| self.given.files.get(at)) else {
            return Err(NotOpened::Missing {
                name: companion.to_string(),
                looked: "it is missing".to_owned(),
                advice: "add it to this page",
            });
        };
        match FileSource::new(file) {
            Ok(source) => Ok(Box::new(source)),
            Err(reason) => Err(NotOpened::Failed {
                name: file.name(),
                reason,
            }),
        }
    }
}
