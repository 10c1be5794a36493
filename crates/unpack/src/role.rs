//! What a file in a package is for, by its name and first bytes.

use crate::format::{Compression, Format, Image};
use crate::names;

/// What a file in a package is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Role {
    /// Nothing that can be opened.
    Other,
    /// An ELF file that is neither a kernel nor a module.
    Elf,
    /// A module.
    Module,
    /// BTF, but not a kernel's.
    Btf,
    /// A kernel as boot loaders take it.
    BootImage,
    /// The BTF of a kernel.
    KernelBtf,
    /// A kernel as an ELF file, perhaps compressed.
    Kernel,
}

/// How boot images are called.
const IMAGES: [&str; 8] = [
    "vmlinuz", "image", "bzimage", "zimage", "uimage", "kernel", "linux", "vmlinux",
];

impl Role {
    /// The role of a file at `path` with these first bytes.
    ///
    /// ```
    /// use unpack::Role;
    ///
    /// let btf = [0x9f, 0xeb, 1, 0];
    /// assert_eq!(Role::of("sys/kernel/btf/vmlinux", &btf), Role::KernelBtf);
    /// assert_eq!(Role::of("boot/vmlinux.lds", b"OUTPUT_ARCH"), Role::Other);
    /// ```
    #[must_use]
    pub fn of(path: &str, head: &[u8]) -> Role {
        let format = Format::of(head);
        let name = Compression::without_ending(names::base(path));
        let is_module = name.ends_with(".ko") || name.ends_with(".ko.debug");
        let lower = name.to_ascii_lowercase();
        let is_vmlinux = lower.starts_with("vmlinux");
        let is_image = IMAGES.iter().any(|start| lower.starts_with(start));
        match format {
            Format::Elf | Format::Compressed(_) if is_module => Role::Module,
            Format::Elf if is_relocatable(head) => Role::Elf,
            Format::Elf | Format::Compressed(_) if is_vmlinux => Role::Kernel,
            Format::Elf if is_image => Role::BootImage,
            Format::Elf => Role::Elf,
            Format::Btf if is_vmlinux => Role::KernelBtf,
            Format::Btf => Role::Btf,
            Format::Compressed(_) if lower.ends_with(".btf") => Role::Btf,
            Format::Compressed(_) | Format::Unknown if lower.starts_with("vmlinuz") => {
                Role::BootImage
            }
            Format::Compressed(_) if is_image && !lower.contains('.') => Role::BootImage,
            Format::Image(Image::Efi | Image::Uboot | Image::Arm) if !is_image => Role::Other,
            Format::Image(_) => Role::BootImage,
            _ => Role::Other,
        }
    }

    /// Whether it is a kernel in any form.
    #[must_use]
    pub fn is_kernel(self) -> bool {
        self >= Role::BootImage
    }

    /// What it is, in a word or two.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Role::Other => "other",
            Role::Elf => "ELF",
            Role::Module => "module",
            Role::Btf => "BTF",
            Role::BootImage => "boot image",
            Role::KernelBtf => "kernel's BTF",
            Role::Kernel => "kernel",
        }
    }
}

/// Whether an ELF file is an object file, of which modules are a sort.
fn is_relocatable(head: &[u8]) -> bool {
    matches!(
        (head.get(5), head.get(16), head.get(17)),
        (Some(1), Some(1), Some(0)) | (Some(2), Some(0), Some(1))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elf(kind: u8) -> Vec<u8> {
        let mut head = b"\x7fELF\x02\x01\x01".to_vec();
        head.resize(16, 0);
        head.extend([kind, 0]);
        head.resize(64, 0);
        head
    }

    #[test]
    fn kernels_are_known_by_name_and_bytes() {
        let xz = b"\xfd7zXZ\0\0\x04";
        assert_eq!(
            Role::of("usr/lib/debug/boot/vmlinux-6.1.0", &elf(2)),
            Role::Kernel
        );
        assert_eq!(Role::of("lib/modules/6.1/vmlinux.xz", xz), Role::Kernel);
        assert_eq!(Role::of("build/vmlinux.o", &elf(1)), Role::Elf);
        assert_eq!(Role::of("vdso/vdso64.so", &elf(3)), Role::Elf);
        assert_eq!(Role::of("net/sctp/sctp.ko.xz", xz), Role::Module);
        assert_eq!(Role::of("net/sctp/sctp.ko.debug", &elf(1)), Role::Module);
        assert_eq!(Role::of("5.4.0-1009.btf", &[0x9f, 0xeb, 1, 0]), Role::Btf);
        assert_eq!(
            Role::of("boot/vmlinuz-6.1.0-s390x", &[0; 64]),
            Role::BootImage
        );
        assert_eq!(Role::of("boot/grubx64.efi", b"MZ"), Role::Other);
        assert_eq!(Role::of("kernel-source.tar.xz", xz), Role::Other);
        assert!(Role::Kernel > Role::BootImage);
    }
}
