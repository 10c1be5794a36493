//! Single files of each compressor give their bytes.

use crate::common::{Place, noise, vmlinux};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::rc::Rc;
use unpack::{BlockPool, Error, Limits, Opened, XzBlock};

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
    blocks: VecDeque<io::Result<Vec<u8>>>,
    most: usize,
    all: usize,
}

impl BlockPool for Waiting {
    fn width(&self) -> usize {
        3
    }

    fn submit(&mut self, block: XzBlock) {
        self.blocks.push_back(block.unpack());
        self.most = self.most.max(self.blocks.len());
        self.all += 1;
    }

    fn take(&mut self) -> io::Result<Vec<u8>> {
        self.blocks.pop_front().expect("submitted before")
    }
}

fn pooled(name: &str, bytes: &[u8]) -> Result<(Vec<u8>, usize), Error> {
    let pool = Rc::new(RefCell::new(Waiting::default()));
    let opened = unpack::open_with(
        name,
        Box::new(bytes),
        &Limits::default(),
        Some(pool.clone()),
    )?;
    let Opened::File(mut file) = opened else {
        panic!("{name} is a file");
    };
    let mut unpacked = Vec::new();
    let read = file.read_to_end(&mut unpacked);
    drop(file);
    let pool = pool.borrow();
    assert!(pool.most <= 4 && pool.blocks.is_empty());
    match read {
        Ok(_) => Ok((unpacked, pool.all)),
        Err(error) => Err(*error.into_inner().unwrap().downcast().unwrap()),
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
        let (unpacked, all) = pooled("x.xz", &place.read("x.xz")).expect(command);
        assert_eq!(all, blocks, "{command}");
        let wanted = bytes.repeat(if blocks == 10 { 2 } else { 1 });
        assert!(unpacked == wanted, "{command}");
    }
    let mut damaged = place
        .shell("xz -c --block-size=100000 -T2 x > x.xz")
        .read("x.xz");
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    let error = pooled("x.xz", &damaged).unwrap_err().to_string();
    assert!(error.contains("xz stream"), "{error}");
    let cut = damaged.get(..middle).unwrap();
    assert!(pooled("x.xz", cut).is_err());
}
