//! What a file is by its first bytes.

/// How many bytes from the start of a file [`Format::of`] wants to see.
pub const HEAD_BYTES: usize = 0x1000;

/// The format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// An ELF file.
    Elf,
    /// The bytes of a `.BTF` section, of either byte order.
    Btf,
    /// One file, compressed.
    Compressed(Compression),
    /// Several files in one.
    Archive(Archive),
    /// A kernel as boot loaders take it.
    Image(Image),
    /// None of these.
    Unknown,
}

/// A format of compressed files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// gzip (RFC 1952).
    Gzip,
    /// xz.
    Xz,
    /// LZMA alone, as before xz.
    Lzma,
    /// Zstandard (RFC 8878).
    Zstd,
    /// bzip2.
    Bzip2,
    /// LZ4 frames.
    Lz4,
    /// LZ4 blocks as the kernel's build writes them (`lz4 -l`).
    Lz4Legacy,
    /// LZO in the format of `lzop`.
    Lzo,
}

/// A format of files that contain files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Archive {
    /// An ar archive, such as a Debian package.
    Ar,
    /// A tar archive.
    Tar,
    /// A cpio archive of the format newc.
    Cpio,
    /// An RPM package.
    Rpm,
    /// A ZIP archive.
    Zip,
}

/// A format of boot images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Image {
    /// x86, with the setup header of its boot protocol.
    X86,
    /// 64-bit Arm, uncompressed.
    Arm64,
    /// RISC-V, uncompressed.
    Riscv,
    /// 32-bit Arm, which unpacks itself.
    Arm,
    /// s390, which unpacks itself.
    S390,
    /// An EFI program that unpacks the kernel in it (`CONFIG_EFI_ZBOOT`).
    Zboot,
    /// The header of the boot loader U-Boot before an image.
    Uboot,
    /// A program for EFI, such as a unified kernel image.
    Efi,
}

impl Format {
    /// The format of a file with these first [`HEAD_BYTES`], or fewer if it has no more.
    ///
    /// ```
    /// use unpack::{Compression, Format};
    ///
    /// assert_eq!(Format::of(b"\xfd7zXZ\0\0\x04"), Format::Compressed(Compression::Xz));
    /// assert_eq!(Format::of(b"#include <stdio.h>"), Format::Unknown);
    /// ```
    #[must_use]
    pub fn of(head: &[u8]) -> Format {
        if elf::file_is_elf(head) {
            return Format::Elf;
        }
        if let Some(compression) = Compression::of(head) {
            return Format::Compressed(compression);
        }
        if let Some(archive) = Archive::of(head) {
            return Format::Archive(archive);
        }
        match head {
            [0x9f, 0xeb, 1, ..] | [0xeb, 0x9f, 1, ..] => Format::Btf,
            _ => Image::of(head).map_or(Format::Unknown, Format::Image),
        }
    }

    /// Whether a file of this format and name is a package, compressed, or a boot image. Images of s390 and some of PowerPC and
    /// MIPS are known by their names alone.
    ///
    /// ```
    /// use unpack::Format;
    ///
    /// assert!(Format::Unknown.is_packed("boot/vmlinuz-6.1.0-s390x"));
    /// assert!(!Format::Elf.is_packed("vmlinux"));
    /// ```
    #[must_use]
    pub fn is_packed(self, name: &str) -> bool {
        match self {
            Format::Compressed(_) | Format::Archive(_) | Format::Image(_) => true,
            Format::Unknown | Format::Elf => crate::names::base(name).starts_with("vmlinuz"),
            Format::Btf => false,
        }
    }

    /// The name of the format with its article.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Format::Elf => "an ELF file",
            Format::Btf => "BTF",
            Format::Compressed(format) => format.file(),
            Format::Archive(format) => format.name(),
            Format::Image(format) => format.name(),
            Format::Unknown => "a file of unknown format",
        }
    }
}

impl Compression {
    fn of(head: &[u8]) -> Option<Compression> {
        Some(match head {
            [0x1f, 0x8b, 8, ..] => Compression::Gzip,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Compression::Xz,
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Compression::Zstd,
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Compression::Bzip2,
            [0x04, 0x22, 0x4d, 0x18, ..] => Compression::Lz4,
            [0x02, 0x21, 0x4c, 0x18, ..] => Compression::Lz4Legacy,
            [0x89, b'L', b'Z', b'O', 0, 0x0d, 0x0a, 0x1a, 0x0a, ..] => Compression::Lzo,
            head if is_lzma(head) => Compression::Lzma,
            _ => return None,
        })
    }

    /// The name of the format.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Compression::Gzip => "gzip",
            Compression::Xz => "xz",
            Compression::Lzma => "lzma",
            Compression::Zstd => "zstd",
            Compression::Bzip2 => "bzip2",
            Compression::Lz4 | Compression::Lz4Legacy => "lz4",
            Compression::Lzo => "lzo",
        }
    }

    fn file(self) -> &'static str {
        match self {
            Compression::Gzip => "a gzip file",
            Compression::Xz => "an xz file",
            Compression::Lzma => "an lzma file",
            Compression::Zstd => "a zstd file",
            Compression::Bzip2 => "a bzip2 file",
            Compression::Lz4 | Compression::Lz4Legacy => "an lz4 file",
            Compression::Lzo => "an lzop file",
        }
    }

    /// A name without the ending that compressors give it.
    pub(crate) fn without_ending(name: &str) -> &str {
        const ENDINGS: [&str; 9] = [
            ".gz", ".xz", ".zst", ".bz2", ".lzma", ".lz4", ".lzo", ".zstd", ".lz",
        ];
        let ending = ENDINGS.iter().find(|ending| name.ends_with(**ending));
        match ending.and_then(|ending| name.strip_suffix(ending)) {
            Some(stem) if !stem.is_empty() => stem,
            _ => name,
        }
    }
}

/// LZMA has no magic number: properties that compressors write, a dictionary of a power of two (or one and a half), and a
/// length that is unknown or below 16 GiB.
fn is_lzma(head: &[u8]) -> bool {
    let Some((&[properties, a, b, c, d], rest)) = head.split_first_chunk::<5>() else {
        return false;
    };
    let Some(length) = rest.first_chunk::<8>() else {
        return false;
    };
    let dictionary = u32::from_le_bytes([a, b, c, d]);
    let length = u64::from_le_bytes(*length);
    let is_power = dictionary.is_power_of_two()
        || (dictionary / 3).is_power_of_two() && dictionary.is_multiple_of(3);
    // The first byte of the stream itself is 0.
    matches!(properties, 0x5d | 0x5e | 0x2c | 0x6d)
        && is_power
        && (1 << 12..=1 << 27).contains(&dictionary)
        && (length == u64::MAX || (1..1 << 34).contains(&length))
        && rest.get(8) == Some(&0)
}

impl Archive {
    fn of(head: &[u8]) -> Option<Archive> {
        Some(match head {
            [b'!', b'<', b'a', b'r', b'c', b'h', b'>', b'\n', ..] => Archive::Ar,
            [0xed, 0xab, 0xee, 0xdb, ..] => Archive::Rpm,
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Archive::Zip,
            [b'0', b'7', b'0', b'7', b'0', b'1' | b'2', ..] => Archive::Cpio,
            head if crate::container::is_tar(head) => Archive::Tar,
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Archive::Ar => "an ar archive",
            Archive::Tar => "a tar archive",
            Archive::Cpio => "a cpio archive",
            Archive::Rpm => "an RPM package",
            Archive::Zip => "a ZIP archive",
        }
    }
}

impl Image {
    /// Magic numbers from Linux's boot protocols (Documentation/arch) and U-Boot's image header.
    fn of(head: &[u8]) -> Option<Image> {
        let at = |offset: usize, magic: &[u8]| {
            head.get(offset..)
                .is_some_and(|rest| rest.starts_with(magic))
        };
        Some(match head {
            _ if at(0x202, b"HdrS") => Image::X86,
            [b'M', b'Z', _, _, b'z', b'i', b'm', b'g', ..] => Image::Zboot,
            _ if at(56, b"ARM\x64") => Image::Arm64,
            _ if at(56, b"RSC\x05") => Image::Riscv,
            _ if at(0x24, &0x016f_2818u32.to_le_bytes())
                || at(0x24, &0x016f_2818u32.to_be_bytes()) =>
            {
                Image::Arm
            }
            [0x27, 0x05, 0x19, 0x56, ..] => Image::Uboot,
            [b'M', b'Z', ..] => Image::Efi,
            _ => return None,
        })
    }

    /// The name of the format with its article.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Image::X86 => "a boot image (bzImage)",
            Image::Arm64 => "a boot image for 64-bit Arm (Image)",
            Image::Riscv => "a boot image for RISC-V (Image)",
            Image::Arm => "a boot image for 32-bit Arm (zImage)",
            Image::S390 => "a boot image for s390",
            Image::Zboot => "a compressed boot image for EFI (zboot)",
            Image::Uboot => "a boot image for U-Boot (uImage)",
            Image::Efi => "an EFI program",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lzma_is_told_from_other_bytes() {
        let lzma = b"\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0";
        assert_eq!(Format::of(lzma), Format::Compressed(Compression::Lzma));
        assert_eq!(
            Format::of(b"\x5d\0\0\x81\0\xff\xff\xff\xff\xff\xff\xff\xff\0"),
            Format::Unknown
        );
        assert_eq!(
            Format::of(b"\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\x7f\0"),
            Format::Unknown
        );
    }

    #[test]
    fn endings_are_removed_once() {
        assert_eq!(Compression::without_ending("vmlinux.xz"), "vmlinux");
        assert_eq!(Compression::without_ending("a.tar.gz"), "a.tar");
        assert_eq!(Compression::without_ending(".gz"), ".gz");
        assert_eq!(Compression::without_ending("vmlinuz"), "vmlinuz");
    }
}
