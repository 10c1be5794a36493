//! The page put together from what `index.html` names, as Trunk does it: style sheets, files to copy, programs.
//!
//! Trunk itself takes ten minutes to compile and is wanted for one thing only, `trunk serve`. So `index.html` stays what
//! Trunk reads, and this reads the same attributes.

mod links;
mod programs;

pub use programs::{CHUNKS, bindgen};

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256, Sha384};

use crate::failure::{Because, Outcome, fail};
use crate::files::hex;
use crate::project::Project;
use crate::toolbox::Toolbox;
use links::{Link, Wanted};

/// Makes `out` anew from `index.html`: everything but the security policy, which sealing adds.
pub fn assemble(project: &Project, tools: &Toolbox, out: &Path) -> Outcome {
    let source = project.root.join("index.html");
    let text = fs::read_to_string(&source).because(format!("reading {}", source.display()))?;
    let links = links::read(&text).because(format!("reading {}", source.display()))?;
    let programs: Vec<_> = (links.iter())
        .filter_map(|link| match &link.wanted {
            Wanted::Program(program) => Some(program),
            _ => None,
        })
        .collect();
    let built = programs::build(project, tools, &programs)?;

    if out.exists() {
        fs::remove_dir_all(out).because(format!("removing {}", out.display()))?;
    }
    fs::create_dir_all(out).because(format!("making {}", out.display()))?;
    let mut page = String::with_capacity(text.len() * 2);
    let mut kept = 0;
    let mut preloads = String::new();
    for Link { wanted, range } in &links {
        page.push_str(text.get(kept..range.start).unwrap_or_default());
        kept = range.end;
        match wanted {
            Wanted::Style(href) => {
                let file = Placed::named_by_content(&project.root.join(href), out)?;
                page.push_str(&file.link("stylesheet"));
            }
            Wanted::Icon(href) => {
                let file = Placed::named_by_content(&project.root.join(href), out)?;
                page.push_str(&file.link("icon"));
            }
            Wanted::Copy(href) => {
                let from = project.root.join(href);
                let name = file_name(&from)?;
                copy(&from, &out.join(name))?;
            }
            Wanted::Program(program) => {
                let Some(files) = built.iter().find(|files| files.name == program.name) else {
                    return fail(format!("the program {} was not built", program.name));
                };
                if program.worker {
                    // Sealing names them by their content, and tells the page.
                    copy(&files.script, &out.join(format!("{}.js", files.name)))?;
                    copy(&files.wasm, &out.join(format!("{}_bg.wasm", files.name)))?;
                } else {
                    let script = Placed::named_by_content(&files.script, out)?;
                    let wasm = Placed::named_by_content(&files.wasm, out)?;
                    let folder = out.join(CHUNKS);
                    fs::create_dir_all(&folder).because(format!("making {}", folder.display()))?;
                    for chunk in &files.chunks {
                        copy(chunk, &folder.join(file_name(chunk)?))?;
                    }
                    page.push_str(&start(&script.name, &wasm.name));
                    preloads.push_str(&preload(&script.name, &wasm.name));
                }
            }
        }
    }
    page.push_str(text.get(kept..).unwrap_or_default());
    let Some(end) = page.find("</head>") else {
        return fail(format!("{} has no </head>", source.display()));
    };
    page.insert_str(end, &preloads);
    let index = out.join("index.html");
    fs::write(&index, page).because(format!("writing {}", index.display()))
}

/// A file in the page's folder.
struct Placed {
    name: String,
    integrity: String,
}

impl Placed {
    /// Copies a file under a name that follows its content, so that a cache never mixes two versions.
    fn named_by_content(from: &Path, out: &Path) -> Outcome<Self> {
        let bytes = fs::read(from).because(format!("reading {}", from.display()))?;
        let whole = file_name(from)?;
        // page_bg.wasm: the part before the ending keeps its own name.
        let (stem, ending) = match whole.strip_suffix("_bg.wasm") {
            Some(stem) => (stem, "_bg.wasm".to_owned()),
            None => match whole.rsplit_once('.') {
                Some((stem, ending)) => (stem, format!(".{ending}")),
                None => (whole, String::new()),
            },
        };
        let mut sum = hex(&Sha256::digest(&bytes));
        sum.truncate(16);
        let name = format!("{stem}-{sum}{ending}");
        let place = out.join(&name);
        fs::write(&place, &bytes).because(format!("writing {}", place.display()))?;
        let integrity = format!("sha384-{}", STANDARD.encode(Sha384::digest(&bytes)));
        Ok(Self { name, integrity })
    }

    fn link(&self, rel: &str) -> String {
        let Self { name, integrity } = self;
        format!("<link rel=\"{rel}\" href=\"./{name}\" integrity=\"{integrity}\"/>")
    }
}

/// What starts the page's own program.
fn start(script: &str, wasm: &str) -> String {
    format!(
        "<script type=\"module\">\nimport init from './{script}';\nawait init({{ module_or_path: './{wasm}' }});\n</script>"
    )
}

/// Has the browser fetch both while it reads the rest.
fn preload(script: &str, wasm: &str) -> String {
    format!(
        "<link rel=\"modulepreload\" href=\"./{script}\" crossorigin=\"anonymous\">\
         <link rel=\"preload\" href=\"./{wasm}\" crossorigin=\"anonymous\" as=\"fetch\" type=\"application/wasm\">"
    )
}

fn file_name(path: &Path) -> Outcome<&str> {
    match path.file_name().and_then(|name| name.to_str()) {
        Some(name) => Ok(name),
        None => fail(format!("{} is not a file's name", path.display())),
    }
}

fn copy(from: &Path, to: &Path) -> Outcome {
    let said = || format!("copying {} to {}", from.display(), to.display());
    fs::copy(from, to).because(said())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_its_content_and_carries_its_digest() {
        let dir = std::env::temp_dir().join(format!("xtask-page-{}", std::process::id()));
        fs::create_dir_all(dir.join("out")).unwrap();
        let names: Vec<_> = ["look.css", "page_bg.wasm", "plain"]
            .into_iter()
            .map(|name| {
                fs::write(dir.join(name), "abc").unwrap();
                let placed = Placed::named_by_content(&dir.join(name), &dir.join("out")).unwrap();
                assert!(dir.join("out").join(&placed.name).is_file());
                placed
            })
            .collect();
        fs::remove_dir_all(&dir).unwrap();
        // sha256sum of "abc", and openssl dgst -sha384 -binary in base64.
        assert_eq!(names[0].name, "look-ba7816bf8f01cfea.css");
        assert_eq!(names[1].name, "page-ba7816bf8f01cfea_bg.wasm");
        assert_eq!(names[2].name, "plain-ba7816bf8f01cfea");
        assert_eq!(
            names[0].link("stylesheet"),
            "<link rel=\"stylesheet\" href=\"./look-ba7816bf8f01cfea.css\" \
             integrity=\"sha384-ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn\"/>"
        );
    }
}
