//! One section: what its header says, and how its bytes are stored.

use object::elf;

/// The index of a section in the section header table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SectionIndex(pub u32);

/// A section of an ELF file, as its header describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Place in the section header table.
    pub index: SectionIndex,
    /// Name, with anything that is not UTF-8 replaced.
    pub name: String,
    /// `SHT_*`.
    pub sh_type: u32,
    /// `SHF_*`.
    pub flags: u64,
    /// Address in memory; 0 when not loaded.
    pub addr: u64,
    /// Place in the file.
    pub offset: u64,
    /// Bytes that the header claims: in the file, or in memory for `SHT_NOBITS`.
    pub size: u64,
    /// `sh_link`.
    pub link: u32,
    /// `sh_info`.
    pub info: u32,
    /// `sh_addralign`.
    pub align: u64,
    /// `sh_entsize`.
    pub entsize: u64,
    /// How the bytes are compressed, if they are.
    pub compression: Option<Compression>,
    /// Whether reading applies relocations: the file is `ET_REL` and has relocations for this section.
    pub relocated: bool,
}

/// How a section is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compression {
    /// The method.
    pub format: CompressionFormat,
    /// Bytes after decompression, as the header claims.
    pub uncompressed_size: u64,
    /// Bytes before the compressed stream.
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
    /// Bytes after decompression; 0 for a section that takes no bytes in the file.
    #[must_use]
    pub fn data_size(&self) -> u64 {
        match self.compression {
            _ if self.is_nobits() => 0,
            Some(compression) => compression.uncompressed_size,
            None => self.size,
        }
    }

    /// Bytes in the file: 0 for `SHT_NOBITS` and for the null section, whose size field may hold the
    /// number of sections.
    #[must_use]
    pub fn file_size(&self) -> u64 {
        if self.is_nobits() { 0 } else { self.size }
    }

    /// Whether the section takes no bytes in the file.
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

    /// Whether the section answers to `name`: the same, or `.zdebug_x` for `.debug_x`.
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
