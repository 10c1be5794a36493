//! When a type of the object and one of the kernel count as the same, for fields and for questions about types.

use super::{Fatal, skip};
use crate::kernel::{essential, same_kind};
use crate::spending::Spending;
use btf::{Array, Btf, Data, Kind, TypeId};

/// How many pointers, arrays, and results are followed in a row, and how many levels of parameters.
const STEPS: u32 = 32;
/// How many arrays in arrays are followed.
const MOST_STEPS: usize = 128;
/// How many pairs of types one question may compare. Prototypes of real code take some dozens.
const MOST_PAIRS: u32 = 100_000;

/// A type of the object and one of the kernel, each with the BTF that it is in.
pub(crate) type Pair<'a> = (&'a Btf, TypeId, &'a Btf, TypeId);

/// Whether a member of the object can be read where the kernel has a member of the other type.
pub(crate) fn fields_are_compatible(
    local: &Btf,
    mut local_id: TypeId,
    target: &Btf,
    mut target_id: TypeId,
) -> bool {
    for _ in 0..MOST_STEPS {
        let (Some((_, a)), Some((_, b))) = (skip(local, local_id), skip(target, target_id)) else {
            return false;
        };
        if a.kind().is_composite() && b.kind().is_composite() {
            return true;
        }
        if !same_kind(a.kind(), b.kind()) {
            return false;
        }
        match (a.data(), b.data()) {
            (Data::Ptr { .. } | Data::Float { .. }, _) => return true,
            (Data::Int(a), Data::Int(b)) => return a.offset == 0 && b.offset == 0,
            (Data::Enum { .. } | Data::Enum64 { .. } | Data::Fwd(_), _) => {
                let a = essential(local.string(a.name()).unwrap_or_default());
                let b = essential(target.string(b.name()).unwrap_or_default());
                return a.is_empty() || b.is_empty() || a == b;
            }
            (Data::Array(a), Data::Array(b)) => {
                (local_id, target_id) = (a.element, b.element);
            }
            _ => return false,
        }
    }
    false
}

/// Whether a type of the kernel answers a question about a type of the object. The names of the two were compared before;
/// those below them do not matter.
///
/// # Errors
///
/// [`Fatal::TooDeep`] beyond the limits.
pub(crate) fn types_are_compatible(
    (local, local_root, target, target_root): Pair<'_>,
    spending: &Spending,
) -> Result<bool, Fatal> {
    if !same_kind(local.kind(local_root), target.kind(target_root)) {
        return Ok(false);
    }
    let mut left = MOST_PAIRS;
    let mut open = vec![(local_root, target_root, STEPS)];
    while let Some((mut a, mut b, level)) = open.pop() {
        let mut steps = STEPS;
        loop {
            left = left.checked_sub(1).ok_or(Fatal::TooDeep)?;
            steps = steps.checked_sub(1).ok_or(Fatal::TooDeep)?;
            if !spending.step(1) {
                return Err(Fatal::TooDeep);
            }
            let (first, second) = (skip(local, a), skip(target, b));
            let (first, second) = match (first, second) {
                (Some((_, first)), Some((_, second))) => (first, second),
                (None, None) => break,
                _ => return Ok(false),
            };
            if !same_kind(first.kind(), second.kind()) {
                return Ok(false);
            }
            match (first.data(), second.data()) {
                (
                    Data::Struct { .. }
                    | Data::Union { .. }
                    | Data::Enum { .. }
                    | Data::Enum64 { .. }
                    | Data::Fwd(_),
                    _,
                ) => break,
                (Data::Int(first), Data::Int(second)) => {
                    if first.offset != 0 || second.offset != 0 {
                        return Ok(false);
                    }
                    break;
                }
                (Data::Ptr { target: first }, Data::Ptr { target: second }) => {
                    (a, b) = (first, second);
                }
                (Data::Array(first), Data::Array(second)) => {
                    (a, b) = (first.element, second.element);
                }
                (Data::FuncProto { result: x }, Data::FuncProto { result: y }) => {
                    if first.params().len() != second.params().len() {
                        return Ok(false);
                    }
                    if level == 0 {
                        return Err(Fatal::TooDeep);
                    }
                    let pairs = first.params().zip(second.params());
                    let pairs: Vec<(TypeId, TypeId)> = pairs.map(|(x, y)| (x.ty, y.ty)).collect();
                    if !spending.step(pairs.len()) {
                        return Err(Fatal::TooDeep);
                    }
                    open.extend(pairs.into_iter().rev().map(|(x, y)| (x, y, level - 1)));
                    (a, b) = (x, y);
                }
                _ => return Ok(false),
            }
        }
    }
    Ok(true)
}

/// Whether a type of the kernel has all that the object's has, by name: what `type_matches` asks.
///
/// # Errors
///
/// [`Fatal::TooDeep`] beyond the limits.
pub(crate) fn type_matches(
    (local, local_root, target, target_root): Pair<'_>,
    spending: &Spending,
) -> Result<bool, Fatal> {
    let mut walk = Walk {
        local,
        target,
        spending,
        left: MOST_PAIRS,
    };
    walk.matches(local_root, target_root, false, STEPS)
}

struct Walk<'a> {
    local: &'a Btf,
    target: &'a Btf,
    spending: &'a Spending,
    left: u32,
}

impl Walk<'_> {
    /// `level` bounds the recursion.
    fn matches(
        &mut self,
        mut a: TypeId,
        mut b: TypeId,
        mut behind_pointer: bool,
        level: u32,
    ) -> Result<bool, Fatal> {
        if level == 0 {
            return Err(Fatal::TooDeep);
        }
        for _ in 0..STEPS {
            self.take(1)?;
            let (first, second) = (skip(self.local, a), skip(self.target, b));
            let (first, second) = match (first, second) {
                (Some((_, first)), Some((_, second))) => (first, second),
                (None, None) => return Ok(true),
                _ => return Ok(false),
            };
            if !self.same_name(first.name(), second.name()) {
                return Ok(false);
            }
            match (first.data(), second.data()) {
                (Data::Fwd(first), Data::Fwd(second)) => return Ok(first == second),
                (Data::Fwd(_) | Data::Struct { .. } | Data::Union { .. }, _) if behind_pointer => {
                    return Ok(sort(first).is_some() && sort(first) == sort(second));
                }
                (Data::Struct { .. }, Data::Struct { .. })
                | (Data::Union { .. }, Data::Union { .. }) => {
                    return self.composites(first, second, behind_pointer, level);
                }
                (
                    Data::Enum { size: x, .. } | Data::Enum64 { size: x, .. },
                    Data::Enum { size: y, .. } | Data::Enum64 { size: y, .. },
                ) => {
                    let fits = x == y && first.enumerators().len() <= second.enumerators().len();
                    return Ok(fits && self.has_all(first, second)?);
                }
                (Data::Int(first), Data::Int(second)) => {
                    let signed = |int: btf::Int| int.encoding.is_signed();
                    return Ok(first.size == second.size && signed(first) == signed(second));
                }
                (Data::Ptr { target: first }, Data::Ptr { target: second }) => {
                    behind_pointer = true;
                    (a, b) = (first, second);
                }
                (
                    Data::Array(Array {
                        element: x,
                        count: many,
                        ..
                    }),
                    Data::Array(Array {
                        element: y, count, ..
                    }),
                ) => {
                    if many != count {
                        return Ok(false);
                    }
                    (a, b) = (x, y);
                }
                (Data::FuncProto { result: x }, Data::FuncProto { result: y }) => {
                    if first.params().len() != second.params().len() {
                        return Ok(false);
                    }
                    for (x, y) in first.params().zip(second.params()) {
                        if !self.matches(x.ty, y.ty, behind_pointer, level - 1)? {
                            return Ok(false);
                        }
                    }
                    (a, b) = (x, y);
                }
                _ => return Ok(false),
            }
        }
        Err(Fatal::TooDeep)
    }

    fn composites(
        &mut self,
        first: btf::Type<'_>,
        second: btf::Type<'_>,
        behind_pointer: bool,
        level: u32,
    ) -> Result<bool, Fatal> {
        if first.members().len() > second.members().len() {
            return Ok(false);
        }
        for wanted in first.members() {
            let mut found = false;
            for one in second.members() {
                self.take(1)?;
                found = self.same_name(wanted.name, one.name)
                    && self.matches(wanted.ty, one.ty, behind_pointer, level - 1)?;
                if found {
                    break;
                }
            }
            if !found {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether every enumerator of the first is in the second.
    fn has_all(&mut self, first: btf::Type<'_>, second: btf::Type<'_>) -> Result<bool, Fatal> {
        for wanted in first.enumerators() {
            let count = u32::try_from(second.enumerators().len()).unwrap_or(u32::MAX);
            self.take(count)?;
            let mut all = second.enumerators();
            if !all.any(|one| self.same_name(wanted.name, one.name)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Counts pairs of types, members, or enumerators.
    fn take(&mut self, count: u32) -> Result<(), Fatal> {
        self.left = self.left.checked_sub(count).ok_or(Fatal::TooDeep)?;
        match self.spending.step(count as usize) {
            true => Ok(()),
            false => Err(Fatal::TooDeep),
        }
    }

    fn same_name(&self, a: btf::StringOffset, b: btf::StringOffset) -> bool {
        let a = self.local.string(a).unwrap_or_default();
        let b = self.target.string(b).unwrap_or_default();
        // Names are read to their ends. Beyond the allowance, the next step ends the walk.
        let _ = self.spending.step((a.len() + b.len()) / 64);
        essential(a) == essential(b)
    }
}

/// Whether a definition or declaration is of a struct or of a union.
fn sort(ty: btf::Type<'_>) -> Option<Kind> {
    match ty.data() {
        Data::Struct { .. } | Data::Fwd(btf::FwdKind::Struct) => Some(Kind::Struct),
        Data::Union { .. } | Data::Fwd(btf::FwdKind::Union) => Some(Kind::Union),
        _ => None,
    }
}
