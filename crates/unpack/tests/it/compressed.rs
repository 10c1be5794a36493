//! Single files of each compressor give their bytes.

use crate::common::{Place, noise, vmlinux};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use unpack::{BlockPool, Error, FileStream, Limits, MemorySpools, Opened, Wanted, XzBlock};

/// Compressors as shell commands from standard input to output. All of them write several blocks or streams of noise.
const COMPRESSORS: [(&str, &str); 17] = [
    ("gz", "gzip -c"),
    (
        "gz",
        "gzip -1 -c x > part && gzip -c /dev/null >> part && cat part",
    ),
    ("xz", "xz -c"),
    ("xz", "xz -c --check=crc32 --x86 --lzma2=preset=6"),
    ("xz", "xz -c --check=sha256 --arm --lzma2=dict=1MiB"),
    ("xz", "xz -c --check=none --delta=dist=4 --lzma2"),
    ("xz", "xz -c --block-size=100000 -T2"),
    ("xz", "xz -c -T1 --block-size=200000"),
    ("lzma", "xz -c --format=lzma"),
    ("lzma", "xz -c --format=lzma -9"),
    ("zst", "zstd -q -c"),
    ("zst", "zstd -q -c --ultra -22 --check"),
    ("bz2", "bzip2 -c -1"),
    ("lz4", "lz4 -q -c"),
    ("lz4", "lz4 -q -c -9 -BD -B4 --content-size"),
    ("lz4", "lz4 -q -c -l"),
    ("lzo", "lzop -c"),
];

#[test]
#[ignore = "needs xz, zstd, bzip2, lz4, lzop"]
fn a_compressed_file_gives_its_bytes() {
    let place = Place::new();
    let mut bytes = vmlinux();
    bytes.extend(noise(300_000));
    bytes.extend(vec![0; 500_000]);
    place.write("x", &bytes);
    for (ending, command) in COMPRESSORS {
        place.shell(&format!("{command} < x > vmlinux.{ending}"));
        let found = place.kernel(&format!("vmlinux.{ending}")).expect(command);
        assert!(found.spool.bytes == bytes, "{command}");
    }
    // Streams one after the other.
    let two = [&bytes[..], &bytes[..]].concat();
    for (ending, command) in [
        ("gz", "gzip -c"),
        ("xz", "xz -c"),
        ("zst", "zstd -q -c"),
        ("bz2", "bzip2 -c"),
        ("lz4", "lz4 -q -c"),
        ("lz4", "lz4 -q -c -l"),
    ] {
        place.shell(&format!(
            "{command} < x > one && cat one one > vmlinux.{ending}"
        ));
        let found = place.kernel(&format!("vmlinux.{ending}")).expect(command);
        assert!(found.spool.bytes == two, "{command}, twice");
    }
}

/// Decompresses at once, and keeps the results until they are taken.
#[derive(Default)]
struct Waiting {
    width: usize,
    blocks: VecDeque<io::Result<Vec<u8>>>,
    most: usize,
    all: usize,
    cleared: bool,
}

impl BlockPool for Waiting {
    fn width(&self) -> usize {
        self.width
    }

    fn submit(&mut self, block: XzBlock) {
        self.blocks.push_back(block.unpack());
        self.most = self.most.max(self.blocks.len());
        self.all += 1;
    }

    fn take(&mut self) -> io::Result<Vec<u8>> {
        self.blocks.pop_front().expect("submitted before")
    }

    fn clear(&mut self) {
        self.blocks.clear();
        self.cleared = true;
    }
}

fn pooled(name: &str, bytes: &[u8], width: usize) -> Result<(Vec<u8>, usize), Error> {
    let pool = Rc::new(RefCell::new(Waiting {
        width,
        ..Waiting::default()
    }));
    let opened = unpack::open_with(
        name,
        Box::new(bytes),
        &Limits::default(),
        Some(pool.clone()),
    )?;
    let Opened::File(file) = opened else {
        panic!("{name} is a file");
    };
    let unpacked = all_of(file)?;
    let pool = pool.borrow();
    assert!(pool.most <= width + 1 && pool.blocks.is_empty());
    assert!(pool.cleared || pool.all == 0);
    Ok((unpacked, pool.all))
}

fn all_of(mut file: FileStream<'_>) -> Result<Vec<u8>, Error> {
    let mut unpacked = Vec::new();
    match file.read_to_end(&mut unpacked) {
        Ok(_) => Ok(unpacked),
        Err(error) => Err(*error.into_inner().unwrap().downcast().unwrap()),
    }
}

fn alone(name: &str, bytes: &[u8]) -> Result<Vec<u8>, Error> {
    match unpack::open(name, Box::new(bytes), &Limits::default())? {
        Opened::File(file) => all_of(file),
        Opened::Package(_) => panic!("{name} is a file"),
    }
}

#[test]
#[ignore = "needs xz"]
fn blocks_of_xz_are_decompressed_one_by_one() {
    let place = Place::new();
    let mut bytes = vmlinux();
    bytes.extend(noise(400_000));
    place.write("x", &bytes);
    for (blocks, command) in [
        (5, "xz -c --block-size=100000 -T2 x"),
        (
            5,
            "xz -c --block-size=100000 -T2 --check=sha256 --x86 --lzma2=preset=1 x",
        ),
        (5, "xz -c --block-size=100000 -T2 --check=none x"),
        (
            10,
            "(xz -c --block-size=100000 -T2 x; head -c 8 /dev/zero; xz -c --block-size=100000 -T2 x)",
        ),
        (0, "xz -c x"),
    ] {
        place.shell(&format!("{command} > x.xz"));
        for width in [0, 1, 2, 3, 8] {
            let (unpacked, all) = pooled("x.xz", &place.read("x.xz"), width).expect(command);
            assert_eq!(all, blocks, "{command}");
            let wanted = bytes.repeat(if blocks == 10 { 2 } else { 1 });
            assert!(unpacked == wanted, "{command}");
        }
    }
}

#[test]
#[ignore = "needs xz"]
fn what_is_said_of_a_damaged_block_does_not_depend_on_who_decompresses() {
    let place = Place::new();
    let mut bytes = vmlinux();
    bytes.extend(noise(400_000));
    place.write("x", &bytes);
    let whole = place
        .shell("xz -c --block-size=100000 -T2 x > x.xz")
        .read("x.xz");
    let mut damaged = Vec::new();
    for at in (0..whole.len()).step_by(whole.len() / 20) {
        let mut flipped = whole.clone();
        flipped[at] ^= 0x41;
        damaged.push(flipped);
        damaged.push(whole[..at].to_vec());
    }
    let mut places = std::collections::BTreeSet::new();
    for bytes in damaged {
        let wanted = alone("x.xz", &bytes);
        for width in [0, 1, 2, 3, 8] {
            match (&wanted, pooled("x.xz", &bytes, width)) {
                (Ok(wanted), Ok((unpacked, _))) => assert!(*wanted == unpacked),
                (Err(wanted), Err(error)) => assert_eq!(wanted.to_string(), error.to_string()),
                (wanted, other) => panic!("{wanted:?} alone, {other:?} with {width}"),
            }
        }
        if let Err(Error::Damaged {
            what: "xz block",
            place,
            ..
        }) = wanted
        {
            places.insert(place.offset);
        }
    }
    // The place is where the block begins.
    assert_eq!(places.len(), 5, "{places:?}");
}

#[test]
#[ignore = "needs xz"]
fn damage_behind_the_kernel_does_not_keep_it_from_coming_out() {
    let place = Place::new();
    place
        .write("boot/vmlinux-1", vmlinux())
        .write("later", noise(600_000));
    place.shell(
        "printf '2.0\\n' > debian-binary && tar -cf data.tar boot later && xz --block-size=100000 -T2 data.tar &&
         ar q x.deb debian-binary data.tar.xz",
    );
    let whole = place.read("x.deb");
    for cut in [whole.len(), whole.len() / 2] {
        for width in [0, 1, 2, 3, 8] {
            let pool = Rc::new(RefCell::new(Waiting {
                width,
                ..Waiting::default()
            }));
            let limits = Limits::default();
            let input = Box::new(&whole[..cut]);
            let opened = unpack::open_with("x.deb", input, &limits, Some(pool)).unwrap();
            let found =
                unpack::extract(opened, &Wanted::Kernel, &limits, &mut MemorySpools).unwrap();
            assert!(found.spool.bytes == vmlinux(), "{cut} bytes, {width}");
        }
    }
}

#[test]
#[ignore = "needs xz"]
fn what_may_come_out_does_not_depend_on_who_decompresses() {
    let place = Place::new();
    // Far more than the first blocks may give; the last ones would allow for it.
    place.shell(
        "(head -c 90000000 /dev/zero; head -c 20000000 /dev/urandom) | xz -0 -c --block-size=10000000 -T2 > x.xz",
    );
    let bytes = place.read("x.xz");
    let wanted = alone("x.xz", &bytes).unwrap_err();
    assert!(matches!(wanted, Error::OverBudget(_)), "{wanted}");
    for width in [0, 1, 2, 3, 8] {
        let error = pooled("x.xz", &bytes, width).unwrap_err();
        assert_eq!(error.to_string(), wanted.to_string(), "{width}");
    }
}

/// A pool that has its blocks only after it was asked for them, as one has that decompresses elsewhere.
#[derive(Default)]
struct Late {
    blocks: VecDeque<XzBlock>,
    asked: bool,
    waits: usize,
}

impl BlockPool for Late {
    fn width(&self) -> usize {
        2
    }

    fn submit(&mut self, block: XzBlock) {
        self.blocks.push_back(block);
    }

    fn take(&mut self) -> io::Result<Vec<u8>> {
        self.asked = false;
        self.blocks.pop_front().expect("submitted before").unpack()
    }

    fn clear(&mut self) {
        self.blocks.clear();
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.blocks.is_empty() || std::mem::replace(&mut self.asked, true) {
            return Poll::Ready(());
        }
        self.waits += 1;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

#[test]
#[ignore = "needs xz"]
fn a_kernel_comes_out_of_blocks_that_are_waited_for() {
    let place = Place::new();
    place.write("early", noise(300_000));
    place.write("boot/vmlinux-1", [vmlinux(), noise(500_000)].concat());
    place.shell("tar -cf - early boot | xz --block-size=100000 -T2 > x.tar.xz");
    let bytes = place.read("x.tar.xz");
    let pool = Rc::new(RefCell::new(Late::default()));
    let limits = Limits::default();
    let input = Box::new(&bytes[..]);
    let opened = unpack::open_with("x.tar.xz", input, &limits, Some(pool.clone())).unwrap();
    let mut spools = MemorySpools;
    let mut work = pin!(unpack::extract_when_ready(
        opened,
        &Wanted::Kernel,
        &limits,
        &mut spools
    ));
    let mut context = Context::from_waker(Waker::noop());
    let found = loop {
        if let Poll::Ready(found) = work.as_mut().poll(&mut context) {
            break found.unwrap();
        }
    };
    assert!(found.spool.bytes == place.read("boot/vmlinux-1"));
    // Once for almost each of the blocks.
    assert!(pool.borrow().waits >= 6, "{}", pool.borrow().waits);
}
