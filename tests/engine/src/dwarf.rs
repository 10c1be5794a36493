//! DWARF written by hand, for what no compiler makes: numbers of DWARF's constants, abbreviations, units,
//! and a little-endian ELF64 file around the sections.

/// Numbers of the tags, attributes and forms used here.
#[allow(missing_docs, reason = "the names are DWARF's")]
pub mod constants {
    pub const ARRAY: u64 = 0x01;
    pub const MEMBER: u64 = 0x0d;
    pub const POINTER: u64 = 0x0f;
    pub const COMPILE_UNIT: u64 = 0x11;
    pub const STRUCTURE: u64 = 0x13;
    pub const TYPEDEF: u64 = 0x16;
    pub const SUBRANGE: u64 = 0x21;
    pub const BASE: u64 = 0x24;
    pub const CONST: u64 = 0x26;
    pub const BLOCK: u64 = 0x0b;
    pub const SUBPROGRAM: u64 = 0x2e;
    pub const VOLATILE: u64 = 0x35;
    pub const PARTIAL_UNIT: u64 = 0x3c;
    pub const IMPORTED_UNIT: u64 = 0x3d;
    pub const TYPE_UNIT: u64 = 0x41;

    pub const NAME: u64 = 0x03;
    pub const BYTE_SIZE: u64 = 0x0b;
    pub const LANGUAGE: u64 = 0x13;
    pub const IMPORT: u64 = 0x18;
    pub const UPPER_BOUND: u64 = 0x2f;
    pub const COUNT: u64 = 0x37;
    pub const MEMBER_LOCATION: u64 = 0x38;
    pub const DECLARATION: u64 = 0x3c;
    pub const ENCODING: u64 = 0x3e;
    pub const EXTERNAL: u64 = 0x3f;
    pub const TYPE: u64 = 0x49;
    pub const GNU_DWO_NAME: u64 = 0x2130;
    pub const GNU_DWO_ID: u64 = 0x2131;

    pub const DATA2: u64 = 0x05;
    pub const DATA8: u64 = 0x07;
    pub const STRING: u64 = 0x08;
    pub const DATA1: u64 = 0x0b;
    pub const STRP: u64 = 0x0e;
    pub const UDATA: u64 = 0x0f;
    pub const REF_ADDR: u64 = 0x10;
    pub const REF4: u64 = 0x13;
    pub const FLAG_PRESENT: u64 = 0x19;
    pub const REF_SIG8: u64 = 0x20;
    pub const IMPLICIT_CONST: u64 = 0x21;
}
use constants::{
    BASE, BYTE_SIZE, COMPILE_UNIT, DATA1, DATA2, ENCODING, LANGUAGE, NAME, REF4, STRING, TYPE,
    TYPEDEF,
};

/// Writes an unsigned LEB128 number.
pub fn uleb(out: &mut Vec<u8>, mut value: u64) {
    while value > 0x7f {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// A table of abbreviations. Codes 1 to 3 are a compile unit, `int` and a typedef.
#[derive(Debug)]
pub struct Abbreviations {
    bytes: Vec<u8>,
    next: u64,
}

/// Code of the compile unit: language, name, children.
pub const UNIT: u64 = 1;
/// Code of a base type: name, size, encoding.
pub const INT: u64 = 2;
/// Code of a typedef: name, type.
pub const ALIAS: u64 = 3;

impl Default for Abbreviations {
    fn default() -> Abbreviations {
        let mut own = Abbreviations {
            bytes: Vec::new(),
            next: 1,
        };
        own.add(COMPILE_UNIT, true, &[(LANGUAGE, DATA2), (NAME, STRING)]);
        own.add(
            BASE,
            false,
            &[(NAME, STRING), (BYTE_SIZE, DATA1), (ENCODING, DATA1)],
        );
        own.add(TYPEDEF, false, &[(NAME, STRING), (TYPE, REF4)]);
        own
    }
}

impl Abbreviations {
    /// Adds an abbreviation; its code. The value of an implicit constant is 1.
    pub fn add(&mut self, tag: u64, children: bool, attributes: &[(u64, u64)]) -> u64 {
        let code = self.next;
        self.next += 1;
        uleb(&mut self.bytes, code);
        uleb(&mut self.bytes, tag);
        self.bytes.push(u8::from(children));
        for &(name, form) in attributes {
            uleb(&mut self.bytes, name);
            uleb(&mut self.bytes, form);
            if form == constants::IMPLICIT_CONST {
                self.bytes.push(1);
            }
        }
        self.bytes.extend([0, 0]);
        code
    }

    /// The table's bytes.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        self.bytes.push(0);
        self.bytes
    }
}

/// A unit of DWARF 4, being written. Offsets are those within the unit, as `DW_FORM_ref4` has them.
#[derive(Debug)]
pub struct UnitWriter {
    bytes: Vec<u8>,
    wide: bool,
}

impl UnitWriter {
    /// A unit of this name, written in C, its root open.
    #[must_use]
    pub fn new(name: &str) -> UnitWriter {
        UnitWriter::with_offsets(name, false)
    }

    /// As [`UnitWriter::new`], in the 64-bit format of DWARF.
    #[must_use]
    pub fn new_wide(name: &str) -> UnitWriter {
        UnitWriter::with_offsets(name, true)
    }

    /// A unit whose root has this code; the root's attributes follow.
    #[must_use]
    pub fn of_root(code: u64) -> UnitWriter {
        let mut unit = UnitWriter::headed(false);
        unit.die(code);
        unit
    }

    /// A type unit with this signature. Its root has this code and no attributes; the type follows at once.
    #[must_use]
    pub fn of_type(code: u8, signature: u64) -> UnitWriter {
        let mut unit = UnitWriter::headed(false);
        unit.word64(signature);
        let after_root = unit.here() + 5;
        unit.word32(after_root).die(code.into());
        unit
    }

    fn with_offsets(name: &str, wide: bool) -> UnitWriter {
        let mut unit = UnitWriter::headed(wide);
        unit.die(UNIT).word16(12).text(name);
        unit
    }

    fn headed(wide: bool) -> UnitWriter {
        let mut bytes = vec![0; if wide { 12 } else { 4 }];
        bytes.extend([4, 0]);
        bytes.extend(vec![0; if wide { 8 } else { 4 }]);
        bytes.push(8);
        UnitWriter { bytes, wide }
    }

    /// Begins a DIE; where it is.
    pub fn start(&mut self, code: u64) -> u32 {
        let at = self.bytes.len() as u32;
        uleb(&mut self.bytes, code);
        at
    }

    /// Begins a DIE.
    pub fn die(&mut self, code: u64) -> &mut UnitWriter {
        uleb(&mut self.bytes, code);
        self
    }

    /// Ends the children of a DIE.
    pub fn end(&mut self) -> &mut UnitWriter {
        self.byte(0)
    }

    /// A byte.
    pub fn byte(&mut self, value: u8) -> &mut UnitWriter {
        self.bytes.push(value);
        self
    }

    /// Two bytes.
    pub fn word16(&mut self, value: u16) -> &mut UnitWriter {
        self.bytes.extend(value.to_le_bytes());
        self
    }

    /// Four bytes, such as a reference.
    pub fn word32(&mut self, value: u32) -> &mut UnitWriter {
        self.bytes.extend(value.to_le_bytes());
        self
    }

    /// Eight bytes.
    pub fn word64(&mut self, value: u64) -> &mut UnitWriter {
        self.bytes.extend(value.to_le_bytes());
        self
    }

    /// A string in place.
    pub fn text(&mut self, text: &str) -> &mut UnitWriter {
        self.bytes.extend(text.bytes());
        self.byte(0)
    }

    /// A signed `int` of 4 bytes; where it is.
    pub fn int(&mut self) -> u32 {
        let at = self.start(INT);
        self.text("int").byte(4).byte(5);
        at
    }

    /// A typedef; where it is.
    pub fn alias(&mut self, name: &str, to: u32) -> u32 {
        let at = self.start(ALIAS);
        self.text(name).word32(to);
        at
    }

    /// Where the next DIE will be.
    #[must_use]
    pub fn here(&self) -> u32 {
        self.bytes.len() as u32
    }

    /// The unit's bytes, its root closed.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        self.bytes.push(0);
        if self.wide {
            let length = self.bytes.len() as u64 - 12;
            self.bytes[..4].fill(0xff);
            self.bytes[4..12].copy_from_slice(&length.to_le_bytes());
        } else {
            let length = self.bytes.len() as u32 - 4;
            self.bytes[..4].copy_from_slice(&length.to_le_bytes());
        }
        self.bytes
    }
}

/// An ELF64 file of x86-64 with these sections.
#[must_use]
pub fn elf_file(sections: &[(&str, &[u8])]) -> Vec<u8> {
    let mut names = vec![0];
    let mut file = vec![0; 64];
    let mut headers = vec![[0u8; 64]];
    let mut add = |name: &str, bytes: &[u8], names: &mut Vec<u8>, kind: u32| {
        let mut header = [0; 64];
        header[..4].copy_from_slice(&(names.len() as u32).to_le_bytes());
        header[4..8].copy_from_slice(&kind.to_le_bytes());
        header[24..32].copy_from_slice(&(file.len() as u64).to_le_bytes());
        names.extend(name.bytes());
        names.push(0);
        let bytes = if name == ".shstrtab" {
            &names[..]
        } else {
            bytes
        };
        header[32..40].copy_from_slice(&(bytes.len() as u64).to_le_bytes());
        header[48] = 1;
        file.extend(bytes);
        headers.push(header);
    };
    for &(name, bytes) in sections {
        add(name, bytes, &mut names, 1);
    }
    add(".shstrtab", &[], &mut names, 3);
    let table = file.len() as u64;
    let count = headers.len() as u16;
    file.extend(headers.iter().flatten());
    let head = [
        0x7f, b'E', b'L', b'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 62, 0, 1, 0, 0, 0,
    ];
    file[..24].copy_from_slice(&head);
    file[40..48].copy_from_slice(&table.to_le_bytes());
    file[52..54].copy_from_slice(&64u16.to_le_bytes());
    file[58..60].copy_from_slice(&64u16.to_le_bytes());
    file[60..62].copy_from_slice(&count.to_le_bytes());
    file[62..64].copy_from_slice(&(count - 1).to_le_bytes());
    file
}

/// A file of these units, which share a table of abbreviations.
#[must_use]
pub fn file_of(abbreviations: Abbreviations, units: &[Vec<u8>]) -> Vec<u8> {
    let info: Vec<u8> = units.concat();
    elf_file(&[
        (".debug_info", &info),
        (".debug_abbrev", &abbreviations.finish()),
    ])
}
