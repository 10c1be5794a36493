//! The lessons in their order.

mod bytes;
mod fast_path;
mod forwards;
mod graphs;
mod kernel;
mod primitives;
mod references;
mod split;
mod strings;

use crate::Lesson;

/// All lessons.
pub const LESSONS: [Lesson; 9] = [
    kernel::LESSON,
    bytes::LESSON,
    strings::LESSON,
    primitives::LESSON,
    graphs::LESSON,
    forwards::LESSON,
    references::LESSON,
    fast_path::LESSON,
    split::LESSON,
];

/// The names of all lessons in addresses: without their texts, for programs that need no more.
pub const SLUGS: [&str; LESSONS.len()] = {
    let mut slugs = [""; LESSONS.len()];
    let mut at = 0;
    while at < slugs.len() {
        slugs[at] = LESSONS[at].slug;
        at += 1;
    }
    slugs
};

/// The titles of all lessons, likewise.
pub const TITLES: [&str; LESSONS.len()] = {
    let mut titles = [""; LESSONS.len()];
    let mut at = 0;
    while at < titles.len() {
        titles[at] = LESSONS[at].title;
        at += 1;
    }
    titles
};

/// The lesson of this name, and its place from 0.
pub fn find(slug: &str) -> Option<(usize, &'static Lesson)> {
    static ALL: [Lesson; 9] = LESSONS;
    ALL.iter()
        .enumerate()
        .find(|(_, lesson)| lesson.slug == slug)
}

/// The article that everybody learned dedup from.
const ARTICLE: crate::Source = crate::Source {
    title: "Andrii Nakryiko: Enhancing the Linux kernel with BTF type information (2018)",
    url: "https://nakryiko.com/posts/btf-dedup/",
};
/// The format.
const FORMAT: crate::Source = crate::Source {
    title: "Linux kernel documentation: BPF Type Format (BTF)",
    url: "https://docs.kernel.org/bpf/btf.html",
};
/// The code that everybody runs.
const LIBBPF: crate::Source = crate::Source {
    title: "libbpf, src/btf.c: btf__dedup",
    url: "https://github.com/libbpf/libbpf/blob/master/src/btf.c",
};
