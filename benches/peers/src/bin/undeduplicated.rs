//! `bench-undeduplicated ELF OUT.btf`: the types of all units, without any dedup.

use std::path::Path;
use std::process::ExitCode;

use bench_peers::{Trouble, tell, undeduplicated};
use engine_tests::FileSource;

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    let (Some(file), Some(out)) = (args.next(), args.next()) else {
        eprintln!("usage: bench-undeduplicated ELF OUT.btf");
        return ExitCode::from(2);
    };
    tell(write(Path::new(&file), Path::new(&out)))
}

fn write(file: &Path, out: &Path) -> Result<String, Trouble> {
    let btf = undeduplicated::undeduplicated(&FileSource::open(file))?;
    let bytes = undeduplicated::bytes(&btf)?;
    std::fs::write(out, &bytes)?;
    Ok(format!("{} types, {} bytes", btf.len(), bytes.len()))
}
