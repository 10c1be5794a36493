//! Sections' bytes: whole, by range, or as a stream.

use std::ops::Range;

use crate::error::Error;
use crate::parse::{Elf, check_extent};
use crate::read_at::ReadAt;
use crate::section::{CompressionFormat, Section};
use crate::stream::SectionStream;

/// Deflate cannot do better than 1032 to 1; debug information packed by zstd does not come near.
const MAX_RATIO: u64 = 1100;

/// Small sections may exceed the ratio: what they claim costs little to check.
const ALWAYS_PLAUSIBLE: u64 = 16 << 20;

impl Elf {
    /// The section's bytes: decompressed, and relocated when the file is `ET_REL`.
    ///
    /// # Errors
    /// The section runs past the end of the file, does not decompress to its size, or has a
    /// relocation that is not known.
    pub fn read_section<R: ReadAt + ?Sized>(
        &self,
        source: &R,
        section: &Section,
    ) -> Result<Vec<u8>, Error> {
        let mut bytes = self.read_section_unrelocated(source, section)?;
        if section.relocated {
            self.relocate(source, section, &mut bytes)?;
        }
        Ok(bytes)
    }

    /// The section's bytes, decompressed but as the compiler left them also in `ET_REL`: what tools
    /// that know nothing of relocation see.
    ///
    /// # Errors
    /// The section runs past the end of the file or does not decompress to its size.
    pub fn read_section_unrelocated<R: ReadAt + ?Sized>(
        &self,
        source: &R,
        section: &Section,
    ) -> Result<Vec<u8>, Error> {
        let mut stream = self.open_stream(source, section)?;
        let mut bytes = allocate(&section.name, section.data_size())?;
        stream.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// The bytes of all sections of a name, one after the other in header order: decompressed, and
    /// relocated when the file is `ET_REL`. A compiler that gives type units COMDAT groups of their own
    /// makes several `.debug_info` sections.
    ///
    /// # Errors
    /// As [`Elf::read_section`].
    pub fn read_sections_named<R: ReadAt + ?Sized>(
        &self,
        source: &R,
        name: &str,
    ) -> Result<Vec<u8>, Error> {
        let mut all = Vec::new();
        for section in self.sections_named(name).filter(|s| !s.is_nobits()) {
            let bytes = self.read_section(source, section)?;
            if all.is_empty() {
                all = bytes;
            } else {
                all.extend_from_slice(&bytes);
            }
        }
        Ok(all)
    }

    /// Part of a section that is neither compressed nor relocated; see [`Section::random_access`].
    ///
    /// # Errors
    /// The section does not allow it, the range is not inside, or the file ends before.
    pub fn read_section_range<R: ReadAt + ?Sized>(
        &self,
        source: &R,
        section: &Section,
        range: Range<u64>,
    ) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        self.read_section_range_into(source, section, range, &mut bytes)?;
        Ok(bytes)
    }

    /// Like [`Elf::read_section_range`], in the place of what `bytes` has.
    ///
    /// # Errors
    /// As [`Elf::read_section_range`]; what is in `bytes` is unspecified then.
    pub fn read_section_range_into<R: ReadAt + ?Sized>(
        &self,
        source: &R,
        section: &Section,
        range: Range<u64>,
        bytes: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let Range { start, end } = range;
        let size = section.data_size();
        refuse_relocated(section)?;
        if section.compression.is_some() {
            return Err(Error::NotRandomAccess {
                section: section.name.clone(),
                state: "compressed",
            });
        }
        refuse_beyond_section(section, start, end)?;
        let offset = section.offset.saturating_add(start);
        let file_len = source.len();
        if end > start {
            refuse_beyond_end(section, end, size, file_len)?;
        }
        resize(&section.name, end - start, bytes)?;
        if !bytes.is_empty() {
            source.read_at(offset, bytes)?;
        }
        Ok(())
    }

    /// The section's bytes from front to back, decompressed on the way. Memory is bounded by the
    /// codec's window (32 KiB for zlib, at most 128 MiB and usually 2 to 8 MiB for zstd) and a read buffer.
    ///
    /// # Errors
    /// The section runs past the end of the file, is relocated when read, or has a compression
    /// header that cannot be right.
    pub fn section_stream<'a, R: ReadAt + ?Sized>(
        &self,
        source: &'a R,
        section: &Section,
    ) -> Result<SectionStream<'a, R>, Error> {
        refuse_relocated(section)?;
        self.open_stream(source, section)
    }

    /// Like [`Elf::section_stream`], of a section in `ET_REL` too: its bytes are as the compiler left them.
    ///
    /// # Errors
    /// The section runs past the end of the file, or has a compression header that cannot be right.
    pub fn section_stream_unrelocated<'a, R: ReadAt + ?Sized>(
        &self,
        source: &'a R,
        section: &Section,
    ) -> Result<SectionStream<'a, R>, Error> {
        self.open_stream(source, section)
    }

    fn open_stream<'a, R: ReadAt + ?Sized>(
        &self,
        source: &'a R,
        section: &Section,
    ) -> Result<SectionStream<'a, R>, Error> {
        let size = section.file_size();
        check_extent(source, &section.name, section.offset, size)?;
        if let Some(compression) = section.compression
            && !section.is_nobits()
        {
            if let CompressionFormat::Other(ch_type) = compression.format {
                return Err(if compression.header_size == 0 {
                    Error::BadCompression {
                        section: section.name.clone(),
                        position: 0,
                        reason: format!("its {size} bytes are too few for a compression header"),
                    }
                } else {
                    Error::UnsupportedCompression {
                        section: section.name.clone(),
                        ch_type,
                    }
                });
            }
            let claimed = compression.uncompressed_size;
            if claimed
                > size
                    .saturating_mul(MAX_RATIO)
                    .saturating_add(ALWAYS_PLAUSIBLE)
            {
                return Err(Error::ImplausibleSize {
                    section: section.name.clone(),
                    claimed,
                    compressed: size,
                });
            }
            if self.decompressed.is_exceeded() {
                return Err(Error::OverBudget {
                    section: section.name.clone(),
                    cause: self.decompressed.error(),
                });
            }
        }
        Ok(SectionStream::new(source, section))
    }
}

/// Fails if bytes of a section, from its start to before `end`, are not all in the file; `size` is what the error names.
pub(crate) fn refuse_beyond_end(
    section: &Section,
    end: u64,
    size: u64,
    file_len: u64,
) -> Result<(), Error> {
    let end = section.offset.checked_add(end);
    if end.is_some_and(|end| end <= file_len) {
        return Ok(());
    }
    Err(Error::SectionBeyondEnd {
        section: section.name.clone(),
        offset: section.offset,
        size,
        file_len,
    })
}

/// Fails if a range is not inside a section.
pub(crate) fn refuse_beyond_section(section: &Section, start: u64, end: u64) -> Result<(), Error> {
    let size = section.data_size();
    if start <= end && end <= size {
        return Ok(());
    }
    Err(Error::RangeBeyondSection {
        section: section.name.clone(),
        start,
        end,
        size,
    })
}

fn refuse_relocated(section: &Section) -> Result<(), Error> {
    if section.relocated {
        return Err(Error::NotRandomAccess {
            section: section.name.clone(),
            state: "relocated when read",
        });
    }
    Ok(())
}

/// Zeroed memory of a size that was checked against the file's. Too little memory is an error, not an abort.
pub(crate) fn allocate(what: &str, size: u64) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    resize(what, size, &mut bytes)?;
    Ok(bytes)
}

/// Like [`allocate`], in the place of what `bytes` has; what stays of it is not cleared.
pub(crate) fn resize(what: &str, size: u64, bytes: &mut Vec<u8>) -> Result<(), Error> {
    let len = narrow(what, size)?;
    bytes
        .try_reserve_exact(len.saturating_sub(bytes.len()))
        .map_err(|_| Error::OutOfMemory {
            what: what.to_owned(),
            size,
        })?;
    bytes.resize(len, 0);
    Ok(())
}

/// A size as this machine's `usize`: 4 GiB is too large for a 32-bit worker.
pub(crate) fn narrow(what: &str, size: u64) -> Result<usize, Error> {
    usize::try_from(size).map_err(|_| Error::OutOfMemory {
        what: what.to_owned(),
        size,
    })
}
