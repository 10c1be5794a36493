//! Where types come from: folders of source files and their units, with what each had before dedup and what is left
//! of it.
//!
//! ```text
//! tiles  a folder as a treemap
//! area   a folder with its parts, or a unit with its types: what a treemap and a table show
//! ```
//!
//! After dedup a type is there once. It counts where all units that have it meet: in a unit when no other has it, in
//! a folder when units of several of its parts do.

mod area;
mod tiles;

pub use area::{Area, OfUnit, Part, PartKind};
pub use tiles::{Measured, TITLE, Tile, tiles};

use crate::session::Units;
use btf::{Btf, TypeId};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// Types and their bytes in the type section, names not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// Types.
    pub types: u64,
    /// Bytes.
    pub bytes: u64,
}

/// Bytes of a forward declaration: the three words that every type has.
const FORWARD: u64 = 12;
/// No place: a type that no unit has.
const NOWHERE: u32 = u32::MAX;
/// Folders below each other; a path that goes deeper is cut there.
const DEEPEST: usize = 64;

/// All folders and units of a result.
#[derive(Debug)]
pub struct Sources {
    places: Vec<Place>,
    /// The names of the folders that all units lie in, when there is only one at each level.
    root: u32,
    /// What was made from the whole file: functions, variables, sections, tags.
    whole_file: Amount,
    /// For each type, where the units that have it meet.
    home: Vec<u32>,
}

/// A folder or a unit.
#[derive(Debug, Default)]
struct Place {
    name: String,
    parent: u32,
    depth: u32,
    children: Vec<u32>,
    is_unit: bool,
    before: Amount,
    /// After dedup: what no part of it has alone. Of a unit: what no other unit has.
    own: Amount,
    /// After dedup, with all parts.
    after: Amount,
}

impl Amount {
    fn add(&mut self, other: Amount) {
        self.types = self.types.saturating_add(other.types);
        self.bytes = self.bytes.saturating_add(other.bytes);
    }
}

impl Sources {
    /// Goes through the types of all units.
    pub fn of(btf: &Btf, units: &dyn Units) -> Sources {
        let mut sources = Sources {
            places: vec![Place::default()],
            root: 0,
            whole_file: Amount::default(),
            home: vec![NOWHERE; btf.end_id().index()],
        };
        let bytes: Vec<u32> = (0..btf.end_id().0)
            .map(|id| btf.get(TypeId(id)).map_or(0, |ty| ty.byte_len() as u32))
            .collect();
        let mut names: FxHashMap<(u32, String), u32> = FxHashMap::default();
        units.for_each_unit(&|_| true, &mut |name, types| {
            let place = sources.unit(name, &mut names);
            let mut before = Amount::default();
            for one in types {
                let length = match (one.declared, bytes.get(one.id.index())) {
                    (true, _) | (_, None) => FORWARD,
                    (false, Some(&bytes)) => u64::from(bytes),
                };
                before.add(Amount {
                    types: 1,
                    bytes: length,
                });
                if !one.declared {
                    sources.meet(one.id, place);
                }
            }
            if let Some(place) = sources.places.get_mut(place as usize) {
                place.before.add(before);
            }
        });
        sources.settle(btf, &bytes);
        sources
    }

    /// The place of a unit. Units of one name are one place: a file may be compiled more than once.
    fn unit(&mut self, name: &str, names: &mut FxHashMap<(u32, String), u32>) -> u32 {
        let mut parts: Vec<&str> = name.split('/').filter(|part| !part.is_empty()).collect();
        if parts.is_empty() {
            parts.push("(no name)");
        }
        // Before the last: it is the file.
        let cut = parts.len().saturating_sub(1).min(DEEPEST);
        let file = parts.split_off(cut).join("/");
        let mut at = 0;
        for part in parts {
            at = self.child(at, part, false, names);
        }
        self.child(at, &file, true, names)
    }

    fn child(
        &mut self,
        parent: u32,
        name: &str,
        is_unit: bool,
        names: &mut FxHashMap<(u32, String), u32>,
    ) -> u32 {
        if let Some(&there) = names.get(&(parent, name.to_owned())) {
            return there;
        }
        let new = u32::try_from(self.places.len()).unwrap_or(NOWHERE);
        let depth = self.place(parent).map_or(0, |place| place.depth) + 1;
        self.places.push(Place {
            name: name.to_owned(),
            parent,
            depth,
            is_unit,
            ..Place::default()
        });
        if let Some(parent) = self.places.get_mut(parent as usize) {
            parent.children.push(new);
        }
        names.insert((parent, name.to_owned()), new);
        new
    }

    fn place(&self, at: u32) -> Option<&Place> {
        self.places.get(at as usize)
    }

    /// A unit has a type: its home is where that unit and those before it meet.
    fn meet(&mut self, id: TypeId, unit: u32) {
        let Some(&home) = self.home.get(id.index()) else {
            return;
        };
        let (mut here, mut there) = (home, unit);
        if here == NOWHERE {
            here = unit;
        }
        while here != there && here != 0 {
            let depth = |at: u32| self.place(at).map_or(0, |place| place.depth);
            let up = |at: u32| self.place(at).map_or(0, |place| place.parent);
            match depth(here) >= depth(there) {
                true => here = up(here),
                false => there = up(there),
            }
        }
        if let Some(home) = self.home.get_mut(id.index()) {
            *home = here;
        }
    }

    /// Counts what is left at its home, and adds parts up.
    fn settle(&mut self, btf: &Btf, bytes: &[u32]) {
        for (id, home) in self.home.iter().enumerate().skip(btf.first_id().index()) {
            let amount = Amount {
                types: 1,
                bytes: u64::from(bytes.get(id).copied().unwrap_or(0)),
            };
            match self.places.get_mut(*home as usize) {
                Some(place) => place.own.add(amount),
                None => self.whole_file.add(amount),
            }
        }
        for at in (0..self.places.len()).rev() {
            let Some(place) = self.places.get_mut(at) else {
                continue;
            };
            place.after.add(place.own);
            let (before, after, parent) = (place.before, place.after, place.parent);
            if at > 0
                && let Some(parent) = self.places.get_mut(parent as usize)
            {
                parent.before.add(before);
                parent.after.add(after);
            }
        }
        while let Some(place) = self.place(self.root)
            && let [only] = *place.children.as_slice()
            && self.place(only).is_some_and(|place| !place.is_unit)
        {
            self.root = only;
        }
    }

    /// Where a path leads: folders and at last a unit, separated by `/`. What all lie in may be left out.
    fn find(&self, path: &str) -> Option<u32> {
        let named = |at: u32, name: &str| {
            let children = self.place(at)?.children.iter().copied();
            children
                .filter(|&child| self.place(child).is_some_and(|place| place.name == name))
                .min()
        };
        let from = |start: u32| {
            let mut parts = path.split('/').filter(|part| !part.is_empty());
            parts.try_fold(start, named)
        };
        from(self.root).or_else(|| from(0))
    }

    /// The folder in which all units that have a type meet, without the folders that all units lie in; none for what
    /// was made from the whole file.
    pub fn folder_of(&self, id: TypeId) -> Option<String> {
        let mut at = *self.home.get(id.index())?;
        let place = self.place(at)?;
        if place.is_unit {
            at = place.parent;
        }
        Some(self.path(at))
    }

    /// The path of a place, from the root on.
    fn path(&self, at: u32) -> String {
        let (mut names, mut at) = (Vec::new(), at);
        while at != self.root
            && let Some(place) = self.place(at)
            && at != 0
        {
            names.push(place.name.as_str());
            at = place.parent;
        }
        names.reverse();
        names.join("/")
    }
}
