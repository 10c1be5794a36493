//! What lists of types are filtered and sorted by.

use crate::copies::Copies;
use crate::users::Users;
use btf::layout::{Holes, Layouts, size_of};
use btf::{Btf, Data, Kind, TypeId};
use rustc_hash::FxHashMap;

/// What the layout of a struct or union tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fact {
    /// Number of direct members.
    pub members: u32,
    /// Unused bytes between members.
    pub hole_bytes: u64,
    /// Number of holes, including those of bits.
    pub holes: u32,
    /// Unused bytes at the end.
    pub padding: u64,
    /// Whether it has bitfields.
    pub bitfields: bool,
    /// Whether its last member is an array without a length.
    pub flexible: bool,
    /// How many levels of structs and unions it contains, itself and anonymous ones included.
    pub depth: u32,
}

/// Facts about all types.
#[derive(Debug, Default)]
pub struct Facts {
    layouts: FxHashMap<TypeId, Fact>,
    users: Vec<u32>,
    copies: Option<Copies>,
}

impl Facts {
    /// Lays out all structs and counts all users.
    pub fn of(btf: &Btf, users: &Users, copies: Option<&Copies>) -> Facts {
        let mut layouts = Layouts::new(btf);
        let mut facts = FxHashMap::default();
        for id in (1..btf.end_id().0).map(TypeId) {
            if btf.kind(id).is_composite()
                && let Some(holes) = layouts.holes(id)
            {
                facts.insert(id, fact(btf, id, &holes));
            }
        }
        for (id, depth) in depths(btf) {
            if let Some(fact) = facts.get_mut(&id) {
                fact.depth = depth;
            }
        }
        Facts {
            layouts: facts,
            users: users.counts(btf),
            copies: copies.cloned(),
        }
    }

    /// The facts of a struct or union; `None` for other kinds.
    pub fn layout(&self, id: TypeId) -> Option<&Fact> {
        self.layouts.get(&id)
    }

    /// How many references lead to a type, directly or through pointers, arrays, and qualifiers.
    pub fn users(&self, id: TypeId) -> u32 {
        self.users.get(id.index()).copied().unwrap_or(0)
    }

    /// How many copies existed before dedup; `None` without DWARF.
    pub fn copies(&self, id: TypeId) -> Option<u32> {
        self.copies.as_ref().map(|copies| copies.of(id))
    }

    /// Bytes that dedup saved on a type; `None` without DWARF.
    pub fn saved(&self, btf: &Btf, id: TypeId) -> Option<u64> {
        self.copies.as_ref().map(|copies| copies.saved(btf, id))
    }
}

fn fact(btf: &Btf, id: TypeId, holes: &Holes) -> Fact {
    let ty = btf.get(id);
    let count = ty.map_or(0, |ty| ty.vlen() as usize);
    let last = ty.and_then(|ty| ty.member(count.checked_sub(1)?));
    let flexible = last.is_some_and(|member| {
        let array = btf::layout::resolve(btf, member.ty).map(|(_, ty)| ty.data());
        count > 1 && matches!(array, Some(Data::Array(array)) if array.count == 0)
    });
    let number = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    Fact {
        members: number(holes.members),
        hole_bytes: holes.hole_bytes,
        holes: number(holes.holes.saturating_add(holes.bit_holes)),
        padding: holes.padding,
        bitfields: holes.bitfield_bits > 0,
        flexible: flexible && btf.kind(id) == Kind::Struct,
        depth: 1,
    }
}

/// How many levels of structs and unions each one contains. One that contains itself, which C does not allow, ends the count.
fn depths(btf: &Btf) -> FxHashMap<TypeId, u32> {
    // The struct or union that a member is, or is an array of.
    let inner = |ty: TypeId| {
        let mut at = ty;
        // Arrays of arrays; no real type has more levels than this.
        for _ in 0..64 {
            let (id, found) = btf::layout::resolve(btf, at)?;
            match found.data() {
                Data::Array(array) => at = array.element,
                _ => return found.kind().is_composite().then_some(id),
            }
        }
        None
    };
    let mut depths: FxHashMap<TypeId, u32> = FxHashMap::default();
    for id in (1..btf.end_id().0).map(TypeId) {
        if !btf.kind(id).is_composite() || depths.contains_key(&id) {
            continue;
        }
        // The types on the path, each with the number of its next member and the greatest depth so far.
        let mut open = vec![(id, 0_usize, 0_u32)];
        depths.insert(id, 1);
        while let Some((id, member, deepest)) = open.last_mut() {
            let next = btf.get(*id).and_then(|ty| ty.member(*member));
            *member += 1;
            match next.map(|next| inner(next.ty)) {
                Some(Some(inner)) => match depths.get(&inner) {
                    Some(&depth) => *deepest = (*deepest).max(depth),
                    None => {
                        depths.insert(inner, 1);
                        open.push((inner, 0, 0));
                    }
                },
                Some(None) => {}
                None => {
                    let (id, depth) = (*id, deepest.saturating_add(1));
                    depths.insert(id, depth);
                    open.pop();
                    if let Some((_, _, deepest)) = open.last_mut() {
                        *deepest = (*deepest).max(depth);
                    }
                }
            }
        }
    }
    depths
}

/// Bytes of a type in memory; `None` for kinds that are listed without a size.
pub(crate) fn bytes_of(btf: &Btf, id: TypeId) -> Option<u64> {
    match btf.kind(id) {
        Kind::Func | Kind::FuncProto | Kind::Fwd | Kind::DeclTag | Kind::TypeTag => None,
        Kind::Var => btf.get(id)?.target().and_then(|of| size_of(btf, of)),
        _ => size_of(btf, id),
    }
}
