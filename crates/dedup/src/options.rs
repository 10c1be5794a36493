//! What dedup does, and how.

use budget::Budget;

/// What dedup does, and how. [`Options::default`] is what libbpf does by default.
///
/// ```
/// use dedup::Options;
///
/// let options = Options::default().resolve_forwards(false);
/// assert!(options.match_forwards && !options.resolve_forwards);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Whether every type gets the same hash, so that each is compared with all that are kept. The result is the
    /// same, the work quadratic: for tests and teaching. Off by default.
    pub force_collisions: bool,
    /// Whether a forward declaration becomes the one definition of its name. A part of a larger whole leaves that to
    /// the whole, where the name may have several definitions. On by default.
    pub resolve_forwards: bool,
    /// Whether a walk lets a forward declaration pass for a definition of its name, and an enumeration without values
    /// for one with values. libbpf always does since 1.0; before, its option `dont_resolve_fwds` left it out, together
    /// with [`Options::resolve_forwards`]. If off, whatever reaches a forward stays apart from what reaches its
    /// definition. On by default.
    pub match_forwards: bool,
    /// Whether an enumeration without values passes for one of its name that has values. The article of 2018 does not
    /// know that. Without [`Options::match_forwards`] it makes no difference. On by default.
    pub match_enums: bool,
    /// Whether typedefs are compared by a walk, as structs are: libbpf does so since December 2025. If off, they are
    /// settled with the other types that refer to one, so a typedef that refers to itself is an error
    /// ([`crate::Error::Loop`]). On by default.
    pub walk_typedefs: bool,
    /// Whether a walk goes on where it meets a second candidate for one canonical type and both candidates are copies
    /// of each other. In libbpf that came step by step: for arrays in 2020, structs in 2022, all kinds in 2025. If off,
    /// a second candidate is a difference, so what reaches repeated types of one unit stays apart. On by default.
    pub allow_copies: bool,
    /// Whether the strings are rebuilt: each once, unused ones dropped. If off, equal names must already be at equal
    /// offsets, or types that differ in nothing else stay apart. On by default.
    pub rebuild_strings: bool,
    /// What the input may cost, in proportion to its size: steps of comparisons, and bytes of names that are copied.
    /// [`Budget::STANDARD`] by default.
    pub budget: Budget,
    /// Whether, where a unit repeats types, two of its arrays are copies if they are equally long, as in libbpf 1.8.
    /// Arrays of different elements can become one then, so this is for comparisons with libbpf. Off by default.
    pub trust_array_lengths: bool,
    /// Whether types are coloured before any is compared, and not only once comparing has taken long: types of different
    /// colours are never equal. The result is the same. For tests. Off by default.
    pub colour_first: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options::new()
    }
}

impl Options {
    /// Dedup as the article of 2018 describes it (<https://nakryiko.com/posts/btf-dedup/>): no pass for forward
    /// declarations, typedefs settled with the other references, no second candidate, and enumerations equal only if
    /// their values are. For teaching.
    #[must_use]
    pub const fn of_2018() -> Options {
        Options::new()
            .resolve_forwards(false)
            .match_enums(false)
            .walk_typedefs(false)
            .allow_copies(false)
    }

    /// The defaults, also for constants.
    #[must_use]
    pub const fn new() -> Options {
        Options {
            force_collisions: false,
            resolve_forwards: true,
            match_forwards: true,
            match_enums: true,
            walk_typedefs: true,
            allow_copies: true,
            rebuild_strings: true,
            budget: Budget::STANDARD,
            trust_array_lengths: false,
            colour_first: false,
        }
    }

    /// Sets [`Options::force_collisions`](#structfield.force_collisions).
    #[must_use]
    pub const fn force_collisions(mut self, on: bool) -> Options {
        self.force_collisions = on;
        self
    }

    /// Sets [`Options::resolve_forwards`](#structfield.resolve_forwards).
    #[must_use]
    pub const fn resolve_forwards(mut self, on: bool) -> Options {
        self.resolve_forwards = on;
        self
    }

    /// Sets [`Options::match_forwards`](#structfield.match_forwards).
    #[must_use]
    pub const fn match_forwards(mut self, on: bool) -> Options {
        self.match_forwards = on;
        self
    }

    /// Sets [`Options::match_enums`](#structfield.match_enums).
    #[must_use]
    pub const fn match_enums(mut self, on: bool) -> Options {
        self.match_enums = on;
        self
    }

    /// Sets [`Options::walk_typedefs`](#structfield.walk_typedefs).
    #[must_use]
    pub const fn walk_typedefs(mut self, on: bool) -> Options {
        self.walk_typedefs = on;
        self
    }

    /// Sets [`Options::allow_copies`](#structfield.allow_copies).
    #[must_use]
    pub const fn allow_copies(mut self, on: bool) -> Options {
        self.allow_copies = on;
        self
    }

    /// Sets [`Options::rebuild_strings`](#structfield.rebuild_strings).
    #[must_use]
    pub const fn rebuild_strings(mut self, on: bool) -> Options {
        self.rebuild_strings = on;
        self
    }

    /// Sets [`Options::colour_first`](#structfield.colour_first).
    #[must_use]
    pub const fn colour_first(mut self, on: bool) -> Options {
        self.colour_first = on;
        self
    }

    /// Sets [`Options::budget`](#structfield.budget).
    #[must_use]
    pub const fn budget(mut self, budget: Budget) -> Options {
        self.budget = budget;
        self
    }

    /// Sets [`Options::trust_array_lengths`](#structfield.trust_array_lengths).
    #[must_use]
    pub const fn trust_array_lengths(mut self, on: bool) -> Options {
        self.trust_array_lengths = on;
        self
    }
}
