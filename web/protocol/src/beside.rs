//! Files that were given to the view *Programs*: objects, kernels, and what belongs to which kernel.

use crate::intake::{FileKind, classify, is_bpf};
use core_check::{FileRole, natural, role_of};

/// Files as places in their list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// BPF objects, and programs that may contain some; or kernels, which their content tells.
    pub objects: Vec<usize>,
    /// Kernels.
    pub kernels: Vec<GivenKernel>,
    /// What belongs to no kernel of the list.
    pub rest: Vec<usize>,
    /// What is none of these.
    pub unknown: Vec<usize>,
}

/// A kernel, and what lies beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GivenKernel {
    /// The kernel.
    pub kernel: usize,
    /// Its modules.
    pub modules: Vec<usize>,
    /// `System.map` or `kallsyms`.
    pub symbols: Option<usize>,
    /// The configuration.
    pub config: Option<usize>,
}

/// Sorts files by their paths and first bytes. Kernels, and what belongs to them, are in the order of their paths, in which
/// numbers count as such: 6.1 comes before 6.12.
pub fn sort(files: &[(&str, &[u8])]) -> Given {
    let mut order: Vec<usize> = (0..files.len()).collect();
    order.sort_by_cached_key(|&at| files.get(at).map(|(path, _)| natural(path)));
    let mut given = Given::default();
    let mut parts = Vec::new();
    let has_kernel = |folder: &str| {
        let mut all = files.iter();
        !folder.is_empty() && all.any(|(path, _)| folder_of(path) == folder && is_kernel(path))
    };
    for at in order {
        let Some(&(path, head)) = files.get(at) else {
            continue;
        };
        let role = role_of(path, head);
        let is_named_kernel = role == Some(FileRole::Kernel);
        match classify(path, head) {
            _ if is_bpf(head) => given.objects.push(at),
            FileKind::Module => parts.push((at, FileRole::Module)),
            FileKind::Btf if !is_named_kernel && has_kernel(folder_of(path)) => {
                parts.push((at, FileRole::Module));
            }
            FileKind::Elf if !is_named_kernel => given.objects.push(at),
            FileKind::Object => given.objects.push(at),
            FileKind::Btf | FileKind::Elf => given.kernels.push(GivenKernel {
                kernel: at,
                ..GivenKernel::default()
            }),
            FileKind::Unknown if matches!(role, Some(FileRole::Symbols | FileRole::Config)) => {
                parts.extend(role.map(|role| (at, role)));
            }
            _ => given.unknown.push(at),
        }
    }
    for (at, part) in parts {
        let path = files.get(at).map_or("", |(path, _)| path);
        let owner = owner(path, &given.kernels, files);
        let Some(kernel) = owner.and_then(|owner| given.kernels.get_mut(owner)) else {
            given.rest.push(at);
            continue;
        };
        match part {
            FileRole::Symbols => kernel.symbols = kernel.symbols.or(Some(at)),
            FileRole::Config => kernel.config = kernel.config.or(Some(at)),
            FileRole::Module | FileRole::Kernel => kernel.modules.push(at),
        }
    }
    given
}

/// The kernel to which a file belongs: the only one, that of the innermost folder around it, or the one whose name ends as
/// the file's.
fn owner(path: &str, kernels: &[GivenKernel], files: &[(&str, &[u8])]) -> Option<usize> {
    if kernels.len() == 1 {
        return Some(0);
    }
    let path_of = |kernel: &GivenKernel| files.get(kernel.kernel).map_or("", |(path, _)| path);
    let ending = |path: &str| name_of(path).split_once('-').map(|(_, end)| end.to_owned());
    let same = |kernel: &GivenKernel| {
        folder_of(path_of(kernel)) == folder_of(path)
            && ending(path).is_some()
            && ending(path_of(kernel)) == ending(path)
    };
    if let Some(at) = kernels.iter().position(same) {
        return Some(at);
    }
    let around = |kernel: &GivenKernel| {
        let folder = folder_of(path_of(kernel));
        let is_around = !folder.is_empty()
            && path
                .strip_prefix(folder)
                .is_some_and(|rest| rest.starts_with('/'));
        is_around.then_some(folder.len())
    };
    let all = kernels.iter().enumerate();
    let found = all.filter_map(|(at, kernel)| Some((around(kernel)?, at)));
    let longest = found.clone().map(|(len, _)| len).max()?;
    let mut innermost = found.filter(|(len, _)| *len == longest);
    match (innermost.next(), innermost.next()) {
        (Some((_, at)), None) => Some(at),
        _ => None,
    }
}

fn is_kernel(path: &str) -> bool {
    role_of(path, &[]) == Some(FileRole::Kernel)
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether a file in a folder is worth a look.
pub fn is_wanted_beside(path: &str) -> bool {
    let name = name_of(path);
    name.ends_with(".o") || role_of(path, &[]).is_some() || !name.contains('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    const BTF: &[u8] = b"\x9f\xeb\x01\x00";

    fn elf(kind: u8, machine: u8) -> Vec<u8> {
        let mut head = vec![0; 64];
        head[..6].copy_from_slice(b"\x7fELF\x02\x01");
        (head[16], head[18]) = (kind, machine);
        head
    }

    #[test]
    fn objects_programs_and_kernels_are_told_apart() {
        let (object, program, module) = (elf(1, 247), elf(3, 62), elf(1, 62));
        let given = sort(&[
            ("a.bpf.o", &object),
            ("biotop", &program),
            ("6.12.btf", BTF),
            ("6.1.btf", BTF),
            ("vmlinux", &program),
            ("notes.txt", b"hello"),
            ("xfs.ko", &module),
        ]);
        assert_eq!(given.objects, [0, 1]);
        let kernels: Vec<usize> = given.kernels.iter().map(|one| one.kernel).collect();
        assert_eq!(kernels, [3, 2, 4]);
        assert_eq!((given.unknown, given.rest), (vec![5], vec![6]));
    }

    #[test]
    fn what_lies_beside_a_kernel_belongs_to_it() {
        let module = elf(1, 62);
        let given = sort(&[
            ("6.1/vmlinux", BTF),
            ("6.1/xfs", BTF),
            ("6.12/vmlinux", BTF),
            ("6.12/kernel/fs/xfs.ko", &module),
            ("6.12/System.map-6.12", b"0 T a"),
            ("6.12/config-6.12", b"CONFIG_A=y"),
        ]);
        let [old, new] = given.kernels.as_slice() else {
            panic!("{given:?}");
        };
        assert_eq!((old.kernel, old.modules.as_slice()), (0, &[1][..]));
        assert_eq!((new.kernel, new.modules.as_slice()), (2, &[3][..]));
        assert_eq!((new.symbols, new.config), (Some(4), Some(5)));
        // In one folder, the end of the name tells.
        let given = sort(&[
            ("vmlinux-6.1", BTF),
            ("vmlinux-6.12", BTF),
            ("System.map-6.12", b"0 T a"),
        ]);
        assert_eq!(given.kernels[1].symbols, Some(2));
    }
}
