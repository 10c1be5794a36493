//! Maps that fill a struct of operations with programs.

use super::Object;
use super::code::Section;
use super::programs::Autoload;
use btf::{Btf, Data, Kind, TypeId};
use elf::{SymbolSection, Symbols};

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
pub(super) fn read(btf: &Btf, sections: &[Section], symbols: &Symbols) -> Vec<StructOpsMap> {
    let mut maps = Vec::new();
    let mut left = MOST_MEMBERS;
    for section in sections {
        let bare = section.name.strip_prefix('?').unwrap_or(&section.name);
        if bare != ".struct_ops" && bare != ".struct_ops.link" {
            continue;
        }
        let is_optional = bare.len() != section.name.len();
        let Some(datasec) = btf.types().find(|(_, ty)| {
            ty.kind() == Kind::Datasec && btf.string(ty.name()) == Some(section.name.as_bytes())
        }) else {
            continue;
        };
        for variable in datasec.1.variables() {
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
            let name = btf.name(variable.ty).into_owned();
            // Compilers leave offsets to the loader, which takes them from the symbols.
            let here = SymbolSection::Section(elf::SectionIndex(section.index));
            let mut symbols = symbols.iter().filter(|one| one.section == here);
            let symbol = symbols.find(|one| one.name == name.as_bytes());
            let start = symbol.map_or(u64::from(variable.offset), |symbol| symbol.value);
            let members = ty.members().map(|member| {
                let offset = start.saturating_add(u64::from(member.bit_offset / 8));
                let size = btf::layout::size_of(btf, member.ty).unwrap_or(0);
                member_at(section, offset, size)
            });
            maps.push(StructOpsMap {
                name,
                ty: id,
                is_optional,
                members: members.collect(),
            });
        }
    }
    maps
}

fn member_at(section: &Section, offset: u64, size: u64) -> StructOpsMember {
    let program = section.references.iter().find(|one| one.offset == offset);
    let start = usize::try_from(offset).unwrap_or(usize::MAX);
    let end = start.saturating_add(usize::try_from(size).unwrap_or(usize::MAX));
    let bytes = section
        .bytes
        .get(start.min(section.bytes.len())..end.min(section.bytes.len()));
    StructOpsMember {
        program: program.map(|one| one.symbol.clone()),
        is_zero: program.is_none() && bytes.unwrap_or_default().iter().all(|byte| *byte == 0),
    }
}

/// Switches off the programs that only maps refer to which are not created.
pub(super) fn switch_off(object: &mut Object) {
    for program in &mut object.programs {
        let is_member = program
            .kind
            .as_ref()
            .is_some_and(|kind| kind.attach == super::AttachTo::StructOps);
        if !is_member || program.autoload != Autoload::On {
            continue;
        }
        let named = |map: &StructOpsMap| {
            let mut members = map.members.iter();
            members.any(|member| member.program.as_deref() == Some(&program.name))
        };
        let mut maps = object.struct_ops.iter().filter(|map| named(map)).peekable();
        if maps.peek().is_some() && maps.all(|map| map.is_optional) {
            program.autoload = Autoload::Off;
        }
    }
}
