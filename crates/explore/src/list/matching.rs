//! Whether a name fits the text of a search, how well, and where.

use super::query::{Match, QueryError};
use super::reading::Text;
use btf::{Btf, StringOffset};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Utf32Str};
use regex_lite::{Regex, RegexBuilder};

/// How many bytes of a name are matched; the longest names of a kernel have some 200.
const MAX_NAME: usize = 1000;
/// How many bytes a compiled regular expression may take that repeats or leaves out parts: all of it can be tried at each
/// letter. What people type takes 200 to 4,000, `^.{100,}$` 5,016; the names of a kernel are searched by 5,200 in two seconds.
const MAX_REPEATING: usize = 5_200;
/// How many bytes of others: of an alternative that begins otherwise nothing but its first letter is tried. A hundred names
/// take 95,000.
const MAX_PLAIN: usize = 200_000;
/// Up to how many bytes it is compiled to tell whether it is valid.
const MAX_REGEX: usize = 1 << 20;
/// How many places for any letter such an expression may have.
const MOST_WILD: usize = 40;
/// Bytes of names times bytes of the compiled expression that one search may take; a kernel's members take a tenth, by the
/// largest expression.
const MOST_WORK: u64 = 30_000_000_000;

/// The text of a search, ready to be compared with names.
pub(super) enum Matcher {
    Everything,
    Substring {
        text: Vec<u8>,
        any_case: bool,
        /// Whether it is all of the name.
        whole: bool,
    },
    Fuzzy(Box<Fuzzy>),
    Regex(Box<Searched>),
}

/// A regular expression, and what is left for it.
pub(super) struct Searched {
    regex: Regex,
    text: String,
    /// Bytes that it takes compiled, at most.
    size: u64,
    /// Bytes of names times bytes of the expression that are left; `None` if they did not suffice.
    left: Option<u64>,
}

pub(super) struct Fuzzy {
    matcher: nucleo_matcher::Matcher,
    pattern: Pattern,
    chars: Vec<char>,
    places: Vec<u32>,
}

impl Matcher {
    /// For the text of a search. An expression that is none is refused.
    pub fn of(text: &Text) -> Result<Matcher, QueryError> {
        let Text {
            text,
            matching,
            any_case,
        } = text;
        let text = text.trim();
        if text.is_empty() {
            return Ok(Matcher::Everything);
        }
        // As in editors, case counts if the text has a capital letter.
        let any_case = *any_case || !text.chars().any(char::is_uppercase);
        Ok(match matching {
            Match::Substring => Matcher::Substring {
                text: text.as_bytes().to_vec(),
                any_case,
                whole: false,
            },
            Match::Fuzzy => Matcher::Fuzzy(Box::new(Fuzzy {
                matcher: nucleo_matcher::Matcher::new(Config::DEFAULT),
                pattern: Pattern::parse(text, CaseMatching::Smart, Normalization::Never),
                chars: Vec::new(),
                places: Vec::new(),
            })),
            Match::Regex => {
                let build = |limit| {
                    let mut builder = RegexBuilder::new(text);
                    builder.case_insensitive(any_case).size_limit(limit).build()
                };
                let limit = largest(text);
                let too_large = || QueryError::TooLarge {
                    text: text.to_owned(),
                    limit,
                };
                let regex = build(limit).map_err(|_| match build(MAX_REGEX) {
                    Ok(_) => too_large(),
                    Err(error) if error.to_string().contains("size limit") => too_large(),
                    Err(error) => QueryError::Regex {
                        text: text.to_owned(),
                        cause: error.to_string(),
                    },
                })?;
                // The size itself is not told: half of it, and so on, is tried.
                let halves = std::iter::successors(Some(limit), |size| Some(size / 2));
                let small = halves.take_while(|&size| size > 250 && build(size).is_ok());
                Matcher::Regex(Box::new(Searched {
                    regex,
                    text: text.to_owned(),
                    size: small.last().unwrap_or(limit) as u64,
                    left: Some(MOST_WORK),
                }))
            }
        })
    }

    /// For a text that is the whole name.
    pub fn whole(text: &Text) -> Matcher {
        Matcher::Substring {
            text: text.text.trim().as_bytes().to_vec(),
            any_case: text.any_case,
            whole: true,
        }
    }

    /// How well a name fits: a higher score is better, and `None` means that it does not fit.
    pub fn score(&mut self, btf: &Btf, name: StringOffset) -> Option<u32> {
        self.score_bytes(btf.string(name)?)
    }

    /// Like [`Matcher::score`], for a name that is in no BTF.
    pub fn score_bytes(&mut self, name: &[u8]) -> Option<u32> {
        let bytes = name.get(..MAX_NAME).unwrap_or(name);
        match self {
            Matcher::Everything => Some(0),
            Matcher::Substring {
                whole: true, text, ..
            } if text.len() != bytes.len() => None,
            Matcher::Substring { text, any_case, .. } => {
                let at = find(bytes, text, *any_case)?;
                let whole = bytes.len() == text.len();
                let word = at == 0 || bytes.get(at.wrapping_sub(1)) == Some(&b'_');
                Some(match (whole, at, word) {
                    (true, ..) => 3,
                    (_, 0, _) => 2,
                    (_, _, true) => 1,
                    _ => 0,
                })
            }
            Matcher::Fuzzy(fuzzy) => {
                let text = String::from_utf8_lossy(bytes);
                let name = Utf32Str::new(&text, &mut fuzzy.chars);
                fuzzy.pattern.score(name, &mut fuzzy.matcher)
            }
            Matcher::Regex(searched) => {
                let work = searched.size * (bytes.len() as u64 + 1);
                searched.left = searched.left?.checked_sub(work);
                searched.left?;
                let text = String::from_utf8_lossy(bytes);
                searched.regex.is_match(&text).then_some(0)
            }
        }
    }

    /// Whether all names were compared that a search asked about.
    ///
    /// # Errors
    ///
    /// A regular expression takes too long for so many names; the others were not compared.
    pub fn is_complete(&self) -> Result<(), QueryError> {
        match self {
            Matcher::Regex(searched) if searched.left.is_none() => Err(QueryError::TooLong {
                text: searched.text.clone(),
            }),
            _ => Ok(()),
        }
    }

    /// The ranges of a name that the text matches, in characters.
    pub fn marks(&mut self, btf: &Btf, name: StringOffset) -> Vec<(u32, u32)> {
        let name = btf.string(name).unwrap_or_default();
        let name = String::from_utf8_lossy(name.get(..MAX_NAME).unwrap_or(name));
        let chars = |bytes: usize| {
            let upto = name.get(..bytes).unwrap_or_default();
            u32::try_from(upto.chars().count()).unwrap_or(u32::MAX)
        };
        match self {
            Matcher::Everything => Vec::new(),
            Matcher::Substring { text, any_case, .. } => find(name.as_bytes(), text, *any_case)
                .map(|at| vec![(chars(at), chars(at + text.len()))])
                .unwrap_or_default(),
            Matcher::Fuzzy(fuzzy) => {
                let Fuzzy {
                    matcher,
                    pattern,
                    chars,
                    places,
                } = &mut **fuzzy;
                places.clear();
                let text = Utf32Str::new(&name, chars);
                let _ = pattern.indices(text, matcher, places);
                places.sort_unstable();
                places.dedup();
                let mut marks: Vec<(u32, u32)> = Vec::new();
                for &at in places.iter() {
                    match marks.last_mut() {
                        Some((_, end)) if *end == at => *end += 1,
                        _ => marks.push((at, at + 1)),
                    }
                }
                marks
            }
            Matcher::Regex(searched) => searched
                .regex
                .find(&name)
                .filter(|found| !found.is_empty())
                .map(|found| vec![(chars(found.start()), chars(found.end()))])
                .unwrap_or_default(),
        }
    }
}

/// How many bytes a regular expression may take.
fn largest(text: &str) -> usize {
    let repeats = text.contains(['*', '+', '?', '{']);
    let wild = text.chars().filter(|&one| matches!(one, '.' | '[' | '\\'));
    match repeats || wild.count() > MOST_WILD {
        true => MAX_REPEATING,
        false => MAX_PLAIN,
    }
}

/// Where `name` first contains `text`. Only ASCII letters are equal in both cases.
fn find(name: &[u8], text: &[u8], any_case: bool) -> Option<usize> {
    let (&first, rest) = text.split_first()?;
    let last = name.len().checked_sub(text.len())?;
    let starts = |&at: &usize| {
        let here = name[at];
        let fits = here == first || (any_case && here.eq_ignore_ascii_case(&first));
        fits && match any_case {
            true => name[at + 1..at + text.len()].eq_ignore_ascii_case(rest),
            false => name[at + 1..at + text.len()] == *rest,
        }
    };
    (0..=last).find(starts)
}
