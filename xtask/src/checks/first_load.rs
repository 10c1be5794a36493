//! How much a browser fetches before a file can be chosen.

use std::path::Path;

use crate::failure::{Because, Outcome, fail};
use crate::files;
use crate::project::Project;
use crate::toolbox::Toolbox;

/// The most that it may be, in bytes that gzip made; docs/page-size.md says what it is.
const MOST: usize = 800_000;

/// Sums up the files of the built page that are part of the first load.
pub fn check(project: &Project, tools: &Toolbox) -> Outcome {
    let dist = project.dist();
    let mut sum = 0;
    for file in files::under(&dist)? {
        if !is_first(&dist, &file) {
            continue;
        }
        let gzip = tools
            .command("gzip")?
            .args(["-9", "-n", "-c"])
            .arg(&file)
            .output();
        let gzip = gzip.because("starting gzip")?;
        if !gzip.status.success() {
            return fail(format!("gzip could not read {}", file.display()));
        }
        println!("{:9} {}", gzip.stdout.len(), file.display());
        sum += gzip.stdout.len();
    }
    if sum > MOST {
        return fail(format!(
            "the first load is {sum} bytes, compressed, and may be {MOST}: see what grew (docs/page-size.md), \
             and whether a chunk can hold it (web/page/src/chunks.rs)"
        ));
    }
    println!("{sum:9} of {MOST}");
    Ok(())
}

/// The page's own program, the engine, which is loaded beside it, and all that `index.html` names. Chunks with their style sheet, the other
/// workers, samples, and notices come later or never.
fn is_first(dist: &Path, file: &Path) -> bool {
    let name = file.strip_prefix(dist).unwrap_or(file);
    let later = ["explorer-", "lab-", "unpack-", "programs-", "later-"];
    let text = name.to_string_lossy();
    let kind = name.extension().unwrap_or_default().to_string_lossy();
    name.components().count() == 1
        && match &*kind {
            "svg" | "html" => true,
            "css" | "js" | "wasm" => !later.iter().any(|start| text.starts_with(start)),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_fetched_later_does_not_count() {
        let first = |name: &str| is_first(Path::new("dist"), &Path::new("dist").join(name));
        for name in [
            "index.html",
            "page-1_bg.wasm",
            "page-1.js",
            "engine-2_bg.wasm",
            "styles-3.css",
            "offline.js",
            "icon.svg",
        ] {
            assert!(first(name), "{name}");
        }
        for name in [
            "lab-3.js",
            "unpack-4_bg.wasm",
            "programs-3_bg.wasm",
            "explorer-3_bg.wasm",
            "snippets/learn-1.wasm",
            "later-3.css",
            "kernel.btf.bin",
            "third-party.txt",
        ] {
            assert!(!first(name), "{name}");
        }
    }
}
