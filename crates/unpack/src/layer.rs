//! A part of an input as a buffered stream that knows its name and position.

use crate::decode::Pool;
use crate::error::{Error, Place};
use budget::{Budget, Resource};
use std::cell::Cell;
use std::future::poll_fn;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

/// Bytes that a layer reads at a time, and the most that can be peeked at.
pub(crate) const BUFFER: usize = 64 << 10;

/// What was read of the input and what came out of it, counted by all layers of a job, and who decompresses blocks for it.
#[derive(Clone)]
pub(crate) struct Meter {
    counts: Rc<Counts>,
    budget: Budget,
    pool: Option<Pool>,
}

#[derive(Debug, Default)]
struct Counts {
    read: Cell<u64>,
    /// Bytes of the input up to the end of the block that comes out, where blocks are read ahead.
    up_to: Cell<Option<u64>>,
    unpacked: Cell<u64>,
}

impl Meter {
    pub(crate) fn new(budget: Budget, pool: Option<Pool>) -> Meter {
        Meter {
            counts: Rc::default(),
            budget,
            pool,
        }
    }

    /// Bytes that were read of the input.
    pub(crate) fn read(&self) -> u64 {
        self.counts.read.get()
    }

    /// Whether the input is read ahead of what comes out.
    pub(crate) fn is_ahead(&self) -> bool {
        self.counts.up_to.get().is_some()
    }

    /// What comes out next is from the first `read` bytes of the input; it may have been read further.
    pub(crate) fn up_to(&self, read: u64) {
        self.counts.up_to.set(Some(read));
    }

    /// Waits for the next block of whoever decompresses blocks elsewhere.
    pub(crate) async fn ready(&self) {
        if let Some(pool) = &self.pool {
            poll_fn(|context| pool.borrow_mut().poll_next(context)).await;
        }
    }

    /// What comes out next is from all that was read of the input.
    pub(crate) fn no_longer_ahead(&self) {
        self.counts.up_to.set(None);
    }

    /// Counts bytes that a decompressor gave.
    pub(crate) fn spend(&self, bytes: u64) -> Result<(), Error> {
        let unpacked = self.counts.unpacked.get().saturating_add(bytes);
        self.counts.unpacked.set(unpacked);
        let read = self.counts.up_to.get().unwrap_or(self.read());
        let mut allowance = self.budget.allowance(Resource::Unpacked, read);
        allowance.spend(unpacked).map_err(Error::OverBudget)
    }
}

/// The input itself, counted. Its errors are told from those of decompressors.
struct Counted<'a> {
    input: Box<dyn Read + 'a>,
    meter: Meter,
}

impl Read for Counted<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let counts = &self.meter.counts;
        match self.input.read(buf) {
            Ok(read) => {
                counts
                    .read
                    .set(counts.read.get().saturating_add(read as u64));
                Ok(read)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => Err(Error::Read {
                offset: counts.read.get(),
                reason: error.to_string(),
            }
            .into()),
        }
    }
}

/// What a decompressor gives, counted.
struct Unpacked<'a> {
    input: Box<dyn Read + 'a>,
    meter: Meter,
}

impl Read for Unpacked<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buf)?;
        self.meter.spend(read as u64)?;
        Ok(read)
    }
}

/// A part of an input, from front to back.
pub(crate) struct Layer<'a> {
    /// Its name in messages and for recognising what it is.
    pub(crate) name: String,
    input: Box<dyn Read + 'a>,
    pub(crate) meter: Meter,
    buffer: Vec<u8>,
    start: usize,
    position: u64,
}

impl<'a> Layer<'a> {
    /// The input itself.
    pub(crate) fn bottom(name: &str, input: Box<dyn Read + 'a>, meter: &Meter) -> Layer<'a> {
        let meter = meter.clone();
        let counted = Counted {
            input,
            meter: meter.clone(),
        };
        Layer::over(name.to_owned(), Box::new(counted), meter)
    }

    /// What a decompressor makes of a layer.
    pub(crate) fn unpacked(name: String, input: Box<dyn Read + 'a>, meter: &Meter) -> Layer<'a> {
        let counted = Unpacked {
            input,
            meter: meter.clone(),
        };
        Layer::over(name, Box::new(counted), meter.clone())
    }

    /// A part of another layer, with the same bytes.
    pub(crate) fn over(name: String, input: Box<dyn Read + 'a>, meter: Meter) -> Layer<'a> {
        Layer {
            name,
            input,
            meter,
            buffer: Vec::new(),
            start: 0,
            position: 0,
        }
    }

    /// Bytes that were taken so far.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// Where the next byte is.
    pub(crate) fn place(&self) -> Place {
        Place {
            part: self.name.clone(),
            offset: self.position,
            entry: None,
        }
    }

    fn buffered(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }

    /// The next bytes without taking them: `most`, or fewer if the layer ends before.
    pub(crate) fn peek(&mut self, most: usize) -> io::Result<&[u8]> {
        let most = most.min(BUFFER);
        if self.buffered().len() < most {
            self.buffer.drain(..self.start);
            self.start = 0;
            let mut have = self.buffer.len();
            self.buffer.resize(BUFFER, 0);
            let mut failed = None;
            while have < most {
                let space = self.buffer.get_mut(have..).unwrap_or_default();
                match self.input.read(space) {
                    Ok(0) => break,
                    Ok(read) => have += read.min(space.len()),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => {
                        failed = Some(error);
                        break;
                    }
                }
            }
            self.buffer.truncate(have);
            if let Some(error) = failed {
                return Err(error);
            }
        }
        let buffered = self.buffered();
        Ok(buffered.get(..most).unwrap_or(buffered))
    }

    /// Fills `buf`.
    pub(crate) fn exact(&mut self, buf: &mut [u8], what: &'static str) -> Result<(), Error> {
        self.read_exact(buf)
            .map_err(|error| Error::of(error, what, || self.place()))
    }

    /// Passes over bytes.
    pub(crate) fn skip(&mut self, mut bytes: u64, what: &'static str) -> Result<(), Error> {
        while bytes > 0 {
            let buffered = self
                .fill_buf()
                .map(<[u8]>::len)
                .map_err(|error| Error::of(error, what, || self.place()))?;
            if buffered == 0 {
                return Err(Error::Cut {
                    what,
                    place: self.place(),
                });
            }
            let step = usize::try_from(bytes).unwrap_or(usize::MAX).min(buffered);
            self.consume(step);
            bytes -= step as u64;
        }
        Ok(())
    }

    /// Puts bytes back that were taken last.
    pub(crate) fn give_back(&mut self, mut bytes: Vec<u8>) {
        self.position = self.position.saturating_sub(bytes.len() as u64);
        bytes.extend_from_slice(self.buffered());
        self.buffer = bytes;
        self.start = 0;
    }

    pub(crate) fn damaged(&self, what: &'static str, reason: impl Into<String>) -> Error {
        Error::Damaged {
            what,
            place: self.place(),
            reason: reason.into(),
        }
    }
}

impl Read for Layer<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.buffered().is_empty() && buf.len() >= BUFFER {
            let read = self.input.read(buf)?;
            self.position += read as u64;
            return Ok(read);
        }
        let available = self.fill_buf()?;
        let step = available.len().min(buf.len());
        if let (Some(to), Some(from)) = (buf.get_mut(..step), available.get(..step)) {
            to.copy_from_slice(from);
        }
        self.consume(step);
        Ok(step)
    }
}

impl BufRead for Layer<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.buffered().is_empty() {
            self.peek(1)?;
        }
        Ok(self.buffered())
    }

    fn consume(&mut self, amount: usize) {
        let amount = amount.min(self.buffered().len());
        self.start += amount;
        self.position += amount as u64;
        // What was given back may have been large.
        if self.start == self.buffer.len() && self.buffer.capacity() > 2 * BUFFER {
            self.buffer = Vec::new();
            self.start = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_peeked_at_is_read_once() {
        let bytes: Vec<u8> = (0..200_000u32).map(|byte| byte as u8).collect();
        let meter = Meter::new(Budget::STANDARD, None);
        let mut layer = Layer::bottom("x", Box::new(&bytes[..]), &meter);
        assert_eq!(layer.peek(5).unwrap(), &bytes[..5]);
        layer.skip(70_000, "x").unwrap();
        assert_eq!(layer.peek(5).unwrap(), &bytes[70_000..70_005]);
        assert_eq!(layer.position(), 70_000);
        let mut rest = Vec::new();
        layer.read_to_end(&mut rest).unwrap();
        assert_eq!(rest, &bytes[70_000..]);
        assert_eq!(meter.read(), 200_000);
        assert!(matches!(layer.skip(1, "x"), Err(Error::Cut { .. })));
    }

    #[test]
    fn what_was_given_back_is_read_again() {
        let bytes: Vec<u8> = (0..400_000u32).map(|byte| byte as u8).collect();
        let meter = Meter::new(Budget::STANDARD, None);
        let mut layer = Layer::bottom("x", Box::new(&bytes[..]), &meter);
        layer.skip(10, "x").unwrap();
        let mut taken = vec![0; 300_000];
        layer.exact(&mut taken, "x").unwrap();
        layer.peek(5).unwrap();
        layer.give_back(taken);
        assert_eq!(layer.position(), 10);
        assert_eq!(layer.peek(5).unwrap(), &bytes[10..15]);
        let mut rest = Vec::new();
        layer.read_to_end(&mut rest).unwrap();
        assert_eq!(rest, &bytes[10..]);
        assert_eq!(meter.read(), 400_000);
        assert!(layer.buffer.capacity() <= 2 * BUFFER);
    }

    #[test]
    fn more_than_the_budget_does_not_come_out() {
        let meter = Meter::new(Budget::STANDARD, None);
        let mut layer = Layer::unpacked("x".to_owned(), Box::new(io::repeat(0)), &meter);
        let error = layer.skip(1 << 40, "x").unwrap_err();
        assert!(matches!(error, Error::OverBudget(_)), "{error}");
    }
}
