//! Files that an input refers to: which of those that were given is meant, and which are missing.
//!
//! A page has no folders to look into: files come with the path they had in what was dropped or chosen, at
//! least their name. The one whose path has most in common with the path that the input names is taken;
//! whether it is of the same build, the engine sees by its id.

use pipeline::{Companion, FailedUnit, Plan};
use std::collections::{HashMap, HashSet};

/// Names that a sentence has; of the rest it gives the number.
const NAMED: usize = 4;

/// Paths of files that were given, found by their last part.
#[derive(Clone, Debug, Default)]
pub struct Paths {
    paths: Vec<String>,
    by_name: HashMap<String, Vec<usize>>,
}

impl Paths {
    /// Of these files, in their order.
    pub fn new(paths: impl IntoIterator<Item = String>) -> Paths {
        let mut all = Paths::default();
        for path in paths {
            let named = all.by_name.entry(last(&path).to_owned()).or_default();
            named.push(all.paths.len());
            all.paths.push(path);
        }
        all
    }

    /// The place of what `input`, a file's name, means by `companion`.
    pub fn find(&self, companion: &Companion, input: &str) -> Option<usize> {
        match companion {
            Companion::Package => self
                .nearest(&package(input))
                .or_else(|| self.only_package()),
            Companion::SplitUnit {
                name, directory, ..
            } => self.nearest(&match directory {
                Some(directory) if !name.starts_with('/') => format!("{directory}/{name}"),
                _ => name.clone(),
            }),
            Companion::Supplementary { name, id } => {
                self.nearest(name).or_else(|| self.by_build_id(id))
            }
            _ => None,
        }
    }

    /// Of the files with the same name the one whose folders agree furthest; of equal ones the first.
    fn nearest(&self, wanted: &str) -> Option<usize> {
        let candidates = self.by_name.get(last(wanted))?;
        let common = |at: usize| {
            let path = self.paths.get(at).map_or("", String::as_str);
            let (own, wanted) = (parts(path).rev(), parts(wanted).rev());
            own.zip(wanted)
                .take_while(|(own, wanted)| own == wanted)
                .count()
        };
        let best = candidates.iter().rev().max_by_key(|at| common(**at));
        best.copied()
    }

    /// A package may have any name, as long as it is the only one.
    fn only_package(&self) -> Option<usize> {
        let mut packages = (0..self.paths.len()).filter(|at| self.paths[*at].ends_with(".dwp"));
        packages.next().filter(|_| packages.next().is_none())
    }

    /// Under `.build-id` a file is named by the rest of its id.
    fn by_build_id(&self, id: &[u8]) -> Option<usize> {
        let rest: String = id
            .get(1..)?
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let named = self.by_name.get(&format!("{rest}.debug"))?;
        named.first().copied().filter(|_| !rest.is_empty())
    }
}

/// The custom for packages of split units.
fn package(input: &str) -> String {
    format!("{input}.dwp")
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn parts(path: &str) -> impl DoubleEndedIterator<Item = &str> {
    path.split('/')
        .filter(|part| !part.is_empty() && *part != ".")
}

/// The files for want of which units were left out: of all split units, or of those among `failed`.
pub fn missing(
    plan: &Plan,
    failed: Option<&[FailedUnit]>,
    given: &Paths,
    input: &str,
) -> Vec<Companion> {
    // Where there is a package, it is for the engine to say what is wrong with it.
    if given.find(&Companion::Package, input).is_some() {
        return Vec::new();
    }
    let failed: Option<HashSet<u64>> =
        failed.map(|units| units.iter().map(|unit| unit.offset).collect());
    let mut files = Vec::new();
    for unit in &plan.split {
        let offset = plan.unit_offset(unit.unit);
        let lost = failed
            .as_ref()
            .is_none_or(|failed| failed.contains(&offset));
        let companion = unit.companion();
        if lost && given.find(&companion, input).is_none() {
            files.push(companion);
        }
    }
    if !files.is_empty() {
        files.insert(0, Companion::Package);
    }
    files
}

/// Names of missing files, for a sentence; a package, which none of them names, is left to the advice.
pub fn names(missing: &[Companion]) -> String {
    let mut names: Vec<&str> = (missing.iter().map(Companion::file_name))
        .filter(|name| !name.is_empty())
        .collect();
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    match more {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

/// What they are, before their names.
pub fn not_given(missing: &[Companion]) -> &'static str {
    match is_one(missing) {
        true => "a missing file",
        false => "missing files",
    }
}

/// Whether there is but one, beside a package that would do as well.
fn is_one(missing: &[Companion]) -> bool {
    let files = missing.iter().filter(|file| **file != Companion::Package);
    files.count() == 1
}

/// How the files come to the page.
pub fn advice(missing: &[Companion], input: &str) -> String {
    match missing.contains(&Companion::Package) {
        true => {
            let (them, they_are) = match is_one(missing) {
                true => ("it", "it is"),
                false => ("them", "they are"),
            };
            format!(
                "Add {them}, the folder {they_are} in, or the package {}.",
                package(input)
            )
        }
        false => "Add it: distributions keep such files under /usr/lib/debug/.dwz.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(all: &[&str]) -> Paths {
        Paths::new(all.iter().map(|path| (*path).to_owned()))
    }

    fn unit(name: &str, directory: &str) -> Companion {
        Companion::SplitUnit {
            name: name.to_owned(),
            directory: Some(directory.to_owned()),
            id: 1,
        }
    }

    fn supplementary(name: &str) -> Companion {
        Companion::Supplementary {
            name: name.to_owned(),
            id: vec![0xab, 0x01, 0xff],
        }
    }

    #[test]
    fn of_equal_names_the_nearest_folder_is_meant() {
        let given = paths(&[
            "build/net/core.dwo",
            "build/kernel/core.dwo",
            "core.dwo",
            "fork.dwo",
        ]);
        let find = |name: &str| given.find(&unit(name, "/home/me/build"), "vmlinux");
        assert_eq!(find("kernel/core.dwo"), Some(1));
        assert_eq!(find("./net/core.dwo"), Some(0));
        assert_eq!(
            find("core.dwo"),
            Some(0),
            "one folder of none agrees: the first"
        );
        assert_eq!(find("/elsewhere/kernel/fork.dwo"), Some(3));
        assert_eq!(find("kernel/exit.dwo"), None);
    }

    #[test]
    fn a_package_goes_by_the_input_or_is_the_only_one() {
        let given = paths(&["a.dwp", "b.dwp"]);
        assert_eq!(given.find(&Companion::Package, "b"), Some(1));
        assert_eq!(given.find(&Companion::Package, "c"), None);
        let only = paths(&["x.dwo", "other.dwp"]);
        assert_eq!(only.find(&Companion::Package, "b"), Some(1));
    }

    #[test]
    fn a_supplementary_file_is_found_by_name_or_build_id() {
        let given = paths(&[".build-id/ab/01ff.debug", "common.dwz"]);
        let find = |name| given.find(&supplementary(name), "vmlinux");
        assert_eq!(find("../../.dwz/common.dwz"), Some(1));
        assert_eq!(find("other.dwz"), Some(0));
        assert_eq!(paths(&["x.dwz"]).find(&supplementary("y.dwz"), "v"), None);
    }

    #[test]
    fn sentences_name_some_and_count_the_rest() {
        let mut missing = vec![Companion::Package];
        missing.extend((0..6).map(|at| unit(&format!("k/{at}.dwo"), "/b")));
        assert_eq!(names(&missing[..3]), "0.dwo, 1.dwo");
        assert_eq!(names(&missing), "0.dwo, 1.dwo, 2.dwo, 3.dwo and 2 more");
        assert!(advice(&missing, "vmlinux").contains("vmlinux.dwp"));
        assert_eq!(not_given(&missing), "missing files");
        assert_eq!(not_given(&missing[..2]), "a missing file");
        assert!(advice(&missing[..2], "vmlinux").starts_with("Add it, the folder it is in"));
        let one = [supplementary("/usr/lib/debug/.dwz/x.debug")];
        assert_eq!(names(&one), "x.debug");
        assert!(advice(&one, "vmlinux").contains(".dwz"));
    }
}
