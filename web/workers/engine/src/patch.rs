//! The patched file, as what to copy and what to write.

use elf::Elf;
use js_sys::Uint8Array;
use protocol::codec::Bytes;
use protocol::job_result::{Change, Patch, Piece};
use workers::source::FileSource;

/// The patched file, or why there is none. `base` is a distilled one, or has no bytes.
pub fn of(source: &FileSource, btf: Vec<u8>, base: Vec<u8>) -> (Option<Patch>, Option<String>) {
    match patch(source, btf, base) {
        Ok(patch) => (Some(patch), None),
        Err(error) => (None, Some(error.to_string())),
    }
}

fn patch(source: &FileSource, btf: Vec<u8>, base: Vec<u8>) -> Result<Patch, elf::Error> {
    let parsed = Elf::parse(source)?;
    let patched = elf::patch_btf_on(&parsed, source, btf.clone(), base.clone())?;
    let pieces = patched.splice.pieces.into_iter().map(|piece| match piece {
        elf::Piece::Copy { offset, len } => Piece::Copy { offset, len },
        // They travel once, whatever they are good for.
        elf::Piece::Bytes(bytes) if bytes == btf => Piece::Btf,
        elf::Piece::Bytes(bytes) if bytes == base => Piece::Base,
        elf::Piece::Bytes(bytes) => Piece::Bytes(Bytes(Uint8Array::from(bytes.as_slice()))),
    });
    let change = match patched.change {
        elf::BtfChange::Replaced => Change::Replaced,
        elf::BtfChange::Appended { loaded } => Change::Appended { loaded },
        // A section is removed when it gets no bytes; types have some. The enum may grow.
        _ => Change::Added,
    };
    Ok(Patch {
        change,
        pieces: pieces.collect(),
    })
}
