//! How far a run is after each of its events.

use crate::{Event, ladder};
use btf::{Btf, TypeId};
use dedup::{Pass, Via};
use rustc_hash::FxHashMap;

/// How far a run is: events applied one by one give the same state every time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The number of the step, from 1, to which the events belong that are applied now.
    pub step: u32,
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
    /// Types whose references have been rewritten, in order.
    pub remapped: Vec<TypeId>,
    /// Canonical types, by hash, oldest first.
    buckets: FxHashMap<u64, Vec<TypeId>>,
    /// For each type that was replaced, in which pass and after how many walks had begun.
    replaced: FxHashMap<TypeId, (Pass, u32)>,
    /// Walks that have begun.
    walks: u32,
    /// The first id that is not the base's.
    first: TypeId,
}

/// A canonical type is assumed to equal a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// The canonical type.
    pub canonical: TypeId,
    /// The candidate.
    pub candidate: TypeId,
    /// The step, from 1, at which that was assumed.
    pub step: u32,
}

/// When a type was replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replaced {
    /// In an earlier pass.
    InPass(Pass),
    /// By an earlier walk of this pass.
    ByWalk,
}

impl State {
    /// Before the first event of a run on `btf`.
    pub fn new(btf: &Btf) -> State {
        let mut new = vec![None; btf.end_id().index()];
        // The base's ids stay.
        for (id, place) in new.iter_mut().enumerate().take(btf.first_id().index()) {
            *place = u32::try_from(id).ok().map(TypeId);
        }
        State {
            step: 0,
            pass: None,
            becomes: (0..btf.end_id().0).map(TypeId).collect(),
            hypotheses: Vec::new(),
            path: Vec::new(),
            sought: None,
            holds: Vec::new(),
            reached: vec![false; btf.end_id().index()],
            new,
            remapped: Vec::new(),
            buckets: FxHashMap::default(),
            replaced: FxHashMap::default(),
            walks: 0,
            first: btf.first_id(),
        }
    }

    /// Applies an event.
    pub fn apply(&mut self, event: &Event) {
        for id in ladder::about(event).into_iter().flatten() {
            if let Some(reached) = self.reached.get_mut(id.index()) {
                *reached = true;
            }
        }
        match *event {
            Event::Pass(pass) => {
                self.sought = None;
                self.pass = Some(pass);
            }
            Event::BaseEntered { id, hash } => self.buckets.entry(hash).or_default().push(id),
            Event::Bucket { id, hash } => self.sought = Some((id, hash)),
            Event::CompareStart { .. } => {
                self.walks += 1;
                self.hypotheses.clear();
                self.path.clear();
            }
            Event::CompareEnd { equal, .. } => {
                if equal {
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
                step: self.step,
            }),
            Event::Merged { from, to }
            | Event::ReferenceMerged { from, to }
            | Event::ForwardResolved { forward: from, to } => {
                if let Some(becomes) = self.becomes.get_mut(from.index()) {
                    *becomes = to;
                }
                if let Some(pass) = self.pass {
                    self.replaced.insert(from, (pass, self.walks));
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

    /// `id` becomes canonical: from now on other types of its hash are compared with it.
    pub fn enter(&mut self, id: TypeId) {
        if let Some((sought, hash)) = self.sought
            && sought == id
        {
            self.buckets.entry(hash).or_default().push(id);
        }
    }

    /// The types that are compared with what is sought, the newest first.
    pub fn bucket(&self) -> impl Iterator<Item = TypeId> + '_ {
        let hash = self.sought.map(|(_, hash)| hash);
        hash.into_iter().flat_map(|hash| self.of_hash(hash))
    }

    /// The types that were canonical when they were entered under this hash, the newest first.
    pub fn of_hash(&self, hash: u64) -> impl Iterator<Item = TypeId> + '_ {
        let entered = self.buckets.get(&hash);
        entered.into_iter().flatten().rev().copied()
    }

    /// Whether a type became canonical when it was compared with the others of its hash.
    pub fn is_entered(&self, id: TypeId) -> bool {
        self.buckets.values().any(|entered| entered.contains(&id))
    }

    /// Whether a type has not been replaced.
    pub fn is_kept(&self, id: TypeId) -> bool {
        self.becomes.get(id.index()) == Some(&id)
    }

    /// When a type was replaced.
    pub fn replaced(&self, id: TypeId) -> Option<Replaced> {
        let &(pass, walk) = self.replaced.get(&id)?;
        match Some(pass) == self.pass && walk < self.walks {
            true => Some(Replaced::ByWalk),
            false => Some(Replaced::InPass(pass)),
        }
    }

    /// Whether a type belongs to the base.
    pub fn is_of_base(&self, id: TypeId) -> bool {
        id < self.first
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
