//! Where a name by offset is.

use btf::StringOffset;

/// Marks a name that is in the strings of its run.
const IN_RUN: u32 = 1 << 31;

/// Where the text of a name of [`Names::by_offset`](crate::Names::by_offset) is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamePlace {
    /// It is the empty name.
    Nowhere,
    /// At this offset of the file's own `.debug_str`.
    DebugStr(u32),
    /// At this offset of the run's strings ([`Names::into_strings`](crate::Names::into_strings)).
    Run(StringOffset),
}

impl NamePlace {
    /// The place of a name.
    #[inline]
    pub fn of(name: StringOffset) -> NamePlace {
        match name.0 {
            0 => NamePlace::Nowhere,
            place if place & IN_RUN != 0 => NamePlace::Run(StringOffset(place & !IN_RUN)),
            place => NamePlace::DebugStr(place - 1),
        }
    }

    /// The name at an offset of `.debug_str`; `None` if the offset is too large for a name.
    #[inline(always)] // once for each of millions
    pub(crate) fn name_in_debug_str(offset: u64) -> Option<StringOffset> {
        (offset < u64::from(IN_RUN) - 1).then(|| StringOffset(offset as u32 + 1))
    }

    /// The name at an offset of the run's strings, which is not 0.
    pub(crate) fn name_in_run(offset: StringOffset) -> StringOffset {
        StringOffset(offset.0 | IN_RUN)
    }

    /// Whether an offset of the run's strings is small enough for a name.
    pub(crate) fn is_in_reach(offset: StringOffset) -> bool {
        offset.0 & IN_RUN == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_from_which_names_were_made() {
        assert_eq!(NamePlace::of(StringOffset::EMPTY), NamePlace::Nowhere);
        for offset in [0, 1, 77, IN_RUN - 2] {
            let name = NamePlace::name_in_debug_str(u64::from(offset)).expect("it is in reach");
            assert_eq!(NamePlace::of(name), NamePlace::DebugStr(offset));
        }
        assert_eq!(NamePlace::name_in_debug_str(u64::from(IN_RUN) - 1), None);
        for offset in [1, 77, IN_RUN - 1].map(StringOffset) {
            let name = NamePlace::name_in_run(offset);
            assert_eq!(NamePlace::of(name), NamePlace::Run(offset));
        }
    }
}
