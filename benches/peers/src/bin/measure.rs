//! `bench-measure PROGRAM ARG…`: what a program takes, as one line for `cargo xtask bench`.
//!
//! A process of its own for each measurement, since the kernel tells the largest resident set of all
//! children of a process together.
#![forbid(unsafe_code)]

use std::fs;
use std::process::{Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use bench_peers::{Trouble, seconds, tell};
use nix::sys::resource::{UsageWho, getrusage};

/// Between two looks at the anonymous memory; a look takes some 20 µs.
const LOOK: Duration = Duration::from_millis(5);

fn main() -> ExitCode {
    tell(measure())
}

/// The line: seconds of wall clock, user and system time; kilobytes of largest resident set and of largest
/// anonymous memory seen.
fn measure() -> Result<String, Trouble> {
    let mut args = std::env::args_os().skip(1);
    let program = args.next().ok_or("usage: bench-measure PROGRAM ARG…")?;
    let mut command = Command::new(&program);
    command
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    let start = Instant::now();
    let mut child = command.spawn()?;
    let (process, ended) = (child.id(), AtomicBool::new(false));
    let (status, wall, anonymous) = thread::scope(|scope| {
        let watch = scope.spawn(|| watch(process, &ended));
        let status = child.wait();
        let wall = start.elapsed();
        ended.store(true, Ordering::Relaxed);
        (status, wall, watch.join().unwrap_or(0))
    });
    let status = status?;
    if !status.success() {
        return Err(format!("{} ended with {status}", program.to_string_lossy()).into());
    }
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    Ok(format!(
        "{:.4} {:.4} {:.4} {} {}",
        wall.as_secs_f64(),
        seconds(usage.user_time()),
        seconds(usage.system_time()),
        usage.max_rss(),
        anonymous,
    ))
}

/// The largest anonymous memory of a process until it ends, by looks at `/proc`; kilobytes.
fn watch(process: u32, ended: &AtomicBool) -> u64 {
    let path = format!("/proc/{process}/status");
    let mut most = 0;
    while !ended.load(Ordering::Relaxed) {
        let status = fs::read_to_string(&path).unwrap_or_default();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("RssAnon:"));
        let now = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        most = most.max(now.unwrap_or(0));
        thread::sleep(LOOK);
    }
    most
}
