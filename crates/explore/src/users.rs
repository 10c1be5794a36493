//! Who refers to a type.
//!
//! Types refer to others by id; the reverse is computed once, as two arrays. What people ask for is not the
//! pointer in between but the member, parameter, or typedef behind it, so pointers, arrays, qualifiers, prototypes,
//! and anonymous structs are followed.

use crate::sort::sorted;
use btf::{Btf, Kind, StringOffset, TypeId};
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

/// For each type, the types that refer to it, once for each reference.
#[derive(Debug, Default)]
pub struct Users {
    /// Where the users of each type begin in `ids`, and the end of the last.
    starts: Vec<u32>,
    ids: Vec<TypeId>,
}

impl Users {
    /// Reads all references, those of the base included.
    pub fn of(btf: &Btf) -> Users {
        let end = btf.end_id().0;
        let all = || {
            (1..end)
                .map(TypeId)
                .filter_map(|id| Some((id, btf.get(id)?)))
        };
        let mut starts = vec![0_u32; end as usize + 1];
        for (_, ty) in all() {
            ty.refs().for_each(|TypeId(to)| {
                if let Some(count) = starts.get_mut(to as usize + 1) {
                    *count = count.saturating_add(1);
                }
            });
        }
        let mut sum = 0_u32;
        for start in &mut starts {
            sum = sum.saturating_add(*start);
            *start = sum;
        }
        let mut next = starts.clone();
        let mut ids = vec![TypeId::VOID; sum as usize];
        for (id, ty) in all() {
            ty.refs().for_each(|TypeId(to)| {
                if to < end
                    && let Some(at) = next.get_mut(to as usize)
                    && let Some(place) = ids.get_mut(*at as usize)
                {
                    *place = id;
                    *at += 1;
                }
            });
        }
        Users { starts, ids }
    }

    /// The types that refer to `id` directly.
    pub fn direct(&self, id: TypeId) -> &[TypeId] {
        let start = self.starts.get(id.index());
        let end = self.starts.get(id.index() + 1);
        start
            .zip(end)
            .and_then(|(&start, &end)| self.ids.get(start as usize..end as usize))
            .unwrap_or_default()
    }

    /// For each type, how many references lead to it from types with a name, directly or through types without one.
    pub fn counts(&self, btf: &Btf) -> Vec<u32> {
        let mut counts = vec![0_u32; btf.end_id().index()];
        let mut state = vec![State::New; counts.len()];
        let mut stack = Vec::new();
        for id in (1..btf.end_id().0).map(TypeId) {
            stack.push((id, false));
            while let Some((id, left)) = stack.pop() {
                let Some(at) = state.get_mut(id.index()) else {
                    continue;
                };
                let through = |user: &&TypeId| is_between(btf, **user);
                if left {
                    // A loop of pointers has no users.
                    let users = self.direct(id);
                    let count = users.iter().fold(0_u32, |sum, user| {
                        sum.saturating_add(match through(&user) {
                            true => counts.get(user.index()).copied().unwrap_or(0),
                            false => 1,
                        })
                    });
                    *at = State::Done;
                    counts[id.index()] = count;
                } else if *at == State::New {
                    *at = State::Begun;
                    stack.push((id, true));
                    for user in self.direct(id).iter().filter(through) {
                        if state.get(user.index()) == Some(&State::New) {
                            stack.push((*user, false));
                        }
                    }
                }
            }
        }
        counts
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Begun,
    Done,
}

/// Whether a type only connects the one to which it refers with that type's users.
fn is_between(btf: &Btf, id: TypeId) -> bool {
    match btf.get(id).map(|ty| (ty.kind(), ty.name())) {
        Some((kind, _)) if is_derived(kind) || kind == Kind::FuncProto => true,
        Some((kind, name)) => kind.is_composite() && name.is_empty(),
        None => false,
    }
}

fn is_derived(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Ptr | Kind::Array | Kind::Const | Kind::Volatile | Kind::Restrict | Kind::TypeTag
    )
}

/// How a type is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum UseKind {
    /// A function returns it.
    Result,
    /// A function takes it.
    Parameter,
    /// A member is of it.
    Member,
    /// A function pointer in a member or variable takes or returns it.
    Callback,
    /// A typedef names it.
    Typedef,
    /// A variable is of it.
    Variable,
}

impl UseKind {
    /// All kinds of use, in the order in which they are listed.
    pub const ALL: [UseKind; 6] = [
        UseKind::Member,
        UseKind::Parameter,
        UseKind::Result,
        UseKind::Callback,
        UseKind::Typedef,
        UseKind::Variable,
    ];

    /// The word for it in a table.
    pub fn word(self) -> &'static str {
        match self {
            UseKind::Result => "result",
            UseKind::Parameter => "parameter",
            UseKind::Member => "member",
            UseKind::Callback => "callback",
            UseKind::Typedef => "typedef",
            UseKind::Variable => "variable",
        }
    }

    /// The heading of a list of such uses.
    pub fn title(self) -> &'static str {
        match self {
            UseKind::Result => "Functions that return it",
            UseKind::Parameter => "Functions that take it",
            UseKind::Member => "Members",
            UseKind::Callback => "Callbacks",
            UseKind::Typedef => "Typedefs",
            UseKind::Variable => "Variables",
        }
    }
}

/// A use of a type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Use {
    /// How the type is used.
    pub kind: UseKind,
    /// The struct, function, typedef, or variable that uses it: one with a name, or an anonymous one that nothing names.
    pub user: TypeId,
    /// The name of the member or parameter; empty for other uses.
    pub name: StringOffset,
    /// Whether it is used through a pointer.
    pub pointer: bool,
}

/// Uses in the order of the users' names.
pub fn by_name(btf: &Btf, uses: &[Use]) -> Vec<Use> {
    let name = |one: &Use| btf.get(one.user).and_then(|ty| btf.string(ty.name()));
    let key = |one: &Use| {
        (
            one.user,
            btf.string(one.name).map(<[u8]>::to_vec),
            one.pointer,
        )
    };
    sorted(uses, &|a, b| {
        name(a).cmp(&name(b)).then_with(|| key(a).cmp(&key(b)))
    })
}

/// The search for all uses of a type.
#[derive(Debug)]
pub struct UsersOf<'a> {
    btf: &'a Btf,
    users: &'a Users,
    seen: FxHashSet<Way>,
    found: Vec<Use>,
}

/// A type on the path from the one asked for to its users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Way {
    id: TypeId,
    pointer: bool,
    /// For a prototype or an anonymous struct: how it uses the type.
    inner: Option<(UseKind, StringOffset)>,
}

impl<'a> UsersOf<'a> {
    /// Finds all uses, in no particular order.
    pub fn find(btf: &'a Btf, users: &'a Users, id: TypeId) -> Vec<Use> {
        let mut this = UsersOf {
            btf,
            users,
            seen: FxHashSet::default(),
            found: Vec::new(),
        };
        let mut stack = vec![Way {
            id,
            pointer: false,
            inner: None,
        }];
        while let Some(way) = stack.pop() {
            let mut last = None;
            for &user in this.users.direct(way.id) {
                // One entry for each reference; those of one type are adjacent.
                if last.replace(user) != Some(user) {
                    this.step(way, user, &mut stack);
                }
            }
        }
        // The same use can be reached on several paths.
        let mut told = FxHashSet::default();
        let mut found = this.found;
        found.retain(|one| told.insert(one.clone()));
        found
    }

    /// Goes from a type to one that refers to it.
    fn step(&mut self, way: Way, user: TypeId, stack: &mut Vec<Way>) {
        let Some(ty) = self.btf.get(user) else { return };
        let mut push = |next: Way| {
            if self.seen.insert(next) {
                stack.push(next);
            }
        };
        match ty.kind() {
            kind if is_derived(kind) => push(Way {
                id: user,
                // A pointer to a function that takes the type is no pointer to the type.
                pointer: way.pointer || (kind == Kind::Ptr && way.inner.is_none()),
                ..way
            }),
            Kind::Struct | Kind::Union => {
                for member in ty.members().filter(|member| member.ty == way.id) {
                    let (kind, name) = match way.inner {
                        Some((UseKind::Member, name)) => (UseKind::Member, name),
                        Some(_) => (UseKind::Callback, member.name),
                        None => (UseKind::Member, member.name),
                    };
                    // An anonymous struct is part of the one that contains it.
                    let anonymous = ty.name().is_empty() && !self.users.direct(user).is_empty();
                    match anonymous {
                        true => push(Way {
                            id: user,
                            pointer: way.pointer,
                            inner: Some((kind, name)),
                        }),
                        false => self.found.push(Use {
                            kind,
                            user,
                            name,
                            pointer: way.pointer,
                        }),
                    }
                }
            }
            Kind::FuncProto => {
                if ty.size_or_type() == way.id.0 {
                    push(Way {
                        id: user,
                        pointer: way.pointer,
                        inner: Some((UseKind::Result, StringOffset::EMPTY)),
                    });
                }
                for param in ty.params().filter(|param| param.ty == way.id) {
                    push(Way {
                        id: user,
                        pointer: way.pointer,
                        inner: Some((UseKind::Parameter, param.name)),
                    });
                }
            }
            Kind::Func | Kind::Typedef | Kind::Var => {
                let kind = match (ty.kind(), way.inner) {
                    (Kind::Func, Some((kind, _))) => kind,
                    (Kind::Func, None) => return,
                    (Kind::Typedef, _) => UseKind::Typedef,
                    (_, Some(_)) => UseKind::Callback,
                    (_, None) => UseKind::Variable,
                };
                let name = way.inner.map_or(StringOffset::EMPTY, |(_, name)| name);
                self.found.push(Use {
                    kind,
                    user,
                    name,
                    pointer: way.pointer,
                });
            }
            // Tags and sections describe the type and do not use it.
            _ => {}
        }
    }
}
