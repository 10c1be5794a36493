//! Which type of the base each type of a distilled base stands for.

use super::RelocateError;
use crate::{Btf, Data, FwdKind, Kind, Type, TypeId};
use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

/// Modifiers and arrays between a member and its struct. The kernel refuses longer chains than 32, and a
/// damaged BTF can have endless ones.
const LONGEST_CHAIN: usize = 64;

/// The counterparts of a distilled base.
pub(super) struct Found {
    /// Id in the base, by distilled id; `void` for `void`.
    pub ids: Vec<TypeId>,
    /// Offset of the name in the base's strings, by its offset in the distilled base's.
    pub names: BTreeMap<u32, u32>,
}

/// Finds the counterpart of every distilled type.
pub(super) fn find(split: &Btf, distilled: &Btf, base: &Btf) -> Result<Found, RelocateError> {
    let wanted = wanted(distilled)?;
    let embedded = embedded(split, distilled);
    let composites = composites(base, &wanted);

    let mut ids = vec![TypeId::VOID; distilled.end_id().index()];
    let mut names = BTreeMap::new();
    for (id, ty) in base.types() {
        let name = base.string(ty.name()).unwrap_or_default();
        let Some(shells) = wanted.get(name).filter(|_| !name.is_empty()) else {
            continue;
        };
        let alone = composites.get(name).is_none_or(|&count| count < 2);
        for candidate in shells.for_base_type(ty, alone) {
            let Some(shell) = distilled.get(candidate) else {
                continue;
            };
            let by_value = embedded.get(candidate.index()).copied().unwrap_or(false);
            if by_value && shell.size_or_type() != ty.size_or_type() {
                continue;
            }
            let slot = &mut ids[candidate.index()];
            if *slot != TypeId::VOID {
                return Err(RelocateError::Ambiguous {
                    id: candidate,
                    kind: shell.kind(),
                    name: distilled.name(candidate).into_owned(),
                    first: *slot,
                    second: id,
                });
            }
            *slot = id;
            names.insert(shell.name().0, ty.name().0);
        }
    }
    for (id, ty) in distilled.types() {
        if ids[id.index()] == TypeId::VOID {
            return Err(RelocateError::NoMatch {
                id,
                kind: ty.kind(),
                name: distilled.name(id).into_owned(),
                wanted: match ty.kind() {
                    Kind::Fwd => "a forward, or a struct or union by its kind".to_owned(),
                    Kind::Struct | Kind::Union if !embedded[id.index()] => "by name".to_owned(),
                    _ => format!("{} bytes", ty.size_or_type()),
                },
            });
        }
    }
    Ok(Found { ids, names })
}

/// The distilled types of a name, by what a type of the base must have to be theirs. Many can have one
/// name, and many types of the base too, so none may be tried against all.
#[derive(Default)]
struct Shells {
    by_shape: BTreeMap<Shape, Vec<TypeId>>,
    structs: Vec<TypeId>,
    unions: Vec<TypeId>,
}

/// A kind, its kind flag or encoding, and its size.
type Shape = (Kind, u32, u32);

/// What a distilled type and the base's must share when their sizes are the same. The widths of enumerations
/// are one kind.
fn shape(ty: Type<'_>) -> Option<Shape> {
    let size = ty.size_or_type();
    Some(match ty.data() {
        Data::Int(int) => (Kind::Int, int.encoding.0.into(), size),
        Data::Float { .. } => (Kind::Float, 0, size),
        Data::Enum { .. } | Data::Enum64 { .. } => (Kind::Enum, 0, size),
        Data::Struct { .. } => (Kind::Struct, 0, size),
        Data::Union { .. } => (Kind::Union, 0, size),
        Data::Fwd(kind) => forward(kind),
        _ => return None,
    })
}

fn forward(kind: FwdKind) -> Shape {
    (Kind::Fwd, u32::from(kind == FwdKind::Union), 0)
}

impl Shells {
    fn add(&mut self, id: TypeId, shell: Type<'_>) {
        match shell.kind() {
            Kind::Struct => self.structs.push(id),
            Kind::Union => self.unions.push(id),
            _ => {}
        }
        if let Some(shape) = shape(shell) {
            self.by_shape.entry(shape).or_default().push(id);
        }
    }

    /// The distilled types that `ty` of the base can be, size of members by value aside. `alone`: the base
    /// has no other struct or union of the name.
    fn for_base_type(&self, ty: Type<'_>, alone: bool) -> impl Iterator<Item = TypeId> {
        let of_shape = |shape: Option<Shape>| {
            let found = shape.and_then(|shape| self.by_shape.get(&shape));
            found.map_or(&[][..], Vec::as_slice)
        };
        let none: &[TypeId] = &[];
        let (definitions, forwards) = match (ty.kind(), alone) {
            (Kind::Struct, true) => (&self.structs[..], of_shape(Some(forward(FwdKind::Struct)))),
            (Kind::Union, true) => (&self.unions[..], of_shape(Some(forward(FwdKind::Union)))),
            _ => (of_shape(shape(ty)), none),
        };
        definitions.iter().chain(forwards).copied()
    }
}

/// Distilled types by name.
fn wanted(distilled: &Btf) -> Result<BTreeMap<&[u8], Shells>, RelocateError> {
    let mut wanted: BTreeMap<&[u8], Shells> = BTreeMap::new();
    for (id, ty) in distilled.types() {
        let what = match ty.kind() {
            Kind::Int | Kind::Float | Kind::Enum | Kind::Struct | Kind::Union | Kind::Fwd => {
                match distilled.string(ty.name()) {
                    Some(name) if !name.is_empty() => {
                        wanted.entry(name).or_default().add(id, ty);
                        continue;
                    }
                    _ => "without a name".to_owned(),
                }
            }
            kind => format!("a {kind}"),
        };
        return Err(RelocateError::NotDistilled { id, what });
    }
    Ok(wanted)
}

/// How many structs and unions of the base have each of the wanted names.
fn composites<'a>(base: &Btf, wanted: &BTreeMap<&'a [u8], Shells>) -> BTreeMap<&'a [u8], usize> {
    let mut counts = BTreeMap::new();
    for (_, ty) in base.types().filter(|(_, ty)| ty.kind().is_composite()) {
        let name = base.string(ty.name()).unwrap_or_default();
        if let Some((&name, _)) = wanted.get_key_value(name) {
            *counts.entry(name).or_insert(0) += 1;
        }
    }
    counts
}

/// Which distilled structs and unions are members by value in the split BTF: their size counts in its
/// layout, so it must be the base's.
fn embedded(split: &Btf, distilled: &Btf) -> Vec<bool> {
    let mut embedded = vec![false; distilled.end_id().index()];
    for (_, ty) in split.types().filter(|(_, ty)| ty.kind().is_composite()) {
        for member in ty.members() {
            let mut id = member.ty;
            for _ in 0..LONGEST_CHAIN {
                let Some(ty) = split.get(id) else { break };
                id = match ty.data() {
                    Data::Const { target }
                    | Data::Volatile { target }
                    | Data::Restrict { target }
                    | Data::Typedef { target }
                    | Data::TypeTag { target } => target,
                    Data::Array(array) => array.element,
                    Data::Struct { .. } | Data::Union { .. } => {
                        if let Some(slot) = embedded.get_mut(id.index()) {
                            *slot = true;
                        }
                        break;
                    }
                    _ => break,
                };
            }
        }
    }
    embedded
}
