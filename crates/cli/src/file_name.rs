//! Names of files: on the command line, where `-` means standard input or standard output, and in messages.

use std::path::{Path, PathBuf};

/// The name of standard input and standard output on the command line.
pub const STANDARD: &str = "-";
/// The name of standard input in messages.
pub const STDIN_TITLE: &str = "standard input";

/// Whether the path of an input means standard input. A file of that name is `./-`.
pub fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == STANDARD
}

/// Whether the path of an output means standard output. A file of that name is `./-`.
pub fn is_stdout(path: &Path) -> bool {
    path.as_os_str() == STANDARD
}

/// The path by which a file is meant whatever its name is, for programs that give `-` no meaning.
pub fn of_file(path: PathBuf) -> PathBuf {
    match path.as_os_str() == STANDARD {
        true => Path::new(".").join(path),
        false => path,
    }
}

/// The name of a file in messages and tables.
pub fn title(path: &Path) -> String {
    match is_stdin(path) {
        true => STDIN_TITLE.to_owned(),
        false => path.display().to_string(),
    }
}
