//! Results without a server: a student's own as a code, and those of a class as a table.

mod class;
mod own;
pub mod qr;

pub use class::ClassResults;
pub use own::OwnAnswers;
