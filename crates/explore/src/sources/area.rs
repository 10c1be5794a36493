//! A folder with its parts, or a unit with its types, for a table and a treemap.

use super::tree::{Amount, Measured, SourceNode, Sources};
use crate::address::Address;
use crate::explorer::Explorer;
use crate::sort::sorted;
use crate::units::Units;
use btf::{Kind, TypeId};
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// How many types of a unit are listed.
const TYPES: usize = 200;

/// A folder or a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    /// The path; empty for all sources.
    pub path: String,
    /// For all sources: the folders that contain every unit.
    pub inside: String,
    /// How many units it contains.
    pub units: u32,
    /// Types before dedup.
    pub before: Amount,
    /// Types that are left after dedup.
    pub after: Amount,
    /// The parts, those with the most bytes before dedup first.
    pub parts: Vec<AreaPart>,
    /// For a unit: its types.
    pub types: Vec<UnitTypeRow>,
}

/// A part of a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AreaPart {
    /// The name of the folder or unit within its folder.
    pub name: String,
    /// Whether it is a folder, a unit, or a sum.
    pub kind: AreaPartKind,
    /// Types before dedup.
    pub before: Amount,
    /// Types that are left after dedup.
    pub after: Amount,
    /// For a folder: its parts, without their parts.
    pub parts: Vec<AreaPart>,
}

/// What a part of a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AreaPartKind {
    /// A folder.
    Folder,
    /// A unit.
    Unit,
    /// Types after dedup that several parts have.
    Shared,
    /// Types made from the whole file: functions and variables.
    WholeFile,
}

impl Area {
    /// Sorts the parts, those with the largest amount first.
    pub fn sort(&mut self, measured: Measured) {
        let amount = |part: &AreaPart| Reverse(measured.of(part.before, part.after));
        self.parts.sort_by_key(amount);
    }
}

impl AreaPart {
    /// The part as a table names it.
    pub fn title(&self) -> &str {
        match self.kind {
            AreaPartKind::Folder | AreaPartKind::Unit => &self.name,
            AreaPartKind::Shared => "shared by several of these",
            AreaPartKind::WholeFile => "functions and variables",
        }
    }
}

impl AreaPartKind {
    /// The word for the kind of part in a table.
    pub fn word(self) -> &'static str {
        match self {
            AreaPartKind::Folder => "folder",
            AreaPartKind::Unit => "unit",
            AreaPartKind::Shared => "shared",
            AreaPartKind::WholeFile => "file",
        }
    }
}

/// A type of a unit, as a row of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitTypeRow {
    /// Kind and name of the type.
    pub address: Address,
    /// The kind, which decides the swatch.
    pub kind: Kind,
    /// The name; empty for types without one.
    pub name: String,
    /// Bytes of the type in the type section.
    pub bytes: u64,
    /// Copies of the type in all units.
    pub copies: u32,
    /// Whether no other unit has it.
    pub only_here: bool,
}

impl Sources {
    /// The folder or unit at a path; `None` if there is none. `units` tells the types of a unit.
    pub fn area(&self, explorer: &Explorer, units: &dyn Units, path: &str) -> Option<Area> {
        let at = self.find(path)?;
        let node = self.node(at)?;
        let mut parts = self.parts(node, true);
        let is_root = at == self.root;
        if is_root && self.whole_file.types > 0 {
            parts.push(AreaPart {
                name: String::new(),
                kind: AreaPartKind::WholeFile,
                before: self.whole_file,
                after: self.whole_file,
                parts: Vec::new(),
            });
        }
        let with_whole = |mut amount: Amount| {
            if is_root {
                amount.add(self.whole_file);
            }
            amount
        };
        let inside = match is_root {
            true => self.above(at),
            false => String::new(),
        };
        Some(Area {
            path: self.path(at),
            inside,
            units: self.units_below(at),
            before: with_whole(node.before),
            after: with_whole(node.after),
            parts,
            types: match node.is_unit {
                true => self.types_of(explorer, units, at),
                false => Vec::new(),
            },
        })
    }

    fn parts(&self, node: &SourceNode, with_theirs: bool) -> Vec<AreaPart> {
        let children = node.children.iter().filter_map(|&child| self.node(child));
        let part = |child: &SourceNode| AreaPart {
            name: child.name.clone(),
            kind: match child.is_unit {
                true => AreaPartKind::Unit,
                false => AreaPartKind::Folder,
            },
            before: child.before,
            after: child.after,
            parts: match with_theirs {
                true => self.parts(child, false),
                false => Vec::new(),
            },
        };
        let mut parts: Vec<AreaPart> = children.map(part).collect();
        parts.sort_by(|a, b| {
            b.before
                .bytes
                .cmp(&a.before.bytes)
                .then_with(|| a.name.cmp(&b.name))
        });
        if !node.is_unit && node.own.types > 0 {
            parts.push(AreaPart {
                name: String::new(),
                kind: AreaPartKind::Shared,
                before: Amount::default(),
                after: node.own,
                parts: Vec::new(),
            });
        }
        parts
    }

    fn above(&self, at: u32) -> String {
        let (mut names, mut at) = (Vec::new(), at);
        while at != 0
            && let Some(node) = self.node(at)
        {
            names.push(node.name.as_str());
            at = node.parent;
        }
        names.reverse();
        names.join("/")
    }

    fn units_below(&self, at: u32) -> u32 {
        let (mut open, mut count) = (vec![at], 0);
        while let Some(node) = open.pop().and_then(|at| self.node(at)) {
            count += u32::from(node.is_unit);
            open.extend(&node.children);
        }
        count
    }

    /// The largest types of a unit, those that no other unit has first.
    fn types_of(&self, explorer: &Explorer, units: &dyn Units, unit: u32) -> Vec<UnitTypeRow> {
        let path = self.above(unit);
        let mut found: FxHashSet<TypeId> = FxHashSet::default();
        let is_it = |name: &str| {
            let mut parts = name.split('/').filter(|part| !part.is_empty());
            let same =
                path.split('/').all(|part| parts.next() == Some(part)) && parts.next().is_none();
            // The tree has another name for a unit without one.
            same || (name.is_empty() && path == "(no name)")
        };
        units.for_each_unit(&is_it, &mut |_, types| {
            let own = types.iter().filter(|one| !one.declared);
            found.extend(own.map(|one| one.id));
        });
        let btf = explorer.btf();
        let ids: Vec<TypeId> = found.into_iter().filter(|id| id.0 != 0).collect();
        let rank = |id: &TypeId| {
            let bytes = btf.get(*id).map_or(0, |ty| ty.byte_len());
            let only_here = self.home.get(id.index()) == Some(&unit);
            (!only_here, Reverse(bytes), id.0)
        };
        let ids = sorted(&ids, &|a, b| rank(a).cmp(&rank(b)));
        let of_unit = |id: TypeId| UnitTypeRow {
            address: explorer.address(id),
            kind: btf.kind(id),
            name: btf.name(id).into_owned(),
            bytes: btf.get(id).map_or(0, |ty| ty.byte_len() as u64),
            copies: explorer.copies().map_or(0, |copies| copies.of(id)),
            only_here: self.home.get(id.index()) == Some(&unit),
        };
        let named = |id: &TypeId| btf.get(*id).is_some_and(|ty| !ty.name().is_empty());
        ids.into_iter()
            .filter(named)
            .map(of_unit)
            .take(TYPES)
            .collect()
    }
}
