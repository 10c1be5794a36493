//! What an object needs by name: attach targets, externs, structs of operations.

use super::needs::{Needs, Part, module_of};
use crate::kernel::{Found, Types};
use crate::object::{AttachTo, ExternKind, Object, Program, StructOpsMap};
use crate::spending::Spending;
use crate::targets::{
    Attached, ExternIssue, Place, Resolved, attach, operations, resolve, struct_of_operations,
};
use btf::{Data, Kind, TypeId};
use rustc_hash::FxHashSet;

impl Needs<'_> {
    /// Adds what is looked up by name when a loader loads the object, or when its programs attach.
    pub fn add_targets(&mut self, object: &Object, spending: &Spending) {
        for program in &object.programs {
            if !spending.step(1) {
                return;
            }
            self.add_target(program, spending);
        }
        for one in &object.externs {
            let resolved = resolve(object, one, self.kernel, spending);
            self.add_extern(one.kind, &resolved, spending);
        }
        for map in &object.struct_ops {
            self.add_operations(object, map, spending);
        }
    }

    /// Adds the type that describes a target, and all that it refers to.
    pub fn add_target(&mut self, program: &Program, spending: &Spending) {
        match attach(program, self.kernel, spending) {
            Attached::Found(place) => {
                if let Some(types) = self.kernel.types_of(&place) {
                    self.modules.insert(types.number);
                    self.add_declaration(types, place.id, spending);
                }
            }
            Attached::Likely => self.add_hint(program, spending),
            _ => {}
        }
    }

    /// A FUNC, VAR, or typedef, with what it refers to.
    fn add_declaration(&mut self, types: &Types, id: TypeId, spending: &Spending) {
        let module = types.number;
        self.need(module, id, Part::Shell);
        let declares = types.btf.get(id).map(|ty| ty.data());
        let of = match declares {
            Some(Data::Func { proto, .. }) => proto,
            Some(Data::Var { target, .. }) => target,
            _ => id,
        };
        self.add_compatible(module, &types.btf, of, spending);
    }

    /// What tells that a program can attach, although no loader looks at it.
    fn add_hint(&mut self, program: &Program, spending: &Spending) {
        let target = program.kind.as_ref().and_then(|kind| {
            let target = kind.target.as_deref()?;
            Some((kind.attach, target))
        });
        let Some((attach, target)) = target.filter(|_| spending.step(8)) else {
            return;
        };
        let name = target.rsplit('/').next().unwrap_or(target);
        let trace = |name: &str| (format!("btf_trace_{name}"), Kind::Typedef);
        let wanted = match attach {
            AttachTo::Kprobe => vec![(
                target.split('+').next().unwrap_or(target).to_owned(),
                Kind::Func,
            )],
            AttachTo::RawTracepoint => vec![trace(target)],
            AttachTo::Tracepoint => {
                vec![
                    trace(name),
                    (format!("trace_event_raw_{name}"), Kind::Struct),
                ]
            }
            _ => Vec::new(),
        };
        for (name, kind) in wanted {
            if let Some(found) = self.kernel.find_own(name.as_bytes(), kind) {
                self.need_name(found);
            }
        }
    }

    /// A type by its name alone. A FUNC keeps a prototype, without parameters: loaders refuse BTF in which it has none.
    fn need_name(&mut self, found: Found<'_>) {
        let module = module_of(found);
        self.need(module, found.id, Part::Shell);
        let ty = found.types.btf.get(found.id);
        if let Some(Data::Func { proto, .. }) = ty.map(|ty| ty.data()) {
            self.need(module, proto, Part::Shell);
        }
    }

    /// Adds the type of an extern, if the kernel has one, whether it fits or not.
    pub fn add_extern(&mut self, kind: ExternKind, resolved: &Resolved, spending: &Spending) {
        let (Resolved::Type { place, .. } | Resolved::Not(ExternIssue::Incompatible { place })) =
            resolved
        else {
            return;
        };
        let Some(types) = self.kernel.types_of(place) else {
            return;
        };
        self.add_declaration(types, place.id, spending);
        if kind != ExternKind::Function {
            return;
        }
        // One that is tagged tells that another is not.
        let tagged = match types.is_kfunc(place.id) {
            Some(true) => Some(place.id),
            Some(false) => types.any_kfunc(),
            None => None,
        };
        if let Some(id) = tagged {
            self.need_name(Found { types, id });
            let key = self.key(types.number, id);
            self.kfuncs.insert(key);
        }
    }

    /// Takes the tag of a kfunc back.
    pub fn forget_kfunc(&mut self, resolved: &Resolved) {
        if let Resolved::Type { place, .. } = resolved
            && let Some(types) = self.kernel.types_of(place)
        {
            let key = self.key(types.number, place.id);
            self.kfuncs.remove(&key);
        }
    }

    /// Adds the members of a struct of operations that a map has too.
    pub fn add_operations(&mut self, object: &Object, map: &StructOpsMap, spending: &Spending) {
        let place = operations(object, map, self.kernel, spending).place;
        let (Some(place), Some(btf)) = (place, &object.btf) else {
            return;
        };
        let Some((types, local)) = self.kernel.types_of(&place).zip(btf.get(map.ty)) else {
            return;
        };
        self.add_struct_of_operations(types, &place);
        let ours: FxHashSet<&[u8]> = local
            .members()
            .filter_map(|member| btf.string(member.name))
            .collect();
        let theirs = types
            .btf
            .get(place.id)
            .into_iter()
            .flat_map(|ty| ty.members());
        for (index, member) in (0u32..).zip(theirs) {
            let name = types.btf.string(member.name).unwrap_or_default();
            if !spending.step(1 + name.len() / 64) {
                return;
            }
            if !ours.contains(name) {
                continue;
            }
            let only = Part::Members([index].into_iter().collect());
            self.need(types.number, place.id, only);
            self.chain(types.number, &types.btf, member.ty);
            // Whether a pointer leads to a function.
            if let Some((id, ty)) = btf::layout::resolve(&types.btf, member.ty)
                && let Data::Ptr { target } = ty.data()
            {
                self.follow(types.number, id);
                self.chain(types.number, &types.btf, target);
            }
        }
    }

    /// The struct that contains the struct of operations.
    fn add_struct_of_operations(&mut self, types: &Types, place: &Place) {
        let found = Found {
            types,
            id: place.id,
        };
        if let Some((outer, index)) = struct_of_operations(self.kernel, found) {
            let only = Part::Members([index].into_iter().collect());
            self.need(module_of(outer), outer.id, only);
            self.need(types.number, place.id, Part::Shell);
        }
    }
}
