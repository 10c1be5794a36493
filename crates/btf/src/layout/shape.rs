//! Alignment of types, and which structs must have been declared packed: BTF records neither.

use super::size::{Resolved, member_at, pointer_size, strip_arrays};
use crate::{Btf, Kind, Member, Type, TypeId};
use alloc::vec;
use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;

/// What has to be inferred of a struct or union.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Alignment in bytes that follows from its members; 1 when packed. An `aligned` attribute does
    /// not show here, only in padding.
    pub align: u64,
    /// Whether its members or its size contradict their natural alignment.
    pub packed: bool,
    /// Alignment that would follow if neither it nor any struct in it were packed.
    pub natural: u64,
    /// Whether its members or its size contradict that; so for a struct that holds a packed one, too.
    pub unnatural: bool,
}

/// Alignment of types, each struct computed once.
#[derive(Clone, Debug)]
pub struct Shapes<'a> {
    btf: &'a Btf,
    pointer: u64,
    known: HashMap<TypeId, Shape, FxBuildHasher>,
}

/// A struct whose members are being looked at.
struct Frame {
    id: TypeId,
    member: usize,
}

impl<'a> Shapes<'a> {
    /// Starts with nothing computed, for the types of `btf`.
    pub fn new(btf: &'a Btf) -> Shapes<'a> {
        Shapes {
            btf,
            pointer: pointer_size(btf),
            known: HashMap::default(),
        }
    }

    /// The BTF whose types are meant.
    pub fn btf(&self) -> &'a Btf {
        self.btf
    }

    /// Size of a pointer in bytes, as [`pointer_size`](super::pointer_size).
    pub fn pointer_size(&self) -> u64 {
        self.pointer
    }

    /// The size of a type in bytes, as [`super::size_of`].
    pub fn size_of(&self, id: TypeId) -> Option<u64> {
        super::size::size_with(self.btf, id, Some(self.pointer))
    }

    /// A member's offset, the size of its type, and its width if it is a bitfield.
    pub fn resolve(&self, member: &Member) -> Resolved {
        Resolved::new(self.btf, member, self.pointer)
    }

    /// The alignment of a type in bytes; `None` for types without one.
    pub fn align_of(&mut self, id: TypeId) -> Option<u64> {
        let (id, ty, _) = strip_arrays(self.btf, id)?;
        match ty.kind() {
            Kind::Struct | Kind::Union => Some(self.shape(id)?.align),
            Kind::Var => {
                let (target, ty, _) = strip_arrays(self.btf, ty.target()?)?;
                match ty.kind() {
                    Kind::Struct | Kind::Union => Some(self.shape(target)?.align),
                    _ => self.scalar_align(ty),
                }
            }
            _ => self.scalar_align(ty),
        }
    }

    /// The alignment that a type would have if nothing were packed, as [`Shape::natural`]; `None` for types without one.
    pub fn natural_align_of(&mut self, id: TypeId) -> Option<u64> {
        let (target, ty, _) = strip_arrays(self.btf, id)?;
        if ty.kind().is_composite() {
            return Some(self.shape(target)?.natural);
        }
        self.align_of(id)
    }

    /// Alignment and packedness of a struct or union. Members whose own type has no size, or is this
    /// very struct (which no compiler writes), count as taking no space.
    pub fn shape(&mut self, id: TypeId) -> Option<Shape> {
        if let Some(&shape) = self.known.get(&id) {
            return Some(shape);
        }
        let unknown = Shape {
            align: 1,
            packed: false,
            natural: 1,
            unnatural: false,
        };
        self.btf.get(id).filter(|ty| ty.kind().is_composite())?;
        // Entered before it is known, so that a struct inside itself ends there.
        self.known.insert(id, unknown);
        let mut stack = vec![Frame { id, member: 0 }];
        while let Some(frame) = stack.last_mut() {
            let Some(ty) = self.btf.get(frame.id) else {
                stack.pop();
                continue;
            };
            let mut nested = None;
            while nested.is_none()
                && let Some(member) = member_at(ty, frame.member)
            {
                frame.member += 1;
                nested = strip_arrays(self.btf, member.ty)
                    .filter(|(id, ty, _)| ty.kind().is_composite() && !self.known.contains_key(id))
                    .map(|(id, ..)| id);
            }
            match nested {
                Some(nested) => {
                    self.known.insert(nested, unknown);
                    stack.push(Frame {
                        id: nested,
                        member: 0,
                    });
                }
                None => {
                    let id = frame.id;
                    let shape = self.infer(ty);
                    self.known.insert(id, shape);
                    stack.pop();
                }
            }
        }
        self.known.get(&id).copied()
    }

    /// Both alignments of a member's type, from what is known; 1 for types without one.
    fn member_align(&self, id: TypeId) -> (u64, u64) {
        strip_arrays(self.btf, id)
            .and_then(|(id, ty, _)| match ty.kind() {
                Kind::Struct | Kind::Union => self
                    .known
                    .get(&id)
                    .map(|shape| (shape.align, shape.natural)),
                _ => self.scalar_align(ty).map(|align| (align, align)),
            })
            .unwrap_or((1, 1))
    }

    fn scalar_align(&self, ty: Type<'_>) -> Option<u64> {
        let size = match ty.kind() {
            Kind::Ptr => self.pointer,
            Kind::Int | Kind::Enum | Kind::Enum64 | Kind::Float => u64::from(ty.size()?),
            _ => return None,
        };
        // 128-bit numbers are aligned to 16 bytes on 64-bit machines; 32-bit ones differ on 64-bit
        // numbers, and assuming the smaller alignment costs an explicit padding at most.
        let most = if self.pointer == 8 { 16 } else { self.pointer };
        // x87 numbers of 12 or 10 bytes are aligned as their largest power of two.
        let power = 1 << size.max(1).trailing_zeros().min(4);
        Some(most.min(power))
    }

    /// Lays the members out as a compiler does and compares.
    fn infer(&self, ty: Type<'_>) -> Shape {
        let size_bits = ty.size().map_or(0, u64::from) * 8;
        let (mut align, mut natural, mut position) = (1u64, 1u64, 0u64);
        let mut fits = true;
        for member in ty.members() {
            let field = self.resolve(&member);
            let (own, own_natural) = self.member_align(member.ty);
            (align, natural) = (align.max(own), natural.max(own_natural));
            if field.width == 0 {
                fits &= field.bit_offset.is_multiple_of(own * 8);
            } else {
                let unit = field.size.saturating_mul(8).max(1);
                let last = field.bit_end().saturating_sub(1);
                fits &= field.bit_offset / unit == last / unit;
            }
            if ty.kind() == Kind::Union {
                position = position.max(field.bit_end());
            } else {
                fits &= field.bit_offset >= position;
                position = field.bit_end();
            }
        }
        let is_natural = size_bits.is_multiple_of(natural * 8);
        fits &= size_bits.is_multiple_of(align * 8);
        fits &= position
            .checked_next_multiple_of(align * 8)
            .is_some_and(|end| end <= size_bits);
        Shape {
            align: if fits { align } else { 1 },
            packed: !fits,
            natural,
            unnatural: !is_natural || !fits,
        }
    }
}
