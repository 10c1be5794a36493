//! What a part of an address carries: a letter that names its form, then bytes, deflated, as letters, digits, `-` and `_`.

use crate::SetupError;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::read::{DeflateDecoder, DeflateEncoder};
use std::io::Read;

/// The letters for these bytes.
pub(crate) fn packed(form: char, plain: &[u8]) -> String {
    let mut packed = Vec::new();
    // Reading from memory does not fail.
    let _ = DeflateEncoder::new(plain, Compression::best()).read_to_end(&mut packed);
    format!("{form}{}", URL_SAFE_NO_PAD.encode(packed))
}

/// The bytes of the letters behind the form; at most `longest`, whatever they inflate to.
pub(crate) fn unpacked(letters: &str, longest: u64) -> Result<Vec<u8>, SetupError> {
    let packed = URL_SAFE_NO_PAD
        .decode(letters)
        .map_err(|_| SetupError::Damaged)?;
    let mut plain = Vec::new();
    DeflateDecoder::new(packed.as_slice())
        .take(longest + 1)
        .read_to_end(&mut plain)
        .map_err(|_| SetupError::Damaged)?;
    match plain.len() as u64 > longest {
        true => Err(SetupError::TooMuch),
        false => Ok(plain),
    }
}
