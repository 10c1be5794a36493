//! What a file is by its first bytes, for those who are given one.

/// How many bytes from the start of a file [`FileFormat::of`] wants to see.
pub const HEAD_BYTES: usize = 1024;

/// The format of a file. ELF files and BTF can be opened; the others are told apart to say what to do with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileFormat {
    /// An ELF file.
    Elf,
    /// The bytes of a `.BTF` section, of either byte order.
    Btf,
    /// One file, compressed.
    Compressed(Compression),
    /// Several files in one.
    Archive(Archive),
    /// A kernel's boot image, stripped and often compressed.
    BootImage(BootImage),
    /// A program for EFI or Windows. Boot images of kernels are often such programs, too.
    EfiProgram,
    /// No bytes at all.
    Empty,
    /// None of these.
    Unknown,
}

/// A format of boot images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BootImage {
    /// x86, with the setup header of its boot protocol.
    X86,
    /// 64-bit Arm.
    Arm64,
    /// RISC-V.
    Riscv,
    /// An EFI program that unpacks the kernel in it (`CONFIG_EFI_ZBOOT`).
    Zboot,
    /// The header of the boot loader U-Boot before an image.
    Uboot,
}

/// A format of compressed files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// gzip (RFC 1952).
    Gzip,
    /// xz.
    Xz,
    /// Zstandard (RFC 8878).
    Zstd,
    /// bzip2.
    Bzip2,
    /// LZ4 frames.
    Lz4,
}

/// A format of files that contain files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Archive {
    /// A Debian package, which is an ar archive by its bytes and known by its name.
    Debian,
    /// An ar archive: object files of a library.
    Ar,
    /// An RPM package.
    Rpm,
    /// A ZIP archive.
    Zip,
    /// A tar archive.
    Tar,
}

impl FileFormat {
    /// The format of a file with this name, which may have folders, and these first [`HEAD_BYTES`], or fewer if
    /// it has no more.
    pub fn of(name: &str, head: &[u8]) -> FileFormat {
        match head {
            [] => FileFormat::Empty,
            head if elf::file_is_elf(head) => FileFormat::Elf,
            [0x9f, 0xeb, ..] | [0xeb, 0x9f, ..] => FileFormat::Btf,
            [0x1f, 0x8b, ..] => FileFormat::Compressed(Compression::Gzip),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => FileFormat::Compressed(Compression::Xz),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => FileFormat::Compressed(Compression::Zstd),
            [b'B', b'Z', b'h', ..] => FileFormat::Compressed(Compression::Bzip2),
            [0x04, 0x22, 0x4d, 0x18, ..] => FileFormat::Compressed(Compression::Lz4),
            [b'!', b'<', b'a', b'r', b'c', b'h', b'>', ..] if name.ends_with(".deb") => {
                FileFormat::Archive(Archive::Debian)
            }
            [b'!', b'<', b'a', b'r', b'c', b'h', b'>', ..] => FileFormat::Archive(Archive::Ar),
            [0xed, 0xab, 0xee, 0xdb, ..] => FileFormat::Archive(Archive::Rpm),
            [b'P', b'K', 3 | 5, ..] => FileFormat::Archive(Archive::Zip),
            _ if head.get(257..262) == Some(b"ustar") => FileFormat::Archive(Archive::Tar),
            // Magic numbers from Linux's boot protocols (Documentation/arch/{x86,arm64,riscv}) and U-Boot's image.h.
            _ if head.get(0x202..0x206) == Some(b"HdrS") => FileFormat::BootImage(BootImage::X86),
            _ if head.get(56..60) == Some(b"ARM\x64") => FileFormat::BootImage(BootImage::Arm64),
            _ if head.get(56..60) == Some(b"RSC\x05") => FileFormat::BootImage(BootImage::Riscv),
            [b'M', b'Z', _, _, b'z', b'i', b'm', b'g', ..] => {
                FileFormat::BootImage(BootImage::Zboot)
            }
            [0x27, 0x05, 0x19, 0x56, ..] => FileFormat::BootImage(BootImage::Uboot),
            [b'M', b'Z', ..] => FileFormat::EfiProgram,
            _ => FileFormat::Unknown,
        }
    }
}

impl BootImage {
    /// The name of the format with its article.
    pub fn name(self) -> &'static str {
        match self {
            BootImage::X86 => "a boot image (bzImage)",
            BootImage::Arm64 => "a boot image for 64-bit Arm (Image)",
            BootImage::Riscv => "a boot image for RISC-V (Image)",
            BootImage::Zboot => "a compressed boot image for EFI (zboot)",
            BootImage::Uboot => "a boot image for U-Boot (uImage)",
        }
    }
}

impl Compression {
    /// The name of the format.
    pub fn name(self) -> &'static str {
        match self {
            Compression::Gzip => "gzip",
            Compression::Xz => "xz",
            Compression::Zstd => "zstd",
            Compression::Bzip2 => "bzip2",
            Compression::Lz4 => "lz4",
        }
    }

    /// The command that unpacks such a file.
    pub fn unpacked_by(self) -> &'static str {
        match self {
            Compression::Gzip => "gunzip",
            Compression::Xz => "unxz",
            Compression::Zstd => "unzstd",
            Compression::Bzip2 => "bunzip2",
            Compression::Lz4 => "unlz4",
        }
    }
}

impl Archive {
    /// The name of the format with its article.
    pub fn name(self) -> &'static str {
        match self {
            Archive::Debian => "a Debian package",
            Archive::Ar => "an ar archive",
            Archive::Rpm => "an RPM package",
            Archive::Zip => "a ZIP archive",
            Archive::Tar => "a tar archive",
        }
    }

    /// What to do with such a file.
    pub fn advice(self) -> &'static str {
        match self {
            Archive::Debian => {
                "unpack it with dpkg-deb -x FILE.deb FOLDER and open FOLDER/usr/lib/debug/boot/vmlinux-*"
            }
            Archive::Ar => "unpack it with ar x and open the file you want",
            Archive::Rpm => {
                "unpack it with rpm2cpio FILE.rpm | cpio -id and open the vmlinux in it"
            }
            Archive::Zip => "unpack it and open the file you want",
            Archive::Tar => "unpack it with tar -xf and open the file you want",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_apart_by_their_first_bytes() {
        let of = |head: &[u8]| FileFormat::of("vmlinux", head);
        assert_eq!(of(b"\x7fELF\x02\x01"), FileFormat::Elf);
        assert_eq!(of(&[0x9f, 0xeb, 1, 0]), FileFormat::Btf);
        assert_eq!(of(&[0xeb, 0x9f, 1, 0]), FileFormat::Btf);
        assert_eq!(of(b""), FileFormat::Empty);
        assert_eq!(of(b"\x7fEL"), FileFormat::Unknown);
        assert_eq!(of(b"int ma"), FileFormat::Unknown);
        assert_eq!(of(b"\xfd7zXZ\0"), FileFormat::Compressed(Compression::Xz));
        assert_eq!(of(b"!<arch>\n"), FileFormat::Archive(Archive::Ar));
        let package = FileFormat::of("linux.deb", b"!<arch>\n");
        assert_eq!(package, FileFormat::Archive(Archive::Debian));
    }

    #[test]
    fn a_boot_image_is_known_by_its_setup_header() {
        let mut image = b"MZ".to_vec();
        image.resize(0x202, 0);
        assert_eq!(FileFormat::of("vmlinuz", &image), FileFormat::EfiProgram);
        image.extend(b"HdrS");
        let of = |head: &[u8]| FileFormat::of("vmlinuz", head);
        assert_eq!(of(&image), FileFormat::BootImage(BootImage::X86));
        let with = |at: usize, magic: &[u8]| {
            let mut head = vec![0; at];
            head.extend(magic);
            head
        };
        assert_eq!(
            of(&with(56, b"ARM\x64")),
            FileFormat::BootImage(BootImage::Arm64)
        );
        assert_eq!(
            of(&with(56, b"RSC\x05")),
            FileFormat::BootImage(BootImage::Riscv)
        );
        assert_eq!(of(b"MZ\0\0zimg"), FileFormat::BootImage(BootImage::Zboot));
        assert_eq!(
            of(b"\x27\x05\x19\x56"),
            FileFormat::BootImage(BootImage::Uboot)
        );
        assert_eq!(of(&with(257, b"ustar")), FileFormat::Archive(Archive::Tar));
    }
}
