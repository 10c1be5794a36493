//! `btfscope-pahole`: `btfscope encode` under pahole's options, so that `make PAHOLE=btfscope-pahole`
//! builds a kernel.
//!
//! ```text
//! words of the command line ──options──> command_line ──> EncodeArgs ──> commands::encode
//!                                             └──features (what is on after each option)
//! ```

mod command_line;
mod features;
mod options;

use crate::args::TROUBLE;
use crate::commands::encode;
use crate::failure::{Failure, say};
use crate::stdout;
use command_line::Request;

pub use command_line::HELP;
use std::ffi::OsString;
use std::process::ExitCode;

/// The version of pahole with whose results ours are compared, as its `--version` prints it. Kernel builds decide by
/// it which options they pass.
const VERSION: (u32, u32) = (1, 32);

/// Runs the command: `words` are its name and its arguments.
pub fn run(words: impl IntoIterator<Item = OsString>) -> ExitCode {
    let language_default = std::env::var("PAHOLE_LANG_EXCLUDE").ok();
    let request = match command_line::parse(words, language_default.as_deref()) {
        Ok(request) => request,
        Err(failure) => return failure.with_code(TROUBLE).report(),
    };
    match answer(&request) {
        Ok(code) => code,
        Err(failure) if failure.is_nothing_to_encode() => {
            // Assembly without debug information, or all of it in Rust: kernel builds go on, as they do
            // with pahole.
            say(&format!(
                "warning: {}; no BTF is written",
                failure.message()
            ));
            ExitCode::SUCCESS
        }
        Err(failure) => failure.report(),
    }
}

fn answer(request: &Request) -> Result<ExitCode, Failure> {
    match request {
        Request::Print(text) => {
            stdout::print(text)?;
            Ok(ExitCode::SUCCESS)
        }
        Request::Encode { args, ignored } => {
            for name in ignored {
                say(&format!(
                    "unknown feature {name} is ignored (see --supported_btf_features)"
                ));
            }
            encode::run(args)
        }
    }
}
