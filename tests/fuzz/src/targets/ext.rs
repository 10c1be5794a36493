//! `.BTF.ext` beside its BTF.

use btf::BtfExt;
use dedup::Options;

use crate::input::two_files;

/// Types of a BTF that is deduplicated with its `.BTF.ext`.
const MOST_TYPES: usize = 4000;

/// Reads all records, and deduplicates the BTF with them.
pub fn run(data: &[u8]) {
    let Some((btf, ext)) = two_files(data) else {
        return;
    };
    let Ok(mut ext) = BtfExt::parse(ext.to_vec()) else {
        return;
    };
    ext.functions().count();
    ext.lines().count();
    ext.core_relocations().count();
    let Ok(btf) = btf::parse(btf, None) else {
        return;
    };
    if btf.len() > MOST_TYPES {
        return;
    }
    if let Ok(mut deduped) = dedup::dedup_with_ext(btf, &mut ext, &Options::default()) {
        ext.check(&deduped.btf)
            .expect(".BTF.ext names types and strings of the result");
        deduped.sort_by_name(Some(&mut ext));
        ext.check(&deduped.btf)
            .expect(".BTF.ext names types and strings of the sorted result");
    }
}
