//! What holds for every BTF: it survives writing and reading, and broken bytes break nothing.

use crate::common::{Step, random, steps};
use btf::compare::compare;
use btf::verify::{verify, verify_all, verify_types};
use btf::{Btf, Endian, HeaderForm, WriteOptions, parse};
use proptest::prelude::*;
use std::sync::Arc;

fn assert_same(a: &Btf, b: &Btf) {
    assert_eq!(a.first_id(), b.first_id());
    assert!(a.types().eq(b.types()), "types");
    assert_eq!(a.strings().as_bytes(), b.strings().as_bytes());
    assert_eq!(a.strings().start(), b.strings().start());
    assert_eq!(a.endian, b.endian);
}

/// Everything that reads a BTF whose content is not to be trusted.
fn use_everything(btf: &Btf, other: &Btf) {
    let mut text = String::new();
    btf::print::raw::write_all(&mut text, btf).unwrap();
    text.clear();
    btf::print::json::write_all(&mut text, btf).unwrap();
    serde_json::from_str::<serde_json::Value>(&text).unwrap();
    for problem in verify_all(btf) {
        assert!(!problem.to_string().is_empty());
    }
    assert!(compare(btf, btf).is_equal());
    let forth = compare(btf, other);
    let back = compare(other, btf);
    assert_eq!(forth.differing(), back.differing());
    assert_eq!(
        btf::stats::KindCounts::of(btf).total().bytes,
        btf.type_bytes() as u64
    );
    let _ = btf.check_references();
}

fn damage(bytes: &mut [u8], errors: &[(u32, u8)]) {
    for &(at, value) in errors {
        if let Some(len) = u32::try_from(bytes.len()).ok().filter(|&len| len > 0) {
            bytes[(at % len) as usize] = value;
        }
    }
}

fn header() -> impl Strategy<Value = HeaderForm> {
    prop_oneof![Just(HeaderForm::Plain), Just(HeaderForm::Layout)]
}

fn endian() -> impl Strategy<Value = Endian> {
    prop_oneof![Just(Endian::Little), Just(Endian::Big)]
}

fn errors() -> impl Strategy<Value = Vec<(u32, u8)>> {
    proptest::collection::vec(any::<(u32, u8)>(), 1..12)
}

fn written(btf: &Btf, header: HeaderForm) -> Vec<u8> {
    btf.to_bytes(WriteOptions { header }).unwrap()
}

fn pair(base: &[Step], own: &[Step]) -> (Arc<Btf>, Btf) {
    let base = Arc::new(random(base, None));
    (base.clone(), random(own, Some(base)))
}

proptest! {
    #[test]
    fn reading_gives_back_what_was_written(steps in steps(), header in header(), endian in endian()) {
        let btf = random(&steps, None).with_endian(endian);
        let back = parse(&written(&btf, header), None).unwrap();
        assert_same(&btf, &back);
        prop_assert_eq!(back.layout.is_some(), header == HeaderForm::Layout);
        prop_assert_eq!(written(&back, header), written(&btf, header));
    }

    #[test]
    fn split_btf_too(base in steps(), own in steps(), header in header(), endian in endian()) {
        let (base, own) = pair(&base, &own);
        let own = own.with_endian(endian);
        let back = parse(&written(&own, header), Some(base)).unwrap();
        assert_same(&own, &back);
        prop_assert!(compare(&own, &back).is_equal());
    }

    #[test]
    fn what_the_generator_makes_is_accepted(base in steps(), own in steps(), header in header()) {
        let (base, own) = pair(&base, &own);
        verify(&written(&base, header), None).unwrap();
        prop_assert_eq!(verify_types(&own), Ok(()));
        use_everything(&own, &base);
    }

    #[test]
    fn broken_bytes_break_nothing(steps in steps(), header in header(), endian in endian(), errors in errors()) {
        let btf = random(&steps, None).with_endian(endian);
        let mut bytes = written(&btf, header);
        damage(&mut bytes, &errors);
        let _ = verify(&bytes, None);
        if let Ok(broken) = parse(&bytes, None) {
            use_everything(&broken, &btf);
        }
    }

    #[test]
    fn broken_bases_break_nothing(base in steps(), own in steps(), errors in errors()) {
        let (base, own) = pair(&base, &own);
        let mut bytes = written(&base, HeaderForm::Plain);
        let from = 24.min(bytes.len());
        damage(&mut bytes[from..], &errors);
        if let Ok(broken) = parse(&bytes, None) {
            let broken = Arc::new(broken);
            let split = parse(&written(&own, HeaderForm::Plain), Some(broken.clone())).unwrap();
            use_everything(&split, &own);
            let _ = verify(&written(&own, HeaderForm::Plain), Some(&broken));
        }
    }

    #[test]
    fn arbitrary_bytes_break_nothing(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = verify(&bytes, None);
        prop_assert!(parse(&bytes, None).is_err() || bytes.starts_with(&[0x9f, 0xeb]) || bytes.starts_with(&[0xeb, 0x9f]));
    }
}
