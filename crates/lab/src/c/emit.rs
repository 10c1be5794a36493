//! The types of a unit as BTF.

use super::error::Error;
use super::types::{Id, Layout, Ty, Types, enum_size};
use btf::{Array, Btf, FwdKind, Int, IntEncoding, Kind, Linkage, Param, StringOffset, TypeId};

/// The type that encoders give to indices of arrays; no DWARF has it.
const INDEX: &str = "__ARRAY_SIZE_TYPE__";

impl Types<'_> {
    /// An array, and the type of indices: one for all arrays.
    pub(super) fn array(&mut self, element: Id, count: u32) -> Id {
        let index = Ty::Int {
            name: INDEX,
            size: 4,
            encoding: IntEncoding::NONE,
        };
        self.index = Some(self.share(index));
        self.share(Ty::Array { element, count })
    }

    /// Writes the types that are declared and those they refer to, in the order in which they were met. What only a
    /// parameter's array or an operand of `sizeof` named is left out, as compilers do.
    pub(super) fn emit(self) -> Result<Btf, Error> {
        let mut numbers = vec![None; self.all.len()];
        let mut open: Vec<Id> = self.tags.values().copied().collect();
        open.extend(self.roots.iter().copied());
        while let Some(id) = open.pop() {
            let Some(at) = (id.0 as usize).checked_sub(1) else {
                continue;
            };
            if let (Some(ty), Some(number @ None)) = (self.all.get(at), numbers.get_mut(at)) {
                *number = Some(Id::VOID);
                ty.for_each_reference(|id| open.push(id));
                if let Ty::Array { .. } = ty {
                    open.extend(self.index);
                }
            }
        }
        for (number, place) in (1..).zip(numbers.iter_mut().flatten()) {
            *place = Id(number);
        }
        let id = |id: Id| {
            let number = (id.0 as usize)
                .checked_sub(1)
                .and_then(|at| numbers.get(at));
            TypeId(number.copied().flatten().unwrap_or_default().0)
        };
        let mut btf = Btf::new();
        let kept = self.all.iter().zip(&numbers);
        for (ty, _) in kept.filter(|(_, number)| number.is_some()) {
            write(&mut btf, ty, self.index.unwrap_or_default(), id)
                .map_err(|error| Error::at("", 0..0, error.into()))?;
        }
        Ok(btf)
    }
}

fn write(
    btf: &mut Btf,
    ty: &Ty,
    index: Id,
    id: impl Fn(Id) -> TypeId,
) -> Result<TypeId, btf::Error> {
    match ty {
        Ty::Int {
            name,
            size,
            encoding,
        } => btf.add_int(
            name,
            Int {
                size: *size,
                encoding: *encoding,
                offset: 0,
                bits: (*size * 8) as u8,
            },
        ),
        Ty::Float { name, size } => btf.add_float(name, *size),
        Ty::Reference { kind, target } => btf.add_reference(*kind, "", id(*target)),
        Ty::Typedef { name, target, .. } => btf.add_typedef(name, id(*target)),
        Ty::Array { element, count } => btf.add_array(Array {
            element: id(*element),
            index: id(index),
            count: *count,
        }),
        Ty::Proto { result, params } => {
            let mut all = Vec::with_capacity(params.len());
            for (name, ty) in params {
                all.push(Param {
                    name: btf.intern(name.as_bytes())?,
                    ty: id(*ty),
                });
            }
            btf.add_func_proto(id(*result), &all)
        }
        // pahole calls every function static.
        Ty::Func { name, proto } => btf.add_func(name, id(*proto), Linkage::Static),
        Ty::Composite {
            kind,
            name,
            layout: None,
        } => {
            let kind = match kind {
                Kind::Union => FwdKind::Union,
                _ => FwdKind::Struct,
            };
            btf.add_fwd(name, kind)
        }
        Ty::Composite {
            kind,
            name,
            layout: Some(layout),
        } => composite(btf, *kind, name, layout, id),
        Ty::Enum {
            name,
            values,
            packed,
        } => enumeration(btf, name, values.as_deref().unwrap_or_default(), *packed),
    }
}

fn composite(
    btf: &mut Btf,
    kind: Kind,
    name: &str,
    it: &Layout,
    id: impl Fn(Id) -> TypeId,
) -> Result<TypeId, btf::Error> {
    let mut members = Vec::with_capacity(it.members.len());
    for member in &it.members {
        members.push(btf::Member {
            name: btf.intern(member.name.as_bytes())?,
            ty: id(member.ty),
            bit_offset: member.bit_offset,
            bitfield_size: member.bits,
        });
    }
    btf.add_composite(kind, name, it.size, &members)
}

fn enumeration(
    btf: &mut Btf,
    name: &str,
    of: &[(String, i128)],
    packed: bool,
) -> Result<TypeId, btf::Error> {
    let signed = of.iter().any(|&(_, value)| value < 0);
    let size = enum_size(of, packed);
    let mut values: Vec<(StringOffset, i64)> = Vec::with_capacity(of.len());
    for (name, value) in of {
        values.push((btf.intern(name.as_bytes())?, *value as i64));
    }
    match size {
        8 => btf.add_enum64(name, size, signed, &values),
        _ => btf.add_enum(name, size, signed, &values),
    }
}
