//! Questions from a seed: small random units, and what dedup makes of them.
//!
//! ```text
//! seed       a short text that gives the same question everywhere; sets of them; random: its numbers
//! family     what questions are about, and how large they are
//! declare    declarations as data, written as C; words: names for them
//! change     one thing becomes another; units: random units of a family
//! question   what is asked, answered by the engine
//! fate       what becomes of a type, and at which step; why two types are not one
//! ```
//!
//! The generator knows no rule of dedup. It makes units until the engine's result has something to ask for, and every
//! answer and explanation comes from that result.

mod change;
mod declare;
mod family;
mod fate;
mod question;
mod random;
mod seed;
mod units;
mod words;

pub use family::{Family, Level};
pub use fate::Fate;
pub use question::{Answer, Ask, NoQuestion, Question, Reason, question};
pub use seed::{MOST_QUESTIONS, Seed, SeedError, VERSION, seeds};
