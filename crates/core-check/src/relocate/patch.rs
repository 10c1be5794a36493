//! Whether an instruction can take a value, and what it becomes.

use super::skip;
use super::value::Computed;
use crate::object::Insn;
use crate::object::code::Section;
use btf::{Btf, Data, IntEncoding};

/// What became of an instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Patched {
    /// An operand has the new value.
    Value {
        operand: Operand,
        from: u64,
        to: u64,
        size: Option<(u32, u32)>,
    },
    /// The field has another size that the instruction cannot take safely.
    UnsafeSize,
}

/// The operand that a relocation sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Operand {
    /// The immediate of an arithmetic instruction.
    Immediate,
    /// The offset of a load or store.
    Offset,
    /// A 64-bit immediate.
    Wide,
}

/// Why an instruction cannot be relocated. Each ends a load.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Unpatchable {
    /// The section ends before the instruction.
    Outside,
    /// It takes its operand from a register.
    Register,
    /// It has no operand that a relocation can set.
    Class {
        /// Its code.
        code: u8,
    },
    /// A 64-bit immediate that is not a plain number.
    WideForm,
    /// The operand is not the object's own value.
    Unexpected {
        /// What the instruction has.
        found: i64,
        /// What the object's types give.
        expected: u64,
    },
    /// The offset of a load or store has 16 bits.
    OutOfRange {
        /// The kernel's value.
        value: u64,
    },
    /// The instruction accesses another size than the object's field has.
    AccessSize {
        /// What the instruction accesses, in bytes.
        found: u32,
        /// The size of the field.
        expected: u32,
    },
    /// No instruction accesses so many bytes at once.
    NewSize {
        /// The size of the kernel's field.
        size: u32,
    },
}

use crate::object::insn::Class;

/// Sets the operand of an instruction, as far as this checks it. `before` is the value from the object's types, `after`
/// that from the kernel's.
pub(crate) fn patch(
    section: &Section,
    number: u32,
    big_endian: bool,
    (local, before): (&Btf, &Computed),
    (target, after): (&Btf, &Computed),
) -> Result<Patched, Unpatchable> {
    let insn = section
        .insn(number, big_endian)
        .ok_or(Unpatchable::Outside)?;
    let to = after.value;
    let expect = |found: i64, same: bool| match !before.checked || same {
        true => Ok(()),
        false => Err(Unpatchable::Unexpected {
            found,
            expected: before.value,
        }),
    };
    match insn.class() {
        Class::Alu | Class::Alu64 => {
            if insn.uses_register() {
                return Err(Unpatchable::Register);
            }
            expect(insn.imm.into(), i64::from(insn.imm) as u64 == before.value)?;
            Ok(Patched::Value {
                operand: Operand::Immediate,
                from: i64::from(insn.imm) as u64,
                to,
                size: None,
            })
        }
        Class::Ldx | Class::St | Class::Stx => {
            expect(insn.off.into(), i64::from(insn.off) as u64 == before.value)?;
            if to > i16::MAX as u64 {
                return Err(Unpatchable::OutOfRange { value: to });
            }
            let size = match resize((local, before), (target, after)) {
                Resize::Same => None,
                Resize::Unsafe => return Ok(Patched::UnsafeSize),
                Resize::To(old, new) => Some(resized(insn, old, new)?),
            };
            Ok(Patched::Value {
                operand: Operand::Offset,
                from: i64::from(insn.off) as u64,
                to,
                size,
            })
        }
        Class::Ld => {
            let second = section.insn(number + 1, big_endian);
            let plain = |second: Insn| {
                insn.is_wide()
                    && (insn.src, insn.off) == (0, 0)
                    && (second.code, second.dst, second.src, second.off) == (0, 0, 0, 0)
            };
            let second = second.filter(|&second| plain(second));
            let second = second.ok_or(Unpatchable::WideForm)?;
            let found = u64::from(second.imm as u32) << 32 | u64::from(insn.imm as u32);
            expect(found as i64, found == before.value)?;
            Ok(Patched::Value {
                operand: Operand::Wide,
                from: found,
                to,
                size: None,
            })
        }
        Class::Jmp | Class::Jmp32 => Err(Unpatchable::Class { code: insn.code }),
    }
}

enum Resize {
    Same,
    To(u32, u32),
    Unsafe,
}

/// What a field of another size means for a load or store.
fn resize((local, before): (&Btf, &Computed), (target, after): (&Btf, &Computed)) -> Resize {
    let (old, new) = (before.field, after.field);
    let size = |field: Option<(btf::TypeId, u32)>| field.map_or(0, |(_, size)| size);
    if size(old) == size(new) {
        return Resize::Same;
    }
    let (Some((old_id, old)), Some((new_id, new))) = (old, new) else {
        return Resize::Unsafe;
    };
    let types = skip(local, old_id).zip(skip(target, new_id));
    match types.map(|((_, a), (_, b))| (a.data(), b.data())) {
        Some((Data::Ptr { .. }, Data::Ptr { .. })) => Resize::To(old, new),
        Some((Data::Int(a), Data::Int(b)))
            if a.encoding != IntEncoding::SIGNED && b.encoding != IntEncoding::SIGNED =>
        {
            Resize::To(old, new)
        }
        _ => Resize::Unsafe,
    }
}

fn resized(insn: Insn, old: u32, new: u32) -> Result<(u32, u32), Unpatchable> {
    let found = insn.access_size();
    if found != old {
        return Err(Unpatchable::AccessSize {
            found,
            expected: old,
        });
    }
    match new {
        1 | 2 | 4 | 8 => Ok((old, new)),
        _ => Err(Unpatchable::NewSize { size: new }),
    }
}
