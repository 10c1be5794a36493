//! The types of a result, and what is derived from them on demand.

use crate::address::Address;
use crate::attached::Attached;
use crate::copies::Copies;
use crate::facts::Facts;
use crate::inlined::InlineSites;
use crate::left_out::LeftOut;
use crate::sort::sorted;
use crate::sources::tree::Sources;
use crate::units::Units;
use crate::users::{Use, Users, UsersOf};
use btf::{Btf, Kind, StringOffset, TypeId};
use budget::Budget;
use rustc_hash::FxHashMap;
use std::cell::OnceCell;
use std::sync::Arc;

/// A finished BTF to ask questions about. Whatever takes a pass over all types is computed when it is first needed
/// and kept.
#[derive(Debug)]
pub struct Explorer {
    btf: Arc<Btf>,
    budget: Budget,
    copies: Option<Copies>,
    kfuncs: FxHashMap<String, u32>,
    left_out: Vec<LeftOut>,
    users: OnceCell<Users>,
    facts: OnceCell<Facts>,
    ordinals: OnceCell<Ordinals>,
    by_name: OnceCell<Vec<TypeId>>,
    attached: OnceCell<Attached>,
    sources: OnceCell<Sources>,
    inline_sites: OnceCell<Arc<InlineSites>>,
}

impl Explorer {
    /// Takes the types and, if known, how many copies of each existed before dedup.
    pub fn new(btf: impl Into<Arc<Btf>>, copies: Option<Copies>) -> Explorer {
        Explorer {
            btf: btf.into(),
            budget: Budget::STANDARD,
            copies,
            kfuncs: FxHashMap::default(),
            left_out: Vec::new(),
            users: OnceCell::new(),
            facts: OnceCell::new(),
            ordinals: OnceCell::new(),
            by_name: OnceCell::new(),
            attached: OnceCell::new(),
            sources: OnceCell::new(),
            inline_sites: OnceCell::new(),
        }
    }

    /// Sets what an answer may cost; [`Budget::STANDARD`] unless it is set.
    pub fn with_budget(mut self, budget: Budget) -> Explorer {
        self.budget = budget;
        self
    }

    /// What an answer may cost.
    pub fn budget(&self) -> Budget {
        self.budget
    }

    /// Adds the flags of kfuncs by name, from the file's `.BTF_ids`.
    pub fn with_kfuncs(mut self, kfuncs: impl IntoIterator<Item = (String, u32)>) -> Explorer {
        self.kfuncs = kfuncs.into_iter().collect();
        self
    }

    /// Adds the functions that are not in the result.
    pub fn with_left_out(mut self, left_out: Vec<LeftOut>) -> Explorer {
        self.left_out = left_out;
        self
    }

    /// The functions that are not in the result, by name; empty if that is not known.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// Whether the file tells the flags of any kfunc.
    pub(crate) fn has_kfunc_flags(&self) -> bool {
        !self.kfuncs.is_empty()
    }

    /// The flags of a kfunc; `None` if the file does not tell them.
    pub fn kfunc_flags(&self, name: &str) -> Option<u32> {
        self.kfuncs.get(name).copied()
    }

    /// The tags of types, and the sections of variables.
    pub fn attached(&self) -> &Attached {
        self.attached.get_or_init(|| Attached::of(&self.btf))
    }

    /// The folders and units from which types come. `units` must be those of this result in every call.
    pub fn sources(&self, units: &dyn Units) -> &Sources {
        self.sources.get_or_init(|| Sources::of(&self.btf, units))
    }

    /// The folders and units, if [`Explorer::sources`] has computed them.
    pub fn known_sources(&self) -> Option<&Sources> {
        self.sources.get()
    }

    /// Where functions were inlined, as the BTF itself or [`Explorer::take_inline_sites`] tells.
    pub fn inline_sites(&self) -> &Arc<InlineSites> {
        self.inline_sites
            .get_or_init(|| Arc::new(InlineSites::of(&self.btf)))
    }

    /// Takes the sites of split BTF that is based on this one: `.BTF.inline`.
    pub fn take_inline_sites(&mut self, sites: Arc<InlineSites>) {
        self.inline_sites = OnceCell::from(sites);
    }

    /// The BTF itself.
    pub fn btf(&self) -> &Btf {
        &self.btf
    }

    /// The BTF, to read modules that are based on it.
    pub fn shared(&self) -> Arc<Btf> {
        self.btf.clone()
    }

    /// How many copies of each type existed before dedup; `None` without DWARF.
    pub fn copies(&self) -> Option<&Copies> {
        self.copies.as_ref()
    }

    /// Which types refer to which.
    pub fn users(&self) -> &Users {
        self.users.get_or_init(|| Users::of(&self.btf))
    }

    /// Layouts, numbers of users, and copies, by which lists are filtered and sorted.
    pub fn facts(&self) -> &Facts {
        self.facts
            .get_or_init(|| Facts::of(&self.btf, self.users(), self.copies()))
    }

    /// All types with a name, in the order of names.
    pub fn by_name(&self) -> &[TypeId] {
        self.by_name.get_or_init(|| {
            let btf = &self.btf;
            let name = |id: TypeId| btf.get(id).and_then(|ty| btf.string(ty.name()));
            let ids = (1..btf.end_id().0).map(TypeId);
            let (mut named, mut keys) = (Vec::new(), Vec::new());
            for id in ids {
                if let Some(name) = name(id).filter(|name| !name.is_empty()) {
                    named.push(id);
                    keys.push(first_bytes(name));
                }
            }
            let name = |at: u32| named.get(at as usize).and_then(|&id| name(id));
            let places: Vec<u32> = (0..).take(named.len()).collect();
            // Most names differ in their first bytes.
            let places = sorted(&places, &|&a, &b| {
                let keys = [a, b].map(|at| keys.get(at as usize));
                keys[0].cmp(&keys[1]).then_with(|| name(a).cmp(&name(b)))
            });
            let ids = places.into_iter().filter_map(|at| named.get(at as usize));
            ids.copied().collect()
        })
    }

    /// All types with this name, by id.
    pub fn named(&self, name: &[u8]) -> &[TypeId] {
        let btf = &self.btf;
        let of = |id: &TypeId| btf.get(*id).and_then(|ty| btf.string(ty.name()));
        let all = self.by_name();
        let start = all.partition_point(|id| of(id) < Some(name));
        let end = all.partition_point(|id| of(id) <= Some(name));
        all.get(start..end).unwrap_or_default()
    }

    /// The type at an address. If the name has fewer types than the address says, as after a rebuild, it is the first of them.
    pub fn find(&self, address: &Address) -> Option<TypeId> {
        if address.word == "type" {
            return address.find(&self.btf);
        }
        let named = self.named(address.name.as_bytes()).iter().copied();
        let fits = named.filter(|&id| address.fits(self.btf.kind(id)));
        let nth = fits.clone().nth(address.nth.saturating_sub(1) as usize);
        nth.or_else(|| fits.clone().next())
    }

    /// All uses of a type, in no particular order.
    pub fn users_of(&self, id: TypeId) -> Vec<Use> {
        UsersOf::find(&self.btf, self.users(), id)
    }

    /// The address of a type, with its number among the types of its name.
    pub fn address(&self, id: TypeId) -> Address {
        let ordinals = self.ordinals.get_or_init(|| Ordinals::of(&self.btf));
        Address::of(&self.btf, id, ordinals.nth(id))
    }
}

/// The first 16 bytes of a name, which contains no NUL, as numbers in the order of names.
fn first_bytes(name: &[u8]) -> [u64; 2] {
    let mut bytes = [0; 16];
    let len = name.len().min(bytes.len());
    bytes[..len].copy_from_slice(&name[..len]);
    let (first, second) = bytes.split_at(8);
    [first, second].map(|half| half.try_into().map_or(0, u64::from_be_bytes))
}

/// The number of a type among those of its name, for the few that are not the first.
#[derive(Debug, Default)]
pub struct Ordinals {
    later: FxHashMap<TypeId, u32>,
}

impl Ordinals {
    /// Counts the types of each name.
    pub fn of(btf: &Btf) -> Ordinals {
        let mut seen: FxHashMap<(&str, StringOffset), u32> = FxHashMap::default();
        let mut later = FxHashMap::default();
        for id in (1..btf.end_id().0).map(TypeId) {
            let Some(ty) = btf.get(id).filter(|ty| !ty.name().is_empty()) else {
                continue;
            };
            // A tag is identified by what it is on, not by its name.
            if matches!(ty.kind(), Kind::DeclTag | Kind::TypeTag) {
                continue;
            }
            let count = seen
                .entry((crate::address::word(ty.kind()), ty.name()))
                .or_default();
            *count += 1;
            if *count > 1 {
                later.insert(id, *count);
            }
        }
        Ordinals { later }
    }

    /// The number of a type among those of its kind and name, from 1.
    pub fn nth(&self, id: TypeId) -> u32 {
        self.later.get(&id).copied().unwrap_or(1)
    }
}
