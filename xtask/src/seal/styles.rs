//! The style sheets of a page as one file without comments: fetched at once, and smaller when compressed than one by one.

use std::fs;
use std::ops::Range;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256, Sha384};

use crate::failure::{Because, Outcome, fail};
use crate::files::hex;
use crate::html::{self, Item};

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
    let mut joined = String::new();
    for Sheet { file, .. } in &sheets {
        let path = dir.join(file);
        let own = fs::read_to_string(&path).because(format!("reading {}", path.display()))?;
        // Both count only at the start of a file.
        if own.contains("@import") || own.contains("@charset") {
            return fail(format!(
                "{file} has @import or @charset, which cannot be joined"
            ));
        }
        joined += &compact(&own);
        joined.push('\n');
    }
    let mut sum = hex(&Sha256::digest(&joined));
    sum.truncate(16);
    let name = format!("styles-{sum}.css");
    let integrity = STANDARD.encode(Sha384::digest(&joined));
    let link =
        format!("<link rel=\"stylesheet\" href=\"./{name}\" integrity=\"sha384-{integrity}\"/>");
    let mut told = text.clone();
    for other in others.iter().rev() {
        // With the end of its line, if it has one of its own.
        let rest = told.get(other.range.end..).unwrap_or_default();
        let end = other.range.end + usize::from(rest.starts_with('\n'));
        told.replace_range(other.range.start..end, "");
    }
    told.replace_range(first.range.clone(), &link);
    for Sheet { file, .. } in &sheets {
        let path = dir.join(file);
        fs::remove_file(&path).because(format!("removing {}", path.display()))?;
    }
    let path = dir.join(&name);
    fs::write(&path, joined).because(format!("writing {}", path.display()))?;
    fs::write(&page, told).because(format!("writing {}", page.display()))
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
}
