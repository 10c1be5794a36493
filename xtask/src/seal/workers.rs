//! The files of the workers get a name that follows their content, as all others have one:
//! then an HTML file names one build of everything, whatever a host or a cache still has of another.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::failure::{Because, Outcome, fail};
use crate::files::hex;
use crate::html::{self, Item};

/// What the build calls them, and the `<meta>` from which the page knows their names.
const WORKERS: [&str; 5] = ["engine", "explorer", "lab", "unpack", "programs"];
const ENDS: [&str; 2] = [".js", "_bg.wasm"];

/// Renames the workers' files under `dir` and tells `index.html`; does nothing where there are none.
pub fn name(dir: &Path) -> Outcome {
    WORKERS.iter().try_for_each(|worker| name_one(dir, worker))
}

fn name_one(dir: &Path, stem: &str) -> Outcome {
    let paths = ENDS.map(|end| dir.join(format!("{stem}{end}")));
    if !paths.iter().all(|path| path.is_file()) {
        return Ok(());
    }
    let mut sum = Sha256::new();
    for path in &paths {
        sum.update(fs::read(path).because(format!("reading {}", path.display()))?);
    }
    let mut name = format!("{stem}-{}", hex(&sum.finalize()));
    name.truncate(stem.len() + 1 + 16);
    let page = dir.join("index.html");
    let text = fs::read_to_string(&page).because(format!("reading {}", page.display()))?;
    let Some(told) = told(&text, stem, &name) else {
        return fail(format!(
            "{} has no <meta name=\"{stem}\"> to tell a worker's name",
            page.display()
        ));
    };
    fs::write(&page, told).because(format!("writing {}", page.display()))?;
    for (path, end) in paths.iter().zip(ENDS) {
        fs::rename(path, dir.join(format!("{name}{end}")))
            .because(format!("renaming {}", path.display()))?;
    }
    Ok(())
}

/// The text with a name in the `<meta>` called `what`.
pub(super) fn told(text: &str, what: &str, name: &str) -> Option<String> {
    let items = html::items(text);
    let meta = items
        .iter()
        .filter_map(Item::element)
        .find(|element| element.name == "meta" && element.attribute("name") == Some(what))?;
    let mut told = text.to_owned();
    let meta_now = format!("<meta name=\"{what}\" content=\"{name}\">");
    told.replace_range(meta.range.clone(), &meta_now);
    Some(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_is_named_after_its_content_and_the_page_knows() {
        let dir = std::env::temp_dir().join(format!("xtask-workers-{}", std::process::id()));
        let build = |wasm: &str| {
            let _ = fs::remove_dir_all(&dir);
            fs::create_dir_all(&dir).unwrap();
            let page = "<head><meta name='engine' content='engine'></head>";
            for (name, text) in [
                ("index.html", page),
                ("engine.js", "js"),
                ("engine_bg.wasm", wasm),
            ] {
                fs::write(dir.join(name), text).unwrap();
            }
            name(&dir).unwrap();
            let text = fs::read_to_string(dir.join("index.html")).unwrap();
            let start = text.find("engine-").unwrap();
            let stem = text[start..start + "engine".len() + 17].to_owned();
            assert_eq!(
                text,
                format!("<head><meta name=\"engine\" content=\"{stem}\"></head>")
            );
            let now = fs::read_to_string(dir.join(format!("{stem}_bg.wasm"))).unwrap();
            assert_eq!(now, wasm);
            assert!(dir.join(format!("{stem}.js")).is_file() && !dir.join("engine.js").exists());
            // A second time there is nothing left to name.
            name(&dir).unwrap();
            stem
        };
        let (one, two) = (build("1"), build("2"));
        fs::remove_dir_all(&dir).unwrap();
        assert_ne!(one, two);
        assert_eq!(told("<head></head>", "engine", "engine-1"), None);
    }
}
