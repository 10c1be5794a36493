//! What the engine told, step by step, and how far it is after each step.

use btf::{Btf, TypeId};
use dedup::{Observer, Pass, Reason, Via};

/// Steps that are kept of a run; a lesson has hundreds.
pub const MOST_STEPS: usize = 200_000;

/// A step: a call of the engine's [`Observer`], with its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "fields are the observer's parameters")]
pub enum Event {
    /// [`Observer::pass_start`]
    Pass(Pass),
    /// [`Observer::bucket`]
    Bucket { id: TypeId, hash: u64 },
    /// [`Observer::candidate`]
    Candidate {
        candidate: TypeId,
        canonical: TypeId,
    },
    /// [`Observer::compare_start`]
    CompareStart {
        candidate: TypeId,
        canonical: TypeId,
    },
    /// [`Observer::visit`]
    Visit {
        candidate: TypeId,
        canonical: TypeId,
        depth: u32,
        via: Via,
    },
    /// [`Observer::hypothesis`]
    Hypothesis {
        canonical: TypeId,
        candidate: TypeId,
    },
    /// [`Observer::cycle_closed`]
    CycleClosed {
        candidate: TypeId,
        canonical: TypeId,
    },
    /// [`Observer::contradiction`]
    Contradiction {
        canonical: TypeId,
        had: TypeId,
        wants: TypeId,
        identical: bool,
    },
    /// [`Observer::forward_assumed`]
    ForwardAssumed { forward: TypeId, full: TypeId },
    /// [`Observer::not_equal`]
    NotEqual {
        candidate: TypeId,
        canonical: TypeId,
        reason: Reason,
    },
    /// [`Observer::compare_end`]
    CompareEnd {
        candidate: TypeId,
        canonical: TypeId,
        equal: bool,
    },
    /// [`Observer::merged`]
    Merged { from: TypeId, to: TypeId },
    /// [`Observer::forward_resolved`]
    ForwardResolved { forward: TypeId, to: TypeId },
    /// [`Observer::reference_merged`]
    ReferenceMerged { from: TypeId, to: TypeId },
    /// [`Observer::renumbered`]
    Renumbered { old: TypeId, new: TypeId },
}

/// Writes a run down.
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    /// The steps, [`MOST_STEPS`] at most.
    pub events: Vec<Event>,
    /// Steps that came after those.
    pub left_out: u64,
}

impl Recorder {
    fn push(&mut self, event: Event) {
        if self.events.len() < MOST_STEPS {
            self.events.push(event);
        } else {
            self.left_out += 1;
        }
    }
}

impl Observer for Recorder {
    fn pass_start(&mut self, pass: Pass) {
        self.push(Event::Pass(pass));
    }
    fn bucket(&mut self, id: TypeId, hash: u64) {
        self.push(Event::Bucket { id, hash });
    }
    fn candidate(&mut self, candidate: TypeId, canonical: TypeId) {
        self.push(Event::Candidate {
            candidate,
            canonical,
        });
    }
    fn compare_start(&mut self, candidate: TypeId, canonical: TypeId) {
        self.push(Event::CompareStart {
            candidate,
            canonical,
        });
    }
    fn visit(&mut self, candidate: TypeId, canonical: TypeId, depth: u32, via: Via) {
        self.push(Event::Visit {
            candidate,
            canonical,
            depth,
            via,
        });
    }
    fn hypothesis(&mut self, canonical: TypeId, candidate: TypeId) {
        self.push(Event::Hypothesis {
            canonical,
            candidate,
        });
    }
    fn cycle_closed(&mut self, candidate: TypeId, canonical: TypeId) {
        self.push(Event::CycleClosed {
            candidate,
            canonical,
        });
    }
    fn contradiction(&mut self, canonical: TypeId, had: TypeId, wants: TypeId, identical: bool) {
        self.push(Event::Contradiction {
            canonical,
            had,
            wants,
            identical,
        });
    }
    fn forward_assumed(&mut self, forward: TypeId, full: TypeId) {
        self.push(Event::ForwardAssumed { forward, full });
    }
    fn not_equal(&mut self, candidate: TypeId, canonical: TypeId, reason: Reason) {
        self.push(Event::NotEqual {
            candidate,
            canonical,
            reason,
        });
    }
    fn compare_end(&mut self, candidate: TypeId, canonical: TypeId, equal: bool) {
        self.push(Event::CompareEnd {
            candidate,
            canonical,
            equal,
        });
    }
    fn merged(&mut self, from: TypeId, to: TypeId) {
        self.push(Event::Merged { from, to });
    }
    fn forward_resolved(&mut self, forward: TypeId, to: TypeId) {
        self.push(Event::ForwardResolved { forward, to });
    }
    fn reference_merged(&mut self, from: TypeId, to: TypeId) {
        self.push(Event::ReferenceMerged { from, to });
    }
    fn renumbered(&mut self, old: TypeId, new: TypeId) {
        self.push(Event::Renumbered { old, new });
    }
}

/// How far a run is: events applied one by one give the same state every time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The pass under way.
    pub pass: Option<Pass>,
    /// For each id of the input the type that it was given up for, or itself.
    pub becomes: Vec<TypeId>,
    /// What the walk under way assumes: a kept type, and the one it stands for. It is empty between walks.
    pub hypotheses: Vec<(TypeId, TypeId)>,
    /// The pairs from the walk's start down to the one it is at.
    pub path: Vec<(TypeId, TypeId)>,
    /// For each id of the input its id in the result, once that is known.
    pub new: Vec<Option<TypeId>>,
}

impl State {
    /// Before the first step of a run on `btf`.
    pub fn new(btf: &Btf) -> State {
        State {
            pass: None,
            becomes: (0..btf.end_id().0).map(TypeId).collect(),
            hypotheses: Vec::new(),
            path: Vec::new(),
            new: vec![None; btf.end_id().0 as usize],
        }
    }

    /// Takes a step.
    pub fn apply(&mut self, event: &Event) {
        match *event {
            Event::Pass(pass) => self.pass = Some(pass),
            Event::CompareStart { .. } | Event::CompareEnd { .. } => {
                self.hypotheses.clear();
                self.path.clear();
            }
            Event::Visit {
                candidate,
                canonical,
                depth,
                ..
            } => {
                self.path.truncate(depth as usize);
                self.path.push((candidate, canonical));
            }
            Event::Hypothesis {
                canonical,
                candidate,
            } => self.hypotheses.push((canonical, candidate)),
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

    /// The type that a type is given up for in the end, as far as it is known.
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
