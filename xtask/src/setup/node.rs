//! What npm brings: wasm-opt, and the library that drives the browser in tests.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::failure::{Because, Outcome, fail};
use crate::project::Project;
use crate::toolbox::{Toolbox, run};

pub const BINARYEN: &str = "132.0.0";
pub const PLAYWRIGHT: &str = "1.60.0";
/// What judges the page's accessibility in tests.
const AXE: &str = "4.14.1";

/// Older ones, such as Debian 12's 108, cannot read what today's rustc and wasm-bindgen write.
const OLDEST_WASM_OPT: u32 = 120;

/// What binaryen and playwright-core ask for; Debian 12 has it.
const OLDEST_NODE: u32 = 18;

/// Stops where there is a node that the tools do not run on.
pub fn check_age(tools: &Toolbox) -> Outcome {
    let Some(says) = tools.output("node", &["--version"]) else {
        return Ok(());
    };
    match node_version(&says) {
        Some(version) if version >= OLDEST_NODE => Ok(()),
        _ => fail(format!(
            "node on PATH says {says}, and wasm-opt and the browser tests need {OLDEST_NODE} or newer: \
             put a newer one first on PATH"
        )),
    }
}

/// "v20.20.2" says 20.
fn node_version(says: &str) -> Option<u32> {
    says.strip_prefix('v')?.split('.').next()?.parse().ok()
}

pub fn find_wasm_opt(project: &Project, tools: &mut Toolbox) -> bool {
    let says = tools.output("wasm-opt", &["--version"]);
    let fits = |line: &str| wasm_opt_version(line).is_some_and(|v| v >= OLDEST_WASM_OPT);
    if says.as_deref().is_some_and(fits) {
        return true;
    }
    let bin = home(project, "binaryen", BINARYEN).join("bin");
    let found = bin.join("wasm-opt").is_file() && tools.find("node").is_some();
    if found {
        tools.add(bin);
    }
    found
}

/// `wasm-opt version 132 (version_132)` means 132.
fn wasm_opt_version(line: &str) -> Option<u32> {
    line.split_whitespace().nth(2)?.parse().ok()
}

pub fn install_wasm_opt(project: &Project, tools: &Toolbox) -> Outcome {
    npm(project, tools, "binaryen", BINARYEN)?;
    let home = home(project, "binaryen", BINARYEN);
    let bin = home.join("bin");
    fs::create_dir_all(&bin).because(format!("making {}", bin.display()))?;
    // Written last, so that its being there shows that the rest is.
    let script = bin.join("wasm-opt");
    let text = "#!/bin/sh\n\
                exec node \"$(dirname \"$0\")/../node_modules/binaryen/bin/wasm-opt\" \"$@\"\n";
    fs::write(&script, text).because(format!("writing {}", script.display()))?;
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755))
        .because(format!("making {} executable", script.display()))?;
    let mut check = tools.command_at(&script);
    run(check.arg("--version"))
}

/// Finds playwright-core and axe-core, and puts them on `NODE_PATH`.
pub fn find_playwright(project: &Project, tools: &mut Toolbox) -> bool {
    let modules = home(project, "playwright-core", PLAYWRIGHT).join("node_modules");
    let has = |package: &str| modules.join(package).join("package.json").is_file();
    let found = has("playwright-core") && has("axe-core");
    if found {
        tools.set("NODE_PATH", modules);
    }
    found
}

pub fn install_playwright(project: &Project, tools: &Toolbox) -> Outcome {
    npm(project, tools, "playwright-core", PLAYWRIGHT)?;
    let home = home(project, "playwright-core", PLAYWRIGHT);
    install(&home, tools, &format!("axe-core@{AXE}"))
}

fn npm(project: &Project, tools: &Toolbox, package: &str, version: &str) -> Outcome {
    let home = home(project, package, version);
    fs::create_dir_all(&home).because(format!("making {}", home.display()))?;
    install(&home, tools, &format!("{package}@{version}"))
}

fn install(home: &Path, tools: &Toolbox, package: &str) -> Outcome {
    let mut npm = tools.command("npm")?;
    // Without its own package.json npm would look for one in the folders above.
    npm.args([
        "install",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--prefix",
    ]);
    npm.arg(home).arg(package);
    npm.current_dir(home);
    run(&mut npm)
}

fn home(project: &Project, package: &str, version: &str) -> PathBuf {
    project.tools().join(format!("{package}-{version}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        assert_eq!(wasm_opt_version("wasm-opt version 108"), Some(108));
        assert_eq!(
            wasm_opt_version("wasm-opt version 132 (version_132)"),
            Some(132)
        );
        assert_eq!(wasm_opt_version("wasm-opt"), None);
        assert_eq!(node_version("v20.20.2"), Some(20));
        assert_eq!(node_version("20"), None);
    }
}
