//! Names of files: on the command line, where `-` means standard input, and in messages.

use std::path::Path;

/// The name of standard input on the command line.
const STDIN: &str = "-";
/// The name of standard input in messages.
pub const STDIN_TITLE: &str = "standard input";

/// Whether a path means standard input. A file of that name is `./-`.
pub fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == STDIN
}

/// The name of a file in messages and tables.
pub fn title(path: &Path) -> String {
    match is_stdin(path) {
        true => STDIN_TITLE.to_owned(),
        false => path.display().to_string(),
    }
}
