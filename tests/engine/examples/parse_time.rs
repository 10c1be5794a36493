//! How much processor time reading a BTF takes, ours and btf-rs's in turns: `parse_time FILE [RUNS]`.
//!
//! Each run reads the bytes in memory, and then also looks a struct up by name, since btf-rs indexes names while it reads and ours does
//! not. `tests/peers/cilium_parse_time` is the same for cilium/ebpf.

use btf::{Btf, Kind};
use nix::time::{ClockId, clock_gettime};
use std::hint::black_box;
use std::time::Duration;

const NAME: &str = "task_struct";

type Failure = Box<dyn std::error::Error>;

/// A way to read, by its name.
type Way = (&'static str, fn(&[u8]) -> Result<usize, Failure>);

const WAYS: [Way; 5] = [
    ("btf: read", |bytes| Ok(Btf::parse(bytes)?.len())),
    ("btf: read, find", |bytes| {
        let btf = Btf::parse(bytes)?;
        let found = btf.find(Kind::Struct, NAME).ok_or("no such struct")?;
        Ok(found.index())
    }),
    ("btf: read, find none", |bytes| {
        let btf = Btf::parse(bytes)?;
        Ok(btf
            .find(Kind::Struct, "no such struct")
            .map_or(0, |id| id.index()))
    }),
    ("btf-rs: read", |bytes| {
        btf_rs::Btf::from_bytes(bytes)?;
        Ok(0)
    }),
    ("btf-rs: read, find", |bytes| {
        Ok(btf_rs::Btf::from_bytes(bytes)?
            .resolve_types_by_name(NAME)?
            .len())
    }),
];

/// Unlike a clock, it does not count what other programs of a busy machine take.
fn processor_time() -> Result<Duration, Failure> {
    Ok(clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID)?.into())
}

fn main() -> Result<(), Failure> {
    let mut args = std::env::args().skip(1);
    let bytes = std::fs::read(args.next().ok_or("name a file with BTF")?)?;
    let runs = args.next().map_or(Ok(51), |runs| runs.parse::<usize>())?;
    let mut times = WAYS.map(|_| Vec::new());
    for _ in 0..runs.max(1) {
        for ((_, read), times) in WAYS.iter().zip(&mut times) {
            let start = processor_time()?;
            black_box(read(&bytes)?);
            times.push(processor_time()?.saturating_sub(start));
        }
    }
    for ((name, _), times) in WAYS.iter().zip(&mut times) {
        times.sort_unstable();
        let at = |index: usize| times.get(index).map_or(0.0, Duration::as_secs_f64) * 1000.0;
        println!(
            "{name:22} {:7.2} ms (least {:.2}, most {:.2})",
            at(times.len() / 2),
            at(0),
            at(times.len() - 1)
        );
    }
    Ok(())
}
