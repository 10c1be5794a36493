//! Structs of operations: whether a kernel has the struct, and each member that the map fills.

use super::Place;
use crate::kernel::{Found, Kernel, essential};
use crate::object::{Object, StructOpsMap};
use crate::spending::Spending;
use btf::{Btf, Data, Kind, Member, layout};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// What a kernel has for a map.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Operations {
    /// The kernel's struct.
    pub place: Option<Place>,
    /// Members that the kernel lacks and the map leaves zero: the loader skips them.
    pub skipped: Vec<String>,
    /// What ends the load.
    pub issues: Vec<OpsIssue>,
}

/// Why a map cannot be created.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum OpsIssue {
    /// The kernel has no struct of operations of that name.
    AbsentStruct {
        /// The struct that the loader misses: `bpf_struct_ops_sched_ext_ops`.
        name: String,
    },
    /// The kernel's struct lacks a member that the map fills.
    AbsentMember {
        /// The member.
        member: String,
    },
    /// A member is a bitfield.
    Bitfield {
        /// The member.
        member: String,
    },
    /// A member is of another kind.
    Kind {
        /// The member.
        member: String,
    },
    /// A member that takes a program is no pointer to a function in the kernel.
    NotFunction {
        /// The member.
        member: String,
    },
    /// A member has another size.
    Size {
        /// The member.
        member: String,
        /// Its size in the object.
        local: u64,
        /// Its size in the kernel.
        kernel: u64,
    },
}

/// Compares a map with the kernel's struct.
pub(crate) fn operations(
    object: &Object,
    map: &StructOpsMap,
    kernel: &Kernel,
    spending: &Spending,
) -> Operations {
    let mut answer = Operations::default();
    let Some((btf, local)) = object
        .btf
        .as_ref()
        .and_then(|btf| Some((btf, btf.get(map.ty)?)))
    else {
        return answer;
    };
    let name = essential(btf.string(local.name()).unwrap_or_default());
    let Some(found) = find(kernel, name, spending) else {
        answer.issues.push(OpsIssue::AbsentStruct {
            name: format!("bpf_struct_ops_{}", String::from_utf8_lossy(name)),
        });
        return answer;
    };
    answer.place = Some(Place::of(found));
    let target: &Btf = &found.types.btf;
    let members = target.get(found.id).into_iter().flat_map(|ty| ty.members());
    let mut theirs: FxHashMap<&[u8], Member> = FxHashMap::default();
    for member in members {
        // A kernel's struct is read for each map.
        let name = target.string(member.name).unwrap_or_default();
        if !spending.step(1 + name.len() / 64) {
            return answer;
        }
        theirs.entry(name).or_insert(member);
    }
    for (one, filled) in local.members().zip(&map.members) {
        let text = || btf.str(one.name).into_owned();
        let name = btf.string(one.name).unwrap_or_default();
        let written = spending.step(1) && spending.write(name.len());
        let Some(&theirs) = theirs.get(name).filter(|_| written) else {
            match filled.is_zero {
                true => answer.skipped.push(text()),
                false => answer
                    .issues
                    .push(OpsIssue::AbsentMember { member: text() }),
            }
            continue;
        };
        let issue = compare((btf, one), (target, theirs), filled.program.is_some(), text);
        answer.issues.extend(issue);
    }
    answer
}

/// The kernel's struct, if one that holds it is there too.
fn find<'a>(kernel: &'a Kernel, name: &[u8], spending: &Spending) -> Option<Found<'a>> {
    let outer = [PREFIX, name].concat();
    if !spending.step(kernel.crowd(essential(&outer)) + kernel.crowd(name)) {
        return None;
    }
    let outer = kernel.find_own(&outer, Kind::Struct)?;
    // Both are in the same BTF, the kernel's types included.
    let id = outer.types.find(name, Kind::Struct).or_else(|| {
        let base = kernel.types();
        base.find(name, Kind::Struct)
    })?;
    let btf = &outer.types.btf;
    let mut members = btf.get(outer.id)?.members();
    // Beyond the allowance, any answer will do.
    members
        .any(|member| !spending.step(1) || member.ty == id)
        .then_some(Found {
            types: outer.types,
            id,
        })
}

/// The struct that holds a struct of operations, and the number of the member.
pub(crate) fn struct_of_operations<'a>(
    kernel: &'a Kernel,
    found: Found<'_>,
) -> Option<(Found<'a>, u32)> {
    let target: &Btf = &found.types.btf;
    let name = target.string(target.get(found.id)?.name())?;
    let outer = kernel.find_own(&[PREFIX, name].concat(), Kind::Struct)?;
    let ty = outer.types.btf.get(outer.id)?;
    let mut members = (0u32..).zip(ty.members());
    let (index, _) = members.find(|(_, member)| member.ty == found.id)?;
    Some((outer, index))
}

/// What the name of a struct that holds a struct of operations begins with.
const PREFIX: &[u8] = b"bpf_struct_ops_";

fn compare(
    (local, one): (&Btf, Member),
    (target, theirs): (&Btf, Member),
    has_program: bool,
    name: impl Fn() -> String,
) -> Option<OpsIssue> {
    if one.bitfield_size > 0 || theirs.bitfield_size > 0 {
        return Some(OpsIssue::Bitfield { member: name() });
    }
    let kinds = layout::resolve(local, one.ty).zip(layout::resolve(target, theirs.ty));
    let Some(((_, a), (_, b))) = kinds.filter(|((_, a), (_, b))| a.kind() == b.kind()) else {
        return Some(OpsIssue::Kind { member: name() });
    };
    if let (Data::Ptr { .. }, Data::Ptr { target: to }) = (a.data(), b.data()) {
        let is_function =
            layout::resolve(target, to).map(|(_, ty)| ty.kind()) == Some(Kind::FuncProto);
        return (has_program && !is_function).then(|| OpsIssue::NotFunction { member: name() });
    }
    let size = |btf: &Btf, member: Member| layout::size_of(btf, member.ty).unwrap_or(0);
    let (ours, their) = (size(local, one), size(target, theirs));
    (ours != their).then(|| OpsIssue::Size {
        member: name(),
        local: ours,
        kernel: their,
    })
}
