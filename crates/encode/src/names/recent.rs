//! Names that were asked for a short while ago.

use btf::StringOffset;

/// Names by number, in a table with a fixed number of places: of the numbers that share a place the last one is known.
#[derive(Debug, Default)]
pub(super) struct RecentNames {
    places: Vec<(u32, StringOffset)>,
}

impl RecentNames {
    /// A number that no name has.
    pub const NO_NUMBER: u32 = u32::MAX;

    /// The name of this number, if it is known.
    #[inline]
    pub fn find(&self, number: u32) -> Option<StringOffset> {
        let &(known, name) = self.places.get(self.place(number))?;
        (known == number).then_some(name)
    }

    /// Notes the name of a number, in a table of 2 to the power of `bits` places.
    #[inline]
    pub fn note(&mut self, number: u32, name: StringOffset, bits: u32) {
        if self.places.is_empty() {
            let none = (RecentNames::NO_NUMBER, StringOffset::EMPTY);
            self.places.resize(1 << bits, none);
        }
        let place = self.place(number);
        if let Some(slot) = self.places.get_mut(place) {
            *slot = (number, name);
        }
    }

    /// Forgets all names.
    pub fn clear(&mut self) {
        self.places.clear();
    }

    /// The place of a number: the upper bits of a product that spreads neighbours.
    #[inline]
    fn place(&self, number: u32) -> usize {
        let spread = u64::from(number.wrapping_mul(0x9e37_79b1));
        ((spread * self.places.len() as u64) >> 32) as usize
    }
}

/// The number of a name of up to 3 bytes, which compilers write in place.
pub(super) fn number_of_short(text: &[u8]) -> Option<u32> {
    let mut bytes = [0; 4];
    match *text {
        [a] => bytes[0] = a,
        [a, b] => bytes[..2].copy_from_slice(&[a, b]),
        [a, b, c] => bytes[..3].copy_from_slice(&[a, b, c]),
        _ => return None,
    }
    Some(u32::from_le_bytes(bytes))
}
