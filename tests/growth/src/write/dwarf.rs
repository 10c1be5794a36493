//! Units of DWARF 4, entry by entry. All units share one table of abbreviations, [`ABBREVIATIONS`].

/// Writes an unsigned LEB128 number.
pub fn uleb(out: &mut Vec<u8>, mut value: u64) {
    while value > 0x7f {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// The codes of the table: what an entry is, and which attributes follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the table describes them")]
pub enum Code {
    Unit = 1,
    UnitNamedByOffset,
    PartialUnit,
    Int,
    Typedef,
    TypedefNamedByOffset,
    TypedefNamedInLineStrings,
    Pointer,
    PointerAcross,
    Const,
    Structure,
    StructureNamedByOffset,
    StructureEmpty,
    Member,
    MemberNamedByOffset,
    Forward,
    Array,
    Dimension,
    Enumeration,
    Enumerator,
    EnumeratorNamedByOffset,
    Function,
    FunctionNamedByOffset,
    FunctionOfOrigin,
    FunctionOfRanges,
    FunctionDeclared,
    FunctionOfSpecification,
    Parameter,
    ParameterNamedByOffset,
    ParameterOfList,
    ParameterOfOrigin,
    Import,
    Variable,
    Namespace,
    Block,
    Inlined,
    InlinedOfRanges,
    Prototype,
    PrototypeParameter,
    PointerBySignature,
    TypeUnit,
    Annotation,
    Inheritance,
    ParameterPlain,
    PointerToNothing,
}

mod number {
    pub const NAME: u64 = 0x03;
    pub const BYTE_SIZE: u64 = 0x0b;
    pub const LOW_PC: u64 = 0x11;
    pub const HIGH_PC: u64 = 0x12;
    pub const LANGUAGE: u64 = 0x13;
    pub const IMPORT: u64 = 0x18;
    pub const CONST_VALUE: u64 = 0x1c;
    pub const INLINE: u64 = 0x20;
    pub const PROTOTYPED: u64 = 0x27;
    pub const ORIGIN: u64 = 0x31;
    pub const COUNT: u64 = 0x37;
    pub const MEMBER_LOCATION: u64 = 0x38;
    pub const DECLARATION: u64 = 0x3c;
    pub const ENCODING: u64 = 0x3e;
    pub const EXTERNAL: u64 = 0x3f;
    pub const LOCATION: u64 = 0x02;
    pub const SPECIFICATION: u64 = 0x47;
    pub const TYPE: u64 = 0x49;
    pub const RANGES: u64 = 0x55;

    pub const ADDRESS: u64 = 0x01;
    pub const DATA4: u64 = 0x06;
    pub const STRING: u64 = 0x08;
    pub const DATA1: u64 = 0x0b;
    pub const STRP: u64 = 0x0e;
    pub const LINE_STRP: u64 = 0x1f;
    pub const REF_ADDR: u64 = 0x10;
    pub const REF4: u64 = 0x13;
    pub const SEC_OFFSET: u64 = 0x17;
    pub const EXPRESSION: u64 = 0x18;
    pub const PRESENT: u64 = 0x19;
    pub const SIGNATURE: u64 = 0x20;
}
use number::*;

/// A code, its tag, whether it has children, attributes with forms.
type Abbreviation = (Code, u64, bool, &'static [(u64, u64)]);

const TABLE: &[Abbreviation] = &[
    (Code::Unit, 0x11, true, &[(NAME, STRING), (LANGUAGE, DATA1)]),
    (
        Code::UnitNamedByOffset,
        0x11,
        true,
        &[(NAME, STRP), (LANGUAGE, DATA1)],
    ),
    (Code::PartialUnit, 0x3c, true, &[(LANGUAGE, DATA1)]),
    (
        Code::Int,
        0x24,
        false,
        &[(NAME, STRING), (BYTE_SIZE, DATA1), (ENCODING, DATA1)],
    ),
    (Code::Typedef, 0x16, false, &[(NAME, STRING), (TYPE, REF4)]),
    (
        Code::TypedefNamedByOffset,
        0x16,
        false,
        &[(NAME, STRP), (TYPE, REF4)],
    ),
    (
        Code::TypedefNamedInLineStrings,
        0x16,
        false,
        &[(NAME, LINE_STRP), (TYPE, REF4)],
    ),
    (Code::Pointer, 0x0f, false, &[(TYPE, REF4)]),
    (Code::PointerAcross, 0x0f, false, &[(TYPE, REF_ADDR)]),
    (Code::Const, 0x26, false, &[(TYPE, REF4)]),
    (
        Code::Structure,
        0x13,
        true,
        &[(NAME, STRING), (BYTE_SIZE, DATA4)],
    ),
    (
        Code::StructureNamedByOffset,
        0x13,
        true,
        &[(NAME, STRP), (BYTE_SIZE, DATA4)],
    ),
    (Code::StructureEmpty, 0x13, true, &[]),
    (
        Code::Member,
        0x0d,
        false,
        &[(NAME, STRING), (TYPE, REF4), (MEMBER_LOCATION, DATA4)],
    ),
    (
        Code::MemberNamedByOffset,
        0x0d,
        false,
        &[(NAME, STRP), (TYPE, REF4), (MEMBER_LOCATION, DATA4)],
    ),
    (
        Code::Forward,
        0x13,
        false,
        &[(NAME, STRING), (DECLARATION, PRESENT)],
    ),
    (Code::Array, 0x01, true, &[(TYPE, REF4)]),
    (Code::Dimension, 0x21, false, &[(COUNT, DATA4)]),
    (
        Code::Enumeration,
        0x04,
        true,
        &[(NAME, STRING), (BYTE_SIZE, DATA1)],
    ),
    (
        Code::Enumerator,
        0x28,
        false,
        &[(NAME, STRING), (CONST_VALUE, DATA4)],
    ),
    (
        Code::EnumeratorNamedByOffset,
        0x28,
        false,
        &[(NAME, STRP), (CONST_VALUE, DATA4)],
    ),
    (
        Code::Function,
        0x2e,
        true,
        &[
            (NAME, STRING),
            (EXTERNAL, PRESENT),
            (TYPE, REF4),
            (LOW_PC, ADDRESS),
            (PROTOTYPED, PRESENT),
        ],
    ),
    (
        Code::FunctionNamedByOffset,
        0x2e,
        true,
        &[
            (NAME, STRP),
            (EXTERNAL, PRESENT),
            (TYPE, REF4),
            (LOW_PC, ADDRESS),
            (PROTOTYPED, PRESENT),
        ],
    ),
    (Code::FunctionOfOrigin, 0x2e, false, &[(ORIGIN, REF4)]),
    (
        Code::FunctionOfRanges,
        0x2e,
        true,
        &[
            (NAME, STRING),
            (EXTERNAL, PRESENT),
            (TYPE, REF4),
            (RANGES, SEC_OFFSET),
            (PROTOTYPED, PRESENT),
        ],
    ),
    (
        Code::FunctionDeclared,
        0x2e,
        true,
        &[
            (NAME, STRING),
            (EXTERNAL, PRESENT),
            (TYPE, REF4),
            (INLINE, DATA1),
            (PROTOTYPED, PRESENT),
        ],
    ),
    (
        Code::FunctionOfSpecification,
        0x2e,
        false,
        &[(SPECIFICATION, REF4), (LOW_PC, ADDRESS)],
    ),
    (
        Code::Parameter,
        0x05,
        false,
        &[(NAME, STRING), (TYPE, REF4)],
    ),
    (
        Code::ParameterNamedByOffset,
        0x05,
        false,
        &[(NAME, STRP), (TYPE, REF4)],
    ),
    (
        Code::ParameterOfList,
        0x05,
        false,
        &[(NAME, STRING), (TYPE, REF4), (LOCATION, SEC_OFFSET)],
    ),
    (
        Code::ParameterOfOrigin,
        0x05,
        false,
        &[(ORIGIN, REF4), (LOCATION, SEC_OFFSET)],
    ),
    (Code::Import, 0x3d, false, &[(IMPORT, REF_ADDR)]),
    (
        Code::Variable,
        0x34,
        false,
        &[
            (NAME, STRING),
            (TYPE, REF4),
            (EXTERNAL, PRESENT),
            (LOCATION, EXPRESSION),
        ],
    ),
    (Code::Namespace, 0x39, true, &[(NAME, STRING)]),
    (Code::Block, 0x0b, true, &[]),
    (
        Code::Inlined,
        0x1d,
        true,
        &[(ORIGIN, REF4), (LOW_PC, ADDRESS), (HIGH_PC, DATA4)],
    ),
    (
        Code::InlinedOfRanges,
        0x1d,
        true,
        &[(ORIGIN, REF4), (RANGES, SEC_OFFSET)],
    ),
    (
        Code::Prototype,
        0x15,
        true,
        &[(TYPE, REF4), (PROTOTYPED, PRESENT)],
    ),
    (Code::PrototypeParameter, 0x05, false, &[(TYPE, REF4)]),
    (Code::PointerBySignature, 0x0f, false, &[(TYPE, SIGNATURE)]),
    (Code::TypeUnit, 0x41, true, &[(LANGUAGE, DATA1)]),
    (
        Code::Annotation,
        0x6000,
        false,
        &[(NAME, STRING), (CONST_VALUE, STRING)],
    ),
    (
        Code::Inheritance,
        0x1c,
        false,
        &[(TYPE, REF4), (MEMBER_LOCATION, DATA4)],
    ),
    (Code::ParameterPlain, 0x05, false, &[(TYPE, REF4)]),
    (Code::PointerToNothing, 0x0f, false, &[]),
];

/// The table that all units share, without its end.
#[derive(Clone, Copy, Debug)]
pub struct Abbreviations;

/// The table that all units share.
pub const ABBREVIATIONS: Abbreviations = Abbreviations;

impl Abbreviations {
    /// The table without its end, so that more can follow.
    pub fn open(self) -> Vec<u8> {
        let mut out = Vec::new();
        for &(code, tag, children, attributes) in TABLE {
            abbreviation(&mut out, code as u64, tag, children, attributes);
        }
        out
    }

    pub fn whole(self) -> Vec<u8> {
        let mut out = self.open();
        out.push(0);
        out
    }
}

/// Writes an abbreviation.
pub fn abbreviation(
    out: &mut Vec<u8>,
    code: u64,
    tag: u64,
    children: bool,
    attributes: &[(u64, u64)],
) {
    uleb(out, code);
    uleb(out, tag);
    out.push(u8::from(children));
    for &(name, form) in attributes {
        uleb(out, name);
        uleb(out, form);
    }
    out.extend([0, 0]);
}

/// A unit, being written. Offsets are those within the unit, as `DW_FORM_ref4` has them.
#[derive(Debug)]
pub struct UnitWriter {
    bytes: Vec<u8>,
    int: u32,
}

impl UnitWriter {
    /// Where the root of a unit is.
    pub const ROOT: u32 = 11;
    /// The language of all units: C99.
    const C: u8 = 12;

    /// A compile unit called `u.c`, with `int`.
    pub fn new() -> UnitWriter {
        let mut unit = UnitWriter::bare(Code::Unit);
        unit.text("u.c").byte(UnitWriter::C);
        unit.with_int()
    }

    /// A compile unit whose name is at this offset of `.debug_str`, with `int`.
    pub fn named_by_offset(name: u32) -> UnitWriter {
        let mut unit = UnitWriter::bare(Code::UnitNamedByOffset);
        unit.word(name).byte(UnitWriter::C);
        unit.with_int()
    }

    /// A partial unit without types.
    pub fn partial() -> UnitWriter {
        let mut unit = UnitWriter::bare(Code::PartialUnit);
        unit.byte(UnitWriter::C);
        unit
    }

    /// A type unit of DWARF 4 with this signature; its type follows at once.
    pub fn of_type(signature: u64) -> UnitWriter {
        let mut unit = UnitWriter {
            bytes: vec![0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 8],
            int: 0,
        };
        unit.bytes.extend(signature.to_le_bytes());
        unit.word(0);
        unit.entry(Code::TypeUnit);
        unit.byte(UnitWriter::C);
        let at = unit.here();
        unit.bytes[19..23].copy_from_slice(&at.to_le_bytes());
        unit
    }

    fn bare(root: Code) -> UnitWriter {
        let mut unit = UnitWriter {
            bytes: vec![0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 8],
            int: 0,
        };
        unit.entry(root);
        unit
    }

    /// Adds `int`.
    pub fn with_int(mut self) -> UnitWriter {
        self.int = self.entry(Code::Int);
        self.text("int").byte(4).byte(5);
        self
    }

    /// Where `int` is.
    pub fn int(&self) -> u32 {
        self.int
    }

    /// Where the next entry will be.
    pub fn here(&self) -> u32 {
        self.bytes.len() as u32
    }

    /// Begins an entry; where it is. Values of its attributes follow.
    pub fn entry(&mut self, code: Code) -> u32 {
        let at = self.here();
        self.bytes.push(code as u8);
        at
    }

    pub fn byte(&mut self, value: u8) -> &mut UnitWriter {
        self.bytes.push(value);
        self
    }

    pub fn word(&mut self, value: u32) -> &mut UnitWriter {
        self.bytes.extend(value.to_le_bytes());
        self
    }

    pub fn long(&mut self, value: u64) -> &mut UnitWriter {
        self.bytes.extend(value.to_le_bytes());
        self
    }

    pub fn text(&mut self, text: &str) -> &mut UnitWriter {
        self.bytes.extend(text.bytes());
        self.byte(0)
    }

    /// Ends the children of an entry.
    pub fn end(&mut self) -> &mut UnitWriter {
        self.byte(0)
    }

    /// A pointer, `const`, or another type that only refers; where it is.
    pub fn to(&mut self, code: Code, target: u32) -> u32 {
        let at = self.entry(code);
        self.word(target);
        at
    }

    pub fn typedef(&mut self, name: &str, target: u32) -> u32 {
        let at = self.entry(Code::Typedef);
        self.text(name).word(target);
        at
    }

    /// Begins a struct; where it is.
    pub fn structure(&mut self, name: &str, size: u32) -> u32 {
        let at = self.entry(Code::Structure);
        self.text(name).word(size);
        at
    }

    pub fn member(&mut self, name: &str, target: u32, offset: u32) -> &mut UnitWriter {
        self.entry(Code::Member);
        self.text(name).word(target).word(offset)
    }

    /// A struct with one member; where it is.
    pub fn holder(&mut self, name: &str, member: &str, target: u32) -> u32 {
        let at = self.structure(name, 8);
        self.member(member, target, 0).end();
        at
    }

    /// Begins a function at an address; where it is.
    pub fn function(&mut self, name: &str, address: u64) -> u32 {
        let at = self.entry(Code::Function);
        let int = self.int;
        self.text(name).word(int).long(address);
        at
    }

    pub fn parameter(&mut self, name: &str) -> &mut UnitWriter {
        self.entry(Code::Parameter);
        let int = self.int;
        self.text(name).word(int)
    }

    /// The unit's bytes, its root closed.
    pub fn finish(mut self) -> Vec<u8> {
        self.bytes.push(0);
        let length = self.bytes.len() as u32 - 4;
        self.bytes[..4].copy_from_slice(&length.to_le_bytes());
        self.bytes
    }

    /// As [`finish`](Self::finish), with the table of abbreviations at this offset.
    pub fn finish_with_table_at(mut self, offset: u32) -> Vec<u8> {
        self.bytes[6..10].copy_from_slice(&offset.to_le_bytes());
        self.finish()
    }
}
