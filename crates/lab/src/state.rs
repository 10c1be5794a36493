//! How far a run is after each of its steps.

use crate::{Event, ladder};
use btf::{Btf, TypeId};
use dedup::{Pass, Via};
use rustc_hash::FxHashMap;

/// How far a run is: events applied one by one give the same state every time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Steps taken.
    pub steps: u32,
    /// The pass under way.
    pub pass: Option<Pass>,
    /// For each id of the input the type that it was replaced by, or itself.
    pub becomes: Vec<TypeId>,
    /// What the walk under way assumes, in order. It is empty between walks.
    pub hypotheses: Vec<Assumption>,
    /// The pairs from the walk's start down to the one it is at, candidate first.
    pub path: Vec<(TypeId, TypeId, Via)>,
    /// The type that an equal one is sought for, and its hash.
    pub sought: Option<(TypeId, u64)>,
    /// Pairs that walks without a difference assumed, in order.
    pub holds: Vec<Assumption>,
    /// For each id of the input whether a step was about it.
    pub reached: Vec<bool>,
    /// For each id of the input its id in the result, once that is known.
    pub new: Vec<Option<TypeId>>,
    /// Types kept, by hash, oldest first.
    kept: FxHashMap<u64, Vec<TypeId>>,
}

/// A kept type is assumed to stand for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// The kept type.
    pub canonical: TypeId,
    /// The type it stands for.
    pub candidate: TypeId,
    /// The step, from 1, at which that was assumed.
    pub step: u32,
}

impl State {
    /// Before the first step of a run on `btf`.
    pub fn new(btf: &Btf) -> State {
        State {
            steps: 0,
            pass: None,
            becomes: (0..btf.end_id().0).map(TypeId).collect(),
            hypotheses: Vec::new(),
            path: Vec::new(),
            sought: None,
            holds: Vec::new(),
            reached: vec![false; btf.end_id().0 as usize],
            new: vec![None; btf.end_id().0 as usize],
            kept: FxHashMap::default(),
        }
    }

    /// Takes a step.
    pub fn apply(&mut self, event: &Event) {
        self.steps = self.steps.saturating_add(1);
        for id in ladder::about(event).into_iter().flatten() {
            if let Some(reached) = self.reached.get_mut(id.index()) {
                *reached = true;
            }
        }
        match *event {
            Event::Pass(pass) => {
                self.settle();
                self.pass = Some(pass);
            }
            Event::Bucket { id, hash } => {
                self.settle();
                self.sought = Some((id, hash));
            }
            Event::CompareStart { .. } | Event::CompareEnd { .. } => {
                if let Event::CompareEnd { equal: true, .. } = event {
                    self.holds.extend(&self.hypotheses);
                }
                self.hypotheses.clear();
                self.path.clear();
            }
            Event::Visit {
                candidate,
                canonical,
                depth,
                via,
            } => {
                self.path.truncate(depth as usize);
                self.path.push((candidate, canonical, via));
            }
            Event::Hypothesis {
                canonical,
                candidate,
            } => self.hypotheses.push(Assumption {
                canonical,
                candidate,
                step: self.steps,
            }),
            Event::Merged { from, to }
            | Event::ReferenceMerged { from, to }
            | Event::ForwardResolved { forward: from, to } => {
                if let Some(becomes) = self.becomes.get_mut(from.index()) {
                    *becomes = to;
                }
            }
            Event::Renumbered { old, new } => {
                if let Some(place) = self.new.get_mut(old.index()) {
                    *place = Some(new);
                }
            }
            _ => {}
        }
    }

    /// What was sought and found no equal is kept from now on, under its hash.
    fn settle(&mut self) {
        if let Some((id, hash)) = self.sought.take()
            && self.becomes.get(id.index()) == Some(&id)
        {
            self.kept.entry(hash).or_default().push(id);
        }
    }

    /// The kept types that what is sought is compared with, the newest first as the engine does.
    pub fn bucket(&self) -> impl Iterator<Item = TypeId> + '_ {
        let hash = self.sought.map(|(_, hash)| hash);
        let kept = hash.and_then(|hash| self.kept.get(&hash));
        kept.into_iter().flatten().rev().copied()
    }

    /// The type that a type is replaced by in the end, as far as it is known.
    pub fn resolved(&self, id: TypeId) -> TypeId {
        let mut at = id;
        // No chain is longer than there are types.
        for _ in 0..self.becomes.len() {
            match self.becomes.get(at.index()) {
                Some(&next) if next != at => at = next,
                _ => break,
            }
        }
        at
    }

    /// Its id in the result, once that is known.
    pub fn new_id(&self, id: TypeId) -> Option<TypeId> {
        self.new.get(self.resolved(id).index()).copied().flatten()
    }
}
