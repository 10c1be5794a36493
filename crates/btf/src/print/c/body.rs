//! Bodies of structs, unions and enumerations, with the padding that puts members where BTF has them.

use super::decl::Item;
use super::{CError, Printer, names};
use crate::layout::{MAX_CHAIN, Shape, member_at};
use crate::{Array, Data, Kind, Type, TypeId};
use alloc::format;
use alloc::vec::Vec;
use core::fmt::Write as _;

/// How far printing a struct has come.
pub(super) struct Members {
    id: TypeId,
    index: usize,
    /// Tabs before the closing brace.
    depth: usize,
    shape: Shape,
    /// Bit after the last member; in a union, after the longest.
    position: u64,
    /// Whether a member is named `_`: Go gives that name to any number of them.
    has_blank: bool,
}

/// Padding longer than this is one array of bytes instead of a column of bitfields.
const MAX_PADDING_BITS: u64 = 4096 * 8;

impl Printer<'_, '_> {
    /// Prints `struct name {` or a whole enumeration.
    pub(super) fn begin_definition(
        &mut self,
        id: TypeId,
        depth: usize,
        stack: &mut Vec<Item>,
    ) -> Result<(), CError> {
        let Some(ty) = self.btf.get(id) else {
            return Ok(());
        };
        self.out.write_str(names::keyword(ty))?;
        if !self.is_nameless(id) {
            let name = self.names.of(self.btf, id);
            write!(self.out, " {name}")?;
        }
        if matches!(ty.kind(), Kind::Enum | Kind::Enum64) {
            return self.enumeration(id, ty, depth);
        }
        let Some(shape) = self.shapes.shape(id) else {
            return Ok(());
        };
        if ty.vlen() == 0 && ty.size() == Some(0) {
            return Ok(self.out.write_str(" {}")?);
        }
        self.out.write_str(" {\n")?;
        stack.push(Item::Members(Members {
            id,
            index: 0,
            depth,
            shape,
            position: 0,
            has_blank: false,
        }));
        Ok(())
    }

    /// Prints one member and comes back for the next.
    pub(super) fn next_member(
        &mut self,
        mut at: Members,
        stack: &mut Vec<Item>,
    ) -> Result<(), CError> {
        let Some(ty) = self.btf.get(at.id) else {
            return Ok(());
        };
        let Some(member) = member_at(ty, at.index) else {
            return self.end_of_struct(ty, &at);
        };
        at.index += 1;
        if self.has_no_size(member.ty) {
            // Padding takes its place.
            self.indent(at.depth + 1)?;
            let name = names::identifier(&self.btf.str(member.name)).into_owned();
            writeln!(self.out, "/* {name}: its type has no size */")?;
            stack.push(Item::Members(at));
            return Ok(());
        }
        let field = self.shapes.resolve(&member);
        let align = if at.shape.packed {
            1
        } else {
            self.shapes.align_of(member.ty).unwrap_or(1)
        };
        if ty.kind() == Kind::Union {
            at.position = at.position.max(field.bit_end());
        } else {
            let unit = field.size.saturating_mul(8).max(1);
            let last = at.position.saturating_add(field.width.saturating_sub(1));
            let natural = if field.width == 0 {
                at.position.checked_next_multiple_of(align * 8)
            } else if at.shape.packed || at.position / unit == last / unit {
                Some(at.position)
            } else {
                at.position.checked_next_multiple_of(unit)
            };
            if natural.is_some_and(|natural| natural < field.bit_offset) {
                self.padding(&at, field.bit_offset)?;
            }
            at.position = field.bit_end();
        }
        self.indent(at.depth + 1)?;
        let name = self.btf.str(member.name);
        let mut name = names::identifier(&name).into_owned();
        if name.is_empty() && field.width == 0 && !self.may_be_nameless(member.ty) {
            name = format!("__btf_nameless_{}", at.index - 1);
        }
        if name == "_" {
            if at.has_blank {
                name = format!("__btf_blank_{}", at.index - 1);
            }
            at.has_blank = true;
        }
        let depth = at.depth + 1;
        stack.push(Item::Members(at));
        stack.push(Item::Text(";\n"));
        if field.width != 0 {
            stack.push(Item::Owned(format!(": {}", field.width)));
        }
        stack.push(Item::Decl {
            ty: member.ty,
            name,
            depth,
        });
        Ok(())
    }

    /// Whether a member of this type can be without a name in C.
    fn may_be_nameless(&self, id: TypeId) -> bool {
        let resolved = crate::layout::resolve(self.btf, id);
        resolved.is_some_and(|(id, ty)| ty.kind().is_composite() && !self.is_tagged(id))
    }

    /// Whether nothing can be of this type: `void`, a function, or a type that is only declared, under whatever names
    /// and as elements of whatever arrays. C++ has members of type `decltype(nullptr)`, which DWARF gives no size, and
    /// debug information of a reduced kind only declares the types of headers.
    fn has_no_size(&self, mut id: TypeId) -> bool {
        for _ in 0..MAX_CHAIN {
            let Some(ty) = self.btf.get(id) else {
                return id == TypeId::VOID;
            };
            match ty.data() {
                Data::Typedef { target }
                | Data::Const { target }
                | Data::Volatile { target }
                | Data::Restrict { target }
                | Data::TypeTag { target } => id = target,
                Data::Array(Array { element, .. }) => id = element,
                Data::FuncProto { .. } | Data::Fwd(_) => return true,
                Data::Enum { .. } | Data::Enum64 { .. } => {
                    return ty.vlen() == 0 && !ty.name().is_empty();
                }
                _ => return false,
            }
        }
        false
    }

    fn end_of_struct(&mut self, ty: Type<'_>, at: &Members) -> Result<(), CError> {
        let size = u64::from(ty.size().unwrap_or(0)) * 8;
        let natural = at.position.checked_next_multiple_of(at.shape.align * 8);
        if natural.is_some_and(|natural| natural < size) {
            if ty.kind() == Kind::Union {
                // A bitfield cannot pad a union beyond 8 bytes.
                self.indent(at.depth + 1)?;
                writeln!(
                    self.out,
                    "unsigned char __btf_pad_{}[{}];",
                    at.id.0,
                    size / 8
                )?;
            } else {
                self.padding(at, size)?;
            }
        }
        self.indent(at.depth)?;
        self.out.write_char('}')?;
        if at.shape.packed {
            self.out.write_str(" __attribute__((packed))")?;
        }
        Ok(())
    }

    /// Unnamed bitfields from where a struct stands to bit `to`. They are never longer than what is left of the
    /// unit they lie in, so a compiler puts each where the one before ended.
    fn padding(&mut self, members: &Members, to: u64) -> Result<(), CError> {
        let (from, depth) = (members.position, members.depth + 1);
        let mut at = from;
        let long = self.widest;
        let units = [(8, "char"), (16, "short"), (32, "int"), (long, "long")];
        if to - from > MAX_PADDING_BITS {
            let start = from.next_multiple_of(8);
            self.indent(depth)?;
            let bytes = (to - start) / 8;
            let id = members.id.0;
            writeln!(
                self.out,
                "unsigned char __btf_pad_{id}_{}[{bytes}];",
                start / 8
            )?;
            at = start + bytes * 8;
        }
        while at < to {
            let room = |unit: u64| (to - at).min(unit - at % unit);
            let most = room(long);
            let (_, name) = (units.into_iter())
                .find(|&(unit, _)| room(unit) == most)
                .unwrap_or(units[3]);
            self.spend(1)?;
            self.indent(depth)?;
            writeln!(self.out, "{name}: {most};")?;
            at += most;
        }
        Ok(())
    }

    fn enumeration(&mut self, id: TypeId, ty: Type<'_>, depth: usize) -> Result<(), CError> {
        let size = ty.size().unwrap_or(4);
        self.spend(u64::from(ty.vlen()))?;
        if ty.vlen() == 0 {
            // C has no enumeration without values; a tag alone is a forward, no name is just a number.
            if self.btf.name(id).is_empty() {
                self.out.write_str(" { __btf_empty_")?;
                write!(self.out, "{} }}", id.0)?;
            }
            return Ok(());
        }
        self.out.write_str(" {\n")?;
        let (mut least, mut most) = (0i128, 0i128);
        for value in ty.enumerators() {
            (least, most) = (least.min(value.value), most.max(value.value));
            let name = self.btf.str(value.name);
            let plain = names::identifier(&name);
            let name = self.names.identifier(&plain);
            self.indent(depth + 1)?;
            let suffix = match (ty.kind(), ty.kind_flag()) {
                (Kind::Enum64, true) => "LL",
                (Kind::Enum64, false) => "ULL",
                _ => "",
            };
            // The least 64-bit number has no literal of its own.
            if value.value == i128::from(i64::MIN) {
                writeln!(self.out, "{name} = -9223372036854775807LL - 1,")?;
            } else {
                writeln!(self.out, "{name} = {}{suffix},", value.value)?;
            }
        }
        self.indent(depth)?;
        self.out.write_char('}')?;
        let wide = least < i128::from(i32::MIN)
            || most > i128::from(u32::MAX)
            || (least < 0 && most > i128::from(i32::MAX));
        self.out.write_str(match (size, wide) {
            // D has a type of that name.
            (1, _) if self.names.is_identifier("byte") => " __attribute__((mode(__byte__)))",
            (1, _) => " __attribute__((mode(byte)))",
            (2, _) => " __attribute__((mode(HI)))",
            (8, false) => " __attribute__((mode(DI)))",
            _ => "",
        })?;
        Ok(())
    }

    fn indent(&mut self, depth: usize) -> Result<(), CError> {
        for _ in 0..depth {
            self.out.write_char('\t')?;
        }
        Ok(())
    }
}
