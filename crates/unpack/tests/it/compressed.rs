//! Single files of each compressor give their bytes.

use crate::common::{Place, noise, vmlinux};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use unpack::{BlockPool, Error, FileStream, Limits, MemorySpools, Opened, PackedBlock, Wanted};

/// Compressors as shell commands from standard input to output. All of them write several blocks or streams of noise.
const COMPRESSORS: [(&str, &str); 18] = [
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
    ("zst", "pzstd -q -c -p 3"),
    ("bz2", "bzip2 -c -1"),
    ("lz4", "lz4 -q -c"),
    ("lz4", "lz4 -q -c -9 -BD -B4 --content-size"),
    ("lz4", "lz4 -q -c -l"),
    ("lzo", "lzop -c"),
];

#[test]
#[ignore = "needs xz, zstd, pzstd, bzip2, lz4, lzop"]
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

    fn submit(&mut self, block: PackedBlock) {
        self.blocks.push_back(block.unpack());
        self.most = self.most.max(self.blocks.len());
        self.all += 1;
    }

    fn take(&mut self) -> io::Result<Box<dyn Read>> {
        let bytes = self.blocks.pop_front().expect("submitted before")?;
        Ok(Box::new(io::Cursor::new(bytes)))
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

/// Shell functions that write a file as several blocks or frames to standard output.
const SEVERAL: &str = "
    blocks() { xz -c --block-size=100000 -T2 $1; }
    frames() { split -b 100000 $1 part. && for part in part.*; do zstd -q --check -c $part; done && rm part.*; }";

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
#[ignore = "needs zstd, pzstd"]
fn frames_of_zstd_are_decompressed_one_by_one() {
    let place = Place::new();
    let mut bytes = vmlinux();
    bytes.extend(noise(400_000));
    place.write("x", &bytes);
    // A skippable frame of five bytes.
    let skippable = r"printf 'Z*M\030\005\000\000\000abcde'";
    for (frames, command) in [
        (5, "frames x".to_owned()),
        // Piped, a frame has no size.
        (
            5,
            "(split -b 100000 x part. && for part in part.*; do zstd -q -c --no-check < $part; done && rm part.*)"
                .to_owned(),
        ),
        (
            6,
            format!("({skippable}; frames x; {skippable}; zstd -q -c < /dev/null; {skippable})"),
        ),
        // A frame is for 2 MiB or more.
        (
            3,
            "(cat x x x x x x x x x x x x > y && pzstd -q -1 -c -p 3 y)".to_owned(),
        ),
        (0, "zstd -q -c x".to_owned()),
        (0, format!("({skippable}; zstd -q -c < x)")),
    ] {
        place.shell(&format!("{SEVERAL}\n{command} > x.zst"));
        for width in [0, 1, 2, 3, 8] {
            let (unpacked, all) = pooled("x.zst", &place.read("x.zst"), width).expect(&command);
            assert_eq!(all, frames, "{command}");
            let times = if command.contains("pzstd") { 12 } else { 1 };
            assert!(unpacked == bytes.repeat(times), "{command}");
        }
    }
}

#[test]
#[ignore = "needs xz, zstd"]
fn what_is_said_of_a_damaged_block_does_not_depend_on_who_decompresses() {
    let place = Place::new();
    let mut bytes = vmlinux();
    bytes.extend(noise(400_000));
    place.write("x", &bytes);
    for (name, command, format) in [
        ("x.xz", "blocks x", "xz block"),
        ("x.zst", "frames x", "zstd frame"),
    ] {
        let whole = place
            .shell(&format!("{SEVERAL}\n{command} > {name}"))
            .read(name);
        let mut damaged = Vec::new();
        for at in (0..whole.len()).step_by(whole.len() / 20) {
            let mut flipped = whole.clone();
            flipped[at] ^= 0x41;
            damaged.push(flipped);
            damaged.push(whole[..at].to_vec());
        }
        let mut places = std::collections::BTreeSet::new();
        for bytes in damaged {
            let wanted = alone(name, &bytes);
            for width in [0, 1, 2, 3, 8] {
                match (&wanted, pooled(name, &bytes, width)) {
                    (Ok(wanted), Ok((unpacked, _))) => assert!(*wanted == unpacked),
                    (Err(wanted), Err(error)) => assert_eq!(wanted.to_string(), error.to_string()),
                    (wanted, other) => panic!("{wanted:?} alone, {other:?} with {width}"),
                }
            }
            if let Err(Error::Damaged { what, place, .. }) = wanted
                && what == format
            {
                places.insert(place.offset);
            }
        }
        // The place is where the block begins.
        assert_eq!(places.len(), 5, "{name}: {places:x?}");
    }
}

#[test]
#[ignore = "needs xz, zstd"]
fn damage_behind_the_kernel_does_not_keep_it_from_coming_out() {
    let place = Place::new();
    place
        .write("boot/vmlinux-1", vmlinux())
        .write("later", noise(600_000));
    for (ending, command) in [("xz", "blocks"), ("zst", "frames")] {
        place.shell(&format!(
            "{SEVERAL}
             printf '2.0\\n' > debian-binary && tar -cf data.tar boot later && {command} data.tar > data.tar.{ending} &&
             ar q x.{ending}.deb debian-binary data.tar.{ending}"
        ));
        let whole = place.read(&format!("x.{ending}.deb"));
        for cut in [whole.len(), whole.len() / 2] {
            for width in [0, 1, 2, 3, 8] {
                let pool = Rc::new(RefCell::new(Waiting {
                    width,
                    ..Waiting::default()
                }));
                let limits = Limits::default();
                let input = Box::new(&whole[..cut]);
                let opened =
                    unpack::open_with("x.deb", input, &limits, Some(pool.clone())).unwrap();
                let found =
                    unpack::extract(opened, &Wanted::Kernel, &limits, &mut MemorySpools).unwrap();
                assert!(found.spool.bytes == vmlinux(), "{cut} bytes, {width}");
                assert!(pool.borrow().all > 0, "{ending}");
            }
        }
    }
}

#[test]
#[ignore = "needs xz, zstd"]
fn what_may_come_out_does_not_depend_on_who_decompresses() {
    let place = Place::new();
    // Far more than the first blocks may give; the last ones would allow for it.
    place.shell(
        "(head -c 80000000 /dev/zero; head -c 10000000 /dev/urandom) > x
         xz -0 -c --block-size=10000000 -T2 x > x.xz
         split -b 10000000 x part. && zstd -q -1 part.* && cat part.*.zst > x.zst && rm part.* x",
    );
    for name in ["x.xz", "x.zst"] {
        let bytes = place.read(name);
        let wanted = alone(name, &bytes).unwrap_err();
        assert!(matches!(wanted, Error::OverBudget(_)), "{wanted}");
        for width in [0, 1, 2, 3, 8] {
            let error = pooled(name, &bytes, width).unwrap_err();
            assert_eq!(error.to_string(), wanted.to_string(), "{name}, {width}");
        }
    }
}

#[test]
#[ignore = "needs xz"]
fn a_stream_behind_blocks_has_the_budget_of_its_own_bytes() {
    let place = Place::new();
    place.shell(
        "(head -c 66000000 /dev/zero; head -c 3000000 /dev/urandom) > x
         (echo | xz -T2 --block-size=1000; xz -0 -T1 -c x) > x.xz",
    );
    let (unpacked, all) = pooled("x.xz", &place.read("x.xz"), 2).unwrap();
    assert_eq!(unpacked.len() as u64, 1 + place.read("x").len() as u64);
    assert_eq!(all, 1);
}

/// A pool that has its blocks only after it was asked for them, as one has that decompresses elsewhere.
#[derive(Default)]
struct Late {
    blocks: VecDeque<PackedBlock>,
    asked: bool,
    waits: usize,
}

impl BlockPool for Late {
    fn width(&self) -> usize {
        2
    }

    fn submit(&mut self, block: PackedBlock) {
        self.blocks.push_back(block);
    }

    fn take(&mut self) -> io::Result<Box<dyn Read>> {
        self.asked = false;
        let bytes = self
            .blocks
            .pop_front()
            .expect("submitted before")
            .unpack()?;
        Ok(Box::new(io::Cursor::new(bytes)))
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
#[ignore = "needs xz, zstd"]
fn a_kernel_comes_out_of_blocks_that_are_waited_for() {
    let place = Place::new();
    place.write("early", noise(300_000));
    place.write("boot/vmlinux-1", [vmlinux(), noise(500_000)].concat());
    for (name, command) in [("x.tar.xz", "blocks"), ("x.tar.zst", "frames")] {
        place.shell(&format!(
            "{SEVERAL}\ntar -cf x.tar early boot && {command} x.tar > {name}"
        ));
        let bytes = place.read(name);
        let pool = Rc::new(RefCell::new(Late::default()));
        let limits = Limits::default();
        let input = Box::new(&bytes[..]);
        let opened = unpack::open_with(name, input, &limits, Some(pool.clone())).unwrap();
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
}
