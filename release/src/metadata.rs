//! The packages that something is built of, as `cargo metadata` tells.

use crate::failure::Failure;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The targets of the command and of the page that are shipped.
pub const COMMAND_TARGETS: [&str; 4] = [
    "x86_64-unknown-linux-gnu",
    "x86_64-unknown-linux-musl",
    "aarch64-unknown-linux-gnu",
    "aarch64-unknown-linux-musl",
];
const PAGE_TARGETS: [&str; 1] = ["wasm32-unknown-unknown"];
/// The programs of the page.
const PAGE: [&str; 6] = [
    "btfscope-web-page",
    "btfscope-web-engine",
    "btfscope-web-explorer",
    "btfscope-web-lab",
    "btfscope-web-unpack",
    "btfscope-web-programs",
];

/// Packages, each once, in order of their names, and who uses whom.
#[derive(Debug, Default)]
pub struct Metadata {
    pub packages: Vec<Package>,
    /// By id.
    pub uses: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Package {
    pub id: String,
    pub name: String,
    pub version: String,
    pub license: Option<String>,
    pub license_file: Option<PathBuf>,
    #[serde(default)]
    pub authors: Vec<String>,
    pub repository: Option<String>,
    pub description: Option<String>,
    pub manifest_path: PathBuf,
    /// `None` for packages of this repository.
    pub source: Option<String>,
    #[serde(default)]
    pub dependencies: Vec<Dependency>,
    targets: Vec<Target>,
}

/// What a manifest asks for.
#[derive(Clone, Debug, Deserialize)]
pub struct Dependency {
    pub name: String,
    pub req: String,
    pub path: Option<PathBuf>,
}

#[derive(Clone, Debug, Deserialize)]
struct Target {
    kind: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Answer {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Debug, Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Debug, Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Debug, Deserialize)]
struct Kind {
    /// `None` for ordinary dependencies, as against those of builds and of tests.
    kind: Option<String>,
}

impl Package {
    /// `name version`.
    pub fn title(&self) -> String {
        format!("{} {}", self.name, self.version)
    }

    /// Whether it is code of this repository.
    pub fn is_own(&self) -> bool {
        self.source.is_none()
    }

    /// Whether the compiler runs it, and nothing of it is in what is built.
    fn is_macro(&self) -> bool {
        let mut kinds = self.targets.iter().flat_map(|target| &target.kind);
        kinds.any(|kind| kind == "proc-macro")
    }
}

impl Metadata {
    /// Everything that any part of the workspace can be built or tested with, on any system.
    pub fn of_everything(root: &Path) -> Result<Metadata, Failure> {
        let answer = ask(root, &[])?;
        let all = answer.resolve.nodes.iter().map(|node| node.id.clone());
        Ok(chosen(&answer, &all.collect()))
    }

    /// What is in the command and in the page.
    pub fn of_release(root: &Path) -> Result<Metadata, Failure> {
        let mut all = Metadata::default();
        for (names, targets) in [
            (&["btfscope"][..], &COMMAND_TARGETS[..]),
            (&PAGE, &PAGE_TARGETS),
        ] {
            let answer = ask(root, targets)?;
            for name in names {
                all.add(chosen(&answer, &linked(&answer, name)));
            }
        }
        Ok(all)
    }

    fn add(&mut self, other: Metadata) {
        for package in other.packages {
            if !self.packages.iter().any(|own| own.id == package.id) {
                self.packages.push(package);
            }
        }
        self.packages
            .sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
        for (user, used) in other.uses {
            self.uses.entry(user).or_default().extend(used);
        }
    }

    /// The packages that are not of this repository.
    pub fn foreign(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| !package.is_own())
    }
}

/// The ids of what ends up in a binary of the package `root`.
fn linked(answer: &Answer, root: &str) -> BTreeSet<String> {
    let by_id: BTreeMap<&str, &Package> = answer
        .packages
        .iter()
        .map(|package| (package.id.as_str(), package))
        .collect();
    let is_linked = |id: &str| by_id.get(id).is_some_and(|package| !package.is_macro());
    let start = answer
        .packages
        .iter()
        .find(|one| one.name == root && one.is_own());
    let mut open: Vec<&str> = start
        .map(|package| package.id.as_str())
        .into_iter()
        .collect();
    let mut found = BTreeSet::new();
    while let Some(id) = open.pop() {
        if !found.insert(id.to_owned()) {
            continue;
        }
        let node = answer.resolve.nodes.iter().find(|node| node.id == id);
        let edges = node.into_iter().flat_map(|node| &node.deps);
        let ordinary = edges.filter(|edge| edge.dep_kinds.iter().any(|kind| kind.kind.is_none()));
        open.extend(
            ordinary
                .map(|edge| edge.pkg.as_str())
                .filter(|id| is_linked(id)),
        );
    }
    found
}

fn chosen(answer: &Answer, ids: &BTreeSet<String>) -> Metadata {
    let mut all = Metadata::default();
    let packages = answer
        .packages
        .iter()
        .filter(|one| ids.contains(&one.id))
        .cloned();
    let uses = answer
        .resolve
        .nodes
        .iter()
        .filter(|node| ids.contains(&node.id));
    let uses = uses.map(|node| {
        let used = node.deps.iter().map(|edge| edge.pkg.clone());
        (
            node.id.clone(),
            used.filter(|id| ids.contains(id)).collect(),
        )
    });
    all.add(Metadata {
        packages: packages.collect(),
        uses: uses.collect(),
    });
    all
}

fn ask(root: &Path, targets: &[&str]) -> Result<Answer, Failure> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["metadata", "--locked", "--format-version", "1"])
        .current_dir(root);
    for target in targets {
        command.args(["--filter-platform", target]);
    }
    let output = command
        .output()
        .map_err(|error| Failure::Cargo(error.to_string()))?;
    if !output.status.success() {
        let says = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::Cargo(says.trim().to_owned()));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| Failure::Cargo(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_linked_leaves_out_builds_tests_and_macros() {
        let package = |name: &str, kind: &str, source: &str| {
            format!(
                r#"{{"id":"{name}","name":"{name}","version":"1.0.0","license":"MIT","license_file":null,
                    "repository":null,"description":null,"manifest_path":"/x/Cargo.toml","source":{source},
                    "targets":[{{"kind":["{kind}"]}}]}}"#
            )
        };
        let edge = |name: &str, kind: &str| {
            format!(r#"{{"pkg":"{name}","dep_kinds":[{{"kind":{kind}}}]}}"#)
        };
        let registry = r#""registry+x""#;
        let answer = format!(
            r#"{{"packages":[{},{},{},{},{}],"resolve":{{"nodes":[{{"id":"own","deps":[{},{},{},{}]}},
                {{"id":"lib","deps":[]}}]}}}}"#,
            package("own", "bin", "null"),
            package("lib", "lib", registry),
            package("derive", "proc-macro", registry),
            package("cc", "lib", registry),
            package("proptest", "lib", registry),
            edge("lib", "null"),
            edge("derive", "null"),
            edge("cc", r#""build""#),
            edge("proptest", r#""dev""#),
        );
        let answer: Answer = serde_json::from_str(&answer).expect("an answer");
        let found = chosen(&answer, &linked(&answer, "own"));
        let names: Vec<&str> = found.packages.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["lib", "own"]);
        assert_eq!(found.foreign().count(), 1);
    }
}
