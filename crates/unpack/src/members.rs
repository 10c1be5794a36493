//! What a package contains, as a list.

use crate::container::EntryKind;
use crate::error::Error;
use crate::extract::look;
use crate::package::Package;
use crate::role::Role;
use crate::when_ready::at_once;

/// A file in a package that can be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its path.
    pub path: String,
    /// What it is for.
    pub role: Role,
    /// Its bytes in the package; compressed ones are not counted as they come out.
    pub size: Option<u64>,
}

/// All files of a package that can be opened, in its order, and how many others it has.
///
/// # Errors
/// The package cannot be read or is damaged.
pub fn members(package: &mut Package<'_>) -> Result<(Vec<Member>, u64), Error> {
    at_once(members_when_ready(package))
}

/// As [`members`], and waits for blocks that a pool decompresses elsewhere.
///
/// # Errors
/// As [`members`].
pub async fn members_when_ready(package: &mut Package<'_>) -> Result<(Vec<Member>, u64), Error> {
    let (mut found, mut others) = (Vec::new(), 0);
    while let Some(entry) = package.next_entry_when_ready().await? {
        if entry.kind != EntryKind::File {
            continue;
        }
        match look(package, &entry.path).await?.0 {
            Role::Other => others += 1,
            role => found.push(Member {
                path: entry.path,
                role,
                size: entry.size,
            }),
        }
    }
    Ok((found, others))
}
