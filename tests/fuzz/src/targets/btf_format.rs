//! BTF as a format: what `btf` reads, verifies, prints, lays out, and writes.

use btf::verify::{Release, Subject};
use btf::{Btf, WriteOptions, layout, print, verify};

use crate::input::Sink;
use crate::questions::{ask_all, some_types};

/// Reads BTF and does everything with it.
pub fn run(data: &[u8]) {
    let _ = verify::verify(data, None);
    if let Ok(parts) = btf::parse_parts(data, None) {
        let _ = verify::verify_all(&parts.btf);
    }
    for release in Release::LISTED {
        let subject = Subject::Kernel;
        if let Err(problem) = verify::verify_as(data, None, verify::Target { subject, release }) {
            let _ = problem.to_string();
        }
    }
    let Ok(btf) = btf::parse(data, None) else {
        return;
    };
    let problems = verify::verify_all(&btf);
    let each = verify::is_each_accepted(&btf, Subject::Program);
    let together = verify::are_accepted_together(&btf, Subject::Program);
    assert_eq!(each && together, problems.is_empty(), "{problems:?}");
    let used = verify::features(&btf);
    let used = used.iter().map(|used| used.feature);
    let takers = verify::Feature::takers(used.clone());
    let _: Vec<String> = used.map(|feature| feature.to_string()).collect();
    assert!(takers.is_sorted(), "releases are listed from the oldest on");
    lengths(&btf);
    let _ = print::raw::write_all(&mut Sink::default(), &btf);
    let _ = print::json::write_all(&mut Sink::default(), &btf);
    if btf.check_references().is_err() {
        return;
    }
    print_and_lay_out(&btf);
    write(&btf);
    sort(btf.clone());
    ask_all(btf);
}

/// A kind's shape says how long its types are.
fn lengths(btf: &Btf) {
    for (id, ty) in btf.types() {
        let Some(shape) = ty.kind().shape() else {
            continue;
        };
        let tail = ty.tail().len();
        assert_eq!(shape.tail_len(ty.vlen()), tail as u64, "words of {id:?}");
        let meant = (0..tail).filter(|index| shape.word(*index).is_some());
        assert_eq!(meant.count(), tail, "meanings of the words of {id:?}");
    }
}

fn print_and_lay_out(btf: &Btf) {
    let _ = print::c::print_c(btf, &mut Sink::default());
    for id in some_types(btf) {
        let _ = print::show::show(btf, id, &mut Sink::default());
        let _ = print::c::print_c_type(btf, id, &mut Sink::default());
        let _ = print::c::print_c_of(btf, &[id], &mut Sink::default());
        let _ = print::c::type_name(btf, id, "x");
        let _ = layout::size_of(btf, id);
        let _ = layout::struct_layout(btf, id);
        if let Some(text) = lab::neighbourhood(btf, id, 30) {
            let _ = lab::raw::unit(&text);
        }
    }
}

/// What is written is what was read, with the header that it had and, if all kinds are known, with the oldest one.
fn write(btf: &Btf) {
    let oldest = btf.needs_layout().is_none().then(WriteOptions::default);
    for options in [WriteOptions::keeping(btf)].into_iter().chain(oldest) {
        let Ok(bytes) = btf.to_bytes(options) else {
            continue;
        };
        let again = btf::parse(&bytes, None).expect("what was written can be read");
        let comparison = btf::compare::compare(btf, &again);
        assert!(
            comparison.is_equal(),
            "what was written has other types: {comparison:#?}"
        );
    }
}

fn sort(mut btf: Btf) {
    btf.sort_by_name();
    btf.check_references()
        .expect("references of sorted types lead to types");
}
