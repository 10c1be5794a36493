//! Dedup in two ways: folded first, and by the exact engine alone.

use btf::WriteOptions;
use dedup::{Deduped, Options};

/// Types of an input. The exact engine compares each with all of its hash.
const MOST_TYPES: usize = 4000;
/// The same where all types have one hash.
const MOST_COLLIDING: usize = 300;

struct Quiet;

impl dedup::Observer for Quiet {}

/// Both ways end in the same BTF and the same map, and so does one in which all types have the same hash.
///
/// # Panics
///
/// If they do not.
pub fn run(data: &[u8]) {
    let Ok(btf) = btf::parse(data, None) else {
        return;
    };
    if btf.len() > MOST_TYPES {
        return;
    }
    let options = Options::default();
    let folded = dedup::dedup(btf.clone(), &options);
    let exact = dedup::dedup_observed(btf.clone(), &options, &mut Quiet);
    for result in [&folded, &exact].into_iter().flatten() {
        let references = result.btf.check_references();
        references.expect("references of a result lead to types");
    }
    // The kernel refuses what is left, and no compiler writes it: an array with a size of its own, for example.
    if btf::verify::verify_types(&btf).is_err() {
        return;
    }
    match (&folded, &exact) {
        (Ok(folded), Ok(exact)) => assert_same(folded, exact, "folding"),
        (Err(_), Err(_)) => return,
        (folded, exact) => panic!(
            "one way fails: folded {:?}, exact {:?}",
            folded.as_ref().err(),
            exact.as_ref().err()
        ),
    }
    if btf.len() <= MOST_COLLIDING {
        let options = options.force_collisions(true);
        let colliding = dedup::dedup_observed(btf, &options, &mut Quiet);
        if let (Ok(exact), Ok(colliding)) = (&exact, &colliding) {
            assert_same(exact, colliding, "one hash for all types");
        }
    }
}

fn assert_same(one: &Deduped, other: &Deduped, what: &str) {
    assert!(one.map == other.map, "{what} changes the map");
    let bytes = |deduped: &Deduped| deduped.btf.to_bytes(WriteOptions::default()).ok();
    assert!(bytes(one) == bytes(other), "{what} changes the bytes");
}
