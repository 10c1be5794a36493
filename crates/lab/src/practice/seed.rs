//! Seeds: short texts, each of which gives one question for ever.

use super::random::Random;
use super::{Family, Level};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The version of the generator. It changes when a seed would give another question.
pub const VERSION: u32 = 1;
/// Numbers that [`Seed::set`] and [`Seed::of`] take, so that seeds stay short.
const USUAL: usize = 1 << 20;
/// Questions of a set.
pub const MOST_QUESTIONS: usize = 50;

/// What a question is made from: `1-7f3a` is number 0x7f3a of version 1. The number contains the family and the level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Seed(pub u32);

/// Why a text is no seed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SeedError {
    /// Not a number, a hyphen, and a hexadecimal number.
    #[error("“{0}” is no seed: a seed looks like 1-7f3a")]
    Form(String),
    /// Made by another version.
    #[error(
        "the seed {seed} belongs to version {version} of the questions, and this page makes those of version {VERSION}: reload the page, or take another seed"
    )]
    Version {
        /// The seed.
        seed: String,
        /// Its version.
        version: u32,
    },
}

impl Seed {
    /// The family of the question.
    pub fn family(self) -> Family {
        let count = Family::ALL.len();
        let at = self.0 as usize % count;
        Family::ALL.get(at).copied().unwrap_or_default()
    }

    /// How large its units are.
    pub fn level(self) -> Level {
        let at = self.0 as usize / Family::ALL.len() % Level::ALL.len();
        Level::ALL.get(at).copied().unwrap_or_default()
    }

    /// A seed of a family and a level; `random` is any number, and decides which.
    pub fn of(family: Family, level: Level, random: u32) -> Seed {
        let (families, levels) = (Family::ALL.len(), Level::ALL.len());
        let rest = random as usize % (USUAL / (families * levels));
        let number = (rest * levels + level as usize) * families + family as usize;
        Seed(u32::try_from(number).unwrap_or_default())
    }

    /// The seeds of a set of questions, of which this is the first. The families come in turn, and no seed comes twice.
    /// With no family, the set is of all.
    pub fn set(self, count: usize, families: &[Family], level: Level) -> Vec<Seed> {
        let mut families: Vec<Family> = match families {
            [] => Family::ALL.to_vec(),
            some => some.to_vec(),
        };
        let mut random = Random::new(u64::from(self.0) | 1 << 32);
        random.shuffle(&mut families);
        // The set begins with the family of its own seed, if it has it.
        if let Some(own) = families.iter().position(|family| *family == self.family()) {
            families.rotate_left(own);
        }
        let mut seeds = vec![self];
        let mut turn = families.iter().cycle().skip(1);
        while seeds.len() < count.clamp(1, MOST_QUESTIONS) {
            let Some(&family) = turn.next() else { break };
            let seed = Seed::of(family, level, (random.next() >> 32) as u32);
            if !seeds.contains(&seed) {
                seeds.push(seed);
            }
        }
        seeds
    }
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{VERSION}-{:04x}", self.0)
    }
}

impl FromStr for Seed {
    type Err = SeedError;

    fn from_str(text: &str) -> Result<Seed, SeedError> {
        let text = text.trim();
        let form = || SeedError::Form(text.chars().take(20).collect());
        let (version, number) = text.split_once('-').ok_or_else(form)?;
        let digits = |text: &str, radix| {
            text.chars()
                .all(|digit| digit.is_digit(radix))
                .then(|| u32::from_str_radix(text, radix).ok())
        };
        let version = digits(version, 10).flatten().ok_or_else(form)?;
        let number = digits(number, 16).flatten().ok_or_else(form)?;
        match version {
            VERSION => Ok(Seed(number)),
            _ => Err(SeedError::Version {
                seed: text.chars().take(20).collect(),
                version,
            }),
        }
    }
}

/// A list of seeds, as a teacher writes it: with commas or blanks between them.
///
/// # Errors
///
/// [`SeedError`] of the first that is none.
pub fn seeds(list: &str) -> Result<Vec<Seed>, SeedError> {
    let parts = list.split([',', ' ', '+', ';', '\n']);
    parts
        .filter(|part| !part.is_empty())
        .take(MOST_QUESTIONS)
        .map(str::parse)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_read_as_it_is_written() {
        for number in [0, 0x7f3a, 0xfffff, u32::MAX] {
            let seed = Seed(number);
            assert_eq!(seed.to_string().parse(), Ok(seed));
        }
        assert_eq!(Seed(0x7f3a).to_string(), "1-7f3a");
        assert_eq!(Seed(10).to_string(), "1-000a");
        assert_eq!(seeds("1-7f3a, 1-0b1").map(|list| list.len()), Ok(2));
    }

    #[test]
    fn a_text_that_is_no_seed_is_refused_with_what_a_seed_looks_like() {
        for text in ["", "7f3a", "1-", "-7f3a", "1-xyz", "1-+7", "1-123456789"] {
            let error = text.parse::<Seed>().map_err(|error| error.to_string());
            let error = error.expect_err(text);
            assert!(error.contains("a seed looks like 1-7f3a"), "{text}");
        }
        let error = "2-7f3a".parse::<Seed>();
        assert!(matches!(error, Err(SeedError::Version { version: 2, .. })));
    }

    #[test]
    fn a_seed_of_a_family_and_a_level_is_of_them() {
        for family in Family::ALL {
            for level in Level::ALL {
                for random in [0, 7, 12_345, u32::MAX] {
                    let seed = Seed::of(family, level, random);
                    assert_eq!((seed.family(), seed.level()), (family, level));
                    assert!(seed.to_string().len() <= "1-fffff".len());
                }
            }
        }
    }

    #[test]
    fn a_set_is_the_same_for_everyone_and_takes_its_families_in_turn() {
        let first = Seed::of(Family::Cycles, Level::Small, 99);
        let set = first.set(10, &[], Level::Small);
        assert_eq!(set, first.set(10, &[], Level::Small));
        assert_eq!(set.len(), 10);
        assert_eq!(set.first(), Some(&first));
        for family in Family::ALL {
            assert!(set.iter().any(|seed| seed.family() == family));
        }
        let some = first.set(6, &[Family::Cycles, Family::Enums], Level::Large);
        let of = |family| some.iter().filter(|seed| seed.family() == family).count();
        assert_eq!((of(Family::Cycles), of(Family::Enums)), (3, 3));
    }
}
