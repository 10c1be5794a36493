//! Merges two files of raw BTF into one in which equal types exist once.
//!
//! ```text
//! cargo run -p btfscope-dedup --example merge -- ONE.btf OTHER.btf MERGED.btf
//! ```
//!
//! Variables and sections stay, as dedup never merges them. Neither file may be split BTF: the ids of the second
//! file's types are moved behind those of the first.

use btf::{Btf, Error, StringOffset, WriteOptions, names_mut, refs_mut};
use dedup::Options;

/// Appends the types of `from` to `to`. Names become names of `to`; references are moved by as many ids as `to`
/// had types.
fn append(to: &mut Btf, from: &Btf) -> Result<(), Error> {
    from.check_references()?;
    let moved = to.end_id().0 - from.first_id().0;
    for (_, ty) in from.types() {
        let mut words = ty.words().to_vec();
        for name in names_mut(&mut words) {
            let text = from.string(StringOffset(*name)).unwrap_or_default();
            *name = to.intern(text)?.0;
        }
        for id in refs_mut(&mut words) {
            // 0 is `void` everywhere.
            if *id != 0 {
                *id += moved;
            }
        }
        to.push(&words)?;
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let paths: Vec<_> = std::env::args_os().skip(1).collect();
    let [one, other, merged] = &paths[..] else {
        return Err("name three files: --example merge -- ONE OTHER MERGED".into());
    };
    let mut btf = Btf::parse(&std::fs::read(one)?)?;
    append(&mut btf, &Btf::parse(&std::fs::read(other)?)?)?;
    let before = btf.len();
    let deduped = dedup::dedup(btf, &Options::default())?;
    std::fs::write(merged, deduped.btf.to_bytes(WriteOptions::default())?)?;
    println!("{before} types, {} after dedup", deduped.btf.len());
    Ok(())
}
