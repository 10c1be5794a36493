//! A DIE ends: its type is written.

use super::annotations::BtfTag;
use super::context::{UnitRole, WalkContext};
use super::encoder::Encoder;
use super::unit_walk::Walk;
use crate::error::Error;
use crate::frame::{DieRole, Frame};
use crate::read::value::DieRef;
use crate::types::members;
use crate::types::scalars::{self, Scalar};
use crate::unit::{DeclTag, INDEX_TYPE, Inexpressible, Unit};
use btf::{Info, Kind, StringOffset};
use gimli::constants as dw;

/// The names that compilers give the type of `nullptr`: `decltype(nullptr)`, `typeof (nullptr)`, `nullptr_t`.
fn is_null_pointer(name: &[u8]) -> bool {
    name.windows(7).any(|part| part == b"nullptr")
}

impl Encoder {
    /// A type whose children are of no interest: emitted at once.
    pub(super) fn leaf(&mut self, tag: dw::DwTag, key: u32, walk: &mut Walk<'_, '_>) {
        let (attributes, context) = (&walk.attributes, &walk.context);
        let (names, unit) = (&mut *walk.names, &mut *walk.unit);
        let target = context.word(attributes.ty);
        let kind = match tag {
            dw::DW_TAG_base_type => {
                let name = attributes.name().unwrap_or_default();
                let is_int = context.text(name, names) == b"int";
                let debug_str = context.reader.sections.debug_str;
                let id =
                    match scalars::base_type(attributes, context.encoded.choices, names, debug_str)
                    {
                        Scalar::Int(words) => unit.push(&words),
                        Scalar::Float(words) => unit.push(&words),
                        Scalar::Complex(name, part) => {
                            self.count(Inexpressible::Complex, context);
                            let (real, imaginary) = (names.intern(b"real"), names.intern(b"imag"));
                            let number = unit.next_id() + 1;
                            let words =
                                members::pair(name, [real, imaginary], [number; 2], part[2]);
                            let id = unit.push(&words);
                            unit.push(&part);
                            id
                        }
                    };
                if is_int && unit.int_type.is_none() {
                    unit.int_type = Some(id);
                }
                return self.type_ids.define(key, id);
            }
            dw::DW_TAG_const_type => Kind::Const,
            dw::DW_TAG_volatile_type => Kind::Volatile,
            dw::DW_TAG_restrict_type => Kind::Restrict,
            // BTF has no word for it: it is what it refers to, or void.
            dw::DW_TAG_atomic_type => {
                return self.type_ids.define_alias(key, target);
            }
            // C23's and C++'s `nullptr_t` has the size and the alignment of `void *`.
            dw::DW_TAG_unspecified_type
                if attributes
                    .name()
                    .is_some_and(|name| is_null_pointer(context.text(name, names))) =>
            {
                Kind::Ptr
            }
            _ => return self.type_ids.define_void(key),
        };
        let id = unit.push(&[0, Info::new(kind, 0, false).0, target]);
        self.type_ids.define(key, id);
    }

    /// Emits the type of a DIE whose children have all been walked.
    pub(super) fn finish(
        &mut self,
        mut frame: Frame,
        walk: &mut Walk<'_, '_>,
    ) -> Result<(), Error> {
        if frame.annotation != DieRef::None {
            self.attach_annotations(&mut frame, walk);
        }
        let (context, unit) = (&walk.context, &mut *walk.unit);
        let target = frame.target;
        let name = frame.name;
        let too_large = |what| Error::TooLarge {
            offset: context.offset(frame.key),
            what,
        };
        let id = match frame.role {
            // It stands for the definition in a type unit: gcc gives it no name, clang a declaration's.
            DieRole::Struct | DieRole::Union | DieRole::Enum if frame.link != 0 => {
                self.type_ids.define_alias(frame.key, frame.link);
                None
            }
            DieRole::Struct | DieRole::Union => {
                let kind = if frame.role == DieRole::Union {
                    Kind::Union
                } else {
                    Kind::Struct
                };
                self.finish_composite(kind, &mut frame, name, context, unit)?
            }
            DieRole::Enum if frame.byte_size == Some(16) => {
                self.count(Inexpressible::WideEnum, context);
                Some(unit.push(&scalars::wide_enumeration(&frame, walk.names)))
            }
            DieRole::Enum => {
                let done = scalars::enumeration(&frame, context.encoded.choices, &mut self.scratch);
                done.ok_or_else(|| too_large("an enumeration"))?;
                if Info(self.scratch[1]).kind() == Kind::Enum64 && target != 0 {
                    self.enum_types.push((unit.words.len() + 1, target));
                }
                Some(unit.push(&self.scratch))
            }
            DieRole::Array => {
                unit.has_array = true;
                if frame.marked {
                    self.count(Inexpressible::LargeArray, context);
                }
                let info = Info::new(Kind::Array, 0, false).0;
                let mut element = target;
                let dimensions: &[u32] = if frame.items.is_empty() {
                    &[1]
                } else {
                    &frame.items
                };
                for &count in dimensions.iter().rev() {
                    element = unit.push(&[0, info, 0, element, INDEX_TYPE, count]);
                }
                Some(element)
            }
            DieRole::Prototype => {
                let vlen = frame.items.len() / 2 + usize::from(frame.marked);
                let vlen = u32::try_from(vlen)
                    .ok()
                    .filter(|&vlen| vlen <= Info::MAX_VLEN);
                let vlen = vlen.ok_or_else(|| too_large("a prototype"))?;
                let id = unit.push(&[0, Info::new(Kind::FuncProto, vlen, false).0, target]);
                unit.words.extend_from_slice(&frame.items);
                if frame.marked {
                    unit.words.extend([0, 0]);
                }
                Some(id)
            }
            DieRole::Pointer => {
                let mut target = target;
                if context.encoded.choices.type_tag {
                    let info = Info::new(Kind::TypeTag, 0, false).0;
                    if frame.annotation == DieRef::None {
                        for &(value, _) in &frame.tags {
                            target = unit.push(&[value.0, info, target]);
                        }
                    } else if let Some(((last, _), others)) = frame.tags.split_last() {
                        // The outermost comes first, as in pahole's output.
                        let outermost = unit.next_id();
                        for (value, _) in others {
                            let inner = unit.next_id() + 1;
                            unit.push(&[value.0, info, inner]);
                        }
                        unit.push(&[last.0, info, target]);
                        target = outermost;
                    }
                }
                Some(unit.push(&[0, Info::new(Kind::Ptr, 0, false).0, target]))
            }
            // libbpf refuses a typedef without a name; such a DIE is what it refers to.
            DieRole::Typedef if name.is_empty() => {
                self.type_ids.define_alias(frame.key, target);
                None
            }
            DieRole::Typedef => {
                let id = unit.push(&[name.0, Info::new(Kind::Typedef, 0, false).0, target]);
                self.decl_tags(id, &frame, context, unit);
                Some(id)
            }
            DieRole::Function(index) => {
                if context.role != UnitRole::Borrowed {
                    self.functions.finished.push(index);
                }
                None
            }
            DieRole::Scope
            | DieRole::Block
            | DieRole::Member(_)
            | DieRole::Parameter(..)
            | DieRole::Variable(_)
            | DieRole::Other => None,
        };
        if let Some(id) = id {
            self.type_ids.define(frame.key, id);
        }
        self.recycle(frame);
        Ok(())
    }

    fn finish_composite(
        &mut self,
        kind: Kind,
        frame: &mut Frame,
        name: StringOffset,
        context: &WalkContext<'_, '_>,
        unit: &mut Unit,
    ) -> Result<Option<u32>, Error> {
        let is_large = frame.byte_size > Some(u32::MAX.into());
        if is_large && !frame.declaration {
            self.count(Inexpressible::LargeStruct, context);
        }
        if frame.declaration || is_large {
            if name.is_empty() {
                // A forward declaration of nothing: libbpf refuses it.
                self.type_ids.define_void(frame.key);
                return Ok(None);
            }
            let info = Info::new(Kind::Fwd, 0, kind == Kind::Union);
            return Ok(Some(unit.push(&[name.0, info.0, 0])));
        }
        for _ in 0..members::leave_out_far(frame) {
            self.count(Inexpressible::FarMember, context);
        }
        let start = unit.words.len();
        let id = members::composite(kind, frame, unit).ok_or(Error::TooLarge {
            offset: context.offset(frame.key),
            what: "a struct or union",
        })?;
        // Bitfields and tags count members; languages that reorder them have neither.
        if context.reorders && frame.bitfields.is_empty() && frame.tags.is_empty() {
            members::sort_by_offset(unit.words.get_mut(start..).unwrap_or_default());
        }
        for field in &frame.bitfields {
            self.bitfields
                .push((start + 3 + 3 * field.member as usize + 2, *field));
        }
        self.decl_tags(id, frame, context, unit);
        Ok(Some(id))
    }

    fn decl_tags(&self, id: u32, frame: &Frame, context: &WalkContext<'_, '_>, unit: &mut Unit) {
        if !context.encoded.choices.decl_tag {
            return;
        }
        for &(value, component) in &frame.tags {
            unit.decl_tags.push(DeclTag {
                value,
                target: id,
                component,
            });
        }
    }

    /// Adds what the annotations say of a DIE to its tags, behind those of its members or parameters.
    #[cold]
    fn attach_annotations(&mut self, frame: &mut Frame, walk: &mut Walk<'_, '_>) {
        let kind = match frame.role {
            DieRole::Pointer => BtfTag::Type,
            DieRole::Struct | DieRole::Union | DieRole::Typedef | DieRole::Function(_) => {
                BtfTag::Decl
            }
            // pahole reads none of variables, and gcc writes none of the others.
            _ => return,
        };
        let values = self.annotations(
            frame.annotation,
            kind,
            &walk.context,
            walk.cursor,
            walk.names,
            &mut walk.unit.dangling,
        );
        let tags = values.into_iter().map(|value| (value, -1));
        match frame.role {
            DieRole::Function(index) => {
                self.functions.functions[index as usize].tags.extend(tags);
            }
            _ => frame.tags.extend(tags),
        }
    }
}
