//! Reads BTF with btf-rs, of any version from 1.0 on: `btf_rs FILE`. Every type is asked for by its id.

use btf_rs::Btf;

fn main() {
    let path = std::env::args().nth(1).expect("a file");
    let btf = match Btf::from_file(path) {
        Ok(btf) => btf,
        Err(error) => {
            eprintln!("{error:#}");
            std::process::exit(1);
        }
    };
    let count = (1u32..).take_while(|&id| btf.resolve_type_by_id(id).is_ok());
    println!("{}", count.count());
}
