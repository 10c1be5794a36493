//! The page of a release: it says which commit it was made from, and has nothing of this machine in it.

use std::fs;
use std::path::Path;

use super::build::{flags, paths};
use super::fresh;
use crate::dist;
use crate::failure::{Because, Outcome, fail};
use crate::files;
use crate::project::Project;
use crate::seal;
use crate::toolbox::Toolbox;

/// Builds the page into `to`.
pub fn build(project: &Project, tools: &Toolbox, commit: &str, to: &Path) -> Outcome {
    let mut tools = tools.clone();
    tools.set("BTFSCOPE_COMMIT", commit);
    tools.set(
        "CARGO_ENCODED_RUSTFLAGS",
        flags(&paths(project, &tools)?).join("\u{1f}"),
    );
    fresh(to)?;
    dist::build(project, &tools, to)?;
    let version = to.join("version.txt");
    let text = format!("btfscope {}\ncommit {commit}\n", env!("CARGO_PKG_VERSION"));
    fs::write(&version, text).because(format!("writing {}", version.display()))?;
    // Once more, so that the list of what is kept offline has the new file.
    seal::folder(to)
}

/// Takes a page that was built before.
pub fn take(from: &Path, to: &Path) -> Outcome {
    if !from.join("index.html").is_file() {
        return fail(format!(
            "{} has no index.html: it is no page",
            from.display()
        ));
    }
    fresh(to)?;
    for path in files::under(from)? {
        let place = to.join(path.strip_prefix(from).unwrap_or(&path));
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder).because(format!("making {}", folder.display()))?;
        }
        fs::copy(&path, &place).because(format!("copying {}", path.display()))?;
    }
    Ok(())
}
