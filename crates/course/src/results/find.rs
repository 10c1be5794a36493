//! Codes in a text: a list, or all of a chat.

use super::Results;
use super::code::{CodeError, GROUP, MOST_LETTERS, PREFIX, decode, read};

/// Groups of a code that its letters make at most.
const MOST_GROUPS: usize = MOST_LETTERS / GROUP;

/// What a text contains.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Results, each with the line on which its code begins, from 1.
    pub results: Vec<(usize, Results)>,
    /// Codes that cannot be read.
    pub damaged: Vec<Damaged>,
}

/// A code that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damaged {
    /// The line on which it begins, from 1.
    pub line: usize,
    /// The code as it stands there, cut if it is long.
    pub text: String,
    /// What is wrong with it.
    pub why: CodeError,
}

/// A run of letters and digits.
#[derive(Clone, Copy)]
struct Word<'t> {
    text: &'t str,
    line: usize,
    /// Whether nothing but a hyphen, and blanks around it, stands between the word before and this one.
    joined: bool,
}

/// Finds all codes. A code may be cut into lines, and blanks may stand for its hyphens; other words are passed over. A line
/// that is nothing but groups of a code counts as one without its prefix.
pub fn find(text: &str) -> Found {
    let words = words(text);
    let mut found = Found::default();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let is_prefix = word.text.eq_ignore_ascii_case(PREFIX);
        let begins = at + usize::from(is_prefix);
        // Words that can be groups: the last may be shorter.
        let rest = words.get(begins..).unwrap_or_default();
        let groups = rest.iter().take(MOST_GROUPS).take_while(|word| {
            word.text.chars().count() <= GROUP && !word.text.eq_ignore_ascii_case(PREFIX)
        });
        let groups: Vec<&str> = groups.map(|word| word.text).collect();
        // Those that hyphens join: what a reader takes for the code.
        let joined = rest.iter().take(groups.len()).enumerate();
        let joined = joined.take_while(|(at, word)| word.joined || (*at == 0 && !is_prefix));
        let joined = joined.count();
        let full = groups
            .iter()
            .take(joined)
            .filter(|group| group.len() == GROUP);
        if !is_prefix && full.count() < 3 {
            at += 1;
            continue;
        }
        // The checksum tells where it ends.
        let ends = (1..=groups.len()).rev().find_map(|len| {
            let own = groups.get(..len)?;
            Some((len, read(&own.concat()).ok()?))
        });
        match ends {
            Some((len, results)) => {
                found.results.push((word.line, results));
                at = begins + len;
            }
            None => {
                let own = groups.get(..joined).unwrap_or_default();
                if let Err(why) = decode(&own.concat()) {
                    found.damaged.push(Damaged {
                        line: word.line,
                        text: shown(is_prefix.then_some(word.text), own),
                        why,
                    });
                }
                at = begins + joined.max(usize::from(!is_prefix));
            }
        }
    }
    found
}

fn shown(prefix: Option<&str>, groups: &[&str]) -> String {
    let all: Vec<&str> = prefix.into_iter().chain(groups.iter().copied()).collect();
    let text = all.join("-");
    match text.char_indices().nth(100) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    // Whether the line before ends with a hyphen: a code may go on.
    let mut goes_on = false;
    for (line, own) in (1..).zip(text.lines()) {
        let mut end = None;
        let mut begin = None;
        for (at, letter) in own.char_indices().chain([(own.len(), ' ')]) {
            match (letter.is_alphanumeric(), begin) {
                (true, None) => begin = Some(at),
                (false, Some(from)) => {
                    words.push(Word {
                        text: own.get(from..at).unwrap_or_default(),
                        line,
                        joined: match end {
                            Some(end) => is_hyphen(own.get(end..from).unwrap_or_default()),
                            None => goes_on,
                        },
                    });
                    begin = None;
                    end = Some(at);
                }
                _ => {}
            }
        }
        goes_on = own.trim_end().ends_with(is_dash);
    }
    words
}

fn is_dash(letter: char) -> bool {
    matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '\u{ad}')
}

fn is_hyphen(gap: &str) -> bool {
    gap.contains(is_dash)
        && gap
            .chars()
            .all(|letter| is_dash(letter) || letter.is_whitespace())
}
