//! Where parameters arrive, against the calling convention; and what is left of them when the compiler
//! has changed a signature and says so.

use crate::function::{Functions, RawParam, slots};
use crate::names::Names;
use crate::sections::Machine;
use crate::unit::{LONGEST_CHAIN, Unit};
use btf::{Data, Kind, StringOffset};

impl Functions {
    /// Compares the registers in which parameters arrive with those of the calling convention.
    pub(crate) fn analyse(
        &mut self,
        index: usize,
        machine: Machine,
        pointer: u64,
        true_signature: bool,
    ) {
        let function = &self.functions[index];
        let changed = function.clang && self.signature_changed(function);
        let (clang, params) = (function.clang, function.params.clone());
        let available = usize::from(machine.register_params);
        let mut next = 0usize;
        for (place, &at) in params.iter().enumerate() {
            if changed && true_signature {
                let following = params.get(place + 1).copied();
                next = self.analyse_true(at as usize, following, next, machine, pointer);
                continue;
            }
            let param = &mut self.params[at as usize];
            let slots = slots(param.size, machine, pointer);
            let in_memory = in_memory(param.size, machine, pointer);
            if clang && !changed {
                if in_memory {
                    continue;
                }
                if next >= available {
                    break;
                }
                if let Some(register) = param.register {
                    // As in pahole, nothing fits on machines whose registers are only counted.
                    let window = next..(next + slots).min(available);
                    let expected = machine.registers.get(window).unwrap_or_default();
                    let fits = expected.contains(&register);
                    param.unexpected |= !fits;
                }
                next = next.saturating_add(slots);
                continue;
            }
            let left = next < available;
            let mut consumes = true;
            if param.has_location {
                if !left {
                    consumes = false;
                } else if let Some(register) = param.register {
                    let expected = machine.registers.get(next);
                    param.unexpected |= expected.is_some_and(|&expected| expected != register);
                } else {
                    param.optimized = true;
                }
            }
            if consumes {
                next = next.saturating_add(if in_memory { 1 } else { slots });
            }
        }
    }

    /// One parameter of a function whose signature changed: it may be gone, or one member of it be left.
    /// Gives the next register.
    fn analyse_true(
        &mut self,
        at: usize,
        following: Option<u32>,
        next: usize,
        machine: Machine,
        pointer: u64,
    ) -> usize {
        let following = following
            .and_then(|at| self.params.get(at as usize))
            .and_then(|param| param.register);
        let param = &mut self.params[at];
        let slots = slots(param.size, machine, pointer);
        let in_memory = in_memory(param.size, machine, pointer);
        let taken = next + if in_memory { 1 } else { slots };
        let left = next < usize::from(machine.register_params);
        let expected = machine.registers.get(next).copied();
        // The next parameter arrives where it would if all of this one were there.
        let kept = following.is_some_and(|register| {
            next + slots < usize::from(machine.register_params)
                && machine.registers.get(next + slots) == Some(&register)
        });
        if !param.has_location {
            if left && kept {
                return next + slots;
            }
            param.optimized = true;
            return next;
        }
        if param.registers.constant {
            param.optimized = true;
            return next;
        }
        if !left {
            return next;
        }
        if param.registers.stack {
            param.unexpected |= !in_memory;
            return if in_memory { next } else { taken };
        }
        if param.register.is_none() || expected.is_some_and(|it| Some(it) != param.register) {
            param.unexpected = true;
            return taken;
        }
        match param.registers.fields {
            [0, 0] => taken,
            [first, second] if first != 0 && second != 0 => next + slots,
            _ if kept => {
                param.member = None;
                next + slots
            }
            _ => match param.member {
                Some((_, ty)) => {
                    param.ty = ty;
                    next + 1
                }
                None => taken,
            },
        }
    }
}

/// Whether a parameter of this size is too large for registers.
fn in_memory(size: u64, machine: Machine, pointer: u64) -> bool {
    let registers = if machine.aggregates_use_two { 2 } else { 1 };
    size > registers * pointer
}

/// The member at which the only piece of an aggregate starts.
pub(crate) fn lone_member(
    unit: &Unit,
    param: &RawParam,
    pointer: u64,
) -> Option<(StringOffset, u32)> {
    let [first, second] = param.registers.fields;
    let offset = match (first.count_ones(), second.count_ones()) {
        (1, 0) => u64::from(first.trailing_zeros()),
        (0, 1) => pointer + u64::from(second.trailing_zeros()),
        _ => return None,
    };
    let mut id = param.ty;
    for _ in 0..LONGEST_CHAIN {
        let ty = unit.get(id)?;
        if ty.kind() == Kind::Struct {
            let member = ty
                .members()
                .find(|member| u64::from(member.bit_offset) == offset * 8)?;
            let known = !member.name.is_empty() && member.ty.0 != 0;
            return known.then_some((member.name, member.ty.0));
        }
        id = match ty.data() {
            Data::Typedef { target }
            | Data::Const { target }
            | Data::Volatile { target }
            | Data::Restrict { target } => target.0,
            _ => return None,
        };
    }
    None
}

/// The name of a parameter of which one member is left.
pub(crate) fn joined(
    name: StringOffset,
    member: StringOffset,
    names: &mut Names,
    debug_str: &[u8],
) -> StringOffset {
    let text = |name| names.text(name, debug_str);
    let joined = [text(name), b"__", text(member)].concat();
    names.intern(&joined)
}
