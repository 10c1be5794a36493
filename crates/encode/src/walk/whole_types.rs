//! Types that are read whole: each is a DIE that is read in one step, and so are its children. Nearly all types are, so
//! they are written where they stay, with references to earlier types, and nothing of them waits for the end.

use super::context::{UnitRole, WalkContext};
use super::encoder::Encoder;
use super::entries::DEPTH_LIMIT;
use super::unit_walk::{Die, Walk};
use crate::frame::{DIMENSIONS_LIMIT, count_between};
use crate::names::Names;
use crate::read::cursor::Cursor;
use crate::read::fast_die::{FastDie, FastFlags, FastKind, FastLayout, ParentKind};
use crate::read::plan_table::FastTable;
use crate::types::type_ids::TypeIds;
use crate::unit::{INDEX_TYPE, Unit};
use btf::{Info, Kind};

impl Encoder {
    /// Reads the type at `die` and those that follow it, as long as they are whole. `false`, and nothing read, if the first
    /// is none of them.
    #[inline(always)] // once for each of millions
    pub(super) fn whole_types(&mut self, die: Die, walk: &mut Walk<'_, '_>) -> bool {
        let layout = &self.plans.plan(die.plan).fast;
        let is_type = layout.is_some_and(|layout| layout.kind.is_type());
        // Other languages have members in another order than that of their offsets.
        let may_be_whole = is_type
            && walk.context.role == UnitRole::Own
            && !walk.context.reorders
            && walk.frames.len() <= DEPTH_LIMIT;
        may_be_whole && self.read_whole_types(die, walk)
    }

    #[inline(never)]
    fn read_whole_types(&mut self, die: Die, walk: &mut Walk<'_, '_>) -> bool {
        let first = walk.unit.next_id();
        let mut cursor = walk.cursor;
        cursor.position = die.position;
        let mut types = WholeTypes {
            layouts: &self.layouts,
            context: &walk.context,
            names: walk.names,
            type_ids: &mut self.type_ids,
            unit: walk.unit,
        };
        let position = types.read(cursor);
        self.type_ids.settle(first..walk.unit.next_id());
        if position == die.position {
            return false;
        }
        walk.cursor.position = position;
        walk.next_depth = die.depth;
        true
    }
}

/// Where types that are read whole come from, and where they go.
struct WholeTypes<'t, 'w, 'a> {
    layouts: &'t FastTable,
    context: &'t WalkContext<'w, 'a>,
    names: &'t mut Names,
    type_ids: &'t mut TypeIds,
    unit: &'t mut Unit,
}

impl<'t, 'a> WholeTypes<'t, '_, 'a> {
    /// Reads types up to the first that is not whole; gives the position of its DIE.
    fn read(&mut self, mut cursor: Cursor<'a>) -> usize {
        loop {
            let start = cursor.position;
            let (words, mark) = (self.unit.words.len(), self.type_ids.mark());
            if self.read_type(&mut cursor).is_none() {
                self.unit.words.truncate(words);
                self.type_ids.forget(mark);
                return start;
            }
        }
    }

    /// Reads a type; `None` if it is not whole.
    #[inline(always)] // in the loop
    fn read_type(&mut self, cursor: &mut Cursor<'a>) -> Option<()> {
        let key = cursor.position as u32;
        let code = cursor.small_code()?;
        let layout = self.layouts.get(code)?;
        if !layout.kind.is_type() {
            return None;
        }
        let die = self.die(cursor, layout)?;
        let id = match layout.kind {
            FastKind::Modifier(modifier) => self.reference(0, modifier.kind(), die.ty),
            FastKind::Typedef if die.name.is_empty() => {
                // libbpf refuses a typedef without a name; such a DIE is what it refers to.
                self.type_ids
                    .define_alias(key, self.context.own_word(die.ty));
                return Some(());
            }
            FastKind::Typedef => self.reference(die.name.0, Kind::Typedef, die.ty),
            FastKind::Open(kind @ (ParentKind::Struct | ParentKind::Union)) => {
                self.composite(cursor, layout, die, kind)?
            }
            FastKind::Open(ParentKind::Prototype) => self.prototype(cursor, layout, die)?,
            FastKind::Open(ParentKind::Enum) => {
                cursor.follow(|ahead| self.enumeration(ahead, layout, die))?
            }
            FastKind::Open(ParentKind::Array) => {
                cursor.follow(|ahead| self.array(ahead, layout, die))?
            }
            FastKind::Open(ParentKind::Block)
            | FastKind::Member
            | FastKind::Bitfield
            | FastKind::Enumerator
            | FastKind::Parameter
            | FastKind::Ellipsis
            | FastKind::Dimension => return None,
        };
        self.type_ids.define(key, id);
        Some(())
    }

    #[inline(always)] // once for each of millions
    fn die(&mut self, cursor: &mut Cursor<'a>, layout: &FastLayout) -> Option<FastDie> {
        layout.read(cursor, &self.context.reader, self.names)
    }

    /// The next child's layout, the outer `None` if it has none; the inner at the end of children.
    #[inline(always)] // once for each of millions
    fn child(&self, cursor: &mut Cursor<'a>) -> Option<Option<&'t FastLayout>> {
        match cursor.small_code()? {
            0 => Some(None),
            code => self.layouts.get(code).map(Some),
        }
    }

    /// The word for a reference of the type to come; it will be number `at` of all words.
    #[inline(always)] // once for each of millions
    fn word(&mut self, key: u32, at: usize) -> u32 {
        match self.type_ids.early_id(key) {
            Some(id) => id,
            None => self.late_word(key, at),
        }
    }

    #[inline(never)]
    fn late_word(&mut self, key: u32, at: usize) -> u32 {
        let word = self.context.own_word(key);
        if word != 0 {
            self.type_ids.note_late(at, self.unit.next_id());
        }
        word
    }

    /// Writes a type of three words.
    #[inline(always)] // once for each of millions
    fn reference(&mut self, name: u32, kind: Kind, to: u32) -> u32 {
        let to = self.word(to, self.unit.words.len() + 2);
        self.unit.push(&[name, Info::new(kind, 0, false).0, to])
    }

    /// Ends the type whose words begin at `start`.
    #[inline(always)] // once for each of millions
    fn finish(&mut self, start: usize, kind: Kind, vlen: u32, flag: bool) -> Option<u32> {
        if vlen > Info::MAX_VLEN {
            return None;
        }
        *self.unit.words.get_mut(start + 1)? = Info::new(kind, vlen, flag).0;
        let id = self.unit.next_id();
        self.unit.starts.push(start as u32);
        Some(id)
    }

    #[inline(always)] // in the loop
    fn composite(
        &mut self,
        cursor: &mut Cursor<'a>,
        layout: &FastLayout,
        die: FastDie,
        kind: ParentKind,
    ) -> Option<u32> {
        let kind = match kind {
            ParentKind::Union => Kind::Union,
            _ => Kind::Struct,
        };
        let size = u32::try_from(die.number).ok()?;
        let start = self.unit.words.len();
        if layout.flags.has(FastFlags::DECLARATION) {
            if die.name.is_empty() || layout.flags.has(FastFlags::CHILDREN) {
                return None;
            }
            self.unit.words.extend_from_slice(&[die.name.0, 0, 0]);
            return self.finish(start, Kind::Fwd, 0, kind == Kind::Union);
        }
        self.unit.words.extend_from_slice(&[die.name.0, 0, size]);
        let (mut vlen, mut has_bitfield) = (0, false);
        if layout.flags.has(FastFlags::CHILDREN) {
            while let Some(layout) = self.child(cursor)? {
                let scale = match layout.kind {
                    FastKind::Member => 8,
                    FastKind::Bitfield => 1,
                    _ => return None,
                };
                let die = self.die(cursor, layout)?;
                // A layout has no offset of more than 16 bits, and no width of more than 8.
                let offset = die.number as u32 * scale;
                has_bitfield |= die.width != 0 || !offset.is_multiple_of(8);
                let ty = self.word(die.ty, self.unit.words.len() + 1);
                let place = offset | u32::from(die.width) << 24;
                self.unit.words.extend_from_slice(&[die.name.0, ty, place]);
                vlen += 1;
            }
        }
        self.finish(start, kind, vlen, has_bitfield)
    }

    #[inline(always)] // in the loop
    fn prototype(
        &mut self,
        cursor: &mut Cursor<'a>,
        layout: &FastLayout,
        die: FastDie,
    ) -> Option<u32> {
        let start = self.unit.words.len();
        let result = self.word(die.ty, start + 2);
        self.unit.words.extend_from_slice(&[0, 0, result]);
        let (mut vlen, mut is_variadic) = (0, false);
        if layout.flags.has(FastFlags::CHILDREN) {
            while let Some(layout) = self.child(cursor)? {
                match layout.kind {
                    FastKind::Parameter => {}
                    FastKind::Ellipsis => {
                        is_variadic = true;
                        continue;
                    }
                    _ => return None,
                }
                let die = self.die(cursor, layout)?;
                let ty = self.word(die.ty, self.unit.words.len() + 1);
                self.unit.words.extend_from_slice(&[die.name.0, ty]);
                vlen += 1;
            }
        }
        if is_variadic {
            self.unit.words.extend_from_slice(&[0, 0]);
            vlen += 1;
        }
        self.finish(start, Kind::FuncProto, vlen, false)
    }

    /// An enumeration of at most 4 bytes: a larger one may need more than its enumerators say.
    fn enumeration(
        &mut self,
        cursor: &mut Cursor<'a>,
        layout: &FastLayout,
        die: FastDie,
    ) -> Option<u32> {
        let size = match die.number {
            0 => 4,
            number => u32::try_from(number).ok().filter(|&size| size <= 4)?,
        };
        let start = self.unit.words.len();
        self.unit.words.extend_from_slice(&[die.name.0, 0, size]);
        let (mut vlen, mut is_signed) = (0, false);
        let mut value = FastDie::default();
        if layout.flags.has(FastFlags::CHILDREN) {
            while let Some(layout) = self.child(cursor)? {
                if layout.kind != FastKind::Enumerator {
                    return None;
                }
                layout.read_into(cursor, &self.context.reader, self.names, &mut value)?;
                is_signed |= value.negative;
                self.unit
                    .words
                    .extend_from_slice(&[value.name.0, value.number as u32]);
                vlen += 1;
            }
        }
        // Without ENUM64 pahole knows no signed enumerations.
        let is_signed = is_signed && self.context.encoded.choices.enum64;
        self.finish(start, Kind::Enum, vlen, is_signed)
    }

    fn array(&mut self, cursor: &mut Cursor<'a>, layout: &FastLayout, die: FastDie) -> Option<u32> {
        let mut counts = [0; DIMENSIONS_LIMIT];
        let mut dimensions = 0;
        let mut dimension = FastDie::default();
        if layout.flags.has(FastFlags::CHILDREN) {
            while let Some(layout) = self.child(cursor)? {
                if layout.kind != FastKind::Dimension {
                    return None;
                }
                let reader = &self.context.reader;
                layout.read_into(cursor, reader, self.names, &mut dimension)?;
                let count = match layout.flags.has(FastFlags::NUMBER) {
                    true => count_between(self.context.first_index, dimension.number),
                    false => 0,
                };
                *counts.get_mut(dimensions)? = u32::try_from(count).ok()?;
                dimensions += 1;
            }
        }
        if dimensions == 0 {
            (counts[0], dimensions) = (1, 1);
        }
        self.unit.has_array = true;
        let info = Info::new(Kind::Array, 0, false).0;
        let mut element = self.word(die.ty, self.unit.words.len() + 3);
        for &count in counts.get(..dimensions)?.iter().rev() {
            let words = [0, info, 0, element, INDEX_TYPE, count];
            element = self.unit.push(&words);
        }
        Some(element)
    }
}
