//! What the BTF of a program must be: every type, its place, and every field.

use btf::{Btf, Data, IntEncoding, Kind, Type as BtfType, TypeId};

use super::{
    Encoding, Modifier, Program, Ref, Shown, Type, enumerator, function, member, param, variable,
    variable_offset,
};

/// Compares BTF with the program of which it was made.
///
/// # Panics
///
/// If they differ, with what differs.
pub fn check(program: &Program, btf: &Btf) {
    let expected = Expected::of(program);
    for (at, place) in expected.order.iter().enumerate() {
        let id = TypeId(at as u32 + 1);
        let ty = btf
            .get(id)
            .unwrap_or_else(|| panic!("{place:?} is not in the BTF"));
        match place {
            Place::Type(shown) => expected.compare(btf, id, ty, *shown),
            Place::Variable(number) => {
                let of = program.variables[*number].ty;
                let what = format!("{id}, a variable of {:?}", program.types[of]);
                assert_eq!(ty.kind(), Kind::Var, "the kind of {what}");
                assert_eq!(btf.name(id), variable(*number), "the name of {what}");
            }
        }
    }
    expected.compare_functions(btf);
    expected.compare_variables(btf);
}

/// The order of types: each where a unit first contains it, and behind them the unit's variables.
struct Expected<'p> {
    program: &'p Program,
    order: Vec<Place>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Type(Shown),
    Variable(usize),
}

impl<'p> Expected<'p> {
    fn of(program: &'p Program) -> Expected<'p> {
        let mut order = Vec::new();
        for (number, unit) in program.units.iter().enumerate() {
            for shown in unit.iter().copied() {
                let resolved = matches!(shown, Shown::Declared(ty) if program.is_defined(ty));
                if !resolved && !order.contains(&Place::Type(shown)) {
                    order.push(Place::Type(shown));
                }
            }
            let variables = program.variables.iter().enumerate();
            let own = variables.filter(|(_, variable)| variable.unit == number);
            order.extend(own.map(|(at, _)| Place::Variable(at)));
        }
        Expected { program, order }
    }

    /// The id of a type. A declaration has that of the definition, if there is one.
    fn id(&self, ty: Ref) -> TypeId {
        let Some(ty) = ty else { return TypeId::VOID };
        let position = |shown| {
            let mut order = self.order.iter();
            order.position(|place| *place == Place::Type(shown))
        };
        let found = position(Shown::Whole(ty)).or_else(|| position(Shown::Declared(ty)));
        let found = found.unwrap_or_else(|| panic!("no unit contains type {ty}"));
        TypeId(found as u32 + 1)
    }

    fn compare(&self, btf: &Btf, id: TypeId, ty: BtfType<'_>, shown: Shown) {
        let program = self.program;
        let (Shown::Whole(number) | Shown::Declared(number)) = shown;
        let what = || format!("{id}, which is {shown:?}: {:?}", program.types[number]);
        let name = program.name(number).unwrap_or_default();
        assert_eq!(btf.name(id), name, "the name of {}", what());
        let kind = |kind: Kind| assert_eq!(ty.kind(), kind, "the kind of {}", what());
        let size = |size: u32| assert_eq!(ty.size(), Some(size), "the size of {}", what());
        let refers = |to: Ref| {
            assert_eq!(ty.target(), Some(self.id(to)), "the target of {}", what());
        };
        if shown == Shown::Declared(number) {
            kind(Kind::Fwd);
            let is_union = matches!(program.types[number], Type::Composite { union: true, .. });
            assert_eq!(ty.kind_flag(), is_union, "{}", what());
            return;
        }
        match &program.types[number] {
            Type::Base {
                size: bytes,
                encoding: Encoding::Float,
            } => {
                kind(Kind::Float);
                size(*bytes);
            }
            Type::Base {
                size: bytes,
                encoding,
            } => {
                kind(Kind::Int);
                size(*bytes);
                let Data::Int(int) = ty.data() else {
                    panic!("not an INT: {}", what());
                };
                let wanted = match encoding {
                    Encoding::Signed => IntEncoding::SIGNED,
                    Encoding::Bool => IntEncoding::BOOL,
                    _ => IntEncoding::NONE,
                };
                assert_eq!(int.encoding, wanted, "{}", what());
                assert_eq!(u32::from(int.bits), bytes * 8, "{}", what());
            }
            Type::Pointer(to) => {
                kind(Kind::Ptr);
                refers(*to);
            }
            Type::Modifier(modifier, of) => {
                kind(match modifier {
                    Modifier::Const => Kind::Const,
                    Modifier::Volatile => Kind::Volatile,
                    Modifier::Restrict => Kind::Restrict,
                });
                refers(*of);
            }
            Type::Typedef(of) => {
                kind(Kind::Typedef);
                refers(*of);
            }
            Type::Array { element, count } => {
                kind(Kind::Array);
                let Data::Array(array) = ty.data() else {
                    panic!("not an ARRAY: {}", what());
                };
                assert_eq!(array.element, self.id(Some(*element)), "{}", what());
                assert_eq!(array.index, self.id(Some(0)), "{}", what());
                assert_eq!(array.count, *count, "{}", what());
            }
            Type::Composite {
                union,
                size: bytes,
                members,
                ..
            } => {
                kind(if *union { Kind::Union } else { Kind::Struct });
                size(*bytes);
                let found: Vec<_> = ty
                    .members()
                    .map(|found| {
                        let name = btf.str(found.name).into_owned();
                        (
                            name,
                            found.ty,
                            found.bit_offset,
                            u32::from(found.bitfield_size),
                        )
                    })
                    .collect();
                let wanted = members.iter().enumerate().map(|(at, one)| {
                    let name = if one.named { member(at) } else { String::new() };
                    (name, self.id(Some(one.ty)), one.bit_offset, one.width)
                });
                assert_eq!(
                    found,
                    wanted.collect::<Vec<_>>(),
                    "the members of {}",
                    what()
                );
            }
            Type::Enum {
                size: bytes,
                values,
                ..
            } => {
                kind(if *bytes > 4 { Kind::Enum64 } else { Kind::Enum });
                size(*bytes);
                let wanted: Vec<_> = (values.iter().enumerate())
                    .map(|(at, value)| (enumerator(number, at), i128::from(*value)))
                    .collect();
                assert_eq!(values_of(btf, ty), wanted, "the values of {}", what());
            }
            Type::Prototype {
                result,
                params,
                variadic,
            } => {
                kind(Kind::FuncProto);
                refers(*result);
                let mut wanted: Vec<_> = params
                    .iter()
                    .map(|ty| (String::new(), self.id(Some(*ty))))
                    .collect();
                if *variadic {
                    wanted.push((String::new(), TypeId::VOID));
                }
                assert_eq!(params_of(btf, ty), wanted, "the parameters of {}", what());
            }
        }
    }

    /// All functions exist, in the order of their names.
    fn compare_functions(&self, btf: &Btf) {
        let found: Vec<String> = (btf.types())
            .filter(|(_, ty)| ty.kind() == Kind::Func)
            .map(|(id, _)| btf.name(id).into_owned())
            .collect();
        let wanted = (0..self.program.functions.len()).map(function);
        assert_eq!(found, wanted.collect::<Vec<_>>(), "the functions");
        for (at, one) in self.program.functions.iter().enumerate() {
            let name = function(at);
            let id = btf
                .find(Kind::Func, &name)
                .expect("a function that was just listed");
            let proto = btf
                .get(id)
                .and_then(|ty| ty.target())
                .and_then(|id| btf.get(id));
            let proto = proto.expect("a function has a prototype");
            assert_eq!(
                proto.target(),
                Some(self.id(one.result)),
                "the result of {name}"
            );
            let wanted = one.params.iter().enumerate();
            let wanted: Vec<_> = wanted
                .map(|(at, ty)| (param(at), self.id(Some(*ty))))
                .collect();
            assert_eq!(params_of(btf, proto), wanted, "the parameters of {name}");
        }
    }

    /// All variables exist, and their section contains each at its place.
    fn compare_variables(&self, btf: &Btf) {
        let sections: Vec<TypeId> = (btf.types())
            .filter(|(_, ty)| ty.kind() == Kind::Datasec)
            .map(|(id, _)| id)
            .collect();
        let variables = &self.program.variables;
        if variables.is_empty() {
            assert!(sections.is_empty(), "there is a section of no variables");
            return;
        }
        let [section] = sections[..] else {
            panic!("there are {} sections of variables", sections.len());
        };
        assert_eq!(btf.name(section), ".data..percpu");
        let section = btf.get(section).expect("a section that was just found");
        let found: Vec<_> = section
            .variables()
            .map(|entry| {
                let target = btf.get(entry.ty).and_then(|ty| ty.target());
                let name = btf.name(entry.ty).into_owned();
                (name, target, u64::from(entry.offset), entry.size)
            })
            .collect();
        let wanted = variables.iter().enumerate().map(|(at, one)| {
            let offset = variable_offset(self.program, at);
            let target = Some(self.id(Some(one.ty)));
            (variable(at), target, offset, self.program.size(one.ty))
        });
        assert_eq!(found, wanted.collect::<Vec<_>>(), "the variables");
    }
}

fn params_of(btf: &Btf, ty: BtfType<'_>) -> Vec<(String, TypeId)> {
    ty.params()
        .map(|param| (btf.str(param.name).into_owned(), param.ty))
        .collect()
}

/// Enumerators of either kind, with their values.
fn values_of(btf: &Btf, ty: BtfType<'_>) -> Vec<(String, i128)> {
    ty.enumerators()
        .map(|one| (btf.str(one.name).into_owned(), one.value))
        .collect()
}
