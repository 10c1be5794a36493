//! `bench-schedule ELF THREADS`: the times of a job on so many threads, from its shards encoded one after the other.

use std::path::Path;
use std::process::ExitCode;

use bench_peers::schedule::Schedule;
use engine_tests::FileSource;

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args_os().skip(1).collect();
    let [file, threads] = args.as_slice() else {
        eprintln!("usage: bench-schedule ELF THREADS");
        return ExitCode::from(2);
    };
    let Some(threads) = threads.to_str().and_then(|text| text.parse().ok()) else {
        eprintln!("THREADS is a number");
        return ExitCode::from(2);
    };
    bench_peers::tell(Schedule::measure(
        &FileSource::open(Path::new(file)),
        threads,
    ))
}
