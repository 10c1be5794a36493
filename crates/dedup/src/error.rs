//! Why a BTF cannot be deduplicated.

use btf::{Kind, TypeId};
use budget::{Budget, Grouped, OverBudget};

/// Why a BTF cannot be deduplicated. The input is damaged, except for [`Error::TooManyTypes`] and perhaps
/// [`Error::UnsupportedKind`], which newer kinds than this crate knows cause too.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A reference or a name leads out of the input or its base, or the result's strings do not fit.
    #[error(transparent)]
    Btf(#[from] btf::Error),
    /// The `.BTF.ext` does not belong to the input: it names types or strings that the input does not have.
    #[error(transparent)]
    Ext(#[from] btf::ExtError),
    /// A type has a kind for which no rule of equality is known.
    #[error(
        "type {id} has the kind {kind}, for which no rule of equality is known; this BTF cannot be deduplicated"
    )]
    UnsupportedKind {
        /// The id of that type in the input.
        id: TypeId,
        /// The kind of that type.
        kind: Kind,
    },
    /// A variable, section or declaration tag is part of another type, where the format does not allow it.
    #[error(
        "type {id} ({kind} \"{name}\") is used as part of another type, where only types of values and functions can stand; this BTF is damaged"
    )]
    UnexpectedReference {
        /// The id in the input of the type that is referred to.
        id: TypeId,
        /// The kind of that type.
        kind: Kind,
        /// The name of that type; empty if it has none.
        name: String,
    },
    /// A type refers to itself without a struct, union or typedef in between.
    #[error(
        "type {id} ({kind} \"{name}\") refers to itself through types without a name; this BTF is damaged"
    )]
    Loop {
        /// The id in the input of a type on the loop.
        id: TypeId,
        /// The kind of that type.
        kind: Kind,
        /// The name of that type; empty if it has none.
        name: String,
    },
    /// The input takes far more comparisons than the types of any program do.
    #[error(
        "gave up at type {id} (\"{name}\") after {} steps of comparison: far more than the types of programs need, so this BTF is probably damaged; \
         for one that is sound, allow ten times as much (btfscope --budget {})",
        Grouped(*steps),
        budget.multiple().saturating_mul(10)
    )]
    Budget {
        /// The id in the input of the type whose equal was being looked for.
        id: TypeId,
        /// The name of that type; empty if it has none.
        name: String,
        /// Pairs visited, members compared, and table entries read until then.
        steps: u64,
        /// The budget that this is more than.
        budget: Budget,
    },
    /// The names of the input are far longer than the input: suffixes of one string, for example.
    #[error(transparent)]
    OverBudget(#[from] OverBudget),
    /// The input has more types than 31 bits can count.
    #[error(
        "{} types are more than the 2,147,483,645 that can be deduplicated",
        Grouped((*count).into())
    )]
    TooManyTypes {
        /// The number of types, those of the base included.
        count: u32,
    },
}
