//! The fixed-size structures, brought to one shape for both classes and both endians.

use object::elf;
use object::pod;
use object::read::elf::{FileHeader as _, ProgramHeader as _, SectionHeader as _};
use object::{Endianness, U16, U32, U64};

use crate::error::Error;
use crate::read_at::ReadAt;

/// Word size of an ELF file (`EI_CLASS`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// 32-bit.
    Elf32,
    /// 64-bit.
    Elf64,
}

/// Byte order of an ELF file (`EI_DATA`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Endian {
    /// Least significant byte first.
    Little,
    /// Most significant byte first.
    Big,
}

/// Whether a file that starts with these bytes is an ELF file. The first four decide; fewer are none.
#[must_use]
pub fn file_is_elf(magic: &[u8]) -> bool {
    magic.starts_with(&elf::ELFMAG)
}

impl Class {
    /// How many bytes an address has.
    #[must_use]
    pub fn address_size(self) -> u8 {
        match self {
            Class::Elf32 => 4,
            Class::Elf64 => 8,
        }
    }

    pub(crate) fn file_header_size(self) -> usize {
        match self {
            Class::Elf32 => size_of::<elf::FileHeader32<Endianness>>(),
            Class::Elf64 => size_of::<elf::FileHeader64<Endianness>>(),
        }
    }

    pub(crate) fn section_header_size(self) -> usize {
        match self {
            Class::Elf32 => size_of::<elf::SectionHeader32<Endianness>>(),
            Class::Elf64 => size_of::<elf::SectionHeader64<Endianness>>(),
        }
    }

    pub(crate) fn program_header_size(self) -> usize {
        match self {
            Class::Elf32 => size_of::<elf::ProgramHeader32<Endianness>>(),
            Class::Elf64 => size_of::<elf::ProgramHeader64<Endianness>>(),
        }
    }
}

impl Endian {
    pub(crate) fn object(self) -> Endianness {
        match self {
            Endian::Little => Endianness::Little,
            Endian::Big => Endianness::Big,
        }
    }
}

/// The fields of the file header that are used, and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileHeader {
    pub class: Class,
    pub endian: Endian,
    pub e_type: u16,
    pub machine: u16,
    pub phoff: u64,
    pub phentsize: u16,
    pub phnum: u16,
    pub shoff: u64,
    pub shentsize: u16,
    pub shnum: u16,
    pub shstrndx: u16,
    /// As in the file.
    pub bytes: Vec<u8>,
}

impl FileHeader {
    pub fn read<R: ReadAt + ?Sized>(source: &R) -> Result<FileHeader, Error> {
        let have = source.len();
        let mut ident = [0; 16];
        let known = usize::try_from(have).unwrap_or(usize::MAX).min(ident.len());
        if let Some(start) = ident.get_mut(..known) {
            source.read_at(0, start)?;
        }
        let [m0, m1, m2, m3, class, encoding, version, ..] = ident;
        if !file_is_elf(&[m0, m1, m2, m3]) {
            return Err(Error::NotElf {
                magic: ident.iter().copied().take(known.min(4)).collect(),
            });
        }
        if known < ident.len() {
            return Err(Error::Truncated {
                what: "ELF header",
                offset: 0,
                need: ident.len() as u64,
                have,
            });
        }
        let class = match elf::FileClass(class) {
            elf::ELFCLASS32 => Class::Elf32,
            elf::ELFCLASS64 => Class::Elf64,
            _ => return Err(Error::UnsupportedClass { class }),
        };
        let endian = match elf::DataEncoding(encoding) {
            elf::ELFDATA2LSB => Endian::Little,
            elf::ELFDATA2MSB => Endian::Big,
            _ => return Err(Error::UnsupportedEncoding { encoding }),
        };
        if version != elf::EV_CURRENT.0 {
            return Err(Error::UnsupportedVersion { version });
        }
        let need = class.file_header_size();
        if have < need as u64 {
            return Err(Error::Truncated {
                what: "ELF header",
                offset: 0,
                need: need as u64,
                have,
            });
        }
        let mut bytes = vec![0; need];
        source.read_at(0, &mut bytes)?;
        FileHeader::decode(class, endian, bytes).ok_or(Error::Truncated {
            what: "ELF header",
            offset: 0,
            need: need as u64,
            have,
        })
    }

    fn decode(class: Class, endian: Endian, bytes: Vec<u8>) -> Option<FileHeader> {
        let e = endian.object();
        macro_rules! fields {
            ($kind:ident) => {{
                let (h, _) = pod::from_bytes::<elf::$kind<Endianness>>(&bytes).ok()?;
                FileHeader {
                    class,
                    endian,
                    e_type: h.e_type(e).0,
                    machine: h.e_machine(e).0,
                    phoff: h.e_phoff(e).into(),
                    phentsize: h.e_phentsize(e),
                    phnum: h.e_phnum(e),
                    shoff: h.e_shoff(e).into(),
                    shentsize: h.e_shentsize(e),
                    shnum: h.e_shnum(e),
                    shstrndx: h.e_shstrndx(e).0,
                    bytes: Vec::new(),
                }
            }};
        }
        let fields = match class {
            Class::Elf32 => fields!(FileHeader32),
            Class::Elf64 => fields!(FileHeader64),
        };
        Some(FileHeader { bytes, ..fields })
    }

    /// The header's bytes with another section header table; everything else stays.
    ///
    /// `None` when `shoff` does not fit the class.
    pub fn with_section_table(&self, shoff: u64, shnum: u16, shstrndx: u16) -> Option<Vec<u8>> {
        let e = self.endian.object();
        let mut bytes = self.bytes.clone();
        let shentsize = u16::try_from(self.class.section_header_size()).ok()?;
        match self.class {
            Class::Elf32 => {
                let (h, _) =
                    pod::from_bytes_mut::<elf::FileHeader32<Endianness>>(&mut bytes).ok()?;
                h.e_shoff = U32::new(e, u32::try_from(shoff).ok()?);
                h.e_shentsize = U16::new(e, shentsize);
                h.e_shnum = U16::new(e, shnum);
                h.e_shstrndx = U16::new(e, elf::SymbolSection(shstrndx));
            }
            Class::Elf64 => {
                let (h, _) =
                    pod::from_bytes_mut::<elf::FileHeader64<Endianness>>(&mut bytes).ok()?;
                h.e_shoff = U64::new(e, shoff);
                h.e_shentsize = U16::new(e, shentsize);
                h.e_shnum = U16::new(e, shnum);
                h.e_shstrndx = U16::new(e, elf::SymbolSection(shstrndx));
            }
        }
        Some(bytes)
    }
}

/// A section header with fields wide enough for both classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct SectionHeader {
    pub name: u32,
    pub sh_type: u32,
    pub flags: u64,
    pub addr: u64,
    pub offset: u64,
    pub size: u64,
    pub link: u32,
    pub info: u32,
    pub align: u64,
    pub entsize: u64,
}

impl SectionHeader {
    /// `None` when `bytes` are too few.
    pub fn decode(class: Class, endian: Endian, bytes: &[u8]) -> Option<SectionHeader> {
        let e = endian.object();
        macro_rules! fields {
            ($kind:ident) => {{
                let (h, _) = pod::from_bytes::<elf::$kind<Endianness>>(bytes).ok()?;
                SectionHeader {
                    name: h.sh_name(e),
                    sh_type: h.sh_type(e).0,
                    flags: h.sh_flags(e).0,
                    addr: h.sh_addr(e).into(),
                    offset: h.sh_offset(e).into(),
                    size: h.sh_size(e).into(),
                    link: h.sh_link(e),
                    info: h.sh_info(e),
                    align: h.sh_addralign(e).into(),
                    entsize: h.sh_entsize(e).into(),
                }
            }};
        }
        Some(match class {
            Class::Elf32 => fields!(SectionHeader32),
            Class::Elf64 => fields!(SectionHeader64),
        })
    }

    /// `None` when a field does not fit the class.
    pub fn encode(&self, class: Class, endian: Endian) -> Option<Vec<u8>> {
        let e = endian.object();
        let narrow = |value: u64| Some(U32::new(e, u32::try_from(value).ok()?));
        Some(match class {
            Class::Elf32 => pod::bytes_of(&elf::SectionHeader32::<Endianness> {
                sh_name: U32::new(e, self.name),
                sh_type: U32::new(e, elf::SectionType(self.sh_type)),
                sh_flags: U32::new_u64(e, elf::SectionFlags(self.flags)).ok()?,
                sh_addr: narrow(self.addr)?,
                sh_offset: narrow(self.offset)?,
                sh_size: narrow(self.size)?,
                sh_link: U32::new(e, self.link),
                sh_info: U32::new(e, self.info),
                sh_addralign: narrow(self.align)?,
                sh_entsize: narrow(self.entsize)?,
            })
            .to_vec(),
            Class::Elf64 => pod::bytes_of(&elf::SectionHeader64::<Endianness> {
                sh_name: U32::new(e, self.name),
                sh_type: U32::new(e, elf::SectionType(self.sh_type)),
                sh_flags: U64::new(e, elf::SectionFlags(self.flags)),
                sh_addr: U64::new(e, self.addr),
                sh_offset: U64::new(e, self.offset),
                sh_size: U64::new(e, self.size),
                sh_link: U32::new(e, self.link),
                sh_info: U32::new(e, self.info),
                sh_addralign: U64::new(e, self.align),
                sh_entsize: U64::new(e, self.entsize),
            })
            .to_vec(),
        })
    }
}

/// The file range of a segment: `(p_offset, p_filesz)`. `None` when `bytes` are too few.
pub(crate) fn segment_range(class: Class, endian: Endian, bytes: &[u8]) -> Option<(u64, u64)> {
    let e = endian.object();
    Some(match class {
        Class::Elf32 => {
            let (h, _) = pod::from_bytes::<elf::ProgramHeader32<Endianness>>(bytes).ok()?;
            (h.p_offset(e).into(), h.p_filesz(e).into())
        }
        Class::Elf64 => {
            let (h, _) = pod::from_bytes::<elf::ProgramHeader64<Endianness>>(bytes).ok()?;
            (h.p_offset(e), h.p_filesz(e))
        }
    })
}
