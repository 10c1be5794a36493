//! Inline sites as split BTF on the result.

use super::merge::InlineMerge;
use super::run::Site;
use crate::functions::FunctionCandidates;
use crate::sorting;
use crate::statistics::InlineStatistics;
use btf::layout::Shapes;
use btf::verify::is_identifier;
use btf::{Btf, Info, Kind, Linkage, StringOffset, TypeId};
use dedup::Deduped;
use dedup::sharing::{ExpandedTypes, NodeRef};
use elf::Elf;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The types of inlined functions, by their ids in the result.
#[derive(Debug)]
pub(crate) struct FinalTypes {
    /// Of each function its result, and its parameters.
    prototypes: Vec<(TypeId, Vec<TypeId>)>,
}

impl FinalTypes {
    /// Finds them.
    pub fn of(inline: &InlineMerge, expanded: &ExpandedTypes, deduped: &Deduped) -> FinalTypes {
        let table = &inline.functions.table;
        let prototypes = table.candidates.iter().map(|candidate| {
            let id = |reference: NodeRef| deduped.new_id(expanded.id(candidate.unit.0, reference));
            let params = table.params_of(candidate).iter();
            (id(candidate.result), params.map(|it| id(it.ty)).collect())
        });
        FinalTypes {
            prototypes: prototypes.collect(),
        }
    }
}

/// Writes the sites as split BTF on `base`, and says what was written. Unless `keep_refused`, functions with names that
/// the kernel refuses are left out.
pub(crate) fn write(
    inline: InlineMerge,
    types: &FinalTypes,
    elf: &Elf,
    base: &Arc<Btf>,
    keep_refused: bool,
) -> Result<(Btf, InlineStatistics), btf::Error> {
    let code = CodeSections::of(elf);
    let mut statistics = InlineStatistics::of(inline.counts);
    let mut placed: Vec<(usize, u32, u32, u32)> = Vec::new();
    let mut writer = Writer::new(base);
    let mut functions: Vec<Option<Option<TypeId>>> = vec![None; types.prototypes.len()];
    let mut lists: FxHashMap<(u32, u32), TypeId> = FxHashMap::default();
    for &Site {
        address,
        function,
        locations,
    } in &inline.sites
    {
        let Some((section, offset)) = code.find(address) else {
            statistics.outside_code += 1;
            continue;
        };
        let at = function as usize;
        let (Some(known), Some(prototype)) = (functions.get_mut(at), types.prototypes.get(at))
        else {
            continue;
        };
        let func = match *known {
            Some(func) => func,
            None => {
                let func = writer.function(&inline, at, prototype, keep_refused)?;
                *known = Some(func);
                func
            }
        };
        let Some(func) = func else {
            statistics.refused_name += 1;
            continue;
        };
        let list = match lists.get(&(function, locations)) {
            Some(&list) => list,
            None => {
                let list = writer.locations(&inline, locations, &prototype.1)?;
                lists.insert((function, locations), list);
                list
            }
        };
        placed.push((section, offset, func.0, list.0));
    }
    // Stable: sites at one address stay in the order of their DIEs, the outer one first.
    sorting::sort_by_key(&mut placed, |&(section, offset, ..)| (section, offset));
    for sites in placed.chunk_by(|a, b| a.0 == b.0) {
        for sites in sites.chunks(Info::MAX_VLEN as usize) {
            writer.section(&code, sites)?;
        }
    }
    statistics.sites = placed.len() as u64;
    let mut inlined: Vec<u32> = placed.iter().map(|&(.., func, _)| func).collect();
    inlined.sort_unstable();
    inlined.dedup();
    statistics.functions = inlined.len() as u64;
    Ok((writer.btf, statistics))
}

/// The split BTF that is written, and its types by what they contain.
struct Writer<'b> {
    btf: Btf,
    /// Sizes of the base's types.
    shapes: Shapes<'b>,
    /// Functions of the base by name.
    of_base: FxHashMap<StringOffset, Vec<TypeId>>,
    /// Own types by their words.
    own: FxHashMap<Vec<u32>, TypeId>,
}

impl<'b> Writer<'b> {
    fn new(base: &'b Arc<Btf>) -> Writer<'b> {
        let mut of_base: FxHashMap<StringOffset, Vec<TypeId>> = FxHashMap::default();
        let mut one = Some(base);
        while let Some(btf) = one {
            let functions = btf.types().filter(|(_, ty)| ty.kind() == Kind::Func);
            for (id, ty) in functions {
                of_base.entry(ty.name()).or_default().push(id);
            }
            one = btf.base();
        }
        Writer {
            btf: Btf::split(base.clone()),
            shapes: Shapes::new(base),
            of_base,
            own: FxHashMap::default(),
        }
    }

    /// Adds a type unless there is an equal one.
    fn push(&mut self, words: Vec<u32>) -> Result<TypeId, btf::Error> {
        if let Some(&known) = self.own.get(&words) {
            return Ok(known);
        }
        let id = self.btf.push(&words)?;
        self.own.insert(words, id);
        Ok(id)
    }

    /// The FUNC of an inlined function: that of the base if its prototype is the same, else one of its own. `None` if
    /// the kernel would refuse one of its names.
    fn function(
        &mut self,
        inline: &InlineMerge,
        at: usize,
        (result, params): &(TypeId, Vec<TypeId>),
        keep_refused: bool,
    ) -> Result<Option<TypeId>, btf::Error> {
        let FunctionCandidates { table, .. } = &inline.functions;
        let Some(candidate) = table.candidates.get(at) else {
            return Ok(None);
        };
        let text = |name: StringOffset| inline.names.string(name).unwrap_or_default();
        let of_params = table.params_of(candidate);
        let names = || of_params.iter().map(|param| text(param.name));
        // The last parameter has no name if it stands for `...`.
        let mut all = names().filter(|name| !name.is_empty());
        let is_accepted = is_identifier(text(candidate.name)) && all.all(is_identifier);
        if !(is_accepted || keep_refused) {
            return Ok(None);
        }
        let info = Info::new(Kind::FuncProto, of_params.len() as u32, false);
        let mut proto = vec![0, info.0, result.0];
        for (name, ty) in names().zip(params) {
            proto.extend([self.btf.intern(name)?.0, ty.0]);
        }
        let name = self.btf.intern(text(candidate.name))?;
        let is_same = |id: &&TypeId| {
            let target = self.btf.get(**id).and_then(|func| func.target());
            let found = target.and_then(|target| self.btf.get(target));
            found.is_some_and(|found| found.words() == proto)
        };
        let known = self.of_base.get(&name).into_iter().flatten().find(is_same);
        if let Some(&known) = known {
            return Ok(Some(known));
        }
        let proto = self.push(proto)?;
        let info = Info::new(Kind::Func, Linkage::Static.number(), false);
        self.push(vec![name.0, info.0, proto.0]).map(Some)
    }

    /// The LOC_PROTO of a list of places, for parameters of these types.
    fn locations(
        &mut self,
        inline: &InlineMerge,
        locations: u32,
        params: &[TypeId],
    ) -> Result<TypeId, btf::Error> {
        let list = inline.locations.get(locations);
        let list = list.map_or(&[][..], Vec::as_slice);
        let info = Info::new(Kind::LocProto, list.len() as u32, false);
        let mut proto = vec![0, info.0, 0];
        for (&place, &ty) in list.iter().zip(params) {
            let place = place.checked_sub(1).and_then(|at| inline.places.get(at));
            proto.push(match place {
                Some(place) => {
                    let size = self.shapes.size_of(ty).unwrap_or(0);
                    let size = u32::try_from(size).unwrap_or(0);
                    let info = Info::new(Kind::LocParam, place.values.len() as u32, false);
                    let mut words = vec![0, info.0, size, place.flags];
                    words.extend(&place.values);
                    self.push(words)?.0
                }
                None => 0,
            });
        }
        self.push(proto)
    }

    /// Adds the LOCSEC of sites in one section.
    fn section(
        &mut self,
        code: &CodeSections<'_>,
        sites: &[(usize, u32, u32, u32)],
    ) -> Result<(), btf::Error> {
        let name = sites.first().map_or("", |site| code.name(site.0));
        let name = format!("inline.{}", name.strip_prefix('.').unwrap_or(name));
        let info = Info::new(Kind::LocSec, sites.len() as u32, false);
        let mut words = vec![self.btf.intern(name.as_bytes())?.0, info.0, 0];
        for &(_, offset, func, list) in sites {
            words.extend([func, list, offset]);
        }
        self.btf.push(&words)?;
        Ok(())
    }
}

/// `SHF_EXECINSTR`: the section contains instructions.
const EXECINSTR: u64 = 4;

fn is_code(section: &elf::Section) -> bool {
    section.is_loaded() && section.flags & EXECINSTR != 0
}

/// The sections of a file that contain code, by address.
struct CodeSections<'e> {
    elf: &'e Elf,
    /// Address, size, and number.
    sections: Vec<(u64, u64, usize)>,
}

impl<'e> CodeSections<'e> {
    fn of(elf: &'e Elf) -> CodeSections<'e> {
        let code = elf.sections.iter().enumerate();
        let mut sections: Vec<(u64, u64, usize)> = code
            .filter(|(_, section)| is_code(section) && section.size > 0)
            .map(|(number, section)| (section.addr, section.size, number))
            .collect();
        sorting::sort(&mut sections);
        CodeSections { elf, sections }
    }

    /// The section that contains an address, and the offset there.
    fn find(&self, address: u64) -> Option<(usize, u32)> {
        let after = self.sections.partition_point(|it| it.0 <= address);
        let &(start, size, number) = self.sections.get(after.checked_sub(1)?)?;
        let offset = address - start;
        if offset >= size {
            return None;
        }
        Some((number, u32::try_from(offset).ok()?))
    }

    fn name(&self, number: usize) -> &str {
        self.elf.sections.get(number).map_or("", |it| &it.name)
    }
}
