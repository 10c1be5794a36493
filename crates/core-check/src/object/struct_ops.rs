//! Maps that fill a struct of operations with programs.

use super::Object;
use super::code::Section;
use super::copies::Copies;
use super::programs::Autoload;
use btf::{Btf, Data, Kind, TypeId};
use elf::{SymbolSection, Symbols};
use rustc_hash::FxHashMap;

/// A variable of `.struct_ops`: a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StructOpsMap {
    /// The variable's name.
    pub name: String,
    /// The struct, as the object declares it.
    pub ty: TypeId,
    /// The map is created only if the program that loads the object asks for it.
    pub is_optional: bool,
    /// The members, in order.
    pub members: Vec<StructOpsMember>,
}

/// A member of the variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StructOpsMember {
    /// The program that is its value.
    pub program: Option<String>,
    /// All its bytes are zero.
    pub is_zero: bool,
}

/// The most members of all maps together: a hostile object can name one struct many times.
const MOST_MEMBERS: usize = 1 << 16;

/// Reads the maps of `.struct_ops` and its like.
pub(super) fn read(
    btf: &Btf,
    sections: &[Section],
    symbols: &Symbols,
    copies: &mut Copies,
) -> Vec<StructOpsMap> {
    let mut maps = Vec::new();
    let mut left = MOST_MEMBERS;
    let mut datasecs: FxHashMap<&[u8], btf::Type<'_>> = FxHashMap::default();
    for (_, ty) in btf.types().filter(|(_, ty)| ty.kind() == Kind::Datasec) {
        let name = btf.string(ty.name()).unwrap_or_default();
        datasecs.entry(name).or_insert(ty);
    }
    for section in sections {
        let bare = section.name.strip_prefix('?').unwrap_or(&section.name);
        if bare != ".struct_ops" && bare != ".struct_ops.link" {
            continue;
        }
        let is_optional = bare.len() != section.name.len();
        let Some(datasec) = datasecs.get(section.name.as_bytes()) else {
            continue;
        };
        // Compilers leave offsets to the loader, which takes them from the symbols.
        let here = SymbolSection::Section(elf::SectionIndex(section.index));
        let mut starts: FxHashMap<&[u8], u64> = FxHashMap::default();
        for symbol in symbols.iter().filter(|one| one.section == here) {
            starts.entry(symbol.name).or_insert(symbol.value);
        }
        for variable in datasec.variables() {
            let Some(Data::Var { target, .. }) = btf.get(variable.ty).map(|ty| ty.data()) else {
                continue;
            };
            let Some((id, ty)) = btf::layout::resolve(btf, target) else {
                continue;
            };
            if ty.kind() != Kind::Struct || ty.members().len() > left {
                continue;
            }
            left -= ty.members().len();
            let name = btf.get(variable.ty).and_then(|ty| btf.string(ty.name()));
            let name = name.unwrap_or_default();
            let start = starts.get(name).copied();
            let start = start.unwrap_or(u64::from(variable.offset));
            let members = ty.members().map(|member| {
                let offset = start.saturating_add(u64::from(member.bit_offset / 8));
                let size = btf::layout::size_of(btf, member.ty).unwrap_or(0);
                member_at(section, offset, size, copies)
            });
            maps.push(StructOpsMap {
                members: members.collect(),
                name: copies.text(name),
                ty: id,
                is_optional,
            });
        }
    }
    maps
}

fn member_at(section: &Section, offset: u64, size: u64, copies: &mut Copies) -> StructOpsMember {
    let all = &section.references;
    let first = all.partition_point(|one| one.offset < offset);
    let program = all.get(first).filter(|one| one.offset == offset);
    let start = usize::try_from(offset).unwrap_or(usize::MAX);
    let end = start.saturating_add(usize::try_from(size).unwrap_or(usize::MAX));
    let bytes = section
        .bytes
        .get(start.min(section.bytes.len())..end.min(section.bytes.len()));
    StructOpsMember {
        program: program.map(|one| copies.text(one.symbol.as_bytes())),
        is_zero: program.is_none()
            && bytes.is_none_or(|bytes| {
                copies.count(bytes.len()) && bytes.iter().all(|byte| *byte == 0)
            }),
    }
}

/// Switches off the programs that only maps refer to which are not created.
pub(super) fn switch_off(object: &mut Object) {
    // Programs that are members of maps, and whether all of these are optional.
    let mut members: FxHashMap<&str, bool> = FxHashMap::default();
    for map in &object.struct_ops {
        let programs = map.members.iter();
        for program in programs.filter_map(|member| member.program.as_deref()) {
            *members.entry(program).or_insert(true) &= map.is_optional;
        }
    }
    for program in &mut object.programs {
        let is_member = program
            .kind
            .as_ref()
            .is_some_and(|kind| kind.attach == super::AttachTo::StructOps);
        if is_member
            && program.autoload == Autoload::On
            && members.get(program.name.as_str()) == Some(&true)
        {
            program.autoload = Autoload::Off;
        }
    }
}
