//! An ELF64 file, of x86-64 unless another machine is set: sections, repeated headers of one section, symbols, program headers.

use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write;

const HEADER: usize = 64;
const SECTION_HEADER: usize = 64;
const PROGRAM_HEADER: usize = 56;
const SHF_COMPRESSED: u64 = 0x800;

/// A section and the fields of its header.
#[derive(Clone, Debug, Default)]
pub struct Section {
    pub name: String,
    pub bytes: Vec<u8>,
    /// `sh_type`; 0 is written as `SHT_PROGBITS`.
    pub kind: u32,
    pub flags: u64,
    pub address: u64,
    pub link: u32,
    pub info: u32,
    pub entry_size: u64,
    /// How many headers describe these bytes; 0 means 1.
    pub headers: usize,
}

impl Section {
    pub const SYMBOLS: u32 = 2;
    pub const STRINGS: u32 = 3;
    pub const RELOCATIONS: u32 = 4;
    /// Relocations without addends.
    pub const REFERENCES: u32 = 9;
    pub const NOTE: u32 = 7;
    /// `SHF_ALLOC | SHF_EXECINSTR`.
    pub const CODE: u64 = 6;
    /// `SHF_ALLOC | SHF_WRITE`.
    pub const DATA: u64 = 3;

    pub fn new(name: &str, bytes: Vec<u8>) -> Section {
        Section {
            name: name.to_owned(),
            bytes,
            ..Section::default()
        }
    }
}

/// The file, being written. The first section has index 1.
#[derive(Debug)]
pub struct ElfWriter {
    sections: Vec<Section>,
    file_type: u16,
    machine: u16,
    program_headers: Vec<[u8; PROGRAM_HEADER]>,
}

impl Default for ElfWriter {
    fn default() -> ElfWriter {
        ElfWriter {
            sections: Vec::new(),
            file_type: 2,
            machine: 62,
            program_headers: Vec::new(),
        }
    }
}

impl ElfWriter {
    /// A file with `.debug_info` of these units and `.debug_abbrev`.
    pub fn with_dwarf(info: Vec<u8>, abbreviations: Vec<u8>) -> ElfWriter {
        let mut elf = ElfWriter::default();
        elf.add(Section::new(".debug_info", info));
        elf.add(Section::new(".debug_abbrev", abbreviations));
        elf
    }

    /// Makes it `ET_REL`, an object file.
    pub fn relocatable(&mut self) -> &mut ElfWriter {
        self.file_type = 1;
        self
    }

    /// Makes it a BPF object.
    pub fn bpf(&mut self) -> &mut ElfWriter {
        self.machine = 247;
        self.relocatable()
    }

    pub fn section(&mut self, name: &str, bytes: Vec<u8>) -> &mut ElfWriter {
        self.add(Section::new(name, bytes));
        self
    }

    /// Adds a section; its index.
    pub fn add(&mut self, section: Section) -> u32 {
        let index = 1 + self
            .sections
            .iter()
            .map(|one| one.headers.max(1))
            .sum::<usize>();
        self.sections.push(section);
        index as u32
    }

    /// Adds a symbol table and its strings; the table's index.
    pub fn symbols(&mut self, symbols: &[Symbol], strings: Vec<u8>) -> u32 {
        let strings = self.add(Section {
            kind: Section::STRINGS,
            ..Section::new(".strtab", strings)
        });
        self.add(Section {
            kind: Section::SYMBOLS,
            link: strings,
            info: 1,
            entry_size: 24,
            ..Section::new(".symtab", symbol_table(symbols))
        })
    }

    /// Adds a program header of this type for a range of the file.
    pub fn program_header(&mut self, kind: u32, offset: u64, size: u64) -> &mut ElfWriter {
        let mut header = [0; PROGRAM_HEADER];
        header[..4].copy_from_slice(&kind.to_le_bytes());
        header[4..8].copy_from_slice(&4u32.to_le_bytes());
        header[8..16].copy_from_slice(&offset.to_le_bytes());
        header[32..40].copy_from_slice(&size.to_le_bytes());
        header[40..48].copy_from_slice(&size.to_le_bytes());
        header[48] = 4;
        self.program_headers.push(header);
        self
    }

    pub fn finish(&self) -> Vec<u8> {
        let mut names = vec![0];
        let mut file = vec![0; HEADER];
        file.extend(self.program_headers.iter().flatten());
        let mut headers = vec![0; SECTION_HEADER];
        for section in &self.sections {
            let name = place_name(&mut names, &section.name);
            let header = section_header(section, name, file.len() as u64);
            for _ in 0..section.headers.max(1) {
                headers.extend(header);
            }
            file.extend(&section.bytes);
        }
        let own = place_name(&mut names, ".shstrtab");
        let strings = Section {
            kind: Section::STRINGS,
            bytes: names,
            ..Section::default()
        };
        headers.extend(section_header(&strings, own, file.len() as u64));
        file.extend(&strings.bytes);
        let table = file.len() as u64;
        let count = headers.len() / SECTION_HEADER;
        // Beyond 65,279 sections, the first header holds their number and that of the names.
        let (shown, last) = match count < 0xff00 {
            true => (count as u16, (count - 1) as u16),
            false => (0, 0xffff),
        };
        if shown == 0 {
            headers[32..40].copy_from_slice(&(count as u64).to_le_bytes());
            headers[40..44].copy_from_slice(&((count - 1) as u32).to_le_bytes());
        }
        file.extend(headers);
        let identity = [0x7f, b'E', b'L', b'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        file[..16].copy_from_slice(&identity);
        file[16..18].copy_from_slice(&self.file_type.to_le_bytes());
        file[18..20].copy_from_slice(&self.machine.to_le_bytes());
        file[20] = 1;
        if !self.program_headers.is_empty() {
            file[32..40].copy_from_slice(&(HEADER as u64).to_le_bytes());
            file[54..56].copy_from_slice(&(PROGRAM_HEADER as u16).to_le_bytes());
            file[56..58].copy_from_slice(&(self.program_headers.len() as u16).to_le_bytes());
        }
        file[40..48].copy_from_slice(&table.to_le_bytes());
        file[52..54].copy_from_slice(&(HEADER as u16).to_le_bytes());
        file[58..60].copy_from_slice(&(SECTION_HEADER as u16).to_le_bytes());
        file[60..62].copy_from_slice(&shown.to_le_bytes());
        file[62..64].copy_from_slice(&last.to_le_bytes());
        file
    }
}

/// Names of many sections may be equal; one copy serves them.
fn place_name(names: &mut Vec<u8>, name: &str) -> u32 {
    let start = names.len() as u32;
    names.extend(name.bytes());
    names.push(0);
    start
}

fn section_header(section: &Section, name: u32, offset: u64) -> [u8; SECTION_HEADER] {
    let mut header = [0; SECTION_HEADER];
    header[..4].copy_from_slice(&name.to_le_bytes());
    header[4..8].copy_from_slice(&section.kind.max(1).to_le_bytes());
    header[8..16].copy_from_slice(&section.flags.to_le_bytes());
    header[16..24].copy_from_slice(&section.address.to_le_bytes());
    header[24..32].copy_from_slice(&offset.to_le_bytes());
    header[32..40].copy_from_slice(&(section.bytes.len() as u64).to_le_bytes());
    header[40..44].copy_from_slice(&section.link.to_le_bytes());
    header[44..48].copy_from_slice(&section.info.to_le_bytes());
    header[48] = 1;
    header[56..64].copy_from_slice(&section.entry_size.to_le_bytes());
    header
}

/// A symbol of 8 bytes.
#[derive(Clone, Copy, Debug)]
pub struct Symbol {
    /// Offset of its name in the strings.
    pub name: u32,
    /// `st_info`.
    pub info: u8,
    pub section: u16,
    pub value: u64,
}

impl Symbol {
    /// A global function.
    pub const FUNCTION: u8 = 0x12;
    /// A global variable.
    pub const OBJECT: u8 = 0x11;
}

/// The bytes of a symbol table: the null symbol, then these.
pub fn symbol_table(symbols: &[Symbol]) -> Vec<u8> {
    let mut table = vec![0; 24];
    for symbol in symbols {
        table.extend(symbol.name.to_le_bytes());
        table.extend([symbol.info, 0]);
        table.extend(symbol.section.to_le_bytes());
        table.extend(symbol.value.to_le_bytes());
        table.extend(8u64.to_le_bytes());
    }
    table
}

/// A section of this name that holds `bytes` compressed with zlib.
pub fn compressed(name: &str, bytes: &[u8]) -> Section {
    let mut out = Vec::new();
    out.extend(1u32.to_le_bytes());
    out.extend(0u32.to_le_bytes());
    out.extend((bytes.len() as u64).to_le_bytes());
    out.extend(1u64.to_le_bytes());
    let mut encoder = ZlibEncoder::new(out, Compression::best());
    // Writing to memory has no way to fail.
    let _ = encoder.write_all(bytes);
    Section {
        flags: SHF_COMPRESSED,
        ..Section::new(name, encoder.finish().unwrap_or_default())
    }
}
