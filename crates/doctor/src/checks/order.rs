//! Whether types are sorted by name, as kernel builds do last from Linux 7.0 on.

use crate::problem::Problem;
use btf::Btf;

/// The first name that comes after a greater one, and that one; `None` if all are sorted.
pub(crate) fn unsorted(btf: &Btf) -> Option<(String, String)> {
    let name = |ty: btf::Type<'_>| btf.string(ty.name()).unwrap_or_default().to_vec();
    let mut before = Vec::new();
    for (_, ty) in btf.types() {
        let own = name(ty);
        if own < before {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            return Some((text(&own), text(&before)));
        }
        before = own;
    }
    None
}

/// A finding if the build of this release sorts.
pub(crate) fn check(btf: &Btf, release: Option<&str>) -> Option<Problem> {
    let release = release.filter(|release| sorts(release))?;
    let first = unsorted(btf)?;
    Some(Problem::NotSorted {
        release: release.to_owned(),
        first,
    })
}

/// Whether builds of a release sort: 7.0 and newer.
fn sorts(release: &str) -> bool {
    let major = release.split('.').next();
    major.and_then(|major| major.parse::<u32>().ok()) >= Some(7)
}
