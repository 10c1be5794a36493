//! The course's own lessons: files that are compiled in, and read once.

use crate::Lesson;
use std::sync::{Arc, LazyLock};

/// The names of all lessons in addresses: without their texts, for programs that need no more.
pub const SLUGS: [&str; 9] = [
    "why",
    "bytes",
    "strings",
    "primitives",
    "graphs",
    "forwards",
    "references",
    "fast-path",
    "split",
];

/// The titles of all lessons, likewise.
pub const TITLES: [&str; SLUGS.len()] = [
    "Why a kernel has four million types",
    "What a BTF type is, byte by byte",
    "Strings first",
    "Primitives: hash and compare",
    "Structs are graphs",
    "Forward declarations, and when they stay",
    "References, compaction, remap",
    "The fast path: a name is enough until two definitions meet",
    "From one binary to many: modules and CO-RE",
];

/// The files in English, in the order of the lessons.
const ENGLISH: [&str; SLUGS.len()] = [
    include_str!("../lessons/en/why.lesson.md"),
    include_str!("../lessons/en/bytes.lesson.md"),
    include_str!("../lessons/en/strings.lesson.md"),
    include_str!("../lessons/en/primitives.lesson.md"),
    include_str!("../lessons/en/graphs.lesson.md"),
    include_str!("../lessons/en/forwards.lesson.md"),
    include_str!("../lessons/en/references.lesson.md"),
    include_str!("../lessons/en/fast-path.lesson.md"),
    include_str!("../lessons/en/split.lesson.md"),
];

/// Languages in which a lesson may exist: as HTML names them, and as they name themselves.
pub const LANGUAGES: [(&str, &str); 2] = [("en", "English"), ("de", "Deutsch")];

/// Lessons in other languages: the language, the place of the lesson, its file.
const TRANSLATED: [(&str, usize, &str); 1] =
    [("de", 5, include_str!("../lessons/de/forwards.lesson.md"))];

static LESSONS: LazyLock<Vec<Arc<Lesson>>> = LazyLock::new(|| {
    ENGLISH
        .iter()
        .map(|text| Arc::new(Lesson::of(text)))
        .collect()
});

static TRANSLATIONS: LazyLock<Vec<Arc<Lesson>>> = LazyLock::new(|| {
    let texts = TRANSLATED
        .iter()
        .map(|(_, _, text)| Arc::new(Lesson::of(text)));
    texts.collect()
});

/// All lessons, in their order.
pub fn lessons() -> &'static [Arc<Lesson>] {
    &LESSONS
}

/// The lesson of this name, and its place from 0.
pub fn find(slug: &str) -> Option<(usize, &'static Arc<Lesson>)> {
    let at = SLUGS.iter().position(|own| *own == slug)?;
    Some((at, lessons().get(at)?))
}

/// A lesson in a language; none if it does not exist in it.
pub fn find_in(at: usize, language: &str) -> Option<&'static Arc<Lesson>> {
    if language == "en" {
        return lessons().get(at);
    }
    TRANSLATIONS.get(translation(at, language)?)
}

/// The file of a lesson in a language, to start a lesson of one’s own from.
pub fn file(at: usize, language: &str) -> Option<&'static str> {
    match translation(at, language) {
        Some(own) => TRANSLATED.get(own).map(|(_, _, text)| *text),
        None => ENGLISH.get(at).copied().filter(|_| language == "en"),
    }
}

/// The languages in which a lesson exists, English first: as HTML names them, and as they name themselves.
pub fn languages(at: usize) -> impl Iterator<Item = (&'static str, &'static str)> {
    let has = move |language: &str| language == "en" || translation(at, language).is_some();
    LANGUAGES
        .into_iter()
        .filter(move |(language, _)| has(language))
}

fn translation(at: usize, language: &str) -> Option<usize> {
    TRANSLATED
        .iter()
        .position(|(own, lesson, _)| *own == language && *lesson == at)
}
