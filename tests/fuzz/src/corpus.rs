//! The committed corpus: for each target an archive of inputs, `fuzz/corpus/NAME.tar.gz`.
//!
//! One compressed file for each target is a tenth of the inputs as files of their own.

use std::io::{self, Read};

use flate2::read::GzDecoder;

/// The inputs of an archive, each with its name.
///
/// # Errors
///
/// If the bytes are not those of such an archive.
pub fn read(archive: &[u8]) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut inputs = Vec::new();
    for entry in tar::Archive::new(GzDecoder::new(archive)).entries()? {
        let mut entry = entry?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let name = entry.path()?.to_string_lossy().into_owned();
        let mut input = Vec::new();
        entry.read_to_end(&mut input)?;
        inputs.push((name, input));
    }
    Ok(inputs)
}
