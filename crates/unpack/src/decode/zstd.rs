//! Zstandard: frames one after the other, with skippable ones between them.

use super::Tail;
use crate::layer::Layer;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::io::{self, Read};

/// The largest window. Kernel builds compress with one of 128 MiB.
const WINDOW: u64 = (128 << 20) + 1;
/// Bytes that are decoded before some are handed on.
const STEP: usize = 256 << 10;

pub(crate) struct Frames<'a> {
    layer: Layer<'a>,
    decoder: FrameDecoder,
    in_frame: bool,
    ended: bool,
    tail: Tail,
    frames: u64,
}

impl<'a> Frames<'a> {
    pub(crate) fn new(layer: Layer<'a>, tail: Tail) -> Frames<'a> {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(WINDOW);
        Frames {
            layer,
            decoder,
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

    fn check(&mut self) -> io::Result<()> {
        let calculated = self.decoder.get_calculated_checksum();
        match self.decoder.get_checksum_from_data() {
            Some(stored) if calculated != Some(stored) => Err(crate::Error::Checksum {
                what: "the zstd frame that ends",
                place: self.layer.place(),
            }
            .into()),
            _ => Ok(()),
        }
    }
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
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let strategy = BlockDecodingStrategy::UptoBytes(STEP);
                self.decoder
                    .decode_blocks(&mut self.layer, strategy)
                    .map_err(refused)?;
            }
            let read = self.decoder.read(buf)?;
            if read > 0 {
                return Ok(read);
            }
            self.check()?;
            self.in_frame = false;
            self.frames += 1;
        }
    }
}
