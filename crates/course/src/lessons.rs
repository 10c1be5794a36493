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

static LESSONS: LazyLock<Vec<Arc<Lesson>>> = LazyLock::new(|| {
    ENGLISH
        .iter()
        .map(|text| Arc::new(Lesson::of(text)))
        .collect()
});

/// All lessons, in their order.
pub fn lessons() -> &'static [Arc<Lesson>] {
    &LESSONS
}

/// The text of the lesson's file, for whoever wants to change it.
pub fn file(at: usize) -> Option<&'static str> {
    ENGLISH.get(at).copied()
}

/// The lesson of this name, and its place from 0.
pub fn find(slug: &str) -> Option<(usize, &'static Arc<Lesson>)> {
    let at = SLUGS.iter().position(|own| *own == slug)?;
    Some((at, lessons().get(at)?))
}
