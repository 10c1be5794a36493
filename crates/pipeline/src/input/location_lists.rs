//! Reads location lists, a window at a time.

use super::common_sections::CommonSections;
use crate::error::Error;
use elf::{ReadAt, Section};
use encode::LocationSource;
use std::sync::Arc;

/// Bytes of location lists that are read at once: the lists of a unit lie close together.
const LOCATION_WINDOW: u64 = 256 << 10;

/// Reads location lists. A failure to read is kept until [`LocationReader::check`] is asked.
pub(crate) struct LocationReader<'a, R: ReadAt + ?Sized> {
    source: &'a R,
    failure: Option<elf::ReadError>,
    loclists: Option<ListSection>,
    loc: Option<ListSection>,
    /// `.debug_rnglists` and `.debug_ranges`, if inline sites are asked for.
    rnglists: Option<ListSection>,
    ranges: Option<ListSection>,
}

enum ListSection {
    Ranges {
        section: Section,
        start: u64,
        window: Vec<u8>,
    },
    Whole(Arc<Vec<u8>>),
}

impl<'a, R: ReadAt + ?Sized> LocationReader<'a, R> {
    /// A reader of a file's lists; `with_ranges` of range lists too.
    pub fn new(common: &CommonSections, source: &'a R, with_ranges: bool) -> LocationReader<'a, R> {
        let open = |name: &str| -> Option<ListSection> {
            if let Some(whole) = common.whole(name) {
                return Some(ListSection::Whole(whole));
            }
            let section = common.elf.section(name)?;
            (!section.is_nobits()).then(|| ListSection::Ranges {
                section: section.clone(),
                start: 0,
                window: Vec::new(),
            })
        };
        LocationReader {
            source,
            failure: None,
            loclists: open(".debug_loclists"),
            loc: open(".debug_loc"),
            rnglists: with_ranges.then(|| open(".debug_rnglists")).flatten(),
            ranges: with_ranges.then(|| open(".debug_ranges")).flatten(),
        }
    }
}

impl<R: ReadAt + ?Sized> LocationReader<'_, R> {
    /// The first failure to read since the last call.
    pub fn check(&mut self) -> Result<(), Error> {
        match self.failure.take() {
            Some(error) => Err(elf::Error::from(error).into()),
            None => Ok(()),
        }
    }
}

impl<R: ReadAt + ?Sized> LocationSource for LocationReader<'_, R> {
    fn read(&mut self, dwarf5: bool, offset: u64, len: usize) -> &[u8] {
        let lists = if dwarf5 {
            &mut self.loclists
        } else {
            &mut self.loc
        };
        lists.as_mut().map_or(&[], |lists| {
            lists.read(self.source, &mut self.failure, offset, len)
        })
    }

    fn read_ranges(&mut self, dwarf5: bool, offset: u64, len: usize) -> &[u8] {
        let lists = if dwarf5 {
            &mut self.rnglists
        } else {
            &mut self.ranges
        };
        lists.as_mut().map_or(&[], |lists| {
            lists.read(self.source, &mut self.failure, offset, len)
        })
    }
}

impl ListSection {
    /// At most `len` bytes from `offset` on.
    fn read<R: ReadAt + ?Sized>(
        &mut self,
        source: &R,
        failure: &mut Option<elf::ReadError>,
        offset: u64,
        len: usize,
    ) -> &[u8] {
        match self {
            ListSection::Whole(bytes) => {
                let rest = usize::try_from(offset)
                    .ok()
                    .and_then(|at| bytes.get(at..))
                    .unwrap_or_default();
                &rest[..rest.len().min(len)]
            }
            ListSection::Ranges {
                section,
                start,
                window,
            } => {
                let end = offset.saturating_add(len as u64).min(section.size);
                if offset >= end {
                    return &[];
                }
                if offset < *start || end > *start + window.len() as u64 {
                    let want = (section.size - offset).min(LOCATION_WINDOW.max(len as u64));
                    window.resize(want as usize, 0);
                    *start = offset;
                    if let Err(error) =
                        source.read_at(section.offset.saturating_add(offset), window)
                    {
                        failure.get_or_insert(error);
                        window.clear();
                        return &[];
                    }
                }
                &window[(offset - *start) as usize..(end - *start) as usize]
            }
        }
    }
}
