//! The loop over the DIEs of a unit.

use super::context::UnitRole;
use super::encoder::Encoder;
use super::unit_walk::{Die, Walk};
use crate::error::Error;
use crate::frame::{DieRole, Frame};
use crate::read::attributes::Field;
use crate::read::value::DieRef;
use btf::StringOffset;

/// Deeper nesting than any compiler makes.
pub(super) const DEPTH_LIMIT: usize = 4096;

impl Encoder {
    /// Walks the DIEs below the open one: to the end of the unit, or, in a borrowed unit, one DIE with its children.
    pub(super) fn walk_entries(&mut self, walk: &mut Walk<'_, '_>) -> Result<(), Error> {
        while let Some(die) = self.next_die(walk)? {
            self.close_until(die.depth, walk)?;
            let Some(parent) = walk.frames.last() else {
                // What a damaged file may have behind the unit's own DIE does not count.
                break;
            };
            let parent = parent.role;
            if !self.whole_types(die, walk) && !self.fast_path(die, parent, walk)? {
                self.decode_and_open(die, parent, walk)?;
            }
        }
        self.close_until(isize::MIN, walk)
    }

    /// The next DIE, without those below a DIE of no interest.
    #[inline(always)] // in one loop with what follows, as it is called for each of millions
    pub(super) fn next_die(&mut self, walk: &mut Walk<'_, '_>) -> Result<Option<Die>, Error> {
        while !walk.cursor.is_at_end() {
            if walk.context.role == UnitRole::Borrowed {
                // The one DIE ends where the next one on its level begins.
                if walk.has_begun && walk.next_depth <= 1 {
                    return Ok(None);
                }
                walk.has_begun = true;
            }
            let position = walk.cursor.position;
            let fail = |cause| walk.context.unreadable(position, cause);
            let code = walk.cursor.code().map_err(fail)?;
            if code == 0 {
                walk.next_depth -= 1;
                continue;
            }
            let index = self.codes.find(code).map_err(fail)?;
            let plan = self.plans.plan(index);
            let depth = walk.next_depth;
            walk.next_depth += isize::from(plan.has_children);
            if plan.signatures {
                plan.each_signature(walk.cursor, |signature| walk.context.use_type(signature))
                    .map_err(fail)?;
            }
            if depth > walk.skip_below {
                plan.skip(&mut walk.cursor).map_err(fail)?;
                continue;
            }
            walk.skip_below = isize::MAX;
            return Ok(Some(Die {
                position,
                plan: index,
                depth,
                has_children: plan.has_children,
            }));
        }
        Ok(None)
    }

    /// Closes the open DIEs of this depth and deeper.
    #[inline(always)]
    fn close_until(&mut self, depth: isize, walk: &mut Walk<'_, '_>) -> Result<(), Error> {
        while let Some(frame) = walk.frames.pop_if(|frame| frame.depth >= depth) {
            self.finish(frame, walk)?;
        }
        Ok(())
    }

    /// Reads all attributes of a DIE by its plan, and opens it if its children matter.
    #[inline(always)]
    fn decode_and_open(
        &mut self,
        die: Die,
        parent: DieRole,
        walk: &mut Walk<'_, '_>,
    ) -> Result<(), Error> {
        let plan = self.plans.plan(die.plan);
        let tag = plan.tag;
        let fail = |cause| walk.context.unreadable(die.position, cause);
        if !plan.parents.below(parent) {
            let may_skip = die.has_children && !walk.context.reader.sections.has_type_units;
            if may_skip && plan.skip_children(&mut walk.cursor) {
                walk.next_depth = die.depth;
            } else {
                plan.skip(&mut walk.cursor).map_err(fail)?;
                walk.skip_children_of(die);
            }
            return Ok(());
        }
        let reader = &walk.context.reader;
        plan.read(&mut walk.cursor, reader, walk.names, &mut walk.attributes)
            .map_err(fail)?;
        let key = walk.context.key(die.position);
        if walk.context.is_known(key) {
            walk.skip_children_of(die);
            return Ok(());
        }
        if walk.frames.len() > DEPTH_LIMIT {
            return Err(Error::TooDeep {
                offset: walk.context.offset(key),
                limit: DEPTH_LIMIT,
            });
        }
        match self.open(tag, key, walk) {
            None => walk.skip_children_of(die),
            Some(DieRole::Other) => {
                self.leaf(tag, key, walk);
                walk.skip_children_of(die);
            }
            // What these are has been noted; only children would add to it.
            Some(DieRole::Member(_) | DieRole::Parameter(..) | DieRole::Variable(_))
                if !die.has_children => {}
            Some(role) => {
                let frame = self.frame(die.depth, key, role, walk);
                if die.has_children {
                    walk.frames.push(frame);
                } else {
                    self.finish(frame, walk)?;
                }
            }
        }
        Ok(())
    }

    /// The frame of a DIE whose attributes were decoded.
    fn frame(&mut self, depth: isize, key: u32, role: DieRole, walk: &Walk<'_, '_>) -> Frame {
        let (attributes, context) = (&walk.attributes, &walk.context);
        Frame {
            name: attributes.name().unwrap_or_default(),
            target: context.word(attributes.ty),
            annotation: attributes.annotation,
            link: context.word(attributes.link),
            byte_size: attributes.number(Field::ByteSize),
            declaration: attributes.has(Field::Declaration),
            ..self.empty_frame(role, depth, key)
        }
    }

    /// A frame that says nothing yet.
    #[inline]
    pub(super) fn empty_frame(&mut self, role: DieRole, depth: isize, key: u32) -> Frame {
        let mut items = self.items.pop().unwrap_or_default();
        items.clear();
        Frame {
            depth,
            key,
            role,
            name: StringOffset::EMPTY,
            target: 0,
            annotation: DieRef::None,
            link: 0,
            byte_size: None,
            declaration: false,
            items,
            bitfields: Vec::new(),
            tags: Vec::new(),
            marked: false,
        }
    }
}
