//! The header: what a lesson is called, and what it is based on.

use super::outline::{Entry, Line, entries, list, uncommented, unquoted};
use crate::{Fault, Lesson, Problem, Source};

const KNOWN: &str = "lesson, title, slug, language, minutes, needs, author, license, sources";

/// Reads the header into the lesson. Returns the text behind it, and the number of its first line.
pub(super) fn read<'a>(text: &'a str, lesson: &mut Lesson) -> (&'a str, u32) {
    let mut fault = |line, fault| lesson.problems.push(Problem::new(line, fault));
    let mut inner = Vec::new();
    let mut at = 0;
    let mut is_closed = false;
    for (number, line) in (1u32..).zip(text.split_inclusive('\n')) {
        let is_fence = line.trim_end() == "---";
        if number == 1 && !is_fence {
            fault(1, Fault::NoHeader);
            return (text, 1);
        }
        at += line.len();
        if number > 1 && is_fence {
            is_closed = true;
            break;
        }
        if number > 1 {
            let text = line.trim_end();
            inner.push(Line { number, text });
        }
    }
    if !is_closed {
        fault(
            1,
            if text.is_empty() {
                Fault::NoHeader
            } else {
                Fault::OpenHeader
            },
        );
        return (text.split_once('\n').map_or("", |(_, rest)| rest), 2);
    }
    let next = inner.len() as u32 + 3;
    fields(&inner, lesson);
    (text.get(at..).unwrap_or_default(), next)
}

fn fields(inner: &[Line<'_>], lesson: &mut Lesson) {
    let place = || "header".to_owned();
    let mut has_version = false;
    for entry in entries(inner) {
        if entry.head.starts_with('#') {
            continue;
        }
        let Some((key, value)) = entry.key() else {
            lesson
                .problems
                .push(Problem::new(entry.line, Fault::NoKey { place: place() }));
            continue;
        };
        let value = uncommented(value);
        let text = || entry.text(value);
        let mut refused = |expected: &str| {
            let fault = Fault::Value {
                place: place(),
                key: key.to_owned(),
                value: value.to_owned(),
                expected: expected.to_owned(),
            };
            lesson.problems.push(Problem::new(entry.line, fault));
        };
        match key {
            "lesson" => {
                has_version = true;
                match value.parse::<u32>() {
                    Ok(1..=super::VERSION) => {}
                    Ok(newer @ 2..) => {
                        lesson
                            .problems
                            .push(Problem::new(entry.line, Fault::Newer(newer)));
                    }
                    _ => refused("lesson: 1, the version of the format"),
                }
            }
            "title" => lesson.title = text(),
            "slug" => lesson.slug = text(),
            "author" => lesson.author = Some(text()),
            "license" => lesson.license = Some(text()),
            "language" => match is_language(value) {
                true => lesson.language = value.to_owned(),
                false => refused("a code such as en or de"),
            },
            "minutes" => match value.parse() {
                Ok(minutes) => lesson.minutes = Some(minutes),
                Err(_) => refused("a whole number"),
            },
            "needs" => {
                lesson.needs = list(&entry, value)
                    .into_iter()
                    .map(|(_, slug)| slug)
                    .collect()
            }
            "sources" => sources(&entry, lesson),
            _ => {
                let fault = Fault::UnknownKey {
                    place: place(),
                    key: key.to_owned(),
                    known: KNOWN.to_owned(),
                };
                lesson.problems.push(Problem::new(entry.line, fault));
            }
        }
    }
    for (key, is_missing, example) in [
        ("lesson", !has_version, "lesson: 1"),
        (
            "title",
            lesson.title.is_empty(),
            "title: and the title of the lesson",
        ),
    ] {
        if is_missing {
            let fault = Fault::MissingKey {
                place: place(),
                key,
                example,
            };
            lesson.problems.push(Problem::new(1, fault));
        }
    }
}

/// Each source is a title, and an address in `<` and `>` behind it.
fn sources(entry: &Entry<'_>, lesson: &mut Lesson) {
    for item in entries(&entry.body) {
        let text = item.text(item.item().unwrap_or(item.head));
        let parts = text
            .strip_suffix('>')
            .and_then(|text| text.rsplit_once('<'));
        match parts {
            Some((title, url)) if url.starts_with("https://") => lesson.sources.push(Source {
                title: unquoted(title.trim()),
                url: url.to_owned(),
            }),
            _ => {
                let fault = Fault::Value {
                    place: "header".to_owned(),
                    key: "a source".to_owned(),
                    value: text,
                    expected: "its title, then its address: Title <https://example.org/>"
                        .to_owned(),
                };
                lesson.problems.push(Problem::new(item.line, fault));
            }
        }
    }
}

/// As in `lang` of HTML: letters, digits and hyphens.
fn is_language(value: &str) -> bool {
    let mut parts = value.split('-');
    let is_first = parts.next().is_some_and(|first| {
        (2..=3).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_lowercase())
    });
    is_first
        && parts
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}
