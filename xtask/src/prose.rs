//! The prose of the project, tested: patterns that `docs/style-words.txt` lists, links, and paths of files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::project::Project;

/// Folders whose doc comments follow the rules of scope `some` too. Mend a folder, then add it.
const MENDED: [&str; 6] = [
    "crates/btf",
    "crates/cli",
    "crates/course",
    "crates/elf",
    "crates/explore",
    "xtask",
];

/// Folders with code whose doc comments are read.
const CODE: [&str; 3] = ["crates", "web", "xtask"];

/// It quotes what not to write.
const STYLE: &str = "docs/style.md";

/// Documents whose paths in backticks must exist. Records of decisions are not among them: they describe their time.
const GUIDES: [&str; 3] = ["ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"];

/// Where a rule applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    /// Documents.
    Docs,
    /// Documents, and doc comments in [`MENDED`] folders.
    Some,
    /// Documents, and all doc comments.
    All,
}

/// A line of the word list.
#[derive(Debug)]
struct Rule {
    scope: Scope,
    pattern: String,
    instead: String,
}

impl Rule {
    /// Reads `where | pattern | write instead`; nothing for a comment or an empty line.
    fn read(line: &str) -> Option<Rule> {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
        let fields: Vec<&str> = line.splitn(3, '|').map(str::trim).collect();
        let [scope, pattern, instead] = fields[..] else {
            panic!("docs/style-words.txt: three fields are needed in: {line}");
        };
        let scope = match scope {
            "docs" => Scope::Docs,
            "some" => Scope::Some,
            "all" => Scope::All,
            other => {
                panic!("docs/style-words.txt: {other} is not a place; write docs, some or all")
            }
        };
        assert!(!pattern.is_empty() && !instead.is_empty(), "{line}");
        Some(Rule {
            scope,
            pattern: pattern.to_owned(),
            instead: instead.to_owned(),
        })
    }

    fn applies(&self, path: &str) -> bool {
        let is_within = |folder: &str| {
            path.strip_prefix(folder)
                .is_some_and(|rest| rest.starts_with('/'))
        };
        match self.scope {
            Scope::All => true,
            _ if path.ends_with(".md") => true,
            Scope::Some => MENDED.iter().any(|folder| is_within(folder)),
            Scope::Docs => false,
        }
    }

    /// Where it is in a text, as whole words. A capital in the pattern matches a capital only.
    fn places(&self, text: &str) -> Vec<usize> {
        let plain = self.pattern.chars().all(|c| !c.is_uppercase());
        // ASCII alone changes, so that places stay the same.
        let text = if plain {
            text.to_ascii_lowercase()
        } else {
            text.to_owned()
        };
        let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let (first, last) = (self.pattern.chars().next(), self.pattern.chars().last());
        text.match_indices(&self.pattern)
            .filter(|(at, found)| {
                let before = text[..*at].chars().next_back();
                let after = text[at + found.len()..].chars().next();
                let is_within_a_word =
                    is_word(first) && is_word(before) || is_word(last) && is_word(after);
                !is_within_a_word
            })
            .map(|(at, _)| at)
            .collect()
    }
}

/// Paragraphs as one line each, with the number of the line in the file on which each word begins.
#[derive(Debug, Default)]
struct Prose {
    text: String,
    /// Place in the text, number of the line from 1.
    lines: Vec<(usize, usize)>,
}

impl Prose {
    /// The prose of a Markdown file: without code.
    fn of_markdown(text: &str) -> Prose {
        Prose::of_lines(text.lines().map(Some))
    }

    /// The prose of a Rust file: its doc comments.
    fn of_rust(text: &str) -> Prose {
        Prose::of_lines(text.lines().map(|line| {
            let line = line.trim_start();
            line.strip_prefix("///").or(line.strip_prefix("//!"))
        }))
    }

    /// Lines of prose; none stands for a line of code.
    fn of_lines<'a>(lines: impl Iterator<Item = Option<&'a str>>) -> Prose {
        let mut prose = Prose::default();
        let mut is_code = false;
        for (number, line) in lines.enumerate() {
            let line = line.map(str::trim).unwrap_or_default();
            let is_fence = line.starts_with("```");
            is_code ^= is_fence;
            let starts_paragraph = line.is_empty() || line.starts_with(['#', '|', '-', '*']);
            if starts_paragraph || is_code || is_fence {
                prose.text.push('\n');
            }
            if is_code || is_fence {
                continue;
            }
            prose.lines.push((prose.text.len(), number + 1));
            for (at, part) in line.split('`').enumerate() {
                // What is between backticks is code.
                prose.text.push_str(if at % 2 == 0 { part } else { "…" });
            }
            prose.text.push(' ');
        }
        prose
    }

    /// The line of the file for a place in the text.
    fn line(&self, place: usize) -> usize {
        let after = self.lines.partition_point(|(start, _)| *start <= place);
        after.checked_sub(1).map_or(1, |at| self.lines[at].1)
    }
}

/// The addresses of a Markdown text's links, and of the images in it.
fn links(text: &str) -> Vec<&str> {
    let inline = text
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'));
    let images = ["src=\"", "srcset=\""].into_iter().flat_map(|start| {
        text.split(start)
            .skip(1)
            .filter_map(|rest| rest.split_once('"'))
    });
    let named = text.lines().filter_map(|line| {
        let (name, address) = line.strip_prefix('[')?.split_once("]: ")?;
        Some((address, name))
    });
    inline
        .chain(images)
        .chain(named)
        .map(|(address, _)| address)
        .collect()
}

/// The names by which links lead to a text's headings.
fn headings(text: &str) -> BTreeSet<String> {
    let is_heading = |line: &&str| line.starts_with('#');
    text.lines()
        .filter(is_heading)
        .map(|line| {
            let words = line.trim_start_matches('#').trim().to_lowercase();
            words
                .chars()
                .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
                .map(|c| if c == ' ' { '-' } else { c })
                .collect()
        })
        .collect()
}

/// Files under a folder with this ending, in order; without what builds leave.
fn under(folder: &Path, ending: &str, into: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default();
        if path.is_dir() && name != "target" && name != "node_modules" {
            under(&path, ending, into);
        } else if path.extension().is_some_and(|e| e == ending) {
            into.push(path);
        }
    }
}

fn root() -> PathBuf {
    Project::find().expect("the project").root
}

/// The files with an ending: name from the project's root, text.
fn read(folders: &[&str], ending: &str) -> Vec<(String, String)> {
    let root = root();
    let mut paths = Vec::new();
    for folder in folders {
        under(&root.join(folder), ending, &mut paths);
    }
    let text = |path: PathBuf| {
        let name = path.strip_prefix(&root).unwrap_or(&path);
        let name = name.to_string_lossy().replace('\\', "/");
        (name, fs::read_to_string(&path).expect("text"))
    };
    paths.into_iter().map(text).collect()
}

/// All documents: those of the root, and what is under `docs`.
fn documents() -> Vec<(String, String)> {
    let root = root();
    let mut all = read(&["docs"], "md");
    for entry in fs::read_dir(&root).expect("the root") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|e| e == "md") {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            all.push((name.into_owned(), fs::read_to_string(&path).expect("text")));
        }
    }
    all
}

fn rules() -> Vec<Rule> {
    let list = fs::read_to_string(root().join("docs/style-words.txt")).expect("the list");
    list.lines().filter_map(Rule::read).collect()
}

#[test]
fn documents_and_comments_avoid_the_listed_patterns() {
    let rules = rules();
    assert!(rules.len() > 30, "{} rules", rules.len());
    let mut found = Vec::new();
    let documents = documents()
        .into_iter()
        .filter(|(name, _)| name != STYLE)
        .map(|(name, text)| (name, Prose::of_markdown(&text)));
    let code = read(&CODE, "rs")
        .into_iter()
        .map(|(name, text)| (name, Prose::of_rust(&text)));
    for (name, prose) in documents.chain(code) {
        for rule in rules.iter().filter(|rule| rule.applies(&name)) {
            for place in rule.places(&prose.text) {
                let line = prose.line(place);
                found.push(format!(
                    "{name}:{line}: \"{}\"; write: {}",
                    rule.pattern, rule.instead
                ));
            }
        }
    }
    assert!(
        found.is_empty(),
        "docs/style.md has the rules:\n{}",
        found.join("\n")
    );
}

#[test]
fn links_in_documents_lead_somewhere() {
    let root = root();
    let mut broken = Vec::new();
    for (name, text) in documents() {
        let folder = root.join(&name);
        let folder = folder.parent().unwrap_or(&root);
        for link in links(&text) {
            // Links of lessons lead to the glossary, the lab, and the course.
            let of_lessons = ["term:", "lab:", "lesson:"];
            if link.contains("://") || of_lessons.iter().any(|scheme| link.starts_with(scheme)) {
                continue;
            }
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() {
                root.join(&name)
            } else {
                folder.join(file)
            };
            let has_heading = |text: String| headings(&text).contains(heading);
            let leads = if heading.is_empty() {
                target.exists()
            } else {
                fs::read_to_string(&target).is_ok_and(has_heading)
            };
            if !leads {
                broken.push(format!("{name}: {link}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn paths_in_guides_exist() {
    let root = root();
    let folders = [
        "benches/", "crates/", "docs/", "release/", "tests/", "web/", "xtask/",
    ];
    let mut missing = Vec::new();
    let mut seen = 0;
    for name in GUIDES {
        let text = fs::read_to_string(root.join(name)).expect(name);
        for path in text.split('`').skip(1).step_by(2) {
            let is_path = folders.iter().any(|folder| path.starts_with(folder));
            if !is_path || path.contains([' ', '*', '<', '\n']) {
                continue;
            }
            seen += 1;
            if !root.join(path).exists() {
                missing.push(format!("{name}: {path}"));
            }
        }
    }
    assert!(seen > 20, "{seen} paths");
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn every_decision_is_in_the_index() {
    let root = root();
    let index = fs::read_to_string(root.join("docs/decisions/README.md")).expect("the index");
    for (name, text) in read(&["docs/decisions"], "md") {
        let file = name.rsplit('/').next().unwrap_or(&name);
        if file == "README.md" {
            continue;
        }
        assert!(index.contains(&format!("({file})")), "{file}");
        for part in [
            "Date: ",
            "## Context",
            "## Decision",
            "## Alternatives",
            "## Cost",
        ] {
            assert!(text.contains(part), "{file} has no {part}");
        }
    }
}

#[test]
fn patterns_are_whole_words_across_lines_outside_code() {
    let rule = Rule::read("all | stands on | is based on").expect("a rule");
    let places = |text| rule.places(&Prose::of_markdown(text).text).len();
    assert_eq!(places("It stands on it. It Stands on it."), 2);
    assert_eq!(places("It stands\non it."), 1);
    assert_eq!(
        places("It stands\n\non it. It understands on it. It stands only."),
        0
    );
    assert_eq!(places("`It stands on it`\n```\nIt stands on it\n```\n"), 0);
    let capital = Rule::read("all | Does it | If it does").expect("a rule");
    assert_eq!(
        capital
            .places("Does it fail, all ends. What does it do?")
            .len(),
        1
    );
    let stop = Rule::read("all | is there. | exists").expect("a rule");
    assert_eq!(stop.places("It is there. What is there to do?").len(), 1);
    assert!(Rule::read("# a comment").is_none());
}

#[test]
fn comments_are_prose_and_code_is_not() {
    let prose = Prose::of_rust("//! One\n//! two.\nlet it = stands_on(\"x\");\n    /// Three\n");
    assert_eq!(prose.text.trim(), "One two. \n Three");
    assert_eq!(prose.line(prose.text.find("two").expect("two")), 2);
    assert_eq!(prose.line(prose.text.find("Three").expect("Three")), 4);
}

#[test]
fn rules_apply_where_they_say() {
    let rule = |scope| Rule::read(&format!("{scope} | a | b")).expect("a rule");
    for (scope, applies) in [
        ("docs", [true, false, false]),
        ("some", [true, true, false]),
        ("all", [true, true, true]),
    ] {
        let places = [
            "docs/tour.md",
            "crates/elf/src/lib.rs",
            "crates/elfin/src/lib.rs",
        ];
        assert_eq!(places.map(|place| rule(scope).applies(place)), applies);
    }
}

#[test]
fn links_and_headings_are_read() {
    let text = "# What runs when\n[a](b.md#c) <img src=\"d.png\">\n[e]: f.md\n";
    assert_eq!(links(text), ["b.md#c", "d.png", "f.md"]);
    assert!(headings(text).contains("what-runs-when"));
}
