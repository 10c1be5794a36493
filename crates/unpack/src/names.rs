//! Names of entries, which lead nowhere but into their folder.

use crate::error::{Error, Place};

/// The path of an entry, with `/` between its parts and without a root or `.` parts. Bytes that are not UTF-8 are replaced.
pub(crate) fn clean(raw: &[u8], place: impl Fn() -> Place) -> Result<String, Error> {
    let name = String::from_utf8_lossy(raw);
    let mut path = String::with_capacity(name.len());
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                return Err(Error::OutsideName {
                    name: name.into_owned(),
                    place: place(),
                });
            }
            part => {
                if !path.is_empty() {
                    path.push('/');
                }
                path.push_str(part);
            }
        }
    }
    Ok(path)
}

/// The last part of a path.
pub(crate) fn base(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// A path without its last part.
pub(crate) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_in_its_folder() {
        let place = || Place {
            part: "x.tar".to_owned(),
            offset: 0,
            entry: None,
        };
        let clean = |raw: &[u8]| clean(raw, place);
        assert_eq!(clean(b"./boot//vmlinux").unwrap(), "boot/vmlinux");
        assert_eq!(clean(b"/etc/passwd").unwrap(), "etc/passwd");
        assert_eq!(clean(b"a..b/...").unwrap(), "a..b/...");
        assert!(clean(b"a/../../b").is_err());
        assert_eq!(clean(b"\xff").unwrap(), "\u{fffd}");
        assert_eq!(base("a\\b/c"), "c");
    }
}
