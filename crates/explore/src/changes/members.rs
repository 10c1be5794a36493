//! The members of two structs of one name, side by side.

use crate::spending::Spending;
use btf::layout::Layouts;
use btf::print::show::text::{Declared, declared};
use btf::{Btf, TypeId};
use budget::OverBudget;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

/// A member with a name; members of anonymous structs and unions count as members of the outer one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Member {
    /// The member's name, by which the two sides are paired.
    pub name: String,
    /// Its offset, size, and declaration.
    pub version: MemberVersion,
}

/// A member as one of the two files has it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MemberVersion {
    /// Bytes from the start of the struct.
    pub offset: u64,
    /// For a bitfield: its first bit, counted from `offset`, and its width.
    pub bits: Option<(u64, u64)>,
    /// Bytes of the member's type.
    pub size: u64,
    /// The declaration as C, without an offset.
    pub text: String,
}

/// The members of a struct or union that have names. A group that exists twice, once with a name and once without one (`headers`
/// of `sk_buff`), has its members in the same bits; they count once.
pub(super) fn of(
    layouts: &mut Layouts<'_>,
    btf: &Btf,
    id: TypeId,
    spending: &mut Spending,
) -> Result<Vec<Member>, OverBudget> {
    let Some(layout) = layouts.layout(id) else {
        return Ok(Vec::new());
    };
    if layout.is_cut {
        return Err(spending.errors().0);
    }
    spending.visit(layout.rows.len())?;
    let rows = layout.rows;
    let mut seen = FxHashSet::default();
    let named = rows.iter().filter(|row| !row.name.is_empty());
    let named = named.filter(|row| seen.insert((row.name, row.ty, row.offset, row.bits)));
    let mut all = Vec::new();
    for row in named {
        let name = btf.str(row.name).into_owned();
        let Declared { left, right } = declared(btf, row.ty, &name, row.flexible);
        let mut text = match left.strip_suffix('*') {
            Some(_) => format!("{left}{right}"),
            None => format!("{left} {right}"),
        };
        if let Some((_, width)) = row.bits {
            text.push_str(&format!(":{width}"));
        }
        spending.write(name.len() + text.len())?;
        all.push(Member {
            name,
            version: MemberVersion {
                offset: row.offset,
                bits: row.bits,
                size: row.size,
                text,
            },
        });
    }
    Ok(all)
}

/// What became of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MemberChange {
    /// Declared alike, at the same offset.
    Same,
    /// Only the second has it.
    New,
    /// Only the first has it.
    Gone,
    /// The declaration or the size differs.
    Type,
    /// Declared alike, at another offset.
    Moved,
}

/// A member that both or one of them have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRow {
    /// What became of it. The name in JSON is that of earlier releases.
    #[serde(rename = "sign")]
    pub change: MemberChange,
    /// The member's name, by which the two sides are paired.
    pub name: String,
    /// The member in the first; `None` if it is new.
    pub left: Option<MemberVersion>,
    /// The member in the second; `None` if it is gone.
    pub right: Option<MemberVersion>,
}

/// How many members two structs have, by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemberCounts {
    /// Members that only the second has.
    pub new: usize,
    /// Members that only the first has.
    pub removed: usize,
    /// Members at another offset.
    pub moved: usize,
    /// Members with another declaration or size.
    pub retyped: usize,
    /// Members that are the same.
    pub same: usize,
}

impl MemberCounts {
    /// Counts rows.
    pub fn of(rows: &[MemberRow]) -> MemberCounts {
        let mut counts = MemberCounts::default();
        for row in rows {
            *match row.change {
                MemberChange::New => &mut counts.new,
                MemberChange::Gone => &mut counts.removed,
                MemberChange::Moved => &mut counts.moved,
                MemberChange::Type => &mut counts.retyped,
                MemberChange::Same => &mut counts.same,
            } += 1;
        }
        counts
    }
}

/// All members in the order of the second; a member that is gone follows the one that it followed in the first.
pub(super) fn rows(before: &[Member], after: &[Member]) -> Vec<MemberRow> {
    let positions = |members: &[Member]| -> FxHashMap<String, usize> {
        let numbered = members.iter().enumerate();
        numbered
            .map(|(at, member)| (member.name.clone(), at))
            .collect()
    };
    let (old, new) = (positions(before), positions(after));
    let mut rows = Vec::new();
    let mut seen = 0;
    let gone_until = |upto: usize, seen: &mut usize, rows: &mut Vec<MemberRow>| {
        while *seen < upto {
            if let Some(member) = before.get(*seen).filter(|old| !new.contains_key(&old.name)) {
                rows.push(MemberRow {
                    change: MemberChange::Gone,
                    name: member.name.clone(),
                    left: Some(member.version.clone()),
                    right: None,
                });
            }
            *seen += 1;
        }
    };
    for member in after {
        let was = old
            .get(&member.name)
            .and_then(|&at| Some((at, before.get(at)?)));
        if let Some((at, _)) = was {
            gone_until(at, &mut seen, &mut rows);
        }
        let to = &member.version;
        let change = match was.map(|(_, was)| &was.version) {
            None => MemberChange::New,
            Some(from) if from.text != to.text || from.size != to.size => MemberChange::Type,
            Some(from) if (from.offset, from.bits) != (to.offset, to.bits) => MemberChange::Moved,
            Some(_) => MemberChange::Same,
        };
        rows.push(MemberRow {
            change,
            name: member.name.clone(),
            left: was.map(|(_, was)| was.version.clone()),
            right: Some(to.clone()),
        });
    }
    gone_until(before.len(), &mut seen, &mut rows);
    rows
}
