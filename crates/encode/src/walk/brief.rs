//! DIEs that are read in one step.

use super::Encoder;
use super::context::Context;
use crate::Error;
use crate::cursor::Cursor;
use crate::frame::{Frame, Role};
use crate::names::Names;
use crate::shape::{Brief, Entry, Head};
use crate::unit::Unit;
use btf::{Info, Kind};

impl Encoder {
    /// Emits the type of a DIE without children.
    #[inline]
    pub(super) fn brief_type(
        &mut self,
        entry: Entry,
        key: u32,
        brief: Brief,
        context: &Context<'_, '_>,
        unit: &mut Unit,
    ) {
        let ty = context.own_word(brief.ty);
        let (name, kind) = match entry {
            Entry::Modifier(kind) => (0, kind),
            // libbpf refuses a typedef without a name; such a DIE is what it refers to.
            _ if brief.name.is_empty() => return self.references.define_alias(key, ty),
            _ => (brief.name.0, Kind::Typedef),
        };
        let id = unit.push(&[name, Info::new(kind, 0, false).0, ty]);
        self.references.define(key, id);
    }

    /// The frame of a DIE that was read in one step.
    #[inline]
    pub(super) fn brief_frame(
        &mut self,
        role: Role,
        depth: isize,
        key: u32,
        head: Head,
        brief: Brief,
        context: &Context<'_, '_>,
    ) -> Frame {
        Frame {
            name: brief.name,
            target: context.own_word(brief.ty),
            byte_size: head.has_number.then_some(brief.number),
            declaration: head.declaration,
            ..self.empty_frame(role, depth, key)
        }
    }

    /// Reads the children of `frame` from where the cursor is, as long as they can be read in one step and are
    /// noted in it. Tells whether they came to their end.
    pub(super) fn brief_children<'a>(
        &mut self,
        frame: &mut Frame,
        cursor: &mut Cursor<'a>,
        names: &mut Names,
        context: &Context<'_, 'a>,
    ) -> Result<bool, Error> {
        loop {
            let start = cursor.position;
            let fail = |cause| context.unreadable(start, cause);
            if cursor.is_at_end() {
                return Ok(false);
            }
            let code = cursor.code().map_err(fail)?;
            if code == 0 {
                return Ok(true);
            }
            let plan = self.plans.plan(self.codes.find(code).map_err(fail)?);
            let shape = plan
                .shape
                .as_ref()
                .filter(|shape| shape.entry.is_part() && shape.entry.belongs_to(frame.role));
            let Some(shape) = shape else {
                cursor.position = start;
                return Ok(false);
            };
            let brief = shape.read(cursor, &context.reader, names).map_err(fail)?;
            frame.add(shape.entry, brief, context);
        }
    }
}

impl Frame {
    /// Notes a child.
    #[inline(always)] // once for each of millions
    pub(super) fn add(&mut self, entry: Entry, brief: Brief, context: &Context<'_, '_>) {
        let name = brief.name.0;
        match entry {
            Entry::Member => {
                // A shape has no offset of more than 16 bits.
                let bit_offset = brief.number as u32 * 8;
                self.items
                    .extend([name, context.own_word(brief.ty), bit_offset, 0]);
            }
            Entry::Bitfield => {
                let (offset, width) = (brief.number as u32, u32::from(brief.width));
                self.items
                    .extend([name, context.own_word(brief.ty), offset, width]);
                self.marked |= width != 0 || !offset.is_multiple_of(8);
            }
            Entry::Enumerator => {
                self.marked |= brief.negative;
                let (low, high) = (brief.number as u32, (brief.number >> 32) as u32);
                self.items.extend([name, low, high]);
            }
            Entry::Parameter => self.items.extend([name, context.own_word(brief.ty)]),
            Entry::Dimension => self.push_dimension(brief.number.wrapping_add(1) as u32),
            Entry::Typedef | Entry::Modifier(_) | Entry::Open(_) => {}
        }
    }
}
