//! A text as part of an address: lessons are passed on in links as setups are.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::read::{DeflateDecoder, DeflateEncoder};
use std::io::Read;

/// What a packed text begins with: its form, so that another can come.
const FORM: char = '1';

/// Why a part of an address is no text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PackedError {
    /// Letters that no link has, or the end of one is missing.
    #[error("the link is damaged, perhaps cut short: copy it again")]
    Damaged,
    /// A form that this version does not know.
    #[error("the link was made by a newer btfscope: reload the page")]
    Newer,
    /// More text than is taken.
    #[error("the text in the link is longer than {0} bytes")]
    TooLong(usize),
}

/// Packs a text: letters, digits, `-` and `_`.
pub fn pack(text: &str) -> String {
    let mut packed = Vec::new();
    // Reading from memory does not fail.
    let _ = DeflateEncoder::new(text.as_bytes(), Compression::best()).read_to_end(&mut packed);
    format!("{FORM}{}", URL_SAFE_NO_PAD.encode(packed))
}

/// The text that was packed, of so many bytes at most.
///
/// # Errors
///
/// [`PackedError`] if it is none.
pub fn unpack(packed: &str, most: usize) -> Result<String, PackedError> {
    let mut letters = packed.chars();
    match letters.next() {
        Some(FORM) => {}
        Some(other) if other.is_ascii_digit() => return Err(PackedError::Newer),
        _ => return Err(PackedError::Damaged),
    }
    let bytes = URL_SAFE_NO_PAD
        .decode(letters.as_str())
        .map_err(|_| PackedError::Damaged)?;
    let mut text = Vec::new();
    let most_bytes = most as u64;
    DeflateDecoder::new(bytes.as_slice())
        .take(most_bytes + 1)
        .read_to_end(&mut text)
        .map_err(|_| PackedError::Damaged)?;
    if text.len() > most {
        return Err(PackedError::TooLong(most));
    }
    String::from_utf8(text).map_err(|_| PackedError::Damaged)
}

#[cfg(test)]
mod tests {
    use super::{PackedError, pack, unpack};

    #[test]
    fn a_text_comes_back() {
        for text in ["", "a", &"struct ä { int b; };\n".repeat(500)] {
            let packed = pack(text);
            assert!(
                packed
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
            );
            assert_eq!(unpack(&packed, 20_000).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_is_damaged_or_too_long_is_refused() {
        let packed = pack(&"a".repeat(1_000));
        assert_eq!(unpack(&packed, 999), Err(PackedError::TooLong(999)));
        assert_eq!(unpack("9abc", 10), Err(PackedError::Newer));
        for damaged in ["", "x", "1*", "1AAAA"] {
            assert_eq!(unpack(damaged, 10), Err(PackedError::Damaged), "{damaged}");
        }
    }
}
