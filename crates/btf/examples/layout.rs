//! Prints the layout of a struct or union: offset and size of each member, holes, and the sums.
//!
//! ```text
//! cargo run -p btfscope-btf --example layout -- crates/btf/tests/data/inventory.btf item
//! ```

use btf::layout::struct_layout;
use btf::{Btf, Kind};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, name] = &arguments[..] else {
        return Err("name a file and a struct: --example layout -- FILE NAME".into());
    };
    let btf = Btf::parse(&std::fs::read(file)?)?;
    btf.check_references()?;
    let id = btf
        .find(Kind::Struct, name)
        .or_else(|| btf.find(Kind::Union, name))
        .ok_or_else(|| format!("{file} has no struct or union {name}"))?;
    let layout = struct_layout(&btf, id).ok_or("a struct or union has a layout")?;

    for row in &layout.rows {
        if row.hole > 0 {
            println!("{:>8}  {} bytes unused", row.offset - row.hole, row.hole);
        }
        // An anonymous struct is followed by its own members, one level deeper.
        let indent = "  ".repeat(row.depth);
        let declaration = btf::print::c::type_name(&btf, row.ty, &btf.str(row.name));
        match row.bits {
            Some((first, width)) => {
                println!(
                    "{:>5}:{first:<2}  {indent}{declaration} : {width}",
                    row.offset
                );
            }
            None => println!(
                "{:>8}  {indent}{declaration} ({} bytes)",
                row.offset, row.size
            ),
        }
    }
    let holes = &layout.holes;
    println!(
        "{} bytes: {} of members, {} bits of bitfields, {} in {} holes, {} of padding",
        layout.size,
        holes.member_bytes,
        holes.bitfield_bits,
        holes.hole_bytes,
        holes.holes,
        holes.padding
    );
    Ok(())
}
