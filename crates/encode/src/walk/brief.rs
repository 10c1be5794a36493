//! DIEs that are read in one step.

use super::Encoder;
use super::context::Context;
use crate::frame::Frame;
use crate::shape::{Brief, Entry};
use crate::unit::Unit;
use btf::{Info, Kind};

impl Encoder {
    /// Notes a DIE without children, or emits its type.
    #[inline]
    pub(super) fn brief(
        &mut self,
        entry: Entry,
        key: u32,
        brief: Brief,
        frames: &mut [Frame],
        context: &Context<'_, '_>,
        unit: &mut Unit,
    ) {
        let ty = context.word(brief.ty);
        let name = brief.name.0;
        let parent = match entry {
            Entry::Modifier(kind) => {
                let id = unit.push(&[0, Info::new(kind, 0, false).0, ty]);
                return self.references.define(key, id);
            }
            // libbpf refuses a typedef without a name; such a DIE is what it refers to.
            Entry::Typedef if brief.name.is_empty() => {
                return self.references.define_alias(key, ty);
            }
            Entry::Typedef => {
                let id = unit.push(&[name, Info::new(Kind::Typedef, 0, false).0, ty]);
                return self.references.define(key, id);
            }
            Entry::Member | Entry::Enumerator | Entry::Parameter | Entry::Dimension => {
                frames.last_mut()
            }
        };
        let Some(parent) = parent else { return };
        match entry {
            Entry::Member => {
                // A shape has no offset of more than 16 bits.
                let bit_offset = brief.number as u32 * 8;
                parent.items.extend([name, ty, bit_offset, 0]);
            }
            Entry::Enumerator => {
                parent.marked |= brief.negative;
                let (low, high) = (brief.number as u32, (brief.number >> 32) as u32);
                parent.items.extend([name, low, high]);
            }
            Entry::Parameter => parent.items.extend([name, ty]),
            Entry::Dimension => parent.push_dimension(brief.number.wrapping_add(1) as u32),
            Entry::Typedef | Entry::Modifier(_) => {}
        }
    }
}
