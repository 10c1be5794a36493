//! How the base of split BTF defines the names that units define.

use super::merged_nodes::MergedNodes;
use super::node_ref::{NodeRef, Target};
use super::nodes::{Nodes, for_each_ref};
use super::tag_names::{TagNameKind, TagRole, tag_of};
use btf::{Btf, Kind, StringOffset, TypeId};
use rustc_hash::FxHashMap;

/// How many pairs per node a comparison with the base visits before it gives up. Modules take fewer than two.
const PAIRS_PER_NODE: usize = 8;

/// The base's types of each tag name.
pub(super) struct BaseNames {
    /// Whether the base declares the struct or union.
    pub forward: Vec<bool>,
    /// Ids of the base's definitions. A struct counts for the union of its name too, and the reverse: a forward is
    /// resolved by its name alone only if one of the two exists.
    pub definitions: Vec<Vec<u32>>,
}

impl BaseNames {
    /// Finds the names of `merged` in the bases of `btf`.
    pub fn of(merged: &MergedNodes, btf: &Btf) -> BaseNames {
        let count = merged.names.list.len();
        let mut names = BaseNames {
            forward: vec![false; count],
            definitions: vec![Vec::new(); count],
        };
        for id in 1..btf.first_id().0 {
            let Some((words, (kind, role))) = btf
                .get(TypeId(id))
                .and_then(|ty| Some((ty.words(), tag_of(ty.words())?)))
            else {
                continue;
            };
            let name = StringOffset(words[0]);
            match (role, kind) {
                (TagRole::Forward, TagNameKind::Enum) => {}
                (TagRole::Forward, _) => {
                    if let Some(tag) = merged.names.find(name, kind) {
                        names.forward[tag as usize] = true;
                    }
                }
                (TagRole::Definition, _) => {
                    let others: &[TagNameKind] = match kind {
                        TagNameKind::Enum => &[TagNameKind::Enum],
                        TagNameKind::Struct | TagNameKind::Union => {
                            &[TagNameKind::Struct, TagNameKind::Union]
                        }
                    };
                    for tag in others.iter().filter_map(|&of| merged.names.find(name, of)) {
                        names.definitions[tag as usize].push(id);
                    }
                }
            }
        }
        names
    }
}

/// Which definitions are surely equal to the base's.
pub(super) struct BaseComparison<'a> {
    pub nodes: &'a Nodes,
    pub definitions: &'a [Vec<u32>],
    /// Names whose types are never shared, so that nothing is certain about them.
    pub unshared: &'a [bool],
    pub names: &'a [(StringOffset, TagNameKind)],
    pub btf: &'a Btf,
    /// The index type of arrays.
    pub index: NodeRef,
}

/// A node and a type of the base that are compared.
type Pair = (u32, u32);

impl BaseComparison<'_> {
    /// For each pair of a node and a type of the base, whether the graphs below them are surely equal: the words
    /// are equal as far as references lead, and a definition is paired with a definition.
    pub fn equal(&self, starts: &[Pair]) -> Vec<bool> {
        let limit = PAIRS_PER_NODE * (self.nodes.len() as usize + 1);
        let mut numbers: FxHashMap<Pair, u32> = FxHashMap::default();
        let mut pairs: Vec<Pair> = Vec::new();
        let mut number = |pair: Pair, pairs: &mut Vec<Pair>| {
            *numbers.entry(pair).or_insert_with(|| {
                pairs.push(pair);
                pairs.len() as u32 - 1
            })
        };
        let starts: Vec<u32> = starts
            .iter()
            .map(|&pair| number(pair, &mut pairs))
            .collect();
        // For each edge the pair below and the one above.
        let mut edges: Vec<(u32, u32)> = Vec::new();
        let mut differ: Vec<u32> = Vec::new();
        let mut below = Vec::new();
        let mut at = 0;
        while let Some(&pair) = pairs.get(at) {
            if pairs.len() > limit {
                return vec![false; starts.len()];
            }
            below.clear();
            if self.parts(pair, &mut below) {
                let above = at as u32;
                edges.extend(below.iter().map(|&pair| (number(pair, &mut pairs), above)));
            } else {
                differ.push(at as u32);
            }
            at += 1;
        }
        edges.sort_unstable();
        let mut equal = vec![true; pairs.len()];
        while let Some(pair) = differ.pop() {
            if std::mem::replace(&mut equal[pair as usize], false) {
                let from = edges.partition_point(|&(below, _)| below < pair);
                let users = edges[from..]
                    .iter()
                    .take_while(|&&(below, _)| below == pair);
                differ.extend(users.map(|&(_, above)| above));
            }
        }
        starts.iter().map(|&at| equal[at as usize]).collect()
    }

    /// Whether the words of both are equal except for references; adds the pairs that must then be equal to
    /// `below`.
    fn parts(&self, (node, id): Pair, below: &mut Vec<Pair>) -> bool {
        let Some(ty) = self.btf.get(TypeId(id)) else {
            return false;
        };
        let (own, own_refs) = split_refs(self.nodes.get(node));
        let (other, other_refs) = split_refs(ty.words());
        own == other
            && own_refs.into_iter().zip(other_refs).all(|(own, other)| {
                let Ok(pair) = self.below(own, other.0) else {
                    return false;
                };
                below.extend(pair);
                true
            })
    }

    /// The pair that must be equal if `reference` is the base's type `id`; `None` if nothing more must be.
    fn below(&self, reference: NodeRef, id: u32) -> Result<Option<Pair>, ()> {
        let kind = self.btf.kind(TypeId(id));
        let reference = match reference.target() {
            Target::Index => self.index,
            _ => reference,
        };
        match reference.target() {
            Target::Void if id == 0 => Ok(None),
            // A synthetic index type.
            Target::Added(_) if kind == Kind::Int => Ok(None),
            Target::Node(node) if id != 0 => Ok(Some((node, id))),
            Target::TagName(tag) => self.named(tag as usize, id),
            _ => Err(()),
        }
    }

    fn named(&self, tag: usize, id: u32) -> Result<Option<Pair>, ()> {
        let ty = self.btf.get(TypeId(id)).ok_or(())?;
        let (kind, role) = tag_of(ty.words()).ok_or(())?;
        if self.names.get(tag) != Some(&(ty.name(), kind)) || self.unshared[tag] {
            return Err(());
        }
        match (&self.definitions[tag][..], role) {
            ([], _) => Ok(None),
            (&[node], TagRole::Definition) => Ok(Some((node, id))),
            _ => Err(()),
        }
    }
}

/// The words of a type with 0 for references, and the references.
fn split_refs(words: &[u32]) -> (Vec<u32>, Vec<NodeRef>) {
    let (mut rest, mut refs) = (words.to_vec(), Vec::new());
    for_each_ref(&mut rest, |reference| {
        refs.push(reference);
        NodeRef::VOID
    });
    (rest, refs)
}
