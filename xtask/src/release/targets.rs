//! The systems that the command is built for, and what building for them takes.

use std::env::consts;
use std::path::Path;

use crate::failure::{Outcome, fail};
use crate::toolbox::{Toolbox, run};

/// A system.
#[derive(Debug, PartialEq, Eq)]
pub struct Target {
    pub triple: &'static str,
    /// Debian's compiler for it, which links it and compiles what is C in it.
    pub compiler: &'static str,
    /// Debian's package with that compiler.
    package: &'static str,
}

/// The dynamic ones go into Debian packages; the static ones run on any Linux.
const ALL: [Target; 4] = [
    Target {
        triple: "x86_64-unknown-linux-gnu",
        compiler: "x86_64-linux-gnu-gcc",
        package: "gcc-x86-64-linux-gnu",
    },
    Target {
        triple: "x86_64-unknown-linux-musl",
        compiler: "musl-gcc",
        package: "musl-tools",
    },
    Target {
        triple: "aarch64-unknown-linux-gnu",
        compiler: "aarch64-linux-gnu-gcc",
        package: "gcc-aarch64-linux-gnu",
    },
    Target {
        triple: "aarch64-unknown-linux-musl",
        compiler: "aarch64-linux-gnu-gcc",
        package: "gcc-aarch64-linux-gnu",
    },
];

impl Target {
    /// Whether this machine can run what is built for it.
    pub fn runs_here(&self) -> bool {
        consts::OS == "linux" && self.triple.starts_with(consts::ARCH)
    }
}

/// The targets with these triples, or all.
pub fn chosen(triples: &[String]) -> Outcome<Vec<&'static Target>> {
    let known = |triple: &String| ALL.iter().any(|target| target.triple == triple);
    if let Some(unknown) = triples.iter().find(|triple| !known(triple)) {
        let names: Vec<_> = ALL.iter().map(|target| target.triple).collect();
        return fail(format!(
            "there is no target {unknown}; there are {}",
            names.join(", ")
        ));
    }
    let wanted = |target: &&Target| {
        triples.is_empty() || triples.iter().any(|triple| triple == target.triple)
    };
    Ok(ALL.iter().filter(wanted).collect())
}

/// Has rustup bring the standard libraries that are missing, and says which compilers are.
pub fn ready(tools: &Toolbox, targets: &[&Target]) -> Outcome {
    let mut packages: Vec<&str> = Vec::new();
    for target in targets {
        if tools.find(target.compiler).is_none() && !packages.contains(&target.package) {
            packages.push(target.package);
        }
    }
    if !packages.is_empty() {
        return fail(format!(
            "compilers are missing: `apt-get install {}` brings them on Debian; `--target TRIPLE` chooses targets",
            packages.join(" ")
        ));
    }
    let sysroot = tools
        .output("rustc", &["--print", "sysroot"])
        .unwrap_or_default();
    for target in targets {
        let library = Path::new(&sysroot)
            .join("lib/rustlib")
            .join(target.triple)
            .join("lib");
        if !library.is_dir() {
            run(tools
                .command("rustup")?
                .args(["target", "add", target.triple]))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_chosen_by_their_triples() {
        assert_eq!(chosen(&[]).unwrap().len(), ALL.len());
        let one = chosen(&["aarch64-unknown-linux-musl".to_owned()]).unwrap();
        assert_eq!(one.len(), 1);
        assert!(chosen(&["aarch64".to_owned()]).is_err());
    }
}
