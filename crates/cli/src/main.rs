//! The command `btfscope`.

use std::process::ExitCode;

fn main() -> ExitCode {
    btfscope_cli::btfscope()
}
