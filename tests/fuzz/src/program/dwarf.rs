//! A program as an ELF file with DWARF.

use gimli::constants as dw;
use gimli::write::{
    Address, AttributeValue as Value, Dwarf, EndianVec, Expression, LineProgram, Sections, Unit,
    UnitEntryId,
};
use gimli::{Encoding as DwarfEncoding, Format, RunTimeEndian};
use object::write::{Object, Symbol, SymbolSection};
use object::{
    Architecture, BinaryFormat, Endianness, SectionKind, SymbolFlags, SymbolKind, SymbolScope,
};

use super::{
    Encoding, FUNCTION_BYTES, Member, Modifier, Program, Ref, Shown, Type, enumerator, function,
    member, param, variable, variable_offset,
};

/// Where `e_type` is in an ELF header, and its value for a linked file, whose addresses are final.
const TYPE_OFFSET: usize = 16;
const LINKED: u8 = 2;

/// The file.
///
/// # Panics
///
/// If gimli or object refuses what no choice can make.
#[must_use]
pub fn write(program: &Program) -> Vec<u8> {
    let mut dwarf = Dwarf::new();
    for at in 0..program.units.len() {
        write_unit(program, at, &mut dwarf);
    }
    let endian = match program.big_endian {
        true => RunTimeEndian::Big,
        false => RunTimeEndian::Little,
    };
    let mut sections = Sections::new(EndianVec::new(endian));
    dwarf
        .write(&mut sections)
        .expect("DWARF that can be written");
    file(program, &sections)
}

fn file(program: &Program, sections: &Sections<EndianVec<RunTimeEndian>>) -> Vec<u8> {
    let (architecture, endian) = match (program.is_64, program.big_endian) {
        (true, false) => (Architecture::X86_64, Endianness::Little),
        (true, true) => (Architecture::S390x, Endianness::Big),
        (false, false) => (Architecture::I386, Endianness::Little),
        (false, true) => (Architecture::PowerPc, Endianness::Big),
    };
    let mut object = Object::new(BinaryFormat::Elf, architecture, endian);
    // First, since both begin at address 0, as in kernels for x86.
    let name = b".data..percpu".to_vec();
    let percpu = object.add_section(Vec::new(), name, SectionKind::Data);
    let bytes = variable_offset(program, program.variables.len());
    object.set_section_data(percpu, vec![0; bytes as usize + 1], 1);
    let text = object.add_section(Vec::new(), b".text".to_vec(), SectionKind::Text);
    let code = vec![0; FUNCTION_BYTES as usize * program.functions.len().max(1)];
    object.set_section_data(text, code, 16);
    let symbol = |name: String, value, size, kind, section| Symbol {
        name: name.into_bytes(),
        value,
        size,
        kind,
        scope: SymbolScope::Linkage,
        weak: false,
        section: SymbolSection::Section(section),
        flags: SymbolFlags::None,
    };
    for at in 0..program.functions.len() {
        let value = FUNCTION_BYTES * at as u64;
        let kind = SymbolKind::Text;
        object.add_symbol(symbol(function(at), value, FUNCTION_BYTES, kind, text));
    }
    for (at, one) in program.variables.iter().enumerate() {
        let (value, size) = (variable_offset(program, at), program.size(one.ty));
        let kind = SymbolKind::Data;
        object.add_symbol(symbol(variable(at), value, size.into(), kind, percpu));
    }
    let added = sections.for_each(|id, data| {
        if !data.slice().is_empty() {
            let name = id.name().as_bytes().to_vec();
            let section = object.add_section(Vec::new(), name, SectionKind::Debug);
            object.set_section_data(section, data.slice().to_vec(), 1);
        }
        Ok::<(), ()>(())
    });
    added.expect("sections are only copied");
    let mut file = object.write().expect("an ELF file that can be written");
    file[TYPE_OFFSET + usize::from(program.big_endian)] = LINKED;
    file
}

/// A unit that is being written.
struct Entries<'p> {
    program: &'p Program,
    unit: Unit,
    /// The entry of each type of the pool that the unit contains.
    of_type: Vec<Option<UnitEntryId>>,
}

fn write_unit(program: &Program, at: usize, dwarf: &mut Dwarf) {
    let encoding = DwarfEncoding {
        format: Format::Dwarf32,
        version: program.version,
        address_size: program.pointer_size() as u8,
    };
    let mut entries = Entries {
        program,
        unit: Unit::new(encoding, LineProgram::none()),
        of_type: vec![None; program.types.len()],
    };
    let root = entries.unit.root();
    entries.text(root, dw::DW_AT_name, &format!("unit_{at}.c"));
    entries.set(root, dw::DW_AT_language, Value::Language(dw::DW_LANG_C99));
    // All entries first, since a type can refer to a later one.
    for shown in &program.units[at] {
        let (Shown::Whole(ty) | Shown::Declared(ty)) = *shown;
        let entry = entries.unit.add(root, tag(&program.types[ty]));
        entries.of_type[ty] = Some(entry);
    }
    for shown in &program.units[at] {
        entries.fill(*shown);
    }
    for number in 0..program.functions.len() {
        if program.functions[number].unit == at {
            entries.function(number);
        }
    }
    for number in 0..program.variables.len() {
        if program.variables[number].unit == at {
            entries.variable(number);
        }
    }
    dwarf.units.add(entries.unit);
}

fn tag(ty: &Type) -> gimli::DwTag {
    match ty {
        Type::Base { .. } => dw::DW_TAG_base_type,
        Type::Pointer(_) => dw::DW_TAG_pointer_type,
        Type::Modifier(Modifier::Const, _) => dw::DW_TAG_const_type,
        Type::Modifier(Modifier::Volatile, _) => dw::DW_TAG_volatile_type,
        Type::Modifier(Modifier::Restrict, _) => dw::DW_TAG_restrict_type,
        Type::Typedef(_) => dw::DW_TAG_typedef,
        Type::Array { .. } => dw::DW_TAG_array_type,
        Type::Composite { union: true, .. } => dw::DW_TAG_union_type,
        Type::Composite { .. } => dw::DW_TAG_structure_type,
        Type::Enum { .. } => dw::DW_TAG_enumeration_type,
        Type::Prototype { .. } => dw::DW_TAG_subroutine_type,
    }
}

impl Entries<'_> {
    fn set(&mut self, entry: UnitEntryId, name: gimli::DwAt, value: Value) {
        self.unit.get_mut(entry).set(name, value);
    }

    fn text(&mut self, entry: UnitEntryId, name: gimli::DwAt, text: &str) {
        self.set(entry, name, Value::String(text.as_bytes().to_vec()));
    }

    fn number(&mut self, entry: UnitEntryId, name: gimli::DwAt, number: u64) {
        self.set(entry, name, Value::Udata(number));
    }

    fn refer(&mut self, entry: UnitEntryId, to: Ref) {
        if let Some(to) = to.and_then(|to| self.of_type[to]) {
            self.set(entry, dw::DW_AT_type, Value::UnitRef(to));
        }
    }

    fn child(&mut self, of: UnitEntryId, tag: gimli::DwTag) -> UnitEntryId {
        self.unit.add(of, tag)
    }

    fn fill(&mut self, shown: Shown) {
        let program = self.program;
        let (Shown::Whole(ty) | Shown::Declared(ty)) = shown;
        let Some(entry) = self.of_type[ty] else {
            return;
        };
        if let Some(name) = program.name(ty) {
            self.text(entry, dw::DW_AT_name, &name);
        }
        if shown == Shown::Declared(ty) {
            self.set(entry, dw::DW_AT_declaration, Value::FlagPresent);
            return;
        }
        match &program.types[ty] {
            Type::Base { size, encoding } => {
                self.number(entry, dw::DW_AT_byte_size, (*size).into());
                let encoding = match encoding {
                    Encoding::Signed => dw::DW_ATE_signed,
                    Encoding::Unsigned => dw::DW_ATE_unsigned,
                    Encoding::Bool => dw::DW_ATE_boolean,
                    Encoding::Float => dw::DW_ATE_float,
                };
                self.set(entry, dw::DW_AT_encoding, Value::Encoding(encoding));
            }
            Type::Pointer(to) => {
                self.number(entry, dw::DW_AT_byte_size, program.pointer_size().into());
                self.refer(entry, *to);
            }
            Type::Modifier(_, of) | Type::Typedef(of) => self.refer(entry, *of),
            Type::Array { element, count } => {
                self.refer(entry, Some(*element));
                let range = self.child(entry, dw::DW_TAG_subrange_type);
                self.refer(range, Some(0));
                self.number(range, dw::DW_AT_count, (*count).into());
            }
            Type::Composite { size, members, .. } => {
                self.number(entry, dw::DW_AT_byte_size, (*size).into());
                for (at, one) in members.iter().enumerate() {
                    self.member(entry, at, one);
                }
            }
            Type::Enum {
                size,
                signed,
                values,
                ..
            } => {
                self.number(entry, dw::DW_AT_byte_size, (*size).into());
                let encoding = match signed {
                    true => dw::DW_ATE_signed,
                    false => dw::DW_ATE_unsigned,
                };
                self.set(entry, dw::DW_AT_encoding, Value::Encoding(encoding));
                for (at, value) in values.iter().enumerate() {
                    let one = self.child(entry, dw::DW_TAG_enumerator);
                    self.text(one, dw::DW_AT_name, &enumerator(ty, at));
                    self.set(one, dw::DW_AT_const_value, Value::Sdata(*value));
                }
            }
            Type::Prototype {
                result,
                params,
                variadic,
            } => {
                self.set(entry, dw::DW_AT_prototyped, Value::FlagPresent);
                self.refer(entry, *result);
                for ty in params {
                    let one = self.child(entry, dw::DW_TAG_formal_parameter);
                    self.refer(one, Some(*ty));
                }
                if *variadic {
                    self.child(entry, dw::DW_TAG_unspecified_parameters);
                }
            }
        }
    }

    fn member(&mut self, of: UnitEntryId, at: usize, one: &Member) {
        let entry = self.child(of, dw::DW_TAG_member);
        if one.named {
            self.text(entry, dw::DW_AT_name, &member(at));
        }
        self.refer(entry, Some(one.ty));
        let bit_offset = u64::from(one.bit_offset);
        if one.width == 0 {
            self.number(entry, dw::DW_AT_data_member_location, bit_offset / 8);
            return;
        }
        let width = u64::from(one.width);
        self.number(entry, dw::DW_AT_bit_size, width);
        if self.program.version > 3 {
            self.number(entry, dw::DW_AT_data_bit_offset, bit_offset);
            return;
        }
        // Before, a bit-field had the place of a number around it, and its own from the most significant bit.
        let bytes = u64::from(self.program.size(one.ty));
        let storage = bytes * 8;
        let inside = bit_offset % storage;
        let from_top = match self.program.big_endian {
            true => inside,
            false => storage - inside - width,
        };
        self.number(entry, dw::DW_AT_byte_size, bytes);
        self.number(entry, dw::DW_AT_bit_offset, from_top);
        let start = (bit_offset - inside) / 8;
        self.number(entry, dw::DW_AT_data_member_location, start);
    }

    fn function(&mut self, number: usize) {
        let one = &self.program.functions[number];
        let root = self.unit.root();
        let entry = self.child(root, dw::DW_TAG_subprogram);
        self.text(entry, dw::DW_AT_name, &function(number));
        self.set(entry, dw::DW_AT_external, Value::FlagPresent);
        self.set(entry, dw::DW_AT_prototyped, Value::FlagPresent);
        let start = Address::Constant(FUNCTION_BYTES * number as u64);
        self.set(entry, dw::DW_AT_low_pc, Value::Address(start));
        self.number(entry, dw::DW_AT_high_pc, FUNCTION_BYTES);
        self.refer(entry, one.result);
        for (at, ty) in one.params.iter().enumerate() {
            let child = self.child(entry, dw::DW_TAG_formal_parameter);
            self.text(child, dw::DW_AT_name, &param(at));
            self.refer(child, Some(*ty));
        }
    }

    fn variable(&mut self, number: usize) {
        let one = &self.program.variables[number];
        let root = self.unit.root();
        let entry = self.child(root, dw::DW_TAG_variable);
        self.text(entry, dw::DW_AT_name, &variable(number));
        self.set(entry, dw::DW_AT_external, Value::FlagPresent);
        self.refer(entry, Some(one.ty));
        let mut place = Expression::new();
        place.op_addr(Address::Constant(variable_offset(self.program, number)));
        self.set(entry, dw::DW_AT_location, Value::Exprloc(place));
    }
}
