//! What `deny.toml` asks of dependencies, and whether they fit.
//!
//! `deny.toml` is cargo-deny's file. cargo-deny takes minutes to compile, so the parts that decide are held here too: licences with
//! their exceptions, bans, and sources. Where cargo-deny is installed, `cargo xtask test` runs both.

use crate::failure::Failure;
use crate::metadata::{Metadata, Package};
use serde::Deserialize;
use spdx::{Expression, LicenseReq, Licensee, ParseMode};
use std::collections::BTreeMap;
use std::path::Path;

/// What is distributed has none of these: they ask for more than notices.
const NEVER_SHIPPED: [&str; 3] = ["GPL", "LGPL", "AGPL"];

/// The parts of `deny.toml` that are held here.
#[derive(Debug, Deserialize)]
pub struct Policy {
    licenses: Licenses,
    bans: Bans,
    sources: Sources,
}

#[derive(Debug, Deserialize)]
struct Licenses {
    allow: Vec<String>,
    #[serde(default)]
    exceptions: Vec<Exception>,
}

#[derive(Debug, Deserialize)]
struct Exception {
    #[serde(rename = "crate")]
    name: String,
    allow: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Bans {
    #[serde(default)]
    multiple_versions: Level,
    #[serde(default)]
    wildcards: Level,
    #[serde(default)]
    allow_wildcard_paths: bool,
    #[serde(default)]
    deny: Vec<Banned>,
}

#[derive(Debug, Deserialize)]
struct Banned {
    #[serde(rename = "crate")]
    name: String,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Level {
    Deny,
    Warn,
    #[default]
    Allow,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Sources {
    allow_registry: Vec<String>,
    #[serde(default)]
    allow_git: Vec<String>,
}

/// Reads `deny.toml`.
pub fn read(path: &Path) -> Result<Policy, Failure> {
    let text = std::fs::read_to_string(path).map_err(Failure::io(path))?;
    Ok(toml::from_str(&text)?)
}

/// Refuses dependencies that do not fit, all of them at once.
pub fn check(policy: &Policy, all: &Metadata) -> Result<(), Failure> {
    let mut problems = Vec::new();
    for package in all.foreign() {
        let title = package.title();
        if let Err(reason) = policy.licence(package) {
            problems.push(format!("{title}: {reason}"));
        }
        if let Err(reason) = policy.source(package) {
            problems.push(format!("{title}: {reason}"));
        }
        if policy
            .bans
            .deny
            .iter()
            .any(|banned| banned.name == package.name)
        {
            problems.push(format!("{title} is banned by deny.toml"));
        }
    }
    problems.extend(policy.wildcards(all));
    problems.extend(policy.versions(all));
    refuse(problems)
}

/// Refuses licences that nothing distributed may have.
pub fn check_shipped(shipped: &Metadata) -> Result<(), Failure> {
    let mut problems = Vec::new();
    for package in shipped.foreign() {
        let taken = taken(package)?;
        let names = taken.iter().map(ToString::to_string);
        let bad = names.filter(|name| NEVER_SHIPPED.iter().any(|start| name.starts_with(start)));
        problems.extend(bad.map(|name| {
            format!(
                "{} ({name}) would be part of what is distributed; do without it",
                package.title()
            )
        }));
    }
    refuse(problems)
}

fn refuse(problems: Vec<String>) -> Result<(), Failure> {
    match problems.is_empty() {
        true => Ok(()),
        false => Err(Failure::Refused { problems }),
    }
}

impl Policy {
    fn licence(&self, package: &Package) -> Result<(), String> {
        let Some(text) = &package.license else {
            return Err("it names no licence".to_owned());
        };
        let expression = expression(package).map_err(|error| error.to_string())?;
        let exceptions = self.licenses.exceptions.iter();
        let exceptions = exceptions.filter(|exception| exception.name == package.name);
        let allowed: Vec<&String> = exceptions
            .flat_map(|exception| &exception.allow)
            .chain(&self.licenses.allow)
            .collect();
        let allows = |asked: &LicenseReq| allowed.iter().any(|name| satisfies(name, asked));
        match expression.evaluate(allows) {
            true => Ok(()),
            false => Err(format!(
                "its licence, {text}, is not among those that deny.toml allows"
            )),
        }
    }

    fn source(&self, package: &Package) -> Result<(), String> {
        let source = package.source.as_deref().unwrap_or_default();
        let (kind, address) = source.split_once('+').unwrap_or(("", source));
        // A sparse registry is told by the address of its index, with the kind in front.
        let (known, address) = match kind {
            "registry" => (&self.sources.allow_registry, address),
            "sparse" => (&self.sources.allow_registry, source),
            _ => (&self.sources.allow_git, address),
        };
        let bare = address.split(['?', '#']).next().unwrap_or_default();
        match known.iter().any(|one| one == bare) {
            true => Ok(()),
            false => Err(format!(
                "its source, {source}, is not among those that deny.toml allows"
            )),
        }
    }

    /// Own packages that take any version of a package.
    fn wildcards(&self, all: &Metadata) -> Vec<String> {
        if self.bans.wildcards != Level::Deny {
            return Vec::new();
        }
        let mut problems = Vec::new();
        for package in all.packages.iter().filter(|package| package.is_own()) {
            for asked in &package.dependencies {
                let by_path = asked.path.is_some() && self.bans.allow_wildcard_paths;
                if asked.req == "*" && !by_path {
                    problems.push(format!(
                        "{} takes any version of {}; name one",
                        package.name, asked.name
                    ));
                }
            }
        }
        problems
    }

    fn versions(&self, all: &Metadata) -> Vec<String> {
        if self.bans.multiple_versions != Level::Deny {
            return Vec::new();
        }
        let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for package in all.foreign() {
            let of_name = versions.entry(&package.name).or_default();
            of_name.push(&package.version);
        }
        let many = versions.iter().filter(|(_, versions)| versions.len() > 1);
        many.map(|(name, versions)| format!("{name} is there as {}", versions.join(" and ")))
            .collect()
    }
}

fn satisfies(allowed: &str, asked: &LicenseReq) -> bool {
    Licensee::parse_mode(allowed, ParseMode::LAX).is_ok_and(|allowed| allowed.satisfies(asked))
}

fn expression(package: &Package) -> Result<Expression, Failure> {
    let text = package.license.clone().unwrap_or_default();
    Expression::parse_mode(&text, ParseMode::LAX).map_err(|error| Failure::Expression {
        package: package.title(),
        reason: error.reason.to_string(),
        expression: text,
    })
}

/// The licences under which a package is taken: of several that it offers, the first of a fixed order, so that
/// notices are short.
pub fn taken(package: &Package) -> Result<Vec<LicenseReq>, Failure> {
    const ORDER: [&str; 9] = [
        "MIT",
        "Apache-2.0",
        "Zlib",
        "Unicode-3.0",
        "ISC",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "Apache-2.0 WITH LLVM-exception",
        "MPL-2.0",
    ];
    let expression = expression(package)?;
    let mut preferred = Vec::new();
    for name in ORDER {
        if let Ok(licensee) = Licensee::parse_mode(name, ParseMode::STRICT) {
            preferred.push(licensee);
        }
    }
    // Where it offers none of these, all that it asks for is taken.
    let all = || {
        expression
            .requirements()
            .map(|one| one.req.clone())
            .collect()
    };
    Ok(expression
        .minimized_requirements(&preferred)
        .unwrap_or_else(|_| all()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = r#"
        [licenses]
        allow = ["MIT", "Apache-2.0 WITH LLVM-exception"]
        exceptions = [{ crate = "special", allow = ["MPL-2.0"] }]
        [bans]
        wildcards = "deny"
        multiple-versions = "deny"
        allow-wildcard-paths = true
        deny = [{ crate = "banned" }]
        [sources]
        allow-registry = ["https://registry.example/index"]
    "#;

    fn package(name: &str, license: &str, source: &str) -> Package {
        let text = format!(
            r#"{{"id":"{name} {license}","name":"{name}","version":"1.0.0","license":"{license}","license_file":null,
                "repository":null,"description":null,"manifest_path":"/x/Cargo.toml","source":{source},"targets":[]}}"#
        );
        serde_json::from_str(&text).expect("a package")
    }

    fn problems(packages: Vec<Package>) -> String {
        let policy = toml::from_str(POLICY).expect("a policy");
        let all = Metadata {
            packages,
            ..Metadata::default()
        };
        check(&policy, &all).map_or_else(|failure| failure.to_string(), |()| String::new())
    }

    const HERE: &str = r#""registry+https://registry.example/index""#;

    #[test]
    fn licences_are_read_as_expressions_and_exceptions_hold_for_their_crate_alone() {
        let fits = [
            "MIT",
            "MIT/GPL-2.0",
            "GPL-3.0-only OR (MIT AND MIT)",
            "Apache-2.0 WITH LLVM-exception",
        ];
        for license in fits {
            assert_eq!(problems(vec![package("a", license, HERE)]), "", "{license}");
        }
        for license in ["MIT AND GPL-2.0-only", "MPL-2.0", "Apache-2.0"] {
            let says = problems(vec![package("a", license, HERE)]);
            assert!(
                says.starts_with("a 1.0.0: its licence, "),
                "{license}: {says}"
            );
        }
        assert_eq!(problems(vec![package("special", "MPL-2.0", HERE)]), "");
    }

    #[test]
    fn sources_bans_wildcards_and_versions() {
        let git = r#""git+https://elsewhere.example/x?rev=1#1""#;
        assert!(problems(vec![package("a", "MIT", git)]).contains("its source, git+https"));
        assert!(problems(vec![package("banned", "MIT", HERE)]).contains("is banned"));
        let mut own = package("own", "MIT", "null");
        own.dependencies = vec![Dependency {
            name: "any".to_owned(),
            req: "*".to_owned(),
            path: None,
        }];
        assert_eq!(
            problems(vec![own.clone()]),
            "own takes any version of any; name one"
        );
        own.dependencies[0].path = Some("x".into());
        assert_eq!(problems(vec![own]), "");
        let mut second = package("a", "MIT", HERE);
        second.version = "2.0.0".to_owned();
        let says = problems(vec![package("a", "MIT", HERE), second]);
        assert_eq!(says, "a is there as 1.0.0 and 2.0.0");
    }

    #[test]
    fn what_is_distributed_has_no_copyleft_beyond_files() {
        let shipped = |license: &str| {
            check_shipped(&Metadata {
                packages: vec![package("a", license, HERE)],
                ..Metadata::default()
            })
        };
        assert!(shipped("MPL-2.0").is_ok());
        assert!(shipped("MIT OR LGPL-2.1-or-later").is_ok());
        assert!(shipped("LGPL-2.1-or-later").is_err());
    }

    use crate::metadata::Dependency;
}
