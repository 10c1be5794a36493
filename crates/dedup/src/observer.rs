//! Watching a run: every decision is reported as it is made.

use btf::{Kind, TypeId};

/// The passes, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pass {
    /// Each string once, in the order of first use.
    Strings,
    /// INT, FLOAT, ENUM, ENUM64 and FWD: equal when their words are equal.
    Primitives,
    /// STRUCT, UNION and TYPEDEF: equal when the graphs that hang on them are.
    Composites,
    /// Forwards whose name has one definition.
    Forwards,
    /// The other kinds: equal when their words are, once what they refer to is settled.
    References,
    /// Types that are not kept are taken out; the others move up, and each gets its new id.
    Compaction,
    /// References are rewritten to the new ids.
    Renumbering,
}

impl Pass {
    /// All passes in order.
    pub const ALL: [Pass; 7] = [
        Pass::Strings,
        Pass::Primitives,
        Pass::Composites,
        Pass::Forwards,
        Pass::References,
        Pass::Compaction,
        Pass::Renumbering,
    ];
}

/// How a pair of types was reached from the pair above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Via {
    /// It is the pair that the comparison started with.
    Root,
    /// What a pointer, modifier, typedef or function refers to.
    Target,
    /// The index type of an array.
    Index,
    /// The element type of an array.
    Element,
    /// The member of this number, from 0.
    Member(u32),
    /// What a function returns.
    Result,
    /// The parameter of this number, from 0.
    Param(u32),
}

/// Why two types are not equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// Their names differ, so not even a forward declaration could relate them.
    Name,
    /// Their kinds differ, and neither is a forward that stands for the other.
    Kind {
        /// Kind of the type that is looked at.
        candidate: Kind,
        /// Kind of the type already kept.
        canonical: Kind,
    },
    /// A forward of a struct meets a union, or the other way round.
    ForwardKind,
    /// Their sizes in bytes differ.
    Size,
    /// They have different numbers of members, enumerators or parameters.
    Count,
    /// Their kind flags differ: bitfields and none, signed and unsigned, or forwards of another kind.
    KindFlag,
    /// Members, enumerators or parameters of this number (from 0) have different names.
    PartName(u32),
    /// Members of this number (from 0) lie at different offsets, or enumerators have different values.
    PartValue(u32),
    /// Arrays of different lengths, INTs of different encodings, tags on different members.
    Detail,
    /// The types they refer to differ.
    Target,
    /// The canonical type was already paired with another type, which is not identical.
    Contradiction,
    /// They are equal, but a forward of the base would have to become a struct of the split BTF.
    BaseForward,
}

/// Follows a run of the exact engine. Every method does nothing unless it is implemented; with `()` the calls cost
/// nothing.
///
/// ```
/// use btf::{Btf, TypeId};
/// use dedup::{Observer, Options};
///
/// /// Counts the types that another replaces.
/// #[derive(Default)]
/// struct Merged(usize);
///
/// impl Observer for Merged {
///     fn merged(&mut self, _: TypeId, _: TypeId) {
///         self.0 += 1;
///     }
/// }
///
/// let mut btf = Btf::new();
/// btf.add_float("float", 4)?;
/// btf.add_float("float", 4)?;
/// let mut merged = Merged::default();
/// dedup::dedup_observed(btf, &Options::default(), &mut merged)?;
/// assert_eq!(merged.0, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A *candidate* is the type that is being compared; a *canonical* type is one that is kept and that the candidate may
/// turn out to be equal to. Ids are the input's until [`Observer::renumbered`].
/// Applying [`merged`](Observer::merged), [`forward_resolved`](Observer::forward_resolved) and
/// [`reference_merged`](Observer::reference_merged) in the order in which they come (the last word on a
/// type counts), following them to their end, and then `renumbered` gives the map of the result.
#[allow(unused_variables)]
pub trait Observer {
    /// Whether anything listens. When false, work that only serves the observer is left out.
    const ACTIVE: bool = true;

    /// A pass begins.
    #[inline(always)]
    fn pass_start(&mut self, pass: Pass) {}

    /// The type `id` of the base is entered under `hash`: it is kept, whatever follows.
    #[inline(always)]
    fn base_entered(&mut self, id: TypeId, hash: u64) {}

    /// The kept types with the same `hash` are searched for one that is equal to `id`.
    #[inline(always)]
    fn bucket(&mut self, id: TypeId, hash: u64) {}

    /// `candidate`, whose bucket was opened last, is compared with `canonical`, the next type in it.
    #[inline(always)]
    fn candidate(&mut self, candidate: TypeId, canonical: TypeId) {}

    /// The two graphs below `candidate` and `canonical` will be walked side by side.
    #[inline(always)]
    fn compare_start(&mut self, candidate: TypeId, canonical: TypeId) {}

    /// The walk reaches a pair, `depth` references below the start, from the last pair one level up.
    #[inline(always)]
    fn visit(&mut self, candidate: TypeId, canonical: TypeId, depth: u32, via: Via) {}

    /// The walk assumes from here on that `canonical` stands for `candidate`.
    #[inline(always)]
    fn hypothesis(&mut self, canonical: TypeId, candidate: TypeId) {}

    /// The walk comes to a pair that it has already assumed to be equal: a cycle, or a type reached
    /// twice.
    #[inline(always)]
    fn cycle_closed(&mut self, candidate: TypeId, canonical: TypeId) {}

    /// `canonical` was assumed to stand for `had`, now it would have to stand for `wants` too.
    /// `identical` says whether those two are copies of each other, which lets the walk go on.
    #[inline(always)]
    fn contradiction(&mut self, canonical: TypeId, had: TypeId, wants: TypeId, identical: bool) {}

    /// The walk pairs the forward `forward` with the definition `full`, and lets it pass.
    #[inline(always)]
    fn forward_assumed(&mut self, forward: TypeId, full: TypeId) {}

    /// Two types differ. During a walk this can be a pair far below its start.
    #[inline(always)]
    fn not_equal(&mut self, candidate: TypeId, canonical: TypeId, reason: Reason) {}

    /// The walk that started at this pair has ended.
    #[inline(always)]
    fn compare_end(&mut self, candidate: TypeId, canonical: TypeId, equal: bool) {}

    /// `from` is replaced by `to`. Also a forward enum for its definition.
    #[inline(always)]
    fn merged(&mut self, from: TypeId, to: TypeId) {}

    /// The forward `forward` is replaced by the definition `to`: by a comparison, or by its name.
    #[inline(always)]
    fn forward_resolved(&mut self, forward: TypeId, to: TypeId) {}

    /// `to` replaces the type `from`, of a kind that refers to another type.
    #[inline(always)]
    fn reference_merged(&mut self, from: TypeId, to: TypeId) {}

    /// The type `old` is kept and has the id `new` in the result.
    #[inline(always)]
    fn renumbered(&mut self, old: TypeId, new: TypeId) {}
}

/// Observes nothing, at no cost.
impl Observer for () {
    const ACTIVE: bool = false;
}

impl<O: Observer> Observer for &mut O {
    const ACTIVE: bool = O::ACTIVE;

    fn pass_start(&mut self, pass: Pass) {
        (**self).pass_start(pass);
    }
    fn base_entered(&mut self, id: TypeId, hash: u64) {
        (**self).base_entered(id, hash);
    }
    fn bucket(&mut self, id: TypeId, hash: u64) {
        (**self).bucket(id, hash);
    }
    fn candidate(&mut self, candidate: TypeId, canonical: TypeId) {
        (**self).candidate(candidate, canonical);
    }
    fn compare_start(&mut self, candidate: TypeId, canonical: TypeId) {
        (**self).compare_start(candidate, canonical);
    }
    fn visit(&mut self, candidate: TypeId, canonical: TypeId, depth: u32, via: Via) {
        (**self).visit(candidate, canonical, depth, via);
    }
    fn hypothesis(&mut self, canonical: TypeId, candidate: TypeId) {
        (**self).hypothesis(canonical, candidate);
    }
    fn cycle_closed(&mut self, candidate: TypeId, canonical: TypeId) {
        (**self).cycle_closed(candidate, canonical);
    }
    fn contradiction(&mut self, canonical: TypeId, had: TypeId, wants: TypeId, identical: bool) {
        (**self).contradiction(canonical, had, wants, identical);
    }
    fn forward_assumed(&mut self, forward: TypeId, full: TypeId) {
        (**self).forward_assumed(forward, full);
    }
    fn not_equal(&mut self, candidate: TypeId, canonical: TypeId, reason: Reason) {
        (**self).not_equal(candidate, canonical, reason);
    }
    fn compare_end(&mut self, candidate: TypeId, canonical: TypeId, equal: bool) {
        (**self).compare_end(candidate, canonical, equal);
    }
    fn merged(&mut self, from: TypeId, to: TypeId) {
        (**self).merged(from, to);
    }
    fn forward_resolved(&mut self, forward: TypeId, to: TypeId) {
        (**self).forward_resolved(forward, to);
    }
    fn reference_merged(&mut self, from: TypeId, to: TypeId) {
        (**self).reference_merged(from, to);
    }
    fn renumbered(&mut self, old: TypeId, new: TypeId) {
        (**self).renumbered(old, new);
    }
}
