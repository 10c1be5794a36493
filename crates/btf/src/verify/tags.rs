//! Chains of modifiers and typedefs: in which order they may be, and how long.
//!
//! The format's documentation gives the order for a pointee ([BTF_KIND_TYPE_TAG]): first type tags, then modifiers and
//! typedefs, then the type itself. So a tag may follow a tag, and nothing else in a chain; from Linux 7.2 on it may stand
//! anywhere. The limit on the length, and which
//! links count, are from the verdicts in `tests/data/verdicts` (the cases on chains there): a chain ends where it comes to
//! an id that an earlier check has passed.
//!
//! [BTF_KIND_TYPE_TAG]: https://docs.kernel.org/bpf/btf.html#btf-kind-type-tag

use super::{Feature, Found, Full, List, Release, Rule};
use crate::{Btf, Kind, Type, TypeId};

/// How many links the kernel accepts in a chain.
const MAX_CHAIN: usize = 32;

/// Checks the chain from each own link on, in the order of ids. A link with both faults is reported for its order.
///
/// No release before the one that first refuses a tag behind a modifier looks at chains at all.
pub(super) fn check(btf: &Btf, release: Release, list: &mut List<'_>) -> Result<(), Full> {
    if release < Feature::TagBehindModifier.refused_from() {
        return Ok(());
    }
    let in_order = !Feature::TagBehindModifier.is_accepted_by(release);
    let mut passed = TypeId::VOID;
    for (id, ty) in btf.types().filter(|(_, ty)| is_link(ty.kind())) {
        if in_order && has_tag_behind(btf, ty) {
            list.add(id, Found::new(Rule::TypeTagOrder))?;
        } else if chain(btf, ty, passed).nth(MAX_CHAIN).is_some() {
            list.add(id, Found::new(Rule::ModifierChain))?;
        }
        passed = id;
    }
    Ok(())
}

/// Whether a type tag comes directly behind a link that is none: one rule for each pair keeps the whole chain in order.
fn has_tag_behind(btf: &Btf, link: Type<'_>) -> bool {
    let behind = link.target().and_then(|id| btf.get(id));
    link.kind() != Kind::TypeTag && behind.is_some_and(|ty| ty.kind() == Kind::TypeTag)
}

/// The links from `first` on, up to the end of the chain or to an id that was `passed`. Endless if links form a ring.
fn chain<'a>(btf: &'a Btf, first: Type<'a>, passed: TypeId) -> impl Iterator<Item = Type<'a>> + 'a {
    core::iter::successors(Some(first), move |link| {
        let next = link.target().filter(|&id| id > passed)?;
        btf.get(next).filter(|ty| is_link(ty.kind()))
    })
}

fn is_link(kind: Kind) -> bool {
    kind.is_modifier() || kind == Kind::Typedef
}
