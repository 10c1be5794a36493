//! Which registers are read before they are written, for each instruction of a section.

use crate::object::Insn;
use crate::object::code::Section;
use crate::object::insn::{CALL, Class, EXIT};

/// One bit for each register, for each instruction.
#[derive(Debug)]
pub(crate) struct Live {
    masks: Vec<u16>,
    targets: Vec<bool>,
}

impl Live {
    pub fn of(section: &Section, big_endian: bool) -> Live {
        let count = section.insns() as usize;
        let mut masks = vec![0u16; count];
        let mut targets = vec![false; count];
        let insn = |number: usize| section.insn(number as u32, big_endian).unwrap_or_default();
        // Where each instruction can be reached from by a jump.
        let mut from: Vec<(u32, u32)> = Vec::new();
        for number in 0..count {
            if let Some(to) = jump(insn(number), number, count) {
                targets[to] = true;
                from.push((to as u32, number as u32));
            }
        }
        from.sort_unstable();
        let mut open: Vec<usize> = (0..count).collect();
        let mut waiting = vec![true; count];
        while let Some(number) = open.pop() {
            waiting[number] = false;
            let one = insn(number);
            let mut after = 0;
            if falls_through(one) {
                let width = if one.is_wide() { 2 } else { 1 };
                after |= masks.get(number + width).copied().unwrap_or(0);
            }
            if let Some(to) = jump(one, number, count) {
                after |= masks[to];
            }
            let mask = before(one, after);
            if mask == masks[number] {
                continue;
            }
            masks[number] = mask;
            let wide = number.checked_sub(2).filter(|&two| insn(two).is_wide());
            let earlier = number.checked_sub(1).into_iter().chain(wide);
            let start = from.partition_point(|&(to, _)| (to as usize) < number);
            let jumps = from[start..]
                .iter()
                .take_while(|&&(to, _)| to as usize == number);
            for one in earlier.chain(jumps.map(|&(_, from)| from as usize)) {
                if !std::mem::replace(&mut waiting[one], true) {
                    open.push(one);
                }
            }
        }
        Live { masks, targets }
    }

    /// How many instructions there are.
    pub fn len(&self) -> u64 {
        self.masks.len() as u64
    }

    /// The registers that are read from this instruction on.
    pub fn mask(&self, number: u32) -> u16 {
        self.masks.get(number as usize).copied().unwrap_or(u16::MAX)
    }

    /// Whether a jump leads here.
    pub fn is_target(&self, number: u32) -> bool {
        self.targets.get(number as usize).copied().unwrap_or(false)
    }
}

/// The destination of a jump within the section.
fn jump(insn: Insn, number: usize, count: usize) -> Option<usize> {
    if !matches!(insn.class(), Class::Jmp | Class::Jmp32) || matches!(insn.code, CALL | EXIT) {
        return None;
    }
    let by = if insn.code == 0x06 {
        i64::from(insn.imm)
    } else {
        i64::from(insn.off)
    };
    let to = usize::try_from(number as i64 + 1 + by).ok()?;
    (to < count).then_some(to)
}

fn falls_through(insn: Insn) -> bool {
    !matches!(insn.code, EXIT | 0x05 | 0x06)
}

/// The registers read before an instruction, from those read after it.
fn before(insn: Insn, after: u16) -> u16 {
    let (dst, src) = (1u16 << insn.dst.min(15), 1u16 << insn.src.min(15));
    let operand = if insn.uses_register() { src } else { 0 };
    match insn.class() {
        Class::Ld if insn.is_wide() => after & !dst,
        // Old loads of packets read r6 and the source, and write r0 to r5.
        Class::Ld => after & !0x3f | 1 << 6 | src,
        Class::Ldx => after & !dst | src,
        Class::St => after | dst,
        Class::Stx => after | dst | src | 1,
        Class::Alu | Class::Alu64 => match insn.code & 0xf0 {
            0xb0 => after & !dst | operand,
            0x80 | 0xd0 => after | dst,
            _ => after | dst | operand,
        },
        Class::Jmp | Class::Jmp32 => match insn.code {
            CALL => after & !0x3f | 0x3e,
            EXIT => 1,
            0x05 | 0x06 | 0xe5 => after,
            _ => after | dst | operand,
        },
    }
}
