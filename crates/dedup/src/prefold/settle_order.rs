//! Which of a run's copies the exact engine keeps.

use super::is_never_part;
use super::source::Run;
use super::type_nodes::{NONE, TypeNodes};
use btf::{Info, Kind, find_ref};

/// Visits types in the order in which the pass over reference types settles them: in the order of ids, each type
/// after those it refers to.
#[derive(Default)]
pub(super) struct SettleOrder {
    /// Whether each type of the run has been visited, counted from its start.
    seen: Vec<bool>,
    /// For each node the run, by its first id, in which a type of it was settled last.
    settled: Vec<u32>,
    stack: Vec<(u32, usize)>,
}

impl SettleOrder {
    /// For each node that no earlier run has, makes the copy that is settled first the one that is kept.
    pub fn settle(&mut self, run: &Run<'_>, found: &mut TypeNodes) {
        self.seen.clear();
        self.seen.resize((run.end - run.start) as usize, false);
        self.settled.resize(found.kept.len(), 0);
        for root in run.start..run.end {
            self.visit(run, root);
            while let Some(&(id, at)) = self.stack.last() {
                match find_ref(run.words(id), at, |_| true) {
                    Some((_, to)) => {
                        if let Some(top) = self.stack.last_mut() {
                            top.1 = at + 1;
                        }
                        self.visit(run, to);
                    }
                    None => {
                        self.stack.pop();
                        self.keep(run.start, id, found);
                    }
                }
            }
        }
    }

    /// Continues with a type that has not been visited.
    fn visit(&mut self, run: &Run<'_>, id: u32) {
        let Some(seen) = id
            .checked_sub(run.start)
            .and_then(|own| self.seen.get_mut(own as usize))
        else {
            return;
        };
        let kind = run.words(id).get(1).map(|&info| Info(info).kind());
        if !*seen && kind.is_some_and(is_reference_type) {
            *seen = true;
            self.stack.push((id, 0));
        }
    }

    fn keep(&mut self, start: u32, id: u32, found: &mut TypeNodes) {
        let node = found.node_of[id as usize];
        if node == NONE {
            return;
        }
        let Some(settled) = self.settled.get_mut(node as usize) else {
            return;
        };
        let origin = &mut found.kept[node as usize];
        if *origin >= start && std::mem::replace(settled, start) != start {
            let lowest = std::mem::replace(origin, id);
            if lowest != id {
                found.names_first.push(lowest);
            }
        }
    }
}

/// Kinds that the pass over references settles.
fn is_reference_type(kind: Kind) -> bool {
    match kind {
        Kind::DeclTag => true,
        kind if is_never_part(kind) => false,
        Kind::Typedef => false,
        Kind::Array | Kind::FuncProto => true,
        kind => kind.has_target(),
    }
}
