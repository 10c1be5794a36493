//! Folders and units as a tree with the amounts of each, and for every type the folder or unit in which it counts.

use crate::units::Units;
use btf::{Btf, TypeId};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// A number of types and their bytes in the type section, without names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// How many types.
    pub types: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Which amount of a folder or unit is meant: before or after dedup, types or bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// Types after dedup instead of those before.
    pub after: bool,
    /// Bytes instead of types.
    pub bytes: bool,
}

/// Bytes of a forward declaration: the three words that every type has.
const FORWARD: u64 = 12;
/// In [`Sources::home`]: no unit has the type.
const NOWHERE: u32 = u32::MAX;
/// How many folders a path may have; a deeper one is cut.
const DEEPEST: usize = 64;

/// All folders and units of a result.
#[derive(Debug)]
pub struct Sources {
    pub(super) nodes: Vec<SourceNode>,
    /// The innermost folder that contains all units.
    pub(super) root: u32,
    /// Types made from the whole file: functions, variables, sections, tags.
    pub(super) whole_file: Amount,
    /// For each type, the innermost node that contains all units with it.
    pub(super) home: Vec<u32>,
}

/// A folder or a unit.
#[derive(Debug, Default)]
pub(super) struct SourceNode {
    pub(super) name: String,
    pub(super) parent: u32,
    pub(super) depth: u32,
    pub(super) children: Vec<u32>,
    pub(super) is_unit: bool,
    pub(super) before: Amount,
    /// After dedup: types that no part has alone. For a unit: types that no other unit has.
    pub(super) own: Amount,
    /// After dedup, with all parts.
    pub(super) after: Amount,
}

impl Amount {
    pub(super) fn add(&mut self, other: Amount) {
        self.types = self.types.saturating_add(other.types);
        self.bytes = self.bytes.saturating_add(other.bytes);
    }
}

impl Measured {
    /// The amount that is measured.
    pub fn of(self, before: Amount, after: Amount) -> u64 {
        let amount = if self.after { after } else { before };
        if self.bytes {
            amount.bytes
        } else {
            amount.types
        }
    }
}

impl Sources {
    /// Visits the types of all units.
    pub fn of(btf: &Btf, units: &dyn Units) -> Sources {
        let mut sources = Sources {
            nodes: vec![SourceNode::default()],
            root: 0,
            whole_file: Amount::default(),
            home: vec![NOWHERE; btf.end_id().index()],
        };
        let bytes: Vec<u32> = (0..btf.end_id().0)
            .map(|id| btf.get(TypeId(id)).map_or(0, |ty| ty.byte_len() as u32))
            .collect();
        let mut names: FxHashMap<(u32, String), u32> = FxHashMap::default();
        units.for_each_unit(&|_| true, &mut |name, types| {
            let node = sources.unit(name, &mut names);
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
                    sources.meet(one.id, node);
                }
            }
            if let Some(node) = sources.nodes.get_mut(node as usize) {
                node.before.add(before);
            }
        });
        sources.settle(btf, &bytes);
        sources
    }

    /// The node of a unit. Units of one name are one node: a file may be compiled more than once.
    fn unit(&mut self, name: &str, names: &mut FxHashMap<(u32, String), u32>) -> u32 {
        let mut parts: Vec<&str> = name.split('/').filter(|part| !part.is_empty()).collect();
        if parts.is_empty() {
            parts.push("(no name)");
        }
        // Without the last part, which is the file.
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
        let new = u32::try_from(self.nodes.len()).unwrap_or(NOWHERE);
        let depth = self.node(parent).map_or(0, |node| node.depth) + 1;
        self.nodes.push(SourceNode {
            name: name.to_owned(),
            parent,
            depth,
            is_unit,
            ..SourceNode::default()
        });
        if let Some(parent) = self.nodes.get_mut(parent as usize) {
            parent.children.push(new);
        }
        names.insert((parent, name.to_owned()), new);
        new
    }

    pub(super) fn node(&self, at: u32) -> Option<&SourceNode> {
        self.nodes.get(at as usize)
    }

    /// Records that a unit has a type, whose home becomes the innermost node of that unit and those before it.
    fn meet(&mut self, id: TypeId, unit: u32) {
        let Some(&home) = self.home.get(id.index()) else {
            return;
        };
        let (mut here, mut there) = (home, unit);
        if here == NOWHERE {
            here = unit;
        }
        while here != there && here != 0 {
            let depth = |at: u32| self.node(at).map_or(0, |node| node.depth);
            let up = |at: u32| self.node(at).map_or(0, |node| node.parent);
            match depth(here) >= depth(there) {
                true => here = up(here),
                false => there = up(there),
            }
        }
        if let Some(home) = self.home.get_mut(id.index()) {
            *home = here;
        }
    }

    /// Counts each type that is left at its home, and sums up the parts.
    fn settle(&mut self, btf: &Btf, bytes: &[u32]) {
        for (id, home) in self.home.iter().enumerate().skip(btf.first_id().index()) {
            let amount = Amount {
                types: 1,
                bytes: u64::from(bytes.get(id).copied().unwrap_or(0)),
            };
            match self.nodes.get_mut(*home as usize) {
                Some(node) => node.own.add(amount),
                None => self.whole_file.add(amount),
            }
        }
        for at in (0..self.nodes.len()).rev() {
            let Some(node) = self.nodes.get_mut(at) else {
                continue;
            };
            node.after.add(node.own);
            let (before, after, parent) = (node.before, node.after, node.parent);
            if at > 0
                && let Some(parent) = self.nodes.get_mut(parent as usize)
            {
                parent.before.add(before);
                parent.after.add(after);
            }
        }
        while let Some(node) = self.node(self.root)
            && let [only] = *node.children.as_slice()
            && self.node(only).is_some_and(|node| !node.is_unit)
        {
            self.root = only;
        }
    }

    /// The node at a path: folders and perhaps a unit, separated by `/`. The folders that contain all units may be left out.
    pub(super) fn find(&self, path: &str) -> Option<u32> {
        let named = |at: u32, name: &str| {
            let children = self.node(at)?.children.iter().copied();
            children
                .filter(|&child| self.node(child).is_some_and(|node| node.name == name))
                .min()
        };
        let from = |start: u32| {
            let mut parts = path.split('/').filter(|part| !part.is_empty());
            parts.try_fold(start, named)
        };
        from(self.root).or_else(|| from(0))
    }

    /// The innermost folder that contains all units with a type, without the folders that contain all units; `None` for types
    /// made from the whole file.
    pub fn folder_of(&self, id: TypeId) -> Option<String> {
        let mut at = *self.home.get(id.index())?;
        let node = self.node(at)?;
        if node.is_unit {
            at = node.parent;
        }
        Some(self.path(at))
    }

    /// The path of a node, from the root on.
    pub(super) fn path(&self, at: u32) -> String {
        let (mut names, mut at) = (Vec::new(), at);
        while at != self.root
            && let Some(node) = self.node(at)
            && at != 0
        {
            names.push(node.name.as_str());
            at = node.parent;
        }
        names.reverse();
        names.join("/")
    }
}
