//! Types that no node stands for: tags, variables, and an index type for arrays where the DWARF
//! has none.

use crate::encoded_unit::UnitNumber;
use crate::options::Features;
use crate::sorting;
use crate::unit_extras::{NodeTag, UnitExtras};
use crate::variables::{Objects, SectionPlace, VariableCandidate, VariableFilter};
use btf::{Btf, Info, IntEncoding, Kind, Linkage, StringOffset};
use dedup::sharing::{AddedType, NodeRef};
use elf::Elf;

/// These types, in the order in which they follow the types of their units.
#[derive(Debug)]
pub(crate) struct ExtraTypes {
    pub types: Vec<AddedType>,
    /// The index type of arrays.
    pub index: NodeRef,
    /// Variables by section and offset.
    pub placed: Vec<PlacedVariable>,
}

/// A variable with its place in a section.
#[derive(Debug)]
pub(crate) struct PlacedVariable {
    pub variable: NodeRef,
    pub place: SectionPlace,
    pub size: u32,
}

/// What may follow a unit's types, in this order.
#[derive(Clone, Copy)]
enum FollowingType<'a> {
    IndexType,
    Tag(&'a NodeTag),
    Variable(&'a VariableCandidate),
}

/// Makes them of what units have. `names` holds the names of all units.
pub(crate) fn collect(
    extras: &UnitExtras,
    names: &mut Btf,
    elf: &Elf,
    objects: &Objects,
    features: Features,
) -> Result<ExtraTypes, btf::Error> {
    let filter = VariableFilter::new(elf, objects, features);
    let mut out = ExtraTypes {
        types: Vec::new(),
        index: extras.index.map_or(NodeRef::INDEX, |index| index.reference),
        placed: Vec::new(),
    };
    for (unit, following) in in_order(extras) {
        match following {
            FollowingType::IndexType => {
                let name = names.intern(b"int")?;
                out.index = out.push(unit, index_type(name).to_vec());
            }
            FollowingType::Tag(one) => {
                out.push(unit, tag(one.value, one.target, one.component));
            }
            FollowingType::Variable(variable) => {
                let name = names.string(variable.name).unwrap_or_default();
                if let Some(place) = filter.place(variable, name) {
                    out.add_variable(variable, place);
                }
            }
        }
    }
    sorting::sort_by_key(&mut out.placed, |placed| placed.place);
    Ok(out)
}

/// The type that counts the elements of arrays where no unit has an `int`.
pub(crate) fn index_type(name: StringOffset) -> [u32; 4] {
    let data = (u32::from(IntEncoding::SIGNED.0) << 24) | 32;
    [name.0, Info::new(Kind::Int, 0, false).0, 4, data]
}

/// What follows units, by unit.
fn in_order(extras: &UnitExtras) -> Vec<(UnitNumber, FollowingType<'_>)> {
    // A unit that has arrays before any unit has an `int` gets one of its own.
    let synthetic = extras
        .first_array
        .filter(|&unit| extras.index.is_none_or(|first| unit < first.unit));
    let mut all: Vec<(UnitNumber, FollowingType<'_>)> = synthetic
        .map(|unit| (unit, FollowingType::IndexType))
        .into_iter()
        .collect();
    let tags = extras.decl_tags.iter();
    all.extend(tags.map(|tag| (tag.unit, FollowingType::Tag(tag))));
    let variables = extras.variables.iter();
    all.extend(variables.map(|variable| (variable.unit, FollowingType::Variable(variable))));
    sorting::sort_by_key(&mut all, |&(unit, _)| unit);
    all
}

impl ExtraTypes {
    fn push(&mut self, unit: UnitNumber, words: Vec<u32>) -> NodeRef {
        let reference = NodeRef::added(self.types.len() as u32);
        self.types.push(AddedType {
            unit: unit.0,
            words,
        });
        reference
    }

    /// Adds a VAR and its tags.
    fn add_variable(&mut self, variable: &VariableCandidate, place: SectionPlace) {
        let linkage = if variable.external {
            Linkage::Global
        } else {
            Linkage::Static
        };
        let info = Info::new(Kind::Var, 0, false).0;
        let words = vec![variable.name.0, info, variable.ty.0, linkage.number()];
        let own = self.push(variable.unit, words);
        self.placed.push(PlacedVariable {
            variable: own,
            place,
            size: u32::try_from(variable.size).unwrap_or(u32::MAX),
        });
        for &value in &variable.decl_tags {
            self.push(variable.unit, tag(value, own, -1));
        }
    }
}

/// The words of a DECL_TAG.
fn tag(value: StringOffset, target: NodeRef, component: i32) -> Vec<u32> {
    vec![
        value.0,
        Info::new(Kind::DeclTag, 0, false).0,
        target.0,
        component as u32,
    ]
}
