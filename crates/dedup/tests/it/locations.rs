//! Dedup of the kinds that say where the arguments of inlined functions are.

use btf::{Btf, Info, Kind, Linkage, Place, Register, TypeId};
use dedup::{Options, dedup};
use std::sync::Arc;

fn push(btf: &mut Btf, kind: Kind, name: &str, third: u32, vlen: usize, tail: &[u32]) -> u32 {
    let name = btf.intern(name.as_bytes()).unwrap().0;
    let mut words = vec![name, Info::new(kind, vlen as u32, false).0, third];
    words.extend_from_slice(tail);
    btf.push(&words).unwrap().0
}

fn param(btf: &mut Btf, size: u32, place: Place) -> u32 {
    let (flags, values) = place.encode().unwrap();
    let mut tail = vec![flags.0];
    tail.extend_from_slice(values.as_slice());
    push(
        btf,
        Kind::LocParam,
        "",
        size,
        values.as_slice().len(),
        &tail,
    )
}

fn proto(btf: &mut Btf, params: &[u32]) -> u32 {
    push(btf, Kind::LocProto, "", 0, params.len(), params)
}

#[test]
fn equal_locations_become_one_and_sections_stay() {
    let mut kernel = Btf::new();
    let void = kernel.add_func_proto(TypeId::VOID, &[]).unwrap();
    kernel.add_func("f", void, Linkage::Static).unwrap();
    let kernel = Arc::new(kernel);
    let mut btf = Btf::split(kernel);
    let reg = |number| Place::Register(Register::Number(number));
    let (a, b) = (param(&mut btf, 8, reg(5)), param(&mut btf, 8, reg(5)));
    let (other_size, other_reg) = (param(&mut btf, 4, reg(5)), param(&mut btf, 8, reg(4)));
    let one = proto(&mut btf, &[a, 0, other_size]);
    let same = proto(&mut btf, &[b, 0, other_size]);
    let different = proto(&mut btf, &[other_reg, 0, other_size]);
    let sites = [2, one, 0x10, 2, same, 0x20, 2, different, 0x30];
    push(&mut btf, Kind::LocSec, "inline.text", 0, 3, &sites);
    push(&mut btf, Kind::LocSec, "inline.text", 0, 3, &sites);
    let deduped = dedup(btf, &Options::default()).unwrap().btf;
    let mut text = String::new();
    btf::print::raw::write_all(&mut text, &deduped).unwrap();
    assert_eq!(
        text,
        "[3] LOC_PARAM '(anon)' size=8 flags=0x8 vlen=1 values='reg5'\n\
         [4] LOC_PARAM '(anon)' size=4 flags=0x8 vlen=1 values='reg5'\n\
         [5] LOC_PARAM '(anon)' size=8 flags=0x8 vlen=1 values='reg4'\n\
         [6] LOC_PROTO '(anon)' vlen=3\n\ttype_id=3 value='reg5'\n\ttype_id=0\n\ttype_id=4 value='reg5'\n\
         [7] LOC_PROTO '(anon)' vlen=3\n\ttype_id=5 value='reg4'\n\ttype_id=0\n\ttype_id=4 value='reg5'\n\
         [8] LOCSEC 'inline.text' vlen=3\n\
         \tname='f' func_type_id=2 loc_proto_type_id=6 offset=16\n\
         \tname='f' func_type_id=2 loc_proto_type_id=6 offset=32\n\
         \tname='f' func_type_id=2 loc_proto_type_id=7 offset=48\n\
         [9] LOCSEC 'inline.text' vlen=3\n\
         \tname='f' func_type_id=2 loc_proto_type_id=6 offset=16\n\
         \tname='f' func_type_id=2 loc_proto_type_id=6 offset=32\n\
         \tname='f' func_type_id=2 loc_proto_type_id=7 offset=48\n"
    );
}
