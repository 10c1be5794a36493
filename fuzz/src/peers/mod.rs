//! Other readers of BTF as second opinions: libbpf, and the running kernel.
//!
//! Each difference is judged once. Where the other reader is wrong, or means another thing, the target has a rule that says
//! why; everything else is a finding.

mod kernel;
mod libbpf;

use std::process;

pub use kernel::run as kernel;
pub use libbpf::run as libbpf;

/// Ends the program where the other reader cannot be asked: no run of it would show anything.
fn cannot_ask(why: &str) -> ! {
    eprintln!("nothing was compared: {why}");
    process::exit(3)
}
