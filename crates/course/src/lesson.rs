//! What a lesson is made of.

/// A lesson: one screen of text, a live figure, a question to predict, a task that checks itself.
#[derive(Clone, Copy, Debug)]
pub struct Lesson {
    /// Its name in an address.
    pub slug: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Minutes that it takes in a room.
    pub minutes: u8,
    /// Paragraphs.
    pub text: &'static [&'static str],
    /// One idea a screen, for the presenter.
    pub ideas: &'static [Idea],
    /// What is seen at work.
    pub figure: Figure,
    /// What to predict.
    pub question: Question,
    /// What to do.
    pub exercise: Exercise,
    /// What it is based on.
    pub sources: &'static [Source],
}

/// An idea in a few words.
#[derive(Clone, Copy, Debug)]
pub struct Idea {
    /// The idea.
    pub says: &'static str,
    /// A sentence below it.
    pub more: &'static str,
}

/// A live figure: units over which the lab's engine runs.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    /// The lab's scenario.
    pub scenario: &'static str,
    /// What is shown of it.
    pub show: Show,
    /// What to look at.
    pub caption: &'static str,
}

/// What a figure shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    /// Numbers of a kernel above the graph, which is at its start.
    Kernel,
    /// The result byte by byte.
    Bytes,
    /// The strings before and after the first pass, name by name.
    Strings,
    /// The graph, step by step, from the pass of this number on (0 is the first).
    Steps(u8),
    /// The graph, and what the fast path does.
    Fast,
}

/// A question to predict before the answer is shown.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// The question.
    pub ask: &'static str,
    /// Answers to choose from.
    pub choices: &'static [Choice],
    /// The right one, from 0.
    pub right: usize,
    /// Why.
    pub why: &'static str,
}

/// An answer to choose.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// The answer.
    pub says: &'static str,
    /// What to think of next, for an answer that is wrong; it does not give the right one away. Empty for the right one.
    pub but: &'static str,
}

/// A task that the engine checks.
#[derive(Clone, Copy, Debug)]
pub struct Exercise {
    /// The lab's name of the check.
    pub check: &'static str,
    /// What to do.
    pub task: &'static str,
    /// The units that it begins with.
    pub start: &'static [&'static str],
    /// Whether the answer is a number instead of changed units, and what it is called.
    pub number: Option<&'static str>,
    /// Hints, each a step further.
    pub hints: &'static [&'static str],
    /// A solution: units, or the number as text.
    pub answer: &'static [&'static str],
}

/// What a lesson is based on.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    /// Its title.
    pub title: &'static str,
    /// Where it is.
    pub url: &'static str,
}
