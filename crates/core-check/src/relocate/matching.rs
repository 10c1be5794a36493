//! Follows the object's access in a candidate: the same names, whatever lies around them.

use super::access::{Access, MOST_STEPS, Step, is_composite, is_named};
use super::compatible::fields_are_compatible;
use super::kind::Subject;
use super::{Fatal, skip};
use crate::kernel::essential;
use crate::spending::Spending;
use btf::{Btf, Data, Member, TypeId};

/// The access in a candidate, and where it ended if the candidate does not match.
pub(crate) type Matched = Result<Access, Mismatch>;

/// Why a candidate does not match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mismatch {
    /// At this step of the local access the candidate has something else.
    At {
        step: usize,
        parent: TypeId,
        what: Differs,
    },
    /// The types are not compatible.
    Type,
    /// The candidate's enumeration lacks the enumerator.
    Enumerator { parent: TypeId },
}

/// What a candidate has instead of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Differs {
    /// No struct or union where a member is to be found.
    NotComposite,
    /// No such member.
    Absent,
    /// The member's type is of another kind.
    Kind { member: TypeId },
    /// No array where an element is to be found.
    NotArray,
    /// The array has only so many elements.
    Short { count: u32 },
    /// An element has no size.
    NoSize,
}

/// Follows a field or enumerator. What a candidate lacks is in [`Matched`]; an error ends everything.
pub(crate) fn follow(
    local: &Btf,
    access: &Access,
    target: &Btf,
    root: TypeId,
    (subject, spending): (Subject, &Spending),
) -> Result<Matched, Fatal> {
    let mut found = Access {
        root,
        raw: Vec::new(),
        steps: Vec::new(),
        bit_offset: 0,
    };
    if subject == Subject::Enumerator {
        return Ok(enumerator(local, access, target, found, spending));
    }
    let mut id = root;
    for (number, step) in access.steps.iter().enumerate() {
        let differs = |parent: TypeId, what: Differs| {
            Ok(Err(Mismatch::At {
                step: number,
                parent,
                what,
            }))
        };
        let Some((at, ty)) = skip(target, id) else {
            return differs(id, Differs::NotComposite);
        };
        match *step {
            Step::Member { parent, index } => {
                if !is_composite(ty.kind()) {
                    return differs(at, Differs::NotComposite);
                }
                let Some(wanted) = local.get(parent).and_then(|ty| ty.member(index as usize))
                else {
                    return differs(at, Differs::Absent);
                };
                match member(local, wanted, target, (at, &mut found), spending)? {
                    Search::Found(member) => id = member.ty,
                    Search::Incompatible(member) => {
                        return differs(at, Differs::Kind { member: member.ty });
                    }
                    Search::Absent => return differs(at, Differs::Absent),
                }
            }
            Step::Element { index, .. } => {
                let mut element = at;
                if number > 0 {
                    let Data::Array(array) = ty.data() else {
                        return differs(at, Differs::NotArray);
                    };
                    if index >= array.count && !found.may_exceed(target, array) {
                        return differs(at, Differs::Short { count: array.count });
                    }
                    match skip(target, array.element) {
                        Some((id, _)) => element = id,
                        None => return differs(at, Differs::NoSize),
                    }
                }
                if found.raw.len() == MOST_STEPS {
                    return Err(Fatal::TooDeep);
                }
                if found.add_element(target, element, index).is_none() {
                    return differs(at, Differs::NoSize);
                }
                found.raw.push(index);
                id = element;
            }
            Step::Enumerator { .. } => {}
        }
    }
    Ok(Ok(found))
}

/// As many bytes of a name cost as much as a step.
const NAME: usize = 64;

enum Search {
    Found(Member),
    Incompatible(Member),
    Absent,
}

/// Searches a member by name, through anonymous members in their place.
fn member(
    local: &Btf,
    wanted: Member,
    target: &Btf,
    (root, found): (TypeId, &mut Access),
    spending: &Spending,
) -> Result<Search, Fatal> {
    let name = local.string(wanted.name).unwrap_or_default();
    // Structs that are being searched: each with the next member, and the offset at which it is.
    let mut open = vec![(root, 0u32, 0u32)];
    let mut incompatible = None;
    while let Some((at, index, offset)) = open.last_mut() {
        let (at, number, offset_here) = (*at, *index, *offset);
        let Some(one) = target.get(at).and_then(|ty| ty.member(number as usize)) else {
            open.pop();
            continue;
        };
        *index += 1;
        if found.raw.len() + open.len() > MOST_STEPS || !spending.step(1) {
            return Err(Fatal::TooDeep);
        }
        let place = offset_here.wrapping_add(one.bit_offset);
        if !is_named(target, one) {
            if let Some((inner, ty)) = skip(target, one.ty)
                && is_composite(ty.kind())
            {
                open.push((inner, 0, place));
            }
            continue;
        }
        let own = target.string(one.name).unwrap_or_default();
        if own != name {
            // A name is read to its end.
            if !spending.step(own.len() / NAME) {
                return Err(Fatal::TooDeep);
            }
            continue;
        }
        if !fields_are_compatible(local, wanted.ty, target, one.ty) {
            // The struct around it is done; the one around that goes on.
            incompatible = Some(one);
            open.pop();
            continue;
        }
        let path = open.iter().map(|&(_, next, _)| next - 1);
        found.raw.extend(path);
        found.bit_offset = found.bit_offset.wrapping_add(place);
        found.steps.push(Step::Member {
            parent: at,
            index: number,
        });
        return Ok(Search::Found(one));
    }
    Ok(match incompatible {
        Some(one) => Search::Incompatible(one),
        None => Search::Absent,
    })
}

fn enumerator(
    local: &Btf,
    access: &Access,
    target: &Btf,
    mut found: Access,
    spending: &Spending,
) -> Matched {
    let name = access.enumerator_of(local).map(|(name, _)| name);
    let name = name.unwrap_or_default();
    let wanted = essential(name.as_bytes());
    let absent = Mismatch::Enumerator { parent: found.root };
    let Some((parent, ty)) = skip(target, found.root) else {
        return Err(absent);
    };
    let mut all = ty.enumerators();
    let index = all.position(|one| {
        let name = target.string(one.name).unwrap_or_default();
        // Beyond the allowance, any answer will do.
        !spending.step(1 + name.len() / NAME) || essential(name) == wanted
    });
    match index.and_then(|index| u32::try_from(index).ok()) {
        Some(index) => {
            found.raw.push(index);
            found.steps.push(Step::Enumerator { parent, index });
            Ok(found)
        }
        None => Err(absent),
    }
}
