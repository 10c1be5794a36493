//! Reads BTF with aya-obj, of any version: `aya FILE`.

use aya_obj::btf::Btf;

fn main() {
    let path = std::env::args().nth(1).expect("a file");
    let bytes = std::fs::read(path).expect("read");
    match Btf::parse(&bytes, Default::default()) {
        Ok(_) => println!("read"),
        Err(error) => {
            eprintln!("{error}");
            std::process::exit(1);
        }
    }
}
