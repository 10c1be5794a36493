//! What the engine tells.

use btf::TypeId;
use dedup::{Observer, Pass, Reason, Via};

/// Events that are kept of a run; a lesson has hundreds.
pub const MOST_EVENTS: usize = 200_000;

/// A call of the engine's [`Observer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "fields are the observer's parameters")]
pub enum Event {
    /// [`Observer::pass_start`]
    Pass(Pass),
    /// [`Observer::base_entered`]
    BaseEntered { id: TypeId, hash: u64 },
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

impl Event {
    /// The same event with other ids.
    #[must_use]
    pub fn renamed(self, new: impl Fn(TypeId) -> TypeId) -> Event {
        let mut event = self;
        for id in event.ids_mut().into_iter().flatten() {
            *id = new(*id);
        }
        event
    }

    fn ids_mut(&mut self) -> [Option<&mut TypeId>; 3] {
        match self {
            Event::Pass(_) => [None, None, None],
            Event::Bucket { id, .. } | Event::BaseEntered { id, .. } => [Some(id), None, None],
            // The new id is one of the result.
            Event::Renumbered { old, .. } => [Some(old), None, None],
            Event::Candidate {
                candidate: a,
                canonical: b,
            }
            | Event::CompareStart {
                candidate: a,
                canonical: b,
            }
            | Event::Visit {
                candidate: a,
                canonical: b,
                ..
            }
            | Event::Hypothesis {
                canonical: a,
                candidate: b,
            }
            | Event::CycleClosed {
                candidate: a,
                canonical: b,
            }
            | Event::ForwardAssumed {
                forward: a,
                full: b,
            }
            | Event::NotEqual {
                candidate: a,
                canonical: b,
                ..
            }
            | Event::CompareEnd {
                candidate: a,
                canonical: b,
                ..
            }
            | Event::Merged { from: a, to: b }
            | Event::ForwardResolved { forward: a, to: b }
            | Event::ReferenceMerged { from: a, to: b } => [Some(a), Some(b), None],
            Event::Contradiction {
                canonical,
                had,
                wants,
                ..
            } => [Some(canonical), Some(had), Some(wants)],
        }
    }
}

/// Writes a run down.
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    /// The events, [`MOST_EVENTS`] at most.
    pub events: Vec<Event>,
    /// Events that came after those.
    pub left_out: u64,
}

impl Recorder {
    fn push(&mut self, event: Event) {
        if self.events.len() < MOST_EVENTS {
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
    fn base_entered(&mut self, id: TypeId, hash: u64) {
        self.push(Event::BaseEntered { id, hash });
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
