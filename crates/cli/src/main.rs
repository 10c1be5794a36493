//! The command `btfscope`.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: btfscope_cli::Allocator = btfscope_cli::ALLOCATOR;

fn main() -> ExitCode {
    btfscope_cli::btfscope()
}
