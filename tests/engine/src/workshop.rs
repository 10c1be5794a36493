//! Compilers and binutils at work in a folder of their own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder for a test, removed at its end.
#[derive(Debug)]
pub struct Workshop(PathBuf);

impl Workshop {
    /// A new folder.
    ///
    /// # Panics
    ///
    /// When it cannot be made.
    #[must_use]
    pub fn new(name: &str) -> Workshop {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("btfscope-{name}-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Workshop(path)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file into it.
    ///
    /// # Panics
    ///
    /// When it cannot be written.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.0.join(name), bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
    }

    /// Reads a file in it.
    ///
    /// # Panics
    ///
    /// When it is not there.
    #[must_use]
    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Runs a command in it, words parted by blanks; its output.
    ///
    /// # Panics
    ///
    /// When the tool is missing or fails: a test that silently skips shows nothing.
    pub fn run(&self, command: &str) -> String {
        let mut words = command.split_whitespace();
        let name = words.next().unwrap_or_default();
        let output = Command::new(tool(name))
            .args(words)
            .current_dir(&self.0)
            .env("LC_ALL", "C")
            .output();
        let output =
            output.unwrap_or_else(|error| panic!("{name} is needed for this test: {error}"));
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command}: {complaint}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A tool by its name; Debian keeps some where only root's `PATH` looks.
#[must_use]
pub fn tool(name: &str) -> PathBuf {
    let system = Path::new("/usr/sbin").join(name);
    let on_path = std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(name).is_file()));
    if !on_path && system.is_file() {
        system
    } else {
        PathBuf::from(name)
    }
}
