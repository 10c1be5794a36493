//! Needed parts of types as BTF: one flat file, or a file of the kernel and one of each module.

use super::MinimalSplit;
use super::needs::{Key, Needs, Part};
use btf::{Btf, Data, Error, FwdKind, Kind, Linkage, Member, TypeId};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The numbers of types in the result.
type Ids = FxHashMap<Key, TypeId>;

impl Needs<'_> {
    /// Writes the types in the order of their ids, the kernel's first.
    pub fn flat(&self) -> Result<Btf, Error> {
        let mut btf = Btf::new();
        btf.endian = self.kernel.types().btf.endian;
        let first = btf.end_id().0;
        let numbers = self.parts.keys().zip(first..);
        let ids: Ids = numbers.map(|(&key, id)| (key, TypeId(id))).collect();
        for (&key, part) in &self.parts {
            self.write_one(&mut btf, key, part, &ids)?;
        }
        for &key in &self.kfuncs {
            self.write_tag(&mut btf, key, &ids)?;
        }
        Ok(btf)
    }

    /// Writes the kernel's types, and those of each module that has some as split BTF on them.
    pub fn split(&self) -> Result<MinimalSplit, Error> {
        let mut ids = Ids::default();
        let mut kernel = Btf::new();
        kernel.endian = self.kernel.types().btf.endian;
        self.write_module(&mut kernel, 0, &mut ids)?;
        let kernel = Arc::new(kernel);
        let mut modules = Vec::new();
        for (number, types) in self.kernel.modules().iter().enumerate() {
            let mut module = Btf::split(Arc::clone(&kernel));
            module.endian = kernel.endian;
            self.write_module(&mut module, number + 1, &mut ids)?;
            if !module.is_empty() || self.modules.contains(&(number + 1)) {
                modules.push((types.name.clone(), module));
            }
        }
        Ok(MinimalSplit { kernel, modules })
    }

    fn write_module(&self, btf: &mut Btf, module: usize, ids: &mut Ids) -> Result<(), Error> {
        let range = (module, TypeId::VOID)..(module + 1, TypeId::VOID);
        let first = btf.end_id().0;
        for ((&key, _), id) in self.parts.range(range.clone()).zip(first..) {
            ids.insert(key, TypeId(id));
        }
        for (&key, part) in self.parts.range(range.clone()) {
            self.write_one(btf, key, part, ids)?;
        }
        for &key in self.kfuncs.range(range) {
            self.write_tag(btf, key, ids)?;
        }
        Ok(())
    }

    fn write_tag(&self, btf: &mut Btf, key: Key, ids: &Ids) -> Result<(), Error> {
        if let Some(&target) = ids.get(&key) {
            btf.add_decl_tag("bpf_kfunc", target, -1)?;
        }
        Ok(())
    }

    fn write_one(
        &self,
        btf: &mut Btf,
        (module, id): Key,
        part: &Part,
        ids: &Ids,
    ) -> Result<(), Error> {
        let source = self.types(module).map(|types| &*types.btf);
        let Some((source, ty)) = source.and_then(|source| Some((source, source.get(id)?))) else {
            return Ok(());
        };
        let to = |target: TypeId| {
            let id = ids.get(&self.key(module, target));
            id.copied().unwrap_or(TypeId::VOID)
        };
        let name = source.name(id).into_owned();
        let followed = self.followed.contains(&(module, id));
        match ty.data() {
            Data::Struct { .. } | Data::Union { .. } if *part == Part::Declared => {
                btf.add_fwd(&name, forward(ty.kind()))?;
            }
            Data::Struct { size, .. } | Data::Union { size, .. } => {
                let kept = ty.members().enumerate().filter(|(number, _)| match part {
                    Part::Declared | Part::Shell => false,
                    Part::Members(numbers) => numbers.contains(&(*number as u32)),
                    Part::Whole => true,
                });
                let mut members = Vec::new();
                for (_, member) in kept {
                    members.push(Member {
                        name: btf.intern(source.string(member.name).unwrap_or_default())?,
                        ty: to(member.ty),
                        ..member
                    });
                }
                btf.add_composite(ty.kind(), &name, size, &members)?;
            }
            Data::Enum { size, signed } | Data::Enum64 { size, signed } => {
                let mut values = Vec::new();
                for one in ty.enumerators().filter(|_| *part == Part::Whole) {
                    let name = btf.intern(source.string(one.name).unwrap_or_default())?;
                    values.push((name, one.value as i64));
                }
                match ty.kind() {
                    Kind::Enum => btf.add_enum(&name, size, signed, &values)?,
                    _ => btf.add_enum64(&name, size, signed, &values)?,
                };
            }
            Data::Ptr { target } => {
                let target = if followed { to(target) } else { TypeId::VOID };
                btf.add_ptr(target)?;
            }
            Data::Array(array) => {
                btf.add_array(btf::Array {
                    element: to(array.element),
                    index: to(array.index),
                    count: array.count,
                })?;
            }
            Data::FuncProto { result } => {
                let mut params = Vec::new();
                for param in ty.params() {
                    params.push(btf::Param {
                        name: btf.intern(source.string(param.name).unwrap_or_default())?,
                        ty: to(param.ty),
                    });
                }
                let params: &[btf::Param] = if followed { &params } else { &[] };
                let result = if followed { to(result) } else { TypeId::VOID };
                btf.add_func_proto(result, params)?;
            }
            Data::Typedef { target }
            | Data::Const { target }
            | Data::Volatile { target }
            | Data::Restrict { target }
            | Data::TypeTag { target } => {
                btf.add_reference(ty.kind(), &name, to(target))?;
            }
            Data::Int(int) => {
                btf.add_int(&name, int)?;
            }
            Data::Float { size } => {
                btf.add_float(&name, size)?;
            }
            Data::Fwd(kind) => {
                btf.add_fwd(&name, kind)?;
            }
            Data::Func { proto, linkage } => {
                btf.add_func(&name, to(proto), linkage)?;
            }
            Data::Var { target, .. } => {
                btf.add_var(&name, to(target), Linkage::Global)?;
            }
            // Nothing else is the type of a member, element, or parameter.
            _ => {
                btf.add_reference(Kind::Const, "", TypeId::VOID)?;
            }
        }
        Ok(())
    }
}

fn forward(kind: Kind) -> FwdKind {
    match kind {
        Kind::Union => FwdKind::Union,
        _ => FwdKind::Struct,
    }
}
