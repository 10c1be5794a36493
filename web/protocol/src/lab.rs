//! Messages between the page and the classroom's laboratory, a worker of its own.
//!
//! One worker holds several benches, each a laboratory with its own units: the lab's page has one, a lesson two.

use lab::exercise::Verdict;
use lab::scenario::Scenario;
use lab::{Moment, Overview, Seek, Setup};
use serde::{Deserialize, Serialize};

/// From the page to the laboratory.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LabRequest {
    /// Which bench.
    pub bench: u32,
    /// What is asked of it.
    pub ask: Ask,
}

/// What a bench is asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Ask {
    /// Set it up, and go to a step. Answered by [`Say::Opened`], or [`Say::Refused`] with the bench as it was.
    Open {
        /// What with.
        from: From,
        /// Where to.
        seek: Seek,
        /// Comes back with the answer: of two, the later one counts.
        turn: u32,
    },
    /// Go to another step. Answered by [`Say::At`].
    Seek(Seek),
    /// Is the task done? Answered by [`Say::Verdict`].
    Check {
        /// Comes back with the verdict, which counts only if nothing was typed since.
        check: u32,
        /// The laboratory's name of the task.
        task: String,
        /// What it began with.
        start: From,
        /// What was predicted.
        number: Option<u32>,
    },
    /// Its setup as a file. Answered by [`Say::Exported`].
    Export,
    /// All scenarios. Answered by [`Say::Scenarios`].
    Scenarios,
    /// It is needed no more. Answered by nothing.
    Close,
}

/// What a bench is set up with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum From {
    /// These units.
    Setup(Setup),
    /// A part of an address.
    Link(String),
    /// The text of a file.
    File(String),
    /// A scenario, by its name.
    Scenario(String),
}

/// From the laboratory to the page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LabResponse {
    /// Which bench.
    pub bench: u32,
    /// What it says.
    pub say: Say,
}

/// What a bench says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Say {
    /// It panics.
    Dying {
        /// Why.
        cause: String,
    },
    /// It is set up.
    Opened(Box<Opened>),
    /// It is at another step.
    At(Moment),
    /// Whether a task is done.
    Verdict {
        /// From [`Ask::Check`].
        check: u32,
        /// The verdict.
        verdict: Verdict,
    },
    /// Its setup as the text of a file.
    Exported(String),
    /// All scenarios.
    Scenarios(Vec<Scenario>),
    /// What it was to be set up with is no setup.
    Refused(String),
}

/// A bench that is set up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// Of the request.
    pub turn: u32,
    /// The units and the switches.
    pub setup: Setup,
    /// Everything but the steps.
    pub overview: Overview,
    /// The step.
    pub moment: Moment,
}
