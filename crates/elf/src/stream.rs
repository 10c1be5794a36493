//! A section from front to back, decompressed on the way.

use std::io;

use flate2::{Decompress, FlushDecompress, Status};
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use crate::error::Error;
use crate::read_at::{ReadAt, ReadError};
use crate::section::{CompressionFormat, Section};

/// Compressed bytes are read in steps of this many.
const READ_STEP: usize = 256 << 10;
/// After bytes were passed over, so many are read: who wants headers alone skips again.
const FIRST_STEP: usize = 4 << 10;

/// So many bytes may follow a compressed stream as padding.
const MAX_PADDING: u64 = 16;

/// A section's bytes from front to back, decompressed on the way: what [`Elf::section_stream`](crate::Elf::section_stream)
/// gives.
///
/// ```
/// let file = std::fs::read("tests/data/inventory.o")?;
/// let elf = elf::Elf::parse(&file)?;
/// let strings = elf.section(".debug_str").expect("compiled with -g");
/// let mut stream = elf.section_stream(&file, strings)?;
/// let mut start = [0; 4];
/// stream.read_exact(&mut start)?;
/// stream.skip(stream.remaining())?; // checks the end of the compressed stream, too
/// assert_eq!(stream.position(), strings.data_size());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SectionStream<'a, R: ReadAt + ?Sized> {
    section: String,
    source: &'a R,
    input: Input,
    codec: Codec,
    position: u64,
    size: u64,
    checked: bool,
}

impl<R: ReadAt + ?Sized> std::fmt::Debug for SectionStream<'_, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SectionStream")
            .field("section", &self.section)
            .field("position", &self.position)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

enum Codec {
    Stored,
    Zlib {
        decoder: Box<Decompress>,
        ended: bool,
    },
    Zstd {
        decoder: Box<FrameDecoder>,
        in_frame: bool,
    },
}

impl<'a, R: ReadAt + ?Sized> SectionStream<'a, R> {
    /// The section's bounds are checked by the caller.
    pub(crate) fn new(source: &'a R, section: &Section) -> SectionStream<'a, R> {
        let (codec, header) = match section.compression {
            Some(compression) => {
                let codec = match compression.format {
                    CompressionFormat::Zlib | CompressionFormat::GnuZlib => Codec::Zlib {
                        decoder: Box::new(Decompress::new(true)),
                        ended: false,
                    },
                    CompressionFormat::Zstd => Codec::Zstd {
                        decoder: Box::new(FrameDecoder::new()),
                        in_frame: false,
                    },
                    CompressionFormat::Other(_) => Codec::Stored,
                };
                (codec, compression.header_size)
            }
            None => (Codec::Stored, 0),
        };
        let end = section.offset.saturating_add(section.file_size());
        SectionStream {
            section: section.name.clone(),
            source,
            input: Input {
                next: section.offset.saturating_add(header).min(end),
                end,
                buffer: Vec::new(),
                start: 0,
                step: READ_STEP,
                failed: None,
            },
            codec,
            position: 0,
            size: section.data_size(),
            checked: false,
        }
    }

    /// Bytes given out so far.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Bytes in all, after decompression.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Bytes still to come.
    #[must_use]
    pub fn remaining(&self) -> u64 {
        self.size.saturating_sub(self.position)
    }

    /// Fills `buf` with the next bytes. With the last of them, the stream's end and checksum are checked.
    ///
    /// # Errors
    /// The section has fewer bytes left, or does not decompress to the size it claims.
    pub fn read_exact(&mut self, buf: &mut [u8]) -> Result<(), Error> {
        let wanted = buf.len() as u64;
        if wanted > self.remaining() {
            return Err(Error::RangeBeyondSection {
                section: self.section.clone(),
                start: self.position,
                end: self.position.saturating_add(wanted),
                size: self.size,
            });
        }
        let produced = self.produce(buf, false)? as u64;
        self.position += produced;
        if produced < wanted {
            return Err(self.bad(format!("the stream ends before its {} bytes", self.size)));
        }
        if self.position == self.size && !self.checked {
            self.checked = true;
            if !matches!(self.codec, Codec::Stored) && self.produce(&mut [0], true)? != 0 {
                return Err(self.bad("the stream goes on beyond its size".to_owned()));
            }
        }
        Ok(())
    }

    /// Passes over the next bytes.
    ///
    /// # Errors
    /// As [`SectionStream::read_exact`].
    pub fn skip(&mut self, count: u64) -> Result<(), Error> {
        if matches!(self.codec, Codec::Stored) && count <= self.remaining() {
            self.input.skip(count);
            self.position += count;
            return Ok(());
        }
        let mut left = count;
        let mut scratch = vec![0; usize::try_from(left).unwrap_or(READ_STEP).min(READ_STEP)];
        while left > 0 {
            let step = usize::try_from(left)
                .unwrap_or(READ_STEP)
                .min(scratch.len());
            let Some(part) = scratch.get_mut(..step) else {
                break;
            };
            self.read_exact(part)?;
            left -= step as u64;
        }
        Ok(())
    }

    fn bad(&self, reason: String) -> Error {
        Error::BadCompression {
            section: self.section.clone(),
            position: self.position,
            reason,
        }
    }

    /// Fills `out` as far as the stream goes. `last` says that no more bytes are expected.
    fn produce(&mut self, out: &mut [u8], last: bool) -> Result<usize, Error> {
        let input = &mut self.input;
        let produced = match &mut self.codec {
            Codec::Stored => Reader {
                source: &self.source,
                input,
            }
            .read_stored(out)
            .map_err(Stopped::Read),
            codec => decompress(&self.source, input, codec, out, last),
        };
        match produced {
            Ok(produced) => Ok(produced),
            Err(Stopped::Read(error)) => Err(error.into()),
            Err(Stopped::Bad(reason)) => Err(self.bad(reason)),
        }
    }
}

/// Why no more bytes come.
enum Stopped {
    Read(ReadError),
    Bad(String),
}

/// The decoders are large and the sources many: one copy of them serves all.
#[inline(never)]
fn decompress(
    source: &dyn ReadAt,
    input: &mut Input,
    codec: &mut Codec,
    out: &mut [u8],
    last: bool,
) -> Result<usize, Stopped> {
    let mut reader = Reader { source, input };
    let result = match codec {
        Codec::Stored => Ok(0),
        Codec::Zlib { decoder, ended } => inflate(&mut reader, decoder, ended, out, last),
        Codec::Zstd { decoder, in_frame } => unpack_zstd(&mut reader, decoder, in_frame, out, last),
    };
    match input.failed.take() {
        Some(failed) => Err(Stopped::Read(failed)),
        None => result.map_err(Stopped::Bad),
    }
}

/// A section may hold several zlib streams one after the other: linkers join what assemblers wrote.
fn inflate(
    reader: &mut Reader<'_>,
    decoder: &mut Decompress,
    ended: &mut bool,
    out: &mut [u8],
    last: bool,
) -> Result<usize, String> {
    let mut filled = 0;
    while let Some(room) = out.get_mut(filled..).filter(|room| !room.is_empty()) {
        if *ended {
            if reader.input.remaining() == 0 || (last && reader.input.remaining() <= MAX_PADDING) {
                break;
            }
            decoder.reset(true);
            *ended = false;
        }
        let (before_in, before_out) = (decoder.total_in(), decoder.total_out());
        let bytes = reader.fill().map_err(|error| error.to_string())?;
        let status = decoder
            .decompress(bytes, room, FlushDecompress::None)
            .map_err(|error| error.to_string())?;
        let consumed = decoder.total_in().saturating_sub(before_in) as usize;
        let produced = decoder.total_out().saturating_sub(before_out) as usize;
        reader.input.consume(consumed);
        filled += produced;
        *ended = status == Status::StreamEnd;
        if consumed == 0 && produced == 0 && !*ended {
            return Err("its zlib stream breaks off".to_owned());
        }
    }
    Ok(filled)
}

/// A section may hold several zstd frames: linkers compress in parallel.
fn unpack_zstd(
    reader: &mut Reader<'_>,
    decoder: &mut FrameDecoder,
    in_frame: &mut bool,
    out: &mut [u8],
    last: bool,
) -> Result<usize, String> {
    let mut filled = 0;
    while let Some(room) = out.get_mut(filled..).filter(|room| !room.is_empty()) {
        if !*in_frame {
            if reader.input.remaining() == 0 || (last && reader.input.remaining() <= MAX_PADDING) {
                break;
            }
            match decoder.reset(&mut *reader) {
                Ok(()) => *in_frame = true,
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => reader.input.skip(u64::from(length)),
                Err(error) => return Err(error.to_string()),
            }
            continue;
        }
        let produced = io::Read::read(decoder, room).map_err(|error| error.to_string())?;
        filled += produced;
        if produced != 0 {
            continue;
        }
        if decoder.is_finished() {
            *in_frame = false;
            if let Some(stored) = decoder.get_checksum_from_data()
                && decoder.get_calculated_checksum() != Some(stored)
            {
                return Err("a zstd frame's checksum does not match".to_owned());
            }
        } else {
            decoder
                .decode_blocks(&mut *reader, BlockDecodingStrategy::UptoBlocks(1))
                .map_err(|error| error.to_string())?;
        }
    }
    Ok(filled)
}

/// A range of the source, read in steps.
struct Input {
    /// The next byte to read from the source.
    next: u64,
    end: u64,
    buffer: Vec<u8>,
    /// The first byte in `buffer` that is not consumed.
    start: usize,
    /// How many bytes are read next.
    step: usize,
    /// What the source said, when a codec saw only an `io::Error`.
    failed: Option<ReadError>,
}

impl Input {
    fn buffered(&self) -> usize {
        self.buffer.len().saturating_sub(self.start)
    }

    fn remaining(&self) -> u64 {
        self.end.saturating_sub(self.next) + self.buffered() as u64
    }

    fn consume(&mut self, count: usize) {
        self.start = self.start.saturating_add(count).min(self.buffer.len());
    }

    fn skip(&mut self, count: u64) {
        let buffered = self.buffered() as u64;
        if count <= buffered {
            self.consume(count as usize);
        } else {
            self.start = self.buffer.len();
            self.step = FIRST_STEP;
            self.next = self.next.saturating_add(count - buffered).min(self.end);
        }
    }
}

/// The range with its source.
struct Reader<'i> {
    source: &'i dyn ReadAt,
    input: &'i mut Input,
}

impl Reader<'_> {
    /// Bytes at hand; none at the end.
    fn fill(&mut self) -> Result<&[u8], ReadError> {
        if self.input.buffered() == 0 {
            let left = self.input.end.saturating_sub(self.input.next);
            let step = self.input.step;
            let step = usize::try_from(left).unwrap_or(step).min(step);
            self.input.step = self.input.step.saturating_mul(2).min(READ_STEP);
            self.input.start = 0;
            self.input.buffer.resize(step, 0);
            if let Err(error) = self.source.read_at(self.input.next, &mut self.input.buffer) {
                self.input.buffer.clear();
                self.input.failed = Some(error.clone());
                return Err(error);
            }
            self.input.next += step as u64;
        }
        Ok(self
            .input
            .buffer
            .get(self.input.start..)
            .unwrap_or_default())
    }

    /// Large reads go past the buffer.
    fn read_stored(&mut self, out: &mut [u8]) -> Result<usize, ReadError> {
        let mut filled = 0;
        while let Some(room) = out.get_mut(filled..).filter(|room| !room.is_empty()) {
            if self.input.buffered() == 0 && room.len() >= READ_STEP {
                let left = self.input.end.saturating_sub(self.input.next);
                let step = usize::try_from(left).unwrap_or(usize::MAX).min(room.len());
                let Some(direct) = room.get_mut(..step).filter(|direct| !direct.is_empty()) else {
                    break;
                };
                self.source.read_at(self.input.next, direct)?;
                self.input.next += step as u64;
                filled += step;
                continue;
            }
            let bytes = self.fill()?;
            let step = bytes.len().min(room.len());
            if step == 0 {
                break;
            }
            for (to, from) in room.iter_mut().zip(bytes) {
                *to = *from;
            }
            self.input.consume(step);
            filled += step;
        }
        Ok(filled)
    }
}

impl io::Read for Reader<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let bytes = self.fill().map_err(io::Error::other)?;
        let step = bytes.len().min(buf.len());
        for (to, from) in buf.iter_mut().zip(bytes) {
            *to = *from;
        }
        self.input.consume(step);
        Ok(step)
    }
}
