//! How an argument is passed: docs/function-rules.md, §6.

use super::RawParam;
use super::expression::PieceStarts;
use crate::sections::Machine;
use crate::unit::{LONGEST_CHAIN, Unit};
use btf::{Data, StringOffset};

/// A machine's calling convention, as far as the rules model it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Convention {
    machine: Machine,
    /// Bytes of a word: the size of an address, at least 1.
    pub word: u64,
}

impl Convention {
    pub fn new(machine: Machine, word: u64) -> Convention {
        let word = word.max(1);
        Convention { machine, word }
    }

    /// How many registers are counted: the *N* of the rules.
    pub fn registers_counted(&self) -> u64 {
        self.machine.register_params.into()
    }

    /// An entry of the register list; `None` beyond its end, and where the list is unknown.
    pub fn entry(&self, place: u64) -> Option<u16> {
        let place = usize::try_from(place).ok()?;
        self.machine.registers.get(place).copied()
    }

    /// Whether an argument is longer than the longest one in registers.
    pub fn is_large(&self, size: u64) -> bool {
        let longest = match self.machine.aggregates_use_two {
            true => 2 * self.word,
            false => self.word,
        };
        size > longest
    }

    /// Whether an argument is found by its piece register.
    pub fn is_in_pieces(&self, size: u64) -> bool {
        size > self.word && self.machine.aggregates_use_two
    }

    /// How many registers an argument takes: the *w* of the rules.
    pub fn registers_of(&self, size: u64) -> u64 {
        match self.is_in_pieces(size) {
            true => size.div_ceil(self.word),
            false => 1,
        }
    }
}

/// The size of an argument of this type.
pub(super) fn size_of_argument(unit: &Unit, mut ty: u32, word: u64) -> u64 {
    for _ in 0..LONGEST_CHAIN {
        ty = match unit.get(ty).map(btf::Type::data) {
            Some(Data::Ptr { .. }) => return word,
            Some(Data::Int(int)) => return int.size.into(),
            Some(
                Data::Struct { size, .. }
                | Data::Union { size, .. }
                | Data::Enum { size, .. }
                | Data::Enum64 { size, .. }
                | Data::Float { size },
            ) => return size.into(),
            Some(
                Data::Typedef { target }
                | Data::Const { target }
                | Data::Volatile { target }
                | Data::Restrict { target }
                | Data::TypeTag { target },
            ) => target.0,
            Some(Data::Array(array)) => array.element.0,
            _ => return 0,
        };
    }
    0
}

/// A parameter of the function that is judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Argument {
    pub name: StringOffset,
    pub ty: u32,
    pub has_location: bool,
    pub register: Option<u8>,
    pub constant: bool,
    pub in_frame: bool,
    pub starts: PieceStarts,
    /// How many registers it takes; 0 until [`Argument::measure`].
    pub registers: u64,
    /// Whether it is longer than the longest argument in registers.
    pub large: bool,
    /// The member that may be all that is left of it.
    pub lone_member: Option<LoneMember>,
    /// Finding: it is not in the register where the convention has it.
    pub unexpected: bool,
    /// Finding: it was optimised out.
    pub optimised: bool,
    /// Nothing of it is left to be written.
    pub gone: bool,
}

/// A member that is passed in place of its structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LoneMember {
    pub name: StringOffset,
    pub ty: u32,
}

impl Argument {
    pub fn new(param: &RawParam) -> Argument {
        Argument {
            name: param.name.unwrap_or_default(),
            ty: param.ty,
            has_location: param.has_location,
            register: param.register,
            constant: param.on_entry.constant,
            in_frame: param.on_entry.in_frame,
            starts: param.on_entry.starts,
            ..Argument::default()
        }
    }

    /// Notes what follows from the argument's size.
    pub fn measure(&mut self, size: u64, convention: &Convention) {
        self.registers = convention.registers_of(size);
        self.large = convention.is_large(size);
    }

    /// How many registers it takes where a large one is passed by reference.
    pub fn registers_by_reference(&self) -> u64 {
        match self.large {
            true => 1,
            false => self.registers,
        }
    }

    /// Whether its register is known to be this entry of the list.
    pub fn is_at(&self, entry: Option<u16>) -> bool {
        self.register
            .is_some_and(|register| entry == Some(register.into()))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use btf::{Info, Kind};

    pub const X86_64: u16 = 62;
    pub const S390: u16 = 22;
    pub const ARM64: u16 = 183;
    pub const RISCV: u16 = 243;
    const I386: u16 = 3;

    /// The convention of a machine whose words have 8 bytes.
    pub fn convention(e_machine: u16) -> Convention {
        Convention::new(Machine::from_elf(e_machine), 8)
    }

    /// An argument of so many bytes in this register; `None` for an unknown one.
    pub fn argument(size: u64, register: Option<u8>, convention: &Convention) -> Argument {
        let mut argument = Argument {
            has_location: true,
            register,
            ..Argument::default()
        };
        argument.measure(size, convention);
        argument
    }

    /// The words of a type that has a name, a kind and a size or target alone.
    pub fn words(name: u32, kind: Kind, third: u32) -> [u32; 3] {
        [name, Info::new(kind, 0, false).0, third]
    }

    #[test]
    fn arguments_take_registers_by_their_size() {
        for (e_machine, size, registers, large, in_pieces) in [
            (X86_64, 0, 1, false, false),
            (X86_64, 8, 1, false, false),
            (X86_64, 9, 2, false, true),
            (X86_64, 16, 2, false, true),
            (X86_64, 17, 3, true, true),
            (S390, 8, 1, false, false),
            (S390, 9, 1, true, false),
            (S390, 64, 1, true, false),
            (I386, 16, 2, false, true),
        ] {
            let convention = convention(e_machine);
            let what = format!("{size} bytes on {e_machine}");
            assert_eq!(convention.registers_of(size), registers, "{what}");
            assert_eq!(convention.is_large(size), large, "{what}");
            assert_eq!(convention.is_in_pieces(size), in_pieces, "{what}");
        }
        assert_eq!(convention(S390).entry(0), Some(2));
        assert_eq!(convention(S390).entry(5), None);
        assert_eq!(convention(RISCV).entry(0), None);
        assert_eq!(convention(RISCV).registers_counted(), 8);
        assert_eq!(convention(I386).registers_counted(), 0);
    }

    #[test]
    fn an_argument_has_the_size_of_what_its_type_leads_to() {
        let mut unit = Unit::default();
        let structure = unit.push(&words(1, Kind::Struct, 12));
        let constant = unit.push(&words(0, Kind::Const, structure));
        let typedef = unit.push(&words(2, Kind::Typedef, constant));
        let tag = unit.push(&words(3, Kind::TypeTag, typedef));
        let array_info = Info::new(Kind::Array, 0, false).0;
        let array = unit.push(&[0, array_info, 0, tag, structure, 7]);
        let pointer = unit.push(&words(0, Kind::Ptr, structure));
        let empty = unit.push(&words(4, Kind::Struct, 1));
        let declared = unit.push(&words(5, Kind::Fwd, 0));
        let circle = unit.next_id();
        unit.push(&words(6, Kind::Typedef, circle));
        for (ty, size) in [
            (array, 12),
            (pointer, 8),
            (empty, 1),
            (declared, 0),
            (circle, 0),
            (0, 0),
        ] {
            assert_eq!(size_of_argument(&unit, ty, 8), size, "type {ty}");
        }
    }
}
