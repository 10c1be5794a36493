//! The order of type tags: they come between a pointer and the other modifiers.

use super::{Found, Full, List, Rule};
use crate::{Btf, Kind, TypeId};

/// The longest chain of modifiers the kernel follows.
const MAX_CHAIN: usize = 1024;

/// Checks every own type that starts a chain of modifiers.
pub(super) fn check(btf: &Btf, list: &mut List<'_>) -> Result<(), Full> {
    for (id, _) in btf.types() {
        if let Err(found) = chain(btf, id) {
            list.add(id, found)?;
        }
    }
    Ok(())
}

fn chain(btf: &Btf, start: TypeId) -> Result<(), Found> {
    let is_link = |kind: Kind| kind.is_modifier() || kind == Kind::Typedef;
    let mut tags_may_follow = true;
    let mut id = start;
    for step in 0.. {
        let Some(ty) = btf.get(id).filter(|ty| is_link(ty.kind())) else {
            return Ok(());
        };
        if step == MAX_CHAIN {
            return Err(Found::new(Rule::ModifierChain));
        }
        if ty.kind() != Kind::TypeTag {
            tags_may_follow = false;
        } else if !tags_may_follow {
            return Err(Found::new(Rule::TypeTagOrder));
        }
        id = TypeId(ty.size_or_type());
    }
    Ok(())
}
