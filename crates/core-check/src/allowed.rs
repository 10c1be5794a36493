//! Which programs call a kfunc although the kernel does not register it for their type.

use crate::answer::Elsewhere;
use crate::kernel::{Found, Kernel, Release};
use crate::object::{Object, type_name};
use crate::spending::Spending;
use crate::targets::Place;
use std::collections::BTreeSet;

const TRACING: &[u32] = &[26];
/// Those of control groups for which kernels register kfuncs.
const CGROUP: &[u32] = &[8, 13, 18];

/// Types of programs that also get what is registered for others.
struct Sharing {
    types: &'static [u32],
    registered: &'static [u32],
    /// The first release of which that was measured.
    since: (u8, u8),
}

const SHARED: [Sharing; 5] = [
    // lsm
    sharing(&[29], TRACING, (6, 1)),
    // tracepoint, perf_event
    sharing(&[5, 7], TRACING, (6, 12)),
    // raw_tracepoint
    sharing(&[17], TRACING, (7, 2)),
    // cgroup_skb, cgroup_sock, cgroup_device, cgroup_sock_addr, cgroup_sysctl, cgroup_sockopt
    sharing(&[8, 9, 15, 18, 23, 25], CGROUP, (6, 12)),
    // sock_ops
    sharing(&[13], CGROUP, (6, 18)),
];

const fn sharing(types: &'static [u32], registered: &'static [u32], since: (u8, u8)) -> Sharing {
    Sharing {
        types,
        registered,
        since,
    }
}

/// Whether programs of a type get what is registered for these types.
fn is_for(number: u32, registered: &BTreeSet<u32>, release: Option<Release>) -> bool {
    let release = release.map(|release| (release.major, release.minor));
    let mut shared = SHARED.iter().filter(|one| {
        one.types.contains(&number) && release.is_some_and(|release| release >= one.since)
    });
    registered.contains(&number)
        || shared.any(|one| {
            one.registered
                .iter()
                .any(|other| registered.contains(other))
        })
}

/// The programs that refer to a kfunc and are of a type for which it is not registered. What subprograms do is not told.
pub(crate) fn elsewhere(
    object: &Object,
    name: &str,
    kernel: &Kernel,
    place: &Place,
    spending: &Spending,
) -> Option<Elsewhere> {
    let types = kernel.types_of(place)?;
    let id = place.id;
    let registered = kernel.kfunc_types(Found { types, id })?;
    if registered.is_empty() || registered.contains(&0) {
        return None;
    }
    let mut programs = BTreeSet::new();
    for section in object.sections.iter().filter(|section| section.executable) {
        if !spending.step(section.references.len()) {
            return None;
        }
        let mut references = section.references.iter();
        let own = references
            .by_ref()
            .filter(|one| one.section.is_none() && one.symbol == name);
        for reference in own {
            let number = u32::try_from(reference.offset / 8).unwrap_or(u32::MAX);
            programs.extend(object.program_at(section.index, number));
        }
    }
    let other = programs.into_iter().filter_map(|number| {
        let program = object.programs.get(number)?;
        let (number, of_type) = program.kind.as_ref()?.program_type()?;
        let is_for = is_for(number, registered, kernel.release);
        (!is_for).then_some((program, of_type))
    });
    let other: Vec<_> = other.collect();
    let (_, of_type) = other.first()?;
    let bytes = other.iter().map(|(program, _)| program.name.len());
    if !spending.write(bytes.sum()) {
        return None;
    }
    Some(Elsewhere {
        of_type: (*of_type).to_owned(),
        programs: other
            .iter()
            .map(|(program, _)| program.name.clone())
            .collect(),
        registered: registered.iter().map(|&number| type_name(number)).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_get_what_is_registered_for_others_since_the_release_of_which_that_is_known() {
        let of = |number, registered: u32, release: &str| {
            is_for(number, &BTreeSet::from([registered]), Release::of(release))
        };
        // Security modules, on each release; tracepoints later.
        assert!(of(29, 26, "6.1.0-47") && of(29, 26, "7.2.13") && !of(29, 26, "5.15.0"));
        assert!(!of(5, 26, "6.1.0") && of(5, 26, "6.12.95") && of(7, 26, "6.18.44"));
        assert!(!of(17, 26, "6.18.44") && of(17, 26, "7.2.13"));
        // cgroup_sock gets what is for cgroup_skb, and sockops too, later.
        assert!(of(9, 8, "6.12.95") && !of(13, 8, "6.12.95") && of(13, 8, "6.18.44"));
        // Its own always, and others' never.
        assert!(of(6, 6, "no number") && !of(29, 26, "no number") && !of(2, 26, "7.2.13"));
    }
}
