//! The part of a kernel's BTF that objects need: the same relocations resolve with it, to the same values.

use crate::kernel::{Found, Kernel};
use crate::object::Object;
use crate::relocate::{Decided, RelocationKind, Scope, Subject, relocate, skip};
use crate::spending::Spending;
use btf::{Btf, Data, Error, Kind, Member, TypeId};
use budget::OverBudget;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// Makes one flat BTF of what the relocations of these objects need of a kernel, types of modules included. Optional
/// programs count too.
///
/// What a kernel lacks stays absent. Type ids are new ones, so relocations that ask for ids get those.
///
/// # Errors
///
/// [`MinimalError`] if the result does not fit the format, or an object asks for more than its budget allows.
pub fn minimal(objects: &[Object], kernel: &Kernel) -> Result<Btf, MinimalError> {
    kernel.check_budget()?;
    let mut needs = Needs::default();
    for object in objects {
        let spending = object.spending(kernel);
        for one in relocate(object, kernel, Scope::All, &spending) {
            needs.add(&one, &spending);
        }
        // What takes part in an ambiguity must stay, and so must a candidate that does not match: it hides those of modules.
        needs.add_candidates(object, kernel, &spending);
        spending.check()?;
    }
    Ok(needs.write(kernel)?)
}

/// Why no BTF can be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MinimalError {
    /// The result does not fit the format.
    #[error(transparent)]
    Btf(#[from] Error),
    /// An object asks for more work than its size justifies.
    #[error(transparent)]
    OverBudget(#[from] OverBudget),
}

/// A type of the kernel (module 0) or of a module.
type Key = (usize, TypeId);

/// How much of a type is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// Its name, kind, and size.
    Shell,
    /// These members.
    Members(FxHashSet<u32>),
    /// All of it.
    Whole,
}

#[derive(Default)]
struct Needs {
    parts: BTreeMap<Key, Part>,
    /// Pointers whose targets are needed.
    followed: FxHashSet<Key>,
}

impl Needs {
    fn add(&mut self, one: &Decided<'_>, spending: &Spending) {
        let (Some(kind), Some((found, access))) = (one.kind, &one.target) else {
            return;
        };
        let btf: &Btf = &found.types.btf;
        let module = module_of(*found);
        match kind {
            RelocationKind::LocalTypeId => {}
            RelocationKind::TypeMatches => self.add_matching(module, btf, access.root, spending),
            _ if kind.subject() == Subject::Type => {
                self.add_compatible(module, btf, access.root, spending)
            }
            _ if kind.subject() == Subject::Enumerator => {
                self.chain(module, btf, access.root);
                if let Some((id, _)) = skip(btf, access.root) {
                    self.need(module, id, Part::Whole);
                }
            }
            _ => self.add_path(module, btf, access.root, &access.raw),
        }
    }

    fn add_candidates(&mut self, object: &Object, kernel: &Kernel, spending: &Spending) {
        let Some(btf) = &object.btf else {
            return;
        };
        let roots: FxHashSet<TypeId> = object.records.iter().map(|record| record.root).collect();
        for root in roots {
            let name = btf.get(root).and_then(|ty| btf.string(ty.name()));
            let name = crate::kernel::essential(name.unwrap_or_default());
            if name.is_empty() {
                continue;
            }
            if !spending.step(8 * kernel.crowd(name)) {
                return;
            }
            for found in kernel.candidates(name, btf.kind(root)) {
                let module = module_of(found);
                self.chain(module, &found.types.btf, found.id);
            }
        }
    }

    /// A type and the typedefs and qualifiers that lead from it to what it is; structs and unions without members.
    fn chain(&mut self, module: usize, btf: &Btf, mut id: TypeId) {
        for _ in 0..128 {
            let Some(ty) = btf.get(id) else {
                return;
            };
            self.need(module, id, Part::Shell);
            match ty.data() {
                Data::Typedef { target }
                | Data::Const { target }
                | Data::Volatile { target }
                | Data::Restrict { target }
                | Data::TypeTag { target } => id = target,
                Data::Array(array) => {
                    self.need(module, array.index, Part::Shell);
                    self.followed.insert((module, id));
                    id = array.element;
                }
                Data::Enum { .. } | Data::Enum64 { .. } => {
                    return self.need(module, id, Part::Shell);
                }
                _ => return,
            }
        }
    }

    /// The members on the way of an access.
    fn add_path(&mut self, module: usize, btf: &Btf, root: TypeId, raw: &[u32]) {
        self.chain(module, btf, root);
        let mut id = root;
        for &index in raw.iter().skip(1) {
            let Some((at, ty)) = skip(btf, id) else {
                return;
            };
            match ty.data() {
                Data::Array(array) => id = array.element,
                _ => {
                    let Some(member) = ty.member(index as usize) else {
                        return;
                    };
                    self.need(module, at, Part::Members([index].into_iter().collect()));
                    id = member.ty;
                }
            }
            self.chain(module, btf, id);
        }
    }

    /// A type, what pointers and prototypes in it lead to, and structs without members.
    fn add_compatible(&mut self, module: usize, btf: &Btf, root: TypeId, spending: &Spending) {
        let mut open = vec![root];
        let mut seen = FxHashSet::default();
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            if !spending.step(8) {
                return;
            }
            self.chain(module, btf, id);
            // A chain ends at the first type that is no typedef, qualifier, or array.
            let Some((at, ty, _)) = btf::layout::strip_arrays(btf, id) else {
                continue;
            };
            self.followed.insert((module, at));
            match ty.data() {
                Data::Ptr { target } => open.push(target),
                Data::FuncProto { result } => {
                    open.push(result);
                    open.extend(ty.params().map(|param| param.ty));
                }
                _ => {}
            }
        }
    }

    /// A type with all members, and theirs; structs behind pointers without members.
    fn add_matching(&mut self, module: usize, btf: &Btf, root: TypeId, spending: &Spending) {
        let mut open = vec![(root, false)];
        let mut seen = FxHashSet::default();
        while let Some((id, behind_pointer)) = open.pop() {
            if !seen.insert((id, behind_pointer)) {
                continue;
            }
            if !spending.step(8) {
                return;
            }
            self.chain(module, btf, id);
            let Some((at, ty, _)) = btf::layout::strip_arrays(btf, id) else {
                continue;
            };
            self.followed.insert((module, at));
            match ty.data() {
                Data::Ptr { target } => open.push((target, true)),
                Data::FuncProto { result } => {
                    open.push((result, behind_pointer));
                    open.extend(ty.params().map(|param| (param.ty, behind_pointer)));
                }
                Data::Struct { .. } | Data::Union { .. } if !behind_pointer => {
                    self.need(module, at, Part::Whole);
                    open.extend(ty.members().map(|member| (member.ty, false)));
                }
                Data::Enum { .. } | Data::Enum64 { .. } => self.need(module, at, Part::Whole),
                _ => {}
            }
        }
    }

    fn need(&mut self, module: usize, id: TypeId, part: Part) {
        if id == TypeId::VOID {
            return;
        }
        let known = self.parts.entry((module, id)).or_insert(Part::Shell);
        match (&mut *known, part) {
            (Part::Whole, _) | (_, Part::Shell) => {}
            (Part::Members(known), Part::Members(new)) => known.extend(new),
            (_, part) => *known = part,
        }
    }

    /// Writes the types in the order of their ids, the kernel's first.
    fn write(&self, kernel: &Kernel) -> Result<Btf, Error> {
        let mut btf = Btf::new();
        btf.endian = kernel.types().btf.endian;
        let first = btf.end_id().0;
        let numbers = self.parts.keys().zip(first..);
        let ids: FxHashMap<Key, TypeId> = numbers.map(|(&key, id)| (key, TypeId(id))).collect();
        for (&(module, id), part) in &self.parts {
            let source: &Btf = match module.checked_sub(1) {
                None => &kernel.types().btf,
                Some(module) => match kernel.modules().get(module) {
                    Some(types) => &types.btf,
                    None => continue,
                },
            };
            let to = |target: TypeId| {
                let own = kernel.types().btf.end_id();
                let module = if target < own { 0 } else { module };
                ids.get(&(module, target)).copied().unwrap_or(TypeId::VOID)
            };
            self.write_one(&mut btf, source, (module, id), part, &to)?;
        }
        Ok(btf)
    }

    fn write_one(
        &self,
        btf: &mut Btf,
        source: &Btf,
        (module, id): Key,
        part: &Part,
        to: &dyn Fn(TypeId) -> TypeId,
    ) -> Result<(), Error> {
        let Some(ty) = source.get(id) else {
            return Ok(());
        };
        let name = source.name(id).into_owned();
        let followed = self.followed.contains(&(module, id));
        match ty.data() {
            Data::Struct { size, .. } | Data::Union { size, .. } => {
                let kept = ty.members().enumerate().filter(|(number, _)| match part {
                    Part::Shell => false,
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
            // Nothing else is the type of a member, element, or parameter.
            _ => {
                btf.add_reference(Kind::Const, "", TypeId::VOID)?;
            }
        }
        Ok(())
    }
}

/// 0 for the kernel, else the number of the module, counted from 1.
fn module_of(found: Found<'_>) -> usize {
    found.types.number
}
