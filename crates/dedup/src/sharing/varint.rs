//! Numbers in as few bytes as they need: seven bits a byte, lowest first.

/// Appends a number in one to ten bytes.
pub(super) fn push(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Takes the next number; `None` where there is none, or one that is too large.
pub(super) fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

/// How far a word is from another, small in both directions.
pub(super) fn distance(from: u32, to: u32) -> u64 {
    let distance = to.wrapping_sub(from) as i32;
    u64::from((distance << 1 ^ distance >> 31) as u32)
}

/// The word at a [`distance`] from another.
pub(super) fn at_distance(from: u32, distance: u64) -> u32 {
    let (half, sign) = ((distance >> 1) as u32, (distance & 1) as u32);
    from.wrapping_add(half ^ sign.wrapping_neg())
}

/// Words as distances from one to the next.
pub(super) fn pack(words: &[u32]) -> Box<[u8]> {
    let mut bytes = Vec::with_capacity(words.len() + words.len() / 2);
    let mut last = 0;
    for &word in words {
        push(&mut bytes, distance(last, word));
        last = word;
    }
    bytes.into()
}

/// Fills `words` with those that [`pack`] was given.
pub(super) fn unpack(mut bytes: &[u8], words: &mut Vec<u32>) {
    words.clear();
    let mut last = 0;
    while let Some(distance) = take(&mut bytes) {
        last = at_distance(last, distance);
        words.push(last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back_and_neighbours_take_a_byte() {
        let words = [0, 1, 2, 1, u32::MAX, 0, 1 << 31, 70, u32::MAX - 1];
        let mut back = Vec::new();
        unpack(&pack(&words), &mut back);
        assert_eq!(back, words);
        assert_eq!(pack(&[10, 11, 12, 10]).len(), 4);
    }

    #[test]
    fn damaged_bytes_end() {
        assert_eq!(take(&mut &[0x80; 4][..]), None);
        assert_eq!(take(&mut &[0xff; 20][..]), None);
        assert_eq!(take(&mut &[][..]), None);
    }
}
