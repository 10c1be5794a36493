//! A BPF object: code, functions, relocations against types, lines of source.

use super::{BtfWriter, ElfWriter, Section};

/// Bytes of an instruction.
const INSN: u32 = 8;

/// A section of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// Programs.
    Programs,
    /// Functions that programs call.
    Text,
}

/// The object, being written. All relocations and lines are of the section of programs, all references too.
#[derive(Debug)]
pub struct ObjectWriter {
    /// Its types, `int` as type 1.
    pub btf: BtfWriter,
    /// Those of the kernel, `int` as type 1.
    pub kernel: BtfWriter,
    programs: Vec<u8>,
    text: Vec<u8>,
    /// Sections that follow the two of code.
    others: Vec<Section>,
    symbols: Vec<u8>,
    names: Vec<u8>,
    relocations: [Vec<[u32; 4]>; 2],
    lines: Vec<[u32; 4]>,
    references: Vec<u8>,
}

impl Default for ObjectWriter {
    fn default() -> ObjectWriter {
        ObjectWriter {
            btf: BtfWriter::with_int(),
            kernel: BtfWriter::with_int(),
            programs: Vec::new(),
            text: Vec::new(),
            others: Vec::new(),
            symbols: vec![0; 24],
            names: vec![0],
            relocations: [Vec::new(), Vec::new()],
            lines: Vec::new(),
            references: Vec::new(),
        }
    }
}

/// An instruction: operation, registers (source, destination), offset, immediate.
pub fn insn(code: u8, registers: (u8, u8), offset: i16, immediate: i32) -> [u8; 8] {
    let mut bytes = [0; 8];
    bytes[0] = code;
    bytes[1] = registers.0 << 4 | registers.1;
    bytes[2..4].copy_from_slice(&offset.to_le_bytes());
    bytes[4..].copy_from_slice(&immediate.to_le_bytes());
    bytes
}

/// `r0 = 0`.
pub fn set_r0() -> [u8; 8] {
    insn(0xb7, (0, 0), 0, 0)
}

/// The end of a function.
pub fn exit() -> [u8; 8] {
    insn(0x95, (0, 0), 0, 0)
}

impl ObjectWriter {
    fn code(&mut self, section: Code) -> &mut Vec<u8> {
        match section {
            Code::Programs => &mut self.programs,
            Code::Text => &mut self.text,
        }
    }

    /// The number of the next instruction.
    pub fn next(&mut self, section: Code) -> u32 {
        self.code(section).len() as u32 / INSN
    }

    /// Adds an instruction; its number.
    pub fn add(&mut self, section: Code, insn: [u8; 8]) -> u32 {
        let number = self.next(section);
        self.code(section).extend(insn);
        number
    }

    /// Adds a name of symbols; its offset. Symbols may begin within it.
    pub fn name(&mut self, name: &str) -> u32 {
        let at = self.names.len() as u32;
        self.names.extend(name.bytes());
        self.names.push(0);
        at
    }

    /// Adds a global function from `start` to the end of its section.
    pub fn function(&mut self, name: u32, section: Code, start: u32) {
        let len = self.next(section) - start;
        let index = match section {
            Code::Programs => 1,
            Code::Text => 2,
        };
        self.symbol(
            name,
            0x12,
            index,
            u64::from(start * INSN),
            u64::from(len * INSN),
        );
    }

    /// Adds a symbol; its number.
    pub fn symbol(&mut self, name: u32, info: u8, section: u16, value: u64, size: u64) -> u32 {
        self.symbols.extend(name.to_le_bytes());
        self.symbols.extend([info, 0]);
        self.symbols.extend(section.to_le_bytes());
        self.symbols.extend(value.to_le_bytes());
        self.symbols.extend(size.to_le_bytes());
        self.symbols.len() as u32 / 24 - 1
    }

    /// Adds a section; its index.
    pub fn section(&mut self, section: Section) -> u16 {
        self.others.push(section);
        2 + self.others.len() as u16
    }

    /// Adds a relocation of an instruction: its type, access, and kind.
    pub fn relocation(&mut self, section: Code, at: u32, ty: u32, access: u32, kind: u32) {
        let list = match section {
            Code::Programs => &mut self.relocations[0],
            Code::Text => &mut self.relocations[1],
        };
        list.push([at * INSN, ty, access, kind]);
    }

    /// Says that an instruction of the programs refers to a symbol.
    pub fn refer(&mut self, at: u32, symbol: u32) {
        self.references.extend(u64::from(at * INSN).to_le_bytes());
        let info = u64::from(symbol) << 32 | 10;
        self.references.extend(info.to_le_bytes());
    }

    /// Adds a line of source of the programs.
    pub fn line(&mut self, at: u32, file: u32, text: u32) {
        self.lines.push([at * INSN, file, text, 1 << 10]);
    }

    /// The file. `name` is that of the section of programs.
    pub fn finish(mut self, name: &str) -> Vec<u8> {
        let lines = table(&mut self.btf, &[(name, &self.lines)]);
        let [own, text] = &self.relocations;
        let relocations = table(&mut self.btf, &[(name, own), (".text", text)]);
        let mut ext = Vec::new();
        ext.extend(0xeb9f_u16.to_le_bytes());
        ext.extend([1, 0]);
        let (first, second) = (lines.len() as u32, relocations.len() as u32);
        // The header's length, then offset and length of functions, which there are none of, lines, and relocations.
        for word in [32, 0, 0, 0, first, first, second] {
            ext.extend(word.to_le_bytes());
        }
        ext.extend(lines);
        ext.extend(relocations);
        let mut elf = ElfWriter::default();
        elf.bpf();
        let code = |name: &str, bytes: Vec<u8>| Section {
            flags: Section::CODE,
            ..Section::new(name, bytes)
        };
        elf.add(code(name, self.programs));
        elf.add(code(".text", self.text));
        for other in self.others {
            elf.add(other);
        }
        elf.section(".BTF", self.btf.finish());
        elf.section(".BTF.ext", ext);
        let strings = elf.add(Section {
            kind: Section::STRINGS,
            ..Section::new(".strtab", self.names)
        });
        let symbols = elf.add(Section {
            kind: Section::SYMBOLS,
            link: strings,
            info: 1,
            entry_size: 24,
            ..Section::new(".symtab", self.symbols)
        });
        elf.add(Section {
            kind: Section::REFERENCES,
            link: symbols,
            info: 1,
            entry_size: 16,
            ..Section::new(".rel", self.references)
        });
        elf.finish()
    }
}

/// A table of `.BTF.ext`, which may be empty: the length of a record, then for each section its name, their number, and the records.
fn table(btf: &mut BtfWriter, sections: &[(&str, &Vec<[u32; 4]>)]) -> Vec<u8> {
    if sections.iter().all(|(_, records)| records.is_empty()) {
        return Vec::new();
    }
    let mut words = vec![16];
    for (name, records) in sections.iter().filter(|(_, records)| !records.is_empty()) {
        words.extend([btf.name(name), records.len() as u32]);
        words.extend(records.iter().flatten());
    }
    words.into_iter().flat_map(u32::to_le_bytes).collect()
}
