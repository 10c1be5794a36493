//! Reading values of attributes from a unit's bytes, by their forms (DWARF 5, section 7.5.6).

use crate::read::value::DieRef;
use crate::read::value::Value;
use gimli::{Encoding, Error, Format, constants as dw};

/// A position in the bytes of a unit, from which values are read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    /// Offset from the start of the unit.
    pub position: usize,
    encoding: Encoding,
    big_endian: bool,
}

/// The size of a form's values in bytes, if it is fixed.
pub(crate) fn fixed_size(form: dw::DwForm, encoding: Encoding) -> Option<u32> {
    Some(match form {
        dw::DW_FORM_flag_present | dw::DW_FORM_implicit_const => 0,
        dw::DW_FORM_data1
        | dw::DW_FORM_ref1
        | dw::DW_FORM_flag
        | dw::DW_FORM_strx1
        | dw::DW_FORM_addrx1 => 1,
        dw::DW_FORM_data2 | dw::DW_FORM_ref2 | dw::DW_FORM_strx2 | dw::DW_FORM_addrx2 => 2,
        dw::DW_FORM_strx3 | dw::DW_FORM_addrx3 => 3,
        dw::DW_FORM_data4
        | dw::DW_FORM_ref4
        | dw::DW_FORM_strx4
        | dw::DW_FORM_addrx4
        | dw::DW_FORM_ref_sup4 => 4,
        dw::DW_FORM_data8 | dw::DW_FORM_ref8 | dw::DW_FORM_ref_sig8 | dw::DW_FORM_ref_sup8 => 8,
        dw::DW_FORM_data16 => 16,
        dw::DW_FORM_addr => u32::from(encoding.address_size),
        dw::DW_FORM_strp
        | dw::DW_FORM_line_strp
        | dw::DW_FORM_strp_sup
        | dw::DW_FORM_sec_offset
        | dw::DW_FORM_GNU_ref_alt
        | dw::DW_FORM_GNU_strp_alt => u32::from(encoding.format.word_size()),
        dw::DW_FORM_ref_addr if encoding.version == 2 => u32::from(encoding.address_size),
        dw::DW_FORM_ref_addr => u32::from(encoding.format.word_size()),
        _ => return None,
    })
}

impl<'a> Cursor<'a> {
    pub fn new(
        bytes: &'a [u8],
        position: usize,
        encoding: Encoding,
        big_endian: bool,
    ) -> Cursor<'a> {
        Cursor {
            bytes,
            position,
            encoding,
            big_endian,
        }
    }

    pub fn is_at_end(&self) -> bool {
        self.position >= self.bytes.len()
    }

    /// The code of the next abbreviation; 0 ends the children of a DIE.
    #[inline]
    pub fn code(&mut self) -> Result<u64, Error> {
        match self.bytes.get(self.position) {
            Some(&byte) if byte < 0x80 => {
                self.position += 1;
                Ok(u64::from(byte))
            }
            _ => self.uleb(),
        }
    }

    /// Continues at a later offset of the unit; `false`, without a step, if the offset is not later.
    pub fn jump(&mut self, to: u64) -> bool {
        match usize::try_from(to) {
            Ok(to) if to > self.position && to <= self.bytes.len() => {
                self.position = to;
                true
            }
            _ => false,
        }
    }

    #[inline]
    pub fn skip(&mut self, count: usize) -> Result<(), Error> {
        self.take(count).map(|_| ())
    }

    #[inline]
    fn take(&mut self, count: usize) -> Result<&'a [u8], Error> {
        let end = self.position.checked_add(count).ok_or_else(|| self.end())?;
        let taken = self
            .bytes
            .get(self.position..end)
            .ok_or_else(|| self.end())?;
        self.position = end;
        Ok(taken)
    }

    #[cold]
    fn end(&self) -> Error {
        Error::UnexpectedEof(gimli::ReaderOffsetId(self.position as u64))
    }

    #[inline]
    fn fixed<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        match self
            .bytes
            .get(self.position..)
            .and_then(|rest| rest.first_chunk::<N>())
        {
            Some(&bytes) => {
                self.position += N;
                Ok(bytes)
            }
            None => Err(self.end()),
        }
    }

    #[inline]
    fn u8(&mut self) -> Result<u64, Error> {
        self.fixed::<1>().map(|[byte]| u64::from(byte))
    }

    #[inline]
    fn u16(&mut self) -> Result<u64, Error> {
        let bytes = self.fixed::<2>()?;
        Ok(u64::from(if self.big_endian {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        }))
    }

    fn u24(&mut self) -> Result<u64, Error> {
        let [a, b, c] = self.fixed::<3>()?;
        Ok(u64::from(if self.big_endian {
            u32::from_be_bytes([0, a, b, c])
        } else {
            u32::from_le_bytes([a, b, c, 0])
        }))
    }

    #[inline]
    pub fn u32(&mut self) -> Result<u64, Error> {
        let bytes = self.fixed::<4>()?;
        Ok(u64::from(if self.big_endian {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        }))
    }

    #[inline]
    fn u64(&mut self) -> Result<u64, Error> {
        let bytes = self.fixed::<8>()?;
        Ok(if self.big_endian {
            u64::from_be_bytes(bytes)
        } else {
            u64::from_le_bytes(bytes)
        })
    }

    #[inline]
    fn offset(&mut self) -> Result<u64, Error> {
        match self.encoding.format {
            Format::Dwarf32 => self.u32(),
            Format::Dwarf64 => self.u64(),
        }
    }

    fn address(&mut self) -> Result<u64, Error> {
        match self.encoding.address_size {
            1 => self.u8(),
            2 => self.u16(),
            4 => self.u32(),
            8 => self.u64(),
            other => Err(Error::UnsupportedAddressSize(other)),
        }
    }

    fn uleb(&mut self) -> Result<u64, Error> {
        let (mut value, mut shift) = (0u64, 0);
        loop {
            let [byte] = self.fixed::<1>()?;
            if shift == 63 && byte > 1 {
                return Err(Error::BadUnsignedLeb128);
            }
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
            shift += 7;
            if shift > 63 {
                return Err(Error::BadUnsignedLeb128);
            }
        }
    }

    fn sleb(&mut self) -> Result<i64, Error> {
        let (mut value, mut shift) = (0i64, 0);
        loop {
            let [byte] = self.fixed::<1>()?;
            if shift == 63 && byte != 0 && byte != 0x7f {
                return Err(Error::BadSignedLeb128);
            }
            value |= i64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                let negative = byte & 0x40 != 0;
                return Ok(if negative && shift < 64 {
                    value | (-1 << shift)
                } else {
                    value
                });
            }
            if shift > 63 {
                return Err(Error::BadSignedLeb128);
            }
        }
    }

    fn block(&mut self, len: u64) -> Result<Value<'a>, Error> {
        let len = usize::try_from(len).map_err(|_| self.end())?;
        Ok(Value::Block(self.take(len)?))
    }

    /// Reads the value of an attribute with this form.
    #[inline]
    pub fn value(&mut self, form: dw::DwForm) -> Result<Value<'a>, Error> {
        Ok(match form {
            dw::DW_FORM_strp => Value::DebugStr(self.offset()?),
            dw::DW_FORM_ref4 => Value::Reference(DieRef::Unit(self.u32()?)),
            dw::DW_FORM_data1 => Value::Unsigned(self.u8()?),
            dw::DW_FORM_data2 => Value::Unsigned(self.u16()?),
            dw::DW_FORM_data4 => Value::Unsigned(self.u32()?),
            dw::DW_FORM_flag_present => Value::Flag(true),
            dw::DW_FORM_sec_offset => Value::SecOffset(self.offset()?),
            dw::DW_FORM_exprloc | dw::DW_FORM_block => {
                let len = self.uleb()?;
                self.block(len)?
            }
            _ => return self.rare(form),
        })
    }

    fn rare(&mut self, form: dw::DwForm) -> Result<Value<'a>, Error> {
        Ok(match form {
            dw::DW_FORM_data8 => Value::Unsigned(self.u64()?),
            dw::DW_FORM_udata => Value::Unsigned(self.uleb()?),
            dw::DW_FORM_sdata => Value::Signed(self.sleb()?),
            dw::DW_FORM_flag => Value::Flag(self.u8()? != 0),
            dw::DW_FORM_addr => Value::Address(self.address()?),
            dw::DW_FORM_addrx | dw::DW_FORM_GNU_addr_index => Value::AddrIndex(self.uleb()?),
            dw::DW_FORM_addrx1 => Value::AddrIndex(self.u8()?),
            dw::DW_FORM_addrx2 => Value::AddrIndex(self.u16()?),
            dw::DW_FORM_addrx3 => Value::AddrIndex(self.u24()?),
            dw::DW_FORM_addrx4 => Value::AddrIndex(self.u32()?),
            dw::DW_FORM_string => Value::Text(self.text()?),
            dw::DW_FORM_line_strp => Value::LineStr(self.offset()?),
            dw::DW_FORM_strx | dw::DW_FORM_GNU_str_index => Value::StrIndex(self.uleb()?),
            dw::DW_FORM_strx1 => Value::StrIndex(self.u8()?),
            dw::DW_FORM_strx2 => Value::StrIndex(self.u16()?),
            dw::DW_FORM_strx3 => Value::StrIndex(self.u24()?),
            dw::DW_FORM_strx4 => Value::StrIndex(self.u32()?),
            dw::DW_FORM_ref1 => Value::Reference(DieRef::Unit(self.u8()?)),
            dw::DW_FORM_ref2 => Value::Reference(DieRef::Unit(self.u16()?)),
            dw::DW_FORM_ref8 => Value::Reference(DieRef::Unit(self.u64()?)),
            dw::DW_FORM_ref_udata => Value::Reference(DieRef::Unit(self.uleb()?)),
            dw::DW_FORM_ref_addr if self.encoding.version == 2 => {
                Value::Reference(DieRef::Info(self.address()?))
            }
            dw::DW_FORM_ref_addr => Value::Reference(DieRef::Info(self.offset()?)),
            dw::DW_FORM_GNU_ref_alt => Value::Reference(DieRef::Supplementary(self.offset()?)),
            dw::DW_FORM_ref_sup4 => Value::Reference(DieRef::Supplementary(self.u32()?)),
            dw::DW_FORM_ref_sup8 => Value::Reference(DieRef::Supplementary(self.u64()?)),
            dw::DW_FORM_ref_sig8 => Value::Reference(DieRef::Signature(self.u64()?)),
            dw::DW_FORM_strp_sup | dw::DW_FORM_GNU_strp_alt => {
                Value::SupplementaryStr(self.offset()?)
            }
            dw::DW_FORM_block1 => {
                let len = self.u8()?;
                self.block(len)?
            }
            dw::DW_FORM_block2 => {
                let len = self.u16()?;
                self.block(len)?
            }
            dw::DW_FORM_block4 => {
                let len = self.u32()?;
                self.block(len)?
            }
            dw::DW_FORM_data16 => {
                self.skip(16)?;
                Value::Other
            }
            dw::DW_FORM_loclistx => Value::LocListIndex(self.uleb()?),
            dw::DW_FORM_rnglistx => Value::RngListIndex(self.uleb()?),
            dw::DW_FORM_indirect => {
                let form = self.uleb()?;
                let form =
                    dw::DwForm(u16::try_from(form).map_err(|_| Error::UnknownForm(dw::DwForm(0)))?);
                if matches!(form, dw::DW_FORM_indirect | dw::DW_FORM_implicit_const) {
                    return Err(Error::UnknownForm(form));
                }
                return self.value(form);
            }
            other => return Err(Error::UnknownForm(other)),
        })
    }

    /// The next `count` bytes, to be read number by number; `None` if they are too many for a window, or end too close to
    /// the end of the unit for one.
    #[inline(always)] // once for each of millions
    pub fn fields(&mut self, count: u8) -> Option<FixedFields<'a>> {
        let window = self.bytes.get(self.position..)?.first_chunk()?;
        self.position += usize::from(count);
        Some(FixedFields {
            window,
            big_endian: self.big_endian,
        })
    }

    /// Lets `read` go on from here on a copy of the cursor, and follows if it finds something. A cursor that no function
    /// gets can stay in registers.
    #[inline(always)] // or it would be handed over itself
    pub fn follow<T>(&mut self, read: impl FnOnce(&mut Cursor<'a>) -> Option<T>) -> Option<T> {
        let mut ahead = *self;
        let found = read(&mut ahead)?;
        self.position = ahead.position;
        Some(found)
    }

    /// The next byte, if it is a whole number by itself: an abbreviation code of one byte.
    #[inline(always)] // once for each of millions
    pub fn small_code(&mut self) -> Option<u8> {
        let &code = self.bytes.get(self.position)?;
        self.position += 1;
        (code < 0x80).then_some(code)
    }

    pub fn text(&mut self) -> Result<&'a [u8], Error> {
        let rest = self.bytes.get(self.position..).unwrap_or_default();
        // Most are of three bytes at most.
        let start = rest.first_chunk().map(|&start| u64::from_le_bytes(start));
        let len = match start.map_or(0, zero_bytes) {
            0 => memchr::memchr(0, rest).ok_or_else(|| self.end())?,
            zeros => zeros.trailing_zeros() as usize / 8,
        };
        self.position += len + 1;
        Ok(&rest[..len])
    }
}

/// The highest bit of the first byte that is 0, counted from the low end; 0 if there is none. Bits of later bytes may be
/// set too.
#[inline]
fn zero_bytes(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    word.wrapping_sub(ONES) & !word & ONES << 7
}

/// Bytes whose numbers are at known places: those of a DIE, and what follows them in the unit.
#[derive(Clone, Copy)]
pub(crate) struct FixedFields<'a> {
    /// A number of 4 bytes may begin at each of the first [`FixedFields::PLACES`].
    window: &'a [u8; FixedFields::PLACES + 4],
    big_endian: bool,
}

impl FixedFields<'_> {
    /// A number can begin at each place before this one.
    pub const PLACES: usize = 32;

    #[inline(always)] // several times for each of millions
    fn bytes<const N: usize>(self, at: u8) -> [u8; N] {
        let at = usize::from(at) % FixedFields::PLACES;
        let bytes = self.window.get(at..).and_then(|rest| rest.first_chunk());
        bytes.copied().unwrap_or([0; N])
    }

    /// The byte at a place.
    #[inline(always)] // several times for each of millions
    pub fn byte(self, at: u8) -> u8 {
        let [byte] = self.bytes(at);
        byte
    }

    /// The number of 4 bytes at a place.
    #[inline(always)] // several times for each of millions
    pub fn word(self, at: u8) -> u32 {
        match self.big_endian {
            true => u32::from_be_bytes(self.bytes(at)),
            false => u32::from_le_bytes(self.bytes(at)),
        }
    }

    /// The number at a place, of at most 4 bytes. It reads 4 bytes whatever the size, so that no size needs a branch.
    #[inline(always)] // several times for each of millions
    pub fn number(self, at: u8, bytes: u8) -> u32 {
        let (word, bits) = (self.bytes(at), 8 * u32::from(bytes));
        // Of 8 bytes, so that a number may have none and no shift is too long.
        let number = match self.big_endian {
            true => u64::from(u32::from_be_bytes(word)).wrapping_shr(32_u32.wrapping_sub(bits)),
            false => u64::from(u32::from_le_bytes(word)) & 1_u64.wrapping_shl(bits).wrapping_sub(1),
        };
        number as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_short_is_an_error() {
        let encoding = Encoding {
            format: Format::Dwarf32,
            version: 5,
            address_size: 8,
        };
        let bytes = [0x80, 0x80];
        let forms = [
            dw::DW_FORM_data1,
            dw::DW_FORM_data2,
            dw::DW_FORM_data4,
            dw::DW_FORM_data8,
            dw::DW_FORM_data16,
            dw::DW_FORM_strp,
            dw::DW_FORM_string,
            dw::DW_FORM_udata,
            dw::DW_FORM_sdata,
            dw::DW_FORM_block1,
            dw::DW_FORM_exprloc,
            dw::DW_FORM_addr,
            dw::DW_FORM_indirect,
            dw::DwForm(0x7777),
        ];
        for form in forms {
            let mut cursor = Cursor::new(&bytes[..0], 0, encoding, false);
            assert!(cursor.value(form).is_err(), "{form} of nothing");
        }
        assert!(
            Cursor::new(&bytes, 0, encoding, false)
                .value(dw::DW_FORM_udata)
                .is_err()
        );
        assert!(
            Cursor::new(&bytes, 0, encoding, false)
                .value(dw::DW_FORM_block1)
                .is_err()
        );
    }

    #[test]
    fn numbers_follow_the_byte_order_and_the_sign() {
        let encoding = Encoding {
            format: Format::Dwarf32,
            version: 5,
            address_size: 4,
        };
        let bytes = [0x01, 0x02, 0x03, 0x7f];
        let value = |form, big| Cursor::new(&bytes, 0, encoding, big).value(form).unwrap();
        assert_eq!(value(dw::DW_FORM_data2, false), Value::Unsigned(0x0201));
        assert_eq!(value(dw::DW_FORM_data2, true), Value::Unsigned(0x0102));
        assert_eq!(value(dw::DW_FORM_strx3, true), Value::StrIndex(0x01_0203));
        assert_eq!(value(dw::DW_FORM_addr, true), Value::Address(0x0102_037f));
        let minus_one = Cursor::new(&bytes[3..], 0, encoding, false).value(dw::DW_FORM_sdata);
        assert_eq!(minus_one, Ok(Value::Signed(-1)));
    }

    #[test]
    fn numbers_at_places_are_read_in_both_byte_orders() {
        let encoding = Encoding {
            format: Format::Dwarf32,
            version: 5,
            address_size: 8,
        };
        let bytes: Vec<u8> = (1..=36).collect();
        for big in [false, true] {
            let mut cursor = Cursor::new(&bytes, 0, encoding, big);
            let fields = cursor.fields(9).expect("a window of bytes");
            let numbers = [(1, 1), (1, 2), (5, 3), (31, 4)];
            let numbers = numbers.map(|(at, bytes)| fields.number(at, bytes));
            let expected = match big {
                false => [0x02, 0x0302, 0x0008_0706, 0x2322_2120],
                true => [0x02, 0x0203, 0x0006_0708, 0x2021_2223],
            };
            assert_eq!(numbers, expected);
            assert_eq!(fields.word(5), fields.number(5, 4));
            assert_eq!(fields.byte(8), 9);
            assert_eq!(fields.number(3, 0), 0);
            assert_eq!(cursor.position, 9);
            assert!(
                cursor.fields(1).is_none(),
                "the window passes the end of the unit"
            );
        }
    }

    #[test]
    fn texts_end_at_their_first_zero() {
        let encoding = Encoding {
            format: Format::Dwarf32,
            version: 5,
            address_size: 8,
        };
        for len in 0..20 {
            for behind in [&[][..], b"\0", b"\x01\0\x80aaaaaaaaaaaa"] {
                let text: Vec<u8> = (0..len).map(|at| 0x7f + at).collect();
                let bytes = [&text[..], &[0], behind].concat();
                let mut cursor = Cursor::new(&bytes, 0, encoding, false);
                assert_eq!(cursor.text(), Ok(&text[..]));
                assert_eq!(cursor.position, text.len() + 1);
            }
            let bytes = vec![1; usize::from(len)];
            assert!(Cursor::new(&bytes, 0, encoding, false).text().is_err());
        }
    }
}
