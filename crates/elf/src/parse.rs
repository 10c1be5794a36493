//! The frame of a file: its header, section headers and section names.

use object::Endianness;
use object::elf;
use object::pod;
use object::read::elf::CompressionHeader as _;

use budget::{Allowance, Budget, Resource};

use crate::error::Error;
use crate::header::{Class, Endian, FileHeader, SectionHeader};
use crate::read::{allocate, narrow};
use crate::read_at::ReadAt;
use crate::section::{Compression, CompressionFormat, Section, SectionIndex};

/// Section headers are read in steps of about this many bytes.
const TABLE_STEP: usize = 1 << 20;

/// How many times the file its sections may be in all: where none overlap, they are less than the file.
const MOST_OVERLAP: u64 = 4;

/// Bytes before the stream of a `.zdebug_*` section: `ZLIB` and the size, big endian.
const GNU_HEADER: usize = 12;

/// The headers of an ELF file: all that is needed to find, read, and patch its sections, but no section's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elf {
    /// Word size: how many bytes an address has.
    pub class: Class,
    /// Byte order of everything in the file.
    pub endian: Endian,
    /// The processor: a value of `EM_*`, 62 for x86-64.
    pub machine: u16,
    /// Object file, executable, or other: a value of [`file_type`](crate::file_type).
    pub file_type: u16,
    /// All sections in the order of their headers, with the null section at 0; empty if the file has no section header
    /// table.
    pub sections: Vec<Section>,
    pub(crate) header: FileHeader,
    /// Index of the section names' table, 0 when there is none.
    pub(crate) shstrndx: u32,
    /// Number of program headers.
    pub(crate) phnum: u64,
    /// `(target, relocation section)`, sorted, for `ET_REL` only.
    pub(crate) relocations: Vec<(u32, u32)>,
    /// What all compressed sections together claim to decompress to, against what the file's size allows.
    pub(crate) decompressed: Allowance,
}

impl Elf {
    /// Reads the headers and section names of an ELF file, and the headers of compressed sections.
    ///
    /// # Errors
    /// The file is not ELF, of an unknown kind, or ends within its headers. A section that lies beyond the end of the file
    /// is an error only when it is read.
    pub fn parse<R: ReadAt + ?Sized>(source: &R) -> Result<Elf, Error> {
        let header = FileHeader::read(source)?;
        let mut elf = Elf {
            class: header.class,
            endian: header.endian,
            machine: header.machine,
            file_type: header.e_type,
            sections: Vec::new(),
            shstrndx: 0,
            phnum: u64::from(header.phnum),
            relocations: Vec::new(),
            decompressed: Budget::STANDARD.allowance(Resource::Decompressed, source.len()),
            header,
        };
        if elf.header.shoff != 0 {
            elf.read_sections(source)?;
            elf.refuse_overlap(source.len())?;
            elf.claim(elf.decompressed.clone());
        }
        Ok(elf)
    }

    /// The same headers with another budget for decompressed sections than [`Budget::STANDARD`].
    #[must_use]
    pub fn within<R: ReadAt + ?Sized>(mut self, budget: Budget, source: &R) -> Elf {
        self.claim(budget.allowance(Resource::Decompressed, source.len()));
        self
    }

    /// The budget within which the sections are read ([`Elf::within`]).
    #[must_use]
    pub fn budget(&self) -> Budget {
        self.decompressed.budget()
    }

    /// Adds up what compressed sections claim. Whether it is too much is said when one of them is read.
    fn claim(&mut self, mut allowance: Allowance) {
        for section in self.sections.iter().filter(|it| it.compression.is_some()) {
            let _is_seen_later = allowance.spend(section.data_size());
        }
        self.decompressed = allowance;
    }

    /// Headers that repeat the same bytes many times multiply what a file costs. Those of a sound file share at most a few.
    fn refuse_overlap(&self, file_len: u64) -> Result<(), Error> {
        let in_file = |section: &Section| {
            let end = section.offset.saturating_add(section.file_size());
            end.min(file_len).saturating_sub(section.offset)
        };
        let claimed = self
            .sections
            .iter()
            .map(in_file)
            .fold(0, u64::saturating_add);
        if claimed > file_len.saturating_mul(MOST_OVERLAP) {
            return Err(Error::SectionsOverlap {
                sections: self.sections.len(),
                claimed,
                file_len,
            });
        }
        Ok(())
    }

    fn read_sections<R: ReadAt + ?Sized>(&mut self, source: &R) -> Result<(), Error> {
        let (null, count) = self.section_count(source)?;
        let size = self.class.section_header_size();
        let shoff = self.header.shoff;
        let have = source.len();
        let need = count.saturating_mul(size as u64);
        if shoff.checked_add(need).is_none_or(|end| end > have) {
            return Err(Error::Truncated {
                what: "section header table",
                offset: shoff,
                need,
                have,
            });
        }
        self.shstrndx = if self.header.shstrndx == elf::SHN_XINDEX.0 {
            null.link
        } else {
            u32::from(self.header.shstrndx)
        };
        if self.header.phnum == elf::PN_XNUM {
            self.phnum = u64::from(null.info);
        }

        let names = self.read_names(source, count)?;
        let mut name_budget = (names.len() as u64)
            .saturating_mul(4)
            .saturating_add(count.saturating_mul(256));
        let name_limit = name_budget;
        let total = narrow("the section header table", count)?;
        self.sections
            .try_reserve_exact(total)
            .map_err(|_| Error::OutOfMemory {
                what: "the section header table".to_owned(),
                size: need,
            })?;
        let mut sections = std::mem::take(&mut self.sections);
        self.each_header(source, total, |header| {
            let name = string_at(&names, header.name);
            name_budget =
                name_budget
                    .checked_sub(name.len() as u64)
                    .ok_or(Error::NamesTooLarge {
                        table: names.len() as u64,
                        limit: name_limit,
                    })?;
            // The null section is no section: it must not answer to a name.
            let name = if sections.is_empty() { &[] } else { name };
            let name = String::from_utf8_lossy(name).into_owned();
            let index = SectionIndex(u32::try_from(sections.len()).unwrap_or(u32::MAX));
            sections.push(self.section_from(source, index, name, &header)?);
            Ok(())
        })?;
        self.sections = sections;
        self.find_relocations();
        Ok(())
    }

    /// Calls `each` with the first `count` section headers, which are inside the file.
    pub(crate) fn each_header<R: ReadAt + ?Sized>(
        &self,
        source: &R,
        count: usize,
        mut each: impl FnMut(SectionHeader) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let size = self.class.section_header_size();
        let per_step = (TABLE_STEP / size).max(1);
        let mut offset = self.header.shoff;
        let mut left = count;
        while left > 0 {
            let step = per_step.min(left);
            let mut bytes = vec![0; step * size];
            source.read_at(offset, &mut bytes)?;
            for raw in bytes.chunks_exact(size) {
                if let Some(header) = SectionHeader::decode(self.class, self.endian, raw) {
                    each(header)?;
                }
            }
            offset += bytes.len() as u64;
            left -= step;
        }
        Ok(())
    }

    /// The null section's header, and how many sections there are.
    fn section_count<R: ReadAt + ?Sized>(&self, source: &R) -> Result<(SectionHeader, u64), Error> {
        let size = self.class.section_header_size();
        let shoff = self.header.shoff;
        if self.header.shnum != 0 || self.header.shentsize != 0 {
            let expected = u16::try_from(size).unwrap_or(u16::MAX);
            if self.header.shentsize != expected {
                return Err(Error::BadSectionHeaderSize {
                    size: self.header.shentsize,
                    expected,
                });
            }
        }
        let have = source.len();
        let truncated = Error::Truncated {
            what: "section header table",
            offset: shoff,
            // Where the number of headers does not fit into the ELF header, the first one has it.
            need: size as u64 * u64::from(self.header.shnum).max(1),
            have,
        };
        if shoff.checked_add(size as u64).is_none_or(|end| end > have) {
            return Err(truncated);
        }
        let mut bytes = vec![0; size];
        source.read_at(shoff, &mut bytes)?;
        let null = SectionHeader::decode(self.class, self.endian, &bytes).ok_or(truncated)?;
        let count = if self.header.shnum == 0 {
            null.size
        } else {
            u64::from(self.header.shnum)
        };
        Ok((null, count))
    }

    fn read_names<R: ReadAt + ?Sized>(&self, source: &R, count: u64) -> Result<Vec<u8>, Error> {
        let index = self.shstrndx;
        if index == 0 || count == 0 {
            return Ok(Vec::new());
        }
        let bad = Error::BadNameTable { index, count };
        if u64::from(index) >= count {
            return Err(bad);
        }
        let size = self.class.section_header_size();
        let mut bytes = vec![0; size];
        source.read_at(
            self.header.shoff + u64::from(index) * size as u64,
            &mut bytes,
        )?;
        let Some(header) = SectionHeader::decode(self.class, self.endian, &bytes) else {
            return Err(bad);
        };
        let stored = header.flags & elf::SHF_COMPRESSED.0 == 0;
        if header.sh_type == elf::SHT_NOBITS.0 || header.sh_type == elf::SHT_NULL.0 || !stored {
            return Err(bad);
        }
        read_extent(
            source,
            "the table of section names",
            header.offset,
            header.size,
        )
    }

    fn section_from<R: ReadAt + ?Sized>(
        &self,
        source: &R,
        index: SectionIndex,
        name: String,
        header: &SectionHeader,
    ) -> Result<Section, Error> {
        let mut section = Section {
            index,
            name,
            sh_type: header.sh_type,
            flags: header.flags,
            addr: header.addr,
            offset: header.offset,
            size: header.size,
            link: header.link,
            info: header.info,
            align: header.align,
            entsize: header.entsize,
            compression: None,
            relocated: false,
        };
        if !section.is_nobits() {
            section.compression = if header.flags & elf::SHF_COMPRESSED.0 != 0 {
                Some(self.compression_header(source, header)?)
            } else if section.name.starts_with(".zdebug_") {
                gnu_compression_header(source, header)?
            } else {
                None
            };
        }
        Ok(section)
    }

    fn compression_header<R: ReadAt + ?Sized>(
        &self,
        source: &R,
        header: &SectionHeader,
    ) -> Result<Compression, Error> {
        let e = self.endian.object();
        // A header out of bounds is reported when the section is read, by its name.
        let unreadable = Compression {
            format: CompressionFormat::Other(0),
            uncompressed_size: 0,
            header_size: 0,
        };
        macro_rules! read {
            ($kind:ident) => {{
                type Header = elf::$kind<Endianness>;
                let mut bytes = [0; size_of::<Header>()];
                if !has_bytes(source, header, bytes.len()) {
                    return Ok(unreadable);
                }
                source.read_at(header.offset, &mut bytes)?;
                let Ok((h, _)) = pod::from_bytes::<Header>(&bytes) else {
                    return Ok(unreadable);
                };
                (h.ch_type(e), u64::from(h.ch_size(e)), bytes.len() as u64)
            }};
        }
        let (ch_type, uncompressed_size, header_size) = match self.class {
            Class::Elf32 => read!(CompressionHeader32),
            Class::Elf64 => read!(CompressionHeader64),
        };
        let format = match ch_type {
            elf::ELFCOMPRESS_ZLIB => CompressionFormat::Zlib,
            elf::ELFCOMPRESS_ZSTD => CompressionFormat::Zstd,
            other => CompressionFormat::Other(other.0),
        };
        Ok(Compression {
            format,
            uncompressed_size,
            header_size,
        })
    }

    /// Relocations are applied in `ET_REL` only: what a linker kept in an executable it has applied already.
    fn find_relocations(&mut self) {
        if self.file_type != elf::ET_REL.0 {
            return;
        }
        let count = self.sections.len();
        for section in &self.sections {
            let relocates = section.sh_type == elf::SHT_REL.0 || section.sh_type == elf::SHT_RELA.0;
            if relocates
                && section.size != 0
                && section.info != 0
                && (section.info as usize) < count
            {
                self.relocations.push((section.info, section.index.0));
            }
        }
        self.relocations.sort_unstable();
        for (target, _) in &self.relocations {
            if let Some(section) = self.sections.get_mut(*target as usize) {
                section.relocated = !section.is_nobits();
            }
        }
    }

    /// The first section of this name in header order; `.debug_x` also finds `.zdebug_x`.
    #[must_use]
    pub fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.is_named(name))
    }

    /// All sections of this name in header order; `.debug_x` also finds `.zdebug_x`.
    pub fn sections_named<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Section> {
        self.sections
            .iter()
            .filter(move |section| section.is_named(name))
    }

    /// The section at an index of the section header table.
    #[must_use]
    pub fn section_at(&self, index: SectionIndex) -> Option<&Section> {
        self.sections.get(index.0 as usize)
    }

    /// Whether the file is a relocatable object (`ET_REL`): an `.o` or a kernel module.
    #[must_use]
    pub fn is_relocatable(&self) -> bool {
        self.file_type == elf::ET_REL.0
    }

    /// Gives every loaded section of a relocatable file an address of its own, one after the other from
    /// 0x10000 on, as libdwfl does when it opens a kernel module. Relocations that are applied and the
    /// values of symbols follow these addresses, so that functions of different sections can be told
    /// apart. Other files are left alone; so are the headers that a patched file is made from.
    ///
    /// Where there are several sections of units (type units stand in COMDAT groups, each with a section of
    /// its own), each gets the address at which it stands in [`Elf::read_sections_named`], so that
    /// references between them lead there.
    pub fn assign_addresses(&mut self) {
        const START: u64 = 0x10000;
        if !self.is_relocatable() {
            return;
        }
        let mut next = START;
        for section in self
            .sections
            .iter_mut()
            .filter(|section| section.is_loaded())
        {
            let align = section.align.max(1);
            let Some(addr) = next.checked_next_multiple_of(align) else {
                return;
            };
            section.addr = addr;
            next = addr.saturating_add(section.size);
        }
        for name in [".debug_info", ".debug_types"] {
            let mut next = 0u64;
            for section in self.sections.iter_mut().filter(|s| s.is_named(name)) {
                section.addr = next;
                next = next.saturating_add(section.data_size());
            }
        }
    }

    /// The address of the section that a symbol of a relocatable file is relative to.
    pub(crate) fn symbol_base(&self, section: SectionIndex) -> u64 {
        if !self.is_relocatable() {
            return 0;
        }
        self.section_at(section).map_or(0, |section| section.addr)
    }

    /// Whether ranges of every debug section can be read on their own: none is compressed or relocated.
    #[must_use]
    pub fn random_access(&self) -> bool {
        self.sections
            .iter()
            .filter(|section| {
                section.name.starts_with(".debug_") || section.name.starts_with(".zdebug_")
            })
            .all(Section::random_access)
    }

    /// The first section, in header order, whose bytes run past `file_len`: the file was cut short.
    #[must_use]
    pub fn first_section_beyond(&self, file_len: u64) -> Option<&Section> {
        self.sections.iter().find(|s| {
            s.file_size() != 0
                && s.offset
                    .checked_add(s.file_size())
                    .is_none_or(|end| end > file_len)
        })
    }
}

fn has_bytes<R: ReadAt + ?Sized>(source: &R, header: &SectionHeader, size: usize) -> bool {
    header.size >= size as u64
        && header
            .offset
            .checked_add(size as u64)
            .is_some_and(|end| end <= source.len())
}

/// `None` when the section does not start with `ZLIB`: then it is stored as it is.
fn gnu_compression_header<R: ReadAt + ?Sized>(
    source: &R,
    header: &SectionHeader,
) -> Result<Option<Compression>, Error> {
    if !has_bytes(source, header, GNU_HEADER) {
        return Ok(None);
    }
    let mut bytes = [0; GNU_HEADER];
    source.read_at(header.offset, &mut bytes)?;
    let [b'Z', b'L', b'I', b'B', size @ ..] = bytes else {
        return Ok(None);
    };
    Ok(Some(Compression {
        format: CompressionFormat::GnuZlib,
        uncompressed_size: u64::from_be_bytes(size),
        header_size: GNU_HEADER as u64,
    }))
}

/// The bytes of a string table from `offset` to the next NUL; empty when there are none.
pub(crate) fn string_at(table: &[u8], offset: u32) -> &[u8] {
    let rest = usize::try_from(offset)
        .ok()
        .and_then(|start| table.get(start..))
        .unwrap_or_default();
    rest.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// Bytes of the file that a header claims, once the claim is checked.
pub(crate) fn read_extent<R: ReadAt + ?Sized>(
    source: &R,
    section: &str,
    offset: u64,
    size: u64,
) -> Result<Vec<u8>, Error> {
    check_extent(source, section, offset, size)?;
    let mut bytes = allocate(section, size)?;
    source.read_at(offset, &mut bytes)?;
    Ok(bytes)
}

pub(crate) fn check_extent<R: ReadAt + ?Sized>(
    source: &R,
    section: &str,
    offset: u64,
    size: u64,
) -> Result<(), Error> {
    let file_len = source.len();
    if size != 0 && offset.checked_add(size).is_none_or(|end| end > file_len) {
        return Err(Error::SectionBeyondEnd {
            section: section.to_owned(),
            offset,
            size,
            file_len,
        });
    }
    Ok(())
}
