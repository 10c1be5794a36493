//! Types of several kernels in one BTF: a type that differs between kernels has a flavour for each version.
//!
//! A definition of one kernel contains other types as that kernel has them, so that its offsets agree.

use btf::{Btf, Data, Error, FwdKind, Kind, Member, Param, TypeId};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// The types that are needed of a kernel.
pub(super) struct Version {
    /// What stands behind `___`.
    pub flavour: String,
    pub btf: Btf,
}

/// A type of one of the kernels.
type At = (usize, TypeId);

/// What shares a name in C: a struct, a union, and an enumeration have one name space, typedefs and functions another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Space {
    Tag,
    Enumeration,
    Ordinary,
}

/// Definitions of one name.
struct Named {
    /// The first kernel's that has one: it keeps the name.
    plain: At,
    /// Those of others.
    others: Vec<At>,
}

/// Puts the types of kernels together.
pub(super) fn combine(versions: &[Version]) -> Result<Btf, Error> {
    if let [only] = versions {
        return Ok(only.btf.clone());
    }
    let mut joined = Joined {
        versions,
        names: names(versions),
        ids: FxHashMap::default(),
        list: Vec::new(),
        btf: Btf::new(),
    };
    if let Some(first) = versions.first() {
        joined.btf.endian = first.btf.endian;
    }
    for root in joined.roots() {
        joined.want(root);
    }
    let mut next = 0;
    while let Some(&one) = joined.list.get(next) {
        joined.write(one)?;
        next += 1;
    }
    joined.add_constants()?;
    joined.add_tags()?;
    Ok(joined.btf)
}

fn names(versions: &[Version]) -> BTreeMap<(Space, Vec<u8>), Named> {
    let mut names: BTreeMap<(Space, Vec<u8>), Named> = BTreeMap::new();
    for (kernel, version) in versions.iter().enumerate() {
        for (id, ty) in version.btf.types() {
            let Some(space) = space(ty.kind()) else {
                continue;
            };
            let name = version.btf.string(ty.name()).unwrap_or_default();
            if name.is_empty() {
                continue;
            }
            match names.get_mut(&(space, name.to_vec())) {
                None => {
                    let plain = (kernel, id);
                    let others = Vec::new();
                    names.insert((space, name.to_vec()), Named { plain, others });
                }
                // A kernel and its module can have a type of the same name: the first counts.
                Some(named) => {
                    let last = named.others.last().unwrap_or(&named.plain);
                    if last.0 != kernel {
                        named.others.push((kernel, id));
                    }
                }
            }
        }
    }
    for ((space, _), named) in &mut names {
        prefer_contents(versions, *space, named);
    }
    names
}

/// Gives the name to the first definition that has contents: a kernel that lacks what is asked for has an empty one.
fn prefer_contents(versions: &[Version], space: Space, named: &mut Named) {
    if space == Space::Enumeration || !contents(versions, named.plain).is_empty() {
        return;
    }
    let mut others = named.others.iter();
    if let Some(place) = others.position(|&other| !contents(versions, other).is_empty()) {
        std::mem::swap(&mut named.plain, &mut named.others[place]);
    }
}

fn space(kind: Kind) -> Option<Space> {
    match kind {
        Kind::Struct | Kind::Union => Some(Space::Tag),
        Kind::Enum | Kind::Enum64 => Some(Space::Enumeration),
        Kind::Typedef | Kind::Func => Some(Space::Ordinary),
        _ => None,
    }
}

/// A type of the result.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Out {
    /// A type as a kernel has it. If what it contains is part of it, that is the kernel's too.
    Copy { at: At, by_value: bool },
    /// A named definition under its name.
    Plain(At),
    /// A named definition under its name and the kernel's flavour.
    Flavour(At),
    /// A declaration of a struct or union that no kernel's part defines.
    Declared(At),
}

struct Joined<'a> {
    versions: &'a [Version],
    names: BTreeMap<(Space, Vec<u8>), Named>,
    ids: FxHashMap<Out, TypeId>,
    /// Types in the order of their ids.
    list: Vec<Out>,
    btf: Btf,
}

impl<'a> Joined<'a> {
    fn btf(&self, kernel: usize) -> &'a Btf {
        &self.versions[kernel].btf
    }

    /// All definitions that a header shows: each name's first, and each that has something that those before lack.
    fn roots(&self) -> Vec<Out> {
        let mut roots = Vec::new();
        for ((space, _), named) in &self.names {
            roots.push(Out::Plain(named.plain));
            if *space == Space::Enumeration {
                // It has the values of all.
                continue;
            }
            let mut known: Vec<FxHashSet<String>> = vec![contents(self.versions, named.plain)];
            for &other in &named.others {
                let contents = contents(self.versions, other);
                if !known.iter().any(|known| contents.is_subset(known)) {
                    roots.push(Out::Flavour(other));
                    known.push(contents);
                }
            }
        }
        // The order of C does not depend on it; that of names is easy to read.
        roots
    }

    /// The id that a type has in the result.
    fn want(&mut self, out: Out) -> TypeId {
        if let Some(&id) = self.ids.get(&out) {
            return id;
        }
        let id = TypeId(self.btf.first_id().0 + self.list.len() as u32);
        self.ids.insert(out, id);
        self.list.push(out);
        id
    }

    /// The id of what a type refers to.
    fn reference(&mut self, (kernel, id): At, by_value: bool) -> TypeId {
        let btf = self.btf(kernel);
        let Some(ty) = btf.get(id) else {
            return TypeId::VOID;
        };
        let name = btf.string(ty.name()).unwrap_or_default();
        let space = match ty.data() {
            Data::Fwd(_) => Some(Space::Tag),
            _ => space(ty.kind()),
        };
        let at = (kernel, id);
        let Some(space) = space.filter(|_| !name.is_empty()) else {
            let holds = by_value && holds_composite(btf, id);
            return self.want(Out::Copy {
                at,
                by_value: holds,
            });
        };
        let Some(named) = self.names.get(&(space, name.to_vec())) else {
            return self.want(Out::Declared(at));
        };
        let (plain, is_own) = (named.plain, named.others.contains(&at));
        if is_own && by_value && holds_composite(btf, id) {
            return self.want(Out::Flavour(at));
        }
        self.want(Out::Plain(plain))
    }

    fn write(&mut self, out: Out) -> Result<(), Error> {
        let (at, by_value, flavour) = match out {
            Out::Copy { at, by_value } => (at, by_value, None),
            Out::Plain(at) => (at, true, None),
            Out::Flavour(at) => (at, true, Some(self.versions[at.0].flavour.as_str())),
            Out::Declared(at) => (at, false, None),
        };
        let (kernel, id) = at;
        let btf = self.btf(kernel);
        let Some(ty) = btf.get(id) else {
            return Ok(());
        };
        let mut name = btf.name(id).into_owned();
        if let Some(flavour) = flavour {
            name = format!("{name}___{flavour}");
        }
        match ty.data() {
            Data::Struct { size, .. } | Data::Union { size, .. } => {
                let mut members = Vec::new();
                for member in ty.members() {
                    members.push(Member {
                        name: self
                            .btf
                            .intern(btf.string(member.name).unwrap_or_default())?,
                        ty: self.reference((kernel, member.ty), true),
                        ..member
                    });
                }
                self.btf.add_composite(ty.kind(), &name, size, &members)?;
            }
            Data::Enum { size, signed } | Data::Enum64 { size, signed } => {
                let all = self.enumerators(at);
                let mut values = Vec::new();
                for (name, value) in all {
                    values.push((self.btf.intern(&name)?, value as i64));
                }
                match ty.kind() {
                    Kind::Enum => self.btf.add_enum(&name, size, signed, &values)?,
                    _ => self.btf.add_enum64(&name, size, signed, &values)?,
                };
            }
            Data::Ptr { target } => {
                let target = self.reference((kernel, target), false);
                self.btf.add_ptr(target)?;
            }
            Data::Array(array) => {
                let element = self.reference((kernel, array.element), by_value);
                let index = self.reference((kernel, array.index), false);
                let count = array.count;
                self.btf.add_array(btf::Array {
                    element,
                    index,
                    count,
                })?;
            }
            Data::FuncProto { result } => {
                let result = self.reference((kernel, result), false);
                let mut params = Vec::new();
                for param in ty.params() {
                    params.push(Param {
                        name: self
                            .btf
                            .intern(btf.string(param.name).unwrap_or_default())?,
                        ty: self.reference((kernel, param.ty), false),
                    });
                }
                self.btf.add_func_proto(result, &params)?;
            }
            Data::Func { proto, linkage } => {
                let proto = self.reference((kernel, proto), false);
                self.btf.add_func(&name, proto, linkage)?;
            }
            Data::Int(int) => {
                self.btf.add_int(&name, int)?;
            }
            Data::Float { size } => {
                self.btf.add_float(&name, size)?;
            }
            Data::Fwd(kind) => {
                self.btf.add_fwd(&name, kind)?;
            }
            _ => match ty.target() {
                Some(target) if ty.kind() != Kind::Var => {
                    let target = self.reference((kernel, target), by_value);
                    self.btf.add_reference(ty.kind(), &name, target)?;
                }
                _ => {
                    self.btf.add_fwd(&name, FwdKind::Struct)?;
                }
            },
        }
        Ok(())
    }

    /// The enumerators of an enumeration; of one that has a name, those of all kernels.
    fn enumerators(&self, at: At) -> Vec<(Vec<u8>, i128)> {
        let (kernel, id) = at;
        let name = self.btf(kernel).name(id).into_owned();
        let named = self.names.get(&(Space::Enumeration, name.into_bytes()));
        let others = named.map_or(&[][..], |named| &named.others);
        let mut seen: FxHashSet<&[u8]> = FxHashSet::default();
        let mut all = Vec::new();
        for &(kernel, id) in [at].iter().chain(others) {
            let btf = self.btf(kernel);
            for one in btf.get(id).into_iter().flat_map(|ty| ty.enumerators()) {
                let name = btf.string(one.name).unwrap_or_default();
                if seen.insert(name) {
                    all.push((name.to_vec(), one.value));
                }
            }
        }
        all
    }

    /// Adds enumerations without a name that are no type of anything: they are constants.
    fn add_constants(&mut self) -> Result<(), Error> {
        let mut seen: FxHashSet<Vec<u8>> = FxHashSet::default();
        for (_, ty) in self.btf.types() {
            let names = ty.enumerators().filter_map(|one| self.btf.string(one.name));
            seen.extend(names.map(<[u8]>::to_vec));
        }
        for (kernel, version) in self.versions.iter().enumerate() {
            let used = used_enumerations(&version.btf);
            for (id, ty) in version.btf.types() {
                let is_constant =
                    ty.kind().is_any_enum() && ty.name().is_empty() && !used.contains(&id);
                if !is_constant {
                    continue;
                }
                let (Some(size), signed) = (ty.size(), ty.kind_flag()) else {
                    continue;
                };
                let mut values = Vec::new();
                for one in ty.enumerators() {
                    let name = self.btf(kernel).string(one.name).unwrap_or_default();
                    if seen.insert(name.to_vec()) {
                        values.push((self.btf.intern(name)?, one.value as i64));
                    }
                }
                match (values.is_empty(), ty.kind()) {
                    (true, _) => {}
                    (_, Kind::Enum) => {
                        self.btf.add_enum("", size, signed, &values)?;
                    }
                    _ => {
                        self.btf.add_enum64("", size, signed, &values)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn add_tags(&mut self) -> Result<(), Error> {
        let mut tagged: Vec<At> = Vec::new();
        for (kernel, version) in self.versions.iter().enumerate() {
            for (_, ty) in version.btf.types() {
                if let Data::DeclTag { target, .. } = ty.data() {
                    tagged.push((kernel, target));
                }
            }
        }
        for at in tagged {
            let ids = [Out::Plain(at), Out::Flavour(at)].map(|out| self.ids.get(&out).copied());
            for id in ids.into_iter().flatten() {
                self.btf.add_decl_tag("bpf_kfunc", id, -1)?;
            }
        }
        Ok(())
    }
}

/// What a definition offers: its members with their types, or what it stands for.
fn contents(versions: &[Version], (kernel, id): At) -> FxHashSet<String> {
    let btf = &versions[kernel].btf;
    let mut contents = FxHashSet::default();
    let Some(ty) = btf.get(id) else {
        return contents;
    };
    let name = |id| btf::print::c::type_name(btf, id, "");
    let mut open: Vec<(TypeId, String)> = Vec::new();
    match ty.data() {
        Data::Struct { .. } | Data::Union { .. } => open.push((id, String::new())),
        Data::Typedef { target } | Data::Func { proto: target, .. } => {
            match btf::layout::resolve(btf, target) {
                Some((id, ty)) if ty.kind().is_composite() && ty.name().is_empty() => {
                    open.push((id, String::new()));
                }
                _ => {
                    contents.insert(name(target));
                }
            }
        }
        _ => {}
    }
    while let Some((id, prefix)) = open.pop() {
        let members = btf.get(id).into_iter().flat_map(|ty| ty.members());
        for member in members {
            let path = match member.name.is_empty() {
                true => prefix.clone(),
                false => format!("{prefix}{}.", btf.str(member.name)),
            };
            let inner = btf::layout::strip_arrays(btf, member.ty);
            match inner {
                // Kernels nest no deeper.
                Some((id, ty, _))
                    if ty.kind().is_composite() && ty.name().is_empty() && path.len() < 1024 =>
                {
                    open.push((id, path));
                }
                _ => {
                    contents.insert(format!("{path} {}", name(member.ty)));
                }
            }
        }
    }
    contents
}

/// Whether a struct or union is part of a type, under whatever names.
fn holds_composite(btf: &Btf, id: TypeId) -> bool {
    let inner = btf::layout::strip_arrays(btf, id);
    inner.is_some_and(|(_, ty, _)| ty.kind().is_composite())
}

/// Enumerations that other types refer to.
fn used_enumerations(btf: &Btf) -> FxHashSet<TypeId> {
    let mut used = FxHashSet::default();
    for (_, ty) in btf.types() {
        used.extend(ty.refs().filter(|&id| btf.kind(id).is_any_enum()));
    }
    used
}
