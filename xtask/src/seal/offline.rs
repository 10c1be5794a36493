//! The list of the page's files, for the service worker that keeps them.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::failure::{Because, Outcome, fail};
use crate::files::{self, hex};

/// The service worker's file. Its name stays: a browser asks for it anew to learn of a new version.
const WORKER: &str = "offline.js";
const VERSION: &str = "const VERSION = ";
const FILES: &str = "const FILES = ";

/// Writes the list of all files under `dir` into its service worker; does nothing where there is none.
pub fn list(dir: &Path) -> Outcome {
    let worker = dir.join(WORKER);
    if !worker.is_file() {
        return Ok(());
    }
    let mut entries = String::new();
    for path in files::under(dir)? {
        let name = path.strip_prefix(dir).unwrap_or(&path).to_string_lossy();
        if name == WORKER || name.starts_with('.') {
            continue;
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
        if !name.chars().all(plain) {
            return fail(format!(
                "{name}: an address would need escapes; use a plain name"
            ));
        }
        // Hosts have the page under its folder's name, and some under no other.
        let address = if name == "index.html" { "./" } else { &name };
        let bytes = fs::read(&path).because(format!("reading {}", path.display()))?;
        let digest = STANDARD.encode(Sha256::digest(bytes));
        // Writing to a string cannot fail.
        let _ = write!(entries, "\"{address}\": \"{digest}\", ");
    }
    let text = fs::read_to_string(&worker).because(format!("reading {}", worker.display()))?;
    let Some(filled) = filled(&text, entries.trim_end_matches(", ")) else {
        return fail(format!(
            "{} has no line for its list of files",
            worker.display()
        ));
    };
    fs::write(&worker, filled).because(format!("writing {}", worker.display()))
}

/// The service worker with this list, and a version that is another one for another list or another text.
fn filled(text: &str, entries: &str) -> Option<String> {
    if ![VERSION, FILES]
        .iter()
        .all(|start| text.lines().any(|line| line.starts_with(start)))
    {
        return None;
    }
    let mut sum = Sha256::new();
    for line in text
        .lines()
        .filter(|line| !line.starts_with(VERSION) && !line.starts_with(FILES))
    {
        sum.update(line);
    }
    sum.update(entries);
    let mut version = hex(&sum.finalize());
    version.truncate(16);
    let lines = text.lines().map(|line| {
        if line.starts_with(VERSION) {
            format!("{VERSION}'{version}';\n")
        } else if line.starts_with(FILES) {
            format!("{FILES}{{ {entries} }};\n")
        } else {
            format!("{line}\n")
        }
    });
    Some(lines.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_files_are_listed_and_the_version_follows_them() {
        let dir = std::env::temp_dir().join(format!("xtask-offline-{}", std::process::id()));
        fs::create_dir_all(dir.join("sub")).unwrap();
        for (name, text) in [
            ("index.html", "abc"),
            ("sub/a_b-1.css", ""),
            (".lock", "x"),
            (
                WORKER,
                "// It.\nconst VERSION = '';\nconst FILES = {};\nwork();\n",
            ),
        ] {
            fs::write(dir.join(name), text).unwrap();
        }
        let listed = || {
            list(&dir).unwrap();
            fs::read_to_string(dir.join(WORKER)).unwrap()
        };
        let first = listed();
        let again = listed();
        fs::write(dir.join("index.html"), "abd").unwrap();
        let other = listed();
        fs::write(dir.join("odd name"), "").unwrap();
        let odd = list(&dir);
        fs::remove_dir_all(&dir).unwrap();

        assert!(first.starts_with("// It.\nconst VERSION = '") && first.ends_with("\nwork();\n"));
        // openssl dgst -sha256 -binary, base64, of "abc" and of nothing
        assert!(first.contains(
            "const FILES = { \"./\": \"ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=\", \
             \"sub/a_b-1.css\": \"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\" };\n"
        ));
        assert_eq!(first, again);
        let version = |text: &str| text.lines().nth(1).map(str::to_owned);
        assert_ne!(version(&first), version(&other));
        assert!(odd.unwrap_err().to_string().contains("odd name"));
        assert_eq!(filled("const VERSION = '';", ""), None);
    }
}
