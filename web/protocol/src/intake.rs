//! What a file is, by its name and first bytes, before a worker is troubled with it.

use pipeline::FileFormat;
use serde::{Deserialize, Serialize};
use unpack::Format;

pub use unpack::module_name;

/// How many bytes of a file [`classify`] wants to see.
pub const HEAD_BYTES: u64 = unpack::HEAD_BYTES as u64;

/// The name of a kernel's BTF beside that of its modules, and of the folder in which these lie.
const KERNEL: &str = "vmlinux";
const FOLDER: &str = "btf";

/// How the names of raw BTF with inline sites end.
const INLINE: &str = ".inline";

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileKind {
    /// An ELF file that may hold DWARF or `.BTF`.
    Elf,
    /// A relocatable ELF file: a module under another name, or an object file of any program.
    Object,
    /// A kernel module.
    Module,
    /// Debug information of another file: a split unit, a package of such, or what dwz took out of several.
    Companion,
    /// Raw BTF.
    Btf,
    /// Raw BTF of inline sites, by its name: `vmlinux.inline`.
    Inline,
    /// A package, an archive, a compressed file, or a boot image: what is in it opens.
    Packed,
    /// Nothing in it, or a folder.
    Empty,
    /// None of these.
    Unknown,
}

/// What a file with this path and these first bytes is.
pub fn classify(path: &str, head: &[u8]) -> FileKind {
    let name = path.rsplit('/').next().unwrap_or(path);
    match FileFormat::of(head) {
        FileFormat::Elf if Format::Elf.is_packed(name) => FileKind::Packed,
        FileFormat::Elf if is_companion_path(path) || is_made_by_dwz(head) => FileKind::Companion,
        FileFormat::Elf if is_module_name(name) => FileKind::Module,
        FileFormat::Elf if is_relocatable(head) => FileKind::Object,
        FileFormat::Elf => FileKind::Elf,
        FileFormat::Btf if name.ends_with(INLINE) => FileKind::Inline,
        FileFormat::Btf => FileKind::Btf,
        FileFormat::Empty => FileKind::Empty,
        _ if Format::of(head).is_packed(name) => FileKind::Packed,
        _ => FileKind::Unknown,
    }
}

/// What a file is that came out of another: an ELF file even under the name of a boot image.
pub fn classify_unpacked(path: &str, head: &[u8]) -> FileKind {
    match classify(path, head) {
        FileKind::Packed => FileKind::Elf,
        kind => kind,
    }
}

/// Finds the BTF of modules among files: it lies beside the kernel's, which is called `vmlinux`, as in `/sys/kernel/btf`.
pub fn find_modules(paths: &[&str], kinds: &mut [FileKind]) {
    let parts = |path: &str| {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        (folder.to_owned(), name == KERNEL)
    };
    let of = |kinds: &[FileKind], at: usize| kinds.get(at) == Some(&FileKind::Btf);
    let kernels: Vec<String> = (paths.iter().enumerate())
        .filter(|(at, _)| of(kinds, *at))
        .filter_map(|(_, path)| Some(parts(path)).filter(|(_, is_kernel)| *is_kernel))
        .map(|(folder, _)| folder)
        .collect();
    for (at, path) in paths.iter().enumerate() {
        let (folder, is_kernel) = parts(path);
        if of(kinds, at)
            && !is_kernel
            && kernels.contains(&folder)
            && let Some(kind) = kinds.get_mut(at)
        {
            *kind = FileKind::Module;
        }
    }
}

/// Whether a packed file contains a module, by its name.
pub fn is_packed_module(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.contains(".ko.")
}

/// Whether a file is a lesson, by its name.
pub fn is_lesson(path: &str) -> bool {
    path.ends_with(".md")
}

fn is_module_name(name: &str) -> bool {
    name.ends_with(".ko") || name.ends_with(".ko.debug")
}

/// Whether a path is one that compilers, packagers and dwz give to debug information of other files.
fn is_companion_path(path: &str) -> bool {
    [".dwo", ".dwp", ".dwz"]
        .iter()
        .any(|end| path.ends_with(end))
        || path.split('/').any(|folder| folder == ".dwz")
}

/// Whether a file is a BPF object, by its first bytes: relocatable, for the machine `EM_BPF`.
pub fn is_bpf(head: &[u8]) -> bool {
    head.starts_with(b"\x7fELF") && is_relocatable(head) && half(head, 18) == Some(247)
}

/// Whether `e_type` is `ET_REL`.
fn is_relocatable(head: &[u8]) -> bool {
    half(head, 16) == Some(1)
}

/// dwz makes the header of a supplementary file from that of a program: relocatable, without program
/// headers, but with the size that one would have (`e_phentsize`). No compiler writes that.
fn is_made_by_dwz(head: &[u8]) -> bool {
    let sizes = if head.get(4) == Some(&2) { 54 } else { 42 };
    let (size, count) = (half(head, sizes), half(head, sizes + 2));
    is_relocatable(head) && count == Some(0) && size.is_some_and(|size| size > 0)
}

/// A number of two bytes in an ELF header.
fn half(head: &[u8], at: usize) -> Option<u16> {
    let bytes = *head.get(at..)?.first_chunk()?;
    Some(match head.get(5) {
        Some(2) => u16::from_be_bytes(bytes),
        _ => u16::from_le_bytes(bytes),
    })
}

/// Whether a file in a folder is worth a look, by its path: a folder of modules holds much else.
pub fn is_wanted_in_folder(path: &str) -> bool {
    if is_companion_path(path) {
        return true;
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = [".xz", ".zst", ".gz"]
        .iter()
        .find_map(|end| name.strip_suffix(end))
        .unwrap_or(name);
    is_module_name(stem)
        || is_in_btf_folder(path)
        || stem == "vmlinux"
        || stem == "vmlinux.debug"
        || stem.starts_with("vmlinux-")
}

/// Whether a file is one of a copy of `/sys/kernel/btf`.
fn is_in_btf_folder(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let is_bare = parts.next().is_some_and(|name| !name.contains('.'));
    is_bare && parts.next() == Some(FOLDER)
}

/// What files that were given together are to each other, as places in their list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sorted {
    /// What is opened, and what the modules are encoded on.
    pub kernel: Option<usize>,
    /// What is encoded on the kernel.
    pub modules: Vec<usize>,
    /// What these refer to.
    pub companions: Vec<usize>,
    /// Inline sites on the kernel's BTF.
    pub inline: Vec<usize>,
    /// Several that could each be the kernel; then there is no kernel.
    pub rivals: Vec<usize>,
}

/// Sorts files that open. An object file beside a kernel, or beside a model that is there, is taken for a
/// module, alone for a program.
pub fn sort(kinds: &[FileKind], has_model: bool) -> Sorted {
    let of = |wanted: &[FileKind]| -> Vec<usize> {
        let all = kinds.iter().enumerate();
        all.filter(|(_, kind)| wanted.contains(kind))
            .map(|(at, _)| at)
            .collect()
    };
    let kernels = of(&[FileKind::Elf, FileKind::Btf]);
    let objects = of(&[FileKind::Object]);
    let modules = of(&[FileKind::Module, FileKind::Object]);
    let only_objects = !objects.is_empty() && modules.len() == objects.len();
    let companions = of(&[FileKind::Companion]);
    let inline = of(&[FileKind::Inline]);
    let sorted = |kernel, modules| Sorted {
        kernel,
        modules,
        companions,
        inline,
        rivals: Vec::new(),
    };
    match (kernels.as_slice(), objects.as_slice()) {
        ([kernel], _) => sorted(Some(*kernel), modules),
        ([], [object]) if only_objects => sorted(Some(*object), Vec::new()),
        ([], _) if only_objects && !has_model => Sorted {
            rivals: objects,
            ..sorted(None, Vec::new())
        },
        ([], _) => sorted(None, modules),
        _ => Sorted {
            rivals: kernels.clone(),
            ..sorted(None, modules)
        },
    }
}

/// Why a file is not opened, as what it is and what to do; `None` for files that open.
pub fn refusal(kind: FileKind, name: &str, head: &[u8]) -> Option<(String, String)> {
    let (what, next) = match kind {
        FileKind::Elf
        | FileKind::Object
        | FileKind::Module
        | FileKind::Companion
        | FileKind::Btf
        | FileKind::Packed
        | FileKind::Inline => return None,
        FileKind::Empty => (
            format!("{name} is empty (0 bytes)."),
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

/// Why a file is not read beside a result, as what it is and what to do; `None` for files that are.
pub fn refusal_beside(kind: FileKind, name: &str, head: &[u8]) -> Option<(String, String)> {
    match kind {
        FileKind::Inline => Some((
            format!("{name} contains inline sites, which have no types of their own."),
            "Choose the BTF on which they are based, or another file with types.".to_owned(),
        )),
        _ => refusal(kind, name, head),
    }
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
    fn debug_information_of_other_files_is_told_by_path_or_header() {
        let object = elf([2, 1], [1, 0]);
        for path in [
            "a.dwo",
            "vmlinux.dwp",
            "x/common.dwz",
            "lib/.dwz/x86/foo.debug",
        ] {
            assert_eq!(classify(path, &object), FileKind::Companion, "{path}");
            assert!(is_wanted_in_folder(path), "{path}");
        }
        assert_eq!(classify("a.dwo", b"hello"), FileKind::Unknown);
        for (class_data, at, size) in [([2, 1], 54, [56, 0]), ([1, 2], 42, [0, 32])] {
            let kind = if class_data[1] == 1 { [1, 0] } else { [0, 1] };
            let mut made = elf(class_data, kind);
            assert_eq!(classify("foo.debug", &made), FileKind::Object);
            made[at..at + 2].copy_from_slice(&size);
            assert_eq!(classify("foo.debug", &made), FileKind::Companion);
            // A program has program headers, also without its code.
            made[at + 2..at + 4].copy_from_slice(&size);
            assert_eq!(classify("foo.debug", &made), FileKind::Object);
        }
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
        assert_eq!(sorted(&[Elf, Btf, Module]).modules, [2]);
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
    fn companions_come_along_and_are_no_kernel() {
        use FileKind::{Companion, Elf, Module, Object};
        let with = sort(&[Companion, Elf, Module, Companion], false);
        assert_eq!((with.kernel, with.modules.as_slice()), (Some(1), &[2][..]));
        assert_eq!(with.companions, [0, 3]);
        let alone = sort(&[Companion], false);
        assert_eq!((alone.kernel, alone.companions), (None, vec![0]));
        assert_eq!(sort(&[Object, Companion], false).kernel, Some(0));
        assert_eq!(sort(&[Object, Companion], false).companions, [1]);
    }

    #[test]
    fn inline_sites_are_told_by_name_and_belong_to_a_kernel() {
        let raw = b"\x9f\xeb\x01\x00";
        let kind = classify("btf/vmlinux.inline", raw);
        assert_eq!(kind, FileKind::Inline);
        assert_eq!(classify("notes.inline", b"hello"), FileKind::Unknown);
        assert_eq!(refusal(kind, "vmlinux.inline", raw), None);
        let (what, _) = refusal_beside(kind, "vmlinux.inline", raw).expect("refused");
        assert!(
            what.starts_with("vmlinux.inline contains inline sites"),
            "{what}"
        );
        assert_eq!(refusal_beside(FileKind::Btf, "vmlinux", raw), None);
        let with = sort(&[FileKind::Inline, FileKind::Btf], false);
        assert_eq!((with.kernel, with.inline), (Some(1), vec![0]));
        assert_eq!(sort(&[FileKind::Inline], true).kernel, None);
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
    fn the_btf_of_modules_lies_beside_that_of_their_kernel() {
        use FileKind::{Btf, Elf, Module};
        let found = |files: &[(&str, FileKind)]| {
            let paths: Vec<&str> = files.iter().map(|(path, _)| *path).collect();
            let mut kinds: Vec<FileKind> = files.iter().map(|(_, kind)| *kind).collect();
            find_modules(&paths, &mut kinds);
            kinds
        };
        let folder = [("/btf/xfs", Btf), ("/btf/vmlinux", Btf), ("/a/b.btf", Btf)];
        assert_eq!(found(&folder), [Module, Btf, Btf]);
        assert_eq!(found(&[("a", Btf), ("vmlinux", Elf)]), [Btf, Elf]);
        assert_eq!(found(&[("a", Btf), ("b/vmlinux", Btf)]), [Btf, Btf]);
        assert!(is_wanted_in_folder("/sys/kernel/btf/nf_tables"));
        assert!(!is_wanted_in_folder("/btf/notes.txt"));
        assert!(!is_wanted_in_folder("/linux/README"));
    }

    #[test]
    fn a_boot_image_is_known_by_its_setup_header() {
        let mut image = vec![0; 0x202];
        image.extend(b"HdrS");
        assert_eq!(classify("vmlinuz", &image), FileKind::Packed);
        image.pop();
        assert_eq!(classify("setup.bin", &image), FileKind::Unknown);
    }

    #[test]
    fn packages_and_images_are_told_from_what_is_in_them() {
        let elf = elf([2, 1], [2, 0]);
        assert_eq!(classify("linux.deb", b"!<arch>\n"), FileKind::Packed);
        assert_eq!(classify("xfs.ko.xz", b"\xfd7zXZ\0"), FileKind::Packed);
        assert_eq!(classify("initrd", b"070701"), FileKind::Packed);
        // An image that is an ELF file is opened once.
        assert_eq!(classify("boot/vmlinuz-6.1", &elf), FileKind::Packed);
        assert_eq!(classify_unpacked("boot/vmlinuz-6.1", &elf), FileKind::Elf);
        assert!(is_packed_module("lib/xfs.ko.zst") && !is_packed_module("a.ko/vmlinux.xz"));
        assert!(is_wanted_in_folder("boot/vmlinux.xz"));
    }

    #[test]
    fn refusals_name_the_file_and_the_next_step() {
        let refusal = |name, head: &[u8]| refusal(classify(name, head), name, head);
        assert_eq!(refusal("vmlinux", b"\x7fELF"), None);
        assert_eq!(refusal("vmlinux.zst", &[0x28, 0xb5, 0x2f, 0xfd]), None);
        let (what, _) = refusal("notes.txt", b"hello").expect("refused");
        assert!(what.contains("68 65 6c 6c"), "{what}");
    }
}
