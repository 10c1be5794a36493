//! Writes small BTFs, each with one thing that not every reader knows: `consumer_inputs FOLDER`. Prints a line for each: the
//! name and how many types it has. `tests/consumers/measure.sh` gives them to readers.

use btf::{Btf, HeaderForm, Info, Int, IntEncoding, Kind, Linkage, Member, TypeId, WriteOptions};
use std::error::Error;
use std::path::Path;

/// An `int` and a struct with one member.
fn plain() -> Result<(Btf, TypeId, TypeId), btf::Error> {
    let mut btf = Btf::new();
    let int = Int {
        size: 4,
        encoding: IntEncoding::SIGNED,
        offset: 0,
        bits: 32,
    };
    let int = btf.add_int("int", int)?;
    let member = Member {
        name: btf.intern(b"first")?,
        ty: int,
        bit_offset: 0,
        bitfield_size: 0,
    };
    let point = btf.add_composite(Kind::Struct, "point", 4, &[member])?;
    Ok((btf, int, point))
}

/// The same type with its kind flag set.
fn flagged(btf: &mut Btf, id: TypeId) {
    if let Some(words) = btf.words_mut(id) {
        words[1] |= 1 << 31;
    }
}

fn all() -> Result<Vec<(&'static str, Btf, HeaderForm)>, btf::Error> {
    let plain_form = HeaderForm::Plain;
    let mut all = vec![
        ("plain", plain()?.0, plain_form),
        ("long-header", plain()?.0, HeaderForm::Wide),
        ("layout", plain()?.0, HeaderForm::Layout),
    ];
    let (mut btf, ..) = plain()?;
    btf.add_float("double", 8)?;
    all.push(("float", btf, plain_form));
    let (mut btf, _, point) = plain()?;
    btf.add_decl_tag("note", point, -1)?;
    all.push(("decl-tag", btf, plain_form));
    let (mut btf, int, _) = plain()?;
    let tag = btf.intern(b"user")?;
    let tag = btf.push(&[tag.0, Info::new(Kind::TypeTag, 0, false).0, int.0])?;
    btf.add_ptr(tag)?;
    all.push(("type-tag", btf, plain_form));
    let (mut btf, int, _) = plain()?;
    let tag = btf.intern(b"address_space(1)")?;
    let tag = btf.push(&[tag.0, Info::new(Kind::TypeTag, 0, true).0, int.0])?;
    btf.add_ptr(tag)?;
    all.push(("tag-attribute", btf, plain_form));
    let (mut btf, ..) = plain()?;
    let value = btf.intern(b"FIRST")?;
    btf.add_enum64("wide", 8, false, &[(value, 1 << 40)])?;
    all.push(("enum64", btf, plain_form));
    let (mut btf, ..) = plain()?;
    let value = btf.intern(b"FIRST")?;
    let id = btf.add_enum("sign", 4, false, &[(value, -1)])?;
    flagged(&mut btf, id);
    all.push(("signed-enum", btf, plain_form));
    let (mut btf, ..) = plain()?;
    let mut values = Vec::new();
    for value in 0..65_537 {
        values.push((btf.intern(format!("V{value}").as_bytes())?, value));
    }
    btf.add_enum("many", 4, false, &values)?;
    all.push(("wide-vlen", btf, plain_form));
    let (mut btf, int, _) = plain()?;
    let proto = btf.add_func_proto(int, &[])?;
    let func = btf.add_func("start", proto, Linkage::Static)?;
    // No location is known of the one parameter, at one site.
    let locations = btf.push(&[0, Info::new(Kind::LocProto, 1, false).0, 0, 0])?;
    let name = btf.intern(b"inline.text")?;
    let info = Info::new(Kind::LocSec, 1, false).0;
    btf.push(&[name.0, info, 0, func.0, locations.0, 64])?;
    all.push(("locations", btf, plain_form));
    Ok(all)
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args()
        .nth(1)
        .ok_or("usage: consumer_inputs FOLDER")?;
    for (name, btf, header) in all()? {
        let bytes = btf.to_bytes(WriteOptions { header })?;
        std::fs::write(Path::new(&folder).join(format!("{name}.btf")), bytes)?;
        println!("{name} {}", btf.len());
    }
    Ok(())
}
