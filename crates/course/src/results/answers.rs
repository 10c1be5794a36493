//! What is kept while somebody works: results, and the choices and texts that belong to them.

use super::{LONGEST_NAME, LessonResults, Outcome, Results, SetResults};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Practice sets that are kept; the oldest goes first.
const MOST_SETS: usize = 20;

/// All answers of a student.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Answers {
    /// What the student calls themselves.
    pub name: String,
    /// Lessons by slug.
    pub lessons: BTreeMap<String, LessonAnswers>,
    /// Sets of practice questions, the newest last.
    pub practice: Vec<SetAnswers>,
}

/// Answers in a lesson, by the numbers of its questions and exercises, from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LessonAnswers {
    /// Questions.
    pub questions: BTreeMap<u32, QuestionAnswer>,
    /// Exercises.
    pub exercises: BTreeMap<u32, ExerciseAnswer>,
}

/// An answer to a question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct QuestionAnswer {
    /// How it went.
    pub outcome: Outcome,
    /// The choices that were checked last.
    pub chosen: Vec<usize>,
}

/// A solution of an exercise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ExerciseAnswer {
    /// How it went.
    pub outcome: Outcome,
    /// The units as they were typed last; empty if they are those of the exercise.
    pub units: Vec<String>,
    /// The number that was typed.
    pub number: String,
}

/// A set of practice questions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SetAnswers {
    /// The part of the address that names the set.
    pub address: String,
    /// The seed of its first question.
    pub seed: String,
    /// How each question went.
    pub outcomes: Vec<Outcome>,
}

impl Answers {
    /// Of a file or of the device's storage; what cannot be read counts as nothing.
    pub fn of_json(text: &str) -> Answers {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// As text for the device's storage.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether there is nothing in it but a name.
    pub fn is_empty(&self) -> bool {
        self.lessons.is_empty() && self.practice.is_empty()
    }

    /// The answer to a question; a new one if there is none.
    pub fn question(&mut self, lesson: &str, question: u32) -> &mut QuestionAnswer {
        let lesson = self.lessons.entry(lesson.to_owned()).or_default();
        lesson.questions.entry(question).or_default()
    }

    /// The solution of an exercise; a new one if there is none.
    pub fn exercise(&mut self, lesson: &str, exercise: u32) -> &mut ExerciseAnswer {
        let lesson = self.lessons.entry(lesson.to_owned()).or_default();
        lesson.exercises.entry(exercise).or_default()
    }

    /// A set of practice questions; a new one if there is none of this address. It becomes the newest.
    pub fn set(&mut self, address: &str, seed: &str) -> &mut SetAnswers {
        let set = match self.practice.iter().position(|set| set.address == address) {
            Some(at) => self.practice.remove(at),
            None => SetAnswers {
                address: address.to_owned(),
                seed: seed.to_owned(),
                outcomes: Vec::new(),
            },
        };
        let skipped = (self.practice.len() + 1).saturating_sub(MOST_SETS);
        self.practice.drain(..skipped);
        let newest = self.practice.len();
        self.practice.push(set);
        &mut self.practice[newest]
    }

    /// Whether all that is asked in a lesson was answered right: so many questions and exercises.
    pub fn is_done(&self, lesson: &str, questions: usize, exercises: usize) -> bool {
        let Some(answers) = self.lessons.get(lesson) else {
            return false;
        };
        let right = answers
            .questions
            .values()
            .filter(|it| it.outcome.is_right());
        let done = answers
            .exercises
            .values()
            .filter(|it| it.outcome.is_right());
        right.count() >= questions && done.count() >= exercises && questions + exercises > 0
    }

    /// The results, with lessons in the order of these slugs and then those that are not among them.
    pub fn results(&self, order: &[&str]) -> Results {
        let mut lessons: Vec<LessonResults> = self
            .lessons
            .iter()
            .map(|(slug, answers)| LessonResults {
                lesson: slug.clone(),
                questions: listed(answers.questions.iter().map(|(at, own)| (*at, own.outcome))),
                exercises: listed(answers.exercises.iter().map(|(at, own)| (*at, own.outcome))),
            })
            // What was only looked at is no result.
            .filter(|lesson| {
                let mut outcomes = lesson.questions.iter().chain(&lesson.exercises);
                outcomes.any(|outcome| *outcome != Outcome::Open)
            })
            .collect();
        let place = |slug: &str| order.iter().position(|own| *own == slug);
        lessons.sort_by_key(|lesson| place(&lesson.lesson).unwrap_or(usize::MAX));
        let name: String = self.name.trim().chars().take(LONGEST_NAME).collect();
        let sets = self.practice.iter().filter(|set| {
            let mut outcomes = set.outcomes.iter();
            outcomes.any(|outcome| *outcome != Outcome::Open)
        });
        Results {
            name,
            lessons,
            practice: sets
                .map(|set| SetResults {
                    seed: set.seed.clone(),
                    questions: set.outcomes.clone(),
                })
                .collect(),
        }
    }
}

/// Outcomes by number as a list; those between are open.
fn listed(outcomes: impl Iterator<Item = (u32, Outcome)>) -> Vec<Outcome> {
    let mut list = Vec::new();
    // A number comes from storage, so it decides no size.
    for (at, outcome) in outcomes.filter(|(at, _)| *at < 64) {
        let at = at as usize;
        if list.len() <= at {
            list.resize(at + 1, Outcome::Open);
        }
        if let Some(place) = list.get_mut(at) {
            *place = outcome;
        }
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_come_back_from_storage_and_become_results() {
        let mut answers = Answers {
            name: " Ada ".to_owned(),
            ..Answers::default()
        };
        let question = answers.question("graphs", 0);
        question.outcome = question.outcome.tried(false).tried(true);
        question.chosen = vec![1];
        answers.exercise("why", 0).units = vec!["int x;".to_owned()];
        answers.set("seed=1-7f3a&count=2", "1-7f3a").outcomes =
            vec![Outcome::Right(1), Outcome::Open];
        let read = Answers::of_json(&answers.to_json());
        assert_eq!(read, answers);
        let results = read.results(&["why", "graphs"]);
        assert_eq!(results.name, "Ada");
        // Nothing was checked in the lesson “why”.
        assert_eq!(results.lessons.len(), 1);
        assert_eq!(results.lessons[0].questions, [Outcome::Right(2)]);
        assert_eq!(results.practice[0].seed, "1-7f3a");
        assert!(answers.is_done("graphs", 1, 0) && !answers.is_done("graphs", 1, 1));
    }

    #[test]
    fn what_cannot_be_read_counts_as_nothing() {
        for text in ["", "[]", "{\"lessons\": 3}", "{\"name\": \"x\""] {
            assert_eq!(Answers::of_json(text), Answers::default());
        }
        let odd = r#"{"lessons":{"x":{"questions":{"4000000000":{"outcome":{"right":1}}}}}}"#;
        assert_eq!(Answers::of_json(odd).results(&[]).lessons.len(), 0);
    }

    #[test]
    fn old_sets_make_room_for_new_ones() {
        let mut answers = Answers::default();
        for number in 0..MOST_SETS + 5 {
            answers.set(&format!("seed=1-{number}"), "1-0").outcomes = vec![Outcome::Shown];
        }
        assert_eq!(answers.practice.len(), MOST_SETS);
        assert_eq!(answers.practice[0].address, "seed=1-5");
    }
}
