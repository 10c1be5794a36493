//! Files that do not have their name yet, which no end of the command may leave behind.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::Duration;
use tempfile::{Builder, NamedTempFile};

pub use signals::keep_limit_an_error;

/// The paths of the files that exist now. The lock is held while one is created, named, or removed, so a signal
/// finds each file either here or gone.
static PATHS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A file that does not have its name yet. Dropping it removes it, and so does a signal that ends the command.
#[derive(Debug)]
pub struct Unfinished {
    /// `None` once it was named.
    file: Option<NamedTempFile>,
}

impl Unfinished {
    /// Creates a file in a folder.
    pub fn create(builder: &Builder<'_, '_>, folder: &Path) -> io::Result<Unfinished> {
        signals::watch();
        let mut paths = lock();
        // So that memory does not run out between the creation and the entry.
        paths.reserve(1);
        let file = builder.tempfile_in(folder)?;
        paths.push(file.path().to_owned());
        Ok(Unfinished { file: Some(file) })
    }

    /// The open file.
    pub fn file(&mut self) -> io::Result<&mut File> {
        let file = self.file.as_mut().map(NamedTempFile::as_file_mut);
        file.ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Gives the file its name, in place of a file that has it.
    pub fn persist(mut self, name: &Path) -> io::Result<()> {
        let Some(file) = self.file.take() else {
            return Ok(());
        };
        let mut paths = lock();
        paths.retain(|path| path != file.path());
        file.persist(name).map(drop).map_err(|error| error.error)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            let mut paths = lock();
            paths.retain(|path| path != file.path());
            drop(file);
        }
    }
}

/// Removes all, before the process ends for want of memory. If a thread that waits for this end holds the lock, nothing is
/// removed.
pub fn remove_all() {
    for _ in 0..100 {
        let paths = match PATHS.try_lock() {
            Ok(paths) => paths,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => {
                thread::sleep(Duration::from_millis(10));
                continue;
            }
        };
        for path in paths.iter() {
            let _ = std::fs::remove_file(path);
        }
        // Nothing is created or named any more.
        std::mem::forget(paths);
        return;
    }
}

fn lock() -> MutexGuard<'static, Vec<PathBuf>> {
    PATHS.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(unix)]
mod signals {
    use signal_hook::consts::{SIGALRM, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXCPU, SIGXFSZ};
    use signal_hook::iterator::Signals;
    use std::sync::atomic::AtomicBool;
    use std::sync::{Arc, Once};
    use std::thread;

    /// Those that end a process from outside: by its user, a script, a time limit (`ulimit -t`), the end of its terminal.
    const ENDING: [i32; 6] = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXCPU, SIGALRM];

    static WATCHED: Once = Once::new();

    /// From now on a write beyond `ulimit -f` fails with an error, for which a sentence exists.
    pub fn keep_limit_an_error() {
        let _ = signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
    }

    /// From now on signals that end the command remove unfinished files first. Without this (no thread can be had, for
    /// example) they end it as ever.
    pub fn watch() {
        WATCHED.call_once(|| {
            let Ok(mut signals) = Signals::new(ENDING) else {
                return;
            };
            let _ = thread::Builder::new().spawn(move || {
                for signal in signals.forever() {
                    // Held until the end: nothing is created or named any more.
                    let paths = super::lock();
                    for path in paths.iter() {
                        let _ = std::fs::remove_file(path);
                    }
                    let _ = signal_hook::low_level::emulate_default_handler(signal);
                }
            });
        });
    }
}

#[cfg(not(unix))]
mod signals {
    /// The limit is one of Unix.
    pub fn keep_limit_an_error() {}

    /// Signals are those of Unix.
    pub fn watch() {}
}
