//! Lesson files.

use course::Lesson;
use lab::StepName;
use lab::check::Condition;

/// Reads a text as a lesson, and as a condition and a step's name of one.
pub fn run(data: &[u8]) {
    let _ = Lesson::read(data);
    let text = String::from_utf8_lossy(data);
    let _ = Condition::parse(&text);
    let _ = text.parse::<StepName>();
}
