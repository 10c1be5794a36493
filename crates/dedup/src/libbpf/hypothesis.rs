//! What a walk assumes: which candidate each canonical type equals.

/// The value of a canonical type that no candidate is paired with.
pub(super) const UNSET: u32 = u32::MAX;

/// A map from canonical types to candidates that is emptied by its own list of entries.
pub(super) struct Hypothesis {
    candidate: Vec<u32>,
    /// The canonical types that have an entry, in the order in which they got it.
    pub(super) list: Vec<u32>,
    /// The walk needs a forward of the base to become a type of the split BTF, so that its two ends
    /// cannot be one type.
    pub(super) keeps_base: bool,
}

impl Hypothesis {
    pub(super) fn new(types: usize) -> Hypothesis {
        Hypothesis {
            candidate: vec![UNSET; types],
            list: Vec::new(),
            keeps_base: false,
        }
    }

    pub(super) fn clear(&mut self) {
        for canonical in self.list.drain(..) {
            self.candidate[canonical as usize] = UNSET;
        }
        self.keeps_base = false;
    }

    #[inline]
    pub(super) fn get(&self, canonical: u32) -> u32 {
        self.candidate[canonical as usize]
    }

    #[inline]
    pub(super) fn put(&mut self, canonical: u32, candidate: u32) {
        self.candidate[canonical as usize] = candidate;
        self.list.push(canonical);
    }
}
