//! The course on type dedup, as data: nine lessons, a glossary, sources.
//!
//! The page draws it as lessons, as a presenter's screens, as slides and as a handout; `docs/workshop.md` is the
//! teacher's guide to it. Texts have three marks, which [`spans`] reads: `` `code` ``; `[[term]]`, a word of the
//! [`glossary`], or `[[term|words]]` where the text puts it in other words; and `[[lab:scenario|words]]`, a scenario of the lab.
#![forbid(unsafe_code)]

mod facts;
mod glossary;
mod lesson;
mod lessons;
mod spans;

pub use facts::{Fact, KERNEL_BYTES, KERNEL_TYPES, fact_of as fact, facts};
pub use glossary::{Term, find as term, glossary};
pub use lesson::{Choice, Exercise, Figure, Idea, Lesson, Question, Show, Source};
pub use lessons::{LESSONS, SLUGS, TITLES, find as lesson};
pub use spans::{Span, plain, spans};
