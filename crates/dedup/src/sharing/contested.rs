//! Which ambiguous names are contested.
//!
//! Dedup compares graphs, and lets a forward declaration pass for any definition of its name. So if structs lead to several
//! definitions of a name, and elsewhere to none, copies of these structs differ, and which of them become one depends on
//! the order of units.
//!
//! A definition of a name is *loose* if a struct, union or typedef that leads to it in one unit does not in another: there a
//! declaration is in the way, or another definition. So it is if something leads to it that contains a node which is never
//! shared, since the same type of another unit is another node. A name is *contested* if two of its definitions are loose. Of any
//! other name the following is true:
//!
//! - A declaration is paired with the loose definition only, since that takes a struct that leads to the definition in one
//!   unit, and to the declaration in another.
//! - Copies of a struct never differ by the name. Where they meet two definitions of it, one is not loose, so it would be met
//!   in both units, and a unit has one definition of a name.
//!
//! Hence all copies of a struct that can reach no contested name become one, the first.

use super::ambiguity::{Names, Tags, tag_name_of};
use super::merged_nodes::MergedNodes;
use super::users::Users;
use btf::{Info, Kind};
use rustc_hash::FxHashMap;

/// Steps backwards along references for each type of a unit. A kernel takes one for 2,500 types, the modules of 6.1 linked into
/// one file one for 150.
const STEPS_PER_TYPE: u64 = 2;
/// Nodes that lead to a definition, for each node. A kernel has one for twenty.
const LEADING_PER_NODE: usize = 4;
/// A node with more types than this for each of the definition is in units without it: units seldom repeat a type.
const REPEATED: u32 = 4;
/// No definition of an ambiguous name.
const NONE: u32 = u32::MAX;

/// The units that have the nodes.
pub(crate) trait Units {
    /// Calls `f` with the nodes of each unit that has a wanted one, in the order of its types.
    fn for_each_with(&self, is_wanted: &dyn Fn(u32) -> bool, f: &mut dyn FnMut(&[u32]));

    /// How many types of all units each node is.
    fn copies(&self) -> &[u32];
}

impl Units for MergedNodes {
    fn for_each_with(&self, is_wanted: &dyn Fn(u32) -> bool, f: &mut dyn FnMut(&[u32])) {
        self.for_each_unit_with(is_wanted, f);
    }

    fn copies(&self) -> &[u32] {
        &self.nodes.copies
    }
}

/// Marks the contested names among those that are ambiguous. On a base all of them are.
pub(super) fn find(
    merged: &MergedNodes,
    units: &dyn Units,
    tags: &Tags,
    users: &Users,
    names: &mut Names,
    has_base: bool,
) {
    let open: Vec<u32> = (0..names.ambiguous.len() as u32)
        .filter(|&tag| names.ambiguous[tag as usize] && !names.contested[tag as usize])
        .collect();
    if has_base {
        for tag in open {
            names.contested[tag as usize] = true;
        }
        return;
    }
    let copies = units.copies();
    let mut search = Search::new(merged, units, users);
    // The definition that most units have is the dearest. One loose definition is harmless, so the others are looked at first.
    let mut most = Vec::with_capacity(open.len());
    for &tag in &open {
        let definitions = &tags.definitions[tag as usize];
        let main = definitions
            .iter()
            .copied()
            .max_by_key(|&node| copies[node as usize]);
        most.push(main);
        search.add(
            definitions
                .iter()
                .copied()
                .filter(|&node| Some(node) != main),
        );
    }
    search.run();
    let loose = |search: &Search<'_>, tag: u32| {
        let definitions = tags.definitions[tag as usize].iter();
        definitions.filter(|&&node| search.is_loose(node)).count()
    };
    for (&tag, main) in open.iter().zip(most) {
        match loose(&search, tag) {
            0 => {}
            1 => search.add(main),
            _ => names.contested[tag as usize] = true,
        }
    }
    search.run();
    for tag in open {
        names.contested[tag as usize] |= loose(&search, tag) > 1;
    }
}

/// A definition whose users are looked for.
#[derive(Debug)]
struct Definition {
    node: u32,
    is_loose: bool,
    is_done: bool,
}

/// Goes backwards from definitions in each unit that has them.
struct Search<'m> {
    merged: &'m MergedNodes,
    units: &'m dyn Units,
    users: &'m Users,
    definitions: Vec<Definition>,
    /// The number of the definition that each node is.
    number: Vec<u32>,
    /// How many types of units lead to a definition, by the definition's number and their node.
    leading: FxHashMap<(u32, u32), u32>,
    /// Whether a node is one unit's own, or contains such a node, so that its copies in other units are other nodes.
    single_unit: Vec<bool>,
    /// Of how many nodes this is noted at most.
    most_leading: usize,
    steps: u64,
}

impl<'m> Search<'m> {
    fn new(merged: &'m MergedNodes, units: &'m dyn Units, users: &'m Users) -> Search<'m> {
        let types: u64 = units.copies().iter().map(|&copies| u64::from(copies)).sum();
        Search {
            merged,
            units,
            users,
            definitions: Vec::new(),
            number: vec![NONE; merged.nodes.len() as usize],
            leading: FxHashMap::default(),
            single_unit: of_single_units(merged, users),
            most_leading: LEADING_PER_NODE * merged.nodes.len() as usize,
            steps: types.saturating_mul(STEPS_PER_TYPE),
        }
    }

    fn add(&mut self, nodes: impl IntoIterator<Item = u32>) {
        for node in nodes {
            self.number[node as usize] = self.definitions.len() as u32;
            self.definitions.push(Definition {
                node,
                is_loose: false,
                is_done: false,
            });
        }
    }

    fn is_loose(&self, node: u32) -> bool {
        let definition = self.definitions.get(self.number[node as usize] as usize);
        definition.is_some_and(|definition| definition.is_loose)
    }

    /// Looks at the definitions that were added since the last time.
    fn run(&mut self) {
        if self.definitions.iter().all(|definition| definition.is_done) {
            return;
        }
        let mut unit = Unit::new(self.merged.nodes.len() as usize);
        let mut own = Vec::new();
        let (units, numbers) = (self.units, std::mem::take(&mut self.number));
        // Only units with a definition that was not looked at yet are decoded.
        let mut open = vec![false; numbers.len()];
        for definition in self.definitions.iter().filter(|it| !it.is_done) {
            open[definition.node as usize] = true;
        }
        units.for_each_with(&|node| open[node as usize], &mut |nodes| {
            own.clear();
            own.extend(nodes.iter().filter_map(|&node| {
                let number = numbers[node as usize];
                let definition = self.definitions.get(number as usize)?;
                (!definition.is_done && !definition.is_loose).then_some(number)
            }));
            if own.is_empty() {
                return;
            }
            own.sort_unstable();
            own.dedup();
            unit.enter(nodes);
            for &number in &own {
                self.go_back(number, &mut unit);
            }
            unit.leave(nodes);
        });
        self.number = numbers;
        let copies = units.copies();
        for (&(number, node), &leading) in &self.leading {
            if leading < copies[node as usize] {
                self.definitions[number as usize].is_loose = true;
            }
        }
        self.leading.clear();
        for definition in &mut self.definitions {
            definition.is_done = true;
        }
    }

    /// Counts what leads to a definition in the unit at hand.
    fn go_back(&mut self, number: u32, unit: &mut Unit) {
        let merged = self.merged;
        let definition = &mut self.definitions[number as usize];
        let copies = self.units.copies();
        let limit = copies[definition.node as usize].saturating_mul(REPEATED);
        unit.start(definition.node);
        while let Some(node) = unit.next() {
            let tag = tag_name_of(merged, node).map(|(tag, _)| tag);
            let of_name = tag.map_or(&[][..], |tag| self.users.of_name(tag));
            let of_node = self.users.of_node(node);
            let steps = (1 + of_node.len() + of_name.len()) as u64;
            if steps > self.steps || self.leading.len() > self.most_leading {
                definition.is_loose = true;
                break;
            }
            self.steps -= steps;
            if node != definition.node && is_compared(merged, node) {
                let is_single = self.single_unit[node as usize];
                if is_single || copies[node as usize] > limit {
                    definition.is_loose = true;
                    break;
                }
                *self.leading.entry((number, node)).or_default() += unit.types[node as usize];
            }
            let users = of_node.iter().chain(of_name);
            users.for_each(|&user| unit.visit(user));
        }
        unit.stop();
    }
}

/// The nodes that are never shared, and those from which references that are no names lead to one.
fn of_single_units(merged: &MergedNodes, users: &Users) -> Vec<bool> {
    let mut found = vec![false; merged.nodes.len() as usize];
    let mut stack = merged.nodes.private.clone();
    while let Some(node) = stack.pop() {
        if !std::mem::replace(&mut found[node as usize], true) {
            stack.extend(users.of_node(node));
        }
    }
    found
}

/// Whether dedup compares graphs that begin at the node.
fn is_compared(merged: &MergedNodes, node: u32) -> bool {
    let info = merged.nodes.get(node).get(1).copied().map(Info);
    info.is_some_and(|info| info.kind().is_composite() || info.kind() == Kind::Typedef)
}

/// The nodes of the unit at hand.
struct Unit {
    /// How many types of the unit each node is.
    types: Vec<u32>,
    seen: Vec<bool>,
    /// The nodes that were seen; those before `next` have been gone on from.
    queue: Vec<u32>,
    next: usize,
}

impl Unit {
    fn new(nodes: usize) -> Unit {
        Unit {
            types: vec![0; nodes],
            seen: vec![false; nodes],
            queue: Vec::new(),
            next: 0,
        }
    }

    fn enter(&mut self, nodes: &[u32]) {
        for &node in nodes {
            self.types[node as usize] += 1;
        }
    }

    fn leave(&mut self, nodes: &[u32]) {
        for &node in nodes {
            self.types[node as usize] = 0;
        }
    }

    fn start(&mut self, node: u32) {
        self.next = 0;
        self.visit(node);
    }

    /// Notes a node, if the unit has it.
    fn visit(&mut self, node: u32) {
        let at = node as usize;
        if self.types[at] > 0 && !std::mem::replace(&mut self.seen[at], true) {
            self.queue.push(node);
        }
    }

    fn next(&mut self) -> Option<u32> {
        let node = self.queue.get(self.next).copied();
        self.next += 1;
        node
    }

    fn stop(&mut self) {
        for node in self.queue.drain(..) {
            self.seen[node as usize] = false;
        }
    }
}
