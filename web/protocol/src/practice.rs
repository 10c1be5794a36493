//! The address of practice questions: one after the other, or a set that a teacher gives.
//!
//! `?seed=1-7f3a` is one question. `?seed=1-7f3a&count=10` is a set that begins with it, `?seeds=1-7f3a,1-22b1` a set of
//! these. `families` and `level` say what a set is made of, or what comes next.

use crate::place::Parameters;
use lab::practice::{Family, Level, MOST_QUESTIONS, Seed, seeds};

/// The view's part of the address.
const ADDRESS: &str = "#/learn/practice";

/// Which questions are asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PracticePlace {
    /// The seeds, in order; none if the page is to choose.
    pub seeds: Vec<Seed>,
    /// Whether they are a set, with an end.
    pub is_set: bool,
    /// What is asked about; nothing means everything.
    pub families: Vec<Family>,
    /// How large questions are.
    pub level: Level,
    /// Why the address is none.
    pub wrong: Option<String>,
}

impl PracticePlace {
    /// What an address asks for.
    pub fn of(address: &str) -> PracticePlace {
        let parameters = Parameters::of(address);
        let words = parameters.get("families").unwrap_or_default().split(',');
        let families: Vec<Family> = words.filter_map(Family::named).collect();
        let first = parameters.get("seed").map(str::parse::<Seed>);
        let list = parameters.get("seeds").map(seeds);
        let own_level = match &first {
            Some(Ok(seed)) => seed.level(),
            _ => Level::default(),
        };
        let level = parameters.get("level").and_then(Level::named);
        let mut place = PracticePlace {
            families,
            level: level.unwrap_or(own_level),
            ..PracticePlace::default()
        };
        let count = parameters.get("count").and_then(|count| count.parse().ok());
        match (first, list) {
            (_, Some(Ok(list))) => {
                place.is_set = !list.is_empty();
                place.seeds = list;
            }
            (Some(Ok(first)), None) => {
                let count = count.unwrap_or(1_usize).clamp(1, MOST_QUESTIONS);
                place.is_set = count > 1;
                place.seeds = first.set(count, &place.families, place.level);
            }
            (_, Some(Err(error))) | (Some(Err(error)), _) => place.wrong = Some(error.to_string()),
            (None, None) => {}
        }
        place
    }

    /// The address of one question: what comes after it is about the same.
    pub fn one(&self, seed: Seed) -> String {
        self.with(seed, 1)
    }

    /// The address of a set of so many questions.
    pub fn set(&self, first: Seed, count: usize) -> String {
        self.with(first, count)
    }

    fn with(&self, seed: Seed, count: usize) -> String {
        let mut parameters = Parameters::default();
        parameters.add("seed", &seed.to_string());
        if count > 1 {
            parameters.add("count", &count.to_string());
        }
        let words: Vec<&str> = self.families.iter().map(|family| family.word()).collect();
        parameters.add("families", &words.join(","));
        if self.level != seed.level() {
            parameters.add("level", self.level.word());
        }
        parameters.behind(ADDRESS)
    }

    /// A seed of the families and the level; `random` decides which.
    pub fn choose(&self, random: u32) -> Seed {
        let families = match self.families.as_slice() {
            [] => &Family::ALL,
            some => some,
        };
        let at = random as usize % families.len().max(1);
        let family = families.get(at).copied().unwrap_or_default();
        // The rest of the number is not the one that chose the family.
        Seed::of(family, self.level, random / families.len().max(1) as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_question_or_a_set() {
        let one = PracticePlace::of("#/learn/practice?seed=1-7f3a");
        assert_eq!(one.seeds, [Seed(0x7f3a)]);
        assert!(!one.is_set && one.wrong.is_none());
        assert_eq!(one.level, Seed(0x7f3a).level());
        let set = PracticePlace::of("#/learn/practice?count=10&seed=1-7f3a&families=cycles,enums");
        assert_eq!((set.seeds.len(), set.is_set), (10, true));
        assert_eq!(set.families, [Family::Cycles, Family::Enums]);
        let list = PracticePlace::of("#/learn/practice?seeds=1-7f3a,1-22b1,1-0001");
        assert_eq!((list.seeds.len(), list.is_set), (3, true));
        let none = PracticePlace::of("#/learn/practice");
        assert_eq!(none, PracticePlace::default());
        let wrong = PracticePlace::of("#/learn/practice?seed=x");
        assert!(wrong.wrong.is_some_and(|why| why.contains("1-7f3a")));
    }

    #[test]
    fn an_address_leads_to_what_it_was_made_of() {
        let place = PracticePlace {
            families: vec![Family::Walks, Family::Arrays],
            level: Level::Large,
            ..PracticePlace::default()
        };
        for random in [0, 1, 77, 123_456, u32::MAX] {
            let seed = place.choose(random);
            assert!(place.families.contains(&seed.family()));
            assert_eq!(seed.level(), Level::Large);
            let read = PracticePlace::of(&place.one(seed));
            assert_eq!((&read.families, read.level), (&place.families, place.level));
            assert_eq!(read.seeds, [seed]);
            let set = PracticePlace::of(&place.set(seed, 10));
            assert_eq!(set.seeds, seed.set(10, &place.families, place.level));
        }
    }
}
