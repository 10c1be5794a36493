//! `btfscope serve`: serves the page from the command itself, for a machine without a network.

use crate::failure::Failure;
use clap::Args;
use local_server::{Bytes, Folder, Frames, Server, Site};
use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::{env, fs};

/// The page's files, if the command was built with them.
static PAGE: &[(&str, &[u8])] = &include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// Arguments of `serve`.
#[derive(Debug, Args)]
#[command(
    long_about = "Serves the page on this computer alone (127.0.0.1) and prints its address. The page is part of the command \
when it was built with it (`cargo xtask command`), so that a laptop needs no network; --dir serves a folder that \
`cargo xtask dist` made instead. Ctrl+C ends it.",
    after_help = "Examples:\n  \
  btfscope serve\n  \
  btfscope serve --port 9000 --no-open\n  \
  btfscope serve --dir dist"
)]
pub struct ServeArgs {
    /// The port to listen on, or the next free one
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    pub port: u16,
    /// Do not open the page in a browser
    #[arg(long)]
    pub no_open: bool,
    /// Serve the page in this directory instead of the one in the command
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Let pages of other origins show this one in a frame, as lessons that embed figures do
    #[arg(long)]
    pub frames: bool,
}

/// Serves the page until the command is stopped.
pub fn run(args: &ServeArgs) -> Result<ExitCode, Failure> {
    let frames = match args.frames {
        true => Frames::Any,
        false => Frames::SameOrigin,
    };
    if let Some(dir) = &args.dir {
        return serve(args, folder(dir)?, frames);
    }
    let files = PAGE.iter();
    let files: Vec<_> = files
        .map(|&(name, bytes)| (name.to_owned(), Cow::Borrowed(bytes)))
        .collect();
    if files.is_empty() {
        return Err(Failure::new(
            "this btfscope was built without the page: build it with `cargo xtask command`, or name a folder that \
             `cargo xtask dist` made with --dir",
        ));
    }
    serve(args, Bytes::new(files), frames)
}

fn serve(args: &ServeArgs, site: impl Site + 'static, frames: Frames) -> Result<ExitCode, Failure> {
    let server = Server::bind(args.port)
        .map_err(|error| Failure::new(format!("{error}; choose another with --port")))?;
    let address = server.address();
    let mut out = io::stdout().lock();
    let said =
        writeln!(out, "The page is at {address}\nCtrl+C ends it.").and_then(|()| out.flush());
    said.map_err(|error| Failure::stdout(&error))?;
    drop(out);
    if !args.no_open {
        open(&address);
    }
    server.run(site, frames);
    Ok(ExitCode::SUCCESS)
}

/// The page in a directory.
fn folder(dir: &Path) -> Result<Folder, Failure> {
    if !dir.join("index.html").is_file() {
        fs::read_dir(dir).map_err(|error| Failure::of(dir, error))?;
        return Err(Failure::of(
            dir,
            "index.html is missing; name the folder that `cargo xtask dist` made",
        ));
    }
    Folder::new(dir).map_err(|error| Failure::of(dir, error))
}

/// Opens the page in the user's browser, if there is a terminal and a screen.
fn open(address: &str) {
    let mac = cfg!(target_os = "macos");
    let screen = mac
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| env::var_os(name).is_some());
    if !screen || !io::stdout().is_terminal() {
        return;
    }
    // The address is printed anyway, and users see whether the browser opened.
    let _ = Command::new(if mac { "open" } else { "xdg-open" })
        .arg(address)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
}
