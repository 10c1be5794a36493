//! Which programs come to what the kernel lacks: poisoned instructions, and calls of functions that it does not have.

use crate::flow::{ExternValue, Facts, Flow, Place, Reach, Visits};
use crate::object::insn::CALL;
use crate::object::{Autoload, ExternKind, Object, Program};
use crate::relocate::{Decided, Outcome};
use crate::targets::Resolved;
use rustc_hash::{FxHashMap, FxHashSet};

/// What was found for all programs of an object on a kernel.
#[derive(Debug)]
pub(crate) struct Reached<'a> {
    object: &'a Object,
    flow: &'a Flow,
    facts: Facts,
    visits: Visits,
    /// The programs that come to each place, by their numbers.
    sites: FxHashMap<Place, Vec<(u32, Reach)>>,
    /// The worst of each program.
    worst: Vec<Reach>,
    /// Calls of functions that the kernel does not have, by the number of the extern.
    calls: FxHashMap<usize, Vec<Place>>,
    /// Programs that may come to every place, since not all of their paths were walked.
    unfinished: Vec<Unfinished>,
}

/// Programs of which the same is known of all places.
#[derive(Debug)]
struct Unfinished {
    reach: Reach,
    /// Whether loaders load them by themselves.
    is_loaded: bool,
    programs: FxHashSet<u32>,
    sections: FxHashSet<u32>,
}

impl<'a> Reached<'a> {
    /// Walks all programs, if something is missing.
    pub fn of(
        object: &'a Object,
        flow: &'a Flow,
        decided: &[Decided<'_>],
        resolved: &[Resolved],
    ) -> Reached<'a> {
        let facts = facts(object, decided, resolved);
        let calls = calls(object, &facts);
        let mut sites: Vec<Place> = facts.poison.iter().copied().collect();
        sites.extend(calls.values().flatten());
        sites.sort_unstable();
        sites.dedup();
        let mut reached = Reached {
            object,
            flow,
            facts,
            visits: flow.visits(),
            sites: FxHashMap::default(),
            worst: vec![Reach::Guarded; object.programs.len()],
            calls,
            unfinished: Vec::new(),
        };
        if !sites.is_empty() {
            for (number, program) in object.programs.iter().enumerate() {
                if !program.is_subprogram() {
                    reached.walk(number, program, &sites);
                }
            }
            reached.facts.data_is_known = true;
        }
        reached
    }

    fn walk(&mut self, number: usize, program: &Program, sites: &[Place]) {
        let concerned = count_concerned(program, sites);
        if concerned == 0 {
            return;
        }
        self.facts.data_is_known = true;
        let first = self.walked(program);
        let mut known = 0;
        for &site in first.reached.iter().filter(|site| concerns(program, site)) {
            self.note(number, site, Reach::Reached);
            known += 1;
        }
        for &site in first.perhaps.difference(&first.reached) {
            if concerns(program, &site) {
                self.note(number, site, Reach::Perhaps);
                known += 1;
            }
        }
        if known == concerned {
            return;
        }
        if !first.is_complete {
            return self.leave_unfinished(number, program, Reach::Perhaps);
        }
        self.facts.data_is_known = false;
        let second = self.walked(program);
        for &site in second.reached.union(&second.perhaps) {
            let is_new = !first.reached.contains(&site) && !first.perhaps.contains(&site);
            if is_new && concerns(program, &site) {
                self.note(number, site, Reach::GuardedByData);
            }
        }
        if !second.is_complete {
            self.leave_unfinished(number, program, Reach::GuardedByData);
        }
    }

    fn walked(&self, program: &Program) -> crate::flow::Walked {
        let start = program.place(0);
        self.flow
            .walk(self.object, &self.facts, start, &self.visits)
    }

    fn note(&mut self, number: usize, site: Place, reach: Reach) {
        let list = self.sites.entry(site).or_default();
        list.push((number as u32, reach));
        self.worst[number] = self.worst[number].max(reach);
    }

    fn leave_unfinished(&mut self, number: usize, program: &Program, reach: Reach) {
        let is_loaded = program.autoload == Autoload::On;
        let known = self.unfinished.iter_mut();
        let mut known = known.filter(|one| (one.reach, one.is_loaded) == (reach, is_loaded));
        let group = match known.next() {
            Some(group) => group,
            None => {
                self.unfinished.push(Unfinished {
                    reach,
                    is_loaded,
                    programs: FxHashSet::default(),
                    sections: FxHashSet::default(),
                });
                let last = self.unfinished.len() - 1;
                &mut self.unfinished[last]
            }
        };
        group.programs.insert(number as u32);
        group.sections.insert(program.section);
        self.worst[number] = self.worst[number].max(reach);
    }

    /// The worst of the programs that are loaded; of all, if only optional ones have it.
    pub fn worst(&self, site: Place) -> Reach {
        let loaded = self.worst_if(site, |program| program.autoload == Autoload::On);
        let any = || self.worst_if(site, |_| true);
        loaded.or_else(any).unwrap_or(Reach::Guarded)
    }

    fn worst_if(&self, site: Place, wanted: impl Fn(&Program) -> bool) -> Option<Reach> {
        let programs = &self.object.programs;
        let noted = self.sites.get(&site).into_iter().flatten();
        let noted = noted.filter(|(number, _)| wanted(&programs[*number as usize]));
        // The program that the place is in, and those of other sections, which may call it.
        let own = self.object.program_at(site.section, site.number);
        let left = self.unfinished.iter().filter(|group| {
            let first = group.programs.iter().next();
            first.is_some_and(|number| wanted(&programs[*number as usize]))
                && (own.is_some_and(|own| group.programs.contains(&(own as u32)))
                    || group.sections.iter().any(|one| *one != site.section))
        });
        let noted = noted.map(|(_, reach)| *reach);
        noted.chain(left.map(|group| group.reach)).max()
    }

    /// The worst of all places that a program comes to.
    pub fn worst_of(&self, program: usize) -> Reach {
        self.worst[program]
    }

    /// Where an extern that the kernel does not have is called.
    pub fn calls_of(&self, number: usize) -> impl Iterator<Item = Place> {
        self.calls.get(&number).into_iter().flatten().copied()
    }

    /// The instructions that a program comes to.
    pub fn visited(&self, start: Place) -> FxHashSet<Place> {
        let walked = self
            .flow
            .walk(self.object, &self.facts, start, &self.visits);
        walked.visited
    }
}

/// Whether a program may come to a place: one of its own, or of another section. The other programs of its section are not
/// called.
fn concerns(program: &Program, site: &Place) -> bool {
    site.section != program.section
        || site.number >= program.start && site.number - program.start < program.len
}

/// How many of the places, which are in order, [`concerns`] is true of.
fn count_concerned(program: &Program, sites: &[Place]) -> usize {
    let before = |section: u32, number: u32| {
        sites.partition_point(|site| (site.section, site.number) < (section, number))
    };
    let end = program.start.saturating_add(program.len);
    let own = before(program.section, end) - before(program.section, program.start);
    let section = before(program.section.saturating_add(1), 0) - before(program.section, 0);
    sites.len() - section + own
}

fn facts(object: &Object, decided: &[Decided<'_>], resolved: &[Resolved]) -> Facts {
    let mut facts = Facts {
        data_is_known: true,
        ..Facts::default()
    };
    for one in decided {
        let record = &object.records[one.record];
        let Some(program) = record.program.map(|number| &object.programs[number]) else {
            continue;
        };
        let place = program.place(record.instruction);
        match &one.outcome {
            Outcome::Resolved { operand, to, .. } => {
                facts.operands.insert(place, (*operand, *to));
            }
            Outcome::Absent | Outcome::UnsafeSize | Outcome::Fatal(_) => {
                facts.poison.insert(place);
            }
        }
    }
    let externs = object.externs.iter().zip(resolved);
    let values = externs.map(|(one, resolved)| extern_value(one.kind, resolved));
    facts.externs = values.collect();
    facts
}

/// Calls of functions that the kernel does not have, by the number of the extern.
fn calls(object: &Object, facts: &Facts) -> FxHashMap<usize, Vec<Place>> {
    let mut calls: FxHashMap<usize, Vec<Place>> = FxHashMap::default();
    let externs = object.externs.iter().enumerate();
    let absent =
        externs.filter(|(number, _)| facts.externs.get(*number) == Some(&ExternValue::Absent));
    let absent: FxHashMap<&str, usize> = absent
        .map(|(number, one)| (one.name.as_str(), number))
        .collect();
    if absent.is_empty() {
        return calls;
    }
    let code = object.sections.iter().filter(|section| section.executable);
    for section in code {
        let externs = section.references.iter();
        for reference in externs.filter(|one| one.section.is_none()) {
            let number = u32::try_from(reference.offset / 8).unwrap_or(u32::MAX);
            let insn = section.insn(number, object.big_endian);
            if insn.is_some_and(|insn| insn.code == CALL)
                && let Some(&one) = absent.get(reference.symbol.as_str())
            {
                let section = section.index;
                calls
                    .entry(one)
                    .or_default()
                    .push(Place { section, number });
            }
        }
    }
    calls
}

fn extern_value(kind: ExternKind, resolved: &Resolved) -> ExternValue {
    match (kind, resolved) {
        (ExternKind::Config, Resolved::Value(value)) => ExternValue::Config(Some(*value)),
        (ExternKind::Config, Resolved::Not(_)) => ExternValue::Config(Some(0)),
        (ExternKind::Config, _) => ExternValue::Config(None),
        (_, Resolved::Not(_)) => ExternValue::Absent,
        (_, Resolved::Unknown(_)) => ExternValue::Unknown,
        _ => ExternValue::Present,
    }
}
