//! Modules on one base: what each adds, what it repeats although the base has it, and what several of them bring.

use crate::address::Address;
use crate::address::{spoken, word};
use crate::explorer::Explorer;
use crate::figures::grouped;
use crate::group::Group;
use crate::why::{Cause, Search, Trail};
use btf::print::c::type_name;
use btf::{Btf, Kind, Type, TypeId};
use rustc_hash::{FxHashSet, FxHasher};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

/// How many repeated types of a module get a reason. A module has a handful of them; one with thousands is no
/// module of this base, and each search may visit all types.
const REASONS: usize = 50;
/// With how many of the base's types of its name a repeated type is compared. A kernel has a handful of each name.
const MOST_COMPARED: u32 = 64;

/// Collects what modules add and repeat. Modules are read one by one and not kept.
#[derive(Debug, Default)]
pub struct Modules {
    added: BTreeMap<String, Added>,
    brought: BTreeMap<(String, String), Brought>,
}

/// What a module adds to its base.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    /// The module's name, such as `nf_tables`.
    pub name: String,
    /// How many types it adds.
    pub types: u32,
    /// Bytes of these types in the type section, without names.
    pub bytes: u64,
    /// How many of them are functions.
    pub functions: u32,
    /// How many of them are variables.
    pub variables: u32,
    /// Structs, unions, enumerations, and typedefs whose name and kind the base has too.
    pub repeats: Vec<Repeat>,
}

impl Added {
    /// The words for [`Added::figures`], in the same order.
    pub const FIGURES: [&str; 5] = ["types", "bytes", "functions", "variables", "repeated"];

    /// The figures of a table's row.
    pub fn figures(&self) -> [u64; 5] {
        [
            self.types.into(),
            self.bytes,
            self.functions.into(),
            self.variables.into(),
            self.repeats.len() as u64,
        ]
    }
}

/// A type of a module whose name and kind the base has too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeat {
    /// The module's name, such as `nf_tables`.
    pub module: String,
    /// The address among the types of base and module together.
    pub address: Address,
    /// The type as a heading: `struct module`.
    pub title: String,
    /// Bytes of the type in the type section, without names.
    pub bytes: u64,
    /// How many types of that kind and name the base has.
    pub in_base: u32,
    /// With how many of them, the first ones, it was compared.
    pub compared: u32,
    /// Why dedup did not take the base's type, in one line; also if it was not compared with all of them.
    pub why: String,
}

impl Repeat {
    /// What is to be said if the base has more types of the name than were compared.
    fn left_out(&self) -> String {
        match self.in_base > self.compared {
            true => format!(
                "; the base has {} types of that name, and only the first {} were compared",
                grouped(self.in_base.into()),
                self.compared
            ),
            false => String::new(),
        }
    }
}

/// A type that several modules bring and the base does not have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shared {
    /// The word for its kind, such as `struct`.
    pub word: String,
    /// The type's name.
    pub name: String,
    /// The modules, by name.
    pub modules: Vec<String>,
    /// How many different definitions the modules have: members as they are declared, values, sizes. The types to which
    /// members refer are not compared.
    pub definitions: u32,
    /// Bytes that the copies take in the type sections, one copy of each definition left out.
    pub repeated_bytes: u64,
}

/// How many modules are named for one type; the others are counted.
const NAMED: usize = 4;

impl Shared {
    /// The names of the first modules, and how many more there are.
    pub fn first_modules(&self) -> (String, usize) {
        let (named, rest) = self.modules.split_at(self.modules.len().min(NAMED));
        (named.join(", "), rest.len())
    }
}

/// What is known about all modules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// What each module adds, by name.
    pub added: Vec<Added>,
    /// Types that several modules bring: those with the most modules first, then by name.
    pub shared: Vec<Shared>,
}

/// What modules repeat of their base, and what several of them bring.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overlap {
    /// How many modules were read.
    pub modules: u32,
    /// How many types repeat a type of the base.
    pub repeats: u32,
    /// The first of these, by module.
    pub repeated: Vec<Repeat>,
    /// How many types several modules bring.
    pub shared: u32,
    /// The first of these, those with the most modules first.
    pub brought: Vec<Shared>,
}

/// The types of the base that have a name, and how many of base and module have it so far.
type OfName = (Rc<[TypeId]>, u32);

#[derive(Debug, Default)]
struct Brought {
    modules: Vec<String>,
    said: FxHashSet<(u64, u64)>,
    bytes: u64,
    distinct_bytes: u64,
}

impl Modules {
    /// Reads a module that is based on `base`. A second module of the same name is ignored.
    pub fn add(&mut self, base: &Explorer, name: &str, btf: &Btf) {
        if self.added.contains_key(name) {
            return;
        }
        let mut added = Added {
            name: name.to_owned(),
            types: u32::try_from(btf.len()).unwrap_or(u32::MAX),
            bytes: btf.type_bytes() as u64,
            functions: 0,
            variables: 0,
            repeats: Vec::new(),
        };
        let mut seen: BTreeMap<(&str, &[u8]), OfName> = BTreeMap::new();
        let mut searched: Vec<(Rc<[TypeId]>, TypeId)> = Vec::new();
        for (id, ty) in btf.types() {
            match ty.kind() {
                Kind::Func => added.functions += 1,
                Kind::Var => added.variables += 1,
                _ => {}
            }
            if ty.name().is_empty() || !is_definition(ty.kind()) {
                continue;
            }
            let own_name = btf.string(ty.name()).unwrap_or_default();
            let (of_base, nth) = seen.entry((word(ty.kind()), own_name)).or_insert_with(|| {
                let of_base = base.named(own_name).iter().copied();
                let of_base: Rc<[TypeId]> = of_base
                    .filter(|&there| Group::of(base.btf().kind(there)) == Group::of(ty.kind()))
                    .collect();
                let count = u32::try_from(of_base.len()).unwrap_or(u32::MAX);
                (of_base, count)
            });
            *nth = nth.saturating_add(1);
            if of_base.is_empty() {
                self.bring(name, btf, id, ty);
            } else {
                let title = spoken(btf, id);
                let why = match searched.len() < REASONS {
                    true => {
                        searched.push((of_base.clone(), id));
                        String::new()
                    }
                    false => {
                        format!("{title}: not compared, because the list is long; open it alone")
                    }
                };
                added.repeats.push(Repeat {
                    module: name.to_owned(),
                    address: Address::of(btf, id, *nth),
                    title,
                    bytes: ty.byte_len() as u64,
                    in_base: u32::try_from(of_base.len()).unwrap_or(u32::MAX),
                    compared: 0,
                    why,
                });
            }
        }
        let searches = searched
            .iter()
            .map(|(of_base, _)| of_base.len().min(MOST_COMPARED as usize))
            .sum();
        let mut search = Search::new(btf, base.budget(), searches);
        for (repeat, (of_base, id)) in added.repeats.iter_mut().zip(searched) {
            let way = nearest(&mut search, &of_base, id);
            repeat.compared = repeat.in_base.min(MOST_COMPARED);
            let why = way.map_or_else(String::new, |way| way.sentence());
            repeat.why = why + &repeat.left_out();
        }
        self.added.insert(name.to_owned(), added);
    }

    fn bring(&mut self, module: &str, btf: &Btf, id: TypeId, ty: Type<'_>) {
        let key = (word(ty.kind()).to_owned(), btf.name(id).into_owned());
        let brought = self.brought.entry(key).or_default();
        if brought.modules.last().is_none_or(|last| last != module) {
            brought.modules.push(module.to_owned());
        }
        let bytes = ty.byte_len() as u64;
        brought.bytes += bytes;
        if brought.said.insert(said(btf, ty)) {
            brought.distinct_bytes += bytes;
        }
    }

    /// Whether a module of that name was read.
    pub fn has(&self, name: &str) -> bool {
        self.added.contains_key(name)
    }

    /// The report on all modules.
    pub fn report(&self) -> Report {
        Report {
            added: self.added.values().cloned().collect(),
            shared: self.shared(),
        }
    }

    fn shared(&self) -> Vec<Shared> {
        let several = self
            .brought
            .iter()
            .filter(|(_, brought)| brought.modules.len() > 1);
        let mut all: Vec<Shared> = several
            .map(|((word, name), brought)| Shared {
                word: word.clone(),
                name: name.clone(),
                modules: {
                    let mut modules = brought.modules.clone();
                    modules.sort();
                    modules
                },
                definitions: u32::try_from(brought.said.len()).unwrap_or(u32::MAX),
                repeated_bytes: brought.bytes - brought.distinct_bytes,
            })
            .collect();
        all.sort_by_key(|one| std::cmp::Reverse(one.modules.len()));
        all
    }

    /// The overlap of one module or all, at most `count` rows of each list.
    pub fn overlap(&self, of: Option<&str>, count: usize) -> Overlap {
        let wanted = |name: &str| of.is_none_or(|of| of == name);
        let modules = self.added.values().filter(|one| wanted(&one.name));
        let repeats: Vec<&Repeat> = modules.flat_map(|one| &one.repeats).collect();
        let mut shared = self.shared();
        shared.retain(|one| one.modules.iter().any(|name| wanted(name)));
        Overlap {
            modules: u32::try_from(self.added.len()).unwrap_or(u32::MAX),
            repeats: u32::try_from(repeats.len()).unwrap_or(u32::MAX),
            repeated: repeats.into_iter().take(count).cloned().collect(),
            shared: u32::try_from(shared.len()).unwrap_or(u32::MAX),
            brought: shared.into_iter().take(count).collect(),
        }
    }
}

/// The module's name from its file's: `nf_tables` from `nf_tables.ko`, `nf_tables.ko.debug`, or `nf_tables.btf`.
pub fn name_of(file: &str) -> &str {
    let ends = [".ko.debug", ".ko", ".btf"];
    let found = ends.iter().find_map(|end| file.strip_suffix(end));
    found.filter(|name| !name.is_empty()).unwrap_or(file)
}

/// Kinds of which a program has one type for each name.
fn is_definition(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Struct | Kind::Union | Kind::Enum | Kind::Enum64 | Kind::Typedef
    )
}

/// The path to the difference from that type of the base which agrees with it furthest.
fn nearest(search: &mut Search<'_>, of_base: &[TypeId], id: TypeId) -> Option<Trail> {
    let trails = of_base
        .iter()
        .take(MOST_COMPARED as usize)
        .map(|&there| search.first_difference(there, id));
    let is_given_up = |trail: &Trail| matches!(trail.cause, Some(Cause::GivenUp(_)));
    // The first of equal ones; `max_by_key` would take the last.
    trails.reduce(
        |best, next| match is_given_up(&best) || next.steps.len() > best.steps.len() {
            true => next,
            false => best,
        },
    )
}

/// A digest of what a type declares itself. The text itself can be long: a name counts wherever a member mentions it.
fn said(btf: &Btf, ty: Type<'_>) -> (u64, u64) {
    let mut hashers = (DefaultHasher::new(), FxHasher::default());
    let mut say = |text: &str| {
        text.hash(&mut hashers.0);
        text.hash(&mut hashers.1);
    };
    say(&format!("{:?} {}", ty.kind(), ty.size().unwrap_or(0)));
    for member in ty.members() {
        say(&format!("{} {}", member.bit_offset, member.bitfield_size));
        say(&type_name(btf, member.ty, &btf.str(member.name)));
    }
    for value in ty.enumerators() {
        say(&value.value.to_string());
        say(&btf.str(value.name));
    }
    if let Some(target) = ty.target().filter(|_| ty.kind() == Kind::Typedef) {
        say(&type_name(btf, target, ""));
    }
    (hashers.0.finish(), hashers.1.finish())
}
