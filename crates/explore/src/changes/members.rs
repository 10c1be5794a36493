//! Members of two structs of a name.

use btf::layout::struct_layout;
use btf::print::show::text::{Declared, declared};
use btf::{Btf, TypeId};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// A member with a name, those of anonymous structs and unions too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Where it is and what it is.
    pub place: Place,
}

/// Where a member is, and what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Bytes from the start of the struct.
    pub offset: u64,
    /// Of a bitfield: its first bit behind that, and its width.
    pub bits: Option<(u64, u64)>,
    /// Bytes of its type.
    pub size: u64,
    /// Its declaration.
    pub text: String,
}

/// What became of a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MemberChange {
    /// It is there now.
    New(Member),
    /// It is there no more.
    Gone(Member),
    /// It is declared otherwise, or of another size; where it is may have changed too.
    Type(String, Place, Place),
    /// It is somewhere else.
    Moved(String, Place, Place),
}

impl MemberChange {
    /// The member's name.
    pub fn name(&self) -> &str {
        match self {
            MemberChange::New(member) | MemberChange::Gone(member) => &member.name,
            MemberChange::Type(name, ..) | MemberChange::Moved(name, ..) => name,
        }
    }
}

/// The members of a struct or union that have names.
pub(super) fn of(btf: &Btf, id: TypeId) -> Vec<Member> {
    let rows = struct_layout(btf, id)
        .map(|layout| layout.rows)
        .unwrap_or_default();
    let named = rows.iter().filter(|row| !row.name.is_empty());
    named
        .map(|row| {
            let name = btf.str(row.name).into_owned();
            let Declared { left, right } = declared(btf, row.ty, &name, row.flexible);
            let mut text = match left.strip_suffix('*') {
                Some(_) => format!("{left}{right}"),
                None => format!("{left} {right}"),
            };
            if let Some((_, width)) = row.bits {
                text.push_str(&format!(":{width}"));
            }
            Member {
                name,
                place: Place {
                    offset: row.offset,
                    bits: row.bits,
                    size: row.size,
                    text,
                },
            }
        })
        .collect()
}

/// What became of members: in the order of the second, with those that are gone behind the one they followed.
pub(super) fn changes(before: &[Member], after: &[Member]) -> Vec<MemberChange> {
    let places = |members: &[Member]| -> FxHashMap<String, usize> {
        members
            .iter()
            .enumerate()
            .map(|(at, member)| (member.name.clone(), at))
            .collect()
    };
    let (old, new) = (places(before), places(after));
    let mut changes = Vec::new();
    let mut seen = 0;
    let gone_until = |upto: usize, seen: &mut usize, changes: &mut Vec<MemberChange>| {
        while *seen < upto {
            if let Some(member) = before.get(*seen).filter(|old| !new.contains_key(&old.name)) {
                changes.push(MemberChange::Gone(member.clone()));
            }
            *seen += 1;
        }
    };
    for member in after {
        match old
            .get(&member.name)
            .and_then(|&at| Some((at, before.get(at)?)))
        {
            Some((at, was)) => {
                gone_until(at, &mut seen, &mut changes);
                let (from, to) = (was.place.clone(), member.place.clone());
                let name = member.name.clone();
                if from.text != to.text || from.size != to.size {
                    changes.push(MemberChange::Type(name, from, to));
                } else if (from.offset, from.bits) != (to.offset, to.bits) {
                    changes.push(MemberChange::Moved(name, from, to));
                }
            }
            None => changes.push(MemberChange::New(member.clone())),
        }
    }
    gone_until(before.len(), &mut seen, &mut changes);
    changes
}
