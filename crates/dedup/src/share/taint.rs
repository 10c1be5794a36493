//! From which nodes a name with several definitions can be reached.

use super::reference::{Ref, Target};
use super::skeleton::Skeleton;
use super::tags::{Class, Role, class_of};
use btf::{Btf, Data, FwdKind, StringOffset, TypeId};

/// What is known of names and nodes when all units are in.
#[derive(Debug)]
pub(super) struct Taint {
    /// For each name: the node of its definition when all units agree, or of its forward when there is
    /// no definition.
    pub meaning: Vec<Option<u32>>,
    /// For each name: what it means depends on the unit.
    pub tags: Vec<bool>,
    /// For each name: what it means depends on the units before, too. A unit says it twice, or it has
    /// several definitions and a forward, which is equal to the one or the other. Or the base has a
    /// forward of it, which the first struct that reaches a definition settles: that struct stays apart
    /// from the base's, those before and after it do not.
    pub alone: Vec<bool>,
    /// For each node: a name whose meaning depends on the unit can be reached from it.
    pub nodes: Vec<bool>,
}

/// The name that a node defines or says forward.
pub(super) fn tag_of(skeleton: &Skeleton, node: u32) -> Option<(u32, Role)> {
    let words = skeleton.nodes.get(node);
    let (class, role) = class_of(words)?;
    Some((skeleton.tags.find(StringOffset(words[0]), class)?, role))
}

/// Which names the base of `btf` has forwards of.
fn base_forwards(skeleton: &Skeleton, btf: &Btf) -> Vec<bool> {
    let mut found = vec![false; skeleton.tags.list.len()];
    for id in 1..btf.first_id().0 {
        let Some(ty) = btf.get(TypeId(id)) else {
            continue;
        };
        let class = match ty.data() {
            Data::Fwd(FwdKind::Struct) => Class::Struct,
            Data::Fwd(FwdKind::Union) => Class::Union,
            _ => continue,
        };
        if let Some(tag) = skeleton.tags.find(ty.name(), class) {
            found[tag as usize] = true;
        }
    }
    found
}

impl Taint {
    /// Works it out by going from the names with several definitions backwards along references.
    pub fn of(skeleton: &Skeleton, btf: &Btf) -> Taint {
        let (tag_count, node_count) = (skeleton.tags.list.len(), skeleton.nodes.len());
        let mut definitions: Vec<Vec<u32>> = vec![Vec::new(); tag_count];
        let mut forwards: Vec<Option<u32>> = vec![None; tag_count];
        let mut apart = vec![false; tag_count];
        for node in 0..node_count {
            let Some((tag, role)) = tag_of(skeleton, node) else {
                continue;
            };
            apart[tag as usize] |= skeleton.nodes.private.binary_search(&node).is_ok();
            match role {
                Role::Definition => definitions[tag as usize].push(node),
                Role::Forward => _ = forwards[tag as usize].get_or_insert(node),
            }
        }
        let settled: Vec<bool> = base_forwards(skeleton, btf)
            .into_iter()
            .zip(&definitions)
            .map(|(in_base, definitions)| in_base && !definitions.is_empty())
            .collect();
        let ambiguous = |tag: usize| -> bool {
            let (name, class) = skeleton.tags.list[tag];
            // A struct and a union of one name make forwards of either ambiguous.
            let other = match class {
                Class::Struct => skeleton.tags.find(name, Class::Union),
                Class::Union => skeleton.tags.find(name, Class::Struct),
                Class::Enum => None,
            };
            let other_defined = other.is_some_and(|tag| !definitions[tag as usize].is_empty());
            definitions[tag].len() > 1
                || apart[tag]
                || settled[tag]
                || (forwards[tag].is_some() && !definitions[tag].is_empty() && other_defined)
        };
        let mut taint = Taint {
            meaning: (0..tag_count)
                .map(|tag| definitions[tag].first().copied().or(forwards[tag]))
                .collect(),
            tags: (0..tag_count).map(ambiguous).collect(),
            alone: (0..tag_count)
                .map(|tag| {
                    let several = definitions[tag].len() > 1 && forwards[tag].is_some();
                    apart[tag] || several || settled[tag]
                })
                .collect(),
            nodes: vec![false; node_count as usize],
        };
        taint.spread(skeleton);
        taint
    }

    fn spread(&mut self, skeleton: &Skeleton) {
        let users = Users::of(skeleton);
        let mut tags: Vec<u32> = (0..self.tags.len() as u32)
            .filter(|&tag| self.tags[tag as usize])
            .collect();
        let mut nodes: Vec<u32> = Vec::new();
        loop {
            while let Some(tag) = tags.pop() {
                nodes.extend(users.of_tag(tag));
            }
            let Some(node) = nodes.pop() else { break };
            if std::mem::replace(&mut self.nodes[node as usize], true) {
                continue;
            }
            nodes.extend(users.of_node(node));
            if let Some((tag, _)) = tag_of(skeleton, node)
                && !std::mem::replace(&mut self.tags[tag as usize], true)
            {
                tags.push(tag);
            }
        }
        // Whatever defines such a name is written once for each way in which units define it. So is a
        // forward enumeration, which becomes one or the other definition.
        for node in 0..skeleton.nodes.len() {
            let Some((tag, role)) = tag_of(skeleton, node) else {
                continue;
            };
            let is_enum = skeleton.tags.list[tag as usize].1 == Class::Enum;
            if role == Role::Definition || is_enum {
                self.nodes[node as usize] |= self.tags[tag as usize];
            }
        }
    }
}

/// Which nodes refer to a node or a name.
struct Users {
    starts: Vec<u32>,
    users: Vec<u32>,
    node_count: usize,
}

impl Users {
    fn of(skeleton: &Skeleton) -> Users {
        let node_count = skeleton.nodes.len() as usize;
        let mut pairs = Vec::new();
        let mut scratch = Vec::new();
        for node in 0..skeleton.nodes.len() {
            scratch.clear();
            scratch.extend_from_slice(skeleton.nodes.get(node));
            super::nodes::for_each_ref(&mut scratch, |reference: Ref| {
                match reference.target() {
                    Target::Node(to) => pairs.push((to, node)),
                    Target::Leaf(tag) => pairs.push((node_count as u32 + tag, node)),
                    Target::Void | Target::Extra(_) | Target::Index => {}
                }
                reference
            });
        }
        let slots = node_count + skeleton.tags.list.len();
        let mut starts = vec![0u32; slots + 1];
        for &(to, _) in &pairs {
            if let Some(count) = starts.get_mut(to as usize + 1) {
                *count += 1;
            }
        }
        for slot in 0..slots {
            starts[slot + 1] += starts[slot];
        }
        let mut next = starts.clone();
        let mut users = vec![0u32; pairs.len()];
        for &(to, node) in &pairs {
            if let Some(place) = next.get_mut(to as usize) {
                users[*place as usize] = node;
                *place += 1;
            }
        }
        Users {
            starts,
            users,
            node_count,
        }
    }

    fn of_node(&self, node: u32) -> impl Iterator<Item = u32> {
        self.slot(node as usize)
    }

    fn of_tag(&self, tag: u32) -> impl Iterator<Item = u32> {
        self.slot(self.node_count + tag as usize)
    }

    fn slot(&self, slot: usize) -> impl Iterator<Item = u32> {
        let range = self.starts[slot] as usize..self.starts[slot + 1] as usize;
        self.users[range].iter().copied()
    }
}
