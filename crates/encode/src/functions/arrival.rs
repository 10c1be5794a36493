//! Whether parameters arrive where the calling convention has them: docs/function-rules.md, §7.1 and §7.2.
//!
//! `used` is the *u* of the rules: how many registers earlier parameters take.

use super::argument::{Argument, Convention};

/// Judges the parameters of gcc and others, and those that clang says it changed (§7.1).
pub(super) fn judge(arguments: &mut [Argument], convention: &Convention) {
    let mut used = 0;
    for argument in arguments {
        if argument.has_location {
            if used >= convention.registers_counted() {
                // On the stack.
                continue;
            }
            match argument.register {
                Some(_) => argument.unexpected = misses_entry(argument, used, convention),
                None => argument.optimised = true,
            }
        }
        used += argument.registers_by_reference();
    }
}

/// Judges the parameters of clang's functions whose signature it kept (§7.2). An initial location that
/// says nothing is usual there, and no finding.
pub(super) fn judge_kept_by_clang(arguments: &mut [Argument], convention: &Convention) {
    let mut used = 0;
    for argument in arguments {
        if argument.large || used >= convention.registers_counted() {
            // In memory.
            continue;
        }
        let mut own = used..used + argument.registers;
        if argument.register.is_some() {
            argument.unexpected = !own.any(|place| argument.is_at(convention.entry(place)));
        }
        used += argument.registers;
    }
}

/// Whether a list has an entry at `used`, and the argument is not known to be there.
pub(super) fn misses_entry(argument: &Argument, used: u64, convention: &Convention) -> bool {
    let entry = convention.entry(used);
    entry.is_some() && !argument.is_at(entry)
}

#[cfg(test)]
mod tests {
    use super::super::argument::tests::{ARM64, RISCV, S390, X86_64, argument, convention};
    use super::*;

    /// Which arguments, by size and register, are unexpected and which optimised.
    fn judged(
        judge: fn(&mut [Argument], &Convention),
        e_machine: u16,
        sizes: &[(u64, Option<u8>)],
    ) -> (Vec<usize>, Vec<usize>) {
        let convention = convention(e_machine);
        let of = |&(size, register): &(u64, Option<u8>)| argument(size, register, &convention);
        let mut arguments: Vec<Argument> = sizes.iter().map(of).collect();
        judge(&mut arguments, &convention);
        let places = |is: fn(&Argument) -> bool| {
            let found = arguments.iter().enumerate().filter(|(_, it)| is(it));
            found.map(|(place, _)| place).collect()
        };
        (places(|it| it.unexpected), places(|it| it.optimised))
    }

    #[test]
    fn arguments_of_gcc_arrive_one_after_the_other() {
        let in_order = [(4, Some(5)), (8, Some(4)), (16, Some(1)), (4, Some(8))];
        assert_eq!(judged(judge, X86_64, &in_order), (vec![], vec![]));
        let swapped = [(4, Some(4)), (8, Some(5)), (4, None)];
        assert_eq!(judged(judge, X86_64, &swapped), (vec![0, 1], vec![2]));
        // A large one counts for one register.
        let large = [(32, Some(5)), (4, Some(4))];
        assert_eq!(judged(judge, X86_64, &large), (vec![], vec![]));
        // On s390 everything takes one.
        let on_s390 = [(16, Some(2)), (8, Some(3)), (4, Some(5))];
        assert_eq!(judged(judge, S390, &on_s390), (vec![2], vec![]));
        // Beyond the registers nothing is asked, and nothing counted.
        let many = [(16, Some(5)), (16, Some(1)), (16, Some(8)), (4, None)];
        assert_eq!(judged(judge, X86_64, &many), (vec![], vec![]));
        // Where the list is unknown, registers are counted alone.
        let on_riscv = [(8, Some(1)), (8, None)];
        assert_eq!(judged(judge, RISCV, &on_riscv), (vec![], vec![1]));
    }

    #[test]
    fn a_parameter_without_location_keeps_its_registers() {
        let convention = convention(X86_64);
        let mut arguments = [
            Argument {
                has_location: false,
                ..argument(16, None, &convention)
            },
            argument(8, Some(1), &convention),
        ];
        judge(&mut arguments, &convention);
        assert!(!arguments[0].optimised && !arguments[1].unexpected);
    }

    #[test]
    fn arguments_of_clang_may_be_in_any_of_their_registers() {
        let judge = judge_kept_by_clang;
        let second = [(16, Some(4)), (8, Some(1)), (8, None)];
        assert_eq!(judged(judge, X86_64, &second), (vec![], vec![]));
        let third = [(16, Some(1)), (8, Some(5))];
        assert_eq!(judged(judge, X86_64, &third), (vec![0, 1], vec![]));
        // A large one is in memory.
        let large = [(32, Some(9)), (8, Some(5))];
        assert_eq!(judged(judge, X86_64, &large), (vec![], vec![]));
        // The list's end cuts the registers of the last argument.
        let mut last = [(8, None); 8];
        last[7] = (16, Some(7));
        assert_eq!(judged(judge, ARM64, &last), (vec![], vec![]));
        last[7] = (16, Some(8));
        assert_eq!(judged(judge, ARM64, &last), (vec![7], vec![]));
        // No register is among those of an unknown list.
        assert_eq!(judged(judge, RISCV, &[(8, Some(10))]), (vec![0], vec![]));
    }
}
