//! What happens in steps, by name: lessons count such steps, and name a step by what happens in it.

use crate::similar::nearest;
use crate::steps::{Found, Stays, Step, What};
use btf::TypeId;
use serde::{Deserialize, Serialize};

/// Something that happens in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Happening {
    /// A walk begins.
    Walk,
    /// A pair is assumed to be equal.
    Assume,
    /// A pair is in the hypothetical map.
    Known,
    /// Both types of a pair are the same already.
    Same,
    /// Two records differ.
    Different,
    /// The canonical type is assumed to equal another candidate.
    Contradiction,
    /// A walk has found a difference, and its assumptions are dropped.
    Dropped,
    /// A type is replaced by a canonical one.
    Replaced,
    /// A type becomes canonical.
    Canonical,
    /// A forward declaration stays.
    Stays,
    /// A forward declaration stays because its name has several definitions.
    Ambiguous,
    /// A canonical type gets a new id.
    Renumbered,
    /// References of a canonical type are rewritten.
    Remapped,
}

/// All of them by name, with what a reader learns.
const NAMED: [(&str, Happening, &str); 13] = [
    ("walk", Happening::Walk, "a walk begins"),
    ("assume", Happening::Assume, "a pair is assumed to be equal"),
    (
        "known",
        Happening::Known,
        "a pair is in the hypothetical map",
    ),
    (
        "same",
        Happening::Same,
        "both types of a pair are the same already",
    ),
    ("different", Happening::Different, "two records differ"),
    (
        "contradiction",
        Happening::Contradiction,
        "the canonical type is assumed to equal another candidate",
    ),
    (
        "dropped",
        Happening::Dropped,
        "the assumptions of a walk are dropped",
    ),
    (
        "replaced",
        Happening::Replaced,
        "a type is replaced by a canonical one",
    ),
    (
        "canonical",
        Happening::Canonical,
        "a type becomes canonical",
    ),
    ("stays", Happening::Stays, "a forward declaration stays"),
    (
        "ambiguous",
        Happening::Ambiguous,
        "it stays because its name has several definitions",
    ),
    (
        "renumbered",
        Happening::Renumbered,
        "a canonical type gets a new id",
    ),
    (
        "remapped",
        Happening::Remapped,
        "references of a canonical type are rewritten",
    ),
];

impl Happening {
    /// All of them: name and meaning.
    pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
        NAMED.iter().map(|(name, _, means)| (*name, *means))
    }

    /// All names in a row.
    pub fn list() -> String {
        let names: Vec<&str> = Self::all().map(|(name, _)| name).collect();
        names.join(", ")
    }

    /// The one of this name.
    ///
    /// # Errors
    ///
    /// Without one, the name that is nearly the same.
    pub fn named(name: &str) -> Result<Happening, Option<&'static str>> {
        let found = NAMED.iter().find(|(known, ..)| *known == name);
        match found {
            Some((_, happening, _)) => Ok(*happening),
            None => Err(nearest(name, Self::all().map(|(known, _)| known))),
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        let found = NAMED.iter().find(|(_, happening, _)| *happening == self);
        found.map_or("", |(name, ..)| *name)
    }

    /// Whether it happens in this step.
    pub fn is_in(self, step: &Step) -> bool {
        let what = &step.what;
        match self {
            Happening::Walk => matches!(what, What::Walk { .. }),
            Happening::Assume => matches!(
                what,
                What::Walk { .. }
                    | What::Visit {
                        found: Found::Assumed | Found::AssumedFalsely | Found::Forward,
                        ..
                    }
            ),
            Happening::Known => matches!(
                what,
                What::Visit {
                    found: Found::Known,
                    ..
                }
            ),
            Happening::Same => matches!(
                what,
                What::Visit {
                    found: Found::Same,
                    ..
                }
            ),
            Happening::Different => {
                matches!(what, What::Differ { .. } | What::RecordsDiffer { .. })
            }
            Happening::Contradiction => matches!(
                what,
                What::Visit {
                    found: Found::Contradiction { .. },
                    ..
                }
            ),
            Happening::Dropped => {
                matches!(what, What::Dropped { .. } | What::HoldsOffBase { .. })
            }
            Happening::Replaced => matches!(
                what,
                What::Equal { .. }
                    | What::EnumDefined { .. }
                    | What::Holds { .. }
                    | What::ForwardResolved { .. }
            ),
            Happening::Canonical => step.entered().is_some(),
            Happening::Stays => matches!(what, What::ForwardStays { .. }),
            Happening::Ambiguous => matches!(
                what,
                What::ForwardStays {
                    why: Stays::Ambiguous(..),
                    ..
                }
            ),
            Happening::Renumbered => matches!(what, What::Renumbered { .. }),
            Happening::Remapped => matches!(what, What::Remapped { .. }),
        }
    }

    /// Whether it happens in this step to the type with this id.
    pub fn is_about(self, step: &Step, id: TypeId) -> bool {
        let (candidate, canonical) = crate::view::pair(&step.what);
        self.is_in(step) && (candidate == Some(id) || canonical == Some(id))
    }
}
