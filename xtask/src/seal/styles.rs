//! The style sheets of a page as two files without comments: one that is fetched at once, and one that comes with the first chunk of
//! the program. A file is smaller when compressed than its sheets one by one.

use std::fs;
use std::ops::Range;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256, Sha384};

use super::workers::told;
use crate::failure::{Because, Outcome, fail};
use crate::files::hex;
use crate::html::{self, Item};

/// The `<meta>` of the sheets that come later: their stems, and once they are joined the name of their file, which the program's
/// script reads (`xtask/bindgen/src/chunks.js`).
const LATER: &str = "later";

/// A style sheet that `index.html` names.
struct Sheet {
    file: String,
    /// Its link in the text.
    range: Range<usize>,
}

/// Joins the style sheets of `index.html` under `dir` in their order; does nothing where fewer than two exist.
pub fn join(dir: &Path) -> Outcome {
    let page = dir.join("index.html");
    let Ok(text) = fs::read_to_string(&page) else {
        return Ok(());
    };
    let sheets = sheets(&text);
    let Some((first, others)) = sheets
        .split_first()
        .filter(|(_, others)| !others.is_empty())
    else {
        return Ok(());
    };
    let stems = later(&text);
    let mut unknown: Vec<&str> = stems.iter().map(String::as_str).collect();
    let (mut now, mut later) = (String::new(), String::new());
    for Sheet { file, .. } in &sheets {
        let path = dir.join(file);
        let own = fs::read_to_string(&path).because(format!("reading {}", path.display()))?;
        // Both count only at the start of a file.
        if own.contains("@import") || own.contains("@charset") {
            return fail(format!(
                "{file} has @import or @charset, which cannot be joined"
            ));
        }
        // A hyphen and the digits that follow the content.
        let stem = file.rsplit_once('-').map_or(&**file, |(stem, _)| stem);
        let known = unknown.len();
        unknown.retain(|one| *one != stem);
        let joined = if unknown.len() < known {
            &mut later
        } else {
            &mut now
        };
        *joined += &compact(&own);
        joined.push('\n');
    }
    if let Some(stem) = unknown.first() {
        return fail(format!(
            "index.html has no style sheet {stem}, which <meta name=\"{LATER}\"> names"
        ));
    }
    let name = write(dir, "styles", &now)?;
    let integrity = STANDARD.encode(Sha384::digest(&now));
    let link =
        format!("<link rel=\"stylesheet\" href=\"./{name}\" integrity=\"sha384-{integrity}\"/>");
    let mut sealed = text.clone();
    for other in others.iter().rev() {
        // With the end of its line, if it has one of its own.
        let rest = sealed.get(other.range.end..).unwrap_or_default();
        let end = other.range.end + usize::from(rest.starts_with('\n'));
        sealed.replace_range(other.range.start..end, "");
    }
    sealed.replace_range(first.range.clone(), &link);
    if !stems.is_empty() {
        let name = write(dir, LATER, &later)?;
        sealed = told(&sealed, LATER, &name).unwrap_or(sealed);
    }
    for Sheet { file, .. } in &sheets {
        let path = dir.join(file);
        fs::remove_file(&path).because(format!("removing {}", path.display()))?;
    }
    fs::write(&page, sealed).because(format!("writing {}", page.display()))
}

/// The stems of the sheets that come later.
fn later(text: &str) -> Vec<String> {
    let items = html::items(text);
    let meta = (items.iter().filter_map(Item::element))
        .find(|meta| meta.name == "meta" && meta.attribute("name") == Some(LATER));
    let stems = meta
        .and_then(|meta| meta.attribute("content"))
        .unwrap_or_default();
    stems.split_whitespace().map(str::to_owned).collect()
}

/// Writes a sheet under a name that follows its content, and returns the name.
fn write(dir: &Path, stem: &str, sheet: &str) -> Outcome<String> {
    let mut sum = hex(&Sha256::digest(sheet));
    sum.truncate(16);
    let name = format!("{stem}-{sum}.css");
    let path = dir.join(&name);
    fs::write(&path, sheet).because(format!("writing {}", path.display()))?;
    Ok(name)
}

/// A style sheet without comments and indentation: they count for an eighth of its compressed bytes. Strings stay as they are.
fn compact(sheet: &str) -> String {
    let mut made = String::with_capacity(sheet.len());
    // Whitespace that is not written yet, because nothing may follow that needs it.
    let mut gap = None;
    let mut rest = sheet;
    while let Some(first) = rest.chars().next() {
        let len = match first {
            '/' if rest.starts_with("/*") => {
                gap.get_or_insert(' ');
                let inside = rest.get(2..).unwrap_or_default();
                rest = inside.split_once("*/").map_or("", |(_, behind)| behind);
                continue;
            }
            _ if first.is_ascii_whitespace() => {
                gap = match first {
                    '\n' => Some('\n'),
                    _ => gap.or(Some(' ')),
                };
                1
            }
            '"' | '\'' => string_len(rest, first),
            _ => first.len_utf8(),
        };
        let (text, behind) = rest.split_at(len);
        rest = behind;
        if first.is_ascii_whitespace() {
            continue;
        }
        let is_needed = !made.is_empty() && !made.ends_with(['{', ';', '}']) && first != '}';
        if let Some(gap) = gap.take().filter(|_| is_needed) {
            made.push(gap);
        }
        made += text;
    }
    made
}

/// The bytes of the string with which a text begins, both quotes included.
fn string_len(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, one) in text.char_indices().skip(1) {
        match one {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if one == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn sheets(text: &str) -> Vec<Sheet> {
    let items = html::items(text);
    let links = items.iter().filter_map(Item::element);
    let links =
        links.filter(|link| link.name == "link" && link.attribute("rel") == Some("stylesheet"));
    links
        .filter_map(|link| {
            let file = link.attribute("href")?.strip_prefix("./")?;
            Some(Sheet {
                file: file.to_owned(),
                range: link.range.clone(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indentation_go_and_strings_stay() {
        let sheet = "/* first */\n.a,\n.b {\n  margin: 0  1px; /* why */ content: \"/* \\\"  no */\";\n}\n\n@media (x) {\n  a  b { --c: 'd  e' }\n}";
        assert_eq!(
            compact(sheet),
            ".a,\n.b {margin: 0 1px;content: \"/* \\\"  no */\";}@media (x) {a b {--c: 'd  e'}}"
        );
        assert_eq!(compact("a { } /* without end"), "a {}");
        assert_eq!(
            compact("a::after { content: \"open"),
            "a::after {content: \"open"
        );
    }

    #[test]
    fn style_sheets_become_one_in_their_order() {
        let dir = std::env::temp_dir().join(format!("xtask-styles-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        fs::write(dir.join("a-1.css"), "a { color: red }").unwrap();
        fs::write(dir.join("b-2.css"), "b { color: blue }\n").unwrap();
        let page = "<head>\n<link rel=\"stylesheet\" href=\"./a-1.css\" integrity=\"sha384-x\"/>\n\
            <link rel=\"stylesheet\" href=\"./b-2.css\" integrity=\"sha384-y\"/>\n<link rel=\"icon\" href=\"./c.svg\"></head>";
        fs::write(dir.join("index.html"), page).unwrap();
        join(&dir).unwrap();
        let once = fs::read_to_string(dir.join("index.html")).unwrap();
        let sheet = sheets(&once).remove(0).file;
        assert!(sheet.starts_with("styles-") && once.contains("<link rel=\"icon\""));
        let joined = fs::read_to_string(dir.join(sheet)).unwrap();
        assert_eq!(joined, "a {color: red}\nb {color: blue}\n");
        assert!(!dir.join("a-1.css").exists());
        join(&dir).unwrap();
        assert_eq!(fs::read_to_string(dir.join("index.html")).unwrap(), once);
        fs::remove_dir_all(&dir).unwrap();
    }

    #[test]
    fn sheets_that_come_later_are_a_file_of_their_own() {
        let dir = std::env::temp_dir().join(format!("xtask-later-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        let sheet = |stem: &str| {
            fs::write(dir.join(format!("{stem}-1.css")), format!(".{stem} {{ }}")).unwrap();
            format!("<link rel=\"stylesheet\" href=\"./{stem}-1.css\"/>")
        };
        let links = ["a", "b", "c-d", "e"].map(sheet).concat();
        let page =
            |stems: &str| format!("<head><meta name=\"later\" content=\"{stems}\">{links}</head>");
        fs::write(dir.join("index.html"), page("a c-d f")).unwrap();
        assert!(
            join(&dir)
                .unwrap_err()
                .to_string()
                .contains("style sheet f")
        );
        fs::write(dir.join("index.html"), page("a c-d")).unwrap();
        join(&dir).unwrap();
        let sealed = fs::read_to_string(dir.join("index.html")).unwrap();
        let now = sheets(&sealed).remove(0).file;
        let later = later(&sealed).remove(0);
        assert!(now.starts_with("styles-") && later.starts_with("later-"));
        let read = |name: &str| fs::read_to_string(dir.join(name)).unwrap();
        assert_eq!(read(&now), ".b {}\n.e {}\n");
        assert_eq!(read(&later), ".a {}\n.c-d {}\n");
        fs::remove_dir_all(&dir).unwrap();
    }
}
