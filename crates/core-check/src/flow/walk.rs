//! Walks all paths of a program as the verifier does, with the values that are known before it runs.

use super::Flow;
use super::live::Live;
use super::state::{Place, State};
use super::value::{Value, arithmetic, condition};
use crate::object::code::{Reference, Section};
use crate::object::insn::{CALL, Class, EXIT, PSEUDO_CALL, PSEUDO_FUNC};
use crate::object::{ExternKind, Insn, Object};
use crate::relocate::Operand;
use rustc_hash::{FxHashMap, FxHashSet};

/// What relocations and externs make of the instructions of an object on a kernel.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// Operands that relocations set.
    pub operands: FxHashMap<Place, (Operand, u64)>,
    /// Instructions that are poisoned.
    pub poison: FxHashSet<Place>,
    /// What the address of each extern is: by its number in the object.
    pub externs: Vec<ExternValue>,
    /// Whether sections of constants have the values of the object.
    pub data_is_known: bool,
}

/// What a program sees of an extern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExternValue {
    /// Its address is 0, and calling it is poison.
    Absent,
    /// It has an address.
    Present,
    /// It may have one or not.
    Unknown,
    /// It is a value of the configuration.
    Config(Option<u64>),
}

/// What a walk found.
#[derive(Debug, Default)]
pub(crate) struct Walked {
    /// Poisoned instructions that can be reached, and calls of externs that do not exist.
    pub reached: FxHashSet<Place>,
    /// Those that are reached if what several paths have in common is all that is known.
    pub perhaps: FxHashSet<Place>,
    /// Whether all paths were walked.
    pub is_complete: bool,
    /// The instructions that were visited.
    pub visited: FxHashSet<Place>,
}

/// How many instructions a walk may visit, each as often as paths reach it. The verifier's own limit is a million.
const MOST_VISITS: u32 = 120_000;
/// After how many of them paths that meet are joined.
const MOST_EXACT: u32 = 30_000;
/// How many states are kept for one instruction, to see that a path was walked before. Beyond them, paths are joined.
const MOST_STATES: usize = 24;
/// How many branches may be open at once: the verifier refuses a program with more.
const MOST_OPEN: usize = 8192;
/// How many values on stacks are kept in all states together, 24 bytes each. Beyond them, paths are not remembered.
const MOST_SLOTS: usize = 2_000_000;

pub(crate) struct Walk<'a> {
    object: &'a Object,
    facts: &'a Facts,
    flow: &'a Flow,
    seen: FxHashMap<Place, Vec<State>>,
    /// How many values on stacks `seen` has.
    slots: usize,
    /// Functions that the kernel calls with anything: callbacks, and those that are checked alone.
    roots: Vec<Place>,
    known_roots: FxHashSet<Place>,
    walked: Walked,
    left: u32,
    /// What it had at first.
    allowed: u32,
}

impl<'a> Walk<'a> {
    pub fn new(object: &'a Object, flow: &'a Flow, facts: &'a Facts, most: u64) -> Walk<'a> {
        let allowed = u32::try_from(most).unwrap_or(u32::MAX).min(MOST_VISITS);
        Walk {
            object,
            facts,
            flow,
            seen: FxHashMap::default(),
            slots: 0,
            roots: Vec::new(),
            known_roots: FxHashSet::default(),
            walked: Walked::default(),
            left: allowed,
            allowed,
        }
    }

    /// Walks from the first instruction of a program. The second number is how many instructions were visited.
    pub fn run(mut self, start: Place) -> (Walked, u64) {
        self.add_root(start);
        self.walked.is_complete = true;
        while let Some(root) = self.roots.pop() {
            let mut open = vec![State::entry(root, Value::Any)];
            while let Some(state) = open.pop() {
                if self.path(state, &mut open).is_none() {
                    self.walked.is_complete = false;
                    return (self.walked, self.allowed.into());
                }
            }
        }
        let visited = self.allowed - self.left;
        (self.walked, visited.into())
    }

    fn add_root(&mut self, at: Place) {
        if self.known_roots.insert(at) {
            self.roots.push(at);
        }
    }

    /// Follows a path to its end; other ways at its branches go to `open`. `None` if too much was visited.
    fn path(&mut self, mut state: State, open: &mut Vec<State>) -> Option<()> {
        let object = self.object;
        loop {
            self.left = self.left.checked_sub(1)?;
            if open.len() > MOST_OPEN {
                return None;
            }
            let at = state.at;
            let (Some(section), Some(live)) =
                (object.section(at.section), self.flow.live.get(&at.section))
            else {
                return Some(());
            };
            let Some(insn) = section.insn(at.number, object.big_endian) else {
                return Some(());
            };
            if live.is_target(at.number) && self.was_walked(&mut state, live) {
                return Some(());
            }
            self.walked.visited.insert(at);
            if self.facts.poison.contains(&at) {
                self.come_to(at, &state);
                let writes = matches!(
                    insn.class(),
                    Class::Ldx | Class::Ld | Class::Alu | Class::Alu64
                );
                if writes {
                    state.set(insn.dst, Value::Any);
                }
                state.at.number += if insn.is_wide() { 2 } else { 1 };
                continue;
            }
            let operand = self.facts.operands.get(&at).copied();
            if !self.step(section, insn, operand, &mut state, open) {
                return Some(());
            }
        }
    }

    fn come_to(&mut self, at: Place, state: &State) {
        match state.is_exact {
            true => self.walked.reached.insert(at),
            false => self.walked.perhaps.insert(at),
        };
    }

    /// Whether all that can follow a state was walked before. Otherwise it is remembered; if there are too many of its
    /// kind, it becomes what they have in common.
    fn was_walked(&mut self, state: &mut State, live: &Live) -> bool {
        let mask = live.mask(state.at.number);
        let many = self.allowed - self.left > MOST_EXACT;
        let seen = self.seen.entry(state.at).or_default();
        if seen.iter().any(|other| state.is_covered_by(other, mask)) {
            return true;
        }
        if seen.len() >= MOST_STATES || many {
            // Each time less is known, so this ends.
            let mut joined = seen.iter_mut().rev().filter(|other| state.join(other));
            if let Some(last) = joined.next() {
                *last = state.clone();
                return false;
            }
        }
        self.slots += state.slots();
        if self.slots <= MOST_SLOTS {
            seen.push(state.clone());
        }
        false
    }

    /// One instruction. `false` if the path ends.
    fn step(
        &mut self,
        section: &Section,
        insn: Insn,
        operand: Option<(Operand, u64)>,
        state: &mut State,
        open: &mut Vec<State>,
    ) -> bool {
        let number = state.at.number;
        let immediate = match operand {
            Some((Operand::Immediate, value)) => i64::from(value as i32) as u64,
            _ => i64::from(insn.imm) as u64,
        };
        let offset = match operand {
            Some((Operand::Offset, value)) => value as i32,
            _ => i32::from(insn.off),
        };
        let second = match insn.uses_register() {
            true => state.get(insn.src),
            false => Value::Known(immediate),
        };
        state.at.number = number + if insn.is_wide() { 2 } else { 1 };
        match insn.class() {
            Class::Alu | Class::Alu64 => {
                let wide = insn.class() == Class::Alu64;
                let operation = insn.code & 0xf0;
                let result = match operation {
                    // Swapped bytes, moves with sign, and signed divisions are rare in conditions.
                    0xd0 => Value::Any,
                    0xb0 | 0x30 | 0x90 if insn.off != 0 => Value::Any,
                    _ => arithmetic(operation, state.get(insn.dst), second, wide),
                };
                state.set(insn.dst, result);
            }
            Class::Ld if insn.is_wide() => {
                let high = section.insn(number + 1, self.object.big_endian);
                let high = high.map_or(0, |insn| insn.imm as u32);
                let value = match operand {
                    Some((Operand::Wide, value)) => Value::Known(value),
                    _ => match section.reference_at(number) {
                        Some(reference) => self.address(reference, insn),
                        None if insn.src == 0 => {
                            Value::Known(u64::from(high) << 32 | u64::from(insn.imm as u32))
                        }
                        None => Value::Address,
                    },
                };
                state.set(insn.dst, value);
            }
            Class::Ld => state.call_outside(),
            Class::Ldx => {
                let value = self.load(state, insn, offset);
                state.set(insn.dst, value);
            }
            Class::St | Class::Stx => {
                let value = match insn.class() {
                    Class::St => Value::Known(i64::from(insn.imm) as u64),
                    _ => state.get(insn.src),
                };
                let is_atomic = insn.code & 0xe0 == 0xc0;
                let value = if is_atomic { Value::Any } else { value };
                match state.get(insn.dst) {
                    Value::Stack {
                        frame,
                        offset: base,
                    } => {
                        let place = base.saturating_add(offset);
                        state.store(frame, place, insn.access_size(), value);
                    }
                    Value::SomeStack => state.forget_stacks(),
                    _ => {}
                }
                if is_atomic {
                    // An exchange writes a register.
                    state.set(insn.src, Value::Any);
                    state.set(0, Value::Any);
                }
            }
            Class::Jmp | Class::Jmp32 => return self.jump(section, insn, second, state, open),
        }
        true
    }

    fn jump(
        &mut self,
        section: &Section,
        insn: Insn,
        second: Value,
        state: &mut State,
        open: &mut Vec<State>,
    ) -> bool {
        let next = state.at;
        let number = next.number - 1;
        let to = |by: i64| Place {
            section: next.section,
            // A jump before the section leads nowhere.
            number: u32::try_from(i64::from(next.number) + by).unwrap_or(u32::MAX),
        };
        let wide = insn.class() == Class::Jmp;
        match (insn.code, insn.code & 0xf0) {
            (CALL, _) => return self.call(section, insn, number, state),
            (EXIT, _) => return state.leave(),
            (_, 0x00) => {
                let by = if wide {
                    i64::from(insn.off)
                } else {
                    i64::from(insn.imm)
                };
                state.at = to(by);
            }
            (_, 0xe0) => {
                let mut other = state.clone();
                other.at = to(insn.off.into());
                open.push(other);
            }
            (_, operation) => {
                let first = state.get(insn.dst);
                match condition(operation, first, second, wide) {
                    Some(true) => state.at = to(insn.off.into()),
                    Some(false) => {}
                    None => {
                        let mut other = state.clone();
                        other.at = to(insn.off.into());
                        if wide && first == Value::Any && !insn.uses_register() {
                            // One of the two now knows the value.
                            let (equal, differs) = match operation {
                                0x10 => (&mut other, &mut *state),
                                0x50 => (&mut *state, &mut other),
                                _ => {
                                    open.push(other);
                                    return true;
                                }
                            };
                            equal.set(insn.dst, second);
                            if second == Value::Known(0) {
                                differs.set(insn.dst, Value::Address);
                            }
                        }
                        open.push(other);
                    }
                }
            }
        }
        true
    }

    fn call(&mut self, section: &Section, insn: Insn, number: u32, state: &mut State) -> bool {
        let reference = section.reference_at(number);
        let target = match reference {
            Some(Reference {
                section: Some(section),
                value,
                ..
            }) if insn.src == PSEUDO_CALL => {
                let number = (*value / 8) as i64 + i64::from(insn.imm) + 1;
                u32::try_from(number).ok().map(|number| Place {
                    section: *section,
                    number,
                })
            }
            Some(_) => None,
            None if insn.src == PSEUDO_CALL => {
                let number = i64::from(number) + i64::from(insn.imm) + 1;
                u32::try_from(number).ok().map(|number| Place {
                    section: state.at.section,
                    number,
                })
            }
            None => None,
        };
        if let Some(target) = target {
            // The verifier checks a global function alone, with any arguments.
            if self.flow.globals.contains(&target) {
                self.add_root(target);
                state.call_outside();
                return true;
            }
            let back = state.at;
            if state.call(target, back) {
                return true;
            }
            self.walked.is_complete = false;
            return false;
        }
        if let Some(Reference {
            section: None,
            symbol,
            ..
        }) = reference
            && self.extern_named(symbol) == Some(ExternValue::Absent)
        {
            let at = Place {
                section: state.at.section,
                number,
            };
            self.come_to(at, state);
        }
        state.call_outside();
        true
    }

    fn extern_named(&self, name: &str) -> Option<ExternValue> {
        let number = self
            .object
            .externs
            .iter()
            .position(|one| one.name == name)?;
        self.facts.externs.get(number).copied()
    }

    /// What a 64-bit immediate with a reference is.
    fn address(&mut self, reference: &Reference, insn: Insn) -> Value {
        let Some(index) = reference.section else {
            let Some(&number) = self.flow.externs.get(&reference.symbol) else {
                return Value::Any;
            };
            if self.object.externs[number].kind == ExternKind::Config {
                return Value::Config {
                    number: number as u32,
                };
            }
            return match self.facts.externs.get(number) {
                Some(ExternValue::Absent) => Value::Known(0),
                Some(ExternValue::Present) => Value::Address,
                _ => Value::Any,
            };
        };
        let Some(section) = self.object.section(index) else {
            return Value::Address;
        };
        if section.executable {
            let place = (reference.value as i64).wrapping_add(insn.imm.into()) / 8;
            if insn.src == PSEUDO_FUNC || reference.is_function || reference.whole_section {
                let number = u32::try_from(place).unwrap_or(u32::MAX);
                self.add_root(Place {
                    section: index,
                    number,
                });
            }
            return Value::Address;
        }
        match section.name == ".rodata" || section.name.starts_with(".rodata.") {
            true => Value::Data {
                section: index,
                offset: (reference.value as i64).wrapping_add(insn.imm.into()),
            },
            false => Value::Address,
        }
    }

    fn load(&self, state: &State, insn: Insn, offset: i32) -> Value {
        let size = insn.access_size();
        // Loads that extend the sign have a mode of their own.
        let extends_sign = insn.code & 0xe0 == 0x80;
        let value = match state.get(insn.src) {
            Value::Stack {
                frame,
                offset: base,
            } => state.load(frame, base.saturating_add(offset), size),
            Value::Data {
                section,
                offset: base,
            } if self.facts.data_is_known => {
                self.constant(section, base.wrapping_add(offset.into()), size)
            }
            Value::Config { number } if offset == 0 => {
                match self.facts.externs.get(number as usize) {
                    Some(ExternValue::Config(Some(value))) => Value::Known(*value).truncated(size),
                    _ => Value::Any,
                }
            }
            _ => Value::Any,
        };
        match value {
            Value::Known(number) if extends_sign => Value::Known(match size {
                1 => i64::from(number as i8) as u64,
                2 => i64::from(number as i16) as u64,
                _ => i64::from(number as i32) as u64,
            }),
            value => value,
        }
    }

    /// A number in a section of constants.
    fn constant(&self, section: u32, offset: i64, size: u32) -> Value {
        let bytes = self.object.section(section).map(|section| &section.bytes);
        let start = usize::try_from(offset).ok();
        let bytes = bytes
            .zip(start)
            .and_then(|(bytes, start)| bytes.get(start..)?.get(..size as usize));
        let Some(bytes) = bytes else {
            return Value::Any;
        };
        let number = bytes.iter().enumerate().map(|(at, &byte)| {
            let place = match self.object.big_endian {
                true => bytes.len() - 1 - at,
                false => at,
            };
            u64::from(byte) << (8 * place)
        });
        Value::Known(number.sum())
    }
}
