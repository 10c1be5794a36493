//! Checks of the page, in browsers and against Trunk.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::dist as built;
use crate::failure::{Because, Outcome, fail};
use crate::files;
use crate::html::{self, Element, Item};
use crate::page::{CHUNKS, bindgen};
use crate::project::Project;
use crate::seal;
use crate::serve;
use crate::setup;
use crate::toolbox::{Toolbox, run};

pub fn dist(project: &Project, tools: &Toolbox) -> Outcome {
    if built::is_fresh(project)? {
        println!("dist/ is what a build would make");
        return Ok(());
    }
    built::build(project, tools, &project.dist())
}

/// The page in Chromium; with `BTFSCOPE_ALL`, the tests that a usual run leaves out as well.
pub fn chromium(project: &Project, tools: &Toolbox) -> Outcome {
    in_browser(project, tools, &[], None)
}

/// Some of it in Firefox.
pub fn firefox(project: &Project, tools: &Toolbox) -> Outcome {
    let Some(firefox) = setup::firefox(tools) else {
        return fail("there is no firefox-esr and no firefox on PATH");
    };
    in_browser(project, tools, &["--firefox"], Some(&firefox))
}

/// Runs `tests/browser` against the built page, served as `serve` does.
fn in_browser(
    project: &Project,
    tools: &Toolbox,
    args: &[&str],
    firefox: Option<&Path>,
) -> Outcome {
    dist(project, tools)?;
    let mut command = tools.cargo(["build", "--locked", "--profile", "ci", "-p", "btfscope"]);
    if !super::native::command(project).is_file() {
        run(&mut command)?;
    }
    let address = serve::in_background(&project.dist())?;
    let mut node = tools.command("node")?;
    node.env("BTFSCOPE_DIST", project.dist());
    node.env(
        "BTFSCOPE_XTASK",
        env::current_exe().because("looking for this program")?,
    );
    node.env("BTFSCOPE_URL", &address);
    if let Some(firefox) = firefox {
        node.env("BTFSCOPE_FIREFOX", firefox);
    }
    run(node.arg("tests/browser/run.mjs").args(args))
}

/// `trunk build` gives the same page, where Trunk is there to be asked.
pub fn trunk(project: &Project, tools: &Toolbox) -> Outcome {
    if tools.find("trunk").is_none() {
        println!("there is no trunk on PATH: nothing was compared");
        return Ok(());
    }
    dist(project, tools)?;
    let work = project.notes().join("trunk");
    let (bin, out) = (work.join("bin"), work.join("dist"));
    fs::create_dir_all(&bin).because(format!("making {}", bin.display()))?;
    let link = bin.join("wasm-bindgen");
    let _ = fs::remove_file(&link);
    symlink(bindgen(project), &link).because(format!("linking {}", link.display()))?;
    let mut tools = tools.clone();
    tools.add(bin);
    run(&mut tools.cargo(["fetch", "--locked"]))?;
    let mut trunk = tools.command("trunk")?;
    trunk.args(["build", "--release", "--dist"]).arg(&out);
    // It would download tools of its own choice without a word; ours are on PATH.
    trunk
        .env("TRUNK_OFFLINE", "true")
        .env("TRUNK_SKIP_VERSION_CHECK", "true");
    // It reads this as an option of its own, and takes true and false only.
    trunk.env_remove("NO_COLOR");
    run(&mut trunk)?;
    seal::folder(&out)?;
    let (ours, theirs) = (plain(&project.dist())?, plain(&out)?);
    for (name, bytes) in &ours {
        if theirs.get(name) != Some(bytes) {
            return fail(format!(
                "{name} is not in Trunk's page, or another one there"
            ));
        }
    }
    if let Some(name) = theirs.keys().find(|name| !ours.contains_key(*name)) {
        return fail(format!("{name} is in Trunk's page only"));
    }
    println!("{} files, the same in both", ours.len());
    Ok(())
}

/// The files of a page by name, without what follows their content in names. Of `index.html` the elements count; how
/// the program is started is each builder's own, and the list of files in the service worker follows the names.
fn plain(dir: &Path) -> Outcome<BTreeMap<String, Vec<u8>>> {
    let mut all = BTreeMap::new();
    for path in files::under(dir)? {
        let name = path
            .strip_prefix(dir)
            .unwrap_or(&path)
            .to_string_lossy()
            .into_owned();
        if name.starts_with('.') || name == "offline.js" {
            continue;
        }
        let mut bytes = fs::read(&path).because(format!("reading {}", path.display()))?;
        if name.starts_with(CHUNKS) {
            // Trunk copies them, but has wasm-opt make nothing of them.
            bytes.clear();
        }
        if name == "index.html" {
            bytes = elements(&String::from_utf8_lossy(&bytes)).into_bytes();
        }
        all.insert(bare(&name), bytes);
    }
    Ok(all)
}

/// All elements with their attributes, a line each.
fn elements(text: &str) -> String {
    let items = html::items(text);
    let mut lines = Vec::new();
    // Trunk has chunks preloaded, as if they were scripts.
    let of_chunk = |element: &&Element| {
        let href = element.attribute("href").unwrap_or_default();
        href.contains(CHUNKS)
    };
    let elements = items.iter().filter_map(Item::element);
    for element in elements.filter(|element| !of_chunk(element)) {
        let policy = element.attribute("http-equiv").is_some();
        let attributes: Vec<_> = (element.attributes.iter())
            .filter(|(name, _)| !(policy && name == "content"))
            .map(|(name, value)| format!(" {name}={}", bare(value)))
            .collect();
        lines.push(format!("{}{}\n", element.name, attributes.concat()));
    }
    // Trunk writes its preloads elsewhere.
    lines.sort();
    lines.concat()
}

/// A name without the digits that follow a file's content: `page-0123456789abcdef_bg.wasm` is `page_bg.wasm`. They are
/// sixteen; Trunk writes no zeros at the start of them.
fn bare(name: &str) -> String {
    // How many bytes from this hyphen on are such digits, with the hyphen.
    let digits = |at: usize| {
        let rest = name.get(at + 1..)?;
        let count = rest
            .find(|c: char| !c.is_ascii_hexdigit())
            .unwrap_or(rest.len());
        let ends = rest
            .get(count..)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '_']));
        ((12..=16).contains(&count) && ends).then_some(count + 1)
    };
    let found = name
        .match_indices('-')
        .find_map(|(at, _)| Some((at, digits(at)?)));
    match found {
        Some((at, count)) => format!(
            "{}{}",
            name.get(..at).unwrap_or_default(),
            name.get(at + count..).unwrap_or_default()
        ),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_what_follows_their_content() {
        for (name, plain) in [
            ("page-0123456789abcdef_bg.wasm", "page_bg.wasm"),
            ("page-a71539d2b788a05_bg.wasm", "page_bg.wasm"),
            ("./base-22d2e59a3d05bc36.css", "./base.css"),
            ("engine-dffa8eed592d20e3", "engine"),
            ("kernel.btf.bin", "kernel.btf.bin"),
            ("a-b-22d2e59a3d05bc36.css", "a-b.css"),
        ] {
            assert_eq!(bare(name), plain);
        }
    }
}
