//! Where members lie: the System V ABI's rules, with what gcc's attributes change.

use super::error::{Cause, Error};
use super::specifiers::Attributes;
use super::types::{Id, Layout, Member, Ty, Types};
use btf::Kind;
use lang_c::ast::{StructDeclaration, StructDeclarator};
use lang_c::span::Node;

/// A struct or union that is being laid out. Places are counted in bits.
struct Packer {
    kind: Kind,
    packed: bool,
    /// Where the next member can begin.
    next: u64,
    /// Where the last one ends.
    end: u64,
    /// Bytes.
    alignment: u32,
}

impl Packer {
    /// Gives a member of so many bytes its place.
    fn place(&mut self, size: u64, alignment: u32, own: Attributes) -> Option<u64> {
        let alignment = match self.packed || own.packed {
            true => 1,
            false => alignment,
        };
        let alignment = alignment.max(own.aligned.unwrap_or(1));
        self.alignment = self.alignment.max(alignment);
        let start = self
            .next
            .checked_next_multiple_of(8 * u64::from(alignment))?;
        self.take(start, size.checked_mul(8)?)
    }

    /// Gives a bit-field of a type of so many bytes its place. One that would pass more units of its type's
    /// alignment than the type has begins at the next; an unnamed one aligns nothing, one of width 0 only what
    /// comes after it.
    fn place_bits(
        &mut self,
        (size, alignment): (u64, u32),
        width: u64,
        is_named: bool,
        own: Attributes,
    ) -> Option<u64> {
        let unit = 8 * u64::from(alignment);
        let mut start = self.next;
        if let Some(aligned) = own.aligned {
            start = start.checked_next_multiple_of(8 * u64::from(aligned))?;
        }
        let packed = self.packed || own.packed;
        let is_too_wide = (start % unit + width).div_ceil(unit) > size * 8 / unit;
        if width == 0 || !packed && is_too_wide {
            start = start.checked_next_multiple_of(unit)?;
        }
        if is_named {
            let alignment = if packed { 1 } else { alignment };
            let alignment = alignment.max(own.aligned.unwrap_or(1));
            self.alignment = self.alignment.max(alignment);
        }
        self.take(start, width)
    }

    fn take(&mut self, start: u64, bits: u64) -> Option<u64> {
        let end = start.checked_add(bits)?;
        self.end = self.end.max(end);
        if self.kind == Kind::Struct {
            self.next = end;
        }
        Some(start)
    }
}

impl Types<'_> {
    /// Lays the members of a struct or union out.
    pub(super) fn members(
        &mut self,
        kind: Kind,
        declarations: &[Node<StructDeclaration>],
        attributes: Attributes,
    ) -> Result<Layout, Error> {
        let mut packer = Packer {
            kind,
            packed: attributes.packed,
            next: 0,
            end: 0,
            alignment: attributes.aligned.unwrap_or(1),
        };
        let mut members: Vec<Member> = Vec::new();
        for declaration in declarations {
            let field = match &declaration.node {
                StructDeclaration::Field(field) => field,
                StructDeclaration::StaticAssert(assertion) => {
                    self.assertion(assertion)?;
                    continue;
                }
            };
            let (base, own) = self.qualified_type(&field.node.specifiers)?;
            let unnamed = [Node::new(
                StructDeclarator {
                    declarator: None,
                    bit_width: None,
                },
                field.span,
            )];
            // `struct { … };` within another: a member without a name. A tag alone declares no member.
            let is_member =
                matches!(self.get(base), Some(Ty::Composite { name, .. }) if name.is_empty());
            let declared = match field.node.declarators.as_slice() {
                [] if is_member => &unnamed,
                all => all,
            };
            for one in declared {
                if let Some(member) = self.member(&mut packer, base, own, one)? {
                    let twice = !member.name.is_empty()
                        && members.iter().any(|other| other.name == member.name);
                    if twice {
                        let cause = Cause::TwoMembers { name: member.name };
                        return self.fail(one.span, cause);
                    }
                    members.push(member);
                }
            }
        }
        let alignment = u64::from(packer.alignment);
        let size = packer.end.div_ceil(8).checked_next_multiple_of(alignment);
        let size = size.and_then(|size| u32::try_from(size).ok());
        // Offsets are bits in BTF, so the last must be one that 32 bits can say.
        match size.filter(|_| u32::try_from(packer.end).is_ok()) {
            Some(size) => Ok(Layout {
                size,
                alignment: packer.alignment,
                members,
            }),
            None => match declarations.first() {
                Some(first) => self.fail(first.span, Cause::OutOfRange),
                None => Ok(Layout::default()),
            },
        }
    }

    /// A member in its place; `None` for a bit-field that only fills.
    fn member(
        &mut self,
        packer: &mut Packer,
        base: Id,
        mut own: Attributes,
        one: &Node<StructDeclarator>,
    ) -> Result<Option<Member>, Error> {
        let (name, ty) = match &one.node.declarator {
            Some(declarator) => {
                self.attributes(&declarator.node.extensions, &mut own)?;
                self.declarator(base, &declarator.node)?
            }
            None => (None, base),
        };
        if let Some(Ty::Proto { .. }) = self.resolved(ty) {
            let what = "a member";
            return self.fail(one.span, Cause::Function { what });
        }
        let Some((size, alignment)) = self.sized(ty)? else {
            return self.no_size(ty, name.as_deref(), one);
        };
        let (start, bits) = match &one.node.bit_width {
            None => (packer.place(size, alignment, own), 0),
            Some(width) => {
                let width = self.number(width)?;
                let whole = match self.resolved(ty) {
                    Some(Ty::Int { encoding, .. }) if *encoding == btf::IntEncoding::BOOL => 1,
                    Some(Ty::Int { .. } | Ty::Enum { .. }) => size * 8,
                    _ => return self.fail(one.span, Cause::BitFieldType),
                };
                if width == 0 && name.is_some() {
                    return self.fail(one.span, Cause::BitFieldEmpty);
                }
                let fits = u8::try_from(width).ok();
                let fits = fits.filter(|&width| u64::from(width) <= whole);
                match fits.filter(|&width| width > 0 || name.is_none()) {
                    Some(width) => {
                        let named = name.is_some();
                        let place = packer.place_bits((size, alignment), width.into(), named, own);
                        (place, width)
                    }
                    None => {
                        let cause = Cause::BitFieldWidth { width, most: whole };
                        return self.fail(one.span, cause);
                    }
                }
            }
        };
        let Some(bit_offset) = start.and_then(|start| u32::try_from(start).ok()) else {
            return self.fail(one.span, Cause::OutOfRange);
        };
        let fills = one.node.bit_width.is_some() && name.is_none();
        Ok((!fills).then(|| Member {
            name: name.unwrap_or_default(),
            ty,
            bit_offset,
            bits,
        }))
    }

    /// Why the type of a member has no size.
    fn no_size<T>(
        &self,
        ty: Id,
        name: Option<&str>,
        one: &Node<StructDeclarator>,
    ) -> Result<T, Error> {
        let mut inner = ty;
        while let Some(Ty::Array { element, .. }) = self.resolved(inner) {
            inner = *element;
        }
        let is_open = self
            .open
            .iter()
            .any(|open| self.get(*open) == self.resolved(inner));
        let cause = match self.resolved(inner) {
            None => Cause::Void { what: "a member" },
            Some(Ty::Composite { kind, name, .. }) if is_open => Cause::ContainsItself {
                name: format!("{} {name}", super::specifiers::keyword(*kind)),
            },
            other => Cause::Incomplete {
                what: format!("the type of `{}`", name.unwrap_or("this member")),
                prelude: other.is_some_and(|other| self.prelude_would_define(other)),
            },
        };
        self.fail(one.span, cause)
    }
}
