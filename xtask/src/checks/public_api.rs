//! What the published libraries offer: a line for each public item, compared with a committed list.
//!
//! rustdoc's JSON lists what is public and under which path; the text of a declaration is taken from its source, so that
//! little of the format matters, which has no stable form yet.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::{env, fs};

use serde_json::Value;

use crate::failure::{Because, Outcome, fail};
use crate::project::Project;
use crate::toolbox::{Toolbox, run as run_command};

/// The folder below `crates` of each library.
const LIBRARIES: [&str; 4] = ["btf", "budget", "dedup", "elf"];

/// Compares every list with the committed one; with `BTFSCOPE_BLESS` writes it instead.
///
/// # Errors
///
/// When a library offers something else than its list says.
pub fn run(project: &Project, tools: &Toolbox) -> Outcome {
    let target = project.notes().join("public-api");
    let bless = env::var_os("BTFSCOPE_BLESS").is_some();
    let mut differences = String::new();
    for library in LIBRARIES {
        let mut rustdoc = tools.cargo([
            "rustdoc",
            "--quiet",
            "--locked",
            "--lib",
            "--all-features",
            "-p",
        ]);
        rustdoc.arg(format!("btfscope-{library}"));
        // The JSON is not stable; this lets the stable compiler write it.
        rustdoc
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_DIR", &target);
        run_command(rustdoc.args(["--", "-Z", "unstable-options", "--output-format", "json"]))?;
        let json = target.join("doc").join(format!("{library}.json"));
        let json = fs::read(&json).because(format!("reading {}", json.display()))?;
        let json: Value = serde_json::from_slice(&json).because("reading rustdoc's JSON")?;
        let mut found = Listing::new(project, &json);
        found.module(&json["root"], library);
        let found = found.text();
        let path = format!("crates/{library}/public-api.txt");
        let place = project.root.join(&path);
        if bless {
            fs::write(&place, found).because(format!("writing {path}"))?;
            continue;
        }
        let known = fs::read_to_string(&place).unwrap_or_default();
        differences += &difference(&path, &known, &found);
    }
    if differences.is_empty() {
        return Ok(());
    }
    fail(format!(
        "the public items of a library are not those of its list:\n{differences}Where that is meant, mention it in CHANGELOG.md, and record it by: \
         BTFSCOPE_BLESS=1 cargo xtask test --only public-api"
    ))
}

/// The lines that only one of the lists has.
fn difference(path: &str, known: &str, found: &str) -> String {
    let (known, found): (BTreeSet<&str>, BTreeSet<&str>) =
        (known.lines().collect(), found.lines().collect());
    let mut text = String::new();
    for gone in known.difference(&found) {
        let _ = writeln!(text, "  {path}: - {gone}");
    }
    for new in found.difference(&known) {
        let _ = writeln!(text, "  {path}: + {new}");
    }
    text
}

struct Listing<'a> {
    project: &'a Project,
    json: &'a Value,
    lines: BTreeSet<String>,
}

impl<'a> Listing<'a> {
    fn new(project: &'a Project, json: &'a Value) -> Self {
        Listing {
            project,
            json,
            lines: BTreeSet::new(),
        }
    }

    fn text(&self) -> String {
        self.lines
            .iter()
            .fold(String::new(), |text, line| text + line + "\n")
    }

    fn item(&self, id: &Value) -> &'a Value {
        &self.json["index"][id.to_string()]
    }

    fn module(&mut self, id: &Value, path: &str) {
        let items = self.item(id)["inner"]["module"]["items"].as_array();
        for child in items.into_iter().flatten() {
            let item = self.item(child);
            let reexport = &item["inner"]["use"];
            let (name, target) = match reexport.is_null() {
                true => (&item["name"], child),
                false => (&reexport["name"], &reexport["id"]),
            };
            let path = format!("{path}::{}", name.as_str().unwrap_or_default());
            if self.item(target)["inner"]["module"].is_null() {
                self.named(self.item(target), &path);
            } else {
                self.module(target, &path);
            }
        }
    }

    /// An item with what belongs to it: fields, variants, methods, implementations.
    fn named(&mut self, item: &Value, path: &str) {
        let Some((kind, inner)) = item["inner"]
            .as_object()
            .and_then(|inner| inner.iter().next())
        else {
            return;
        };
        let open = item["attrs"].to_string().contains("non_exhaustive");
        let attribute = if open { "#[non_exhaustive] " } else { "" };
        self.lines.insert(format!(
            "{path}: {attribute}{}",
            self.declaration(item, kind)
        ));
        for parts in ["fields", "variants", "items"]
            .map(|key| &inner[key])
            .into_iter()
            .chain([&inner["kind"]["plain"]["fields"]])
        {
            for part in parts.as_array().into_iter().flatten() {
                self.part(self.item(part), path);
            }
        }
        for implementation in inner["impls"].as_array().into_iter().flatten() {
            let implementation = &self.item(implementation)["inner"]["impl"];
            if implementation["is_synthetic"] == true || !implementation["blanket_impl"].is_null() {
                continue;
            }
            let of = &implementation["trait"];
            match of["path"].as_str() {
                Some("StructuralPartialEq") => {}
                Some(name) => {
                    self.lines
                        .insert(format!("{path}: impl {name}{}", arguments(of)));
                }
                None => {
                    for part in implementation["items"].as_array().into_iter().flatten() {
                        let part = self.item(part);
                        if part["visibility"] == "public" {
                            self.part(part, path);
                        }
                    }
                }
            }
        }
    }

    fn part(&mut self, item: &Value, path: &str) {
        let path = format!("{path}::{}", item["name"].as_str().unwrap_or_default());
        self.named(item, &path);
    }

    /// The source of a declaration without its body, in one line. What a macro makes has no source of its own.
    fn declaration(&self, item: &Value, kind: &str) -> String {
        let name = item["name"].as_str().unwrap_or_default();
        let place = &item["span"];
        let line = |end: &str| place[end][0].as_u64().map_or(0, |line| line as usize);
        let source = place["filename"]
            .as_str()
            .map(|file| fs::read_to_string(self.project.root.join(file)));
        let source = source.and_then(Result::ok).unwrap_or_default();
        let lines = source
            .lines()
            .skip(line("begin").saturating_sub(1))
            .take(line("end") + 1 - line("begin"));
        let code = lines
            .map(str::trim)
            .filter(|line| !line.starts_with("//") && !line.starts_with("#["));
        let mut text = String::new();
        for word in code.flat_map(str::split_whitespace) {
            text += word;
            text.push(' ');
        }
        let ends: &[_] = match kind {
            "variant" => &[],
            "constant" | "assoc_const" => &['='],
            _ => &['{', ';'],
        };
        let end = text.find(ends).unwrap_or(text.len());
        let text = text[..end].trim().trim_end_matches(',');
        match text.contains(name) && !text.contains('!') {
            true => text.to_owned(),
            false => format!("{kind} {name}"),
        }
    }
}

/// The arguments of a trait, such as `<Error>`.
fn arguments(of: &Value) -> String {
    let args = of["args"]["angle_bracketed"]["args"].as_array();
    let names: Vec<&str> = args
        .into_iter()
        .flatten()
        .map(|arg| {
            let ty = &arg["type"];
            let name = [
                &ty["resolved_path"]["path"],
                &ty["primitive"],
                &ty["generic"],
            ];
            name.into_iter().find_map(Value::as_str).unwrap_or("_")
        })
        .collect();
    match names.is_empty() {
        true => String::new(),
        false => format!("<{}>", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_has_what_is_gone_and_what_is_new() {
        let text = difference(
            "api.txt",
            "a: fn a()\nb: fn b()\n",
            "b: fn b()\nb: fn b(x: u8)\n",
        );
        assert_eq!(
            text,
            "  api.txt: - a: fn a()\n  api.txt: + b: fn b(x: u8)\n"
        );
        assert_eq!(difference("api.txt", "a\n", "a\n"), "");
    }
}
