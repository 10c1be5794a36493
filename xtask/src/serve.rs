//! `serve`: the page on this machine, built when it has to be.

use std::env;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread;

use crate::dist;
use crate::failure::{Because, Outcome};
use crate::project::Project;
use crate::setup;
use crate::toolbox::Toolbox;
use local_server::{Folder, Frames, Server};

const PORT: u16 = 8080;

#[derive(Debug, Default)]
pub struct Options {
    pub port: Option<u16>,
    /// Serve this folder as it is, instead of the page.
    pub dir: Option<PathBuf>,
    pub no_open: bool,
    pub yes: bool,
}

pub fn run(project: &Project, options: &Options) -> Outcome {
    let dir = match &options.dir {
        Some(dir) => dir.clone(),
        None => page(project, options.yes)?,
    };
    let port = options.port.unwrap_or(PORT);
    let server = Server::bind(port).because("the server")?;
    println!("serving {} on {}", dir.display(), server.address());
    println!("stop with Ctrl+C");
    if !options.no_open {
        open(&Toolbox::new(project), &server.address());
    }
    server.run(site(&dir)?, Frames::Any);
    Ok(())
}

/// The files in a folder.
fn site(dir: &Path) -> Outcome<Folder> {
    Folder::new(dir).because(format!("the folder {}", dir.display()))
}

/// Serves a folder in the background, at a free port, and returns its address.
pub fn in_background(dir: &Path) -> Outcome<String> {
    let (site, server) = (site(dir)?, Server::bind(0).because("the server")?);
    let address = server.address();
    thread::spawn(move || server.run(site, Frames::Any));
    Ok(address)
}

fn page(project: &Project, yes: bool) -> Outcome<PathBuf> {
    if dist::is_fresh(project)? {
        println!("the page is up to date");
    } else {
        let tools = setup::ready(project, setup::PAGE, yes)?;
        dist::build(project, &tools, &project.dist())?;
    }
    Ok(project.dist())
}

/// Shows the page in the user's browser, where there is a person and a screen.
fn open(tools: &Toolbox, address: &str) {
    let screen = cfg!(target_os = "macos")
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| env::var_os(name).is_some());
    if !screen || !io::stdout().is_terminal() {
        return;
    }
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    };
    if let Ok(mut command) = tools.command(opener) {
        command
            .arg(address)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        // The address is printed; that the browser did not come up is plain to see.
        let _ = command.spawn();
    }
}
