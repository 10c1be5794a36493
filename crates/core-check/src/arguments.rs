//! Arguments that a program reads from its context, compared with those that the kernel's function has.

use crate::answer::Beyond;
use crate::kernel::Kernel;
use crate::object::insn::{Class, EXIT};
use crate::object::{AttachTo, Object, Program};
use crate::targets::Place;
use btf::print::c::type_name;
use btf::{Data, layout};

/// The first argument that a program reads although the function does not have it. `comes_to` tells of an instruction of the
/// program whether it can be reached.
pub(crate) fn beyond(
    object: &Object,
    program: &Program,
    kernel: &Kernel,
    place: &Place,
    mut comes_to: impl FnMut(u32) -> bool,
) -> Option<Beyond> {
    let kind = program.kind.as_ref()?;
    let types = kernel.types_of(place)?;
    let btf = &types.btf;
    let ty = btf.get(place.id)?;
    let (proto, hidden) = match kind.attach {
        AttachTo::Function | AttachTo::Lsm => (ty.target()?, 0),
        // `typedef void (*btf_trace_NAME)(void *, …)`: programs do not see the first parameter.
        AttachTo::BtfTracepoint => match layout::resolve(btf, ty.target()?)?.1.data() {
            Data::Ptr { target } => (target, 1),
            _ => return None,
        },
        _ => return None,
    };
    let (_, function) = layout::resolve(btf, proto)?;
    let Data::FuncProto { .. } = function.data() else {
        return None;
    };
    let params = u32::try_from(function.params().len()).ok()?;
    let arguments = params.saturating_sub(hidden);
    // Programs that see the result find it behind the arguments, also of a function without result, as 0.
    let sees_result = kind.sees_result() || kind.attach == AttachTo::Lsm;
    let available = arguments + u32::from(sees_result);
    let (argument, instruction) = reads(object, program)
        .into_iter()
        .find(|&(argument, at)| argument >= available && comes_to(at))?;
    Some(Beyond {
        argument,
        available,
        signature: type_name(btf, proto, &btf.name(place.id)),
        source: object.source_of(program, instruction),
    })
}

/// The arguments that are loaded from the context, as far as it stays in a register along a straight line from the start.
fn reads(object: &Object, program: &Program) -> Vec<(u32, u32)> {
    let mut found = Vec::new();
    let Some(section) = object.section(program.section) else {
        return found;
    };
    // Registers that contain the context.
    let mut context = 1u16 << 1;
    let mut number = 0;
    while number < program.len {
        let Some(insn) = section.insn(program.start + number, object.big_endian) else {
            break;
        };
        let (dst, src) = (1u16 << insn.dst.min(15), 1u16 << insn.src.min(15));
        match insn.class() {
            Class::Ldx => {
                if context & src != 0 && insn.off >= 0 {
                    found.push((insn.off as u32 / 8, number));
                }
                context &= !dst;
            }
            Class::Alu64 if insn.code == 0xbf && insn.off == 0 => {
                context = if context & src != 0 {
                    context | dst
                } else {
                    context & !dst
                };
            }
            Class::Alu | Class::Alu64 | Class::Ld => context &= !dst,
            Class::Jmp | Class::Jmp32 => match insn.code {
                0x85 => context &= !0x3f,
                // Behind a jump, other paths may arrive with other registers.
                0x05 | 0x06 | EXIT => break,
                _ => {}
            },
            Class::St | Class::Stx => {}
        }
        number += if insn.is_wide() { 2 } else { 1 };
    }
    found
}
