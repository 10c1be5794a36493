//! Whether two types of one name surely declare the same, told from their words.
//!
//! Most types of two kernels are the same, and writing each as C only to find the texts equal takes most of the time of a
//! comparison. What a declaration says follows from the types up to the next ones with a name, and from the sizes of those
//! that it contains, so types that are the same so far declare the same. The reverse does not hold: `false` says nothing.

use btf::layout::strip_arrays;
use btf::{Btf, Data, Kind, StringOffset, Type, TypeId};

/// Types and members that one comparison looks at. The widest struct of a kernel takes some 2,000.
const MOST_VISITED: usize = 4096;

/// Compares types of two BTFs by twos.
pub(super) struct Alike<'a> {
    a: &'a Btf,
    b: &'a Btf,
    /// Whether pointers have the same size in both.
    pointers: bool,
    /// Pairs to look at; empty between comparisons.
    pairs: Vec<Pair>,
    /// What the comparison has looked at so far.
    visited: usize,
}

/// Two types that must be the same.
#[derive(Clone, Copy)]
struct Pair {
    a: TypeId,
    b: TypeId,
    /// Whether the size of the type is part of what contains it.
    contained: bool,
    /// Whether these are the types that are compared, and not ones that are referred to.
    root: bool,
}

impl<'a> Alike<'a> {
    /// For types of these two, in which pointers have `sizes` bytes.
    pub fn new(a: &'a Btf, b: &'a Btf, sizes: [u64; 2]) -> Alike<'a> {
        Alike {
            a,
            b,
            pointers: sizes[0] == sizes[1],
            pairs: Vec::new(),
            visited: 0,
        }
    }

    /// Whether the two surely declare the same, and how many types and members it took to tell.
    pub fn are(&mut self, a: TypeId, b: TypeId) -> (bool, usize) {
        self.visited = 0;
        self.pairs.clear();
        self.pairs.push(Pair {
            a,
            b,
            contained: false,
            root: true,
        });
        let mut same = self.pointers;
        while same && let Some(pair) = self.pairs.pop() {
            self.visited += 1;
            same = self.visited <= MOST_VISITED && self.is_same(pair).is_some();
        }
        (same, self.visited)
    }

    /// `Some` if the two are the same as far as they are looked at here; what else must be the same is noted.
    fn is_same(&mut self, pair: Pair) -> Option<()> {
        let (x, y) = match (self.a.get(pair.a), self.b.get(pair.b)) {
            (Some(x), Some(y)) => (x, y),
            _ if pair.a == TypeId::VOID && pair.b == TypeId::VOID => return Some(()),
            _ => return None,
        };
        same(x.kind(), y.kind())?;
        self.same_name(x.name(), y.name())?;
        let is_named = !x.name().is_empty() && x.kind() != Kind::TypeTag;
        if is_named && !pair.root {
            return match pair.contained {
                true => self.same_size(pair),
                false => Some(()),
            };
        }
        match (x.data(), y.data()) {
            (Data::Int(x), Data::Int(y)) => same(x, y)?,
            (Data::Float { size: x }, Data::Float { size: y }) => same(x, y)?,
            (Data::Fwd(x), Data::Fwd(y)) => same(x, y)?,
            (Data::Ptr { target: x }, Data::Ptr { target: y }) => self.refer(x, y),
            (Data::Typedef { target: x }, Data::Typedef { target: y })
            | (Data::Const { target: x }, Data::Const { target: y })
            | (Data::Volatile { target: x }, Data::Volatile { target: y })
            | (Data::Restrict { target: x }, Data::Restrict { target: y })
            | (Data::TypeTag { target: x }, Data::TypeTag { target: y }) => {
                self.note(x, y, pair.contained);
            }
            (Data::Array(x), Data::Array(y)) => {
                same(x.count, y.count)?;
                self.note(x.element, y.element, pair.contained);
            }
            (Data::Struct { .. }, Data::Struct { .. })
            | (Data::Union { .. }, Data::Union { .. }) => self.composites(x, y)?,
            (Data::Enum { .. }, Data::Enum { .. }) | (Data::Enum64 { .. }, Data::Enum64 { .. }) => {
                self.enums(x, y)?;
            }
            (
                Data::Func {
                    proto: x,
                    linkage: a,
                },
                Data::Func {
                    proto: y,
                    linkage: b,
                },
            )
            | (
                Data::Var {
                    target: x,
                    linkage: a,
                },
                Data::Var {
                    target: y,
                    linkage: b,
                },
            ) => {
                same(a, b)?;
                self.refer(x, y);
            }
            (Data::FuncProto { result: x_result }, Data::FuncProto { result: y_result }) => {
                same(x.vlen(), y.vlen())?;
                self.visited += x.params().len();
                self.refer(x_result, y_result);
                for (x, y) in x.params().zip(y.params()) {
                    self.same_name(x.name, y.name)?;
                    self.refer(x.ty, y.ty);
                }
            }
            // The linker decides the places of variables in a section.
            (Data::Datasec { .. }, Data::Datasec { .. }) => {}
            _ => return None,
        }
        Some(())
    }

    fn composites(&mut self, x: Type<'_>, y: Type<'_>) -> Option<()> {
        same(
            (x.size(), x.vlen(), x.kind_flag()),
            (y.size(), y.vlen(), y.kind_flag()),
        )?;
        self.visited += x.members().len();
        for (x, y) in x.members().zip(y.members()) {
            same(
                (x.bit_offset, x.bitfield_size),
                (y.bit_offset, y.bitfield_size),
            )?;
            self.same_name(x.name, y.name)?;
            self.note(x.ty, y.ty, true);
        }
        Some(())
    }

    fn enums(&mut self, x: Type<'_>, y: Type<'_>) -> Option<()> {
        same(
            (x.size(), x.vlen(), x.kind_flag()),
            (y.size(), y.vlen(), y.kind_flag()),
        )?;
        // Many members may have one enumeration without a name.
        self.visited += x.enumerators().len();
        for (x, y) in x.enumerators().zip(y.enumerators()) {
            same(x.value, y.value)?;
            self.same_name(x.name, y.name)?;
        }
        Some(())
    }

    /// What is pointed to, returned, or taken must be the same; its size does not matter.
    fn refer(&mut self, a: TypeId, b: TypeId) {
        self.note(a, b, false);
    }

    fn note(&mut self, a: TypeId, b: TypeId, contained: bool) {
        self.pairs.push(Pair {
            a,
            b,
            contained,
            root: false,
        });
    }

    fn same_name(&self, a: StringOffset, b: StringOffset) -> Option<()> {
        same(self.a.string(a), self.b.string(b))
    }

    /// Two types of one name: of them only the size matters.
    fn same_size(&self, pair: Pair) -> Option<()> {
        let (_, x, x_count) = strip_arrays(self.a, pair.a)?;
        let (_, y, y_count) = strip_arrays(self.b, pair.b)?;
        same((x_count, x.size()), (y_count, y.size()))?;
        // A number may have fewer bits than its bytes: an old way to write bitfields.
        if let (Data::Int(x), Data::Int(y)) = (x.data(), y.data()) {
            same(x, y)?;
        }
        // Pointers have no size of their own.
        same(x.kind() == Kind::Ptr, y.kind() == Kind::Ptr)
    }
}

fn same<T: PartialEq>(a: T, b: T) -> Option<()> {
    (a == b).then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use btf::Member;

    #[test]
    fn what_many_members_have_in_common_counts_with_each() {
        let mut btf = Btf::new();
        let values: Vec<_> = (0..1000)
            .map(|at| (btf.intern(format!("V{at}").as_bytes()).expect("fits"), at))
            .collect();
        let ty = btf.add_enum("", 4, false, &values).expect("fits");
        let members: Vec<Member> = (0..100)
            .map(|at| Member {
                name: btf.intern(format!("m{at}").as_bytes()).expect("fits"),
                ty,
                bit_offset: at * 32,
                bitfield_size: 0,
            })
            .collect();
        let id = btf
            .add_composite(Kind::Struct, "wide", 400, &members)
            .expect("fits");
        let (same, visited) = Alike::new(&btf, &btf, [8, 8]).are(id, id);
        assert!(!same, "100,000 values are looked at elsewhere");
        assert!(visited <= MOST_VISITED + 1001, "{visited}");
        assert!(Alike::new(&btf, &btf, [8, 8]).are(ty, ty).0);
    }
}
