//! `btfscope serve`: serves the page from the command itself, for a machine without a network.

use crate::failure::Failure;
use clap::Args;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Cursor, IsTerminal, Write};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::{env, fs};
use tiny_http::{Header, Method, Request, Response, Server, StatusCode};

/// The page's files, if the command was built with them.
static PAGE: &[(&str, &[u8])] = &include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// How many ports after the wanted one are tried.
const TRIES: u16 = 100;
/// How many bytes a file of the page may have.
const MOST_BYTES: u64 = 64 << 20;

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
}

/// Serves the page until the command is stopped.
pub fn run(args: &ServeArgs) -> Result<ExitCode, Failure> {
    let files = match &args.dir {
        Some(dir) => folder(dir)?,
        None => PAGE
            .iter()
            .map(|&(name, bytes)| (name.to_owned(), Cow::Borrowed(bytes)))
            .collect(),
    };
    if files.is_empty() {
        return Err(Failure::new(
            "this btfscope was built without the page: build it with `cargo xtask command`, or name a folder that \
             `cargo xtask dist` made with --dir",
        ));
    }
    let server = listen(args.port)?;
    let address = format!("http://{}/", server.server_addr());
    let mut out = io::stdout().lock();
    let said =
        writeln!(out, "The page is at {address}\nCtrl+C ends it.").and_then(|()| out.flush());
    said.map_err(|error| Failure::stdout(&error))?;
    drop(out);
    if !args.no_open {
        open(&address);
    }
    for request in server.incoming_requests() {
        // A browser that closes the connection is no reason to stop.
        let _ = answer(request, &files);
    }
    Ok(ExitCode::SUCCESS)
}

/// Listens on a port of this computer, or on the next one that is free.
fn listen(port: u16) -> Result<Server, Failure> {
    let mut refused = None;
    for port in port..=port.saturating_add(TRIES) {
        match Server::http((Ipv4Addr::LOCALHOST, port)) {
            Ok(server) => return Ok(server),
            Err(error) => refused = Some(error),
        }
    }
    let cause = refused.map_or_else(String::new, |error| format!(": {error}"));
    Err(Failure::new(format!(
        "no port from {port} on can be listened on{cause}; choose another with --port"
    )))
}

/// The page's files in a directory and below it, by their paths from there.
fn folder(dir: &Path) -> Result<BTreeMap<String, Cow<'static, [u8]>>, Failure> {
    // First: whatever else the directory contains is not read.
    if !dir.join("index.html").is_file() {
        fs::read_dir(dir).map_err(|error| Failure::of(dir, error))?;
        return Err(Failure::of(
            dir,
            "index.html is missing; name the folder that `cargo xtask dist` made",
        ));
    }
    let mut files = BTreeMap::new();
    let mut open = vec![(String::new(), dir.to_owned())];
    while let Some((before, dir)) = open.pop() {
        for entry in fs::read_dir(&dir).map_err(|error| Failure::of(&dir, error))? {
            let entry = entry.map_err(|error| Failure::of(&dir, error))?;
            let path = entry.path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
                continue;
            };
            let name = format!("{before}{name}");
            // Not through links, which could lead in a circle.
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                open.push((format!("{name}/"), path));
                continue;
            }
            let meta = fs::metadata(&path).map_err(|error| Failure::of(&path, error))?;
            if meta.is_file() && meta.len() <= MOST_BYTES {
                let bytes = fs::read(&path).map_err(|error| Failure::of(&path, error))?;
                files.insert(name, Cow::Owned(bytes));
            }
        }
    }
    Ok(files)
}

fn answer(request: Request, files: &BTreeMap<String, Cow<'static, [u8]>>) -> io::Result<()> {
    let plain = |status: u16, text: &'static str| {
        Response::from_string(text).with_status_code(StatusCode(status))
    };
    if !matches!(request.method(), Method::Get | Method::Head) {
        return request.respond(plain(405, "only GET and HEAD are answered\n"));
    }
    let path = request.url().split(['?', '#']).next().unwrap_or_default();
    let name = match path.trim_start_matches('/') {
        "" => "index.html",
        name => name,
    };
    let Some(bytes) = files.get(name) else {
        return request.respond(plain(404, "not found\n"));
    };
    let length = bytes.len();
    let mut response = Response::new(
        StatusCode(200),
        Vec::new(),
        Cursor::new(bytes.as_ref()),
        Some(length),
        None,
    );
    for (field, value) in [
        ("Content-Type", media_type(name)),
        ("Cache-Control", "no-cache"),
    ] {
        if let Ok(header) = Header::from_bytes(field, value) {
            response.add_header(header);
        }
    }
    request.respond(response)
}

/// The media type of a file, by its name.
fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    }
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
