//! What builds of the Linux kernel do to types behind the encoder, and whether a file shows that its build does it.
//!
//! docs/kernel-builds.md states the rules. [`crate::Options::kernel`] chooses between both results.

use crate::identity::version_of;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The rules of a kernel's build; each includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KernelBuild {
    /// From Linux 7.0 on: implicit arguments of kfuncs are hidden, and types are sorted by name.
    Sorts,
    /// From Linux 7.3 on: tags and arena pointers of kfuncs do not depend on the encoder, and equal types become one
    /// again before they are sorted.
    DeduplicatesAgain,
}

impl KernelBuild {
    /// The rules of a release such as `7.2.13+deb14-cloud-amd64`; none of one before 7.0, or of a text that begins with
    /// no release.
    pub fn of_release(release: &str) -> Option<KernelBuild> {
        match version_of(release)? {
            (..7, _) => None,
            (7, ..3) => Some(KernelBuild::Sorts),
            _ => Some(KernelBuild::DeduplicatesAgain),
        }
    }
}

/// Which types the result has: those that the encoder of a kernel's build writes, or those that the kernel carries.
///
/// As text: nothing or `auto` for [`KernelTypes::OfKernel`] without a build, else a release.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum KernelTypes {
    /// The encoder's, which are pahole's.
    #[default]
    OfEncoder,
    /// The kernel's, if the file shows that its build changes types behind the encoder; else the encoder's.
    ByFile,
    /// The kernel's, by the rules of this build; without one by those that the file shows, or else by those of 7.0.
    OfKernel(Option<KernelBuild>),
}

impl KernelTypes {
    /// The rules to follow for a file that shows this; none for the encoder's types.
    pub(crate) fn rules(self, shown: Option<KernelBuild>) -> Option<KernelBuild> {
        match self {
            KernelTypes::OfEncoder => None,
            KernelTypes::ByFile => shown,
            KernelTypes::OfKernel(chosen) => chosen.or(shown).or(Some(KernelBuild::Sorts)),
        }
    }
}

/// The release named for `--as-kernel` is none from which kernel builds change types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownRelease(String);

impl fmt::Display for UnknownRelease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let release = &self.0;
        match version_of(release) {
            Some(_) => write!(
                f,
                "builds of Linux {release} do not change what the encoder writes; they do from 7.0 on"
            ),
            None => write!(
                f,
                "`{release}` is no release; name one such as 7.2, or auto"
            ),
        }
    }
}

impl std::error::Error for UnknownRelease {}

impl FromStr for KernelTypes {
    type Err = UnknownRelease;

    fn from_str(text: &str) -> Result<KernelTypes, UnknownRelease> {
        match text {
            "" | "auto" => Ok(KernelTypes::OfKernel(None)),
            release => match KernelBuild::of_release(release) {
                Some(build) => Ok(KernelTypes::OfKernel(Some(build))),
                None => Err(UnknownRelease(release.to_owned())),
            },
        }
    }
}

/// What a file shows of the kernel that it is, or is a module of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KernelFile {
    /// The rules by which its build changes types behind the encoder, as its release, its own `.BTF`, or its base show them.
    pub build: Option<KernelBuild>,
    /// The rules by which the result was made; none if it has the encoder's types.
    pub applied: Option<KernelBuild>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_tells_the_rules_of_its_build() {
        let sorts = Some(KernelBuild::Sorts);
        let again = Some(KernelBuild::DeduplicatesAgain);
        for (release, build) in [
            ("6.19.3", None),
            ("6.1.0-47-cloud-amd64", None),
            ("7.0-rc1", sorts),
            ("7.2.13+deb14-cloud-amd64", sorts),
            ("7.3-rc2", again),
            ("7.10", again),
            ("10.0.1", again),
            ("7", None),
            ("next", None),
        ] {
            assert_eq!(KernelBuild::of_release(release), build, "{release}");
        }
    }

    #[test]
    fn what_the_user_names_comes_before_what_the_file_shows() {
        let (sorts, again) = (KernelBuild::Sorts, KernelBuild::DeduplicatesAgain);
        let chosen = |text: &str| text.parse::<KernelTypes>().map(|it| it.rules(Some(again)));
        assert_eq!(chosen("auto"), Ok(Some(again)));
        assert_eq!(chosen("7.2"), Ok(Some(sorts)));
        assert_eq!(KernelTypes::OfKernel(None).rules(None), Some(sorts));
        assert_eq!(KernelTypes::ByFile.rules(None), None);
        assert_eq!(KernelTypes::OfEncoder.rules(Some(again)), None);
        let refused = |text: &str| text.parse::<KernelTypes>().unwrap_err().to_string();
        assert!(refused("6.12").contains("from 7.0 on"));
        assert!(refused("new").contains("no release"));
    }
}
