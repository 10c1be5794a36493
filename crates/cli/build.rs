//! Puts the page into the command: the files of the folder that `BTFSCOPE_PAGE` names, as `cargo xtask dist` makes
//! it. Without it the command has no page in it, and `btfscope serve` says so.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-env-changed=BTFSCOPE_PAGE");
    println!("cargo::rerun-if-changed=build.rs");
    let mut list = String::from("[\n");
    if let Some(folder) = env::var_os("BTFSCOPE_PAGE").filter(|folder| !folder.is_empty()) {
        let folder = Path::new(&folder);
        println!("cargo::rerun-if-changed={}", folder.display());
        let mut names = Vec::new();
        let mut open = vec![folder.to_owned()];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).expect("BTFSCOPE_PAGE names a folder") {
                let path = entry.expect("a folder that can be listed").path();
                match path.is_dir() {
                    true => open.push(path),
                    false => names.push(path),
                }
            }
        }
        names.sort();
        for path in names {
            let name = path.strip_prefix(folder).expect("a file in the folder");
            let parts: Vec<_> = name.iter().map(|part| part.to_string_lossy()).collect();
            let name = parts.join("/");
            let path = fs::canonicalize(path).expect("a file of the page");
            writeln!(list, "    ({name:?}, include_bytes!({path:?})),").expect("a string");
        }
    }
    list.push_str("]\n");
    let out = env::var_os("OUT_DIR").expect("set by cargo");
    fs::write(Path::new(&out).join("page.rs"), list).expect("cargo's own folder");
}
