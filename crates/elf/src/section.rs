//! One section: what its header says, and how its bytes are stored.

use object::elf;

/// The index of a section in the section header table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SectionIndex(pub u32);

/// A section of an ELF file, as its header describes it ([`Elf::sections`](crate::Elf::sections)). Nothing is checked
/// against the length of the file until the section is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The index of its header, by which symbols and other sections refer to it.
    pub index: SectionIndex,
    /// The name in `.shstrtab`; bytes that are not UTF-8 become U+FFFD. `.zdebug_*` names stay as they are: see
    /// [`Section::is_named`].
    pub name: String,
    /// What the section contains: a value of `SHT_*`.
    pub sh_type: u32,
    /// Bits of `SHF_*`.
    pub flags: u64,
    /// Address in memory; 0 if it is not loaded. [`Elf::assign_addresses`](crate::Elf::assign_addresses) gives the sections
    /// of an object file their addresses.
    pub addr: u64,
    /// Where its bytes are in the file.
    pub offset: u64,
    /// Length in bytes by the header: in the file, or in memory for `SHT_NOBITS`. [`Section::data_size`] is the length after
    /// decompression.
    pub size: u64,
    /// `sh_link`: the index of a section that belongs to it, such as a symbol table's strings.
    pub link: u32,
    /// `sh_info`: for relocations, the index of the section to which they apply.
    pub info: u32,
    /// `sh_addralign`: a power of two; 0 and 1 mean any address.
    pub align: u64,
    /// `sh_entsize`: bytes of each entry if the section is a table, else 0.
    pub entsize: u64,
    /// How the bytes are compressed, if they are.
    pub compression: Option<Compression>,
    /// Whether [`Elf::read_section`](crate::Elf::read_section) applies relocations: the file is `ET_REL` and has some for this
    /// section.
    pub relocated: bool,
}

/// How the bytes of a section are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compression {
    /// The method, and where it is recorded.
    pub format: CompressionFormat,
    /// Length in bytes after decompression, as the compression header claims.
    pub uncompressed_size: u64,
    /// Length in bytes of the compression header, before the compressed stream.
    pub header_size: u64,
}

/// A compression method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CompressionFormat {
    /// `SHF_COMPRESSED` with `ELFCOMPRESS_ZLIB`.
    Zlib,
    /// A `.zdebug_*` section: `ZLIB`, the size as eight bytes big endian, a zlib stream.
    GnuZlib,
    /// `SHF_COMPRESSED` with `ELFCOMPRESS_ZSTD`.
    Zstd,
    /// Any other `ch_type`, or 0 when the header itself is out of the file's bounds.
    Other(u32),
}

impl Section {
    /// Length in bytes after decompression; 0 for a section that has no bytes in the file.
    #[must_use]
    pub fn data_size(&self) -> u64 {
        match self.compression {
            _ if self.is_nobits() => 0,
            Some(compression) => compression.uncompressed_size,
            None => self.size,
        }
    }

    /// Length in bytes in the file: 0 for `SHT_NOBITS` and for the null section, whose size field can contain the number
    /// of sections.
    #[must_use]
    pub fn file_size(&self) -> u64 {
        if self.is_nobits() { 0 } else { self.size }
    }

    /// Whether the section has no bytes in the file: `.bss`, and the null section.
    #[must_use]
    pub fn is_nobits(&self) -> bool {
        self.sh_type == elf::SHT_NOBITS.0 || self.sh_type == elf::SHT_NULL.0
    }

    /// Whether the section is part of the loaded image (`SHF_ALLOC`).
    #[must_use]
    pub fn is_loaded(&self) -> bool {
        self.flags & elf::SHF_ALLOC.0 != 0
    }

    /// Whether any range of the section can be read on its own: neither compressed nor relocated.
    #[must_use]
    pub fn random_access(&self) -> bool {
        self.compression.is_none() && !self.relocated
    }

    /// Whether this is the section `name`: it has that name, or it is `.zdebug_x` and `name` is `.debug_x`.
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        self.name == name
            || (name.starts_with(".debug_")
                && self
                    .name
                    .strip_prefix(".z")
                    .is_some_and(|rest| Some(rest) == name.strip_prefix('.')))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Section {
        Section {
            index: SectionIndex(1),
            name: name.to_owned(),
            sh_type: elf::SHT_PROGBITS.0,
            flags: 0,
            addr: 0,
            offset: 0,
            size: 10,
            link: 0,
            info: 0,
            align: 1,
            entsize: 0,
            compression: None,
            relocated: false,
        }
    }

    #[test]
    fn zdebug_answers_to_debug_only() {
        assert!(named(".zdebug_info").is_named(".debug_info"));
        assert!(named(".zdebug_info").is_named(".zdebug_info"));
        assert!(named(".debug_info").is_named(".debug_info"));
        assert!(!named(".debug_info").is_named(".zdebug_info"));
        assert!(!named(".zBTF").is_named(".BTF"));
        assert!(!named(".zdebug_infox").is_named(".debug_info"));
    }

    #[test]
    fn nobits_has_no_data() {
        let mut section = named(".bss");
        section.sh_type = elf::SHT_NOBITS.0;
        assert_eq!(
            (section.data_size(), section.file_size(), section.size),
            (0, 0, 10)
        );
    }
}
