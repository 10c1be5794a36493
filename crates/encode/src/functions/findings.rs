//! What a description's parameters show: docs/function-rules.md, §8.

use super::argument::{Argument, Convention};
use crate::types::layout;
use crate::unit::{FunctionFlags, LONGEST_CHAIN, Unit};
use btf::{Data, FwdKind};

/// Findings that the judged parameters of a function show.
pub(super) fn of_parameters(
    arguments: &[Argument],
    unit: &Unit,
    convention: &Convention,
) -> FunctionFlags {
    let mut findings = FunctionFlags::default();
    let unexpected = arguments.iter().any(|argument| argument.unexpected)
        && !arguments.iter().any(|it| is_structure(unit, it.ty));
    findings.set(FunctionFlags::UNEXPECTED_REGISTER, unexpected);
    let optimised = arguments.iter().any(|it| it.optimised || !it.has_location);
    findings.set(FunctionFlags::OPTIMIZED_PARAMETERS, optimised);
    let counted = usize::try_from(convention.registers_counted()).unwrap_or(usize::MAX);
    let on_stack = arguments.get(counted..).unwrap_or_default();
    let uncertain = on_stack
        .iter()
        .any(|it| is_named_and_packed(unit, it.ty, convention.word));
    findings.set(FunctionFlags::UNCERTAIN_LOCATION, uncertain);
    findings
}

/// Whether a type is a structure, perhaps a declared one, behind typedefs and `const`.
fn is_structure(unit: &Unit, mut ty: u32) -> bool {
    for _ in 0..LONGEST_CHAIN {
        match unit.get(ty).map(btf::Type::data) {
            Some(Data::Typedef { target } | Data::Const { target }) => ty = target.0,
            Some(Data::Struct { .. } | Data::Fwd(FwdKind::Struct)) => return true,
            _ => return false,
        }
    }
    false
}

/// Whether a type itself is a structure with a name that must have been declared packed.
fn is_named_and_packed(unit: &Unit, ty: u32, word: u64) -> bool {
    let is_named = unit.get(ty).is_some_and(|found| !found.name().is_empty());
    is_named && layout::is_packed(unit, ty, word)
}

#[cfg(test)]
mod tests {
    use super::super::argument::tests::{X86_64, argument, convention, words};
    use super::*;
    use btf::{Info, Kind};

    const TIGHT: u32 = 3;

    /// 1: char, 2: long, 3: `struct tight { char a; long b; } packed`, 4: its typedef, 5: it as `const`,
    /// 6: it as `volatile`, 7: a structure that is declared, 8: the packed one without a name, 9: a union.
    fn types() -> Unit {
        let mut unit = Unit::default();
        unit.push(&[&words(1, Kind::Int, 1)[..], &[8]].concat());
        unit.push(&[&words(2, Kind::Int, 8)[..], &[64]].concat());
        let info = Info::new(Kind::Struct, 2, false).0;
        let members = [4, 1, 0, 5, 2, 8];
        assert_eq!(unit.push(&[&[3, info, 9][..], &members].concat()), TIGHT);
        unit.push(&words(6, Kind::Typedef, TIGHT));
        unit.push(&words(0, Kind::Const, TIGHT));
        unit.push(&words(0, Kind::Volatile, TIGHT));
        unit.push(&words(7, Kind::Fwd, 0));
        unit.push(&[&[0, info, 9][..], &members].concat());
        unit.push(&words(8, Kind::Union, 8));
        unit
    }

    fn of(arguments: &[Argument]) -> u8 {
        of_parameters(arguments, &types(), &convention(X86_64)).0
    }

    fn longs(count: usize) -> Vec<Argument> {
        let long = Argument {
            ty: 2,
            ..argument(8, Some(5), &convention(X86_64))
        };
        vec![long; count]
    }

    #[test]
    fn a_structure_excuses_unexpected_registers() {
        let mut arguments = longs(2);
        assert_eq!(of(&arguments), 0);
        arguments[0].unexpected = true;
        let unexpected = FunctionFlags::UNEXPECTED_REGISTER.0;
        for (ty, found) in [
            (2, unexpected),
            (TIGHT, 0),
            (4, 0),
            (5, 0),
            (6, unexpected), // volatile is not looked through
            (7, 0),
            (9, unexpected),
        ] {
            arguments[1].ty = ty;
            assert_eq!(of(&arguments), found, "type {ty}");
        }
    }

    #[test]
    fn a_parameter_without_location_counts_as_optimised() {
        let mut arguments = longs(2);
        arguments[1].has_location = false;
        assert_eq!(of(&arguments), FunctionFlags::OPTIMIZED_PARAMETERS.0);
        assert_eq!(of(&[]), 0);
    }

    #[test]
    fn a_packed_structure_on_the_stack_makes_locations_uncertain() {
        let uncertain = FunctionFlags::UNCERTAIN_LOCATION.0;
        for (place, ty, found) in [
            (6, TIGHT, uncertain),
            (7, TIGHT, uncertain),
            (5, TIGHT, 0),
            (6, 4, 0), // a typedef
            (6, 5, 0), // const
            (6, 8, 0), // no name
        ] {
            let mut arguments = longs(8);
            arguments[place].ty = ty;
            assert_eq!(of(&arguments), found, "type {ty} at {place}");
        }
    }
}
