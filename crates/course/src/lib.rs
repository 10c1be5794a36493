//! The course on type dedup: nine lessons, a glossary, sources; and the format of lessons, which anyone can write.
//!
//! A lesson is a text file (`format`, described in `docs/lesson-format.md`). The page draws it as a lesson, as a
//! presenter's screens, as slides and as a handout; `docs/workshop.md` is the teacher's guide to the course.
#![forbid(unsafe_code)]

mod facts;
mod format;
mod glossary;
mod lesson;
mod lessons;
pub mod results;

pub use facts::{Fact, KERNEL_BYTES, KERNEL_TYPES, fact_of as fact, facts};
pub use format::{
    Fault, MOST_BYTES, Mark, NoLesson, Problem, Prose, Span, Text, Tried, VERSION, text, try_out,
};
pub use glossary::{Term, anchor, find as term, glossary};
pub use lesson::{
    Check, Choice, Content, Exercise, Figure, Idea, Lesson, LessonTerm, Note, NoteAt, Part,
    Question, Show, Solution, Source, Stop, Switches, Unit, UnitSet, UnitsFrom,
};
pub use lessons::{
    LANGUAGES, SLUGS, TITLES, file, find as lesson, find_in as lesson_in, languages, lessons,
};
