//! Inlined functions: how often each was inlined, and where its arguments are at these sites, which a probe on the
//! function misses.
//!
//! The source is split BTF as `.BTF.inline` contains it. Functions are those of its base, or its own where every call
//! was inlined.

use crate::explorer::Explorer;
use crate::list::FoundTypes;
use crate::signatures::Signature;
use btf::{Btf, InlineSite, Kind, Place, Type, TypeId};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// A function that was inlined somewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InlinedFunction {
    /// The name of the function.
    pub name: String,
    /// The declaration as C.
    pub declaration: String,
    /// Whether the function exists in the base, so that a probe on it sees the calls that were not inlined.
    pub has_function: bool,
    /// The number of sites.
    pub sites: u32,
    /// Where its arguments are, over all sites.
    pub parameters: Vec<ArgumentPlaces>,
    /// The sites that are asked for, in the order of their sections and offsets.
    pub places: Vec<SitePlaces>,
}

/// At how many sites an argument is where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArgumentPlaces {
    /// The name of the parameter.
    pub name: String,
    /// In a register, or two.
    pub register: u32,
    /// In memory, at an offset from a register.
    pub memory: u32,
    /// The sum of a register and an offset.
    pub sum: u32,
    /// A constant, or the address of a variable.
    pub constant: u32,
    /// Nowhere, or not expressible.
    pub unknown: u32,
}

/// One site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SitePlaces {
    /// The section of the site.
    pub section: String,
    /// Bytes from the start of the section to the first instruction.
    pub offset: u32,
    /// Where each argument is, as bpftool prints it: `reg5`, `*(reg2 + 0x10)`, `0x7`; `None` where that is unknown.
    pub arguments: Vec<Option<String>>,
}

/// The inline sites of a BTF by the function that was inlined.
#[derive(Debug, Default)]
pub struct InlineSites {
    by_function: FxHashMap<TypeId, Vec<Sited>>,
}

/// A site with the LOCSEC that has it.
type Sited = (TypeId, InlineSite);

impl InlineSites {
    /// Those that the BTF itself has; its base has none.
    pub fn of(btf: &Btf) -> InlineSites {
        let mut by_function: FxHashMap<TypeId, Vec<Sited>> = FxHashMap::default();
        for (id, ty) in btf.types() {
            for site in ty.inline_sites() {
                by_function.entry(site.func).or_default().push((id, site));
            }
        }
        InlineSites { by_function }
    }

    /// Those of BTF that was read from a file.
    ///
    /// # Errors
    ///
    /// What a site refers to that it cannot, as people read it: the BTF is damaged or was made for another base.
    pub fn checked(btf: &Btf) -> Result<InlineSites, String> {
        btf.check_references().map_err(|error| error.to_string())?;
        let sites = InlineSites::of(btf);
        for (&function, of) in &sites.by_function {
            let is_of_site =
                |locations: TypeId| locations.0 == 0 || btf.kind(locations) == Kind::LocProto;
            let section = of.iter().find(|(_, site)| !is_of_site(site.locations));
            let (wrong, wanted) = match (btf.kind(function), section) {
                (Kind::Func, None) => continue,
                (Kind::Func, Some((_, site))) => (site.locations, "LOC_PROTO"),
                _ => (function, "FUNC"),
            };
            return Err(format!(
                "an inline site refers to type {wrong}, which is no {wanted}; the sites are damaged or based on other BTF"
            ));
        }
        if sites.is_empty() {
            return Err("it contains no inline sites".to_owned());
        }
        Ok(sites)
    }

    /// Whether no site is known.
    pub fn is_empty(&self) -> bool {
        self.by_function.is_empty()
    }

    /// At how many sites a function was inlined; `None` if no site of any function is known.
    pub fn count(&self, function: TypeId) -> Option<u32> {
        (!self.is_empty()).then(|| count(self.sites(function).len()))
    }

    /// Each function with the number of its sites, in no order.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (TypeId, u32)> {
        let all = self.by_function.iter();
        all.map(|(&function, sites)| (function, count(sites.len())))
    }

    fn sites(&self, function: TypeId) -> &[Sited] {
        let sites = self.by_function.get(&function);
        sites.map(Vec::as_slice).unwrap_or_default()
    }
}

/// The inlined functions among those that were found, most sites first, with each site if `each_site`.
pub fn inlined(explorer: &Explorer, found: &FoundTypes, each_site: bool) -> Vec<InlinedFunction> {
    let shown = if each_site { usize::MAX } else { 0 };
    let mut functions: Vec<InlinedFunction> = (found.ids())
        .filter_map(|id| InlinedFunction::of(explorer, id, 0, shown))
        .collect();
    functions.sort_by(|a, b| b.sites.cmp(&a.sites).then_with(|| a.name.cmp(&b.name)));
    functions
}

impl InlinedFunction {
    /// A function with at most `count` of its sites from site `from` on; `None` if it was inlined nowhere.
    pub fn of(
        explorer: &Explorer,
        id: TypeId,
        from: usize,
        count: usize,
    ) -> Option<InlinedFunction> {
        let btf = explorer.btf();
        let sites = explorer.inline_sites().sites(id);
        if sites.is_empty() {
            return None;
        }
        let signature = Signature::of(explorer, id);
        let prototype = btf.get(id).map(|ty| TypeId(ty.size_or_type()));
        let mut parameters: Vec<ArgumentPlaces> = (prototype.and_then(|id| btf.get(id)))
            .into_iter()
            .flat_map(|ty| ty.params())
            .map(|parameter| ArgumentPlaces {
                name: btf.str(parameter.name).into_owned(),
                ..ArgumentPlaces::default()
            })
            .collect();
        for (_, site) in sites {
            let mut places = places(btf, site);
            for parameter in &mut parameters {
                parameter.count(places.next().flatten());
            }
        }
        let shown = sites.iter().skip(from).take(count);
        Some(InlinedFunction {
            declaration: signature.text(),
            name: signature.name,
            has_function: id < btf.first_id(),
            sites: self::count(sites.len()),
            places: shown
                .map(|site| of_site(btf, site, parameters.len()))
                .collect(),
            parameters,
        })
    }
}

/// Where the arguments are at a site; `None` for those whose place is unknown.
fn places<'a>(btf: &'a Btf, site: &InlineSite) -> impl Iterator<Item = Option<Place>> + use<'a> {
    let locations = btf.get(site.locations).map(Type::locations);
    locations
        .into_iter()
        .flatten()
        .map(|id| Some(btf.get(id)?.location()?.place()))
}

fn of_site(btf: &Btf, (section, site): &Sited, parameters: usize) -> SitePlaces {
    let name = btf.name(*section);
    let section = name.strip_prefix("inline").unwrap_or(&name);
    let mut arguments: Vec<Option<String>> = places(btf, site)
        .take(parameters)
        .map(|place| place.map(|place| place.to_string()))
        .collect();
    arguments.resize(parameters, None);
    SitePlaces {
        section: section.to_owned(),
        offset: site.offset,
        arguments,
    }
}

/// A count in the width that answers use.
fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl ArgumentPlaces {
    fn count(&mut self, place: Option<Place>) {
        let count = match place {
            Some(Place::Register(_) | Place::Registers(..)) => &mut self.register,
            Some(Place::Memory(..)) => &mut self.memory,
            Some(Place::Sum(..)) => &mut self.sum,
            Some(Place::Unsigned(_) | Place::Signed(_) | Place::Address(_)) => &mut self.constant,
            _ => &mut self.unknown,
        };
        *count += 1;
    }
}

impl std::fmt::Display for ArgumentPlaces {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: ", self.name)?;
        let counts = [
            ("register", self.register),
            ("memory", self.memory),
            ("register + offset", self.sum),
            ("constant", self.constant),
            ("unknown", self.unknown),
        ];
        let counts = counts.iter().filter(|(_, count)| *count > 0);
        for (at, (word, count)) in counts.enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{word} {count}")?;
        }
        Ok(())
    }
}
