//! The line of an error, with a mark below it.

use super::error::{Error, Position};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Characters of a line that are shown, and of those before the place that is meant.
const WIDTH: usize = 64;
const BEFORE: usize = 40;

/// A line of a text, or the part of a long one, and what is meant in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excerpt {
    /// The line, tabs as blanks.
    pub line: String,
    /// Characters before what is meant.
    pub before: u32,
    /// Characters that are meant; 0 for a place where something is missing.
    pub length: u32,
}

impl Excerpt {
    /// The line of an error in the text that has it.
    pub fn of(text: &str, error: &Error) -> Excerpt {
        let Position { line, column } = error.at;
        let line = text.split('\n').nth(line - 1).unwrap_or_default();
        let line = line.trim_end();
        let (mut from, mut before) = (0, column - 1);
        let indent = line.chars().take_while(|char| char.is_whitespace()).count();
        if indent <= before {
            from = indent;
        }
        let is_cut = before - from > BEFORE;
        if is_cut {
            from = before - BEFORE;
        }
        before -= from;
        let shown = line.chars().skip(from).take(WIDTH);
        let mut shown: String = shown
            .map(|char| if char.is_control() { ' ' } else { char })
            .collect();
        if is_cut {
            shown.insert(0, '…');
            before += 1;
        }
        if line.chars().count() > from + WIDTH {
            shown.push('…');
        }
        let length = error.length.min(WIDTH.saturating_sub(before));
        Excerpt {
            line: shown,
            before: u32::try_from(before).unwrap_or(u32::MAX),
            length: u32::try_from(length).unwrap_or(u32::MAX),
        }
    }

    /// The mark that goes below the line.
    pub fn mark(&self) -> String {
        let blanks = " ".repeat(self.before as usize);
        let more = "~".repeat((self.length as usize).saturating_sub(1));
        format!("{blanks}^{more}")
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.line, self.mark())
    }
}

#[cfg(test)]
mod tests {
    use super::Excerpt;
    use crate::Abi;
    use crate::c::unit;

    #[test]
    fn the_mark_is_below_what_is_meant() {
        let long = format!(
            "struct s {{ {} nosuch x; {} }};",
            "int a; ".repeat(20).replace("int a", "int :1"),
            "int :2; ".repeat(20)
        );
        for (text, line, mark) in [
            ("struct s {\n\tnosuch x;\n};", "nosuch x;", "^~~~~~"),
            ("struct s {\n  int ü;\n};", "int ü;", "    ^"),
            ("struct s {\n  int x\n};", "int x", "     ^"),
            (
                "struct s { int x; }",
                "struct s { int x; }",
                "                   ^",
            ),
        ] {
            let error = unit(text, Abi::X86_64).expect_err(text);
            let shown = Excerpt::of(text, &error);
            assert_eq!((shown.line.as_str(), shown.mark().as_str()), (line, mark));
        }
        let error = unit(&long, Abi::X86_64).expect_err("unknown");
        let shown = Excerpt::of(&long, &error);
        assert!(
            shown.line.starts_with('…') && shown.line.ends_with('…'),
            "{shown}"
        );
        let marked = shown.line.chars().skip(shown.before as usize);
        assert!(
            marked.collect::<String>().starts_with("nosuch x;"),
            "{shown}"
        );
        assert_eq!(shown.length, 6);
    }
}
