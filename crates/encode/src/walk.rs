//! The walk over a unit's entries.

use crate::attributes::{AttributeReader, Attributes, Bases, Location, Reference, unsigned};
use crate::frame::{Frame, PendingBitfield, Role};
use crate::function::{Functions, RawFunction, RawParam};
use crate::members::{self, Placement};
use crate::names::Names;
use crate::references::{self, KEY, References};
use crate::scalars::{self, Scalar};
use crate::sections::{LocationSource, Sections, Slice, UnitBytes};
use crate::unit::{Choices, DeclTag, INDEX_TYPE, Outcome, Unit, Variable};
use crate::{Error, layout, location};
use btf::{Info, Kind, StringOffset};
use gimli::{AttributeValue, DebugAbbrev, DebugInfo, UnitHeader, UnitType, constants as dw};
use rustc_hash::FxHashMap;

/// Deeper nesting than any compiler makes.
const DEPTH_LIMIT: usize = 4096;
/// Dimensions of an array that are looked at, as pahole does.
const DIMENSIONS_LIMIT: usize = 64;

/// `DW_TAG_LLVM_annotation`: clang's way to attach tags.
const DW_TAG_LLVM_ANNOTATION: dw::DwTag = dw::DwTag(0x6000);
/// `DW_TAG_GNU_annotation`: GCC 16's.
const DW_TAG_GNU_ANNOTATION: dw::DwTag = dw::DwTag(0x6001);

/// Encodes units, one after the other, with memory that is reused.
#[derive(Debug, Default)]
pub struct Encoder {
    references: References,
    functions: Functions,
    variables: Vec<RawVariable>,
    /// ENUM64s whose type tells whether they are signed: word of the info, reference.
    enum_types: Vec<(usize, u32)>,
    bitfields: Vec<(usize, PendingBitfield)>,
    /// `DW_TAG_GNU_annotation` DIEs: is it a type tag, value, next.
    annotations: FxHashMap<u32, (bool, StringOffset, u32)>,
    /// Buffers of closed frames, to be used again.
    items: Vec<Vec<u32>>,
    scratch: Vec<u32>,
}

/// A variable DIE outside functions.
#[derive(Clone, Debug, Default)]
struct RawVariable {
    key: u32,
    name: Option<StringOffset>,
    ty: u32,
    specification: u32,
    address: Option<u64>,
    declaration: bool,
    external: bool,
    artificial: bool,
    tags: Vec<StringOffset>,
}

/// What stays the same while one unit is walked.
struct Context<'s, 'a> {
    reader: AttributeReader<'s, 'a>,
    choices: Choices,
    /// Key of the unit's first byte.
    unit: u32,
    /// Offset of the first unit in `.debug_info`.
    group: u64,
    /// Bytes of all units being encoded.
    len: u32,
    clang: bool,
}

impl Context<'_, '_> {
    fn word(&self, reference: Option<Reference>) -> u32 {
        references::word(reference, self.unit, self.group, self.len)
    }

    fn offset(&self, key: u32) -> u64 {
        self.group + u64::from(key)
    }
}

impl Encoder {
    /// An encoder with no memory of any unit.
    pub fn new() -> Encoder {
        Encoder::default()
    }

    /// Encodes a unit, or several as one, into `unit`, which is cleared first.
    ///
    /// On an error the contents of `unit` are of no use.
    pub fn encode<'a>(
        &mut self,
        sections: &Sections<'a>,
        input: UnitBytes<'a>,
        choices: Choices,
        names: &mut Names,
        locations: &mut dyn LocationSource,
        unit: &mut Unit,
    ) -> Result<Outcome, Error> {
        unit.clear();
        self.references.reset(input.bytes.len());
        self.functions.clear();
        self.variables.clear();
        self.enum_types.clear();
        self.bitfields.clear();
        self.annotations.clear();

        let len = u32::try_from(input.bytes.len())
            .ok()
            .filter(|len| len & KEY == 0)
            .ok_or(Error::TooLarge {
                offset: input.offset,
                what: "a unit of more than 2 GiB",
            })?;
        let info = DebugInfo::from(sections.slice(input.bytes));
        let mut headers = info.units();
        let (mut pointer, mut encoded, mut excluded) = (8, false, None);
        loop {
            let header = headers.next().map_err(|_| Error::BadUnit {
                offset: input.offset,
            })?;
            let Some(header) = header else { break };
            let key = header
                .debug_info_offset()
                .map_or(0, |offset| offset.0 as u32);
            pointer = u64::from(header.address_size());
            let context = Context {
                reader: AttributeReader {
                    sections,
                    bases: Bases::new(&header),
                },
                choices,
                unit: key,
                group: input.offset,
                len,
                clang: false,
            };
            match self.walk(context, &header, names, locations, unit)? {
                Outcome::Encoded => encoded = true,
                Outcome::Excluded(reason) => excluded = Some(reason),
            }
        }
        if let (false, Some(reason)) = (encoded, excluded) {
            return Ok(Outcome::Excluded(reason));
        }
        self.conclude(sections, unit, pointer);
        Ok(Outcome::Encoded)
    }

    /// Walks one unit.
    fn walk<'a>(
        &mut self,
        mut context: Context<'_, 'a>,
        header: &UnitHeader<Slice<'a>>,
        names: &mut Names,
        locations: &mut dyn LocationSource,
        unit: &mut Unit,
    ) -> Result<Outcome, Error> {
        let at = |key: u32, cause| Error::Dwarf {
            offset: context.group + u64::from(key),
            cause,
        };
        let start = context.unit;
        match header.type_() {
            UnitType::Compilation | UnitType::Partial => {}
            UnitType::Skeleton(_) | UnitType::SplitCompilation(_) => {
                return Ok(Outcome::Excluded(
                    "split DWARF: the types are in a .dwo or .dwp file",
                ));
            }
            _ => return Ok(Outcome::Excluded("type units")),
        }
        let abbreviations = header
            .abbreviations(&DebugAbbrev::from(
                context
                    .reader
                    .sections
                    .slice(context.reader.sections.debug_abbrev),
            ))
            .map_err(|cause| at(start, cause))?;
        let mut entries = header
            .entries_raw(&abbreviations, None)
            .map_err(|cause| at(start, cause))?;
        let mut frames: Vec<Frame<'a>> = Vec::new();
        let mut root = true;
        // Children of this depth and deeper are of no interest.
        let mut skip_from = isize::MAX;

        while !entries.is_empty() {
            let depth = entries.next_depth();
            let key = start.saturating_add(entries.next_offset().0 as u32);
            let group = context.group;
            let fail = |cause| Error::Dwarf {
                offset: group + u64::from(key),
                cause,
            };
            let Some(abbreviation) = entries.read_abbreviation().map_err(fail)? else {
                continue;
            };
            if depth > skip_from {
                entries
                    .skip_attributes(abbreviation.attributes())
                    .map_err(fail)?;
                continue;
            }
            skip_from = isize::MAX;
            while frames.last().is_some_and(|frame| frame.depth >= depth) {
                if let Some(frame) = frames.pop() {
                    self.finish(frame, &context, unit)?;
                }
            }
            let tag = abbreviation.tag();
            if root {
                root = false;
                let specs = abbreviation.attributes();
                if let Some(reason) =
                    read_root(&mut context, &mut entries, specs, unit).map_err(fail)?
                {
                    return Ok(Outcome::Excluded(reason));
                }
                frames.push(self.frame(depth, key, Role::Scope, Attributes::default()));
                continue;
            }
            let parent = frames.last().map_or(Role::Scope, |frame| frame.role);
            if !is_wanted(tag, parent) {
                entries
                    .skip_attributes(abbreviation.attributes())
                    .map_err(fail)?;
                if abbreviation.has_children() {
                    skip_from = depth;
                }
                continue;
            }
            let attributes = context
                .reader
                .read(&mut entries, abbreviation.attributes(), names)
                .map_err(fail)?;
            if attributes.ty == Some(Reference::Supplementary) {
                return Err(Error::SupplementaryFile {
                    offset: context.offset(key),
                });
            }
            if frames.len() > DEPTH_LIMIT {
                return Err(Error::TooDeep {
                    offset: context.offset(key),
                    limit: DEPTH_LIMIT,
                });
            }
            let Some(role) = self.open(
                tag,
                key,
                &attributes,
                &mut frames,
                &context,
                locations,
                names,
            )?
            else {
                if abbreviation.has_children() {
                    skip_from = depth;
                }
                continue;
            };
            let frame = self.frame(depth, key, role, attributes);
            let frame = Frame {
                tags: Vec::new(),
                ..frame
            };
            if role == Role::Other {
                self.leaf(tag, frame, &context, names, unit);
                if abbreviation.has_children() {
                    skip_from = depth;
                }
            } else if abbreviation.has_children() {
                frames.push(frame);
            } else {
                self.finish(frame, &context, unit)?;
            }
        }
        while let Some(frame) = frames.pop() {
            self.finish(frame, &context, unit)?;
        }
        Ok(Outcome::Encoded)
    }

    /// What a DIE is; `None` when it has been dealt with and its children are of no interest.
    #[allow(clippy::too_many_arguments)]
    fn open<'a>(
        &mut self,
        tag: dw::DwTag,
        key: u32,
        attributes: &Attributes<'a>,
        frames: &mut [Frame<'a>],
        context: &Context<'_, 'a>,
        locations: &mut dyn LocationSource,
        names: &mut Names,
    ) -> Result<Option<Role>, Error> {
        let Some(parent) = frames.last_mut() else {
            return Ok(None);
        };
        let ty = context.word(attributes.ty);
        Ok(Some(match tag {
            dw::DW_TAG_structure_type | dw::DW_TAG_class_type | dw::DW_TAG_interface_type => {
                Role::Struct
            }
            dw::DW_TAG_union_type => Role::Union,
            dw::DW_TAG_enumeration_type => Role::Enum,
            dw::DW_TAG_array_type => Role::Array,
            dw::DW_TAG_subroutine_type => Role::Prototype,
            dw::DW_TAG_pointer_type
            | dw::DW_TAG_reference_type
            | dw::DW_TAG_rvalue_reference_type => Role::Pointer,
            dw::DW_TAG_typedef => Role::Typedef,
            dw::DW_TAG_namespace => Role::Scope,
            dw::DW_TAG_lexical_block => Role::Block,
            dw::DW_TAG_member => {
                let too_large = || Error::TooLarge {
                    offset: context.offset(key),
                    what: "the offset of a member",
                };
                let number = parent.items.len() as u32 / 4;
                let (bit_offset, bit_size) =
                    match members::placement(attributes).ok_or_else(too_large)? {
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
                let name = attributes.name.unwrap_or_default().0;
                parent.items.extend([name, ty, bit_offset, bit_size]);
                Role::Member(number)
            }
            dw::DW_TAG_enumerator => {
                let value = attributes.const_value.unwrap_or(0);
                parent.marked |= value < 0;
                let bits = value as u64;
                let name = attributes.name.unwrap_or_default().0;
                parent
                    .items
                    .extend([name, bits as u32, (bits >> 32) as u32]);
                return Ok(None);
            }
            dw::DW_TAG_subrange_type => {
                if parent.items.len() < DIMENSIONS_LIMIT {
                    parent.items.push(dimension(attributes));
                }
                return Ok(None);
            }
            dw::DW_TAG_unspecified_parameters => {
                match parent.role {
                    Role::Function(index) => {
                        self.functions.functions[index as usize].variadic = true
                    }
                    _ => parent.marked = true,
                }
                return Ok(None);
            }
            dw::DW_TAG_formal_parameter => match parent.role {
                Role::Prototype => {
                    parent
                        .items
                        .extend([attributes.name.unwrap_or_default().0, ty]);
                    return Ok(None);
                }
                Role::Function(index) => {
                    self.open_parameter(index, key, ty, attributes, context, locations)
                }
                _ => return Ok(None),
            },
            dw::DW_TAG_subprogram => {
                let index = self.functions.functions.len() as u32;
                self.functions.functions.push(RawFunction {
                    key,
                    name: attributes.name,
                    ty,
                    origin: context.word(attributes.abstract_origin),
                    specification: context.word(attributes.specification),
                    address: attributes.low_pc.unwrap_or(0),
                    declaration: attributes.declaration,
                    external: attributes.external,
                    inlined: attributes.inlined,
                    nocall: attributes.nocall,
                    clang: context.clang,
                    ..RawFunction::default()
                });
                Role::Function(index)
            }
            dw::DW_TAG_variable => {
                let index = self.variables.len() as u32;
                self.variables.push(RawVariable {
                    key,
                    name: attributes.name,
                    ty,
                    specification: context.word(attributes.specification),
                    address: fixed_address(attributes, &context.reader),
                    declaration: attributes.declaration,
                    external: attributes.external,
                    artificial: attributes.artificial,
                    tags: Vec::new(),
                });
                Role::Variable(index)
            }
            DW_TAG_LLVM_ANNOTATION => {
                self.annotate(attributes, frames, names);
                return Ok(None);
            }
            DW_TAG_GNU_ANNOTATION => {
                let is_type_tag = attributes
                    .name
                    .and_then(|name| names.strings().get(name))
                    .is_some_and(|name| name == b"btf_type_tag");
                let value = annotation_value(attributes);
                let next = context.word(attributes.annotation);
                self.annotations.insert(key, (is_type_tag, value, next));
                return Ok(None);
            }
            _ => Role::Other,
        }))
    }

    fn open_parameter<'a>(
        &mut self,
        function: u32,
        key: u32,
        ty: u32,
        attributes: &Attributes<'a>,
        context: &Context<'_, 'a>,
        locations: &mut dyn LocationSource,
    ) -> Role {
        let owner = &mut self.functions.functions[function as usize];
        let position = owner.params.len() as u32;
        owner.params.push(self.functions.params.len() as u32);
        let registers = attributes
            .location
            .map(|place| location::registers(place, &context.reader, locations))
            .unwrap_or_default();
        self.functions.params.push(RawParam {
            key,
            name: attributes.name,
            ty,
            has_type: attributes.ty.is_some(),
            origin: context.word(attributes.abstract_origin),
            has_location: attributes.location.is_some(),
            has_const: attributes.const_value.is_some() || attributes.text.is_some(),
            registers,
            index: position,
            ..RawParam::default()
        });
        Role::Parameter(function, position)
    }

    /// Attaches the value of an annotation child to what it belongs to.
    fn annotate(&mut self, attributes: &Attributes<'_>, frames: &mut [Frame<'_>], names: &Names) {
        let Some(name) = attributes.name.and_then(|name| names.strings().get(name)) else {
            return;
        };
        let is_type_tag = match name {
            b"btf_type_tag" => true,
            b"btf_decl_tag" => false,
            _ => return,
        };
        let value = annotation_value(attributes);
        let Some((parent, outer)) = frames.split_last_mut() else {
            return;
        };
        match parent.role {
            Role::Pointer if is_type_tag => parent.tags.push((value, -1)),
            _ if is_type_tag => {}
            Role::Struct | Role::Union | Role::Typedef => parent.tags.push((value, -1)),
            Role::Member(number) => {
                if let Some(owner) = outer.last_mut() {
                    owner.tags.push((value, number as i32));
                }
            }
            Role::Function(index) => self.functions.functions[index as usize]
                .tags
                .push((value, -1)),
            Role::Parameter(index, position) => {
                self.functions.functions[index as usize]
                    .tags
                    .push((value, position as i32));
            }
            Role::Variable(index) => self.variables[index as usize].tags.push(value),
            _ => {}
        }
    }

    /// A type whose children are of no interest: emitted at once.
    fn leaf(
        &mut self,
        tag: dw::DwTag,
        frame: Frame<'_>,
        context: &Context<'_, '_>,
        names: &mut Names,
        unit: &mut Unit,
    ) {
        let target = context.word(frame.attributes.ty);
        let kind = match tag {
            dw::DW_TAG_base_type => {
                let is_int = frame
                    .attributes
                    .name
                    .and_then(|name| names.strings().get(name))
                    == Some(b"int");
                let id = match scalars::base_type(&frame.attributes, context.choices, names) {
                    Scalar::Int(words) => unit.push(&words),
                    Scalar::Float(words) => unit.push(&words),
                };
                if is_int && unit.int_type.is_none() {
                    unit.int_type = Some(id);
                }
                self.references.define(frame.key, id);
                return self.recycle(frame);
            }
            dw::DW_TAG_const_type => Kind::Const,
            dw::DW_TAG_volatile_type => Kind::Volatile,
            dw::DW_TAG_restrict_type => Kind::Restrict,
            // BTF has no word for these: they are what they refer to, or void.
            dw::DW_TAG_atomic_type | dw::DW_TAG_ptr_to_member_type => {
                self.references.define_alias(frame.key, target);
                return self.recycle(frame);
            }
            _ => {
                self.references.define_void(frame.key);
                return self.recycle(frame);
            }
        };
        let id = unit.push(&[0, Info::new(kind, 0, false).0, target]);
        self.references.define(frame.key, id);
        self.recycle(frame);
    }

    /// Emits the type of a DIE whose children have all been walked.
    fn finish(
        &mut self,
        frame: Frame<'_>,
        context: &Context<'_, '_>,
        unit: &mut Unit,
    ) -> Result<(), Error> {
        let target = context.word(frame.attributes.ty);
        let name = frame.attributes.name.unwrap_or_default();
        let too_large = |what| Error::TooLarge {
            offset: context.offset(frame.key),
            what,
        };
        let id = match frame.role {
            Role::Struct | Role::Union => {
                let kind = if frame.role == Role::Union {
                    Kind::Union
                } else {
                    Kind::Struct
                };
                self.finish_composite(kind, &frame, name, context, unit)?
            }
            Role::Enum => {
                let done = scalars::enumeration(
                    &frame.attributes,
                    &frame.items,
                    frame.marked,
                    context.choices,
                    &mut self.scratch,
                );
                done.ok_or_else(|| too_large("an enumeration"))?;
                if Info(self.scratch[1]).kind() == Kind::Enum64 && target != 0 {
                    self.enum_types.push((unit.words.len() + 1, target));
                }
                Some(unit.push(&self.scratch))
            }
            Role::Array => {
                unit.has_array = true;
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
            Role::Prototype => {
                let vlen = frame.items.len() / 2 + usize::from(frame.marked);
                let vlen = u32::try_from(vlen)
                    .ok()
                    .filter(|&vlen| vlen <= Info::MAX_VLEN);
                let vlen = vlen.ok_or_else(|| too_large("a prototype"))?;
                self.scratch.clear();
                self.scratch
                    .extend([0, Info::new(Kind::FuncProto, vlen, false).0, target]);
                self.scratch.extend_from_slice(&frame.items);
                if frame.marked {
                    self.scratch.extend([0, 0]);
                }
                Some(unit.push(&self.scratch))
            }
            Role::Pointer => {
                let mut target = target;
                if context.choices.type_tag {
                    for &(value, _) in &frame.tags {
                        target =
                            unit.push(&[value.0, Info::new(Kind::TypeTag, 0, false).0, target]);
                    }
                    target =
                        self.gnu_type_tags(context.word(frame.attributes.annotation), target, unit);
                }
                Some(unit.push(&[0, Info::new(Kind::Ptr, 0, false).0, target]))
            }
            // libbpf refuses a typedef without a name; such a DIE is what it refers to.
            Role::Typedef if name.is_empty() => {
                self.references.define_alias(frame.key, target);
                None
            }
            Role::Typedef => {
                let id = unit.push(&[name.0, Info::new(Kind::Typedef, 0, false).0, target]);
                self.decl_tags(id, &frame, context, unit);
                Some(id)
            }
            Role::Function(index) => {
                self.functions.finished.push(index);
                None
            }
            Role::Scope
            | Role::Block
            | Role::Member(_)
            | Role::Parameter(..)
            | Role::Variable(_)
            | Role::Other => None,
        };
        if let Some(id) = id {
            self.references.define(frame.key, id);
        }
        self.recycle(frame);
        Ok(())
    }

    fn finish_composite(
        &mut self,
        kind: Kind,
        frame: &Frame<'_>,
        name: StringOffset,
        context: &Context<'_, '_>,
        unit: &mut Unit,
    ) -> Result<Option<u32>, Error> {
        if frame.attributes.declaration {
            if name.is_empty() {
                // A forward declaration of nothing: libbpf refuses it.
                self.references.define_void(frame.key);
                return Ok(None);
            }
            let info = Info::new(Kind::Fwd, 0, kind == Kind::Union);
            return Ok(Some(unit.push(&[name.0, info.0, 0])));
        }
        members::composite(kind, &frame.attributes, &frame.items, &mut self.scratch).ok_or(
            Error::TooLarge {
                offset: context.offset(frame.key),
                what: "a struct or union",
            },
        )?;
        let start = unit.words.len();
        for field in &frame.bitfields {
            self.bitfields
                .push((start + 3 + 3 * field.member as usize + 2, *field));
        }
        let id = unit.push(&self.scratch);
        self.decl_tags(id, frame, context, unit);
        Ok(Some(id))
    }

    fn decl_tags(&self, id: u32, frame: &Frame<'_>, context: &Context<'_, '_>, unit: &mut Unit) {
        if !context.choices.decl_tag {
            return;
        }
        for &(value, component) in &frame.tags {
            unit.decl_tags.push(DeclTag {
                value,
                target: id,
                component,
            });
        }
        let mut next = context.word(frame.attributes.annotation);
        for _ in 0..=self.annotations.len() {
            let Some(&(is_type_tag, value, following)) = self.annotations.get(&(next & !KEY))
            else {
                break;
            };
            if !is_type_tag {
                unit.decl_tags.push(DeclTag {
                    value,
                    target: id,
                    component: -1,
                });
            }
            next = following;
        }
    }

    /// Type tags in a chain of annotations: the first is the outermost.
    fn gnu_type_tags(&self, first: u32, mut target: u32, unit: &mut Unit) -> u32 {
        let (mut next, mut values) = (first, Vec::new());
        for _ in 0..=self.annotations.len() {
            let Some(&(is_type_tag, value, following)) = self.annotations.get(&(next & !KEY))
            else {
                break;
            };
            if is_type_tag {
                values.push(value);
            }
            next = following;
        }
        for value in values.into_iter().rev() {
            target = unit.push(&[value.0, Info::new(Kind::TypeTag, 0, false).0, target]);
        }
        target
    }

    /// Settles what had to wait for the end of the walk.
    fn conclude(&mut self, sections: &Sections<'_>, unit: &mut Unit, pointer: u64) {
        self.references.resolve_all(unit);
        let mut dangling = 0;
        for &(word, ty) in &self.enum_types {
            let ty = self.references.resolve(ty, &mut dangling);
            let signed = match unit.get(ty).map(btf::Type::data) {
                Some(btf::Data::Int(int)) => int.encoding.is_signed(),
                _ => false,
            };
            if let Some(info) = unit.words.get_mut(word).filter(|_| signed) {
                *info |= 1 << 31;
            }
        }
        for (word, field) in std::mem::take(&mut self.bitfields) {
            let ty = self.references.resolve(field.ty, &mut dangling);
            members::settle(unit, word, &field, ty, sections.big_endian, pointer);
        }
        self.functions
            .conclude(unit, &self.references, sections.machine, pointer);
        for index in 0..self.variables.len() {
            if let Some(variable) = self.variable(index, unit, pointer) {
                unit.variables.push(variable);
            }
        }
        unit.dangling += dangling;
    }

    /// A variable at a fixed address, with what its declaration says.
    fn variable(&self, index: usize, unit: &Unit, pointer: u64) -> Option<Variable> {
        let variable = &self.variables[index];
        let specification = (variable.specification & KEY != 0)
            .then(|| variable.specification & !KEY)
            .and_then(|key| {
                self.variables
                    .binary_search_by_key(&key, |variable| variable.key)
                    .ok()
            })
            .map(|at| &self.variables[at]);
        if variable.artificial || (variable.declaration && specification.is_none()) {
            return None;
        }
        let address = variable.address?;
        let said = specification.unwrap_or(variable);
        let mut dangling = 0;
        let ty = self.references.resolve(said.ty, &mut dangling);
        Some(Variable {
            name: said.name?,
            address,
            ty,
            size: layout::size_of(unit, ty, pointer).unwrap_or(0),
            external: said.external,
            decl_tags: said.tags.clone(),
        })
    }

    fn frame<'a>(
        &mut self,
        depth: isize,
        key: u32,
        role: Role,
        attributes: Attributes<'a>,
    ) -> Frame<'a> {
        let mut items = self.items.pop().unwrap_or_default();
        items.clear();
        Frame {
            depth,
            key,
            role,
            attributes,
            items,
            bitfields: Vec::new(),
            tags: Vec::new(),
            marked: false,
        }
    }

    fn recycle(&mut self, frame: Frame<'_>) {
        self.items.push(frame.items);
    }
}

/// Reads the unit's own attributes; gives a reason when the unit is to be left out.
fn read_root<'a>(
    context: &mut Context<'_, 'a>,
    entries: &mut gimli::EntriesRaw<'_, Slice<'a>>,
    specs: &[gimli::AttributeSpecification],
    unit: &mut Unit,
) -> Result<Option<&'static str>, gimli::Error> {
    let (mut name, mut producer, mut language) = (None, None, None);
    for &spec in specs {
        let attribute = entries.read_attribute(spec)?;
        let value = attribute.raw_value();
        match (attribute.name(), &value) {
            (dw::DW_AT_str_offsets_base, AttributeValue::SecOffset(base)) => {
                context.reader.bases.str_offsets = gimli::DebugStrOffsetsBase(*base);
            }
            (dw::DW_AT_addr_base | dw::DW_AT_GNU_addr_base, AttributeValue::SecOffset(base)) => {
                context.reader.bases.addr = gimli::DebugAddrBase(*base);
            }
            (dw::DW_AT_loclists_base, AttributeValue::SecOffset(base)) => {
                context.reader.bases.loclists = gimli::DebugLocListsBase(*base);
            }
            (dw::DW_AT_name, _) => name = Some(value),
            (dw::DW_AT_producer, _) => producer = Some(value),
            (dw::DW_AT_language, _) => language = unsigned(&value),
            _ => {}
        }
    }
    // Names by index need the base, which may come after them: only now are they looked up.
    let text = |value: Option<AttributeValue<Slice<'a>>>| -> Option<String> {
        let mut own = Names::new();
        let offset = context.reader.string(value?, &mut own)?;
        own.strings()
            .get(offset)
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    };
    if let Some(name) = text(name) {
        unit.name = name;
    }
    context.clang = text(producer).is_some_and(|producer| producer.contains("clang"));
    let rust = language == Some(u64::from(dw::DW_LANG_Rust.0));
    if context.choices.exclude_rust && rust {
        return Ok(Some("written in Rust"));
    }
    Ok(None)
}

/// Whether a DIE or its children can matter below a parent of this role.
fn is_wanted(tag: dw::DwTag, parent: Role) -> bool {
    match tag {
        dw::DW_TAG_variable => parent == Role::Scope,
        dw::DW_TAG_formal_parameter | dw::DW_TAG_unspecified_parameters => {
            matches!(parent, Role::Function(_) | Role::Prototype)
        }
        dw::DW_TAG_member => matches!(parent, Role::Struct | Role::Union),
        dw::DW_TAG_enumerator => parent == Role::Enum,
        dw::DW_TAG_subrange_type => parent == Role::Array,
        dw::DW_TAG_lexical_block => matches!(parent, Role::Function(_) | Role::Block),
        dw::DW_TAG_structure_type
        | dw::DW_TAG_class_type
        | dw::DW_TAG_interface_type
        | dw::DW_TAG_union_type
        | dw::DW_TAG_enumeration_type
        | dw::DW_TAG_array_type
        | dw::DW_TAG_subroutine_type
        | dw::DW_TAG_pointer_type
        | dw::DW_TAG_reference_type
        | dw::DW_TAG_rvalue_reference_type
        | dw::DW_TAG_ptr_to_member_type
        | dw::DW_TAG_typedef
        | dw::DW_TAG_base_type
        | dw::DW_TAG_const_type
        | dw::DW_TAG_volatile_type
        | dw::DW_TAG_restrict_type
        | dw::DW_TAG_atomic_type
        | dw::DW_TAG_string_type
        | dw::DW_TAG_unspecified_type
        | dw::DW_TAG_namespace
        | dw::DW_TAG_subprogram
        | DW_TAG_LLVM_ANNOTATION
        | DW_TAG_GNU_ANNOTATION => true,
        _ => false,
    }
}

/// Number of elements of one dimension: its upper bound and one more, or its count. Bounds that only
/// the running program knows count as 0.
fn dimension(attributes: &Attributes<'_>) -> u32 {
    if attributes.has_upper_bound {
        return attributes
            .upper_bound
            .map_or(0, |bound| bound.wrapping_add(1)) as u32;
    }
    attributes.count.unwrap_or(0) as u32
}

fn annotation_value(attributes: &Attributes<'_>) -> StringOffset {
    attributes.text.unwrap_or_default()
}

/// The address of a variable whose location is one address, perhaps with an offset added.
fn fixed_address<'a>(attributes: &Attributes<'a>, reader: &AttributeReader<'_, 'a>) -> Option<u64> {
    let Some(Location::Expression(slice)) = attributes.location else {
        return None;
    };
    let mut operations = gimli::Expression(slice).operations(reader.bases.encoding);
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
