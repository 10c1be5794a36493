//! ELF files: everything that `elf` offers.

use elf::{Elf, ReadError};

/// Sections of which everything is read.
const MOST_SECTIONS: usize = 64;

/// Reads a file in all ways, and adds BTF to it.
pub fn run(data: &[u8]) {
    let Ok(file) = Elf::parse(data) else { return };
    if let Ok(symbols) = file.symbols(data) {
        symbols.iter().count();
    }
    for section in file.sections.iter().take(MOST_SECTIONS) {
        let _ = file.read_section(data, section);
        let _ = file.read_section_unrelocated(data, section);
        let middle = section.data_size() / 2;
        let _ = file.read_section_range(data, section, middle..middle.saturating_add(16));
        let Ok(mut stream) = file.section_stream(data, section) else {
            continue;
        };
        let mut buffer = [0; 64];
        while stream.remaining() > 64 && stream.read_exact(&mut buffer).is_ok() {
            let _ = stream.skip(4096);
        }
    }
    let _ = file.read_sections_named(data, ".BTF");
    patch(&file, data);
}

/// A file to which a section was added is an ELF file with that section.
fn patch(file: &Elf, data: &[u8]) {
    const BTF: [u8; 4] = [0x9f, 0xeb, 1, 0];
    let Ok(patched) = elf::patch_btf(file, data, BTF.to_vec()) else {
        return;
    };
    let mut bytes = Vec::new();
    let written = patched.splice.write_to(data, &mut |part: &[u8]| {
        bytes.extend_from_slice(part);
        Ok::<(), ReadError>(())
    });
    if written.is_err() {
        return;
    }
    let again = Elf::parse(bytes.as_slice()).expect("a patched file is an ELF file");
    let found = again.read_sections_named(bytes.as_slice(), ".BTF");
    let found = found.expect("the added section can be read");
    assert_eq!(
        found, BTF,
        "the added section has the bytes that were added"
    );
}
