//! What is left of the parameters of a function whose signature clang changed: docs/function-rules.md, §7.3.

use super::RawParam;
use super::argument::{Argument, Convention, LoneMember};
use super::arrival::misses_entry;
use crate::debug_str::DebugStr;
use crate::names::Names;
use crate::unit::{LONGEST_CHAIN, Unit};
use btf::{Data, StringOffset};

/// Judges the parameters and notes what of each is to be written. How many registers they take.
pub(super) fn judge(arguments: &mut [Argument], convention: &Convention) -> u64 {
    let mut used = 0;
    for place in 0..arguments.len() {
        let confirmed = is_confirmed_by_next(arguments, place, used, convention);
        used += judge_one(&mut arguments[place], used, confirmed, convention);
    }
    used
}

/// Judges one parameter; gives the registers that it takes.
fn judge_one(argument: &mut Argument, used: u64, confirmed: bool, convention: &Convention) -> u64 {
    let is_on_stack = used >= convention.registers_counted();
    if !argument.has_location && !is_on_stack && confirmed {
        return argument.registers;
    }
    if !argument.has_location || argument.constant {
        argument.optimised = true;
        argument.gone = true;
        return 0;
    }
    if is_on_stack || (argument.in_frame && argument.large) {
        return 0;
    }
    if argument.in_frame {
        argument.unexpected = true;
        return argument.registers;
    }
    if argument.register.is_none() || misses_entry(argument, used, convention) {
        argument.unexpected = true;
        return argument.registers_by_reference();
    }
    if argument.starts.is_empty() {
        return argument.registers_by_reference();
    }
    if argument.starts.are_in_both() {
        return argument.registers;
    }
    if confirmed {
        // The whole is passed; only one of its pieces is used.
        argument.lone_member = None;
        return argument.registers;
    }
    match argument.lone_member {
        Some(member) => {
            argument.ty = member.ty;
            1
        }
        None => argument.registers_by_reference(),
    }
}

/// Whether the next parameter arrives where it would if this one were there as a whole.
fn is_confirmed_by_next(
    arguments: &[Argument],
    place: usize,
    used: u64,
    convention: &Convention,
) -> bool {
    let (this, next) = (&arguments[place], arguments.get(place + 1));
    let following = used + this.registers;
    following < convention.registers_counted()
        && next.is_some_and(|next| next.is_at(convention.entry(following)))
}

/// The member of a parameter's structure at which the only piece starts that its own location has.
pub(super) fn lone_member(unit: &Unit, param: &RawParam) -> Option<LoneMember> {
    if !param.has_type {
        return None;
    }
    let start = param.lone_start?;
    let mut ty = param.ty;
    for _ in 0..LONGEST_CHAIN {
        let found = unit.get(ty)?;
        match found.data() {
            Data::Typedef { target }
            | Data::Const { target }
            | Data::Volatile { target }
            | Data::Restrict { target } => ty = target.0,
            Data::Struct { .. } => {
                let bit_offset = u32::try_from(start.checked_mul(8)?).ok()?;
                let member = found
                    .members()
                    .find(|member| member.bit_offset == bit_offset)?;
                let is_usable = !member.name.is_empty() && member.ty.0 != 0;
                return is_usable.then_some(LoneMember {
                    name: member.name,
                    ty: member.ty.0,
                });
            }
            _ => return None,
        }
    }
    None
}

/// The name of what is left of a parameter: `PARAMETER__MEMBER` for a lone member.
pub(super) fn written_name(
    argument: &Argument,
    debug_str: DebugStr<'_>,
    names: &mut Names,
) -> StringOffset {
    let Some(member) = argument.lone_member else {
        return argument.name;
    };
    let parts = [
        names.text(argument.name, debug_str),
        b"__",
        names.text(member.name, debug_str),
    ];
    let joined = parts.concat();
    names.intern(&joined)
}

#[cfg(test)]
mod tests {
    use super::super::argument::tests::{RISCV, X86_64, argument, convention, words};
    use super::super::expression::PieceStarts;
    use super::*;
    use btf::{Info, Kind};

    const MEMBER: LoneMember = LoneMember {
        name: StringOffset(7),
        ty: 3,
    };

    fn starts(of: &[u64]) -> PieceStarts {
        PieceStarts::at(of, 8)
    }

    /// Registers 5, 4, 1, 2, 8, 9 of x86-64 or none; what is left of each parameter, and how many
    /// registers they take.
    fn judged(arguments: &[Argument], e_machine: u16) -> (Vec<&'static str>, u64) {
        let convention = convention(e_machine);
        let mut judged = arguments.to_vec();
        let used = judge(&mut judged, &convention);
        let word = |argument: &Argument| match (argument.gone, argument.unexpected) {
            (true, _) if argument.optimised => "gone",
            (false, true) => "unexpected",
            (false, false) if argument.ty == MEMBER.ty => "member",
            (false, false) if argument.optimised => "optimised",
            (false, false) => "whole",
            _ => "?",
        };
        (judged.iter().map(word).collect(), used)
    }

    #[test]
    fn each_row_of_the_table() {
        let machine = convention(X86_64);
        let at = |size, register| argument(size, register, &machine);
        let without = |size| Argument {
            has_location: false,
            ..at(size, None)
        };
        let constant = Argument {
            constant: true,
            ..at(8, Some(5))
        };
        let in_frame = |size| Argument {
            in_frame: true,
            ..at(size, None)
        };
        let pieces = |of: &[u64], lone_member| Argument {
            starts: starts(of),
            lone_member,
            ..at(16, Some(5))
        };
        let member = Some(MEMBER);
        let cases: [(&[Argument], &[&str], u64); 15] = [
            (&[without(16), at(8, Some(1))], &["whole", "whole"], 3),
            (&[without(8), at(8, Some(5))], &["gone", "whole"], 1),
            (&[without(8)], &["gone"], 0),
            (&[constant, at(8, Some(5))], &["gone", "whole"], 1),
            (&[in_frame(32), at(8, Some(5))], &["whole", "whole"], 1),
            (&[in_frame(8), at(8, Some(4))], &["unexpected", "whole"], 2),
            (&[at(8, None), at(8, Some(4))], &["unexpected", "whole"], 2),
            (&[at(32, Some(4))], &["unexpected"], 1),
            (&[at(32, Some(5))], &["whole"], 1),
            (&[at(16, Some(5)), at(8, Some(1))], &["whole", "whole"], 3),
            (&[pieces(&[0, 8], member)], &["whole"], 2),
            (
                &[pieces(&[0], member), at(8, Some(1))],
                &["whole", "whole"],
                3,
            ),
            (
                &[pieces(&[0], member), at(8, Some(4))],
                &["member", "whole"],
                2,
            ),
            (&[pieces(&[8], member)], &["member"], 1),
            (&[pieces(&[0, 4], None)], &["whole"], 2),
        ];
        for (at, (arguments, left, used)) in cases.into_iter().enumerate() {
            assert_eq!(judged(arguments, X86_64), (left.to_vec(), used), "row {at}");
        }
        // On the stack nothing but a missing location is a finding.
        let mut many = [5, 4, 1, 2, 8, 9].map(|it| at(8, Some(it))).to_vec();
        many.extend([at(8, None), without(8)]);
        let (left, used) = judged(&many, X86_64);
        assert_eq!((&left[6..], used), (&["whole", "gone"][..], 6));
        // An unknown list confirms nothing and doubts no register.
        let (left, used) = judged(&[without(8), at(8, Some(3)), at(8, None)], RISCV);
        assert_eq!((left, used), (vec!["gone", "whole", "unexpected"], 2));
    }

    #[test]
    fn a_lone_member_has_a_name_and_a_type_and_starts_where_the_piece_does() {
        let mut unit = Unit::default();
        let int = unit.push(&words(1, Kind::Int, 4));
        let info = Info::new(Kind::Struct, 4, false).0;
        let members = [2, int, 0, 0, int, 32, 3, 0, 64, 4, int, 96];
        let structure = unit.push(&[&[9, info, 16][..], &members].concat());
        let constant = unit.push(&words(0, Kind::Const, structure));
        let volatile = unit.push(&words(0, Kind::Volatile, constant));
        let typedef = unit.push(&words(5, Kind::Typedef, volatile));
        let tag = unit.push(&words(6, Kind::TypeTag, structure));
        let lone = |ty, of: &[u64]| {
            let param = RawParam {
                ty,
                has_type: true,
                lone_start: starts(of).only(8),
                ..RawParam::default()
            };
            lone_member(&unit, &param).map(|member| member.name.0)
        };
        assert_eq!(lone(typedef, &[0]), Some(2));
        assert_eq!(lone(structure, &[12]), Some(4));
        assert_eq!(lone(structure, &[4]), None, "no name");
        assert_eq!(lone(structure, &[8]), None, "void");
        assert_eq!(lone(structure, &[2]), None, "no member");
        assert_eq!(lone(structure, &[0, 12]), None, "two starts");
        assert_eq!(lone(structure, &[]), None, "no start");
        assert_eq!(lone(tag, &[0]), None, "a type tag");
        assert_eq!(lone(int, &[0]), None, "no structure");
    }

    #[test]
    fn what_is_left_of_a_structure_is_named_after_its_member() {
        let mut names = Names::new();
        let [whole, member] = [b"pair", b"left"].map(|name| names.intern(name));
        let mut argument = Argument {
            name: whole,
            ..Argument::default()
        };
        assert_eq!(
            written_name(&argument, DebugStr::default(), &mut names),
            whole
        );
        argument.lone_member = Some(LoneMember {
            name: member,
            ty: 1,
        });
        let joined = written_name(&argument, DebugStr::default(), &mut names);
        assert_eq!(names.text(joined, DebugStr::default()), b"pair__left");
    }
}
