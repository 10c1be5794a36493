//! Why a BTF cannot be deduplicated.

use btf::{Kind, TypeId};

/// Why a BTF cannot be deduplicated. The input's references are at fault in every case but
/// [`Error::Budget`] and [`Error::TooManyTypes`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A reference or a name leads out of the input or its base, or the result's strings do not fit.
    #[error(transparent)]
    Btf(#[from] btf::Error),
    /// The `.BTF.ext` beside does not belong to the input.
    #[error(transparent)]
    Ext(#[from] btf::ExtError),
    /// A kind for which no rule of equality is known.
    #[error(
        "type {id} has the kind {kind}, for which no rule of equality is known; this BTF cannot be deduplicated"
    )]
    UnsupportedKind {
        /// The type.
        id: TypeId,
        /// Its kind.
        kind: Kind,
    },
    /// A variable, section or declaration tag inside another type, where the format has no place for
    /// it.
    #[error(
        "type {id} ({kind} \"{name}\") is used as part of another type, where only types of values and functions can stand; this BTF is damaged"
    )]
    UnexpectedReference {
        /// The type that is referred to.
        id: TypeId,
        /// Its kind.
        kind: Kind,
        /// Its name.
        name: String,
    },
    /// A type that consists of itself without a struct, union or typedef in between.
    #[error(
        "type {id} ({kind} \"{name}\") refers to itself through types without a name; this BTF is damaged"
    )]
    Loop {
        /// A type on the loop.
        id: TypeId,
        /// Its kind.
        kind: Kind,
        /// Its name.
        name: String,
    },
    /// The input takes far more comparisons than any program's types do.
    #[error(
        "gave up at type {id} (\"{name}\") after {steps} steps: this BTF is built so that comparing its types takes too long"
    )]
    Budget {
        /// The type for which an equal one was sought.
        id: TypeId,
        /// Its name.
        name: String,
        /// Steps taken.
        steps: u64,
    },
    /// More types than 31 bits can count.
    #[error("{count} types are more than the 2,147,483,646 that can be deduplicated")]
    TooManyTypes {
        /// Types there are, base included.
        count: u32,
    },
}
