//! A question that a teacher puts into a link: the laboratory stops at its step and asks it.

use crate::{SetupError, link};
use serde::{Deserialize, Serialize};

/// Bytes of both texts together.
const LONGEST: u64 = 8 << 10;
/// What the part of an address begins with: its form, so that another can come.
const FORM: char = '1';

/// A question to the room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The question.
    pub question: String,
    /// The answer; empty if the teacher gives it.
    pub answer: String,
}

impl Asked {
    /// As part of an address: letters, digits, `-` and `_`.
    pub fn to_link(&self) -> String {
        // A `Vec` takes all there is, and reading from memory does not fail.
        let plain = postcard::to_stdvec(&(&self.question, &self.answer)).unwrap_or_default();
        link::packed(FORM, &plain)
    }

    /// What such a part of an address says.
    ///
    /// # Errors
    ///
    /// [`SetupError`] when it is none.
    pub fn from_link(text: &str) -> Result<Asked, SetupError> {
        let mut letters = text.chars();
        match letters.next() {
            Some(FORM) => {}
            Some(other) if other.is_ascii_digit() => return Err(SetupError::Newer),
            _ => return Err(SetupError::Damaged),
        }
        let plain = link::unpacked(letters.as_str(), LONGEST)?;
        let (question, answer) = postcard::from_bytes(&plain).map_err(|_| SetupError::Damaged)?;
        Ok(Asked { question, answer })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_gives_back_what_was_asked() {
        for (question, answer) in [
            ("Which pair is next?", "[2] and [5]"),
            ("Größe?", ""),
            ("", ""),
        ] {
            let asked = Asked {
                question: question.to_owned(),
                answer: answer.to_owned(),
            };
            assert_eq!(Asked::from_link(&asked.to_link()), Ok(asked));
        }
    }

    #[test]
    fn what_is_no_link_is_refused() {
        let whole = Asked {
            question: "Which?".to_owned(),
            answer: String::new(),
        }
        .to_link();
        let cut = whole.get(..whole.len() - 3).unwrap();
        for link in ["", "x", "1", "1!!", cut] {
            assert_eq!(Asked::from_link(link), Err(SetupError::Damaged), "{link}");
        }
        assert_eq!(Asked::from_link("2AAAA"), Err(SetupError::Newer));
        let long = Asked {
            question: "a".repeat(9_000),
            answer: String::new(),
        };
        assert_eq!(Asked::from_link(&long.to_link()), Err(SetupError::TooMuch));
    }
}
