//! Messages between the page and the laboratory's worker.
//!
//! One worker holds several laboratories, each with its own units: the lab's page has one, a lesson two.

use lab::check::{CheckText, Verdict};
use lab::compare::{Algorithm, Comparison};
use lab::drawing::Drawing;
use lab::practice::{Question, Seed};
use lab::scenario::Scenario;
use lab::{Moment, Overview, Relocated, Section, Seek, Setup, StepName};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use crate::codec::Transfer;

/// Names a laboratory among those of a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LabId(pub u32);

/// From the page to the worker.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum LabRequest {
    /// A question to one laboratory.
    Ask {
        /// Which laboratory.
        lab: LabId,
        /// Comes back with the answer.
        ticket: u32,
        /// The question.
        question: AnyLabQuestion,
    },
    /// A laboratory is needed no more. It is not answered.
    Close(LabId),
}

impl Transfer for LabRequest {}

/// From the worker to the page.
#[derive(Debug, Serialize, Deserialize)]
pub enum LabResponse {
    /// An answer.
    Answered {
        /// That of the question.
        ticket: u32,
        /// A value of the question's [`LabQuestion::Answer`].
        #[serde(with = "serde_wasm_bindgen::preserve")]
        answer: JsValue,
    },
    /// A question without an answer.
    Refused {
        /// That of the question.
        ticket: u32,
        /// Why, without a full stop.
        cause: String,
    },
}

impl Transfer for LabResponse {}

/// A question to a laboratory, and the type of its answer.
pub trait LabQuestion: Into<AnyLabQuestion> {
    /// The answer.
    type Answer: Serialize + DeserializeOwned + 'static;
}

/// A question on its way.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum AnyLabQuestion {
    /// [`Open`].
    Open(Open),
    /// [`GoTo`].
    GoTo(GoTo),
    /// [`Check`].
    Check(Check),
    /// [`ExportSetup`].
    ExportSetup(ExportSetup),
    /// [`ListScenarios`].
    ListScenarios(ListScenarios),
    /// [`TellSteps`].
    TellSteps(TellSteps),
    /// [`Draw`].
    Draw(Draw),
    /// [`Practise`].
    Practise(Practise),
    /// [`PackText`].
    PackText(PackText),
    /// [`UnpackText`].
    UnpackText(UnpackText),
    /// [`OpenBy`].
    OpenBy(OpenBy),
    /// [`Compare`].
    Compare(Compare),
    /// [`FindSteps`].
    FindSteps(FindSteps),
    /// [`ListSections`].
    ListSections(ListSections),
    /// [`Relocate`].
    Relocate(Relocate),
}

/// Set the laboratory up, and go to a step. If that is refused, it stays as it was.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Open {
    /// What it is set up with.
    pub from: SetupSource,
    /// The step.
    pub seek: Seek,
}

/// As [`Open`], for an algorithm whatever the switches say.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpenBy {
    /// What it is set up with.
    pub from: SetupSource,
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The step.
    pub seek: Seek,
}

/// The steps of these names, from 1.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FindSteps(pub Vec<StepName>);

/// Compare two algorithms. No laboratory needs to be set up for it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Compare {
    /// The units.
    pub from: SetupSource,
    /// The algorithms.
    pub algorithms: [Algorithm; 2],
}

/// Go to another step.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct GoTo(pub Seek);

/// Is the exercise done?
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Check {
    /// What must be true, and what is said: the lesson's text.
    pub check: CheckText,
    /// The setup with which the exercise began.
    pub start: SetupSource,
    /// The number that was typed.
    pub answer: Option<u32>,
}

/// The setup as the text of a file.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct ExportSetup;

/// All scenarios. No laboratory needs to be set up for it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct ListScenarios;

/// The sentences of all steps.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct TellSteps;

/// The question of a seed. No laboratory needs to be set up for it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Practise {
    /// The seed.
    pub seed: Seed,
}

/// A text as part of an address. No laboratory needs to be set up for it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PackText(pub String);

/// The text that was packed so.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UnpackText {
    /// The part of the address.
    pub packed: String,
    /// Bytes that the text may have.
    pub most: usize,
}

/// Steps as an SVG file. The step that is looked at stays.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Draw(pub Drawing);

/// The sections that can be saved.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct ListSections;

/// Put the module onto another build of its base.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Relocate {
    /// The text of the other build.
    pub base: String,
}

/// Where a setup comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SetupSource {
    /// These units and switches.
    Setup(Setup),
    /// A part of an address.
    Link(String),
    /// The text of a file.
    File(String),
    /// A scenario, by its name.
    Scenario(String),
}

/// A laboratory that is set up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// The units and the switches.
    pub setup: Setup,
    /// Everything but the steps.
    pub overview: Overview,
    /// The step.
    pub moment: Moment,
}

macro_rules! answered {
    ($($question:ident: $answer:ty),* $(,)?) => {$(
        impl LabQuestion for $question {
            type Answer = $answer;
        }

        impl From<$question> for AnyLabQuestion {
            fn from(question: $question) -> AnyLabQuestion {
                AnyLabQuestion::$question(question)
            }
        }
    )*};
}

answered! {
    Open: Box<Opened>,
    GoTo: Moment,
    Check: Verdict,
    ExportSetup: String,
    ListScenarios: Vec<Scenario>,
    TellSteps: Vec<String>,
    Draw: String,
    Practise: Box<Question>,
    PackText: String,
    UnpackText: String,
    OpenBy: Box<Opened>,
    Compare: Comparison,
    FindSteps: Vec<Option<u32>>,
    ListSections: Vec<Section>,
    Relocate: Relocated,
}
