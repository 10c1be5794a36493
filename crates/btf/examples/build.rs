//! Builds BTF from nothing, checks it by the kernel's rules, and writes it to a file.
//!
//! ```text
//! cargo run -p btfscope-btf --example build -- inventory.btf
//! ```
//!
//! The committed `tests/data/inventory.btf`, on which the examples of this crate's documentation run, was written
//! by this program; a test compares the two.

use btf::{
    Array, Btf, Error, Int, IntEncoding, Kind, Linkage, Member, Param, TypeId, VarSection,
    WriteOptions,
};

/// The types of this C source, compiled for a machine with pointers of 8 bytes:
///
/// ```c
/// enum state { STATE_FREE, STATE_SOLD };
/// typedef unsigned int count_t;
/// struct item {
///     struct item *next;
///     char name[16];
///     char shelf;
///     count_t count;
///     unsigned int fragile : 1;
///     enum state state : 3;
/// };
/// int sell(struct item *item, const char *note, ...);
/// struct item item;
/// ```
///
/// # Errors
///
/// When BTF has no room for it, which these few types never come near.
pub fn inventory() -> Result<Btf, Error> {
    let mut btf = Btf::new();
    let number = |size: u32, encoding| Int {
        size,
        encoding,
        offset: 0,
        bits: size as u8 * 8,
    };
    let int = btf.add_int("int", number(4, IntEncoding::SIGNED))?;
    let unsigned = btf.add_int("unsigned int", number(4, IntEncoding::NONE))?;
    let char = btf.add_int("char", number(1, IntEncoding::SIGNED))?;

    let free = btf.intern(b"STATE_FREE")?;
    let sold = btf.intern(b"STATE_SOLD")?;
    let state = btf.add_enum("state", 4, false, &[(free, 0), (sold, 1)])?;
    let count = btf.add_typedef("count_t", unsigned)?;
    let text = btf.add_array(Array {
        element: char,
        index: unsigned,
        count: 16,
    })?;

    // The struct and the pointer in it refer to each other: the pointer names the id that comes next.
    let next_id = TypeId(btf.end_id().0 + 1);
    let pointer = btf.add_ptr(next_id)?;
    let mut members = Vec::new();
    for (name, ty, bit_offset, bitfield_size) in [
        ("next", pointer, 0, 0),
        ("name", text, 64, 0),
        ("shelf", char, 192, 0),
        ("count", count, 224, 0),
        ("fragile", unsigned, 256, 1),
        ("state", state, 257, 3),
    ] {
        let name = btf.intern(name.as_bytes())?;
        members.push(Member {
            name,
            ty,
            bit_offset,
            bitfield_size,
        });
    }
    let item = btf.add_composite(Kind::Struct, "item", 40, &members)?;
    assert_eq!(item, next_id);

    let constant = btf.add_reference(Kind::Const, "", char)?;
    let note = btf.add_ptr(constant)?;
    let params = [
        Param {
            name: btf.intern(b"item")?,
            ty: pointer,
        },
        Param {
            name: btf.intern(b"note")?,
            ty: note,
        },
        Param::VARIADIC,
    ];
    let prototype = btf.add_func_proto(int, &params)?;
    btf.add_func("sell", prototype, Linkage::Global)?;

    let variable = btf.add_var("item", item, Linkage::Global)?;
    let place = VarSection {
        ty: variable,
        offset: 0,
        size: 40,
    };
    btf.add_datasec(".bss", 40, &[place])?;
    Ok(btf)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args_os()
        .nth(1)
        .ok_or("name the file to write: --example build -- FILE")?;
    let btf = inventory()?;
    btf::verify::verify_types(&btf)?;
    let bytes = btf.to_bytes(WriteOptions::default())?;
    std::fs::write(&path, &bytes)?;
    println!("{} types in {} bytes", btf.len(), bytes.len());
    Ok(())
}
