//! Which names are ambiguous, and how often each node is written because of them.
//!
//! A name is ambiguous if units mean different types by it. Most such names matter to the types alone that mention them: a
//! dozen drivers have a `struct controller` each, and nothing that they share leads to it. Types that mention an ambiguous name are written
//! once for each of its meanings. Only a *contested* name ([`super::contested`]) can make copies of all types above it differ.

use super::base_names::{BaseComparison, BaseNames};
use super::contested::{self, Units};
use super::mentions::Mentions;
use super::merged_nodes::MergedNodes;
use super::node_ref::NodeRef;
use super::tag_names::{TagNameKind, TagRole, tag_of};
use super::users::Users;
use btf::{Btf, StringOffset};

/// What is known of names and nodes when all units have been added. Names are indices of `MergedNodes::names`.
#[derive(Debug, Default)]
pub(crate) struct Ambiguity {
    /// The node of each name: that of its definition if all units agree, or of its forward if no unit defines it.
    pub node_of_name: Vec<Option<u32>>,
    /// Whether what a name means depends on the unit: whether it is ambiguous.
    pub names: Vec<bool>,
    /// Whether what a name means also depends on the units before. A unit repeats the name; or the name is contested, and
    /// declared and has several definitions, the base's among them, or one that contains such a name, so that the
    /// declaration is equal to one or the other; or the base defines the name several times. Or the base has a
    /// forward of it, which the first struct that reaches a definition settles: that struct stays apart from the
    /// base's, those before and after it do not.
    pub order_dependent: Vec<bool>,
    /// How often each node is written.
    pub nodes: Vec<Written>,
    /// The ambiguous names that nodes mention which are written once for each meaning.
    pub mentions: Mentions,
}

/// How often a node is written, so that the exact engine sees all that differs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Written {
    /// Once: all its copies are equal.
    #[default]
    Once,
    /// Once for each meaning that units give the ambiguous names that it mentions.
    EachMeaning,
    /// Once for each class of units: it can reach a contested name.
    EachClass,
}

/// What defines and declares each name.
#[derive(Debug)]
pub(super) struct Tags {
    pub definitions: Vec<Vec<u32>>,
    pub forwards: Vec<Option<u32>>,
    /// Whether a unit repeats the name.
    pub unshared: Vec<bool>,
}

impl Tags {
    fn of(merged: &MergedNodes) -> Tags {
        let count = merged.names.list.len();
        let mut tags = Tags {
            definitions: vec![Vec::new(); count],
            forwards: vec![None; count],
            unshared: vec![false; count],
        };
        for node in 0..merged.nodes.len() {
            let Some((tag, role)) = tag_name_of(merged, node) else {
                continue;
            };
            let tag = tag as usize;
            tags.unshared[tag] |= !merged.nodes.is_shared(node);
            match role {
                TagRole::Definition => tags.definitions[tag].push(node),
                TagRole::Forward => _ = tags.forwards[tag].get_or_insert(node),
            }
        }
        tags
    }
}

/// The name that a node defines or declares.
pub(crate) fn tag_name_of(merged: &MergedNodes, node: u32) -> Option<(u32, TagRole)> {
    let words = merged.nodes.get(node);
    let (kind, role) = tag_of(words)?;
    Some((merged.names.find(StringOffset(words[0]), kind)?, role))
}

impl Ambiguity {
    /// Finds the ambiguous names, and goes from the contested ones backwards along references. `units` have the nodes, `btf` has
    /// the base, `index` is the index type of arrays.
    pub fn of(merged: &MergedNodes, units: &dyn Units, btf: &Btf, index: NodeRef) -> Ambiguity {
        let (tags, users) = (Tags::of(merged), Users::of(merged));
        let mut names = Names::of(merged, &tags, btf, index);
        // A base has meanings of its own, which no unit shows.
        let has_base = btf.base().is_some();
        contested::find(merged, units, &tags, &users, &mut names, has_base);
        Ambiguity::with(merged, tags, &users, names)
    }

    fn with(merged: &MergedNodes, tags: Tags, users: &Users, mut names: Names) -> Ambiguity {
        let mentions = Mentions::of(users, &mut names);
        let mut ambiguity = Ambiguity {
            node_of_name: tags
                .definitions
                .iter()
                .zip(&tags.forwards)
                .map(|(definitions, forward)| definitions.first().copied().or(*forward))
                .collect(),
            nodes: vec![Written::Once; merged.nodes.len() as usize],
            names: names.ambiguous,
            order_dependent: names.order_dependent,
            mentions,
        };
        for node in ambiguity.mentions.nodes() {
            ambiguity.nodes[node as usize] = Written::EachMeaning;
        }
        let contested = ambiguity.propagate(merged, users, names.contested);
        for (tag, order_dependent) in ambiguity.order_dependent.iter_mut().enumerate() {
            *order_dependent |=
                contested[tag] && tags.forwards[tag].is_some() && !tags.definitions[tag].is_empty();
        }
        ambiguity
    }

    /// Goes backwards from contested names: whatever can reach one is written once for each class. A name that is defined by such
    /// a node is contested too. Returns which names are.
    fn propagate(
        &mut self,
        merged: &MergedNodes,
        users: &Users,
        mut contested: Vec<bool>,
    ) -> Vec<bool> {
        let mut tags: Vec<u32> = (0..)
            .zip(&contested)
            .filter(|&(_, &is_contested)| is_contested)
            .map(|(tag, _)| tag)
            .collect();
        // A unit's own copy of a type: what holds one is this unit's as well, and no other unit's
        // declaration may stand for it.
        let mut nodes: Vec<u32> = merged.nodes.private.clone();
        loop {
            while let Some(tag) = tags.pop() {
                nodes.extend(users.of_name(tag));
            }
            let Some(node) = nodes.pop() else { break };
            let written = &mut self.nodes[node as usize];
            if std::mem::replace(written, Written::EachClass) == Written::EachClass {
                continue;
            }
            nodes.extend(users.of_node(node));
            if let Some((tag, _)) = tag_name_of(merged, node)
                && !std::mem::replace(&mut contested[tag as usize], true)
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
            let is_enum = merged.names.list[tag as usize].1 == TagNameKind::Enum;
            if (role == TagRole::Definition || is_enum) && contested[tag as usize] {
                self.nodes[node as usize] = Written::EachClass;
            }
        }
        for (name, contested) in self.names.iter_mut().zip(&contested) {
            *name |= contested;
        }
        contested
    }
}

/// What the definitions and declarations alone say about names.
#[derive(Debug)]
pub(super) struct Names {
    pub ambiguous: Vec<bool>,
    /// Those that can make copies of the types above them differ.
    pub contested: Vec<bool>,
    pub order_dependent: Vec<bool>,
}

impl Names {
    fn of(merged: &MergedNodes, tags: &Tags, btf: &Btf, index: NodeRef) -> Names {
        let Tags {
            definitions,
            forwards,
            unshared,
        } = tags;
        let base = BaseNames::of(merged, btf);
        let declared: Vec<bool> = forwards.iter().map(Option::is_some).collect();
        let comparison = BaseComparison {
            nodes: &merged.nodes,
            definitions,
            unshared,
            names: &merged.names.list,
            btf,
            index,
        };
        let open = ambiguous_with_base(&base, &declared, &comparison);
        let mut names = Names {
            ambiguous: Vec::with_capacity(declared.len()),
            contested: Vec::with_capacity(declared.len()),
            order_dependent: Vec::with_capacity(declared.len()),
        };
        for (tag, &(name, kind)) in merged.names.list.iter().enumerate() {
            // A struct and a union of one name make forwards of either ambiguous.
            let other = match kind {
                TagNameKind::Struct => merged.names.find(name, TagNameKind::Union),
                TagNameKind::Union => merged.names.find(name, TagNameKind::Struct),
                TagNameKind::Enum => None,
            };
            let other_defined = other.is_some_and(|tag| !definitions[tag as usize].is_empty());
            let settled = base.forward[tag] && !definitions[tag].is_empty();
            let is_several = definitions[tag].len() > 1;
            let is_order_dependent = unshared[tag] || settled || open[tag];
            // A forward enumeration becomes the first definition that the table has, whatever leads to it.
            let is_contested = is_order_dependent
                || declared[tag] && !definitions[tag].is_empty() && other_defined
                || declared[tag] && is_several && kind == TagNameKind::Enum;
            names.ambiguous.push(is_contested || is_several);
            names.contested.push(is_contested);
            names.order_dependent.push(is_order_dependent);
        }
        names
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
