//! Split BTF on a base, both from the input.

use std::sync::Arc;

use btf::{Btf, distill, print, verify};

use crate::input::{Sink, two_files};
use crate::questions::{ask_all, compare};

/// Types of split BTF that is deduplicated.
const MOST_TYPES: usize = 4000;

/// Reads a base and split BTF on it and does everything with both.
pub fn run(data: &[u8]) {
    let Some((base, split)) = two_files(data) else {
        return;
    };
    let Ok(mut base) = btf::parse(base, None) else {
        return;
    };
    if base.check_references().is_err() {
        return;
    }
    base.index_strings();
    let base = Arc::new(base);
    let _ = verify::verify(split, Some(&base));
    let Ok(split) = btf::parse(split, Some(Arc::clone(&base))) else {
        return;
    };
    let _ = print::raw::write_all(&mut Sink::default(), &split);
    if split.check_references().is_err() {
        return;
    }
    let _ = print::c::print_c(&split, &mut Sink::default());
    let _ = btf::compare::compare(&split, &base);
    distil_and_relocate(&split, &base);
    if split.len() <= MOST_TYPES
        && let Ok(deduped) = dedup::dedup(split.clone(), &dedup::Options::default())
    {
        let references = deduped.btf.check_references();
        references.expect("references of a result lead to types");
    }
    compare(&base, &split);
    ask_all(split);
}

/// What was distilled from a base can be put onto that base again.
fn distil_and_relocate(split: &Btf, base: &Arc<Btf>) {
    let _ = distill::relocate(split, base);
    let Ok(distilled) = distill::distill(split) else {
        return;
    };
    if let Ok(relocated) = distill::relocate(&distilled.split, base) {
        let references = relocated.check_references();
        references.expect("references of relocated BTF lead to types");
        assert_eq!(
            relocated.len(),
            distilled.split.len(),
            "relocation keeps the number of types"
        );
    }
}
