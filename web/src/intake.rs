//! What a file is, by its name and first bytes, before a worker is troubled with it.

/// How many bytes of a file [`classify`] wants to see.
pub const HEAD_BYTES: u64 = 1024;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// An ELF file that may hold DWARF or `.BTF`.
    Elf,
    /// A relocatable ELF file: a module under another name, or an object file of any program.
    Object,
    /// A kernel module.
    Module,
    /// Raw BTF.
    Btf,
    /// Compressed: the format, and the command that unpacks it.
    Compressed(&'static str, &'static str),
    /// Something that holds files: the format, and what to do with it.
    Archive(&'static str, &'static str),
    /// A bootable kernel image.
    BootImage,
    /// Nothing in it, or a folder.
    Empty,
    /// None of these.
    Unknown,
}

/// What a file with this name and these first bytes is.
pub fn classify(name: &str, head: &[u8]) -> FileKind {
    match head {
        [] => FileKind::Empty,
        [0x7f, b'E', b'L', b'F', ..] if is_module_name(name) => FileKind::Module,
        [0x7f, b'E', b'L', b'F', ..] if is_relocatable(head) => FileKind::Object,
        [0x7f, b'E', b'L', b'F', ..] => FileKind::Elf,
        [0x9f, 0xeb, ..] | [0xeb, 0x9f, ..] => FileKind::Btf,
        [0x1f, 0x8b, ..] => FileKind::Compressed("gzip", "gunzip"),
        [0xfd, b'7', b'z', b'X', b'Z', ..] => FileKind::Compressed("xz", "unxz"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => FileKind::Compressed("zstd", "unzstd"),
        [b'B', b'Z', b'h', ..] => FileKind::Compressed("bzip2", "bunzip2"),
        [0x04, 0x22, 0x4d, 0x18, ..] => FileKind::Compressed("lz4", "unlz4"),
        [b'!', b'<', b'a', b'r', b'c', b'h', b'>', ..] if name.ends_with(".deb") => {
            FileKind::Archive(
                "Debian package",
                "unpack it with dpkg-deb -x and take the vmlinux in it",
            )
        }
        [b'!', b'<', b'a', b'r', b'c', b'h', b'>', ..] => FileKind::Archive(
            "ar archive",
            "unpack it with ar x and take the file you want",
        ),
        [0xed, 0xab, 0xee, 0xdb, ..] => FileKind::Archive(
            "RPM package",
            "unpack it with rpm2cpio and cpio and take the vmlinux in it",
        ),
        [b'P', b'K', 3 | 5, ..] => FileKind::Archive("ZIP archive", "unpack it first"),
        _ if head.get(0x202..0x206) == Some(b"HdrS") => FileKind::BootImage,
        _ => FileKind::Unknown,
    }
}

fn is_module_name(name: &str) -> bool {
    name.ends_with(".ko") || name.ends_with(".ko.debug")
}

/// Whether `e_type` is `ET_REL`.
fn is_relocatable(head: &[u8]) -> bool {
    match head.get(5) {
        Some(2) => head.get(16..18) == Some(&[0, 1]),
        _ => head.get(16..18) == Some(&[1, 0]),
    }
}

/// Whether a file in a folder is worth a look: a folder of modules holds much else.
pub fn is_wanted_in_folder(name: &str) -> bool {
    let stem = [".xz", ".zst", ".gz"]
        .iter()
        .find_map(|end| name.strip_suffix(end))
        .unwrap_or(name);
    is_module_name(stem)
        || name == "vmlinux"
        || name == "vmlinux.debug"
        || name.starts_with("vmlinux-")
}

/// What files that were given together are to each other, as places in their list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sorted {
    /// What is opened, and what the modules are encoded on.
    pub kernel: Option<usize>,
    /// What is encoded on the kernel.
    pub modules: Vec<usize>,
    /// Several that could each be the kernel; then there is nothing else.
    pub rivals: Vec<usize>,
}

/// Sorts files that open. An object file beside a kernel is taken for a module, alone for a program.
pub fn sort(kinds: &[FileKind], has_model: bool) -> Sorted {
    let of = |wanted: &[FileKind]| -> Vec<usize> {
        let all = kinds.iter().enumerate();
        all.filter(|(_, kind)| wanted.contains(kind))
            .map(|(at, _)| at)
            .collect()
    };
    let kernels = of(&[FileKind::Elf, FileKind::Btf]);
    let objects = of(&[FileKind::Object]);
    let modules = of(&[FileKind::Module]);
    let (kernel, modules) = match kernels.as_slice() {
        [] if modules.is_empty() && (objects.len() == 1 || !has_model) => {
            if objects.len() > 1 {
                return Sorted {
                    rivals: objects,
                    ..Sorted::default()
                };
            }
            (objects.first().copied(), Vec::new())
        }
        [] => (None, of(&[FileKind::Object, FileKind::Module])),
        [kernel] => (Some(*kernel), of(&[FileKind::Object, FileKind::Module])),
        _ => {
            return Sorted {
                rivals: kernels,
                ..Sorted::default()
            };
        }
    };
    Sorted {
        kernel,
        modules,
        rivals: Vec::new(),
    }
}

/// Why a file is not opened, as what it is and what to do; `None` for files that open.
pub fn refusal(name: &str, head: &[u8]) -> Option<(String, String)> {
    let (what, next) = match classify(name, head) {
        FileKind::Elf | FileKind::Object | FileKind::Module | FileKind::Btf => return None,
        FileKind::Compressed(format, command) if name.contains(".ko.") => (
            format!("{name} is compressed with {format}."),
            format!(
                "Unpack it first with {command}, a whole folder with: find . -name '*.ko.*' -exec {command} {{}} +"
            ),
        ),
        FileKind::Compressed(format, command) => (
            format!("{name} is compressed with {format}."),
            format!("Unpack it first, for example with {command}, and open what comes out."),
        ),
        FileKind::Archive(format, next) => (
            format!("{name} is a {format}."),
            format!("To open it, {next}."),
        ),
        FileKind::BootImage => (
            format!(
                "{name} is a boot image (bzImage): the kernel in it is compressed and stripped."
            ),
            "Open the vmlinux of the kernel's -dbg (debug symbols) package instead.".to_owned(),
        ),
        FileKind::Empty => (
            format!("{name} is empty, or a folder."),
            "Choose a vmlinux, another ELF file with debug information, or a BTF file.".to_owned(),
        ),
        FileKind::Unknown => (
            format!(
                "{name} is neither an ELF file nor BTF: it starts with {}.",
                hex(head)
            ),
            "Choose a vmlinux, another ELF file with debug information, or a BTF file.".to_owned(),
        ),
    };
    Some((what, next))
}

fn hex(head: &[u8]) -> String {
    let bytes: Vec<String> = head
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    bytes.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_decide() {
        assert_eq!(classify("a.txt", b"\x7fELF\x02\x01"), FileKind::Elf);
        assert_eq!(classify("ext4.ko", b"\x7fELF\x02\x01"), FileKind::Module);
        assert_eq!(
            classify("ext4.ko.debug", b"\x7fELF\x02\x01"),
            FileKind::Module
        );
        assert_eq!(classify("vmlinux", b"\x9f\xeb\x01\x00"), FileKind::Btf);
        assert_eq!(classify("s390.btf", b"\xeb\x9f\x01\x00"), FileKind::Btf);
        assert_eq!(classify("vmlinux", b""), FileKind::Empty);
        assert_eq!(classify("vmlinux", b"hello"), FileKind::Unknown);
    }

    fn elf(class_data: [u8; 2], kind: [u8; 2]) -> Vec<u8> {
        let mut head = vec![0; 64];
        head[..4].copy_from_slice(b"\x7fELF");
        head[4..6].copy_from_slice(&class_data);
        head[16..18].copy_from_slice(&kind);
        head
    }

    #[test]
    fn relocatable_files_are_told_in_both_byte_orders() {
        assert_eq!(classify("main.o", &elf([2, 1], [1, 0])), FileKind::Object);
        assert_eq!(classify("main.o", &elf([1, 2], [0, 1])), FileKind::Object);
        assert_eq!(classify("vmlinux", &elf([2, 1], [2, 0])), FileKind::Elf);
        assert_eq!(classify("vmlinux", &elf([2, 2], [0, 2])), FileKind::Elf);
        assert_eq!(classify("nf.ko", &elf([2, 1], [1, 0])), FileKind::Module);
    }

    #[test]
    fn one_kernel_takes_all_modules() {
        use FileKind::{Btf, Elf, Module, Object};
        let sorted = |kinds: &[FileKind]| sort(kinds, false);
        assert_eq!(sorted(&[Module, Elf, Object]).kernel, Some(1));
        assert_eq!(sorted(&[Module, Elf, Object]).modules, [0, 2]);
        assert_eq!(sorted(&[Btf, Module]).kernel, Some(0));
        assert_eq!(sorted(&[Elf, Btf, Module]).rivals, [0, 1]);
        // Without a kernel, modules wait for one; an object file is a program of its own.
        assert_eq!(sorted(&[Module, Object]).kernel, None);
        assert_eq!(sorted(&[Module, Object]).modules, [0, 1]);
        assert_eq!(sorted(&[Object]).kernel, Some(0));
        assert_eq!(sorted(&[Object, Object]).rivals, [0, 1]);
        assert_eq!(sort(&[Object, Object], true).modules, [0, 1]);
        assert_eq!(sort(&[Object], true).kernel, Some(0));
        assert_eq!(sorted(&[]), Sorted::default());
    }

    #[test]
    fn of_a_folder_only_kernels_and_modules_are_taken() {
        for name in [
            "xfs.ko",
            "xfs.ko.xz",
            "xfs.ko.debug",
            "vmlinux",
            "vmlinux-6.1",
        ] {
            assert!(is_wanted_in_folder(name), "{name}");
        }
        for name in ["modules.dep", "vmlinuz-6.1", "System.map", "a.c", "x.xz"] {
            assert!(!is_wanted_in_folder(name), "{name}");
        }
    }

    #[test]
    fn a_boot_image_is_known_by_its_setup_header() {
        let mut image = vec![0; 0x202];
        image.extend(b"HdrS");
        assert_eq!(classify("vmlinuz", &image), FileKind::BootImage);
        image.pop();
        assert_eq!(classify("vmlinuz", &image), FileKind::Unknown);
    }

    #[test]
    fn refusals_name_the_file_and_the_next_step() {
        assert_eq!(refusal("vmlinux", b"\x7fELF"), None);
        let (what, next) = refusal("vmlinux.zst", &[0x28, 0xb5, 0x2f, 0xfd]).expect("refused");
        assert!(
            what.contains("vmlinux.zst") && what.contains("zstd"),
            "{what}"
        );
        assert!(next.contains("unzstd"), "{next}");
        let (what, next) = refusal("xfs.ko.xz", b"\xfd7zXZ\0").expect("refused");
        assert!(
            what.contains("xfs.ko.xz") && next.contains("find . -name '*.ko.*' -exec unxz"),
            "{next}"
        );
        let (what, _) = refusal("notes.txt", b"hello").expect("refused");
        assert!(what.contains("68 65 6c 6c"), "{what}");
    }
}
