//! Whether a module belongs to the kernel whose BTF is its base.
//!
//! Types of another kernel are a right answer to the wrong question: a module then keeps structures of its own that its
//! kernel has too, and nothing in the result shows it. Two things tell: the release in the module's `vermagic`, and the size of
//! `struct module`, of which every module contains one.

use crate::identity::Identity;
use crate::note::Note;
use btf::{Btf, Kind};
use elf::Elf;

/// The section that a module's `struct module` is in.
const THIS_MODULE: &str = ".gnu.linkonce.this_module";

/// What does not fit between a module and `base`; `release` is that of the base's kernel, if it is known.
pub(crate) fn notes(
    elf: &Elf,
    identity: &Identity,
    base: &Btf,
    release: Option<&str>,
) -> Vec<Note> {
    let releases = identity.release.as_deref().zip(release);
    let other_release = releases
        .filter(|(module, kernel)| identity.vermagic.is_some() && module != kernel)
        .map(|(module, kernel)| Note::OfOtherKernel {
            module: module.to_owned(),
            kernel: kernel.to_owned(),
        });
    let own = elf.section(THIS_MODULE).map(|section| section.size);
    let other_size = own.and_then(|own| size_of_module(base, own));
    other_release.into_iter().chain(other_size).collect()
}

/// A note if the base defines `struct module`, and never with this size.
fn size_of_module(base: &Btf, own: u64) -> Option<Note> {
    let mut kernel = None;
    for (_, ty) in base.types() {
        if ty.kind() == Kind::Struct && base.string(ty.name()) == Some(b"module") {
            let size = u64::from(ty.size().unwrap_or_default());
            if size == own {
                return None;
            }
            kernel.get_or_insert(size);
        }
    }
    kernel.map(|kernel| Note::OtherStructModule { own, kernel })
}
