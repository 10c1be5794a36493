//! Small ELF files of any class, byte order and shape, written by another library's encoder.

use std::io::Read;

use object::Endianness;
use object::elf;
use object::write::elf::{
    Encoder, FileHeader, FileHeaderLayout, ProgramHeader, Rel, SectionHeader, Sym,
};

/// A section of a fixture. The null section is not written down; the first is at index 1.
#[derive(Clone, Default)]
pub struct Part {
    pub name: &'static str,
    pub sh_type: u32,
    pub flags: u64,
    pub addr: u64,
    pub data: Vec<u8>,
    pub link: u32,
    pub info: u32,
    pub entsize: u64,
    pub align: u64,
}

impl Part {
    pub fn new(name: &'static str, data: impl Into<Vec<u8>>) -> Part {
        Part {
            name,
            sh_type: elf::SHT_PROGBITS.0,
            data: data.into(),
            align: 1,
            ..Part::default()
        }
    }

    pub fn loaded(mut self, addr: u64) -> Part {
        self.flags |= elf::SHF_ALLOC.0;
        self.addr = addr;
        self
    }

    pub fn compressed(mut self) -> Part {
        self.flags |= elf::SHF_COMPRESSED.0;
        self
    }
}

/// What a fixture is made of.
#[derive(Clone)]
pub struct Fixture {
    pub is_64: bool,
    pub endian: Endianness,
    pub machine: elf::Machine,
    pub file_type: elf::FileType,
    pub parts: Vec<Part>,
    /// One `PT_LOAD` that covers this many bytes from the start.
    pub segment: Option<u64>,
    /// Name of the section that takes the section names, if not one of its own at the end.
    pub names_in: Option<&'static str>,
}

pub const KINDS: [(bool, Endianness); 4] = [
    (true, Endianness::Little),
    (true, Endianness::Big),
    (false, Endianness::Little),
    (false, Endianness::Big),
];

impl Fixture {
    pub fn new(is_64: bool, endian: Endianness) -> Fixture {
        Fixture {
            is_64,
            endian,
            machine: elf::EM_X86_64,
            file_type: elf::ET_EXEC,
            parts: Vec::new(),
            segment: None,
            names_in: None,
        }
    }

    pub fn encoder(&self) -> Encoder<Endianness> {
        Encoder::new(self.endian, self.is_64, self.machine)
    }

    pub fn part(mut self, part: Part) -> Fixture {
        self.parts.push(part);
        self
    }

    /// The index that the next part gets.
    pub fn next_index(&self) -> u32 {
        self.parts.len() as u32 + 1
    }

    /// Adds `.symtab` and `.strtab` (and `.symtab_shndx` when needed): `(name, value, section)`, where
    /// section is an index or `None` for an undefined symbol. The null symbol is added. Returns the
    /// index of `.symtab`.
    pub fn symbols(&mut self, symbols: &[(&str, u64, Option<u32>)]) -> u32 {
        let encoder = self.encoder();
        let (mut strings, mut bytes, mut extended) = (vec![0], Vec::new(), Vec::new());
        let null = ("", 0, None);
        for (name, value, section) in std::iter::once(&null).chain(symbols) {
            let st_name = if name.is_empty() {
                0
            } else {
                strings.len() as u32
            };
            if !name.is_empty() {
                strings.extend_from_slice(name.as_bytes());
                strings.push(0);
            }
            let symbol = Sym {
                section: *section,
                st_name,
                st_info: elf::SymbolInfo::new(elf::STB_GLOBAL, elf::STT_FUNC),
                st_other: elf::SymbolOther(0),
                st_shndx: elf::SHN_UNDEF,
                st_value: *value,
                st_size: 16,
            };
            extended.push(encoder.symbol(&mut bytes, &symbol).unwrap_or(0));
        }
        let symtab = self.next_index();
        let header = encoder.symtab_section_header(symtab + 1, 1);
        self.parts.push(Part {
            sh_type: header.sh_type.0,
            link: header.sh_link,
            info: header.sh_info,
            entsize: header.sh_entsize,
            align: header.sh_addralign,
            ..Part::new(".symtab", bytes)
        });
        self.parts.push(Part {
            sh_type: elf::SHT_STRTAB.0,
            ..Part::new(".strtab", strings)
        });
        if extended.iter().any(|index| *index != 0) {
            let little = self.endian == Endianness::Little;
            let bytes: Vec<u8> = extended
                .iter()
                .flat_map(|n| {
                    if little {
                        n.to_le_bytes()
                    } else {
                        n.to_be_bytes()
                    }
                })
                .collect();
            self.parts.push(Part {
                sh_type: elf::SHT_SYMTAB_SHNDX.0,
                link: symtab,
                entsize: 4,
                align: 4,
                ..Part::new(".symtab_shndx", bytes)
            });
        }
        symtab
    }

    /// Adds a relocation section for `target`: `(offset, symbol, type, addend)`.
    pub fn relocations(
        &mut self,
        name: &'static str,
        target: u32,
        symtab: u32,
        is_rela: bool,
        relocations: &[(u64, u32, elf::RelocationType, i64)],
    ) {
        let encoder = self.encoder();
        let mut bytes = Vec::new();
        for (r_offset, r_sym, r_type, r_addend) in relocations.iter().copied() {
            encoder.relocation(
                &mut bytes,
                is_rela,
                &Rel {
                    r_offset,
                    r_sym,
                    r_type,
                    r_addend,
                },
            );
        }
        self.parts.push(Part {
            sh_type: if is_rela {
                elf::SHT_RELA.0
            } else {
                elf::SHT_REL.0
            },
            link: symtab,
            info: target,
            entsize: encoder.rel_size(is_rela),
            align: 4,
            ..Part::new(name, bytes)
        });
    }

    pub fn build(&self) -> Vec<u8> {
        let encoder = self.encoder();
        let mut parts = self.parts.clone();
        if self.names_in.is_none() {
            parts.push(Part {
                sh_type: elf::SHT_STRTAB.0,
                ..Part::new(".shstrtab", [])
            });
        }
        let table_name = self.names_in.unwrap_or(".shstrtab");
        let table = parts
            .iter()
            .position(|part| part.name == table_name)
            .expect("a table of names");
        let mut names = std::mem::take(&mut parts[table].data);
        if names.is_empty() {
            names.push(0);
        }
        let offsets: Vec<u32> = parts
            .iter()
            .map(|part| {
                let offset = names.len() as u32;
                names.extend_from_slice(part.name.as_bytes());
                names.push(0);
                offset
            })
            .collect();
        parts[table].data = names;

        let mut end = encoder.file_header_size();
        let mut layout = FileHeaderLayout::default();
        if self.segment.is_some() {
            layout.e_phoff = end;
            layout.segment_num = 1;
            end += encoder.program_header_size();
        }
        let mut body = Vec::new();
        let start = end;
        let headers: Vec<SectionHeader> = parts
            .iter()
            .zip(offsets)
            .map(|(part, sh_name)| {
                let align = part.align.max(1);
                end = end.next_multiple_of(align);
                body.resize((end - start) as usize, 0);
                let sh_offset = end;
                let sh_size = part.data.len() as u64;
                if part.sh_type != elf::SHT_NOBITS.0 {
                    body.extend_from_slice(&part.data);
                    end += sh_size;
                }
                SectionHeader {
                    sh_name,
                    sh_type: elf::SectionType(part.sh_type),
                    sh_flags: elf::SectionFlags(part.flags),
                    sh_addr: part.addr,
                    sh_offset,
                    sh_size,
                    sh_link: part.link,
                    sh_info: part.info,
                    sh_addralign: part.align,
                    sh_entsize: part.entsize,
                }
            })
            .collect();
        let table_start = end.next_multiple_of(8);
        body.resize((table_start - start) as usize, 0);
        layout.e_shoff = table_start;
        layout.section_num = headers.len() as u32 + 1;
        layout.shstrtab_index = table as u32 + 1;

        let mut file = Vec::new();
        let header = FileHeader {
            e_type: self.file_type,
            e_machine: self.machine,
            ..FileHeader::default()
        };
        encoder
            .file_header(&mut file, &header, &layout)
            .expect("a header");
        if let Some(size) = self.segment {
            encoder.program_header(
                &mut file,
                &ProgramHeader {
                    p_type: elf::PT_LOAD,
                    p_flags: elf::PF_R,
                    p_offset: 0,
                    p_vaddr: 0x1000,
                    p_paddr: 0x1000,
                    p_filesz: size,
                    p_memsz: size,
                    p_align: 0x1000,
                },
            );
        }
        file.extend_from_slice(&body);
        encoder.null_section_header(&mut file, &layout);
        for header in &headers {
            encoder.section_header(&mut file, header);
        }
        file
    }

    /// An `SHF_COMPRESSED` section's bytes: the header of this class, then the stream.
    pub fn compression_header(
        &self,
        kind: elf::CompressionType,
        size: u64,
        stream: &[u8],
    ) -> Vec<u8> {
        use object::{U32, U64, pod};
        let e = self.endian;
        let mut bytes = if self.is_64 {
            pod::bytes_of(&elf::CompressionHeader64 {
                ch_type: U32::new(e, kind),
                ch_reserved: U32::new(e, 0),
                ch_size: U64::new(e, size),
                ch_addralign: U64::new(e, 1),
            })
            .to_vec()
        } else {
            pod::bytes_of(&elf::CompressionHeader32 {
                ch_type: U32::new(e, kind),
                ch_size: U32::new(e, size as u32),
                ch_addralign: U32::new(e, 1),
            })
            .to_vec()
        };
        bytes.extend_from_slice(stream);
        bytes
    }
}

pub fn zlib(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    flate2::read::ZlibEncoder::new(data, flate2::Compression::default())
        .read_to_end(&mut out)
        .expect("compresses");
    out
}

pub fn zstd(data: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(data, ruzstd::encoding::CompressionLevel::Fastest)
}

/// A `.zdebug_*` section's bytes.
pub fn gnu_zlib(data: &[u8]) -> Vec<u8> {
    [
        b"ZLIB".as_slice(),
        &(data.len() as u64).to_be_bytes(),
        &zlib(data),
    ]
    .concat()
}

/// Bytes that neither repeat nor are random, more than any decoder's window step.
pub fn contents(len: usize) -> Vec<u8> {
    let mut state = 1u32;
    (0..len)
        .map(|at| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if at % 7 < 4 {
                (at / 64) as u8
            } else {
                (state >> 28) as u8
            }
        })
        .collect()
}

pub fn spliced(splice: &elf_crate::Splice, source: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    splice
        .write_to::<_, elf_crate::ReadError>(source, &mut |bytes| {
            out.extend_from_slice(bytes);
            Ok(())
        })
        .expect("inside the source");
    assert_eq!(out.len() as u64, splice.len());
    out
}

/// The crate under test, beside `object`'s module of the same name.
pub use ::elf as elf_crate;
