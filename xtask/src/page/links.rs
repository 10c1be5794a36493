//! What `index.html` asks of the build, in Trunk's attributes.

use std::ops::Range;

use crate::failure::{Outcome, fail};
use crate::html::{self, Element, Item};

/// One `<link data-trunk>`, and where it stands in the text.
#[derive(Debug, PartialEq, Eq)]
pub struct Link {
    pub wanted: Wanted,
    pub range: Range<usize>,
}

/// Paths are as written: relative to the folder of `index.html`.
#[derive(Debug, PartialEq, Eq)]
pub enum Wanted {
    Style(String),
    Icon(String),
    /// A file that keeps its name.
    Copy(String),
    Program(Program),
}

/// A program of the page.
#[derive(Debug, PartialEq, Eq)]
pub struct Program {
    /// The path of its crate's `Cargo.toml`.
    pub manifest: String,
    /// The name of its binary target.
    pub name: String,
    /// Whether it runs in a worker of its own; the other kind is the page's.
    pub worker: bool,
    /// Cargo's profile.
    pub profile: String,
    /// The level of wasm-opt: `z`, `4`.
    pub level: String,
}

/// All such links, in order. One that this build does not know is an error with its line.
pub fn read(text: &str) -> Outcome<Vec<Link>> {
    let items = html::items(text);
    let elements = items.iter().filter_map(Item::element);
    let mut links = Vec::new();
    for element in elements.filter(|element| element.attribute("data-trunk").is_some()) {
        match wanted(element) {
            Ok(wanted) => links.push(Link {
                wanted,
                range: element.range.clone(),
            }),
            Err(trouble) => {
                let line = html::line(text, element.range.start);
                return fail(format!("line {line}: {trouble}"));
            }
        }
    }
    Ok(links)
}

fn wanted(element: &Element) -> Outcome<Wanted> {
    let given = |name: &str| match element.attribute(name) {
        Some(value) if !value.is_empty() => Ok(value.to_owned()),
        _ => fail(format!("<link data-trunk> lacks {name}")),
    };
    let href = given("href")?;
    Ok(match given("rel")?.as_str() {
        "css" => Wanted::Style(href),
        "icon" => Wanted::Icon(href),
        "copy-file" => Wanted::Copy(href),
        "rust" => Wanted::Program(Program {
            manifest: href,
            name: given("data-bin")?,
            worker: match given("data-type")?.as_str() {
                "main" => false,
                "worker" => true,
                other => return fail(format!("data-type {other}: it is main or worker")),
            },
            profile: given("data-cargo-profile-release")?,
            level: given("data-wasm-opt")?,
        }),
        other => {
            return fail(format!(
                "rel {other}: cargo xtask dist knows css, icon, copy-file and rust"
            ));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_links_of_a_page_are_read_in_order() {
        let text = "<head>\n<link rel=icon href=other.svg>\n<link data-trunk rel=\"css\" href=\"a.css\">\n\
            <link data-trunk rel=\"rust\" href=\"w/Cargo.toml\" data-bin=\"w\" data-type=\"worker\" \
            data-cargo-profile-release=\"page\" data-wasm-opt=\"4\"></head>";
        let links = read(text).unwrap();
        assert_eq!(links.len(), 2);
        assert_eq!(links[0].wanted, Wanted::Style("a.css".to_owned()));
        assert_eq!(
            &text[links[0].range.clone()],
            "<link data-trunk rel=\"css\" href=\"a.css\">"
        );
        let program = Program {
            manifest: "w/Cargo.toml".to_owned(),
            name: "w".to_owned(),
            worker: true,
            profile: "page".to_owned(),
            level: "4".to_owned(),
        };
        assert_eq!(links[1].wanted, Wanted::Program(program));
    }

    #[test]
    fn what_the_build_does_not_know_is_named_with_its_line() {
        for (link, says) in [
            ("rel=sass href=a", "line 2: rel sass"),
            ("rel=css", "line 2: <link data-trunk> lacks href"),
            ("rel=rust href=a data-bin=b data-type=c", "data-type c"),
            (
                "rel=rust href=a data-bin=b data-type=main",
                "lacks data-cargo-profile-release",
            ),
        ] {
            let failure = read(&format!("<head>\n<link data-trunk {link}>")).unwrap_err();
            assert!(failure.to_string().contains(says), "{link}: {failure}");
        }
    }
}
