//! Which names are ambiguous, and which nodes can reach an ambiguous name.

use super::base_names::{BaseComparison, BaseNames};
use super::merged_nodes::MergedNodes;
use super::node_ref::{NodeRef, Target};
use super::tag_names::{TagKind, TagRole, tag_of};
use btf::{Btf, StringOffset};

/// What is known of names and nodes when all units have been added. Names are indices of `MergedNodes::names`.
#[derive(Debug, Default)]
pub(crate) struct Ambiguity {
    /// The node of each name: that of its definition if all units agree, or of its forward if no unit defines it.
    pub node_of_name: Vec<Option<u32>>,
    /// Whether what a name means depends on the unit: whether it is ambiguous.
    pub names: Vec<bool>,
    /// Whether what a name means also depends on the units before. A unit repeats the name; or the name is declared
    /// and has several definitions, the base's among them, or one that contains such a name, so that the
    /// declaration is equal to one or the other; or the base defines the name several times. Or the base has a
    /// forward of it, which the first struct that reaches a definition settles: that struct stays apart from the
    /// base's, those before and after it do not.
    pub order_dependent: Vec<bool>,
    /// Whether a node can reach an ambiguous name.
    pub nodes: Vec<bool>,
}

/// The name that a node defines or declares.
pub(crate) fn tag_name_of(merged: &MergedNodes, node: u32) -> Option<(u32, TagRole)> {
    let words = merged.nodes.get(node);
    let (kind, role) = tag_of(words)?;
    Some((merged.names.find(StringOffset(words[0]), kind)?, role))
}

impl Ambiguity {
    /// Finds the ambiguous names, and goes from them backwards along references. `btf` has the base, `index` is the
    /// index type of arrays.
    pub fn of(merged: &MergedNodes, btf: &Btf, index: NodeRef) -> Ambiguity {
        let (tag_count, node_count) = (merged.names.list.len(), merged.nodes.len());
        let mut definitions: Vec<Vec<u32>> = vec![Vec::new(); tag_count];
        let mut forwards: Vec<Option<u32>> = vec![None; tag_count];
        let mut unshared = vec![false; tag_count];
        for node in 0..node_count {
            let Some((tag, role)) = tag_name_of(merged, node) else {
                continue;
            };
            unshared[tag as usize] |= merged.nodes.private.binary_search(&node).is_ok();
            match role {
                TagRole::Definition => definitions[tag as usize].push(node),
                TagRole::Forward => _ = forwards[tag as usize].get_or_insert(node),
            }
        }
        let base = BaseNames::of(merged, btf);
        let settled: Vec<bool> = base
            .forward
            .iter()
            .zip(&definitions)
            .map(|(&in_base, definitions)| in_base && !definitions.is_empty())
            .collect();
        let declared: Vec<bool> = forwards.iter().map(Option::is_some).collect();
        let comparison = BaseComparison {
            nodes: &merged.nodes,
            definitions: &definitions,
            unshared: &unshared,
            names: &merged.names.list,
            btf,
            index,
        };
        let open = ambiguous_with_base(&base, &declared, &comparison);
        let ambiguous = |tag: usize| -> bool {
            let (name, kind) = merged.names.list[tag];
            // A struct and a union of one name make forwards of either ambiguous.
            let other = match kind {
                TagKind::Struct => merged.names.find(name, TagKind::Union),
                TagKind::Union => merged.names.find(name, TagKind::Struct),
                TagKind::Enum => None,
            };
            let other_defined = other.is_some_and(|tag| !definitions[tag as usize].is_empty());
            definitions[tag].len() > 1
                || unshared[tag]
                || settled[tag]
                || open[tag]
                || (forwards[tag].is_some() && !definitions[tag].is_empty() && other_defined)
        };
        let mut ambiguity = Ambiguity {
            node_of_name: (0..tag_count)
                .map(|tag| definitions[tag].first().copied().or(forwards[tag]))
                .collect(),
            names: (0..tag_count).map(ambiguous).collect(),
            order_dependent: (0..tag_count)
                .map(|tag| unshared[tag] || settled[tag] || open[tag])
                .collect(),
            nodes: vec![false; node_count as usize],
        };
        ambiguity.propagate(merged);
        for tag in 0..tag_count {
            ambiguity.order_dependent[tag] |=
                ambiguity.names[tag] && declared[tag] && !definitions[tag].is_empty();
        }
        ambiguity
    }

    fn propagate(&mut self, merged: &MergedNodes) {
        let users = Users::of(merged);
        let mut tags: Vec<u32> = (0..self.names.len() as u32)
            .filter(|&tag| self.names[tag as usize])
            .collect();
        // A unit's own copy of a type: what holds one is this unit's as well, and no other unit's
        // declaration may stand for it.
        let mut nodes: Vec<u32> = merged.nodes.private.clone();
        loop {
            while let Some(tag) = tags.pop() {
                nodes.extend(users.of_name(tag));
            }
            let Some(node) = nodes.pop() else { break };
            if std::mem::replace(&mut self.nodes[node as usize], true) {
                continue;
            }
            nodes.extend(users.of_node(node));
            if let Some((tag, _)) = tag_name_of(merged, node)
                && !std::mem::replace(&mut self.names[tag as usize], true)
            {
                tags.push(tag);
            }
        }
        // Whatever defines such a name is written once for each way in which units define it. So is a
        // forward enumeration, which becomes one or the other definition.
        for node in 0..merged.nodes.len() {
            let Some((tag, role)) = tag_name_of(merged, node) else {
                continue;
            };
            let is_enum = merged.names.list[tag as usize].1 == TagKind::Enum;
            if role == TagRole::Definition || is_enum {
                self.nodes[node as usize] |= self.names[tag as usize];
            }
        }
    }
}

/// Whether each name is ambiguous only because of the base: it is declared and has several definitions, the base's
/// included, or the base defines it several times. A base can have equal definitions, if dedup compared them before
/// all types below them were settled. Then the engine's table gives one of them, and a struct that contains the
/// other gives that.
fn ambiguous_with_base(
    base: &BaseNames,
    declared: &[bool],
    comparison: &BaseComparison<'_>,
) -> Vec<bool> {
    let mut open = vec![false; declared.len()];
    let (mut asked, mut pairs) = (Vec::new(), Vec::new());
    for tag in 0..declared.len() {
        match (&base.definitions[tag][..], &comparison.definitions[tag][..]) {
            ([], _) => {}
            ([_], _) if !declared[tag] => {}
            ([_], []) => {}
            (&[id], &[node]) => {
                asked.push(tag);
                pairs.push((node, id));
            }
            _ => open[tag] = true,
        }
    }
    for (tag, equal) in asked.into_iter().zip(comparison.equal(&pairs)) {
        open[tag] = !equal;
    }
    open
}

/// The nodes that refer to each node and to each name.
struct Users {
    starts: Vec<u32>,
    users: Vec<u32>,
    node_count: usize,
}

impl Users {
    fn of(merged: &MergedNodes) -> Users {
        let node_count = merged.nodes.len() as usize;
        let mut pairs = Vec::new();
        let mut scratch = Vec::new();
        for node in 0..merged.nodes.len() {
            scratch.clear();
            scratch.extend_from_slice(merged.nodes.get(node));
            super::nodes::for_each_ref(&mut scratch, |reference: NodeRef| {
                match reference.target() {
                    Target::Node(to) => pairs.push((to, node)),
                    Target::TagName(tag) => pairs.push((node_count as u32 + tag, node)),
                    Target::Void | Target::Added(_) | Target::Index => {}
                }
                reference
            });
        }
        let slots = node_count + merged.names.list.len();
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

    fn of_name(&self, tag: u32) -> impl Iterator<Item = u32> {
        self.slot(self.node_count + tag as usize)
    }

    fn slot(&self, slot: usize) -> impl Iterator<Item = u32> {
        let range = self.starts[slot] as usize..self.starts[slot + 1] as usize;
        self.users[range].iter().copied()
    }
}
