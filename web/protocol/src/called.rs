//! What a file is called: a kernel's by its release too, since every kernel's file is named `vmlinux`.

use pipeline::Identity;

/// The release of the kernel that a file is, unless its name has it already. A module is known by its own name.
fn release<'a>(name: &str, identity: &'a Identity) -> Option<&'a str> {
    let release = identity.release.as_deref()?;
    (identity.vermagic.is_none() && !name.contains(release)).then_some(release)
}

/// What a file is called in a sentence: `vmlinux 6.1.0-47-cloud-amd64`.
///
/// ```
/// # use pipeline::Identity;
/// # use protocol::called::called;
/// let release = Some("6.1.0-47-cloud-amd64".to_owned());
/// let kernel = Identity { release, ..Identity::default() };
/// assert_eq!(called("vmlinux", &kernel), "vmlinux 6.1.0-47-cloud-amd64");
/// assert_eq!(called("vmlinux-6.1.0-47-cloud-amd64", &kernel), "vmlinux-6.1.0-47-cloud-amd64");
/// assert_eq!(called("sample.elf", &Identity::default()), "sample.elf");
/// ```
#[must_use]
pub fn called(name: &str, identity: &Identity) -> String {
    match release(name, identity) {
        Some(release) => format!("{name} {release}"),
        None => name.to_owned(),
    }
}

/// What names of files begin with that are made from a file: `vmlinux-6.1.0-47-cloud-amd64`. The name's own `.btf` is
/// not part of it.
#[must_use]
pub fn stem(name: &str, identity: &Identity) -> String {
    let stem = name.strip_suffix(".btf").filter(|stem| !stem.is_empty());
    let stem = stem.unwrap_or(name);
    match release(name, identity) {
        Some(release) => format!("{stem}-{release}"),
        None => stem.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_made_of_a_kernel_bear_its_release() {
        let kernel = Identity {
            release: Some("7.2.13".to_owned()),
            ..Identity::default()
        };
        assert_eq!(stem("vmlinux", &kernel), "vmlinux-7.2.13");
        assert_eq!(stem("linux-7.2.13.btf", &kernel), "linux-7.2.13");
        assert_eq!(stem(".btf", &Identity::default()), ".btf");
        let module = Identity {
            vermagic: Some("7.2.13 SMP".to_owned()),
            ..kernel
        };
        assert_eq!(called("xfs.ko", &module), "xfs.ko");
    }
}
