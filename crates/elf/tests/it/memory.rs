//! Parts of a file for which the system has no memory.

use elf::{Elf, Error, ReadAt, ReadError};
use std::process::Command;

/// What a section claims to have, of a file with holes.
const CLAIMED: u64 = 0xf000_0000;
/// Set in the process that has little memory.
const CHILD: &str = "BTFSCOPE_LITTLE_MEMORY";
const NAME: &str = "memory::a_part_for_which_there_is_no_memory_is_an_error";

const PROGBITS: u32 = 1;
const SYMTAB: u32 = 2;
const STRTAB: u32 = 3;
const RELA: u32 = 4;
const COMPRESSED: u64 = 1 << 11;
/// Where the bytes of sections begin.
const BYTES: u64 = 4096;
const NAMES: &[u8] = b"\0.names\0.large\0.symtab\0.text\0.rela\0";

/// A file of which only the beginning has bytes; the rest is zero, and no part of it is in memory.
struct Holes {
    head: Vec<u8>,
}

impl ReadAt for Holes {
    fn len(&self) -> u64 {
        1 << 40
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        let own = usize::try_from(offset).ok();
        let own = own.and_then(|at| self.head.get(at..)).unwrap_or_default();
        let count = own.len().min(buf.len());
        buf.fill(0);
        buf[..count].copy_from_slice(&own[..count]);
        Ok(())
    }
}

/// A section header: the number of its name among [`NAMES`], its type, flags, size, link, and info.
struct Header(usize, u32, u64, u64, u32, u32);

/// A relocatable file with these sections behind the null one and the table of names.
fn file(sections: &[Header]) -> Holes {
    let mut head = vec![0x7f, b'E', b'L', b'F', 2, 1, 1];
    head.resize(16, 0);
    // ET_REL, x86-64, version 1; no entry, no program headers, section headers behind the file header.
    head.extend([1, 0, 62, 0, 1, 0, 0, 0]);
    for word in [0_u64, 0, 64] {
        head.extend(word.to_le_bytes());
    }
    head.extend([0; 4]);
    for half in [64, 0, 0, 64, 2 + sections.len() as u16, 1] {
        head.extend(u16::to_le_bytes(half));
    }
    let names = Header(1, STRTAB, 0, NAMES.len() as u64, 0, 0);
    let starts: Vec<usize> = (1..NAMES.len()).filter(|&at| NAMES[at - 1] == 0).collect();
    head.resize(64 + 64, 0);
    for Header(name, sh_type, flags, size, link, info) in std::iter::once(&names).chain(sections) {
        head.extend((starts[name - 1] as u32).to_le_bytes());
        head.extend(sh_type.to_le_bytes());
        for word in [*flags, 0, BYTES, *size] {
            head.extend(word.to_le_bytes());
        }
        head.extend(link.to_le_bytes());
        head.extend(info.to_le_bytes());
        head.extend(1_u64.to_le_bytes());
        head.extend(24_u64.to_le_bytes());
    }
    head.resize(BYTES as usize, 0);
    head.extend(NAMES);
    Holes { head }
}

#[track_caller]
fn assert_no_memory<T>(result: Result<T, Error>, name: &str) {
    let error = result.err().expect("the system has less");
    assert!(
        matches!(&error, Error::OutOfMemory { what, .. } if what == name),
        "{error:?}"
    );
    let text = error.to_string();
    assert!(
        text.starts_with(&format!("there is not enough memory for {name} (")),
        "{text}"
    );
}

fn with_little_memory() {
    let read = |source: &Holes, name: &str| {
        let elf = Elf::parse(source)?;
        elf.read_section(source, elf.section(name).expect("it is there"))
    };
    let source = file(&[Header(2, PROGBITS, 0, CLAIMED, 0, 0)]);
    assert_no_memory(read(&source, ".large"), ".large");

    // 3 GB in 64 MB: ELFCOMPRESS_ZLIB, reserved, size, alignment.
    let mut source = file(&[Header(2, PROGBITS, COMPRESSED, 64 << 20, 0, 0)]);
    source.head.truncate(BYTES as usize);
    for word in [1_u64, 3 << 30, 1] {
        source.head.extend(word.to_le_bytes());
    }
    let elf = Elf::parse(&source).expect("its headers are sound");
    assert_no_memory(elf.read_section(&source, &elf.sections[2]), "");

    let source = file(&[Header(3, SYMTAB, 0, CLAIMED, 1, 0)]);
    let elf = Elf::parse(&source).expect("its headers are sound");
    assert_no_memory(elf.symbols(&source), ".symtab");

    let source = file(&[
        Header(3, SYMTAB, 0, CLAIMED, 1, 0),
        Header(4, PROGBITS, 0, 64, 0, 0),
        Header(5, RELA, 0, 24, 2, 3),
    ]);
    assert_no_memory(read(&source, ".text"), ".symtab");

    // More sections than the file header can count: the null section has their number.
    let mut source = file(&[]);
    source.head[60..62].fill(0);
    let size_of_null = 64 + 32;
    source.head[size_of_null..size_of_null + 4].copy_from_slice(&(40_000_000_u32).to_le_bytes());
    assert_no_memory(Elf::parse(&source), "the section header table");
}

#[test]
#[cfg(unix)]
fn a_part_for_which_there_is_no_memory_is_an_error() {
    if std::env::var_os(CHILD).is_some() {
        with_little_memory();
        return;
    }
    let own = std::env::current_exe().expect("a path");
    let ran = Command::new("sh")
        .args(["-c", "ulimit -v 1000000; exec \"$0\" \"$@\""])
        .arg(own)
        .args(["--exact", NAME])
        .env(CHILD, "1")
        .output()
        .expect("a shell");
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success() && said.contains("1 passed"), "{said}");
}
