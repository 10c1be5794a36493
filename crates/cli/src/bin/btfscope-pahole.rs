//! The command `btfscope-pahole`: what a kernel build calls instead of pahole.

use std::process::ExitCode;

fn main() -> ExitCode {
    btfscope_cli::btfscope_pahole()
}
