//! The release of a kernel, as far as its rules for BTF depend on it.

use core::fmt;
use core::str::FromStr;

/// A release of Linux: the two numbers on which the rules for BTF depend.
///
/// ```
/// use btf::verify::Release;
///
/// let release: Release = "6.1.0-47-cloud-amd64".parse()?;
/// assert_eq!(release, Release { major: 6, minor: 1 });
/// assert!(release < Release::NEWEST);
/// # Ok::<(), btf::verify::NotRelease>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Release {
    /// The first number: 6 in 6.12.
    pub major: u16,
    /// The second number: 12 in 6.12.
    pub minor: u16,
}

/// A [`Release`] by its two numbers.
pub(super) const fn release(major: u16, minor: u16) -> Release {
    Release { major, minor }
}

impl Release {
    /// The oldest release whose rules are known.
    pub const OLDEST: Release = release(5, 10);
    /// The newest release whose verdicts are recorded; later ones are judged by its rules and by what is announced for
    /// them.
    pub const NEWEST: Release = release(7, 3);
    /// The releases that [`Feature::takers`](super::Feature::takers) chooses from: those with long-term support, and every
    /// one from 7.0 on.
    pub const LISTED: [Release; 10] = [
        release(5, 10),
        release(5, 15),
        release(6, 1),
        release(6, 6),
        release(6, 12),
        release(6, 18),
        release(7, 0),
        release(7, 1),
        release(7, 2),
        Release::NEWEST,
    ];
}

impl Default for Release {
    fn default() -> Release {
        Release::NEWEST
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// The text is no release, or one whose rules are not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRelease {
    /// The text does not begin with two numbers.
    #[error(
        "this is no release of Linux; write two numbers, such as 6.12, or what `uname -r` prints"
    )]
    Text,
    /// The release is older than [`Release::OLDEST`].
    #[error("the rules of releases before {} are not known", Release::OLDEST)]
    TooOld,
}

impl FromStr for Release {
    type Err = NotRelease;

    /// Reads `6.12` and what `uname -r` prints, such as `6.12.57+deb13-amd64`.
    fn from_str(text: &str) -> Result<Release, NotRelease> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let mut numbers = text.split(['.', '-', '+', '_', '~']);
        let mut number = || numbers.next().and_then(|text| text.parse().ok());
        let (Some(major), Some(minor)) = (number(), number()) else {
            return Err(NotRelease::Text);
        };
        let release = Release { major, minor };
        if release < Release::OLDEST {
            return Err(NotRelease::TooOld);
        }
        Ok(release)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn releases_are_read_as_uname_prints_them() {
        for (text, said) in [
            ("5.15", "5.15"),
            ("v6.6", "6.6"),
            ("6.1.0-47-cloud-amd64", "6.1"),
            ("7.2-rc3", "7.2"),
            ("6.12.57+deb13-amd64", "6.12"),
            ("7.10", "7.10"),
        ] {
            let release: Release = text.parse().unwrap();
            assert_eq!(release.to_string(), said);
        }
        assert_eq!("linux".parse::<Release>(), Err(NotRelease::Text));
        assert_eq!("6".parse::<Release>(), Err(NotRelease::Text));
        assert_eq!("4.19".parse::<Release>(), Err(NotRelease::TooOld));
        assert!(release(7, 10) > release(7, 9));
    }

    #[test]
    fn listed_releases_are_in_order_and_end_with_the_newest() {
        assert!(Release::LISTED.is_sorted());
        assert_eq!(Release::LISTED.last(), Some(&Release::NEWEST));
        assert_eq!(Release::LISTED.first(), Some(&Release::OLDEST));
    }
}
