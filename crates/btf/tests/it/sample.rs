//! The small BTF on which the examples of the documentation run.

#[path = "../../examples/build.rs"]
#[allow(dead_code)]
mod build;

use btf::{Btf, Kind, WriteOptions};

const COMMITTED: &[u8] = include_bytes!("../data/inventory.btf");

#[test]
fn the_committed_sample_is_what_the_example_builds() {
    let built = build::inventory().unwrap();
    let bytes = built.to_bytes(WriteOptions::default()).unwrap();
    assert_eq!(
        bytes, COMMITTED,
        "regenerate it: cargo run -p btfscope-btf --example build -- crates/btf/tests/data/inventory.btf"
    );
    assert!(bytes.len() <= 1024, "a sample to read by eye");
}

#[test]
fn the_sample_is_valid_and_can_be_read_by_name() {
    let btf = btf::verify::verify(COMMITTED, None).unwrap();
    let item = btf.find(Kind::Struct, "item").unwrap();
    let pointer = btf.get(item).unwrap().member(0).unwrap().ty;
    assert_eq!(btf.get(pointer).unwrap().target(), Some(item));
    let same = Btf::parse(COMMITTED).unwrap();
    assert!(btf.all_types().eq(same.types()));
}
