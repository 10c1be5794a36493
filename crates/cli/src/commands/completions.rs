//! `btfscope completions`: completion scripts for shells.

use crate::args::Cli;
use crate::failure::Failure;
use crate::stdout;
use clap::{Args, CommandFactory};
use clap_complete::Shell;
use std::process::ExitCode;

/// Arguments of `completions`.
#[derive(Debug, Args)]
#[command(
    long_about = "Prints what a shell needs to complete the words of btfscope's command line. Packages bring it for bash, zsh \
and fish; elsewhere put it where your shell looks for it.",
    after_help = "Examples:\n  \
  btfscope completions bash > ~/.local/share/bash-completion/completions/btfscope\n  \
  btfscope completions zsh > ~/.zfunc/_btfscope\n  \
  btfscope completions fish > ~/.config/fish/completions/btfscope.fish\n  \
  btfscope completions powershell >> $PROFILE"
)]
pub struct CompletionsArgs {
    /// The shell to write the script for
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

/// Prints the completion script of a shell.
pub fn run(args: &CompletionsArgs) -> Result<ExitCode, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "btfscope", &mut text);
    stdout::print(&String::from_utf8_lossy(&text))?;
    Ok(ExitCode::SUCCESS)
}
