//! Bits as letters that nobody confuses, with a checksum at the end.
//!
//! Five bits a letter: digits and capitals without I, L, O, and U. An O that is typed means 0, an I or an L means 1. The last four
//! letters are a CRC of 20 bits over all others, with the polynomial x²⁰ + x³ + 1. A CRC finds every error within as many
//! neighbouring bits as it has itself: one wrong letter, two neighbours that changed places, up to four wrong letters in a
//! row. Of other errors it misses one in a million.

const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Bits of a letter, and of the checksum.
const BITS: usize = 5;
const CHECK_BITS: usize = 20;
/// The polynomial without its highest term.
const POLYNOMIAL: u32 = 0x9;

/// The letters of bits, with a checksum.
pub fn letters(bits: &[bool]) -> String {
    let mut all = bits.to_vec();
    all.resize(all.len().next_multiple_of(BITS), false);
    let check = checksum(&all);
    all.extend((0..CHECK_BITS).rev().map(|bit| check >> bit & 1 == 1));
    let letter = |bits: &[bool]| {
        let number = bits
            .iter()
            .fold(0, |number, bit| number << 1 | usize::from(*bit));
        char::from(LETTERS[number & 31])
    };
    all.chunks(BITS).map(letter).collect()
}

/// Why letters are none of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// A letter that no code has.
    Letter(char),
    /// Too few to have a checksum.
    Short,
    /// The checksum is another.
    Check,
}

/// The bits of letters, without the checksum. Some at the end may be left over, and are 0.
pub fn bits(letters: &str) -> Result<Vec<bool>, Wrong> {
    let mut all = Vec::new();
    for letter in letters.chars() {
        let number = number(letter).ok_or(Wrong::Letter(letter))?;
        all.extend((0..BITS).rev().map(|bit| number >> bit & 1 == 1));
    }
    let len = all.len().checked_sub(CHECK_BITS).ok_or(Wrong::Short)?;
    let check = all.split_off(len);
    let check = check
        .iter()
        .fold(0, |number, bit| number << 1 | u32::from(*bit));
    match checksum(&all) == check {
        true => Ok(all),
        false => Err(Wrong::Check),
    }
}

/// The number of a letter.
fn number(letter: char) -> Option<usize> {
    let letter = match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    LETTERS.iter().position(|own| char::from(*own) == letter)
}

fn checksum(bits: &[bool]) -> u32 {
    let mask = (1 << CHECK_BITS) - 1;
    // It begins with ones, so that zeros in front count as well.
    bits.iter().fold(mask, |check: u32, bit| {
        let out = (check >> (CHECK_BITS - 1) & 1) ^ u32::from(*bit);
        (check << 1 & mask) ^ (out * POLYNOMIAL)
    })
}

/// The letters that a single wrong letter may have been meant as: all of the code, corrected, if exactly one letter put
/// right makes the checksum right, and in one way only.
pub fn corrected(letters: &str) -> Option<String> {
    let own: Vec<char> = letters.chars().collect();
    let mut found = None;
    for at in 0..own.len() {
        for &other in LETTERS {
            let mut changed = own.clone();
            if number(own[at]) == number(char::from(other)) {
                continue;
            }
            changed[at] = char::from(other);
            let text: String = changed.into_iter().collect();
            if bits(&text).is_ok() && found.replace(text).is_some() {
                return None;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn letters_give_their_bits_back(own in prop::collection::vec(any::<bool>(), 0..200)) {
            let read = bits(&letters(&own)).expect("just written");
            prop_assert_eq!(&read[..own.len()], &own[..]);
            prop_assert!(read[own.len()..].iter().all(|bit| !bit) && read.len() < own.len() + 5);
        }

        #[test]
        fn one_wrong_letter_is_always_found_and_can_be_put_right(
            own in prop::collection::vec(any::<bool>(), 1..150),
            at in any::<prop::sample::Index>(),
            letter in 0_usize..32,
        ) {
            let right = letters(&own);
            let mut wrong: Vec<char> = right.chars().collect();
            let at = at.index(wrong.len());
            prop_assume!(wrong[at] != char::from(LETTERS[letter]));
            wrong[at] = char::from(LETTERS[letter]);
            let wrong: String = wrong.into_iter().collect();
            prop_assert_eq!(bits(&wrong), Err(Wrong::Check));
            // Rarely another letter would do as well; then nothing is proposed.
            let proposed = corrected(&wrong);
            prop_assert!(proposed.is_none() || proposed == Some(right));
        }

        #[test]
        fn neighbours_that_changed_places_are_always_found(
            own in prop::collection::vec(any::<bool>(), 10..150),
            at in any::<prop::sample::Index>(),
        ) {
            let mut wrong: Vec<char> = letters(&own).chars().collect();
            let at = at.index(wrong.len() - 1);
            prop_assume!(wrong[at] != wrong[at + 1]);
            wrong.swap(at, at + 1);
            let wrong: String = wrong.into_iter().collect();
            prop_assert_eq!(bits(&wrong), Err(Wrong::Check));
        }
    }

    #[test]
    fn letters_that_look_alike_mean_the_same() {
        let own = letters(&[false; 10]);
        let typed = own.replace('0', "o").replace('1', "l").to_lowercase();
        assert_eq!(bits(&typed), bits(&own));
        assert_eq!(bits("U1234"), Err(Wrong::Letter('U')));
        assert_eq!(bits("123"), Err(Wrong::Short));
    }
}
