//! A module on its kernel: the result is split BTF.

use std::sync::Arc;

use btf::Btf;
use pipeline::{Features, NoCompanions, Options};

use super::encode::everything;
use crate::input::two_files;
use crate::job::{encode, judge};

/// A base, BTF or an ELF file that is encoded to it, and a file that is encoded on it: shards of one unit and of 32 MiB give
/// the same bytes.
///
/// # Panics
///
/// If they do not, or a result breaks a promise.
pub fn run(data: &[u8]) {
    let Some((kernel, module)) = two_files(data) else {
        return;
    };
    let Some(base) = base(kernel) else { return };
    let small = Options {
        features: Features {
            distilled_base: true,
            ..everything()
        },
        shard_bytes: 1,
        ..Options::default()
    };
    let large = Options {
        shard_bytes: 32 << 20,
        ..small.clone()
    };
    let encode = |options| encode(module, options, &NoCompanions, Some(Arc::clone(&base)));
    let (Ok(small), Ok(large)) = (encode(&small), encode(&large)) else {
        return;
    };
    judge(&small, Some(Arc::clone(&base)));
    let failed = |outcome: &pipeline::Outcome| !outcome.statistics.units.failed.is_empty();
    if !failed(&small) && !failed(&large) {
        assert!(
            small.bytes == large.bytes && small.distilled == large.distilled,
            "the size of shards changes the result"
        );
    }
}

/// The kernel's types, as the command takes a base.
fn base(kernel: &[u8]) -> Option<Arc<Btf>> {
    let mut base = if elf::file_is_elf(kernel) {
        let outcome = encode(kernel, &Options::default(), &NoCompanions, None).ok()?;
        outcome.btf
    } else {
        btf::parse(kernel, None).ok()?
    };
    base.check_references().ok()?;
    base.index_strings();
    Some(Arc::new(base))
}
