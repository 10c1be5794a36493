//! Whether a file shows that its kernel's build changed types behind the encoder.

use crate::identity::Identity;
use crate::kernel_build::{KernelBuild, KernelFile};
use btf::{Btf, Kind};
use elf::{Elf, ReadAt};
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// Names that must be in order before BTF counts as sorted: fewer can be so by chance.
const ENOUGH_NAMES: usize = 8;

/// The `.BTF` that a kernel or module has, on its own distilled base or else on `base`. What is no BTF shows nothing, and
/// is no reason to stop.
pub(crate) fn own_btf<R: ReadAt + ?Sized>(
    elf: &Elf,
    source: &R,
    base: Option<&Arc<Btf>>,
) -> Option<Btf> {
    if !is_marked(elf) {
        return None;
    }
    let bytes = |name| {
        let section = elf.section(name).filter(|section| !section.is_nobits())?;
        elf.read_section(source, section).ok()
    };
    let own = bytes(".BTF")?;
    let base = match bytes(".BTF.base").filter(|bytes| !bytes.is_empty()) {
        Some(distilled) => Some(Arc::new(btf::parse(&distilled, None).ok()?)),
        None => base.cloned(),
    };
    btf::parse(&own, base).ok()
}

/// Looks at the release, the file's own BTF, and the base. Returns nothing for a file that is no kernel and no module.
pub(crate) fn look(
    elf: &Elf,
    identity: &Identity,
    own: Option<&Btf>,
    base: Option<&Arc<Btf>>,
) -> Option<KernelFile> {
    if identity.release.is_none() && !is_marked(elf) {
        return None;
    }
    let release = identity.release.as_deref();
    let by_release = release.and_then(KernelBuild::of_release);
    let own = own.filter(|own| is_sorted(own));
    // Only the first rules leave equal prototypes. If there are none, both rules lead to the same types.
    let build = match own {
        Some(own) if repeats_prototypes(own) => Some(KernelBuild::Sorts),
        Some(_) => by_release.or(Some(KernelBuild::Sorts)),
        None if base.is_some_and(|base| is_sorted(base)) => by_release.or(Some(KernelBuild::Sorts)),
        None => by_release,
    };
    Some(KernelFile {
        build,
        applied: None,
    })
}

/// Whether the file has a section that only kernels and modules have.
fn is_marked(elf: &Elf) -> bool {
    let marks = [".BTF_ids", ".modinfo", "__ksymtab", "__ksymtab_strings"];
    marks.iter().any(|name| elf.section(name).is_some())
}

/// Whether the own types are in the order of kernel builds from 7.0 on: by name, anonymous ones first. Encoders write
/// them as units have them.
fn is_sorted(btf: &Btf) -> bool {
    let names = btf
        .types()
        .map(|(_, ty)| btf.string(ty.name()).unwrap_or_default());
    let (mut last, mut different): (&[u8], usize) = (&[], 0);
    for name in names {
        if name < last {
            return false;
        }
        different += usize::from(name != last);
        last = name;
    }
    different >= ENOUGH_NAMES
}

/// Whether two own prototypes have the same words; dedup leaves no such pair.
fn repeats_prototypes(btf: &Btf) -> bool {
    let mut seen = FxHashSet::default();
    let prototypes = btf.types().filter(|(_, ty)| ty.kind() == Kind::FuncProto);
    prototypes
        .map(|(_, ty)| ty.words())
        .any(|words| !seen.insert(words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use btf::{Linkage, Param, TypeId};

    fn names(names: &[&str]) -> Btf {
        let mut btf = Btf::new();
        let proto = btf.add_func_proto(TypeId::VOID, &[]).unwrap();
        for name in names {
            btf.add_func(name, proto, Linkage::Static).unwrap();
        }
        btf
    }

    #[test]
    fn enough_names_in_order_show_a_sorted_kernel() {
        let sorted = ["a", "b", "b", "c", "d", "e", "f", "g", "h"];
        assert!(is_sorted(&names(&sorted)));
        assert!(!is_sorted(&names(&sorted[..8])), "by chance");
        let mut btf = names(&sorted);
        btf.add_func_proto(TypeId::VOID, &[]).unwrap();
        assert!(!is_sorted(&btf), "a prototype behind a name");
    }

    #[test]
    fn equal_prototypes_show_that_nothing_deduplicated_them() {
        let mut btf = names(&["a"]);
        let name = btf.intern(b"x").unwrap();
        let param = Param {
            name,
            ty: TypeId::VOID,
        };
        btf.add_func_proto(TypeId::VOID, &[param]).unwrap();
        assert!(!repeats_prototypes(&btf));
        btf.add_func_proto(TypeId::VOID, &[]).unwrap();
        assert!(repeats_prototypes(&btf));
    }
}
