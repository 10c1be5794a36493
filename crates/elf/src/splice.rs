//! A new file as a list of ranges of an old one and new bytes between them.

use crate::read_at::{ReadAt, ReadError};

/// Ranges are copied in steps of this many bytes.
const COPY_STEP: usize = 1 << 20;

/// A part of a new file. A range can be copied by the system, or be a slice of a browser's `Blob`, without passing
/// through memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A range of the old file.
    Copy {
        /// Where the range starts in the old file.
        offset: u64,
        /// Length of the range in bytes.
        len: u64,
    },
    /// The contents of a section that was added or replaced.
    Section {
        /// The section's name, as the new file has it.
        name: String,
        /// The section's bytes.
        bytes: Vec<u8>,
    },
    /// Other bytes that the old file does not have: headers, names, padding.
    Bytes(Vec<u8>),
}

impl Piece {
    /// Length of the piece in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        match self {
            Piece::Copy { len, .. } => *len,
            Piece::Section { bytes, .. } | Piece::Bytes(bytes) => bytes.len() as u64,
        }
    }

    /// Whether the piece has no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A new file: its pieces one after the other.
///
/// ```
/// use elf::{Piece, ReadError, Splice};
///
/// let old = b"an old file".to_vec();
/// let splice = Splice {
///     pieces: vec![Piece::Bytes(b"a new".to_vec()), Piece::Copy { offset: 6, len: 5 }],
/// };
/// let mut new: Vec<u8> = Vec::new();
/// splice.write_to(&old, &mut |bytes| Ok::<(), ReadError>(new.extend(bytes)))?;
/// assert_eq!(new, b"a new file");
/// # Ok::<(), ReadError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Splice {
    /// The pieces in order. Those that this crate makes are not empty.
    pub pieces: Vec<Piece>,
}

impl Splice {
    /// The length of the new file in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.pieces.iter().map(Piece::len).sum()
    }

    /// Whether the new file has no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pieces.iter().all(Piece::is_empty)
    }

    pub(crate) fn push(&mut self, piece: Piece) {
        if !piece.is_empty() {
            self.pieces.push(piece);
        }
    }

    /// Gives the new file's bytes to `sink` in order. `source` is the old file, from which at most 1 MiB is read at a time.
    ///
    /// # Errors
    /// Those of reading `source`, and those of `sink`.
    pub fn write_to<R, E>(
        &self,
        source: &R,
        sink: &mut dyn FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E>
    where
        R: ReadAt + ?Sized,
        E: From<ReadError>,
    {
        let mut buffer = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Section { bytes, .. } | Piece::Bytes(bytes) => sink(bytes)?,
                Piece::Copy { offset, len } => {
                    let mut done = 0;
                    while done < *len {
                        let step = usize::try_from(len - done)
                            .unwrap_or(COPY_STEP)
                            .min(COPY_STEP);
                        buffer.resize(step, 0);
                        source.read_at(offset.saturating_add(done), &mut buffer)?;
                        sink(&buffer)?;
                        done += step as u64;
                    }
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_in_order_and_in_steps() {
        let source: Vec<u8> = (0..3_000_000u32).map(|n| n as u8).collect();
        let splice = Splice {
            pieces: vec![
                Piece::Bytes(b"head".to_vec()),
                Piece::Copy {
                    offset: 10,
                    len: 2_500_000,
                },
                Piece::Bytes(b"tail".to_vec()),
            ],
        };
        let (mut written, mut largest) = (Vec::new(), 0);
        splice
            .write_to::<_, ReadError>(&source, &mut |bytes| {
                largest = largest.max(bytes.len());
                written.extend_from_slice(bytes);
                Ok(())
            })
            .expect("inside");
        assert_eq!(largest, COPY_STEP);
        assert_eq!(written.len() as u64, splice.len());
        assert_eq!(written, [b"head", &source[10..2_500_010], b"tail"].concat());
    }

    #[test]
    fn a_source_that_ends_is_an_error() {
        let splice = Splice {
            pieces: vec![Piece::Copy { offset: 2, len: 3 }],
        };
        let result = splice.write_to::<_, ReadError>(&b"abcd".to_vec(), &mut |_| Ok(()));
        assert_eq!(result, Err(ReadError::end_of_source(2, 3)));
    }
}
