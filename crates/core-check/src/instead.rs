//! What a kernel lacks of an access, and what it has instead.

use crate::kernel::{Found, Kernel, essential, trimmed};
use crate::relocate::{Access, Differs, Mismatch, Step, fields_are_compatible, is_named, skip};
use crate::spending::Spending;
use btf::print::c::type_name;
use btf::{Btf, Kind, Member, TypeId, layout};
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

/// What a kernel lacks.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Missing {
    /// What is missing or different.
    pub cause: Cause,
    /// The type of the kernel in which it is missing: `struct task_struct`.
    pub within: String,
    /// The name that is missing: of a type, member, or enumerator.
    pub name: String,
    /// What the object declares: `struct cfs_rq *my_q`.
    pub declared: Option<String>,
    /// What the kernel has that may take its place, the likeliest first.
    pub instead: Vec<Instead>,
}

impl Missing {
    /// About how many bytes of text it has. What the kernel has is short or rare.
    pub(crate) fn text_bytes(&self) -> usize {
        let declared = self.declared.as_ref().map_or(0, String::len);
        self.within.len() + self.name.len() + declared
    }
}

/// What is missing or different.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// No type has the name and kind.
    Type {
        /// Kinds of types that have the name.
        other_kinds: Vec<String>,
    },
    /// A type has the name, and differs.
    TypeDiffers,
    /// The struct or union has no such member.
    Member,
    /// The member's type is of another kind.
    MemberKind {
        /// The kernel's declaration.
        kernel_has: String,
    },
    /// Something that has members, or elements, in the object has none in the kernel.
    NoParts,
    /// The array is shorter.
    Short {
        /// How many elements it has.
        count: u32,
    },
    /// The enumeration has no such value.
    Enumerator,
    /// The field has another size, and the instruction cannot access that safely.
    UnsafeSize,
}

/// What a kernel has in the place of something else.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Instead {
    /// A member of the same type, at the same place among its neighbours.
    Renamed {
        /// The member.
        name: String,
        /// Its declaration.
        declaration: String,
    },
    /// A member of the same name, in a member or behind a pointer of the struct.
    Moved {
        /// The way to it from the struct: `->tuning.margin`.
        path: String,
        /// Its declaration.
        declaration: String,
    },
    /// A member of the same name in another struct, whose name begins alike.
    InStruct {
        /// The struct.
        name: String,
        /// The member's declaration.
        declaration: String,
    },
    /// A type whose name is similar.
    Type {
        /// The type.
        name: String,
    },
    /// The type is in a module that was not searched, since the kernel has a type of that name.
    Module {
        /// The module.
        name: String,
    },
}

/// The most replacements that are told.
const MOST: usize = 3;

/// What is missing when no candidate exists.
pub(crate) fn no_candidate(
    local: &Btf,
    root: TypeId,
    kernel: &Kernel,
    spending: &Spending,
) -> Missing {
    let name = local.name(root).into_owned();
    let bare = essential(name.as_bytes());
    let kinds = kernel.kinds_of(bare).into_iter();
    let bare = String::from_utf8_lossy(bare).into_owned();
    Missing {
        cause: Cause::Type {
            other_kinds: kinds.map(|kind| kind.name().to_owned()).collect(),
        },
        within: String::new(),
        declared: None,
        instead: similar_types(kernel, &bare, local.kind(root), spending),
        name: keyword(local.kind(root), &bare),
    }
}

/// What the first candidate lacks.
pub(crate) fn of_mismatch(
    local: &Btf,
    access: &Access,
    kernel: &Kernel,
    found: Found<'_>,
    mismatch: &Mismatch,
    spending: &Spending,
) -> Missing {
    let target = &found.types.btf;
    let title = |id: TypeId| keyword(target.kind(id), &target.name(id));
    let plain = |cause: Cause, within: TypeId, name: String| Missing {
        cause,
        within: title(within),
        name,
        declared: None,
        instead: Vec::new(),
    };
    match *mismatch {
        Mismatch::Type => plain(Cause::TypeDiffers, found.id, title(found.id)),
        Mismatch::Enumerator { parent } => {
            let name = access.enumerator_of(local).map(|(name, _)| name);
            plain(Cause::Enumerator, parent, name.unwrap_or_default())
        }
        Mismatch::At { step, parent, what } => {
            let member = match access.steps.get(step) {
                Some(&Step::Member { parent, index }) => {
                    local.get(parent).and_then(|ty| ty.member(index as usize))
                }
                _ => None,
            };
            let name = member.map(|member| local.str(member.name).into_owned());
            let mut missing = plain(Cause::Member, parent, name.unwrap_or_default());
            if missing.within.is_empty() {
                // An anonymous struct: the type around it.
                missing.within = title(found.id);
            }
            missing.declared = member.map(|member| declaration(local, member));
            match what {
                Differs::Absent => {
                    if let (Some(member), Some(&Step::Member { parent: ours, .. })) =
                        (member, access.steps.get(step))
                        && spending.scan()
                    {
                        missing.instead =
                            replacements((local, ours, member), kernel, (target, parent), spending);
                    }
                }
                Differs::Kind { member } => {
                    missing.cause = Cause::MemberKind {
                        kernel_has: type_name(target, member, &missing.name),
                    };
                }
                Differs::Short { count } => missing.cause = Cause::Short { count },
                Differs::NotComposite | Differs::NotArray | Differs::NoSize => {
                    missing.cause = Cause::NoParts;
                }
            }
            missing
        }
    }
}

/// What the kernel has in the place of a member.
fn replacements(
    (local, ours, wanted): (&Btf, TypeId, Member),
    kernel: &Kernel,
    (target, theirs): (&Btf, TypeId),
    spending: &Spending,
) -> Vec<Instead> {
    let mut found = Vec::new();
    let name = local.string(wanted.name).unwrap_or_default();
    let new = flat_members(target, theirs, spending);
    let old = flat_members(local, ours, spending);
    found.extend(renamed((local, &old, wanted), (target, &new)));
    found.extend(moved(target, theirs, &new, name, spending));
    if found.is_empty() {
        found.extend(in_struct(kernel, target, theirs, name, spending));
    }
    found.truncate(MOST);
    found
}

/// A member of that name in a member of the struct, or behind one of its pointers.
fn moved(
    target: &Btf,
    parent: TypeId,
    members: &[Member],
    name: &[u8],
    spending: &Spending,
) -> Option<Instead> {
    let mut left = 20_000usize;
    // Members come before what pointers lead to.
    for behind_pointer in [false, true] {
        for member in members {
            let ty = skip(target, member.ty)?;
            let inner = match (ty.1.data(), behind_pointer) {
                (btf::Data::Struct { .. } | btf::Data::Union { .. }, false) => ty.0,
                (btf::Data::Ptr { target: to }, true) => match skip(target, to) {
                    Some((id, ty)) if ty.kind().is_composite() && id != parent => id,
                    _ => continue,
                },
                _ => continue,
            };
            let inner = flat_members(target, inner, spending);
            left = left.checked_sub(inner.len())?;
            if let Some(one) = named(target, &inner, name) {
                let arrow = if behind_pointer { "->" } else { "." };
                let (path, rest) = (target.str(member.name), target.str(one.name));
                return Some(Instead::Moved {
                    path: format!("{path}{arrow}{rest}"),
                    declaration: declaration(target, one),
                });
            }
        }
    }
    None
}

/// The first of the members that has the name.
fn named(btf: &Btf, members: &[Member], name: &[u8]) -> Option<Member> {
    let mut members = members.iter().copied();
    members.find(|one| btf.string(one.name) == Some(name))
}

/// A member that the object's struct does not have, of the same type, between the same neighbours.
fn renamed(
    (local, old, wanted): (&Btf, &[Member], Member),
    (target, new): (&Btf, &[Member]),
) -> Option<Instead> {
    let wanted_type = type_name(local, wanted.ty, "");
    let size = layout::size_of(local, wanted.ty);
    let fits = |one: &Member| {
        one.bitfield_size == wanted.bitfield_size
            && layout::size_of(target, one.ty) == size
            && fields_are_compatible(local, wanted.ty, target, one.ty)
    };
    let at = old.iter().position(|one| one.name == wanted.name)?;
    let ours: FxHashSet<&[u8]> = old
        .iter()
        .filter_map(|one| local.string(one.name))
        .collect();
    // A complete declaration shows the member's neighbours. Programs often declare only the members they read, which shows none.
    let neighbour = |btf, list: &[Member], at: Option<usize>| -> Option<&[u8]> {
        let one = list.get(at?)?;
        Btf::string(btf, one.name)
    };
    let before = neighbour(local, old, at.checked_sub(1));
    let after = neighbour(local, old, Some(at + 1));
    let wanted_name = local.string(wanted.name).unwrap_or_default();
    let mut best: Option<(u32, usize)> = None;
    for (index, one) in new.iter().enumerate() {
        let name = target.string(one.name).unwrap_or_default();
        if ours.contains(name) || !fits(one) {
            continue;
        }
        let mut score = 0;
        if before.is_some() && neighbour(target, new, index.checked_sub(1)) == before {
            score += 2;
        }
        if after.is_some() && neighbour(target, new, Some(index + 1)) == after {
            score += 2;
        }
        if type_name(target, one.ty, "") == wanted_type {
            score += 1;
        }
        if alike(wanted_name, name) {
            score += 2;
        }
        if score >= 3 && best.is_none_or(|(best, _)| score > best) {
            best = Some((score, index));
        }
    }
    let (_, index) = best?;
    Some(Instead::Renamed {
        name: target.str(new[index].name).into_owned(),
        declaration: declaration(target, new[index]),
    })
}

/// A member of that name in a struct whose name begins or ends with that of the first: what becomes of split structs.
fn in_struct(
    kernel: &Kernel,
    target: &Btf,
    theirs: TypeId,
    name: &[u8],
    spending: &Spending,
) -> Option<Instead> {
    let base = target.string(target.get(theirs)?.name())?;
    if base.len() < 4 {
        return None;
    }
    for (id, ty) in kernel.types().with_ends_of(base, Kind::Struct) {
        if id == theirs {
            continue;
        }
        let other = target.string(ty.name()).unwrap_or_default();
        if other.len() <= base.len() || !other.starts_with(base) && !other.ends_with(base) {
            continue;
        }
        let found = flat_members(target, id, spending);
        if let Some(one) = named(target, &found, name) {
            return Some(Instead::InStruct {
                name: target.str(ty.name()).into_owned(),
                declaration: declaration(target, one),
            });
        }
    }
    None
}

/// Types of the kind whose names are the wanted one with something in front of or behind it, or without its end.
fn similar_types(kernel: &Kernel, wanted: &str, kind: Kind, spending: &Spending) -> Vec<Instead> {
    let mut found = Vec::new();
    for module in kernel.modules() {
        if module.find(wanted.as_bytes(), kind).is_some() {
            found.push(Instead::Module {
                name: module.name.clone(),
            });
        }
    }
    if wanted.len() < 5 || found.len() >= MOST || !spending.scan() {
        return found;
    }
    let btf = &kernel.types().btf;
    let mut names: Vec<String> = Vec::new();
    for (_, ty) in kernel.types().with_ends_of(wanted.as_bytes(), kind) {
        let name = btf.string(ty.name()).unwrap_or_default();
        if alike(wanted.as_bytes(), name) && !names.iter().any(|known| known.as_bytes() == name) {
            names.push(String::from_utf8_lossy(name).into_owned());
        }
        if names.len() > MOST {
            // So many are no hint.
            return found;
        }
    }
    found.extend(names.into_iter().map(|name| Instead::Type {
        name: keyword(kind, &name),
    }));
    found.truncate(MOST);
    found
}

/// Whether one name is the other with underscores in front, or with a word more at its end or start.
pub(crate) fn alike(a: &[u8], b: &[u8]) -> bool {
    let (a, b) = (trimmed(a), trimmed(b));
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.len() < 3 {
        return false;
    }
    let (front, back) = (long.starts_with(short), long.ends_with(short));
    (front || back)
        && (short.len() == long.len()
            || front && long[short.len()] == b'_'
            || back && long[long.len() - short.len() - 1] == b'_')
}

/// The named members of a struct, those of anonymous members included.
fn flat_members(btf: &Btf, id: TypeId, spending: &Spending) -> Vec<Member> {
    let mut found = Vec::new();
    let mut open = vec![(id, 0usize)];
    while let Some((at, index)) = open.last_mut() {
        let Some(member) = btf.get(*at).and_then(|ty| ty.member(*index)) else {
            open.pop();
            continue;
        };
        *index += 1;
        if is_named(btf, member) {
            found.push(member);
        } else if let Some((inner, ty)) = skip(btf, member.ty)
            && ty.kind().is_composite()
            && open.len() < 16
        {
            open.push((inner, 0));
        }
        if found.len() > 4096 || !spending.step(1) {
            break;
        }
    }
    found
}

/// A member as C.
fn declaration(btf: &Btf, member: Member) -> String {
    let text = type_name(btf, member.ty, &btf.str(member.name));
    match member.bitfield_size {
        0 => text,
        bits => format!("{text} : {bits}"),
    }
}

/// A type's name with the word that C puts in front.
pub(crate) fn keyword(kind: Kind, name: &str) -> String {
    if name.is_empty() {
        return String::new();
    }
    match kind {
        Kind::Struct => format!("struct {name}"),
        Kind::Union => format!("union {name}"),
        Kind::Enum | Kind::Enum64 => format!("enum {name}"),
        Kind::Fwd => format!("struct {name}"),
        _ => name.to_owned(),
    }
}
