//! Base types and enumerations.

use crate::debug_str::DebugStr;
use crate::frame::Frame;
use crate::names::Names;
use crate::read::attributes::{Attributes, Field};
use crate::unit::Choices;
use btf::{Info, IntEncoding, Kind, StringOffset};
use gimli::constants as dw;

/// What a base type becomes.
pub(crate) enum Scalar {
    /// The words of an INT.
    Int([u32; 4]),
    /// The words of a FLOAT.
    Float([u32; 3]),
    /// A complex number: name of a structure, and the words of the FLOAT of each of its two members.
    Complex(StringOffset, [u32; 3]),
}

/// The name pahole gives to numbers of a size that BTF cannot carry.
const FAKE_INT: &[u8] = b"__SANITIZED_FAKE_INT__";

/// A base type. Sizes that INT cannot carry (0, over 16 bytes, not a power of two) become a 4-byte
/// stand-in, as pahole does; so do floating-point sizes that FLOAT cannot carry.
pub(crate) fn base_type(
    attributes: &Attributes<'_>,
    choices: Choices,
    names: &mut Names,
    debug_str: DebugStr<'_>,
) -> Scalar {
    let bytes = attributes.number(Field::ByteSize).unwrap_or(0);
    let encoding = dw::DwAte(attributes.number(Field::Encoding).unwrap_or(0) as u8);
    // Decimal numbers are integers to pahole.
    let floating = matches!(encoding, dw::DW_ATE_float | dw::DW_ATE_imaginary_float);
    let mut name = attributes.name().unwrap_or(StringOffset::EMPTY);
    if choices.float && floating && is_float_size(bytes) {
        return Scalar::Float([name.0, Info::new(Kind::Float, 0, false).0, bytes as u32]);
    }
    if choices.float
        && encoding == dw::DW_ATE_complex_float
        && bytes.is_multiple_of(2)
        && is_float_size(bytes / 2)
    {
        return complex(name, bytes as u32 / 2, names, debug_str);
    }
    let int_encoding = match encoding {
        dw::DW_ATE_signed | dw::DW_ATE_signed_char => IntEncoding::SIGNED,
        dw::DW_ATE_boolean => IntEncoding::BOOL,
        _ => IntEncoding::NONE,
    };
    let mut size = bytes as u32;
    if !bytes.is_power_of_two() || bytes > 16 {
        name = names.intern(FAKE_INT);
        size = 4;
    } else if name.is_empty() {
        // libbpf refuses an INT without a name.
        name = names.intern(FAKE_INT);
    }
    let data = (u32::from(int_encoding.0) << 24) | (size * 8);
    Scalar::Int([name.0, Info::new(Kind::Int, 0, false).0, size, data])
}

/// The words of an enumeration whose values need more than 64 bits: an INT of the same size. Its values are lost: BTF
/// has no kind for them.
pub(crate) fn wide_enumeration(frame: &Frame, names: &mut Names) -> [u32; 4] {
    let (name, encoding): (&[u8], _) = match frame.marked {
        true => (b"__int128", IntEncoding::SIGNED),
        false => (b"__int128 unsigned", IntEncoding::NONE),
    };
    let data = (u32::from(encoding.0) << 24) | 128;
    let name = names.intern(name);
    [name.0, Info::new(Kind::Int, 0, false).0, 16, data]
}

/// Whether FLOAT can have so many bytes.
fn is_float_size(bytes: u64) -> bool {
    matches!(bytes, 2 | 4 | 8 | 12 | 16)
}

/// A complex number, whose parts have `bytes` bytes each. To C it is an array of two numbers (C11, 6.2.5),
/// aligned as one of them; the kernel takes a FLOAT of both for aligned to its own size. gcc names the
/// number in the name (`complex double`), clang does not.
fn complex(name: StringOffset, bytes: u32, names: &mut Names, debug_str: DebugStr<'_>) -> Scalar {
    let said = names.text(name, debug_str);
    let part = match said.strip_prefix(b"complex ") {
        Some(part) if !part.is_empty() => part.to_vec(),
        _ => match bytes {
            2 => b"_Float16".to_vec(),
            4 => b"float".to_vec(),
            8 => b"double".to_vec(),
            _ => b"long double".to_vec(),
        },
    };
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric();
    let word = |byte: &u8| if is_word(byte) { *byte } else { b'_' };
    let structure: Vec<u8> = b"complex_"
        .iter()
        .copied()
        .chain(part.iter().map(word))
        .collect();
    let part = names.intern(&part);
    Scalar::Complex(
        names.intern(&structure),
        [part.0, Info::new(Kind::Float, 0, false).0, bytes],
    )
}

/// The words of an enumeration from its enumerators (name, low, high). An ENUM is signed
/// if a value is negative. Whether an ENUM64 is signed depends on its type, and is set at the end of the unit.
///
/// `None` if BTF has no room for it: too many enumerators, or a size of 4 GiB and more.
pub(crate) fn enumeration(frame: &Frame, choices: Choices, out: &mut Vec<u32>) -> Option<()> {
    let size = frame.byte_size.filter(|&size| size != 0).unwrap_or(4);
    let size = u32::try_from(size).ok()?;
    let wide = size > 4 && choices.enum64;
    let kind = if wide { Kind::Enum64 } else { Kind::Enum };
    let vlen = u32::try_from(frame.items.len() / 3)
        .ok()
        .filter(|&vlen| vlen <= Info::MAX_VLEN)?;
    let name = frame.name.0;
    // Without ENUM64 pahole knows no signed enumerations: it cuts values to 32 bits first.
    let signed = frame.marked && !wide && choices.enum64;
    out.clear();
    out.extend([name, Info::new(kind, vlen, signed).0, size]);
    for &[name, low, high] in frame.items.as_chunks::<3>().0 {
        out.extend([name, low]);
        if wide {
            out.push(high);
        }
    }
    Some(())
}
