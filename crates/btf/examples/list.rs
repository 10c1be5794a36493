//! Lists the types of a file that contains raw BTF: id, kind, name, and the types it refers to.
//!
//! ```text
//! cargo run -p btfscope-btf --example list -- crates/btf/tests/data/inventory.btf
//! cargo run -p btfscope-btf --example list -- /sys/kernel/btf/vmlinux
//! cargo run -p btfscope-btf --example list -- /sys/kernel/btf/MODULE /sys/kernel/btf/vmlinux
//! ```
//!
//! The second file is the base of the first.

use btf::Btf;
use std::io::Write;
use std::sync::Arc;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut files = std::env::args_os().skip(1);
    let file = files.next().ok_or("name a file: --example list -- FILE")?;
    let bytes = std::fs::read(&file)?;
    let btf = match files.next() {
        None => Btf::parse(&bytes)?,
        Some(base) => {
            let base = Btf::parse(&std::fs::read(base)?)?;
            Btf::parse_split(&bytes, &Arc::new(base))?
        }
    };
    // `parse` checks that each type has its bytes. What the ids and names lead to is a check of its own.
    btf.check_references()?;

    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for (id, ty) in btf.types() {
        write!(out, "{id} {} {}", ty.kind(), btf.str(ty.name()))?;
        for target in ty.refs() {
            write!(out, " {target}")?;
        }
        writeln!(out)?;
    }
    Ok(out.flush()?)
}
