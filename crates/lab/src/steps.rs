//! Steps: the engine's events that belong together, each with what was decided.
//!
//! The engine tells more than a reader wants to press a key for, and some things it does not tell: that a type becomes
//! canonical, that a forward declaration stays. Both follow from the order of the events.

use crate::{Event, Run, State};
use btf::{Btf, Data, FwdKind, Kind, TypeId};
use dedup::{Pass, Reason, Via};
use std::ops::Range;

/// A step of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What happens.
    pub what: What,
    /// The events that it consists of; none where the engine tells nothing.
    pub events: Range<usize>,
}

/// What happens in a step.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "`id` is the type that is looked at, `canonical` the one it is compared with"
)]
pub enum What {
    /// The fast path has replaced types before the engine begins.
    Shared {
        /// Each with its replacement.
        replaced: Vec<(TypeId, TypeId)>,
    },
    /// A pass begins.
    Pass(Pass),
    /// A pass that the switches leave out.
    Skipped(Pass),
    /// The types of the base are entered with their hashes: they are canonical.
    BaseEntered {
        /// Their number.
        types: usize,
    },
    /// Types have the hash of `id`, and the first of them is compared with it.
    Found {
        id: TypeId,
        hash: u64,
        canonical: TypeId,
    },
    /// No type has the hash of `id`, which becomes canonical.
    Canonical { id: TypeId, hash: u64 },
    /// The records are equal, or `id` is an enumeration that `canonical` defines: `canonical` replaces `id`.
    Equal { id: TypeId, canonical: TypeId },
    /// `forward`, an enumeration without values, is replaced by its definition `id`.
    EnumDefined {
        id: TypeId,
        forward: TypeId,
        then: Then,
    },
    /// Two records differ, and no walk is necessary to see it.
    RecordsDiffer {
        id: TypeId,
        canonical: TypeId,
        reason: Reason,
        then: Then,
    },
    /// A walk over two graphs begins.
    Walk { id: TypeId, canonical: TypeId },
    /// The walk reaches a pair.
    Visit {
        id: TypeId,
        canonical: TypeId,
        via: Via,
        /// References below the walk's start.
        depth: u32,
        found: Found,
    },
    /// The pair that the walk is at differs.
    Differ {
        id: TypeId,
        canonical: TypeId,
        reason: Reason,
    },
    /// The walk has found no difference.
    Holds {
        id: TypeId,
        canonical: TypeId,
        /// Types that are replaced by it, each with its replacement.
        replaced: Vec<(TypeId, TypeId)>,
    },
    /// The walk has found no difference, but `canonical` reaches a forward of the base, which stays as it is.
    HoldsOffBase {
        id: TypeId,
        canonical: TypeId,
        /// Forwards of the base, each with the type that the units' references to it lead to from now on.
        led: Vec<(TypeId, TypeId)>,
        then: Then,
    },
    /// The walk has found a difference.
    Dropped {
        id: TypeId,
        canonical: TypeId,
        then: Then,
    },
    /// A forward declaration is replaced by the one definition of its name.
    ForwardResolved { forward: TypeId, to: TypeId },
    /// A forward declaration stays.
    ForwardStays { forward: TypeId, why: Stays },
    /// A canonical type gets a new id.
    Renumbered { old: TypeId, new: TypeId },
    /// References of a canonical type are rewritten.
    Remapped { old: TypeId },
    /// The last step.
    Done,
}

/// What becomes of a type after a comparison that found a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// The next type of its hash is compared with it.
    Next(TypeId),
    /// No other type has its hash: it becomes canonical.
    Canonical,
}

/// What the walk finds at a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Both are the same type already.
    Same,
    /// The pair is in the hypothetical map.
    Known,
    /// The pair is assumed to be equal; its records are equal.
    Assumed,
    /// The pair is assumed to be equal; its records will turn out to differ.
    AssumedFalsely,
    /// One is a forward declaration of the other.
    Forward,
    /// The canonical type is assumed to equal another candidate.
    Contradiction {
        /// That candidate.
        had: TypeId,
        /// Whether it is a copy of the one at hand.
        identical: bool,
    },
}

/// Why a forward declaration stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stays {
    /// Nothing has its name.
    NoDefinition,
    /// Two types or more have its name.
    Ambiguous(TypeId, TypeId),
    /// The only type of its name is of the other kind.
    OtherKind(TypeId),
}

impl Step {
    /// Whether something is settled here.
    pub fn is_decision(&self) -> bool {
        match &self.what {
            What::Shared { .. } => true,
            What::Pass(_)
            | What::Skipped(_)
            | What::BaseEntered { .. }
            | What::Found { .. }
            | What::Walk { .. }
            | What::Renumbered { .. }
            | What::Remapped { .. }
            | What::Done => false,
            What::Visit { found, .. } => matches!(found, Found::Contradiction { .. }),
            _ => true,
        }
    }
}

impl Step {
    /// Whether a difference is found here.
    pub fn is_difference(&self) -> bool {
        matches!(
            self.what,
            What::RecordsDiffer { .. }
                | What::Differ { .. }
                | What::HoldsOffBase { .. }
                | What::Visit {
                    found: Found::Contradiction {
                        identical: false,
                        ..
                    },
                    ..
                }
        )
    }

    /// Takes the step: `events` are those of its run.
    pub fn apply(&self, events: &[Event], state: &mut State) {
        state.step = state.step.saturating_add(1);
        let own = events.get(self.events.clone()).unwrap_or_default();
        own.iter().for_each(|event| state.apply(event));
        if let Some(id) = self.entered() {
            state.enter(id);
        }
        if let What::Remapped { old } = self.what {
            state.remapped.push(old);
        }
    }

    /// The type that becomes canonical in this step.
    pub fn entered(&self) -> Option<TypeId> {
        match self.what {
            What::Canonical { id, .. }
            | What::EnumDefined {
                id,
                then: Then::Canonical,
                ..
            }
            | What::RecordsDiffer {
                id,
                then: Then::Canonical,
                ..
            }
            | What::HoldsOffBase {
                id,
                then: Then::Canonical,
                ..
            }
            | What::Dropped {
                id,
                then: Then::Canonical,
                ..
            } => Some(id),
            _ => None,
        }
    }
}

/// The steps of a run over `btf`.
pub fn steps(btf: &Btf, run: &Run) -> Vec<Step> {
    let mut steps = Steps {
        btf,
        events: whole_lookups(run),
        at: 0,
        from: 0,
        state: State::new(btf),
        list: Vec::new(),
    };
    steps.shared();
    while let Some(event) = steps.next() {
        steps.take(event);
    }
    steps.list
}

/// The events without a lookup whose end was too much to be recorded.
fn whole_lookups(run: &Run) -> &[Event] {
    let events = run.events.as_slice();
    if run.left_out == 0 {
        return events;
    }
    let begins = |event: &Event| matches!(event, Event::Pass(_) | Event::Bucket { .. });
    let end = events.iter().rposition(begins).unwrap_or(0);
    events.get(..end).unwrap_or_default()
}

struct Steps<'a> {
    btf: &'a Btf,
    events: &'a [Event],
    /// The next event.
    at: usize,
    /// The first event that belongs to no step yet.
    from: usize,
    state: State,
    list: Vec<Step>,
}

impl Steps<'_> {
    fn peek(&self) -> Option<Event> {
        self.events.get(self.at).copied()
    }

    fn next(&mut self) -> Option<Event> {
        let event = self.peek()?;
        self.at += 1;
        self.state.apply(&event);
        Some(event)
    }

    /// Ends a step with the events so far.
    fn push(&mut self, what: What) {
        let events = self.from..self.at;
        self.from = self.at;
        self.list.push(Step { what, events });
    }

    /// What is merged before the first pass.
    fn shared(&mut self) {
        let mut replaced = Vec::new();
        while let Some(Event::Merged { from, to }) = self.peek() {
            self.next();
            replaced.push((from, to));
        }
        if !replaced.is_empty() {
            self.push(What::Shared { replaced });
        }
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Pass(pass) => self.pass(pass),
            Event::BaseEntered { .. } => {
                let mut types = 1;
                while let Some(Event::BaseEntered { .. }) = self.peek() {
                    self.next();
                    types += 1;
                }
                self.push(What::BaseEntered { types });
            }
            Event::Bucket { id, hash } => match self.peek() {
                Some(Event::Candidate { canonical, .. }) => {
                    self.next();
                    self.push(What::Found {
                        id,
                        hash,
                        canonical,
                    });
                    self.compared(id, canonical);
                }
                _ => self.push(What::Canonical { id, hash }),
            },
            Event::ForwardResolved { forward, to } => {
                self.push(What::ForwardResolved { forward, to });
            }
            Event::Renumbered { old, new } => self.push(What::Renumbered { old, new }),
            // All others follow one of these.
            _ => {}
        }
    }

    fn pass(&mut self, pass: Pass) {
        if pass == Pass::References && !self.passed(Pass::Forwards) {
            self.at -= 1;
            self.push(What::Skipped(Pass::Forwards));
            self.at += 1;
        }
        if pass == Pass::Compaction {
            // Those that keep their ids need no word each.
            while let Some(Event::Renumbered { old, new }) = self.peek()
                && old == new
            {
                self.next();
            }
        }
        self.push(What::Pass(pass));
        match pass {
            Pass::Forwards => self.forwards(),
            Pass::Renumbering => self.remap(),
            _ => {}
        }
    }

    fn passed(&self, pass: Pass) -> bool {
        let same = |step: &Step| step.what == What::Pass(pass);
        self.list.iter().any(same)
    }

    /// The events of `id` compared with the types of its hash, until it is settled.
    fn compared(&mut self, id: TypeId, mut canonical: TypeId) {
        loop {
            let then = match self.peek() {
                Some(Event::Merged { from, to }) if from == id => {
                    self.next();
                    return self.push(What::Equal { id, canonical: to });
                }
                Some(Event::ReferenceMerged { to, .. }) => {
                    self.next();
                    return self.push(What::Equal { id, canonical: to });
                }
                Some(Event::Merged { from: forward, .. }) => {
                    self.next();
                    let then = self.then();
                    self.push(What::EnumDefined { id, forward, then });
                    then
                }
                Some(Event::NotEqual { reason, .. }) => {
                    self.next();
                    let then = self.then();
                    self.push(What::RecordsDiffer {
                        id,
                        canonical,
                        reason,
                        then,
                    });
                    then
                }
                Some(Event::CompareStart { .. }) => {
                    self.next();
                    match self.walk(id, canonical) {
                        Some(then) => then,
                        None => return,
                    }
                }
                _ => return,
            };
            match then {
                Then::Next(next) => canonical = next,
                Then::Canonical => return,
            }
        }
    }

    /// Whether another type of the hash follows.
    fn then(&mut self) -> Then {
        match self.peek() {
            Some(Event::Candidate { canonical, .. }) => {
                self.next();
                Then::Next(canonical)
            }
            _ => Then::Canonical,
        }
    }

    /// A walk from its first pair to its end; what becomes of `id` if it has failed.
    fn walk(&mut self, id: TypeId, canonical: TypeId) -> Option<Then> {
        let mut replaced = Vec::new();
        let mut off_base = false;
        loop {
            match self.peek()? {
                Event::Visit {
                    candidate,
                    canonical,
                    via,
                    depth,
                } => {
                    self.next();
                    self.visit((candidate, canonical), via, depth);
                }
                Event::NotEqual {
                    reason: Reason::BaseForward,
                    ..
                } => {
                    self.next();
                    off_base = true;
                }
                Event::NotEqual {
                    candidate,
                    canonical,
                    reason,
                } => {
                    self.next();
                    self.push(What::Differ {
                        id: candidate,
                        canonical,
                        reason,
                    });
                }
                Event::Merged { from, to } | Event::ForwardResolved { forward: from, to } => {
                    self.next();
                    replaced.push((from, to));
                }
                Event::CompareEnd { equal: true, .. } => {
                    self.next();
                    if let Some(Event::Merged { from, to }) = self.peek() {
                        self.next();
                        replaced.push((from, to));
                    }
                    self.push(What::Holds {
                        id,
                        canonical,
                        replaced,
                    });
                    return None;
                }
                Event::CompareEnd { equal: false, .. } => {
                    self.next();
                    let then = self.then();
                    self.push(match off_base {
                        true => What::HoldsOffBase {
                            id,
                            canonical,
                            led: replaced,
                            then,
                        },
                        false => What::Dropped {
                            id,
                            canonical,
                            then,
                        },
                    });
                    return Some(then);
                }
                _ => return None,
            }
        }
    }

    fn visit(&mut self, (id, mut canonical): (TypeId, TypeId), via: Via, depth: u32) {
        let found = match self.peek() {
            Some(Event::CycleClosed { canonical: own, .. }) => {
                self.next();
                canonical = own;
                Found::Known
            }
            Some(Event::Contradiction {
                canonical: own,
                had,
                identical,
                ..
            }) => {
                self.next();
                canonical = own;
                if let Some(Event::NotEqual { .. }) = self.peek() {
                    self.next();
                }
                Found::Contradiction { had, identical }
            }
            Some(Event::Hypothesis { canonical: own, .. }) => {
                self.next();
                canonical = own;
                match self.peek() {
                    Some(Event::ForwardAssumed { .. }) => {
                        self.next();
                        Found::Forward
                    }
                    Some(Event::NotEqual {
                        reason: Reason::BaseForward,
                        ..
                    }) => Found::Assumed,
                    Some(Event::NotEqual { .. }) => Found::AssumedFalsely,
                    _ => Found::Assumed,
                }
            }
            _ => Found::Same,
        };
        self.push(match (via, found) {
            (Via::Root, Found::Assumed) => What::Walk { id, canonical },
            _ => What::Visit {
                id,
                canonical,
                via,
                depth,
                found,
            },
        });
    }

    /// The forwards that are left, in the order of their ids: those that are resolved, and those that stay.
    fn forwards(&mut self) {
        let own = (self.btf.first_id().0..self.btf.end_id().0).map(TypeId);
        let left = own.filter(|&id| self.btf.kind(id) == Kind::Fwd && self.state.is_kept(id));
        let left: Vec<TypeId> = left.collect();
        for forward in left {
            match self.peek() {
                Some(Event::ForwardResolved { forward: next, to }) if next == forward => {
                    self.next();
                    self.push(What::ForwardResolved { forward, to });
                }
                _ => {
                    let why = self.stays(forward);
                    self.push(What::ForwardStays { forward, why });
                }
            }
        }
    }

    fn stays(&self, forward: TypeId) -> Stays {
        let name = self.btf.name(forward);
        let union = matches!(
            self.btf.get(forward).map(|ty| ty.data()),
            Some(Data::Fwd(FwdKind::Union))
        );
        let named = |id: &TypeId| {
            self.btf.kind(*id).is_composite()
                && self.state.is_kept(*id)
                && self.btf.name(*id) == name
        };
        let mut named = (1..self.btf.end_id().0).map(TypeId).filter(named);
        match (named.next(), named.next()) {
            (Some(first), Some(second)) => Stays::Ambiguous(first, second),
            (Some(only), None) if (self.btf.kind(only) == Kind::Union) != union => {
                Stays::OtherKind(only)
            }
            _ => Stays::NoDefinition,
        }
    }

    /// A step for each canonical type of which a reference changes.
    fn remap(&mut self) {
        let changes = |target: TypeId| self.state.new_id(target) != Some(target);
        let kept = self.btf.types().filter(|(id, _)| self.state.is_kept(*id));
        let changed = kept.filter(|(_, ty)| ty.refs().any(changes));
        let changed: Vec<TypeId> = changed.map(|(id, _)| id).collect();
        for old in changed {
            self.push(What::Remapped { old });
        }
        self.push(What::Done);
    }
}
