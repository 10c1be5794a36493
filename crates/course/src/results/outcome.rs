//! How a question or an exercise went.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How a question or an exercise went. Tries are counted up to 3, which means three or more.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Nobody tried.
    #[default]
    Open,
    /// Right at this try.
    Right(u8),
    /// Wrong at every one of so many tries.
    Wrong(u8),
    /// The answer was shown.
    Shown,
}

/// Tries that are told apart.
const MOST_TRIES: u8 = 3;

impl Outcome {
    /// The outcome after another try. What is right or shown stays so.
    pub fn tried(self, right: bool) -> Outcome {
        let tries = match self {
            Outcome::Right(_) | Outcome::Shown => return self,
            Outcome::Open => 1,
            Outcome::Wrong(tries) => tries.saturating_add(1).min(MOST_TRIES),
        };
        match right {
            true => Outcome::Right(tries),
            false => Outcome::Wrong(tries),
        }
    }

    /// The outcome after the answer was shown.
    pub fn shown(self) -> Outcome {
        match self {
            Outcome::Right(_) => self,
            _ => Outcome::Shown,
        }
    }

    /// Whether it was answered right.
    pub fn is_right(self) -> bool {
        matches!(self, Outcome::Right(_))
    }

    /// Whether nothing more can become of it.
    pub fn is_settled(self) -> bool {
        matches!(self, Outcome::Right(_) | Outcome::Shown)
    }

    /// As a number below 8.
    pub(super) fn number(self) -> u32 {
        match self {
            Outcome::Open => 0,
            Outcome::Right(tries) => u32::from(tries.clamp(1, MOST_TRIES)),
            Outcome::Wrong(tries) => 3 + u32::from(tries.clamp(1, MOST_TRIES)),
            Outcome::Shown => 7,
        }
    }

    /// That of a number below 8.
    pub(super) fn of_number(number: u32) -> Outcome {
        match number {
            0 => Outcome::Open,
            1..=3 => Outcome::Right(number as u8),
            4..=6 => Outcome::Wrong(number as u8 - 3),
            _ => Outcome::Shown,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Open => f.write_str("open"),
            Outcome::Right(1) => f.write_str("right"),
            Outcome::Right(2) => f.write_str("right at try 2"),
            Outcome::Right(_) => f.write_str("right at try 3 or later"),
            Outcome::Wrong(_) => f.write_str("wrong"),
            Outcome::Shown => f.write_str("answer shown"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Outcome;

    #[test]
    fn tries_are_counted_until_the_answer_is_right_or_shown() {
        let twice = Outcome::Open.tried(false).tried(true);
        assert_eq!(twice, Outcome::Right(2));
        assert_eq!(twice.tried(false), twice);
        assert_eq!(twice.shown(), twice);
        let often = (0..300).fold(Outcome::Open, |outcome, _| outcome.tried(false));
        assert_eq!(often, Outcome::Wrong(3));
        assert_eq!(often.tried(true), Outcome::Right(3));
        assert_eq!(often.shown().tried(true), Outcome::Shown);
    }

    #[test]
    fn every_outcome_has_its_number() {
        for number in 0..8 {
            assert_eq!(Outcome::of_number(number).number(), number);
        }
    }
}
