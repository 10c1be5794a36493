//! Where the debug information of a distribution's kernel is: the one table of it.

use crate::banner::Banner;
use std::fmt;

/// Who built a kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Distribution {
    /// Debian.
    Debian,
    /// Ubuntu.
    Ubuntu,
    /// Fedora.
    Fedora,
    /// Red Hat Enterprise Linux, and those that are built from its sources.
    Rhel,
    /// SUSE Linux Enterprise and openSUSE.
    Suse,
    /// Arch Linux.
    Arch,
}

/// The package with the debug information of a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DebugPackage {
    /// Who built the kernel.
    pub distribution: Distribution,
    /// The kernel's release.
    pub release: String,
    /// The package's name.
    pub package: String,
    /// Where it is.
    pub place: &'static str,
}

/// A distribution, how its banners are recognised, its package, and where that is.
struct Row {
    distribution: Distribution,
    is: fn(&Banner) -> bool,
    package: fn(&str) -> String,
    place: &'static str,
}

const TABLE: &[Row] = &[
    Row {
        distribution: Distribution::Ubuntu,
        is: |banner| banner.text.contains("-Ubuntu ") || banner.text.contains("Ubuntu "),
        package: |release| format!("linux-image-unsigned-{release}-dbgsym"),
        place: "ddebs.ubuntu.com",
    },
    Row {
        distribution: Distribution::Debian,
        is: |banner| {
            banner.text.contains("debian-kernel@lists.debian.org")
                || banner.text.contains(" Debian ")
        },
        package: |release| format!("linux-image-{release}-dbg"),
        place: "the same archive as the kernel (apt-get download)",
    },
    Row {
        distribution: Distribution::Fedora,
        is: |banner| banner.release.contains(".fc"),
        package: |release| format!("kernel-debuginfo-{release}"),
        place: "fedora-debuginfo and updates-debuginfo (dnf debuginfo-install kernel)",
    },
    Row {
        distribution: Distribution::Rhel,
        is: |banner| banner.release.contains(".el"),
        package: |release| format!("kernel-debuginfo-{release}"),
        place: "the debuginfo repository (dnf debuginfo-install kernel)",
    },
    Row {
        distribution: Distribution::Suse,
        is: |banner| banner.text.contains("(geeko@"),
        package: suse,
        place: "the debuginfo repository (zypper install --from)",
    },
    Row {
        distribution: Distribution::Arch,
        is: |banner| banner.text.contains("(linux@archlinux)") || is_arch(&banner.release),
        package: |_| "linux-headers".to_owned(),
        place: "Arch's repositories: its vmlinux has BTF; debuginfod.archlinux.org has the DWARF",
    },
];

/// `6.4.0-150600.23.17-default` is the flavour `default`, version `6.4.0-150600.23.17`.
fn suse(release: &str) -> String {
    match release.rsplit_once('-') {
        Some((version, flavour)) => format!("kernel-{flavour}-debuginfo-{version}"),
        None => format!("kernel-default-debuginfo-{release}"),
    }
}

/// `6.9.1-arch1-1`.
fn is_arch(release: &str) -> bool {
    release
        .split_once("-arch")
        .is_some_and(|(_, rest)| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// Where the kernel is that a Debian package of this name depends on: from Linux 7.2 on, `linux-image-…` has none itself.
pub(crate) fn debian_binary(file: &str) -> Option<String> {
    let package = file.split('_').next().unwrap_or(file);
    let package = package.strip_suffix(".deb").unwrap_or(package);
    let release = package.strip_prefix("linux-image-")?;
    let starts_as_release = release.starts_with(|c: char| c.is_ascii_digit());
    (starts_as_release && !release.ends_with("-dbg")).then(|| {
        format!(
            "the kernel is in the package linux-binary-{release}, its debug information in linux-image-{release}-dbg"
        )
    })
}

impl DebugPackage {
    /// The package for the kernel with this banner, if its distribution is known.
    ///
    /// ```
    /// use unpack::{Banner, DebugPackage};
    ///
    /// let banner = Banner {
    ///     text: "Linux version 6.1.0-47-amd64 (debian-kernel@lists.debian.org) #1 SMP".to_owned(),
    ///     release: "6.1.0-47-amd64".to_owned(),
    /// };
    /// let package = DebugPackage::of(&banner).expect("it is Debian's");
    /// assert_eq!(package.package, "linux-image-6.1.0-47-amd64-dbg");
    /// ```
    #[must_use]
    pub fn of(banner: &Banner) -> Option<DebugPackage> {
        let row = TABLE.iter().find(|row| (row.is)(banner))?;
        Some(DebugPackage {
            distribution: row.distribution,
            release: banner.release.clone(),
            package: (row.package)(&banner.release),
            place: row.place,
        })
    }
}

impl fmt::Display for DebugPackage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DebugPackage {
            distribution,
            release,
            package,
            place,
        } = self;
        write!(
            f,
            "the debug information of {release} ({distribution:?}) is in the package {package} from {place}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distributions_are_known_by_their_banners() {
        let package = |text: &str| {
            let release = text.split(' ').nth(2).unwrap().to_owned();
            let banner = Banner {
                text: text.to_owned(),
                release,
            };
            DebugPackage::of(&banner).map(|package| package.package)
        };
        let is =
            |text: &str, wanted: &str| assert_eq!(package(text).as_deref(), Some(wanted), "{text}");
        is(
            "Linux version 6.8.0-31-generic (buildd@lcy02-amd64-080) (x86_64-linux-gnu-gcc-13 (Ubuntu 13.2.0-23ubuntu4) 13.2.0) #31-Ubuntu SMP",
            "linux-image-unsigned-6.8.0-31-generic-dbgsym",
        );
        is(
            "Linux version 6.8.5-301.fc40.x86_64 (mockbuild@0bc0cc78c12e4762acf61c209bd02e96) (gcc (GCC) 14.0.1)",
            "kernel-debuginfo-6.8.5-301.fc40.x86_64",
        );
        is(
            "Linux version 5.14.0-427.13.1.el9_4.x86_64 (mockbuild@x86-64-02.build.eng.rdu2.redhat.com) #1 SMP",
            "kernel-debuginfo-5.14.0-427.13.1.el9_4.x86_64",
        );
        is(
            "Linux version 6.4.0-150600.23.17-default (geeko@buildhost) (gcc (SUSE Linux) 7.5.0) #1 SMP",
            "kernel-default-debuginfo-6.4.0-150600.23.17",
        );
        is(
            "Linux version 6.9.1-arch1-1 (linux@archlinux) (gcc (GCC) 14.1.1)",
            "linux-headers",
        );
        assert_eq!(package("Linux version 6.9.1 (me@home) #1"), None);
    }

    #[test]
    fn an_image_package_without_a_kernel_names_the_one_that_has_it() {
        let said = debian_binary("linux-image-7.2.13+deb14-amd64_7.2.13-1_amd64.deb");
        let said = said.expect("it is Debian's");
        assert!(said.contains("linux-binary-7.2.13+deb14-amd64,"), "{said}");
        assert!(
            said.ends_with("linux-image-7.2.13+deb14-amd64-dbg"),
            "{said}"
        );
        assert_eq!(debian_binary("linux-image-amd64-dbg_6.1_amd64.deb"), None);
        assert_eq!(debian_binary("linux-image-6.1.0-47-amd64-dbg.deb"), None);
        assert_eq!(debian_binary("linux-doc_1_all.deb"), None);
    }
}
