//! Commands, in a folder that is removed at the end, and cells side by side.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, mpsc};
use std::thread;

/// Seconds after which a tool is taken to hang.
const PATIENCE: &str = "900";

/// A folder for builds.
#[derive(Debug)]
pub struct Workbench {
    path: PathBuf,
    keep: bool,
}

/// What a command did.
#[derive(Clone, Debug)]
pub struct Finished {
    /// Whether its exit code was 0.
    pub ok: bool,
    /// Its standard output.
    pub output: String,
    /// The first line of its standard error that tells something, or its exit code.
    pub complaint: String,
}

impl Workbench {
    /// A folder of its own under the system's folder for temporary files, or `keep`, which stays.
    ///
    /// # Errors
    ///
    /// When it cannot be made.
    pub fn new(keep: Option<PathBuf>) -> Result<Workbench, String> {
        let stays = keep.is_some();
        let own = format!("btfscope-fidelity-{}", std::process::id());
        let path = keep.unwrap_or_else(|| std::env::temp_dir().join(own));
        let made = std::fs::create_dir_all(path.join("objects"))
            .and_then(|()| std::fs::canonicalize(&path))
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let bench = Workbench {
            path: made,
            keep: stays,
        };
        bench.copy_sources()?;
        Ok(bench)
    }

    fn copy_sources(&self) -> Result<(), String> {
        let to = self.path.join("programs");
        let copy = || -> std::io::Result<()> {
            std::fs::create_dir_all(&to)?;
            for entry in std::fs::read_dir(crate::program::folder())? {
                let entry = entry?;
                std::fs::copy(entry.path(), to.join(entry.file_name()))?;
            }
            Ok(())
        };
        copy().map_err(|error| format!("{}: {error}", to.display()))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs a command in `folder` of it; its words are parted by blanks.
    #[must_use]
    pub fn run(&self, folder: &str, command: &str) -> Finished {
        let mut words = command.split_whitespace();
        let program = tool(words.next().unwrap_or_default());
        let result = Command::new("timeout")
            .arg(PATIENCE)
            .arg(&program)
            .args(words)
            .current_dir(self.path.join(folder))
            .env("LC_ALL", "C")
            .output();
        match result {
            Err(error) => Finished {
                ok: false,
                output: String::new(),
                complaint: format!("{}: {error}", program.display()),
            },
            Ok(output) => {
                let text = String::from_utf8_lossy(&output.stderr);
                let told = text
                    .lines()
                    .find(|line| line.contains("rror"))
                    .or_else(|| text.lines().find(|line| !line.trim().is_empty()));
                Finished {
                    ok: output.status.success(),
                    output: String::from_utf8_lossy(&output.stdout).into_owned(),
                    complaint: told.map_or_else(|| output.status.to_string(), str::to_owned),
                }
            }
        }
    }

    /// As [`Workbench::run`], an error with the command when it fails.
    ///
    /// # Errors
    ///
    /// When the exit code is not 0.
    pub fn must(&self, folder: &str, command: &str) -> Result<String, String> {
        let done = self.run(folder, command);
        if done.ok {
            Ok(done.output)
        } else {
            Err(format!("{command}: {}", done.complaint))
        }
    }
}

impl Drop for Workbench {
    fn drop(&mut self) {
        if !self.keep {
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}

/// A tool by its name; Debian keeps some where only root's `PATH` looks.
#[must_use]
pub fn tool(name: &str) -> PathBuf {
    let system = Path::new("/usr/sbin").join(name);
    if !on_path(name) && system.is_file() {
        system
    } else {
        PathBuf::from(name)
    }
}

/// Whether a tool is there.
#[must_use]
pub fn exists(name: &str) -> bool {
    on_path(name) || Path::new("/usr/sbin").join(name).is_file()
}

fn on_path(name: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(name).is_file()))
}

/// Does `work` for each of `items` with `threads` threads; results in the order of the items. `told` is
/// called as they come.
pub fn run_all<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    work: impl Fn(&T) -> R + Sync,
    mut told: impl FnMut(usize, &R),
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::new());
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        for _ in 0..threads.max(1) {
            let sender = sender.clone();
            let (next, work) = (&next, &work);
            scope.spawn(move || {
                while let Some((at, item)) = {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    items.get(at).map(|item| (at, item))
                } {
                    if sender.send((at, work(item))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut list = results.lock().unwrap_or_else(|poison| poison.into_inner());
        for (at, result) in receiver {
            told(at, &result);
            list.push((at, result));
        }
    });
    let mut list = results
        .into_inner()
        .unwrap_or_else(|poison| poison.into_inner());
    list.sort_by_key(|(at, _)| *at);
    list.into_iter().map(|(_, result)| result).collect()
}
