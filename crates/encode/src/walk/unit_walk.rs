//! Where a walk over the DIEs of a unit is.

use super::context::WalkContext;
use crate::frame::Frame;
use crate::names::Names;
use crate::read::attributes::Attributes;
use crate::read::cursor::Cursor;
use crate::read::plan_table::PlanIndex;
use crate::sections::LocationSource;
use crate::unit::Unit;

/// A walk over the DIEs of one unit, or over a part of them.
pub(super) struct Walk<'w, 'a> {
    pub context: WalkContext<'w, 'a>,
    pub cursor: Cursor<'a>,
    pub names: &'w mut Names,
    pub locations: &'w mut dyn LocationSource,
    /// The unit being encoded, to which types are added.
    pub unit: &'w mut Unit,
    /// DIEs whose children are being walked, the innermost last.
    pub frames: Vec<Frame>,
    /// Attributes of the DIE that was decoded last.
    pub attributes: Attributes<'a>,
    /// The depth of the DIE to come; the unit's own DIE has 0.
    pub next_depth: isize,
    /// DIEs deeper than this are of no interest.
    pub skip_below: isize,
    /// Whether the one DIE that is walked of a borrowed unit has begun.
    pub has_begun: bool,
}

/// Where a DIE is and how to read it; the cursor is behind its code.
#[derive(Clone, Copy)]
pub(super) struct Die {
    /// Offset of its code in the unit.
    pub position: usize,
    pub plan: PlanIndex,
    pub depth: isize,
    pub has_children: bool,
}

impl<'w, 'a> Walk<'w, 'a> {
    pub fn new(
        context: WalkContext<'w, 'a>,
        cursor: Cursor<'a>,
        names: &'w mut Names,
        locations: &'w mut dyn LocationSource,
        unit: &'w mut Unit,
    ) -> Walk<'w, 'a> {
        Walk {
            context,
            cursor,
            names,
            locations,
            unit,
            frames: Vec::new(),
            attributes: Attributes::default(),
            next_depth: 0,
            skip_below: isize::MAX,
            has_begun: false,
        }
    }

    /// Leaves out the children of a DIE.
    pub fn skip_children_of(&mut self, die: Die) {
        if die.has_children {
            self.skip_below = die.depth;
        }
    }
}
