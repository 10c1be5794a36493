//! Which types of a kernel objects need, and how much of each.

use crate::kernel::{Found, Kernel, Types};
use crate::object::Object;
use crate::relocate::{Access, Decided, RelocationKind, Scope, Subject, relocate, skip};
use crate::spending::Spending;
use btf::{Btf, Data, TypeId};
use rustc_hash::FxHashSet;
use std::collections::{BTreeMap, BTreeSet};

/// Typedefs, qualifiers, and arrays in a row that are followed; bad input can have a loop.
const LONGEST_CHAIN: usize = 128;

/// A type of the kernel (module 0) or of a module.
pub(crate) type Key = (usize, TypeId);

/// How much of a type is needed, from little to all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Its name and kind: a struct or union is only declared. Relocations need more of all that they need.
    Declared,
    /// Its name, kind, and size.
    Shell,
    /// These members.
    Members(FxHashSet<u32>),
    /// All of it.
    Whole,
}

impl Part {
    fn rank(&self) -> u8 {
        match self {
            Part::Declared => 0,
            Part::Shell => 1,
            Part::Members(_) => 2,
            Part::Whole => 3,
        }
    }
}

/// What objects need of a kernel.
pub(crate) struct Needs<'a> {
    pub(crate) kernel: &'a Kernel,
    pub(crate) parts: BTreeMap<Key, Part>,
    /// Pointers and prototypes whose targets are needed.
    pub(crate) followed: FxHashSet<Key>,
    /// Modules that a target names although the type is the kernel's.
    pub(super) modules: BTreeSet<usize>,
    /// Functions that are tagged as kfuncs.
    pub(crate) kfuncs: BTreeSet<Key>,
}

impl<'a> Needs<'a> {
    pub fn of(kernel: &'a Kernel) -> Needs<'a> {
        Needs {
            kernel,
            parts: BTreeMap::new(),
            followed: FxHashSet::default(),
            modules: BTreeSet::new(),
            kfuncs: BTreeSet::new(),
        }
    }

    /// The types that a module, or the kernel as number 0, has.
    pub fn types(&self, module: usize) -> Option<&'a Types> {
        match module.checked_sub(1) {
            None => Some(self.kernel.types()),
            Some(module) => self.kernel.modules().get(module),
        }
    }

    /// Types of its base are the kernel's, wherever they are met.
    pub fn key(&self, module: usize, id: TypeId) -> Key {
        match id < self.kernel.types().btf.end_id() {
            true => (0, id),
            false => (module, id),
        }
    }

    /// Adds what the relocations of an object need. What takes part in an ambiguity must stay, and so must a candidate that does
    /// not match: it hides those of modules.
    pub fn add_relocations(&mut self, object: &Object, spending: &Spending) {
        for one in relocate(object, self.kernel, Scope::All, spending) {
            self.add(&one, spending);
        }
        self.add_candidates(object, spending);
    }

    fn add(&mut self, one: &Decided<'_>, spending: &Spending) {
        for (found, access) in one.target.iter().chain(&one.others) {
            if let Some(kind) = one.kind {
                self.add_access(kind, *found, access, spending);
            }
        }
    }

    fn add_access(
        &mut self,
        kind: RelocationKind,
        found: Found<'_>,
        access: &Access,
        spending: &Spending,
    ) {
        let btf: &Btf = &found.types.btf;
        let module = module_of(found);
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

    fn add_candidates(&mut self, object: &Object, spending: &Spending) {
        let kernel = self.kernel;
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
    pub fn chain(&mut self, module: usize, btf: &Btf, mut id: TypeId) {
        for _ in 0..LONGEST_CHAIN {
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
                    self.follow(module, id);
                    id = array.element;
                }
                Data::Enum { .. } | Data::Enum64 { .. } => {
                    self.need(module, id, Part::Shell);
                    return;
                }
                _ => return,
            }
        }
    }

    /// The members on the way of an access.
    pub fn add_path(&mut self, module: usize, btf: &Btf, root: TypeId, raw: &[u32]) {
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
    pub fn add_compatible(&mut self, module: usize, btf: &Btf, root: TypeId, spending: &Spending) {
        self.add_reached((module, btf), root, false, spending);
    }

    /// A type with all members, and theirs; structs behind pointers without members.
    fn add_matching(&mut self, module: usize, btf: &Btf, root: TypeId, spending: &Spending) {
        self.add_reached((module, btf), root, true, spending);
    }

    /// What a type refers to. `matches` asks for enumerators, and for members, except behind pointers.
    fn add_reached(
        &mut self,
        (module, btf): (usize, &Btf),
        root: TypeId,
        matches: bool,
        spending: &Spending,
    ) {
        let mut open = vec![(root, matches)];
        let mut seen = FxHashSet::default();
        while let Some((id, with_members)) = open.pop() {
            if !seen.insert((id, with_members)) {
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
            self.follow(module, at);
            match ty.data() {
                Data::Ptr { target } => open.push((target, false)),
                Data::FuncProto { result } => {
                    open.push((result, with_members));
                    open.extend(ty.params().map(|param| (param.ty, with_members)));
                }
                Data::Struct { .. } | Data::Union { .. } if with_members => {
                    self.need(module, at, Part::Whole);
                    open.extend(ty.members().map(|member| (member.ty, true)));
                }
                Data::Enum { .. } | Data::Enum64 { .. } if matches => {
                    self.need(module, at, Part::Whole);
                }
                _ => {}
            }
        }
    }

    /// Asks for the target of a pointer, or the parameters of a prototype.
    pub fn follow(&mut self, module: usize, id: TypeId) {
        let key = self.key(module, id);
        self.followed.insert(key);
    }

    /// Asks for a part of a type. Whether more of it is needed than before.
    pub fn need(&mut self, module: usize, id: TypeId, part: Part) -> bool {
        if id == TypeId::VOID {
            return false;
        }
        let key = self.key(module, id);
        let Some(known) = self.parts.get_mut(&key) else {
            self.parts.insert(key, part);
            return true;
        };
        match (&mut *known, part) {
            (Part::Members(known), Part::Members(new)) => {
                let before = known.len();
                known.extend(new);
                known.len() > before
            }
            (known, part) if part.rank() > known.rank() => {
                *known = part;
                true
            }
            _ => false,
        }
    }
}

/// 0 for the kernel, else the number of the module, counted from 1.
pub(crate) fn module_of(found: Found<'_>) -> usize {
    found.types.number
}
