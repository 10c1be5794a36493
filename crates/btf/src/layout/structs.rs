//! The members of one struct or union in memory, with what lies between them.
//!
//! The terms are pahole's, whose readers they are for: a *hole* is unused bytes before a member, a
//! *bit hole* unused bits after a bitfield, *padding* unused bytes after the last member.

use super::gaps::Gaps;
use super::size::{Resolved, member_at, resolve};
use super::{CACHELINE, Shapes};
use crate::{Btf, Kind, Member, StringOffset, Type, TypeId};
use alloc::vec;
use alloc::vec::Vec;
use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;

/// Anonymous types nested deeper than this are shown by name only.
const MAX_DEPTH: usize = 32;
/// Rows that the layout of one type may have in any BTF.
const ROWS_AT_LEAST: usize = 10_000;

/// The layout of one struct or union: its members, and those of anonymous types in it. Sizes and offsets are in bytes
/// unless a field is named after bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StructLayout {
    /// The struct or union, behind typedefs and qualifiers.
    pub id: TypeId,
    /// Whether it is a union, all of whose members start at 0.
    pub is_union: bool,
    /// Size in bytes, padding included.
    pub size: u64,
    /// Whether members or size are not aligned as they would be in a struct without packed ones.
    pub packed: bool,
    /// Alignment in bytes that an attribute must have asked for, as the size is padded beyond need.
    pub forced_alignment: Option<u64>,
    /// Members in order; those of a nested anonymous type follow the member that holds it, one
    /// `depth` further in.
    pub rows: Vec<Row>,
    /// What is between and after the direct members.
    pub holes: Holes,
    /// Whether rows are missing: anonymous types that contain each other several times have far more than the BTF has
    /// bytes.
    pub is_cut: bool,
}

/// A member with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// 0 for direct members, 1 for members of an anonymous type among those, and so on.
    pub depth: usize,
    /// The member's name; empty for an anonymous struct or union.
    pub name: StringOffset,
    /// The member's type.
    pub ty: TypeId,
    /// Bytes from the start of the outermost struct; for a bitfield the start of its storage unit.
    pub offset: u64,
    /// Size of the member's type in bytes.
    pub size: u64,
    /// For a bitfield: first bit in its storage unit, and width in bits.
    pub bits: Option<(u64, u64)>,
    /// Unused bytes before the member.
    pub hole: u64,
    /// Unused bits before the member, in the storage unit of a bitfield.
    pub bit_hole: u64,
    /// Whether its storage unit is shared with a member of another unit before it.
    pub combined: Option<Combined>,
    /// The cache line that starts with it or has started since the member before.
    pub boundary: Option<Boundary>,
    /// Alignment that an attribute must have asked for.
    pub forced_alignment: Option<u64>,
    /// Unused bytes at the end of its own type, when that is a struct by its tag and not in a union.
    pub padding: u64,
    /// Whether the rows of an anonymous type follow, and how that was declared.
    pub nested: Option<Nested>,
    /// Whether it is the last member of its struct.
    pub last: bool,
    /// Whether an array without elements here can only be a flexible one: last, not alone and not in a
    /// union.
    pub flexible: bool,
}

/// How bitfields and other members share bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Combined {
    /// This member lies in the storage unit of the bitfield before it.
    WithNext,
    /// This bitfield's storage unit starts in the member before it.
    WithPrevious,
}

/// An anonymous struct or union written out in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nested {
    /// The anonymous type.
    pub id: TypeId,
    /// As [`StructLayout::packed`].
    pub packed: bool,
    /// As [`StructLayout::forced_alignment`].
    pub forced_alignment: Option<u64>,
}

/// A cache line begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Boundary {
    /// Number of the cache line, from 0.
    pub line: u64,
    /// Bytes between its start and the member: 0 when the member starts it.
    pub ago: u64,
}

/// Sums over the direct members.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holes {
    /// Number of direct members.
    pub members: u64,
    /// Bytes of all members that are not bitfields.
    pub member_bytes: u64,
    /// Bits of all bitfields.
    pub bitfield_bits: u64,
    /// Number of holes: gaps of whole bytes between members.
    pub holes: u64,
    /// Bytes of all holes.
    pub hole_bytes: u64,
    /// Number of bit holes: gaps in the storage units of bitfields.
    pub bit_holes: u64,
    /// Bits of all bit holes.
    pub bit_hole_bits: u64,
    /// Unused bytes at the end.
    pub padding: u64,
    /// Unused bits at the end, in the storage unit of the last bitfield.
    pub bit_padding: u64,
    /// Number of members that are structs with padding of their own.
    pub paddings: u64,
    /// Bytes of the padding in these members.
    pub padding_bytes: u64,
    /// Number of members with an alignment beyond need.
    pub forced_alignments: u64,
    /// Number of holes before members with such an alignment.
    pub forced_holes: u64,
    /// Bytes of these holes.
    pub forced_hole_bytes: u64,
}

/// The layout of a struct or union, which typedefs and qualifiers may lead to; `None` for other types.
pub fn struct_layout(btf: &Btf, id: TypeId) -> Option<StructLayout> {
    Layouts::new(btf).layout(id)
}

/// Computes the layouts of many types, and keeps alignments so that each is computed once.
pub struct Layouts<'a> {
    layouter: Layouter<'a>,
}

impl core::fmt::Debug for Layouts<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Layouts").finish_non_exhaustive()
    }
}

impl<'a> Layouts<'a> {
    /// Starts with nothing computed, for the types of `btf`.
    pub fn new(btf: &'a Btf) -> Layouts<'a> {
        Layouts {
            layouter: Layouter {
                shapes: Shapes::new(btf),
                paddings: HashMap::default(),
                rows: Vec::new(),
                budget: 0,
            },
        }
    }

    /// As [`struct_layout`].
    pub fn layout(&mut self, id: TypeId) -> Option<StructLayout> {
        let this = &mut self.layouter;
        let btf = this.shapes.btf();
        let (id, ty) = resolve(btf, id).filter(|(_, ty)| ty.kind().is_composite())?;
        // Every row is a member, which takes 12 bytes; a kernel's types are written out about once.
        this.budget = ROWS_AT_LEAST + btf.type_bytes() / 8;
        let (holes, nested) = this.lay_out(id, ty);
        Some(StructLayout {
            id,
            is_union: ty.kind() == Kind::Union,
            size: ty.size().map_or(0, u64::from),
            packed: nested.packed,
            forced_alignment: nested.forced_alignment,
            rows: core::mem::take(&mut this.rows),
            holes,
            is_cut: this.budget == 0,
        })
    }

    /// The sums over the direct members of a struct or union; `None` for other types.
    pub fn holes(&mut self, id: TypeId) -> Option<Holes> {
        let this = &mut self.layouter;
        let ty = this.shapes.btf().get(id);
        let ty = ty.filter(|ty| ty.kind().is_composite())?;
        let packed = this.outline(id).packed;
        let mut gaps = Gaps::new(ty.kind() == Kind::Union, ty.size().map_or(0, u64::from));
        for member in ty.members() {
            let field = this.shapes.resolve(&member);
            gaps.add(&field, this.natural(member.ty), packed);
        }
        gaps.finish(this.natural(id), packed);
        Some(gaps.holes)
    }
}

struct Layouter<'a> {
    shapes: Shapes<'a>,
    /// Padding at the end of structs asked about.
    paddings: HashMap<TypeId, u64, FxBuildHasher>,
    rows: Vec<Row>,
    /// Rows left.
    budget: usize,
}

/// A struct being laid out.
struct Open<'a> {
    ty: Type<'a>,
    /// The next member.
    index: usize,
    depth: usize,
    /// Whether it is a union or in one.
    in_union: bool,
    /// Bytes from the start of the outermost struct.
    base: u64,
    gaps: Gaps,
    shape: Nested,
    /// The row that holds it; `None` for the outermost.
    row: Option<usize>,
    /// The last cache line announced. What is announced in a union stays there: its members each start
    /// where the union does.
    line: u64,
}

impl<'a> Layouter<'a> {
    fn lay_out(&mut self, id: TypeId, ty: Type<'a>) -> (Holes, Nested) {
        let open = |this: &mut Self, id, ty: Type<'a>, base, row| Open {
            ty,
            index: 0,
            depth: 0,
            in_union: ty.kind() == Kind::Union,
            base,
            gaps: Gaps::new(ty.kind() == Kind::Union, ty.size().map_or(0, u64::from)),
            shape: this.outline(id),
            row,
            line: 0,
        };
        let mut done = (Holes::default(), self.outline(id));
        let mut stack = vec![open(self, id, ty, 0, None)];
        while let Some(top) = stack.last_mut() {
            let member = member_at(top.ty, top.index).filter(|_| self.budget > 0);
            let Some(member) = member else {
                let Some(mut top) = stack.pop() else { break };
                let align = self.natural(top.shape.id);
                top.shape.forced_alignment = top.gaps.finish(align, top.shape.packed);
                if let Some(outer) = stack.last_mut()
                    && outer.ty.kind() == Kind::Struct
                    && top.ty.kind() == Kind::Struct
                {
                    outer.line = top.line;
                }
                match top.row.and_then(|row| self.rows.get_mut(row)) {
                    Some(row) => row.nested = Some(top.shape),
                    None => done = (top.gaps.holes, top.shape),
                }
                continue;
            };
            self.budget -= 1;
            top.index += 1;
            let last = top.index == top.ty.vlen() as usize;
            let row = self.row(&member, top, last);
            let nested = self.nested(&member).filter(|_| top.depth < MAX_DEPTH);
            let (offset, line, at) = (row.offset, top.line, self.rows.len());
            let (depth, in_union) = (top.depth + 1, top.in_union);
            self.rows.push(row);
            if let Some((id, ty)) = nested {
                let mut inner = open(self, id, ty, offset, Some(at));
                inner.depth = depth;
                inner.in_union |= in_union;
                inner.line = line;
                self.rows[at].nested = Some(inner.shape);
                stack.push(inner);
            }
        }
        done
    }

    /// An anonymous struct or union that a member's declaration writes out: direct, qualified or as an
    /// array's element.
    fn nested(&self, member: &Member) -> Option<(TypeId, Type<'a>)> {
        let btf = self.shapes.btf();
        let mut id = member.ty;
        for _ in 0..super::MAX_CHAIN {
            let ty = btf.get(id)?;
            match ty.kind() {
                Kind::Struct | Kind::Union => return btf.name(id).is_empty().then_some((id, ty)),
                Kind::Const | Kind::Volatile | Kind::Restrict | Kind::TypeTag => {
                    id = ty.target()?
                }
                Kind::Array => id = TypeId(*ty.tail().first()?),
                _ => return None,
            }
        }
        None
    }

    fn row(&mut self, member: &Member, top: &mut Open<'a>, last: bool) -> Row {
        let field = self.shapes.resolve(member);
        let align = self.natural(member.ty);
        let gap = top.gaps.add(&field, align, top.shape.packed);
        let (offset, bits) = place(&field);
        let offset = top.base.saturating_add(offset);
        let line = offset / CACHELINE;
        let boundary = (line > top.line).then(|| {
            top.line = line;
            Boundary {
                line,
                ago: offset % CACHELINE,
            }
        });
        let padding = if top.ty.kind() == Kind::Struct {
            self.padding_in(member.ty)
        } else {
            0
        };
        if padding > 0 {
            top.gaps.holes.paddings += 1;
            top.gaps.holes.padding_bytes = top.gaps.holes.padding_bytes.saturating_add(padding);
        }
        Row {
            depth: top.depth,
            name: member.name,
            ty: member.ty,
            offset,
            size: field.size,
            bits,
            hole: gap.hole,
            bit_hole: gap.bit_hole,
            combined: gap.combined,
            boundary,
            forced_alignment: gap.forced_alignment,
            padding,
            nested: None,
            last,
            flexible: last && top.index > 1 && !top.in_union,
        }
    }

    fn outline(&mut self, id: TypeId) -> Nested {
        Nested {
            id,
            packed: self.shapes.btf().kind(id) == Kind::Struct
                && self.shapes.shape(id).is_some_and(|shape| shape.unnatural),
            forced_alignment: None,
        }
    }

    fn natural(&mut self, id: TypeId) -> u64 {
        self.shapes.natural_align_of(id).unwrap_or(1)
    }

    /// Unused bytes at the end of a member's type, when that is a struct.
    fn padding_in(&mut self, id: TypeId) -> u64 {
        let btf = self.shapes.btf();
        let Some(ty) = btf.get(id).filter(|ty| ty.kind() == Kind::Struct) else {
            return 0;
        };
        if let Some(&padding) = self.paddings.get(&id) {
            return padding;
        }
        let mut gaps = Gaps::new(false, ty.size().map_or(0, u64::from));
        for member in ty.members() {
            gaps.add(&self.shapes.resolve(&member), 1, true);
        }
        gaps.finish(1, true);
        self.paddings.insert(id, gaps.holes.padding);
        gaps.holes.padding
    }
}

/// Where a member starts: its byte, or the byte of its storage unit and the bit in that.
pub(super) fn place(field: &Resolved) -> (u64, Option<(u64, u64)>) {
    if field.width == 0 {
        return (field.bit_offset / 8, None);
    }
    let unit = field.size.saturating_mul(8).max(8);
    let start = field.bit_offset / unit * unit;
    (start / 8, Some((field.bit_offset - start, field.width)))
}
