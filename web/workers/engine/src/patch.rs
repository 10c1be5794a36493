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
    let patched = elf::patch_btf_on(&parsed, source, btf, base)?;
    let pieces = patched.splice.pieces.into_iter().map(|piece| match piece {
        elf::Piece::Copy { offset, len } => Piece::Copy { offset, len },
        // The page has the bytes of these two already.
        elf::Piece::Section { name, .. } if name == ".BTF" => Piece::Btf,
        elf::Piece::Section { name, .. } if name == ".BTF.base" => Piece::Base,
        elf::Piece::Section { bytes, .. } | elf::Piece::Bytes(bytes) => {
            Piece::Bytes(Bytes(Uint8Array::from(bytes.as_slice())))
        }
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
