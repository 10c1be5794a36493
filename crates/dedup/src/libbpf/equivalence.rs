//! Whether the graphs that hang on two types are equal.
//!
//! The walk is depth first and stops at the first difference, so a stack of pairs still to be compared
//! is all it needs. The order of visits is that of the references in each type (an array's index type
//! before its element), because the order of assumptions is part of the result.

use super::hypothesis::UNSET;
use super::{Engine, resolve, shape, ty};
use crate::{Error, Observer, Reason, Via};
use btf::{Kind, Type, TypeId};

/// Two types to be compared.
#[derive(Clone, Copy)]
pub(super) struct Pair {
    candidate: u32,
    canonical: u32,
    /// For the observer alone.
    depth: u32,
    via: Via,
}

/// What is known of a pair after looking at its own words.
enum Verdict {
    Different,
    /// Equal if what is on the stack is.
    Equal,
    /// Equal if what they refer to is.
    Target(u32, u32),
}

impl<O: Observer> Engine<'_, O> {
    /// Walks both graphs. What it assumes stays in `self.hypothesis`, which must be clear.
    pub(super) fn equivalent(&mut self, candidate: u32, canonical: u32) -> Result<bool, Error> {
        let mut stack = std::mem::take(&mut self.pairs);
        stack.clear();
        stack.push(Pair {
            candidate,
            canonical,
            depth: 0,
            via: Via::Root,
        });
        let mut equal = Ok(true);
        while let Some(pair) = stack.pop() {
            equal = self.equivalent_chain(pair, candidate, &mut stack);
            if !matches!(equal, Ok(true)) {
                break;
            }
        }
        self.pairs = stack;
        equal
    }

    /// Compares a pair and, as long as types have a single reference, what they refer to. More than
    /// one reference goes to the stack. `root` is named when the budget is used up.
    fn equivalent_chain(
        &mut self,
        mut pair: Pair,
        root: u32,
        stack: &mut Vec<Pair>,
    ) -> Result<bool, Error> {
        loop {
            self.budget.spend(1, &self.btf, root)?;
            let candidate = pair.candidate;
            if O::ACTIVE {
                let (candidate, canonical) = (TypeId(candidate), TypeId(pair.canonical));
                self.observer
                    .visit(candidate, canonical, pair.depth, pair.via);
            }
            if resolve(&self.map, candidate) == resolve(&self.map, pair.canonical) {
                return Ok(true);
            }
            let canonical = self.definition(pair.canonical);
            let had = self.hypothesis.get(canonical);
            if had == candidate {
                self.observer
                    .cycle_closed(TypeId(candidate), TypeId(canonical));
                return Ok(true);
            }
            if had != UNSET {
                return self.contradiction(canonical, had, candidate, root);
            }
            self.hypothesis.put(canonical, candidate);
            self.observer
                .hypothesis(TypeId(canonical), TypeId(candidate));
            match self.compare(candidate, canonical, pair.depth, root, stack)? {
                Verdict::Equal => return Ok(true),
                Verdict::Different => return Ok(false),
                Verdict::Target(candidate, canonical) => {
                    pair = Pair {
                        candidate,
                        canonical,
                        depth: pair.depth.saturating_add(1),
                        via: Via::Target,
                    };
                }
            }
        }
    }

    /// Looks at the words of two types.
    fn compare(
        &mut self,
        candidate: u32,
        canonical: u32,
        depth: u32,
        root: u32,
        stack: &mut Vec<Pair>,
    ) -> Result<Verdict, Error> {
        let (a, b) = (ty(&self.btf, candidate), ty(&self.btf, canonical));
        let kind = a.kind();
        if a.name() == b.name() && kind != b.kind() {
            return Ok(self.compare_with_forward(candidate, canonical));
        }
        self.budget
            .spend(u64::from(a.vlen().min(b.vlen())), &self.btf, root)?;
        let same = a.name() == b.name()
            && match kind {
                Kind::Void => true,
                Kind::Int | Kind::Float | Kind::Fwd => shape::same_words(a, b),
                Kind::Enum | Kind::Enum64 if self.match_enums => shape::compatible_enums(a, b),
                Kind::Enum | Kind::Enum64 => shape::same_words(a, b),
                Kind::Ptr
                | Kind::Const
                | Kind::Volatile
                | Kind::Restrict
                | Kind::Typedef
                | Kind::Func
                | Kind::TypeTag => shape::same_head(a, b),
                Kind::Array => shape::same_length(a, b),
                Kind::Struct | Kind::Union => shape::same_layout(a, b),
                Kind::FuncProto => shape::same_params(a, b),
                _ => {
                    let id = TypeId(candidate);
                    return Err(Error::UnexpectedReference {
                        id,
                        kind,
                        name: self.btf.name(id).into_owned(),
                    });
                }
            };
        if !same {
            self.not_equal(candidate, canonical);
            return Ok(Verdict::Different);
        }
        let single = !matches!(
            kind,
            Kind::Array | Kind::Struct | Kind::Union | Kind::FuncProto
        );
        if let (true, Some(a), Some(b)) = (single, a.target(), b.target()) {
            return Ok(Verdict::Target(a.0, b.0));
        }
        // With an observer every pair is visited; without, those that are already one are left out.
        let map = &self.map;
        let mut push = |candidate: u32, canonical: u32, via: Via| {
            if O::ACTIVE || resolve(map, candidate) != resolve(map, canonical) {
                stack.push(Pair {
                    candidate,
                    canonical,
                    depth: depth.saturating_add(1),
                    via,
                });
            }
        };
        push_parts(a, b, &mut push);
        Ok(Verdict::Equal)
    }

    /// Two types of one name and different kinds: equal if one is a forward of the other.
    fn compare_with_forward(&mut self, candidate: u32, canonical: u32) -> Verdict {
        let (a, b) = (ty(&self.btf, candidate), ty(&self.btf, canonical));
        let (forward, full, expected, found) = if !self.match_forwards {
            self.not_equal(candidate, canonical);
            return Verdict::Different;
        } else if b.kind() == Kind::Fwd {
            (canonical, candidate, shape::forward_kind(b), a.kind())
        } else if a.kind() == Kind::Fwd {
            (candidate, canonical, shape::forward_kind(a), b.kind())
        } else {
            self.not_equal(candidate, canonical);
            return Verdict::Different;
        };
        if expected != found {
            self.observer
                .not_equal(TypeId(candidate), TypeId(canonical), Reason::ForwardKind);
            return Verdict::Different;
        }
        if forward == canonical && canonical < self.first {
            self.hypothesis.keeps_base = true;
        }
        self.observer.forward_assumed(TypeId(forward), TypeId(full));
        Verdict::Equal
    }

    /// The definition that a kept forward has been found to stand for, else `id` itself. Forwards on
    /// the candidate's side stay forwards.
    fn definition(&self, id: u32) -> u32 {
        if self.kind(id) != Kind::Fwd {
            return id;
        }
        let end = resolve(&self.map, id);
        if self.kind(end) == Kind::Fwd { id } else { end }
    }

    /// `canonical` was paired with `had` before. Inside one unit the same type can occur several times
    /// (the compiler wrote copies of it), so that this is no difference if both are identical.
    fn contradiction(
        &mut self,
        canonical: u32,
        had: u32,
        wants: u32,
        root: u32,
    ) -> Result<bool, Error> {
        let identical = self.allow_copies
            && self
                .identical
                .compare(&self.btf, had, wants, &mut self.budget, root)?;
        let (id, had, wants) = (TypeId(canonical), TypeId(had), TypeId(wants));
        self.observer.contradiction(id, had, wants, identical);
        if !identical {
            self.observer.not_equal(wants, id, Reason::Contradiction);
        }
        Ok(identical)
    }
}

/// Hands on the pairs below two types of the same shape, the last one first.
fn push_parts(a: Type<'_>, b: Type<'_>, push: &mut impl FnMut(u32, u32, Via)) {
    match a.kind() {
        Kind::Array => {
            if let (&[element_a, index_a, _], &[element_b, index_b, _]) = (a.tail(), b.tail()) {
                push(element_a, element_b, Via::Element);
                push(index_a, index_b, Via::Index);
            }
        }
        Kind::Struct | Kind::Union => {
            let (a, b) = (a.tail().as_chunks::<3>().0, b.tail().as_chunks::<3>().0);
            for (number, (a, b)) in a.iter().zip(b).enumerate().rev() {
                push(a[1], b[1], Via::Member(number as u32));
            }
        }
        Kind::FuncProto => {
            let parts = (a.tail().as_chunks::<2>().0, b.tail().as_chunks::<2>().0);
            for (number, (a, b)) in parts.0.iter().zip(parts.1).enumerate().rev() {
                push(a[1], b[1], Via::Param(number as u32));
            }
            push(a.size_or_type(), b.size_or_type(), Via::Result);
        }
        _ => {}
    }
}
