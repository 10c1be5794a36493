//! DIEs that are read in one step.

use super::Encoder;
use super::context::WalkContext;
use crate::error::Error;
use crate::frame::{DieRole, Frame};
use crate::names::Names;
use crate::read::cursor::Cursor;
use crate::read::fast_die::{FastDie, FastFlags, FastKind};
use crate::unit::Unit;
use btf::{Info, Kind};

impl Encoder {
    /// Emits the type of a DIE without children.
    #[inline]
    pub(super) fn fast_type(
        &mut self,
        kind: FastKind,
        key: u32,
        die: FastDie,
        context: &WalkContext<'_, '_>,
        unit: &mut Unit,
    ) {
        let ty = context.own_word(die.ty);
        let (name, kind) = match kind {
            FastKind::Modifier(modifier) => (0, modifier.kind()),
            // libbpf refuses a typedef without a name; such a DIE is what it refers to.
            _ if die.name.is_empty() => return self.type_ids.define_alias(key, ty),
            _ => (die.name.0, Kind::Typedef),
        };
        let id = unit.push(&[name, Info::new(kind, 0, false).0, ty]);
        self.type_ids.define(key, id);
    }

    /// The frame of a DIE that was read in one step.
    #[inline]
    pub(super) fn fast_frame(
        &mut self,
        role: DieRole,
        depth: isize,
        key: u32,
        flags: FastFlags,
        die: FastDie,
        context: &WalkContext<'_, '_>,
    ) -> Frame {
        Frame {
            name: die.name,
            target: context.own_word(die.ty),
            byte_size: flags.has_number.then_some(die.number),
            declaration: flags.declaration,
            ..self.empty_frame(role, depth, key)
        }
    }

    /// Reads the children of `frame` from where the cursor is, as long as they can be read in one step and are
    /// noted in it. Tells whether they came to their end.
    pub(super) fn fast_children<'a>(
        &mut self,
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
    /// Notes a child.
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
            FastKind::Dimension => self.push_dimension(die.number.wrapping_add(1) as u32),
            FastKind::Typedef | FastKind::Modifier(_) | FastKind::Open(_) => {}
        }
    }
}
