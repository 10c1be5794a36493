//! `bench-walk ELF`: the bare walk of every DIE with all attributes.

use std::path::Path;
use std::process::ExitCode;

use engine_tests::FileSource;

fn main() -> ExitCode {
    let Some(file) = std::env::args_os().nth(1) else {
        eprintln!("usage: bench-walk ELF");
        return ExitCode::from(2);
    };
    bench_peers::tell(bench_peers::walk::walk(&FileSource::open(Path::new(&file))))
}
