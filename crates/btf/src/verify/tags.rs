//! Chains of modifiers: how long they may be, and where they may contain type tags.

use super::{Found, Full, List, Rule};
use crate::{Btf, Kind, Type, TypeId};

/// The longest chain of modifiers the kernel follows.
const MAX_CHAIN: usize = 32;

/// Checks every own modifier, in the order of ids.
///
/// Whatever is not behind the last modifier that was checked counts as checked: a chain ends there.
pub(super) fn check(btf: &Btf, list: &mut List<'_>) -> Result<(), Full> {
    let mut last = TypeId::VOID;
    for (id, ty) in btf.types().filter(|(_, ty)| is_link(ty.kind())) {
        let target = link_at(btf, ty);
        let tagged = target.is_some_and(|target| target.kind() == Kind::TypeTag);
        if ty.kind() != Kind::TypeTag && tagged {
            list.add(id, Found::new(Rule::TypeTagOrder))?;
        } else if is_too_long(btf, ty, last) {
            list.add(id, Found::new(Rule::ModifierChain))?;
        }
        last = id;
    }
    Ok(())
}

/// Whether more than [`MAX_CHAIN`] modifiers, this one among them, follow each other behind `checked`.
fn is_too_long(btf: &Btf, start: Type<'_>, checked: TypeId) -> bool {
    let mut ty = start;
    for _ in 0..MAX_CHAIN {
        let Some(target) = link_at(btf, ty) else {
            return false;
        };
        if ty.size_or_type() <= checked.0 {
            return false;
        }
        ty = target;
    }
    true
}

/// The modifier that a modifier refers to, if it does.
fn link_at<'a>(btf: &'a Btf, ty: Type<'_>) -> Option<Type<'a>> {
    let target = btf.get(TypeId(ty.size_or_type()))?;
    is_link(target.kind()).then_some(target)
}

fn is_link(kind: Kind) -> bool {
    kind.is_modifier() || kind == Kind::Typedef
}
