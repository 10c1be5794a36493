//! What dedup does, and how.

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
    /// Whether the strings are rebuilt: each once, unused ones dropped. If off, equal names must already be at equal
    /// offsets, or types that differ in nothing else stay apart. On by default.
    pub rebuild_strings: bool,
    /// Whether, where a unit repeats types, two of its arrays are copies if they are equally long, as in libbpf 1.8.
    /// Arrays of different elements can become one then, so this is for comparisons with libbpf. Off by default.
    pub trust_array_lengths: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options::new()
    }
}

impl Options {
    /// The defaults, also for constants.
    #[must_use]
    pub const fn new() -> Options {
        Options {
            force_collisions: false,
            resolve_forwards: true,
            match_forwards: true,
            rebuild_strings: true,
            trust_array_lengths: false,
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

    /// Sets [`Options::rebuild_strings`](#structfield.rebuild_strings).
    #[must_use]
    pub const fn rebuild_strings(mut self, on: bool) -> Options {
        self.rebuild_strings = on;
        self
    }

    /// Sets [`Options::trust_array_lengths`](#structfield.trust_array_lengths).
    #[must_use]
    pub const fn trust_array_lengths(mut self, on: bool) -> Options {
        self.trust_array_lengths = on;
        self
    }
}
