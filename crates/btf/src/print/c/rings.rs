//! Anonymous structs and unions that lead back to themselves: C cannot write them where they are named.
//!
//! No C program has such types, but a list of another language's generic type has, once a name that BTF may not have is
//! left out, and Go's types, which are typedefs of structs without a name. A header gives them tags.

use crate::{Btf, Kind, Type, TypeId};
use alloc::vec;
use alloc::vec::Vec;

/// The anonymous structs and unions that are part of a ring, or between two rings, in the order of ids.
pub(super) fn anonymous_rings(btf: &Btf) -> Vec<TypeId> {
    let count = btf.end_id().index();
    let all = || (1..count).map(|id| TypeId(id as u32));
    let is_open = |id: TypeId| btf.get(id).is_some_and(|ty| is_written_out(btf, ty));
    if !all().any(|id| is_composite(btf, id)) {
        return Vec::new();
    }
    let targets = |id: TypeId| {
        let ty = btf.get(id).filter(|ty| is_written_out(btf, *ty));
        let refs = ty.into_iter().flat_map(Type::refs);
        refs.filter(|&to| is_open(to))
    };
    let mut left = vec![true; count];
    // First what leads to no ring goes, then what no ring leads to.
    for forwards in [true, false] {
        let edge = |from: TypeId, to: TypeId| match forwards {
            true => (from, to),
            false => (to, from),
        };
        let mut degree = vec![0u32; count];
        let mut heads = vec![u32::MAX; count];
        let mut edges: Vec<(u32, u32)> = Vec::new();
        for from in all().filter(|id| left[id.index()]) {
            for to in targets(from).filter(|id| left[id.index()]) {
                let (from, to) = edge(from, to);
                degree[from.index()] += 1;
                edges.push((from.0, heads[to.index()]));
                heads[to.index()] = (edges.len() - 1) as u32;
            }
        }
        let is_end = |id: &TypeId| left[id.index()] && degree[id.index()] == 0;
        let mut ends: Vec<TypeId> = all().filter(is_end).collect();
        while let Some(id) = ends.pop() {
            left[id.index()] = false;
            let mut next = heads[id.index()];
            while let Some(&(from, following)) = edges.get(next as usize) {
                let from = from as usize;
                degree[from] -= 1;
                if degree[from] == 0 {
                    ends.push(TypeId(from as u32));
                }
                next = following;
            }
        }
    }
    all()
        .filter(|&id| left[id.index()] && is_composite(btf, id))
        .collect()
}

/// Whether C writes the type out where it is named, so that its text contains that of what it refers to. A typedef is
/// named, but an anonymous struct that it stands for cannot name it.
fn is_written_out(btf: &Btf, ty: Type<'_>) -> bool {
    match ty.kind() {
        Kind::Struct | Kind::Union => is_nameless(btf, ty),
        Kind::Ptr
        | Kind::Array
        | Kind::Const
        | Kind::Volatile
        | Kind::Restrict
        | Kind::TypeTag
        | Kind::Typedef
        | Kind::FuncProto => true,
        _ => false,
    }
}

fn is_composite(btf: &Btf, id: TypeId) -> bool {
    let ty = btf.get(id).filter(|ty| ty.kind().is_composite());
    ty.is_some_and(|ty| is_nameless(btf, ty))
}

fn is_nameless(btf: &Btf, ty: Type<'_>) -> bool {
    btf.string(ty.name()).is_none_or(<[u8]>::is_empty)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Member;

    fn member(ty: TypeId) -> Member {
        Member {
            name: crate::StringOffset(0),
            ty,
            bit_offset: 0,
            bitfield_size: 0,
        }
    }

    #[test]
    fn a_list_of_itself_is_a_ring_and_what_contains_it_is_none() {
        let mut btf = Btf::new();
        let (pointer, list, outer) = (TypeId(1), TypeId(2), TypeId(3));
        btf.add_ptr(list).unwrap();
        btf.add_composite(Kind::Struct, "", 8, &[member(pointer)])
            .unwrap();
        btf.add_composite(Kind::Struct, "", 8, &[member(list)])
            .unwrap();
        assert_eq!(anonymous_rings(&btf), [list]);
        let named = btf.intern(b"list").unwrap();
        btf.words_mut(list).unwrap()[0] = named.0;
        assert_eq!(anonymous_rings(&btf), []);
        assert_eq!(btf.kind(outer), Kind::Struct);
    }
}
