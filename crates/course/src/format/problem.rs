//! What is wrong with a lesson's file: where, what, and what to write.

use std::fmt;

/// What is wrong at a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line, from 1.
    pub line: u32,
    /// What is wrong.
    pub fault: Fault,
    /// The line as the file has it; empty where it says nothing.
    pub excerpt: String,
    /// Blanks and a mark that belong below the excerpt; perhaps empty.
    pub mark: String,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// No header.
    #[error("the file does not begin with a header")]
    NoHeader,
    /// A header without an end.
    #[error("the header has no end")]
    OpenHeader,
    /// A format that came later.
    #[error("lesson: {0} is newer than this btfscope, which reads up to {version}", version = super::VERSION)]
    Newer(u32),
    /// A line that has no key where each needs one.
    #[error("{place}: this line has no key")]
    NoKey {
        /// The header, or a block.
        place: String,
    },
    /// A key that does not exist.
    #[error("{place}: unknown key {key:?}")]
    UnknownKey {
        /// The header, or a block.
        place: String,
        /// The key.
        key: String,
        /// Those that exist.
        known: String,
    },
    /// A key that is needed.
    #[error("{place}: {key} is missing")]
    MissingKey {
        /// The header, or a block.
        place: String,
        /// The key.
        key: &'static str,
        /// How it is written.
        example: &'static str,
    },
    /// A value that is not one of those that exist.
    #[error("{place}: {key} cannot be {value:?}")]
    Value {
        /// The header, or a block.
        place: String,
        /// The key.
        key: String,
        /// The value.
        value: String,
        /// What can be written.
        expected: String,
    },
    /// A step that does not exist.
    #[error("{place}: {error}")]
    Step {
        /// The block.
        place: String,
        /// Why.
        error: Box<lab::StepNameError>,
    },
    /// Steps in the wrong order.
    #[error("{place}: step {until} comes before step {from}")]
    StepsBackwards {
        /// The block.
        place: String,
        /// Where it begins.
        from: u32,
        /// Where it ends.
        until: u32,
    },
    /// A scenario that the lab does not have.
    #[error("{place}: the lab has no scenario {slug:?}")]
    NoScenario {
        /// The block, or the link.
        place: String,
        /// The scenario.
        slug: String,
    },
    /// A unit that is no unit.
    #[error("{place} cannot be read: line {line} of the unit: {cause}")]
    UnreadUnit {
        /// The unit.
        place: String,
        /// The line of the unit, from 1.
        line: u32,
        /// Why.
        cause: String,
    },
    /// Units that the engine refuses.
    #[error("{place}: the engine refuses these units: {cause}")]
    Refused {
        /// The block.
        place: String,
        /// Why.
        cause: String,
    },
    /// A condition or a sentence of a check that cannot be read.
    #[error("{place}: {}", error.cause)]
    Check {
        /// The exercise, and which part of its check.
        place: String,
        /// The condition or the sentence.
        text: String,
        /// What is wrong in it.
        error: Box<lab::check::CheckError>,
    },
    /// A check about a number that nobody is asked for.
    #[error("{place}: the check uses `answer`, but there is no field for a number")]
    NoField {
        /// The exercise.
        place: String,
    },
    /// A field for a number that no check looks at.
    #[error("{place}: no check uses the number that is typed")]
    UnusedField {
        /// The exercise.
        place: String,
    },
    /// An exercise that is done before it begins.
    #[error("{place}: the start passes the check already")]
    StartPasses {
        /// The exercise.
        place: String,
    },
    /// A solution that is none.
    #[error("{place}: the solution does not pass")]
    SolutionFails {
        /// The exercise.
        place: String,
        /// The check that does not hold, from 1.
        check: Option<u32>,
        /// What it says.
        says: String,
    },
    /// A solution that changes what cannot be changed.
    #[error("{place}: the solution changes unit {unit}, which is locked")]
    SolutionLocked {
        /// The exercise.
        place: String,
        /// The unit, from 1.
        unit: usize,
    },
    /// A block that goes on to the end of the file.
    #[error("the block {0:?} has no end")]
    OpenBlock(String),
    /// A block whose name is nearly one of ours.
    #[error("the block {name:?} is shown as code")]
    NearBlock {
        /// As it is written.
        name: String,
        /// The one that exists.
        near: &'static str,
    },
    /// A block with nothing in it.
    #[error("{place}: the block is empty")]
    Empty {
        /// The block.
        place: String,
        /// What it contains.
        expected: &'static str,
    },
    /// A figure without units.
    #[error("{place}: no unit belongs to the set {set:?}")]
    NoSet {
        /// The block.
        place: String,
        /// The set.
        set: String,
        /// The sets that exist.
        known: String,
    },
    /// A unit of a name that is taken.
    #[error("the set {set:?} has a unit {name:?} already")]
    UnitTwice {
        /// The set.
        set: String,
        /// The unit.
        name: String,
    },
    /// More units than the lab takes.
    #[error("{place}: more than {most} units", most = lab::MOST_UNITS)]
    TooManyUnits {
        /// The set or the exercise.
        place: String,
    },
    /// A unit that does not exist.
    #[error("{place}: there is no {name}")]
    NoUnit {
        /// The exercise.
        place: String,
        /// As it is written.
        name: String,
        /// How many there are.
        units: usize,
    },
    /// Too few choices.
    #[error("the question has {}", if *.0 == 0 { "no choices" } else { "only one choice" })]
    FewChoices(usize),
    /// No right choice.
    #[error("no choice is right")]
    NoRightChoice,
    /// A wrong choice without feedback.
    #[error("this choice is wrong but has no feedback")]
    NoFeedback,
    /// An exercise of a name that is taken.
    #[error("another exercise has the id {0:?}")]
    IdTwice(String),
    /// A note that nobody will see.
    #[error("notes at={at}, but {found}: nobody will see them")]
    NoteNowhere {
        /// Where it should be.
        at: String,
        /// What there is.
        found: String,
    },
    /// A word that nothing explains.
    #[error("no entry explains the word {0:?}")]
    NoTerm(String),
    /// A lesson that does not exist.
    #[error("the course has no lesson {0:?}")]
    NoLesson(String),
    /// HTML.
    #[error("HTML is shown as text")]
    Html,
    /// An image.
    #[error("an image is shown as its description")]
    Image,
    /// A link that leads where none may.
    #[error("the link to {url:?} is shown as text")]
    Link {
        /// Where it leads.
        url: String,
    },
}

impl Fault {
    /// What to write instead, as sentences.
    pub fn advice(&self) -> String {
        match self {
            Fault::NoHeader => {
                "Begin the file with a line ---, then lesson: 1 and title: your title, then a line ---.".to_owned()
            }
            Fault::OpenHeader => "End it with a line --- of its own.".to_owned(),
            Fault::Newer(_) => {
                "Its text is shown; blocks that are unknown here are left out. Update btfscope, or reload the page."
                    .to_owned()
            }
            Fault::NoKey { .. } => {
                "Write key: value. A text that goes on is indented further than its key.".to_owned()
            }
            Fault::UnknownKey { key, known, .. } => match near(key, known.split(", ")) {
                Some(near) => format!("Did you mean {near}?"),
                None => format!("Known are {known}."),
            },
            Fault::MissingKey { example, .. } => format!("Add {example}."),
            Fault::Value { expected, .. } => format!("Write {expected}."),
            Fault::Step { error, .. } => error.advice(),
            Fault::StepsBackwards { from, .. } => {
                format!("Write a step from {from} on behind the two dots.")
            }
            Fault::NoScenario { slug, .. } => {
                let all = lab::scenario::all();
                let slugs: Vec<&str> = all.iter().map(|one| one.slug.as_str()).collect();
                match near(slug, slugs.iter().copied()) {
                    Some(near) => format!("Did you mean {near}?"),
                    None => format!("Scenarios are {}.", slugs.join(", ")),
                }
            }
            Fault::UnreadUnit { .. } => String::new(),
            Fault::Refused { .. } => "Make the units smaller or simpler.".to_owned(),
            Fault::Check { error, .. } => error.cause.advice().unwrap_or_default(),
            Fault::NoField { .. } => "Add predict: and what the number is called.".to_owned(),
            Fault::UnusedField { .. } => {
                "Compare it in a check, for example - answer == left, or remove predict.".to_owned()
            }
            Fault::StartPasses { .. } => {
                "A student would be done before beginning. Change start or check.".to_owned()
            }
            Fault::SolutionFails { check, says, .. } => match check {
                Some(check) => format!("Check {check} says: {says}"),
                None => says.clone(),
            },
            Fault::SolutionLocked { unit, .. } => {
                format!("Solve it without unit {unit}, or remove it from locked.")
            }
            Fault::OpenBlock(_) => "End it with a line of as many ` as it begins with.".to_owned(),
            Fault::NearBlock { near, .. } => format!("Did you mean {near}?"),
            Fault::Empty { expected, .. } => format!("Write {expected}."),
            Fault::NoSet { known, .. } if known.is_empty() => {
                "Add a block ```unit name=1, or name a scenario of the lab: scenario=list.".to_owned()
            }
            Fault::NoSet { set, known, .. } => match near(set, known.split(", ")) {
                Some(near) => format!("Did you mean {near}?"),
                None => format!("Sets with units are {known}."),
            },
            Fault::UnitTwice { .. } => "Give it another name, or another set.".to_owned(),
            Fault::TooManyUnits { .. } => {
                "Leave some out, or put them into a set of their own: set=name.".to_owned()
            }
            Fault::NoUnit { units, .. } => match units {
                0 => "Add units to start, or name a set of units: set=name.".to_owned(),
                _ => format!("Write unit 1 to unit {units}."),
            },
            Fault::FewChoices(_) => {
                "A question needs two or more. A choice is a line that begins with - [ ], or with - [x] if it is right.".to_owned()
            }
            Fault::NoRightChoice => "Write - [x] in front of each right one.".to_owned(),
            Fault::NoFeedback => "Add a line below it that begins with >.".to_owned(),
            Fault::IdTwice(_) => "Give it another one: answers are kept under it.".to_owned(),
            Fault::NoteNowhere { .. } => {
                "Write at=start, idea:N, figure:N, stop:N, question:N, or exercise:ID.".to_owned()
            }
            Fault::NoTerm(word) => {
                let words = crate::glossary().iter().map(|term| term.word);
                match near(word, words) {
                    Some(near) => format!("Did you mean {near}? Or add a block ```term {word}."),
                    None => format!("Add a block ```term {word}, or remove the link."),
                }
            }
            Fault::NoLesson(slug) => match near(slug, crate::SLUGS.iter().copied()) {
                Some(near) => format!("Did you mean {near}?"),
                None => format!("Lessons are {}.", crate::SLUGS.join(", ")),
            },
            Fault::Html => "Use Markdown; put code between `.".to_owned(),
            Fault::Image => "Use a figure; the page loads nothing from elsewhere.".to_owned(),
            Fault::Link { .. } => {
                "Links begin with https:, term:, lab:, or lesson:.".to_owned()
            }
        }
    }

    /// Whether the lesson is shown as it was meant all the same.
    pub fn is_warning(&self) -> bool {
        matches!(
            self,
            Fault::Newer(_)
                | Fault::UnusedField { .. }
                | Fault::NearBlock { .. }
                | Fault::NoteNowhere { .. }
                | Fault::NoTerm(_)
                | Fault::NoLesson(_)
                | Fault::Html
                | Fault::Image
                | Fault::Link { .. }
        )
    }
}

impl Problem {
    /// A problem at a line.
    pub fn new(line: u32, fault: Fault) -> Problem {
        Problem {
            line,
            fault,
            excerpt: String::new(),
            mark: String::new(),
        }
    }

    /// As a compiler would print it for a file of this name.
    pub fn told(&self, file: &str) -> String {
        let warning = if self.fault.is_warning() {
            "warning: "
        } else {
            ""
        };
        let fault = self.fault.to_string();
        let stop = if fault.ends_with('?') { "" } else { "." };
        let mut told = format!("{file}:{}: {warning}{fault}{stop}\n", self.line);
        if !self.excerpt.is_empty() {
            told.push_str(&format!("    {}\n", self.excerpt));
            if !self.mark.is_empty() {
                told.push_str(&format!("    {}\n", self.mark));
            }
        }
        let advice = self.fault.advice();
        if !advice.is_empty() {
            told.push_str(&format!("  {advice}\n"));
        }
        told
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "line {}: {}", self.line, self.fault)
    }
}

impl std::error::Error for Problem {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.fault)
    }
}

/// The one of some words that a word was probably meant to be.
pub(super) fn near<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    // A word that is longer than any of ours is none of them.
    if word.chars().count() > 40 {
        return None;
    }
    let lower = word.to_lowercase();
    let most = (lower.chars().count() / 3).clamp(1, 3);
    let distances = known
        .into_iter()
        .map(|known| (distance(&lower, &known.to_lowercase()), known));
    let (least, near) = distances.min_by_key(|(distance, _)| *distance)?;
    (least <= most).then_some(near)
}

/// Letters that are added, removed or changed between two words.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.chars().enumerate() {
        let mut corner = at;
        let mut left = at + 1;
        for (own, up) in other.iter().zip(1..) {
            let above = row.get(up).copied().unwrap_or_default();
            let changed = corner + usize::from(*own != letter);
            corner = above;
            let value = changed.min(above + 1).min(left + 1);
            if let Some(before) = row.get_mut(up - 1) {
                *before = left;
            }
            left = value;
        }
        if let Some(last) = row.last_mut() {
            *last = left;
        }
    }
    row.last().copied().unwrap_or_default()
}
