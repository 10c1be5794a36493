//! The patched file, as what to copy and what to write.

use elf::{Elf, NewSection};
use js_sys::Uint8Array;
use protocol::codec::Bytes;
use protocol::job_result::{Change, Patch, Piece};
use workers::source::FileSource;

/// The sections of a result; one without bytes is not in the patched file.
pub struct Sections {
    /// `.BTF`.
    pub btf: Vec<u8>,
    /// `.BTF.base`, of a distilled base.
    pub base: Vec<u8>,
    /// `.BTF.inline`. The ids in one that the file has are those of other types.
    pub inline: Vec<u8>,
}

/// The patched file, or why there is none.
pub fn of(source: &FileSource, sections: Sections) -> (Option<Patch>, Option<String>) {
    match patch(source, sections) {
        Ok(patch) => (Some(patch), None),
        Err(error) => (None, Some(error.to_string())),
    }
}

fn patch(source: &FileSource, sections: Sections) -> Result<Patch, elf::Error> {
    let parsed = Elf::parse(source)?;
    let Sections { btf, base, inline } = sections;
    let all = [(".BTF", btf), (".BTF.base", base), (".BTF.inline", inline)];
    let new = all
        .into_iter()
        .filter(|(name, bytes)| !bytes.is_empty() || parsed.section(name).is_some())
        .map(|(name, bytes)| NewSection {
            name: name.to_owned(),
            bytes,
            align: 8,
        });
    let patched = elf::patch_sections(&parsed, source, new.collect())?;
    let pieces = patched.splice.pieces.into_iter().map(|piece| match piece {
        elf::Piece::Copy { offset, len } => Piece::Copy { offset, len },
        // The page has the bytes of these already.
        elf::Piece::Section { name, .. } if name == ".BTF" => Piece::Btf,
        elf::Piece::Section { name, .. } if name == ".BTF.base" => Piece::Base,
        elf::Piece::Section { name, .. } if name == ".BTF.inline" => Piece::Inline,
        elf::Piece::Section { bytes, .. } | elf::Piece::Bytes(bytes) => {
            Piece::Bytes(Bytes(Uint8Array::from(bytes.as_slice())))
        }
    });
    // That of `.BTF`, which comes first.
    let change = match patched.changes.into_iter().next() {
        Some(elf::SectionChange::Replaced) => Change::Replaced,
        Some(elf::SectionChange::Appended { loaded }) => Change::Appended { loaded },
        // A section is removed when it gets no bytes; types have some. The enum may grow.
        _ => Change::Added,
    };
    Ok(Patch {
        change,
        pieces: pieces.collect(),
    })
}
