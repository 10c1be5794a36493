//! What files are called: on the command line, where `-` means standard input, and in what the command says.

use std::path::Path;

/// How standard input is named on the command line.
const STDIN: &str = "-";
/// How standard input is named in what the command says.
pub const STDIN_TITLE: &str = "standard input";

/// Whether a path means standard input. A file of that name is `./-`.
pub fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == STDIN
}

/// What a file is called in messages and tables.
pub fn title(path: &Path) -> String {
    match is_stdin(path) {
        true => STDIN_TITLE.to_owned(),
        false => path.display().to_string(),
    }
}
