//! The same file with its units several times: what growth is measured on.

use std::fs::{self, File, OpenOptions};
use std::io::{Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::path::Path;

use elf::Elf;
use engine_tests::FileSource;
use object::LittleEndian;
use object::elf::{ELFCLASS64, ELFDATA2LSB, FileHeader64, SectionHeader64};

use crate::Trouble;

/// Writes `from` to `to` with `.debug_info` repeated `copies` times, at the end of the file. References of
/// units reach their own unit only, or the first copy.
///
/// # Errors
///
/// When the file is not a 64-bit little-endian ELF file with plain `.debug_info`, when the units are too
/// many for 32-bit offsets, or when writing fails.
pub fn repeat(from: &Path, to: &Path, copies: u64) -> Result<u64, Trouble> {
    let source = FileSource::open(from);
    let parsed = Elf::parse(&source)?;
    let info = parsed
        .section(".debug_info")
        .ok_or("there is no .debug_info")?;
    if info.compression.is_some() || info.relocated {
        return Err(
            ".debug_info is compressed or relocated: it cannot be repeated as it is".into(),
        );
    }
    let size = info.size.checked_mul(copies).ok_or("too many copies")?;
    if u32::try_from(size).is_err() {
        return Err("so many copies do not fit 32-bit offsets".into());
    }
    fs::copy(from, to)?;
    let file = OpenOptions::new().read(true).write(true).open(to)?;
    let mut bytes = vec![0; usize::try_from(info.size)?];
    file.read_exact_at(&mut bytes, info.offset)?;
    let start = (&file).seek(SeekFrom::End(0))?;
    for copy in 0..copies {
        file.write_all_at(&bytes, start + copy * info.size)?;
    }
    point(&file, info.index.0, start, size)?;
    Ok(size)
}

/// Writes place and size of a section into its header.
fn point(file: &File, section: u32, offset: u64, size: u64) -> Result<(), Trouble> {
    let mut head = [0; size_of::<FileHeader64<LittleEndian>>()];
    file.read_exact_at(&mut head, 0)?;
    let (header, _) = object::pod::from_bytes::<FileHeader64<LittleEndian>>(&head)
        .map_err(|()| "no ELF header")?;
    if (header.e_ident.class, header.e_ident.data) != (ELFCLASS64, ELFDATA2LSB) {
        return Err("only 64-bit little-endian files are repeated".into());
    }
    let table = header.e_shoff.get(LittleEndian);
    let entry = u64::from(header.e_shentsize.get(LittleEndian));
    let place = table + u64::from(section) * entry;
    let mut head = [0; size_of::<SectionHeader64<LittleEndian>>()];
    file.read_exact_at(&mut head, place)?;
    let (header, _) = object::pod::from_bytes_mut::<SectionHeader64<LittleEndian>>(&mut head)
        .map_err(|()| "no section header")?;
    header.sh_offset.set(LittleEndian, offset);
    header.sh_size.set(LittleEndian, size);
    Ok(file.write_all_at(&head, place)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::walk::walk;

    #[test]
    fn three_copies_have_three_times_the_entries() {
        let sample = Path::new(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../tests/sample/sample.elf"
        ));
        let out = std::env::temp_dir().join(format!("bench-repeat-{}.elf", std::process::id()));
        repeat(sample, &out, 3).unwrap();
        let (one, three) = (
            walk(&FileSource::open(sample)).unwrap(),
            walk(&FileSource::open(&out)).unwrap(),
        );
        fs::remove_file(&out).unwrap();
        assert!(one.dies > 100 && one.attributes > one.dies);
        assert_eq!(
            (three.units, three.dies, three.attributes),
            (one.units * 3, one.dies * 3, one.attributes * 3)
        );
    }
}
