//! Modules that are named, out of a package.

use crate::container::EntryKind;
use crate::error::Error;
use crate::extract::{Content, Found, take};
use crate::format::Compression;
use crate::names;
use crate::package::Package;
use crate::spool::Spools;
use crate::when_ready::at_once;

/// The name of a module by its path: without folders, `.ko`, and what is behind that. Hyphens become underscores, as the kernel
/// writes it.
///
/// ```
/// use unpack::module_name;
///
/// assert_eq!(module_name("kernel/net/sctp/sctp-diag.ko.xz").as_deref(), Some("sctp_diag"));
/// assert_eq!(module_name("debug/ext4.ko.debug").as_deref(), Some("ext4"));
/// assert_eq!(module_name("boot/vmlinuz"), None);
/// ```
#[must_use]
pub fn module_name(path: &str) -> Option<String> {
    let base = Compression::without_ending(names::base(path));
    let file = base.strip_suffix(".debug").unwrap_or(base);
    let name = file.strip_suffix(".ko").filter(|name| !name.is_empty());
    name.map(|name| name.replace('-', "_"))
}

/// Modules that were asked for.
#[derive(Debug)]
pub struct NamedModules<S> {
    /// Those that the package contains, in its order.
    pub found: Vec<Found<S>>,
    /// The names of the others.
    pub missing: Vec<String>,
}

/// Takes the modules with these names, of modules or files, out of a package, in its order, each once. It is read until all of them are complete.
///
/// # Errors
/// The package is damaged, or what comes out cannot be written.
pub fn modules<S: Spools>(
    package: &mut Package<'_>,
    wanted: &[String],
    spools: &mut S,
) -> Result<NamedModules<S::Spool>, Error> {
    at_once(modules_when_ready(package, wanted, spools))
}

/// As [`modules`], and waits for blocks that a pool decompresses elsewhere.
///
/// # Errors
/// As [`modules`].
pub async fn modules_when_ready<S: Spools>(
    package: &mut Package<'_>,
    wanted: &[String],
    spools: &mut S,
) -> Result<NamedModules<S::Spool>, Error> {
    let plain = |name: &String| module_name(name).unwrap_or_else(|| name.replace('-', "_"));
    let mut left: Vec<String> = wanted.iter().map(plain).collect();
    let mut found = Vec::new();
    while !left.is_empty() {
        let Some(entry) = package.next_entry_when_ready().await? else {
            break;
        };
        let name = module_name(&entry.path).filter(|_| entry.kind == EntryKind::File);
        let Some(at) = name.and_then(|name| left.iter().position(|left| *left == name)) else {
            continue;
        };
        left.remove(at);
        let taken = take(package, Vec::new(), entry.path, None, spools).await?;
        found.push(Found::plain(taken.spool, Content::Elf, taken.path));
    }
    Ok(NamedModules {
        found,
        missing: left,
    })
}
