//! What a C compiler needs beyond relocations: types behind pointers are declared, and types of members are complete.

use crate::minimal::{Needs, Part, module_of};
use crate::object::Object;
use crate::relocate::skip;
use crate::spending::Spending;
use btf::{Btf, Data, Kind, TypeId};
use rustc_hash::FxHashSet;

/// Names of numbers that helpers of libbpf's headers take, and those that programs write.
const NUMBERS: &[&str] = &[
    "__s8", "__u8", "__s16", "__u16", "__s32", "__u32", "__s64", "__u64", "s8", "u8", "s16", "u16",
    "s32", "u32", "s64", "u64", "__le16", "__be16", "__le32", "__be32", "__le64", "__be64",
    "__sum16", "__wsum", "bool", "size_t", "ssize_t", "pid_t", "uid_t", "gid_t", "dev_t", "loff_t",
    "umode_t",
];

/// Enumerations whose values programs write: types of maps, and what some programs return.
const ENUMERATIONS: &[(&str, Option<&str>)] =
    &[("bpf_map_type", None), ("xdp_action", Some("xdp"))];

/// How the first value of an enumeration without a name begins, if programs write such values.
const CONSTANTS: &[&[u8]] = &[b"BPF_", b"false", b"TASK_COMM_LEN", b"IPPROTO_"];

impl Needs<'_> {
    /// Adds what the sources of BPF programs use and objects do not tell: names of numbers, and constants.
    pub fn add_usual(&mut self, objects: &[&Object]) {
        for name in NUMBERS {
            self.add_named(name, Kind::Typedef);
        }
        let mut programs = objects.iter().flat_map(|object| &object.programs);
        for &(name, only) in ENUMERATIONS {
            let is_used = |prefix: &str| {
                programs.any(|one| one.section_name.trim_start_matches('?').starts_with(prefix))
            };
            if only.is_none_or(is_used) {
                self.add_named(name, Kind::Enum);
            }
        }
        let btf = &self.kernel.types().btf;
        for (id, ty) in btf.types() {
            if !ty.kind().is_any_enum() || !ty.name().is_empty() {
                continue;
            }
            let first = ty.enumerators().next();
            let first = first.and_then(|one| btf.string(one.name));
            if first.is_some_and(|first| CONSTANTS.iter().any(|begin| first.starts_with(begin))) {
                self.need(0, id, Part::Whole);
            }
        }
    }

    fn add_named(&mut self, name: &str, kind: Kind) {
        let types = self.kernel.types();
        if let Some(id) = types.find(name.as_bytes(), kind) {
            self.chain(0, &types.btf, id);
            if kind == Kind::Enum {
                self.need(0, id, Part::Whole);
            }
        }
    }

    /// Adds the kernel's types that an object names in what it declares itself: maps, variables, and functions. Those that the
    /// kernel lacks are the object's own.
    pub fn add_declared(&mut self, object: &Object, spending: &Spending) {
        let Some(btf) = &object.btf else {
            return;
        };
        let roots: FxHashSet<TypeId> = object.records.iter().map(|record| record.root).collect();
        let mut open: Vec<(TypeId, bool)> = Vec::new();
        for (_, ty) in btf.types() {
            match ty.data() {
                Data::Var { target, .. } => open.push((target, true)),
                Data::Func { proto, .. } => open.push((proto, false)),
                _ => {}
            }
        }
        let mut seen = FxHashSet::default();
        while let Some((id, by_value)) = open.pop() {
            let Some(ty) = btf.get(id).filter(|_| seen.insert((id, by_value))) else {
                continue;
            };
            if !spending.step(1 + ty.tail().len()) {
                return;
            }
            let name = btf.string(ty.name()).unwrap_or_default();
            let is_named = !name.is_empty() && ty.kind() != Kind::Func;
            if is_named && self.add_if_kernels((btf, id), by_value, roots.contains(&id), spending) {
                continue;
            }
            match ty.data() {
                // Maps have pointers to the types of their keys and values.
                Data::Ptr { target } => open.push((target, by_value)),
                Data::Array(array) => open.push((array.element, by_value)),
                Data::Struct { .. } | Data::Union { .. } => {
                    open.extend(ty.members().map(|member| (member.ty, by_value)));
                }
                Data::FuncProto { result } => {
                    open.push((result, false));
                    open.extend(ty.params().map(|param| (param.ty, false)));
                }
                _ => open.extend(ty.target().map(|target| (target, by_value))),
            }
        }
    }

    /// Adds the kernel's type of this name, kind, and size, if it has one.
    fn add_if_kernels(
        &mut self,
        (btf, id): (&Btf, TypeId),
        by_value: bool,
        is_root: bool,
        spending: &Spending,
    ) -> bool {
        let name = btf
            .string(btf.get(id).map(|ty| ty.name()).unwrap_or_default())
            .unwrap_or_default();
        let kind = match btf.get(id).map(|ty| ty.data()) {
            Some(Data::Fwd(btf::FwdKind::Union)) => Kind::Union,
            Some(Data::Fwd(btf::FwdKind::Struct)) => Kind::Struct,
            _ => btf.kind(id),
        };
        if !spending.step(self.kernel.crowd(crate::kernel::essential(name))) {
            return false;
        }
        let Some(found) = self.kernel.find_own(name, kind) else {
            return false;
        };
        let theirs: &Btf = &found.types.btf;
        let module = module_of(found);
        match kind {
            Kind::Typedef => {
                self.chain(module, theirs, found.id);
                if by_value {
                    self.add_deeply(module, theirs, found.id, spending);
                }
                true
            }
            Kind::Enum | Kind::Enum64 => {
                self.need(module, found.id, Part::Whole);
                true
            }
            Kind::Struct | Kind::Union => {
                let size = |btf: &Btf, id| btf::layout::size_of(btf, id);
                let is_same = btf.kind(id) == Kind::Fwd || size(btf, id) == size(theirs, found.id);
                match (is_same || is_root, by_value && !is_root) {
                    (false, _) => return false,
                    (true, true) => self.add_deeply(module, theirs, found.id, spending),
                    (true, false) => {
                        let part = if by_value {
                            Part::Shell
                        } else {
                            Part::Declared
                        };
                        self.need(module, found.id, part);
                    }
                }
                true
            }
            _ => false,
        }
    }

    /// A type with all members, and theirs: what sources read without a relocation.
    fn add_deeply(&mut self, module: usize, btf: &Btf, id: TypeId, spending: &Spending) {
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            self.chain(module, btf, id);
            let Some((at, ty, _)) = btf::layout::strip_arrays(btf, id) else {
                continue;
            };
            let is_new = match ty.kind() {
                Kind::Struct | Kind::Union => self.need(module, at, Part::Whole),
                _ => false,
            };
            if is_new {
                if !spending.step(1 + ty.members().len()) {
                    return;
                }
                open.extend(ty.members().map(|member| member.ty));
            }
        }
    }

    /// Adds all that C needs to read the types that are needed so far.
    pub fn complete(&mut self, spending: &Spending) {
        let mut open: Vec<_> = self.parts.keys().copied().collect();
        while let Some((module, id)) = open.pop() {
            let Some(types) = self.types(module) else {
                continue;
            };
            let btf: &Btf = &types.btf;
            let (Some(ty), Some(part)) = (btf.get(id), self.parts.get(&(module, id)).cloned())
            else {
                continue;
            };
            if !spending.step(1 + ty.tail().len() / 3) {
                return;
            }
            let mut add = |needs: &mut Self, id: TypeId, by_value: bool| {
                if needs.need_in_c(module, btf, id, by_value) {
                    let key = needs.key(module, id);
                    open.push(key);
                }
            };
            match ty.data() {
                Data::Struct { .. } | Data::Union { .. } => {
                    for (index, member) in (0u32..).zip(ty.members()) {
                        let is_kept = match &part {
                            Part::Declared | Part::Shell => false,
                            Part::Members(kept) => kept.contains(&index),
                            Part::Whole => true,
                        };
                        if is_kept {
                            add(self, member.ty, true);
                        }
                    }
                }
                Data::Ptr { target } => {
                    self.follow(module, id);
                    add(self, target, false);
                }
                Data::FuncProto { result } => {
                    self.follow(module, id);
                    add(self, result, false);
                    for param in ty.params() {
                        add(self, param.ty, false);
                    }
                }
                Data::Array(array) => {
                    add(self, array.element, true);
                    add(self, array.index, true);
                }
                // A name that is only pointed to may stand for a struct that is only declared.
                _ => {
                    if let Some(target) = ty.target() {
                        add(self, target, part != Part::Declared);
                    }
                }
            }
        }
    }

    /// Asks for a type where C needs it complete, or only declared. Whether there is more to look at.
    fn need_in_c(&mut self, module: usize, btf: &Btf, id: TypeId, by_value: bool) -> bool {
        let Some(ty) = btf.get(id) else {
            return false;
        };
        let declared = match by_value {
            true => Part::Shell,
            false => Part::Declared,
        };
        let part = match ty.kind() {
            // Without a name it cannot be declared.
            Kind::Struct | Kind::Union if ty.name().is_empty() => Part::Shell,
            Kind::Struct | Kind::Union => declared,
            Kind::Enum | Kind::Enum64 => Part::Whole,
            // What a typedef, qualifier, or array leads to is as complete as that is.
            _ => declared,
        };
        self.need(module, id, part)
    }

    /// Makes the enumerations complete that relocations need as numbers only.
    pub fn complete_enumerations(&mut self) {
        let keys: Vec<_> = self.parts.keys().copied().collect();
        for (module, id) in keys {
            let types = self.types(module);
            if types.is_some_and(|types| types.btf.kind(id).is_any_enum()) {
                self.need(module, id, Part::Whole);
            }
        }
    }

    /// Adds a member that a kernel has in the place of one that it lacks.
    pub fn add_member(&mut self, holder: &str, member: &str, spending: &Spending) {
        let kernel = self.kernel;
        for kind in [Kind::Struct, Kind::Union] {
            let name = holder.split_once(' ').map_or(holder, |(_, name)| name);
            let Some(found) = kernel.find_own(name.as_bytes(), kind) else {
                continue;
            };
            let btf: &Btf = &found.types.btf;
            let (root, module) = (found.id, module_of(found));
            if let Some(raw) = path_to(btf, root, member.as_bytes(), spending) {
                self.add_path(module, btf, root, &raw);
                return;
            }
        }
    }
}

/// The numbers of an access to a member, which may be one of an anonymous member.
fn path_to(btf: &Btf, root: TypeId, name: &[u8], spending: &Spending) -> Option<Vec<u32>> {
    let mut open = vec![(root, vec![0])];
    while let Some((id, path)) = open.pop() {
        let (_, ty) = skip(btf, id)?;
        for (index, member) in (0u32..).zip(ty.members()) {
            if !spending.step(1) || path.len() > 16 {
                return None;
            }
            let mut path = path.clone();
            path.push(index);
            match btf.string(member.name) {
                Some(found) if found == name => return Some(path),
                Some(b"") => open.push((member.ty, path)),
                _ => {}
            }
        }
    }
    None
}
