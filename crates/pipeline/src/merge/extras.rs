//! Types that no node stands for: tags, variables, and an index type for arrays where the DWARF
//! has none.

use super::Merge;
use crate::options::Features;
use crate::shard::VariableState;
use crate::variables::{Filter, Place};
use btf::{Info, IntEncoding, Kind, Linkage, StringOffset};
use dedup::sharing::{Extra, NodeRef};
use elf::Symbols;

/// These types, in the order in which they follow the types of their units.
#[derive(Debug)]
pub(crate) struct Extras {
    pub types: Vec<Extra>,
    /// The index type of arrays.
    pub index: NodeRef,
    /// Variables by section and offset.
    pub placed: Vec<Placed>,
}

/// A variable with its place in a section.
#[derive(Debug)]
pub(crate) struct Placed {
    pub variable: NodeRef,
    pub place: Place,
    pub size: u32,
}

/// What may follow a unit's types, in this order.
#[derive(Clone, Copy)]
enum Item<'a> {
    Int,
    Tag(&'a (u32, u32, u32, i32)),
    Variable(&'a VariableState),
}

/// Collects them from what the shards brought.
pub(crate) fn collect(
    merge: &mut Merge,
    symbols: &Symbols,
    features: Features,
) -> Result<Extras, btf::Error> {
    // A unit that has arrays before any unit has an `int` gets one of its own.
    let synthetic = merge
        .first_array
        .filter(|&unit| merge.index.is_none_or(|(first, _)| unit < first));
    let int = match synthetic {
        Some(_) => merge.names.intern(b"int")?,
        None => StringOffset::EMPTY,
    };
    let filter = Filter::new(&merge.elf, symbols, features);
    let mut items: Vec<(u32, Item<'_>)> = synthetic
        .map(|unit| (unit, Item::Int))
        .into_iter()
        .collect();
    items.extend(merge.decl_tags.iter().map(|tag| (tag.0, Item::Tag(tag))));
    items.extend(
        merge
            .variables
            .iter()
            .map(|variable| (variable.unit, Item::Variable(variable))),
    );
    items.sort_by_key(|&(unit, _)| unit);

    let mut out = Extras {
        types: Vec::new(),
        index: merge
            .index
            .map_or(NodeRef::INDEX, |(_, reference)| reference),
        placed: Vec::new(),
    };
    for (unit, item) in items {
        match item {
            Item::Int => {
                let data = (u32::from(IntEncoding::SIGNED.0) << 24) | 32;
                out.index = out.push(unit, vec![int.0, Info::new(Kind::Int, 0, false).0, 4, data]);
            }
            Item::Tag(&(_, value, target, component)) => {
                out.push(unit, tag(value, NodeRef(target), component));
            }
            Item::Variable(variable) => {
                let name = merge
                    .names
                    .string(StringOffset(variable.name))
                    .unwrap_or_default();
                let Some(place) = filter.place(variable, name) else {
                    continue;
                };
                let linkage = if variable.external {
                    Linkage::Global
                } else {
                    Linkage::Static
                };
                let info = Info::new(Kind::Var, 0, false).0;
                let own = out.push(
                    unit,
                    vec![variable.name, info, variable.ty, linkage.number()],
                );
                let size = u32::try_from(variable.size).unwrap_or(u32::MAX);
                out.placed.push(Placed {
                    variable: own,
                    place,
                    size,
                });
                for &value in &variable.decl_tags {
                    out.push(unit, tag(value, own, -1));
                }
            }
        }
    }
    out.placed.sort_by_key(|placed| placed.place);
    Ok(out)
}

impl Extras {
    fn push(&mut self, unit: u32, words: Vec<u32>) -> NodeRef {
        let reference = NodeRef::extra(self.types.len() as u32);
        self.types.push(Extra { unit, words });
        reference
    }
}

fn tag(value: u32, target: NodeRef, component: i32) -> Vec<u32> {
    vec![
        value,
        Info::new(Kind::DeclTag, 0, false).0,
        target.0,
        component as u32,
    ]
}
