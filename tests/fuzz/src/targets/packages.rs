//! Packages, archives, compressed files, and boot images.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::rc::Rc;

use unpack::{BlockPool, EntryKind, Limits, MemorySpools, Opened, PackedBlock, Wanted};

/// Bytes that are read of what comes out. The budget allows more than the fuzzer's memory.
const MOST: u64 = 4 << 20;

/// Any bytes as a package: every entry is read, and the kernel is the same in small pieces and with a pool of blocks.
pub(super) fn run(data: &[u8]) {
    let limits = Limits::default();
    match unpack::open("input.deb", Box::new(data), &limits) {
        Ok(Opened::File(file)) => drain(file),
        Ok(Opened::Package(mut package)) => {
            while let Ok(Some(entry)) = package.next_entry() {
                assert!(
                    !entry
                        .path
                        .split('/')
                        .any(|part| part == ".." || part == ".")
                );
                assert!(!entry.path.starts_with('/'));
                if entry.kind == EntryKind::File
                    && let Ok(content) = package.content()
                {
                    drain(content);
                }
            }
        }
        Err(_) => {}
    }
    let limits = Limits {
        entries: 100,
        ..limits
    };
    let kernel = |input: Box<dyn Read + '_>, pool: Option<Rc<RefCell<dyn BlockPool>>>| {
        let opened = unpack::open_with("input", input, &limits, pool).ok()?;
        let found = unpack::extract(opened, &Wanted::Kernel, &limits, &mut MemorySpools).ok()?;
        Some((found.spool.bytes, found.path))
    };
    if expands(data) {
        return;
    }
    let whole = kernel(Box::new(data), None);
    assert_eq!(kernel(Box::new(Pieces(data)), None), whole);
    let pooled = kernel(
        Box::new(data),
        Some(Rc::new(RefCell::new(Waiting::default()))),
    );
    assert_eq!(pooled, whole);
}

/// Any bytes as a boot image.
pub(super) fn image(data: &[u8]) {
    let limits = Limits::default();
    let _refused = unpack::kernel_of("vmlinuz", &data, &limits, &mut MemorySpools);
    let _banner = unpack::banner(data);
}

/// Whether more comes out than memory is spent on here.
fn expands(data: &[u8]) -> bool {
    match unpack::open("input", Box::new(data), &Limits::default()) {
        Ok(Opened::File(file)) => {
            io::copy(&mut file.take(MOST), &mut io::sink()).is_ok_and(|len| len == MOST)
        }
        _ => false,
    }
}

fn drain(from: impl Read) {
    let _refused = io::copy(&mut from.take(MOST), &mut io::sink());
}

struct Pieces<'a>(&'a [u8]);

impl Read for Pieces<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let step = buf.len().min(7);
        self.0.read(buf.get_mut(..step).unwrap_or_default())
    }
}

/// Decompresses at once.
#[derive(Default)]
struct Waiting(VecDeque<io::Result<Vec<u8>>>);

impl BlockPool for Waiting {
    fn width(&self) -> usize {
        2
    }

    fn submit(&mut self, block: PackedBlock) {
        self.0.push_back(block.unpack());
    }

    fn take(&mut self) -> io::Result<Box<dyn Read>> {
        match self.0.pop_front() {
            Some(bytes) => Ok(Box::new(io::Cursor::new(bytes?))),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn clear(&mut self) {
        self.0.clear();
    }
}
