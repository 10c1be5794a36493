//! Whether the types of two prototypes agree: docs/function-rules.md, §12.

use btf::{Btf, Data, FwdKind, Type, TypeId};

/// Pairs of types that one comparison looks at; with more, the types do not agree. Functions have some tens: structs, unions,
/// enumerations, and typedefs are compared by their names.
const MOST_PAIRS: usize = 1_000;

/// Whether two types agree. Structures, unions, enumerations and typedefs are compared by their names
/// alone, so that what refers to itself is no circle here.
pub(crate) fn types_agree(btf: &Btf, one: TypeId, other: TypeId) -> bool {
    let mut pairs = vec![(one, other)];
    for _ in 0..MOST_PAIRS {
        match pairs.pop() {
            None => return true,
            Some((one, other)) if one == other => {}
            Some((one, other)) => {
                // `void` has no type of its own: it agrees with itself alone.
                let (Some(a), Some(b)) = (btf.get(one), btf.get(other)) else {
                    return false;
                };
                let agree = match (a.data(), b.data()) {
                    (Data::Const { target: one }, Data::Const { target: other }) => {
                        push(&mut pairs, one, other)
                    }
                    (Data::Const { target }, _) => push(&mut pairs, target, other),
                    (_, Data::Const { target }) => push(&mut pairs, one, target),
                    _ => agree_so_far(a, b, &mut pairs),
                };
                if !agree {
                    return false;
                }
            }
        }
    }
    pairs.is_empty()
}

/// Whether two types that are not `const` agree if the pairs of types do that this adds.
fn agree_so_far(a: Type<'_>, b: Type<'_>, pairs: &mut Vec<(TypeId, TypeId)>) -> bool {
    let have_one_name = a.name() == b.name();
    match (a.data(), b.data()) {
        (
            Data::Struct { .. } | Data::Fwd(FwdKind::Struct),
            Data::Struct { .. } | Data::Fwd(FwdKind::Struct),
        )
        | (
            Data::Union { .. } | Data::Fwd(FwdKind::Union),
            Data::Union { .. } | Data::Fwd(FwdKind::Union),
        )
        | (Data::Enum { .. }, Data::Enum { .. })
        | (Data::Enum64 { .. }, Data::Enum64 { .. })
        | (Data::Typedef { .. }, Data::Typedef { .. }) => have_one_name,
        (Data::Int(a), Data::Int(b)) => have_one_name && a == b,
        (Data::Float { size: a }, Data::Float { size: b }) => have_one_name && a == b,
        (Data::Ptr { target: a }, Data::Ptr { target: b })
        | (Data::Volatile { target: a }, Data::Volatile { target: b })
        | (Data::Restrict { target: a }, Data::Restrict { target: b })
        | (Data::TypeTag { target: a }, Data::TypeTag { target: b }) => push(pairs, a, b),
        (Data::Array(a), Data::Array(b)) => a.count == b.count && push(pairs, a.element, b.element),
        (Data::FuncProto { result: one }, Data::FuncProto { result: other }) => {
            let params = a.params().zip(b.params());
            pairs.extend(params.map(|(one, other)| (one.ty, other.ty)));
            a.vlen() == b.vlen() && push(pairs, one, other)
        }
        _ => false,
    }
}

/// Leaves the answer to two further types.
fn push(pairs: &mut Vec<(TypeId, TypeId)>, one: TypeId, other: TypeId) -> bool {
    pairs.push((one, other));
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use btf::{Info, Kind};

    const VOID: TypeId = TypeId(0);

    /// Types that are added one by one.
    struct Types(Btf);

    impl Types {
        fn add(&mut self, name: &str, kind: Kind, vlen: u32, flag: bool, rest: &[u32]) -> TypeId {
            let name = self.0.intern(name.as_bytes()).expect("name");
            let head = [name.0, Info::new(kind, vlen, flag).0];
            let words = [&head[..], rest].concat();
            self.0.push(&words).expect("type")
        }

        fn int(&mut self, name: &str, size: u32, data: u32) -> TypeId {
            self.add(name, Kind::Int, 0, false, &[size, data])
        }

        /// A named type of so many bytes, or of this target.
        fn named(&mut self, name: &str, kind: Kind, third: u32) -> TypeId {
            self.add(name, kind, 0, false, &[third])
        }

        fn to(&mut self, kind: Kind, target: TypeId) -> TypeId {
            self.named("", kind, target.0)
        }

        fn array(&mut self, element: TypeId, index: TypeId, count: u32) -> TypeId {
            let words = [0, element.0, index.0, count];
            self.add("", Kind::Array, 0, false, &words)
        }

        fn prototype(&mut self, result: TypeId, params: &[TypeId]) -> TypeId {
            let params = params.iter().flat_map(|param| [0, param.0]);
            let words: Vec<u32> = [result.0].into_iter().chain(params).collect();
            let count = words.len() as u32 / 2;
            self.add("", Kind::FuncProto, count, false, &words)
        }

        fn agree(&self, one: TypeId, other: TypeId) -> bool {
            let agree = types_agree(&self.0, one, other);
            assert_eq!(agree, types_agree(&self.0, other, one), "either way");
            agree
        }
    }

    #[test]
    fn const_is_looked_through_and_void_agrees_with_itself_alone() {
        let mut types = Types(Btf::new());
        let int = types.int("int", 4, 32);
        let constant = types.to(Kind::Const, int);
        let twice = types.to(Kind::Const, constant);
        let volatile = types.to(Kind::Volatile, int);
        let typedef = types.named("number", Kind::Typedef, int.0);
        let inside = types.to(Kind::Volatile, constant);
        let const_void = types.to(Kind::Const, VOID);
        let other_const_void = types.to(Kind::Const, VOID);
        for (one, other, agree) in [
            (int, constant, true),
            (constant, twice, true),
            (volatile, inside, true),
            (int, volatile, false),
            (int, typedef, false),
            (VOID, VOID, true),
            (VOID, const_void, false),
            (VOID, int, false),
            (const_void, int, false),
        ] {
            assert_eq!(types.agree(one, other), agree, "{one:?} {other:?}");
        }
        assert!(types.agree(const_void, other_const_void));
    }

    #[test]
    fn named_types_agree_by_kind_and_name() {
        let mut types = Types(Btf::new());
        let empty = types.named("a", Kind::Struct, 0);
        let long = types.named("a", Kind::Struct, 8);
        let declared = types.named("a", Kind::Fwd, 0);
        let other = types.named("b", Kind::Struct, 8);
        let [nameless, nameless_too] = [0, 8].map(|size| types.named("", Kind::Struct, size));
        let union = types.named("a", Kind::Union, 8);
        let declared_union = types.add("a", Kind::Fwd, 0, true, &[0]);
        let [enumeration, enumeration_too] = [4, 1].map(|size| types.named("a", Kind::Enum, size));
        let wide = types.named("a", Kind::Enum64, 8);
        let [typedef, typedef_too] = [1, 2].map(|ty| types.named("a", Kind::Typedef, ty));
        for (one, other, agree) in [
            (empty, long, true),
            (empty, declared, true),
            (long, other, false),
            (nameless, nameless_too, true),
            (long, nameless, false),
            (long, union, false),
            (declared, declared_union, false),
            (union, declared_union, true),
            (enumeration, enumeration_too, true),
            (enumeration, wide, false),
            (typedef, typedef_too, true),
            (typedef, long, false),
        ] {
            assert_eq!(types.agree(one, other), agree, "{one:?} {other:?}");
        }
    }

    #[test]
    fn numbers_arrays_and_prototypes_agree_by_what_they_are() {
        let mut types = Types(Btf::new());
        let int = types.int("int", 4, 1 << 24 | 32);
        let same = types.int("int", 4, 1 << 24 | 32);
        let unsigned = types.int("int", 4, 32);
        let narrow = types.int("int", 4, 1 << 24 | 31);
        let renamed = types.int("long", 4, 1 << 24 | 32);
        let [float, double] = [4, 8].map(|size| types.named("real", Kind::Float, size));
        let pointer = types.to(Kind::Ptr, int);
        let same_pointer = types.to(Kind::Ptr, same);
        let other_pointer = types.to(Kind::Ptr, unsigned);
        let array = types.array(int, int, 3);
        let same_array = types.array(same, unsigned, 3);
        let longer = types.array(int, int, 4);
        let [tagged, otherwise] = ["user", "rcu"].map(|tag| types.named(tag, Kind::TypeTag, 1));
        let prototype = types.prototype(int, &[pointer, VOID]);
        let same_prototype = types.prototype(same, &[same_pointer, VOID]);
        let more = types.prototype(int, &[pointer, VOID, VOID]);
        let differs = types.prototype(int, &[other_pointer, VOID]);
        for (one, other, agree) in [
            (int, same, true),
            (int, unsigned, false),
            (int, narrow, false),
            (int, renamed, false),
            (float, double, false),
            (pointer, same_pointer, true),
            (pointer, other_pointer, false),
            (array, same_array, true),
            (array, longer, false),
            (tagged, otherwise, true),
            (prototype, same_prototype, true),
            (prototype, more, false),
            (prototype, differs, false),
        ] {
            assert_eq!(types.agree(one, other), agree, "{one:?} {other:?}");
        }
    }

    #[test]
    fn a_comparison_ends_however_deep_the_types_are() {
        let mut types = Types(Btf::new());
        let mut chain = |len: usize| {
            let mut ty = types.int("int", 4, 32);
            for _ in 0..len {
                ty = types.to(Kind::Ptr, ty);
            }
            ty
        };
        let [one, other] = [999, 999].map(&mut chain);
        let [deep, deep_too] = [1_000, 1_000].map(&mut chain);
        assert!(types.agree(one, other));
        assert!(!types.agree(deep, deep_too));
    }
}
