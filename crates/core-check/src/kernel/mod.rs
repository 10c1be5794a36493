//! A kernel to check against: its types and modules, indexed by name once for all objects.

mod config;
mod files;
mod index;
mod kfuncs;
mod name;
mod registered;
mod symbols;

pub use config::Config;
pub use files::{FileRole, natural, role_of};
pub(crate) use name::trimmed;
pub use name::{essential, module_name};
pub use symbols::{Symbol, SymbolNames};

use crate::spending::{bytes_of, check_names};
use btf::{Btf, Kind, Type, TypeId};
use budget::{Budget, OverBudget};
use index::Index;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The types of a kernel and its modules, and what else is known of it.
#[derive(Debug)]
pub struct Kernel {
    /// The name that answers use: a release or a file name.
    pub name: String,
    /// The release as numbers, if the name or the file has it.
    pub release: Option<Release>,
    /// The symbols of the kernel, if they are known.
    pub symbols: Option<SymbolNames>,
    /// The options of its configuration, if they are known.
    pub config: Option<Config>,
    types: Types,
    modules: Vec<Types>,
    /// Why its types cannot be looked at.
    over_budget: Option<OverBudget>,
}

/// The first three numbers of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Release {
    /// As in `LINUX_VERSION_MAJOR`.
    pub major: u8,
    /// The second number.
    pub minor: u8,
    /// The third number; at most 255 counts, as in `KERNEL_VERSION`.
    pub patch: u16,
}

/// The BTF of the kernel or of one of its modules, with an index by name.
#[derive(Debug)]
pub struct Types {
    /// `vmlinux`, or the module's name.
    pub name: String,
    /// The types; a module's are split BTF on the kernel's.
    pub btf: Arc<Btf>,
    /// 0 for the kernel; modules are counted from 1.
    pub(crate) number: usize,
    index: Index,
}

/// A type of the kernel or of a module.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// Whose types they are.
    pub types: &'a Types,
    /// The type.
    pub id: TypeId,
}

impl Kernel {
    /// Indexes the types of a kernel.
    pub fn new(name: &str, btf: Arc<Btf>) -> Kernel {
        Kernel::within(name, btf, Budget::STANDARD)
    }

    /// As [`Kernel::new`]. If the names of its types take more bytes than the budget allows, checks on it are undecided.
    pub fn within(name: &str, btf: Arc<Btf>, budget: Budget) -> Kernel {
        let over_budget = check_names(&btf, budget).err();
        Kernel {
            name: name.to_owned(),
            release: Release::of(name),
            symbols: None,
            config: None,
            types: match over_budget {
                None => Types::new("vmlinux", btf, 0),
                Some(_) => Types::without_index("vmlinux", btf, 0),
            },
            modules: Vec::new(),
            over_budget,
        }
    }

    /// Adds a module, whose split BTF is based on the kernel's. Modules are searched in the order in which they are added.
    pub fn add_module(&mut self, name: &str, btf: Arc<Btf>) {
        self.add_module_within(name, btf, Budget::STANDARD);
    }

    /// As [`Kernel::add_module`], with the budget of [`Kernel::within`].
    pub fn add_module_within(&mut self, name: &str, btf: Arc<Btf>, budget: Budget) {
        let number = self.modules.len() + 1;
        let over_budget = self.over_budget.or_else(|| check_names(&btf, budget).err());
        self.modules.push(match over_budget {
            None => Types::new(name, btf, number),
            Some(_) => Types::without_index(name, btf, number),
        });
        self.over_budget = over_budget;
    }

    /// Fails if types have too many bytes of names to look at.
    pub(crate) fn check_budget(&self) -> Result<(), OverBudget> {
        self.over_budget.map_or(Ok(()), Err)
    }

    /// Bytes of types and names.
    pub(crate) fn bytes(&self) -> u64 {
        let modules = self.modules.iter().map(|module| bytes_of(&module.btf));
        bytes_of(&self.types.btf) + modules.sum::<u64>()
    }

    /// How many types a look-up of this essential name looks at, at most.
    pub(crate) fn crowd(&self, essential: &[u8]) -> usize {
        let all = std::iter::once(&self.types).chain(&self.modules);
        all.map(|types| 1 + types.index.count_under(essential))
            .sum()
    }

    /// The kernel's own types.
    pub fn types(&self) -> &Types {
        &self.types
    }

    /// The modules.
    pub fn modules(&self) -> &[Types] {
        &self.modules
    }

    /// The types that a place is in.
    pub fn types_of(&self, place: &crate::targets::Place) -> Option<&Types> {
        match &place.module {
            None => Some(&self.types),
            Some(name) => self.modules.iter().find(|module| module.name == *name),
        }
    }

    /// The types that a relocation considers: the kernel's with this essential name and kind, or, if it has none, those of all
    /// modules.
    pub fn candidates(&self, essential: &[u8], kind: Kind) -> Vec<Found<'_>> {
        let own = self.types.candidates(essential, kind);
        if !own.is_empty() {
            return own;
        }
        let of_modules = self.modules.iter();
        of_modules
            .flat_map(|module| module.candidates(essential, kind))
            .collect()
    }

    /// The first type of exactly this name and kind: the kernel's, or a module's if the name of that begins with `module`.
    pub fn find(&self, module: Option<&str>, name: &[u8], kind: Kind) -> Option<Found<'_>> {
        let fits = |types: &&Types| module.is_none_or(|module| types.name.starts_with(module));
        if let Some(id) = Some(&self.types)
            .filter(fits)
            .and_then(|types| types.find(name, kind))
        {
            return Some(Found {
                types: &self.types,
                id,
            });
        }
        self.modules.iter().filter(fits).find_map(|types| {
            // A module's look-up includes its base.
            let id = types
                .find(name, kind)
                .or_else(|| self.types.find(name, kind))?;
            Some(Found { types, id })
        })
    }

    /// The first type of exactly this name and kind, of the kernel or as a module's own.
    pub fn find_own(&self, name: &[u8], kind: Kind) -> Option<Found<'_>> {
        let all = std::iter::once(&self.types).chain(&self.modules);
        let mut found = all.filter_map(|types| {
            let id = types.find(name, kind)?;
            Some(Found { types, id })
        });
        found.next()
    }

    /// Whether a FUNC is a kfunc: by its tag, or, where the BTF tags none, by the sets of the kernel's file. `None` if neither is
    /// known.
    pub(crate) fn is_kfunc(&self, found: Found<'_>) -> Option<bool> {
        found.types.is_kfunc(found.id).or_else(|| {
            let symbols = self.symbols.as_ref().filter(|_| found.types.is_kernel())?;
            let btf = &found.types.btf;
            symbols.is_kfunc(btf.string(btf.get(found.id)?.name())?)
        })
    }

    /// The numbers of the types of programs for which a kfunc is registered, as far as the kernel's file tells. 0 stands for all.
    pub(crate) fn kfunc_types(&self, found: Found<'_>) -> Option<&BTreeSet<u32>> {
        let symbols = self.symbols.as_ref().filter(|_| found.types.is_kernel())?;
        let btf = &found.types.btf;
        symbols.kfunc_types(btf.string(btf.get(found.id)?.name())?)
    }

    /// The kinds of types that have this essential name, in the kernel and its modules.
    pub fn kinds_of(&self, essential: &[u8]) -> Vec<Kind> {
        let all = std::iter::once(&self.types).chain(&self.modules);
        let mut kinds: Vec<Kind> = all.flat_map(|types| types.kinds_of(essential)).collect();
        kinds.sort();
        kinds.dedup();
        kinds
    }
}

impl Types {
    fn new(name: &str, btf: Arc<Btf>, number: usize) -> Types {
        Types {
            index: Index::of(&btf),
            ..Types::without_index(name, btf, number)
        }
    }

    fn without_index(name: &str, btf: Arc<Btf>, number: usize) -> Types {
        Types {
            name: name.to_owned(),
            btf,
            number,
            index: Index::default(),
        }
    }

    /// Whether these are the kernel's types and not a module's.
    pub fn is_kernel(&self) -> bool {
        self.btf.base().is_none()
    }

    /// The first own type of exactly this name and kind.
    pub fn find(&self, name: &[u8], kind: Kind) -> Option<TypeId> {
        let mut found = self.index.under(essential(name)).filter(|&id| {
            let ty = self.btf.get(id);
            ty.is_some_and(|ty| ty.kind() == kind && self.btf.string(ty.name()) == Some(name))
        });
        found.next()
    }

    /// Whether a FUNC is tagged as a kfunc; `None` if no FUNC is.
    pub fn is_kfunc(&self, id: TypeId) -> Option<bool> {
        self.index.is_kfunc(id)
    }

    /// A FUNC that is tagged as a kfunc: the first, if any is.
    pub(crate) fn any_kfunc(&self) -> Option<TypeId> {
        self.index.any_kfunc()
    }

    /// The kernel's types of a kind of whose names and this one, one may begin or end with the other, in the order of ids.
    pub(crate) fn with_ends_of(
        &self,
        name: &[u8],
        kind: Kind,
    ) -> impl Iterator<Item = (TypeId, Type<'_>)> {
        let ids = self.index.with_ends_of(name, kind);
        ids.filter_map(|id| Some((id, self.btf.get(id)?)))
    }

    fn candidates(&self, essential: &[u8], kind: Kind) -> Vec<Found<'_>> {
        let fits = |ty: Type<'_>| same_kind(ty.kind(), kind);
        let found = self.named(essential).filter(|&(_, ty)| fits(ty));
        found.map(|(id, _)| Found { types: self, id }).collect()
    }

    fn kinds_of(&self, essential: &[u8]) -> impl Iterator<Item = Kind> {
        self.named(essential).map(|(_, ty)| ty.kind())
    }

    fn named(&self, wanted: &[u8]) -> impl Iterator<Item = (TypeId, Type<'_>)> {
        self.index.under(wanted).filter_map(move |id| {
            let ty = self.btf.get(id)?;
            let name = self.btf.string(ty.name())?;
            (essential(name) == wanted).then_some((id, ty))
        })
    }
}

/// Whether two kinds count as one: ENUM and ENUM64 do.
pub(crate) fn same_kind(a: Kind, b: Kind) -> bool {
    a == b || a.is_any_enum() && b.is_any_enum()
}

impl Release {
    /// The numbers at the start of `6.1.0-47-cloud-amd64`, or after the first `-` of `vmlinux-6.1.0-47`.
    pub fn of(name: &str) -> Option<Release> {
        let start = name.find(|one: char| one.is_ascii_digit())?;
        let mut numbers = name[start..].split(|one: char| !one.is_ascii_digit());
        let major = numbers.next()?.parse().ok()?;
        let minor = numbers.next()?.parse().ok()?;
        let patch = numbers.next().and_then(|number| number.parse().ok());
        Some(Release {
            major,
            minor,
            patch: patch.unwrap_or(0),
        })
    }

    /// The number that `LINUX_KERNEL_VERSION` has.
    pub fn code(self) -> u32 {
        u32::from(self.major) << 16 | u32::from(self.minor) << 8 | u32::from(self.patch.min(255))
    }
}
