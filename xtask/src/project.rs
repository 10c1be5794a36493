//! Where things are: the repository, its build folder, and the cache that outlives `cargo clean`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Because, Outcome, fail};

/// The folders that a task works in.
#[derive(Debug, Clone)]
pub struct Project {
    /// The repository's top folder.
    pub root: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
    /// `btfscope/` in the user's cache folder: tools and kernels.
    pub cache: PathBuf,
}

impl Project {
    pub fn find() -> Outcome<Self> {
        // Cargo sets the variable when it runs us; the compiled-in value serves a direct call.
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let Some(root) = manifest.parent().map(Path::to_path_buf) else {
            return fail(format!("{} has no parent folder", manifest.display()));
        };
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(dir) => root.join(dir),
            None => root.join("target"),
        };
        let base = match (env::var_os("XDG_CACHE_HOME"), env::var_os("HOME")) {
            (Some(dir), _) if !dir.is_empty() => PathBuf::from(dir),
            (_, Some(home)) if !home.is_empty() => PathBuf::from(home).join(".cache"),
            _ => {
                return fail(
                    "neither HOME nor XDG_CACHE_HOME is set: set one, tools are kept there",
                );
            }
        };
        Ok(Self {
            root,
            target,
            cache: base.join("btfscope"),
        })
    }

    /// The page as it is shipped.
    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// Tools that this project installed for itself, one folder for a tool and version.
    pub fn tools(&self) -> PathBuf {
        self.cache.join("tools")
    }

    pub fn kernels(&self) -> PathBuf {
        self.cache.join("kernels")
    }

    /// Notes that xtask keeps for its next run.
    pub fn notes(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// The version of a package in `Cargo.lock`, if it is there.
    pub fn locked_version(&self, package: &str) -> Outcome<Option<String>> {
        let path = self.root.join("Cargo.lock");
        let lock = fs::read_to_string(&path).because(format!("reading {}", path.display()))?;
        Ok(locked_version(&lock, package))
    }
}

fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.next()?;
    let version = lines.next()?.strip_prefix("version = \"")?;
    Some(version.strip_suffix('"')?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_gives_the_version_of_the_named_package_only() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.2.99\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(
            locked_version(lock, "wasm-bindgen").as_deref(),
            Some("0.2.130")
        );
        assert_eq!(locked_version(lock, "wasm"), None);
    }
}
