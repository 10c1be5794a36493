//! DIEs of a name, a type and a number at most, which are read in one step.

use super::context::{UnitRole, WalkContext};
use super::encoder::Encoder;
use super::entries::DEPTH_LIMIT;
use super::unit_walk::{Die, Walk};
use crate::error::Error;
use crate::frame::{DieRole, Frame};
use crate::names::Names;
use crate::read::cursor::Cursor;
use crate::read::fast_die::{FastDie, FastKind};
use btf::{Info, Kind};

impl Encoder {
    /// Reads a DIE in one step if its abbreviation and its parent allow that; `false`, and nothing read, if not.
    #[inline(always)] // once for each of millions
    pub(super) fn fast_path(
        &mut self,
        die: Die,
        parent: DieRole,
        walk: &mut Walk<'_, '_>,
    ) -> Result<bool, Error> {
        let plan = self.plans.plan(die.plan);
        let Some(layout) = &plan.fast else {
            return Ok(false);
        };
        if walk.context.role != UnitRole::Own
            || !layout.kind.belongs_to(parent)
            || walk.frames.len() > DEPTH_LIMIT
        {
            return Ok(false);
        }
        let read = layout
            .read(&mut walk.cursor, &walk.context.reader, walk.names)
            .map_err(|cause| walk.context.unreadable(die.position, cause))?;
        let key = die.position as u32;
        let (kind, flags) = (layout.kind, layout.flags);
        match kind {
            FastKind::Typedef | FastKind::Modifier(_) => self.fast_type(kind, key, read, walk),
            FastKind::Open(parent_kind) => {
                let mut frame = Frame {
                    name: read.name,
                    target: walk.context.own_word(read.ty),
                    byte_size: flags.has_number.then_some(read.number),
                    declaration: flags.declaration,
                    ..self.empty_frame(parent_kind.role(), die.depth, key)
                };
                let (cursor, names) = (&mut walk.cursor, &mut *walk.names);
                let is_whole = !die.has_children
                    || self.fast_children(&mut frame, cursor, names, &walk.context)?;
                if is_whole {
                    walk.next_depth = die.depth;
                    self.finish(frame, walk)?;
                } else {
                    walk.frames.push(frame);
                }
            }
            kind => {
                if let Some(frame) = walk.frames.last_mut() {
                    frame.add(kind, read, &walk.context);
                    let (cursor, names) = (&mut walk.cursor, &mut *walk.names);
                    let is_whole = self.fast_children(frame, cursor, names, &walk.context)?;
                    walk.next_depth -= isize::from(is_whole);
                }
            }
        }
        Ok(true)
    }

    /// Emits the type of a DIE without children.
    #[inline]
    fn fast_type(&mut self, kind: FastKind, key: u32, die: FastDie, walk: &mut Walk<'_, '_>) {
        let ty = walk.context.own_word(die.ty);
        let (name, kind) = match kind {
            FastKind::Modifier(modifier) => (0, modifier.kind()),
            // libbpf refuses a typedef without a name; such a DIE is what it refers to.
            _ if die.name.is_empty() => return self.type_ids.define_alias(key, ty),
            _ => (die.name.0, Kind::Typedef),
        };
        let id = walk.unit.push(&[name, Info::new(kind, 0, false).0, ty]);
        self.type_ids.define(key, id);
    }

    /// Reads the children of `frame` from where the cursor is, as long as they can be read in one step and are
    /// noted in it. Tells whether they came to their end.
    fn fast_children<'a>(
        &self,
        frame: &mut Frame,
        cursor: &mut Cursor<'a>,
        names: &mut Names,
        context: &WalkContext<'_, 'a>,
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
            let layout = plan
                .fast
                .as_ref()
                .filter(|layout| layout.kind.is_part() && layout.kind.belongs_to(frame.role));
            let Some(layout) = layout else {
                cursor.position = start;
                return Ok(false);
            };
            let die = layout.read(cursor, &context.reader, names).map_err(fail)?;
            frame.add(layout.kind, die, context);
        }
    }
}

impl Frame {
    /// Adds a child that was read in one step.
    #[inline(always)] // once for each of millions
    pub(super) fn add(&mut self, kind: FastKind, die: FastDie, context: &WalkContext<'_, '_>) {
        let name = die.name.0;
        match kind {
            FastKind::Member => {
                // A layout has no offset of more than 16 bits.
                let bit_offset = die.number as u32 * 8;
                self.items
                    .extend([name, context.own_word(die.ty), bit_offset, 0]);
            }
            FastKind::Bitfield => {
                let (offset, width) = (die.number as u32, u32::from(die.width));
                self.items
                    .extend([name, context.own_word(die.ty), offset, width]);
                self.marked |= width != 0 || !offset.is_multiple_of(8);
            }
            FastKind::Enumerator => {
                self.marked |= die.negative;
                let (low, high) = (die.number as u32, (die.number >> 32) as u32);
                self.items.extend([name, low, high]);
            }
            FastKind::Parameter => self.items.extend([name, context.own_word(die.ty)]),
            FastKind::Dimension => self.push_bounds(context.first_index, die.number),
            FastKind::Typedef | FastKind::Modifier(_) | FastKind::Open(_) => {}
        }
    }
}
