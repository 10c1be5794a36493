//! The size of a type, once what it refers to is resolved.

use crate::{Btf, Kind, Type, TypeId};
use alloc::vec;
use alloc::vec::Vec;

/// How many references are followed through a base, whose types are taken as they are. It is the depth
/// to which the kernel lets types contain each other.
const MAX_STEPS: usize = 32;

/// What is known of types after resolving.
pub(super) struct Sizes<'a> {
    btf: &'a Btf,
    first: u32,
    /// For each own modifier or VAR the type it comes down to; for each own ARRAY its size in bytes.
    known: Vec<u32>,
    pointer: u32,
}

impl<'a> Sizes<'a> {
    pub(super) fn new(btf: &'a Btf) -> Sizes<'a> {
        Sizes {
            btf,
            first: btf.first_id().0,
            known: vec![0; btf.len()],
            pointer: pointer_size(btf),
        }
    }

    /// Bytes of a pointer.
    pub(super) fn pointer(&self) -> u32 {
        self.pointer
    }

    /// Notes the size of an ARRAY.
    pub(super) fn set_array(&mut self, id: TypeId, size: u32) {
        self.set(id, size);
    }

    /// Notes what a modifier or VAR comes down to, from what its target comes down to.
    pub(super) fn set_target(&mut self, id: TypeId, target: TypeId) {
        let end = self.end_of(target);
        self.set(id, end.0);
    }

    fn set(&mut self, id: TypeId, value: u32) {
        let index = id.0.checked_sub(self.first);
        if let Some(known) = index.and_then(|index| self.known.get_mut(index as usize)) {
            *known = value;
        }
    }

    /// What is left of a type when modifiers and VARs are taken off. `void` when that is unresolved.
    pub(super) fn end_of(&self, id: TypeId) -> TypeId {
        let mut id = id;
        for _ in 0..MAX_STEPS {
            let Some(ty) = self.btf.get(id).filter(|ty| is_link(ty.kind())) else {
                return id;
            };
            if let Some(index) = id.0.checked_sub(self.first) {
                return TypeId(self.known.get(index as usize).copied().unwrap_or(0));
            }
            id = TypeId(ty.size_or_type());
        }
        TypeId::VOID
    }

    /// The type without modifiers and its size in bytes; `None` for what has no size.
    pub(super) fn sized(&self, id: TypeId) -> Option<(Type<'a>, u32)> {
        let id = self.end_of(id);
        let ty = self.btf.get(id)?;
        let size = match ty.kind() {
            Kind::Ptr => self.pointer,
            Kind::Array => match id.0.checked_sub(self.first) {
                Some(index) => self.known.get(index as usize).copied()?,
                None => self.base_array(id)?,
            },
            _ => ty.size()?,
        };
        Some((ty, size))
    }

    /// The size of an ARRAY of the base.
    fn base_array(&self, id: TypeId) -> Option<u32> {
        let (mut id, mut count) = (id, 1u32);
        for _ in 0..MAX_STEPS {
            id = self.end_of(id);
            let ty = self.btf.get(id)?;
            let size = match ty.kind() {
                Kind::Ptr => self.pointer,
                Kind::Array => {
                    let &[element, _, number] = ty.tail() else {
                        return None;
                    };
                    count = count.checked_mul(number)?;
                    id = TypeId(element);
                    continue;
                }
                _ => ty.size()?,
            };
            return count.checked_mul(size);
        }
        None
    }
}

/// A type that stands for the one it refers to.
pub(super) fn is_link(kind: Kind) -> bool {
    kind.is_modifier() || matches!(kind, Kind::Typedef | Kind::Var)
}

/// Bytes of a pointer on the machine the BTF is for: the size of its `long`; 8 when it has none.
fn pointer_size(btf: &Btf) -> u32 {
    const LONG: [&[u8]; 6] = [
        b"long",
        b"long int",
        b"int long",
        b"long unsigned int",
        b"unsigned long",
        b"unsigned long int",
    ];
    let mut part = Some(btf);
    while let Some(btf) = part {
        for (_, ty) in btf.types() {
            if ty.kind() == Kind::Int
                && matches!(ty.size_or_type(), 4 | 8)
                && btf
                    .string(ty.name())
                    .is_some_and(|name| LONG.contains(&name))
            {
                return ty.size_or_type();
            }
        }
        part = btf.base().map(AsRef::as_ref);
    }
    8
}
