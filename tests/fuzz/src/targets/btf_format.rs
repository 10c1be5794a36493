//! BTF as a format: what `btf` reads, verifies, prints, lays out, and writes.

use btf::{Btf, TypeId, WriteOptions, layout, print, verify};

use crate::input::Sink;
use crate::questions::ask_all;

/// Types of which each is printed by itself.
const MOST_TYPES: usize = 50;

/// Reads BTF and does everything with it.
pub fn run(data: &[u8]) {
    let _ = verify::verify(data, None);
    let Ok(btf) = btf::parse(data, None) else {
        return;
    };
    let _ = verify::verify_all(&btf);
    let _ = verify::features(&btf);
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

fn print_and_lay_out(btf: &Btf) {
    let _ = print::c::print_c(btf, &mut Sink::default());
    for id in (1..btf.end_id().0).take(MOST_TYPES).map(TypeId) {
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
