//! Where things are: the repository, its build folder, and the cache that outlives `cargo clean`.

use std::env;
use std::path::{Path, PathBuf};

use crate::failure::{Outcome, fail};

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
}
