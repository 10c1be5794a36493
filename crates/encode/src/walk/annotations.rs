//! `DW_TAG_GNU_annotation`, GCC 16's way to attach tags.
//!
//! A DIE names its first annotation, and an annotation may name the next. gcc 16.2 puts most of them behind the DIEs
//! that name them, so an annotation is read when a DIE names it, and not where the walk meets it.

use super::context::WalkContext;
use super::encoder::Encoder;
use crate::names::Names;
use crate::other_units::Area;
use crate::read::attributes::Attributes;
use crate::read::cursor::Cursor;
use crate::read::parent_filter::DW_TAG_GNU_ANNOTATION;
use crate::read::value::DieRef;
use btf::StringOffset;

/// More annotations than a DIE has, and a bound where damaged input runs in circles.
const CHAIN_LIMIT: usize = 64;

/// What an annotation's name says that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BtfTag {
    /// `btf_decl_tag`.
    Decl,
    /// `btf_type_tag`.
    Type,
}

impl BtfTag {
    /// The kind that a name stands for; other annotations have none.
    pub fn of(name: &[u8]) -> Option<BtfTag> {
        match name {
            b"btf_decl_tag" => Some(BtfTag::Decl),
            b"btf_type_tag" => Some(BtfTag::Type),
            _ => None,
        }
    }
}

impl Encoder {
    /// The values of one kind in the chain of annotations that begins at `first`, in the order of the chain. A chain
    /// that leads nowhere or has no end counts as dangling, and its values are none.
    ///
    /// `cursor` may be anywhere in the unit of the reference.
    pub(super) fn annotations<'a>(
        &self,
        first: DieRef,
        wanted: BtfTag,
        context: &WalkContext<'_, 'a>,
        cursor: Cursor<'a>,
        names: &mut Names,
        dangling: &mut u32,
    ) -> Vec<StringOffset> {
        let (mut next, mut values) = (first, Vec::new());
        for _ in 0..CHAIN_LIMIT {
            if next == DieRef::None {
                return values;
            }
            let Some(annotation) = self.annotation(next, context, cursor, names) else {
                break;
            };
            let name = annotation.name().unwrap_or_default();
            if BtfTag::of(context.text(name, names)) == Some(wanted) {
                values.push(annotation.text());
            }
            next = annotation.annotation;
        }
        *dangling = dangling.saturating_add(1);
        Vec::new()
    }

    /// The annotation at a place; `None` when the place is in another unit or has none.
    fn annotation<'a>(
        &self,
        reference: DieRef,
        context: &WalkContext<'_, 'a>,
        mut cursor: Cursor<'a>,
        names: &mut Names,
    ) -> Option<Attributes<'a>> {
        let offset = match reference {
            DieRef::Unit(offset) => offset,
            DieRef::Info(offset) if context.place.area != Area::Types => {
                offset.checked_sub(context.place.offset)?
            }
            _ => return None,
        };
        cursor.position = usize::try_from(offset).ok()?;
        let plan = self.plans.plan(self.codes.find(cursor.code().ok()?).ok()?);
        if plan.tag != DW_TAG_GNU_ANNOTATION {
            return None;
        }
        let mut attributes = Attributes::default();
        plan.read(&mut cursor, &context.reader, names, &mut attributes)
            .ok()?;
        Some(attributes)
    }
}
