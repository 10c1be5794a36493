//! A DIE begins: what it is, and what of it can be noted at once.

use super::annotations::BtfTag;
use super::context::UnitRole;
use super::encoder::Encoder;
use super::pending::{MemberPointer, RawVariable};
use super::unit_walk::Walk;
use crate::frame::{DieRole, PendingBitfield};
use crate::functions::{RawFunction, RawParam, location};
use crate::read::attribute_reader::AttributeReader;
use crate::read::attributes::{Attributes, Field};
use crate::read::parent_filter::DW_TAG_LLVM_ANNOTATION;
use crate::read::value::{DieRef, Location};
use crate::types::members::{self, Placement};
use crate::unit::Inexpressible;
use gimli::constants as dw;

impl Encoder {
    /// What a DIE is; `None` when it has been dealt with and its children are of no interest.
    pub(super) fn open(
        &mut self,
        tag: dw::DwTag,
        key: u32,
        walk: &mut Walk<'_, '_>,
    ) -> Option<DieRole> {
        let (attributes, context) = (&walk.attributes, &walk.context);
        let parent = walk.frames.last_mut()?;
        let ty = context.word(attributes.ty);
        let top_level = parent.depth == 0;
        Some(match tag {
            dw::DW_TAG_structure_type | dw::DW_TAG_class_type | dw::DW_TAG_interface_type => {
                DieRole::Struct
            }
            dw::DW_TAG_union_type => DieRole::Union,
            dw::DW_TAG_enumeration_type => DieRole::Enum,
            dw::DW_TAG_array_type => DieRole::Array,
            dw::DW_TAG_subroutine_type => DieRole::Prototype,
            dw::DW_TAG_pointer_type => DieRole::Pointer,
            dw::DW_TAG_reference_type | dw::DW_TAG_rvalue_reference_type => {
                self.count(Inexpressible::Reference, context);
                DieRole::Pointer
            }
            dw::DW_TAG_ptr_to_member_type => {
                self.count(Inexpressible::MemberPointer, context);
                let says_long = context.says_long;
                self.member_pointers
                    .push(MemberPointer { key, ty, says_long });
                return None;
            }
            dw::DW_TAG_inheritance | dw::DW_TAG_variant_part => {
                let what = match tag {
                    dw::DW_TAG_inheritance => Inexpressible::BaseClass,
                    _ => Inexpressible::Variants,
                };
                self.count(what, context);
                return None;
            }
            dw::DW_TAG_typedef | dw::DW_TAG_template_alias => DieRole::Typedef,
            dw::DW_TAG_namespace | dw::DW_TAG_module => DieRole::Scope,
            dw::DW_TAG_lexical_block => DieRole::Block,
            dw::DW_TAG_imported_unit => {
                context.import(attributes.link);
                return None;
            }
            dw::DW_TAG_member => {
                let number = parent.items.len() as u32 / 4;
                let Some(placement) = members::placement(attributes) else {
                    self.count(Inexpressible::FarMember, context);
                    return None;
                };
                let (bit_offset, bit_size) = match placement {
                    Placement::Known {
                        bit_offset,
                        bit_size,
                    } => (bit_offset, bit_size),
                    Placement::Pending {
                        byte_offset,
                        bit_offset,
                        bit_size,
                        storage,
                    } => {
                        let member = number;
                        let field = PendingBitfield {
                            member,
                            byte_offset,
                            bit_offset,
                            bit_size,
                            storage,
                            ty,
                        };
                        parent.bitfields.push(field);
                        (0, bit_size)
                    }
                };
                let name = attributes.name().unwrap_or_default().0;
                parent.items.extend([name, ty, bit_offset, bit_size]);
                parent.marked |= bit_size != 0 || !bit_offset.is_multiple_of(8);
                if attributes.annotation != DieRef::None {
                    let tags = self.annotations(
                        attributes.annotation,
                        BtfTag::Decl,
                        context,
                        walk.cursor,
                        walk.names,
                        &mut walk.unit.dangling,
                    );
                    let tags = tags.into_iter().map(|value| (value, number as i32));
                    parent.tags.extend(tags);
                }
                DieRole::Member(number)
            }
            dw::DW_TAG_enumerator => {
                let value = attributes.const_value().unwrap_or(0);
                parent.marked |= value < 0;
                let bits = value as u64;
                let name = attributes.name().unwrap_or_default().0;
                parent
                    .items
                    .extend([name, bits as u32, (bits >> 32) as u32]);
                return None;
            }
            dw::DW_TAG_subrange_type => {
                let first = attributes.number(Field::LowerBound);
                let first = first.unwrap_or(context.first_index);
                match attributes.number(Field::UpperBound) {
                    Some(bound) => parent.push_bounds(first, bound),
                    None => parent.push_count(attributes.number(Field::Count).unwrap_or(0)),
                }
                return None;
            }
            dw::DW_TAG_unspecified_parameters => {
                match parent.role {
                    DieRole::Function(index) => {
                        self.functions.functions[index as usize].variadic = true
                    }
                    _ => parent.marked = true,
                }
                return None;
            }
            dw::DW_TAG_formal_parameter => match parent.role {
                DieRole::Prototype => {
                    parent
                        .items
                        .extend([attributes.name().unwrap_or_default().0, ty]);
                    return None;
                }
                DieRole::Function(index) => self.open_parameter(index, key, ty, walk),
                _ => return None,
            },
            dw::DW_TAG_subprogram => {
                let index = self.functions.functions.len() as u32;
                self.functions.functions.push(RawFunction {
                    key,
                    name: attributes.name(),
                    ty,
                    origin: context.word(attributes.abstract_origin),
                    specification: context.word(attributes.specification),
                    address: attributes.number(Field::LowPc).unwrap_or(0),
                    declaration: attributes.has(Field::Declaration),
                    external: attributes.has(Field::External),
                    inlined: attributes.has(Field::Inline),
                    nocall: attributes.has(Field::CallingConvention),
                    clang: context.clang,
                    ..RawFunction::default()
                });
                DieRole::Function(index)
            }
            dw::DW_TAG_variable => {
                let index = self.variables.len() as u32;
                self.variables.push(RawVariable {
                    key,
                    name: attributes.name(),
                    ty,
                    specification: match context.word(attributes.specification) {
                        0 => context.word(attributes.abstract_origin),
                        word => word,
                    },
                    borrowed: context.role == UnitRole::Borrowed,
                    address: fixed_address(attributes, &context.reader),
                    declaration: attributes.has(Field::Declaration),
                    external: attributes.has(Field::External),
                    artificial: attributes.has(Field::Artificial),
                    top_level,
                    tags: Vec::new(),
                });
                DieRole::Variable(index)
            }
            DW_TAG_LLVM_ANNOTATION => {
                self.annotate(walk);
                return None;
            }
            _ => DieRole::Other,
        })
    }

    fn open_parameter(
        &mut self,
        function: u32,
        key: u32,
        ty: u32,
        walk: &mut Walk<'_, '_>,
    ) -> DieRole {
        let (attributes, context) = (&walk.attributes, &walk.context);
        let on_entry = attributes
            .location
            .map(|place| {
                location::on_entry(
                    place,
                    &context.reader,
                    walk.locations,
                    context.encoded.choices.true_signature,
                )
            })
            .unwrap_or_default();
        let param = RawParam {
            key,
            name: attributes.name(),
            ty,
            has_type: attributes.ty != DieRef::None,
            origin: context.mention(attributes.abstract_origin),
            has_location: attributes.location.is_some(),
            on_entry,
            ..RawParam::default()
        };
        let position = self.functions.add_param(function, param);
        if attributes.annotation != DieRef::None {
            let tags = self.annotations(
                attributes.annotation,
                BtfTag::Decl,
                context,
                walk.cursor,
                walk.names,
                &mut walk.unit.dangling,
            );
            let tags = tags.into_iter().map(|value| (value, position as i32));
            self.functions.functions[function as usize]
                .tags
                .extend(tags);
        }
        DieRole::Parameter(function, position)
    }

    /// Attaches the value of an annotation child to what it belongs to.
    fn annotate(&mut self, walk: &mut Walk<'_, '_>) {
        let attributes = &walk.attributes;
        let name = attributes.name().unwrap_or_default();
        let Some(kind) = BtfTag::of(walk.context.text(name, walk.names)) else {
            return;
        };
        let is_type_tag = kind == BtfTag::Type;
        let value = attributes.text();
        let Some((parent, outer)) = walk.frames.split_last_mut() else {
            return;
        };
        match parent.role {
            DieRole::Pointer if is_type_tag => parent.tags.push((value, -1)),
            _ if is_type_tag => {}
            DieRole::Struct | DieRole::Union | DieRole::Typedef => parent.tags.push((value, -1)),
            DieRole::Member(number) => {
                if let Some(owner) = outer.last_mut() {
                    owner.tags.push((value, number as i32));
                }
            }
            DieRole::Function(index) => self.functions.functions[index as usize]
                .tags
                .push((value, -1)),
            DieRole::Parameter(index, position) => {
                self.functions.functions[index as usize]
                    .tags
                    .push((value, position as i32));
            }
            DieRole::Variable(index) => self.variables[index as usize].tags.push(value),
            _ => {}
        }
    }
}

/// The address of a variable whose location is one address, perhaps with an offset added.
fn fixed_address<'a>(attributes: &Attributes<'a>, reader: &AttributeReader<'_, 'a>) -> Option<u64> {
    let Some(Location::Expression(bytes)) = attributes.location else {
        return None;
    };
    let mut operations = reader.expression(bytes).operations(reader.bases.encoding);
    let address = match operations.next().ok()?? {
        gimli::Operation::Address { address } => address,
        gimli::Operation::AddressIndex { index } => reader.indexed_address(index)?,
        _ => return None,
    };
    match operations.next() {
        Ok(Some(gimli::Operation::PlusConstant { value })) => address.checked_add(value),
        _ => Some(address),
    }
}
