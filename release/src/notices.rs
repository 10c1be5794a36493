//! The notices on code of others that the command and the page contain, as one text.

use crate::failure::Failure;
use crate::licence_texts;
use crate::metadata::Metadata;
use crate::policy;
use std::fmt::Write as _;
use std::path::Path;

const RULE: &str =
    "--------------------------------------------------------------------------------";

/// The whole text. The same dependencies give the same text.
pub fn text(root: &Path, shipped: &Metadata) -> Result<String, Failure> {
    let own = root.join("LICENSE-MIT");
    let own = std::fs::read_to_string(&own).map_err(Failure::io(&own))?;
    let mut out = format!(
        "btfscope: licence, and notices on code of others\n\n\
         btfscope is licensed under either of the Apache License 2.0 and the MIT licence, at your option. The second:\n\n\
         {}\n\n\
         The command and the page of btfscope contain the following packages. Each is named with its licence (of several that \
         it\noffers, the one it is taken under) and its source; the texts are below.\n\n",
        own.trim_end()
    );
    let mut texts: Vec<(Vec<String>, String)> = Vec::new();
    for package in shipped.foreign() {
        let taken = policy::taken(package)?;
        let names: Vec<String> = taken.iter().map(ToString::to_string).collect();
        let source = match &package.repository {
            Some(address) => address.clone(),
            None => format!("crates.io, {}", package.name),
        };
        line(
            &mut out,
            &format!("{}: {}, {source}", package.title(), names.join(" and ")),
        );
        for text in licence_texts::of(package, &taken)? {
            let same = texts.iter_mut().find(|(_, known)| same_words(known, &text));
            match same {
                Some((users, _)) => users.push(package.title()),
                None => texts.push((vec![package.title()], text)),
            }
        }
    }
    line(
        &mut out,
        "the standard library of Rust: MIT, https://github.com/rust-lang/rust",
    );
    line(
        &mut out,
        "musl (the static command): MIT, https://musl.libc.org",
    );
    for name in ["rust.txt", "musl.txt"] {
        let path = root.join("release/texts").join(name);
        let text = std::fs::read_to_string(&path).map_err(Failure::io(&path))?;
        line(&mut out, &format!("\n{RULE}\n\n{}", text.trim_end()));
    }
    for (users, text) in &texts {
        line(
            &mut out,
            &format!("\n{RULE}\n{}:\n\n{text}", users.join(", ")),
        );
    }
    Ok(out)
}

fn line(out: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{text}");
}

/// Whether two texts differ in nothing but where lines break.
fn same_words(a: &str, b: &str) -> bool {
    a.split_whitespace().eq(b.split_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_the_same_whatever_their_lines() {
        assert!(same_words("a b\nc", " a\nb c\n"));
        assert!(!same_words("a b", "a c"));
    }
}
