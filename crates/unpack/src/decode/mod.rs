//! Decompressors over layers.

pub(crate) mod block;
mod blocks;
mod lz4;
mod lzo;
mod unpacked_block;
mod xz_blocks;
mod xz_format;
mod zstd;
mod zstd_blocks;
mod zstd_frame;

use crate::error::Error;
use crate::format::Compression;
use crate::layer::{Layer, Meter};
use block::{BlockPool, OneByOne};
use blocks::{Blocks, Cutter};
use std::cell::RefCell;
use std::io::{self, Read};
use std::rc::Rc;
use xz_blocks::XzBlocks;
use zstd_blocks::ZstdBlocks;

/// KiB of memory that an LZMA dictionary may take. `xz -9` takes 64 MiB, kernel builds take 128 MiB at most.
const DICTIONARY_KIB: u32 = 192 << 10;

/// What may follow a compressed stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tail {
    /// Further streams, and nothing else: a file.
    Streams,
    /// Anything: a boot image has its size, or more of itself, behind the payload.
    Ignored,
}

/// Who decompresses blocks at the same time.
pub(crate) type Pool = Rc<RefCell<dyn BlockPool>>;

/// What comes out of a compressed layer.
pub(crate) fn open<'a>(
    compression: Compression,
    layer: Layer<'a>,
    tail: Tail,
    pool: Option<&Pool>,
) -> Result<Layer<'a>, Error> {
    let meter = layer.meter.clone();
    let name = Compression::without_ending(&layer.name).to_owned();
    let decoder = named(compression, layer, tail, pool)?;
    Ok(Layer::unpacked(name, decoder, &meter))
}

fn named<'a>(
    compression: Compression,
    layer: Layer<'a>,
    tail: Tail,
    pool: Option<&Pool>,
) -> Result<Box<dyn Read + 'a>, Error> {
    let what = what(compression);
    let part = layer.name.clone();
    let meter = layer.meter.clone();
    let several = tail == Tail::Streams;
    let inner: Box<dyn Read + 'a> = match compression {
        Compression::Gzip if several => Box::new(flate2::bufread::MultiGzDecoder::new(layer)),
        Compression::Gzip => Box::new(flate2::bufread::GzDecoder::new(layer)),
        Compression::Xz if several => blocks(Box::new(XzBlocks::new(layer)), pool, &meter),
        Compression::Xz => Box::new(xz(layer, false)),
        Compression::Lzma => {
            let place = layer.place();
            let opened = lzma_rust2::LzmaReader::new_mem_limit(layer, DICTIONARY_KIB, None);
            Box::new(opened.map_err(|error| Error::of(error, what, || place))?)
        }
        Compression::Zstd if several => blocks(Box::new(ZstdBlocks::new(layer)), pool, &meter),
        Compression::Zstd => Box::new(zstd::Frames::new(layer, tail)),
        Compression::Bzip2 if several => Box::new(bzip2::bufread::MultiBzDecoder::new(layer)),
        Compression::Bzip2 => Box::new(bzip2::bufread::BzDecoder::new(layer)),
        Compression::Lz4 => Box::new(lz4::Frames::new(layer, tail)),
        Compression::Lz4Legacy => Box::new(lz4::Legacy::new(layer, tail)),
        Compression::Lzo => Box::new(lzo::Lzop::open(layer)?),
    };
    Ok(Box::new(Named {
        inner,
        what,
        part,
        read: move || meter.read(),
    }))
}

fn blocks<'a>(
    cutter: Box<dyn Cutter<'a> + 'a>,
    pool: Option<&Pool>,
    meter: &Meter,
) -> Box<dyn Read + 'a> {
    let pool = pool.cloned();
    let pool = pool.unwrap_or_else(|| Rc::new(RefCell::new(OneByOne::default())));
    Box::new(Blocks::new(cutter, pool, meter.clone()))
}

pub(crate) fn xz<R: Read>(layer: R, several: bool) -> lzma_rust2::XzReader<R> {
    lzma_rust2::XzReader::new_mem_limit(layer, several, DICTIONARY_KIB)
}

fn what(compression: Compression) -> &'static str {
    match compression {
        Compression::Gzip => "gzip stream",
        Compression::Xz => "xz stream",
        Compression::Lzma => "lzma stream",
        Compression::Zstd => "zstd frame",
        Compression::Bzip2 => "bzip2 stream",
        Compression::Lz4 => "lz4 frame",
        Compression::Lz4Legacy => "lz4 block",
        Compression::Lzo => "lzo block",
    }
}

/// Gives the errors of a decompressor the names of format and file, and the offset that was reached in the input.
struct Named<'a, F> {
    inner: Box<dyn Read + 'a>,
    what: &'static str,
    part: String,
    read: F,
}

impl<F: Fn() -> u64> Read for Named<'_, F> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self.inner.read(buf) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => Err(Error::of(error, self.what, || crate::Place {
                part: format!("the input, in {}", self.part),
                offset: (self.read)(),
                entry: None,
            })
            .into()),
            read => read,
        }
    }
}
