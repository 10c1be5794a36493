//! Questions about names that have several types.

use super::{Question, count};
use crate::address::{Address, spoken};
use crate::definition::{Line, definition};
use crate::explorer::Explorer;
use crate::group::Group;
use crate::session::Session;
use crate::units::{Folder, Units};
use crate::why::{Cause, Repeated, Step, Trail, Via, repeated};
use btf::TypeId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A name that has several types.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepeatedRow {
    /// The first of its types.
    pub address: Address,
    /// The name as a heading: `struct slot`.
    pub title: String,
    /// How many types have the name.
    pub count: u32,
}

/// Why a name has more than one type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// The name as a heading: `struct slot`.
    pub title: String,
    /// The types of that name.
    pub definitions: Vec<Definition>,
    /// For each type but the first, the path to its nearest difference from the first.
    pub differences: Vec<Difference>,
}

/// One of several types of a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// Kind, name, and number of the type.
    pub address: Address,
    /// The units that have the type, by folder.
    pub folders: Vec<Folder>,
    /// How many units have the type.
    pub units: u32,
}

/// What distinguishes two types of one name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The path from the two types to their difference.
    pub trail: Trail,
    /// Both types of each pair on the path as C, with the line that leads on.
    pub pairs: Vec<(Half, Half)>,
}

/// One type of a pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Half {
    /// Kind, name, and number of the type.
    pub address: Address,
    /// The definition as C.
    pub lines: Vec<Line>,
    /// The number of the line that leads on or that differs, from 0.
    pub marked: Option<u32>,
    /// How many units have the type.
    pub units: u32,
}

/// Asks for all names that have several types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListRepeated;

impl Question for ListRepeated {
    type Answer = Vec<RepeatedRow>;

    fn answer(
        self,
        session: &mut Session,
        _: Option<&dyn Units>,
    ) -> Result<Vec<RepeatedRow>, String> {
        let explorer = session.explorer();
        let btf = explorer.btf();
        let row = |one: &Repeated| {
            Some(RepeatedRow {
                address: explorer.address(*one.ids.first()?),
                title: one.title(btf),
                count: count(one.ids.len()),
            })
        };
        Ok(repeated(btf).iter().filter_map(row).collect())
    }
}

/// Asks why the name of this type has several types.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhyRepeated(pub Address);

impl Question for WhyRepeated {
    type Answer = Why;

    fn answer(self, session: &mut Session, units: Option<&dyn Units>) -> Result<Why, String> {
        let (explorer, id) = session.find(&self.0)?;
        let btf = explorer.btf();
        let all = repeated(btf);
        let Some(one) = all.iter().find(|one| one.ids.contains(&id)) else {
            return Err(format!(
                "{} has one definition: dedup merged all its copies",
                spoken(btf, id)
            ));
        };
        let trails = one.trails(explorer);
        let steps = trails.iter().flat_map(|trail| &trail.steps);
        let on_the_way = steps.flat_map(|step| [TypeId(step.left), TypeId(step.right)]);
        let ids: Vec<TypeId> = one.ids.iter().copied().chain(on_the_way).collect();
        // For all types at once, since each call visits all units.
        let sources = units.map_or_else(Vec::new, |units| units.units_of(&ids));
        let known: BTreeMap<TypeId, Vec<String>> = ids.into_iter().zip(sources).collect();
        let definition = |id: &TypeId| {
            let units = known.get(id).cloned().unwrap_or_default();
            Definition {
                address: explorer.address(*id),
                units: count(units.len()),
                folders: Folder::of(units),
            }
        };
        let difference = |trail: Trail| Difference {
            pairs: pairs(explorer, &trail, &known),
            trail,
        };
        Ok(Why {
            title: one.title(btf),
            definitions: one.ids.iter().map(definition).collect(),
            differences: trails.into_iter().map(difference).collect(),
        })
    }
}

/// Both sides of every pair on the path.
fn pairs(
    explorer: &Explorer,
    trail: &Trail,
    units: &BTreeMap<TypeId, Vec<String>>,
) -> Vec<(Half, Half)> {
    let steps = trail.steps.iter().enumerate();
    let pair = |(at, step): (usize, &Step)| {
        let next = trail.steps.get(at + 1).map(|next| next.via.as_ref());
        let row = match next {
            Some(via) => via.and_then(Via::number),
            None => trail.cause.as_ref().and_then(Cause::number),
        };
        let half = |id: u32| {
            let units = units.get(&TypeId(id)).map_or(0, Vec::len);
            half(explorer, TypeId(id), row, units)
        };
        (half(step.left), half(step.right))
    };
    steps.map(pair).collect()
}

fn half(explorer: &Explorer, id: TypeId, number: Option<u32>, units: usize) -> Half {
    let lines = definition(explorer, id);
    let kind = Group::of(explorer.btf().kind(id));
    // Members of the type itself are indented by one level; lines without an offset are comments.
    let direct = lines.iter().enumerate().filter(|(_, line)| {
        let of_enum = kind == Some(Group::Enum) && line.depth == 1;
        line.depth == 1 && (line.offset.is_some() || of_enum)
    });
    let marked = number.and_then(|number| direct.map(|(at, _)| at).nth(number as usize));
    Half {
        address: explorer.address(id),
        marked: marked.and_then(|at| u32::try_from(at).ok()),
        lines,
        units: count(units),
    }
}
