//! Where the arguments of inlined functions are: the fields of the kinds LOC_PARAM, LOC_PROTO, and LOCSEC.
//!
//! They come with split BTF of their own, `.BTF.inline`, whose base is the kernel's or the module's BTF. No document of
//! the kernel describes them yet; the numbers are those of bpf-next in September 2026.

use crate::{Kind, Type, TypeId};
use core::fmt;

/// The flags of a LOC_PARAM, which say what its values mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct LocationFlags(pub u32);

impl LocationFlags {
    /// The constant is signed.
    pub const SIGNED: LocationFlags = LocationFlags(1);
    /// The values are a constant; one of 64 bits has its low word first.
    pub const CONST: LocationFlags = LocationFlags(1 << 1);
    /// With `CONST`: the constant is an address relative to the kernel or the module.
    pub const ADDR: LocationFlags = LocationFlags(1 << 2);
    /// The first value is a register, by its DWARF number.
    pub const REG: LocationFlags = LocationFlags(1 << 3);
    /// The register contains the address of the argument.
    pub const DEREF: LocationFlags = LocationFlags(1 << 4);
    /// The second value is a signed offset from the register.
    pub const OFFSET: LocationFlags = LocationFlags(1 << 5);

    /// Whether all flags of `other` are set.
    pub const fn contains(self, other: LocationFlags) -> bool {
        self.0 & other.0 == other.0
    }

    /// The flags of both.
    #[must_use]
    pub const fn with(self, other: LocationFlags) -> LocationFlags {
        LocationFlags(self.0 | other.0)
    }
}

/// A register of a [`Place`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Register {
    /// A register of the machine, by its DWARF number.
    Number(u32),
    /// The frame base of the function that contains the site.
    FrameBase,
}

impl Register {
    /// The value that means the frame base.
    const FRAME_BASE: u32 = u32::MAX;

    /// The register for which this value stands in the format.
    pub fn from_value(value: u32) -> Register {
        match value {
            Register::FRAME_BASE => Register::FrameBase,
            number => Register::Number(number),
        }
    }

    /// The value that stands for this register in the format.
    pub fn value(self) -> u32 {
        match self {
            Register::Number(number) => number,
            Register::FrameBase => Register::FRAME_BASE,
        }
    }
}

impl fmt::Display for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Register::Number(number) => write!(f, "reg{number}"),
            Register::FrameBase => f.write_str("fbreg"),
        }
    }
}

/// Where an argument is. As text it is written as bpftool writes it: `reg5`, `*(reg2 + 0x10)`, `0x7`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Place {
    /// It is always this number.
    Unsigned(u64),
    /// It is always this signed number.
    Signed(i64),
    /// It is always this address, relative to the kernel or the module.
    Address(u64),
    /// It is in a register.
    Register(Register),
    /// It is in two registers, the low half first.
    Registers(Register, Register),
    /// It is this sum of a register and an offset.
    Sum(Register, i32),
    /// It is in memory, at this distance from what the register contains.
    Memory(Register, i32),
    /// Flags and values that have no defined meaning together.
    Other,
}

impl Place {
    /// Decodes the flags and values of a LOC_PARAM.
    fn decode(flags: LocationFlags, values: &[u32]) -> Place {
        use LocationFlags as Flags;
        let kind = LocationFlags(flags.0 & !Flags::SIGNED.0);
        let (reg, deref, offset) = (Flags::REG, Flags::DEREF, Flags::OFFSET);
        let constant = |bits: u64, signed: i64| match flags.contains(Flags::SIGNED) {
            true => Place::Signed(signed),
            false => Place::Unsigned(bits),
        };
        let wide = |low: u32, high: u32| u64::from(high) << 32 | u64::from(low);
        let register = Register::from_value;
        match *values {
            [value] if kind == Flags::CONST => constant(value.into(), (value as i32).into()),
            [low, high] if kind == Flags::CONST => {
                constant(wide(low, high), wide(low, high) as i64)
            }
            [value] if kind == Flags::CONST.with(Flags::ADDR) => Place::Address(value.into()),
            [low, high] if kind == Flags::CONST.with(Flags::ADDR) => {
                Place::Address(wide(low, high))
            }
            [value] if kind == reg => Place::Register(register(value)),
            [low, high] if kind == reg => Place::Registers(register(low), register(high)),
            [value] if kind == reg.with(deref) => Place::Memory(register(value), 0),
            [value, distance] if kind == reg.with(offset) => {
                Place::Sum(register(value), distance as i32)
            }
            [value, distance] if kind == reg.with(deref).with(offset) => {
                Place::Memory(register(value), distance as i32)
            }
            _ => Place::Other,
        }
    }

    /// The flags and values that mean this place; `None` for [`Place::Other`].
    pub fn encode(self) -> Option<(LocationFlags, PlaceValues)> {
        use LocationFlags as Flags;
        let one = |flags: Flags, value: u32| (flags, PlaceValues([value, 0], 1));
        let two = |flags: Flags, a: u32, b: u32| (flags, PlaceValues([a, b], 2));
        let wide = |flags, value: u64| match u32::try_from(value) {
            Ok(value) => one(flags, value),
            Err(_) => two(flags, value as u32, (value >> 32) as u32),
        };
        let (reg, deref, offset) = (Flags::REG, Flags::DEREF, Flags::OFFSET);
        Some(match self {
            Place::Unsigned(value) => wide(Flags::CONST, value),
            Place::Signed(value) => {
                let flags = Flags::CONST.with(Flags::SIGNED);
                match i32::try_from(value) {
                    Ok(value) => one(flags, value as u32),
                    Err(_) => two(flags, value as u32, (value as u64 >> 32) as u32),
                }
            }
            Place::Address(value) => wide(Flags::CONST.with(Flags::ADDR), value),
            Place::Register(register) => one(reg, register.value()),
            Place::Registers(low, high) => two(reg, low.value(), high.value()),
            Place::Sum(register, distance) => {
                two(reg.with(offset), register.value(), distance as u32)
            }
            Place::Memory(register, 0) => one(reg.with(deref), register.value()),
            Place::Memory(register, distance) => two(
                reg.with(deref).with(offset),
                register.value(),
                distance as u32,
            ),
            Place::Other => return None,
        })
    }
}

/// The values of a LOC_PARAM: one or two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PlaceValues([u32; 2], usize);

impl PlaceValues {
    /// The values in the order of the format.
    pub fn as_slice(&self) -> &[u32] {
        &self.0[..self.1]
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Place::Unsigned(value) => write!(f, "{value:#x}"),
            Place::Signed(value) if value < 0 => write!(f, "-{:#x}", value.unsigned_abs()),
            Place::Signed(value) => write!(f, "{value:#x}"),
            Place::Address(value) => write!(f, "addr {value:#x}"),
            Place::Register(register) => write!(f, "{register}"),
            Place::Registers(low, high) => write!(f, "{low}, {high}"),
            Place::Sum(register, distance) => sum(f, register, distance),
            Place::Memory(register, distance) => {
                f.write_str("*(")?;
                sum(f, register, distance)?;
                f.write_str(")")
            }
            Place::Other => f.write_str("?"),
        }
    }
}

fn sum(f: &mut fmt::Formatter<'_>, register: Register, distance: i32) -> fmt::Result {
    write!(f, "{register}")?;
    match distance {
        0 => Ok(()),
        1.. => write!(f, " + {distance:#x}"),
        ..0 => write!(f, " - {:#x}", distance.unsigned_abs()),
    }
}

/// The fields of a LOC_PARAM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location<'a> {
    /// Size of the parameter in bytes.
    pub size: u32,
    /// What the values mean.
    pub flags: LocationFlags,
    /// The values: a constant, or a register and perhaps an offset or a second register.
    pub values: &'a [u32],
}

impl Location<'_> {
    /// Where the argument is.
    pub fn place(self) -> Place {
        Place::decode(self.flags, self.values)
    }
}

impl fmt::Display for Location<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place() {
            Place::Other => {
                for (index, value) in self.values.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{value:#x}")?;
                }
                Ok(())
            }
            place => write!(f, "{place}"),
        }
    }
}

/// One place at which a function was inlined: a record of a LOCSEC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InlineSite {
    /// The FUNC that was inlined.
    pub func: TypeId,
    /// The LOC_PROTO with the locations of its arguments; 0 if none is known.
    pub locations: TypeId,
    /// Where the site starts, in bytes from the start of the section at run time.
    pub offset: u32,
}

impl<'a> Type<'a> {
    /// The fields of a LOC_PARAM; `None` for other kinds.
    pub fn location(self) -> Option<Location<'a>> {
        let (&flags, values) = match self.kind() {
            Kind::LocParam => self.tail().split_first()?,
            _ => return None,
        };
        Some(Location {
            size: self.size_or_type(),
            flags: LocationFlags(flags),
            values,
        })
    }

    /// The LOC_PARAMs of a LOC_PROTO, one for each parameter and 0 where no location is known; nothing for other kinds.
    pub fn locations(self) -> impl ExactSizeIterator<Item = TypeId> + Clone + 'a {
        let words: &[u32] = match self.kind() {
            Kind::LocProto => self.tail(),
            _ => &[],
        };
        words.iter().map(|&id| TypeId(id))
    }

    /// The sites of a LOCSEC; nothing for other kinds.
    ///
    /// ```
    /// use btf::{Btf, Info, Kind, TypeId};
    ///
    /// let mut btf = Btf::new();
    /// let name = btf.intern(b"inline.text")?;
    /// let section = btf.push(&[name.0, Info::new(Kind::LocSec, 1, false).0, 0, 7, 0, 0x40])?;
    /// let site = btf.get(section).and_then(|ty| ty.inline_sites().next()).expect("it has one");
    /// assert_eq!((site.func, site.locations, site.offset), (TypeId(7), TypeId::VOID, 64));
    /// # Ok::<(), btf::Error>(())
    /// ```
    pub fn inline_sites(self) -> impl ExactSizeIterator<Item = InlineSite> + Clone + 'a {
        let words: &[u32] = match self.kind() {
            Kind::LocSec => self.tail(),
            _ => &[],
        };
        let decode = |&[func, locations, offset]: &[u32; 3]| InlineSite {
            func: TypeId(func),
            locations: TypeId(locations),
            offset,
        };
        words.as_chunks::<3>().0.iter().map(decode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn places_are_written_as_flags_and_values_and_read_back() {
        let reg = Register::Number;
        for (place, flags, values, text) in [
            (Place::Unsigned(7), 2, &[7][..], "0x7"),
            (Place::Unsigned(1 << 40 | 5), 2, &[5, 256], "0x10000000005"),
            (Place::Signed(-1), 3, &[u32::MAX], "-0x1"),
            (
                Place::Signed(i64::MIN),
                3,
                &[0, 1 << 31],
                "-0x8000000000000000",
            ),
            (Place::Address(0x1000), 6, &[0x1000], "addr 0x1000"),
            (Place::Register(reg(5)), 8, &[5], "reg5"),
            (Place::Registers(reg(0), reg(1)), 8, &[0, 1], "reg0, reg1"),
            (
                Place::Sum(reg(7), -8),
                0x28,
                &[7, -8i32 as u32],
                "reg7 - 0x8",
            ),
            (Place::Memory(reg(2), 16), 0x38, &[2, 16], "*(reg2 + 0x10)"),
            (Place::Memory(reg(2), 0), 0x18, &[2], "*(reg2)"),
            (
                Place::Memory(Register::FrameBase, -24),
                0x38,
                &[u32::MAX, -24i32 as u32],
                "*(fbreg - 0x18)",
            ),
        ] {
            let (found, encoded) = place.encode().unwrap();
            assert_eq!((found.0, encoded.as_slice()), (flags, values), "{text}");
            assert_eq!(Place::decode(found, values), place);
            assert_eq!(place.to_string(), text);
        }
        assert_eq!(Place::decode(LocationFlags(0), &[1]), Place::Other);
        assert_eq!(Place::decode(LocationFlags(8), &[1, 2, 3]), Place::Other);
        assert_eq!(Place::Other.encode(), None);
    }
}
