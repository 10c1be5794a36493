//! Which versions of pahole can have made a BTF, by what it contains and what it lacks.

use crate::carried::PER_CPU;
use btf::{Btf, Data, Kind};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Arrays of a kernel above which some must have two dimensions.
const MANY_ARRAYS: usize = 500;

/// A version of pahole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Version {
    /// `1` of 1.27.
    pub major: u32,
    /// `27` of 1.27.
    pub minor: u32,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// The oldest or newest version that can have made it, and what shows so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    /// The version itself can have made it.
    pub version: Version,
    /// What shows so.
    pub because: String,
}

/// The versions that can have made a BTF, called as the kernel's build calls pahole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// The oldest.
    pub at_least: Option<Bound>,
    /// The newest.
    pub at_most: Option<Bound>,
}

impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.at_least, &self.at_most) {
            (None, None) => f.write_str("any pahole"),
            (Some(least), None) => {
                write!(f, "pahole {} or newer: {}", least.version, least.because)
            }
            (None, Some(most)) => write!(f, "pahole {} or older: {}", most.version, most.because),
            (Some(least), Some(most)) => write!(
                f,
                "pahole {} to {}: {}; {}",
                least.version, most.version, least.because, most.because
            ),
        }
    }
}

/// What a BTF contains that tells versions apart.
#[derive(Debug, Default)]
struct Seen {
    float: bool,
    enum64: bool,
    wide_enum: bool,
    per_cpu: bool,
    other_section: bool,
    type_tag: bool,
    kfunc_tag: bool,
    attribute: bool,
    arrays: usize,
    array_of_arrays: bool,
}

impl Made {
    /// Looks at all types. `lists_kfuncs` says whether `.BTF_ids` has sets of kfuncs, which versions that know tags
    /// of kfuncs tag; `release` is the kernel's.
    pub(crate) fn of(btf: &Btf, lists_kfuncs: bool, release: Option<&str>) -> Made {
        let seen = Seen::of(btf);
        // From then on the kernel's own build makes these tags.
        let tags_by_build = release.and_then(numbers) >= Some((7, 3));
        let layout = btf.layout.is_some();
        let least = [
            (
                32,
                seen.array_of_arrays,
                "arrays of arrays are types of their own",
            ),
            (31, layout, "it has a layout section"),
            (
                30,
                seen.attribute && !tags_by_build,
                "tags with the kind flag",
            ),
            (
                28,
                seen.other_section,
                "variables of other sections than per-CPU",
            ),
            (27, seen.kfunc_tag && !tags_by_build, "bpf_kfunc tags"),
            (24, seen.enum64, "ENUM64"),
            (23, seen.type_tag, "type tags"),
            (21, seen.float, "FLOAT"),
            (18, seen.per_cpu, "per-CPU variables"),
        ];
        let no_tags = lists_kfuncs && !seen.kfunc_tag && !tags_by_build;
        let flat = seen.arrays > MANY_ARRAYS && !seen.array_of_arrays;
        let most = [
            (23, seen.wide_enum, "an ENUM of 8 bytes"),
            (26, no_tags, "no bpf_kfunc tag"),
            (31, flat, "no array of arrays"),
        ];
        let bound = |all: &[(u32, bool, &str)]| {
            let &(minor, _, because) = all.iter().find(|(_, seen, _)| *seen)?;
            Some(Bound {
                version: Version { major: 1, minor },
                because: because.to_owned(),
            })
        };
        let made = Made {
            at_least: bound(&least),
            at_most: bound(&most),
        };
        let version = |bound: &Option<Bound>| bound.as_ref().map(|bound| bound.version);
        match (version(&made.at_least), version(&made.at_most)) {
            // Called with other options than the build's: what exists counts.
            (Some(least), Some(most)) if least > most => Made {
                at_most: None,
                ..made
            },
            _ => made,
        }
    }
}

impl Seen {
    fn of(btf: &Btf) -> Seen {
        let mut seen = Seen::default();
        for (_, ty) in btf.types() {
            match ty.data() {
                Data::Float { .. } => seen.float = true,
                Data::Enum64 { .. } => seen.enum64 = true,
                Data::Enum { size, .. } => seen.wide_enum |= size == 8,
                Data::Array(array) => {
                    seen.arrays += 1;
                    seen.array_of_arrays |= btf.kind(array.element) == Kind::Array;
                }
                Data::Datasec { .. } => {
                    let own = btf.string(ty.name()) == Some(PER_CPU.as_bytes());
                    seen.per_cpu |= own;
                    seen.other_section |= !own;
                }
                Data::TypeTag { .. } => {
                    seen.type_tag |= !ty.kind_flag();
                    seen.attribute |= ty.kind_flag();
                }
                Data::DeclTag { .. } => {
                    seen.kfunc_tag |= btf.string(ty.name()) == Some(b"bpf_kfunc");
                    seen.attribute |= ty.kind_flag();
                }
                _ => {}
            }
        }
        seen
    }
}

/// `(6, 12)` of `6.12.117-cloud-amd64`.
pub(crate) fn numbers(release: &str) -> Option<(u32, u32)> {
    let mut parts = release.split(|byte: char| !byte.is_ascii_digit());
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use btf::{Array, Linkage, TypeId};

    #[test]
    fn versions_follow_from_what_is_there_and_what_is_not() {
        let mut btf = Btf::new();
        let proto = btf.add_func_proto(TypeId::VOID, &[]).unwrap();
        let func = btf.add_func("scx_bpf_now", proto, Linkage::Global).unwrap();
        let old = Made::of(&btf, true, Some("7.2.13"));
        assert_eq!(old.to_string(), "pahole 1.26 or older: no bpf_kfunc tag");
        btf.add_decl_tag("bpf_kfunc", func, -1).unwrap();
        let new = Made::of(&btf, true, Some("7.2.13"));
        assert_eq!(new.to_string(), "pahole 1.27 or newer: bpf_kfunc tags");
        let array = Array {
            element: TypeId::VOID,
            index: TypeId::VOID,
            count: 2,
        };
        let inner = btf.add_array(array).unwrap();
        let element = inner;
        btf.add_array(Array { element, ..array }).unwrap();
        let newest = Made::of(&btf, true, None).at_least.unwrap();
        assert_eq!(newest.version.to_string(), "1.32");
        assert_eq!(numbers("6.12.117+deb13-cloud-amd64"), Some((6, 12)));
        assert_eq!(numbers("unknown"), None);
    }
}
