//! Sealing: a content security policy that fits exactly the HTML file it is written into.
//!
//! The policy is what makes "nothing leaves this machine" a fact of the browser's and not a promise
//! of ours: nothing but the page's own origin can be loaded, connected to or posted to.
//!
//! On the way the files of a page are tied together: the HTML names one build of the engine and one style sheet, and the
//! service worker, which has no policy of ours, lists what it may keep.

mod offline;
mod styles;
mod workers;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::failure::{Because, Outcome, fail};
use crate::files;
use crate::html::{self, Element, Item};

/// Where an HTML file may say that the policy goes into its head.
const PLACEHOLDER: &str = "csp";

/// Browsers look for the character set in this many bytes at the start of a file.
const CHARSET_WITHIN: usize = 1024;

/// Seals every HTML file under `dir`.
pub fn folder(dir: &Path) -> Outcome {
    workers::name(dir)?;
    styles::join(dir)?;
    let all = files::under(dir)?;
    let pages: Vec<_> = all
        .iter()
        .filter(|path| path.extension().is_some_and(|e| e == "html"))
        .collect();
    if pages.is_empty() {
        return fail(format!("{} has no HTML file to seal", dir.display()));
    }
    for page in pages {
        let text = fs::read_to_string(page).because(format!("reading {}", page.display()))?;
        let sealed = text_of(&text).because(format!("sealing {}", page.display()))?;
        if sealed != text {
            fs::write(page, &sealed).because(format!("writing {}", page.display()))?;
        }
    }
    // Last: the list holds what the files are now.
    offline::list(dir)
}

/// The sealed form of one HTML text. Sealing twice gives the same as sealing once.
fn text_of(text: &str) -> Outcome<String> {
    let items = html::items(text);
    let mut bare = String::with_capacity(text.len());
    let mut kept = 0;
    for item in &items {
        let range = match item {
            Item::Comment { text, range } if text.trim() == PLACEHOLDER => range,
            Item::Element(element) if is_policy(element) => &element.range,
            _ => continue,
        };
        bare.push_str(text.get(kept..range.start).unwrap_or_default());
        kept = range.end;
    }
    bare.push_str(text.get(kept..).unwrap_or_default());

    let items = html::items(&bare);
    let elements: Vec<_> = items.iter().filter_map(Item::element).collect();
    for element in &elements {
        if let Some(trouble) = trouble(element) {
            return fail(format!(
                "line {}: {trouble}",
                html::line(&bare, element.range.start)
            ));
        }
    }
    let Some(head) = elements.iter().find(|element| element.name == "head") else {
        return fail("there is no <head> to write the policy into");
    };
    let meta = format!(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">",
        policy(&elements)
    );
    let charset = elements
        .iter()
        .find(|e| e.name == "meta" && e.attribute("charset").is_some());
    if charset.is_some_and(|charset| charset.range.end + meta.len() > CHARSET_WITHIN) {
        return fail(format!(
            "<meta charset> would lie beyond the first {CHARSET_WITHIN} bytes, where browsers look for it: \
             put it first in <head>, or have fewer inline scripts"
        ));
    }
    bare.insert_str(head.range.end, &meta);
    Ok(bare)
}

fn is_policy(element: &Element) -> bool {
    element.name == "meta"
        && element
            .attribute("http-equiv")
            .is_some_and(|value| value.eq_ignore_ascii_case("content-security-policy"))
}

/// The policy, with a hash for every inline script.
fn policy(elements: &[&Element]) -> String {
    let mut scripts = String::from("'self' 'wasm-unsafe-eval'");
    for element in elements {
        if element.name == "script" && element.attribute("src").is_none() {
            // Browsers hash what the parser hands on, and that has its line ends made equal.
            let body = element.body.replace("\r\n", "\n").replace('\r', "\n");
            let source = format!("'sha256-{}'", STANDARD.encode(Sha256::digest(body)));
            if !scripts.contains(&source) {
                // Writing to a string cannot fail.
                let _ = write!(scripts, " {source}");
            }
        }
    }
    format!(
        "default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; form-action 'none'; \
         require-trusted-types-for 'script'; trusted-types default"
    )
}

/// What the policy would block in this element, as a sentence.
fn trouble(element: &Element) -> Option<String> {
    let name = &element.name;
    match name.as_str() {
        "style" => {
            return Some("the policy blocks <style>; put the rules into a style sheet".to_owned());
        }
        "base" | "iframe" | "object" | "embed" => {
            return Some(format!("the policy blocks <{name}>"));
        }
        _ => {}
    }
    for (attribute, value) in &element.attributes {
        let value = value.trim().to_ascii_lowercase();
        if attribute == "style" {
            return Some(format!(
                "the policy blocks the style attribute of <{name}>; use a class"
            ));
        }
        if attribute.starts_with("on") {
            return Some(format!(
                "the policy blocks the inline handler {attribute} of <{name}>; add a listener in a script"
            ));
        }
        if value.starts_with("javascript:") {
            return Some(format!(
                "the policy blocks the javascript: address of <{name}>"
            ));
        }
        let loads = attribute == "src" || (attribute == "href" && name == "link");
        let elsewhere = ["http:", "https:", "//"]
            .iter()
            .any(|start| value.starts_with(start));
        if loads && elsewhere {
            return Some(format!(
                "the policy blocks {value}, which <{name}> loads from another origin; ship it with the page"
            ));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<!DOCTYPE html>\n<html>\n<head>\n  <!-- csp -->\n  <meta charset=\"utf-8\">\n\
        <!-- <script>not a script</script> -->\n\
        <link rel=\"modulepreload\" href=\"./app-1.js\" crossorigin=\"anonymous\" integrity=\"sha384-x\">\n\
        <script type=\"module\" nonce=\"\">alert(1 < 2)</script><script src='./a.js'></script>\n</head><body></body></html>\n";

    #[test]
    fn an_inline_script_gets_the_hash_that_a_browser_computes() {
        // openssl dgst -sha256 -binary, base64, of "alert(1 < 2)"
        let sealed = text_of(PAGE).unwrap();
        let hash = STANDARD.encode(Sha256::digest("alert(1 < 2)"));
        assert!(sealed.contains(&format!("'wasm-unsafe-eval' 'sha256-{hash}'; style-src")));
        assert_eq!(sealed.matches("sha256-").count(), 1);
    }

    #[test]
    fn the_hash_of_known_bytes_is_right() {
        let sealed = text_of("<head><script>alert('Hello, world.');</script></head>").unwrap();
        // The example of the Content Security Policy specification.
        assert!(sealed.contains("'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"));
        let crlf = text_of("<head><script>a;\r\nb;</script></head>").unwrap();
        let lf = text_of("<head><script>a;\nb;</script></head>").unwrap();
        let policy = |text: &str| {
            text.get(..text.find("<script").unwrap())
                .unwrap()
                .to_owned()
        };
        assert_eq!(policy(&crlf), policy(&lf));
    }

    #[test]
    fn the_policy_is_the_first_child_of_head_and_the_placeholder_is_gone() {
        let sealed = text_of(PAGE).unwrap();
        assert!(sealed.contains(
            "<head><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        ));
        assert!(!sealed.contains("csp -->"));
    }

    #[test]
    fn sealing_twice_is_sealing_once() {
        let once = text_of(PAGE).unwrap();
        assert_eq!(text_of(&once).unwrap(), once);
        // A changed script gets a new policy in the place of the old one.
        let changed = text_of(&once.replace("1 < 2", "1 < 3")).unwrap();
        assert_ne!(changed, once);
        assert_eq!(changed.matches("Content-Security-Policy").count(), 1);
        assert_eq!(changed.matches("sha256-").count(), 1);
    }

    #[test]
    fn what_the_policy_would_block_is_refused_with_its_line() {
        for (body, says) in [
            (
                "<p style='color:red'>",
                "line 2: the policy blocks the style attribute of <p>",
            ),
            ("<style>p{}</style>", "<style>"),
            ("<button onclick=go()>", "onclick"),
            ("<a href=' JavaScript:go()'>", "javascript:"),
            (
                "<script src=https://elsewhere.example/x.js></script>",
                "another origin",
            ),
            (
                "<link rel=stylesheet href='//elsewhere.example/x.css'>",
                "another origin",
            ),
            ("<base href='/'>", "<base>"),
        ] {
            let failure = text_of(&format!("<head></head>\n{body}")).unwrap_err();
            assert!(failure.to_string().contains(says), "{body}: {failure}");
        }
        assert!(text_of("<p>no head</p>").is_err());
        assert!(text_of("<head></head><a href='https://elsewhere.example/'>a link</a>").is_ok());
    }

    #[test]
    fn a_character_set_too_far_down_is_refused() {
        let late = format!("<head>{}<meta charset=utf-8></head>", " ".repeat(1000));
        assert!(text_of(&late).is_err());
    }
}
