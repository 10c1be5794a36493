//! What the benchmark's peers and inputs are made of.
#![forbid(unsafe_code)]

pub mod repeat;
pub mod schedule;
pub mod undeduplicated;
pub mod walk;

use std::fmt::Display;
use std::process::ExitCode;

use nix::sys::resource::Usage;
use nix::sys::time::TimeVal;

/// What went wrong, for the person who runs the benchmark.
pub type Trouble = Box<dyn std::error::Error + Send + Sync>;

/// Prints what a tool has to say, or why it could not.
pub fn tell<T: Display>(result: Result<T, Trouble>) -> ExitCode {
    match result {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(trouble) => {
            eprintln!("{trouble}");
            ExitCode::FAILURE
        }
    }
}

/// User and system time together.
#[must_use]
pub fn processor_seconds(usage: &Usage) -> f64 {
    seconds(usage.user_time()) + seconds(usage.system_time())
}

/// A time as seconds.
#[must_use]
pub fn seconds(time: TimeVal) -> f64 {
    time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6
}
