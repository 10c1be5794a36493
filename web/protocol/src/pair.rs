//! Two kernels that came together with modules: which module belongs to which.

use crate::figures::counted;
use pipeline::Identity;

/// How many modules a sentence names; the others are counted.
const NAMED: usize = 4;

/// The modules of two kernels, as places in their list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matched {
    /// Those of the first kernel, and those of the second. A module that may be of both is in both lists.
    pub of: [Vec<usize>; 2],
    /// Those that fit neither.
    pub neither: Vec<usize>,
}

/// Assigns modules to the kernel of their release. A kernel or module that does not say its release may fit; a
/// release that is another one, or another architecture, does not.
#[must_use]
pub fn matched(kernels: [&Identity; 2], modules: &[Identity]) -> Matched {
    let mut matched = Matched::default();
    for (at, module) in modules.iter().enumerate() {
        let fits = kernels.map(|kernel| fit(kernel, module));
        let best = fits[0].max(fits[1]);
        if best == Fit::No {
            matched.neither.push(at);
            continue;
        }
        for (list, fit) in matched.of.iter_mut().zip(fits) {
            if fit == best {
                list.push(at);
            }
        }
    }
    matched
}

/// How sure it is that a module belongs to a kernel.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    No,
    Unknown,
    Release,
}

fn fit(kernel: &Identity, module: &Identity) -> Fit {
    let differ = |a: &Option<String>, b: &Option<String>| a.is_some() && b.is_some() && a != b;
    if differ(&kernel.architecture, &module.architecture) {
        return Fit::No;
    }
    match (&kernel.release, &module.release) {
        (Some(kernel), Some(module)) if kernel == module => Fit::Release,
        (Some(_), Some(_)) => Fit::No,
        _ => Fit::Unknown,
    }
}

/// The sentence about modules that fit neither kernel; empty without any. Each has its name and its identity.
#[must_use]
pub fn neither(modules: &[(String, Identity)]) -> String {
    let one = |(name, identity): &(String, Identity)| match &identity.release {
        Some(release) => format!("{name} (built for {release})"),
        None => name.clone(),
    };
    let named: Vec<String> = modules.iter().take(NAMED).map(one).collect();
    match modules.len() {
        0 => String::new(),
        1 => format!("{} fits neither kernel and is left out.", named.join("")),
        count => {
            let more = match count.saturating_sub(NAMED) {
                0 => String::new(),
                more => format!(" and {} more", counted(more as u64, "module", "modules")),
            };
            format!(
                "{}{more} fit neither kernel and are left out.",
                named.join(", ")
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(release: &str, architecture: &str) -> Identity {
        let known = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Identity {
            release: known(release),
            architecture: known(architecture),
            ..Identity::default()
        }
    }

    #[test]
    fn a_module_goes_to_the_kernel_of_its_release() {
        let (old, new) = (identity("6.1.0-47", "x86_64"), identity("6.12.1", "x86_64"));
        let modules = [
            identity("6.12.1", "x86_64"),
            identity("6.1.0-47", "x86_64"),
            identity("5.10.0", "x86_64"),
            identity("6.1.0-47", "aarch64"),
        ];
        let matched = matched([&old, &new], &modules);
        assert_eq!(matched.of, [vec![1], vec![0]]);
        assert_eq!(matched.neither, [2, 3]);
    }

    #[test]
    fn what_says_no_release_may_fit() {
        let (known, raw) = (identity("6.1.0-47", "x86_64"), identity("", ""));
        let modules = [
            identity("6.1.0-47", "x86_64"),
            identity("6.12.1", "x86_64"),
            identity("", "x86_64"),
        ];
        // The raw BTF may be of any kernel; a module of the other's release is sure.
        assert_eq!(
            matched([&known, &raw], &modules).of,
            [vec![0, 2], vec![1, 2]]
        );
        let same = matched([&known, &known], &modules[..1]);
        assert_eq!(same.of, [vec![0], vec![0]]);
    }

    #[test]
    fn modules_of_neither_kernel_are_named() {
        let module = |name: &str| (name.to_owned(), identity("5.10.0", ""));
        assert_eq!(neither(&[]), "");
        assert_eq!(
            neither(&[module("a.ko")]),
            "a.ko (built for 5.10.0) fits neither kernel and is left out."
        );
        let many: Vec<_> = ["a", "b", "c", "d", "e"].map(module).to_vec();
        let said = neither(&many);
        assert!(
            said.ends_with(
                "d (built for 5.10.0) and 1 module more fit neither kernel and are left out."
            ),
            "{said}"
        );
    }
}
