//! DIEs of a name, a type and a number at most, which are read in one step.

use super::context::{UnitRole, WalkContext};
use super::encoder::Encoder;
use super::entries::DEPTH_LIMIT;
use super::unit_walk::{Die, Walk};
use crate::error::Error;
use crate::frame::{DieRole, Frame};
use crate::read::fast_die::{FastDie, FastFlags, FastKind};
use btf::{Info, Kind};

impl Encoder {
    /// Reads a DIE in one step if its abbreviation and its parent allow that; `false`, and nothing read, if not.
    #[inline]
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
        let mut cursor = walk.cursor;
        let mut read = FastDie::default();
        let reader = &walk.context.reader;
        if layout
            .read_into(&mut cursor, reader, walk.names, &mut read)
            .is_none()
        {
            return Ok(false);
        }
        walk.cursor = cursor;
        let key = die.position as u32;
        let (kind, flags) = (layout.kind, layout.flags);
        match kind {
            FastKind::Typedef | FastKind::Modifier(_) => self.fast_type(kind, key, &read, walk),
            FastKind::Open(parent_kind) => {
                let frame = Frame {
                    name: read.name,
                    target: walk.context.own_word(read.ty),
                    byte_size: flags.has(FastFlags::NUMBER).then_some(read.number),
                    declaration: flags.has(FastFlags::DECLARATION),
                    ..self.empty_frame(parent_kind.role(), die.depth, key)
                };
                if die.has_children {
                    walk.frames.push(frame);
                } else {
                    self.finish(frame, walk)?;
                }
            }
            kind => {
                if let Some(frame) = walk.frames.last_mut() {
                    frame.add(kind, flags, &read, &walk.context);
                }
            }
        }
        Ok(true)
    }

    /// Emits the type of a DIE without children.
    #[inline]
    fn fast_type(&mut self, kind: FastKind, key: u32, die: &FastDie, walk: &mut Walk<'_, '_>) {
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
}

impl Frame {
    /// Adds a child that was read in one step.
    fn add(
        &mut self,
        kind: FastKind,
        flags: FastFlags,
        die: &FastDie,
        context: &WalkContext<'_, '_>,
    ) {
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
            FastKind::Ellipsis => self.marked = true,
            FastKind::Dimension if flags.has(FastFlags::NUMBER) => {
                self.push_bounds(context.first_index, die.number);
            }
            FastKind::Dimension => self.push_count(0),
            FastKind::Typedef | FastKind::Modifier(_) | FastKind::Open(_) => {}
        }
    }
}
