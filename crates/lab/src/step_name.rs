//! A step, as lessons name it: by its number, or by what happens in it, which holds when a later version numbers the steps
//! differently.

use crate::similar::nearest;
use crate::steps::{Step, What};
use crate::{Happening, pass};
use btf::TypeId;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A name of a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum StepName {
    /// `first`: before the first step, where nothing has happened yet.
    #[default]
    First,
    /// `12`: the number that the lab shows, from 1.
    Number(u32),
    /// `last`.
    Last,
    /// `pass:5`: where a pass begins, from 1.
    Pass(u32),
    /// `different:1`: so many of these, from 1; the first without a number.
    Nth(Happening, u32),
    /// `assume:[4]`: the first of these about the type with this id.
    About(Happening, TypeId),
}

/// Why there is no such step.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StepNameError {
    /// A word that names nothing.
    #[error("no step is called `{name}`")]
    Unknown {
        /// It.
        name: String,
        /// One that is nearly the same.
        similar: Option<&'static str>,
    },
    /// What follows the colon is no number and no id.
    #[error("`{found}` is no number from 1 and no id in square brackets")]
    Which {
        /// It.
        found: String,
    },
    /// A pass that no run has.
    #[error("there is no pass {number}")]
    Pass {
        /// Its number.
        number: u32,
    },
    /// More steps than the run has.
    #[error("there is no step {number}: the run has {steps}")]
    Number {
        /// The number.
        number: u32,
        /// The steps of the run.
        steps: u32,
    },
    /// Something that does not happen so often.
    #[error("`{name}` names no step: it {}", happens(*found))]
    Nth {
        /// The name.
        name: String,
        /// The steps in which it happens.
        found: u32,
        /// The steps of the run.
        steps: u32,
    },
    /// Something that does not happen to this type.
    #[error("`{name}` names no step: it never happens to this type")]
    About {
        /// The name.
        name: String,
        /// Ids of types to which it happens.
        others: Vec<u32>,
    },
}

fn happens(found: u32) -> String {
    match found {
        0 => "never happens".to_owned(),
        1 => "happens once".to_owned(),
        more => format!("happens {more} times"),
    }
}

impl StepNameError {
    /// What to write instead: a sentence.
    pub fn advice(&self) -> String {
        let by_name = "or name it, for example `different:1`, `assume:[4]`, `pass:5` or `last`";
        match self {
            StepNameError::Unknown {
                similar: Some(similar),
                ..
            } => format!("Did you mean `{similar}`?"),
            StepNameError::Unknown { .. } => format!(
                "Write a number, `last`, `pass:5`, or what happens: {}.",
                Happening::list()
            ),
            StepNameError::Which { .. } => {
                "Write `different:1` for the first, `assume:[4]` for the type `[4]`.".to_owned()
            }
            StepNameError::Pass { .. } => {
                format!("Write a number from 1 to {}.", pass::NAMES.len())
            }
            StepNameError::Number { steps: 0, .. } | StepNameError::Nth { steps: 0, .. } => {
                "The units have no type, so nothing happens.".to_owned()
            }
            StepNameError::Number { steps, .. } => {
                format!("Write a number from 1 to {steps}, {by_name}.")
            }
            StepNameError::Nth { found: 0, .. } => {
                "Choose something that happens: `btfscope lab --steps` prints every step."
                    .to_owned()
            }
            StepNameError::Nth { found, .. } => format!("Write a number from 1 to {found}."),
            StepNameError::About { others, .. } if others.is_empty() => {
                "It happens to no type: `btfscope lab --steps` prints every step.".to_owned()
            }
            StepNameError::About { others, .. } => {
                let ids: Vec<String> = others.iter().map(|id| format!("[{id}]")).collect();
                format!("It happens to {}.", ids.join(", "))
            }
        }
    }
}

/// Words that name a step without being something that happens.
const WORDS: [&str; 3] = ["first", "last", "pass"];

impl FromStr for StepName {
    type Err = StepNameError;

    fn from_str(text: &str) -> Result<StepName, StepNameError> {
        let text = text.trim();
        let (word, which) = match text.split_once(':') {
            Some((word, which)) => (word.trim(), Some(which.trim())),
            None => (text, None),
        };
        let number = |text: &str| -> Result<u32, StepNameError> {
            let number = text.parse().ok().filter(|number| *number > 0);
            number.ok_or_else(|| StepNameError::Which {
                found: text.to_owned(),
            })
        };
        if word.starts_with(|char: char| char.is_ascii_digit()) && which.is_none() {
            return number(word).map(StepName::Number);
        }
        match (word, which) {
            ("first", None) => return Ok(StepName::First),
            ("last", None) => return Ok(StepName::Last),
            ("pass", Some(which)) => {
                let number = number(which)?;
                return match number as usize <= pass::NAMES.len() {
                    true => Ok(StepName::Pass(number)),
                    false => Err(StepNameError::Pass { number }),
                };
            }
            _ => {}
        }
        let happening = Happening::named(word).map_err(|similar| StepNameError::Unknown {
            name: word.to_owned(),
            similar: similar.or_else(|| nearest(word, WORDS)),
        })?;
        let Some(which) = which else {
            return Ok(StepName::Nth(happening, 1));
        };
        match which.strip_prefix('[').and_then(|id| id.strip_suffix(']')) {
            Some(id) => Ok(StepName::About(happening, TypeId(number(id)?))),
            None => Ok(StepName::Nth(happening, number(which)?)),
        }
    }
}

impl fmt::Display for StepName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StepName::First => f.write_str("first"),
            StepName::Number(number) => write!(f, "{number}"),
            StepName::Last => f.write_str("last"),
            StepName::Pass(number) => write!(f, "pass:{number}"),
            StepName::Nth(happening, number) => write!(f, "{}:{number}", happening.name()),
            StepName::About(happening, id) => write!(f, "{}:{id}", happening.name()),
        }
    }
}

impl StepName {
    /// The number of the step among these, from 1; 0 is before the first.
    ///
    /// # Errors
    ///
    /// [`StepNameError`] if the run has no such step.
    pub fn resolve(self, steps: &[Step]) -> Result<u32, StepNameError> {
        let all = u32::try_from(steps.len()).unwrap_or(u32::MAX);
        let numbered = || (1_u32..).zip(steps);
        match self {
            StepName::First => Ok(0),
            StepName::Last => Ok(all),
            StepName::Number(number) if number <= all => Ok(number),
            StepName::Number(number) => Err(StepNameError::Number { number, steps: all }),
            StepName::Pass(number) => {
                let is_it = |what: &What| match what {
                    What::Pass(pass) | What::Skipped(pass) => {
                        pass::number(*pass) == number as usize
                    }
                    _ => false,
                };
                let found = numbered().find(|(_, step)| is_it(&step.what));
                found
                    .map(|(at, _)| at)
                    .ok_or(StepNameError::Pass { number })
            }
            StepName::Nth(happening, number) => {
                let mut found = numbered().filter(|(_, step)| happening.is_in(step));
                let at = found.nth((number as usize).saturating_sub(1));
                at.map(|(at, _)| at).ok_or_else(|| {
                    let all_found = steps.iter().filter(|step| happening.is_in(step));
                    StepNameError::Nth {
                        name: self.to_string(),
                        found: u32::try_from(all_found.count()).unwrap_or(u32::MAX),
                        steps: all,
                    }
                })
            }
            StepName::About(happening, id) => {
                let found = numbered().find(|(_, step)| happening.is_about(step, id));
                found.map(|(at, _)| at).ok_or_else(|| {
                    const MOST: usize = 8;
                    let own = steps.iter().filter(|step| happening.is_in(step));
                    let pairs = own.map(|step| crate::view::pair(&step.what));
                    let mut others: Vec<u32> = pairs
                        .flat_map(|(candidate, canonical)| [candidate, canonical])
                        .flatten()
                        .map(|id| id.0)
                        .collect();
                    others.sort_unstable();
                    others.dedup();
                    others.truncate(MOST);
                    let name = self.to_string();
                    StepNameError::About { name, others }
                })
            }
        }
    }
}
