//! Zstandard: frames one after the other, with skippable ones between them.

use super::Tail;
use crate::layer::Layer;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::io::{self, Read};

/// The largest window. Kernel builds compress with one of 128 MiB.
pub(super) const WINDOW: u64 = (128 << 20) + 1;
/// Bytes that are decoded before some are handed on.
const STEP: usize = 256 << 10;

/// Frames as a stream.
pub(super) struct Frames<'a> {
    layer: Layer<'a>,
    decoder: FrameDecoder,
    in_frame: bool,
    ended: bool,
    tail: Tail,
    frames: u64,
}

impl<'a> Frames<'a> {
    pub(super) fn new(layer: Layer<'a>, tail: Tail) -> Frames<'a> {
        Frames {
            layer,
            decoder: decoder(),
            in_frame: false,
            ended: false,
            tail,
            frames: 0,
        }
    }

    /// Enters the next frame; at the end of the last one there is none.
    fn next_frame(&mut self) -> io::Result<()> {
        while !self.in_frame && !self.ended {
            if self.frames > 0 && self.tail == Tail::Ignored || self.layer.peek(1)?.is_empty() {
                self.ended = true;
                return Ok(());
            }
            match self.decoder.reset(&mut self.layer) {
                Ok(()) => self.in_frame = true,
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => self.layer.skip(length.into(), "skippable zstd frame")?,
                Err(error) => return Err(refused(error)),
            }
        }
        Ok(())
    }
}

impl Read for Frames<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        loop {
            self.next_frame()?;
            if self.ended {
                return Ok(0);
            }
            let read = decode(&mut self.decoder, &mut self.layer, buf)?;
            if read > 0 {
                return Ok(read);
            }
            if !is_sound(&self.decoder) {
                return Err(crate::Error::Checksum {
                    what: "the zstd frame that ends",
                    place: self.layer.place(),
                }
                .into());
            }
            self.in_frame = false;
            self.frames += 1;
        }
    }
}

/// A single frame.
pub(super) struct Frame<R> {
    packed: R,
    decoder: FrameDecoder,
    in_frame: bool,
}

impl<R: Read> Frame<R> {
    pub(super) fn new(packed: R) -> Frame<R> {
        Frame {
            packed,
            decoder: decoder(),
            in_frame: false,
        }
    }
}

impl<R: Read> Read for Frame<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if !self.in_frame {
            self.decoder.reset(&mut self.packed).map_err(refused)?;
            self.in_frame = true;
        }
        let read = decode(&mut self.decoder, &mut self.packed, buf)?;
        if read == 0 && !buf.is_empty() && !is_sound(&self.decoder) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "its checksum does not match its bytes",
            ));
        }
        Ok(read)
    }
}

fn decoder() -> FrameDecoder {
    let mut decoder = FrameDecoder::new();
    decoder.set_max_window_size(WINDOW);
    decoder
}

/// The next bytes of the frame that was entered; none at its end.
fn decode(decoder: &mut FrameDecoder, input: &mut impl Read, buf: &mut [u8]) -> io::Result<usize> {
    while decoder.can_collect() == 0 && !decoder.is_finished() {
        let strategy = BlockDecodingStrategy::UptoBytes(STEP);
        decoder
            .decode_blocks(&mut *input, strategy)
            .map_err(refused)?;
    }
    decoder.read(buf)
}

/// Whether the bytes of a frame match its checksum, if it has one.
fn is_sound(decoder: &FrameDecoder) -> bool {
    let stored = decoder.get_checksum_from_data();
    stored.is_none() || decoder.get_calculated_checksum() == stored
}

fn refused(error: FrameDecoderError) -> io::Error {
    // An early end of the input is in one of the causes.
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(one) = cause {
        if let Some(io) = one.downcast_ref::<io::Error>()
            && io.kind() == io::ErrorKind::UnexpectedEof
        {
            return io::ErrorKind::UnexpectedEof.into();
        }
        cause = one.source();
    }
    io::Error::other(error)
}
