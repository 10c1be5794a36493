//! Which types are left for the exact engine, and the BTF of those.

use super::Unfit;
use super::cuts::Cuts;
use super::source::{Beside, Places, Run, Types};
use super::strings::Strings;
use super::type_nodes::{NONE, TypeNodes};
use crate::sharing::ambiguity::{Ambiguity, Written, tag_name_of};
use crate::sharing::contested::Units;
use crate::sharing::node_ref::NodeRef;
use crate::sharing::tag_names::TagRole;
use btf::{Btf, names_mut, refs_mut};
use std::iter::Peekable;

/// In the nodes of types: not a node, but the id that the type has now.
const KEPT: u32 = 1 << 31;

/// A BTF with fewer types, and what the other types became.
#[derive(Clone, Debug)]
pub struct Folded {
    /// The types that are kept.
    pub btf: Btf,
    /// For each type of the input, by its id less 1, the id of the kept type that represents it.
    pub map: Vec<u32>,
    /// For each type that is kept, by its id less 1, its id in the input.
    pub from: Vec<u32>,
}

/// The runs as the units that have the nodes.
struct Runs<'a> {
    found: &'a TypeNodes,
    cuts: &'a Cuts,
    copies: Vec<u32>,
}

impl<'a> Runs<'a> {
    fn of(found: &'a TypeNodes, cuts: &'a Cuts) -> Runs<'a> {
        let mut copies = vec![0; found.merged.nodes.len() as usize];
        for &node in &found.node_of {
            if let Some(copies) = copies.get_mut(node as usize) {
                *copies += 1;
            }
        }
        Runs {
            found,
            cuts,
            copies,
        }
    }
}

impl Units for Runs<'_> {
    fn for_each_with(&self, is_wanted: &dyn Fn(u32) -> bool, f: &mut dyn FnMut(&[u32])) {
        let wanted: Vec<bool> = (0..self.copies.len() as u32).map(is_wanted).collect();
        let is_wanted = |node: &u32| wanted.get(*node as usize).is_some_and(|&wanted| wanted);
        let mut nodes = Vec::new();
        for run in self.cuts.runs() {
            let types = self.found.node_of.get(run.start as usize..run.end as usize);
            let types = types.unwrap_or_default();
            if types.iter().any(is_wanted) {
                nodes.clear();
                nodes.extend(types.iter().filter(|&&node| node != NONE));
                f(&nodes);
            }
        }
    }

    fn copies(&self) -> &[u32] {
        &self.copies
    }
}

/// Leaves out what the exact engine would surely find equal to what is kept.
pub(super) fn keep(
    types: &mut dyn Types,
    beside: &Beside<'_>,
    mut found: TypeNodes,
    cuts: &Cuts,
    rebuild_strings: bool,
) -> Result<Folded, Unfit> {
    let merged = &found.merged;
    let runs = Runs::of(&found, cuts);
    let ambiguity = Ambiguity::of(merged, &runs, &Btf::new(), NodeRef::VOID);
    drop(runs);
    let count = merged.nodes.len();
    // For each node whether all its types are kept, and the node that its types stand for.
    let mut all: Vec<bool> = Vec::with_capacity(count as usize);
    let mut stands_for: Vec<u32> = Vec::with_capacity(count as usize);
    for node in 0..count {
        let (mut keep, mut to) = (ambiguity.nodes[node as usize] != Written::Once, node);
        if let Some((tag, TagRole::Forward)) = tag_name_of(merged, node) {
            keep |= ambiguity.order_dependent[tag as usize];
            if !ambiguity.names[tag as usize] {
                to = ambiguity.node_of_name[tag as usize].unwrap_or(node);
            }
        }
        all.push(keep);
        stands_for.push(to);
    }
    drop(ambiguity);

    // `of` gets the new id of what is kept, `single` that of nodes.
    let mut of = std::mem::take(&mut found.node_of);
    let mut single = vec![0u32; count as usize];
    let mut from: Vec<u32> = Vec::new();
    let mut whole = found.whole_runs.iter().copied();
    let mut next_whole = whole.next();
    for (id, slot) in (1u32..).zip(of.get_mut(1..).unwrap_or_default()) {
        let mut keep = false;
        if let Some((start, end)) = next_whole
            && id >= start
        {
            match id < end {
                true => keep = true,
                false => {
                    next_whole = whole.next();
                    keep = next_whole.is_some_and(|(start, _)| start <= id);
                }
            }
        }
        let node = *slot;
        keep |= all.get(node as usize).is_none_or(|&all| all);
        let origin = found.kept.get(node as usize) == Some(&id);
        if keep || origin {
            from.push(id);
        }
        let new = from.len() as u32;
        if keep {
            *slot = KEPT | new;
        }
        if origin {
            single[node as usize] = new;
        }
    }
    for (node, &to) in stands_for.iter().enumerate() {
        if to as usize != node {
            single[node] = single[to as usize];
        }
    }
    drop((all, stands_for));
    for slot in of.iter_mut().skip(1) {
        *slot = match *slot {
            kept if kept & KEPT != 0 => kept & !KEPT,
            node => single[node as usize],
        };
    }
    of[0] = 0;

    let mut before = std::mem::take(&mut found.names_first);
    drop(found);
    before.sort_unstable();
    let btf = write(types, beside, cuts, (&from, &before), &of, rebuild_strings)?;
    of.remove(0);
    Ok(Folded { btf, map: of, from })
}

/// Writes the first of two lists of types, with references as `of` has them. Those of the second list name strings in their place.
fn write(
    types: &mut dyn Types,
    beside: &Beside<'_>,
    cuts: &Cuts,
    (from, before): (&[u32], &[u32]),
    of: &[u32],
    rebuild_strings: bool,
) -> Result<Btf, Unfit> {
    let mut out = Btf::new().with_endian(beside.endian);
    out.layout = beside.layout.cloned();
    let mut strings = Strings::new(beside.strings, rebuild_strings);
    let mut from = from.iter().copied().peekable();
    let mut before = before.iter().copied().peekable();
    let (mut places, mut scratch) = (Places::default(), Vec::new());
    let next = |from: &mut Peekable<_>, before: &mut Peekable<_>| {
        let &kept = from.peek()?;
        let other = before.peek().copied().filter(|&other| other < kept);
        Some((kept, other))
    };
    while let Some((kept, other)) = next(&mut from, &mut before) {
        let region = cuts.around(other.unwrap_or(kept));
        let words = types.words(region.words.clone()).ok_or(Unfit::Damaged)?;
        let run = Run::of(&region, words, &mut places)?;
        while let Some((kept, other)) = next(&mut from, &mut before) {
            let id = other.unwrap_or(kept);
            if id >= region.end {
                break;
            }
            scratch.clear();
            scratch.extend_from_slice(run.words(id));
            let mut renamed = Ok(());
            names_mut(&mut scratch).for_each(|name| {
                if renamed.is_ok() {
                    renamed = strings.rename(name);
                }
            });
            renamed?;
            // One that is kept itself has nothing more to name.
            if before.next_if(|&other| other <= kept).is_some() && other.is_some() {
                continue;
            }
            from.next();
            let mut all_known = true;
            refs_mut(&mut scratch).for_each(|to| match of.get(*to as usize) {
                Some(&kept) => *to = kept,
                None => all_known = false,
            });
            if !all_known {
                return Err(Unfit::Damaged);
            }
            out.push(&scratch).map_err(|_| Unfit::Damaged)?;
        }
    }
    out.set_strings(strings.finish());
    Ok(out)
}
