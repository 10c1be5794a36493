//! The algorithms that can be compared.

use dedup::Options;
use serde::{Deserialize, Serialize};

/// An algorithm of dedup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Algorithm {
    /// As the article of 2018 describes it.
    Article,
    /// Forward declarations match nothing.
    KeepForwards,
    /// The exact engine as it is, which does what libbpf does.
    Today,
    /// What is surely equal is merged by hash, and the exact engine gets the rest.
    FastPath,
}

impl Algorithm {
    /// All of them, the oldest first.
    pub const ALL: [Algorithm; 4] = [
        Algorithm::Article,
        Algorithm::KeepForwards,
        Algorithm::Today,
        Algorithm::FastPath,
    ];

    /// Its name in an address.
    pub fn slug(self) -> &'static str {
        match self {
            Algorithm::Article => "2018",
            Algorithm::KeepForwards => "keep-forwards",
            Algorithm::Today => "today",
            Algorithm::FastPath => "fast-path",
        }
    }

    /// The algorithm of this name.
    pub fn named(slug: &str) -> Option<Algorithm> {
        Algorithm::ALL.into_iter().find(|one| one.slug() == slug)
    }

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Algorithm::Article => "Article of 2018",
            Algorithm::KeepForwards => "Forwards kept",
            Algorithm::Today => "Today",
            Algorithm::FastPath => "Fast path",
        }
    }

    /// What sets it apart, in a sentence.
    pub fn about(self) -> &'static str {
        match self {
            Algorithm::Article => {
                "No pass for forwards, typedefs settled with the other references, and a second candidate is always a \
                 contradiction."
            }
            Algorithm::KeepForwards => {
                "A forward declaration never matches a definition, as with libbpf’s former option dont_resolve_fwds."
            }
            Algorithm::Today => "The exact engine: what libbpf does.",
            Algorithm::FastPath => {
                "What is surely equal is merged by hash while units are read; the exact engine gets the rest."
            }
        }
    }

    /// The options of the exact engine.
    pub fn options(self) -> Options {
        match self {
            Algorithm::Article => Options::of_2018(),
            Algorithm::KeepForwards => Options::new().resolve_forwards(false).match_forwards(false),
            Algorithm::Today | Algorithm::FastPath => Options::new(),
        }
    }
}
