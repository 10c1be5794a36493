//! Location lists as far as a unit is allowed to read them.

use crate::sections::LocationSource;
use budget::Allowance;

/// Gives a unit location and range lists until it has read as many bytes as it is allowed; then, none. Parameters may all
/// refer to the same long list.
pub(crate) struct CountedLists<'l> {
    source: &'l mut dyn LocationSource,
    pub allowance: Allowance,
}

impl<'l> CountedLists<'l> {
    pub fn new(source: &'l mut dyn LocationSource, allowance: Allowance) -> CountedLists<'l> {
        CountedLists { source, allowance }
    }
}

impl LocationSource for CountedLists<'_> {
    fn read(&mut self, dwarf5: bool, offset: u64, len: usize) -> &[u8] {
        match self.allowance.spend(len as u64) {
            Ok(()) => self.source.read(dwarf5, offset, len),
            Err(_) => &[],
        }
    }

    fn read_ranges(&mut self, dwarf5: bool, offset: u64, len: usize) -> &[u8] {
        match self.allowance.spend(len as u64) {
            Ok(()) => self.source.read_ranges(dwarf5, offset, len),
            Err(_) => &[],
        }
    }
}
