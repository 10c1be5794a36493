//! What a lesson is made of. Lessons are text files; `format` reads them.

use crate::{Problem, Prose, Text};
use lab::check::{CheckLine, CheckText};
use lab::{Abi, Setup, StepName};
use std::sync::Arc;

/// A lesson, as its file describes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lesson {
    /// Its name in an address; empty for a file that has none.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// The language of its texts, as HTML names it: `en`, `de`.
    pub language: String,
    /// Who wrote it.
    pub author: Option<String>,
    /// The licence of its texts.
    pub license: Option<String>,
    /// Minutes that it takes in a room.
    pub minutes: Option<u16>,
    /// Slugs of lessons to read first.
    pub needs: Vec<String>,
    /// What is shown, from front to back.
    pub parts: Vec<Part>,
    /// One idea a screen, for the presenter.
    pub ideas: Vec<Idea>,
    /// Units over which figures and exercises run the engine.
    pub sets: Vec<UnitSet>,
    /// What the presenter wants to say.
    pub notes: Vec<Note>,
    /// Words that the lesson explains itself.
    pub terms: Vec<LessonTerm>,
    /// What it is based on.
    pub sources: Vec<Source>,
    /// What is wrong with the file, by line.
    pub problems: Vec<Problem>,
}

/// A part of a lesson.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The line of the file on which it begins, from 1.
    pub line: u32,
    /// What it is.
    pub content: Content,
}

/// What a part of a lesson is.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// A heading, a paragraph, a list, code.
    Prose(Prose),
    /// A unit whose declarations are shown.
    Unit(Unit),
    /// Units at a step of the engine.
    Figure(Arc<Figure>),
    /// A question to the room, at a step.
    Stop(Arc<Stop>),
    /// A question to predict.
    Question(Arc<Question>),
    /// A task that the engine checks.
    Exercise(Arc<Exercise>),
    /// The word that is explained here.
    Term(LessonTerm),
    /// A block that could not be read.
    Faulty(Problem),
}

/// An idea in a few words.
#[derive(Clone, Debug, PartialEq)]
pub struct Idea {
    /// The line of its block.
    pub line: u32,
    /// The idea.
    pub says: Text,
    /// A sentence below it; perhaps empty.
    pub more: Text,
}

/// Units that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitSet {
    /// Its name: `main` if the file gives none.
    pub name: String,
    /// Its units, in their order.
    pub units: Vec<Unit>,
}

/// A unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// The line of its block. Its text begins on the next.
    pub line: u32,
    /// As the lesson calls it, such as `1`.
    pub name: String,
    /// The set to which it belongs.
    pub set: String,
    /// C declarations, or types as bpftool prints them.
    pub text: String,
    /// Whether readers see it only in figures.
    pub is_hidden: bool,
}

/// Where the units of a figure, stop or exercise come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnitsFrom {
    /// A set of the lesson.
    Set(String),
    /// A scenario of the lab.
    Scenario(String),
    /// These texts.
    Here(Vec<String>),
}

/// Switches of the lab.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Switches {
    /// The machine that types are laid out for.
    pub abi: Abi,
    /// Forward declarations match no definition.
    pub keep_forwards: bool,
    /// Every type has the same hash.
    pub same_hash: bool,
    /// On the fast path each unit is a shard of its own.
    pub one_shard_per_unit: bool,
    /// The types and macros of the prelude are not known.
    pub no_prelude: bool,
}

/// A live figure: units over which the lab's engine runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Its units.
    pub from: UnitsFrom,
    /// The set of the base's units, for split BTF.
    pub base: Option<String>,
    /// The lab's switches.
    pub switches: Switches,
    /// What is shown of them.
    pub show: Show,
    /// Where it begins.
    pub step: StepName,
    /// The last step that is shown; none: the last one of the run.
    pub until: Option<StepName>,
    /// What to look at.
    pub caption: Text,
}

/// What a figure shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// The ladder, step by step.
    #[default]
    Ladder,
    /// Numbers of a kernel above the ladder.
    Kernel,
    /// The ladder, and what the fast path does.
    FastPath,
    /// The result byte by byte.
    Bytes,
    /// The strings before and after the first pass, name by name.
    Strings,
}

/// A question to the room, beside a drawing.
#[derive(Clone, Debug, PartialEq)]
pub struct Stop {
    /// The drawing, at its step.
    pub figure: Arc<Figure>,
    /// The question.
    pub question: Arc<Question>,
}

/// A question to predict before the answer is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The question.
    pub ask: Text,
    /// Answers to choose from, in the order of the file.
    pub choices: Vec<Choice>,
    /// Whether they are shown in another order.
    pub is_shuffled: bool,
}

/// An answer to choose.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The line on which it begins.
    pub line: u32,
    /// Whether it is right.
    pub is_right: bool,
    /// The answer.
    pub says: Text,
    /// For a right one: why. For a wrong one: what to think of next; it does not give the right one away.
    pub feedback: Text,
}

/// A task that the engine checks.
#[derive(Clone, Debug, PartialEq)]
pub struct Exercise {
    /// Its name, under which answers are kept.
    pub id: String,
    /// What to do.
    pub task: Text,
    /// The units that it begins with.
    pub start: UnitsFrom,
    /// The set of the base's units, for split BTF.
    pub base: Option<String>,
    /// The lab's switches.
    pub switches: Switches,
    /// Units that cannot be changed, from 0.
    pub locked: Vec<usize>,
    /// If the answer is a number instead of changed units: what it is called.
    pub number: Option<String>,
    /// What must be true of the result, one after the other.
    pub checks: Vec<Check>,
    /// What is said when all of it is true; the checks may say something themselves.
    pub done: Option<String>,
    /// Hints, each a step further.
    pub hints: Vec<Text>,
    /// A solution.
    pub solution: Solution,
}

/// A condition on the result of an exercise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Its line.
    pub line: u32,
    /// The condition, as the file has it.
    pub expression: String,
    /// What is said when it is not true. Expressions in braces stand for their values.
    pub no: Option<String>,
}

/// A solution of an exercise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Solution {
    /// Units, from 0, with their texts; all others stay as they are.
    Units(Vec<(usize, String)>),
    /// A number.
    Number(u32),
}

/// What the presenter wants to say, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// The line of its block.
    pub line: u32,
    /// Where.
    pub at: NoteAt,
    /// Paragraphs.
    pub text: Vec<Prose>,
}

/// Where a note belongs. Numbers count from 1, through the whole lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoteAt {
    /// The title.
    Start,
    /// The idea of this number.
    Idea(usize),
    /// The figure of this number.
    Figure(usize),
    /// The stop of this number.
    Stop(usize),
    /// The question of this number.
    Question(usize),
    /// The exercise of this id.
    Exercise(String),
}

/// A word that a lesson explains itself.
#[derive(Clone, Debug, PartialEq)]
pub struct LessonTerm {
    /// The word.
    pub word: String,
    /// What it means.
    pub means: Text,
}

/// What a lesson is based on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its title.
    pub title: String,
    /// Where it is.
    pub url: String,
}

impl Switches {
    /// A setup of these units with these switches.
    pub fn put(&self, units: Vec<String>) -> Setup {
        let mut setup = Setup::of(&[]);
        setup.units = units;
        setup.abi = self.abi;
        setup.keep_forwards = self.keep_forwards;
        setup.same_hash = self.same_hash;
        setup.many_shards = self.one_shard_per_unit;
        setup.prelude = !self.no_prelude;
        setup
    }
}

impl Lesson {
    /// Its figures, in their order.
    pub fn figures(&self) -> impl Iterator<Item = &Arc<Figure>> {
        self.parts.iter().filter_map(|part| match &part.content {
            Content::Figure(figure) => Some(figure),
            _ => None,
        })
    }

    /// Its stops.
    pub fn stops(&self) -> impl Iterator<Item = &Arc<Stop>> {
        self.parts.iter().filter_map(|part| match &part.content {
            Content::Stop(stop) => Some(stop),
            _ => None,
        })
    }

    /// Its questions.
    pub fn questions(&self) -> impl Iterator<Item = &Arc<Question>> {
        self.parts.iter().filter_map(|part| match &part.content {
            Content::Question(question) => Some(question),
            _ => None,
        })
    }

    /// Its exercises.
    pub fn exercises(&self) -> impl Iterator<Item = &Arc<Exercise>> {
        self.parts.iter().filter_map(|part| match &part.content {
            Content::Exercise(exercise) => Some(exercise),
            _ => None,
        })
    }

    /// Its headings, paragraphs, lists and code.
    pub fn prose(&self) -> impl Iterator<Item = &Prose> {
        self.parts.iter().filter_map(|part| match &part.content {
            Content::Prose(prose) => Some(prose),
            _ => None,
        })
    }

    /// The set of this name.
    pub fn set(&self, name: &str) -> Option<&UnitSet> {
        self.sets.iter().find(|set| set.name == name)
    }

    /// What a word means: in this lesson, or in the course's glossary. Words are compared as addresses have them.
    pub fn term(&self, word: &str) -> Option<(String, Text)> {
        let own = self
            .terms
            .iter()
            .find(|term| crate::anchor(&term.word) == crate::anchor(word));
        match own {
            Some(term) => Some((term.word.clone(), term.means.clone())),
            None => crate::term(word).map(|term| (term.word.to_owned(), crate::text(term.means))),
        }
    }

    /// The setup of units and switches; none for a scenario, which only the lab has, and for a set that does not exist.
    pub fn setup(&self, from: &UnitsFrom, switches: &Switches) -> Option<Setup> {
        let units = match from {
            UnitsFrom::Scenario(_) => return None,
            UnitsFrom::Here(units) => units.clone(),
            UnitsFrom::Set(name) => {
                let units = &self.set(name)?.units;
                units.iter().map(|unit| unit.text.clone()).collect()
            }
        };
        Some(switches.put(units))
    }

    /// The setup of a figure, with its base; none for a scenario.
    pub fn figure_setup(&self, figure: &Figure) -> Option<Setup> {
        let setup = self.setup(&figure.from, &figure.switches)?;
        Some(self.on_base(setup, figure.base.as_deref()))
    }

    /// The setup with which an exercise begins, with its base; none for a scenario.
    pub fn exercise_setup(&self, exercise: &Exercise) -> Option<Setup> {
        let setup = self.setup(&exercise.start, &exercise.switches)?;
        Some(self.on_base(setup, exercise.base.as_deref()))
    }

    /// A setup on the units of a set.
    fn on_base(&self, setup: Setup, base: Option<&str>) -> Setup {
        let set = base.and_then(|base| self.set(base));
        let texts = set.map(|set| set.units.iter().map(|unit| unit.text.as_str()).collect());
        Setup {
            base: texts,
            ..setup
        }
    }

    /// The notes for a place.
    pub fn notes_at<'a>(&'a self, at: &'a NoteAt) -> impl Iterator<Item = &'a Note> {
        self.notes.iter().filter(move |note| note.at == *at)
    }
}

impl Question {
    /// The order in which the choices are shown: numbers of choices, from 0. The same seed gives the same order.
    pub fn order(&self, seed: u64) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.choices.len()).collect();
        if self.is_shuffled {
            let mut state = seed;
            for last in (1..order.len()).rev() {
                // SplitMix64: every seed is a good one, 0 too.
                state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
                let mut bits = state;
                bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                bits ^= bits >> 31;
                order.swap(last, (bits % (last as u64 + 1)) as usize);
            }
        }
        order
    }

    /// The right choices.
    pub fn right(&self) -> impl Iterator<Item = &Choice> {
        self.choices.iter().filter(|choice| choice.is_right)
    }

    /// Whether several choices are right.
    pub fn has_several(&self) -> bool {
        self.right().count() > 1
    }
}

impl Exercise {
    /// Its check, as the lab reads it.
    pub fn check_text(&self) -> CheckText {
        let line = |check: &Check| CheckLine {
            condition: check.expression.clone(),
            no: check.no.clone().unwrap_or_default(),
        };
        CheckText {
            lines: self.checks.iter().map(line).collect(),
            done: self.done.clone().unwrap_or_default(),
        }
    }

    /// The setup that a solution makes of the one that the exercise begins with.
    pub fn solved(&self, start: &Setup) -> Setup {
        let mut setup = start.clone();
        if let Solution::Units(units) = &self.solution {
            for (at, text) in units {
                if setup.units.len() <= *at {
                    setup.units.resize(*at + 1, String::new());
                }
                if let Some(unit) = setup.units.get_mut(*at) {
                    unit.clone_from(text);
                }
            }
        }
        setup
    }
}
