//! `bench-repeat ELF COPIES OUT.elf`: the same file with its units several times.

use std::path::Path;
use std::process::ExitCode;

use bench_peers::{repeat, tell};

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args_os().skip(1).collect();
    let copies = args.get(1).and_then(|copies| copies.to_str()?.parse().ok());
    let (Some(from), Some(copies), Some(to)) = (args.first(), copies, args.get(2)) else {
        eprintln!("usage: bench-repeat ELF COPIES OUT.elf");
        return ExitCode::from(2);
    };
    let size = repeat::repeat(Path::new(from), Path::new(to), copies);
    tell(size.map(|size| format!("{size} bytes of .debug_info")))
}
