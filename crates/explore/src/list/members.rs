//! Members of structs and unions by name. Those of an anonymous member count as the outer type's, as they do in C.

use super::matching::Matcher;
use btf::layout::{resolve, strip_arrays};
use btf::{Btf, Kind, StringOffset, TypeId};
use rustc_hash::{FxHashMap, FxHashSet};

/// The member of each type that fits best. An anonymous type is looked through once, however many types have it.
#[derive(Default)]
pub(super) struct BestMembers {
    known: FxHashMap<TypeId, Option<(u32, StringOffset)>>,
}

impl BestMembers {
    /// The member that fits best, and how well it does.
    pub fn of(
        &mut self,
        matcher: &mut Matcher,
        btf: &Btf,
        id: TypeId,
    ) -> Option<(u32, StringOffset)> {
        let mut open = FxHashSet::default();
        let mut path = vec![id];
        while let Some(&top) = path.last() {
            if self.known.contains_key(&top) {
                path.pop();
                continue;
            }
            // A type that contains itself has nothing more to offer there.
            let is_first_visit = open.insert(top);
            let inner: Vec<TypeId> = anonymous(btf, top).collect();
            if is_first_visit {
                path.extend(inner.iter().filter(|inner| !open.contains(inner)));
                if path.last() != Some(&top) {
                    continue;
                }
            }
            let own = btf.get(top).into_iter().flat_map(|ty| ty.members());
            let own = own
                .filter(|member| !member.name.is_empty())
                .filter_map(|member| Some((matcher.score(btf, member.name)?, member.name)));
            let nested = inner
                .iter()
                .filter_map(|inner| *self.known.get(inner)?)
                .collect::<Vec<_>>();
            // The first of the best, as they stand in the type.
            let best = own
                .chain(nested)
                .reduce(|best, next| match next.0 > best.0 {
                    true => next,
                    false => best,
                });
            self.known.insert(top, best);
        }
        self.known.get(&id).copied().flatten()
    }
}

/// The structs and unions that are members without a name.
fn anonymous(btf: &Btf, id: TypeId) -> impl Iterator<Item = TypeId> + '_ {
    let members = btf.get(id).into_iter().flat_map(|ty| ty.members());
    members
        .filter(|member| member.name.is_empty())
        .filter_map(|member| resolve(btf, member.ty))
        .filter(|(_, ty)| ty.kind().is_composite())
        .map(|(id, _)| id)
}

/// The struct or union behind a member of this name, also where a pointer leads to it.
pub(super) fn step(btf: &Btf, id: TypeId, name: &str) -> Option<TypeId> {
    let mut seen = FxHashSet::from_iter([id]);
    let mut left = vec![id];
    while let Some(id) = left.pop() {
        let members = btf.get(id).into_iter().flat_map(|ty| ty.members());
        for member in members {
            if btf.string(member.name) == Some(name.as_bytes()) {
                return composite(btf, member.ty);
            }
        }
        left.extend(anonymous(btf, id).filter(|inner| seen.insert(*inner)));
    }
    None
}

/// The struct or union that a type is, or points to.
pub(super) fn composite(btf: &Btf, id: TypeId) -> Option<TypeId> {
    let (mut id, mut ty, _) = strip_arrays(btf, id)?;
    if ty.kind() == Kind::Ptr {
        (id, ty, _) = strip_arrays(btf, ty.target()?)?;
    }
    ty.kind().is_composite().then_some(id)
}
